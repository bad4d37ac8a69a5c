"""A pair of statistics files as they are read: the data, and the metadata that describes it."""

import csv
import gzip
import io
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from service.returns.checking.words import REQUIRED_DATA

_GZIP = b"\x1f\x8b"


class Unreadable(Exception):
    """A file that is no CSV, or is not there: said in a sentence."""


class Sheet:
    """A file's header and rows, by column."""

    def __init__(self, name: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.name, self.columns = name, columns
        self.by_column = {
            column: [row[place] for row in rows] for place, column in enumerate(columns)
        }
        self.length = len(rows)

    def of(self, column: str) -> list[str]:
        """A column's cells in the order of rows; blank ones where there is no such column."""
        return self.by_column.get(column) or [""] * self.length

    def distinct(self, column: str) -> list[str]:
        """A column's values, each once, in order; none where there is no such column."""
        return list(dict.fromkeys(self.by_column.get(column, ())))

    def together(self, *columns: str) -> Iterator[tuple[str, ...]]:
        """Several columns' cells, row by row."""
        return zip(*(self.of(column) for column in columns), strict=True)


class Pair:
    """The data and its metadata."""

    def __init__(self, data: Sheet, meta: Sheet) -> None:
        self.data, self.meta = data, meta

    @cached_property
    def described(self) -> list[dict[str, str]]:
        """The metadata's rows."""
        columns = [self.meta.of(column) for column in self.meta.columns]
        return [
            dict(zip(self.meta.columns, row, strict=True)) for row in zip(*columns, strict=True)
        ]

    def named(self, col_type: str) -> list[str]:
        """The columns that the metadata calls filters, or indicators."""
        return [
            name
            for name, kind in self.meta.together("col_name", "col_type")
            if kind == col_type and name
        ]

    @property
    def groups(self) -> list[str]:
        """The grouping columns."""
        return [name for name in self.meta.distinct("filter_grouping_column") if name]

    @property
    def filters(self) -> list[str]:
        """Filters and grouping columns that the data has."""
        wanted = dict.fromkeys((*self.named("Filter"), *self.groups))
        return [name for name in wanted if name in self.data.by_column]

    @property
    def indicators(self) -> list[str]:
        """Indicators that the data has."""
        return [name for name in self.named("Indicator") if name in self.data.by_column]


def read_sheet(name: str, content: bytes, *, compressed: bool = False) -> Sheet:
    """A sheet from a file's bytes. Raises Unreadable."""
    try:
        if content.startswith(_GZIP) and compressed:
            content = gzip.decompress(content)
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (OSError, EOFError, ValueError, csv.Error) as error:
        raise Unreadable(f"{name} can't be read as CSV: {error}") from error
    if not lines or not any(lines[0]):
        raise Unreadable(f"{name} is empty.")
    header, rows = tuple(lines[0]), [tuple(line) for line in lines[1:] if line]
    if len(set(header)) < len(header):
        twice = next(column for column in header if header.count(column) > 1)
        raise Unreadable(f"{name} has the column {twice!r} twice.")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise Unreadable(
                f"{name} has {len(row)} cells in row {number} under {len(header)} headers."
            )
    return Sheet(name, header, rows)


def read_pair(data: Path, meta: Path) -> Pair:
    """A pair from its files. Raises Unreadable."""
    for file in (data, meta):
        if not file.is_file():
            raise Unreadable(f"{file.name} is not there.")
        if file.suffix not in (".csv", ".gz"):
            raise Unreadable(f"{file.name} is no CSV.")
    return Pair(
        read_sheet(data.name, data.read_bytes(), compressed=True),
        read_sheet(meta.name, meta.read_bytes()),
    )


def pairs_in(folder: Path) -> list[tuple[Path, Path]]:
    """The pairs of a folder: each metadata file with its data, and data that lacks metadata.

    Other CSV files that lie there, which are no statistics, are left alone.
    """
    metas = sorted(file for file in folder.iterdir() if file.name.endswith(".meta.csv"))
    found = [(_data_of(meta), meta) for meta in metas]
    taken = {*metas, *(data for data, _ in found)}
    for file in sorted(folder.glob("*.csv")):
        if file not in taken and _is_statistics(file):
            found.append((file, file.with_name(f"{file.stem}.meta.csv")))
    return sorted(found)


def _data_of(meta: Path) -> Path:
    stem = meta.name.removesuffix(".meta.csv")
    compressed = meta.with_name(f"{stem}.csv.gz")
    return compressed if compressed.is_file() else meta.with_name(f"{stem}.csv")


def _is_statistics(file: Path) -> bool:
    with file.open("rb") as opened:
        first = opened.readline(10_000).decode("utf-8-sig", errors="replace")
    return len(set(REQUIRED_DATA) & set(first.strip().split(","))) >= 3
