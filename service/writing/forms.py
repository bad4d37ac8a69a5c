"""The forms that a paper can be given in."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from domain.kernel import Refused
from service.writing.blocks import Paper
from service.writing.markdown import markdown
from service.writing.page import page_file
from service.writing.pdf import pdf
from service.writing.word import word


class Form(NamedTuple):
    """A form: what it is called, and how it is made."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Paper], bytes]


FORMS: Mapping[str, Form] = {
    "html": Form("Web page", "html", "text/html; charset=utf-8", page_file),
    "docx": Form(
        "Word",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        word,
    ),
    "pdf": Form("PDF", "pdf", "application/pdf", pdf),
    "md": Form("Markdown", "md", "text/markdown; charset=utf-8", markdown),
}


def form_named(name: str) -> Form:
    """The form of a name. Raises Refused ``bad-format`` for any other."""
    if name not in FORMS:
        raise Refused("bad-format", f"There is no format {name!r}: use one of {', '.join(FORMS)}.")
    return FORMS[name]


def written(paper: Paper, name: str) -> bytes:
    """A paper in the form of a name. Raises Refused ``bad-format`` if there is none."""
    return form_named(name).write(paper)
