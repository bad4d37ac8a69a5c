"""The host's charge and the staff time that it gives, over HTTP."""

from typing import Any

from domain.funding import Budget, PaymentReference
from domain.hosting import (
    AcceptClaim,
    Activity,
    ClaimHostingCharge,
    CorrectStaffTime,
    Hosting,
    Month,
    PayClaim,
    RecordStaffTime,
    RejectClaim,
    ReverseClaimPayment,
    StaffMonth,
    WithdrawClaimAcceptance,
    accept_claim,
    claim_charge,
    correct_time,
    pay_claim,
    record_time,
    reject_claim,
    reverse_claim_payment,
    withdraw_claim_acceptance,
)
from domain.kernel import FinancialYear
from projections.hosting import HostingClaimRow, StaffTimeRow
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("hosting")


def with_budget(desk: Desk, year: str) -> tuple[Hosting, Budget]:
    """A year's claims and its budget."""
    return desk.find(Hosting(year=year)), desk.load(Budget(year=year))


@command(router, "/hosting/{year}/claims", needs="hosting.claim", cli="hosting claim")
def claim_hosting_charge(year: FinancialYear, command: ClaimHostingCharge, desk: AtDesk) -> Receipt:
    """Claim the host's charge for a period of a year, with evidence."""
    hosting = desk.load(Hosting(year=year))
    return desk.record(command, claim_charge(command, hosting, desk.acting()), hosting)


@command(
    router,
    "/hosting/{year}/claims/{claim}/acceptance",
    needs="hosting.approve",
    cli="hosting accept",
)
def accept_hosting_claim(
    year: FinancialYear, claim: int, command: AcceptClaim, desk: AtDesk
) -> Receipt:
    """Accept a claim of the host within the limit held, or on a Board minute."""
    hosting, budget = with_budget(desk, year)
    events = accept_claim(command, hosting, budget, claim, desk.acting())
    return desk.record(command, events, hosting, budget)


@command(
    router,
    "/hosting/{year}/claims/{claim}/acceptance/withdrawal",
    needs="hosting.approve",
    cli="hosting withdraw-acceptance",
)
def withdraw_hosting_acceptance(
    year: FinancialYear, claim: int, command: WithdrawClaimAcceptance, desk: AtDesk
) -> Receipt:
    """Withdraw the acceptance of a claim that is not paid."""
    hosting, budget = with_budget(desk, year)
    events = withdraw_claim_acceptance(command, hosting, budget, claim, desk.acting())
    return desk.record(command, events, hosting, budget)


@command(
    router,
    "/hosting/{year}/claims/{claim}/rejection",
    needs="hosting.approve",
    cli="hosting reject",
)
def reject_hosting_claim(
    year: FinancialYear, claim: int, command: RejectClaim, desk: AtDesk
) -> Receipt:
    """Reject a claim of the host, saying why."""
    hosting = desk.find(Hosting(year=year))
    return desk.record(command, reject_claim(command, hosting, claim, desk.acting()), hosting)


@command(router, "/hosting/{year}/claims/{claim}/payments", needs="payment.make", cli="hosting pay")
def pay_hosting_claim(year: FinancialYear, claim: int, command: PayClaim, desk: AtDesk) -> Receipt:
    """Pay a claim of the host that was accepted."""
    hosting, budget = with_budget(desk, year)
    reference = desk.load(PaymentReference(payment_reference=command.payment_reference))
    events = pay_claim(command, hosting, budget, reference, claim, desk.acting())
    return desk.record(command, events, hosting, budget, reference)


@command(
    router,
    "/hosting/{year}/claims/{claim}/payments/reversal",
    needs="payment.make",
    cli="hosting reverse",
)
def reverse_hosting_payment(
    year: FinancialYear, claim: int, command: ReverseClaimPayment, desk: AtDesk
) -> Receipt:
    """Reverse a payment to the host that came back."""
    hosting, budget = with_budget(desk, year)
    events = reverse_claim_payment(command, hosting, budget, claim, desk.acting())
    return desk.record(command, events, hosting, budget)


@command(router, "/staff-time", needs="staff-time.record", cli="staff-time record")
def record_staff_time(command: RecordStaffTime, desk: AtDesk) -> Receipt:
    """Record staff time that the host gave in kind in a month."""
    month = desk.load(StaffMonth(month=command.month))
    return desk.record(command, record_time(command, month, desk.acting()), month)


@command(
    router,
    "/staff-time/{month}/entries/{entry}/correction",
    needs="staff-time.record",
    cli="staff-time correct",
)
def correct_staff_time(
    month: Month, entry: int, command: CorrectStaffTime, desk: AtDesk
) -> Receipt:
    """Correct hours or rate of staff time that were recorded wrongly."""
    found = desk.find(StaffMonth(month=month))
    return desk.record(command, correct_time(command, found, entry, desk.acting()), found)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/hosting/claims", needs="hosting.read")
def list_hosting_claims(
    reading: Reading, year: FinancialYear | None = None, state: str | None = None
) -> Page[HostingClaimRow]:
    """The host's claims on the programme."""
    return reading.page(HostingClaimRow, where={"year": year, "state": state})


@query(router, "/staff-time", needs="hosting.read")
def list_staff_time(
    reading: Reading,
    year: FinancialYear | None = None,
    month: Month | None = None,
    activity: Activity | None = None,
) -> Page[StaffTimeRow]:
    """Staff time given in kind, by month, grade and activity."""
    return reading.page(StaffTimeRow, where={"year": year, "month": month, "activity": activity})


def given(reading: Reader, by: str, year: str | None) -> list[dict[str, Any]]:
    """Hours and value of the staff time given, by activity or by month."""
    figures = {"hours": "sum(hours)::bigint", "value_pence": "sum(value_pence)::bigint"}
    return reading.figures(StaffTimeRow, figures, {"year": year}, by=[by])


@query(router, "/staff-time/figures", needs="hosting.read")
def staff_time_figures(
    reading: Reading, year: FinancialYear | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Hours and value of staff time given in kind, by activity and by month."""
    return {f"by_{by}": given(reading, by, year) for by in ("activity", "month")}
