"""The timeline of something: what happened to it, told day by day, with who did it and why."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from fastapi import Request

from domain.kernel import Refused
from domain.sentences import NO_NAMES, Names
from projections.audit import JournalRow
from projections.councils import CouncilRow
from service.desk import Reader, day_of
from service.lists.listing import users_named
from service.telling import event_words

_MOST = 2_000
"""Events that a timeline orders by day; those before are in the audit trail."""
_A_PAGE = 50


class Choice(NamedTuple):
    """What a filter offers."""

    value: str
    label: str


class Timeline(NamedTuple):
    """Part of what happened to something, the latest day first."""

    path: str
    as_at: str
    days: list[tuple[date, list[JournalRow]]]
    names: Names
    """Of councils and of people, by the ids that events have of them."""
    total: int
    goes_back: bool
    """Whether there is more before that only the audit trail has."""
    next: str | None
    whats: list[Choice]
    whos: list[Choice]
    chosen: Mapping[str, str]
    """What the reader filters by."""


def history(
    request: Request, reading: Reader, names: Names = NO_NAMES, **where: Any
) -> Timeline | None:
    """What happened to something, as the address filters it, for those who may read the trail.

    ``names`` are of whoever the page names besides councils and users. Raises Refused
    ``bad-date`` for a day that is none.
    """
    if not reading.sees("audit.read"):
        return None
    known = {**names_known(reading), **names}
    asked = request.query_params
    chosen = {name: asked.get(name, "").strip() for name in ("what", "who", "since", "until")}
    fits = {**where, "event": chosen["what"] or None, "actor": chosen["who"] or None}
    period = {"effective_on": (day_asked(chosen["since"]), day_asked(chosen["until"]))}
    rows = reading.all(JournalRow, fits, period, order="-position", limit=_MOST)
    rows.sort(key=lambda row: (row.effective_on, row.position), reverse=True)
    shown = reading.page_of(rows, _A_PAGE)
    return Timeline(
        path=request.url.path,
        as_at=asked.get("as_at", ""),
        days=[(on, list(day)) for on, day in groupby(shown.items, lambda row: row.effective_on)],
        names=known,
        total=len(rows),
        goes_back=len(rows) == _MOST,
        next=shown.next,
        whats=[Choice(kind, event_words(kind)) for kind in _found(reading, "event", where)],
        whos=[Choice(user, known.get(user, user)) for user in _found(reading, "actor", where)],
        chosen=chosen,
    )


def _found(reading: Reader, field: str, where: Mapping[str, Any]) -> list[str]:
    """What occurs in a field of the events of something."""
    return sorted(
        row[field] for row in reading.figures(JournalRow, {"n": "count(*)"}, where, by=[field])
    )


def names_known(reading: Reader) -> dict[str, str]:
    """The names of councils, and of users for who may know them, by their ids: for sentences."""
    return {**users_named(reading), **names_of(reading)}


def names_of(reading: Reader) -> dict[str, str]:
    """Council names by DfE number."""
    return {row.council: row.name for row in reading.all(CouncilRow)}


def day_asked(text: str) -> date | None:
    """A day that was typed; None for none. Raises Refused ``bad-date``."""
    day = day_of(text.strip())
    if text.strip() and day is None:
        raise Refused("bad-date", f"Write {text!r} as a date, like 31 March 2026.")
    return day
