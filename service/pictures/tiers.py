"""How far the councils of each support tier take part, quarter by quarter."""

from collections.abc import Mapping, Sequence

from domain.councils import Engagement, SupportTier
from projections.regions import TAKES_PART, TierEngagement
from service.figures import asking
from service.figures.told import Told
from service.pictures.columns import month_names
from service.pictures.looks import STEPS, tier_tile
from service.pictures.svg import (
    INK,
    LINE,
    PAPER,
    QUIET,
    WIDTH,
    Key,
    Scale,
    box,
    drawn,
    fitted,
    line,
    swatch,
    tag,
    text,
    titled,
    width_of,
)
from service.pictures.telling import name_told
from service.telling import govuk_date
from service.writing.blocks import Picture

_STEPS = tuple(reversed(Engagement))
"""The farthest first: at the bottom of the columns."""
_GAP, _HIGH = 32.0, 190.0
_NOBODY = "No council is on record."


def engagement_by_tier(
    found: Sequence[TierEngagement],
    region: str | None = None,
    *,
    prefix: str = "tiers",
    title: str = "Engagement by support tier, quarter by quarter",
) -> Picture:
    """A small chart a tier: the shares of its councils by engagement at each quarter's end."""
    key = Key([(_swatch(step), name_told(step)) for step in _STEPS], 0, 12, WIDTH)
    wide, top = (WIDTH - _GAP) / 2, key.bottom + 14
    every = {tier: [x for x in found if x.tier == tier] for tier in reversed(SupportTier)}
    tiers = {tier: points for tier, points in every.items() if points}
    parts = [key.drawn] if found else [text(0, 20, _NOBODY)]
    for n, (tier, points) in enumerate(tiers.items()):
        at = f"translate({n % 2 * (wide + _GAP):g} {top + n // 2 * _HIGH:g})"
        parts.append(tag("g", _of_tier(tier, points, wide), transform=at))
    return drawn(
        prefix,
        title,
        _told(tiers),
        top + -(-len(tiers) // 2) * _HIGH if found else 30,
        parts,
        ("At the end of", "Tier", *map(name_told, _STEPS), "Taking part", "Councils"),
        [
            (
                govuk_date(each.on),
                name_told(each.tier),
                *(_counted(each, each.at(step), region, step) for step in _STEPS),
                _counted(each, each.taking_part, region, *TAKES_PART),
                _counted(each, each.councils, region),
            )
            for each in found
        ],
        range(2, 8),
    )


def _counted(found: TierEngagement, n: int, region: str | None, *steps: Engagement) -> Told:
    still = asking.fits("succeeded_on", "=", None)
    where = {"tier": found.tier, "region": region, "engagement": steps or None}
    return Told(n, asking.count("council-row", still, **where), found.on)


def _swatch(step: Engagement) -> str:
    return swatch(_fill(step), stroke=INK)


def _fill(step: Engagement) -> str:
    return STEPS[step].fill if step in STEPS else PAPER


def _of_tier(tier: SupportTier, points: Sequence[TierEngagement], wide: float) -> str:
    left, top, bottom = 38.0, 36.0, 140.0
    up = Scale(0, 100, bottom, top)
    room = (wide - left) / len(points)
    column = min(room * 0.78, 60.0)
    now = points[-1]
    said = f"{now.taking_part} of {now.councils} take part"
    name = fitted(name_told(tier), wide - 26 - width_of(said), bold=True)
    parts = [tier_tile(tier, 0, 6, 18), text(24, 20, name, bold=True)]
    parts.append(text(wide, 20, said, at="end"))
    for mark in (0, 50, 100):
        y = up(mark)
        parts.append(line(left, y, wide, y, QUIET if mark == 0 else LINE))
        parts.append(text(left - 5, y + 4, f"{mark}%", at="end", fill=QUIET))
    for n, point in enumerate(points):
        x, below = left + room * (n + 0.5), 0
        for step in _STEPS:
            many = point.at(step)
            if not many:
                continue
            y = up(100 * (below + many) / point.councils)
            high = up(100 * below / point.councils) - y
            bar = box(x - column / 2, y, column, high, _fill(step), stroke=INK)
            if high >= 15 and column >= 20:
                ink = STEPS[step].ink if step in STEPS else INK
                bar += text(x, y + high / 2 + 4, many, at="middle", fill=ink)
            told = f"{govuk_date(point.on)}: {many} of {point.councils} {step.value}"
            parts.append(titled(told, bar))
            below += many
    parts += month_names([point.on for point in points], left, room, bottom)
    return "".join(parts)


def _told(tiers: Mapping[SupportTier, Sequence[TierEngagement]]) -> str:
    some = {tier: points for tier, points in tiers.items() if points[-1].councils}
    if not some:
        return _NOBODY

    def share(point: TierEngagement) -> str:
        return f"{point.taking_part} of {point.councils}"

    points = next(iter(some.values()))
    first, now = points[0], points[-1]
    before = first.on != now.on
    told = ", ".join(
        f"{tier} {share(points[-1])}" + (f" ({share(points[0])})" if before else "")
        for tier, points in some.items()
    )
    brackets = f"; in brackets, on {govuk_date(first.on)}" if before else ""
    return f"Councils taking part on {govuk_date(now.on)}{brackets}: {told}."
