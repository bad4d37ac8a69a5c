"""Start, cases, councils and decisions."""

from datetime import date
from enum import Enum
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.councils import SupportTier
from domain.kernel import Refused
from projections.audit import JournalRow
from projections.councils import CouncilRow, InspectionOutcome, PolicyRow
from projections.funding import GrantRow
from projections.insight import WarningRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow
from projections.reporting import ReturnRow
from service.councils import instruments_of
from service.desk import Reader, Reading, page
from service.interventions import checks_due, reviews_due
from service.lists.support import CASES, COUNCILS, DECISIONS, INSTRUMENTS, people_named
from service.pages.render import listed, render
from service.practice import waiting as waiting_practice

router = APIRouter()
E = TypeVar("E", bound=Enum)


def history(reading: Reader, **where: Any) -> list[JournalRow]:
    """The events of something, the latest first, for those who may read the trail."""
    if not reading.sees("audit.read"):
        return []
    return reading.all(JournalRow, where, order="-position", limit=500)


def names_of(reading: Reader) -> dict[str, str]:
    """Council names by DfE number."""
    return {row.council: row.name for row in reading.all(CouncilRow)}


@page(router, "/", needs="council.read")
def start(request: Request, reading: Reading) -> Response:
    """What waits, for the roles of whoever looks."""
    sees = reading.sees
    due = reading.all(CouncilRow, {"due": True}, order="judged_on") if sees("case.open") else []
    waiting = (
        reading.all(DecisionRow, {"outcome": "waiting"}, order="proposed_on")
        if sees("decision.take")
        else []
    )
    waiting = [row for row in waiting if row.proposed_by != reading.user.user]
    proposed = (
        reading.all(GrantRow, {"status": "proposed"}, order="proposed_on")
        if sees("grant.approve")
        else []
    )
    proposed = [row for row in proposed if row.proposed_by != reading.user.user]
    accepted = reading.all(GrantRow, {"status": "accepted"}) if sees("payment.make") else []
    lines = [line for row in accepted for line in row.schedule(reading.moment.on)]
    payable = sorted(
        (
            line
            for line in lines
            if line.state in ("due", "overdue", "held") and line.due_on <= reading.moment.on
        ),
        key=lambda line: line.due_on,
    )
    offered = reading.all(GrantRow, {"status": "offered"}) if sees("grant.accept") else []
    returns = (
        reading.all(ReturnRow, {"status": ["prepared", "reviewed"]}, order="prepared_on")
        if sees("return.review") or sees("return.submit")
        else []
    )
    return render(
        request,
        "start.html",
        reading=reading,
        due=due,
        waiting=waiting,
        proposed=proposed,
        payable=payable,
        offered=offered,
        returns=[row for row in returns if row.prepared_by != reading.user.user],
        practice=waiting_practice(reading),
        concerns=reading.under("warning.read").count(WarningRow, {"status": "open"})
        if sees("warning.read") and sees("engagement.record")
        else 0,
        councils=names_of(reading),
    )


@page(router, "/cases", needs="case.read")
def case_board(request: Request, reading: Reading) -> Response:
    """The case board."""
    return listed(request, "interventions/cases.html", reading, CASES)


@page(router, "/cases/reviews", needs="case.read")
def reviews(request: Request, reading: Reading) -> Response:
    """Progress reviews, and checks of sustained improvement, by due day."""
    return render(
        request,
        "interventions/reviews.html",
        reading=reading,
        reviews=reviews_due(reading),
        checks=checks_due(reading),
        councils=names_of(reading),
    )


@page(router, "/instruments", needs="council.read")
def instruments(request: Request, reading: Reading) -> Response:
    """The intervention ladder: what councils are or were under."""
    return listed(request, "councils/instruments.html", reading, INSTRUMENTS)


def day_asked(text: str) -> date | None:
    """A day that was typed; None for none. Raises Refused ``bad-date``."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refused("bad-date", f"Write {text!r} as a date, like 2026-03-31.") from None


def picked(choices: type[E], text: str) -> E | None:
    """What was chosen of a list; None for all of it."""
    return next((each for each in choices if each.value == text), None)


@page(router, "/cases/{case}", needs="case.read")
def case_page(request: Request, case: str, reading: Reading) -> Response:
    """A case, whole, with its history."""
    row = reading.item(CasePage, case)
    return render(
        request,
        "interventions/case.html",
        reading=reading,
        row=row,
        council=names_of(reading)[row.council],
        decisions=reading.all(DecisionRow, {"case": case}, order="decision"),
        grants=reading.all(GrantRow, {"case": case}) if reading.sees("grant.read") else [],
        matches=reading.all(MatchRow, {"case": case}) if reading.sees("mentoring.read") else [],
        history=history(reading, case=case),
    )


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
        outcomes=reading.all(InspectionOutcome, {"council": council}, order="-published_on"),
        policies={p.policy_version: p for p in reading.all(PolicyRow)},
        instruments=(under := instruments_of(reading, {"council": council})),
        people=people_named(reading, under),
        predecessors=[r for r in reading.all(CouncilRow) if council in r.successors],
        councils=names_of(reading),
        history=history(reading, council=council),
    )


@page(router, "/decisions", needs="case.read")
def decision_register(request: Request, reading: Reading) -> Response:
    """The decision register."""
    return listed(request, "interventions/decisions.html", reading, DECISIONS)
