"""Opening, sharing out and closing a year's money."""

from datetime import timedelta

from pydantic import Field

from domain.councils import Region
from domain.funding.devolved import RegionalUnderspendReturned
from domain.funding.events import (
    AllocationMoved,
    AllocationMoveProposed,
    BudgetOpened,
    CarriedForward,
    Heading,
    HeadingAllocated,
    RegionDevolved,
    YearClosed,
)
from domain.funding.state import Budget
from domain.interventions import authority_for
from domain.kernel import (
    Actor,
    Command,
    Dated,
    Event,
    FinancialYear,
    Line,
    Money,
    Refused,
    Text,
    financial_year,
    pounds_text,
    require,
    somebody_else,
    within,
    year_bounds,
)


class OpenBudget(Command):
    ahead = True
    year: FinancialYear
    award_pence: Money = Field(alias="award")
    award_letter: Line


class AllocateHeading(Command):
    ahead = True
    heading: Heading
    amount_pence: Money = Field(alias="amount")


class ProposeMove(Command):
    from_heading: Heading
    to_heading: Heading
    amount_pence: Money = Field(alias="amount")
    reason: Text


class ApproveMove(Command):
    board_minute: Line | None = None
    reason: Text


class DevolveToRegion(Command):
    ahead = True
    region: Region
    amount_pence: Money = Field(alias="amount")


class CloseYear(Command):
    carry_forward: bool
    """Whether the department lets what is left be carried into the next year."""
    reason: Text


def in_year(command: Command, year: str) -> None:
    """Refuse a date that belongs to another financial year than the money."""
    first, last = year_bounds(year)
    require(
        financial_year(command.on) == year,
        "wrong-financial-year",
        f"This money belongs to {year}: use a date from {first.isoformat()} to {last.isoformat()}.",
        year=year,
        effective_on=command.on.isoformat(),
    )


def year_open(budget: Budget) -> None:
    """Refuse to move money in a year that was not opened, or is closed."""
    require(
        budget.opened,
        "budget-not-open",
        f"Open the budget of {budget.year} first.",
        opened=budget.opened,
    )
    require(
        not budget.closed,
        "year-closed",
        f"The year {budget.year} is closed: nothing moves in it.",
        closed=budget.closed,
    )


def may_commit(budget: Budget) -> None:
    """Refuse to commit or share out money in a year that is not open, or that is cut too deep."""
    year_open(budget)
    require(
        not budget.to_find_pence,
        "cut-not-met",
        f"The award for {budget.year} was cut and {pounds_text(budget.to_find_pence)} is still"
        " to be found: stop commitments and meet the cut first.",
        to_find_pence=budget.to_find_pence,
    )


def enough(available: int, asked: int, where: str, code: str = "heading-exhausted") -> None:
    """Refuse to take more than there is."""
    require(
        asked <= available,
        code,
        f"Only {pounds_text(available)} is left in {where}, and {pounds_text(asked)} was"
        " asked for.",
        available_pence=available,
        asked_pence=asked,
    )


def open_budget(command: OpenBudget, budget: Budget, by: Actor) -> list[Event]:
    """Open a year's budget with the department's award."""
    require(
        not budget.opened, "budget-open", f"The budget of {budget.year} is open: vary it instead."
    )
    in_year(command, command.year)
    return [
        BudgetOpened(
            year=command.year, award_pence=command.award_pence, award_letter=command.award_letter
        )
    ]


def allocate(command: AllocateHeading, budget: Budget, by: Actor) -> list[Event]:
    """Put part of the award under a heading."""
    may_commit(budget)
    in_year(command, budget.year)
    enough(
        budget.unallocated_pence, command.amount_pence, "the unallocated award", "award-exhausted"
    )
    return [
        HeadingAllocated(
            year=budget.year, heading=command.heading, amount_pence=command.amount_pence
        )
    ]


