"""Regions, their leads, and how far councils take part."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.councils import Region
from projections.councils import CouncilRow
from projections.regions import coverage, likely_next, months
from service import register
from service.desk import Reading, page
from service.pages.render import render
from service.pages.timeline import history, names_of
from service.regions import (
    dashboard_of,
    dashboards,
    engagement_ever,
    engagement_now,
    political_leadership,
    regional_leads,
)

router = APIRouter()


@page(router, "/regions", needs="region.read")
def region_list(request: Request, reading: Reading) -> Response:
    """The regions in sight at a glance."""
    return render(
        request,
        "regions/regions.html",
        reading=reading,
        rows=dashboards(reading),
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
    return render(
        request,
        "regions/engagement.html",
        reading=reading,
        rows=rows,
        months=months(ever, reading.moment.on),
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
    people = {person: data["name"] for person, data in known.items()}
    return render(
        request,
        "regions/region.html",
        reading=reading,
        row=found,
        people=people,
        councils=reading.all(CouncilRow, {"region": region}, order="name"),
        names=names_of(reading),
        history=history(request, reading, people, stream=f"REGION-{region.value}"),
    )
