"""A figure worked out again from the record: its rows, its parts, and the events behind it."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from psycopg.sql import SQL, Identifier

from domain.kernel import Frozen, Refused
from projections.councils import CouncilRow
from projections.engine import Fold, View, figures
from projections.engine.steps import Figure
from projections.insight import IndicatorLoadRow, IndicatorSetRow
from service import measures
from service.attributing import Cause, differs, folded, name_of
from service.desk import Fits, Reader, forbidden
from service.executive.sources import figure_of
from service.figures import asking
from service.figures.asking import (
    Condition,
    FieldOf,
    MadeOf,
    PublishedAs,
    ReportedAs,
    RowOf,
    RowsOf,
    ThenOf,
    asked_of,
)
from service.figures.told import address_of
from service.opening.seeing import (
    behind,
    called,
    fits,
    in_sql,
    knows,
    looking_at,
    number_of,
    place_of,
    row_seen,
    texts,
    unit_of,
    value_of,
    view_of,
)
from service.opening.words import described, noun_of, part_told, together, way_told
from service.opening.working import worked_out
from service.tracing import summed


class Step(Frozen):
    """What an event made of a field: what it added to a figure, or what became of it."""

    amount: Figure | None = None
    total: Figure | None = None
    became: Any = None
    cause: Cause


class Line(Frozen):
    """A row that a figure counts or sums."""

    key: str
    called: str
    page: str | None = None
    """The address of its own page, where it has one that the reader may see."""
    adds: Figure
    opens: str
    """What its part of the figure is, to be opened in turn."""


class Part(Frozen):
    """One of the figures that a figure is worked out of."""

    opens: str
    said: str
    figure: Figure | None
    unit: str


class Value(Frozen):
    """A published value, word for word, and where it came from."""

    code: str
    called: str
    published: str
    load: int
    source_row: int
    opens: str


class Opened(Frozen):
    """A figure, and what it is made of as far as the reader sees."""

    figure_of: str
    kind: str
    """field, row, count, sum, distinct, published, or how it is worked out"""
    said: str
    """What it is the figure of."""
    worked: str = ""
    """How it is worked out of its parts, in a sentence."""
    roots: tuple[str, ...] = ()
    """What it comes down to in the end, where it is worked out."""
    figure: Figure | None
    unit: str = ""
    """pence, half-days, %, or nothing of its own"""
    position: int
    view: str = ""
    key: str = ""
    field: str = ""
    page: str | None = None
    noun: str = ""
    value: Any = None
    """What the field holds, where that is no figure."""
    rows: int = 0
    """How many rows it counts or sums, those of other pages included."""
    lines: tuple[Line, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    published: tuple[Value, ...] = ()
    next: str | None = None
    previous: str | None = None


def opened(reading: Reader, text: str) -> Opened:
    """A figure by what it is, as at the reading's moment.

    Raises Refused: ``bad-figure`` for what is none, ``forbidden`` without a permission that
    opens its view, ``not-found`` for a row outside the reader's scope, ``view-differs`` where a
    view does not show what the log comes to.
    """
    match asked := asked_of(text):
        case FieldOf():
            return _field(reading, text, asked)
        case RowOf():
            return _row(reading, text, asked)
        case RowsOf():
            return _rows(reading, text, asked)
        case PublishedAs():
            return _published(reading, text, asked)
        case ReportedAs():
            return _reported(reading, text, asked)
        case ThenOf():
            return _then(reading, text, asked)
        case MadeOf():
            return _made(reading, text, asked)


# --- A field of a row -----------------------------------------------------------------------


def _field(reading: Reader, text: str, asked: FieldOf) -> Opened:
    view, path = view_of(asked.view), asked.field
    looking, row = row_seen(reading, view, asked.key)
    fold, on = folded(looking, view, asked.key, row), reading.moment.on
    steps = list(_steps(fold, path, reading))
    value = value_of(row, path, on)
    if not steps and value is None:
        known = ", ".join(sorted(figures(row)))
        raise Refused("bad-figure", f"{path} is no figure of {asked.key}: use one of {known}.")
    causes = behind(reading, looking, [record for record, _, _ in steps])
    found: Sequence[Step]
    figure = number_of(value)
    if figure is None and value is not None:
        found = [Step(became=now, cause=causes[record.position]) for record, _, now in steps]
    else:
        added = (
            ((number_of(now) or 0) - (number_of(was) or 0), causes[record.position])
            for record, was, now in steps
        )
        wrong = differs(view, asked.key, reading.moment.position, field=path)
        found = [Step(**part.model_dump()) for part in summed(figure, added, wrong)]
    return Opened(
        figure_of=text,
        kind="field",
        said=_called(reading, view, asked.key, row),
        figure=figure,
        value=None if figure is not None else value,
        unit=unit_of(view, path),
        position=reading.moment.position,
        view=asked.view,
        key=asked.key,
        field=path,
        page=place_of(reading, view, row),
        noun=noun_of(asked.view),
        steps=tuple(found),
    )


def _steps(fold: Fold, path: str, reading: Reader) -> Iterator[tuple[Any, Any, Any]]:
    """The records that changed a field, with what it held before and after."""
    was = None
    for step in fold.steps:
        now = value_of(step.after, path, reading.moment.on)
        if now != was and (number_of(now) is None or number_of(now) != (number_of(was) or 0)):
            yield step.record, was, now
        was = now


def _row(reading: Reader, text: str, asked: RowOf) -> Opened:
    view = view_of(asked.view)
    looking, row = row_seen(reading, view, asked.key)
    fold = folded(looking, view, asked.key, row)
    causes = behind(reading, looking, [step.record for step in fold.steps])
    return Opened(
        figure_of=text,
        kind="row",
        said=_called(reading, view, asked.key, row),
        figure=1,
        position=reading.moment.position,
        view=asked.view,
        key=asked.key,
        page=place_of(reading, view, row),
        noun=noun_of(asked.view),
        steps=tuple(Step(cause=causes[step.record.position]) for step in fold.steps),
    )


# --- Rows that are counted or summed --------------------------------------------------------


def _rows(reading: Reader, text: str, asked: RowsOf) -> Opened:
    view = view_of(asked.view)
    for path in (*([asked.field] if asked.field else []), *(c.field for c in asked.conditions)):
        if path != "key" and not knows(view, path):
            raise Refused("bad-figure", f"{name_of(view)} has no field {path[:60]!r}.")
    looking, where = looking_at(reading, view)
    rest: list[Condition] = []
    for nth, condition in enumerate(asked.conditions):
        if (told := in_sql(view, condition)) is not None:
            where[f"condition {nth}"] = told
        else:
            rest.append(condition)
    summed = asked.how == "sum"
    if summed and view.columns.get(asked.field) in ("bigint", "numeric"):
        where["adds"] = Fits(SQL("{} <> 0").format(Identifier(asked.field)), [])
    elif summed:
        rest.append(Condition(asked.field, "!=", ("0", "")))
    if rest or asked.how == "distinct" or (summed and "adds" not in where):
        found = [
            (key, row)
            for key, row in looking.rows(view, where=where).items()
            if all(fits(row, condition, reading.moment.on) for condition in rest)
        ]
        total = _together(asked, [row for _, row in found], reading)
        page, rows = looking.page_of(found), len(found)
        here, following, before = page.items, page.next, page.previous
    else:
        sums = {"n": "count(*)", "total": f"coalesce(sum({asked.field or 1}), 0)"}
        together = looking.figures(view, sums, where)[0]
        total, rows = _whole(together["total"]), together["n"]
        listed = looking.page(view, where, order="key")
        here = list(zip(listed.keys, listed.items, strict=True))
        following, before = listed.next, listed.previous
    return Opened(
        figure_of=text,
        kind=asked.how,
        said=described(asked, rows),
        figure=total,
        unit=unit_of(view, asked.field) if summed else "",
        position=reading.moment.position,
        view=asked.view,
        field=asked.field,
        noun=noun_of(asked.view),
        rows=rows,
        lines=tuple(_lines(reading, view, asked, here)),
        next=following,
        previous=before,
    )


def _together(asked: RowsOf, rows: Sequence[View], reading: Reader) -> Figure:
    if asked.how == "distinct":
        on = reading.moment.on
        return len({text for row in rows for text in texts(value_of(row, asked.field, on))})
    return sum(_adds(row, asked, reading) for row in rows)


def _adds(row: View, asked: RowsOf, reading: Reader) -> Figure:
    if asked.how != "sum":
        return 1
    return number_of(value_of(row, asked.field, reading.moment.on)) or 0


def _whole(value: Any) -> Figure:
    """A sum as PostgreSQL gives it: whole where it is."""
    return int(value) if value == int(value) else Decimal(value)


def _lines(
    reading: Reader, view: type[View], asked: RowsOf, rows: Iterable[tuple[str, View]]
) -> Iterator[Line]:
    councils = _councils(reading)
    for key, row in rows:
        opens = asking.row(asked.view, key)
        if asked.how == "sum":
            opens = asking.field(asked.view, key, asked.field)
        yield Line(
            key=key,
            called=called(view, key, row, councils),
            page=place_of(reading, view, row),
            adds=_adds(row, asked, reading),
            opens=opens,
        )


# --- What was published ---------------------------------------------------------------------


def _published(reading: Reader, text: str, asked: PublishedAs) -> Opened:
    looking, _ = looking_at(reading, IndicatorSetRow)
    chosen = looking.item(IndicatorSetRow, f"INDICATORS-{asked.indicator_set}")
    names = {each.id: each.name for each in chosen.definitions}
    if asked.indicator not in names:
        raise Refused("bad-figure", f"{asked.indicator_set} has no {asked.indicator[:60]!r}.")
    found = [
        value
        for value in measures.standing(
            reading.installation.store.datastore,
            asked.indicator_set,
            chosen.loads,
            indicators=[asked.indicator],
            periods=[asked.period],
        )
        if not asked.codes or value["code"] in asked.codes
    ]
    view = name_of(IndicatorLoadRow)
    return Opened(
        figure_of=text,
        kind="published",
        said=f"{names[asked.indicator]}, {asked.period}",
        figure=None,
        value=found[0]["published"] if len(found) == 1 else None,
        position=reading.moment.position,
        rows=len(found),
        published=tuple(
            Value(
                called=value["name"],
                opens=asking.row(view, f"{asked.indicator_set}/{value['load']}"),
                **{name: value[name] for name in ("code", "published", "load", "source_row")},
            )
            for value in found
        ),
    )


# --- What the report to the Executive gives, and what was then ---------------------------------


def _reported(reading: Reader, text: str, asked: ReportedAs) -> Opened:
    if not reading.sees("report.read"):
        raise forbidden("report.read")
    looking = reading.under("report.read")
    found = figure_of(looking, asked.name)
    view, councils = name_of(found.view), _councils(reading)
    rows = looking.rows(found.view, list(found.parts))
    return Opened(
        figure_of=text,
        kind="sum",
        said=found.label,
        figure=found.value,
        unit=found.unit.name,
        position=reading.moment.position,
        view=view,
        page=address_of(text),
        noun=noun_of(view),
        rows=len(found.parts),
        lines=tuple(
            Line(
                key=key,
                called=called(found.view, key, rows[key], councils),
                page=place_of(reading, found.view, rows[key]),
                adds=adds,
                opens=asking.row(view, key),
            )
            for key, adds in found.parts.items()
        ),
    )


def _then(reading: Reader, text: str, asked: ThenOf) -> Opened:
    then = reading.at(asked.as_at)
    found = opened(then, asked.of)
    on = f"{found.said}, as at {then.moment.told}"
    return found.but(figure_of=text, said=on)


# --- What is worked out ---------------------------------------------------------------------


def _made(reading: Reader, text: str, asked: MadeOf) -> Opened:
    whole = [opened(reading.under(reading.needs), part) for part in asked.parts]
    roots = tuple(root for each in whole for root in each.roots or (each.said,))
    unit = "%" if asked.how == "share" else asked.unit or whole[0].unit
    return Opened(
        figure_of=text,
        kind=asked.how,
        said=together(asked, [each.said for each in whole], roots, unit),
        worked=way_told(asked),
        roots=roots,
        figure=worked_out(asked, [each.figure or 0 for each in whole]),
        unit=unit,
        position=reading.moment.position,
        parts=tuple(
            Part(
                opens=each.figure_of,
                said=part_told(each.kind, each.field, each.said),
                figure=each.figure,
                unit=each.unit,
            )
            for each in whole
        ),
    )


def _called(reading: Reader, view: type[View], key: str, row: View) -> str:
    return called(view, key, row, _councils(reading))


def _councils(reading: Reader) -> dict[str, str]:
    """The councils' names: they are public."""
    return {row.council: row.name for row in reading.under("council.read").all(CouncilRow)}
