"""What pictures are drawn with: elements, words that fit, patterns and scales.

Everything is a presentation attribute, because the pages' content security policy forbids inline
styles and because Typst and resvg, which draw the same pictures in papers, read those best.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from html import escape

from service.figures.told import Told
from service.writing.blocks import Picture

WIDTH = 640.0
"""How wide pictures are by nature, in pixels. Text of 12 is read well on a page, where a picture
grows by a quarter, and in a paper of A4, where it is 8 points."""
FONT = "Noto Sans, Liberation Sans, Arial, sans-serif"
SIZE = 12.0
"""The smallest text in a picture."""

INK, QUIET, LINE, PAPER = "#0b0c0c", "#484949", "#b1b4b6", "#ffffff"
DARK, MID, PALE = "#12436d", "#5694ca", "#d2e2f1"
"""Blues that differ in lightness, so that they stay apart in grey too."""
TEAL, PLUM, AMBER, RED, GREEN = "#28a197", "#801650", "#f47738", "#942514", "#00703c"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADVANCE = (
    "26 27 41 65 57 83 73 22 30 30 55 57 27 32 27 37 57 57 57 57 57 57 57 57 57 57 27 27 57"
    " 57 57 43 90 64 65 63 73 56 52 73 74 34 27 62 52 91 76 78 60 78 62 55 56 73 60 93 59 57"
    " 57 33 37 33 57 44 28 56 62 48 62 56 34 62 62 26 26 53 26 94 62 60 62 62 41 48 36 62 51"
    " 79 53 51 47 38 55 38 57"
)
_WIDTHS = {chr(32 + n): int(wide) / 100 for n, wide in enumerate(_ADVANCE.split())}
"""How wide Noto Sans sets each letter, in parts of its size; bold takes a twentieth more."""


def clean(said: object) -> str:
    """Text as XML can hold it, escaped; what XML has no letter for is left out."""
    return escape(_NOT_XML.sub("", str(said)))


def number(value: float) -> str:
    """A coordinate. Raises ValueError for one that is not a finite number."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no place in a picture")
    told = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if told == "-0" else told


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An element around others; ``stroke_width`` is written ``stroke-width``, None left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_told(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def _told(value: object) -> str:
    return number(value) if isinstance(value, float | int) else clean(value)


def text(
    x: float,
    y: float,
    said: object,
    *,
    at: str = "start",
    bold: bool = False,
    fill: str = INK,
) -> str:
    """Words on a line; ``at`` says which part of them is at x: start, middle or end."""
    return tag(
        "text",
        clean(said),
        x=x,
        y=y,
        font_weight="bold" if bold else None,
        text_anchor=at if at != "start" else None,
        fill=fill if fill != INK else None,
    )


def halo(x: float, y: float, said: object, *, at: str = "start", bold: bool = False) -> str:
    """Words that are read over what is drawn behind them."""
    behind = tag(
        "text",
        clean(said),
        x=x,
        y=y,
        font_weight="bold" if bold else None,
        text_anchor=at if at != "start" else None,
        fill=PAPER,
        stroke=PAPER,
        stroke_width=3,
        stroke_linejoin="round",
        aria_hidden="true",
    )
    return behind + text(x, y, said, at=at, bold=bold)


def box(
    x: float,
    y: float,
    wide: float,
    high: float,
    fill: str,
    *,
    stroke: str | None = None,
) -> str:
    """A rectangle; its stroke lies inside it, so that it takes the room that it is given."""
    edge = 0.5 if stroke else 0
    return tag(
        "rect",
        x=x + edge,
        y=y + edge,
        width=max(wide - 2 * edge, 0),
        height=max(high - 2 * edge, 0),
        fill=fill,
        stroke=stroke,
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    stroke: str = LINE,
    *,
    thick: float | None = None,
    dashes: str | None = None,
) -> str:
    """A straight line."""
    return tag(
        "line", x1=x1, y1=y1, x2=x2, y2=y2,
        stroke=stroke, stroke_width=thick, stroke_dasharray=dashes,
    )  # fmt: skip


def path(points: Sequence[tuple[float, float]], stroke: str, *, thick: float = 2.5) -> str:
    """A line through points."""
    return tag(
        "polyline",
        points=" ".join(f"{number(x)},{number(y)}" for x, y in points),
        fill="none",
        stroke=stroke,
        stroke_width=thick,
        stroke_linejoin="round",
    )


def shape(kind: str, x: float, y: float, half: float, fill: str, stroke: str = INK) -> str:
    """A mark around a point: circle, square, diamond, triangle or cross."""
    if kind == "circle":
        return tag("circle", cx=x, cy=y, r=half, fill=fill, stroke=stroke)
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "triangle": ((0, -1.15), (1.15, 0.9), (-1.15, 0.9)),
        "cross": (
            (-1, -0.6), (-0.6, -1), (0, -0.4), (0.6, -1), (1, -0.6), (0.4, 0),
            (1, 0.6), (0.6, 1), (0, 0.4), (-0.6, 1), (-1, 0.6), (-0.4, 0),
        ),
    }[kind]  # fmt: skip
    points = " ".join(f"{number(x + dx * half)},{number(y + dy * half)}" for dx, dy in corners)
    return tag("polygon", points=points, fill=fill, stroke=stroke)


def titled(title: str, *inside: str) -> str:
    """Parts of a picture with words that show when somebody points at them."""
    return tag("g", tag("title", clean(title)), *inside)


