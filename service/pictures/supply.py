"""Member peers: how many are ready in each region, and how many are called for."""

from projections.supply import Supply, SupplyLine
from service.figures.supply import supply_of
from service.figures.told import Told
from service.pictures.svg import (
    DARK,
    INK,
    LINE,
    QUIET,
    WIDTH,
    Key,
    Scale,
    box,
    drawn,
    fitted,
    halo,
    hatching,
    line,
    swatch,
    text,
    ticks,
    titled,
)
from service.writing.blocks import Picture

_LEFT, _ROW = 172.0, 46.0


def supply_and_demand(
    found: Supply,
    *,
    prefix: str = "supply",
    title: str = "Member peers ready and called for, by region",
) -> Picture:
    """Two bars a region on one scale: members who are ready, and members called for."""
    called = f"url(#{prefix}-hatch)"
    key = Key([(swatch(DARK), "Ready"), (swatch(called, stroke=INK), "Called for")], 0, 12, WIDTH)
    marks = ticks(max((max(row.ready, row.demand) for row in found.regions), default=0))
    along = Scale(0, marks[-1], _LEFT, WIDTH - 176)
    top = key.bottom + 12
    bottom = top + max(1, len(found.regions)) * _ROW
    parts = [hatching(prefix), key.drawn]
    for mark in marks:
        x = along(mark)
        parts.append(line(x, top, x, bottom, QUIET if mark == 0 else LINE))
        parts.append(text(x, bottom + 17, f"{mark:g}", at="middle", fill=QUIET))
    for n, row in enumerate(found.regions):
        parts.append(_pair(row, top + n * _ROW + 5, along, called))
    if not found.regions:
        parts.append(text(_LEFT + 10, top + 28, "No member peer is registered or called for."))
    return drawn(
        prefix,
        title,
        _said(found),
        bottom + 24,
        parts,
        ("Region", "Members", "Ready", "Requests", "Challenges", "Called for", "Short of"),
        [
            (
                row.name,
                *(
                    Told(getattr(row, field), of[field])
                    for field in ("members", "ready", "requests", "challenges", "demand", "short")
                ),
            )
            for row, of in (
                *((row, supply_of("region", row.name)) for row in found.regions),
                *([(found.total, supply_of())] if found.regions else []),
            )
        ],
        range(1, 7),
    )


def _pair(row: SupplyLine, y: float, along: Scale, called: str) -> str:
    parts = [text(_LEFT - 8, y + 22, fitted(row.name, _LEFT - 8), at="end")]
    bars = (("ready", row.ready, DARK, None), ("called for", row.demand, called, INK))
    for n, (said, value, fill, stroke) in enumerate(bars):
        top, end = y + n * 18, along(value)
        if value:
            bar = box(_LEFT, top, end - _LEFT, 16, fill, stroke=stroke)
            parts.append(titled(f"{row.name}: {value} {said}", bar))
        parts.append(halo(end + 6, top + 12.5, f"{value} {said}"))
    if row.short:
        parts.append(text(WIDTH, y + 22, f"Short of {row.short}", at="end", bold=True))
    return "".join(parts)


def _said(found: Supply) -> str:
    total = found.total
    short = [f"{row.name} ({row.short})" for row in found.regions if row.short]
    told = f"Regions short of members: {', '.join(short)}." if short else "No region is short."
    return (
        f"{total.ready} of {total.members} member peers are ready and {total.demand}"
        f" {'is' if total.demand == 1 else 'are'} called for. {told}"
    )
