"""A year's budget: opened, allocated, moved, devolved, closed."""

from domain.funding import (
    AllocateHeading,
    ApproveMove,
    Budget,
    CloseYear,
    DevolveToRegion,
    MeetCut,
    OpenBudget,
    ProposeMove,
    RecallDevolution,
    VaryBudget,
    allocate,
    approve_move,
    close_year,
    devolve,
    meet_cut,
    next_year,
    open_budget,
    propose_move,
    recall_devolution,
    vary_budget,
)
from domain.kernel import FinancialYear
from service.desk import AtDesk, Receipt, command, router_for

router = router_for("funding")


@command(router, "/budgets", needs="budget.manage", cli="budget open")
def open_year_budget(command: OpenBudget, desk: AtDesk) -> Receipt:
    """Open a year's budget with the department's award."""
    budget = desk.load(Budget(year=command.year))
    return desk.record(command, open_budget(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/variation", needs="budget.manage", cli="budget vary")
def vary_year_budget(year: FinancialYear, command: VaryBudget, desk: AtDesk) -> Receipt:
    """Vary a year's award; a cut below what is shared out freezes what is uncommitted."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, vary_budget(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/allocations", needs="budget.manage", cli="budget allocate")
def allocate_heading(year: FinancialYear, command: AllocateHeading, desk: AtDesk) -> Receipt:
    """Put part of the award under a heading."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, allocate(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/virements", needs="budget.manage", cli="budget move")
def propose_virement(year: FinancialYear, command: ProposeMove, desk: AtDesk) -> Receipt:
    """Propose to move money between headings."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, propose_move(command, budget, desk.acting()), budget)


@command(
    router,
    "/budgets/{year}/virements/{move}/approval",
    needs="budget.approve",
    cli="budget approve-move",
)
def approve_virement(year: FinancialYear, move: int, command: ApproveMove, desk: AtDesk) -> Receipt:
    """Approve a virement that another person proposed."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, approve_move(command, budget, move, desk.acting()), budget)


@command(router, "/budgets/{year}/devolutions", needs="budget.manage", cli="budget devolve")
def devolve_to_region(year: FinancialYear, command: DevolveToRegion, desk: AtDesk) -> Receipt:
    """Devolve part of the regions' heading to a region."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, devolve(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/variation/meeting", needs="budget.manage", cli="budget meet-cut")
def meet_budget_cut(year: FinancialYear, command: MeetCut, desk: AtDesk) -> Receipt:
    """Meet a cut from money that has become free since."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, meet_cut(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/devolutions/recall", needs="budget.manage", cli="budget recall")
def recall_from_region(year: FinancialYear, command: RecallDevolution, desk: AtDesk) -> Receipt:
    """Call back what a region has not spent of what was devolved to it."""
    budget = desk.find(Budget(year=year))
    return desk.record(command, recall_devolution(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/closure", needs="budget.manage", cli="budget close")
def close_year_budget(year: FinancialYear, command: CloseYear, desk: AtDesk) -> Receipt:
    """Close a year: what is left is carried forward or surrendered."""
    budget, following = desk.find(Budget(year=year)), desk.load(Budget(year=next_year(year)))
    return desk.record(
        command, close_year(command, budget, following, desk.acting()), budget, following
    )
