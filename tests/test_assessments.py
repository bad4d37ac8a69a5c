"""Self-assessments, donated days and the supply of member peers: rules, then rows and sums."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from domain.assessments import (
    ChallengeReceived,
    ReceiveChallenge,
    ReviseAssessment,
    SelfAssessment,
    SelfAssessmentRevised,
    SelfAssessmentShared,
    SelfAssessmentSubmitted,
    ShareAssessment,
    SubmitAssessment,
    ThemeAssessed,
    receive_challenge,
    revise,
    share,
    submit,
)
from domain.challenges import ChallengeAgreed, ChallengeConducted, ChallengeKind, PeerChallenge
from domain.councils import Council, Grade, Region
from domain.kernel import Actor, Event
from domain.mentoring import MatchStatus, MenteeOffice
from domain.people import Days, PeerKind
from projections.assessments import AssessmentRow, SharedAssessment
from projections.challenges import ChallengeRow, CouncilExchange
from projections.days import by_region, director_days
from projections.mentoring import MatchRow
from projections.people import DonatedDays, PeerRow
from projections.supply import months_before, supply
from tests.spec import DAY, by, fold, given
from tests.test_challenges import council

CONTACT = Actor(id="council-contact", role="council-contact")
YEAR = "2025-26"
A = SelfAssessment(council="341", year=YEAR)
KEY = "ASSESS-341-2025-26"
ABOUT: dict[str, Any] = {"council": "341", "year": YEAR, "region": Region.NORTH_WEST}
THEME = ThemeAssessed(
    theme="Leadership", grade=Grade.GOOD, strengths="Stable team", areas="Scrutiny"
)
BETTER = THEME.but(grade=Grade.REQUIRES_IMPROVEMENT)
SUBMITTED = SelfAssessmentSubmitted(**ABOUT, themes=(THEME,))
SHARED = SelfAssessmentShared(**ABOUT, shared_with=("342",))


# --- Self-assessments -----------------------------------------------------------------------


def test_a_council_submits_once_a_year() -> None:
    command = SubmitAssessment(council="341", year=YEAR, themes=(THEME,))
    host = Council(council="341")
    given(council("341")).when(submit, command, A, host, by=CONTACT).then(SUBMITTED)
    given(council("341"), SUBMITTED).when(submit, command, A, host, by=CONTACT).then_refused(
        "submitted-already"
    )
    ahead = command.but(year="2026-27")
    later = SelfAssessment(council="341", year="2026-27")
    given(council("341")).when(submit, ahead, later, host, by=CONTACT).then_refused("bad-year")
    twice = command.but(themes=(THEME, THEME.but(theme="LEADERSHIP")))
    given(council("341")).when(submit, twice, A, host, by=CONTACT).then_refused("bad-themes")


def sharing(history: list[Event], of_region: tuple[str, ...] = (), **asked: Any) -> Any:
    def decide(command: ShareAssessment, state: SelfAssessment, who: Actor) -> list[Event]:
        return share(command, state, of_region, who)

    return given(*history).when(decide, ShareAssessment(**asked), A, by=CONTACT)


def test_it_is_shared_with_councils_or_a_regions() -> None:
    sharing([SUBMITTED], councils=("342",)).then(SHARED)
    in_region = SelfAssessmentShared(**ABOUT, shared_with=("343",), shared_region=Region.NORTH_WEST)
    sharing([SUBMITTED, SHARED], ("341", "342", "343"), region=Region.NORTH_WEST).then(in_region)
    sharing([SUBMITTED, SHARED], councils=("342",)).then_refused("shared-already")
    sharing([SUBMITTED], councils=("341",)).then_refused("bad-councils")
    sharing([SUBMITTED]).then_refused("bad-councils")
    sharing([], councils=("342",)).then_refused("not-found")


CHAL: dict[str, Any] = {
    "challenge": "CHAL-0001",
    "council": "341",
    "region": Region.NORTH_WEST,
    "kind": ChallengeKind.REGIONAL,
}
AGREED = ChallengeAgreed(**CHAL, focus="Line of sight")
CONDUCTED = ChallengeConducted(**CHAL, first_day=DAY, last_day=DAY, team=())


def putting(history: list[Event], **asked: Any) -> Any:
    def decide(
        command: ReceiveChallenge, state: SelfAssessment, challenge: PeerChallenge, who: Actor
    ) -> list[Event]:
        found = challenge if command.challenge else None
        return receive_challenge(command, state, found, who)

    command = ReceiveChallenge(points=("Why?",), **asked)
    return given(*history).when(
        decide, command, A, PeerChallenge(challenge="CHAL-0001"), by=CONTACT
    )


def test_whom_it_is_shared_with_may_challenge_it() -> None:
    put = ChallengeReceived(**ABOUT, from_council="342", points=("Why?",))
    putting([SUBMITTED, SHARED], from_council="342").then(put)
    putting([SUBMITTED, SHARED], from_council="343").then_refused("not-shared")
    putting([SUBMITTED, SHARED]).then_refused("bad-source")
    putting([SUBMITTED], from_council="342", challenge="CHAL-0001").then_refused("bad-source")


def test_so_may_a_challenge_that_the_council_hosted_once_it_is_conducted() -> None:
    put = ChallengeReceived(**ABOUT, challenge="CHAL-0001", points=("Why?",))
    asked = {"challenge": "CHAL-0001"}
    putting([SUBMITTED, AGREED, CONDUCTED], **asked).then(put)
    putting([SUBMITTED, AGREED], **asked).then_refused("not-conducted")
    putting([SUBMITTED, AGREED, CONDUCTED, put], **asked).then_refused("received-already")
    elsewhere = AGREED.but(council="342")
    putting([SUBMITTED, elsewhere, CONDUCTED], **asked).then_refused("other-host", host="342")


def test_a_revision_says_what_changed_and_earlier_editions_stay() -> None:
    command = ReviseAssessment(themes=(BETTER,), what_changed="Grade", reason="Challenged")
    revised = SelfAssessmentRevised(**ABOUT, edition=2, themes=(BETTER,), what_changed="Grade")
    given(SUBMITTED).when(revise, command, A, by=CONTACT).then(revised)
    same = command.but(themes=(THEME,))
    given(SUBMITTED).when(revise, same, A, by=CONTACT).then_refused("nothing-changed")
    given().when(revise, command, A, by=CONTACT).then_refused("not-found")
    row = fold(AssessmentRow, SUBMITTED, by(CONTACT, revised, reason="Challenged"))[KEY]
    assert (row.edition, row.themes, row.version) == (2, (BETTER,), 2)
    assert [(e.edition, e.themes, e.reason) for e in row.editions] == [
        (1, (THEME,), None),
        (2, (BETTER,), "Challenged"),
    ]


def test_rows_say_whom_it_is_open_to_and_what_was_put() -> None:
    put = ChallengeReceived(**ABOUT, from_council="342", points=("Why?",))
    row = fold(AssessmentRow, SUBMITTED, SHARED, put)[KEY]
    assert (row.shared_with, row.shared_on, row.received[0].points) == (("342",), DAY, ("Why?",))
    assert row.unanswered == row.received
    revised = SelfAssessmentRevised(**ABOUT, edition=2, themes=(BETTER,), what_changed="Grade")
    assert fold(AssessmentRow, SUBMITTED, SHARED, put, revised)[KEY].unanswered == ()
    again = fold(AssessmentRow, SUBMITTED, SHARED, put, revised, put)[KEY]
    assert [each.edition for each in again.unanswered] == [2]
    [shared] = fold(SharedAssessment, SUBMITTED, SHARED).values()
    assert (shared.owner, shared.council, shared.assessment) == ("341", "342", KEY)


# --- Donated days ---------------------------------------------------------------------------


def donation(home: str, pledged: int, n: int = 1, **changes: Any) -> DonatedDays:
    facts: dict[str, Any] = {
        "peer": f"PEER-000{n}",
        "year": YEAR,
        "kind": PeerKind.DIRECTOR,
        "home_council": home,
        "home_region": Region.NORTH_WEST,
        "asked": 10,
        "pledged": pledged,
    }
    return DonatedDays(**(facts | changes))


COUNCILS = list(
    fold(
        CouncilExchange,
        council("341", "Ayton"),
        council("342", "Beeford"),
        council("330", "Cowley", Region.WEST_MIDLANDS),
    ).values()
)


def test_each_councils_director_is_asked_for_five_days_whether_they_pledge_or_not() -> None:
    rows = [
        donation("341", 6, delivered=4, reserved=1),
        donation("342", 14, 2),
        donation("330", 20, 3, kind=PeerKind.MEMBER),
        donation("330", 9, 4, year="2024-25"),
    ]
    found = {row.council: row for row in director_days(YEAR, COUNCILS, rows)}
    short = {code: (row.pledged, row.shortfall, row.to_give) for code, row in found.items()}
    assert short == {"341": (6, 4, 6), "342": (14, 0, 10), "330": (0, 10, 10)}
    west, north = sorted(by_region(found.values()), key=lambda r: r.councils)
    assert (north.asked, north.pledged, north.shortfall, north.pledging) == (20, 20, 4, 2)
    assert (west.asked, west.pledged, west.shortfall, west.pledging) == (10, 0, 10, 0)


@over(st.lists(st.tuples(st.sampled_from(["341", "342", "330"]), st.integers(0, 30)), max_size=8))
def test_pledged_and_short_of_five_always_cover_the_ask(pledges: list[tuple[str, int]]) -> None:
    rows = [donation(home, n) for home, n in pledges]
    found = director_days(YEAR, COUNCILS, rows)
    assert sum(row.pledged for row in found) == sum(n for _, n in pledges)
    for row in found:
        assert row.shortfall >= 0
        assert row.pledged + row.shortfall >= row.asked
        assert row.shortfall == 0 or row.pledged + row.shortfall == row.asked
    assert sum(r.shortfall for r in by_region(found)) == sum(row.shortfall for row in found)


# --- Supply ---------------------------------------------------------------------------------

ON = date(2025, 12, 1)


def member(n: int, free: int = 10, **changes: Any) -> PeerRow:
    facts: dict[str, Any] = {
        "peer": f"PEER-000{n}",
        "kind": PeerKind.MEMBER,
        "home_council": "341",
        "home_region": Region.NORTH_WEST,
        "party": "Labour",
        "themes": ("Scrutiny",),
        "released_until": date(2027, 3, 31),
        "accreditations": ("Peer challenge",),
        "days": {YEAR: Days(pledged=free), "2026-27": Days(pledged=6)},
        "registered_on": DAY,
    }
    return PeerRow(**(facts | changes))


def asking(n: int, on: date = date(2025, 11, 1), **changes: Any) -> MatchRow:
    facts: dict[str, Any] = {
        "match": f"MENT-000{n}",
        "case": "CASE-0001",
        "council": "330",
        "region": Region.WEST_MIDLANDS,
        "status": MatchStatus.REQUESTED,
        "mentee_office": MenteeOffice.LEAD_MEMBER,
        "mentee": "PERSON-1",
        "mentee_party": "Labour",
        "themes": ("scrutiny",),
        "objectives": (),
        "requested_on": on,
    }
    return MatchRow(**(facts | changes))


def challenge() -> ChallengeRow:
    row = fold(ChallengeRow, AGREED.but(themes=("neglect",)))["CHAL-0001"]
    return row.but(agreed_on=date(2025, 10, 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"accreditations": ()},
        {"released_until": None},
        {"released_until": date(2025, 11, 30)},
        {"free": 0},
    ],
)
def test_who_is_not_ready(changes: dict[str, Any]) -> None:
    assert member(1).ready(ON)
    assert not member(1, **changes).ready(ON)


def test_supply_is_set_against_demand_by_region_party_and_theme() -> None:
    peers = [
        member(1),
        member(2, party="Green", accreditations=()),
        member(3, active=False),
        member(4, kind=PeerKind.DIRECTOR, party=None),
    ]
    matches = [
        asking(1),
        asking(2, status=MatchStatus.RUNNING),
        asking(3, mentee_office=MenteeOffice.DIRECTOR),
    ]
    found = supply(peers, matches, [challenge()], ON)
    total = found.total
    assert (total.members, total.ready, total.free_half_days) == (2, 1, 10)
    assert (total.requests, total.challenges, total.demand, total.short) == (1, 1, 2, 1)
    regions = {line.name: (line.members, line.ready, line.demand) for line in found.regions}
    assert regions == {"North West": (2, 1, 1), "West Midlands": (0, 0, 1)}
    parties = {line.name: (line.ready, line.requests, line.short) for line in found.parties}
    assert parties == {"Green": (0, 0, 0), "Labour": (1, 1, 0)}
    themes = {line.name: (line.ready, line.requests, line.challenges) for line in found.themes}
    assert themes == {"Neglect": (0, 0, 1), "Scrutiny": (1, 1, 0)}


def test_the_forecast_is_the_run_rate_and_what_waits_against_what_is_free() -> None:
    matches = [asking(1), asking(2, date(2025, 7, 2)), asking(3, date(2025, 6, 1))]
    matches = [matches[0], *(m.but(status=MatchStatus.ENDED) for m in matches[1:])]
    found = supply([member(1), member(2)], matches, [challenge()], ON)
    assert found.calls_in_months == 3  # since 1 June, that day not included
    first, second = found.forecast
    assert (first.quarter, first.first_day) == ("2025-26 Q4", date(2026, 1, 1))
    # Two wait, and half of three in six months is a call and a half a quarter: two.
    assert (first.waiting, first.expected, first.needed_half_days) == (2, 2, 32)
    assert (first.free_half_days, first.gap_half_days) == (20, 12)
    assert (second.quarter, second.waiting, second.needed_half_days) == ("2026-27 Q1", 0, 16)
    assert (second.free_half_days, second.gap_half_days) == (12, 4)


def test_within_a_year_a_quarter_carries_the_one_before() -> None:
    found = supply([member(1)], [asking(1, date(2025, 5, 1))], [], date(2025, 5, 2), months=3)
    first, second = found.forecast
    assert (first.quarter, second.quarter) == ("2025-26 Q2", "2025-26 Q3")
    assert (first.expected, first.needed_half_days, second.needed_half_days) == (1, 16, 24)


def test_months_before_a_day() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 6) == date(2025, 7, 15)
