"""A paper as a web page: within the product's own pages, or as a file that needs nothing else."""

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from service.writing.blocks import (
    Bullets,
    Heading,
    KeyFigures,
    Link,
    Noted,
    Paper,
    Paragraph,
    Picture,
    Strong,
    Table,
    notes_of,
)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("service", "templates/writing"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    kinds = (Heading, Paragraph, Bullets, KeyFigures, Table, Picture, Noted, Strong, Link)
    made.tests |= {kind.__name__.lower(): _is(kind) for kind in kinds}
    made.filters["markup"] = Markup
    return made


def _is(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


def page_part(paper: Paper, opened: Callable[[str], str] = str) -> Markup:
    """What a page of the product shows of a paper, its title included.

    A figure with a note leads to what the note names; ``opened`` makes a link of any other that
    says what it is, where the page's reader can follow it.
    """
    rendered = _rendered("paper.html", paper, opened, within=True)
    return Markup(rendered)  # noqa: S704 - escaped by the template


def page_file(paper: Paper) -> bytes:
    """A whole page as UTF-8: its style and its pictures are in it, and it asks for nothing."""
    return _rendered("file.html", paper).encode()


def _rendered(
    template: str, paper: Paper, opened: Callable[[str], str] = str, *, within: bool = False
) -> str:
    values = {"paper": paper, "notes": notes_of(paper), "opened": opened, "within": within}
    return _environment().get_template(template).render(values)
