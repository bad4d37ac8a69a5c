"""Budgets, grants, payments and the ledger over HTTP."""

from datetime import date
from typing import Any

from domain.councils import Region
from domain.funding import (
    AcceptOffer,
    Account,
    AllocateHeading,
    ApproveGrant,
    ApproveMove,
    AssessGrant,
    Budget,
    CloseGrant,
    CloseYear,
    DeclineGrant,
    DemandClawback,
    DevolveToRegion,
    GiveReason,
    Grant,
    Heading,
    OfferGrant,
    OpenBudget,
    PayInstalment,
    PaymentReference,
    ProposeGrant,
    ProposeMove,
    ReceiveClawback,
    ReceiveReturn,
    RecordDueDiligence,
    ReversePayment,
    SettleCondition,
    VaryBudget,
    VaryGrant,
    WriteOff,
    accept,
    allocate,
    approve,
    approve_move,
    assess,
    check_payee,
    close_grant,
    close_year,
    decline,
    demand_clawback,
    devolve,
    lapse,
    next_year,
    offer,
    open_budget,
    pay,
    propose_grant,
    propose_move,
    receive_clawback,
    receive_return,
    refuse_offer,
    resume,
    reverse,
    settle_condition,
    suspend,
    vary,
    vary_budget,
    withdraw,
    write_off,
)
from domain.interventions import InterventionCase
from domain.kernel import Actor, CaseRef, CouncilCode, FinancialYear, GrantRef
from projections.funding import (
    AccountBalance,
    BudgetPosition,
    BudgetRow,
    GrantRow,
    LedgerLine,
    ScheduledPayment,
)
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("funding")

# --- Budgets --------------------------------------------------------------------------------


@command(router, "/budgets", needs="budget.manage", cli="budget open")
def open_year_budget(command: OpenBudget, desk: AtDesk) -> Receipt:
    """Open a year's budget with the department's award."""
    budget = desk.load(Budget(year=command.year))
    return desk.record(command, open_budget(command, budget, desk.acting()), budget)


@command(router, "/budgets/{year}/variation", needs="budget.manage", cli="budget vary")
def vary_year_budget(year: FinancialYear, command: VaryBudget, desk: AtDesk) -> Receipt:
    """Vary the award in mid-year."""
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


@command(router, "/budgets/{year}/closure", needs="budget.manage", cli="budget close")
def close_year_budget(year: FinancialYear, command: CloseYear, desk: AtDesk) -> Receipt:
    """Close a year: what is left is carried forward or surrendered."""
    budget, following = desk.find(Budget(year=year)), desk.load(Budget(year=next_year(year)))
    return desk.record(
        command, close_year(command, budget, following, desk.acting()), budget, following
    )


# --- Grants ---------------------------------------------------------------------------------


def grant_and_actor(desk: Desk, grant: str) -> tuple[Grant, Actor]:
    """A grant, and who acts on it."""
    found = desk.find(Grant(grant=grant))
    return found, desk.acting(council=found.council, region=found.region)


def with_budget(desk: Desk, grant: str) -> tuple[Grant, Budget, Actor]:
    """A grant, its year's budget, and who acts."""
    found, by = grant_and_actor(desk, grant)
    return found, desk.load(Budget(year=found.year)), by


@command(router, "/grants", needs="grant.propose", cli="grant propose")
def propose_a_grant(command: ProposeGrant, desk: AtDesk) -> Receipt:
    """Propose a grant for an open case."""
    case = desk.find(InterventionCase(case=command.case))
    by = desk.acting(council=case.council, region=case.region)
    budget = desk.load(Budget(year=command.year))
    grant = desk.load(Grant(grant=desk.next("GRANT")))
    return desk.record(
        command, propose_grant(command, grant, case, budget, by), grant, case, budget
    )


@command(router, "/grants/{grant}/assessment", needs="grant.assess", cli="grant assess")
def assess_grant(grant: GrantRef, command: AssessGrant, desk: AtDesk) -> Receipt:
    """Score a proposed grant against the criteria."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, assess(command, found, by), found)


@command(router, "/grants/{grant}/due-diligence", needs="grant.check", cli="grant due-diligence")
def record_due_diligence(grant: GrantRef, command: RecordDueDiligence, desk: AtDesk) -> Receipt:
    """Record due diligence on the council as payee."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, check_payee(command, found, by), found)


