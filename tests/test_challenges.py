"""Peer challenge: its rules, both sides of each, then its rows; triads drawn."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from domain.challenges import (
    ActionPlanAgreed,
    AgreeActionPlan,
    AgreeChallenge,
    AssignMember,
    CancelChallenge,
    ChallengeAgreed,
    ChallengeCancelled,
    ChallengeConducted,
    ChallengeKind,
    ChallengerJoined,
    ChallengerLeft,
    ChallengeScheduled,
    ChallengeStatus,
    ConductChallenge,
    EarlierChallengeRecorded,
    Exchange,
    FindingsReported,
    FollowUpHeld,
    HoldFollowUp,
    HostingBegan,
    HostingEnded,
    Member,
    PeerChallenge,
    RecordEarlier,
    ReleaseMember,
    ReportFindings,
    ScheduleChallenge,
    TeamMemberAssigned,
    TeamMemberReleased,
    TeamRole,
    agree,
    agree_action_plan,
    assign,
    cancel_challenge,
    conduct,
    draw_triads,
    follow_up,
    record_earlier,
    release,
    report_findings,
    schedule_challenge,
    years_after,
)
from domain.councils import Council, CouncilRegistered, CouncilSucceeded, Region, Source
from domain.kernel import Actor, Event, Refused
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
from projections.challenges import ChallengeRow, CouncilExchange, TeamRow
from projections.people import DonatedDays, PeerRow
from tests.spec import DAY, by, fold, given

LEAD = Actor(id="regional-lead", role="regional-lead")
YEAR = "2025-26"
C, HOST, HOME = PeerChallenge(challenge="CHAL-0001"), Council(council="341"), Council(council="342")
HOSTS, HOMES = Exchange(council="341"), Exchange(council="342")
P1, P2 = Peer(peer="PEER-0001"), Peer(peer="PEER-0002")
KIND = ChallengeKind.REGIONAL
ABOUT: dict[str, Any] = {
    "challenge": "CHAL-0001",
    "council": "341",
    "region": Region.NORTH_WEST,
    "kind": KIND,
}
FOR: dict[str, Any] = {"challenge": "CHAL-0001", "council": "341"}
TODAY = date(2025, 9, 30)
FIRST, LAST = date(2025, 9, 9), date(2025, 9, 11)


def council(code: str, name: str = "A council", region: Region = Region.NORTH_WEST) -> Event:
    return CouncilRegistered(
        council=code,
        name=name,
        gss_code="E08000012",
        region=region,
        authority_type="Metropolitan",
        source=Source(name="Register", kind="official"),
    )


def peer(n: int, home: str = "342", kind: PeerKind = PeerKind.DIRECTOR) -> list[Event]:
    ref = f"PEER-000{n}"
    where: dict[str, Any] = {"kind": kind, "home_council": home, "home_region": Region.NORTH_WEST}
    return [
        PeerRegistered(peer=ref, party="Labour" if kind == PeerKind.MEMBER else None, **where),
        DaysPledged(peer=ref, year=YEAR, half_days=10, **where),
    ]


def assigned(n: int, half_days: int = 4, role: TeamRole = TeamRole.LEAD, **more: Any) -> Event:
    facts: dict[str, Any] = {
        "peer": f"PEER-000{n}",
        "peer_kind": PeerKind.DIRECTOR,
        "home_council": "342",
        "role": role,
        "year": YEAR,
        "half_days": half_days,
    }
    return TeamMemberAssigned(**ABOUT, **(facts | more))


def moved(kind: Any, n: int, half_days: int, year: str = YEAR) -> Event:
    event: Event = kind(peer=f"PEER-000{n}", year=year, half_days=half_days, **FOR)
    return event


AGREED = [
    ChallengeAgreed(**ABOUT, focus="Line of sight", themes=("scrutiny",)),
    HostingBegan(council="341", challenge="CHAL-0001", kind=KIND),
]
JOINED = ChallengerJoined(council="341", challenger="342", challenge="CHAL-0001", mutual=False)
LED = [assigned(1), JOINED, moved(DaysReserved, 1, 4)]
SCHEDULED = ChallengeScheduled(**ABOUT, first_day=FIRST, last_day=LAST)
TEAM = (Member(peer="PEER-0001", home_council="342", role=TeamRole.LEAD, half_days=4),)
CONDUCTED = ChallengeConducted(**ABOUT, first_day=FIRST, last_day=LAST, team=TEAM)
READY = [council("341"), council("342"), *peer(1), *AGREED]


def conducting(command: ConductChallenge, state: Any, exchange: Any, *rest: Any) -> Any:
    *peers, who = rest
    return conduct(command, state, exchange, peers, TODAY, who)


def cancelling(command: CancelChallenge, state: Any, exchange: Any, *rest: Any) -> Any:
    *peers, who = rest
    return cancel_challenge(command, state, exchange, peers, who)


# --- Agreeing -------------------------------------------------------------------------------


def test_a_challenge_is_agreed_with_its_host() -> None:
    command = AgreeChallenge(council="341", kind=KIND, focus="Line of sight", themes=("scrutiny",))
    given(council("341")).when(agree, command, C, HOST, HOSTS, by=LEAD).then(*AGREED)


def test_a_host_has_one_challenge_of_a_kind_to_come() -> None:
    again = AgreeChallenge(council="341", kind=KIND, focus="More")
    other = AgreeChallenge(council="341", kind="corporate peer challenge", focus="More")
    new = PeerChallenge(challenge="CHAL-0002")
    history = given(council("341"), *AGREED)
    history.when(agree, again, new, HOST, HOSTS, by=LEAD).then_refused(
        "challenge-open", challenge="CHAL-0001"
    )
    assert len(history.when(agree, other, new, HOST, HOSTS, by=LEAD).outcome()) == 2
    over_now = given(council("341"), *AGREED, HostingEnded(council="341", challenge="CHAL-0001"))
    assert len(over_now.when(agree, again, new, HOST, HOSTS, by=LEAD).outcome()) == 2


def test_a_council_that_was_succeeded_hosts_none_and_none_is_mutual_with_itself() -> None:
    gone = CouncilSucceeded(council="341", successors=("342",))
    command = AgreeChallenge(council="341", kind=KIND, focus="Line of sight")
    given(council("341"), gone).when(agree, command, C, HOST, HOSTS, by=LEAD).then_refused(
        "council-succeeded"
    )
    own = command.but(mutual_with="341")
    given(council("341")).when(agree, own, C, HOST, HOSTS, by=LEAD).then_refused("bad-mutual")


# --- The team -------------------------------------------------------------------------------


def assigning(history: list[Event], **changes: Any) -> Any:
    facts: dict[str, Any] = {"peer": "PEER-0001", "role": "lead", "half_days": 4}
    command = AssignMember.model_validate(facts | changes)
    empty = Peer(peer=command.peer)
    return given(*history).when(assign, command, C, HOSTS, empty, HOME, HOMES, by=LEAD)


def test_a_peer_joins_and_their_time_is_reserved_in_one_save() -> None:
    assigning(READY).then(*LED)


def test_a_second_peer_of_the_same_council_makes_no_second_pairing() -> None:
    history = [*READY, *LED, *peer(2)]
    outcome = assigning(history, peer="PEER-0002", role="member").outcome()
    assert [type(event) for event in outcome] == [TeamMemberAssigned, DaysReserved]


def test_a_team_member_is_not_from_the_host_council() -> None:
    history = [council("341"), *peer(1, home="341"), *AGREED]
    assigning(history).then_refused("own-council", home_council="341")


def test_nor_from_one_that_the_host_succeeded() -> None:
    gone = CouncilSucceeded(council="342", successors=("341",))
    assigning([*READY, gone]).then_refused("own-council")


def test_a_declared_interest_keeps_a_peer_off_the_team() -> None:
    def interest(code: str) -> Event:
        return InterestDeclared(
            peer="PEER-0001", council=code, kind=InterestKind.FAMILY, note="note-1"
        )

    assigning([*READY, interest("341")]).then_refused("declared-interest", council="341")
    assert assigning([*READY, interest("340")]).outcome()


def test_a_team_has_one_lead_and_each_peer_once() -> None:
    assigning([*READY, *LED]).then_refused("on-team")
    assigning([*READY, *LED, *peer(2)], peer="PEER-0002").then_refused(
        "lead-named", lead="PEER-0001"
    )
    assert assigning([*READY, *LED, *peer(2)], peer="PEER-0002", role="member").outcome()


def test_no_more_time_is_reserved_than_is_free() -> None:
    assigning(READY, half_days=11).then_refused("days-exhausted", free=10, asked=11)
    assert assigning(READY, half_days=10).outcome()


def test_a_release_lasts_until_the_challenge_begins() -> None:
    def until(day: date) -> Event:
        return EmployerReleaseConfirmed(peer="PEER-0001", until=day)

    assigning([*READY, SCHEDULED, until(date(2025, 9, 8))]).then_refused("release-ended")
    assert assigning([*READY, SCHEDULED, until(FIRST)]).outcome()


BACK = ChallengerJoined(council="342", challenger="341", challenge="CHAL-0009", mutual=False)


def test_nobody_challenges_their_own_challenger_without_a_reason() -> None:
    assigning([*READY, BACK]).then_refused("own-challenger", challenges=["CHAL-0009"])
    first, *_ = assigning([*READY, BACK], reason="No other director has led this").outcome()
    assert first == assigned(1, own_challenges=("CHAL-0009",))


def test_unless_the_pairing_is_meant_to_be_mutual_on_either_side() -> None:
    mutual = [
        ChallengeAgreed(**ABOUT, focus="Line of sight", mutual_with="342"),
        AGREED[1],
    ]
    history = [council("341"), council("342"), *peer(1), *mutual, BACK]
    outcome = assigning(history).outcome()
    assert outcome[0] == assigned(1)
    assert outcome[1] == JOINED.but(mutual=True)
    assert assigning([*READY, BACK.but(mutual=True)]).outcome()[1] == JOINED


def test_who_challenged_whom_is_remembered_for_three_years() -> None:
    old = by(LEAD, BACK, on=DAY - timedelta(days=3 * 366))
    recent = by(LEAD, BACK, on=DAY - timedelta(days=3 * 360))
    command = AssignMember(peer="PEER-0001", role=TeamRole.LEAD, half_days=4)
    aggregates = (C, HOSTS, P1, HOME, HOMES)
    assert given(*READY, old).when(assign, command, *aggregates, by=LEAD).outcome()
    given(*READY, recent).when(assign, command, *aggregates, by=LEAD).then_refused("own-challenger")


def test_a_member_leaves_and_their_time_is_free_again() -> None:
    command = ReleaseMember(reason="Ill")
    asked = given(*READY, *LED).when(release, command, C, HOSTS, P1, by=LEAD)
    asked.then(
        TeamMemberReleased(**ABOUT, peer="PEER-0001", home_council="342"),
        ChallengerLeft(council="341", challenger="342", challenge="CHAL-0001"),
        moved(DaysReleased, 1, 4),
    )
    given(*READY).when(release, command, C, HOSTS, P1, by=LEAD).then_refused("not-found")


def test_the_pairing_stays_while_another_of_the_council_is_on_the_team() -> None:
    second = [assigned(2, role=TeamRole.MEMBER), moved(DaysReserved, 2, 4)]
    history = given(*READY, *LED, *peer(2), *second)
    outcome = history.when(release, ReleaseMember(reason="Ill"), C, HOSTS, P1, by=LEAD).outcome()
    assert [type(event) for event in outcome] == [TeamMemberReleased, DaysReleased]


# --- Days, conduct, findings ----------------------------------------------------------------


def test_days_are_set_and_set_again() -> None:
    command = ScheduleChallenge(first_day=FIRST, last_day=LAST)
    given(*READY).when(schedule_challenge, command, C, by=LEAD).then(SCHEDULED)
    given(*READY, SCHEDULED).when(schedule_challenge, command, C, by=LEAD).then_refused(
        "scheduled-already"
    )
    later = ScheduleChallenge(first_day=LAST, last_day=LAST)
    assert given(*READY, SCHEDULED).when(schedule_challenge, later, C, by=LEAD).outcome()


@pytest.mark.parametrize("days", [-1, 31])
def test_days_that_cannot_be_are_refused(days: int) -> None:
    command = ScheduleChallenge(first_day=FIRST, last_day=FIRST + timedelta(days=days))
    given(*READY).when(schedule_challenge, command, C, by=LEAD).then_refused("bad-dates")


def test_it_is_held_after_it_was_agreed() -> None:
    """What was held before the service is put on record as an earlier challenge."""
    past = DAY - timedelta(days=1)
    command = ScheduleChallenge(first_day=past, last_day=DAY)
    given(*READY).when(schedule_challenge, command, C, by=LEAD).then_refused("bad-dates")
    given(*READY, *LED, SCHEDULED).when(
        conducting, ConductChallenge(first_day=past, last_day=DAY), C, HOSTS, P1, by=LEAD
    ).then_refused("bad-dates")


def test_it_is_conducted_and_time_moves_from_reserved_to_delivered() -> None:
    history = given(*READY, *LED, SCHEDULED)
    asked = history.when(conducting, ConductChallenge(), C, HOSTS, P1, by=LEAD)
    assert asked.decided() == [
        (CONDUCTED, LAST),
        (HostingEnded(council="341", challenge="CHAL-0001"), LAST),
        (moved(DaysDelivered, 1, 4), LAST),
    ]


def test_who_gave_less_has_the_rest_free_again() -> None:
    command = ConductChallenge(given={"PEER-0001": 3})
    history = given(*READY, *LED, SCHEDULED)
    outcome = history.when(conducting, command, C, HOSTS, P1, by=LEAD).outcome()
    assert outcome[0] == CONDUCTED.but(team=(TEAM[0].but(half_days=3),))
    assert outcome[2:] == [moved(DaysDelivered, 1, 3), moved(DaysReleased, 1, 1)]
    more = ConductChallenge(given={"PEER-0001": 5})
    history.when(conducting, more, C, HOSTS, P1, by=LEAD).then_refused("over-reserved")
    stranger = ConductChallenge(given={"PEER-0009": 1})
    history.when(conducting, stranger, C, HOSTS, P1, by=LEAD).then_refused("not-found")


def test_it_needs_a_team_a_lead_and_a_date() -> None:
    command = ConductChallenge()
    given(*READY, SCHEDULED).when(conducting, command, C, HOSTS, by=LEAD).then_refused(
        "team-missing"
    )
    leaderless = [assigned(1, role=TeamRole.MEMBER), JOINED, moved(DaysReserved, 1, 4)]
    given(*READY, *leaderless, SCHEDULED).when(
        conducting, command, C, HOSTS, P1, by=LEAD
    ).then_refused("lead-missing")
    given(*READY, *LED).when(conducting, command, C, HOSTS, P1, by=LEAD).then_refused(
        "challenge-status"
    )


def test_it_is_recorded_once_it_has_ended() -> None:
    soon = SCHEDULED.but(last_day=TODAY + timedelta(days=1))
    given(*READY, *LED, soon).when(
        conducting, ConductChallenge(), C, HOSTS, P1, by=LEAD
    ).then_refused("bad-dates")


def test_an_interest_declared_since_keeps_a_member_from_it() -> None:
    interest = InterestDeclared(
        peer="PEER-0001", council="341", kind=InterestKind.WORK, note="note-1"
    )
    given(*READY, *LED, SCHEDULED, interest).when(
        conducting, ConductChallenge(), C, HOSTS, P1, by=LEAD
    ).then_refused("declared-interest")


DONE = [*READY, *LED, SCHEDULED, CONDUCTED]
FOUND = FindingsReported(**ABOUT, strengths=("Ambition",), areas_to_consider=("Audit",))
PLANNED = ActionPlanAgreed(**ABOUT, actions=("Audit more",), follow_up_due_on=date(2026, 3, 2))


def test_findings_follow_once_from_what_was_conducted() -> None:
    command = ReportFindings(
        strengths=("Ambition",), areas_to_consider=("Audit",), effective_on=LAST
    )
    given(*DONE).when(report_findings, command, C, by=LEAD).then(FOUND)
    before = command.but(effective_on=LAST - timedelta(days=1))
    given(*DONE).when(report_findings, before, C, by=LEAD).then_refused("before-its-cause")
    for history in ([*READY, *LED, SCHEDULED], [*DONE, FOUND]):
        given(*history).when(report_findings, command, C, by=LEAD).then_refused("challenge-status")


def test_a_plan_follows_findings_and_is_followed_up() -> None:
    command = AgreeActionPlan(actions=("Audit more",), follow_up_due_on=date(2026, 3, 2))
    given(*DONE, FOUND).when(agree_action_plan, command, C, by=LEAD).then(PLANNED)
    given(*DONE).when(agree_action_plan, command, C, by=LEAD).then_refused("challenge-status")
    found_later = by(LEAD, FOUND, on=LAST)
    given(*DONE, found_later).when(agree_action_plan, command, C, by=LEAD).then_refused(
        "before-its-cause"
    )
    early = command.but(follow_up_due_on=DAY)
    given(*DONE, FOUND).when(agree_action_plan, early, C, by=LEAD).then_refused("bad-dates")


def following(command: HoldFollowUp, state: Any, who: Actor) -> list[Event]:
    return follow_up(command, state, TODAY, who)


def test_a_follow_up_says_how_much_of_the_plan_is_done() -> None:
    command = HoldFollowUp(held_on=TODAY, progress="Audits doubled", actions_done=1)
    history = given(*DONE, FOUND, PLANNED)
    held = FollowUpHeld(**ABOUT, held_on=TODAY, progress="Audits doubled", actions_done=1)
    history.when(following, command, C, by=LEAD).then(held)
    assert given(*DONE, FOUND, PLANNED, held).when(following, command, C, by=LEAD).outcome()
    history.when(following, command.but(actions_done=2), C, by=LEAD).then_refused("bad-actions")
    ahead = command.but(held_on=TODAY + timedelta(days=1))
    history.when(following, ahead, C, by=LEAD).then_refused("bad-dates")
    history.when(following, command.but(held_on=LAST), C, by=LEAD).then_refused("bad-dates")
    given(*DONE, FOUND).when(following, command, C, by=LEAD).then_refused("challenge-status")


def test_cancelling_frees_everybodys_time() -> None:
    command = CancelChallenge(reason="Inspection announced")
    given(*READY, *LED).when(cancelling, command, C, HOSTS, P1, by=LEAD).then(
        ChallengeCancelled(**ABOUT, team=TEAM),
        ChallengerLeft(council="341", challenger="342", challenge="CHAL-0001"),
        HostingEnded(council="341", challenge="CHAL-0001"),
        moved(DaysReleased, 1, 4),
    )
    given(*DONE).when(cancelling, command, C, HOSTS, P1, by=LEAD).then_refused("challenge-status")


def test_nothing_happens_after_cancellation() -> None:
    history = [*READY, ChallengeCancelled(**ABOUT, team=())]
    assigning(history).then_refused("challenge-status", status=ChallengeStatus.CANCELLED)
    days = ScheduleChallenge(first_day=FIRST, last_day=LAST)
    given(*history).when(schedule_challenge, days, C, by=LEAD).then_refused("challenge-status")
    found = ReportFindings(strengths=("A",), areas_to_consider=("B",))
    given(*history).when(report_findings, found, C, by=LEAD).then_refused("challenge-status")
    given(*history).when(
        cancelling, CancelChallenge(reason="Again"), C, HOSTS, by=LEAD
    ).then_refused("challenge-status")


EARLIER = EarlierChallengeRecorded(
    council="341", kind=ChallengeKind.CORPORATE, conducted_on=date(2022, 3, 1), source="Report"
)


def earlier(command: RecordEarlier, exchange: Any, host: Any, who: Actor) -> list[Event]:
    return record_earlier(command, exchange, host, TODAY, who)


def test_a_challenge_from_before_the_service_is_recorded_once() -> None:
    command = RecordEarlier(conducted_on=date(2022, 3, 1), source="Report")
    given(council("341")).when(earlier, command, HOSTS, HOST, by=LEAD).then(EARLIER)
    given(council("341"), EARLIER).when(earlier, command, HOSTS, HOST, by=LEAD).then_refused(
        "recorded-already"
    )
    today = command.but(conducted_on=TODAY)
    given(council("341")).when(earlier, today, HOSTS, HOST, by=LEAD).then_refused("bad-dates")


# --- Stored shapes --------------------------------------------------------------------------


def test_time_recorded_before_challenges_were_known_is_read_as_a_matchs() -> None:
    stored = {
        "peer": "PEER-0001",
        "match": "MENT-0001",
        "case": "CASE-0001",
        "council": "330",
        "year": YEAR,
        "half_days": 2,
    }
    for kind in (DaysReserved, DaysReleased, DaysDelivered):
        event = kind.from_stored(stored, 1)
        assert (event.match, event.challenge, event.purpose) == ("MENT-0001", None, "MENT-0001")


# --- Rows -----------------------------------------------------------------------------------


def test_a_challenge_is_a_row_from_agreement_to_follow_up() -> None:
    held = FollowUpHeld(**ABOUT, held_on=TODAY, progress="Audits doubled", actions_done=1)
    row = fold(ChallengeRow, *DONE, FOUND, PLANNED)["CHAL-0001"]
    assert (row.status, row.half_days_given, row.strengths) == (
        ChallengeStatus.PLANNED,
        4,
        ("Ambition",),
    )
    assert [seat.peer for seat in row.team] == ["PEER-0001"]
    assert not row.follow_up_overdue(date(2026, 3, 2))
    assert row.follow_up_overdue(date(2026, 3, 3))
    after = fold(ChallengeRow, *DONE, FOUND, PLANNED, held)["CHAL-0001"]
    assert after.follow_ups[0].actions_done == 1
    assert not after.follow_up_overdue(date(2026, 3, 3))


def test_the_reason_for_challenging_ones_own_challenger_is_on_the_row() -> None:
    why = by(LEAD, assigned(1, own_challenges=("CHAL-0009",)), reason="Nobody else")
    [seat] = fold(ChallengeRow, *AGREED, why)["CHAL-0001"].team
    assert (seat.own_challenges, seat.reason) == (("CHAL-0009",), "Nobody else")


def test_a_challenge_lacks_a_member_until_one_is_on_the_team() -> None:
    assert fold(ChallengeRow, *AGREED, assigned(1))["CHAL-0001"].lacks_a_member
    member = assigned(2, peer_kind=PeerKind.MEMBER)
    assert not fold(ChallengeRow, *AGREED, assigned(1), member)["CHAL-0001"].lacks_a_member
    assert not fold(ChallengeRow, *DONE)["CHAL-0001"].lacks_a_member


def test_a_place_on_a_team_is_a_row_while_it_is_held() -> None:
    assert fold(TeamRow, *LED)["CHAL-0001/PEER-0001"].host == "341"
    left = TeamMemberReleased(**ABOUT, peer="PEER-0001", home_council="342")
    assert fold(TeamRow, *LED, left) == {}


def test_challenge_work_counts_as_a_peers_workload_until_it_is_done() -> None:
    row = fold(PeerRow, *READY, *LED)["PEER-0001"]
    assert row.candidate(YEAR).open_matches == 1
    assert row.days[YEAR].free == 6
    over_now = fold(PeerRow, *DONE, moved(DaysDelivered, 1, 4))["PEER-0001"]
    assert over_now.candidate(YEAR).open_matches == 0
    assert over_now.days[YEAR].delivered == 4
    cancelled = ChallengeCancelled(**ABOUT, team=TEAM)
    assert fold(PeerRow, *READY, *LED, cancelled)["PEER-0001"].challenges == ()


def test_donated_days_count_what_was_given_in_challenges() -> None:
    row = fold(DonatedDays, *DONE, moved(DaysDelivered, 1, 4))[f"PEER-0001/{YEAR}"]
    assert (row.pledged, row.reserved, row.delivered) == (10, 0, 4)


def corporate(event: Event) -> Event:
    return event.but(kind=ChallengeKind.CORPORATE)


def test_entitlement_runs_three_years_from_the_last_one_or_from_the_register() -> None:
    never = fold(CouncilExchange, council("341"))["341"]
    assert never.due_on == date(2028, 6, 2)
    assert never.standing(date(2025, 6, 2)) == "up to date"
    assert never.standing(date(2027, 6, 2)) == "due"
    assert never.standing(date(2028, 6, 2)) == "due"
    assert never.standing(date(2028, 6, 3)) == "overdue"
    row = fold(CouncilExchange, council("341"), EARLIER)["341"]
    assert (row.last_conducted_on, row.due_on) == (date(2022, 3, 1), date(2025, 3, 1))
    assert row.standing(date(2025, 3, 2)) == "overdue"
    planned = [corporate(AGREED[0]), corporate(SCHEDULED)]
    row = fold(CouncilExchange, council("341"), *planned)["341"]
    assert (row.scheduled_on, row.standing(DAY)) == (FIRST, "scheduled")
    row = fold(CouncilExchange, council("341"), EARLIER, *planned, corporate(CONDUCTED))["341"]
    assert (row.last_challenge, row.due_on, row.scheduled_on) == (
        "CHAL-0001",
        date(2028, 9, 11),
        None,
    )
    called_off = corporate(ChallengeCancelled(**ABOUT, team=()))
    assert fold(CouncilExchange, council("341"), *planned, called_off)["341"].to_come == {}


def test_other_kinds_do_not_use_the_entitlement_up() -> None:
    row = fold(CouncilExchange, council("341"), SCHEDULED, CONDUCTED)["341"]
    assert (row.last_conducted_on, row.to_come) == (None, {})


def test_an_earlier_record_does_not_replace_a_later_one() -> None:
    older = EARLIER.but(conducted_on=date(2019, 1, 1))
    row = fold(CouncilExchange, council("341"), EARLIER, older)["341"]
    assert row.last_conducted_on == date(2022, 3, 1)


def test_three_years_after_29_february_is_1_march() -> None:
    assert years_after(date(2024, 2, 29)) == date(2027, 3, 1)


def test_given_and_received_are_two_sides_of_one_challenge() -> None:
    others = (*TEAM, Member(peer="PEER-0003", home_council="343", role="member", half_days=2))
    both = CONDUCTED.but(team=others, mutual_with="342")
    rows = fold(CouncilExchange, council("341"), council("342"), council("343"), both)
    assert (rows["341"].half_days_given, rows["341"].half_days_received) == (0, 6)
    assert (rows["342"].half_days_given, rows["342"].half_days_received) == (4, 0)
    assert [(e.council, e.mutual) for e in rows["342"].given] == [("341", True)]
    assert [(e.council, e.mutual) for e in rows["343"].given] == [("341", False)]
    assert [(e.council, e.half_days) for e in rows["341"].received] == [("342", 4), ("343", 2)]


# --- Triads ---------------------------------------------------------------------------------

CODES = [f"{n}" for n in range(301, 313)]
chosen = st.lists(st.sampled_from(CODES), min_size=3, max_size=12, unique=True)
turns = st.sets(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=14).map(
    lambda pairs: {pair for pair in pairs if pair[0] != pair[1]}
)


@over(
    chosen,
    turns,
    st.sets(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=4),
    st.integers(0, 10**6),
)
def test_nobody_is_drawn_to_challenge_their_own_challenger(
    councils: list[str],
    before: set[tuple[str, str]],
    mutual: set[tuple[str, str]],
    seed: int,
) -> None:
    try:
        draw = draw_triads(councils, seed, before, mutual)
    except Refused:
        return
    drawn = [(turn.challenger, turn.host) for triad in draw.triads for turn in triad]
    assert sorted(a for a, _ in drawn) == sorted(b for _, b in drawn) == sorted(councils)
    assert all((b, a) not in drawn for a, b in drawn)
    meant = {frozenset(pair) for pair in mutual}
    assert all((b, a) not in before or frozenset((a, b)) in meant for a, b in drawn)
    assert all(3 <= len(triad) <= 5 for triad in draw.triads)
    assert draw == draw_triads(sorted(councils, reverse=True), seed, before, mutual)


@over(st.lists(st.sampled_from(CODES), min_size=3, max_size=5, unique=True), turns)
def test_a_draw_is_refused_only_where_there_is_none(
    councils: list[str], before: set[tuple[str, str]]
) -> None:
    def fits(ring: tuple[str, ...]) -> bool:
        return all((b, a) not in before for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))

    possible = any(fits(ring) for ring in permutations(councils))
    try:
        draw_triads(councils, 1, before)
    except Refused:
        assert not possible
    else:
        assert possible


def test_a_draw_needs_three_councils_and_another_seed_draws_otherwise() -> None:
    with pytest.raises(Refused) as few:
        draw_triads(["301", "302", "302"], 1)
    assert few.value.code == "bad-councils"
    assert len({draw_triads(CODES, seed).triads for seed in range(5)}) == 5
    sizes = {n: sorted(map(len, draw_triads(CODES[:n], 1).triads)) for n in (5, 7, 8, 9)}
    assert sizes == {5: [5], 7: [3, 4], 8: [4, 4], 9: [3, 3, 3]}


def test_what_was_not_to_be_drawn_is_said_with_the_draw() -> None:
    draw = draw_triads(["301", "302", "303"], 1, [("301", "302"), ("309", "301")])
    assert [(turn.challenger, turn.host) for turn in draw.barred] == [("302", "301")]
    assert draw_triads(["301", "302", "303"], 1, [("301", "302")], [("302", "301")]).barred == ()


def test_every_council_can_be_drawn_at_once() -> None:
    every = [f"{n}" for n in range(200, 353)]
    before = [(every[n], every[n + 1]) for n in range(len(every) - 1)]
    draw = draw_triads(every, 11, before)
    assert len(draw.triads) == 51
