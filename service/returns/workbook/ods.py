"""A return's workbook as ODS, the open format that government asks for."""

from collections.abc import Iterable

from projections.returns import Unit
from service import opendocument as odf
from service.returns.archive import archive
from service.returns.workbook.book import TOP, Book, Sheet

_STYLES = {Unit.PENCE: "money", Unit.HALF_DAYS: "days", Unit.COUNT: "count", Unit.PEOPLE: "count"}


def ods(book: Book) -> bytes:
    """The file's bytes, which depend on what it says alone."""
    content = "".join(
        (
            odf.BEGIN,
            odf.lines("Cover", (book.title, *book.cover)),
            *map(_sheet, book.sheets),
            odf.end(
                odf.table(sheet.name, len(sheet.heads), len(sheet.rows), TOP)
                for sheet in book.sheets
            ),
        )
    )
    parts = odf.parts(book.title, book.cover[0], "Casework", book.made_at)
    texts = {"mimetype": odf.MEDIA_TYPE, **parts, "content.xml": content}
    return archive({name: text.encode() for name, text in texts.items()})


def _sheet(sheet: Sheet) -> str:
    above = (odf.cell(sheet.title, "title"), odf.cell("This sheet has one table."))
    return "".join(
        (
            odf.begin(sheet.name, len(sheet.heads)),
            *(odf.row([each]) for each in above),
            odf.heads(sheet.heads),
            *_rows(sheet),
            odf.END_SHEET,
        )
    )


def _rows(sheet: Sheet) -> Iterable[str]:
    styles = ["wrap"] * (len(sheet.heads) - len(sheet.units)) + [_STYLES[u] for u in sheet.units]
    for row in sheet.rows:
        first, *rest = (odf.cell(value, style) for value, style in zip(row, styles, strict=True))
        yield odf.row([odf.link(str(row[0])) if sheet.name == "Contents" else first, *rest])
