"""XLSX by xlsxwriter in constant memory."""

from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_range

from service.exports.about import About
from service.exports.columns import Kind
from service.exports.formats.workbook import (
    NOTHING,
    Sheet,
    contents,
    cover,
    notes,
    refuse_too_many,
    table_name,
    way_of,
)
from service.exports.register import Batch

_STYLE = "Table Style Light 1"
_WIDTHS = {Kind.TEXT: 24, Kind.LIST: 32, Kind.DATA: 40, Kind.MOMENT: 20, Kind.DAY: 14}


def write_xlsx(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """An accessible workbook. Raises Refused ``bad-format`` for more rows than a sheet holds."""
    refuse_too_many("XLSX", about.total)
    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        try:
            _write(book, about, batches)
        except BaseException:
            # Not to be put together: whoever stops it should not have to wait.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
            raise
        book.close()


def _write(book: Any, about: About, batches: Iterator[Batch]) -> None:
    book.use_zip64()
    book.set_properties(
        {
            "title": about.register.title,
            "subject": about.as_at,
            "author": about.publisher,
            "created": about.recorded_at.replace(tzinfo=None, microsecond=0),
        }
    )
    _cover(book, about)
    for sheet in (contents(about), notes(about)):
        _small(book, sheet)
    _rows(book, about, batches)


def _cover(book: Any, about: About) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
    title = book.add_format({"bold": True, "font_size": 16, "text_wrap": True})
    for number, line in enumerate(cover(about)):
        sheet.write_string(number, 0, line, title if number == 0 else None)


def _small(book: Any, told: Sheet) -> None:
    sheet = book.add_worksheet(told.name)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, len(told.headers) - 1, 60, book.add_format({"text_wrap": True}))
    table = _table(book, sheet, told.name, told.headers)
    for number, row in enumerate(told.rows, 1):
        for column, cell in enumerate(row):
            if told.name == "Contents" and column == 0:
                sheet.write_url(number, 0, f"internal:'{cell}'!A1", string=cell)
            else:
                sheet.write_string(number, column, cell)
    _end(sheet, table, len(told.rows), len(told.headers))


def _rows(book: Any, about: About, batches: Iterator[Batch]) -> None:
    columns = about.register.columns
    sheet = book.add_worksheet(table_name(about))
    formats = {
        Kind.PENCE: book.add_format({"num_format": "#,##0.00"}),
        Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
        Kind.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for number, column in enumerate(columns):
        width = max(_WIDTHS.get(column.kind, 12), min(len(column.title) + 2, 40))
        sheet.set_column(number, number, width)
    name = f"{about.register.name.replace('-', '_')}_rows"
    titles = tuple(column.title for column in columns)
    table = _table(book, sheet, name, titles) if about.total else None
    if table is None:
        _headers(book, sheet, titles)
    line, ways = 0, [way_of(column) for column in columns]
    styles = [formats.get(column.kind) for column in columns]
    for batch in batches:
        refuse_too_many("XLSX", line + len(batch))
        for row in batch:
            line += 1
            for number, value in enumerate(row):
                cell = NOTHING if value is None else ways[number](value)
                if isinstance(cell, str):
                    sheet.write_string(line, number, cell)
                elif isinstance(cell, (int, float)):
                    sheet.write_number(line, number, cell, styles[number])
                else:
                    sheet.write_datetime(line, number, cell, styles[number])
    if table is not None:
        _end(sheet, table, line, len(columns))


def _headers(book: Any, sheet: Any, titles: tuple[str, ...]) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for number, title in enumerate(titles):
        sheet.write_string(0, number, title, bold)
    sheet.freeze_panes(1, 0)


def _table(book: Any, sheet: Any, name: str, titles: tuple[str, ...]) -> dict[str, Any]:
    """Mark up the sheet's table before its rows come, as if it had one row.

    In constant memory the library makes no tables, because it would write their cells out of
    order and remember each. This one has headers alone, which are written next and in order;
    its range is stretched over the rows when they have come.
    """
    sheet.constant_memory = False
    options = {"name": name, "style": _STYLE, "columns": [{"header": title} for title in titles]}
    sheet.add_table(0, 0, 1, len(titles) - 1, options)
    sheet.constant_memory = True
    _headers(book, sheet, titles)
    table: dict[str, Any] = sheet.tables[-1]
    return table


def _end(sheet: Any, table: dict[str, Any], rows: int, columns: int) -> None:
    covered = xl_range(0, 0, max(rows, 1), columns - 1)
    table.update(range=covered, a_range=covered, autofilter=covered)
