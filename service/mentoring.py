"""Peer mentoring over HTTP."""

import time
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Query

from domain.councils import Council
from domain.interventions import Confidentiality, InterventionCase
from domain.kernel import (
    Actor,
    CaseRef,
    CouncilCode,
    Event,
    Frozen,
    MatchRef,
    PeerRef,
    Refused,
    financial_year,
)
from domain.mentoring import (
    Answer,
    CancelSession,
    EndMentoring,
    HoldScheduled,
    HoldSession,
    MatchMentor,
    MatchStatus,
    MentoringMatch,
    Ranked,
    RequestMentoring,
    ReserveTime,
    ReviewObjective,
    ScheduleSession,
    answer_as_council,
    answer_as_mentor,
    cancel,
    end,
    hold,
    match_mentor,
    rank,
    request,
    reserve_more,
    review_objective,
    schedule,
)
from domain.people import Peer
from domain.policy import PolicyTheme
from projections.interventions import CasePage
from projections.mentoring import MatchingRow, MatchRow, SessionRow
from projections.people import PeerRow
from service import register
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for
from service.noting import text_of_note
from service.store import Store

router = router_for("mentoring")

_CATCH_UP_SECONDS = 0.5
NOBODY = "PEER-0000"
NOWHERE = "000"
"""The streams that are read, always empty, where a match has no mentor yet."""


def match_and_actor(desk: Desk, match: str) -> tuple[MentoringMatch, Peer, Actor]:
    """A match with its mentor, and who acts on it: for a peer, their own matches alone."""
    found = desk.find(MentoringMatch(match=match))
    by = desk.acting(council=found.council, region=found.region, peer=found.peer)
    return found, desk.load(Peer(peer=found.peer or NOBODY)), by


def ranked(
    store: Store, found: MentoringMatch, rows: Iterable[PeerRow], half_days: int, on: date
) -> list[Ranked]:
    """Active peers ranked for a match, with every score and exclusion explained."""
    active = [row for row in rows if row.active]
    homes = store.load_many([Council(council=c) for c in {row.home_council for row in active}])
    successors = {home.council: home.successors for home in homes}
    year = financial_year(on)
    candidates = [row.candidate(year, successors[row.home_council]) for row in active]
    return rank(candidates, found.wanted(half_days, on))


def _shown_at(desk: Desk, asked: int | None) -> int:
    """The position of the ranking chosen from: the one named, or what the view shows now."""
    model, head = desk.installation.model, desk.store.head()
    if asked is not None and asked > head:
        raise Refused(
            "bad-shown-at", f"The record ends at position {head}: name one up to it.", head=head
        )
    wanted, deadline = head if asked is None else asked, time.monotonic() + _CATCH_UP_SECONDS
    while (at := model.positions().get(model.name_of(PeerRow), 0)) < wanted:
        if time.monotonic() > deadline:
            break
        time.sleep(0.005)
    return min(at, wanted)


# --- Requesting and matching ----------------------------------------------------------------


@command(router, "/mentoring", needs="mentoring.arrange", cli="mentoring request")
def request_mentoring(command: RequestMentoring, desk: AtDesk) -> Receipt:
    """Request mentoring for somebody who leads a council with an open case."""
    case = desk.find(InterventionCase(case=command.case))
    by = desk.acting(council=case.council, region=case.region)
    found = desk.load(MentoringMatch(match=desk.next("MENT")))
    mentee = command.mentee or desk.new_person()
    if command.mentee_name:
        kept = {"name": command.mentee_name, "email": command.mentee_email}
        desk.alongside += register.keep(mentee, kept)
    return desk.record(command, request(command, found, case, mentee, by), found, case)


@command(router, "/mentoring/{match}/mentor", needs="mentoring.arrange", cli="mentoring match")
def match_a_mentor(match: MatchRef, command: MatchMentor, desk: AtDesk) -> Receipt:
    """Choose a mentor; the ranking that was shown is recorded with the decision."""
    found = desk.find(MentoringMatch(match=match))
    by = desk.acting(council=found.council, region=found.region)
    peer, case = desk.find(Peer(peer=command.peer)), desk.load(InterventionCase(case=found.case))
    home, at = desk.load(Council(council=peer.home_council)), _shown_at(desk, command.shown_at)
    desk.fill_in(shown_at=at)
    shown = desk.installation.model.select(PeerRow, at)
    rows = [PeerRow.model_validate({n: row[n] for n in PeerRow.columns}) for row in shown]
    ranking = ranked(desk.store, found, rows, command.half_days, command.on)
    events = match_mentor(command, found, peer, home, case, ranking, at, by)
    return desk.record(command, events, found, peer, home, case)


