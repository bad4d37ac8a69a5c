"""The audit trail."""

import json
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from domain.kernel import LONDON, Event, Refused
from projections.audit import JournalRow
from service.audit import list_accesses
from service.desk import Reading, page
from service.pages.render import render

router = APIRouter()

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
    """One event: its envelope, its particulars and its payload as stored."""
    row = reading.item(JournalRow, str(position))
    return render(
        request,
        "audit/event.html",
        reading=reading,
        row=row,
        payload=json.dumps(row.payload, indent=2, ensure_ascii=False),
    )


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
