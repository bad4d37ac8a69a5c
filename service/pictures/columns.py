"""Columns by month, one series on another: what two of the pictures share."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from service.pictures.svg import (
    INK,
    LINE,
    QUIET,
    Scale,
    box,
    line,
    text,
    ticks,
    titled,
)


class Series(NamedTuple):
    """One layer of the columns, from the lowest up."""

    name: str
    fill: str
    ink: str
    """Of the figure that is written in it."""
    values: Sequence[int]


class Frame(NamedTuple):
    """Where columns stand."""

    left: float
    top: float
    right: float
    bottom: float


def columns(months: Sequence[date], layers: Sequence[Series], frame: Frame, most: int = 4) -> str:
    """Stacked columns with their axes; figures are written in those that have room for them."""
    totals = [sum(layer.values[n] for layer in layers) for n in range(len(months))]
    marks = ticks(max(totals, default=0), most)
    up = Scale(0, marks[-1], frame.bottom, frame.top)
    parts = []
    for mark in marks:
        y = up(mark)
        parts.append(line(frame.left, y, frame.right, y, QUIET if mark == 0 else LINE))
        parts.append(text(frame.left - 6, y + 4, f"{mark:g}", at="end", fill=QUIET))
    room = (frame.right - frame.left) / max(len(months), 1)
    wide = min(room * 0.78, 60.0)
    for n, month in enumerate(months):
        x, level = frame.left + room * (n + 0.5), 0
        for layer in layers:
            value = layer.values[n]
            if value <= 0:
                continue
            y, high = up(level + value), up(level) - up(level + value)
            said = f"{month:%B %Y}: {layer.name.lower()} {value}"
            bar = box(x - wide / 2, y, wide, high, layer.fill, stroke=INK)
            if high >= 15 and wide >= 20:
                bar += text(x, y + high / 2 + 4, value, at="middle", fill=layer.ink)
            parts.append(titled(said, bar))
            level += value
    parts += month_names(months, frame.left, room, frame.bottom)
    return "".join(parts)


def month_names(months: Sequence[date], left: float, room: float, bottom: float) -> Iterable[str]:
    """The names of months under columns, as many as have room; the year under its first."""
    every = max(1, -(-30 // max(int(room), 1)))
    shown: int | None = None
    for n, month in enumerate(months):
        if (len(months) - 1 - n) % every:
            continue
        x = left + room * (n + 0.5)
        yield text(x, bottom + 17, f"{month:%b}", at="middle", fill=QUIET)
        if month.year != shown:
            yield text(x, bottom + 32, month.year, at="middle", fill=QUIET)
        shown = month.year
