"""A return's figures: what every thing adds to them, by the records up to a position."""

from collections.abc import Iterable, Mapping, Sequence

from domain.kernel import Event, Record
from domain.reporting import ReturnKind
from projections.returns import cases, certification, money, support
from projections.returns.areas import REGISTER, Area, areas_of
from projections.returns.shape import TOTAL, Cell, Cells, Period, Shape

SHAPES: Mapping[ReturnKind, Shape] = {
    ReturnKind.PROGRAMME: money.SHAPE,
    ReturnKind.INTERVENTION: cases.SHAPE,
    ReturnKind.SUPPORT: support.SHAPE,
    ReturnKind.CERTIFICATION: certification.SHAPE,
}


def shape_of(kind: ReturnKind) -> Shape:
    """What a kind of return consists of."""
    return SHAPES[kind]


def topics_of(kind: ReturnKind) -> list[str]:
    """The names of the events that its figures, and the places that they are for, are made of."""
    wanted: tuple[type[Event], ...] = (*SHAPES[kind].events, *REGISTER)
    return sorted(name for name, event in Event.catalogue.items() if issubclass(event, wanted))


def by_thing(shape: Shape, records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records of each thing, in order."""
    found: dict[str, list[Record]] = {}
    for record in records:
        for thing in shape.things(record):
            found.setdefault(thing, []).append(record)
    return found


class Figures:
    """A return's figures in its areas: every cell that applies, nothing where nothing happened."""

    def __init__(self, shape: Shape, period: Period, areas: Sequence[Area], cells: Cells) -> None:
        self.shape, self.period, self.areas, self.cells = shape, period, tuple(areas), cells

    def rows(self) -> list[tuple[Area, str, str]]:
        """The rows in order: each area's total, then each item of each filter."""
        splits = [("", TOTAL), *((f.name, item) for f in self.shape.filters for item in f.items)]
        return [(area, split, item) for area in self.areas for split, item in splits]

    def places(self) -> list[Cell]:
        """Every cell that applies, in order."""
        return [
            Cell(area.code, split, item, indicator.name)
            for area, split, item in self.rows()
            for indicator in self.shape.indicators
            if not split or split in indicator.filters
        ]

    def of(self, cell: Cell) -> int:
        """A figure."""
        return self.cells.get(cell, 0)


def figures(kind: ReturnKind, period: Period, records: Sequence[Record]) -> Figures:
    """The figures of a return from the records up to its position, in their order.

    Raises LookupError for a record that counts in a place without a row: no money, and nobody,
    is left out.
    """
    shape = SHAPES[kind]
    cells: Cells = {}
    for thing, known in by_thing(shape, records).items():
        for cell, amount in shape.adds(thing, known, period).items():
            cells[cell] = cells.get(cell, 0) + amount
    made = Figures(shape, period, areas_of(records, period, {c.area for c in cells}), cells)
    if lost := cells.keys() - set(made.places()):
        raise LookupError(f"no row has {sorted(lost)[0]}")
    return made
