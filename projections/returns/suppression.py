"""Small counts of people are not shown, nor what would give one away.

A count of 1 to 4 is hidden. So that it can't be worked out from a total, every sum that is
published with its parts (a region of its councils, England of its regions, a total of its items)
has none hidden, or at least two, which together come to five or more: then each could be
several numbers. Nothing else but counts of people is hidden.
"""

from collections.abc import Iterator

from projections.returns.figures import Figures
from projections.returns.shape import TOTAL, Cell, Unit

SMALL = range(1, 5)


def hidden(found: Figures) -> set[Cell]:
    """The cells that are not shown."""
    people = [i.name for i in found.shape.indicators if i.unit == Unit.PEOPLE]
    places = [cell for cell in found.places() if cell.indicator in people]
    gone = {cell for cell in places if found.of(cell) in SMALL}
    sums = list(_sums(found, places))
    again = bool(gone)
    while again:
        again = False
        for total, parts in sums:
            taken = _next_to_hide(found, gone, total, parts)
            if taken is not None:
                gone.add(taken)
                again = True
    return gone


def _sums(found: Figures, places: list[Cell]) -> Iterator[tuple[Cell, list[Cell]]]:
    """Each published total with its parts: by place, and by filter."""
    within: dict[str, list[str]] = {}
    for area in found.areas:
        if area.parent is not None:
            within.setdefault(area.parent, []).append(area.code)
    items: dict[tuple[str, str], list[Cell]] = {}
    for cell in places:
        if cell.area in within:
            yield cell, [cell._replace(area=area) for area in within[cell.area]]
        if cell.filter:
            total = Cell(cell.area, "", TOTAL, cell.indicator)
            items.setdefault((cell.filter, "|".join(total)), []).append(cell)
    for parts in items.values():
        yield Cell(parts[0].area, "", TOTAL, parts[0].indicator), parts


def _next_to_hide(found: Figures, gone: set[Cell], total: Cell, parts: list[Cell]) -> Cell | None:
    """The next cell to hide so that nothing hidden in a sum can be worked out from it."""
    missing = [part for part in parts if part in gone]
    if not missing or total in gone:
        return None
    if len(missing) > 1 and sum(found.of(part) for part in missing) > max(SMALL):
        return None
    shown = [part for part in parts if part not in gone and found.of(part)]
    return min(shown, key=lambda part: (found.of(part), part), default=total)
