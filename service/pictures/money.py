"""Money by heading: what was allocated and where it stands, and how it goes down over a year."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from domain.funding import Heading
from domain.kernel import financial_year, pounds_text
from projections.funding import BudgetPosition
from service.figures import asking
from service.figures.told import Told
from service.pictures.svg import (
    AMBER,
    DARK,
    INK,
    LINE,
    PALE,
    PAPER,
    PLUM,
    QUIET,
    TEAL,
    WIDTH,
    Days,
    Key,
    Scale,
    box,
    drawn,
    fitted,
    hatching,
    line,
    path,
    shape,
    swatch,
    tag,
    text,
    ticks,
    titled,
    width_of,
)
from service.pictures.telling import name_told, round_pounds
from service.telling import govuk_date, share_of
from service.writing.blocks import Picture


class Standing(NamedTuple):
    """Where a heading's money stands: the parts add up to what was allocated."""

    name: str
    allocated_pence: int
    paid_pence: int
    region_spent_pence: int
    committed_pence: int
    with_regions_pence: int
    clawback_due_pence: int
    written_off_pence: int
    available_pence: int

    @property
    def amounts(self) -> tuple[int, ...]:
        """What was allocated, then its parts."""
        return tuple(getattr(self, field) for field in self._fields[1:])

    @property
    def forecast_pence(self) -> int:
        """What will have left the heading if all that is promised is paid."""
        return sum(self.amounts[1:5])


_PARTS: tuple[tuple[str, str, str], ...] = (
    ("paid_pence", "Paid, less clawed back", DARK),
    ("region_spent_pence", "Spent by regions", TEAL),
    ("committed_pence", "Committed", "hatch"),
    ("with_regions_pence", "With regions, not spent", PALE),
    ("clawback_due_pence", "Clawback due", AMBER),
    ("written_off_pence", "Written off", PLUM),
    ("available_pence", "Available", PAPER),
)
_WITH_REGIONS = "with_regions_pence"
_HEADS = ("Heading", "Allocated", *(said for _, said, _ in _PARTS), "Forecast")


def standing(row: BudgetPosition) -> Standing:
    """Where a heading's money stands, each pound in one part."""
    return Standing(
        name=name_told(row.heading),
        allocated_pence=row.allocated_pence,
        paid_pence=row.paid_pence,
        region_spent_pence=row.region_spent_pence,
        committed_pence=row.committed_pence,
        with_regions_pence=row.devolved_pence - row.region_spent_pence,
        clawback_due_pence=row.clawback_due_pence,
        written_off_pence=row.written_off_pence,
        available_pence=row.available_pence,
    )


def budget_bars(
    headings: Sequence[BudgetPosition], *, prefix: str = "budget", title: str = ""
) -> Picture:
    """A bar a heading: paid, spent by regions, committed, with regions, and what is available."""
    order = list(Heading)
    rows = sorted(headings, key=lambda row: order.index(row.heading))
    found = [standing(row) for row in rows]
    total = Standing("All headings", *(sum(row.amounts[n] for row in found) for n in range(8)))
    used = [p for p in _PARTS if any(getattr(row, p[0]) for row in found)]
    fills = {fill: f"url(#{prefix}-hatch)" if fill == "hatch" else fill for _, _, fill in _PARTS}
    entries = [(swatch(fills[fill], stroke=INK), said) for _, said, fill in used]
    entries.append((shape("triangle", 8, 1, 5, INK), "Forecast: all that is promised"))
    key = Key(entries, 0, 12, WIDTH)
    longest = max((max(row.allocated_pence, sum(row.amounts[1:])) for row in found), default=0)
    along = Scale(0, max(longest, 1), 1, WIDTH - 1)
    parts, y = [hatching(prefix), key.drawn], key.bottom + 24
    for row in found:
        parts.append(_bar(row, y, along, fills))
        y += 64
    if not found:
        parts.append(text(0, y, "No heading has been given money."))
        y += 20
    return drawn(
        prefix,
        title or "Where each heading's money stands",
        _said(total, found),
        y - 6,
        parts,
        _HEADS,
        [
            *(_told(row, heading) for row, heading in zip(found, rows, strict=True)),
            *([_told(total, rows[0], whole=True)] if len(found) > 1 else []),
        ],
        range(1, len(_HEADS)),
    )


