"""A paper as PDF, by Typst: tagged as PDF/UA-1 asks, the same bytes for the same paper."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

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

_HOME = Path(str(files("service")))
_FONTS = [_HOME / "static" / "fonts"]
_PNG = b'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("picture.svg")\n'
_NO_GLYPH = "could not be displayed with font"
Json = dict[str, Any]


def pdf(paper: Paper) -> bytes:
    """The file. Its text can be searched and read aloud; figures carry their footnotes.

    What no font here can draw, like an emoji that somebody typed, is an empty box: PDF/UA bars
    that, so that such a file does not claim to meet it.
    """
    look = (_HOME / "templates" / "writing" / "look.typ").read_bytes()
    parts = {"main.typ": look, "paper.json": json.dumps(_told(paper)).encode()}
    pictures = [block for block in paper.blocks if isinstance(block, Picture)]
    parts |= {_file(n): picture.svg.encode() for n, picture in enumerate(pictures)}
    moment = paper.made_at.replace(microsecond=0)
    try:
        return _set(parts, format="pdf", timestamp=moment, pdf_standards=["ua-1"])
    except typst.TypstError as barred:
        if _NO_GLYPH not in str(barred):
            raise
        return _set(parts, format="pdf", timestamp=moment)


def png(svg: str, ppi: float = 220.0) -> bytes:
    """A picture for forms that can't hold SVG, drawn with the product's own font."""
    return _set({"main.typ": _PNG, "picture.svg": svg.encode()}, format="png", ppi=ppi)


def _set(parts: Mapping[str, bytes], **asked: Any) -> bytes:
    """What Typst makes of these files, by name, with no font but ours: the same on any machine."""
    compiled: Any = typst.compile(parts, font_paths=_FONTS, ignore_system_fonts=True, **asked)
    if not isinstance(compiled, bytes):
        raise TypeError("one document is made at a time")
    return compiled


def _file(number: int) -> str:
    return f"picture-{number}.svg"


def _told(paper: Paper) -> Json:
    notes = notes_of(paper)
    seen: set[Note] = set()
    drawn = iter(range(len(paper.blocks)))
    return {
        "title": paper.title,
        "author": paper.author,
        "kind": paper.kind,
        "on": [paper.on.year, paper.on.month, paper.on.day],
        "running": paper.title,
        "foot": list(paper.foot),
        "blocks": [_block(block, notes, seen, drawn) for block in paper.blocks],
    }


def _block(block: Block, notes: Mapping[Note, int], seen: set[Note], drawn: Iterable[int]) -> Json:
    def told(parts: Iterable[Run]) -> list[Json]:
        return [_run(part, notes, seen) for part in parts]

    kind = type(block).__name__.lower()
    match block:
        case Heading(text, level):
            return {"kind": kind, "text": text, "level": level}
        case Paragraph(parts, number):
            return {"kind": kind, "runs": told(parts), "number": number}
        case Bullets(points):
            return {"kind": kind, "points": [told(point) for point in points]}
        case KeyFigures(figures):
            shown = [{"figure": told([figure])[0], "of": plain(of)} for figure, of in figures]
            return {"kind": kind, "figures": shown}
        case Table(caption, heads, rows, numeric):
            return {
                "kind": kind,
                "caption": caption,
                "heads": list(heads),
                "rows": [[told(cell) for cell in row] for row in rows],
                "numeric": list(numeric),
            }
        case Picture():
            return {
                "kind": kind,
                "title": block.title,
                "alt": block.alt,
                "file": _file(next(iter(drawn))),
            }


def _run(part: Run, notes: Mapping[Note, int], seen: set[Note]) -> Json:
    kind = type(part).__name__.lower()
    match part:
        case Noted(text, note):
            first = note not in seen
            seen.add(note)
            return {
                "kind": kind,
                "text": text,
                "note": note.text,
                "href": note.href,
                "number": notes[note],
                "first": first,
            }
        case Strong(text):
            return {"kind": kind, "text": text}
        case Link(text, href):
            return {"kind": kind, "text": text, "href": href}
        case _:
            return {"kind": "words", "text": part}
