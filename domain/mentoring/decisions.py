"""Requesting, matching, accepting, meeting, reviewing, ending."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.councils import Council
from domain.giving import deliver, release_rest, reserve
from domain.interventions import InterventionCase, MentoringRequestedForCase
from domain.kernel import (
    BESIDE,
    Actor,
    CaseRef,
    Command,
    Event,
    FinancialYear,
    Grounds,
    Line,
    PeerRef,
    PersonId,
    Refused,
    Text,
    financial_year,
)
from domain.mentoring.events import (
    CancelledBy,
    MatchAccepted,
    MatchDeclined,
    MatchTransferred,
    MentoringEnded,
    MentoringRequested,
    MentorMatched,
    Mode,
    ObjectiveReviewed,
    PeerAcceptedByCouncil,
    PeerDeclinedByCouncil,
    Progress,
    SessionCancelled,
    SessionHeld,
    SessionScheduled,
)
from domain.mentoring.matching import METHOD, MenteeOffice, Ranked
from domain.mentoring.state import MatchStatus, MentoringMatch
from domain.people import Peer
from domain.policy import PolicyTheme

# --- Commands -------------------------------------------------------------------------------


class RequestMentoring(Command):
    case: CaseRef
    mentee_office: MenteeOffice
    mentee: PersonId | None = Field(
        default=None, description="Person id, if the register of persons has them already"
    )
    mentee_name: Annotated[Line | None, BESIDE] = Field(
        default=None, description="Kept beside the log"
    )
    mentee_email: Annotated[Line | None, BESIDE] = Field(
        default=None, description="Kept beside the log"
    )
    mentee_party: Line | None = Field(default=None, description="Of a member")
    objectives: tuple[Text, ...] = Field(min_length=1)
    themes: tuple[Line, ...] = Field(min_length=1)
    policy_themes: tuple[PolicyTheme, ...] = Field(
        default=(), description="The Board's policy priorities that it serves"
    )


class MatchMentor(Command):
    peer: PeerRef
    half_days: int = Field(ge=1, le=60)
    why: Grounds
    shown_at: int | None = Field(
        default=None, ge=0, description="The position of the ranking that you chose from"
    )


class ReserveTime(Command):
    half_days: int = Field(ge=1, le=60)
    year: FinancialYear | None = Field(
        default=None, description="That of the effective date if left out"
    )
    reason: Text


class Answer(Command):
    accepted: bool
    reason: Text


class ScheduleSession(Command):
    on_date: date = Field(alias="on")
    mode: Mode = Mode.IN_PERSON


class HoldScheduled(Command):
    """What came of a scheduled session."""

    on_date: date = Field(alias="on")
    minutes: int = Field(ge=15, le=720)
    half_days: int = Field(default=1, ge=1, le=4)
    mode: Mode = Mode.IN_PERSON
    themes: tuple[Line, ...] = Field(min_length=1)
    agreed_actions: tuple[Text, ...] = ()
    note: Annotated[Text | None, BESIDE] = Field(
        default=None, description="Confidential; kept beside the log"
    )


class HoldSession(HoldScheduled):
    """A session held: a scheduled one by its number or day, otherwise one more."""

    session: int | None = Field(default=None, ge=1, description="A scheduled session's number")


class CancelSession(Command):
    cancelled_by: CancelledBy
    reason: Text


class ReviewObjective(Command):
    progress: Progress
    evidence: Grounds


class EndMentoring(Command):
    outcome: Text
    feedback: Text | None = None
    reason: Text


# --- Requesting and matching ----------------------------------------------------------------


def request(
    command: RequestMentoring,
    mentoring: MentoringMatch,
    case: InterventionCase,
    mentee: str,
    by: Actor,
) -> list[Event]:
    """Request mentoring for an open case."""
    if not case.is_open or case.region is None:
        raise Refused("case-closed", f"{case.case} is not open: mentoring needs an open case.")
    if (command.mentee is None) == (command.mentee_name is None):
        raise Refused("bad-mentee", "Choose the mentee, or give their name: one of the two.")
    return [
        MentoringRequested(
            match=mentoring.match,
            case=case.case,
            council=case.council,
            region=case.region,
            mentee=mentee,
            **command.model_dump(
                include={
                    "mentee_office",
                    "mentee_party",
                    "objectives",
                    "themes",
                    "policy_themes",
                }
            ),
        ),
        MentoringRequestedForCase(case=case.case, council=case.council, match=mentoring.match),
    ]


def match_mentor(
    command: MatchMentor,
    mentoring: MentoringMatch,
    peer: Peer,
    home: Council,
    case: InterventionCase,
    ranking: Sequence[Ranked],
    shown_at: int,
    by: Actor,
) -> list[Event]:
    """Choose a mentor without a conflict, and reserve their time."""
    _is(mentoring, MatchStatus.REQUESTED)
    if not case.is_open:
        raise Refused("case-closed", f"{case.case} is not open: mentoring needs an open case.")
    _not_own_council(mentoring, peer, home)
    _no_interest(mentoring, peer)
    if peer.peer in mentoring.declined:
        raise Refused(
            "declined-before",
            f"{peer.peer} declined {mentoring.match} or was declined for it: choose another.",
        )
    if peer.released_until and peer.released_until < command.on:
        raise Refused(
            "release-ended",
            f"The employer released {peer.peer} until {peer.released_until}: confirm a new"
            " release first.",
            released_until=peer.released_until,
        )
    matched = MentorMatched(
        **_about(mentoring),
        peer=peer.peer,
        half_days=command.half_days,
        why=command.why,
        candidates=tuple(ranking),
        shown_at=shown_at,
        method=METHOD,
    )
    year = financial_year(command.on)
    return [matched, *reserve(peer, mentoring.purpose, year, command.half_days)]


def _not_own_council(mentoring: MentoringMatch, peer: Peer, home: Council) -> None:
    if mentoring.council in (peer.home_council, *home.successors):
        raise Refused(
            "own-council",
            f"{peer.peer} comes from the mentee's council: choose another.",
            council=mentoring.council,
            home_council=peer.home_council,
        )


def _no_interest(mentoring: MentoringMatch, peer: Peer, on: date | None = None) -> None:
    since = peer.interests.get(mentoring.council)
    if since and (on is None or since <= on):
        raise Refused(
            "declared-interest",
            f"{peer.peer} has declared an interest in {mentoring.council}: choose another mentor.",
            council=mentoring.council,
            since=since,
        )


def _is(mentoring: MentoringMatch, *wanted: MatchStatus) -> None:
    if mentoring.status not in wanted:
        raise Refused(
            "mentoring-status",
            f"{mentoring.match} is {mentoring.status}: this is done while it is"
            f" {' or '.join(wanted)}.",
            status=mentoring.status,
        )


def _about(mentoring: MentoringMatch) -> dict[str, str]:
    return {"match": mentoring.match, "case": mentoring.case, "council": mentoring.council}


def _mentor(mentoring: MentoringMatch) -> str:
    if mentoring.peer is None:
        raise Refused("no-mentor", f"{mentoring.match} has no mentor yet.")
    return mentoring.peer


def reserve_more(
    command: ReserveTime, mentoring: MentoringMatch, peer: Peer, by: Actor
) -> list[Event]:
    """Reserve more of the mentor's time, in the same or another financial year."""
    _is(mentoring, MatchStatus.MATCHED, MatchStatus.RUNNING)
    year = command.year or financial_year(command.on)
    return reserve(peer, mentoring.purpose, year, command.half_days)


