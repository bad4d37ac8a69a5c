"""Workbooks as they are read: each sheet's rows, whatever program wrote them."""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl

from service.returns.checking.files import Unreadable

Row = tuple[Any, ...]
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST_REPEATED = 1_000
"""Programs fill what is left of a sheet with one cell repeated: that is no content."""


def xlsx_sheets(content: bytes) -> Iterator[list[Row]]:
    """The sheets of an XLSX workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            yield list(sheet.iter_rows(values_only=True))
    finally:
        book.close()


def ods_sheets(content: bytes) -> Iterator[list[Row]]:
    """The sheets of an ODS workbook. Raises Unreadable for XML that would define entities."""
    with ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("content.xml")
    if b"<!DOCTYPE" in text:
        raise Unreadable("its content.xml has a document type, which no spreadsheet needs.")
    root = ElementTree.fromstring(text)  # noqa: S314 - without a document type
    for sheet in root.iter(f"{_TABLE}table"):
        yield [
            tuple(value for cell in row for value in _cells(cell))
            for row in sheet.iter(f"{_TABLE}table-row")
        ]


def _cells(cell: ElementTree.Element) -> Iterator[Any]:
    number = cell.get(f"{_OFFICE}value")
    text = "\n".join("".join(lines.itertext()) for lines in cell.iter(f"{_TEXT}p"))
    value = Decimal(number) if number is not None else text or None
    times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
    yield from [value] * (times if times < _MOST_REPEATED else 0)
