"""Cuts of the award in mid-year: what freezes, what is still to be found, what waits for it."""

from typing import Any

from domain.councils import Region
from domain.funding import (
    AllocateHeading,
    AwardCut,
    Budget,
    BudgetOpened,
    BudgetVaried,
    CloseYear,
    CutMet,
    DevolutionRecalled,
    Heading,
    HeadingAllocated,
    MeetCut,
    ProgrammeCommitmentReleased,
    ProgrammeCommitmentReserved,
    RecallDevolution,
    RegionDevolved,
    Spending,
    VaryBudget,
    allocate,
    close_year,
    meet_cut,
    recall_devolution,
    set_aside,
    vary_budget,
)
from domain.kernel import Actor
from projections.funding import AccountBalance, BudgetPosition, BudgetRow
from tests.spec import fold, given

YEAR = "2025-26"
FINANCE = Actor(id="finance", role="finance-officer")
BUDGET = Budget(year=YEAR)
WHAT = Spending(purpose="CONTRACT-0001", year=YEAR, heading=Heading.CONTRACTS)
YEAR_BEGUN: tuple[Any, ...] = (
    BudgetOpened(year=YEAR, award_pence=1_000_00, award_letter="DFE/1"),
    HeadingAllocated(year=YEAR, heading=Heading.CONTRACTS, amount_pence=500_00),
    HeadingAllocated(year=YEAR, heading=Heading.REGIONS, amount_pence=400_00),
    RegionDevolved(year=YEAR, region=Region.LONDON, amount_pence=300_00),
    ProgrammeCommitmentReserved(amount_pence=450_00, **dict(WHAT)),
)


def varied(award: str) -> VaryBudget:
    return VaryBudget.model_validate({"award": award, "reason": "The department's letter"})


def cut_to(award: str) -> tuple[Any, ...]:
    found = given(*YEAR_BEGUN).when(vary_budget, varied(award), BUDGET, by=FINANCE).outcome()
    return (*YEAR_BEGUN, *found)


def test_an_award_that_still_covers_what_is_allocated_is_varied() -> None:
    given(*YEAR_BEGUN).when(vary_budget, varied("900.00"), BUDGET, by=FINANCE).then(
        BudgetVaried(year=YEAR, award_pence=900_00, was_pence=1_000_00)
    )


def test_a_cut_freezes_what_is_not_committed() -> None:
    *_, cut = cut_to("880.00")
    assert cut == AwardCut(
        year=YEAR,
        award_pence=880_00,
        was_pence=1_000_00,
        frozen_by_heading={Heading.CONTRACTS: 50_00, Heading.REGIONS: 100_00},
        taken_pence=120_00,
        to_find_pence=0,
    )
    history = (*YEAR_BEGUN, cut)
    rows = fold(BudgetPosition, *history)
    assert rows[f"{YEAR}/contracts"].available_pence == 0
    assert rows[f"{YEAR}/contracts"].frozen_pence == 50_00
    state = given(*history).state(BUDGET)
    assert (state.unallocated_pence, state.award_pence) == (130_00, 880_00)
    given(*history).when(
        allocate,
        AllocateHeading.model_validate({"heading": "contracts", "amount": "130.00"}),
        BUDGET,
        by=FINANCE,
    ).then(HeadingAllocated(year=YEAR, heading=Heading.CONTRACTS, amount_pence=130_00))


def test_a_cut_below_what_is_committed_waits_until_commitments_are_stopped() -> None:
    history = cut_to("600.00")
    assert history[-1].taken_pence == 250_00
    assert history[-1].to_find_pence == 150_00
    (row,) = fold(BudgetRow, *history).values()
    assert (row.award_pence, row.to_find_pence, row.unallocated_pence) == (600_00, 150_00, 0)
    held = given(*history)
    ask = AllocateHeading.model_validate({"heading": "contracts", "amount": "1.00"})
    held.when(allocate, ask, BUDGET, by=FINANCE).then_refused("cut-not-met")

    def more(command: AllocateHeading, budget: Budget, by: Actor) -> Any:
        return set_aside(command, WHAT, 1, budget)

    held.when(more, ask, BUDGET, by=FINANCE).then_refused("cut-not-met", to_find_pence=150_00)
    over = CloseYear(carry_forward=False, reason="Year end")
    held.when(close_year, over, BUDGET, Budget(year="2026-27"), by=FINANCE).then_refused(
        "cut-not-met"
    )
    meet = MeetCut(reason="Found")
    held.when(meet_cut, meet, BUDGET, by=FINANCE).then_refused("nothing-freed")
    recalled = DevolutionRecalled(year=YEAR, region=Region.LONDON, amount_pence=100_00)
    recall = RecallDevolution.model_validate(
        {"region": "london", "amount": "100.00", "reason": "The award was cut"}
    )
    held.when(recall_devolution, recall, BUDGET, by=FINANCE).then(recalled)
    held.when(recall_devolution, recall.but(amount_pence=300_01), BUDGET, by=FINANCE).then_refused(
        "heading-exhausted"
    )
    stopped = ProgrammeCommitmentReleased(amount_pence=80_00, **dict(WHAT))
    found = (*history, recalled, stopped)
    met = CutMet(
        year=YEAR,
        by_heading={Heading.CONTRACTS: 80_00, Heading.REGIONS: 70_00},
        unallocated_pence=0,
        amount_pence=150_00,
    )
    given(*found).when(meet_cut, meet, BUDGET, by=FINANCE).then(met)
    after = given(*found, met)
    state = after.state(BUDGET)
    assert (state.award_pence, state.to_find_pence) == (600_00, 0)
    assert state.funds(Heading.REGIONS).available_pence == 30_00
    assert sum(row.balance_pence for row in fold(AccountBalance, *found, met).values()) == 0
    after.when(meet_cut, meet, BUDGET, by=FINANCE).then_refused("no-cut")


def test_a_further_award_covers_what_was_still_to_be_found() -> None:
    history = cut_to("600.00")
    back = given(*history).when(vary_budget, varied("750.00"), BUDGET, by=FINANCE).outcome()
    state = given(*history, *back).state(BUDGET)
    assert (state.award_pence, state.to_find_pence, state.unallocated_pence) == (750_00, 0, 0)
    nothing = given(*history).when(vary_budget, varied("0"), BUDGET, by=FINANCE).outcome()
    still = given(*history, *nothing).when(vary_budget, varied("1.00"), BUDGET, by=FINANCE)
    state = given(*history, *nothing, *still.outcome()).state(BUDGET)
    assert (state.award_pence, state.to_find_pence) == (750_00, 749_00)
    deeper = given(*history).when(vary_budget, varied("500.00"), BUDGET, by=FINANCE).outcome()
    state = given(*history, *deeper).state(BUDGET)
    assert (state.award_pence, state.to_find_pence) == (750_00, 250_00)
