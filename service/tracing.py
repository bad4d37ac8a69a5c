"""From a figure to the events that it is the sum of, and from an event to what it changed."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Query

from domain.kernel import Frozen, Record, Refused
from projections.audit import JournalRow
from projections.engine import View, differences, figure, figures, refold
from projections.engine.steps import Figure
from service.attributing import (
    Cause,
    admitted,
    causes,
    differs,
    made,
    name_of,
    view_named,
    views_seen,
)
from service.desk import Reader, Reading, query, router_for

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


@query(router, "/audit/events/{position}/touched", needs="audit.read")
def show_touched(position: int, reading: Reading) -> Touched:
    """Every row and figure that an event changed, before and after."""
    if not 0 < position <= 2**62:
        raise Refused("not-found", "There is no event at this position.")
    row = reading.item(JournalRow, str(position))
    (record,) = reading.installation.store.records_at([position])
    before, after = reading.at(str(position - 1)), reading.at(str(position))
    rows = (
        touch
        for view in views_seen(reading)
        for key in dict.fromkeys(view.keys(record))
        if (touch := _touch(before, after, view, key, record)) is not None
    )
    return Touched(position=position, event=row.event, rows=tuple(rows))


def _touch(
    before: Reader, after: Reader, view: type[View], key: str, record: Record
) -> Touch | None:
    """What an event made of a row; None if nothing that can be read, or nothing in scope."""
    try:
        was, now = (admitted(moment, view, [key]).get(key) for moment in (before, after))
    except Refused as unseen:
        if unseen.code == "not-found":
            return None
        raise
    if refold(view, key, [record], was).after != now:
        raise differs(view, key, record.position)
    changed = differences(was, now)
    if not changed:
        return None
    numbers = figures(was).keys() | figures(now).keys()
    return Touch(
        view=name_of(view),
        key=key,
        was="begun" if was is None else "ended" if now is None else "changed",
        fields=tuple(
            Field(field=field, before=old, after=new, traceable=field in numbers)
            for field, (old, new) in changed.items()
        ),
    )
