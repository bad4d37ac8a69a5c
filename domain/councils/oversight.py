"""What else people record of a council: how far it takes part, notices, visits, who leads."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.councils.decisions import stands
from domain.councils.events import (
    AdviserAppointed,
    AdviserStoodDown,
    CommissionerAppointed,
    CommissionerStoodDown,
    DirectionReplaced,
    EngagementChanged,
    FocusedVisitRecorded,
    ImprovementBoardEstablished,
    ImprovementBoardStoodDown,
    ImprovementNoticeIssued,
    ImprovementNoticeLifted,
    LeaderNamed,
    MonitoringVisitRecorded,
    PartnerAppointed,
    PartnershipEnded,
    RiskConcernClosed,
    RiskConcernRaised,
    StatutoryDirectionIssued,
    StatutoryDirectionRevoked,
    TrustEstablished,
    TrustWoundUp,
)
from domain.councils.state import Council
from domain.councils.vocabulary import Engagement, InstrumentKind, Office
from domain.kernel import BESIDE, Actor, Command, Event, Grounds, Line, PersonId, Refused, Text


class ChangeEngagement(Command):
    engagement: Engagement
    evidence: Grounds


class NameNotice(Command):
    notice: Line
    reason: Text


class NamePerson(Command):
    """Somebody by their person id, or by a name that is kept beside the log."""

    person: PersonId | None = Field(default=None, description="Of somebody known already")
    name: Annotated[Line | None, BESIDE] = Field(default=None, description="Kept beside the log")

    @property
    def named(self) -> bool:
        """Whether it says who, once."""
        return (self.person is None) != (self.name is None)


class NameDirection(NamePerson):
    """A direction; when issued, with its commissioner if one was appointed."""

    direction: Line
    reason: Text


class ReplaceDirection(Command):
    direction: Line
    by_kind: Literal["direction", "notice"]
    by: Line
    reason: Text


class RecordVisit(Command):
    kind: Literal["monitoring", "focused"]
    visited_on: date
    theme: Line | None = None
    findings: Grounds


class AppointPerson(NamePerson):
    post: Literal["adviser", "commissioner", "board chair"]


class EndAppointment(Command):
    """The end of an adviser's, commissioner's or board's work."""

    post: Literal["adviser", "commissioner", "board"]
    person: PersonId | None = None
    reason: Text


class AppointBody(Command):
    """A partner or a trust takes on the services."""

    kind: Literal["partner", "trust"]
    body: Line
    direction: Line | None = Field(default=None, description="The direction that appointed it")
    reason: Text


class EndBody(Command):
    """A partner or a trust gives the services back."""

    kind: Literal["partner", "trust"]
    body: Line
    reason: Text


class NameLeader(NamePerson):
    office: Office


class RaiseConcern(Command):
    source_of_concern: Line
    indicators: dict[str, str] = {}
    reason: Text


class CloseConcern(Command):
    reason: Text


def change_engagement(command: ChangeEngagement, council: Council, by: Actor) -> list[Event]:
    """Record how far a council takes part, with the evidence."""
    stands(council, command.on)
    if command.engagement == council.engagement:
        raise Refused("no-change", f"{council.name} is {command.engagement} already.")
    return [
        EngagementChanged(
            council=council.council, engagement=command.engagement, evidence=command.evidence
        )
    ]


def issue_notice(command: NameNotice, council: Council, by: Actor) -> list[Event]:
    """Record an improvement notice."""
    stands(council, command.on)
    if command.notice in council.notices:
        raise Refused("in-force", f"{command.notice} is in force already.")
    return [ImprovementNoticeIssued(council=council.council, notice=command.notice)]


def lift_notice(command: NameNotice, council: Council, by: Actor) -> list[Event]:
    """Record that a notice was lifted."""
    if command.notice not in council.notices:
        raise Refused("not-in-force", f"{command.notice} is not in force for {council.name}.")
    return [ImprovementNoticeLifted(council=council.council, notice=command.notice)]


def _who(command: NamePerson) -> None:
    if not command.named:
        raise Refused("bad-person", "Choose who it is, or give their name: one of the two.")


def issue_direction(
    command: NameDirection, council: Council, commissioner: str | None, by: Actor
) -> list[Event]:
    """Record a statutory direction, with its commissioner if one was appointed."""
    stands(council, command.on)
    if command.direction in council.directions:
        raise Refused("in-force", f"{command.direction} is in force already.")
    return [
        StatutoryDirectionIssued(
            council=council.council,
            direction=command.direction,
            commissioner=commissioner,
        )
    ]


def _in_force(council: Council, direction: str) -> None:
    if direction not in council.directions:
        raise Refused("not-in-force", f"{direction} is not in force for {council.name}.")


def revoke_direction(command: NameDirection, council: Council, by: Actor) -> list[Event]:
    """Record that a direction was revoked."""
    _in_force(council, command.direction)
    return [StatutoryDirectionRevoked(council=council.council, direction=command.direction)]


