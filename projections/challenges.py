"""Peer challenges as people see them: each one, its team, and where each council stands."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, Self

from domain.challenges import (
    ActionPlanAgreed,
    ChallengeAgreed,
    ChallengeCancelled,
    ChallengeConducted,
    ChallengeEvent,
    ChallengeKind,
    ChallengeScheduled,
    ChallengeStatus,
    EarlierChallengeRecorded,
    FindingsReported,
    FollowUpHeld,
    Member,
    TeamMemberAssigned,
    TeamMemberReleased,
    TeamRole,
    years_after,
)
from domain.councils import (
    CouncilProfileRevised,
    CouncilRegistered,
    CouncilRenamed,
    CouncilSucceeded,
    Region,
)
from domain.kernel import ChallengeRef, CouncilCode, FinancialYear, Frozen, PeerRef, Record
from domain.people import ASKED_OF_DIRECTORS, PeerKind
from projections.engine import View

Standing = Literal["up to date", "scheduled", "due", "overdue", "succeeded"]


class Seat(Member):
    """A member of a team as pages show them."""

    kind: PeerKind
    own_challenges: tuple[ChallengeRef, ...] = ()
    reason: str | None = None


class FollowUp(Frozen):
    """A look back at the action plan."""

    held_on: date
    progress: str
    actions_done: int


class ChallengeRow(
    View,
    indexes=("council", "region", "kind", "status", "first_day"),
    search=("challenge", "focus", "themes", "strengths", "areas_to_consider"),
    scope="council",
):
    """A peer challenge, whole: team, days, findings, plan and follow-up."""

    challenge: ChallengeRef
    council: CouncilCode
    region: Region
    kind: ChallengeKind
    status: ChallengeStatus
    focus: str
    themes: tuple[str, ...] = ()
    mutual_with: CouncilCode | None = None
    agreed_on: date
    first_day: date | None = None
    last_day: date | None = None
    team: tuple[Seat, ...] = ()
    half_days_given: int = 0
    strengths: tuple[str, ...] = ()
    areas_to_consider: tuple[str, ...] = ()
    reported_on: date | None = None
    actions: tuple[str, ...] = ()
    follow_up_due_on: date | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    cancelled_on: date | None = None
    cancelled_because: str | None = None
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (event.challenge,) if isinstance(event, ChallengeEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, ChallengeAgreed):
            return cls(
                status=ChallengeStatus.AGREED, agreed_on=record.effective_on, **event.model_dump()
            )
        return row and row._teamed(record)._done(record)

    def _teamed(self, record: Record) -> Self:
        match event := record.event:
            case TeamMemberAssigned():
                told = event.model_dump(
                    include={"peer", "home_council", "role", "half_days", "own_challenges"}
                )
                seat = Seat(kind=event.peer_kind, reason=record.reason, **told)
                return self.but(team=(*self.team, seat))
            case TeamMemberReleased():
                return self.but(team=tuple(s for s in self.team if s.peer != event.peer))
        return self

    def _done(self, record: Record) -> Self:
        match event := record.event:
            case ChallengeScheduled():
                return self.but(
                    status=ChallengeStatus.SCHEDULED,
                    first_day=event.first_day,
                    last_day=event.last_day,
                )
            case ChallengeConducted():
                gave = {member.peer: member.half_days for member in event.team}
                return self.but(
                    status=ChallengeStatus.CONDUCTED,
                    first_day=event.first_day,
                    last_day=event.last_day,
                    team=tuple(seat.but(half_days=gave[seat.peer]) for seat in self.team),
                    half_days_given=sum(gave.values()),
                )
            case FindingsReported():
                return self.but(
                    status=ChallengeStatus.REPORTED,
                    strengths=event.strengths,
                    areas_to_consider=event.areas_to_consider,
                    reported_on=record.effective_on,
                )
            case ActionPlanAgreed():
                return self.but(
                    status=ChallengeStatus.PLANNED,
                    actions=event.actions,
                    follow_up_due_on=event.follow_up_due_on,
                )
            case FollowUpHeld():
                told = event.model_dump(include={"held_on", "progress", "actions_done"})
                return self.but(
                    status=ChallengeStatus.FOLLOWED_UP,
                    follow_ups=(*self.follow_ups, FollowUp(**told)),
                )
            case ChallengeCancelled():
                return self.but(
                    status=ChallengeStatus.CANCELLED,
                    cancelled_on=record.effective_on,
                    cancelled_because=record.reason,
                )
        return self

    def follow_up_overdue(self, on: date) -> bool:
        """Whether the follow-up should have been held by this day."""
        due = self.follow_up_due_on
        return self.status == ChallengeStatus.PLANNED and due is not None and due < on

    @property
    def lacks_a_member(self) -> bool:
        """Whether it is still to come without an elected member on its team."""
        to_come = self.status in (ChallengeStatus.AGREED, ChallengeStatus.SCHEDULED)
        return to_come and all(seat.kind != PeerKind.MEMBER for seat in self.team)


class TeamRow(View, indexes=("peer", "challenge", "home_council"), scope="programme"):
    """A peer's place on a team: the challenges that a peer may see."""

    peer: PeerRef
    challenge: ChallengeRef
    host: CouncilCode
    home_council: CouncilCode
    role: TeamRole
    year: FinancialYear
    half_days: int

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case TeamMemberAssigned() | TeamMemberReleased():
                return (f"{event.challenge}/{event.peer}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, TeamMemberAssigned):
            return None
        told = {"peer", "challenge", "home_council", "role", "year", "half_days"}
        return cls(host=event.council, **event.model_dump(include=told))


class Exchanged(Frozen):
    """Time given by one council in another's challenge."""

    challenge: ChallengeRef
    council: CouncilCode
    """The other one."""
    half_days: int
    mutual: bool


class CouncilExchange(View, indexes=("council", "region"), scope="council"):
    """Where a council stands: its entitlement to a corporate peer challenge, what it has given
    in others' challenges and what it has received."""

    council: CouncilCode
    name: str
    region: Region
    registered_on: date
    succeeded_on: date | None = None
    last_conducted_on: date | None = None
    """Of its corporate peer challenges."""
    last_challenge: str | None = None
    """Its reference, or where an earlier one is known from."""
    to_come: dict[str, str] = {}
    """Corporate challenges to come: reference, and first day where it is set."""
    given: tuple[Exchanged, ...] = ()
    received: tuple[Exchanged, ...] = ()

    @property
    def due_on(self) -> date:
        """Three years after the last one; of a council without any, after it was registered."""
        return years_after(self.last_conducted_on or self.registered_on)

    @property
    def scheduled_on(self) -> date | None:
        """The first day of a corporate challenge to come."""
        return min((date.fromisoformat(day) for day in self.to_come.values() if day), default=None)

    def standing(self, on: date) -> Standing:
        """Where it stands on a day: due within a year, overdue, or scheduled meanwhile."""
        if self.succeeded_on and self.succeeded_on <= on:
            return "succeeded"
        if self.due_on < on:
            return "overdue"
        if self.scheduled_on:
            return "scheduled"
        return "due" if self.due_on <= years_after(on, 1) else "up to date"

    def covered(self, on: date) -> bool:
        """Whether it has had its corporate challenge, and is not due another yet."""
        return bool(self.last_conducted_on) and self.due_on >= on

    @property
    def asked_half_days(self) -> int:
        """Of its director of children's services, each financial year."""
        return ASKED_OF_DIRECTORS

    @property
    def half_days_given(self) -> int:
        """In others' challenges."""
        return sum(each.half_days for each in self.given)

    @property
    def half_days_received(self) -> int:
        """From others, in its own challenges."""
        return sum(each.half_days for each in self.received)

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case (
                CouncilRegistered()
                | CouncilRenamed()
                | CouncilProfileRevised()
                | CouncilSucceeded()
            ):
                return (event.council,)
            case ChallengeAgreed() | ChallengeScheduled() | ChallengeCancelled():
                return (event.council,)
            case EarlierChallengeRecorded():
                return (event.council,)
            case ChallengeConducted():
                return tuple(sorted({event.council, *(m.home_council for m in event.team)}))
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, CouncilRegistered):
            told = event.model_dump(include={"council", "name", "region"})
            return cls(registered_on=record.effective_on, **told)
        return row and row._after(record)

    def _after(self, record: Record) -> Self:
        match event := record.event:
            case CouncilRenamed():
                return self.but(name=event.name)
            case CouncilProfileRevised():
                return self.but(region=event.region)
            case CouncilSucceeded():
                return self.but(succeeded_on=record.effective_on)
            case EarlierChallengeRecorded() if event.kind == ChallengeKind.CORPORATE:
                return self._conducted(event.conducted_on, event.source)
            case ChallengeAgreed():
                return self._planned(event, "")
            case ChallengeScheduled():
                return self._planned(event, event.first_day.isoformat())
            case ChallengeCancelled():
                return self._without(event.challenge)
            case ChallengeConducted():
                return self._exchanged(event)
        return self

    def _planned(self, event: ChallengeEvent, day: str) -> Self:
        if event.kind != ChallengeKind.CORPORATE:
            return self
        return self.but(to_come={**self.to_come, event.challenge: day})

    def _without(self, challenge: str) -> Self:
        return self.but(to_come={c: day for c, day in self.to_come.items() if c != challenge})

    def _conducted(self, on: date, said: str) -> Self:
        if self.last_conducted_on and self.last_conducted_on >= on:
            return self
        return self.but(last_conducted_on=on, last_challenge=said)

    def _exchanged(self, event: ChallengeConducted) -> Self:
        row = self
        if event.council != self.council:
            half_days = sum(m.half_days for m in event.team if m.home_council == self.council)
            gave = Exchanged(
                challenge=event.challenge,
                council=event.council,
                half_days=half_days,
                mutual=event.mutual_with == self.council,
            )
            return row.but(given=(*self.given, gave))
        row = row._without(event.challenge)
        if event.kind == ChallengeKind.CORPORATE:
            row = row._conducted(event.last_day, event.challenge)
        homes = sorted({member.home_council for member in event.team})
        received = tuple(
            Exchanged(
                challenge=event.challenge,
                council=home,
                half_days=sum(m.half_days for m in event.team if m.home_council == home),
                mutual=event.mutual_with == home,
            )
            for home in homes
        )
        return row.but(received=(*self.received, *received))
