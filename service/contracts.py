"""Contracts over HTTP."""

from datetime import date
from typing import Any

from domain.contracts import (
    AcceptDeliverable,
    Contract,
    EndContract,
    LetContract,
    Lot,
    PayDeliverable,
    RejectDeliverable,
    ReverseDeliverablePayment,
    VaryContract,
    WithdrawAcceptance,
    accept_deliverable,
    end_contract,
    let_contract,
    pay_deliverable,
    reject_deliverable,
    reverse_deliverable,
    vary_contract,
    withdraw_acceptance,
)
from domain.funding import Budget, PaymentReference
from domain.kernel import ContractRef, FinancialYear
from projections.contracts import ContractRow, DeliverableStands
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("contracts")


def with_budget(desk: Desk, contract: str) -> tuple[Contract, Budget]:
    """A contract and its year's budget."""
    found = desk.find(Contract(contract=contract))
    return found, desk.load(Budget(year=found.year))


@command(router, "/contracts", needs="contract.let", cli="contract let")
def let_a_contract(command: LetContract, desk: AtDesk) -> Receipt:
    """Let a contract within the limit held, or on a Board minute."""
    contract = desk.load(Contract(contract=desk.next("CONTRACT")))
    budget = desk.load(Budget(year=command.year))
    events = let_contract(command, contract, budget, desk.acting())
    return desk.record(command, events, contract, budget)


@command(
    router,
    "/contracts/{contract}/deliverables/{deliverable}/acceptance",
    needs="contract.manage",
    cli="contract accept",
)
def accept_contract_deliverable(
    contract: ContractRef, deliverable: int, command: AcceptDeliverable, desk: AtDesk
) -> Receipt:
    """Accept what was delivered, with evidence."""
    found = desk.find(Contract(contract=contract))
    events = accept_deliverable(command, found, deliverable, desk.acting())
    return desk.record(command, events, found)


@command(
    router,
    "/contracts/{contract}/deliverables/{deliverable}/acceptance/withdrawal",
    needs="contract.manage",
    cli="contract withdraw-acceptance",
)
def withdraw_contract_acceptance(
    contract: ContractRef, deliverable: int, command: WithdrawAcceptance, desk: AtDesk
) -> Receipt:
    """Withdraw the acceptance of a deliverable that is not paid for."""
    found = desk.find(Contract(contract=contract))
    events = withdraw_acceptance(command, found, deliverable, desk.acting())
    return desk.record(command, events, found)


@command(
    router,
    "/contracts/{contract}/deliverables/{deliverable}/rejection",
    needs="contract.manage",
    cli="contract reject",
)
def reject_contract_deliverable(
    contract: ContractRef, deliverable: int, command: RejectDeliverable, desk: AtDesk
) -> Receipt:
    """Reject what was delivered, saying what falls short."""
    found = desk.find(Contract(contract=contract))
    events = reject_deliverable(command, found, deliverable, desk.acting())
    return desk.record(command, events, found)


@command(
    router,
    "/contracts/{contract}/deliverables/{deliverable}/payments",
    needs="payment.make",
    cli="contract pay",
)
def pay_contract_deliverable(
    contract: ContractRef, deliverable: int, command: PayDeliverable, desk: AtDesk
) -> Receipt:
    """Pay for a deliverable that another person has accepted."""
    found, budget = with_budget(desk, contract)
    reference = desk.load(PaymentReference(payment_reference=command.payment_reference))
    events = pay_deliverable(command, found, budget, reference, deliverable, desk.acting())
    return desk.record(command, events, found, budget, reference)


@command(
    router,
    "/contracts/{contract}/deliverables/{deliverable}/payments/reversal",
    needs="payment.make",
    cli="contract reverse",
)
def reverse_contract_payment(
    contract: ContractRef, deliverable: int, command: ReverseDeliverablePayment, desk: AtDesk
) -> Receipt:
    """Reverse a payment to a supplier that came back."""
    found, budget = with_budget(desk, contract)
    events = reverse_deliverable(command, found, budget, deliverable, desk.acting())
    return desk.record(command, events, found, budget)


@command(router, "/contracts/{contract}/variation", needs="contract.let", cli="contract vary")
def vary_a_contract(contract: ContractRef, command: VaryContract, desk: AtDesk) -> Receipt:
    """Vary a contract's value, end and what is still to be delivered."""
    found, budget = with_budget(desk, contract)
    events = vary_contract(command, found, budget, desk.acting())
    return desk.record(command, events, found, budget)


@command(router, "/contracts/{contract}/ending", needs="contract.manage", cli="contract end")
def end_a_contract(contract: ContractRef, command: EndContract, desk: AtDesk) -> Receipt:
    """End a contract; what was not paid for is free again."""
    found, budget = with_budget(desk, contract)
    return desk.record(command, end_contract(command, found, budget, desk.acting()), found, budget)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/contracts", needs="contract.read")
def list_contracts(
    reading: Reading,
    lot: Lot | None = None,
    year: FinancialYear | None = None,
    status: str | None = None,
) -> Page[ContractRow]:
    """The register of contracts, with spend against value."""
    return reading.page(ContractRow, where={"lot": lot, "year": year, "status": status})


def deliverables(reading: Reader, **where: Any) -> list[DeliverableStands]:
    """Every deliverable of the contracts that fit, by due date, as it stands on the day."""
    rows = reading.all(ContractRow, where)
    lines = [line for row in rows for line in row.schedule(reading.moment.on)]
    return sorted(lines, key=lambda line: (line.due_on, line.contract, line.deliverable))


@query(router, "/contracts/deliverables", needs="contract.read")
def list_deliverables(
    reading: Reading,
    state: str | None = None,
    late: bool | None = None,
    lot: Lot | None = None,
    year: FinancialYear | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
) -> Page[DeliverableStands]:
    """Deliverables: planned, due, overdue, rejected, accepted or paid for."""
    return reading.page_of(
        line
        for line in deliverables(reading, lot=lot, year=year)
        if (state is None or line.state == state)
        and (late is None or line.late == late)
        and (due_from is None or line.due_on >= due_from)
        and (due_to is None or line.due_on <= due_to)
    )


@query(router, "/contracts/{contract}", needs="contract.read")
def show_contract(contract: ContractRef, reading: Reading) -> dict[str, Any]:
    """A contract, whole, with its deliverables as they stand."""
    row = reading.item(ContractRow, contract)
    schedule = row.schedule(reading.moment.on)
    return row.model_dump(mode="json") | {
        "deliverables": [line.model_dump(mode="json") for line in schedule]
    }
