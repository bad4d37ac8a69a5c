"""The shape of a return's figures: filters, indicators, and the cells that events add to.

A return counts things: cases, grants, payments, matches. What one of them adds to which cells is
a function of its own records alone, so that every figure is a sum over things, and a change of a
figure is a sum over events. Rows are totals or split by one filter at a time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Self

from domain.kernel import Event, Record, year_bounds
from domain.reporting import period_bounds, period_quarter, period_year

TOTAL = "Total"


class Cell(NamedTuple):
    """A figure's place."""

    area: str
    """A council's number, a region, or nothing for England."""
    filter: str
    """The filter that the row is split by, or nothing for the total."""
    item: str
    indicator: str


Cells = dict[Cell, int]
"""Whole numbers: of pence, half-days, or things."""


class Unit(StrEnum):
    """What an indicator counts in."""

    PENCE = "pence"
    HALF_DAYS = "half-days"
    COUNT = "count"
    PEOPLE = "people"
    """A count of persons: small ones are not shown."""

    @property
    def decimals(self) -> int:
        """Decimal places as published: pounds, days, things."""
        return {Unit.PENCE: 2, Unit.HALF_DAYS: 1}.get(self, 0)


class Indicator(NamedTuple):
    """A column of figures."""

    name: str
    label: str
    group: str
    unit: Unit
    filters: tuple[str, ...]
    """Those that it can be split by; in the rows of others it does not apply."""

    def written(self, value: int) -> str:
        """A figure as it is published, exactly: pence as pounds, half-days as days."""
        if not self.unit.decimals:
            return str(value)
        per = 100 if self.unit == Unit.PENCE else 2
        whole, rest = divmod(abs(value), per)
        part = f"{rest:02d}" if per == 100 else f"{rest * 5}"
        return f"{'-' if value < 0 else ''}{whole}.{part}"


class Filter(NamedTuple):
    """A column that figures are split by."""

    name: str
    label: str
    hint: str
    items: tuple[str, ...]


class Period(NamedTuple):
    """A reporting period: a range of effective dates."""

    name: str
    first: date
    last: date

    @classmethod
    def named(cls, name: str) -> Self:
        """The period of a name, like 2025-26Q2."""
        return cls(name, *period_bounds(name))

    @property
    def year(self) -> str:
        """Its financial year: 2025-26."""
        return period_year(self.name)

    @property
    def quarter(self) -> int | None:
        """Its quarter, if it is one."""
        return period_quarter(self.name)

    @property
    def year_first(self) -> date:
        """The first day of its financial year."""
        return year_bounds(self.year)[0]

    def has(self, record: Record) -> bool:
        """Whether it holds in the world within the period."""
        return self.first <= record.effective_on <= self.last

    def reached(self, records: Iterable[Record]) -> list[Record]:
        """Those that hold in the world by the end of the period."""
        return [record for record in records if record.effective_on <= self.last]


Things = Callable[[Record], Iterable[str]]
"""The things whose figures a record bears on, by name."""
Adds = Callable[[str, Sequence[Record], Period], Cells]
"""What a thing adds to which cells, by its records in order."""


class Shape(NamedTuple):
    """What a kind of return consists of."""

    title: str
    filters: tuple[Filter, ...]
    indicators: tuple[Indicator, ...]
    events: tuple[type[Event], ...]
    """What its figures are made from; a base stands for all that derive from it."""
    things: Things
    adds: Adds
    telling: tuple[str, ...] = ()
    """Indicators of which one alone tells that one person was counted."""

    def indicator(self, name: str) -> Indicator:
        """One of its indicators."""
        return next(each for each in self.indicators if each.name == name)


def add(
    cells: Cells,
    indicator: str,
    amount: int,
    where: tuple[str | None, str | None],
    splits: Mapping[str, str] | None = None,
) -> None:
    """Add an amount to England, the region and the council, in total and in each split."""
    region, council = where
    for area in dict.fromkeys(("", region, council)):
        if area is None:
            continue
        for split, item in (("", TOTAL), *(splits or {}).items()):
            cell = Cell(area, split, item, indicator)
            cells[cell] = cells.get(cell, 0) + amount


def titled(words: str) -> str:
    """An item's name as published: first letter large."""
    plain = words.replace("-", " ") if words.islower() and " " not in words else words
    return plain[:1].upper() + plain[1:]