@command(
    router, "/mentoring/{match}/reservations", needs="mentoring.arrange", cli="mentoring reserve"
)
def reserve_more_time(match: MatchRef, command: ReserveTime, desk: AtDesk) -> Receipt:
    """Reserve more of the mentor's time, in half-days."""
    found, peer, by = match_and_actor(desk, match)
    return desk.record(command, reserve_more(command, found, peer, by), found, peer)


@command(router, "/mentoring/{match}/acceptance", needs="mentoring.accept", cli="mentoring accept")
def answer_for_mentor(match: MatchRef, command: Answer, desk: AtDesk) -> Receipt:
    """Accept or decline as the mentor."""
    found, peer, by = match_and_actor(desk, match)
    home = desk.load(Council(council=peer.home_council or NOWHERE))
    return desk.record(command, answer_as_mentor(command, found, peer, home, by), found, peer, home)


@command(
    router,
    "/mentoring/{match}/council-acceptance",
    needs="mentoring.accept-for-council",
    cli="mentoring council-accept",
)
def answer_for_council(match: MatchRef, command: Answer, desk: AtDesk) -> Receipt:
    """Accept or decline the mentor for the council."""
    found, peer, by = match_and_actor(desk, match)
    home = desk.load(Council(council=peer.home_council or NOWHERE))
    return desk.record(
        command, answer_as_council(command, found, peer, home, by), found, peer, home
    )


@command(router, "/mentoring/{match}/schedule", needs="session.record", cli="session schedule")
def schedule_session(match: MatchRef, command: ScheduleSession, desk: AtDesk) -> Receipt:
    """Schedule a session."""
    found, peer, by = match_and_actor(desk, match)
    return desk.record(command, schedule(command, found, peer, by), found, peer)


def _held(match: str, command: HoldSession, desk: Desk) -> Receipt:
    """A session counts in the financial year of the day on which it was held."""
    found, peer, by = match_and_actor(desk, match)
    note = desk.keep_note(command.note) if command.note else None
    events: list[Event] = hold(command, found, peer, note, desk.installation.today(), by)
    return desk.record(command, [(event, command.on_date) for event in events], found, peer)


@command(router, "/mentoring/{match}/sessions", needs="session.record", cli="session hold")
def hold_session(match: MatchRef, command: HoldSession, desk: AtDesk) -> Receipt:
    """Record a session held; a confidential note is kept beside the log."""
    return _held(match, command, desk)


@command(
    router,
    "/mentoring/{match}/sessions/{session}/outcome",
    needs="session.record",
    cli="session outcome",
)
def hold_scheduled_session(
    match: MatchRef, session: int, command: HoldScheduled, desk: AtDesk
) -> Receipt:
    """Record that a scheduled session was held."""
    facts = command.model_dump(by_alias=True) | {"session": session}
    return _held(match, HoldSession.model_validate(facts), desk)


@command(
    router,
    "/mentoring/{match}/sessions/{session}/cancellation",
    needs="session.record",
    cli="session cancel",
)
def cancel_session(match: MatchRef, session: int, command: CancelSession, desk: AtDesk) -> Receipt:
    """Cancel a scheduled session."""
    found, _, by = match_and_actor(desk, match)
    return desk.record(command, cancel(command, found, session, by), found)


@command(
    router,
    "/mentoring/{match}/objectives/{objective}/review",
    needs="session.record",
    cli="mentoring review",
)
def review_an_objective(
    match: MatchRef, objective: int, command: ReviewObjective, desk: AtDesk
) -> Receipt:
    """Review an objective, with evidence."""
    found, _, by = match_and_actor(desk, match)
    return desk.record(command, review_objective(command, found, objective, by), found)


@command(router, "/mentoring/{match}/ending", needs="mentoring.arrange", cli="mentoring end")
def end_mentoring(match: MatchRef, command: EndMentoring, desk: AtDesk) -> Receipt:
    """End mentoring; time not given is free again."""
    found, peer, by = match_and_actor(desk, match)
    return desk.record(command, end(command, found, peer, by), found, peer)