def _told(row: Standing, heading: BudgetPosition, *, whole: bool = False) -> tuple[str, ...]:
    """A line of the table: of a heading, or of all headings of its year."""

    def position(field: str) -> str:
        if whole:
            return asking.total("budget-position", field, year=heading.year)
        return asking.field("budget-position", f"{heading.year}/{heading.heading}", field)

    of = {field: position(field) for field in Standing._fields[1:] if field != _WITH_REGIONS}
    of[_WITH_REGIONS] = asking.made(
        "less", position("devolved_pence"), position("region_spent_pence")
    )
    forecast = asking.plus([of[field] for field in Standing._fields[2:6]])
    return (
        row.name,
        *(Told(pounds_text(getattr(row, f)), of[f]) for f in Standing._fields[1:]),
        Told(pounds_text(row.forecast_pence), forecast),
    )


def _bar(row: Standing, y: float, along: Scale, fills: Mapping[str, str]) -> str:
    parts, x = [], along(0)
    for field, said, fill in _PARTS:
        pence = getattr(row, field)
        if pence <= 0:
            continue
        wide = along(pence) - along(0)
        parts.append(titled(f"{said}: {round_pounds(pence)}", box(x, y + 7, wide, 20, fills[fill])))
        x += wide
    parts.append(box(along(0), y + 7, x - along(0), 20, "none", stroke=INK))
    at = along(row.forecast_pence)
    parts.append(shape("triangle", min(max(at, 6), WIDTH - 6), y + 33, 5, INK))
    told = f"{round_pounds(row.allocated_pence)} allocated"
    used = f"Forecast {round_pounds(row.forecast_pence)}"
    used += f" ({share_of(row.forecast_pence, row.allocated_pence)})"
    gone = row.paid_pence + row.region_spent_pence
    used += f", of it spent {round_pounds(gone)}"
    left = at + 12 if at < WIDTH / 2 else at - 12
    parts.append(text(left, y + 40, used, at="start" if at < WIDTH / 2 else "end", fill=QUIET))
    return text(0, y, row.name, bold=True) + text(WIDTH, y, told, at="end") + "".join(parts)


def _said(total: Standing, rows: Sequence[Standing]) -> str:
    if not rows:
        return "No heading has been given money."
    gone = total.paid_pence + total.region_spent_pence
    return (
        f"Of {round_pounds(total.allocated_pence)} allocated, {round_pounds(gone)}"
        f" ({share_of(gone, total.allocated_pence)}) is spent and"
        f" {round_pounds(total.forecast_pence)}"
        f" ({share_of(total.forecast_pence, total.allocated_pence)}) is forecast to be once all"
        f" that is promised is paid; {round_pounds(total.available_pence)} is available."
    )


# --- Over the year ----------------------------------------------------------------------------


_ALL = "all"


class MonthEnd(NamedTuple):
    """What was on record of a heading at the end of a day."""

    on: date
    heading: str
    allocated_pence: int
    spent_pence: int
    """Paid, and spent by regions."""

    @property
    def left_pence(self) -> int:
        """Allocated and not spent."""
        return self.allocated_pence - self.spent_pence


