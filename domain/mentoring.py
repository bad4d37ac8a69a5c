"""Peer mentoring: a request, a match with reasons, sessions held, objectives reviewed."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field

from domain.councils import Region
from domain.interventions import InterventionCase, MentoringRequestedForCase
from domain.kernel import (
    Actor,
    Aggregate,
    CaseRef,
    Command,
    CouncilCode,
    Event,
    Frozen,
    Line,
    MatchRef,
    PeerRef,
    Record,
    Refused,
    Text,
    financial_year,
)
from domain.people import Peer, deliver, release_rest, reserve


class Mode(StrEnum):
    """How a session is held."""

    IN_PERSON = "in person"
    VIDEO = "video"
    TELEPHONE = "telephone"


# --- Matching -------------------------------------------------------------------------------


class Candidate(Frozen):
    """What is known of a peer when a mentor is looked for."""

    peer: PeerRef
    kind: str
    home_council: CouncilCode
    home_region: Region
    party: str | None = None
    themes: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    free_half_days: int = 0
    open_matches: int = 0
    delivered_half_days: int = 0


class Ranked(Frozen):
    """A candidate's score, part by part, or why they are excluded."""

    peer: PeerRef
    score: int
    parts: dict[str, int]
    excluded: str | None = None


_NEIGHBOURS: Mapping[Region, frozenset[Region]] = {
    Region.NORTH_EAST: frozenset({Region.NORTH_WEST, Region.YORKSHIRE}),
    Region.NORTH_WEST: frozenset(
        {Region.NORTH_EAST, Region.YORKSHIRE, Region.WEST_MIDLANDS, Region.EAST_MIDLANDS}
    ),
    Region.YORKSHIRE: frozenset({Region.NORTH_EAST, Region.NORTH_WEST, Region.EAST_MIDLANDS}),
    Region.EAST_MIDLANDS: frozenset(
        {Region.YORKSHIRE, Region.NORTH_WEST, Region.WEST_MIDLANDS, Region.EAST, Region.SOUTH_EAST}
    ),
    Region.WEST_MIDLANDS: frozenset(
        {Region.NORTH_WEST, Region.EAST_MIDLANDS, Region.SOUTH_WEST, Region.SOUTH_EAST}
    ),
    Region.EAST: frozenset({Region.EAST_MIDLANDS, Region.LONDON, Region.SOUTH_EAST}),
    Region.LONDON: frozenset({Region.EAST, Region.SOUTH_EAST}),
    Region.SOUTH_EAST: frozenset(
        {Region.LONDON, Region.EAST, Region.SOUTH_WEST, Region.EAST_MIDLANDS, Region.WEST_MIDLANDS}
    ),
    Region.SOUTH_WEST: frozenset({Region.SOUTH_EAST, Region.WEST_MIDLANDS}),
}


def rank(
    candidates: Sequence[Candidate],
    council: str,
    region: Region,
    themes: Sequence[str],
    half_days: int,
    party: str | None = None,
) -> list[Ranked]:
    """Candidates by score, the excluded last, each score part and exclusion named.

    Up to 40 for themes shared, 20 for region (same 20, next 10), 20 for party balance (another
    party than the mentee's), 10 for experience, 10 for a light workload.
    """
    ranked = [_ranked(c, council, region, themes, half_days, party) for c in candidates]
    return sorted(ranked, key=lambda r: (r.excluded is not None, -r.score, r.peer))


