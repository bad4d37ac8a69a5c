"""A paper as Markdown: CommonMark with GitHub's tables and footnotes, for whoever edits text.

A picture is given by what it shows in words and by its figures.
"""

import re
from collections.abc import Iterable, Mapping

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

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LEADING = re.compile(r"^(\s*)(?:(\d+)([.)])|([-+]))(?=\s)")


def markdown(paper: Paper) -> bytes:
    """A paper as UTF-8 text."""
    notes = notes_of(paper)
    parts = [f"# {_escaped(paper.title)}"]
    if paper.kind:
        parts.append(f"*{_escaped(paper.kind)}*")
    parts += ["\n".join(_block(block, notes)) for block in paper.blocks]
    parts += [_escaped(line) for line in paper.foot]
    if notes:
        parts.append("\n".join(_note(note, number) for note, number in notes.items()))
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block, notes: Mapping[Note, int]) -> Iterable[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * (level + 1)} {_escaped(text)}"
        case Paragraph(parts, number):
            # Escaped: a number of ours is not the number of a list of Markdown's.
            mark = f"{number} " if "." in number else f"{number}\\. " if number else ""
            yield mark + _runs(parts, notes)
        case Bullets(points):
            yield from (f"- {_runs(point, notes)}" for point in points)
        case KeyFigures(figures):
            yield from (
                f"- **{_run(figure, notes)}** {_escaped(plain(of))}" for figure, of in figures
            )
        case Table(caption, heads, rows, numeric):
            cells = ([_runs(cell, notes) for cell in row] for row in rows)
            yield from _table(caption, map(_escaped, heads), cells, numeric)
        case Picture():
            yield f"{_escaped(block.title)}. {_escaped(block.alt)}"
            if block.rows:
                yield ""
                drawn = (map(_escaped, row) for row in block.rows)
                yield from _table("", map(_escaped, block.heads), drawn, block.numeric)


def _table(
    caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]], numeric: tuple[int, ...]
) -> Iterable[str]:
    heads = list(heads)
    if caption:
        yield f"**{_escaped(caption)}**"
        yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'|'.join('---:' if n in numeric else '---' for n in range(len(heads)))}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _runs(parts: Iterable[Run], notes: Mapping[Note, int]) -> str:
    said = "".join(_run(part, notes) for part in parts)
    return _LEADING.sub(r"\1\2\\\3\4", said) if _LEADING.match(said) else said


def _run(part: Run, notes: Mapping[Note, int]) -> str:
    match part:
        case Noted(text, note):
            return f"{_escaped(text)}[^{notes[note]}]"
        case Strong(text):
            return f"**{_escaped(text)}**"
        case Link(text, href):
            return f"[{_escaped(text)}]({href})"
        case _:
            return _escaped(part)


def _note(note: Note, number: int) -> str:
    return f"[^{number}]: {_escaped(note.text)}{f' <{note.href}>' if note.href else ''}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