def burn_down(
    points: Iterable[MonthEnd], first: date, last: date, *, prefix: str = "burn", title: str = ""
) -> Picture:
    """What was left of each heading at month ends, against a straight line to nothing.

    ``first`` and ``last`` are the ends of the financial year.
    """
    by: dict[str, list[MonthEnd]] = {}
    for point in sorted(points):
        by.setdefault(point.heading, []).append(point)
    known = [h.value for h in Heading if h.value in by]
    series = {name_told(name): by[name] for name in known}
    if len(series) > 1:
        series = {"All headings": _summed(by.values()), **series}
    wide, high = (WIDTH - 24) / 2, 176.0
    key = Key(
        [
            (line(0, 0, 16, 0, DARK, thick=3), "Left at the month's end"),
            (line(0, 0, 16, 0, QUIET, thick=1.5, dashes="4 3"), "A straight line to nothing"),
        ],
        0,
        12,
        WIDTH,
    )
    parts, top = [key.drawn], key.bottom + 14
    for n, (name, found) in enumerate(series.items()):
        x, y = n % 2 * (wide + 24), top + n // 2 * high
        inside = _panel(name, found, first, last, wide)
        parts.append(tag("g", inside, transform=f"translate({x:g} {y:g})"))
    if not series:
        parts.append(text(0, top + 12, "Nothing was allocated in the year."))
    year = financial_year(first)
    rows = [
        (govuk_date(p.on), name, *_month_told(p, year))
        for name, found in series.items()
        for p in found
    ]
    return drawn(
        prefix,
        title or "What is left of each heading, month by month",
        _burnt(series, first, last),
        top + max(1, -(-len(series) // 2)) * high,
        parts,
        ("At the end of", "Heading", "Allocated", "Spent", "Left"),
        rows,
        (2, 3, 4),
    )


def _month_told(point: MonthEnd, year: str) -> Iterable[Told]:
    """What was allocated, spent and left, each with what it is."""

    def position(field: str) -> str:
        if point.heading == _ALL:
            return asking.total("budget-position", field, year=year)
        return asking.field("budget-position", f"{year}/{point.heading}", field)

    parts = ("allocated_pence", "paid_pence", "region_spent_pence")
    allocated, *spent = (position(field) for field in parts)
    yield Told(pounds_text(point.allocated_pence), allocated, point.on)
    yield Told(pounds_text(point.spent_pence), asking.plus(spent), point.on)
    left = asking.made("less", allocated, *spent)
    yield Told(pounds_text(point.left_pence), left, point.on)


def _summed(every: Iterable[Sequence[MonthEnd]]) -> list[MonthEnd]:
    totals: dict[date, list[MonthEnd]] = {}
    for found in every:
        for point in found:
            totals.setdefault(point.on, []).append(point)
    return [
        MonthEnd(on, _ALL, sum(p.allocated_pence for p in here), sum(p.spent_pence for p in here))
        for on, here in sorted(totals.items())
    ]


def _panel(name: str, found: Sequence[MonthEnd], first: date, last: date, wide: float) -> str:
    allocated = found[-1].allocated_pence
    marks = ticks(max(1, *(max(p.allocated_pence, p.left_pence) for p in found)) / 100, 3)
    names = [round_pounds(round(mark * 100)) for mark in marks]
    left, right, top, bottom = max(50, *map(width_of, names)) + 8, wide - 4, 30.0, 132.0
    up = Scale(min(0, *(p.left_pence for p in found)), marks[-1] * 100, bottom, top)
    days = Days(first, last, left, right)
    now = found[-1]
    parts = [text(0, 12, fitted(name, wide * 0.6, bold=True), bold=True)]
    parts.append(text(wide, 12, f"{round_pounds(now.left_pence)} left", at="end"))
    for mark, told in zip(marks, names, strict=True):
        y = up(mark * 100)
        parts.append(line(left, y, right, y, QUIET if mark == 0 else LINE))
        parts.append(text(left - 5, y + 4, told, at="end", fill=QUIET))
    for x, said in days.months(58):
        parts.append(line(x, bottom, x, bottom + 4, QUIET))
        parts.append(text(x, bottom + 17, said.split(" ")[0], at="middle", fill=QUIET))
    ends = ((first, allocated), (last, 0))
    (x1, y1), (x2, y2) = ((days.on(day), up(pence)) for day, pence in ends)
    parts.append(line(x1, y1, x2, y2, QUIET, thick=1.5, dashes="4 3"))
    places = [(days.on(p.on), up(p.left_pence)) for p in found]
    if len(places) > 1:
        parts.append(path(places, DARK, thick=3))
    for point, (x, y) in zip(found, places, strict=True):
        told = f"{govuk_date(point.on)}: {round_pounds(point.left_pence)} left"
        parts.append(titled(told, shape("circle", x, y, 3.5, DARK, DARK)))
    return "".join(parts)


def _burnt(series: Mapping[str, Sequence[MonthEnd]], first: date, last: date) -> str:
    if not series:
        return "Nothing was allocated in the year."
    found = next(iter(series.values()))
    now = found[-1]
    gone = (now.on - first).days + 1
    even = now.allocated_pence * gone // ((last - first).days + 1)
    than = "less" if now.spent_pence < even else "more"
    return (
        f"At the end of {govuk_date(now.on)}, {round_pounds(now.left_pence)} of"
        f" {round_pounds(now.allocated_pence)} was left: {round_pounds(now.spent_pence)} was"
        f" spent, {round_pounds(abs(even - now.spent_pence))} {than} than in even parts over the"
        " year."
    )
