"""Grants from proposal to closure, and every payment on the way."""

from domain.funding import (
    AcceptOffer,
    ApproveGrant,
    AssessGrant,
    Budget,
    CloseGrant,
    DeclineGrant,
    DemandClawback,
    GiveReason,
    Grant,
    OfferGrant,
    PayInstalment,
    PaymentReference,
    ProposeGrant,
    ReceiptReference,
    ReceiveClawback,
    ReceiveReturn,
    RecordDueDiligence,
    ReversePayment,
    SettleCondition,
    VaryGrant,
    WriteOff,
    accept,
    approve,
    assess,
    check_payee,
    close_grant,
    decline,
    demand_clawback,
    lapse,
    offer,
    pay,
    propose_grant,
    receive_clawback,
    receive_return,
    refuse_offer,
    resume,
    reverse,
    settle_condition,
    suspend,
    vary,
    withdraw,
    write_off,
)
from domain.interventions import InterventionCase
from domain.kernel import Actor, GrantRef
from service.desk import AtDesk, Desk, Receipt, command, router_for

router = router_for("funding")


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
    """Vary a grant's amount and what is still to be paid."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, vary(command, found, budget, by), found, budget)


@command(router, "/grants/{grant}/suspension", needs="grant.manage", cli="grant suspend")
def suspend_grant(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Suspend payment of a grant."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, suspend(command, found, by), found)


@command(router, "/grants/{grant}/resumption", needs="grant.manage", cli="grant resume")
def resume_grant(grant: GrantRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Resume payment of a grant."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, resume(command, found, by), found)


@command(
    router, "/grants/{grant}/monitoring-returns", needs="monitoring.submit", cli="grant report"
)
def receive_monitoring_return(grant: GrantRef, command: ReceiveReturn, desk: AtDesk) -> Receipt:
    """Send the council's certified report on spend and outcomes."""
    found, by = grant_and_actor(desk, grant)
    return desk.record(command, receive_return(command, found, by), found)


@command(router, "/grants/{grant}/clawback", needs="clawback.manage", cli="grant clawback")
def demand_money_back(grant: GrantRef, command: DemandClawback, desk: AtDesk) -> Receipt:
    """Demand a grant's money back."""
    found, budget, by = with_budget(desk, grant)
    return desk.record(command, demand_clawback(command, found, budget, by), found, budget)


@command(
    router,
    "/grants/{grant}/clawback/receipts",
    needs="clawback.manage",
    cli="grant clawback-received",
)
def receive_money_back(grant: GrantRef, command: ReceiveClawback, desk: AtDesk) -> Receipt:
    """Receive a grant's money back."""
    found, budget, by = with_budget(desk, grant)
    reference = desk.load(ReceiptReference(receipt_reference=command.receipt_reference))
    events = receive_clawback(command, found, budget, reference, by)
    return desk.record(command, events, found, budget, reference)


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
