"""What happens to budgets and grants. Money is integer pence."""

from datetime import date
from enum import StrEnum
from typing import Literal

from domain.councils import Region
from domain.interventions import Authority
from domain.kernel import (
    CaseRef,
    CouncilCode,
    Event,
    FinancialYear,
    Frozen,
    GrantRef,
    Line,
    Pence,
    PenceOrNone,
    PersonId,
    Text,
)


class Heading(StrEnum):
    """What the programme's money is for."""

    REGIONS = "regions"
    INTERVENTION_SUPPORT = "intervention-support"
    PEER_MENTORING = "peer-mentoring"
    CONTRACTS = "contracts"
    POLICY_PROGRAMMES = "policy-programmes"
    HOSTING_CHARGE = "hosting-charge"


class GrantClass(StrEnum):
    """In the grants standard's terms."""

    GENERAL = "general"
    FORMULA = "formula"
    GRANT_IN_AID = "grant-in-aid"
    SECTION_31 = "section-31-non-ring-fenced"


# --- Budgets --------------------------------------------------------------------------------


class BudgetEvent(Event, abstract=True, stream="BUDGET-{year}"):
    year: FinancialYear


class BudgetOpened(BudgetEvent):
    """The department made an award for a financial year."""

    award_pence: Pence
    award_letter: Line


class BudgetVaried(BudgetEvent):
    """The department varied its award in mid-year."""

    award_pence: PenceOrNone
    was_pence: PenceOrNone


class HeadingAllocated(BudgetEvent):
    """Part of the award was put under a heading."""

    heading: Heading
    amount_pence: Pence


class AllocationMoveProposed(BudgetEvent):
    """It was proposed to move money between headings."""

    move: int
    from_heading: Heading
    to_heading: Heading
    amount_pence: Pence


class AllocationMoved(BudgetEvent):
    """Money was moved between headings, approved by another person (virement)."""

    move: int
    from_heading: Heading
    to_heading: Heading
    amount_pence: Pence
    authority: Authority


class RegionDevolved(BudgetEvent):
    """Part of the regions' heading was devolved to a region."""

    region: Region
    amount_pence: Pence


class GrantMoneyEvent(BudgetEvent, abstract=True):
    """A movement of a heading's money on account of a grant."""

    heading: Heading
    grant: GrantRef
    case: CaseRef
    council: CouncilCode
    region: Region
    amount_pence: Pence


class CommitmentReserved(GrantMoneyEvent):
    """Part of a heading was set aside for a grant."""


class CommitmentReleased(GrantMoneyEvent):
    """Money set aside for a grant was freed again."""


class SpendRecorded(GrantMoneyEvent):
    """Money set aside for a grant was paid to the council."""

    payment_reference: Line


class SpendReversed(GrantMoneyEvent):
    """A payment came back and is set aside for the grant again."""

    payment_reference: Line


class ClawbackOwed(GrantMoneyEvent):
    """A council owes back what it was paid."""


class FundsRecovered(GrantMoneyEvent):
    """A council paid back: to the heading, or to the department once the year is closed."""

    to: Literal["heading", "department"]


class DebtWrittenOff(GrantMoneyEvent):
    """What a council owed was written off."""


class YearClosed(BudgetEvent):
    """A financial year was closed; what was left is carried forward or surrendered."""

    unspent_pence: PenceOrNone
    carried_pence: PenceOrNone
    surrendered_pence: PenceOrNone
    by_heading: dict[Heading, PenceOrNone]
    unallocated_pence: PenceOrNone


class CarriedForward(BudgetEvent):
    """Money left in the year before was carried into this one."""

    from_year: FinancialYear
    amount_pence: Pence


class PaymentReferenceUsed(Event, stream="PAYMENT-{payment_reference}"):
    """A payment reference was used: its own stream, so that none is used twice, in any year."""

    payment_reference: Line
    grant: GrantRef
    instalment: int


class ReceiptReferenceUsed(Event, stream="RECEIPT-{receipt_reference}"):
    """Money that came back was booked: its own stream, so that none is booked twice."""

    receipt_reference: Line
    grant: GrantRef


# --- Grants ---------------------------------------------------------------------------------


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
    evidence: Text
    value_for_money: Text
    competed: bool
    direct_award_reason: Text | None = None
    """Why it was not competed, where it was not."""


class GrantAssessed(GrantEvent):
    """A grant was assessed against the criteria."""

    scores: tuple[CriterionScore, ...]
    criteria_version: Line
    conflict_of_interest: Text
    """What the assessor declared: 'none' or what it is."""


class DueDiligenceRecorded(GrantEvent):
    """Due diligence was done on the council as payee."""

    result: Literal["passed", "failed"]
    fraud_risk: Literal["low", "medium", "high"]
    payee_verified: bool
    findings: Text


class GrantApproved(GrantEvent):
    """A grant was approved within the limit then held, or by the Board."""

    amount_pence: Pence
    authority: Authority
    budget: BudgetThen
    novel_or_contentious: bool
    novelty_judgement: Text
    """Whether it is novel, contentious or repercussive, and why."""
    rationale: Text


class GrantDeclined(GrantEvent):
    """A grant was declined."""

    rationale: Text


class GrantWithdrawn(GrantEvent):
    """A grant was withdrawn."""


class GrantOffered(GrantEvent):
    """An approved grant was offered to the council."""

    determination_letter: Line
    ring_fenced: bool
    allocations_annexed: bool
    accept_by: date
    instalments: tuple[Instalment, ...]


class OfferAccepted(GrantEvent):
    """The council accepted the offer, or a grant that was raised after it had accepted."""

    amount_pence: Pence

    signatory: PersonId
    signatory_office: Line


class OfferRefused(GrantEvent):
    """The council refused the offer."""


class OfferLapsed(GrantEvent):
    """The offer was not accepted in time."""


class ConditionMet(GrantEvent):
    """A condition was met."""

    condition: int
    evidence: Text


class ConditionWaived(GrantEvent):
    """A condition was waived."""

    condition: int


class InstalmentPaid(GrantEvent):
    """An instalment was paid to the council."""

    instalment: int
    amount_pence: Pence
    payment_reference: Line


class PaymentReversed(GrantEvent):
    """A payment was reversed."""

    instalment: int
    amount_pence: Pence
    payment_reference: Line


class GrantVaried(GrantEvent):
    """A grant's amount and unpaid instalments were varied."""

    amount_pence: Pence
    was_pence: Pence
    instalments: tuple[Instalment, ...]
    authority: Authority


class GrantSuspended(GrantEvent):
    """Payment of a grant was suspended."""


class GrantResumed(GrantEvent):
    """Payment of a grant was resumed."""


class MonitoringReturnReceived(GrantEvent):
    """The council reported spend and outcomes, and certified them."""

    spend_to_date_pence: PenceOrNone
    outcomes: Text
    certified_by: PersonId


class ClawbackDemanded(GrantEvent):
    """Money was demanded back."""

    amount_pence: Pence


class ClawbackReceived(GrantEvent):
    """Money came back."""

    amount_pence: Pence
    receipt_reference: Line


class ClawbackWrittenOff(GrantEvent):
    """What was still owed was written off."""

    amount_pence: Pence
    authority: Authority


class GrantTransferred(GrantEvent):
    """A grant went to the successor of a council that was reorganised, with its case."""

    successor: CouncilCode


class GrantClosed(GrantEvent):
    """A grant was closed."""

    final_spend_pence: PenceOrNone
    underspend_pence: PenceOrNone
