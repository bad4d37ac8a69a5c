"""Peers as people see them, without names: those are looked up beside the log."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.challenges import (
    ChallengeCancelled,
    ChallengeConducted,
    TeamMemberAssigned,
    TeamMemberReleased,
)
from domain.councils import Region
from domain.kernel import CouncilCode, FinancialYear, Frozen, PeerRef, Record, financial_year
from domain.mentoring import (
    Candidate,
    MatchDeclined,
    MentoringEnded,
    MentorMatched,
    PeerDeclinedByCouncil,
    SessionHeld,
)
from domain.people import (
    ASKED_OF_DIRECTORS,
    AvailabilityDeclared,
    Days,
    DaysFor,
    DaysPledged,
    EmployerReleaseConfirmed,
    InterestDeclared,
    PeerAccredited,
    PeerEvent,
    PeerKind,
    PeerRegistered,
    PeerStoodDown,
    PersonalDataErased,
)
from projections.engine import View


class Span(Frozen):
    """Days on which a peer is available, both included."""

    first_day: date
    last_day: date


class PeerRow(
    View,
    indexes=("kind", "home_region", "party", "active"),
    search=("kind", "skills", "themes", "party"),
    scope="programme",
):
    """A peer: kind, home, themes, interests, time by financial year in half-days, matches."""

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
    available: tuple[Span, ...] = ()
    interests: tuple[CouncilCode, ...] = ()
    days: dict[str, Days] = {}
    matches: tuple[str, ...] = ()
    """Matches that wait for an answer or are running."""
    challenges: tuple[str, ...] = ()
    """Peer challenges to come whose team they are in."""
    sessions_held: int = 0
    registered_on: date
    version: int = 0

    def free_half_days(self, on: date) -> int:
        """Pledged for the financial year of a day, and neither reserved nor given."""
        return self.days.get(financial_year(on), Days()).free

    def ready(self, on: date) -> bool:
        """Active, accredited, released on the day and with time free in its year."""
        return bool(
            self.active
            and self.accreditations
            and self.released_until
            and self.released_until >= on
            and self.free_half_days(on) > 0
        )

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case PeerEvent():
                return (event.peer,)
            case MentorMatched() | MatchDeclined() | PeerDeclinedByCouncil() | SessionHeld():
                return (event.peer,)
            case MentoringEnded() if event.peer:
                return (event.peer,)
            case TeamMemberAssigned() | TeamMemberReleased():
                return (event.peer,)
            case ChallengeConducted() | ChallengeCancelled():
                return tuple(member.peer for member in event.team)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, PeerRegistered):
            return cls(**event.model_dump(), registered_on=record.effective_on)
        return row and row._with(record)

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case EmployerReleaseConfirmed():
                return self.but(released_until=event.until)
            case PeerAccredited():
                return self.but(accreditations=(*self.accreditations, event.accreditation))
            case AvailabilityDeclared():
                span = Span(first_day=event.first_day, last_day=event.last_day)
                return self.but(available=(*self.available, span))
            case InterestDeclared():
                return self.but(interests=(*self.interests, event.council))
            case DaysPledged() | DaysFor():
                days = self.days.get(event.year, Days()).after(event)
                return self.but(days=self.days | {event.year: days})
            case MentorMatched():
                return self.but(matches=(*self.matches, event.match))
            case MatchDeclined() | PeerDeclinedByCouncil() | MentoringEnded():
                return self.but(matches=tuple(m for m in self.matches if m != event.match))
            case TeamMemberAssigned():
                return self.but(challenges=(*self.challenges, event.challenge))
            case TeamMemberReleased() | ChallengeConducted() | ChallengeCancelled():
                left = tuple(c for c in self.challenges if c != event.challenge)
                return self.but(challenges=left)
            case SessionHeld():
                return self.but(sessions_held=self.sessions_held + 1)
            case PeerStoodDown():
                return self.but(active=False)
            case PersonalDataErased():
                return self.but(active=False, erased=True)
        return self

    def candidate(self, year: str, successors: tuple[str, ...] = ()) -> Candidate:
        """What matching needs to know of them in a financial year."""
        return Candidate(
            peer=self.peer,
            kind=self.kind,
            home_councils=(self.home_council, *successors),
            home_region=self.home_region,
            party=self.party,
            themes=self.themes,
            interests=self.interests,
            free_half_days=self.days.get(year, Days()).free,
            open_matches=len(self.matches) + len(self.challenges),
            sessions_held=self.sessions_held,
            released_until=self.released_until,
            available_until=max((span.last_day for span in self.available), default=None),
        )


class DonatedDays(View, indexes=("year", "peer", "home_region", "kind"), scope="programme"):
    """A peer's time in one financial year, in half-days."""

    peer: PeerRef
    year: FinancialYear
    kind: PeerKind
    home_council: CouncilCode
    home_region: Region
    asked: int
    """What each director of children's services is asked for; of others nothing is."""
    pledged: int = 0
    reserved: int = 0
    """Reserved and not yet given."""
    delivered: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case DaysPledged() | DaysFor():
                return (f"{event.peer}/{event.year}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if row is None and isinstance(event, DaysPledged):
            row = cls(
                asked=ASKED_OF_DIRECTORS if event.kind == PeerKind.DIRECTOR else 0,
                **event.model_dump(exclude={"half_days"}),
            )
        if row is None:
            return None
        days = Days(pledged=row.pledged, reserved=row.reserved, delivered=row.delivered)
        return row.but(**dict(days.after(event)))
