"""Conditions, payments, variation, suspension and closing."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.funding.budgeting import enough, in_year, may_commit, year_open
from domain.funding.events import (
    CommitmentReleased,
    CommitmentReserved,
    ConditionMet,
    ConditionWaived,
    GrantClosed,
    GrantResumed,
    GrantSuspended,
    GrantVaried,
    InstalmentPaid,
    MonitoringReturnReceived,
    PaymentReferenceUsed,
    PaymentReversed,
    SpendRecorded,
    SpendReversed,
)
from domain.funding.granting import (
    GiveReason,
    PlannedInstalment,
    is_status,
    money,
    not_assessor,
    not_proposer,
    numbered,
    released,
    step,
)
from domain.funding.state import Budget, Grant, Payment, PaymentReference
from domain.interventions import authority_for
from domain.kernel import (
    Actor,
    Command,
    Dated,
    Event,
    Line,
    Money,
    MoneyOrNone,
    PersonId,
    Refused,
    Text,
    not_before,
    pounds_text,
    require,
    somebody_else,
)

Reference = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._-]{1,39}$", examples=["BACS-2025-000123"]),
    AfterValidator(str.upper),
]
"""A payment's reference at the bank: capital and small letters are one, as they are there."""

# --- Commands -------------------------------------------------------------------------------


class SettleCondition(Command):
    outcome: Literal["met", "waived"]
    evidence: Text | None = None
    reason: Text


class PayInstalment(Command):
    instalment: int = Field(ge=1)
    payment_reference: Reference


class ReversePayment(Command):
    reason: Text


class VaryGrant(Command):
    amount_pence: Money = Field(alias="amount")
    unpaid_instalments: tuple[PlannedInstalment, ...] = Field(max_length=24)
    """What is to be paid from now on: it replaces every instalment not yet paid."""
    board_minute: Line | None = None
    reason: Text


class ReceiveReturn(Command):
    spend_to_date_pence: MoneyOrNone = Field(alias="spend_to_date")
    outcomes: Text
    certified_by: PersonId


class CloseGrant(Command):
    final_spend_pence: MoneyOrNone = Field(alias="final_spend")
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def settle_condition(
    command: SettleCondition, grant: Grant, condition: int, by: Actor
) -> list[Event]:
    """Record that a condition was met, with evidence, or waived, with a reason."""
    is_status(grant, "approved", "offered", "accepted")
    not_before(command, grant.proposed_on, f"{grant.grant} was proposed")
    state = grant.conditions.get(condition)
    if state is None:
        raise Refused("not-found", f"{grant.grant} has no condition {condition}.")
    require(
        state == "open", "condition-settled", f"Condition {condition} was {state}.", state=state
    )
    if command.outcome == "waived":
        not_proposer(grant, by, "another person waives a condition")
        return [ConditionWaived(**grant.about, condition=condition)]
    if command.evidence is None:
        raise Refused("evidence-missing", "Say what shows that the condition is met.")
    return [ConditionMet(**grant.about, condition=condition, evidence=command.evidence)]


def reference_free(reference: PaymentReference) -> None:
    """Refuse a payment reference that has paid something, whatever it was."""
    require(
        not reference.exists,
        "payment-reference-used",
        f"{reference.payment_reference} was used for {reference.used_for}: use the reference"
        " of this payment.",
        grant=reference.grant,
        instalment=reference.instalment,
        purpose=reference.purpose,
    )


def pay(
    command: PayInstalment,
    grant: Grant,
    budget: Budget,
    reference: PaymentReference,
    by: Actor,
) -> list[Event]:
    """Pay an instalment that is due, whose conditions are met, to a verified payee."""
    step(command, grant, "accepted")
    require(
        not grant.suspended,
        "grant-suspended",
        f"Payment of {grant.grant} is suspended: resume it first.",
        suspended=grant.suspended,
    )
    require(
        grant.may_be_paid,
        "payee-not-verified",
        "Record due diligence that the payee is verified first.",
        due_diligence=grant.due_diligence or "none",
        payee_verified=grant.payee_verified,
    )
    not_before(command, grant.verified_on, "The payee was verified")
    somebody_else(
        by,
        "own-approval",
        "You proposed or approved this: another person pays it.",
        proposed_by=grant.proposed_by,
        approvers=grant.approvers,
    )
    instalment = grant.instalment(command.instalment)
    if instalment is None:
        raise Refused("not-found", f"{grant.grant} has no instalment {command.instalment}.")
    require(
        command.instalment not in grant.payments,
        "instalment-paid",
        lambda: (
            f"Instalment {command.instalment} was paid under"
            f" {grant.payments[command.instalment].payment_reference}."
        ),
        instalment=command.instalment,
        paid=sorted(grant.payments),
    )
    reference_free(reference)
    unmet = [c for c in instalment.conditions if grant.conditions.get(c) == "open"]
    require(
        not unmet,
        "condition-not-met",
        f"Instalment {command.instalment} waits for condition"
        f"{'s' if len(unmet) > 1 else ''} {', '.join(map(str, unmet))}.",
        conditions=unmet,
        waits_for=instalment.conditions,
    )
    settled = max((grant.settled_on[c] for c in instalment.conditions), default=None)
    not_before(command, settled, f"The conditions of instalment {command.instalment} were settled")
    require(
        command.on >= instalment.due_on,
        "not-due",
        f"Instalment {command.instalment} is due on {instalment.due_on.isoformat()}.",
        due_on=instalment.due_on.isoformat(),
        effective_on=command.on.isoformat(),
    )
    require(
        grant.paid_pence + instalment.amount_pence <= grant.accepted_pence,
        "not-accepted",
        f"The council has accepted {pounds_text(grant.accepted_pence)}: it accepts what the"
        " grant was raised by first.",
        accepted_pence=grant.accepted_pence,
        paid_pence=grant.paid_pence,
        asked_pence=instalment.amount_pence,
    )
    year_open(budget)
    in_year(command, budget.year)
    return [
        InstalmentPaid(
            **grant.about,
            instalment=command.instalment,
            amount_pence=instalment.amount_pence,
            payment_reference=command.payment_reference,
        ),
        SpendRecorded(
            **money(grant, instalment.amount_pence), payment_reference=command.payment_reference
        ),
        PaymentReferenceUsed(
            payment_reference=command.payment_reference,
            grant=grant.grant,
            instalment=command.instalment,
        ),
    ]