def replace_direction(command: ReplaceDirection, council: Council, by: Actor) -> list[Event]:
    """Record that a direction gave way to another, or to a notice."""
    stands(council, command.on)
    _in_force(council, command.direction)
    if command.by in (*council.notices, *council.directions):
        raise Refused("in-force", f"{command.by} is in force already: name the one that is new.")
    return [
        DirectionReplaced(
            council=council.council,
            direction=command.direction,
            by_kind=command.by_kind,
            by=command.by,
        )
    ]


def record_visit(command: RecordVisit, council: Council, by: Actor) -> list[Event]:
    """Record a monitoring or a focused visit."""
    stands(council, command.visited_on)
    code, visited_on, findings = council.council, command.visited_on, command.findings
    if visited_on > command.on:
        raise Refused("bad-dates", "A visit is recorded once it has been made.")
    if command.kind == "monitoring":
        return [MonitoringVisitRecorded(council=code, visited_on=visited_on, findings=findings)]
    if command.theme is None:
        raise Refused("bad-theme", "Say what the focused visit looked at.")
    return [
        FocusedVisitRecorded(
            council=code, visited_on=visited_on, theme=command.theme, findings=findings
        )
    ]


def appoint(command: AppointPerson, council: Council, person: str, by: Actor) -> list[Event]:
    """Record an adviser, a commissioner or the chair of an improvement board."""
    stands(council, command.on)
    _who(command)
    code = council.council
    kind = _POSTS.get(command.post)
    if kind and (kind, person) in council.appointed:
        raise Refused("in-force", f"They are {kind} of {council.name} already.")
    match command.post:
        case "adviser":
            return [AdviserAppointed(council=code, person=person)]
        case "commissioner":
            return [CommissionerAppointed(council=code, person=person)]
    return [ImprovementBoardEstablished(council=code, chair=person)]


_POSTS = {"adviser": InstrumentKind.ADVISER, "commissioner": InstrumentKind.COMMISSIONER}


def end_appointment(command: EndAppointment, council: Council, by: Actor) -> list[Event]:
    """Record that an adviser, a commissioner or an improvement board stood down."""
    code = council.council
    if command.post == "board":
        if not council.board:
            raise Refused("not-in-force", f"{council.name} has no improvement board.")
        return [ImprovementBoardStoodDown(council=code)]
    kind = _POSTS[command.post]
    if command.person is None or (kind, command.person) not in council.appointed:
        names = [reference for held, reference in council.appointed if held == kind]
        raise Refused(
            "not-in-force",
            f"Choose an {kind} of {council.name}."
            if kind == InstrumentKind.ADVISER
            else f"Choose a {kind} of {council.name}.",
            appointed=names,
        )
    if kind == InstrumentKind.ADVISER:
        return [AdviserStoodDown(council=code, person=command.person)]
    return [CommissionerStoodDown(council=code, person=command.person)]


def appoint_body(command: AppointBody, council: Council, by: Actor) -> list[Event]:
    """Record that a partner or a trust took on the services."""
    stands(council, command.on)
    if command.direction is not None:
        _in_force(council, command.direction)
    if (InstrumentKind(command.kind), command.body) in council.appointed:
        raise Refused("in-force", f"{command.body} is {command.kind} of {council.name} already.")
    code, direction = council.council, command.direction
    if command.kind == "partner":
        return [PartnerAppointed(council=code, partner=command.body, direction=direction)]
    return [TrustEstablished(council=code, trust=command.body, direction=direction)]


def end_body(command: EndBody, council: Council, by: Actor) -> list[Event]:
    """Record that the services came back from a partner or a trust."""
    if (InstrumentKind(command.kind), command.body) not in council.appointed:
        raise Refused("not-in-force", f"{command.body} is no {command.kind} of {council.name}.")
    if command.kind == "partner":
        return [PartnershipEnded(council=council.council, partner=command.body)]
    return [TrustWoundUp(council=council.council, trust=command.body)]


def name_leader(command: NameLeader, council: Council, person: str, by: Actor) -> list[Event]:
    """Record who leads children's services."""
    stands(council, command.on)
    _who(command)
    return [LeaderNamed(council=council.council, office=command.office, person=person)]


def raise_concern(command: RaiseConcern, council: Council, by: Actor) -> list[Event]:
    """Record a cause for concern."""
    stands(council, command.on)
    return [
        RiskConcernRaised(
            council=council.council,
            concern=council.concerns_raised + 1,
            source_of_concern=command.source_of_concern,
            indicators=command.indicators,
        )
    ]


def close_concern(command: CloseConcern, council: Council, concern: int, by: Actor) -> list[Event]:
    """Record that a concern was resolved."""
    if concern not in council.concerns:
        raise Refused("not-found", f"Concern {concern} is not open for {council.name}.")
    return [RiskConcernClosed(council=council.council, concern=concern)]
