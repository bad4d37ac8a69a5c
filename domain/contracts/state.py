"""What a contract adds up to."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from domain.contracts.events import (
    ContractEnded,
    ContractLet,
    ContractVaried,
    Deliverable,
    DeliverableAcceptanceWithdrawn,
    DeliverableAccepted,
    DeliverablePaid,
    DeliverablePaymentReversed,
)
from domain.funding import (
    Heading,
    Spending,
)
from domain.kernel import (
    Aggregate,
    ContractRef,
    Frozen,
    Record,
    Refused,
)


class Acceptance(Frozen):
    """Who accepted a deliverable, and when."""

    by: str
    on: date


class Contract(Aggregate, stream="{contract}"):
    """A contract as its decisions need it."""

    contract: ContractRef
    supplier: str = ""
    year: str = ""
    value_pence: int = 0
    starts_on: date | None = None
    let_on: date | None = None
    let_by: tuple[str, ...] = ()
    """Who let it, or varied it."""
    deliverables: tuple[Deliverable, ...] = ()
    accepted: Mapping[int, Acceptance] = {}
    """Deliverables accepted, paid for or not."""
    payments: Mapping[int, str] = {}
    """Deliverables paid for and not reversed, each with its payment reference."""
    numbered: int = 0
    """The highest number that a deliverable has had: none is used again."""
    ended: bool = False

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case ContractLet():
                return self.but(
                    supplier=event.supplier,
                    year=event.year,
                    value_pence=event.value_pence,
                    starts_on=event.starts_on,
                    let_on=record.effective_on,
                    let_by=(record.actor,),
                    deliverables=event.deliverables,
                    numbered=len(event.deliverables),
                )
            case DeliverableAccepted():
                now = Acceptance(by=record.actor, on=record.effective_on)
                return self.but(accepted={**self.accepted, event.deliverable: now})
            case DeliverableAcceptanceWithdrawn():
                still = {n: a for n, a in self.accepted.items() if n != event.deliverable}
                return self.but(accepted=still)
            case DeliverablePaid():
                paid = {**self.payments, event.deliverable: event.payment_reference}
                return self.but(payments=paid)
            case DeliverablePaymentReversed():
                left = {n: ref for n, ref in self.payments.items() if n != event.deliverable}
                return self.but(payments=left)
            case ContractVaried():
                return self.but(
                    value_pence=event.value_pence,
                    deliverables=event.deliverables,
                    let_by=(*self.let_by, record.actor),
                    numbered=max(self.numbered, *(d.number for d in event.deliverables)),
                )
            case ContractEnded():
                return self.but(ended=True)
        return self

    def deliverable(self, number: int) -> Deliverable:
        """One of its deliverables. Raises Refused ``not-found``."""
        for found in self.deliverables:
            if found.number == number:
                return found
        raise Refused("not-found", f"{self.contract} has no deliverable {number}.")

    def sum_of(self, numbers: Mapping[int, object]) -> int:
        """What these deliverables come to."""
        return sum(d.amount_pence for d in self.deliverables if d.number in numbers)

    @property
    def paid_pence(self) -> int:
        """Paid for and not reversed."""
        return self.sum_of(self.payments)

    @property
    def accepted_pence(self) -> int:
        """Accepted, paid for or not."""
        return self.sum_of(self.accepted)

    @property
    def spending(self) -> Spending:
        """Where its money comes from."""
        return Spending(purpose=self.contract, year=self.year, heading=Heading.CONTRACTS)
