"""What happens in mentoring."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from domain.councils import Region
from domain.kernel import (
    CaseRef,
    CouncilCode,
    Event,
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

    peer: PeerRef
    half_days: int
    why: Text
    candidates: tuple[Ranked, ...]
    """Everybody considered, with scores and exclusions."""
    shown_at: int
    """The position of the log that the ranking shows."""
    method: int
    """The version of the rules that it was ranked by."""


class MatchAccepted(MentoringEvent):
    """The mentor accepted."""

    peer: PeerRef


class MatchDeclined(MentoringEvent):
    """The mentor declined."""

    peer: PeerRef


class PeerAcceptedByCouncil(MentoringEvent):
    """The council accepted the mentor."""

    peer: PeerRef


class PeerDeclinedByCouncil(MentoringEvent):
    """The council declined the mentor."""

    peer: PeerRef


class SessionScheduled(MentoringEvent):
    """A session was scheduled."""

    peer: PeerRef
    session: int
    on: date
    mode: Mode


class SessionHeld(MentoringEvent):
    """A session was held."""

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

    peer: PeerRef
    session: int
    cancelled_by: CancelledBy


class ObjectiveReviewed(MentoringEvent):
    """An objective was reviewed."""

    objective: int
    progress: Progress
    evidence: Text


class MatchTransferred(MentoringEvent):
    """Mentoring went to the successor of a council that was reorganised, with its case."""

    successor: CouncilCode


class MentoringEnded(MentoringEvent):
    """Mentoring ended."""

    peer: PeerRef | None = None
    """The mentor, where there was one."""
    outcome: Text
    feedback: Text | None = None
