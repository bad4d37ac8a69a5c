"""Days that directors give, and the supply of member peers, over HTTP."""

from typing import Annotated

from fastapi import Query

from domain.councils import Region
from domain.kernel import FinancialYear, Frozen, financial_year
from projections.challenges import ChallengeRow
from projections.days import DirectorDays, RegionDays, by_region, director_days
from projections.mentoring import MatchRow
from projections.people import DonatedDays, PeerRow
from projections.supply import Supply, supply
from service.challenges.looking import councils_seen, whole
from service.desk import Reader, Reading, query, router_for

router = router_for("peers")


class Donated(Frozen):
    """Five days are asked of each director each financial year: what became of it, in half-days."""

    year: FinancialYear
    asked: int
    pledged: int
    reserved: int
    delivered: int
    shortfall: int
    regions: list[RegionDays]
    directors: list[DirectorDays]


def donated(reading: Reader, year: str, region: str | None = None) -> Donated:
    """The directors of the councils in the reader's scope in a year."""
    rows = whole(reading).all(DonatedDays, {"year": year})
    directors = director_days(year, councils_seen(reading, region), rows)
    regions = by_region(directors)
    return Donated(
        year=year,
        asked=sum(r.asked for r in regions),
        pledged=sum(r.pledged for r in regions),
        reserved=sum(r.reserved for r in regions),
        delivered=sum(r.delivered for r in regions),
        shortfall=sum(r.shortfall for r in regions),
        regions=regions,
        directors=directors,
    )


def supplied(reading: Reader, months: int = 6) -> Supply:
    """Member peers' supply and demand at the reader's moment."""
    return supply(
        reading.all(PeerRow),
        reading.all(MatchRow),
        reading.all(ChallengeRow),
        reading.moment.on,
        months,
    )


@query(router, "/days", needs="days.read")
def list_director_days(
    reading: Reading, year: FinancialYear | None = None, region: Region | None = None
) -> Donated:
    """Days asked of, pledged, reserved and given by each council's director, with the shortfall."""
    return donated(reading, year or financial_year(reading.moment.on), region)


@query(router, "/peers/supply", needs="supply.read")
def show_supply(
    reading: Reading,
    months: Annotated[int, Query(ge=1, le=24, description="Of the run rate")] = 6,
) -> Supply:
    """Supply of member peers against demand by region, party and theme, with a forecast."""
    return supplied(reading, months)
