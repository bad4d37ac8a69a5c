"""A grant's own pages: its money at a glance, and each part of it at an address of its own."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from projections.councils import CouncilRow
from projections.funding import GrantRow, LedgerLine
from service.desk import Reader, Reading, Router, page
from service.funding.letters import LetterName, letter_of, letters_of
from service.pages.moments import moments_of
from service.pages.opens import Opens
from service.pages.render import render
from service.pages.timeline import history
from service.watching import watches
from service.writing import FORMS
from service.writing.page import page_part

router = Router()

PARTS = {
    "": ("Summary", "grant.read"),
    "payments": ("Payments", "grant.read"),
    "conditions": ("Conditions and returns", "grant.read"),
    "assessment": ("Assessment", "grant.read"),
    "letters": ("Letters", "grant.read"),
    "history": ("History", "audit.read"),
}
"""The parts of a grant's page: address, name, and what seeing it needs."""


def _part(
    request: Request,
    reading: Reader,
    row: GrantRow,
    part: str,
    template: str = "",
    **values: Any,
) -> Response:
    at = f"/grants/{row.grant}"
    as_at = f"?as_at={reading.moment.as_at}" if reading.moment.is_past else ""
    council = reading.under("council.read").item(CouncilRow, f"COUNCIL-{row.council}")
    return render(
        request,
        f"funding/grant/{template or part or 'summary'}.html",
        reading=reading,
        row=row,
        council=council.name,
        watched=watches(reading, row.grant),
        tab=PARTS[part][0],
        tabs=[
            (f"{at}/{name}".rstrip("/") + as_at, text, name == part)
            for name, (text, needs) in PARTS.items()
            if reading.sees(needs)
        ],
        moments=moments_of(reading, grant=row.grant),
        **values,
    )


@page(router, "/grants/{grant}", needs="grant.read")
def grant_summary(request: Request, grant: str, reading: Reading) -> Response:
    """A grant's money at a glance, what it is for, and the authority that it was approved on."""
    row = reading.item(GrantRow, grant)
    on = reading.moment.on
    due, held = row.due_pence(on), row.held_pence(on)
    return _part(request, reading, row, "", schedule=row.schedule(on), due=due, held=held)


@page(router, "/grants/{grant}/payments", needs="grant.read")
def grant_payments(request: Request, grant: str, reading: Reading) -> Response:
    """A grant's payment schedule, with why anything is held, and its lines of the ledger."""
    row = reading.item(GrantRow, grant)
    lines = (
        reading.all(LedgerLine, {"grant": grant}, order="position")
        if reading.sees("ledger.read") and reading.reach.everything
        else []
    )
    schedule = row.schedule(reading.moment.on)
    return _part(request, reading, row, "payments", schedule=schedule, lines=lines)


@page(router, "/grants/{grant}/conditions", needs="grant.read")
def grant_conditions(request: Request, grant: str, reading: Reading) -> Response:
    """A grant's conditions and what the council reported."""
    return _part(request, reading, reading.item(GrantRow, grant), "conditions")


@page(router, "/grants/{grant}/assessment", needs="grant.read")
def grant_assessment(request: Request, grant: str, reading: Reading) -> Response:
    """How a grant was assessed, and the due diligence done on its payee."""
    return _part(request, reading, reading.item(GrantRow, grant), "assessment")


@page(router, "/grants/{grant}/letters", needs="grant.read")
def grant_letters(request: Request, grant: str, reading: Reading) -> Response:
    """The letters of a grant, to read or to take away."""
    row = reading.item(GrantRow, grant)
    return _part(request, reading, row, "letters", letters=letters_of(row), forms=FORMS)


@page(router, "/grants/{grant}/letters/{letter}", needs="grant.read")
def grant_letter(request: Request, grant: str, letter: LetterName, reading: Reading) -> Response:
    """A letter of a grant, to be read."""
    paper = letter_of(reading, grant, letter)
    return render(
        request,
        "funding/letter.html",
        reading=reading,
        grant=grant,
        letter=letter,
        title=paper.title,
        paper=page_part(paper, Opens(reading.moment).cell),
        forms=FORMS,
    )


@page(router, "/grants/{grant}/history", needs="audit.read")
def grant_history(request: Request, grant: str, reading: Reading) -> Response:
    """Everything that happened to a grant, by what, who and when."""
    row = reading.item(GrantRow, grant)
    return _part(request, reading, row, "history", history=history(request, reading, grant=grant))
