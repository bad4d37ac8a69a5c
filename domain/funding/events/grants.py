"""What happens to grants. Money is integer pence."""

from datetime import date
from enum import StrEnum
from typing import Literal

from domain.councils import Region
from domain.funding.events.budgets import Heading
from domain.interventions import ON_AUTHORITY, Authority
from domain.kernel import (
    CaseRef,
    CouncilCode,
    Event,
    FinancialYear,
    Frozen,
    GrantRef,
    Grounds,
    Line,
    Pence,
    PenceOrNone,
    PersonId,
    Text,
)


class GrantClass(StrEnum):
    """In the grants standard's terms."""

    GENERAL = "general"
    FORMULA = "formula"
    GRANT_IN_AID = "grant-in-aid"
    SECTION_31 = "section-31-non-ring-fenced"

    @property
    def label(self) -> str:
        """As people read it."""
        if self is GrantClass.SECTION_31:
            return "Section 31, not ring-fenced"
        return self.value.replace("-", " ").capitalize()


class Instalment(Frozen):
    """A part of a grant, when it is due and what it waits for."""

    number: int
    amount_pence: Pence
    due_on: date
    conditions: tuple[int, ...] = ()


class Condition(Frozen):
    """Something that must be met, or waived, before money is paid."""

    number: int
    text: Text


class CriterionScore(Frozen):
    """How an assessor scored one criterion, and why."""

    criterion: Line
    score: int
    reason: Text


class BudgetThen(Frozen):
    """A heading as it stood when a grant was approved."""

    allocated_pence: PenceOrNone
    committed_pence: PenceOrNone
    available_pence: PenceOrNone
    budget_record: str
    """The budget's last record seen, as stream/version."""


class GrantEvent(Event, abstract=True, stream="{grant}"):
    grant: GrantRef
    case: CaseRef
    council: CouncilCode


class GrantProposed(GrantEvent):
    """A grant was proposed for a council in intervention."""

    says = (
        "{grant} of {amount_pence} was proposed for {council} in {case}, under the"
        " {heading:words} heading of {year}."
    )
    region: Region
    year: FinancialYear
    heading: Heading
    purpose: Text
    amount_pence: Pence
    amount_basis: Text
    """How the amount was arrived at."""
    legal_power: Line
    determination_number: Line
    treasury_consent: Line | None = None
    grant_class: GrantClass
    senior_responsible_owner: Line
    instalments: tuple[Instalment, ...]
    conditions: tuple[Condition, ...]
    options_rejected: tuple[Text, ...]
    evidence: Grounds
    value_for_money: Text
    competed: bool
    direct_award_reason: Text | None = None
    """Why it was not competed, where it was not."""


class GrantAssessed(GrantEvent):
    """A grant was assessed against the criteria."""

    says = "{grant} was assessed against {scores:counted criterion/criteria}."
    scores: tuple[CriterionScore, ...]
    criteria_version: Line
    conflict_of_interest: Text
    """What the assessor declared: 'none' or what it is."""


class DueDiligenceRecorded(GrantEvent):
    """Due diligence was done on the council as payee."""

    says = (
        "{council} {result} due diligence as payee of {grant}, with a {fraud_risk} risk of fraud."
    )
    result: Literal["passed", "failed"]
    fraud_risk: Literal["low", "medium", "high"]
    payee_verified: bool
    findings: Grounds


class GrantApproved(GrantEvent):
    """A grant was approved within the limit then held, or by the Board."""

    says = "{grant} of {amount_pence} was approved " + ON_AUTHORITY + "."
    amount_pence: Pence
    authority: Authority
    budget: BudgetThen
    novel_or_contentious: bool
    novelty_judgement: Text
    """Whether it is novel, contentious or repercussive, and why."""
    rationale: Grounds


class GrantDeclined(GrantEvent):
    """A grant was declined."""

    says = "{grant} for {council} was declined."
    rationale: Grounds


