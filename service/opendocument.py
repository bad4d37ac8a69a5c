"""An OpenDocument 1.2 spreadsheet as text: its parts, and its sheets, rows and cells one by one.

Whoever writes one puts the parts into a zip archive, ``mimetype`` first and not compressed, and
writes ``content.xml`` as far as the rows have come: nothing here holds a whole sheet.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from html import escape

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
Cell = str | int | float | Decimal | date | datetime
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

_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2"'
    f' manifest:media-type="{MEDIA_TYPE}"/>'
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
_DECIMALS = {"money": 2, "days": 1, "count": 0}
"""Styles of numbers, with their decimal places: thousands are set apart in each."""
_AUTOMATIC = (
    "<office:automatic-styles>"
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties'
    ' style:column-width="5cm"/></style:style>'
    '<style:style style:name="page" style:family="table-column"><style:table-column-properties'
    ' style:column-width="18cm"/></style:style>'
    + "".join(
        f'<number:number-style style:name="n-{name}"><number:number'
        f' number:decimal-places="{places}" number:min-integer-digits="1"'
        ' number:grouping="true"/></number:number-style>'
        for name, places in _DECIMALS.items()
    )
    + '<number:date-style style:name="n-day"><number:year number:style="long"/><number:text>-'
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
        for name in (*_DECIMALS, "day", "moment")
    )
    + '<style:style style:name="title" style:family="table-cell"><style:text-properties'
    ' fo:font-weight="bold" fo:font-size="16pt"/></style:style>'
    '<style:style style:name="cover" style:family="table-cell"><style:table-cell-properties'
    ' fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold" fo:font-size="16pt"/>'
    "</style:style>"
    '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties'
    ' fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wrap" style:family="table-cell"><style:table-cell-properties'
    ' fo:wrap-option="wrap"/></style:style>'
    "</office:automatic-styles>"
)


# --- The parts ------------------------------------------------------------------------------


def parts(title: str, subject: str, creator: str, made_at: datetime) -> dict[str, str]:
    """Every part but ``mimetype`` and ``content.xml``, by name."""
    meta = (
        f'{_HEAD}<office:document-meta {_NAMES} office:version="1.2"><office:meta>'
        f"<dc:title>{escaped(title)}</dc:title>"
        f"<dc:subject>{escaped(subject)}</dc:subject>"
        f"<meta:initial-creator>{escaped(creator)}</meta:initial-creator>"
        f"<meta:creation-date>{made_at:%Y-%m-%dT%H:%M:%S}</meta:creation-date>"
        "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
    )
    return {"META-INF/manifest.xml": _MANIFEST, "meta.xml": meta, "styles.xml": _STYLES}


BEGIN = (
    f'{_HEAD}<office:document-content {_NAMES} office:version="1.2">{_AUTOMATIC}'
    "<office:body><office:spreadsheet>"
)
"""What ``content.xml`` begins with; sheets follow."""
END_SHEET = "</table:table>"


def end(tables: Iterable[str]) -> str:
    """What ``content.xml`` ends with: the tables of its sheets, as ``table`` marks them up."""
    return (
        f"<table:database-ranges>{''.join(tables)}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


# --- Sheets ---------------------------------------------------------------------------------


def lines(name: str, texts: Iterable[str]) -> str:
    """A whole sheet of lines, a cell each, the title first."""
    rows = "".join(
        row([cell(text, "cover" if number == 0 else "wrap")]) for number, text in enumerate(texts)
    )
    return f"{begin(name, 1, 'page')}{rows}{END_SHEET}"


def begin(name: str, columns: int, width: str = "wide") -> str:
    """The beginning of a sheet."""
    return (
        f'<table:table table:name="{escaped(name)}"><table:table-column'
        f' table:style-name="{width}" table:number-columns-repeated="{columns}"/>'
    )


def heads(headers: Iterable[str]) -> str:
    """The row with a table's headers."""
    cells = row(cell(header, "head") for header in headers)
    return f"<table:table-header-rows>{cells}</table:table-header-rows>"


def row(cells: Iterable[str]) -> str:
    """A row of cells."""
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def cell(value: Cell, style: str = "") -> str:
    """A cell: a real number or date where it is one; text is never a formula."""
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
        said = f"{value:.{_DECIMALS[style]}f}" if style in _DECIMALS else str(value)
        kept, text = f'float" office:value="{said}', f"<text:p>{said}</text:p>"
    return f'<table:table-cell office:value-type="{kept}"{named}>{text}</table:table-cell>'


def link(name: str) -> str:
    """A cell that leads to the sheet of a name."""
    return (
        '<table:table-cell office:value-type="string"><text:p>'
        f'<text:a xlink:type="simple" xlink:href="#{escaped(_quoted(name))}.A1">'
        f"{escaped(name)}</text:a></text:p></table:table-cell>"
    )


def table(name: str, columns: int, rows: int, top: int = 1) -> str:
    """The mark-up of a sheet's table, its headers in the row ``top``."""
    sheet, last = escaped(_quoted(name)), ""
    while columns:
        columns, letter = divmod(columns - 1, 26)
        last = chr(65 + letter) + last
    return (
        f'<table:database-range table:name="{escaped(re.sub(r"[^A-Za-z0-9]", "_", name))}"'
        f' table:target-range-address="{sheet}.A{top}:{sheet}.{last}{top + rows}"'
        ' table:contains-header="true" table:display-filter-buttons="true"/>'
    )


def _paragraphs(value: str) -> str:
    return "".join(f"<text:p>{escaped(line)}</text:p>" for line in value.split("\n"))


def escaped(value: str) -> str:
    """Text as XML takes it; more than one space at once, and tabs, as the format writes them."""
    text = escape(_NOT_XML.sub("", value).replace("\r", ""))
    if "\t" in text or "  " in text or text[:1] == " ":
        text = text.replace("\t", "<text:tab/>")
        text = re.sub("^ | (?= )", "<text:s/>", text)
    return text


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
