"""Peers: who gives their time, how much, and for whom they can't.

Time is counted in half-days, the unit in which the sector gives it: whole numbers that add up
exactly, where tenths of a day or hours would have to be rounded to become a pledge. How long a
session took is kept beside it in minutes. Names, contact details and what lies behind an
interest are kept beside the log; here a peer is a reference.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from domain.councils import Region
from domain.kernel import (
    BESIDE,
    Actor,
    Aggregate,
    CaseRef,
    ChallengeRef,
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
    Upcaster,
)
from domain.persons import Person, must_not_be_held

ASKED_OF_DIRECTORS = 10
"""Half-days that each director of children's services is asked for: five days a year."""


class PeerKind(StrEnum):
    """What a peer is in their own council."""

    MEMBER = "member"
    DIRECTOR = "director"
    SENIOR_MANAGER = "senior manager"
    SPECIALIST = "specialist"


class InterestKind(StrEnum):
    """What ties a peer to a council."""

    WORK = "work"
    FAMILY = "family"
    POLITICAL = "political"
    BUSINESS = "business"
    OTHER = "other"


# --- Events ---------------------------------------------------------------------------------


class PeerEvent(Event, abstract=True, stream="{peer}"):
    peer: PeerRef


class PeerRegistered(PeerEvent):
    """A peer came onto the register."""

    says = "{peer}, a {kind} from {home_council:council}, came onto the register of peers."
    kind: PeerKind
    home_council: CouncilCode
    home_region: Region
    party: Line | None = None
    """Of a member peer, for political balance."""
    skills: tuple[Line, ...] = ()
    themes: tuple[Line, ...] = ()


class EmployerReleaseConfirmed(PeerEvent):
    """A peer's council agreed to release them."""

    says = "The council of {peer} agreed to release them until {until}."
    until: date


class PeerAccredited(PeerEvent):
    """A peer was accredited."""

    says = "{peer} was accredited: {accreditation}."
    accreditation: Line


class DaysPledged(PeerEvent):
    """A peer pledged time in a financial year."""

    says = "{peer} pledged {half_days} in {year}."
    year: FinancialYear
    half_days: int
    kind: PeerKind
    """What they were when they pledged, and where: time is reported by director and region."""
    home_council: CouncilCode
    home_region: Region


class AvailabilityDeclared(PeerEvent):
    """A peer said when they are available."""

    says = "{peer} said that they are available {first_day:to last_day}."
    first_day: date
    last_day: date


class InterestDeclared(PeerEvent):
    """A peer declared an interest in a council: they can't work there."""

    says = "{peer} declared an interest in {council} ({kind}), and can't work there."
    council: CouncilCode
    kind: InterestKind
    note: str
    """The confidential note's id that says what the interest is; its text is beside the log."""


def _time_was_for_a_match(payload: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew mentoring alone: its time was given for a match, in a case."""
    return payload | {"challenge": None}


class DaysFor(PeerEvent, abstract=True):
    """Time is given for a mentoring match, in its case, or for a peer challenge."""

    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: _time_was_for_a_match}

    match: MatchRef | None = None
    case: CaseRef | None = None
    challenge: ChallengeRef | None = None
    council: CouncilCode
    year: FinancialYear
    half_days: int

    @property
    def purpose(self) -> str:
        """The match or the challenge that the time is for."""
        return self.match or self.challenge or ""


class DaysReserved(DaysFor):
    """Pledged time was reserved for a match or a peer challenge."""

    says = "{peer} had {half_days} of {year} reserved[ for {match}][ for {challenge}] in {council}."


class DaysReleased(DaysFor):
    """Reserved time was freed again."""

    says = (
        "{peer} got back {half_days} of {year} reserved[ for {match}][ for {challenge}] in"
        " {council}."
    )


class DaysDelivered(DaysFor):
    """Reserved time was given."""

    says = "{peer} gave {half_days} of {year}[ to {match}][ to {challenge}] in {council}."


class PeerStoodDown(PeerEvent):
    """A peer stood down."""

    says = "{peer} stood down from the register of peers."


class PersonalDataErased(PeerEvent):
    """A peer's personal data was erased: its key was destroyed."""

    says = "The personal data of {peer} was erased: its key was destroyed."


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

    def after(self, event: Event) -> "Days":
        """This year's time after one more fact about it."""
        match event:
            case DaysPledged(half_days=n):
                return self.but(pledged=self.pledged + n)
            case DaysReserved(half_days=n):
                return self.but(reserved=self.reserved + n)
            case DaysReleased(half_days=n):
                return self.but(reserved=self.reserved - n)
            case DaysDelivered(half_days=n):
                return self.but(reserved=self.reserved - n, delivered=self.delivered + n)
        return self


class Peer(Aggregate, stream="{peer}"):
    """A peer as decisions need them."""

    peer: PeerRef
    kind: PeerKind | None = None
    home_council: str = ""
    home_region: Region | None = None
    active: bool = False
    erased: bool = False
    released_until: date | None = None
    interests: Mapping[str, date] = {}
    """By council: since when an interest is declared."""
    notes: tuple[str, ...] = ()
    """Confidential notes about them, erased with them."""
    days: Mapping[str, Days] = {}
    reserved: Mapping[str, Mapping[str, int]] = {}
    """By match or challenge and financial year: reserved and not yet given."""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case PeerRegistered():
                return self.but(
                    active=True,
                    kind=event.kind,
                    home_council=event.home_council,
                    home_region=event.home_region,
                )
            case EmployerReleaseConfirmed():
                return self.but(released_until=event.until)
            case InterestDeclared():
                return self.but(
                    interests={**self.interests, event.council: record.effective_on},
                    notes=(*self.notes, event.note),
                )
            case DaysPledged():
                return self._counted(event.year, event)
            case DaysFor():
                return self.taking(event)
            case PeerStoodDown():
                return self.but(active=False)
            case PersonalDataErased():
                return self.but(active=False, erased=True)
        return self

    def _counted(self, year: str, event: Event) -> Self:
        return self.but(days={**self.days, year: self.in_year(year).after(event)})

    def _held_for(self, event: DaysFor, half_days: int) -> Self:
        years = self.reserved_for(event.purpose)
        left = {**years, event.year: years.get(event.year, 0) + half_days}
        kept = {year: n for year, n in left.items() if n}
        others = {what: held for what, held in self.reserved.items() if what != event.purpose}
        return self.but(reserved=others | ({event.purpose: kept} if kept else {}))

    def taking(self, event: Event) -> Self:
        """Their time after one more fact about it, as decisions look ahead."""
        match event:
            case DaysReserved():
                return self._counted(event.year, event)._held_for(event, event.half_days)
            case DaysReleased() | DaysDelivered():
                return self._counted(event.year, event)._held_for(event, -event.half_days)
        return self

    def in_year(self, year: str) -> Days:
        """Their time in a financial year."""
        return self.days.get(year, Days())

    def reserved_for(self, purpose: str) -> Mapping[str, int]:
        """What is reserved for a match or challenge and not yet given, by financial year."""
        return self.reserved.get(purpose, {})


# --- Commands -------------------------------------------------------------------------------


class RegisterPeer(Command):
    name: Annotated[Line, BESIDE]
    """Kept in the register of persons beside the log, as are the ways to reach them."""
    email: Annotated[Line | None, BESIDE] = None
    telephone: Annotated[Line | None, BESIDE] = None
    kind: PeerKind
    home_council: CouncilCode
    party: Line | None = Field(default=None, description="Of a member peer, or independent")
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
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="to")