class GrantWithdrawn(GrantEvent):
    """A grant was withdrawn."""

    says = "{grant} for {council} was withdrawn."


class GrantOffered(GrantEvent):
    """An approved grant was offered to the council."""

    says = (
        "{grant} was offered to {council} in {instalments:counted instalment}, to be accepted by"
        " {accept_by}."
    )
    determination_letter: Line
    ring_fenced: bool
    allocations_annexed: bool
    accept_by: date
    instalments: tuple[Instalment, ...]


class OfferAccepted(GrantEvent):
    """The council accepted the offer, or a grant that was raised after it had accepted."""

    says = "{council} accepted {grant} of {amount_pence}."
    amount_pence: Pence

    signatory: PersonId
    signatory_office: Line


class OfferRefused(GrantEvent):
    """The council refused the offer."""

    says = "{council} refused the offer of {grant}."


class OfferLapsed(GrantEvent):
    """The offer was not accepted in time."""

    says = "The offer of {grant} lapsed, as {council} had not accepted it in time."


class ConditionMet(GrantEvent):
    """A condition was met."""

    says = "Condition {condition} of {grant} was met."
    condition: int
    evidence: Text


class ConditionWaived(GrantEvent):
    """A condition was waived."""

    says = "Condition {condition} of {grant} was waived."
    condition: int


class InstalmentPaid(GrantEvent):
    """An instalment was paid to the council."""

    says = (
        "Instalment {instalment} of {grant}, {amount_pence}, was paid to {council} (payment"
        " {payment_reference})."
    )
    instalment: int
    amount_pence: Pence
    payment_reference: Line


class PaymentReversed(GrantEvent):
    """A payment was reversed."""

    says = (
        "The payment of instalment {instalment} of {grant}, {amount_pence}, was reversed (payment"
        " {payment_reference})."
    )
    instalment: int
    amount_pence: Pence
    payment_reference: Line


class GrantVaried(GrantEvent):
    """A grant's amount and unpaid instalments were varied."""

    says = (
        "{grant} was varied "
        + ON_AUTHORITY
        + ": it is {amount_pence}, after {was_pence}, in {instalments:counted instalment}."
    )
    amount_pence: Pence
    was_pence: Pence
    instalments: tuple[Instalment, ...]
    authority: Authority


class GrantSuspended(GrantEvent):
    """Payment of a grant was suspended."""

    says = "The payment of {grant} was suspended."


class GrantResumed(GrantEvent):
    """Payment of a grant was resumed."""

    says = "The payment of {grant} was resumed."


class MonitoringReturnReceived(GrantEvent):
    """The council reported spend and outcomes, and certified them."""

    says = "{council} reported {spend_to_date_pence} of {grant} spent to date."
    spend_to_date_pence: PenceOrNone
    outcomes: Text
    certified_by: PersonId


class ClawbackDemanded(GrantEvent):
    """Money was demanded back."""

    says = "{amount_pence} of {grant} was demanded back from {council}."
    amount_pence: Pence


class ClawbackReceived(GrantEvent):
    """Money came back."""

    says = "{amount_pence} of {grant} came back from {council} (receipt {receipt_reference})."
    amount_pence: Pence
    receipt_reference: Line


class ClawbackWrittenOff(GrantEvent):
    """What was still owed was written off."""

    says = "{amount_pence} still owed of {grant} was written off " + ON_AUTHORITY + "."
    amount_pence: Pence
    authority: Authority


class GrantTransferred(GrantEvent):
    """A grant went to the successor of a council that was reorganised, with its case."""

    says = "{grant} went with {case} from {council} to {successor:council}, which succeeded it."
    successor: CouncilCode


class GrantClosed(GrantEvent):
    """A grant was closed."""

    says = "{grant} was closed with {final_spend_pence} spent[ and {underspend_pence} unspent]."
    final_spend_pence: PenceOrNone
    underspend_pence: PenceOrNone
