"""Compare two moments, and trace a figure to the events that it is the sum of."""

from collections.abc import Iterable
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import Enum
from itertools import groupby
from typing import Annotated, Any, NamedTuple

from fastapi import Query, Request
from fastapi.responses import Response
from markupsafe import Markup, escape

from domain.kernel import pounds_text
from domain.sentences import half_days_text
from projections.engine import View
from service.attributing import Cause, is_money, name_of, view_named, views_seen
from service.comparing import Comparison, FieldStep, compared
from service.desk import Reading, Router, page
from service.figures import asking
from service.figures.told import figure_text
from service.pages.render import render
from service.pages.timeline import day_asked
from service.telling import govuk_date
from service.tracing import figures_of, show_trace

router = Router()

_LINES = 500
"""As many events as a page lists; those before them are one line with their sum."""

_Asked = Annotated[str, Query(max_length=300)]


@page(router, "/audit/compare", needs="audit.read")
def compare_page(
    request: Request,
    reading: Reading,
    ref: _Asked = "",
    since: Annotated[str, Query(alias="from", max_length=40)] = "",
    until: Annotated[str, Query(alias="to", max_length=40)] = "",
    about: Annotated[str, Query(max_length=40)] = "",
    view: _Asked = "",
) -> Response:
    """A row at two moments, side by side, with what changed each field."""
    asked = ref.strip() and since.strip()
    found = (
        compared(reading, ref, since, until.strip() or None, day_asked(about), view or None)
        if asked
        else None
    )
    kind = view_named(reading, found.view) if found else None
    return render(
        request,
        "audit/compare.html",
        reading=reading,
        found=found,
        lines=_lines(kind, found) if found and kind else [],
        chosen={"ref": ref, "from": since, "to": until, "about": about, "view": view},
    )


class Line(NamedTuple):
    """A field that differs, as the page shows it."""

    field: str
    before: Markup
    after: Markup
    opens: tuple[str, str]
    """What both sides are, to be opened up as at their moments; empty for what is no figure."""
    steps: list[tuple[Cause, str]]
    span: int
    """How many fields, from this one on, the same one event changed; 0 if it is told above."""


def _lines(kind: type[View], found: Comparison) -> list[Line]:
    lines = []
    for _, group in groupby(found.changes, lambda change: [s.cause.position for s in change.steps]):
        alike = list(group)
        for nth, change in enumerate(alike):
            alone = len(change.steps) > 1
            lines.append(
                Line(
                    change.field,
                    *marked(told(kind, change.field, change.before, change.after)),
                    (
                        _opens(found, change.field, change.before),
                        _opens(found, change.field, change.after),
                    ),
                    [(step.cause, _became(kind, change.field, step)) for step in change.steps],
                    1 if alone else 0 if nth else len(alike),
                )
            )
    return lines


def _opens(found: Comparison, field: str, value: Any) -> str:
    """What a side is as a figure: none of what was known about a day, which no row holds."""
    return "" if found.about else asking.held(found.view, found.key, field, value)


def _became(kind: type[View], field: str, step: FieldStep) -> str:
    """What one of several events made of a field; of a list, only what came and went."""
    was, now, between = told(kind, field, step.before, step.after)
    if between != ", ":
        return f"It became {said(kind, field, step.after)}."
    came, went = [v for v in now if v not in was], [v for v in was if v not in now]
    return " ".join(
        f"{what}: {', '.join(entries)}."
        for what, entries in (("Added", came), ("Taken out", went))
        if entries
    )


@page(router, "/audit/trace", needs="audit.read")
def trace_page(
    request: Request, reading: Reading, view: _Asked = "", key: _Asked = "", field: _Asked = ""
) -> Response:
    """The events that a figure is the sum of; without a field, the figures to choose from."""
    asked = bool(view.strip() and key.strip())
    kind = view_named(reading, view) if asked else None
    found = (
        show_trace(reading=reading, view=view, key=key, field=field.strip())
        if asked and field.strip()
        else None
    )
    parts = found.contributions if found else ()
    shown = parts[-_LINES:]
    return render(
        request,
        "audit/trace.html",
        reading=reading,
        found=found,
        row=name_of(kind) if kind else "",
        parts=shown,
        before=(len(parts) - len(shown), parts[-_LINES - 1].total) if len(parts) > _LINES else None,
        figures=figures_of(reading, view, key) if asked and not found else {},
        views=sorted(map(name_of, views_seen(reading))),
        said=lambda path, value: said(kind, path, value),
        chosen={"view": view, "key": key, "field": field},
    )


# --- How fields and what is in them are told ------------------------------------------------


def said(kind: type[View] | None, path: str, value: Any) -> str:
    """What is in a field, for people."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case int() if kind and is_money(kind, path):
            return pounds_text(value)
        case int() if path.endswith("half_days"):
            return half_days_text(value)
        case int():
            return figure_text(value) if path.rpartition(".")[2] != "position" else str(value)
        case date() | datetime():
            return govuk_date(value)
        case Enum():
            return str(value.value)
        case list():
            return ", ".join(said(kind, path, each) for each in value)
    return str(value)


def told(kind: type[View], path: str, was: Any, now: Any) -> tuple[list[str], list[str], str]:
    """Both sides in the parts that are compared, and what stands between the parts."""
    if isinstance(was or now, list):
        parts, between = [side or [] for side in (was, now)], ", "
    elif all(isinstance(side, str) and not isinstance(side, Enum) for side in (was, now)):
        parts, between = [was.split(" "), now.split(" ")], " "
    else:
        parts, between = [[] if side is None else [side] for side in (was, now)], ""
    before, after = ([said(kind, path, each) for each in part] for part in parts)
    return before, after, between


def marked(sides: tuple[list[str], list[str], str]) -> tuple[Markup, Markup]:
    """Both sides with the parts that differ marked: what went, and what came."""
    was, now, between = sides
    before: list[Markup] = []
    after: list[Markup] = []
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for same, i, j, k, n in matcher.get_opcodes():
        gone, come = (escape(between.join(part)) for part in (was[i:j], now[k:n]))
        if same == "equal":
            before.append(gone)
            after.append(come)
            continue
        if j > i:
            before.append(Markup('<del class="cw-was">{}</del>').format(gone))
        if n > k:
            after.append(Markup('<ins class="cw-now">{}</ins>').format(come))
    return _joined(before, between), _joined(after, between)


def _joined(parts: Iterable[Markup], between: str) -> Markup:
    return escape(between).join(parts) or Markup("nothing")
