"""What happens to contracts."""

from datetime import date
from enum import StrEnum

from domain.interventions import ON_AUTHORITY, Authority
from domain.kernel import (
    ContractRef,
    Event,
    FinancialYear,
    Frozen,
    Grounds,
    Line,
    Pence,
    PenceOrNone,
    Text,
)


class Lot(StrEnum):
    """What contracts have been let for."""

    GOOD_PRACTICE = "good practice validation"
    SPECIALISTS = "supply of specialists"
    PERFORMANCE = "performance information"


class Route(StrEnum):
    """How the supplier was found."""

    OPEN = "open procedure"
    COMPETITIVE = "competitive flexible procedure"
    FRAMEWORK = "framework call-off"
    QUOTATIONS = "quotations below threshold"
    DIRECT_AWARD = "direct award"


class Deliverable(Frozen):
    """A part of a contract: what is delivered, by when, for how much."""

    number: int
    title: Line
    amount_pence: Pence
    due_on: date


class ContractEvent(Event, abstract=True, stream="{contract}"):
    contract: ContractRef


class ContractLet(ContractEvent):
    """A contract was let, within the limit then held or by the Board."""

    says = (
        "{contract} ({lot}) was let to {supplier} for {value_pence}, running {starts_on:to"
        " ends_on}, " + ON_AUTHORITY + "."
    )
    supplier: Line
    lot: Lot
    scope: Text
    """What the supplier is to do."""
    value_pence: Pence
    year: FinancialYear
    starts_on: date
    ends_on: date
    deliverables: tuple[Deliverable, ...]
    route: Route
    direct_award_reason: Text | None = None
    """Why it was not competed, where it was not."""
    authority: Authority


class DeliverableAccepted(ContractEvent):
    """What was delivered was accepted: it may be paid for."""

    says = "Deliverable {deliverable} of {contract} was accepted and may be paid for."
    deliverable: int
    evidence: Grounds


class DeliverableAcceptanceWithdrawn(ContractEvent):
    """The acceptance of a deliverable that was not paid for was withdrawn: it is open again."""

    says = "The acceptance of deliverable {deliverable} of {contract} was withdrawn."
    deliverable: int


class DeliverableRejected(ContractEvent):
    """What was delivered was rejected: it is to be put right and delivered again."""

    says = "Deliverable {deliverable} of {contract} was rejected and is to be put right."
    deliverable: int


class DeliverablePaid(ContractEvent):
    """An accepted deliverable was paid for."""

    says = (
        "{amount_pence} was paid for deliverable {deliverable} of {contract} (payment"
        " {payment_reference})."
    )
    deliverable: int
    amount_pence: Pence
    payment_reference: Line


class DeliverablePaymentReversed(ContractEvent):
    """The payment for a deliverable came back."""

    says = (
        "{amount_pence} came back that was paid for deliverable {deliverable} of {contract}"
        " (payment {payment_reference})."
    )
    deliverable: int
    amount_pence: Pence
    payment_reference: Line


class ContractVaried(ContractEvent):
    """A contract's value, term and what is still to be delivered were varied."""

    says = (
        "{contract} was varied "
        + ON_AUTHORITY
        + ": it is worth {value_pence}, after {was_pence}, and ends on {ends_on}."
    )
    value_pence: Pence
    was_pence: Pence
    ends_on: date
    deliverables: tuple[Deliverable, ...]
    authority: Authority


class ContractEnded(ContractEvent):
    """A contract ended; what was not paid for is free again."""

    says = "{contract} ended with {paid_pence} paid[ and {unspent_pence} free again]."
    paid_pence: PenceOrNone
    unspent_pence: PenceOrNone
