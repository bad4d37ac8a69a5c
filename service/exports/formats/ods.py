"""ODS: an OpenDocument 1.2 spreadsheet, written part by part into a zip archive."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile

from service import opendocument as odf
from service.exports.about import About
from service.exports.columns import Column, Kind
from service.exports.formats.archive import entry, is_large
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


def write_ods(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """An accessible workbook. Raises Refused ``bad-format`` for more rows than a sheet holds."""
    refuse_too_many("ODS", about.total)
    told = odf.parts(about.register.title, about.as_at, about.publisher, about.recorded_at)
    with ZipFile(file, "w") as archive:
        # First and not compressed, so that whoever looks at the first bytes knows the format.
        archive.writestr(entry("mimetype", about, ZIP_STORED), odf.MEDIA_TYPE)
        for name, content in told.items():
            archive.writestr(entry(name, about), content)
        large = is_large(about)
        with archive.open(entry("content.xml", about), "w", force_zip64=large) as part:
            _content(part, about, batches)


def _content(part: IO[bytes], about: About, batches: Iterator[Batch]) -> None:
    told = (contents(about), notes(about))
    small = "".join(map(_small, told))
    part.write(f"{odf.BEGIN}{odf.lines('Cover', cover(about))}{small}".encode())
    columns, nothing = about.register.columns, odf.cell(NOTHING)
    titles = [column.title for column in columns]
    part.write((odf.begin(table_name(about), len(columns)) + odf.heads(titles)).encode())
    ways, lines = [_way_of(column) for column in columns], 0
    for batch in batches:
        lines += len(batch)
        refuse_too_many("ODS", lines)
        cells = (
            [nothing if value is None else way(value) for value in values]
            for way, values in zip(ways, zip(*batch, strict=True), strict=True)
        )
        part.write("".join(map(odf.row, zip(*cells, strict=True))).encode())
    tables = [odf.table(sheet.name, len(sheet.headers), len(sheet.rows)) for sheet in told]
    tables.append(odf.table(table_name(about), len(columns), lines))
    part.write(f"{odf.END_SHEET}{odf.end(tables)}".encode())


_STYLE_OF = {Kind.PENCE: "money", Kind.DAY: "day", Kind.MOMENT: "moment"}
_SHORT = 60
"""Texts up to so many characters come again and again: what they look like is remembered."""


def _way_of(column: Column) -> Callable[[Any], str]:
    style, way = _STYLE_OF.get(column.kind, ""), way_of(column)
    remembered = lru_cache(maxsize=20_000)(odf.cell)

    def written(value: Any) -> str:
        cell = way(value)
        if isinstance(cell, (int, float)) or (isinstance(cell, str) and len(cell) > _SHORT):
            return odf.cell(cell, style)
        return remembered(cell, style)

    return written


def _small(sheet: Sheet) -> str:
    rows = []
    for row in sheet.rows:
        first, *rest = (odf.cell(text, "wrap") for text in row)
        rows.append(odf.row([odf.link(row[0]) if sheet.name == "Contents" else first, *rest]))
    begin = odf.begin(sheet.name, len(sheet.headers)) + odf.heads(sheet.headers)
    return f"{begin}{''.join(rows)}{odf.END_SHEET}"
