"""The audit trail."""

import json
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from domain.kernel import LONDON, Event, Refused
from projections.audit import JournalRow
from service.attributing import view_named
from service.audit import list_accesses
from service.desk import Reader, Reading, page
from service.pages.comparing import marked, told
from service.pages.render import render
from service.tracing import Field, Touch, show_touched

router = APIRouter()

_TouchedRow = tuple[Touch, list[tuple[Field, Markup, Markup]]]

_FILTERS = ("case", "council", "grant", "match", "peer", "actor", "event", "correlation", "stream")


def _edge(asked: str, of_day: time) -> datetime | None:
    """A day's start or end in London. Raises Refused ``bad-date``."""
    if not asked.strip():
        return None
    try:
        day = date.fromisoformat(asked.strip())
    except ValueError:
        raise Refused("bad-date", f"Write {asked!r} as a date, like 2026-03-31.") from None
    return datetime.combine(day, of_day, LONDON)


@page(router, "/audit", needs="audit.read")
def audit_trail(
    request: Request,
    reading: Reading,
    since: Annotated[str, Query(alias="from", max_length=40)] = "",
    until: Annotated[str, Query(alias="to", max_length=40)] = "",
) -> Response:
    """Events by what they concern and when they were recorded, the latest first."""
    asked = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    where = {name: value or None for name, value in asked.items()}
    recorded = {"recorded_at": (_edge(since, time.min), _edge(until, time.max))}
    found = reading.page(JournalRow, where, recorded, order="-position")
    return render(
        request,
        "audit/trail.html",
        reading=reading,
        rows=found.items,
        next=found.next,
        total=reading.count(JournalRow, where, recorded),
        chosen={**asked, "from": since, "to": until},
        events=sorted(Event.catalogue),
    )


@page(router, "/audit/events/{position}", needs="audit.read")
def event_page(request: Request, position: int, reading: Reading) -> Response:
    """One event: its envelope, its particulars, what it changed and its payload as stored."""
    row = reading.item(JournalRow, str(position))
    rows, differs = _touched(reading, position)
    return render(
        request,
        "audit/event.html",
        reading=reading,
        row=row,
        rows=rows,
        differs=differs,
        payload=json.dumps(row.payload, indent=2, ensure_ascii=False),
    )


def _touched(reading: Reader, position: int) -> tuple[list[_TouchedRow], str]:
    """What an event changed, row by row; or why that can't be said: the event is shown anyway."""
    try:
        found = show_touched(position=position, reading=reading)
    except Refused as refusal:
        if refusal.code != "view-differs":
            raise
        return [], refusal.sentence
    return [
        (touch, [(f, *marked(told(kind, f.field, f.before, f.after))) for f in touch.fields])
        for touch in found.rows
        for kind in [view_named(reading, touch.view)]
    ], ""


@page(router, "/audit/access-log", needs="access-log.read")
def access_log(
    request: Request, reading: Reading, user: str = "", did: str = "", subject: str = ""
) -> Response:
    """Who read what is confidential, the latest first."""
    entries = list_accesses(
        reading=reading, user=user or None, did=did or None, subject=subject or None
    )
    return render(
        request,
        "audit/access_log.html",
        reading=reading,
        entries=entries,
        chosen={"user": user, "did": did, "subject": subject},
    )
