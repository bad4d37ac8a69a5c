"""What an accessible workbook holds besides its table: cover, contents and notes.

After the Analysis Function's guidance: one marked-up table a sheet with its headers in the first
row, units in the headers, real numbers and dates, no merged cell, and no blank one.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from domain.kernel import Refused
from service.exports.about import About
from service.exports.columns import Column, Kind
from service.exports.formats.text import as_data, as_list

NOTHING = "[z]"
"""What the guidance puts in a cell to which nothing applies."""
MOST_ROWS = 1_048_575
"""As many as a sheet of a spreadsheet program has, less the headers."""
MOST_CHARACTERS = 32_000
"""A cell of a spreadsheet program holds a few more."""
_CUT = " … (cut here: CSV, Parquet and JSON Lines have it whole)"

Cell = str | int | float | date | datetime


class Sheet(NamedTuple):
    """A sheet with one small table."""

    name: str
    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]


def refuse_too_many(kind: str, count: int) -> None:
    """A sheet holds only so many rows. Raises Refused ``bad-format``."""
    if count > MOST_ROWS:
        raise Refused(
            "bad-format",
            f"{kind} holds at most {MOST_ROWS:,} rows and this has {count:,}: use CSV or Parquet.",
            rows=count,
            most=MOST_ROWS,
        )


def table_name(about: About) -> str:
    """The name of the sheet with the rows."""
    return about.register.title[:31]


def cover(about: About) -> list[str]:
    """The lines of the cover, a cell each, the title first."""
    recorded = f"{about.recorded_at:%Y-%m-%d} at {about.recorded_at:%H:%M} UTC"
    lines = (
        about.register.title,
        about.register.told,
        f"{about.as_at}. The last event up to then was recorded on {recorded}.",
        f"What it holds: {about.scope[0].lower()}{about.scope[1:]}.",
        f"Published by: {about.publisher}, from {about.address}",
        f"{NOTHING} stands where nothing applies, or where it has not happened yet.",
        "Amounts are in pounds. Times are in UTC.",
        "Sums, dates and codes are as in the record: this workbook has no formulas.",
    )
    return list(lines)


def contents(about: About) -> Sheet:
    """What is on which sheet."""
    return Sheet(
        "Contents",
        ("Sheet", "What it holds"),
        [
            ("Cover", "What this workbook is, and as at which moment"),
            ("Contents", "This list"),
            ("Notes", "What each column holds"),
            (table_name(about), about.register.told),
        ],
    )


def notes(about: About) -> Sheet:
    """What each column holds."""
    return Sheet(
        "Notes",
        ("Column", "What it holds", "Kind", "Name in CSV, Parquet and JSON Lines"),
        [
            (
                column.title,
                about.register.meaning(column),
                column.kind.value.capitalize(),
                column.key,
            )
            for column in about.register.columns
        ],
    )


def way_of(column: Column) -> Callable[[Any], Cell]:
    """How a column's values are shown: real numbers and dates, or text, and never blank."""
    match column.kind:
        case Kind.PENCE:
            return lambda value: float(value / 100)
        case Kind.WHOLE:
            return int
        case Kind.DECIMAL:
            return float
        case Kind.FLAG:
            return lambda value: "Yes" if value else "No"
        case Kind.DAY:
            return _day
        case Kind.MOMENT:
            return _moment
        case Kind.LIST:
            return lambda value: _text(as_list(value))
        case Kind.DATA:
            return lambda value: _text(as_data(value))
    return _text


def _day(value: date) -> Cell:
    return value


def _moment(value: datetime) -> Cell:
    return value.astimezone(UTC).replace(tzinfo=None)


def _text(text: str) -> Cell:
    if len(text) > MOST_CHARACTERS:
        return text[: MOST_CHARACTERS - len(_CUT)] + _CUT
    return text if text and not text.isspace() else NOTHING
