"""A paper as a Word file that someone will go on editing: real styles, captions and footnotes.

The library writes no footnotes; their part is made here, as ECMA-376 (WordprocessingML, 17.11) has
it. The same paper makes the same bytes: the parts of the archive carry no time of day.
"""

import io
from collections.abc import Iterable, Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Lines

from service.writing.blocks import (
    Block,
    Bullets,
    Heading,
    KeyFigures,
    Link,
    Note,
    Noted,
    Paper,
    Paragraph,
    Picture,
    Run,
    Strong,
    Table,
    notes_of,
    plain,
)
from service.writing.pdf import png

_BLUE, _GREY = RGBColor(0x0B, 0x2E, 0x4F), RGBColor(0x48, 0x49, 0x49)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_WIDTH = Cm(16)


def word(paper: Paper) -> bytes:
    """The file."""
    document = docx.Document()
    _set_up(document, paper)
    writer = _Writer(document, notes_of(paper))
    if paper.kind:
        document.add_paragraph(paper.kind, style="Subtitle")
    document.add_paragraph(paper.title, style="Title")
    for block in paper.blocks:
        writer.block(block)
    for line in paper.foot:
        document.add_paragraph(line, style="Foot")
    writer.finish()
    return _stored(document)


class _Writer:
    """Puts one block after another into a document."""

    def __init__(self, document: Document, notes: Mapping[Note, int]) -> None:
        self.document, self.notes = document, notes
        self.seen: set[Note] = set()
        self.footnotes = Part(
            PackURI("/word/footnotes.xml"), _FOOTNOTES, b"", document.part.package
        )

    def block(self, block: Block) -> None:
        match block:
            case Heading(text, level):
                self.document.add_heading(text, level)
            case Paragraph(parts, number):
                lines = self.document.add_paragraph()
                if number:
                    lines.paragraph_format.left_indent = Cm(2.4 if "." in number else 1.2)
                    lines.paragraph_format.first_line_indent = Cm(-1.2)
                    lines.add_run(f"{number}{'' if '.' in number else '.'}\t")
                self.runs(lines, parts)
            case Bullets(points):
                for point in points:
                    self.runs(self.document.add_paragraph(style="List Bullet"), point)
            case KeyFigures(figures):
                for figure, of in figures:
                    lines = self.document.add_paragraph(style="List Bullet")
                    self.runs(lines, (Strong(f"{plain(of)}: "), figure))
            case Table():
                self.table(block)
            case Picture():
                self.picture(block)

    def runs(self, lines: Lines, parts: Iterable[Run]) -> None:
        for part in parts:
            match part:
                case Noted(text, note):
                    lines.add_run(text)
                    self.mark(lines, note)
                case Strong(text):
                    lines.add_run(text).bold = True
                case Link(text, href):
                    rel = lines.part.relate_to(href, RT.HYPERLINK, is_external=True)
                    lines._p.append(_hyperlink(rel, text))
                case _:
                    lines.add_run(part)

    def mark(self, lines: Lines, note: Note) -> None:
        """The mark of a footnote: the note itself where it is first met, its number after that."""
        run = lines.add_run()
        if note in self.seen:
            run.text = str(self.notes[note])
            run.font.superscript = True
            return
        self.seen.add(note)
        run.style = self.document.styles["Footnote Reference"]
        run._r.append(_element("w:footnoteReference", {"w:id": str(self.notes[note])}))

    def table(self, block: Table) -> None:
        caption = self.document.add_paragraph(block.caption, style="Caption")
        caption.paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=1, cols=len(block.heads))
        table.style = self.document.styles["Plain Rows"]
        top = table.rows[0]
        row = top._tr.get_or_add_trPr()
        row.append(_element("w:cantSplit", {}))
        row.append(_element("w:tblHeader", {}))
        for place, (cell, head) in enumerate(zip(top.cells, block.heads, strict=True)):
            self.cell(cell, (Strong(head),), place in block.numeric)
        for line in block.rows:
            cells = table.add_row().cells
            for place, (cell, parts) in enumerate(zip(cells, line, strict=True)):
                self.cell(cell, parts, place in block.numeric)
        self.document.add_paragraph()

    def cell(self, cell: _Cell, parts: Iterable[Run], numeric: bool) -> None:
        lines = cell.paragraphs[0]
        lines.style = self.document.styles["Cell"]
        if numeric:
            lines.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self.runs(lines, parts)

    def picture(self, block: Picture) -> None:
        caption = self.document.add_paragraph(style="Caption")
        caption.paragraph_format.keep_with_next = True
        caption.add_run(f"{block.title}. ")
        caption.add_run(block.alt).bold = False
        drawn = self.document.add_picture(io.BytesIO(png(block.svg)), width=_WIDTH)
        about = drawn._inline.docPr
        about.set("descr", block.alt)
        about.set("title", block.title)

    def finish(self) -> None:
        """Add the part with the footnotes, in the order of their numbers."""
        if not self.seen:
            return
        root = parse_xml(
            f"<w:footnotes {nsdecls('w', 'r')}>"
            '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p>'
            '</w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r>'
            "<w:continuationSeparator/></w:r></w:p></w:footnote></w:footnotes>"
        )
        for note, number in sorted(self.notes.items(), key=lambda found: found[1]):
            if note in self.seen:
                root.append(self.note(note, number))
        self.footnotes._blob = serialize_part_xml(root)
        self.document.part.relate_to(self.footnotes, RT.FOOTNOTES)

    def note(self, note: Note, number: int) -> BaseOxmlElement:
        lines = _element("w:p", {})
        about = _element("w:pPr", {})
        about.append(_element("w:pStyle", {"w:val": "FootnoteText"}))
        mark = _element("w:r", {})
        look = _element("w:rPr", {})
        look.append(_element("w:rStyle", {"w:val": "FootnoteReference"}))
        mark.extend([look, _element("w:footnoteRef", {})])
        lines.extend([about, mark, _text(f" {note.text} ")])
        if note.href:
            rel = self.footnotes.relate_to(note.href, RT.HYPERLINK, is_external=True)
            lines.append(_hyperlink(rel, "See the events"))
        footnote = _element("w:footnote", {"w:id": str(number)})
        footnote.append(lines)
        return footnote


