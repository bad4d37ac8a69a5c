"""Clawback: demanded back, received, written off."""

from pydantic import Field

from domain.funding.events import (
    ClawbackDemanded,
    ClawbackOwed,
    ClawbackReceived,
    ClawbackWrittenOff,
    DebtWrittenOff,
    FundsRecovered,
    ReceiptReferenceUsed,
)
from domain.funding.granting import (
    money,
    step,
)
from domain.funding.paying import Reference
from domain.funding.state import Budget, Grant, ReceiptReference
from domain.interventions import authority_for
from domain.kernel import (
    Actor,
    Command,
    Event,
    Line,
    Money,
    Text,
    not_before,
    pounds_text,
    require,
    somebody_else,
    year_bounds,
)

# --- Commands -------------------------------------------------------------------------------


class DemandClawback(Command):
    amount_pence: Money = Field(alias="amount")
    reason: Text


class ReceiveClawback(Command):
    amount_pence: Money = Field(alias="amount")
    receipt_reference: Reference


class WriteOff(Command):
    amount_pence: Money = Field(alias="amount")
    board_minute: Line | None = None
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def demand_clawback(
    command: DemandClawback, grant: Grant, budget: Budget, by: Actor
) -> list[Event]:
    """Demand money back: never more than was paid and not yet demanded."""
    step(command, grant, "accepted")
    _since_year_began(command, grant)
    paid = grant.paid_by(command.on)
    left = max(paid - grant.clawed_back_pence, 0)
    require(
        command.amount_pence <= left,
        "over-paid",
        f"At most {pounds_text(left)} of what was paid by {command.on.isoformat()} can be"
        " demanded back.",
        paid_pence=paid,
        clawed_back_pence=grant.clawed_back_pence,
        asked_pence=command.amount_pence,
    )
    return [
        ClawbackDemanded(
            **grant.about,
            amount_pence=command.amount_pence,
        ),
        ClawbackOwed(**money(grant, command.amount_pence)),
    ]


def _since_year_began(command: Command, grant: Grant) -> None:
    """Money comes back in its own year or later, and never before."""
    first = year_bounds(grant.year)[0]
    require(
        command.on >= first,
        "wrong-financial-year",
        f"This money belongs to {grant.year}: use a date from {first.isoformat()} on.",
        year=grant.year,
        effective_on=command.on.isoformat(),
    )


def _owed(command: Command, grant: Grant, amount: int) -> None:
    require(
        amount <= grant.owed_pence,
        "over-owed",
        f"Only {pounds_text(grant.owed_pence)} is owed.",
        owed_pence=grant.owed_pence,
        asked_pence=amount,
    )
    not_before(command, grant.demanded_on, "It was first demanded back")


def receive_clawback(
    command: ReceiveClawback,
    grant: Grant,
    budget: Budget,
    reference: ReceiptReference,
    by: Actor,
) -> list[Event]:
    """Receive money back: for the heading again, or for the department if the year is closed."""
    _owed(command, grant, command.amount_pence)
    _since_year_began(command, grant)
    require(
        not reference.grant,
        "receipt-reference-used",
        f"{command.receipt_reference} was booked for {reference.grant}: check the statement.",
        grant=reference.grant,
    )
    return [
        ClawbackReceived(
            **grant.about,
            amount_pence=command.amount_pence,
            receipt_reference=command.receipt_reference,
        ),
        FundsRecovered(
            **money(grant, command.amount_pence),
            to="department" if budget.closed else "heading",
        ),
        ReceiptReferenceUsed(receipt_reference=command.receipt_reference, grant=grant.grant),
    ]


def write_off(command: WriteOff, grant: Grant, budget: Budget, by: Actor) -> list[Event]:
    """Write off what is still owed, within the limit held or by the Board."""
    somebody_else(
        by,
        "own-demand",
        "You demanded this back: another person writes it off.",
        demanded_by=grant.demanded_by,
    )
    _owed(command, grant, command.amount_pence)
    _since_year_began(command, grant)
    return [
        ClawbackWrittenOff(
            **grant.about,
            amount_pence=command.amount_pence,
            authority=authority_for(command.amount_pence, command.board_minute, by),
        ),
        DebtWrittenOff(**money(grant, command.amount_pence)),
    ]