def hatching(prefix: str) -> str:
    """A pattern of slanting lines, to be filled with as ``url(#prefix-hatch)``."""
    strokes = tag("path", d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", stroke=DARK, stroke_width=1.5)
    ground = tag("rect", width=6, height=6, fill=PAPER)
    return tag(
        "defs",
        tag(
            "pattern", ground, strokes,
            id=f"{prefix}-hatch", width=6, height=6, patternUnits="userSpaceOnUse",
        ),
    )  # fmt: skip


# --- Words that fit ---------------------------------------------------------------------------


def width_of(said: str, size: float = SIZE, *, bold: bool = False) -> float:
    """About how wide words are."""
    return sum(_WIDTHS.get(letter, 0.62) for letter in said) * size * (1.06 if bold else 1)


def fitted(said: str, wide: float, size: float = SIZE, *, bold: bool = False) -> str:
    """The words, or as many of their letters as fit before an ellipsis."""
    if width_of(said, size, bold=bold) <= wide:
        return said
    while said and width_of(f"{said}…", size, bold=bold) > wide:
        said = said[:-1].rstrip()
    return f"{said}…" if said else ""


def wrapped(said: str, wide: float, *, bold: bool = False) -> tuple[str, ...]:
    """The words in lines of a width; a word that is too long is cut."""
    lines: list[str] = []
    for word in said.split() or [""]:
        if lines and width_of(f"{lines[-1]} {word}", bold=bold) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, wide, bold=bold))
    return tuple(lines)


class Key:
    """The key of a picture: swatches with words, set in as many lines as they need."""

    def __init__(self, entries: Iterable[tuple[str, str]], x: float, y: float, wide: float) -> None:
        parts, at, self.bottom = [], x, y + 8
        for swatch, name in entries:
            said = fitted(name, wide - 22)
            room = 26 + width_of(said) + 14
            if at > x and at + room > x + wide:
                at, y = x, y + 22
            parts.append(tag("g", swatch, transform=f"translate({number(at)} {number(y)})"))
            parts.append(text(at + 22, y + 4, said))
            at, self.bottom = at + room, y + 12
        self.drawn = "".join(parts)


def swatch(fill: str, stroke: str | None = None) -> str:
    """A square of a key, around the point where its line is."""
    return box(0, -7, 16, 14, fill, stroke=stroke)


# --- Scales -----------------------------------------------------------------------------------


class Scale:
    """A straight scale from values to places; a single value lies in the middle."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


class Days(Scale):
    """A scale from days to places."""

    def __init__(self, first: date, last: date, start: float, end: float) -> None:
        super().__init__(first.toordinal(), last.toordinal(), start, end)
        self.first, self.last = first, last

    def on(self, day: date) -> float:
        """Where a day is; what lies beyond an end is put there."""
        return self(min(max(day, self.first), self.last).toordinal())

    def months(self, room: float = 34) -> Iterator[tuple[float, str]]:
        """The firsts of months with their names, as many as have room; the year with January."""
        day = (self.first.replace(day=1) + timedelta(days=32)).replace(day=1)
        if self.first.day == 1:
            day = self.first
        needed = room / self._month
        every = next((n for n in (1, 2, 3, 4, 6) if n >= needed), 12 * math.ceil(needed / 12))
        shown = 0
        while day <= self.last:
            if (day.year * 12 + day.month - 1) % every == 0:
                year = f" {day.year}" if day.month == 1 or not shown else ""
                yield self.on(day), f"{day:%b}{year}"
                shown += 1
            day = (day + timedelta(days=32)).replace(day=1)

    def axis(self, top: float, bottom: float, room: float) -> Iterator[str]:
        """Lines at the firsts of months from the top down, with their names below."""
        for x, said in self.months(room):
            month, _, year = said.partition(" ")
            yield line(x, top, x, bottom, LINE, dashes="1 3")
            yield text(x, bottom + 16, month, at="middle", fill=QUIET)
            if year:
                yield text(x, bottom + 31, year, at="middle", fill=QUIET)

    @property
    def _month(self) -> float:
        """How wide a month is."""
        return (self.end - self.start) * 30.4 / max((self.last - self.first).days, 1)


def ticks(high: float, most: int = 5) -> list[float]:
    """Round numbers from 0 up to one that is not under the highest value; whole if that is."""
    if high <= 0:
        return [0, 1]
    rough = high / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n * (1 + 1e-9) >= rough)
    if float(high).is_integer() and step < 1:
        step = 1.0
    return [step * n for n in range(math.ceil(high / step - 1e-9) + 1)]


# --- The whole --------------------------------------------------------------------------------


def drawn(
    prefix: str,
    title: str,
    alt: str,
    height: float,
    parts: Iterable[str],
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    numeric: Sequence[int] = (),
    *,
    width: float = WIDTH,
    linked: bool = False,
) -> Picture:
    """A picture from what is drawn and the figures behind it.

    ``prefix`` begins every id in it, so that a page can hold several. A picture with links in it
    is a group to a screen reader, because what is within an image can't be reached.
    """
    whole = tag(
        "svg",
        tag("title", clean(title), id=f"{prefix}-title"),
        tag("desc", clean(alt), id=f"{prefix}-alt"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(math.ceil(height))}",
        width=width,
        height=math.ceil(height),
        role="group" if linked else "img",
        aria_labelledby=f"{prefix}-title {prefix}-alt",
        font_family=FONT,
        font_size=SIZE,
        fill=INK,
    )
    cells = tuple(
        tuple(cell if isinstance(cell, Told) else str(cell) for cell in row) for row in rows
    )
    return Picture(title, alt, whole, tuple(heads), cells, tuple(numeric))
