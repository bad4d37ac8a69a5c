"""Start, cases, councils and decisions."""

from datetime import date
from enum import Enum
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.councils import InstrumentKind, Region, SupportTier
from domain.interventions import Stage
from domain.kernel import Refused
from projections.audit import JournalRow
from projections.councils import CouncilRow, InspectionOutcome, PolicyRow
from projections.funding import GrantRow
from projections.insight import WarningRow
from projections.instruments import InstrumentRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow
from projections.reporting import ReturnRow
from service import register
from service.councils import instruments_of
from service.desk import Reader, Reading, page
from service.interventions import checks_due, reviews_due
from service.pages.render import render
from service.pictures import case_progress, open_cases
from service.practice import waiting as waiting_practice
from service.series import cases_by_month

router = APIRouter()
E = TypeVar("E", bound=Enum)

_PERSONS = (InstrumentKind.ADVISER, InstrumentKind.COMMISSIONER)


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
def case_board(
    request: Request, reading: Reading, stage: str = "", region: str = "", tier: str = ""
) -> Response:
    """The case board."""
    rows = reading.all(
        CasePage,
        {"stage": stage or None, "region": region or None, "tier": tier or None},
        order="case",
    )
    return render(
        request,
        "interventions/cases.html",
        reading=reading,
        rows=rows,
        pictured=open_cases(cases_by_month(reading, region or None)),
        councils=names_of(reading),
        stages=list(Stage),
        regions=list(Region),
        chosen={"stage": stage, "region": region, "tier": tier},
    )


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
def instruments(
    request: Request, reading: Reading, kind: str = "", state: str = "", on: str = ""
) -> Response:
    """The intervention ladder: what councils are or were under."""
    day = day_asked(on)
    where = {"kind": kind or None, "in_force": {"in force": True, "ended": False}.get(state)}
    rows = instruments_of(reading, where, day)
    return render(
        request,
        "councils/instruments.html",
        reading=reading,
        rows=rows,
        people=people_named(reading, rows),
        councils=names_of(reading),
        kinds=list(InstrumentKind),
        chosen={"kind": kind, "state": state, "on": on},
    )


def day_asked(text: str) -> date | None:
    """A day that was typed; None for none. Raises Refused ``bad-date``."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refused("bad-date", f"Write {text!r} as a date, like 2026-03-31.") from None


def picked(choices: type[E], text: str) -> E | None:
    """What was chosen of a list; None for all of it."""
    return next((each for each in choices if each.value == text), None)


def people_named(reading: Reader, rows: list[InstrumentRow]) -> dict[str, str]:
    """The names of the persons that instruments refer to."""
    known = register.read_all(
        reading.installation.store.datastore,
        [row.reference for row in rows if row.kind in _PERSONS],
    )
    return {person: data["name"] for person, data in known.items()}


@page(router, "/cases/{case}", needs="case.read")
def case_page(request: Request, case: str, reading: Reading) -> Response:
    """A case, whole, with its history."""
    row = reading.item(CasePage, case)
    return render(
        request,
        "interventions/case.html",
        reading=reading,
        row=row,
        pictured=case_progress(row, reading.moment.on),
        council=names_of(reading)[row.council],
        decisions=reading.all(DecisionRow, {"case": case}, order="decision"),
        grants=reading.all(GrantRow, {"case": case}) if reading.sees("grant.read") else [],
        matches=reading.all(MatchRow, {"case": case}) if reading.sees("mentoring.read") else [],
        history=history(reading, case=case),
    )


@page(router, "/councils", needs="council.read")
def council_list(
    request: Request, reading: Reading, region: str = "", tier: str = "", due: str = ""
) -> Response:
    """Every council with its judgement and tier."""
    rows = reading.all(
        CouncilRow,
        {"region": region or None, "tier": tier or None, "due": True if due else None},
        order="name",
    )
    counts = reading.figures(CouncilRow, {"n": "count(*)"}, by=["tier"])
    return render(
        request,
        "councils/councils.html",
        reading=reading,
        rows=rows,
        counts={found["tier"]: found["n"] for found in counts},
        regions=list(Region),
        tiers=list(SupportTier),
        chosen={"region": region, "tier": tier, "due": due},
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
def decision_register(request: Request, reading: Reading, outcome: str = "") -> Response:
    """The decision register."""
    return render(
        request,
        "interventions/decisions.html",
        reading=reading,
        rows=reading.all(DecisionRow, {"outcome": outcome or None}, order="-proposed_on"),
        councils=names_of(reading),
        chosen={"outcome": outcome},
    )
