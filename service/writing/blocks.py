"""What a paper is made of: headings, numbered paragraphs, tables, pictures and footnotes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple, TypeAlias


class Note(NamedTuple):
    """A footnote: what a figure rests on, and where that can be seen."""

    text: str
    href: str = ""


class Noted(NamedTuple):
    """A few words with a footnote to them."""

    text: str
    note: Note


class Strong(NamedTuple):
    """Words that a reader should find first."""

    text: str


class Link(NamedTuple):
    """Words that lead to an address."""

    text: str
    href: str


Run: TypeAlias = str | Noted | Strong | Link
Runs: TypeAlias = tuple[Run, ...]


class Heading(NamedTuple):
    """A heading: level 1 is a section of the paper, 2 a part of one."""

    text: str
    level: int = 1


class Paragraph(NamedTuple):
    """Sentences; a number such as ``4`` or ``9.1`` where the paper numbers its paragraphs."""

    runs: Runs
    number: str = ""


class Bullets(NamedTuple):
    """A list of points."""

    points: tuple[Runs, ...]


class KeyFigures(NamedTuple):
    """A few figures to be seen at a glance, each with what it counts."""

    figures: tuple[tuple[Run, Runs], ...]


class Table(NamedTuple):
    """Rows under heads; the columns in ``numeric`` hold figures and stand to the right, and the
    numbers in the columns in ``names`` are names of things."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    numeric: tuple[int, ...] = ()
    names: tuple[int, ...] = ()


class Picture(NamedTuple):
    """A picture as SVG, what it shows in words, and the figures that it is drawn from."""

    title: str
    alt: str
    svg: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[int, ...] = ()


Block: TypeAlias = Heading | Paragraph | Bullets | KeyFigures | Table | Picture


class Paper(NamedTuple):
    """A whole paper."""

    title: str
    blocks: tuple[Block, ...]
    made_at: datetime
    """The moment that it tells of: its files carry it as the time that they were made."""
    on: date
    """The date that it bears."""
    author: str = "Children's Improvement Board"
    kind: str = ""
    """What stands above its title, as ``Progress report``."""
    foot: tuple[str, ...] = ()
    """What it was made from, printed at its end: the position and the checkpoint."""


def runs(*parts: Run) -> Runs:
    """Parts as they are read on, without the empty ones."""
    return tuple(part for part in parts if part)


def plain(parts: Iterable[Run]) -> str:
    """The words alone, without footnotes."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def notes_of(paper: Paper) -> dict[Note, int]:
    """The footnotes in the order in which a reader meets them, each with its number.

    What rests on the same has the same number.
    """
    found: dict[Note, int] = {}
    for run in _all_runs(paper.blocks):
        if isinstance(run, Noted):
            found.setdefault(run.note, len(found) + 1)
    return found


def _all_runs(blocks: Iterable[Block]) -> Iterable[Run]:
    for block in blocks:
        match block:
            case Paragraph():
                yield from block.runs
            case Bullets():
                for point in block.points:
                    yield from point
            case KeyFigures():
                for figure, of in block.figures:
                    yield from (figure, *of)
            case Table():
                for row in block.rows:
                    for cell in row:
                        yield from cell
