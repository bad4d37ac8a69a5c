"""A figure opened up: the rows that it counts or sums, its parts, and the events behind it."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from service.desk import Reading, Router, page
from service.figures.asking import LONGEST
from service.figures.told import address_of, figure_text, link_at
from service.opening.made import Opened, Step, opened
from service.opening.seeing import view_of
from service.pages.comparing import said
from service.pages.render import render

router = Router()

_STEPS = 500
"""As many events as a page lists; those before them are one line with their sum."""


@page(router, "/figures", needs="council.read")
def figure_page(
    request: Request, reading: Reading, of: Annotated[str, Query(max_length=LONGEST)] = ""
) -> Response:
    """What a figure is made of, each part of it to be opened in turn."""
    if not (own := address_of(of, reading.moment.as_at)).startswith("/figures?"):
        return RedirectResponse(own, status_code=303)
    found = opened(reading, of)
    shown = found.steps[-_STEPS:]
    before = found.steps[: -len(shown)] if shown else ()
    kind = view_of(found.view) if found.view else None

    def became(step: Step) -> str:
        return said(kind, found.field, step.became)

    def turn(cursor: str) -> str:
        return f"{link_at(address_of(of), reading.moment.as_at)}&cursor={cursor}"

    return render(
        request,
        "figures/figure.html",
        reading=reading,
        found=found,
        heading=_heading(found, said(kind, found.field, found.value)),
        steps=shown,
        before=(len(before), before[-1].total) if before else None,
        became=became,
        turn=turn,
    )


def _heading(found: Opened, value: str) -> str:
    if found.kind == "published":
        return found.value or f"{found.rows:,} published values"
    return figure_text(found.figure, found.unit) if found.figure is not None else value