class DeclareInterest(Command):
    council: CouncilCode
    kind: InterestKind = InterestKind.OTHER
    nature: Annotated[Text, BESIDE] = Field(
        description="What the interest is; confidential, kept beside the log"
    )


class GiveReason(Command):
    """A step that needs nothing but a reason."""

    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def register_peer(command: RegisterPeer, peer: Peer, home_region: Region, by: Actor) -> list[Event]:
    """Put a peer on the register; a member peer with their party."""
    if command.kind == PeerKind.MEMBER and not command.party:
        raise Refused("party-missing", "Say which party a member peer belongs to, or independent.")
    if command.kind != PeerKind.MEMBER and command.party:
        raise Refused("party-not-taken", "Only member peers have a party: leave it out.")
    facts = command.model_dump(include={"kind", "home_council", "party", "skills", "themes"})
    return [PeerRegistered(peer=peer.peer, home_region=home_region, **facts)]


def must_be_active(peer: Peer) -> None:
    """Refuse to work with a peer who stood down or was erased."""
    if not peer.active:
        raise Refused("peer-not-active", f"{peer.peer} has stood down: choose another peer.")


def _nothing_reserved(peer: Peer) -> None:
    if waiting := sorted(peer.reserved):
        raise Refused(
            "days-reserved",
            f"Time is reserved for {', '.join(waiting)}: end these first, or choose another"
            " peer there.",
            matches=waiting,
        )


def confirm_release(command: ConfirmRelease, peer: Peer, by: Actor) -> list[Event]:
    """Record that the employer releases the peer, until a day."""
    must_be_active(peer)
    if command.until < command.on:
        raise Refused("bad-dates", "A release ends on a later day than it is confirmed.")
    return [EmployerReleaseConfirmed(peer=peer.peer, until=command.until)]


def accredit(command: Accredit, peer: Peer, by: Actor) -> list[Event]:
    """Record an accreditation."""
    must_be_active(peer)
    return [PeerAccredited(peer=peer.peer, accreditation=command.accreditation)]


def pledge(command: PledgeDays, peer: Peer, by: Actor) -> list[Event]:
    """Pledge time in a financial year, on top of what was pledged before."""
    must_be_active(peer)
    where = {"kind": peer.kind, "home_council": peer.home_council, "home_region": peer.home_region}
    return [DaysPledged(peer=peer.peer, year=command.year, half_days=command.half_days, **where)]


def declare_availability(command: DeclareAvailability, peer: Peer, by: Actor) -> list[Event]:
    """Say when the peer is available."""
    must_be_active(peer)
    first, last = command.first_day, command.last_day
    if last < first:
        raise Refused("bad-dates", "The last day comes before the first: change one of them.")
    return [AvailabilityDeclared(peer=peer.peer, first_day=first, last_day=last)]


def declare_interest(command: DeclareInterest, peer: Peer, note: str, by: Actor) -> list[Event]:
    """Declare an interest in a council; what it is, is kept as a confidential note."""
    must_be_active(peer)
    if command.council in peer.interests:
        raise Refused("interest-declared", f"An interest in {command.council} is declared already.")
    return [InterestDeclared(peer=peer.peer, council=command.council, kind=command.kind, note=note)]


def stand_down(command: GiveReason, peer: Peer, by: Actor) -> list[Event]:
    """Stand down, with nothing left that was promised."""
    must_be_active(peer)
    _nothing_reserved(peer)
    return [PeerStoodDown(peer=peer.peer)]


def erase(command: GiveReason, peer: Peer, person: Person, by: Actor) -> list[Event]:
    """Erase personal data; what the peer did stays on record under their reference."""
    must_not_be_held(person, command.on)
    if peer.erased:
        raise Refused("erased", f"The personal data of {peer.peer} is erased already.")
    _nothing_reserved(peer)
    return [PersonalDataErased(peer=peer.peer)]
