"""Regions, their leads, and how far councils take part."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.councils import Region
from projections.councils import CouncilRow
from projections.regions import coverage, likely_next, months
from service import register
from service.desk import Reading, page
from service.pages.board import history, names_of
from service.pages.render import linking, render
from service.pictures import engagement_by_region, engagement_momentum, tile_map
from service.regions import (
    dashboard_of,
    dashboards,
    engagement_ever,
    engagement_now,
    political_leadership,
    regional_leads,
    regions_in_sight,
)
from service.series import MOST_MONTHS, engagement_months

router = APIRouter()


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
        pictures=[tile_map(councils, href=linking(request))],
        leadership=political_leadership(reading),
    )


@page(router, "/regions/leads", needs="region.read")
def leads(request: Request, reading: Reading) -> Response:
    """The regional leads, as they are printed for the Executive."""
    return render(
        request,
        "regions/leads.html",
        reading=reading,
        rows=regional_leads(reading),
        councils=names_of(reading),
    )


@page(router, "/engagement", needs="council.read")
def engagement(request: Request, reading: Reading, region: str = "") -> Response:
    """The adoption curve, momentum, coverage, and who is likely to take part next."""
    ever = [row for row in engagement_ever(reading) if not region or row.region == region]
    every = engagement_now(reading)
    rows = [row for row in every if not region or row.region == region]
    likely = [x for x in likely_next(every) if not region or x.region == region]
    momentum, on = months(ever, reading.moment.on), reading.moment.on
    pictures = [
        engagement_momentum(momentum[-MOST_MONTHS:]),
        *([] if region else [engagement_by_region(engagement_months(ever, on))]),
        tile_map(reading.all(CouncilRow, {"region": region or None}), href=linking(request)),
    ]
    return render(
        request,
        "regions/engagement.html",
        reading=reading,
        rows=rows,
        pictures=pictures,
        months=momentum,
        coverage=coverage(every),
        likely=likely,
        regions=list(Region),
        chosen={"region": region},
    )


@page(router, "/regions/{region}", needs="region.read")
def region_page(request: Request, region: Region, reading: Reading) -> Response:
    """One region: councils, leads, priorities, early support and devolved money."""
    found = dashboard_of(reading, region)
    persons = [lead.person for lead in found.programme.leads]
    known = register.read_all(reading.installation.store.datastore, persons)
    councils = reading.all(CouncilRow, {"region": region}, order="name")
    taking = months(engagement_ever(reading, region), reading.moment.on)[-MOST_MONTHS:]
    return render(
        request,
        "regions/region.html",
        reading=reading,
        row=found,
        people={person: data["name"] for person, data in known.items()},
        councils=councils,
        pictures=[tile_map(councils, href=linking(request)), engagement_momentum(taking)],
        names=names_of(reading),
        history=history(reading, stream=f"REGION-{region.value}"),
    )
