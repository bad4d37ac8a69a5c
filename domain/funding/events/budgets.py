"""What happens to a year's budget. Money is integer pence."""

from enum import StrEnum
from typing import Literal

from domain.councils import Region
from domain.interventions import ON_AUTHORITY, Authority
from domain.kernel import (
    CaseRef,
    CouncilCode,
    Event,
    FinancialYear,
    GrantRef,
    Line,
    Pence,
    PenceOrNone,
)


class Heading(StrEnum):
    """What the programme's money is for."""

    REGIONS = "regions"
    INTERVENTION_SUPPORT = "intervention-support"
    PEER_MENTORING = "peer-mentoring"
    CONTRACTS = "contracts"
    POLICY_PROGRAMMES = "policy-programmes"
    HOSTING_CHARGE = "hosting-charge"


class BudgetEvent(Event, abstract=True, stream="BUDGET-{year}"):
    year: FinancialYear


class BudgetOpened(BudgetEvent):
    """The department made an award for a financial year."""

    says = "The department awarded {award_pence} for {year} in letter {award_letter}."
    award_pence: Pence
    award_letter: Line


class BudgetVaried(BudgetEvent):
    """The department varied its award in mid-year."""

    says = "The department varied its award for {year} from {was_pence} to {award_pence}."
    award_pence: PenceOrNone
    was_pence: PenceOrNone


class HeadingAllocated(BudgetEvent):
    """Part of the award was put under a heading."""

    says = "{amount_pence} of the award for {year} was put under the {heading:words} heading."
    heading: Heading
    amount_pence: Pence


class AllocationMoveProposed(BudgetEvent):
    """It was proposed to move money between headings."""

    says = (
        "It was proposed to move {amount_pence} of {year} from the {from_heading:words} to the"
        " {to_heading:words} heading (move {move})."
    )
    move: int
    from_heading: Heading
    to_heading: Heading
    amount_pence: Pence


class AllocationMoved(BudgetEvent):
    """Money was moved between headings, approved by another person (virement)."""

    says = (
        "{amount_pence} of {year} was moved from the {from_heading:words} to the"
        " {to_heading:words} heading " + ON_AUTHORITY + " (move {move})."
    )
    move: int
    from_heading: Heading
    to_heading: Heading
    amount_pence: Pence
    authority: Authority


class RegionDevolved(BudgetEvent):
    """Part of the regions' heading was devolved to a region."""

    says = "{amount_pence} of the regions heading of {year} was devolved to {region}."
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

    says = "{amount_pence} of the {heading:words} heading of {year} was set aside for {grant}."


class CommitmentReleased(GrantMoneyEvent):
    """Money set aside for a grant was freed again."""

    says = (
        "{amount_pence} set aside for {grant} was freed again for the {heading:words} heading of"
        " {year}."
    )


class SpendRecorded(GrantMoneyEvent):
    """Money set aside for a grant was paid to the council."""

    says = (
        "{amount_pence} set aside for {grant} under the {heading:words} heading of {year} was"
        " paid to {council} (payment {payment_reference})."
    )
    payment_reference: Line


class SpendReversed(GrantMoneyEvent):
    """A payment came back and is set aside for the grant again."""

    says = (
        "{amount_pence} paid for {grant} came back and is set aside again under the"
        " {heading:words} heading of {year} (payment {payment_reference})."
    )
    payment_reference: Line


class ClawbackOwed(GrantMoneyEvent):
    """A council owes back what it was paid."""

    says = (
        "{council} came to owe {amount_pence} of {grant} back to the {heading:words} heading of"
        " {year}."
    )


class FundsRecovered(GrantMoneyEvent):
    """A council paid back: to the heading, or to the department once the year is closed."""

    says = (
        "{council} paid back {amount_pence} of {grant} to the [{to:if heading}{heading:words}"
        " heading of {year}|department]."
    )
    to: Literal["heading", "department"]


class DebtWrittenOff(GrantMoneyEvent):
    """What a council owed was written off."""

    says = (
        "{amount_pence} of {grant} that {council} owed the {heading:words} heading of {year} was"
        " written off."
    )


class YearClosed(BudgetEvent):
    """A financial year was closed; what was left is carried forward or surrendered."""

    says = (
        "{year} was closed with {unspent_pence} unspent: {carried_pence} carried forward and"
        " {surrendered_pence} surrendered."
    )
    unspent_pence: PenceOrNone
    carried_pence: PenceOrNone
    surrendered_pence: PenceOrNone
    by_heading: dict[Heading, PenceOrNone]
    unallocated_pence: PenceOrNone


class CarriedForward(BudgetEvent):
    """Money left in the year before was carried into this one."""

    says = "{amount_pence} left over in {from_year} was carried into {year}."
    from_year: FinancialYear
    amount_pence: Pence


class PaymentReferenceUsed(Event, stream="PAYMENT-{payment_reference}"):
    """A payment reference was used: its own stream, so that none is used twice, in any year."""

    says = "Payment reference {payment_reference} was used for instalment {instalment} of {grant}."
    payment_reference: Line
    grant: GrantRef
    instalment: int


class ReceiptReferenceUsed(Event, stream="RECEIPT-{receipt_reference}"):
    """Money that came back was booked: its own stream, so that none is booked twice."""

    says = "Receipt {receipt_reference} was booked for {grant}."
    receipt_reference: Line
    grant: GrantRef
