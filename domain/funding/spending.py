"""Money for a purpose other than a grant: set aside, freed, paid and reversed.

Contracts, policy programmes and the host decide when; what the budget allows is decided here,
once for them all.
"""

from datetime import date

from domain.funding.budgeting import enough, in_year, may_commit, year_open
from domain.funding.events import Heading
from domain.funding.paying import reference_free
from domain.funding.purposes import (
    ProgrammeCommitmentReleased,
    ProgrammeCommitmentReserved,
    ProgrammePaymentReferenceUsed,
    ProgrammeSpendRecorded,
    ProgrammeSpendReversed,
)
from domain.funding.state import Budget, PaymentReference
from domain.kernel import Command, Dated, Event, Frozen, pounds_text, require, within


class Spending(Frozen):
    """What money is for, and where it comes from."""

    purpose: str
    year: str
    heading: Heading


class Payee(Frozen):
    """Who is paid: an organisation by its name, a council by its number too."""

    payee: str
    council: str | None = None


def set_aside(command: Command, what: Spending, amount: int, budget: Budget) -> list[Event]:
    """Set part of a heading aside: never more than it still has, in a year that is open."""
    may_commit(budget)
    in_year(command, budget.year)
    available = budget.funds(what.heading).available_pence
    enough(available, amount, f"{what.heading} of {budget.year}")
    return [ProgrammeCommitmentReserved(amount_pence=amount, **dict(what))]


def set_free(what: Spending, amount: int, on: date) -> list[Event | Dated]:
    """Free what was set aside: within the year that it belongs to, whenever it is decided."""
    if not amount:
        return []
    freed = ProgrammeCommitmentReleased(amount_pence=amount, **dict(what))
    return [(freed, within(on, what.year))]


def pay_out(
    command: Command,
    what: Spending,
    amount: int,
    to: Payee,
    budget: Budget,
    reference: PaymentReference,
) -> list[Event]:
    """Pay from what was set aside: never more than that, once for each payment reference."""
    reference_free(reference)
    year_open(budget)
    in_year(command, budget.year)
    held = budget.commitments.get(what.purpose, 0)
    require(
        amount <= held,
        "over-commitment",
        f"Only {pounds_text(held)} is set aside for {what.purpose}, and {pounds_text(amount)}"
        " was asked for.",
        committed_pence=held,
        asked_pence=amount,
    )
    used = reference.payment_reference
    return [
        ProgrammeSpendRecorded(
            amount_pence=amount, payment_reference=used, **dict(what), **dict(to)
        ),
        ProgrammePaymentReferenceUsed(payment_reference=used, purpose=what.purpose),
    ]


def take_back(
    command: Command, what: Spending, amount: int, to: Payee, payment_reference: str, budget: Budget
) -> list[Event]:
    """Reverse a payment that came back: the money is set aside for its purpose again."""
    year_open(budget)
    in_year(command, budget.year)
    return [
        ProgrammeSpendReversed(
            amount_pence=amount, payment_reference=payment_reference, **dict(what), **dict(to)
        )
    ]
