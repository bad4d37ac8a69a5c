"""What a return's workbook holds: cover, contents, notes, and one table a sheet.

As the Analysis Function's guidance on accessible spreadsheets has it: no merged cells and no
blank ones, headers in the first row of each table with their units, real numbers, symbols in
brackets that the notes explain.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import NamedTuple

from projections.returns import Area, Cell, Figures, Filter, Indicator, Unit
from projections.returns.shape import TOTAL

_UNITS = {Unit.PENCE: " (£)", Unit.HALF_DAYS: " (days)", Unit.COUNT: "", Unit.PEOPLE: " (people)"}
_PER = {Unit.PENCE: 100, Unit.HALF_DAYS: 2}
HIDDEN = "[c]"
"""What stands for a figure that is not shown."""
TOP = 3
"""The row with a table's headers: the sheet's title and what it holds stand above."""
Line = Sequence[str | int | Decimal]


class Sheet(NamedTuple):
    """A sheet with its title and one table."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Line]
    units: Sequence[Unit] = ()
    """Of its last columns, which are figures."""


class Book(NamedTuple):
    """A workbook."""

    title: str
    made_at: datetime
    """The last day that it covers: the time that its files bear."""
    cover: Sequence[str]
    sheets: Sequence[Sheet]


def book_of(found: Figures, gone: set[Cell], position: int) -> Book:
    """The workbook of a return's figures, with what is hidden in them."""
    covers = (
        f"It covers {found.period.first.isoformat()} to {found.period.last.isoformat()}, as at"
        f" position {position} of the record of the Children's Improvement Board."
    )
    tables = [_figures("Table 1", "Totals by place", found, gone, None)]
    tables += [
        _figures(f"Table {n}", f"{f.label}: England and its regions", found, gone, f)
        for n, f in enumerate(found.shape.filters, 2)
    ]
    listed = [(table.name, table.title.removeprefix(f"{table.name}: ")) for table in tables]
    contents = [("Notes", "Symbols and what is counted"), *listed]
    return Book(
        f"{found.shape.title}, {found.period.name}",
        datetime.combine(found.period.last, time()),
        (
            covers,
            "The figures are those of the statistics files beside this workbook.",
            "The notes explain the symbols and what each figure counts.",
        ),
        (
            Sheet("Contents", "Contents", ("Sheet", "What it shows"), contents),
            Sheet("Notes", "Notes", ("Symbol or figure", "Meaning"), list(_notes(found))),
            *tables,
        ),
    )


def headings(label: str) -> list[str]:
    """What an indicator of a label may stand under: with the unit that it has."""
    return [f"{label}{unit}" for unit in _UNITS.values()]


def _notes(found: Figures) -> Iterable[Line]:
    yield HIDDEN, "Confidential: a count of fewer than five people, or one that would reveal it"
    yield "Total", "Everything, whatever it is split by"
    for indicator in found.shape.indicators:
        counted = (
            "at the end of the period, or of the year" if _stock(indicator) else "in the period"
        )
        yield f"{indicator.label}{_UNITS[indicator.unit]}", f"{indicator.group}: {counted}"


def _stock(indicator: Indicator) -> bool:
    return indicator.name in ("committed_sum", "forecast_sum", "cases_open_count", "days_open_sum")


def _figures(name: str, what: str, found: Figures, gone: set[Cell], split: Filter | None) -> Sheet:
    """A table: every place's totals, or each item of a filter for England and its regions."""
    indicators = [i for i in found.shape.indicators if split is None or split.name in i.filters]
    heads = ["Level", "Code", "Place", *([split.label] if split else [])]
    heads += [f"{i.label}{_UNITS[i.unit]}" for i in indicators]
    places = [a for a in found.areas if split is None or a.level != "Local authority"]
    rows = [
        _row(found, gone, area, split, item, indicators)
        for area in places
        for item in (split.items if split else (TOTAL,))
    ]
    return Sheet(name, f"{name}: {what}", heads, rows, [i.unit for i in indicators])


def _row(
    found: Figures,
    gone: set[Cell],
    area: Area,
    split: Filter | None,
    item: str,
    indicators: Sequence[Indicator],
) -> Line:
    def value(indicator: Indicator) -> str | int | Decimal:
        cell = Cell(area.code, split.name if split else "", item, indicator.name)
        if cell in gone:
            return HIDDEN
        per = _PER.get(indicator.unit)
        return Decimal(found.of(cell)) / per if per else found.of(cell)

    return (area.level, area.gss, area.name, *([item] if split else []), *map(value, indicators))