def answer_as_mentor(
    command: Answer, mentoring: MentoringMatch, peer: Peer, home: Council, by: Actor
) -> list[Event]:
    """Accept or decline as mentor; declining frees the time."""
    _is(mentoring, MatchStatus.MATCHED)
    about, mentor = _about(mentoring), _mentor(mentoring)
    if not command.accepted:
        freed = release_rest(peer, mentoring.purpose)
        called_off = _called_off(mentoring, "mentor")
        return [MatchDeclined(**about, peer=mentor), *called_off, *freed]
    if mentoring.mentor_accepted:
        raise Refused("accepted-already", "The mentor has accepted already.")
    _not_own_council(mentoring, peer, home)
    _no_interest(mentoring, peer)
    return [MatchAccepted(**about, peer=mentor)]


def answer_as_council(
    command: Answer, mentoring: MentoringMatch, peer: Peer, home: Council, by: Actor
) -> list[Event]:
    """Accept or decline the mentor for the council; declining frees the time."""
    _is(mentoring, MatchStatus.MATCHED)
    about, mentor = _about(mentoring), _mentor(mentoring)
    if not command.accepted:
        freed = release_rest(peer, mentoring.purpose)
        called_off = _called_off(mentoring, "mentee")
        return [PeerDeclinedByCouncil(**about, peer=mentor), *called_off, *freed]
    if mentoring.council_accepted:
        raise Refused("accepted-already", "The council has accepted already.")
    _not_own_council(mentoring, peer, home)
    _no_interest(mentoring, peer)
    return [PeerAcceptedByCouncil(**about, peer=mentor)]


