"""A receipt: what was recorded, in plain words, and where to go on."""

import re
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from domain.kernel import Refused
from projections.audit import JournalRow
from service.desk import CommandRoute, Reader, Receipt, Router, page
from service.desk.asked import Reading
from service.pages.forms.sheet import route_named, subjects_of
from service.pages.render import render, words
from service.pages.timeline import names_known

router = Router()

PLACES = {
    "contract": "/contracts/{}",
    "programme": "/programmes/{}",
    "claim": "/hosting",
    "case": "/cases/{}",
    "grant": "/grants/{}",
    "match": "/mentoring/{}",
    "council": "/councils/{}",
    "year": "/budgets/{}",
    "challenge": "/challenges/{}",
    "peer": "/peers",
    "region": "/regions/{}",
    "person": "/persons/{}",
    "practice": "/practice/{}",
    "dfe_return": "/returns/{}",
}
"""Where what a command's path names is shown."""

_STREAMS = {
    "BUDGET": "/budgets/{}",
    "CASE": "/cases/{}",
    "CHAL": "/challenges/{}",
    "CONTRACT": "/contracts/{}",
    "COUNCIL": "/councils/{}",
    "EXECUTIVE": "/reports",
    "GRANT": "/grants/{}",
    "HOSTING": "/hosting",
    "INDICATORS": "/indicators",
    "MENT": "/mentoring/{}",
    "PEER": "/peers",
    "PRACTICE": "/practice/{}",
    "PROG": "/programmes/{}",
    "REGION": "/regions/{}",
    "RET": "/returns/{}",
    "RETURNS": "/returns",
    "STAFF": "/hosting",
    "WATCH": "/watch-list",
}
"""Where a stream is shown, by what its name begins with."""

_REFERENCE = re.compile(r"[A-Z]+-\d{4,}")
"""What people quote: CASE-0001, and no stream of another kind."""

_BY_NUMBER = frozenset({"BUDGET", "COUNCIL", "REGION"})
"""Streams whose pages are addressed by what follows the name."""


@page(router, "/do/{name}/receipt", needs="council.read")
def receipt(request: Request, name: str, reading: Reading, key: str) -> Response:
    """What one's own form recorded, to see again as often as one likes."""
    route = route_named(name)
    kept = reading.installation.store.receipt(f"{reading.user.user}:{key}")
    if kept is None:
        raise Refused("not-found", "You have recorded nothing under this form's key.")
    return receipt_page(request, reading, route, {}, Receipt(**kept.answer))


def receipt_page(
    request: Request,
    reader: Reader,
    route: CommandRoute,
    subjects: Mapping[str, str],
    found: Receipt,
) -> Response:
    """The page that says what was recorded; of what, if nothing was, the sender says."""
    rows = _recorded(reader, found)
    for row in rows[:1]:
        named = {subject: getattr(row, subject, None) for subject in subjects_of(route)}
        subjects = {subject: value for subject, value in named.items() if value}
    began = bool(rows) and rows[0].stream_version == 1
    return render(
        request,
        "forms/receipt.html",
        reading=reader,
        title="Recorded" if rows else "Nothing changed",
        did=route.does,
        rows=rows,
        names=names_known(reader),
        made=found.reference if began and _REFERENCE.fullmatch(found.reference) else "",
        told={
            words(name): value
            for name, value in (found.model_extra or {}).items()
            if isinstance(value, str | int)
        },
        place=place_of(found, subjects),
        place_name=found.reference
        if _REFERENCE.fullmatch(found.reference)
        else "where it is shown",
        again=f"/do/{route.name}",
    )


def _recorded(reader: Reader, found: Receipt) -> list[JournalRow]:
    """The events of a receipt: one append, so that their positions follow one another."""
    first = found.position - len(found.events) + 1
    records = reader.installation.store.records_at(range(first, found.position + 1))
    rows = [JournalRow.project(None, record, str(record.position)) for record in records]
    return [row for row in rows if row and found.events]


def place_of(found: Receipt, subjects: Mapping[str, str]) -> str:
    """Where what was done can be seen."""
    after = f"?after={found.position}"
    if found.reference.startswith("ASSESS-"):
        _, council, year = found.reference.split("-", 2)
        return f"/self-assessments/{council}/{year}{after}"
    for subject, place in PLACES.items():
        if subject in subjects:
            return place.format(subjects[subject]) + after
    kind, _, number = found.reference.partition("-")
    if place := _STREAMS.get(kind, ""):
        return place.format(number if kind in _BY_NUMBER else found.reference) + after
    return f"/audit?stream={found.reference}&after={found.position}"
