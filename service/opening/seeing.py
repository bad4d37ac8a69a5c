"""The rows and fields that figures are made of, as far as a reader sees them, and their names.

A field is one that the row is shown with, by its path (``instalments[1].amount_pence``), or what
the row says of itself: a property, or what it says of a day (``standing``, or ``on:2025-06-30``
for another day than the one that is looked from).
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from psycopg.sql import SQL, Identifier

from domain.councils import RiskConcernClosed, RiskConcernRaised
from domain.kernel import Record, Refused
from domain.people import PeerKind
from projections.assessments import AssessmentRow
from projections.audit import JournalRow
from projections.challenges import ChallengeRow
from projections.engine import View, fields, parts_of
from projections.people import DonatedDays
from service.attributing import Cause, causes, in_sight, is_money, name_of, needs_of
from service.challenges.looking import (
    assessments_seen,
    challenges_seen,
    councils_seen,
    whole,
)
from service.desk import Fits, Reader, forbidden
from service.exports.register import Seen, in_scope
from service.figures.asking import Condition
from service.finding.kinds import KINDS
from service.telling import happened


def _days_seen(reading: Reader) -> tuple[Reader, Mapping[str, Any]]:
    """What directors were asked for and gave: those of the councils in the reader's scope."""
    homes = [row.council for row in councils_seen(reading)]
    return whole(reading), {"kind": PeerKind.DIRECTOR, "home_council": homes}


_SEEN: Mapping[type[View], tuple[str, Seen]] = {
    AssessmentRow: ("assessment.read", assessments_seen),
    ChallengeRow: ("challenge.read", challenges_seen),
    DonatedDays: ("days.read", _days_seen),
}
"""Where another rule besides the view's scope says which rows somebody sees: for whom, and it."""
_CONCERNS = frozenset({RiskConcernRaised.__name__, RiskConcernClosed.__name__})
_PLACES = (
    ("match", "/mentoring/{}", "mentoring.read"),
    ("challenge", "/challenges/{}", "challenge.read"),
    ("programme", "/programmes/{}", "programme.read"),
    ("grant", "/grants/{}", "grant.read"),
    ("case", "/cases/{}", "case.read"),
    ("council", "/councils/{}", "council.read"),
    ("region", "/regions/{}", "region.read"),
    ("year", "/budgets/{}", "budget.read"),
)
"""The page of what a row is of, by the first of these fields that it has."""
_HALF_DAYS = frozenset({"asked", "pledged", "reserved", "delivered", "free"})


# --- Which rows -----------------------------------------------------------------------------


def view_of(name: str) -> type[View]:
    """A view by its name. Raises Refused ``bad-figure`` if there is none that figures are of."""
    for view in View.all:
        if name_of(view) == name and view is not JournalRow:
            return view
    raise Refused("bad-figure", f"There is no view {name[:60]!r} to make a figure of.")


def looking_at(reading: Reader, view: type[View]) -> tuple[Reader, dict[str, Any]]:
    """The look that sees most of a view's rows, and the condition on those that it sees.

    Raises Refused ``forbidden`` without a permission that opens the view.
    """
    needs = needs_of(view)
    held: list[tuple[Reader, Seen]] = [
        (reading.under(need), in_scope) for need in needs if reading.sees(need)
    ]
    if view in _SEEN and not any(under.reach.everything for under, _ in held):
        need, seen = _SEEN[view]
        held[:0] = [(reading.under(need), seen)] if reading.sees(need) else []
    if not held:
        raise forbidden(next(iter(needs), "audit.read"))
    widest, seen = next((way for way in held if way[0].reach.everything), held[0])
    widest.limit, widest.cursor = reading.limit, reading.cursor
    looking, where = seen(widest)
    return looking, dict(where)


def row_seen(reading: Reader, view: type[View], key: str) -> tuple[Reader, View]:
    """A row, and the look that sees it.

    Raises Refused: ``forbidden`` without a permission that opens the view, ``not-found`` where
    there is no such row then, or it lies outside the reader's scope.
    """
    looking, where = looking_at(reading, view)
    rows = looking.rows(view, [key], where) or in_sight(reading, view, [key])[0]
    if key not in rows:
        then = f" as at {reading.moment.as_at}" if reading.moment.is_past else ""
        raise Refused("not-found", f"There is nothing under {key}{then} in your scope.")
    return looking, rows[key]


# --- Which fields ---------------------------------------------------------------------------


def knows(view: type[View], path: str) -> bool:
    """Whether a view's rows can be asked for a field. Raises Refused ``bad-figure`` for a day
    that is none."""
    if day := path.partition(":")[2]:
        _day(day)
    first = re.split(r"[:.\[]", path)[0]
    if first in view.model_fields:
        return not view.model_fields[first].exclude
    return _says(view, first) is not None


def value_of(row: View | None, path: str, on: date) -> Any:
    """What a field of a row holds, as seen from a day; None where there is nothing.

    Raises Refused ``bad-figure`` for a day that is none.
    """
    if row is None:
        return None
    name, _, day = path.partition(":")
    if name in type(row).model_fields and not type(row).model_fields[name].exclude:
        return getattr(row, name)
    first = re.split(r"[.\[]", name)[0]
    match _says(type(row), first):
        case property():
            said = getattr(row, first)
        case None:
            return fields(row).get(path)
        case _:
            said = getattr(row, first)(_day(day) if day else on)
    return said if name == first else parts_of(first, said).get(name)


