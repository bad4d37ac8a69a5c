"""Letting, accepting, rejecting, paying, varying and ending."""

from datetime import date

from pydantic import Field

from domain.contracts.events import (
    ContractEnded,
    ContractLet,
    ContractVaried,
    Deliverable,
    DeliverableAcceptanceWithdrawn,
    DeliverableAccepted,
    DeliverablePaid,
    DeliverablePaymentReversed,
    DeliverableRejected,
    Lot,
    Route,
)
from domain.contracts.state import Contract
from domain.funding import (
    Budget,
    Heading,
    Payee,
    PaymentReference,
    Reference,
    Spending,
    pay_out,
    set_aside,
    set_free,
    take_back,
)
from domain.interventions import authority_for
from domain.kernel import (
    Actor,
    Command,
    Dated,
    Event,
    FinancialYear,
    Frozen,
    Grounds,
    Line,
    Money,
    Refused,
    Text,
    not_before,
    pounds_text,
    require,
    somebody_else,
    year_bounds,
)


class PlannedDeliverable(Frozen):
    """A part of a contract as it is agreed."""

    title: Line
    amount_pence: Money = Field(alias="amount")
    due_on: date


class LetContract(Command):
    supplier: Line
    lot: Lot
    scope: Text
    value_pence: Money = Field(alias="value")
    year: FinancialYear
    starts_on: date
    ends_on: date
    deliverables: tuple[PlannedDeliverable, ...] = Field(min_length=1, max_length=48)
    route: Route
    direct_award_reason: Text | None = None
    board_minute: Line | None = None


class AcceptDeliverable(Command):
    evidence: Grounds


class WithdrawAcceptance(Command):
    reason: Text


class RejectDeliverable(Command):
    reason: Text


class PayDeliverable(Command):
    payment_reference: Reference


class ReverseDeliverablePayment(Command):
    reason: Text


class VaryContract(Command):
    value_pence: Money = Field(alias="value")
    ends_on: date
    open_deliverables: tuple[PlannedDeliverable, ...] = Field(max_length=48)
    """What is to be delivered from now on: it replaces everything not yet accepted."""
    board_minute: Line | None = None
    reason: Text


class EndContract(Command):
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def _running(command: Command, contract: Contract) -> None:
    require(not contract.ended, "contract-ended", f"{contract.contract} has ended: let a new one.")
    not_before(command, contract.let_on, f"{contract.contract} was let")


def _numbered(
    planned: tuple[PlannedDeliverable, ...], year: str, value: int, first: int = 1
) -> tuple[Deliverable, ...]:
    """Deliverables with their numbers, which are due in the year and add up to the value."""
    start, end = year_bounds(year)
    wrong = [d for d in planned if not start <= d.due_on <= end]
    require(
        not wrong,
        "wrong-financial-year",
        lambda: (
            f"'{wrong[0].title}' is due on {wrong[0].due_on.isoformat()}: {year} runs from"
            f" {start.isoformat()} to {end.isoformat()}."
        ),
        year=year,
        due_on=[d.due_on.isoformat() for d in wrong or planned],
    )
    total = sum(d.amount_pence for d in planned)
    require(
        total == value,
        "deliverables-sum",
        f"The deliverables add up to {pounds_text(total)}, not {pounds_text(value)}.",
        deliverables_pence=total,
        value_pence=value,
    )
    return tuple(
        Deliverable(number=n, title=d.title, amount_pence=d.amount_pence, due_on=d.due_on)
        for n, d in enumerate(planned, first)
    )


def let_contract(
    command: LetContract, contract: Contract, budget: Budget, by: Actor
) -> list[Event]:
    """Let a contract within the limit held, or on a Board minute; its value is set aside."""
    require(
        command.ends_on >= command.starts_on,
        "bad-dates",
        "The contract ends before it starts: change one of the dates.",
    )
    require(
        command.route != Route.DIRECT_AWARD or command.direct_award_reason,
        "direct-award-reason",
        "Say why the contract was not competed.",
    )
    deliverables = _numbered(command.deliverables, command.year, command.value_pence)
    authority = authority_for(command.value_pence, command.board_minute, by)
    facts = command.model_dump(
        exclude={"effective_on", "reason", "deliverables", "board_minute"},
    )
    let = ContractLet(
        contract=contract.contract, deliverables=deliverables, authority=authority, **facts
    )
    what = Spending(purpose=contract.contract, year=command.year, heading=Heading.CONTRACTS)
    return [let, *set_aside(command, what, command.value_pence, budget)]


def _not_accepted(contract: Contract, number: int) -> None:
    contract.deliverable(number)
    require(
        number not in contract.accepted,
        "deliverable-accepted",
        f"Deliverable {number} of {contract.contract} is accepted.",
    )


def accept_deliverable(
    command: AcceptDeliverable, contract: Contract, deliverable: int, by: Actor
) -> list[Event]:
    """Accept what was delivered, with evidence; another person than let the contract."""
    _running(command, contract)
    _not_accepted(contract, deliverable)
    _not_own(contract, by)
    return [
        DeliverableAccepted(
            contract=contract.contract, deliverable=deliverable, evidence=command.evidence
        )
    ]


def _not_own(contract: Contract, by: Actor) -> None:
    somebody_else(
        by,
        "own-contract",
        "You let this contract: another person accepts deliveries.",
        let_by=contract.let_by,
    )


