"""A return's workbook as XLSX."""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from projections.returns import Unit
from service.returns.archive import archive
from service.returns.workbook.book import TOP, Book, Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {Unit.PENCE: "#,##0.00", Unit.HALF_DAYS: "#,##0.0"}
_MOMENTS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")


def xlsx(book: Book) -> bytes:
    """The file's bytes, which depend on what it says alone."""
    made = Workbook()
    made.properties.title, made.properties.creator = book.title, "Casework"
    made.properties.language = "en-GB"
    cover = made.active
    if not isinstance(cover, Worksheet):
        raise TypeError("a new workbook has a sheet")
    cover.title = "Cover"
    _lines(cover, book.title, book.cover)
    for told in book.sheets:
        _sheet(made, told)
    return _stored(made, book.made_at)


def _lines(sheet: Worksheet, title: str, lines: Iterable[str]) -> None:
    for number, line in enumerate((title, *lines), 1):
        cell = sheet.cell(number, 1, line)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    sheet.column_dimensions["A"].width = 90


def _sheet(book: Workbook, told: Sheet) -> None:
    """A sheet with its title, what it holds, and one table from the third row on."""
    sheet: Worksheet = book.create_sheet(told.name)
    sheet.cell(1, 1, told.title).font = Font(bold=True, size=14)
    sheet.cell(2, 1, "This sheet has one table.")
    for place, line in enumerate((told.heads, *told.rows), TOP):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(place, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
    for column, head in enumerate(told.heads, 1):
        top = sheet.cell(TOP, column)
        top.font, top.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        longest = max((len(str(line[column - 1])) for line in told.rows), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(
            max(longest + 2, 12, len(head) // 2), 70
        )
    last = TOP + len(told.rows)
    reference = f"A{TOP}:{get_column_letter(len(told.heads))}{last}"
    table = Table(displayName=told.name.replace(" ", "_"), ref=reference)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    sheet.freeze_panes = f"A{TOP + 1}"
    for column, unit in enumerate(told.units, len(told.heads) - len(told.units) + 1):
        for number in range(TOP + 1, last + 1):
            sheet.cell(number, column).number_format = _FORMATS.get(unit, "#,##0")


def _stored(book: Workbook, moment: datetime) -> bytes:
    saved, told = io.BytesIO(), f"{moment.isoformat()}Z".encode()
    book.save(saved)
    with ZipFile(saved) as parts:
        found = {part: parts.read(part) for part in parts.namelist()}
    core = "docProps/core.xml"
    return archive(found | {core: _MOMENTS.sub(rb"\g<1>" + told + rb"\g<3>", found[core])})
