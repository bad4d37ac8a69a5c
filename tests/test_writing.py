"""Papers: the same words and footnotes in every form, and the same bytes each time."""

import io
import re
from datetime import UTC, date, datetime
from zipfile import ZipFile

import docx
import pytest
from docx.text.paragraph import Paragraph as WordParagraph
from pypdf import PdfReader

from domain.kernel import Refused
from service.writing import (
    FORMS,
    Bullets,
    Heading,
    KeyFigures,
    Link,
    Note,
    Noted,
    Paper,
    Paragraph,
    Picture,
    Strong,
    Table,
    written,
)
from service.writing.page import page_part

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40" width="200" height="40"'
    ' role="img"><rect width="120" height="20" fill="#1d70b8"/><text x="2" y="36"'
    ' font-size="12">London 25</text></svg>'
)
ENGAGED = Note("By 92 events up to position 1,744.", "https://casework.example/engaged?as_at=1744")
PAID = Note("By 14 payments.", "https://casework.example/paid?as_at=1744")
AWKWARD = "<b> & *not bold*, _x_ #let $y$ [z] `q` | 50% ~ \\ @w"
PAPER = Paper(
    title="A progress report",
    kind="Report to the Executive",
    made_at=datetime(2026, 3, 31, 12, tzinfo=UTC),
    on=date(2026, 3, 31),
    blocks=(
        Heading("Engaging all councils"),
        KeyFigures(((Noted("£1.2 million", PAID), ("paid",)),)),
        Paragraph(("There are ", Noted("81 of 153 councils", ENGAGED), " engaged."), "1"),
        Paragraph(("Still ", Noted("81", ENGAGED), ", ", Strong("surely"), "."), "1.1"),
        Bullets((("1. First",), ("- second: ", Link("a page", "https://casework.example/")))),
        Table("Money", ("Heading", "Paid"), ((("Grants",), (Noted("£3.00", PAID),)),), (1,)),
        Picture(
            "Councils by region", "London has 25.", SVG, ("Region", "Councils"), (("L", "25"),)
        ),
        Paragraph((AWKWARD,)),
    ),
    foot=("Made from position 1744 of the record.",),
)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_paper_makes_the_same_bytes(form: str) -> None:
    assert written(PAPER, form) == written(PAPER, form)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_paper_that_differs_by_a_letter_makes_other_bytes(form: str) -> None:
    assert written(PAPER, form) != written(PAPER._replace(title="A progress Report"), form)


def test_a_form_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(Refused, match="html, docx, pdf, md"):
        written(PAPER, "rtf")


def test_a_page_shows_no_text_as_markup_and_links_each_figure_to_its_note() -> None:
    html = written(PAPER, "html").decode()
    assert "&lt;b&gt; &amp; *not bold*" in html
    assert html.count('href="#note-1"') == 2
    assert html.count('href="#note-2"') == 2
    assert re.findall(r'<li id="note-(\d)">', html) == ["1", "2"]
    assert "<svg" in page_part(PAPER)
    assert "src=" not in html


def test_markdown_escapes_what_would_be_read_as_markup() -> None:
    text = written(PAPER, "md").decode()
    assert r"\<b\> & \*not bold\*, \_x\_ \#let $y$ \[z\] \`q\` \| 50% \~ \\ @w" in text
    assert "81 of 153 councils[^2]" in text
    assert "[^2]: By 92 events up to position 1,744. <https://casework.example/engaged" in text
    assert r"- 1\. First" in text
    assert "| Grants | £3.00[^1] |" in text


def test_a_pdf_is_tagged_has_its_title_and_every_word() -> None:
    read = PdfReader(io.BytesIO(written(PAPER, "pdf")))
    assert read.metadata is not None
    assert read.metadata.title == "A progress report"
    root = {str(key): value.get_object() for key, value in read.root_object.items()}
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert str(root["/Lang"]) == "en-GB"
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    for words in ("£1.2 million", "81 of 153 councils", AWKWARD, "By 92 events", "position 1744"):
        assert words in text, words
    links = {
        note.get_object()["/A"]["/URI"]
        for page in read.pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    }
    assert {ENGAGED.href, PAID.href} <= links


def test_a_pdf_is_made_at_any_moment_and_of_whatever_people_type() -> None:
    moment = datetime(2026, 3, 31, 12, 0, 0, 123456, tzinfo=UTC)
    typed = PAPER._replace(made_at=moment, blocks=(Paragraph(("Very good \U0001f642",)),))
    made = written(typed, "pdf")
    assert made == written(typed, "pdf")
    assert "Very good" in PdfReader(io.BytesIO(made)).pages[0].extract_text()


def test_a_word_file_has_styles_captions_and_real_footnotes() -> None:
    made = written(PAPER, "docx")
    document = docx.Document(io.BytesIO(made))
    said = [(part.style.name if part.style else "", part.text) for part in document.paragraphs]
    assert ("Title", "A progress report") in said
    assert ("Heading 1", "Engaging all councils") in said
    assert ("", AWKWARD) in [("", text) for _, text in said]
    assert document.tables[0].rows[1].cells[1].text.startswith("£3.00")
    assert document.core_properties.created == datetime(2026, 3, 31, 12, tzinfo=UTC)
    with ZipFile(io.BytesIO(made)) as parts:
        notes = parts.read("word/footnotes.xml").decode()
        links = parts.read("word/_rels/footnotes.xml.rels").decode()
    assert "By 92 events up to position 1,744." in notes
    assert ENGAGED.href in links
    marks = [p for p in document.paragraphs if _marks(p)]
    assert [_marks(p) for p in marks] == [["1"], ["2"]]
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "London has 25."


def _marks(lines: WordParagraph) -> list[str]:
    """The numbers of the footnotes whose marks stand in a paragraph."""
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return [mark.get(f"{space}id") for mark in lines._p.iter(f"{space}footnoteReference")]


def test_a_paper_without_footnotes_has_none() -> None:
    short = PAPER._replace(blocks=(Paragraph(("Nothing to note.",)),))
    with ZipFile(io.BytesIO(written(short, "docx"))) as parts:
        assert "word/footnotes.xml" not in parts.namelist()
    assert "Where the figures come from" not in written(short, "html").decode()
