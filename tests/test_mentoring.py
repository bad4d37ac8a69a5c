"""Mentoring: matching, then its rules, then its rows."""

from datetime import date
from typing import Any

import pytest

from domain.councils import Council, CouncilSucceeded, Region
from domain.interventions import (
    CaseClosed,
    CaseOpened,
    InterventionCase,
    MentoringRequestedForCase,
)
from domain.kernel import Actor, Event, Record, Refused
from domain.mentoring import (
    Answer,
    CancelSession,
    Candidate,
    EndMentoring,
    HoldSession,
    MatchAccepted,
    MatchDeclined,
    MatchMentor,
    MatchStatus,
    MenteeOffice,
    MentoringEnded,
    MentoringMatch,
    MentoringRequested,
    MentorMatched,
    Mode,
    ObjectiveReviewed,
    PeerAcceptedByCouncil,
    PeerDeclinedByCouncil,
    Ranked,
    RequestMentoring,
    ReserveTime,
    ReviewObjective,
    ScheduleSession,
    SessionCancelled,
    SessionHeld,
    SessionScheduled,
    Wanted,
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
    transfer_match,
)
from domain.people import (
    DaysDelivered,
    DaysPledged,
    DaysReleased,
    DaysReserved,
    EmployerReleaseConfirmed,
    InterestDeclared,
    InterestKind,
    Peer,
    PeerKind,
    PeerRegistered,
)
from projections.mentoring import MatchingRow, MatchRow, SessionRow
from projections.people import PeerRow
from tests.spec import DAY, by, fold, given

OFFICER = Actor(id="case-officer", role="case-officer")
MENTOR = Actor(id="peer", role="peer")
CONTACT = Actor(id="council-contact", role="council-contact")
YEAR = "2025-26"

MATCH = MentoringMatch(match="MENT-0001")
PEER = Peer(peer="PEER-0001")
HOME = Council(council="301")
CASE = InterventionCase(case="CASE-0001")
ABOUT: dict[str, Any] = {"match": "MENT-0001", "case": "CASE-0001", "council": "330"}
AS_PEER: dict[str, Any] = {**ABOUT, "peer": "PEER-0001"}
DAYS: dict[str, Any] = {**AS_PEER, "year": YEAR}

OPENED = CaseOpened(
    case="CASE-0001", council="330", region=Region.WEST_MIDLANDS, trigger="Judged inadequate"
)
REQUESTED = MentoringRequested(
    **ABOUT,
    region=Region.WEST_MIDLANDS,
    mentee_office=MenteeOffice.LEAD_MEMBER,
    mentee="PERSON-1",
    mentee_party="Labour",
    objectives=("Chair the improvement board well", "Know the service"),
    themes=("care leavers", "corporate parenting"),
)
REGISTERED = PeerRegistered(
    peer="PEER-0001",
    kind=PeerKind.MEMBER,
    home_council="301",
    home_region=Region.LONDON,
    party="Labour",
    themes=("care leavers",),
)
PLEDGED = DaysPledged(
    peer="PEER-0001",
    year=YEAR,
    half_days=10,
    kind=PeerKind.MEMBER,
    home_council="301",
    home_region=Region.LONDON,
)
RANKING = (
    Ranked(peer="PEER-0001", score=60, parts={"themes": 30, "office": 20, "party": 10}),
    Ranked(peer="PEER-0002", score=40, parts={"themes": 40}, excluded=("was away",)),
)
MATCHED = MentorMatched(
    **AS_PEER, half_days=6, why="Chaired a board", candidates=RANKING, shown_at=7, method=2
)
RESERVED = DaysReserved(**DAYS, half_days=6)
READY: tuple[Event, ...] = (OPENED, REQUESTED, REGISTERED, PLEDGED)
CHOSEN: tuple[Event, ...] = (*READY, MATCHED, RESERVED)
RUNNING: tuple[Event, ...] = (
    *CHOSEN,
    MatchAccepted(**AS_PEER),
    PeerAcceptedByCouncil(**AS_PEER),
)
SCHEDULED = SessionScheduled(**AS_PEER, session=1, on=DAY, mode=Mode.VIDEO)
HELD = SessionHeld(
    **AS_PEER,
    session=1,
    on=DAY,
    minutes=120,
    half_days=1,
    mode=Mode.IN_PERSON,
    themes=("care leavers",),
    agreed_actions=("Visit a home",),
    note="note-1",
)
DELIVERED = DaysDelivered(**DAYS, half_days=1)


