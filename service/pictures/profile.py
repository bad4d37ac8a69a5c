"""A council's indicators as dots beside its neighbours, its region and England."""

from collections.abc import Sequence
from decimal import Decimal

from domain.insight import Comparison, Polarity
from service.figures import asking
from service.figures.told import Told
from service.pictures.svg import (
    DARK,
    INK,
    LINE,
    MID,
    PALE,
    PAPER,
    PLUM,
    QUIET,
    WIDTH,
    Key,
    Scale,
    box,
    drawn,
    fitted,
    line,
    shape,
    swatch,
    text,
    titled,
)
from service.writing.blocks import Picture

_ROW, _EDGE = 66.0, 10.0


def indicator_profile(
    council: str,
    comparisons: Sequence[Comparison],
    of: str = "",
    *,
    prefix: str = "profile",
    title: str = "",
) -> Picture:
    """A strip an indicator, from the lowest to the highest of all councils.

    ``of`` is the set that the indicators are of.
    """
    drawable = [c for c in comparisons if c.spread is not None]
    key = Key(
        [
            (shape("diamond", 8, 0, 5.5, PLUM), council),
            (shape("circle", 8, 0, 4, PAPER, DARK), "Statistical neighbours"),
            (shape("triangle", 8, 0, 5, MID), "Region"),
            (line(8, -8, 8, 8, INK, thick=2.5), "England"),
            (swatch(PALE, stroke=QUIET), "Middle half of all councils"),
        ],
        0,
        12,
        WIDTH,
    )
    parts, y = [key.drawn], key.bottom + 22
    for each in drawable:
        parts.append(_strip(council, each, y))
        y += _ROW
    if not drawable:
        parts.append(text(0, y, "No indicator has figures of enough councils."))
        y += 24
    return drawn(
        prefix,
        title or f"{council} beside its neighbours, its region and England",
        _said(council, comparisons),
        y - 14,
        parts,
        (
            "Indicator", council, "Neighbours' median", "Region", "England",
            "Lowest", "Lower quartile", "Upper quartile", "Highest",
        ),
        [
            (
                c.name,
                *(_told(c, v, of) for v in (c.value, c.neighbours_median)),
                *(_told(c, v, of) for v in (c.region.value, c.england.value)),
                *(_told(c, v, of) for v in _ends(c)),
            )
            for c in comparisons
        ],
        range(1, 9),
    )  # fmt: skip


def _ends(c: Comparison) -> tuple[Decimal | None, ...]:
    s = c.spread
    return (s.lowest, s.lower_quartile, s.upper_quartile, s.highest) if s else (None,) * 4


def _told(c: Comparison, value: Decimal | None, of: str) -> str:
    """A figure of an indicator, with what was published of it; words where there is none."""
    told = _or_none(c, value)
    if value is None or not of or not c.period:
        return told
    return Told(told, asking.published(of, c.indicator, c.period))


def _or_none(c: Comparison, value: Decimal | None) -> str:
    return c.written(_rounded(c, value)) if value is not None else "No figure"


def _rounded(c: Comparison, value: Decimal) -> Decimal:
    """Quartiles and medians may lie between two values: no more places than one over these."""
    places = c.decimal_places + 1
    rounded = round(value, places)
    return round(value, c.decimal_places) if rounded == round(value, c.decimal_places) else rounded


def _strip(council: str, c: Comparison, y: float) -> str:
    spread = c.spread
    if spread is None:
        return ""
    levels = [level for level in (c.region.value, c.england.value) if level is not None]
    own = [c.value] if c.value is not None else []
    every = [spread.lowest, spread.highest, *levels, *own, *c.neighbours_values]
    along = Scale(float(min(every)), float(max(every)), _EDGE, WIDTH - _EDGE)
    mid = y + 18
    good = "" if c.polarity is Polarity.NEITHER else f" ({c.polarity})"
    told = f"{council}: {c.written(c.value)}" if own else f"{council}: no figure"
    room = WIDTH - 230
    parts = [
        text(0, y, fitted(f"{c.name}{good}", room, bold=True), bold=True),
        text(WIDTH, y, fitted(told, 220), at="end"),
        line(along(float(spread.lowest)), mid, along(float(spread.highest)), mid, LINE, thick=2),
    ]
    low, high = along(float(spread.lower_quartile)), along(float(spread.upper_quartile))
    parts.append(
        titled(
            f"Middle half: {_or_none(c, spread.lower_quartile)} to"
            f" {_or_none(c, spread.upper_quartile)}",
            box(low, mid - 8, max(high - low, 1), 16, PALE, stroke=QUIET),
        )
    )
    for value in c.neighbours_values:
        mark = shape("circle", along(float(value)), mid, 4, PAPER, DARK)
        parts.append(titled(f"A statistical neighbour: {c.written(value)}", mark))
    if c.england.value is not None:
        x = along(float(c.england.value))
        mark = line(x, mid - 11, x, mid + 11, INK, thick=2.5)
        parts.append(titled(f"England: {c.written(c.england.value)}", mark))
    if c.region.value is not None:
        mark = shape("triangle", along(float(c.region.value)), mid, 5, MID)
        parts.append(titled(f"Region: {c.written(c.region.value)}", mark))
    if c.value is not None:
        mark = shape("diamond", along(float(c.value)), mid, 6, PLUM)
        parts.append(titled(f"{council}: {c.written(c.value)}", mark))
    ends = ((min(every), "start", 0.0), (max(every), "end", WIDTH))
    for value, at, x in ends:
        parts.append(text(x, mid + 22, _or_none(c, value), at=at, fill=QUIET))
    return "".join(parts)


def _said(council: str, comparisons: Sequence[Comparison]) -> str:
    ranked = [c for c in comparisons if c.standing]
    best = [c for c in ranked if c.standing and c.standing.quartile == 1 and _has_sense(c)]
    worst = [c for c in ranked if c.standing and c.standing.quartile == 4 and _has_sense(c)]
    told = f"{council} has a figure of its own for {len(ranked)} of {len(comparisons)} indicators."
    for said, found in (("best", best), ("worst", worst)):
        if found:
            names = "; ".join(c.name for c in found[:4])
            told += f" Among the {said} quarter of councils: {names}."
    return told


def _has_sense(c: Comparison) -> bool:
    return c.polarity is not Polarity.NEITHER