def propose_move(command: ProposeMove, budget: Budget, by: Actor) -> list[Event]:
    """Propose to move money between headings."""
    may_commit(budget)
    in_year(command, budget.year)
    require(
        command.from_heading != command.to_heading, "same-heading", "Choose two different headings."
    )
    _free(budget, command.from_heading, command.amount_pence)
    return [
        AllocationMoveProposed(
            year=budget.year,
            move=len(budget.moves) + 1,
            from_heading=command.from_heading,
            to_heading=command.to_heading,
            amount_pence=command.amount_pence,
        )
    ]


def _free(budget: Budget, heading: Heading, amount: int) -> None:
    funds = budget.funds(heading)
    enough(min(funds.available_pence, funds.allocated_pence), amount, heading)


def approve_move(command: ApproveMove, budget: Budget, move: int, by: Actor) -> list[Event]:
    """Approve a virement that another proposed, within the limit held or by the Board."""
    may_commit(budget)
    in_year(command, budget.year)
    found = budget.moves.get(move)
    if found is None:
        raise Refused("not-found", f"{budget.year} has no proposed move {move}.")
    require(not found.done, "move-done", f"Move {move} has been made.")
    somebody_else(
        by,
        "own-proposal",
        "You proposed this: another person approves it.",
        proposed_by=found.proposed_by,
    )
    _free(budget, found.from_heading, found.amount_pence)
    return [
        AllocationMoved(
            year=budget.year,
            move=move,
            from_heading=found.from_heading,
            to_heading=found.to_heading,
            amount_pence=found.amount_pence,
            authority=authority_for(found.amount_pence, command.board_minute, by),
        )
    ]


def devolve(command: DevolveToRegion, budget: Budget, by: Actor) -> list[Event]:
    """Devolve part of the regions' heading to one region."""
    may_commit(budget)
    in_year(command, budget.year)
    enough(budget.funds(Heading.REGIONS).available_pence, command.amount_pence, Heading.REGIONS)
    return [
        RegionDevolved(year=budget.year, region=command.region, amount_pence=command.amount_pence)
    ]


def next_year(year: str) -> str:
    """The financial year after one."""
    return financial_year(year_bounds(year)[1] + timedelta(days=1))


def close_year(
    command: CloseYear, budget: Budget, following: Budget, by: Actor
) -> list[Event | Dated]:
    """Close a year that is over: what is left is carried forward whole, or surrendered whole.

    Nothing may be committed any more: each commitment is paid, or released first. What regions
    did not spend comes back to their heading first.
    """
    may_commit(budget)
    last = year_bounds(budget.year)[1]
    require(
        command.on >= last,
        "year-not-over",
        f"{budget.year} ends on {last.isoformat()}: close it on that day or later.",
        last=last.isoformat(),
        effective_on=command.on.isoformat(),
    )
    require(
        not budget.commitments,
        "commitments-open",
        "Pay or release what is committed first: "
        + ", ".join(f"{g} {pounds_text(p)}" for g, p in sorted(budget.commitments.items()))
        + ".",
        committed_pence=dict(budget.commitments),
    )
    require(not following.closed, "year-closed", f"{following.year} is closed already.")
    unspent_by = {region: budget.left_to(region) for region in budget.regions}
    returned = [
        RegionalUnderspendReturned(year=budget.year, region=region, amount_pence=left)
        for region, left in sorted(unspent_by.items())
        if left
    ]
    left = {h: f.available_pence for h, f in budget.headings.items()}
    if returned:
        left[Heading.REGIONS] += sum(event.amount_pence for event in returned)
    unspent = sum(left.values()) + budget.unallocated_pence
    carried = unspent if command.carry_forward else 0
    closed = YearClosed(
        year=budget.year,
        unspent_pence=unspent,
        carried_pence=carried,
        surrendered_pence=unspent - carried,
        by_heading=left,
        unallocated_pence=budget.unallocated_pence,
    )
    # Whenever it is decided, each year's money moves in that year.
    out: list[Event | Dated] = [(event, last) for event in (*returned, closed)]
    if not carried:
        return out
    forward = CarriedForward(year=following.year, from_year=budget.year, amount_pence=carried)
    return [*out, (forward, within(command.on, following.year))]
