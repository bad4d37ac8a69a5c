"""Budgets by year and by heading."""

from collections.abc import Iterable
from typing import Self

from domain.councils import Region
from domain.funding import (
    Account,
    AllocationMoved,
    AwardCut,
    BudgetEvent,
    CutMet,
    FundsRecovered,
    GrantMoneyEvent,
    Heading,
    HeadingAllocated,
    Posting,
    ProgrammeMoneyEvent,
    RegionDevolved,
    RegionMoneyEvent,
    YearClosed,
    postings,
)
from domain.funding.state import Budget
from domain.kernel import FinancialYear, Record
from projections.engine import View, inner


class BudgetRow(View, scope="programme"):
    """A financial year's budget."""

    year: FinancialYear
    award_pence: int
    to_find_pence: int
    """What is still to be found of a cut of the award, by stopping commitments."""
    carried_in_pence: int
    unallocated_pence: int
    regions: dict[str, int]
    """Devolved pence by region."""
    closed: bool = False
    state: Budget = inner()
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, BudgetEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, BudgetEvent):
            return row
        before = row.state if row else Budget(year=event.year)
        state = before.apply(record).but(version=record.version)
        return cls(
            year=state.year,
            award_pence=state.award_pence - state.to_find_pence,
            to_find_pence=state.to_find_pence,
            carried_in_pence=state.carried_in_pence,
            unallocated_pence=0 if state.closed else state.unallocated_pence,
            regions={region.value: pence for region, pence in state.regions.items()},
            closed=state.closed,
            state=state,
        )


class BudgetPosition(View, indexes=("year", "heading"), scope="programme"):
    """A heading's money in a year."""

    year: FinancialYear
    heading: Heading
    allocated_pence: int = 0
    devolved_pence: int = 0
    """Devolved to regions, what came back at the year's end taken off."""
    region_spent_pence: int = 0
    """Of that, what the regions have spent."""
    committed_pence: int = 0
    paid_pence: int = 0
    """Paid, less what has been demanded back."""
    clawback_due_pence: int = 0
    recovered_pence: int = 0
    frozen_pence: int = 0
    """Taken back as the award was cut."""
    written_off_pence: int = 0
    available_pence: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case HeadingAllocated() | GrantMoneyEvent() | ProgrammeMoneyEvent():
                return (f"{event.year}/{event.heading}",)
            case AllocationMoved():
                return (f"{event.year}/{event.from_heading}", f"{event.year}/{event.to_heading}")
            case RegionDevolved() | RegionMoneyEvent():
                return (f"{event.year}/{Heading.REGIONS}",)
            case YearClosed() | CutMet():
                return tuple(f"{event.year}/{heading}" for heading in event.by_heading)
            case AwardCut():
                return tuple(f"{event.year}/{heading}" for heading in event.frozen_by_heading)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        year, heading = key.split("/")
        row = row or cls(year=year, heading=Heading(heading))
        for posting in postings(record.event):
            if posting.heading is not None and posting.heading.value == heading:
                row = row._plus(posting, record)
        return row

    def _plus(self, posting: Posting, record: Record) -> Self:
        event, amount = record.event, posting.amount_pence
        match posting.account:
            case Account.HEADING:
                row = self.but(available_pence=self.available_pence + amount)
                if isinstance(event, (HeadingAllocated, AllocationMoved)):
                    return row.but(allocated_pence=self.allocated_pence + amount)
                if isinstance(event, (AwardCut, CutMet)):
                    return row.but(
                        allocated_pence=self.allocated_pence + amount,
                        frozen_pence=self.frozen_pence - amount,
                    )
                if isinstance(event, FundsRecovered):
                    return row.but(recovered_pence=self.recovered_pence + amount)
                return row
            case Account.REGION | Account.REGION_SPENT:
                return self.but(**_with_regions(self, posting))
            case Account.SUPPLIER_PAID:
                return self.but(paid_pence=self.paid_pence + amount)
        return self.but(**_with_councils(self, posting))


class RegionPosition(View, indexes=("year", "region"), scope="region"):
    """A region's money in a year: what was devolved to it, and what its councils were granted."""

    year: FinancialYear
    region: Region
    devolved_pence: int = 0
    """Devolved to it, what came back at the year's end taken off."""
    region_spent_pence: int = 0
    """Of that, what it has spent."""
    left_pence: int = 0
    """Of that, what it can still spend."""
    committed_pence: int = 0
    paid_pence: int = 0
    """Paid, less what has been demanded back."""
    clawback_due_pence: int = 0
    written_off_pence: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case RegionDevolved() | RegionMoneyEvent() | GrantMoneyEvent():
                return (f"{event.year}/{event.region}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, (RegionDevolved, RegionMoneyEvent, GrantMoneyEvent)):
            return row
        row = row or cls(year=event.year, region=event.region)
        for posting in postings(event):
            row = row.but(**_with_councils(row, posting))
            row = row.but(**_with_regions(row, posting))
        return row.but(left_pence=row.devolved_pence - row.region_spent_pence)


def _with_regions(row: BudgetPosition | RegionPosition, posting: Posting) -> dict[str, int]:
    """What a posting changes of what was devolved, and of what is spent of it.

    Money stands devolved while it is with a region and once the region has spent it.
    """
    if posting.account not in (Account.REGION, Account.REGION_SPENT):
        return {}
    changed = {"devolved_pence": row.devolved_pence + posting.amount_pence}
    if posting.account == Account.REGION_SPENT:
        changed["region_spent_pence"] = row.region_spent_pence + posting.amount_pence
    return changed


def _with_councils(row: BudgetPosition | RegionPosition, posting: Posting) -> dict[str, int]:
    """What a posting changes of the money that stands with, or waits for, councils."""
    held = {
        Account.COMMITMENT: "committed_pence",
        Account.COUNCIL_PAID: "paid_pence",
        Account.CLAWBACK_DUE: "clawback_due_pence",
        Account.WRITTEN_OFF: "written_off_pence",
    }
    field = held.get(posting.account)
    return {field: getattr(row, field) + posting.amount_pence} if field else {}
