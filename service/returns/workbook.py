"""A return as a workbook for readers: cover, contents, notes, and one marked-up table a sheet.

As the Analysis Function's guidance on accessible spreadsheets has it: no merged cells and no
blank ones, headers in the first row of each table with their units, real numbers, symbols in
brackets that the notes explain. The same figures make the same bytes: the parts are stored
uncompressed, without the time of day.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from projections.returns import Area, Cell, Figures, Filter, Indicator, Unit
from projections.returns.shape import TOTAL

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNITS = {Unit.PENCE: " (£)", Unit.HALF_DAYS: " (days)", Unit.COUNT: "", Unit.PEOPLE: " (people)"}
_FORMATS = {Unit.PENCE: "#,##0.00", Unit.HALF_DAYS: "#,##0.0"}
_PER = {Unit.PENCE: 100, Unit.HALF_DAYS: 2}
_MOMENTS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
Line = Sequence[str | int | Decimal]


def workbook(found: Figures, gone: set[Cell], position: int) -> bytes:
    """The workbook of a return's figures, with what is hidden in them."""
    book = Workbook()
    title = f"{found.shape.title}, {found.period.name}"
    book.properties.title, book.properties.creator = title, "Casework"
    book.properties.language = "en-GB"
    covers = (
        f"It covers {found.period.first.isoformat()} to {found.period.last.isoformat()}, as at"
        f" position {position} of the record of the Children's Improvement Board."
    )
    tables: list[tuple[str, str, Filter | None]] = [("Table 1", "Totals by place", None)]
    tables += [
        (f"Table {n}", f"{f.label}: England and its regions", f)
        for n, f in enumerate(found.shape.filters, 2)
    ]
    cover = book.active
    if not isinstance(cover, Worksheet):
        raise TypeError("a new workbook has a sheet")
    cover.title = "Cover"
    _lines(
        cover,
        title,
        (
            covers,
            "The figures are those of the statistics files beside this workbook.",
            "The notes explain the symbols and what each figure counts.",
        ),
    )
    _sheet(
        book,
        "Contents",
        "Contents",
        ("Sheet", "What it shows"),
        [("Notes", "Symbols and what is counted"), *(table[:2] for table in tables)],
    )
    _sheet(book, "Notes", "Notes", ("Symbol or figure", "Meaning"), _notes(found))
    for name, what, split in tables:
        _figures(book, name, what, found, gone, split)
    return _stored(book, datetime.combine(found.period.last, time()))


def _notes(found: Figures) -> Iterable[Line]:
    yield "[c]", "Confidential: a count of fewer than five people, or one that would reveal it"
    yield "Total", "Everything, whatever it is split by"
    for indicator in found.shape.indicators:
        counted = (
            "at the end of the period, or of the year" if _stock(indicator) else "in the period"
        )
        yield f"{indicator.label}{_UNITS[indicator.unit]}", f"{indicator.group}: {counted}"


def _stock(indicator: Indicator) -> bool:
    return indicator.name in ("committed_sum", "forecast_sum", "cases_open_count", "days_open_sum")


def _figures(
    book: Workbook,
    name: str,
    what: str,
    found: Figures,
    gone: set[Cell],
    split: Filter | None,
) -> None:
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
    sheet = _sheet(book, name, f"{name}: {what}", heads, rows)
    first = len(heads) - len(indicators) + 1
    for column, indicator in enumerate(indicators, first):
        for line in range(4, 4 + len(rows)):
            sheet.cell(line, column).number_format = _FORMATS.get(indicator.unit, "#,##0")


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
            return "[c]"
        per = _PER.get(indicator.unit)
        return Decimal(found.of(cell)) / per if per else found.of(cell)

    return (area.level, area.gss, area.name, *([item] if split else []), *map(value, indicators))


# --- Sheets ---------------------------------------------------------------------------------


def _lines(sheet: Worksheet, title: str, lines: Iterable[str]) -> None:
    for number, line in enumerate((title, *lines), 1):
        cell = sheet.cell(number, 1, line)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    sheet.column_dimensions["A"].width = 90


def _sheet(
    book: Workbook, name: str, title: str, heads: Sequence[str], rows: Iterable[Line]
) -> Worksheet:
    """A sheet with its title, what it holds, and one table from the third row on."""
    sheet: Worksheet = book.create_sheet(name)
    lines = list(rows)
    sheet.cell(1, 1, title).font = Font(bold=True, size=14)
    sheet.cell(2, 1, "This sheet has one table.")
    for place, line in enumerate((heads, *lines), 3):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(place, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
    for column, head in enumerate(heads, 1):
        top = sheet.cell(3, column)
        top.font, top.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        longest = max((len(str(line[column - 1])) for line in lines), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(
            max(longest + 2, 12, len(head) // 2), 70
        )
    reference = f"A3:{get_column_letter(len(heads))}{3 + len(lines)}"
    table = Table(displayName=name.replace(" ", "_"), ref=reference)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    sheet.freeze_panes = "A4"
    return sheet


def _stored(book: Workbook, moment: datetime) -> bytes:
    """The workbook's bytes, which depend on what it says alone."""
    saved, made = io.BytesIO(), io.BytesIO()
    book.save(saved)
    told = f"{moment.isoformat()}Z".encode()
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(made, "w") as again:
        for part in parts.namelist():
            content = parts.read(part)
            if part == "docProps/core.xml":
                content = _MOMENTS.sub(rb"\g<1>" + told + rb"\g<3>", content)
            again.writestr(zipfile.ZipInfo(part, _EARLIEST), content)
    return made.getvalue()
