"""Regions, their leads, and how far councils take part."""

from collections.abc import Sequence
from functools import partial

from fastapi import Request
from fastapi.responses import Response

from domain.councils import Region
from projections.councils import CouncilRow
from projections.regions import coverage, likely_next, months
from service.desk import Reader, Reading, Router, page
from service.figures.told import link_at
from service.lists.listing import asked_of
from service.lists.standing import ENGAGEMENT, LEADS
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.pictures import (
    Picture,
    engagement_by_region,
    engagement_by_tier,
    engagement_momentum,
    engagement_of,
    tile_map,
)
from service.regions import (
    dashboard_of,
    dashboards,
    engagement_ever,
    engagement_now,
    leads_named,
    political_leadership,
    regions_in_sight,
)
from service.series import MOST_MONTHS, engagement_months, engagement_quarters

router = Router()


def tiles_of(reading: Reader, councils: Sequence[CouncilRow]) -> Picture:
    """The councils as tiles that lead to their pages as at the same moment."""
    return tile_map(councils, href=partial(link_at, as_at=reading.moment.as_at))


@page(router, "/regions", needs="region.read")
def region_list(request: Request, reading: Reading) -> Response:
    """The regions in sight at a glance."""
    seen = regions_in_sight(reading)
    councils = [row for row in reading.all(CouncilRow, order="name") if row.region in seen]
    return render(
        request,
        "regions/regions.html",
        reading=reading,
        rows=dashboards(reading),
        pictures=[tiles_of(reading, councils)],
        leadership=political_leadership(reading),
    )


@page(router, "/regions/leads", needs="region.read")
def leads(request: Request, reading: Reading) -> Response:
    """The regional leads, as they are printed for the Executive."""
    return listed(request, "regions/leads.html", reading, LEADS)


@page(router, "/engagement", needs="council.read")
def engagement(request: Request, reading: Reading) -> Response:
    """The adoption curve, momentum, coverage, and who is likely to take part next."""
    region = asked_of(ENGAGEMENT, reading, request.query_params).values["region"] or None
    ever = [row for row in engagement_ever(reading) if not region or row.region == region]
    every = engagement_now(reading)
    likely = [x for x in likely_next(every) if not region or x.region == region]
    momentum, on = months(ever, reading.moment.on), reading.moment.on
    pictures = [
        engagement_momentum(momentum[-MOST_MONTHS:], region),
        *([] if region else [engagement_by_region(engagement_months(ever, on))]),
        engagement_by_tier(engagement_quarters(reading, region), region),
        tiles_of(reading, reading.all(CouncilRow, {"region": region})),
    ]
    return listed(
        request,
        "regions/engagement.html",
        reading,
        ENGAGEMENT,
        pictures=pictures,
        months=momentum,
        month_of=partial(engagement_of, region=region),
        coverage=coverage(every),
        likely=likely,
    )


@page(router, "/regions/{region}", needs="region.read")
def region_page(request: Request, region: Region, reading: Reading) -> Response:
    """One region: councils, leads, priorities, early support and devolved money."""
    found = dashboard_of(reading, region)
    people = leads_named(reading)
    councils = reading.all(CouncilRow, {"region": region}, order="name")
    taking = months(engagement_ever(reading, region), reading.moment.on)[-MOST_MONTHS:]
    return render(
        request,
        "regions/region.html",
        reading=reading,
        row=found,
        people=people,
        councils=councils,
        pictures=[tiles_of(reading, councils), engagement_momentum(taking, region)],
        names=names_of(reading),
        history=history(request, reading, people, stream=f"REGION-{region.value}"),
    )
