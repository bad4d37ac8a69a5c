"""Mentoring as people see it: each match, and the log of sessions."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import Region
from domain.kernel import CaseRef, CouncilCode, Frozen, MatchRef, Record
from domain.mentoring import (
    MentoringEnded,
    MentoringEvent,
    MentoringMatch,
    MentoringRequested,
    MentorMatched,
    Mode,
    ObjectiveReviewed,
    Ranked,
    SessionCancelled,
    SessionHeld,
    SessionScheduled,
)
from projections.engine import View


class Objective(Frozen):
    """What mentoring is for, and how it goes."""

    objective: int
    text: str
    progress: str = "not reviewed"
    evidence: str = ""


class MatchRow(View, indexes=("status", "council", "case", "peer", "region"), scope="council"):
    """A mentoring match: request, mentor, objectives and what was given."""

    match: MatchRef
    case: CaseRef
    council: CouncilCode
    region: Region
    status: str
    mentee_office: str
    mentee: str
    themes: tuple[str, ...]
    objectives: tuple[Objective, ...]
    requested_on: date
    peer: str | None = None
    why: str | None = None
    candidates: tuple[Ranked, ...] = ()
    half_days_reserved: int = 0
    half_days_delivered: int = 0
    sessions_held: int = 0
    minutes: int = 0
    last_session_on: date | None = None
    outcome: str | None = None
    feedback: str | None = None
    state: MentoringMatch
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.event.match,) if isinstance(record.event, MentoringEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, MentoringRequested):
            row = cls(
                match=event.match,
                case=event.case,
                council=event.council,
                region=event.region,
                status="requested",
                mentee_office=event.mentee_office,
                mentee=event.mentee,
                themes=event.themes,
                objectives=tuple(
                    Objective(objective=n, text=text) for n, text in enumerate(event.objectives, 1)
                ),
                requested_on=record.effective_on,
                state=MentoringMatch(match=event.match),
            )
        if row is None:
            return None
        state = row.state.apply(record).but(version=record.version)
        return row._with(record).but(state=state, status=state.status, peer=state.peer)

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case MentorMatched():
                return self.but(
                    why=event.why,
                    candidates=event.candidates,
                    half_days_reserved=event.half_days,
                )
            case SessionHeld():
                return self.but(
                    half_days_delivered=self.half_days_delivered + event.half_days,
                    sessions_held=self.sessions_held + 1,
                    minutes=self.minutes + event.minutes,
                    last_session_on=max(event.on, self.last_session_on or event.on),
                )
            case ObjectiveReviewed():
                reviewed = {"progress": event.progress, "evidence": event.evidence}
                return self.but(
                    objectives=tuple(
                        o.but(**reviewed) if o.objective == event.objective else o
                        for o in self.objectives
                    )
                )
            case MentoringEnded():
                return self.but(outcome=event.outcome, feedback=event.feedback)
        return self


class SessionRow(
    View, indexes=("council", "case", "match", "peer", "held_on", "state"), scope="council"
):
    """A line of the mentoring log."""

    match: MatchRef
    session: int
    case: CaseRef
    council: CouncilCode
    peer: str | None = None
    state: str
    held_on: date
    minutes: int = 0
    half_days: int = 0
    mode: Mode
    themes: tuple[str, ...] = ()
    agreed_actions: tuple[str, ...] = ()
    note: str | None = None

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case SessionScheduled() | SessionHeld() | SessionCancelled():
                return (f"{event.match}/{event.session}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case SessionScheduled():
                return cls(**event.model_dump(exclude={"on"}), held_on=event.on, state="scheduled")
            case SessionHeld():
                return cls(**event.model_dump(exclude={"on"}), held_on=event.on, state="held")
            case SessionCancelled() if row:
                return row.but(state="cancelled")
        return row