def _says(view: type[View], name: str) -> Any:
    """What the class itself defines under a name: a property, or a question about a day."""
    if not name.isidentifier() or name.startswith("_"):
        return None
    for each in view.__mro__[: view.__mro__.index(View)]:
        found = vars(each).get(name)
        if isinstance(found, property):
            return found
        if inspect.isfunction(found):
            asked = list(inspect.signature(found, eval_str=True).parameters.values())
            return found if [p.annotation for p in asked[1:]] == [date] else None
    return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("bad-figure", f"Write {text[:20]!r} as a date, like 2026-03-31.") from None


def number_of(value: Any) -> int | Decimal | None:
    """A value as a figure, and a list as how many it holds; None where it is neither."""
    if isinstance(value, (tuple, list, Mapping, frozenset)):
        return len(value)
    return value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def unit_of(view: type[View], path: str) -> str:
    """What a figure is counted in: pence, half-days, or nothing of its own."""
    if is_money(view, path):
        return "pence"
    if path.endswith("_percent"):
        return "%"
    last = path.rpartition(".")[2]
    return "half-days" if "half_days" in last or last in _HALF_DAYS else ""


# --- Which of the rows ----------------------------------------------------------------------


def in_sql(view: type[View], condition: Condition) -> Fits | None:
    """A condition as PostgreSQL takes it; None for one that has to be asked of the rows."""
    kind = "text" if condition.field == "key" else view.columns.get(condition.field, "jsonb")
    column, values = Identifier(condition.field), list(condition.values)
    if kind in ("bigint", "numeric") and condition.sign not in ("=", "!="):
        return Fits(SQL("{} {} %s").format(column, SQL(condition.sign)), [_number(values[0])])
    if kind == "jsonb" or condition.sign not in ("=", "!="):
        return None
    told = column if kind == "text" else SQL("{}::text").format(column)
    nothing = SQL(" OR {} IS NULL").format(column) if "" in values else SQL("")
    fits = SQL("coalesce({} = ANY(%s), false)").format(told) + nothing
    return Fits(SQL("({})" if condition.sign == "=" else "NOT ({})").format(fits), [values])


def fits(row: View, condition: Condition, on: date) -> bool:
    """Whether a row fits a condition."""
    value = value_of(row, condition.field, on)
    if condition.sign in ("=", "!="):
        told = texts(value)
        return any(text in condition.values for text in told) is (condition.sign == "=")
    wanted = condition.values[0]
    if isinstance(value, date):
        return _compared(value.isoformat(), condition.sign, wanted)
    number = number_of(value)
    return number is not None and _compared(Decimal(number), condition.sign, _number(wanted))


def _number(text: str) -> Decimal:
    if re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,10})?", text):
        return Decimal(text)
    raise Refused("bad-figure", f"{text[:40]!r} is no number to compare with.")


def _compared(a: Any, sign: str, b: Any) -> bool:
    return bool({">": a > b, "<": a < b, ">=": a >= b, "<=": a <= b}[sign])


def texts(value: Any) -> list[str]:
    """A value, or each of several, as conditions write them."""
    if value is None or value == "":
        return [""]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, Enum):
        return [str(value.value)]
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return [text for each in value for text in texts(each)] or [""]
    return [value.isoformat() if isinstance(value, date) else str(value)]


# --- How rows are called, and who is behind them --------------------------------------------


def called(view: type[View], key: str, row: View, councils: Mapping[str, str]) -> str:
    """A row as people know it."""
    for kind in KINDS:
        if kind.view is view:
            return kind.called(row, councils)
    name = councils.get(getattr(row, "council", None) or "")
    return f"{name}: {key}" if name else key


def place_of(reading: Reader, view: type[View], row: View) -> str | None:
    """The address of a row's own page, or of what it is part of; None where there is none to
    see."""
    for kind in KINDS:
        if kind.view is view:
            return kind.href(row) if reading.sees(kind.needs) else None
    for field, address, needs in _PLACES:
        if known := getattr(row, field, None):
            told = known.value if isinstance(known, Enum) else known
            return address.format(told) if reading.sees(needs) else None
    return None


def behind(reading: Reader, looking: Reader, records: Iterable[Record]) -> dict[int, Cause]:
    """The events behind a figure, by position, as far as the reader may know of them.

    Who may read the trail is told what it says. Others are told of the events within the scope
    in which they see the row: what all events of the kind say, and when; not who did it, why, or
    any of its values, for the row itself shows what it became.
    """
    found = list(records)
    if reading.sees("audit.read"):
        return causes(reading, found)
    hidden = frozenset[str]() if reading.sees("warning.read") else _CONCERNS
    seen = looking.under(looking.needs).rows(JournalRow, [str(r.position) for r in found])
    told = {}
    for record in found:
        cause = Cause(position=record.position)
        kind = type(record.event).__name__
        if str(record.position) in seen and kind not in hidden:
            when = {"recorded_at": record.recorded_at, "effective_on": record.effective_on}
            cause = cause.but(said=happened(kind), **when)
        told[record.position] = cause
    return told
