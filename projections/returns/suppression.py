"""Small counts of people are not shown, nor what would give one away.

A count of 1 to 4 is hidden. So that it can't be worked out from what is shown, of every sum that
is published with its parts (a region of its councils, England of its regions, a total of its
items) none is hidden, or two at least: parts, or the total with a part. Hidden parts of a total
that is shown come to five or more together, and to more than one each: then each could be several
numbers. What could still be worked out from several sums at once is found by solving them all,
and more is hidden. Beside a hidden count, what tells it by being one (a single session has a single
mentor) is hidden in the same way. Nothing else is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from projections.returns.figures import Figures
from projections.returns.shape import TOTAL, Cell, Unit

SMALL = range(1, 5)


class Sum(NamedTuple):
    """A total that is published with its parts."""

    total: Cell
    parts: tuple[Cell, ...]


def hidden(found: Figures) -> set[Cell]:
    """The cells that are not shown."""
    people = {i.name for i in found.shape.indicators if i.unit == Unit.PEOPLE}
    told = people.union(found.shape.telling)
    places = [cell for cell in found.places() if cell.indicator in told]
    gone = {cell for cell in places if cell.indicator in people and found.of(cell) in SMALL}
    beside = {cell._replace(indicator=name) for cell in gone for name in found.shape.telling}
    gone |= {cell for cell in beside if found.of(cell) == 1}
    sums = list(sums_of(found, places))
    while taken := next(_bare(found, gone, sums), None) or _solved(found, gone, sums):
        gone.add(taken)
    return gone


def sums_of(found: Figures, places: Sequence[Cell]) -> Iterator[Sum]:
    """Each published total with its parts: by place, and by filter."""
    within: dict[str, list[str]] = {}
    for area in found.areas:
        if area.parent is not None:
            within.setdefault(area.parent, []).append(area.code)
    items: dict[tuple[Cell, str], list[Cell]] = {}
    for cell in places:
        if cell.area in within:
            yield Sum(cell, tuple(cell._replace(area=area) for area in within[cell.area]))
        if cell.filter:
            total = Cell(cell.area, "", TOTAL, cell.indicator)
            items.setdefault((total, cell.filter), []).append(cell)
    for (total, _), parts in items.items():
        yield Sum(total, tuple(parts))


def worked_out(sums: Iterable[Sum], gone: Collection[Cell]) -> set[Cell]:
    """The hidden cells that the sums and what is shown leave one number for.

    Found by elimination: of each sum only its hidden cells are unknown.
    """
    solved: dict[Cell, dict[Cell, Fraction]] = {}
    for total, parts in sums:
        unknown = {part: Fraction(1) for part in parts if part in gone}
        if total in gone:
            unknown[total] = Fraction(-1)
        for known in unknown.keys() & solved.keys():
            _take(unknown, solved[known], known)
        if unknown:
            first, by = next(iter(unknown.items()))
            row = {cell: factor / by for cell, factor in unknown.items()}
            for other in solved.values():
                if first in other:
                    _take(other, row, first)
            solved[first] = row
    return {cell for cell, row in solved.items() if len(row) == 1}


def _take(row: dict[Cell, Fraction], solved: dict[Cell, Fraction], pivot: Cell) -> None:
    """Take an unknown out of a row by what another row says of it."""
    factor = row[pivot]
    for cell, of in solved.items():
        row[cell] = row.get(cell, Fraction(0)) - factor * of
        if not row[cell]:
            del row[cell]


def _bare(found: Figures, gone: Collection[Cell], sums: Iterable[Sum]) -> Iterator[Cell]:
    """What is to be hidden so that nothing can be worked out from any one sum."""
    return filter(None, (_next_to_hide(found, gone, one) for one in sums))


def _next_to_hide(found: Figures, gone: Collection[Cell], one: Sum) -> Cell | None:
    missing = [found.of(part) for part in one.parts if part in gone]
    if one.total in gone:
        if missing:
            return None
    elif not missing or (len(missing) > 1 and sum(missing) > max(*SMALL, len(missing))):
        return None
    return _least(found, gone, one.parts) or (None if one.total in gone else one.total)


def _solved(found: Figures, gone: Collection[Cell], sums: Sequence[Sum]) -> Cell | None:
    """What is hidden next, so that no small count can be worked out from all sums together."""
    known = worked_out(sums, gone)
    if not any(found.of(cell) in SMALL for cell in known):
        return None
    touched = [{one.total, *one.parts} for one in sums]
    near = [cells for cells in touched if cells & known]
    return _least(found, gone, set().union(*near)) or _least(found, gone, set().union(*touched))


def _least(found: Figures, gone: Collection[Cell], cells: Iterable[Cell]) -> Cell | None:
    """The least count that is shown of some cells, if one of them counts anybody."""
    shown = [cell for cell in cells if cell not in gone and found.of(cell)]
    return min(shown, key=lambda cell: (found.of(cell), cell), default=None)