def _called_off(mentoring: MentoringMatch, by: CancelledBy) -> list[Event]:
    """Sessions that were still to come when mentoring went to a successor, which declined."""
    return [
        SessionCancelled(
            **_about(mentoring), peer=_mentor(mentoring), session=session, cancelled_by=by
        )
        for session in mentoring.numbered("scheduled")
    ]


# --- Sessions and objectives ----------------------------------------------------------------


def schedule(
    command: ScheduleSession, mentoring: MentoringMatch, peer: Peer, by: Actor
) -> list[Event]:
    """Schedule a session on a day that has none yet."""
    _is(mentoring, MatchStatus.RUNNING)
    if command.on_date < command.on:
        raise Refused("bad-dates", "That day has passed: record the session that was held on it.")
    _no_interest(mentoring, peer)
    if same_day := mentoring.numbered("scheduled", command.on_date):
        raise Refused(
            "session-scheduled",
            f"Session {same_day[0]} is scheduled for that day already.",
            session=same_day[0],
        )
    return [
        SessionScheduled(
            **_about(mentoring),
            peer=_mentor(mentoring),
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
    today: date,
    by: Actor,
) -> list[Event]:
    """Record a session held, once, and the time given."""
    _is(mentoring, MatchStatus.RUNNING)
    if command.on_date > today:
        raise Refused(
            "bad-dates", "A session is recorded once it has been held: schedule it until then."
        )
    if mentoring.matched_on and command.on_date < mentoring.matched_on:
        raise Refused(
            "bad-dates", f"The mentor was chosen on {mentoring.matched_on}: correct the day."
        )
    _no_interest(mentoring, peer, command.on_date)
    held = SessionHeld(
        **_about(mentoring),
        peer=_mentor(mentoring),
        session=_session_to_hold(command, mentoring),
        on=command.on_date,
        note=note,
        **command.model_dump(include={"minutes", "half_days", "mode", "themes", "agreed_actions"}),
    )
    return [held, *deliver(peer, mentoring.purpose, command.on_date, command.half_days)]


def _session_to_hold(command: HoldSession, mentoring: MentoringMatch) -> int:
    """The session of this number; or scheduled for this day; or one more."""
    scheduled = mentoring.numbered("scheduled", command.on_date)
    number = command.session or next(iter(scheduled), len(mentoring.sessions) + 1)
    found = mentoring.sessions.get(number)
    if command.session and found is None:
        raise Refused("not-found", f"{mentoring.match} has no session {number}.")
    if found and found.state != "scheduled":
        raise Refused(
            "session-settled", f"Session {number} was {found.state} already.", state=found.state
        )
    if same_day := mentoring.numbered("held", command.on_date):
        raise Refused(
            "session-held",
            f"Session {same_day[0]} was held on that day: a session is recorded once, with all"
            " its time.",
            session=same_day[0],
        )
    return number


def cancel(
    command: CancelSession, mentoring: MentoringMatch, session: int, by: Actor
) -> list[Event]:
    """Cancel a scheduled session."""
    _is(mentoring, MatchStatus.MATCHED, MatchStatus.RUNNING)
    found = mentoring.sessions.get(session)
    if found is None:
        raise Refused("not-found", f"{mentoring.match} has no session {session}.")
    if found.state != "scheduled":
        raise Refused(
            "session-settled", f"Session {session} was {found.state} already.", state=found.state
        )
    return [
        SessionCancelled(
            **_about(mentoring),
            peer=_mentor(mentoring),
            session=session,
            cancelled_by=command.cancelled_by,
        )
    ]


def review_objective(
    command: ReviewObjective, mentoring: MentoringMatch, objective: int, by: Actor
) -> list[Event]:
    """Review an objective, with evidence."""
    _is(mentoring, MatchStatus.RUNNING)
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


def transfer_match(mentoring: MentoringMatch, successor: str, by: Actor) -> list[Event]:
    """Let mentoring go with its case to the council's successor, which accepts the mentor afresh.

    Decided within carrying the case over.
    """
    return [MatchTransferred(**_about(mentoring), successor=successor)]


def end(command: EndMentoring, mentoring: MentoringMatch, peer: Peer, by: Actor) -> list[Event]:
    """End mentoring, or a request that comes to nothing; time not given is free again."""
    _is(mentoring, MatchStatus.REQUESTED, MatchStatus.MATCHED, MatchStatus.RUNNING)
    if waiting := mentoring.numbered("scheduled"):
        raise Refused(
            "sessions-scheduled",
            f"Record or cancel what is scheduled first: session {', '.join(map(str, waiting))}.",
            sessions=waiting,
        )
    ended = MentoringEnded(
        **_about(mentoring),
        peer=mentoring.peer,
        outcome=command.outcome,
        feedback=command.feedback,
    )
    return [ended, *release_rest(peer, mentoring.purpose)]
