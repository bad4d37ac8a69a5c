"""What happens to the programme's money for any purpose other than a grant.

A purpose is the stream that the money is for: a contract, a policy programme, a year's hosting.
"""

from typing import Annotated

from pydantic import Field

from domain.funding.events import BudgetEvent, Heading
from domain.kernel import CouncilCode, Event, Line, Pence

Purpose = Annotated[
    str, Field(pattern=r"^[A-Z]+-\d{4}[\d-]*$", examples=["CONTRACT-0001", "HOSTING-2025-26"])
]
"""What money is for, where it is no grant: the name of its stream."""


def _named(purpose: str, kind: str) -> str | None:
    return purpose if purpose.startswith(f"{kind}-") else None


class ForPurpose(Event, abstract=True):
    """Found in the journal under the contract or policy programme that it is for."""

    purpose: Purpose

    @property
    def contract(self) -> str | None:
        return _named(self.purpose, "CONTRACT")

    @property
    def programme(self) -> str | None:
        return _named(self.purpose, "PROG")


class ProgrammeMoneyEvent(BudgetEvent, ForPurpose, abstract=True):
    """A movement of a heading's money for a purpose other than a grant."""

    heading: Heading
    amount_pence: Pence


class ProgrammeCommitmentReserved(ProgrammeMoneyEvent):
    """Part of a heading was set aside for a contract, a programme or the host."""

    says = "{amount_pence} of the {heading:words} heading of {year} was set aside for {purpose}."


class ProgrammeCommitmentReleased(ProgrammeMoneyEvent):
    """Money set aside for a contract, a programme or the host was freed again."""

    says = (
        "{amount_pence} set aside for {purpose} was freed again for the {heading:words} heading"
        " of {year}."
    )


class ProgrammePayment(ProgrammeMoneyEvent, abstract=True):
    payee: Line
    """A supplier, the host, or a council by its number: never a person."""
    council: CouncilCode | None = None
    """Where the payee is a council."""
    payment_reference: Line


class ProgrammeSpendRecorded(ProgrammePayment):
    """Money set aside was paid to a supplier, to the host or to a council."""

    says = (
        "{amount_pence} set aside for {purpose} under the {heading:words} heading of {year} was"
        " paid to [{council}|{payee}] (payment {payment_reference})."
    )


class ProgrammeSpendReversed(ProgrammePayment):
    """A payment came back and is set aside for its purpose again."""

    says = (
        "{amount_pence} paid to [{council}|{payee}] came back and is set aside again for"
        " {purpose} under the {heading:words} heading of {year} (payment {payment_reference})."
    )


class ProgrammePaymentReferenceUsed(ForPurpose, stream="PAYMENT-{payment_reference}"):
    """A payment reference was used for something other than a grant, in the stream that grants use.

    One reference pays once, whatever it pays.
    """

    says = "Payment reference {payment_reference} was used for {purpose}."
    payment_reference: Line
