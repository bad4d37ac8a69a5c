"""The ledger: what each event moves between accounts, double entry, in integer pence.

A posting adds to an account; the postings of every event add up to nothing, so the sum of all
postings is nothing at every position.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.funding.cuts import AwardCut, CutMet, DevolutionRecalled
from domain.funding.devolved import (
    RegionalSpendRecorded,
    RegionalSpendUndone,
    RegionalUnderspendReturned,
    RegionMoneyEvent,
)
from domain.funding.events import (
    AllocationMoved,
    BudgetEvent,
    BudgetOpened,
    BudgetVaried,
    CarriedForward,
    ClawbackOwed,
    CommitmentReleased,
    CommitmentReserved,
    DebtWrittenOff,
    FundsRecovered,
    GrantMoneyEvent,
    Heading,
    HeadingAllocated,
    RegionDevolved,
    SpendRecorded,
    SpendReversed,
    YearClosed,
)
from domain.funding.purposes import (
    ProgrammeCommitmentReleased,
    ProgrammeCommitmentReserved,
    ProgrammeMoneyEvent,
    ProgrammePayment,
    ProgrammeSpendRecorded,
)
from domain.kernel import Event, Frozen


class Account(StrEnum):
    """Where money can be."""

    DFE_FUNDING = "dfe-funding"
    """What the department has put in: negative."""
    PROGRAMME = "programme-budget"
    HEADING = "heading"
    REGION = "region"
    REGION_SPENT = "region-spent"
    COMMITMENT = "grant-commitment"
    """Set aside and not yet paid: for a grant, or for whatever else the money is for."""
    COUNCIL_PAID = "council-paid"
    SUPPLIER_PAID = "supplier-paid"
    """Paid to suppliers and to the host."""
    CLAWBACK_DUE = "clawback-due"
    WRITTEN_OFF = "written-off"
    CARRIED_FORWARD = "carried-forward"
    """Between two years: nothing is left in it once the next year has taken it up."""

    @property
    def label(self) -> str:
        """As people read it, before what it is kept by."""
        return {
            Account.DFE_FUNDING: "DfE funding",
            Account.REGION: "Devolved to",
            Account.REGION_SPENT: "Spent by",
            Account.COMMITMENT: "Set aside for",
            Account.COUNCIL_PAID: "Paid to",
            Account.SUPPLIER_PAID: "Paid for",
            Account.CLAWBACK_DUE: "Clawback due on",
        }.get(self, self.value.replace("-", " ").capitalize())


class Posting(Frozen):
    """An amount added to an account; negative where it is taken away."""

    account: Account
    year: str
    amount_pence: int
    heading: Heading | None = None
    region: str | None = None
    council: str | None = None
    case: str | None = None
    grant: str | None = None
    purpose: str | None = None
    """What it is for, where that is no grant."""

    @property
    def account_name(self) -> str:
        """The account with what it is kept by: ``grant-commitment/2025-26/GRANT-0001``."""
        parts = [self.account, self.year]
        if self.account in (Account.COMMITMENT, Account.CLAWBACK_DUE, Account.SUPPLIER_PAID):
            parts.append(self.grant or self.purpose or "")
        elif self.account == Account.COUNCIL_PAID:
            parts.append(self.council or "")
        elif self.account == Account.HEADING:
            parts.append(self.heading or "")
        elif self.account in (Account.REGION, Account.REGION_SPENT):
            parts.append(self.region or "")
        return "/".join(parts)


def postings(event: Event) -> tuple[Posting, ...]:
    """What an event moves; nothing for an event that moves no money."""
    match event:
        case BudgetOpened():
            return _award(event.year, event.award_pence)
        case BudgetVaried():
            return _award(event.year, event.award_pence - event.was_pence)
        case AwardCut():
            return _cut(event.year, event.frozen_by_heading, event.taken_pence)
        case CutMet():
            return _cut(event.year, event.by_heading, event.amount_pence)
        case CarriedForward():
            return (
                Posting(
                    account=Account.CARRIED_FORWARD,
                    year=event.from_year,
                    amount_pence=-event.amount_pence,
                ),
                Posting(
                    account=Account.PROGRAMME, year=event.year, amount_pence=event.amount_pence
                ),
            )
        case HeadingAllocated():
            return (
                Posting(
                    account=Account.PROGRAMME, year=event.year, amount_pence=-event.amount_pence
                ),
                _heading(event.year, event.heading, event.amount_pence),
            )
        case AllocationMoved():
            return (
                _heading(event.year, event.from_heading, -event.amount_pence),
                _heading(event.year, event.to_heading, event.amount_pence),
            )
        case RegionDevolved() | RegionMoneyEvent():
            return _regional(event)
        case YearClosed():
            return _closed(event)
        case GrantMoneyEvent():
            return _grant(event)
        case ProgrammeMoneyEvent():
            return _purpose(event)
    return ()


def _award(year: str, amount: int) -> tuple[Posting, ...]:
    return (
        Posting(account=Account.DFE_FUNDING, year=year, amount_pence=-amount),
        Posting(account=Account.PROGRAMME, year=year, amount_pence=amount),
    )


def _heading(year: str, heading: Heading, amount: int) -> Posting:
    return Posting(account=Account.HEADING, year=year, heading=heading, amount_pence=amount)


def _cut(year: str, by_heading: Mapping[Heading, int], back: int) -> tuple[Posting, ...]:
    """Money taken from headings: back to the department, and the rest to what is not allocated."""
    programme = sum(by_heading.values()) - back
    taken = [_heading(year, h, -pence) for h, pence in by_heading.items()]
    for account, pence in ((Account.PROGRAMME, programme), (Account.DFE_FUNDING, back)):
        if pence:
            taken.append(Posting(account=account, year=year, amount_pence=pence))
    return tuple(taken)


def _closed(event: YearClosed) -> tuple[Posting, ...]:
    taken = [_heading(event.year, h, -left) for h, left in event.by_heading.items() if left]
    if event.unallocated_pence:
        taken.append(
            Posting(
                account=Account.PROGRAMME,
                year=event.year,
                amount_pence=-event.unallocated_pence,
            )
        )
    if event.carried_pence:
        taken.append(
            Posting(
                account=Account.CARRIED_FORWARD,
                year=event.year,
                amount_pence=event.carried_pence,
            )
        )
    if event.surrendered_pence:
        taken.append(
            Posting(
                account=Account.DFE_FUNDING,
                year=event.year,
                amount_pence=event.surrendered_pence,
            )
        )
    return tuple(taken)


_REGIONAL: dict[type[BudgetEvent], tuple[Account, Account]] = {
    RegionDevolved: (Account.HEADING, Account.REGION),
    RegionalSpendRecorded: (Account.REGION, Account.REGION_SPENT),
    RegionalSpendUndone: (Account.REGION_SPENT, Account.REGION),
    RegionalUnderspendReturned: (Account.REGION, Account.HEADING),
    DevolutionRecalled: (Account.REGION, Account.HEADING),
}


def _regional(event: RegionDevolved | RegionMoneyEvent) -> tuple[Posting, ...]:
    amounts = (-event.amount_pence, event.amount_pence)
    return tuple(
        Posting(
            account=account,
            year=event.year,
            heading=Heading.REGIONS,
            region=None if account == Account.HEADING else event.region,
            amount_pence=amount,
        )
        for account, amount in zip(_REGIONAL[type(event)], amounts, strict=True)
    )


_BETWEEN: dict[type[GrantMoneyEvent], tuple[Account, Account]] = {
    CommitmentReserved: (Account.HEADING, Account.COMMITMENT),
    CommitmentReleased: (Account.COMMITMENT, Account.HEADING),
    SpendRecorded: (Account.COMMITMENT, Account.COUNCIL_PAID),
    SpendReversed: (Account.COUNCIL_PAID, Account.COMMITMENT),
    ClawbackOwed: (Account.COUNCIL_PAID, Account.CLAWBACK_DUE),
    DebtWrittenOff: (Account.CLAWBACK_DUE, Account.WRITTEN_OFF),
}


def _grant(event: GrantMoneyEvent) -> tuple[Posting, ...]:
    if isinstance(event, FundsRecovered):
        to = Account.HEADING if event.to == "heading" else Account.DFE_FUNDING
        between = (Account.CLAWBACK_DUE, to)
    else:
        between = _BETWEEN[type(event)]
    amounts = (-event.amount_pence, event.amount_pence)
    return tuple(
        Posting(
            account=account,
            year=event.year,
            heading=event.heading,
            region=event.region,
            council=event.council,
            case=event.case,
            grant=event.grant,
            amount_pence=amount,
        )
        for account, amount in zip(between, amounts, strict=True)
    )


def _purpose(event: ProgrammeMoneyEvent) -> tuple[Posting, ...]:
    council = event.council if isinstance(event, ProgrammePayment) else None
    paid = Account.COUNCIL_PAID if council else Account.SUPPLIER_PAID
    match event:
        case ProgrammeCommitmentReserved():
            between = (Account.HEADING, Account.COMMITMENT)
        case ProgrammeCommitmentReleased():
            between = (Account.COMMITMENT, Account.HEADING)
        case ProgrammeSpendRecorded():
            between = (Account.COMMITMENT, paid)
        case _:
            between = (paid, Account.COMMITMENT)
    return tuple(
        Posting(
            account=account,
            year=event.year,
            heading=event.heading,
            council=council,
            purpose=event.purpose,
            amount_pence=amount,
        )
        for account, amount in zip(between, (-event.amount_pence, event.amount_pence), strict=True)
    )
