"""Money devolved to regions: spent there, put right, and what is left at the year's end."""

from domain.councils import Region
from domain.funding.events import BudgetEvent
from domain.kernel import Pence


class RegionMoneyEvent(BudgetEvent, abstract=True):
    region: Region
    amount_pence: Pence


class RegionalSpendRecorded(RegionMoneyEvent):
    """A region spent part of what was devolved to it."""

    report: int
    """The region's report that says on what."""


class RegionalSpendUndone(RegionMoneyEvent):
    """Spending that a region had reported in error is with the region again."""

    report: int


class RegionalUnderspendReturned(RegionMoneyEvent):
    """What a region had not spent came back to the heading as the year was closed."""
