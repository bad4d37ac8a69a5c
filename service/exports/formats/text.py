"""CSV and JSON Lines: a batch of rows at a time."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
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


def _cell(column: Column, value: Any, *, pounds: bool) -> Any:
    if value is None:
        return ""
    match column.kind:
        case Kind.TEXT:
            return guarded(value)
        case Kind.LIST:
            return guarded(as_list(value))
        case Kind.DATA:
            return guarded(as_data(value))
        case Kind.FLAG:
            return "true" if value else "false"
        case Kind.DAY | Kind.MOMENT:
            return iso(value)
        case Kind.PENCE if pounds:
            return f"{Decimal(value) / 100:.2f}"
    return value


def write_csv(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """RFC 4180 in UTF-8, text that a spreadsheet would run as a formula neutralised."""
    columns, pounds = about.register.columns, about.register.published
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(column.title if pounds else column.key for column in columns)
    plain = [column.kind in (Kind.WHOLE, Kind.DECIMAL) for column in columns]
    if not pounds:
        plain = [p or c.kind is Kind.PENCE for p, c in zip(plain, columns, strict=True)]
    for batch in batches:
        writer.writerows(
            [
                value if as_is else _cell(column, value, pounds=pounds)
                for column, as_is, value in zip(columns, plain, row, strict=True)
            ]
            for row in batch
        )
    text.detach()


def _json(value: Any) -> Any:
    match value:
        case datetime() | date():
            return iso(value)
        case Decimal():
            return str(value)
    return value


def write_jsonl(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """A JSON object a line: the columns by name, or the register's own form."""
    keys = [column.key for column in about.register.columns]
    own = about.register.as_json
    for batch in batches:
        lines = []
        for row in batch:
            said = dict(zip(keys, row, strict=True))
            told = own(said) if own else {key: _json(value) for key, value in said.items()}
            lines.append(json.dumps(told, ensure_ascii=False))
        file.write("".join(f"{line}\n" for line in lines).encode())
