"""Mentoring as people see it: each match, why its mentor was chosen, and the log of sessions."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import Region
from domain.kernel import CaseRef, CouncilCode, Frozen, MatchRef, PeerRef, Record
from domain.mentoring import (
    MatchAccepted,
    MatchDeclined,
    MatchStatus,
    MatchTransferred,
    MenteeOffice,
    MentoringEnded,
    MentoringEvent,
    MentoringRequested,
    MentorMatched,
    Mode,
    ObjectiveReviewed,
    PeerAcceptedByCouncil,
    PeerDeclinedByCouncil,
    Ranked,
    SessionCancelled,
    SessionHeld,
    SessionScheduled,
)
from domain.people import Days, DaysFor
from domain.policy import PolicyTheme
from projections.engine import View


class Objective(Frozen):
    """What mentoring is for, and how it goes."""

    objective: int
    text: str
    progress: str = "not reviewed"
    evidence: str = ""
    reviewed_on: date | None = None


class AgreedAction(Frozen):
    """What mentor and mentee agreed to do, and in which session."""

    session: int
    on: date
    text: str


class MatchRow(
    View,
    indexes=("status", "council", "case", "peer", "region"),
    search=("match", "mentee_office", "themes", "why"),
    scope="council",
):
    """A mentoring match: request, mentor, objectives and what was given."""

    match: MatchRef
    case: CaseRef
    council: CouncilCode
    region: Region
    status: MatchStatus
    mentee_office: MenteeOffice
    mentee: str
    mentee_party: str | None = None
    themes: tuple[str, ...]
    policy_themes: tuple[PolicyTheme, ...] = ()
    objectives: tuple[Objective, ...]
    requested_on: date
    peer: PeerRef | None = None
    matched_on: date | None = None
    why: str | None = None
    mentor_accepted: bool = False
    council_accepted: bool = False
    half_days_reserved: int = 0
    """Reserved and not yet given."""
    half_days_delivered: int = 0
    scheduled: tuple[int, ...] = ()
    """The sessions that are still to come, by number."""
    sessions_held: int = 0
    minutes: int = 0
    last_session_on: date | None = None
    agreed_actions: tuple[AgreedAction, ...] = ()
    ended_on: date | None = None
    outcome: str | None = None
    feedback: str | None = None
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case MentoringEvent():
                return (event.match,)
            case DaysFor() if event.match:
                return (event.match,)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, MentoringRequested):
            return cls(
                status=MatchStatus.REQUESTED,
                objectives=tuple(
                    Objective(objective=n, text=text) for n, text in enumerate(event.objectives, 1)
                ),
                requested_on=record.effective_on,
                **event.model_dump(exclude={"objectives"}),
            )
        return row and row._met(record)._answered(record)

    def _answered(self, record: Record) -> Self:
        match event := record.event:
            case MentorMatched():
                return self.but(
                    status=MatchStatus.MATCHED,
                    peer=event.peer,
                    matched_on=record.effective_on,
                    why=event.why,
                )
            case MatchAccepted():
                return self.but(mentor_accepted=True)._running_if_both()
            case PeerAcceptedByCouncil():
                return self.but(council_accepted=True)._running_if_both()
            case MatchTransferred():
                running = self.status == MatchStatus.RUNNING
                return self.but(
                    council=event.successor,
                    council_accepted=False,
                    status=MatchStatus.MATCHED if running else self.status,
                )
            case MatchDeclined() | PeerDeclinedByCouncil():
                return self.but(
                    status=MatchStatus.REQUESTED,
                    peer=None,
                    matched_on=None,
                    why=None,
                    mentor_accepted=False,
                    council_accepted=False,
                )
            case MentoringEnded():
                return self.but(
                    status=MatchStatus.ENDED,
                    ended_on=record.effective_on,
                    outcome=event.outcome,
                    feedback=event.feedback,
                )
        return self

    def _running_if_both(self) -> Self:
        both = self.mentor_accepted and self.council_accepted
        return self.but(status=MatchStatus.RUNNING) if both else self

    def _met(self, record: Record) -> Self:
        match event := record.event:
            case DaysFor():
                days = Days(reserved=self.half_days_reserved, delivered=self.half_days_delivered)
                days = days.after(event)
                return self.but(
                    half_days_reserved=days.reserved, half_days_delivered=days.delivered
                )
            case SessionHeld():
                agreed = tuple(
                    AgreedAction(session=event.session, on=event.on, text=text)
                    for text in event.agreed_actions
                )
                return self._settled(event.session).but(
                    sessions_held=self.sessions_held + 1,
                    minutes=self.minutes + event.minutes,
                    last_session_on=max(event.on, self.last_session_on or event.on),
                    agreed_actions=(*self.agreed_actions, *agreed),
                )
            case SessionScheduled():
                return self.but(scheduled=(*self.scheduled, event.session))
            case SessionCancelled():
                return self._settled(event.session)
            case ObjectiveReviewed():
                reviewed = {
                    "progress": event.progress,
                    "evidence": event.evidence,
                    "reviewed_on": record.effective_on,
                }
                return self.but(
                    objectives=tuple(
                        o.but(**reviewed) if o.objective == event.objective else o
                        for o in self.objectives
                    )
                )
        return self

    def _settled(self, session: int) -> Self:
        return self.but(scheduled=tuple(n for n in self.scheduled if n != session))


class MatchingRow(View, indexes=("match", "chosen"), scope="programme"):
    """Why a mentor was chosen: the ranking that was shown, and the reasons given.

    Other peers' scores are for the team alone: neither the council nor a peer sees them.
    """

    match: MatchRef
    matching: int
    """The first choice, the second after a refusal, and so on: the version that recorded it."""
    case: CaseRef
    council: CouncilCode
    chosen: PeerRef
    half_days: int
    why: str
    shown_at: int
    method: int
    candidates: tuple[Ranked, ...]
    decided_on: date
    decided_by: str

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        matched = isinstance(record.event, MentorMatched)
        return (f"{record.stream}/{record.version}",) if matched else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, MentorMatched):
            return row
        return cls(
            matching=record.version,
            chosen=event.peer,
            decided_on=record.effective_on,
            decided_by=record.actor,
            **event.model_dump(exclude={"peer"}),
        )


class SessionRow(
    View, indexes=("council", "case", "match", "peer", "held_on", "state"), scope="council"
):
    """A line of the mentoring log."""

    match: MatchRef
    session: int
    case: CaseRef
    council: CouncilCode
    peer: PeerRef
    state: str
    """scheduled, held, cancelled"""
    held_on: date
    """Or to be held on."""
    minutes: int = 0
    half_days: int = 0
    mode: Mode
    themes: tuple[str, ...] = ()
    agreed_actions: tuple[str, ...] = ()
    note: str | None = None
    """The confidential note's id, where there is one."""
    recorded_by: str | None = None
    """Who recorded that it was held."""
    cancelled_by: str | None = None
    cancelled_because: str | None = None

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
                return cls(
                    **event.model_dump(exclude={"on"}),
                    held_on=event.on,
                    state="held",
                    recorded_by=record.actor,
                )
            case SessionCancelled() if row:
                return row.but(
                    state="cancelled",
                    cancelled_by=event.cancelled_by,
                    cancelled_because=record.reason,
                )
        return row
