"""A case's own pages: its summary and steps, and each part of it at an address of its own."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from projections.audit import JournalRow
from projections.councils import CouncilRow
from projections.funding import GrantRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow
from service.desk import Reader, Reading, Router, page
from service.pages.moments import moments_of
from service.pages.render import render
from service.pages.timeline import history
from service.pictures import progress_of_case
from service.standing import standing_of
from service.watching import watches

router = Router()

PARTS = {
    "": ("Summary", "case.read"),
    "decisions": ("Decisions", "case.read"),
    "package": ("Package", "case.read"),
    "grants": ("Grants", "grant.read"),
    "mentoring": ("Mentoring", "mentoring.read"),
    "progress": ("Progress", "case.read"),
    "documents": ("Documents", "case.read"),
    "history": ("History", "audit.read"),
}
"""The parts of a case's page: address, name, and what seeing it needs."""


def case_part(
    request: Request,
    reading: Reader,
    row: CasePage,
    part: str,
    template: str = "",
    status: int = 200,
    **values: Any,
) -> Response:
    """One part of a case's page, under what all of them have."""
    parts = {name: text for name, (text, needs) in PARTS.items() if reading.sees(needs)}
    at = f"/cases/{row.case}"
    as_at = f"?as_at={reading.moment.as_at}" if reading.moment.is_past else ""
    council = reading.under("council.read").item(CouncilRow, f"COUNCIL-{row.council}")
    return render(
        request,
        f"interventions/case/{template or part or 'summary'}.html",
        reading=reading,
        status=status,
        row=row,
        council=council.name,
        watched=watches(reading, row.case),
        tab=PARTS[part][0],
        parts=parts,
        tabs=[
            (f"{at}/{name}".rstrip("/") + as_at, text, name == part) for name, text in parts.items()
        ],
        moments=moments_of(reading, case=row.case),
        **values,
    )


@page(router, "/cases/{case}", needs="case.read")
def case_summary(request: Request, case: str, reading: Reading) -> Response:
    """A case at a glance: its steps by phase, and what is next or overdue."""
    row = reading.item(CasePage, case)
    stands = standing_of(reading, row)
    return case_part(
        request,
        reading,
        row,
        "",
        phases=stands.phases,
        coming=stands.coming,
        overdue=sum(each.overdue for each in stands.coming),
    )


@page(router, "/cases/{case}/decisions", needs="case.read")
def case_decisions(request: Request, case: str, reading: Reading) -> Response:
    """Each decision with its options, its reasons and its authority."""
    row = reading.item(CasePage, case)
    taken = (
        reading.under("audit.read").all(JournalRow, {"case": case, "event": "SupportDecisionTaken"})
        if reading.sees("audit.read")
        else []
    )
    return case_part(
        request,
        reading,
        row,
        "decisions",
        decisions=reading.all(DecisionRow, {"case": case}, order="decision"),
        taken_at={each.payload["decision"]: each.position for each in taken},
    )


@page(router, "/cases/{case}/package", needs="case.read")
def case_package(request: Request, case: str, reading: Reading) -> Response:
    """The package of support: what was planned, what was given, and under which decision."""
    row = reading.item(CasePage, case)
    decisions = reading.all(DecisionRow, {"case": case, "outcome": "approved"})
    approved = sum(decision.cost_pence for decision in decisions if decision.stands)
    return case_part(request, reading, row, "package", approved_pence=approved)


@page(router, "/cases/{case}/grants", needs="grant.read")
def case_grants(request: Request, case: str, reading: Reading) -> Response:
    """A case's grants and when they are paid."""
    row = reading.item(CasePage, case)
    grants = reading.all(GrantRow, {"case": case}, order="grant")
    lines = [
        line
        for grant in grants
        for line in grant.schedule(reading.moment.on)
        if line.state == "paid" or not grant.state.settled
    ]
    return case_part(
        request,
        reading,
        row,
        "grants",
        grants=grants,
        schedule=sorted(lines, key=lambda line: (line.due_on, line.grant)),
        totals=[
            (label, field, sum(getattr(grant, field) for grant in grants))
            for label, field in (
                ("Approved", "approved_pence"),
                ("Paid", "paid_pence"),
                ("Set aside, not paid", "committed_pence"),
                ("Clawed back", "clawed_back_pence"),
            )
        ],
    )


@page(router, "/cases/{case}/mentoring", needs="mentoring.read")
def case_mentoring(request: Request, case: str, reading: Reading) -> Response:
    """The mentoring that a case brought about."""
    row = reading.item(CasePage, case)
    matches = reading.all(MatchRow, {"case": case}, order="match")
    return case_part(request, reading, row, "mentoring", matches=matches)


@page(router, "/cases/{case}/progress", needs="case.read")
def case_progress(request: Request, case: str, reading: Reading) -> Response:
    """Milestones, and red, amber and green by theme from review to review."""
    row = reading.item(CasePage, case)
    pictured = progress_of_case(row, reading.moment.on)
    themes = dict.fromkeys(theme for review in row.reviews for theme in review.themes)
    return case_part(request, reading, row, "progress", themes=list(themes), pictured=pictured)


@page(router, "/cases/{case}/history", needs="audit.read")
def case_history(request: Request, case: str, reading: Reading) -> Response:
    """Everything that happened in a case, by what, who and when."""
    row = reading.item(CasePage, case)
    return case_part(request, reading, row, "history", history=history(request, reading, case=case))
