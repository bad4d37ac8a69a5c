"""Papers for people: written once as blocks, given as a page, a Word file, a PDF or Markdown.

What a paper says is in its blocks; how it looks is in the forms. The same blocks make the same
bytes in every form: there is no clock here, no id that is drawn, and no font but the product's.
"""

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
    Runs,
    Strong,
    Table,
    plain,
    runs,
)
from service.writing.forms import FORMS, Form, form_named, written

__all__ = [
    "FORMS",
    "Block",
    "Bullets",
    "Form",
    "Heading",
    "KeyFigures",
    "Link",
    "Note",
    "Noted",
    "Paper",
    "Paragraph",
    "Picture",
    "Run",
    "Runs",
    "Strong",
    "Table",
    "form_named",
    "plain",
    "runs",
    "written",
]
