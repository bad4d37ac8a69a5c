"""Peers: who gives their time, how much, and for whom they can't.

Time is counted in half-days, the unit in which the sector gives it: whole numbers that add up.
Names and contact details are kept in a register beside the log; here a peer is a reference.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field

from domain.councils import Region
from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    CouncilCode,
    Event,
    FinancialYear,
    Frozen,
    Line,
    MatchRef,
    PeerRef,
    Record,
    Refused,
    Text,
    financial_year,
)

ASKED_OF_DIRECTORS = 10
"""Half-days that each director of children's services is asked for: five days a year."""


class PeerKind(StrEnum):
    """What a peer is in their own council."""

    MEMBER = "member"
    DIRECTOR = "director"
    SENIOR_MANAGER = "senior manager"
    SPECIALIST = "specialist"


# --- Events ---------------------------------------------------------------------------------


class PeerEvent(Event, abstract=True, stream="{peer}"):
    peer: PeerRef


class PeerRegistered(PeerEvent):
    """A peer came onto the register."""

    kind: PeerKind
    home_council: CouncilCode
    home_region: Region
    party: Line | None = None
    """Of a member peer, for political balance."""
    skills: tuple[Line, ...] = ()
    themes: tuple[Line, ...] = ()


class EmployerReleaseConfirmed(PeerEvent):
    """A peer's council agreed to release them."""

    until: date


class PeerAccredited(PeerEvent):
    """A peer was accredited."""

    accreditation: Line


class DaysPledged(PeerEvent):
    """A peer pledged time in a financial year."""

    year: FinancialYear
    half_days: int


class AvailabilityDeclared(PeerEvent):
    """A peer said when they are available."""

    from_: date
    to: date
    note: Text | None = None


class InterestDeclared(PeerEvent):
    """A peer declared an interest in a council: they can't work there."""

    council: CouncilCode
    nature: Text


class DaysReserved(PeerEvent):
    """Pledged time was reserved for a match."""

    match: MatchRef
    year: FinancialYear
    half_days: int


class DaysReleased(PeerEvent):
    """Reserved time was freed again."""

    match: MatchRef
    year: FinancialYear
    half_days: int


class DaysDelivered(PeerEvent):
    """Reserved time was given."""

    match: MatchRef
    year: FinancialYear
    half_days: int


class PeerStoodDown(PeerEvent):
    """A peer stood down."""


class PersonalDataErased(PeerEvent):
    """A peer's personal data was erased: its key was destroyed."""


# --- State ----------------------------------------------------------------------------------


class Days(Frozen):
    """A peer's time in one financial year, in half-days."""

    pledged: int = 0
    reserved: int = 0
    """Reserved and not yet given."""
    delivered: int = 0

    @property
    def free(self) -> int:
        """Pledged and neither reserved nor given."""
        return self.pledged - self.reserved - self.delivered

    def plus(self, **half_days: int) -> "Days":
        """These half-days more, or less where negative."""
        return self.but(**{name: getattr(self, name) + n for name, n in half_days.items()})


class Peer(Aggregate, stream="{peer}"):
    """A peer as decisions need them."""

    peer: PeerRef
    kind: PeerKind | None = None
    home_council: str = ""
    home_region: Region | None = None
    party: str | None = None
    themes: tuple[str, ...] = ()
    active: bool = False
    erased: bool = False
    released_until: date | None = None
    interests: tuple[str, ...] = ()
    days: Mapping[str, Days] = {}
    reserved_for: Mapping[str, int] = {}
    """By match: reserved and not yet given."""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case PeerRegistered():
                return self.but(
                    active=True,
                    **{n: getattr(event, n) for n in _REGISTERED},
                )
            case EmployerReleaseConfirmed():
                return self.but(released_until=event.until)
            case InterestDeclared():
                return self.but(interests=(*self.interests, event.council))
            case DaysPledged():
                return self._counted(event.year, pledged=event.half_days)
            case DaysReserved():
                return self._counted(event.year, reserved=event.half_days)._for(
                    event.match, event.half_days
                )
            case DaysReleased():
                return self._counted(event.year, reserved=-event.half_days)._for(
                    event.match, -event.half_days
                )
            case DaysDelivered():
                n = event.half_days
                return self._counted(event.year, reserved=-n, delivered=n)._for(event.match, -n)
            case PeerStoodDown():
                return self.but(active=False)
            case PersonalDataErased():
                return self.but(active=False, erased=True)
        return self

    def _counted(self, year: str, **half_days: int) -> Self:
        return self.but(days={**self.days, year: self.in_year(year).plus(**half_days)})

    def _for(self, match: str, half_days: int) -> Self:
        left = self.reserved_for.get(match, 0) + half_days
        return self.but(reserved_for={**self.reserved_for, match: left})

    def in_year(self, year: str) -> Days:
        """Their time in a financial year."""
        return self.days.get(year, Days())


_REGISTERED = ("kind", "home_council", "home_region", "party", "themes")

# --- Commands and decisions -----------------------------------------------------------------