def interest(council: str) -> InterestDeclared:
    return InterestDeclared(
        peer="PEER-0001", council=council, kind=InterestKind.POLITICAL, note="note-9"
    )


# --- Matching -------------------------------------------------------------------------------

WANTED = Wanted(
    council="330",
    region=Region.WEST_MIDLANDS,
    office=MenteeOffice.LEAD_MEMBER,
    themes=("Care leavers", "corporate parenting"),
    party="Labour",
    half_days=6,
    on=DAY,
)


def candidate(number: int = 1, **changes: Any) -> Candidate:
    return Candidate(
        **{
            "peer": f"PEER-{number:04d}",
            "kind": PeerKind.MEMBER,
            "home_councils": ("301",),
            "home_region": Region.LONDON,
            "party": "Green",
            "free_half_days": 10,
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("changes", "part", "score"),
    [
        ({"themes": ("care leavers",)}, "themes", 15),
        ({"themes": ("care leavers", "Corporate parenting")}, "themes", 30),
        ({}, "themes", 0),
        ({}, "office", 20),
        ({"kind": PeerKind.DIRECTOR, "party": None}, "office", 0),
        ({"home_region": Region.WEST_MIDLANDS}, "region", 15),
        ({"home_region": Region.NORTH_WEST}, "region", 8),
        ({"home_region": Region.NORTH_EAST}, "region", 0),
        ({"party": "Labour"}, "party", 10),
        ({"party": "labour"}, "party", 10),
        ({"party": "Green"}, "party", 0),
        ({"sessions_held": 4}, "experience", 4),
        ({"sessions_held": 40}, "experience", 10),
        ({}, "workload", 5),
        ({"open_matches": 2}, "workload", 1),
        ({"open_matches": 9}, "workload", 0),
    ],
)
def test_each_part_of_a_score(changes: dict[str, Any], part: str, score: int) -> None:
    [ranked] = rank([candidate(**changes)], WANTED)
    assert ranked.parts[part] == score
    assert ranked.score == sum(ranked.parts.values())
    assert ranked.excluded == ()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"home_councils": ("330",)}, "comes from the mentee's own council"),
        ({"home_councils": ("301", "330")}, "comes from the mentee's own council"),
        ({"interests": ("330",)}, "has declared an interest in the council"),
        ({"free_half_days": 5}, "has 5 half-days free of 6 needed"),
        (
            {"released_until": date(2025, 6, 1)},
            "was released by the employer until 2025-06-01",
        ),
        ({"available_until": date(2025, 6, 1)}, "was available until 2025-06-01"),
        ({"peer": "PEER-0009"}, "was declined for this match, or declined it"),
    ],
)
def test_each_exclusion_is_explained(changes: dict[str, Any], why: str) -> None:
    [ranked] = rank([candidate(**changes)], WANTED.but(declined=("PEER-0009",)))
    assert ranked.excluded == (why,)


def test_on_the_last_day_of_release_and_availability_a_peer_is_not_excluded() -> None:
    [ranked] = rank([candidate(released_until=DAY, available_until=DAY)], WANTED)
    assert ranked.excluded == ()


def test_every_reason_is_named_not_only_the_first() -> None:
    [ranked] = rank([candidate(home_councils=("330",), interests=("330",))], WANTED)
    assert len(ranked.excluded) == 2


def test_the_party_called_upon_least_is_favoured_among_members() -> None:
    ranked = {
        r.peer: r.parts["party balance"]
        for r in rank(
            [
                candidate(1, party="Labour", open_matches=2),
                candidate(2, party="labour", open_matches=0),
                candidate(3, party="Conservative", open_matches=0),
                candidate(4, party="Liberal Democrat", open_matches=2),
                candidate(5, kind=PeerKind.DIRECTOR, party=None),
            ],
            WANTED,
        )
    }
    assert ranked == {
        "PEER-0001": 5,
        "PEER-0002": 5,
        "PEER-0003": 10,
        "PEER-0004": 0,
        "PEER-0005": 0,
    }


