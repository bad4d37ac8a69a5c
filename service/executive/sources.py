"""Where a figure of the report comes from: the rows that it sums, and the events of each."""

from domain.kernel import Frozen, Record, Refused
from projections.engine import Fold, View
from service.attributing import causes, differs, made, name_of
from service.desk import Reader
from service.executive.looking import Measured
from service.executive.report import figures_of
from service.tracing import Contribution, summed


class Part(Frozen):
    """A line of the record and what it adds to a figure."""

    view: str
    key: str
    name: str
    """As people know it: a council's name, or its reference."""
    adds: int


class FigureSource(Frozen):
    """A figure of the report with the events that it is the sum of.

    Money is in pence, time in half-days.
    """

    name: str
    label: str
    value: int
    said: str
    """As the report writes it."""
    position: int
    parts: tuple[Part, ...]
    contributions: tuple[Contribution, ...]
    """Their amounts add up to the value, in the order of the log."""


def figure_of(reading: Reader, name: str) -> Measured:
    """A figure of the report by its name. Raises Refused ``bad-field`` if it gives none such."""
    if (found := figures_of(reading).get(name)) is not None:
        return found
    raise Refused("bad-field", f"The report gives no figure {name} as at this moment.")


def figure_source(reading: Reader, found: Measured) -> FigureSource:
    """The lines of the record that a figure sums, and the events behind each.

    Raises Refused: ``forbidden`` if the reader may not see the rows that it is made of,
    ``view-differs`` if the log makes others of them.
    """
    folds = {key: made(reading, found.view, key) for key in found.parts}
    behind = causes(reading, [step.record for fold in folds.values() for step in fold.steps])
    added = sorted(
        (
            (record.position, amount)
            for fold in folds.values()
            for record, amount in _added(fold, found)
        ),
    )
    names = {key: _name(fold.after, key) for key, fold in folds.items()}
    return FigureSource(
        name=found.name,
        label=found.label,
        value=found.value,
        said=found.unit.told(found.value),
        position=reading.moment.position,
        parts=tuple(
            Part(view=name_of(found.view), key=key, name=names[key], adds=adds)
            for key, adds in found.parts.items()
        ),
        contributions=summed(
            found.value,
            [(amount, behind[position]) for position, amount in added],
            differs(found.view, found.name, reading.moment.position),
        ),
    )


def _added(fold: Fold, figure: Measured) -> list[tuple[Record, int]]:
    """What each record of a row added to the figure, or took from it."""
    last, found = 0, []
    for step in fold.steps:
        now = figure.measure(step.after) if step.after is not None else 0
        if now != last:
            found.append((step.record, now - last))
        last = now
    return found


def _name(row: View | None, key: str) -> str:
    return str(getattr(row, "name", None) or key)