class RegisterPeer(Command):
    name: Line
    """Kept in the register of persons beside the log."""
    email: Line | None = None
    kind: PeerKind
    home_council: CouncilCode
    party: Line | None = None
    skills: tuple[Line, ...] = ()
    themes: tuple[Line, ...] = ()


class ConfirmRelease(Command):
    until: date


class Accredit(Command):
    accreditation: Line


class PledgeDays(Command):
    year: FinancialYear
    half_days: int = Field(ge=1, le=200)


class DeclareAvailability(Command):
    from_: date = Field(alias="from")
    to: date
    note: Text | None = None


class DeclareInterest(Command):
    council: CouncilCode
    nature: Text


class GiveReason(Command):
    """A step that needs nothing but a reason."""

    reason: Text


def register_peer(command: RegisterPeer, peer: Peer, home_region: Region, by: Actor) -> list[Event]:
    """Put a peer on the register; a member peer with their party."""
    if command.kind == PeerKind.MEMBER and not command.party:
        raise Refused("party-missing", "Say which party a member peer belongs to, or independent.")
    if command.kind != PeerKind.MEMBER and command.party:
        raise Refused("party-not-taken", "Only member peers have a party: leave it out.")
    facts = command.model_dump(exclude={"effective_on", "reason", "name", "email"})
    return [PeerRegistered(peer=peer.peer, home_region=home_region, **facts)]


def active(peer: Peer) -> None:
    """Refuse to work with a peer who stood down or was erased."""
    if not peer.active:
        raise Refused("peer-not-active", f"{peer.peer} has stood down.")


def confirm_release(command: ConfirmRelease, peer: Peer, by: Actor) -> list[Event]:
    """Record that the employer releases the peer, until a day."""
    active(peer)
    return [EmployerReleaseConfirmed(peer=peer.peer, until=command.until)]


def accredit(command: Accredit, peer: Peer, by: Actor) -> list[Event]:
    """Record an accreditation."""
    active(peer)
    return [PeerAccredited(peer=peer.peer, accreditation=command.accreditation)]


def pledge(command: PledgeDays, peer: Peer, by: Actor) -> list[Event]:
    """Pledge time in a financial year."""
    active(peer)
    return [DaysPledged(peer=peer.peer, year=command.year, half_days=command.half_days)]


def declare_availability(command: DeclareAvailability, peer: Peer, by: Actor) -> list[Event]:
    """Say when the peer is available."""
    active(peer)
    if command.to < command.from_:
        raise Refused("bad-dates", "The last day comes before the first: change one of them.")
    return [
        AvailabilityDeclared(peer=peer.peer, from_=command.from_, to=command.to, note=command.note)
    ]


def declare_interest(command: DeclareInterest, peer: Peer, by: Actor) -> list[Event]:
    """Declare an interest in a council."""
    active(peer)
    if command.council in peer.interests:
        raise Refused("interest-declared", f"An interest in {command.council} is declared already.")
    return [InterestDeclared(peer=peer.peer, council=command.council, nature=command.nature)]


def stand_down(command: GiveReason, peer: Peer, by: Actor) -> list[Event]:
    """Stand down, with nothing left to give."""
    active(peer)
    if waiting := [match for match, n in peer.reserved_for.items() if n]:
        raise Refused(
            "days-reserved", f"Time is reserved for {', '.join(waiting)}.", matches=waiting
        )
    return [PeerStoodDown(peer=peer.peer)]


def erase(command: GiveReason, peer: Peer, by: Actor) -> list[Event]:
    """Erase personal data; what the peer did stays on record under their reference."""
    if peer.erased:
        raise Refused("erased", f"The personal data of {peer.peer} is erased already.")
    if waiting := [match for match, n in peer.reserved_for.items() if n]:
        raise Refused(
            "days-reserved", f"Time is reserved for {', '.join(waiting)}.", matches=waiting
        )
    return [PersonalDataErased(peer=peer.peer)]


# --- What mentoring asks of a peer ----------------------------------------------------------


def reserve(peer: Peer, match: str, on: date, half_days: int) -> list[Event]:
    """Reserve pledged time for a match, in the financial year of a day."""
    active(peer)
    year = financial_year(on)
    days = peer.in_year(year)
    if half_days > days.free:
        raise Refused(
            "days-exhausted",
            f"{peer.peer} has {days.free} half-days free in {year}, and {half_days} are asked for.",
            free=days.free,
            asked=half_days,
        )
    return [DaysReserved(peer=peer.peer, match=match, year=year, half_days=half_days)]


def release_rest(peer: Peer, match: str, year: str) -> list[Event]:
    """Free what is still reserved for a match."""
    left = peer.reserved_for.get(match, 0)
    return [DaysReleased(peer=peer.peer, match=match, year=year, half_days=left)] if left else []


def deliver(peer: Peer, match: str, year: str, half_days: int) -> list[Event]:
    """Give reserved time: never more than is reserved."""
    left = peer.reserved_for.get(match, 0)
    if half_days > left:
        raise Refused(
            "over-reserved",
            f"{left} half-days are left of what was reserved for {match}.",
            reserved=left,
            asked=half_days,
        )
    return [DaysDelivered(peer=peer.peer, match=match, year=year, half_days=half_days)]