def test_party_counts_for_nothing_where_the_mentee_is_an_officer() -> None:
    wanted = WANTED.but(party=None, office=MenteeOffice.DIRECTOR)
    [ranked] = rank([candidate(party="Labour")], wanted)
    assert ranked.parts["party"] == ranked.parts["party balance"] == 0


def test_the_best_come_first_equals_by_reference_and_the_excluded_last() -> None:
    ranked = rank(
        [
            candidate(4, interests=("330",), themes=("care leavers", "corporate parenting")),
            candidate(3),
            candidate(2),
            candidate(1, themes=("care leavers",)),
        ],
        WANTED,
    )
    assert [r.peer for r in ranked] == ["PEER-0001", "PEER-0002", "PEER-0003", "PEER-0004"]


# --- Requesting and choosing ----------------------------------------------------------------


def requesting(**changes: Any) -> RequestMentoring:
    return RequestMentoring(
        **{
            "case": "CASE-0001",
            "mentee_office": "lead member",
            "mentee": "PERSON-1",
            "mentee_party": "Labour",
            "objectives": ["Chair the improvement board well", "Know the service"],
            "themes": ["care leavers", "corporate parenting"],
            "effective_on": DAY,
            **changes,
        }
    )


def test_mentoring_is_requested_for_an_open_case_which_records_it() -> None:
    case = given(OPENED).state(CASE)
    assert request(requesting(), MATCH, case, "PERSON-1", OFFICER) == [
        REQUESTED,
        MentoringRequestedForCase(case="CASE-0001", council="330", match="MENT-0001"),
    ]


def test_no_mentoring_for_a_closed_case() -> None:
    closed = CaseClosed(case="CASE-0001", council="330", outcome="Improved", lessons="Many")
    case = given(OPENED, closed).state(CASE)
    with pytest.raises(Refused) as refusal:
        request(requesting(), MATCH, case, "PERSON-1", OFFICER)
    assert refusal.value.code == "case-closed"


@pytest.mark.parametrize("changes", [{"mentee": None}, {"mentee_name": "Cllr Ann Other"}])
def test_a_mentee_is_named_in_one_way(changes: dict[str, Any]) -> None:
    case = given(OPENED).state(CASE)
    with pytest.raises(Refused) as refusal:
        request(requesting(**changes), MATCH, case, "PERSON-1", OFFICER)
    assert refusal.value.code == "bad-mentee"


def test_a_name_is_no_person_id() -> None:
    with pytest.raises(ValueError, match="mentee"):
        requesting(mentee="Cllr Ann Other")


def choose(*history: Event, half_days: int = 6, home: Council | None = None) -> list[Event]:
    known = given(*history)
    return match_mentor(
        MatchMentor(peer="PEER-0001", half_days=half_days, why="Chaired a board", effective_on=DAY),
        known.state(MATCH),
        known.state(PEER),
        home or Council(council="301"),
        known.state(CASE),
        RANKING,
        7,
        OFFICER,
    )