def _not_paid(contract: Contract, deliverable: int) -> None:
    used = contract.payments.get(deliverable)
    require(not used, "deliverable-paid", f"Deliverable {deliverable} was paid for under {used}.")


def withdraw_acceptance(
    command: WithdrawAcceptance, contract: Contract, deliverable: int, by: Actor
) -> list[Event]:
    """Withdraw an acceptance given in error, before it is paid for: the part is open again."""
    _running(command, contract)
    contract.deliverable(deliverable)
    accepted = contract.accepted.get(deliverable)
    if accepted is None:
        raise Refused("not-accepted", f"Deliverable {deliverable} is not accepted.")
    _not_paid(contract, deliverable)
    _not_own(contract, by)
    not_before(command, accepted.on, f"Deliverable {deliverable} was accepted")
    return [DeliverableAcceptanceWithdrawn(contract=contract.contract, deliverable=deliverable)]


def reject_deliverable(
    command: RejectDeliverable, contract: Contract, deliverable: int, by: Actor
) -> list[Event]:
    """Reject what was delivered, saying why; it may be delivered again."""
    _running(command, contract)
    _not_accepted(contract, deliverable)
    return [DeliverableRejected(contract=contract.contract, deliverable=deliverable)]


def pay_deliverable(
    command: PayDeliverable,
    contract: Contract,
    budget: Budget,
    reference: PaymentReference,
    deliverable: int,
    by: Actor,
) -> list[Event]:
    """Pay for a deliverable that another person has accepted."""
    _running(command, contract)
    found = contract.deliverable(deliverable)
    accepted = contract.accepted.get(deliverable)
    if accepted is None:
        raise Refused(
            "not-accepted", f"Deliverable {deliverable} is paid for once it has been accepted."
        )
    _not_paid(contract, deliverable)
    somebody_else(
        by,
        "own-approval",
        "You let this contract or accepted this: another person pays for it.",
        let_by=contract.let_by,
        accepted_by=accepted.by,
    )
    not_before(command, accepted.on, f"Deliverable {deliverable} was accepted")
    paid = DeliverablePaid(
        contract=contract.contract,
        deliverable=deliverable,
        amount_pence=found.amount_pence,
        payment_reference=reference.payment_reference,
    )
    to = Payee(payee=contract.supplier)
    money = pay_out(command, contract.spending, found.amount_pence, to, budget, reference)
    return [paid, *money]


def reverse_deliverable(
    command: ReverseDeliverablePayment,
    contract: Contract,
    budget: Budget,
    deliverable: int,
    by: Actor,
) -> list[Event | Dated]:
    """Reverse a payment that came back: it can be made again, or is free if the contract ended."""
    found = contract.deliverable(deliverable)
    used = contract.payments.get(deliverable)
    if used is None:
        raise Refused("not-paid", f"Deliverable {deliverable} is not paid for.")
    to = Payee(payee=contract.supplier)
    back = DeliverablePaymentReversed(
        contract=contract.contract,
        deliverable=deliverable,
        amount_pence=found.amount_pence,
        payment_reference=used,
    )
    money = take_back(command, contract.spending, found.amount_pence, to, used, budget)
    freed = contract.ended and set_free(contract.spending, found.amount_pence, command.on)
    return [back, *money, *(freed or [])]


def vary_contract(
    command: VaryContract, contract: Contract, budget: Budget, by: Actor
) -> list[Event | Dated]:
    """Vary value, end and what is still to be delivered; the heading carries the difference."""
    _running(command, contract)
    require(
        not (contract.starts_on and command.ends_on < contract.starts_on),
        "bad-dates",
        "The contract would end before it starts: change the date.",
    )
    require(
        command.value_pence >= contract.accepted_pence,
        "below-accepted",
        f"{pounds_text(contract.accepted_pence)} is accepted and has to be paid.",
        accepted_pence=contract.accepted_pence,
    )
    authority = authority_for(command.value_pence, command.board_minute, by)
    kept = tuple(d for d in contract.deliverables if d.number in contract.accepted)
    to_come = command.value_pence - contract.accepted_pence
    planned = _numbered(command.open_deliverables, contract.year, to_come, contract.numbered + 1)
    varied = ContractVaried(
        contract=contract.contract,
        value_pence=command.value_pence,
        was_pence=contract.value_pence,
        ends_on=command.ends_on,
        deliverables=(*kept, *planned),
        authority=authority,
    )
    more = command.value_pence - contract.value_pence
    if more > 0:
        return [varied, *set_aside(command, contract.spending, more, budget)]
    return [varied, *set_free(contract.spending, -more, command.on)]


def end_contract(
    command: EndContract, contract: Contract, budget: Budget, by: Actor
) -> list[Event | Dated]:
    """End a contract with nothing accepted left to pay; the rest of its money is free again."""
    _running(command, contract)
    unpaid = contract.accepted_pence - contract.paid_pence
    require(
        not unpaid,
        "accepted-unpaid",
        f"{pounds_text(unpaid)} is accepted and not paid for: pay it, or withdraw the"
        " acceptance, first.",
        unpaid_pence=unpaid,
    )
    unspent = contract.value_pence - contract.paid_pence
    ended = ContractEnded(
        contract=contract.contract, paid_pence=contract.paid_pence, unspent_pence=unspent
    )
    return [ended, *set_free(contract.spending, unspent, command.on)]
