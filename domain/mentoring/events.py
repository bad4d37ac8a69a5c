"""What happens in mentoring."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from domain.councils import Region
from domain.kernel import (
    CaseRef,
    CouncilCode,
    Event,
    Grounds,
    Line,
    MatchRef,
    PeerRef,
    PersonId,
    Text,
    Upcaster,
)
from domain.mentoring.matching import MenteeOffice, Ranked
from domain.policy import PolicyTheme, untagged


class Mode(StrEnum):
    """How a session is held."""

    IN_PERSON = "in person"
    VIDEO = "video"
    TELEPHONE = "telephone"


Progress = Literal["met", "on course", "at risk", "not met"]
CancelledBy = Literal["mentor", "mentee", "board"]


class MentoringEvent(Event, abstract=True, stream="{match}"):
    match: MatchRef
    case: CaseRef
    council: CouncilCode


class MentoringRequested(MentoringEvent):
    """Mentoring was requested for somebody who leads a council in intervention."""

    says = (
        "{match} was requested for the {mentee_office} in {council}, with {objectives:counted"
        " objective}."
    )
    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: untagged}

    region: Region
    mentee_office: MenteeOffice
    mentee: PersonId
    mentee_party: Line | None = None
    objectives: tuple[Text, ...]
    themes: tuple[Line, ...]
    policy_themes: tuple[PolicyTheme, ...] = ()
    """The Board's priorities that it serves (since version 2)."""


class MentorMatched(MentoringEvent):
    """A mentor was chosen among the candidates, with reasons."""

    says = (
        "{peer} was chosen as mentor in {match} for {half_days}, out of {candidates:counted"
        " candidate}."
    )
    peer: PeerRef
    half_days: int
    why: Grounds
    candidates: tuple[Ranked, ...]
    """Everybody considered, with scores and exclusions."""
    shown_at: int
    """The position of the log that the ranking shows."""
    method: int
    """The version of the rules that it was ranked by."""


class MatchAccepted(MentoringEvent):
    """The mentor accepted."""

    says = "{peer} agreed to be the mentor in {match}."
    peer: PeerRef


class MatchDeclined(MentoringEvent):
    """The mentor declined."""

    says = "{peer} declined to be the mentor in {match}."
    peer: PeerRef


class PeerAcceptedByCouncil(MentoringEvent):
    """The council accepted the mentor."""

    says = "{council} accepted {peer} as the mentor in {match}."
    peer: PeerRef


class PeerDeclinedByCouncil(MentoringEvent):
    """The council declined the mentor."""

    says = "{council} declined {peer} as the mentor in {match}."
    peer: PeerRef


class SessionScheduled(MentoringEvent):
    """A session was scheduled."""

    says = (
        "Session {session} of {match} was arranged for {on}, [{mode:if in person}in person|by"
        " {mode}]."
    )
    peer: PeerRef
    session: int
    on: date
    mode: Mode


class SessionHeld(MentoringEvent):
    """A session was held."""

    says = (
        "Session {session} of {match} was held on {on} [{mode:if in person}in person|by {mode}],"
        " for {minutes}."
    )
    peer: PeerRef
    session: int
    on: date
    minutes: int
    half_days: int
    mode: Mode
    themes: tuple[Line, ...]
    agreed_actions: tuple[Text, ...]
    note: str | None = None
    """The confidential note's id; its text is kept beside the log."""


class SessionCancelled(MentoringEvent):
    """A session was cancelled."""

    says = "Session {session} of {match} was cancelled by the {cancelled_by}."
    peer: PeerRef
    session: int
    cancelled_by: CancelledBy


class ObjectiveReviewed(MentoringEvent):
    """An objective was reviewed."""

    says = "Objective {objective} of {match} was reviewed: {progress}."
    objective: int
    progress: Progress
    evidence: Grounds


class MatchTransferred(MentoringEvent):
    """Mentoring went to the successor of a council that was reorganised, with its case."""

    says = "{match} went with {case} from {council} to {successor:council}, which succeeded it."
    successor: CouncilCode


class MentoringEnded(MentoringEvent):
    """Mentoring ended."""

    says = "The mentoring of {match} ended[ with {peer} as mentor]."
    peer: PeerRef | None = None
    """The mentor, where there was one."""
    outcome: Text
    feedback: Text | None = None
