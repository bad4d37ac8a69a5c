"""ODS: an OpenDocument 1.2 spreadsheet, written part by part into a zip archive."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from html import escape
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from service.exports.about import About
from service.exports.columns import Column, Kind
from service.exports.formats.workbook import (
    NOTHING,
    Cell,
    Sheet,
    contents,
    cover,
    notes,
    refuse_too_many,
    table_name,
    way_of,
)
from service.exports.register import Batch

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
_NAMES = " ".join(f'xmlns:{name}="{address}"' for name, address in _SPACES.items())
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LARGE = 8_000_000
"""So many cells may be more than an archive of the first kind can hold."""

_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2"'
    f' manifest:media-type="{_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{part}.xml" manifest:media-type="text/xml"/>'
        for part in ("content", "styles", "meta")
    )
    + "</manifest:manifest>"
)
_STYLES = (
    f'{_HEAD}<office:document-styles {_NAMES} office:version="1.2"><office:styles>'
    '<style:default-style style:family="table-cell"><style:text-properties fo:language="en"'
    ' fo:country="GB"/></style:default-style></office:styles></office:document-styles>'
)
_AUTOMATIC = (
    "<office:automatic-styles>"
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties'
    ' style:column-width="5cm"/></style:style>'
    '<style:style style:name="page" style:family="table-column"><style:table-column-properties'
    ' style:column-width="18cm"/></style:style>'
    '<number:number-style style:name="n-money"><number:number number:decimal-places="2"'
    ' number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<number:date-style style:name="n-day"><number:year number:style="long"/><number:text>-'
    '</number:text><number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/></number:date-style>'
    '<number:date-style style:name="n-moment"><number:year number:style="long"/><number:text>-'
    '</number:text><number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/><number:text> </number:text>'
    '<number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/><number:text>:</number:text>'
    '<number:seconds number:style="long"/></number:date-style>'
    + "".join(
        f'<style:style style:name="{name}" style:family="table-cell"'
        f' style:data-style-name="n-{name}"/>'
        for name in ("money", "day", "moment")
    )
    + '<style:style style:name="title" style:family="table-cell"><style:text-properties'
    ' fo:font-weight="bold" fo:font-size="16pt"/></style:style>'
    '<style:style style:name="head" style:family="table-cell"><style:text-properties'
    ' fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wrap" style:family="table-cell"><style:table-cell-properties'
    ' fo:wrap-option="wrap"/></style:style>'
    "</office:automatic-styles>"
)


def write_ods(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """An accessible workbook. Raises Refused ``bad-format`` for more rows than a sheet holds."""
    refuse_too_many("ODS", about.total)
    with ZipFile(file, "w") as archive:
        # First and not compressed, so that whoever looks at the first bytes knows the format.
        archive.writestr(_entry("mimetype", about, ZIP_STORED), _TYPE)
        archive.writestr(_entry("META-INF/manifest.xml", about), _MANIFEST)
        archive.writestr(_entry("meta.xml", about), _meta(about))
        archive.writestr(_entry("styles.xml", about), _STYLES)
        large = about.total * len(about.register.columns) > _LARGE
        with archive.open(_entry("content.xml", about), "w", force_zip64=large) as part:
            _content(part, about, batches)


def _entry(name: str, about: About, how: int = ZIP_DEFLATED) -> ZipInfo:
    at = about.recorded_at
    info = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = how
    return info


def _meta(about: About) -> str:
    return (
        f'{_HEAD}<office:document-meta {_NAMES} office:version="1.2"><office:meta>'
        f"<dc:title>{_escaped(about.register.title)}</dc:title>"
        f"<dc:subject>{_escaped(about.as_at)}</dc:subject>"
        f"<meta:initial-creator>{_escaped(about.publisher)}</meta:initial-creator>"
        f"<meta:creation-date>{about.recorded_at:%Y-%m-%dT%H:%M:%S}</meta:creation-date>"
        "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
    )


def _content(part: IO[bytes], about: About, batches: Iterator[Batch]) -> None:
    told = (contents(about), notes(about))
    part.write(
        (
            f'{_HEAD}<office:document-content {_NAMES} office:version="1.2">{_AUTOMATIC}'
            f"<office:body><office:spreadsheet>{_cover(about)}{''.join(map(_small, told))}"
        ).encode()
    )
    columns, nothing = about.register.columns, _cell(NOTHING)
    part.write(_begin(table_name(about), [column.title for column in columns]).encode())
    ways, lines = [_way_of(column) for column in columns], 0
    for batch in batches:
        lines += len(batch)
        refuse_too_many("ODS", lines)
        cells = (
            [nothing if value is None else way(value) for value in values]
            for way, values in zip(ways, zip(*batch, strict=True), strict=True)
        )
        part.write("".join(map(_row, zip(*cells, strict=True))).encode())
    ranges = [_range(sheet.name, len(sheet.headers), len(sheet.rows)) for sheet in told]
    ranges.append(_range(table_name(about), len(columns), lines))
    part.write(
        f"</table:table><table:database-ranges>{''.join(ranges)}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>".encode()
    )


_STYLE_OF = {Kind.PENCE: "money", Kind.DAY: "day", Kind.MOMENT: "moment"}
_SHORT = 60
"""Texts up to so many characters come again and again: what they look like is remembered."""


def _way_of(column: Column) -> Callable[[Any], str]:
    style, way = _STYLE_OF.get(column.kind, ""), way_of(column)
    remembered = lru_cache(maxsize=20_000)(_cell)

    def written(value: Any) -> str:
        cell = way(value)
        if isinstance(cell, (int, float)) or (isinstance(cell, str) and len(cell) > _SHORT):
            return _cell(cell, style)
        return remembered(cell, style)

    return written


def _cover(about: About) -> str:
    lines = "".join(
        _row([_cell(line, "title" if number == 0 else "wrap")])
        for number, line in enumerate(cover(about))
    )
    return (
        '<table:table table:name="Cover"><table:table-column table:style-name="page"/>'
        f"{lines}</table:table>"
    )


def _small(sheet: Sheet) -> str:
    rows = []
    for row in sheet.rows:
        first = _link(row[0]) if sheet.name == "Contents" else _cell(row[0])
        rows.append(_row([first, *map(_cell, row[1:])]))
    return f"{_begin(sheet.name, sheet.headers)}{''.join(rows)}</table:table>"


def _begin(name: str, headers: Iterable[str]) -> str:
    heads = [_cell(header, "head") for header in headers]
    repeated = f'table:number-columns-repeated="{len(heads)}"'
    return (
        f'<table:table table:name="{_escaped(name)}">'
        f'<table:table-column table:style-name="wide" {repeated}/>'
        f"<table:table-header-rows>{_row(heads)}</table:table-header-rows>"
    )


def _row(cells: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(value: Cell, style: str = "") -> str:
    named = f' table:style-name="{style}"' if style else ""
    if isinstance(value, str):
        kept, text = "string", _paragraphs(value)
    elif isinstance(value, date):
        said = value.isoformat()
        kept, text = (
            f'date" office:date-value="{said}',
            f"<text:p>{said.replace('T', ' ')}</text:p>",
        )
    else:
        said = f"{value:.2f}" if style == "money" else repr(value)
        kept, text = f'float" office:value="{said}', f"<text:p>{said}</text:p>"
    return f'<table:table-cell office:value-type="{kept}"{named}>{text}</table:table-cell>'


def _link(name: str) -> str:
    return (
        '<table:table-cell office:value-type="string"><text:p>'
        f'<text:a xlink:type="simple" xlink:href="#{_escaped(_quoted(name))}.A1">'
        f"{_escaped(name)}</text:a></text:p></table:table-cell>"
    )


def _paragraphs(value: str) -> str:
    return "".join(f"<text:p>{_escaped(line)}</text:p>" for line in value.split("\n"))


def _escaped(value: str) -> str:
    """Text as XML takes it; more than one space at once, and tabs, as the format writes them."""
    text = escape(_NOT_XML.sub("", value).replace("\r", ""))
    if "\t" in text or "  " in text or text[:1] == " ":
        text = text.replace("\t", "<text:tab/>")
        text = re.sub("^ | (?= )", "<text:s/>", text)
    return text


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name


def _range(name: str, columns: int, rows: int) -> str:
    sheet, last = _escaped(_quoted(name)), ""
    while columns:
        columns, letter = divmod(columns - 1, 26)
        last = chr(65 + letter) + last
    return (
        f'<table:database-range table:name="{_escaped(re.sub(r"[^A-Za-z0-9]", "_", name))}"'
        f' table:target-range-address="{sheet}.A1:{sheet}.{last}{rows + 1}"'
        ' table:contains-header="true" table:display-filter-buttons="true"/>'
    )
