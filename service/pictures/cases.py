"""Cases over time: how many are open by tier, and how one of them goes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from domain.councils import SupportTier
from domain.interventions import Rag
from projections.interventions import CasePage
from service.figures import asking
from service.figures.told import Told
from service.pictures.columns import Frame, Series, columns
from service.pictures.looks import TIERS, confidence_mark, tier_tile
from service.pictures.svg import (
    INK,
    LINE,
    PALE,
    PAPER,
    QUIET,
    WIDTH,
    Days,
    Key,
    box,
    drawn,
    fitted,
    halo,
    line,
    shape,
    text,
    titled,
    width_of,
)
from service.pictures.telling import counts_told, name_told
from service.telling import govuk_date
from service.writing.blocks import Picture


class OpenCases(NamedTuple):
    """How many cases were open at the end of a day, by tier."""

    on: date
    by_tier: Mapping[SupportTier, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_tier.values())


def open_cases(
    points: Sequence[OpenCases],
    region: str | None = None,
    *,
    prefix: str = "cases",
    title: str = "Open cases by tier",
) -> Picture:
    """Open cases at month ends as columns, the heaviest tier at the bottom."""
    tiers = list(reversed(SupportTier))
    used = [t for t in tiers if any(p.by_tier.get(t, 0) for p in points)]
    layers = [
        Series(
            name_told(t), TIERS[t].fill, TIERS[t].ink,
            [p.by_tier.get(t, 0) for p in points],
        )
        for t in used
    ]  # fmt: skip
    key = Key([(tier_tile(t, 0, -9, 18), name_told(t)) for t in used], 0, 14, WIDTH)
    frame = Frame(34, key.bottom + 18, WIDTH, key.bottom + 228)
    parts = [key.drawn, columns([p.on for p in points], layers, frame)]
    alt = "No case was open."
    if points:
        first, now = points[0], points[-1]
        told = counts_told({str(t): now.by_tier.get(t, 0) for t in tiers})
        peak = max(points, key=lambda p: p.total)
        were = "case was" if now.total == 1 else "cases were"
        alt = (
            f"{now.total} {were} open on {govuk_date(now.on)} ({told}), against"
            f" {first.total} on {govuk_date(first.on)}; there were at most {peak.total}, in"
            f" {peak.on:%B %Y}."
        )
    return drawn(
        prefix,
        title,
        alt,
        frame.bottom + 40,
        parts,
        ("At the end of", *(name_told(t) for t in tiers), "Open cases"),
        [
            (
                govuk_date(p.on),
                *(_open(p, p.by_tier.get(t, 0), region, t) for t in tiers),
                _open(p, p.total, region),
            )
            for p in points
        ],
        range(1, len(tiers) + 2),
    )


def _open(
    point: OpenCases, count: int, region: str | None, tier: SupportTier | None = None
) -> Told:
    of = asking.count("case-page", is_open=True, tier=tier, region=region)
    return Told(count, of, point.on)


# --- One case ---------------------------------------------------------------------------------

_LEFT, _RIGHT, _ROW = 150.0, WIDTH - 16, 30.0
_MILESTONES = {"met": ("diamond", INK), "missed": ("cross", INK), "set": ("diamond", PAPER)}


def progress_of_case(
    row: CasePage, until: date, *, prefix: str = "progress", title: str = ""
) -> Picture:
    """A case from its opening: its stages as bands, what each review found, its milestones."""
    last = max([until, *(m.due_on for m in row.milestones), *(r.reviewed_on for r in row.reviews)])
    first = row.opened_on
    days = Days(first, max(last, first + timedelta(days=28)), _LEFT, _RIGHT)
    ended = row.closed_on or until
    themes = sorted({theme for review in row.reviews for theme in review.themes})
    key = _key(row, until)
    parts, y = [key.drawn], key.bottom + 16
    top = y
    parts.append(text(0, y + 19, "Stage", bold=True))
    y = _bands(parts, row, days, max(ended, first), y)
    lines = [("Confidence", [(r.reviewed_on, r.confidence) for r in row.reviews])] if themes else []
    for theme in themes:
        lines.append(
            (theme, [(r.reviewed_on, r.themes[theme]) for r in row.reviews if theme in r.themes])
        )
    for name, found in lines:
        y += _ROW
        mid = y - 10
        parts.append(line(_LEFT, mid, _RIGHT, mid, LINE))
        bold = name == "Confidence" and found == lines[0][1]
        parts.append(text(0, mid + 4, fitted(name, _LEFT - 10, bold=bold), bold=bold))
        for day, rag in found:
            mark = confidence_mark(rag, days.on(day), mid)
            parts.append(titled(f"{name}, {govuk_date(day)}: {rag}", mark))
    if row.milestones:
        y += _ROW
        mid = y - 10
        parts.append(line(_LEFT, mid, _RIGHT, mid, LINE))
        parts.append(text(0, mid + 4, "Milestones", bold=True))
        for m in row.milestones:
            kind, fill = _MILESTONES.get(m.state, _MILESTONES["set"])
            said = f"{m.title}, due {govuk_date(m.due_on)}: {m.state}"
            parts.append(titled(said, shape(kind, days.on(m.due_on), mid, 6, fill)))
    y += 10
    x = days.on(until)
    now = [line(x, top - 4, x, y, INK, thick=1.5)] if _shows_day(row, until) else []
    parts[1:1] = [*days.axis(top, y, 44), *now]
    return drawn(
        prefix,
        title or "Progress over time",
        _said(row, until),
        y + 38,
        parts,
        ("What", "On", "State"),
        list(_lines(row, themes)),
    )


def _shows_day(row: CasePage, until: date) -> bool:
    """Whether the day that is looked at has its line: what lies beyond it is still to come."""
    return until > row.opened_on and not row.closed_on


def _bands(parts: list[str], row: CasePage, days: Days, ended: date, y: float) -> float:
    """The stages as bands, their names in them or, where there is no room, on lines below."""
    edges = [*(stage.since for stage in row.stages), ended]
    placed: list[tuple[float, int]] = []
    names = []
    # From the last to the first, each lower than those that begin within it: no line down to a
    # name goes through another.
    for n, stage in reversed(list(enumerate(row.stages))):
        x, end = days.on(edges[n]), days.on(max(edges[n], edges[n + 1]))
        if stage.stage.value == "closed":
            continue
        said = f"{name_told(stage.stage)}, from {govuk_date(stage.since)}"
        fill = PALE if n % 2 else PAPER
        parts.append(titled(said, box(x, y, max(end - x, 1.5), 28, fill, stroke=INK)))
        name = name_told(stage.stage)
        if end - x >= width_of(name) + 8:
            parts.append(text(x + 5, y + 19, name))
            continue
        at = min(x + 3, _RIGHT - width_of(name))
        right = at + width_of(name) + 8
        lane = max((low + 1 for left, low in placed if left < right), default=0)
        placed.append((min(x, at), lane))
        low = y + 43 + lane * 15
        parts.append(line(x, y + 28, x, low - 2, QUIET))
        names.append(halo(at, low, name))
    parts += names
    return y + 32 + 15 * max((lane + 1 for _, lane in placed), default=0)


def _key(row: CasePage, until: date) -> Key:
    entries = []
    if row.reviews:
        entries += [(confidence_mark(rag, 8, 0), name_told(rag)) for rag in Rag]
    for state in sorted({m.state for m in row.milestones} & _MILESTONES.keys()):
        kind, fill = _MILESTONES[state]
        said = "Milestone to come" if state == "set" else f"Milestone {state}"
        entries.append((shape(kind, 8, 0, 6, fill), said))
    if _shows_day(row, until):
        entries.append((line(8, -8, 8, 8, INK, thick=1.5), govuk_date(until)))
    return Key(entries, 0, 12, WIDTH)


def _lines(row: CasePage, themes: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for stage in row.stages:
        yield "Stage", govuk_date(stage.since), name_told(stage.stage)
    for review in row.reviews:
        yield "Confidence", govuk_date(review.reviewed_on), name_told(review.confidence)
        for theme in themes:
            if theme in review.themes:
                yield theme, govuk_date(review.reviewed_on), name_told(review.themes[theme])
    for m in row.milestones:
        yield f"Milestone: {m.title}", govuk_date(m.due_on), name_told(m.state)


def _said(row: CasePage, until: date) -> str:
    stage = f"{row.case} is {row.stage}"
    since = f" since {govuk_date(row.stages[-1].since)}" if row.stages else ""
    if not row.reviews:
        return f"{stage}{since}. Progress has not been reviewed."
    told = ", ".join(f"{r.confidence} on {govuk_date(r.reviewed_on)}" for r in row.reviews[-4:])
    met = sum(m.state == "met" for m in row.milestones)
    milestones = f"; {met} of {len(row.milestones)} milestones are met" if row.milestones else ""
    return f"{stage}{since}. Confidence at its reviews was {told}{milestones}."
