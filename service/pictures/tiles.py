"""England as tiles: one a council, grouped by region about where the regions lie."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from domain.councils import Engagement, Region, SupportTier
from projections.councils import CouncilRow
from projections.regions import TAKES_PART
from service.pictures.looks import TIERS, engagement_mark, tier_tile
from service.pictures.svg import INK, PAPER, QUIET, box, drawn, fitted, tag, text, titled
from service.pictures.telling import name_told
from service.writing.blocks import Picture

_PITCH, _TILE, _LEFT = 30.0, 28.0, 12.0
_LABEL = 40.0
"""Room above a region for its name and how many of its councils take part."""


class _Place(NamedTuple):
    """Where a region's tiles begin, in tiles from the left, and how many are in a row."""

    column: int
    across: int


_PLACES = {
    Region.NORTH_EAST: _Place(9, 4),
    Region.NORTH_WEST: _Place(4, 4),
    Region.YORKSHIRE: _Place(9, 5),
    Region.EAST_MIDLANDS: _Place(9, 5),
    Region.EAST: _Place(15, 4),
    Region.WEST_MIDLANDS: _Place(3, 5),
    Region.LONDON: _Place(9, 9),
    Region.SOUTH_WEST: _Place(0, 8),
    Region.SOUTH_EAST: _Place(9, 10),
}


_ALONE = _Place(0, 12)


def _tops(counts: Mapping[Region, int], key_bottom: float) -> dict[Region, float]:
    """Where each region's tiles begin, from the north down, so that none lies on another."""

    def below(region: Region, top: float) -> float:
        return top + -(-counts[region] // _PLACES[region].across) * _PITCH

    top = {Region.NORTH_EAST: _LABEL}
    second = below(Region.NORTH_EAST, _LABEL) + _LABEL
    top |= {Region.NORTH_WEST: second, Region.YORKSHIRE: second}
    third = max(below(Region.YORKSHIRE, second), key_bottom) + _LABEL
    top |= {Region.EAST_MIDLANDS: third, Region.EAST: third}
    top[Region.WEST_MIDLANDS] = below(Region.NORTH_WEST, second) + _LABEL
    middle = max(below(Region.EAST_MIDLANDS, third), below(Region.EAST, third))
    top[Region.LONDON] = middle + _LABEL
    west = below(Region.WEST_MIDLANDS, top[Region.WEST_MIDLANDS])
    last = max(west, below(Region.LONDON, top[Region.LONDON])) + _LABEL
    return top | {Region.SOUTH_WEST: last, Region.SOUTH_EAST: last}


def tile_map(
    councils: Sequence[CouncilRow],
    *,
    prefix: str = "map",
    title: str = "Councils by tier of support and engagement",
    href: Callable[[str], str] | None = None,
) -> Picture:
    """The councils that exist, each a tile with its tier's fill and letter and its engagement.

    ``href`` makes the address of a council's page of its path; without it tiles are no links.
    """
    here = sorted(
        (row for row in councils if not row.successors),
        key=lambda row: (list(Region).index(row.region), row.name),
    )
    regions = {region: list(rows) for region, rows in groupby(here, lambda row: row.region)}
    key, key_bottom = _key()
    places, tops = _PLACES, _tops({r: len(regions.get(r, ())) for r in Region}, key_bottom)
    if len(regions) == 1:
        places, tops = dict.fromkeys(regions, _ALONE), dict.fromkeys(regions, _LABEL)
    parts, bottom = [key], key_bottom
    for region, rows in regions.items():
        place, top = places[region], tops[region]
        parts.append(_label(region, rows, _LEFT + place.column * _PITCH, top, place.across))
        for n, row in enumerate(rows):
            x = _LEFT + (place.column + n % place.across) * _PITCH
            y = top + n // place.across * _PITCH
            parts.append(_tile(row, x, y, href))
            bottom = max(bottom, y + _TILE)
    if not here:
        parts.append(text(_LEFT, 40, "No council is on record."))
    return drawn(
        prefix,
        title,
        _said(here),
        bottom + 10,
        parts,
        ("Council", "Region", "Tier", "Engagement"),
        [(r.name, r.region.label, name_told(r.tier), name_told(r.engagement)) for r in here],
        linked=href is not None and bool(here),
    )


def _label(region: Region, rows: Sequence[CouncilRow], x: float, top: float, across: int) -> str:
    part = sum(row.engagement in TAKES_PART for row in rows)
    room = across * _PITCH + _PITCH
    name = fitted(region.label, room, bold=True)
    told = fitted(f"{part} of {len(rows)} take part", room)
    return text(x, top - 21, name, bold=True) + text(x, top - 6, told, fill=QUIET)


def _tile(row: CouncilRow, x: float, y: float, href: Callable[[str], str] | None) -> str:
    look = TIERS[row.tier]
    tile = tier_tile(row.tier, x, y, _TILE) + engagement_mark(
        row.engagement, x + _TILE - 7.5, y + 7.5, look.ink, look.fill
    )
    said = f"{row.name}: {row.tier}, {row.engagement}"
    drawn_tile = titled(said, tile)
    if href is None:
        return drawn_tile
    return tag("a", drawn_tile, href=href(f"/councils/{row.council}"), aria_label=said)


def _key() -> tuple[str, float]:
    """What fills, letters and marks mean: where no region lies, in the north-east."""
    x, y, parts = _LEFT + 15 * _PITCH - 10, 26.0, []
    parts.append(text(x, y, "Tier of support", bold=True))
    for tier in SupportTier:
        y += 27
        parts.append(tier_tile(tier, x, y - 17, 24))
        parts.append(text(x + 32, y, name_told(tier)))
    y += 34
    parts.append(text(x, y, "Mark: engagement", bold=True))
    for step in list(Engagement)[1:]:
        y += 22
        parts.append(box(x, y - 13, 18, 18, PAPER))
        parts.append(engagement_mark(step, x + 9, y - 4, INK, PAPER))
        parts.append(text(x + 32, y, name_told(step)))
    y += 20
    parts.append(text(x + 32, y, "No mark: not engaged"))
    return "".join(parts), y + 4


def _said(rows: Sequence[CouncilRow]) -> str:
    """The message of the map with its figures."""
    if not rows:
        return "No council is on record."
    tiers = [(tier, sum(row.tier == tier for row in rows)) for tier in reversed(SupportTier)]
    told = ", ".join(f"{n} {tier}" for tier, n in tiers)
    part = sum(row.engagement in TAKES_PART for row in rows)
    adopters = sum(row.engagement == Engagement.EARLY_ADOPTER for row in rows)
    return (
        f"Of {len(rows)} councils by tier: {told}."
        f" {part} take part in self-improvement, {adopters} of them early adopters."
    )
