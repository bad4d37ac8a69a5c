"""Regions' rules, each with both its sides; engagement month by month; who is likely next."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st

from domain.councils import (
    Council,
    CouncilRegistered,
    CouncilSucceeded,
    EarlySupportBegan,
    EarlySupportEnded,
    Engagement,
    EngagementChanged,
    InterventionBegan,
    Office,
    Region,
    Source,
    SupportTier,
)
from domain.funding import (
    Budget,
    BudgetOpened,
    Heading,
    HeadingAllocated,
    RegionalSpendRecorded,
    RegionalSpendUndone,
    RegionDevolved,
    YearClosed,
)
from domain.kernel import Actor, Command, Event
from domain.regions import (
    AgreePlan,
    AnswerOffer,
    ClosePriority,
    DeliverEarlySupport,
    EarlySupportAccepted,
    EarlySupportDeclined,
    EarlySupportDelivered,
    EarlySupportOffered,
    NominateLead,
    OfferEarlySupport,
    RegionalLeadNominated,
    RegionalLeadStoodDown,
    RegionalPlanAgreed,
    RegionalPriorityClosed,
    RegionalPrioritySet,
    RegionalProgramme,
    RegionalSpendReported,
    RegionalSpendReversed,
    ReportSpend,
    ReverseSpend,
    SetPriority,
    StandLeadDown,
    agree_plan,
    answer_offer,
    close_priority,
    deliver_early_support,
    nominate,
    offer_early_support,
    report_spend,
    reverse_spend,
    set_priority,
    stand_lead_down,
)
from projections.funding import RegionPosition
from projections.regions import (
    EngagementHistory,
    RegionRow,
    coverage,
    likely_next,
    months,
)
from tests.spec import DAY, by, fold, given

LEAD = Actor(id="lead", role="regional-lead")
HERE, YEAR = Region.LONDON, "2025-26"
AT = {"region": HERE}
PROGRAMME, BUDGET = RegionalProgramme(region=HERE), Budget(year=YEAR)


def council(code: str, region: Region = HERE) -> CouncilRegistered:
    return CouncilRegistered(
        council=code,
        name=f"Borough {code}",
        gss_code=f"E09000{code}",
        region=region,
        authority_type="London borough",
        source=Source(name="Register", kind="official"),
    )


MEMBER = RegionalLeadNominated(**AT, office=Office.LEAD_MEMBER, person="PERSON-a")
GONE = RegionalLeadStoodDown(**AT, office=Office.LEAD_MEMBER, person="PERSON-a")
PRIORITY = RegionalPrioritySet(**AT, priority=1, title="Early help", why="Demand rises")
ABOUT: dict[str, Any] = {**AT, "council": "202", "offer": 1}
OFFERED = EarlySupportOffered(**ABOUT, concern="Turnover", support="Four days")
ACCEPTED, BEGAN = EarlySupportAccepted(**ABOUT), EarlySupportBegan(**ABOUT)
DELIVERED = EarlySupportDelivered(**ABOUT, outcome="Steadier")
ENDED = EarlySupportEnded(**ABOUT)
MONEY = (
    BudgetOpened(year=YEAR, award_pence=900_00, award_letter="DFE/1"),
    HeadingAllocated(year=YEAR, heading=Heading.REGIONS, amount_pence=500_00),
    RegionDevolved(year=YEAR, region=HERE, amount_pence=100_00),
)
SPENT: dict[str, Any] = {**AT, "report": 1, "year": YEAR, "amount_pence": 60_00}
REPORTED = RegionalSpendReported(**SPENT, spent_on="Facilitators", evidence="Invoices")
RECORDED = RegionalSpendRecorded(**SPENT)
REVERSED, UNDONE = RegionalSpendReversed(**SPENT), RegionalSpendUndone(**SPENT)


def naming(person: str) -> Any:
    return lambda command, programme, by: nominate(command, programme, person, by)


def about(decide: Any, number: int) -> Any:
    """A decision on a numbered part of the programme."""
    return lambda command, programme, *rest: decide(command, programme, number, *rest)


# --- Leads, priorities, plans ---------------------------------------------------------------


def test_a_lead_is_nominated_in_place_of_whoever_held_the_office() -> None:
    ask = NominateLead(office=Office.LEAD_MEMBER, person="PERSON-a")
    given().when(naming("PERSON-a"), ask, PROGRAMME, by=LEAD).then(MEMBER)
    given(MEMBER).when(naming("PERSON-a"), ask, PROGRAMME, by=LEAD).then_refused("no-change")
    other = ask.but(person="PERSON-b")
    given(MEMBER).when(naming("PERSON-b"), other, PROGRAMME, by=LEAD).then(
        GONE, MEMBER.but(person="PERSON-b")
    )
    nobody = NominateLead(office=Office.LEAD_MEMBER)
    given().when(naming("PERSON-a"), nobody, PROGRAMME, by=LEAD).then_refused("bad-person")


def test_a_lead_stands_down_once() -> None:
    ask = StandLeadDown(office=Office.LEAD_MEMBER, reason="Retired")
    given(MEMBER).when(stand_lead_down, ask, PROGRAMME, by=LEAD).then(GONE)
    given(MEMBER, GONE).when(stand_lead_down, ask, PROGRAMME, by=LEAD).then_refused("not-found")


def test_a_priority_is_set_and_closed_once() -> None:
    ask = SetPriority(title="Early help", why="Demand rises")
    given().when(set_priority, ask, PROGRAMME, by=LEAD).then(PRIORITY)
    end = ClosePriority(outcome="Offer in every council")
    closed = RegionalPriorityClosed(**AT, priority=1, outcome="Offer in every council")
    given(PRIORITY).when(about(close_priority, 1), end, PROGRAMME, by=LEAD).then(closed)
    for history in ([], [PRIORITY, closed]):
        given(*history).when(about(close_priority, 1), end, PROGRAMME, by=LEAD).then_refused(
            "not-found"
        )
    plan = AgreePlan(year=YEAR, plan="L/1", summary="Challenge")
    given().when(agree_plan, plan, PROGRAMME, by=LEAD).then(
        RegionalPlanAgreed(**AT, year=YEAR, plan="L/1", summary="Challenge")
    )


# --- Early support --------------------------------------------------------------------------


def test_early_support_is_offered_to_a_council_of_the_region_that_has_none() -> None:
    ask = OfferEarlySupport(council="202", concern="Turnover", support="Four days")
    one = Council(council="202")
    known = council("202")
    given(known).when(offer_early_support, ask, PROGRAMME, one, by=LEAD).then(OFFERED)
    for history, code in (
        ([council("202", Region.EAST)], "other-region"),
        ([known, CouncilSucceeded(council="202", successors=("203",))], "other-region"),
        ([known, InterventionBegan(council="202", case="CASE-0001")], "case-open"),
        ([known, OFFERED], "offer-open"),
        ([known, OFFERED, ACCEPTED, BEGAN], "offer-open"),
    ):
        given(*history).when(offer_early_support, ask, PROGRAMME, one, by=LEAD).then_refused(code)
    over = given(known, OFFERED, ACCEPTED, BEGAN, DELIVERED, ENDED)
    over.when(offer_early_support, ask, PROGRAMME, one, by=LEAD).then(OFFERED.but(offer=2))


def test_an_accepted_offer_puts_the_council_in_early_support_until_it_is_delivered() -> None:
    one = Council(council="202")
    yes, no = AnswerOffer(accepted=True), AnswerOffer(accepted=False, reason="We have a partner")
    waiting = given(council("202"), OFFERED)
    waiting.when(about(answer_offer, 1), yes, PROGRAMME, one, by=LEAD).then(ACCEPTED, BEGAN)
    waiting.when(about(answer_offer, 1), no, PROGRAMME, one, by=LEAD).then(
        EarlySupportDeclined(**ABOUT)
    )
    waiting.when(about(answer_offer, 1), no.but(reason=None), PROGRAMME, one, by=LEAD).then_refused(
        "reason-missing"
    )
    opened = given(council("202"), OFFERED, InterventionBegan(council="202", case="CASE-0001"))
    opened.when(about(answer_offer, 1), yes, PROGRAMME, one, by=LEAD).then_refused("case-open")
    running = given(council("202"), OFFERED, ACCEPTED, BEGAN)
    assert running.state(one).tier == SupportTier.EARLY_SUPPORT
    done = DeliverEarlySupport(outcome="Steadier")
    running.when(about(deliver_early_support, 1), done, PROGRAMME, one, by=LEAD).then(
        DELIVERED, ENDED
    )
    over = given(council("202"), OFFERED, ACCEPTED, BEGAN, DELIVERED, ENDED)
    assert over.state(one).tier == SupportTier.UNIVERSAL
    asked: list[tuple[Any, Command]] = [(answer_offer, yes), (deliver_early_support, done)]
    for decide, command in asked:
        over.when(about(decide, 1), command, PROGRAMME, one, by=LEAD).then_refused(
            "offer-settled", state="delivered"
        )
        over.when(about(decide, 2), command, PROGRAMME, one, by=LEAD).then_refused("not-found")


def test_nothing_of_a_region_is_dated_before_what_it_follows_from() -> None:
    before, one = date(2025, 6, 1), Council(council="202")
    known = given(council("202"), MEMBER, PRIORITY, *MONEY, REPORTED, RECORDED, OFFERED)
    asked: list[tuple[Any, Command, tuple[Any, ...]]] = [
        (about(answer_offer, 1), AnswerOffer(accepted=True), (PROGRAMME, one)),
        (about(close_priority, 1), ClosePriority(outcome="Met"), (PROGRAMME,)),
        (about(reverse_spend, 1), ReverseSpend(reason="Counted twice"), (PROGRAMME, BUDGET)),
        (stand_lead_down, StandLeadDown(office=MEMBER.office, reason="Elections"), (PROGRAMME,)),
    ]
    for decide, command, states in asked:
        assert known.when(decide, command, *states, by=LEAD).outcome()
        early = command.but(effective_on=before)
        known.when(decide, early, *states, by=LEAD).then_refused("before-its-cause")


def test_a_council_that_was_succeeded_takes_up_no_early_support() -> None:
    gone = by(LEAD, CouncilSucceeded(council="202", successors=("203",)), on=date(2025, 4, 1))
    given(council("202"), OFFERED, gone).when(
        about(answer_offer, 1),
        AnswerOffer(accepted=True),
        PROGRAMME,
        Council(council="202"),
        by=LEAD,
    ).then_refused("council-succeeded")


# --- Devolved money -------------------------------------------------------------------------


def spend(pounds: str, **changes: Any) -> ReportSpend:
    body = {"year": YEAR, "amount": pounds, "spent_on": "Facilitators", "evidence": "Invoices"}
    return ReportSpend.model_validate(body | changes)


@pytest.mark.parametrize(
    ("history", "ask", "code"),
    [
        (MONEY, spend("60.00"), None),
        (MONEY, spend("100.00"), None),
        (MONEY, spend("100.01"), "over-devolved"),
        ((*MONEY, REPORTED, RECORDED), spend("40.01"), "over-devolved"),
        ((*MONEY, REPORTED, RECORDED), spend("40.00"), None),
        ((*MONEY, REPORTED, RECORDED, REVERSED, UNDONE), spend("100.00"), None),
        ((), spend("1.00"), "budget-not-open"),
        (MONEY, spend("1.00", effective_on="2026-04-01"), "wrong-financial-year"),
    ],
)
def test_a_region_spends_what_was_devolved_to_it_and_no_more(
    history: tuple[Event, ...], ask: ReportSpend, code: str | None
) -> None:
    asked = given(*history).when(report_spend, ask, PROGRAMME, BUDGET, by=LEAD)
    if code:
        asked.then_refused(code)
        return
    told, moved = asked.outcome()
    assert isinstance(told, RegionalSpendReported)
    assert isinstance(moved, RegionalSpendRecorded)
    assert told.amount_pence == moved.amount_pence == ask.amount_pence
    assert told.report == moved.report


def test_a_report_that_was_wrong_is_reversed_once() -> None:
    ask = ReverseSpend(reason="Counted twice")
    told = given(*MONEY, REPORTED, RECORDED)
    told.when(about(reverse_spend, 1), ask, PROGRAMME, BUDGET, by=LEAD).then(REVERSED, UNDONE)
    told.when(about(reverse_spend, 2), ask, PROGRAMME, BUDGET, by=LEAD).then_refused("not-found")
    given(*MONEY, REPORTED, RECORDED, REVERSED, UNDONE).when(
        about(reverse_spend, 1), ask, PROGRAMME, BUDGET, by=LEAD
    ).then_refused("report-reversed")
    closed = YearClosed(
        year=YEAR,
        unspent_pence=0,
        carried_pence=0,
        surrendered_pence=0,
        by_heading={},
        unallocated_pence=0,
    )
    given(*MONEY, REPORTED, RECORDED, closed).when(
        about(reverse_spend, 1), ask, PROGRAMME, BUDGET, by=LEAD
    ).then_refused("year-closed")


def test_the_rows_tell_what_is_left() -> None:
    rows = fold(RegionPosition, *MONEY, REPORTED, RECORDED)
    row = rows[f"{YEAR}/{HERE.value}"]
    assert (row.devolved_pence, row.region_spent_pence, row.left_pence) == (100_00, 60_00, 40_00)
    (region,) = fold(RegionRow, MEMBER, PRIORITY, OFFERED, ACCEPTED, *MONEY, REPORTED).values()
    assert [lead.person for lead in region.leads] == ["PERSON-a"]
    assert [(o.council, o.state) for o in region.early_support] == [("202", "accepted")]
    assert [(r.amount_pence, r.reversed) for r in region.reports] == [(60_00, False)]
    (later,) = fold(
        RegionRow, MEMBER, GONE, REPORTED, REVERSED, OFFERED, ACCEPTED, DELIVERED
    ).values()
    assert later.leads == ()
    assert later.reports[0].reversed
    assert later.early_support[0].outcome == "Steadier"


# --- Engagement -----------------------------------------------------------------------------


def moved(code: str, engagement: Engagement, on: date) -> Any:
    return by(
        LEAD, EngagementChanged(council=code, engagement=engagement, evidence="Told us"), on=on
    )


def test_the_curve_and_the_momentum_month_by_month() -> None:
    rows = list(
        fold(
            EngagementHistory,
            *(council(code) for code in ("201", "202", "203")),
            moved("201", Engagement.EARLY_ADOPTER, date(2025, 6, 3)),
            moved("202", Engagement.CONTACTED, date(2025, 6, 30)),
            moved("202", Engagement.ENGAGED, date(2025, 8, 1)),
            moved("201", Engagement.NOT_ENGAGED, date(2025, 8, 31)),
        ).values()
    )
    june, july, august = months(rows, date(2025, 8, 31))
    assert [m.month for m in (june, july, august)] == ["2025-06", "2025-07", "2025-08"]
    assert (june.not_engaged, june.contacted, june.engaged, june.early_adopters) == (1, 1, 0, 1)
    assert (june.moved_up, june.moved_down, june.net) == (2, 0, 2)
    assert (july.taking_part, july.net) == (1, 0)
    assert (august.taking_part, august.moved_up, august.moved_down, august.net) == (1, 1, 1, 0)
    assert months(rows, date(2025, 8, 30))[-1].taking_part == 2
    assert months([], date(2025, 8, 31)) == []
    (london,) = (c for c in coverage(rows) if c.region == HERE)
    assert (london.councils, london.taking_part, london.percent) == (3, 1, 33)


def test_a_council_counts_until_it_is_succeeded_and_steps_go_by_their_dates() -> None:
    rows = list(
        fold(
            EngagementHistory,
            *(council(code) for code in ("201", "202")),
            moved("201", Engagement.ENGAGED, date(2025, 8, 5)),
            moved("201", Engagement.CONTACTED, date(2025, 6, 5)),
            by(LEAD, CouncilSucceeded(council="202", successors=("203",)), on=date(2025, 8, 1)),
        ).values()
    )
    june, july, august = months(rows, date(2025, 8, 31))
    assert [m.not_engaged + m.contacted + m.engaged for m in (june, july, august)] == [2, 2, 1]
    assert (june.contacted, july.contacted, august.engaged) == (1, 1, 1)
    assert [m.net for m in (june, july, august)] == [1, 0, 1]


@pytest.mark.parametrize(("taking_part", "likely"), [(0, False), (1, False), (2, True), (5, True)])
def test_a_council_is_likely_where_a_third_of_the_others_take_part(
    taking_part: int, likely: bool
) -> None:
    codes = [f"2{n:02d}" for n in range(6)]
    history = [council(code) for code in codes]
    steps = [moved(code, Engagement.ENGAGED, DAY) for code in codes[1 : 1 + taking_part]]
    rows = list(fold(EngagementHistory, *history, *steps).values())
    found = {x.council: x for x in likely_next(rows)}
    assert ("200" in found) == likely
    if likely:
        told = found["200"]
        assert (told.others, told.taking_part, told.rule) == (5, taking_part, 1)
        assert told.percent == taking_part * 100 // 5
    assert not {x.council for x in likely_next(rows)} & set(codes[1 : 1 + taking_part])


@suppose(
    st.lists(
        st.tuples(
            st.sampled_from(["201", "202", "203", "204"]),
            st.sampled_from(list(Engagement)),
            st.dates(date(2025, 4, 1), date(2026, 3, 31)),
        ),
        max_size=25,
    )
)
@settings(deadline=None, max_examples=80)
def test_every_month_counts_every_council_once(steps: list[Any]) -> None:
    steps = sorted(steps, key=lambda step: step[2])
    history = [moved(*step) for step in steps]
    rows = list(
        fold(
            EngagementHistory, *(council(c) for c in ("201", "202", "203", "204")), *history
        ).values()
    )
    for month in months(rows, date(2026, 3, 31)):
        counted = month.not_engaged + month.contacted + month.engaged + month.early_adopters
        assert counted == len(rows)
        assert month.net == month.moved_up - month.moved_down
    if found := months(rows, date(2026, 3, 31)):
        assert found[-1].taking_part == sum(c.taking_part for c in coverage(rows))
