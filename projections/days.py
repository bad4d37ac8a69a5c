"""Donated days: what each director of children's services was asked for, pledged and gave.

The ask is of the council's director: a council whose director is not on the register of peers,
or pledged nothing, is short of all of it.
"""

from collections.abc import Iterable

from domain.councils import Region
from domain.kernel import CouncilCode, FinancialYear, Frozen
from domain.people import ASKED_OF_DIRECTORS, PeerKind
from projections.challenges import CouncilExchange
from projections.people import DonatedDays


class DirectorDays(Frozen):
    """One council's director in a financial year, in half-days."""

    council: CouncilCode
    name: str
    region: Region
    year: FinancialYear
    directors: tuple[str, ...]
    """Peer references: who pledged as this council's director."""
    asked: int = ASKED_OF_DIRECTORS
    pledged: int
    reserved: int
    """Reserved and not yet given."""
    delivered: int
    shortfall: int
    """Asked for and not pledged."""
    to_give: int
    """Asked for and not given."""


class RegionDays(Frozen):
    """A region's directors in a financial year, in half-days."""

    region: Region
    councils: int
    pledging: int
    """Councils whose director pledged anything."""
    asked: int
    pledged: int
    reserved: int
    delivered: int
    shortfall: int
    """Of the councils that are short: what one pledges beyond five days makes up for nobody."""


def director_days(
    year: str, councils: Iterable[CouncilExchange], rows: Iterable[DonatedDays]
) -> list[DirectorDays]:
    """Every council's director in a year, those who pledged nothing included."""
    by_home: dict[str, list[DonatedDays]] = {}
    for row in rows:
        if row.year == year and row.kind == PeerKind.DIRECTOR:
            by_home.setdefault(row.home_council, []).append(row)
    found = []
    for council in sorted(councils, key=lambda c: (c.region, c.name)):
        theirs = by_home.get(council.council, [])
        pledged, delivered = sum(r.pledged for r in theirs), sum(r.delivered for r in theirs)
        found.append(
            DirectorDays(
                council=council.council,
                name=council.name,
                region=council.region,
                year=year,
                directors=tuple(sorted(r.peer for r in theirs)),
                pledged=pledged,
                reserved=sum(r.reserved for r in theirs),
                delivered=delivered,
                shortfall=max(0, ASKED_OF_DIRECTORS - pledged),
                to_give=max(0, ASKED_OF_DIRECTORS - delivered),
            )
        )
    return found


def by_region(rows: Iterable[DirectorDays]) -> list[RegionDays]:
    """Regions in their usual order."""
    found = []
    rows = list(rows)
    for region in Region:
        theirs = [row for row in rows if row.region == region]
        if theirs:
            found.append(
                RegionDays(
                    region=region,
                    councils=len(theirs),
                    pledging=sum(row.pledged > 0 for row in theirs),
                    asked=sum(row.asked for row in theirs),
                    pledged=sum(row.pledged for row in theirs),
                    reserved=sum(row.reserved for row in theirs),
                    delivered=sum(row.delivered for row in theirs),
                    shortfall=sum(row.shortfall for row in theirs),
                )
            )
    return found