def _ranked(
    candidate: Candidate,
    council: str,
    region: Region,
    themes: Sequence[str],
    half_days: int,
    party: str | None,
) -> Ranked:
    shared = len(set(themes) & set(candidate.themes))
    near = region in _NEIGHBOURS[candidate.home_region]
    same = candidate.home_region == region
    balance = 20 if party and candidate.party and candidate.party != party else 0
    parts = {
        "themes": 40 * shared // len(set(themes)) if themes else 0,
        "region": 20 if same else 10 if near else 0,
        "party balance": balance,
        "experience": min(10, candidate.delivered_half_days // 2),
        "workload": max(0, 10 - 5 * candidate.open_matches),
    }
    excluded = None
    if candidate.home_council == council:
        excluded = "comes from the mentee's own council"
    elif council in candidate.interests:
        excluded = "has declared an interest in the council"
    elif candidate.free_half_days < half_days:
        excluded = f"has {candidate.free_half_days} half-days free of {half_days} needed"
    return Ranked(peer=candidate.peer, score=sum(parts.values()), parts=parts, excluded=excluded)


# --- Events ---------------------------------------------------------------------------------


class MentoringEvent(Event, abstract=True, stream="{match}"):
    match: MatchRef
    case: CaseRef
    council: CouncilCode


class MentoringRequested(MentoringEvent):
    """Mentoring was requested for somebody who leads a council in intervention."""

    region: Region
    mentee_office: Line
    mentee: Line
    """Person id."""
    mentee_party: Line | None = None
    objectives: tuple[Text, ...]
    themes: tuple[Line, ...]


class MentorMatched(MentoringEvent):
    """A mentor was chosen among the candidates, with reasons."""

    peer: PeerRef
    half_days: int
    why: Text
    candidates: tuple[Ranked, ...]
    """Everybody considered, with scores and exclusions."""


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

    session: int
    cancelled_by: Literal["mentor", "mentee", "board"]


class ObjectiveReviewed(MentoringEvent):
    """An objective was reviewed."""

    objective: int
    progress: Literal["met", "on course", "at risk", "not met"]
    evidence: Text


class MentoringEnded(MentoringEvent):
    """Mentoring ended."""

    outcome: Text
    feedback: Text


# --- State ----------------------------------------------------------------------------------


class MentoringMatch(Aggregate, stream="{match}"):
    """A mentoring match as its decisions need it."""

    match: MatchRef
    case: str = ""
    council: str = ""
    region: Region | None = None
    status: str = "none"
    """requested, matched, running, ended"""
    themes: tuple[str, ...] = ()
    mentee_party: str | None = None
    objectives: int = 0
    peer: str | None = None
    reserved_year: str = ""
    mentor_accepted: bool = False
    council_accepted: bool = False
    sessions: Mapping[int, str] = {}
    """scheduled, held, cancelled"""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case MentoringRequested():
                return self.but(
                    status="requested",
                    case=event.case,
                    council=event.council,
                    region=event.region,
                    themes=event.themes,
                    mentee_party=event.mentee_party,
                    objectives=len(event.objectives),
                )
            case MentorMatched():
                return self.but(
                    status="matched",
                    peer=event.peer,
                    reserved_year=financial_year(record.effective_on),
                    mentor_accepted=False,
                    council_accepted=False,
                )
            case MatchAccepted():
                return self._accepted(mentor_accepted=True)
            case PeerAcceptedByCouncil():
                return self._accepted(council_accepted=True)
            case MatchDeclined() | PeerDeclinedByCouncil():
                return self.but(status="requested", peer=None)
            case SessionScheduled():
                return self.but(sessions={**self.sessions, event.session: "scheduled"})
            case SessionHeld():
                return self.but(sessions={**self.sessions, event.session: "held"})
            case SessionCancelled():
                return self.but(sessions={**self.sessions, event.session: "cancelled"})
            case MentoringEnded():
                return self.but(status="ended")
        return self

    def _accepted(self, **who: bool) -> Self:
        then = self.but(**who)
        both = then.mentor_accepted and then.council_accepted
        return then.but(status="running") if both else then


# --- Commands -------------------------------------------------------------------------------


class RequestMentoring(Command):
    case: CaseRef
    mentee_office: Line
    mentee: Line = Field(description="Person id")
    mentee_party: Line | None = None
    objectives: tuple[Text, ...] = Field(min_length=1)
    themes: tuple[Line, ...] = Field(min_length=1)


class MatchMentor(Command):
    peer: PeerRef
    half_days: int = Field(ge=1, le=60)
    why: Text


class Answer(Command):
    accepted: bool
    reason: Text


class ScheduleSession(Command):
    on_date: date = Field(alias="on")
    mode: Mode = Mode.IN_PERSON


class HoldSession(Command):
    session: int | None = Field(default=None, ge=1, description="A scheduled session's number")
    on_date: date = Field(alias="on")
    minutes: int = Field(ge=15, le=720)
    half_days: int = Field(default=1, ge=1, le=4)
    mode: Mode = Mode.IN_PERSON
    themes: tuple[Line, ...] = Field(min_length=1)
    agreed_actions: tuple[Text, ...] = ()
    note: Text | None = Field(default=None, description="Confidential")


class CancelSession(Command):
    cancelled_by: Literal["mentor", "mentee", "board"]
    reason: Text


class ReviewObjective(Command):
    progress: Literal["met", "on course", "at risk", "not met"]
    evidence: Text


class EndMentoring(Command):
    outcome: Text
    feedback: Text
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def request(
    command: RequestMentoring, mentoring: MentoringMatch, case: InterventionCase, by: Actor
) -> list[Event]:
    """Request mentoring for an open case."""
    if not case.is_open or case.region is None:
        raise Refused("case-closed", f"{case.case} is not open: mentoring needs an open case.")
    return [
        MentoringRequested(
            match=mentoring.match,
            council=case.council,
            region=case.region,
            **command.model_dump(exclude={"effective_on", "reason"}),
        ),
        MentoringRequestedForCase(case=case.case, council=case.council, match=mentoring.match),
    ]


def _is(mentoring: MentoringMatch, *wanted: str) -> None:
    if mentoring.status not in wanted:
        raise Refused(
            "mentoring-status",
            f"{mentoring.match} is {mentoring.status}: this is done while it is"
            f" {' or '.join(wanted)}.",
            status=mentoring.status,
        )


def _about(mentoring: MentoringMatch) -> dict[str, str]:
    return {
        "match": mentoring.match,
        "case": mentoring.case,
        "council": mentoring.council,
    }


def match_mentor(
    command: MatchMentor,
    mentoring: MentoringMatch,
    peer: Peer,
    candidates: Sequence[Ranked],
    by: Actor,
) -> list[Event]:
    """Choose a mentor without a conflict, and reserve their time."""
    _is(mentoring, "requested")
    if peer.home_council == mentoring.council:
        raise Refused(
            "own-council", f"{peer.peer} comes from the mentee's council: choose another."
        )
    if mentoring.council in peer.interests:
        raise Refused(
            "declared-interest",
            f"{peer.peer} has declared an interest in {mentoring.council}: choose another.",
        )
    return [
        MentorMatched(
            **_about(mentoring),
            peer=peer.peer,
            half_days=command.half_days,
            why=command.why,
            candidates=tuple(candidates),
        ),
        *reserve(peer, mentoring.match, command.on, command.half_days),
    ]


def _mentor(mentoring: MentoringMatch) -> str:
    if mentoring.peer is None:
        raise Refused("no-mentor", f"{mentoring.match} has no mentor yet.")
    return mentoring.peer


def answer_as_mentor(
    command: Answer, mentoring: MentoringMatch, peer: Peer, by: Actor
) -> list[Event]:
    """Accept or decline as mentor; declining frees the time."""
    _is(mentoring, "matched")
    if command.accepted and mentoring.mentor_accepted:
        raise Refused("accepted-already", "The mentor has accepted already.")
    about, mentor = _about(mentoring), _mentor(mentoring)
    if command.accepted:
        return [MatchAccepted(**about, peer=mentor)]
    freed = release_rest(peer, mentoring.match, mentoring.reserved_year)
    return [MatchDeclined(**about, peer=mentor), *freed]


def answer_as_council(
    command: Answer, mentoring: MentoringMatch, peer: Peer, by: Actor
) -> list[Event]:
    """Accept or decline the mentor for the council; declining frees the time."""
    _is(mentoring, "matched")
    if command.accepted and mentoring.council_accepted:
        raise Refused("accepted-already", "The council has accepted already.")
    about, mentor = _about(mentoring), _mentor(mentoring)
    if command.accepted:
        return [PeerAcceptedByCouncil(**about, peer=mentor)]
    freed = release_rest(peer, mentoring.match, mentoring.reserved_year)
    return [PeerDeclinedByCouncil(**about, peer=mentor), *freed]


def schedule(command: ScheduleSession, mentoring: MentoringMatch, by: Actor) -> list[Event]:
    """Schedule a session."""
    _is(mentoring, "running")
    return [
        SessionScheduled(
            **_about(mentoring),
            session=len(mentoring.sessions) + 1,
            on=command.on_date,
            mode=command.mode,
        )
    ]


def hold(
    command: HoldSession,
    mentoring: MentoringMatch,
    peer: Peer,
    note: str | None,
    by: Actor,
) -> list[Event]:
    """Record a session held, once, and the time given."""
    _is(mentoring, "running")
    if command.on_date > command.on:
        raise Refused("bad-dates", "A session is recorded once it has been held.")
    number = command.session or len(mentoring.sessions) + 1
    state = mentoring.sessions.get(number)
    if command.session and state is None:
        raise Refused("not-found", f"{mentoring.match} has no session {number}.")
    if state in ("held", "cancelled"):
        raise Refused("session-settled", f"Session {number} was {state} already.", state=state)
    held = SessionHeld(
        **_about(mentoring),
        peer=_mentor(mentoring),
        session=number,
        on=command.on_date,
        note=note,
        **command.model_dump(include={"minutes", "half_days", "mode", "themes", "agreed_actions"}),
    )
    given = deliver(peer, mentoring.match, mentoring.reserved_year, command.half_days)
    return [held, *given]


def cancel(
    command: CancelSession, mentoring: MentoringMatch, session: int, by: Actor
) -> list[Event]:
    """Cancel a scheduled session."""
    _is(mentoring, "running")
    state = mentoring.sessions.get(session)
    if state is None:
        raise Refused("not-found", f"{mentoring.match} has no session {session}.")
    if state != "scheduled":
        raise Refused("session-settled", f"Session {session} was {state} already.", state=state)
    return [
        SessionCancelled(**_about(mentoring), session=session, cancelled_by=command.cancelled_by)
    ]


def review_objective(
    command: ReviewObjective, mentoring: MentoringMatch, objective: int, by: Actor
) -> list[Event]:
    """Review an objective, with evidence."""
    _is(mentoring, "running")
    if not 1 <= objective <= mentoring.objectives:
        raise Refused("not-found", f"{mentoring.match} has no objective {objective}.")
    return [
        ObjectiveReviewed(
            **_about(mentoring),
            objective=objective,
            progress=command.progress,
            evidence=command.evidence,
        )
    ]


def end(command: EndMentoring, mentoring: MentoringMatch, peer: Peer, by: Actor) -> list[Event]:
    """End mentoring; time not given is free again."""
    _is(mentoring, "running")
    ended = MentoringEnded(**_about(mentoring), outcome=command.outcome, feedback=command.feedback)
    return [ended, *release_rest(peer, mentoring.match, mentoring.reserved_year)]