def _payment(grant: Grant, instalment: int) -> Payment:
    found = grant.payments.get(instalment)
    if found is None:
        raise Refused("not-paid", f"Instalment {instalment} of {grant.grant} is not paid.")
    return found


def reverse(
    command: ReversePayment, grant: Grant, budget: Budget, instalment: int, by: Actor
) -> list[Event]:
    """Reverse a payment that went wrong: the money is set aside for the grant again."""
    step(command, grant, "accepted")
    payment = _payment(grant, instalment)
    not_before(command, payment.paid_on, f"Instalment {instalment} was paid")
    require(
        grant.paid_pence - payment.amount_pence >= grant.clawed_back_pence,
        "clawed-back",
        f"{pounds_text(grant.clawed_back_pence)} of what was paid has been demanded back.",
        clawed_back_pence=grant.clawed_back_pence,
        paid_pence=grant.paid_pence,
        reversed_pence=payment.amount_pence,
    )
    year_open(budget)
    in_year(command, budget.year)
    return [
        PaymentReversed(
            **grant.about,
            instalment=instalment,
            amount_pence=payment.amount_pence,
            payment_reference=payment.payment_reference,
        ),
        SpendReversed(
            **money(grant, payment.amount_pence), payment_reference=payment.payment_reference
        ),
    ]


def vary(command: VaryGrant, grant: Grant, budget: Budget, by: Actor) -> list[Event]:
    """Vary the amount and what is still to be paid; the heading carries the difference."""
    step(command, grant, "approved", "offered", "accepted")
    not_proposer(grant, by, "another person varies it")
    not_assessor(grant, by, "another person varies it")
    require(
        command.amount_pence >= grant.paid_pence,
        "below-paid",
        f"{pounds_text(grant.paid_pence)} is paid: claw back instead.",
        paid_pence=grant.paid_pence,
        asked_pence=command.amount_pence,
    )
    authority = authority_for(command.amount_pence, command.board_minute, by)
    year_open(budget)
    in_year(command, budget.year)
    paid = tuple(i for i in grant.instalments if i.number in grant.payments)
    first = max((i.number for i in grant.instalments), default=0) + 1
    to_pay = command.amount_pence - grant.paid_pence
    planned = numbered(command.unpaid_instalments, grant.year, to_pay, first)
    strange = {c for i in planned for c in i.conditions if c not in grant.conditions}
    require(
        not strange, "bad-conditions", lambda: f"{grant.grant} has no condition {min(strange)}."
    )
    more = command.amount_pence - grant.amount_pence
    varied = GrantVaried(
        **grant.about,
        amount_pence=command.amount_pence,
        was_pence=grant.amount_pence,
        instalments=(*paid, *planned),
        authority=authority,
    )
    if more > 0:
        may_commit(budget)
        available = budget.funds(grant.heading).available_pence
        enough(available, more, f"{grant.heading} of {budget.year}")
        return [varied, CommitmentReserved(**money(grant, more))]
    if more < 0:
        return [varied, CommitmentReleased(**money(grant, -more))]
    return [varied]


def suspend(command: GiveReason, grant: Grant, by: Actor) -> list[Event]:
    """Suspend payment."""
    step(command, grant, "approved", "offered", "accepted")
    require(not grant.suspended, "grant-suspended", f"{grant.grant} is suspended already.")
    return [GrantSuspended(**grant.about)]


def resume(command: GiveReason, grant: Grant, by: Actor) -> list[Event]:
    """Resume payment."""
    require(grant.suspended, "not-suspended", f"{grant.grant} is not suspended.")
    not_before(command, grant.suspended_on, f"{grant.grant} was suspended")
    return [GrantResumed(**grant.about)]


def receive_return(command: ReceiveReturn, grant: Grant, by: Actor) -> list[Event]:
    """Receive the council's certified report on spend and outcomes."""
    step(command, grant, "accepted")
    return [
        MonitoringReturnReceived(
            **grant.about,
            **command.model_dump(exclude={"effective_on", "reason"}),
        )
    ]


def close_grant(
    command: CloseGrant, grant: Grant, budget: Budget, by: Actor
) -> list[Event | Dated]:
    """Close a grant with its final spend; what was never paid is freed, nothing may be owed."""
    step(command, grant, "accepted")
    not_before(command, grant.last_on, f"Something was done with {grant.grant} last")
    require(
        not grant.owed_pence,
        "still-owed",
        f"{pounds_text(grant.owed_pence)} is still owed: receive it or write it off first.",
        owed_pence=grant.owed_pence,
    )
    kept = grant.paid_pence - grant.clawed_back_pence
    require(
        command.final_spend_pence <= kept,
        "over-kept",
        f"The council kept {pounds_text(kept)}: its final spend can't be more.",
        kept_pence=kept,
        final_spend_pence=command.final_spend_pence,
    )
    return [
        GrantClosed(
            **grant.about,
            final_spend_pence=command.final_spend_pence,
            underspend_pence=kept - command.final_spend_pence,
        ),
        *released(grant, command.on),
    ]
