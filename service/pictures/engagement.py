"""How far councils take part, month by month: in England, and region by region."""

from collections.abc import Mapping, Sequence
from datetime import date

from domain.councils import Engagement, Region
from projections.regions import STEP_FIELDS, TAKES_PART, Month
from service.figures import asking
from service.figures.told import Told, figure_text
from service.pictures.columns import Frame, Series, columns
from service.pictures.looks import STEPS
from service.pictures.svg import (
    DARK,
    INK,
    LINE,
    PALE,
    QUIET,
    WIDTH,
    Key,
    Scale,
    drawn,
    fitted,
    line,
    path,
    shape,
    swatch,
    tag,
    text,
    titled,
    width_of,
)
from service.writing.blocks import Picture

_LAYERS: tuple[tuple[Engagement, str], ...] = (
    (Engagement.EARLY_ADOPTER, "Early adopters"),
    (Engagement.ENGAGED, "Engaged"),
    (Engagement.CONTACTED, "Contacted"),
)


_FIELDS = ("early_adopters", "engaged", "taking_part", "contacted", "not_engaged", "net")
_STEPS_OF = {field: (step,) for step, field in STEP_FIELDS.items()}
"""The step that a figure of a month counts; all of them where it counts every council."""


def _first_day(month: Month) -> date:
    return date.fromisoformat(f"{month.month}-01")


def _councils(month: Month) -> int:
    return month.not_engaged + month.contacted + month.taking_part


def engagement_of(month: Month, field: str, region: str | None = None) -> str:
    """What a figure of a month is, to be opened up: its councils as they stood at its end."""
    day = month.end.isoformat()
    there = asking.fits(f"there:{day}", "=", True)

    def councils(*conditions: str) -> str:
        return asking.count("engagement-history", there, *conditions, region=region)

    moves = {
        "moved_up": councils(asking.fits(f"moved:{day}", ">", 0)),
        "moved_down": councils(asking.fits(f"moved:{day}", "<", 0)),
    }
    if field == "net":
        return asking.made("less", *moves.values())
    if field in moves:
        return moves[field]
    steps = TAKES_PART if field == "taking_part" else _STEPS_OF.get(field, tuple(Engagement))
    return councils(asking.fits(f"on:{day}", "=", *steps))


def engagement_momentum(
    months: Sequence[Month],
    region: str | None = None,
    *,
    prefix: str = "momentum",
    title: str = "Councils by engagement, month by month",
) -> Picture:
    """Early adopters, engaged and contacted councils at each month's end as columns."""
    layers = [
        Series(
            name, STEPS[step].fill, STEPS[step].ink,
            [getattr(m, STEP_FIELDS[step]) for m in months],
        )
        for step, name in _LAYERS
    ]  # fmt: skip
    key = Key([(swatch(s.fill, stroke=INK), s.name) for s in layers], 0, 12, WIDTH)
    frame = Frame(34, key.bottom + 18, WIDTH, key.bottom + 238)
    parts = [key.drawn, columns([_first_day(m) for m in months], layers, frame)]
    alt = "No council has taken a step yet."
    if months:
        first, now = months[0], months[-1]
        up, down = sum(m.moved_up for m in months), sum(m.moved_down for m in months)
        alt = (
            f"{now.taking_part} of {_councils(now)} councils took part at the end of"
            f" {_first_day(now):%B %Y}, {now.early_adopters} of them early adopters, against"
            f" {first.taking_part} at the end of {_first_day(first):%B %Y}; councils came nearer"
            f" {up} times and drew back {down} times."
        )
    return drawn(
        prefix,
        title,
        alt,
        frame.bottom + 40,
        parts,
        ("Month", "Early adopters", "Engaged", "Taking part", "Contacted", "Not engaged", "Net"),
        [
            (
                f"{_first_day(m):%B %Y}",
                *(
                    Told(figure_text(getattr(m, field)), engagement_of(m, field, region))
                    for field in _FIELDS
                ),
            )
            for m in months
        ],
        range(1, 7),
    )


def engagement_by_region(
    regions: Mapping[Region, Sequence[Month]],
    *,
    prefix: str = "regions",
    title: str = "Share of each region's councils taking part",
) -> Picture:
    """A small chart a region: the share of its councils that took part at each month's end."""
    ends = [_first_day(m) for found in regions.values() for m in found]
    wide, high, gap = (WIDTH - 40) / 3, 128.0, 20.0
    parts = []
    for n, (region, found) in enumerate(regions.items()):
        x, y = n % 3 * (wide + gap), n // 3 * high
        inside = _small(
            region, found, min(ends, default=date.min), max(ends, default=date.min), wide
        )
        parts.append(tag("g", inside, transform=f"translate({x:g} {y:g})"))
    if not regions:
        parts.append(text(0, 20, "No council has taken a step yet."))
    return drawn(
        prefix,
        title,
        _told(regions),
        max(1, -(-len(regions) // 3)) * high,
        parts,
        ("Month", "Region", "Taking part", "Councils"),
        [
            (
                f"{_first_day(m):%B %Y}",
                region.label,
                Told(m.taking_part, engagement_of(m, "taking_part", region)),
                Told(_councils(m), engagement_of(m, "councils", region)),
            )
            for region, found in regions.items()
            for m in found
        ],
        (2, 3),
    )


def _small(region: Region, found: Sequence[Month], first: date, last: date, wide: float) -> str:
    left, right, top, bottom = 36.0, wide - 4, 30.0, 92.0
    up = Scale(0, 100, bottom, top)
    along = Scale(first.toordinal(), last.toordinal(), left, right)
    parts = []
    for mark in (0, 50, 100):
        y = up(mark)
        parts.append(line(left, y, right, y, QUIET if mark == 0 else LINE))
        parts.append(text(left - 4, y + 4, f"{mark}%", at="end", fill=QUIET))
    places = []
    for m in found:
        share = 100 * m.taking_part / max(_councils(m), 1)
        day = _first_day(m)
        places.append((along(day.toordinal()), up(share)))
    if len(places) > 1:
        area = [(places[0][0], bottom), *places, (places[-1][0], bottom)]
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in area)
        parts.insert(0, tag("polygon", points=points, fill=PALE))
        parts.append(path(places, DARK, thick=2.5))
    if found:
        now = found[-1]
        counts = f"{now.taking_part}/{_councils(now)}"
        name = fitted(region.label, wide - width_of(counts) - 5, bold=True)
        parts.append(text(0, 14, name, bold=True))
        parts.append(text(wide, 14, counts, at="end"))
        said = f"{region.label}: {now.taking_part} of {_councils(now)} take part"
        parts.append(titled(said, shape("circle", *places[-1], 3.5, DARK, DARK)))
    if first != last:
        parts.append(text(left, bottom + 17, f"{first:%b %Y}", fill=QUIET))
        parts.append(text(right, bottom + 17, f"{last:%b %Y}", at="end", fill=QUIET))
    return "".join(parts)


def _told(regions: Mapping[Region, Sequence[Month]]) -> str:
    now = {region: found[-1] for region, found in regions.items() if found}
    if not now:
        return "No council has taken a step yet."
    ranked = sorted(now, key=lambda r: -now[r].taking_part / max(_councils(now[r]), 1))
    most, least = ranked[0], ranked[-1]
    told = [f"{now[r].taking_part} of {_councils(now[r])} in {r.label}" for r in (most, least)]
    return f"The share taking part is highest with {told[0]} and lowest with {told[1]}."
