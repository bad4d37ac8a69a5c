"""The audit trail, the queries that a person keeps, and who read what is confidential."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from domain.kernel import Event, Refused
from projections.audit import JournalRow
from service.attributing import view_named
from service.audit import (
    QueryToSave,
    list_accesses,
    list_saved_queries,
    remove_saved_query,
    save_query,
)
from service.desk import AtFormDesk, Reader, Reading, Router, form, page
from service.filters import AsFilters, Filters, areas
from service.lists.routes import query_name
from service.pages.comparing import marked, told
from service.pages.render import render
from service.pages.timeline import names_known
from service.returns.explaining import SubmittedFigure
from service.tracing import Field, Touch, show_touched

router = Router()

_TouchedRow = tuple[Touch, list[tuple[Field, Markup, Markup]]]

_KINDS = ["read-note", "read-document", "read-person", "export"]
_FIRST = {"case", "council", "grant", "person", "actor", "since", "until", "event"}
"""What is asked for most: the page keeps the other filters folded until one is used."""


@page(router, "/audit", needs="audit.read")
def audit_trail(request: Request, reading: Reading, filters: AsFilters) -> Response:
    """Events by what they concern and when they were recorded, the latest first."""
    where, ranges = filters.where(), filters.ranges()
    found = reading.page(JournalRow, where, ranges, order="-position")
    asked = filters.asked()
    address = urlencode(asked, doseq=True)
    return render(
        request,
        "audit/trail.html",
        reading=reading,
        rows=found.items,
        names=names_known(reading),
        next=found.next,
        total=reading.count(JournalRow, where, ranges),
        chosen=asked,
        areas=areas(),
        events=sorted(Event.catalogue),
        more=asked.keys() - _FIRST,
        filters=json.dumps(asked),
        address=address,
        queries=[
            (query.name, urlencode(query.filters, doseq=True), query.filters == asked)
            for query in list_saved_queries(reading=reading)
        ],
    )


@form(router, "/audit/queries", needs="audit.read")
def save_query_form(
    desk: AtFormDesk,
    name: Annotated[str, Form(max_length=200)] = "",
    filters: Annotated[str, Form(max_length=20_000)] = "{}",
) -> Response:
    """Keep the filters of the page that was looked at."""
    try:
        body = QueryToSave(name=query_name(name), filters=Filters(**json.loads(filters)))
    except (ValueError, TypeError):
        raise Refused("bad-filters", "These filters can't be kept: choose them again.") from None
    save_query(body=body, desk=desk)
    return RedirectResponse(
        f"/audit?{urlencode(body.filters.asked(), doseq=True)}", status_code=303
    )


@form(router, "/audit/queries/removal", needs="audit.read")
def remove_query_form(
    desk: AtFormDesk, name: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Keep a query no longer."""
    remove_saved_query(name=query_name(name), desk=desk)
    return RedirectResponse("/audit", status_code=303)


@page(router, "/audit/events/{position}", needs="audit.read")
def event_page(request: Request, position: int, reading: Reading) -> Response:
    """One event: its envelope, its particulars, what it changed and its payload as stored."""
    row = reading.item(JournalRow, str(position))
    rows, submitted, differs = _touched(reading, position)
    return render(
        request,
        "audit/event.html",
        reading=reading,
        row=row,
        names=names_known(reading),
        rows=rows,
        submitted=submitted,
        differs=differs,
        payload=json.dumps(row.payload, indent=2, ensure_ascii=False),
        confidential=sorted(set(_confidential(row.payload))),
    )


def _touched(
    reading: Reader, position: int
) -> tuple[list[_TouchedRow], tuple[SubmittedFigure, ...], str]:
    """What an event changed, row by row; or why that can't be said: the event is shown anyway."""
    try:
        found = show_touched(position=position, reading=reading)
    except Refused as refusal:
        if refusal.code != "view-differs":
            raise
        return [], (), refusal.sentence
    rows = [
        (touch, [(f, *marked(told(kind, f.field, f.before, f.after))) for f in touch.fields])
        for touch in found.rows
        for kind in [view_named(reading, touch.view)]
    ]
    return rows, found.submitted, ""


_BESIDE = re.compile(r"note-[0-9a-f-]{36}|[0-9a-f]{64}|(PERSON|PEER|USER)-[A-Za-z0-9.:_/-]+")


def _confidential(value: Any) -> Iterator[str]:
    """What an event names that lies beside the log: notes, documents and persons."""
    match value:
        case dict():
            for each in value.values():
                yield from _confidential(each)
        case list():
            for each in value:
                yield from _confidential(each)
        case str() if _BESIDE.fullmatch(value):
            yield value


@page(router, "/audit/access-log", needs="access-log.read")
def access_log(
    request: Request,
    reading: Reading,
    user: str = "",
    did: str = "",
    subject: str = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Who read what is confidential, the latest first."""
    entries = list_accesses(
        reading=reading, user=user or None, did=did or None, subject=subject or None, before=before
    )
    return render(
        request,
        "audit/access_log.html",
        reading=reading,
        entries=entries,
        earlier=entries[-1].entry if len(entries) == reading.limit else None,
        kinds=_KINDS,
        chosen={"user": user, "did": did, "subject": subject},
    )
