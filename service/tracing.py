"""From a figure to the events that it is the sum of, and from an event to what it changed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from fastapi import Query

from domain.kernel import Frozen, Record, Refused
from projections.audit import JournalRow
from projections.engine import View, differences, figure, figures, refold
from projections.engine.steps import Figure
from projections.reporting import ReturnRow
from service.attributing import (
    Cause,
    causes,
    differs,
    in_sight,
    made,
    name_of,
    view_named,
    views_seen,
)
from service.desk import Reader, Reading, query, router_for
from service.returns.explaining import SubmittedFigure, touched_by

router = router_for("audit")


# --- From a figure to its events ------------------------------------------------------------


class Contribution(Frozen):
    """What one event added to a figure, or took from it."""

    amount: Figure
    total: Figure
    """What the figure had come to with it."""
    cause: Cause


class Trace(Frozen):
    """A figure and the events that it is the sum of."""

    view: str
    key: str
    field: str
    position: int
    figure: Figure | None
    """As the view shows it; None where it has not been given yet."""
    contributions: tuple[Contribution, ...]
    """Their amounts add up to the figure."""


def summed(
    figure: Figure | None, parts: Iterable[tuple[Figure, Cause]], wrong: Refused
) -> tuple[Contribution, ...]:
    """What each event contributed, with the running total.

    Raises the refusal unless the amounts add up to the figure, whoever shows it: to the penny.
    """
    found: list[Contribution] = []
    total: Figure = 0
    for amount, cause in parts:
        total += amount
        found.append(Contribution(amount=amount, total=total, cause=cause))
    if total != (figure or 0):
        raise wrong
    return tuple(found)


@query(router, "/audit/trace", needs="audit.read")
def show_trace(
    reading: Reading,
    view: Annotated[str, Query(max_length=60, description="Such as budget-position")],
    key: Annotated[str, Query(max_length=200, description="Such as 2025-26/contracts")],
    field: Annotated[str, Query(max_length=300, description="Such as paid_pence")],
) -> Trace:
    """The events that a figure is the sum of, each with what it added or took."""
    kind = view_named(reading, view)
    fold = made(reading, kind, key.strip())
    parts, shown = list(fold.added(field)), figure(fold.after, field)
    if shown is None and not parts:
        known = sorted(figures(fold.after))
        raise Refused(
            "bad-field", f"{field} is not a figure of {key}: use one of {', '.join(known)}."
        )
    behind = causes(reading, [record for record, _ in parts])
    position = reading.moment.position
    return Trace(
        view=name_of(kind),
        key=key.strip(),
        field=field,
        position=position,
        figure=shown,
        contributions=summed(
            shown,
            [(amount, behind[record.position]) for record, amount in parts],
            differs(kind, key, position, field=field),
        ),
    )


def figures_of(reading: Reader, view: str, key: str) -> dict[str, Figure]:
    """Every figure of a row, for whoever has still to choose one."""
    kind = view_named(reading, view)
    return figures(made(reading, kind, key).after)


# --- From an event to what it changed -------------------------------------------------------


class Field(Frozen):
    """A field before and after an event."""

    field: str
    before: Any = None
    after: Any = None
    traceable: bool
    """Whether it is a figure that can be traced."""


class Touch(Frozen):
    """A row that an event changed."""

    view: str
    key: str
    was: str
    """begun, changed or ended"""
    fields: tuple[Field, ...]


class Touched(Frozen):
    """Every row that an event changed, as far as the reader sees."""

    position: int
    event: str
    rows: tuple[Touch, ...]
    submitted: tuple[SubmittedFigure, ...] = ()
    """Figures of submitted returns that it is part of."""


@query(router, "/audit/events/{position}/touched", needs="audit.read")
def show_touched(position: int, reading: Reading) -> Touched:
    """Every row and figure that an event changed, before and after."""
    if not 0 < position <= 2**62:
        raise Refused("not-found", "There is no event at this position.")
    row = reading.item(JournalRow, str(position))
    (record,) = reading.installation.store.records_at([position])
    before, after = reading.at(str(position - 1)), reading.at(str(position))
    rows = [
        touch
        for view in views_seen(reading)
        if (keys := list(dict.fromkeys(view.keys(record))))
        for touch in _touches(before, after, view, keys, record)
    ]
    return Touched(
        position=position,
        event=row.event,
        rows=tuple(rows),
        submitted=tuple(_submitted(reading, position)),
    )


def _submitted(reading: Reader, position: int) -> list[SubmittedFigure]:
    if not reading.sees("return.read"):
        return []
    rows = [row for row in reading.under("return.read").all(ReturnRow) if row.submitted]
    return touched_by(reading.installation, rows, position)


def _touches(
    before: Reader, after: Reader, view: type[View], keys: Sequence[str], record: Record
) -> Iterator[Touch]:
    """What an event made of a View's rows: those in sight, where something readable changed."""
    was, unseen_before = in_sight(before, view, keys)
    now, unseen_after = in_sight(after, view, keys)
    for key in keys:
        if key in unseen_before | unseen_after:
            continue
        old, new = was.get(key), now.get(key)
        if refold(view, key, [record], old).after != new:
            raise differs(view, key, record.position)
        if not (changed := differences(old, new)):
            continue
        numbers = figures(old).keys() | figures(new).keys()
        yield Touch(
            view=name_of(view),
            key=key,
            was="begun" if old is None else "ended" if new is None else "changed",
            fields=tuple(
                Field(field=field, before=then, after=since, traceable=field in numbers)
                for field, (then, since) in changed.items()
            ),
        )
