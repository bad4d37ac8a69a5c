"""Varying the award, upwards and downwards.

Where it is cut below what has been shared out, what is not committed freezes: it goes back from
every heading to the award that is not allocated, and the cut is taken from there. What the cut asks
for beyond that is still to be found: until commitments have been stopped and the cut is met,
nothing new is committed. Nothing goes negative.
"""

from pydantic import Field

from domain.councils import Region
from domain.funding.budgeting import enough, in_year, year_open
from domain.funding.cuts import AwardCut, CutMet, DevolutionRecalled
from domain.funding.events import BudgetVaried, Heading
from domain.funding.state import Budget
from domain.kernel import Actor, Command, Event, Money, MoneyOrNone, Text, require


class VaryBudget(Command):
    award_pence: MoneyOrNone = Field(alias="award")
    reason: Text


class MeetCut(Command):
    reason: Text


class RecallDevolution(Command):
    region: Region
    amount_pence: Money = Field(alias="amount")
    reason: Text


def vary_budget(command: VaryBudget, budget: Budget, by: Actor) -> list[Event]:
    """Vary the award; below what is shared out, what is not committed freezes."""
    year_open(budget)
    in_year(command, budget.year)
    if command.award_pence + budget.carried_in_pence < budget.allocated_pence:
        return [_cut(command.award_pence, budget)]
    return [
        BudgetVaried(
            year=budget.year, award_pence=command.award_pence, was_pence=budget.award_pence
        )
    ]


def _free(budget: Budget) -> dict[Heading, int]:
    return {h: f.available_pence for h, f in sorted(budget.headings.items()) if f.available_pence}


def _cut(award: int, budget: Budget) -> AwardCut:
    frozen = _free(budget)
    wanted = budget.award_pence - award
    taken = min(wanted, budget.unallocated_pence + sum(frozen.values()))
    return AwardCut(
        year=budget.year,
        award_pence=award,
        was_pence=budget.award_pence - budget.to_find_pence,
        frozen_by_heading=frozen,
        taken_pence=taken,
        to_find_pence=wanted - taken,
    )


def meet_cut(command: MeetCut, budget: Budget, by: Actor) -> list[Event]:
    """Put what has been freed since the cut towards what is still to be found of it."""
    year_open(budget)
    in_year(command, budget.year)
    require(
        budget.to_find_pence, "no-cut", f"No cut of the award for {budget.year} is still to be met."
    )
    wanted, unallocated = budget.to_find_pence, min(budget.to_find_pence, budget.unallocated_pence)
    left, taken = wanted - unallocated, {}
    for heading, free in _free(budget).items():
        if part := min(left, free):
            taken[heading] = part
            left -= part
    require(
        left != wanted,
        "nothing-freed",
        "Nothing has been freed since the cut: stop a commitment first.",
        to_find_pence=wanted,
    )
    return [
        CutMet(
            year=budget.year,
            by_heading=taken,
            unallocated_pence=unallocated,
            amount_pence=wanted - left,
        )
    ]


def recall_devolution(command: RecallDevolution, budget: Budget, by: Actor) -> list[Event]:
    """Call back what a region has not spent of what was devolved to it."""
    year_open(budget)
    in_year(command, budget.year)
    enough(budget.left_to(command.region), command.amount_pence, command.region.label)
    return [
        DevolutionRecalled(
            year=budget.year, region=command.region, amount_pence=command.amount_pence
        )
    ]
