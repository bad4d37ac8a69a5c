"""Cases, councils and decisions."""

from enum import Enum
from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response

from domain.councils import Framework, SupportTier
from projections.councils import CouncilRow, InspectionOutcome, PolicyRow
from service.councils import instruments_of
from service.desk import Reading, Router, page
from service.lists.listing import asked_of
from service.lists.standing import REVIEWS
from service.lists.support import CASES, COUNCILS, DECISIONS, INSTRUMENTS, people_named
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.pictures import open_cases
from service.regions import leads_named
from service.series import cases_by_month
from service.watching import watches

router = Router()
E = TypeVar("E", bound=Enum)


@page(router, "/cases", needs="case.read")
def case_board(request: Request, reading: Reading) -> Response:
    """The case board."""
    region = asked_of(CASES, reading, request.query_params).values["region"]
    pictured = open_cases(cases_by_month(reading, region or None), region or None)
    return listed(request, "interventions/cases.html", reading, CASES, pictured=pictured)


@page(router, "/cases/reviews", needs="case.read")
def reviews(request: Request, reading: Reading) -> Response:
    """Progress reviews, and checks of sustained improvement, by due day."""
    return listed(request, "interventions/reviews.html", reading, REVIEWS)


@page(router, "/instruments", needs="council.read")
def instruments(request: Request, reading: Reading) -> Response:
    """The intervention ladder: what councils are or were under."""
    return listed(request, "councils/instruments.html", reading, INSTRUMENTS)


def picked(choices: type[E], text: str) -> E | None:
    """What was chosen of a list; None for all of it."""
    return next((each for each in choices if each.value == text), None)


@page(router, "/councils", needs="council.read")
def council_list(request: Request, reading: Reading) -> Response:
    """Every council with its judgement and tier."""
    counts = reading.figures(CouncilRow, {"n": "count(*)"}, by=["tier"])
    return listed(
        request,
        "councils/councils.html",
        reading,
        COUNCILS,
        counts={found["tier"]: found["n"] for found in counts},
        tiers=list(SupportTier),
    )


@page(router, "/councils/{council}", needs="council.read")
def council_page(request: Request, council: str, reading: Reading) -> Response:
    """A council: judgements as published and as they stand, what is due, cases and money."""
    row = reading.item(CouncilRow, f"COUNCIL-{council}")
    return render(
        request,
        "councils/council.html",
        reading=reading,
        row=row,
        watched=watches(reading, council),
        outcomes=reading.all(InspectionOutcome, {"council": council}, order="-published_on"),
        policies={p.policy_version: p for p in reading.all(PolicyRow)},
        instruments=(under := instruments_of(reading, {"council": council})),
        people=(people := people_named(reading, under) | leads_named(reading)),
        predecessors=[r for r in reading.all(CouncilRow) if council in r.successors],
        councils=names_of(reading),
        frameworks={framework.value: framework.label for framework in Framework},
        history=history(request, reading, people, council=council),
    )


@page(router, "/decisions", needs="case.read")
def decision_register(request: Request, reading: Reading) -> Response:
    """The decision register."""
    return listed(request, "interventions/decisions.html", reading, DECISIONS)
