"""The audit trail."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.kernel import Event
from projections.audit import JournalRow
from service.desk import Reading, page
from service.pages.render import render

router = APIRouter()

_FILTERS = ("case", "council", "grant", "match", "peer", "actor", "event", "correlation", "stream")


@page(router, "/audit", needs="audit.read")
def audit_trail(request: Request, reading: Reading) -> Response:
    """Events by what they concern, the latest first."""
    asked = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    where = {name: value or None for name, value in asked.items()}
    found = reading.page(JournalRow, where, order="-position")
    return render(
        request,
        "audit.html",
        reading=reading,
        rows=found.items,
        next=found.next,
        total=reading.count(JournalRow, where),
        chosen=asked,
        events=sorted(Event.catalogue),
    )


@page(router, "/audit/events/{position}", needs="audit.read")
def event_page(request: Request, position: int, reading: Reading) -> Response:
    """One event: its envelope, its particulars and its payload as stored."""
    row = reading.item(JournalRow, str(position))
    return render(
        request,
        "event.html",
        reading=reading,
        row=row,
        payload=json.dumps(row.payload, indent=2, ensure_ascii=False),
    )
