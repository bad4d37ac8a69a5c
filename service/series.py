"""Figures month by month as they stood on record: what pictures over time are drawn from."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import dropwhile

from psycopg.sql import SQL

from domain.councils import Engagement, Region, SupportTier
from domain.kernel import year_bounds
from projections.councils import CouncilRow
from projections.funding import BudgetPosition
from projections.interventions import CasePage
from projections.regions import STEP_FIELDS, EngagementHistory, Month, TierEngagement, months
from service.desk import Fits, Reader
from service.pictures import MonthEnd, OpenCases

MOST_MONTHS = 24
"""How far back pictures look."""


def month_ends(first: date, last: date) -> list[date]:
    """The last day of each month from the one of a day on, and the last day itself at the end."""
    found, day = [], first.replace(day=1)
    while (end := (day + timedelta(days=32)).replace(day=1) - timedelta(days=1)) < last:
        found.append(end)
        day = end + timedelta(days=1)
    return [*found, last]


def months_back(last: date, months: int = MOST_MONTHS) -> date:
    """The first of the month so many months before, counting the day's own."""
    month = last.year * 12 + last.month - months
    return date(month // 12, month % 12 + 1, 1)


def budget_months(reading: Reader, year: str) -> list[MonthEnd]:
    """What was allocated and spent under each heading of a year at the end of its months."""
    first, last = year_bounds(year)
    if first > reading.moment.on:
        return []
    figures = {"allocated": "sum(allocated_pence)", "spent": "sum(paid_pence + region_spent_pence)"}
    days = month_ends(first, min(last, reading.moment.on))
    found = reading.series(BudgetPosition, figures, days, {"year": year}, by=["heading"])
    return [
        MonthEnd(day, row["heading"], int(row["allocated"]), int(row["spent"]))
        for day, rows in found
        for row in rows
    ]


def cases_by_month(reading: Reader, region: str | None = None) -> list[OpenCases]:
    """How many cases were open at the end of each month, by tier, since the first was."""
    on = reading.moment.on
    days, where = month_ends(months_back(on), on), {"is_open": True, "region": region}
    found = reading.series(CasePage, {"n": "count(*)"}, days, where, by=["tier"])
    return [
        OpenCases(day, {SupportTier(row["tier"]): row["n"] for row in rows})
        for day, rows in dropwhile(lambda point: not point[1], found)
    ]


def quarter_ends(first: date, last: date) -> list[date]:
    """The last day of each quarter from the one of a day on, and the last day itself at the end."""
    return [day for day in month_ends(first, last) if day.month % 3 == 0 or day == last]


def engagement_quarters(reading: Reader, region: str | None = None) -> list[TierEngagement]:
    """How far the councils of each tier took part at the end of each quarter, and now.

    A council that was reorganised is no longer counted; quarters before the register are left out.
    """
    on = reading.moment.on
    still = Fits(SQL("succeeded_on IS NULL"), [])
    found = []
    for day, rows in reading.series(
        CouncilRow,
        {"n": "count(*)"},
        quarter_ends(months_back(on), on),
        {"region": region, "succeeded_on": still},
        by=["tier", "engagement"],
    ):
        for tier in SupportTier if rows else ():
            counts = {
                STEP_FIELDS[Engagement(row["engagement"])]: row["n"]
                for row in rows
                if row["tier"] == tier
            }
            found.append(TierEngagement(on=day, tier=tier, **counts))
    return found


def engagement_months(rows: Sequence[EngagementHistory], until: date) -> dict[Region, list[Month]]:
    """How far each region's councils took part, month by month, over the same months."""
    every = months(rows, until)[-MOST_MONTHS:]
    if not every:
        return {}
    since = date.fromisoformat(f"{every[0].month}-01")
    of_region = {region: [row for row in rows if row.region == region] for region in Region}
    return {region: months(here, until, since) for region, here in of_region.items() if here}
