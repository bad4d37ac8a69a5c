"""CSV and JSON Lines: a batch of rows at a time."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from json import JSONEncoder
from typing import Any, BinaryIO

from service.exports.about import About
from service.exports.columns import Column, Kind
from service.exports.register import Batch
from service.imports.files import guarded


def iso(value: date | datetime) -> str:
    """A day, or a moment in UTC that ends in Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()


def as_data(value: Any) -> str:
    """What is kept as JSON, as one line of it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def as_list(value: list[Any]) -> str:
    """A list in one cell."""
    return "; ".join(str(each) for each in value)


def _cells(column: Column, *, pounds: bool) -> Callable[[Any], Any] | None:
    """How a column's values are written in CSV; None for as they are, nothing as nothing."""
    match column.kind:
        case Kind.TEXT:
            return guarded
        case Kind.LIST:
            return lambda value: guarded(as_list(value))
        case Kind.DATA:
            return lambda value: guarded(as_data(value))
        case Kind.FLAG:
            return lambda value: "true" if value else "false"
        case Kind.DAY:
            return date.isoformat
        case Kind.MOMENT:
            return iso
        case Kind.PENCE if pounds:
            return lambda value: f"{Decimal(value) / 100:.2f}"
    return None


def write_csv(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """RFC 4180 in UTF-8, text that a spreadsheet would run as a formula neutralised."""
    columns, pounds = about.register.columns, about.register.published
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(column.title if pounds else column.key for column in columns)
    ways = [_cells(column, pounds=pounds) for column in columns]
    for batch in batches:
        whole = (
            values if way is None else [None if value is None else way(value) for value in values]
            for way, values in zip(ways, zip(*batch, strict=True), strict=True)
        )
        writer.writerows(zip(*whole, strict=True))
    text.detach()


def _plain(value: Any) -> str:
    """What JSON has no form for, as text."""
    return iso(value) if isinstance(value, date) else str(value)


def write_jsonl(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """A JSON object a line: the columns by name, or the register's own form."""
    keys = [column.key for column in about.register.columns]
    own, encode = about.register.as_json, JSONEncoder(ensure_ascii=False, default=_plain).encode
    for batch in batches:
        rows = (dict(zip(keys, row, strict=True)) for row in batch)
        file.write("".join(f"{encode(own(row) if own else row)}\n" for row in rows).encode())