@command(router, "/grants/{grant}/approval", needs="grant.approve", cli="grant approve")
def approve_grant(grant: GrantRef, command: ApproveGrant, desk: AtDesk) -> Receipt:
    """Approve a grant within the limit held, or on a Board minute."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, approve(command, found, budget, by), found, budget)


@command(router, "/grants/{grant}/decline", needs="grant.approve", cli="grant decline")
def decline_grant(grant: GrantRef, command: DeclineGrant, desk: AtDesk) -> Receipt:
    """Decline a proposed grant."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, decline(command, found, by), found)


@command(router, "/grants/{grant}/withdrawal", needs="grant.propose", cli="grant withdraw")
def withdraw_grant(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Withdraw a grant that was not accepted."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, withdraw(command, found, budget, by), found, budget)


@command(router, "/grants/{grant}/offer", needs="grant.offer", cli="grant offer")
def offer_grant(grant: GrantRef, command: OfferGrant, desk: AtDesk) -> Receipt:
    """Offer an approved grant to the council."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, offer(command, found, by), found)


@command(router, "/grants/{grant}/acceptance", needs="grant.accept", cli="grant accept")
def accept_offer(grant: GrantRef, command: AcceptOffer, desk: AtDesk) -> Receipt:
    """Accept an offer for the council."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, accept(command, found, by), found)


@command(router, "/grants/{grant}/refusal", needs="grant.accept", cli="grant refuse")
def refuse_grant_offer(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Refuse an offer for the council."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, refuse_offer(command, found, budget, by), found, budget)


@command(router, "/grants/{grant}/lapse", needs="grant.offer", cli="grant lapse")
def lapse_offer(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Let an offer lapse that was not accepted in time."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, lapse(command, found, budget, by), found, budget)


@command(
    router,
    "/grants/{grant}/conditions/{condition}",
    needs="condition.confirm",
    cli="grant condition",
)
def settle_grant_condition(
    grant: GrantRef, condition: int, command: SettleCondition, desk: AtDesk
) -> Receipt:
    """Record that a condition was met or waived."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, settle_condition(command, found, condition, by), found)


@command(router, "/grants/{grant}/payments", needs="payment.make", cli="grant pay")
def pay_instalment(grant: GrantRef, command: PayInstalment, desk: AtDesk) -> Receipt:
    """Pay an instalment that is due."""
    found, budget, by = with_budget(desk, grant)
    reference = desk.load(PaymentReference(payment_reference=command.payment_reference))
    return desk.record(
        command, pay(command, found, budget, reference, by), found, budget, reference
    )


@command(
    router,
    "/grants/{grant}/payments/{instalment}/reversal",
    needs="payment.make",
    cli="grant reverse",
)
def reverse_payment(
    grant: GrantRef, instalment: int, command: ReversePayment, desk: AtDesk
) -> Receipt:
    """Reverse a payment that went wrong."""
    found, budget, by = with_budget(desk, grant)
    events = reverse(command, found, budget, instalment, by)
    return desk.record(command, events, found, budget)


@command(router, "/grants/{grant}/variation", needs="grant.approve", cli="grant vary")
def vary_grant(grant: GrantRef, command: VaryGrant, desk: AtDesk) -> Receipt:
    """Vary the amount and what is still to be paid."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, vary(command, found, budget, by), found, budget)


@command(router, "/grants/{grant}/suspension", needs="grant.manage", cli="grant suspend")
def suspend_grant(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Suspend payment."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, suspend(command, found, by), found)


@command(router, "/grants/{grant}/resumption", needs="grant.manage", cli="grant resume")
def resume_grant(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Resume payment."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, resume(command, found, by), found)


@command(
    router, "/grants/{grant}/monitoring-returns", needs="monitoring.submit", cli="grant report"
)
def receive_monitoring_return(grant: GrantRef, command: ReceiveReturn, desk: AtDesk) -> Receipt:
    """Receive the council's certified report on spend and outcomes."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, receive_return(command, found, by), found)


@command(router, "/grants/{grant}/clawback", needs="clawback.manage", cli="grant clawback")
def demand_money_back(grant: GrantRef, command: DemandClawback, desk: AtDesk) -> Receipt:
    """Demand money back."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, demand_clawback(command, found, budget, by), found, budget)


@command(
    router,
    "/grants/{grant}/clawback/receipts",
    needs="clawback.manage",
    cli="grant clawback-received",
)
def receive_money_back(grant: GrantRef, command: ReceiveClawback, desk: AtDesk) -> Receipt:
    """Receive money back."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, receive_clawback(command, found, budget, by), found, budget)


@command(
    router, "/grants/{grant}/clawback/write-off", needs="clawback.write-off", cli="grant write-off"
)
def write_off_debt(grant: GrantRef, command: WriteOff, desk: AtDesk) -> Receipt:
    """Write off what is still owed."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, write_off(command, found, budget, by), found, budget)


@command(router, "/grants/{grant}/closure", needs="grant.manage", cli="grant close")
def close_a_grant(grant: GrantRef, command: CloseGrant, desk: AtDesk) -> Receipt:
    """Close a grant with its final spend."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, close_grant(command, found, budget, by), found, budget)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/grants", needs="grant.read")
def list_grants(
    reading: Reading,
    status: str | None = None,
    council: CouncilCode | None = None,
    case: CaseRef | None = None,
    year: FinancialYear | None = None,
    heading: Heading | None = None,
    region: Region | None = None,
) -> Page[GrantRow]:
    """The grant register."""
    return reading.page(
        GrantRow,
        where={
            "status": status,
            "council": council,
            "case": case,
            "year": year,
            "heading": heading,
            "region": region,
        },
    )


@query(router, "/grants/{grant}", needs="grant.read")
def show_grant(grant: GrantRef, reading: Reading) -> GrantRow:
    """A grant, whole."""
    return reading.item(GrantRow, grant)


def payment_schedule(reading: Reader, **where: Any) -> list[ScheduledPayment]:
    """Every instalment of the grants that fit, by due date, as it stands on the moment's day."""
    rows = reading.all(GrantRow, where)
    lines = [line for row in rows for line in row.schedule(reading.moment.on)]
    return sorted(lines, key=lambda line: (line.due_on, line.grant, line.instalment))


@query(router, "/payments", needs="grant.read")
def list_payments(
    reading: Reading,
    state: str | None = None,
    year: FinancialYear | None = None,
    council: CouncilCode | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
) -> list[ScheduledPayment]:
    """The payment schedule: paid, due, overdue, planned, or held and why."""
    return [
        line
        for line in payment_schedule(reading, year=year, council=council)
        if (state is None or line.state == state)
        and (due_from is None or line.due_on >= due_from)
        and (due_to is None or line.due_on <= due_to)
    ]


@query(router, "/budgets", needs="budget.read")
def list_budgets(reading: Reading) -> Page[BudgetRow]:
    """Every year's budget."""
    return reading.page(BudgetRow)


@query(router, "/budgets/{year}", needs="budget.read")
def show_budget(year: FinancialYear, reading: Reading) -> dict[str, Any]:
    """A year's budget with its position by heading."""
    row = reading.item(BudgetRow, f"BUDGET-{year}")
    headings = reading.all(BudgetPosition, {"year": year}, order="heading")
    return row.model_dump(mode="json") | {
        "headings": [heading.model_dump(mode="json") for heading in headings]
    }


@query(router, "/ledger", needs="ledger.read")
def list_ledger(
    reading: Reading,
    year: FinancialYear | None = None,
    account: Account | None = None,
    account_name: str | None = None,
    grant: GrantRef | None = None,
    council: CouncilCode | None = None,
    heading: Heading | None = None,
) -> Page[LedgerLine]:
    """The ledger's postings in order."""
    return reading.page(
        LedgerLine,
        where={
            "year": year,
            "account": account,
            "account_name": account_name,
            "grant": grant,
            "council": council,
            "heading": heading,
        },
    )


@query(router, "/ledger/trial-balance", needs="ledger.read")
def trial_balance(reading: Reading) -> dict[str, Any]:
    """Every account's balance; they add up to nothing."""
    rows = reading.all(AccountBalance, order="account_name")
    return {
        "position": reading.moment.position,
        "total_pence": sum(row.balance_pence for row in rows),
        "accounts": [row.model_dump(mode="json") for row in rows],
    }
