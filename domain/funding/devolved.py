"""Money devolved to regions: spent there, put right, and what is left at the year's end."""

from domain.councils import Region
from domain.funding.events import BudgetEvent
from domain.kernel import Pence


class RegionMoneyEvent(BudgetEvent, abstract=True):
    region: Region
    amount_pence: Pence


class RegionalSpendRecorded(RegionMoneyEvent):
    """A region spent part of what was devolved to it."""

    says = "{region} spent {amount_pence} of what was devolved to it for {year} (report {report})."
    report: int
    """The region's report that says on what."""


class RegionalSpendUndone(RegionMoneyEvent):
    """Spending that a region had reported in error is with the region again."""

    says = (
        "{amount_pence} that {region} had reported as spent in error went back to it for {year}"
        " (report {report})."
    )
    report: int


class RegionalUnderspendReturned(RegionMoneyEvent):
    """What a region had not spent came back to the heading as the year was closed."""

    says = (
        "{amount_pence} that {region} had not spent came back to the regions heading as {year}"
        " was closed."
    )