# --- Reading --------------------------------------------------------------------------------


def matches(
    reading: Reader, where: Mapping[str, Any], policy_theme: PolicyTheme | None
) -> list[MatchRow]:
    """Mentoring matches, all or those that serve one of the Board's priorities."""
    return [
        row
        for row in reading.all(MatchRow, where, order="match")
        if policy_theme is None or policy_theme in row.policy_themes
    ]


@query(router, "/mentoring", needs="mentoring.read")
def list_mentoring(
    reading: Reading,
    status: MatchStatus | None = None,
    council: CouncilCode | None = None,
    case: CaseRef | None = None,
    peer: PeerRef | None = None,
    policy_theme: PolicyTheme | None = None,
) -> Page[MatchRow]:
    """Mentoring matches."""
    where = {"status": status, "council": council, "case": case, "peer": peer}
    if policy_theme is None:
        return reading.page(MatchRow, where=where)
    return reading.page_of(matches(reading, where, policy_theme))


@query(router, "/mentoring/sessions", needs="mentoring.read")
def list_sessions(
    reading: Reading,
    council: CouncilCode | None = None,
    case: CaseRef | None = None,
    match: MatchRef | None = None,
    peer: PeerRef | None = None,
    state: str | None = None,
) -> Page[SessionRow]:
    """The mentoring log."""
    return reading.page(
        SessionRow,
        where={"council": council, "case": case, "match": match, "peer": peer, "state": state},
    )


@query(router, "/mentoring/{match}", needs="mentoring.read")
def show_match(match: MatchRef, reading: Reading) -> MatchRow:
    """A match, whole."""
    return reading.item(MatchRow, match)


@query(router, "/mentoring/{match}/people", needs="mentoring.read")
def show_people(match: MatchRef, reading: Reading) -> dict[str, dict[str, Any] | None]:
    """Who mentor and mentee are; how to reach them, for whoever arranges or takes part."""
    row = reading.item(MatchRow, match)
    persons = [row.mentee, *([row.peer] if row.peer else [])]
    known = register.read_all(reading.installation.store.datastore, persons)
    if not (reading.sees("session.record") or reading.sees("mentoring.accept-for-council")):
        known = {person: register.named(data) for person, data in known.items()}
    return {"mentee": known[row.mentee], "mentor": known[row.peer] if row.peer else None}


class Ranking(Frozen):
    """Candidates for a match, as one moment shows them."""

    position: int
    """Send it as ``shown_at`` with the choice."""
    candidates: list[Ranked]


@query(router, "/mentoring/{match}/candidates", needs="peer.read")
def list_candidates(
    match: MatchRef,
    reading: Reading,
    half_days: Annotated[int, Query(ge=1, le=60, description="To be reserved")] = 6,
    on: Annotated[date | None, Query(description="Chosen on; today if left out")] = None,
) -> Ranking:
    """Peers ranked for a match, with every score and exclusion explained."""
    reading.item(MatchRow, match)
    store, at = reading.installation.store, reading.moment.position
    found = store.load(MentoringMatch(match=match), at=at)
    rows = reading.all(PeerRow, where={"active": True})
    day = on or reading.moment.on
    return Ranking(position=at, candidates=ranked(store, found, rows, half_days, day))


@query(router, "/mentoring/{match}/matching", needs="peer.read")
def show_matching(match: MatchRef, reading: Reading) -> list[MatchingRow]:
    """Why each mentor was chosen for a match, with the ranking that was shown."""
    reading.item(MatchRow, match)
    return reading.all(MatchingRow, where={"match": match}, order="matching")


@query(router, "/mentoring/{match}/sessions/{session}/note", needs="note.read")
def read_session_note(match: MatchRef, session: int, reading: Reading) -> dict[str, str]:
    """The note of a session: confidential, and read by those who read such notes on its case."""
    row = reading.item(SessionRow, f"{match}/{session}")
    if row.note is None:
        raise Refused("not-found", f"Session {session} of {match} has no note.")
    case, kept = reading.item(CasePage, row.case), Confidentiality.CONFIDENTIAL
    return {
        "note": row.note,
        "text": text_of_note(reading, case, row.note, kept, row.recorded_by),
    }