def test_a_choice_records_the_ranking_shown_and_reserves_time() -> None:
    assert choose(*READY) == [MATCHED, RESERVED]


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (interest("330"), "declared-interest"),
        (EmployerReleaseConfirmed(peer="PEER-0001", until=date(2025, 6, 1)), "release-ended"),
        (MatchDeclined(**AS_PEER), "declined-before"),
        (PeerDeclinedByCouncil(**AS_PEER), "declined-before"),
        (
            CaseClosed(case="CASE-0001", council="330", outcome="Improved", lessons="Many"),
            "case-closed",
        ),
        (MATCHED, "mentoring-status"),
    ],
)
def test_what_stands_against_a_mentor(fact: Event, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        choose(*READY, fact)
    assert refusal.value.code == code


def test_what_does_not_stand_against_a_mentor() -> None:
    assert choose(*READY, interest("380")) == [MATCHED, RESERVED]
    last_day = EmployerReleaseConfirmed(peer="PEER-0001", until=DAY)
    assert choose(*READY, last_day) == [MATCHED, RESERVED]


def test_a_mentor_is_not_from_the_mentees_council_nor_from_one_that_it_succeeded() -> None:
    own = REGISTERED.but(home_council="330")
    with pytest.raises(Refused) as refusal:
        choose(OPENED, REQUESTED, own, PLEDGED)
    assert refusal.value.code == "own-council"
    before = CouncilSucceeded(council="301", successors=("330",))
    home = Council(council="301").after(by(OFFICER, before))
    with pytest.raises(Refused) as succeeded:
        choose(*READY, home=home)
    assert succeeded.value.code == "own-council"


def test_no_more_time_than_is_pledged() -> None:
    with pytest.raises(Refused) as refusal:
        choose(*READY, half_days=11)
    assert refusal.value.code == "days-exhausted"
    assert choose(*READY, half_days=10)


# --- Answers --------------------------------------------------------------------------------

YES, NO = Answer(accepted=True, reason="Glad to"), Answer(accepted=False, reason="No time")


def test_both_sides_accept_and_it_runs() -> None:
    given(*CHOSEN).when(answer_as_mentor, YES, MATCH, PEER, HOME, by=MENTOR).then(
        MatchAccepted(**AS_PEER)
    )
    given(*CHOSEN).when(answer_as_council, YES, MATCH, PEER, HOME, by=CONTACT).then(
        PeerAcceptedByCouncil(**AS_PEER)
    )
    assert given(*RUNNING).state(MATCH).status == MatchStatus.RUNNING
    one = given(*CHOSEN, PeerAcceptedByCouncil(**AS_PEER)).state(MATCH)
    assert one.status == MatchStatus.MATCHED


def test_whoever_declines_frees_the_time_and_another_may_be_chosen() -> None:
    freed = DaysReleased(**DAYS, half_days=6)
    for decide, who, fact in (
        (answer_as_mentor, MENTOR, MatchDeclined(**AS_PEER)),
        (answer_as_council, CONTACT, PeerDeclinedByCouncil(**AS_PEER)),
    ):
        given(*CHOSEN).when(decide, NO, MATCH, PEER, HOME, by=who).then(fact, freed)
        after = given(*CHOSEN, fact, freed)
        assert after.state(MATCH).status == MatchStatus.REQUESTED
        assert after.state(MATCH).declined == ("PEER-0001",)
        assert after.state(PEER).in_year(YEAR).free == 10


def test_nobody_accepts_twice_nor_after_it_runs() -> None:
    given(*CHOSEN, MatchAccepted(**AS_PEER)).when(
        answer_as_mentor, YES, MATCH, PEER, HOME, by=MENTOR
    ).then_refused("accepted-already")
    given(*CHOSEN, PeerAcceptedByCouncil(**AS_PEER)).when(
        answer_as_council, YES, MATCH, PEER, HOME, by=CONTACT
    ).then_refused("accepted-already")
    given(*RUNNING).when(answer_as_mentor, NO, MATCH, PEER, HOME, by=MENTOR).then_refused(
        "mentoring-status", status="running"
    )
    given(*RUNNING).when(answer_as_council, NO, MATCH, PEER, HOME, by=CONTACT).then_refused(
        "mentoring-status", status="running"
    )


def test_an_interest_declared_meanwhile_stops_acceptance_not_refusal() -> None:
    since = given(*CHOSEN, interest("330"))
    since.when(answer_as_mentor, YES, MATCH, PEER, HOME, by=MENTOR).then_refused(
        "declared-interest"
    )
    since.when(answer_as_council, YES, MATCH, PEER, HOME, by=CONTACT).then_refused(
        "declared-interest"
    )
    since.when(answer_as_mentor, NO, MATCH, PEER, HOME, by=MENTOR).then(
        MatchDeclined(**AS_PEER), DaysReleased(**DAYS, half_days=6)
    )


def test_more_time_is_reserved_while_it_runs() -> None:
    more = ReserveTime(half_days=4, reason="Two more sessions")
    given(*RUNNING).when(reserve_more, more, MATCH, PEER, by=OFFICER).then(
        DaysReserved(**DAYS, half_days=4)
    )
    given(*RUNNING).when(reserve_more, more.but(half_days=5), MATCH, PEER, by=OFFICER).then_refused(
        "days-exhausted", free=4
    )
    given(*READY).when(reserve_more, more, MATCH, PEER, by=OFFICER).then_refused("mentoring-status")


# --- Sessions -------------------------------------------------------------------------------

EARLIER = date(2025, 6, 1)
SINCE_MAY = by(OFFICER, *RUNNING, on=date(2025, 5, 1))


def holding(**changes: Any) -> HoldSession:
    return HoldSession(
        **{
            "on": DAY,
            "minutes": 120,
            "half_days": 1,
            "mode": "in person",
            "themes": ["care leavers"],
            "agreed_actions": ["Visit a home"],
            "effective_on": DAY,
            **changes,
        }
    )


def held(*history: Event | list[Record], **changes: Any) -> list[Event]:
    known = given(*history)
    return hold(holding(**changes), known.state(MATCH), known.state(PEER), "note-1", DAY, MENTOR)


def test_a_session_is_scheduled_on_a_day_that_has_none() -> None:
    asked = ScheduleSession.model_validate({"on": DAY, "mode": "video"})
    given(*RUNNING).when(schedule, asked, MATCH, PEER, by=MENTOR).then(SCHEDULED)
    given(*RUNNING, SCHEDULED).when(schedule, asked, MATCH, PEER, by=MENTOR).then_refused(
        "session-scheduled", session=1
    )
    given(*CHOSEN).when(schedule, asked, MATCH, PEER, by=MENTOR).then_refused("mentoring-status")
    past = ScheduleSession.model_validate({"on": EARLIER})
    given(*RUNNING).when(schedule, past, MATCH, PEER, by=MENTOR).then_refused("bad-dates")
    given(*RUNNING, interest("330")).when(schedule, asked, MATCH, PEER, by=MENTOR).then_refused(
        "declared-interest"
    )


def test_a_session_held_gives_the_time_in_the_same_decision() -> None:
    assert held(*RUNNING) == [HELD, DELIVERED]


def test_a_scheduled_session_is_held_by_its_number_or_its_day() -> None:
    assert held(*RUNNING, SCHEDULED, session=1) == [HELD, DELIVERED]
    assert held(*RUNNING, SCHEDULED) == [HELD, DELIVERED]
    another = held(SINCE_MAY, SCHEDULED, on=EARLIER)
    assert another[0] == HELD.but(session=2, on=EARLIER)


@pytest.mark.parametrize(
    ("more", "changes", "code"),
    [
        ((HELD, DELIVERED), {"session": 1}, "session-settled"),
        ((HELD, DELIVERED), {}, "session-held"),
        (
            (SCHEDULED, SessionCancelled(**AS_PEER, session=1, cancelled_by="mentor")),
            {"session": 1},
            "session-settled",
        ),
        ((), {"session": 3}, "not-found"),
        ((), {"on": date(2025, 6, 3)}, "bad-dates"),
        ((), {"on": EARLIER}, "bad-dates"),
        ((interest("330"),), {}, "declared-interest"),
        ((DaysDelivered(**DAYS, half_days=5),), {"half_days": 2}, "over-reserved"),
        ((MentoringEnded(**AS_PEER, outcome="Done"),), {}, "mentoring-status"),
    ],
)
def test_what_is_not_recorded_as_held(
    more: tuple[Event, ...], changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        held(*RUNNING, *more, **changes)
    assert refusal.value.code == code


def test_a_session_before_an_interest_was_declared_is_still_recorded() -> None:
    assert held(SINCE_MAY, interest("330"), on=EARLIER)


def test_a_scheduled_session_is_cancelled_once() -> None:
    asked = CancelSession(cancelled_by="mentee", reason="Illness")
    cancelled = SessionCancelled(**AS_PEER, session=1, cancelled_by="mentee")

    def cancel_first(command: CancelSession, mentoring: MentoringMatch, who: Actor) -> list[Event]:
        return cancel(command, mentoring, 1, who)

    given(*RUNNING, SCHEDULED).when(cancel_first, asked, MATCH, by=OFFICER).then(cancelled)
    given(*RUNNING, SCHEDULED, cancelled).when(cancel_first, asked, MATCH, by=OFFICER).then_refused(
        "session-settled", state="cancelled"
    )
    given(*RUNNING, HELD).when(cancel_first, asked, MATCH, by=OFFICER).then_refused(
        "session-settled", state="held"
    )
    given(*RUNNING).when(cancel_first, asked, MATCH, by=OFFICER).then_refused("not-found")


@pytest.mark.parametrize(("objective", "known"), [(0, False), (1, True), (2, True), (3, False)])
def test_an_objective_of_the_request_is_reviewed(objective: int, known: bool) -> None:
    asked = ReviewObjective(progress="on course", evidence="Board minutes", effective_on=DAY)
    running = given(*RUNNING).state(MATCH)
    if known:
        assert review_objective(asked, running, objective, MENTOR) == [
            ObjectiveReviewed(
                **ABOUT, objective=objective, progress="on course", evidence="Board minutes"
            )
        ]
    else:
        with pytest.raises(Refused) as refusal:
            review_objective(asked, running, objective, MENTOR)
        assert refusal.value.code == "not-found"


def test_once_ended_nothing_is_cancelled_or_reviewed() -> None:
    ended = given(*RUNNING, SCHEDULED, MentoringEnded(**AS_PEER, outcome="Done")).state(MATCH)
    with pytest.raises(Refused) as cancelling:
        cancel(CancelSession(cancelled_by="board", reason="Snow"), ended, 1, OFFICER)
    assert cancelling.value.code == "mentoring-status"
    with pytest.raises(Refused) as reviewing:
        review_objective(ReviewObjective(progress="met", evidence="x"), ended, 1, MENTOR)
    assert reviewing.value.code == "mentoring-status"


def test_ending_releases_what_was_not_given() -> None:
    asked = EndMentoring(outcome="Confident", feedback="Very good", reason="Objectives met")
    ended = MentoringEnded(**AS_PEER, outcome="Confident", feedback="Very good")
    given(*RUNNING, HELD, DELIVERED).when(end, asked, MATCH, PEER, by=OFFICER).then(
        ended, DaysReleased(**DAYS, half_days=5)
    )
    given(*RUNNING, SCHEDULED).when(end, asked, MATCH, PEER, by=OFFICER).then_refused(
        "sessions-scheduled", sessions=[1]
    )
    given(*RUNNING, ended).when(end, asked, MATCH, PEER, by=OFFICER).then_refused(
        "mentoring-status"
    )


def test_a_request_that_comes_to_nothing_is_ended_too() -> None:
    asked = EndMentoring(outcome="The lead member left office", reason="Election")
    given(*READY).when(end, asked, MATCH, Peer(peer="PEER-0000"), by=OFFICER).then(
        MentoringEnded(**ABOUT, outcome="The lead member left office")
    )


# --- Rows -----------------------------------------------------------------------------------


def test_a_match_row_follows_the_match() -> None:
    review = ObjectiveReviewed(
        **ABOUT, objective=2, progress="met", evidence="Walked the front line"
    )
    running = fold(MatchRow, *RUNNING, SCHEDULED)["MENT-0001"]
    assert running.status == MatchStatus.RUNNING
    assert running.scheduled == (1,)
    assert running.half_days_reserved == 6
    row = fold(MatchRow, *RUNNING, SCHEDULED, HELD, DELIVERED, review)["MENT-0001"]
    assert (row.half_days_reserved, row.half_days_delivered) == (5, 1)
    assert (row.sessions_held, row.minutes, row.last_session_on) == (1, 120, DAY)
    assert row.scheduled == ()
    assert [o.progress for o in row.objectives] == ["not reviewed", "met"]
    assert [a.text for a in row.agreed_actions] == ["Visit a home"]
    ended = MentoringEnded(**AS_PEER, outcome="Confident")
    released = DaysReleased(**DAYS, half_days=5)
    after = fold(MatchRow, *RUNNING, HELD, DELIVERED, ended, released)["MENT-0001"]
    assert (after.status, after.half_days_reserved) == (MatchStatus.ENDED, 0)
    assert after.peer == "PEER-0001"


@pytest.mark.parametrize("declined", [MatchDeclined, PeerDeclinedByCouncil])
def test_a_declined_mentor_leaves_the_row(declined: Any) -> None:
    freed = DaysReleased(**DAYS, half_days=6)
    row = fold(MatchRow, *CHOSEN, declined(**AS_PEER), freed)["MENT-0001"]
    assert (row.status, row.peer, row.why) == (MatchStatus.REQUESTED, None, None)
    assert row.half_days_reserved == 0


def test_each_choice_is_kept_with_its_ranking() -> None:
    declined = MatchDeclined(**AS_PEER)
    second = MATCHED.but(peer="PEER-0002", why="Next best")
    rows = fold(MatchingRow, *CHOSEN, declined, second)
    assert [(r.matching, r.chosen) for r in rows.values()] == [(2, "PEER-0001"), (4, "PEER-0002")]
    assert rows["MENT-0001/2"].candidates == RANKING


def test_the_mentoring_log_has_a_line_for_each_session() -> None:
    second = SCHEDULED.but(session=2, on=date(2025, 7, 1))
    cancelled = by(
        OFFICER, SessionCancelled(**AS_PEER, session=2, cancelled_by="board"), reason="Snow"
    )
    rows = fold(SessionRow, *RUNNING, SCHEDULED, second, HELD, DELIVERED, cancelled)
    assert rows["MENT-0001/1"].state == "held"
    assert rows["MENT-0001/1"].note == "note-1"
    assert rows["MENT-0001/2"].state == "cancelled"
    assert rows["MENT-0001/2"].cancelled_because == "Snow"


def test_a_peer_row_counts_matches_that_wait_or_run() -> None:
    assert fold(PeerRow, *RUNNING)["PEER-0001"].matches == ("MENT-0001",)
    ended = MentoringEnded(**AS_PEER, outcome="Confident")
    assert fold(PeerRow, *RUNNING, ended)["PEER-0001"].matches == ()
    assert fold(PeerRow, *CHOSEN, MatchDeclined(**AS_PEER))["PEER-0001"].matches == ()


def test_rows_ignore_what_does_not_concern_them() -> None:
    elsewhere = CouncilSucceeded(council="301", successors=("330",))
    for view in (MatchRow, MatchingRow, SessionRow, PeerRow):
        assert not tuple(view.keys(by(OFFICER, elsewhere)[0]))


def test_what_was_requested_before_policy_themes_bears_none() -> None:
    said = REQUESTED.model_dump(mode="json")
    del said["policy_themes"]
    assert MentoringRequested.from_stored(said, 1) == REQUESTED


def test_mentoring_that_goes_to_a_successor_waits_for_its_acceptance() -> None:
    moved = transfer_match(given(*RUNNING).state(MATCH), "940", OFFICER)
    after = given(*RUNNING, *moved).state(MATCH)
    assert (after.council, after.status) == ("940", MatchStatus.MATCHED)
    (row,) = fold(MatchRow, *RUNNING, *moved).values()
    assert (row.council, row.status, row.council_accepted) == ("940", MatchStatus.MATCHED, False)


def test_a_mentor_from_the_successor_is_not_accepted_there_and_leaves_nothing_scheduled() -> None:
    moved = transfer_match(given(*RUNNING).state(MATCH), "301", OFFICER)
    after = given(*RUNNING, SCHEDULED, *moved)
    after.when(answer_as_council, YES, MATCH, PEER, HOME, by=CONTACT).then_refused("own-council")
    there: dict[str, Any] = {**AS_PEER, "council": "301"}
    after.when(answer_as_council, NO, MATCH, PEER, HOME, by=CONTACT).then(
        PeerDeclinedByCouncil(**there),
        SessionCancelled(**there, session=1, cancelled_by="mentee"),
        DaysReleased(**{**DAYS, "council": "301"}, half_days=6),
    )
    elsewhere = transfer_match(given(*RUNNING).state(MATCH), "940", OFFICER)
    merged = CouncilSucceeded(council="301", successors=("940",))
    given(*RUNNING, *elsewhere, merged).when(
        answer_as_council, YES, MATCH, PEER, HOME, by=CONTACT
    ).then_refused("own-council")
