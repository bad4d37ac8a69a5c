"""What happens in policy programmes."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.councils import Region
from domain.interventions import Authority
from domain.kernel import (
    CouncilCode,
    Event,
    FinancialYear,
    Grounds,
    Line,
    Pence,
    PenceOrNone,
    ProgrammeRef,
    Text,
)
from domain.policy import PolicyTheme
from domain.programmes.results import PaymentRule, Value

Period = Annotated[str, Field(pattern=r"^20\d\d-\d\dQ[1-4]$", examples=["2025-26Q3"])]
"""A quarter of a financial year."""


class PolicyProgrammeEvent(Event, abstract=True, stream="{programme}"):
    programme: ProgrammeRef


class ProgrammeLaunched(PolicyProgrammeEvent):
    """A policy programme was launched, with what it may pay for results."""

    says = (
        "{programme}, “{title}”, was launched to run {starts_on:to ends_on}[, with up to"
        " {ceiling_pence} for results]."
    )
    theme: PolicyTheme
    title: Line
    aims: tuple[Text, ...]
    starts_on: date
    ends_on: date
    rule: PaymentRule | None = None
    """Where councils are paid by results."""
    ceiling_pence: PenceOrNone = 0
    """The most that it may pay for results in all."""
    authority: Authority


class ProgrammeCouncilEvent(PolicyProgrammeEvent, abstract=True):
    council: CouncilCode
    region: Region


class CouncilJoined(ProgrammeCouncilEvent):
    """A council joined a policy programme."""

    says = "{council} joined {programme}[{on_trial:if} and its trial of payment by results]."
    theme: PolicyTheme
    on_trial: bool
    """Whether it takes part in payment by results."""


class CouncilLeft(ProgrammeCouncilEvent):
    """A council left a policy programme."""

    says = "{council} left {programme}."


class TrialOutcomeRecorded(ProgrammeCouncilEvent):
    """The result of a payment-by-results trial was recorded, with what is due for it."""

    says = (
        "{council} reached {result} against a target of {target} in {period} (outcome {outcome}"
        " of {programme}): [{payment_due_pence}|nothing] is due for it."
    )
    outcome: int
    measure: Line
    period: Period
    baseline: Value
    target: Value
    result: Value
    evidence: Grounds
    rule: PaymentRule
    payment_due_pence: PenceOrNone
    year: FinancialYear
    """Whose money pays."""


class TrialOutcomeWithdrawn(ProgrammeCouncilEvent):
    """A trial's result that was recorded wrongly and not paid was withdrawn."""

    says = (
        "Outcome {outcome} of {programme} for {council} was withdrawn[: {payment_due_pence} is no"
        " longer due]."
    )
    outcome: int
    payment_due_pence: PenceOrNone
    """What was set aside for it, and is no longer due."""


class TrialPayment(ProgrammeCouncilEvent, abstract=True):
    outcome: int
    amount_pence: Pence
    payment_reference: Line


class TrialPaymentMade(TrialPayment):
    """A council was paid for the result of its trial."""

    says = (
        "{council} was paid {amount_pence} for outcome {outcome} of {programme} (payment"
        " {payment_reference})."
    )


class TrialPaymentReversed(TrialPayment):
    """A payment for a trial's result came back."""

    says = (
        "{amount_pence} paid to {council} for outcome {outcome} of {programme} came back (payment"
        " {payment_reference})."
    )


class ProgrammeClosed(PolicyProgrammeEvent):
    """A policy programme was closed."""

    says = "{programme} was closed."
    lessons: Text
