"""The formats: each writes what an export says of itself, and its rows, into a file."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from service.exports.about import About
from service.exports.formats.ods import write_ods
from service.exports.formats.package import write_package
from service.exports.formats.parquet import write_parquet
from service.exports.formats.text import write_csv, write_jsonl
from service.exports.formats.xlsx import write_xlsx
from service.exports.register import Batch

Writer = Callable[[BinaryIO, About, Iterator[Batch]], None]


class Format(StrEnum):
    """What a register can be exported as."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    PARQUET = "parquet"
    JSONL = "jsonl"
    PACKAGE = "package"
    GIVING = "360giving"


class Written(NamedTuple):
    """How a format is written, and what a browser is told of it."""

    name: str
    ending: str
    media_type: str
    write: Writer | None = None
    """None for the form of its own that grants have."""


FORMATS: Mapping[Format, Written] = {
    Format.CSV: Written("CSV", "csv", "text/csv; charset=utf-8", write_csv),
    Format.XLSX: Written(
        "XLSX",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    Format.ODS: Written("ODS", "ods", "application/vnd.oasis.opendocument.spreadsheet", write_ods),
    Format.PARQUET: Written("Parquet", "parquet", "application/vnd.apache.parquet", write_parquet),
    Format.JSONL: Written("JSON Lines", "jsonl", "application/x-ndjson", write_jsonl),
    Format.PACKAGE: Written("Package", "zip", "application/zip", write_package),
    Format.GIVING: Written("360Giving", "json", "application/json"),
}