# --- The parts of WordprocessingML ----------------------------------------------------------


def _element(tag: str, attributes: Mapping[str, str]) -> BaseOxmlElement:
    made: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made


def _text(text: str, style: str = "") -> BaseOxmlElement:
    run = _element("w:r", {})
    if style:
        look = _element("w:rPr", {})
        look.append(_element("w:rStyle", {"w:val": style}))
        run.append(look)
    said = _element("w:t", {"xml:space": "preserve"})
    said.text = text
    run.append(said)
    return run


def _hyperlink(rel: str, text: str) -> BaseOxmlElement:
    made = _element("w:hyperlink", {"r:id": rel})
    made.append(_text(text, "Hyperlink"))
    return made


# --- The look, and the file -----------------------------------------------------------------


def _set_up(document: Document, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.author, about.language = paper.title, paper.author, "en-GB"
    about.last_modified_by, about.comments, about.revision = paper.author, "", 1
    about.created = about.modified = paper.made_at.replace(tzinfo=None)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.4)
    styles = document.styles
    _font(document, "Normal", 11)
    for name, points in (("Title", 22), ("Heading 1", 14), ("Heading 2", 12), ("Heading 3", 11)):
        _font(document, name, points, _BLUE)
    _font(document, "Subtitle", 11, _GREY)
    _font(document, "Caption", 10, _BLUE)
    rule = styles["Title"].element.find(f".//{qn('w:pBdr')}")
    if rule is not None:
        rule.getparent().remove(rule)
    for name, size in (("Cell", 9.5), ("Foot", 8.5), ("Footnote Text", 9)):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        _font(document, name, size)
    for name in ("Cell", "Footnote Text"):
        styles[name].paragraph_format.space_after = Pt(2)
    mark = styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.underline, link.font.color.rgb = True, RGBColor(0x1A, 0x65, 0xA6)
    rows = styles.add_style("Plain Rows", WD_STYLE_TYPE.TABLE)
    rows.base_style = styles["Normal Table"]
    rows.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders>"
            '<w:top w:val="single" w:sz="8" w:color="0B2E4F"/>'
            '<w:bottom w:val="single" w:sz="8" w:color="0B2E4F"/>'
            '<w:insideH w:val="single" w:sz="4" w:color="B1B4B6"/></w:tblBorders></w:tblPr>'
        )
    )


def _font(document: Document, name: str, size: float, colour: RGBColor | None = None) -> None:
    style = document.styles[name]
    style.font.name, style.font.size = "Arial", Pt(size)
    # A theme's font would stand before the name, and a theme's colour beside ours.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for place in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{place}"), None)
    if colour is not None:
        style.font.color.rgb = colour


def _stored(document: Document) -> bytes:
    """The file's bytes, which depend on what it says alone."""
    saved, made = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with ZipFile(saved) as parts, ZipFile(made, "w") as again:
        for name in parts.namelist():
            part = ZipInfo(name, _EARLIEST)
            part.compress_type = ZIP_DEFLATED
            again.writestr(part, parts.read(name))
    return made.getvalue()
