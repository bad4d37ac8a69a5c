"""Peers as people see them, without names: those are looked up beside the log."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import Region
from domain.kernel import CouncilCode, PeerRef, Record
from domain.mentoring import Candidate
from domain.people import (
    AvailabilityDeclared,
    DaysDelivered,
    DaysPledged,
    DaysReleased,
    DaysReserved,
    Peer,
    PeerAccredited,
    PeerEvent,
    PeerKind,
    PeerRegistered,
)
from projections.engine import View


class PeerRow(View, indexes=("kind", "home_region", "party", "active"), scope="programme"):
    """A peer: kind, home, themes, interests and time."""

    peer: PeerRef
    kind: PeerKind
    home_council: CouncilCode
    home_region: Region
    party: str | None = None
    themes: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    active: bool = True
    erased: bool = False
    released_until: date | None = None
    accreditations: tuple[str, ...] = ()
    available: tuple[tuple[date, date], ...] = ()
    interests: tuple[str, ...] = ()
    state: Peer
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.event.peer,) if isinstance(record.event, PeerEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case PeerRegistered():
                row = cls(**event.model_dump(), state=Peer(peer=event.peer))
            case PeerAccredited() if row:
                row = row.but(accreditations=(*row.accreditations, event.accreditation))
            case AvailabilityDeclared() if row:
                row = row.but(available=(*row.available, (event.from_, event.to)))
        if row is None:
            return None
        state = row.state.apply(record).but(version=record.version)
        return row.but(
            state=state,
            active=state.active,
            erased=state.erased,
            released_until=state.released_until,
            interests=state.interests,
        )

    def candidate(self, year: str) -> Candidate:
        """What matching needs to know of them."""
        days = self.state.in_year(year)
        return Candidate(
            peer=self.peer,
            kind=self.kind,
            home_council=self.home_council,
            home_region=self.home_region,
            party=self.party,
            themes=self.themes,
            interests=self.interests,
            free_half_days=days.free,
            open_matches=sum(1 for left in self.state.reserved_for.values() if left),
            delivered_half_days=sum(d.delivered for d in self.state.days.values()),
        )


class DonatedDays(View, indexes=("year", "peer"), scope="programme"):
    """A peer's time in one financial year, in half-days."""

    peer: PeerRef
    year: str
    pledged: int = 0
    reserved: int = 0
    delivered: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case DaysPledged() | DaysReserved() | DaysReleased() | DaysDelivered():
                return (f"{event.peer}/{event.year}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        peer, _, year = key.partition("/")
        row = row or cls(peer=peer, year=year)
        match event := record.event:
            case DaysPledged():
                return row.but(pledged=row.pledged + event.half_days)
            case DaysReserved():
                return row.but(reserved=row.reserved + event.half_days)
            case DaysReleased():
                return row.but(reserved=row.reserved - event.half_days)
            case DaysDelivered():
                return row.but(
                    reserved=row.reserved - event.half_days,
                    delivered=row.delivered + event.half_days,
                )
        return row
