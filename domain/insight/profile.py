"""How a council compares: exact, respecting which way is good, and never with symbols.

The rules, as pages state them:

- *All councils* are the authorities with a number of their own for the period. Rows that two
  councils share, and values published as symbols, are left out of every rank and median.
- *Rank* 1 is the best; of an indicator without a good way, the highest. Equals share a rank.
- *Quartile* 1 holds those with fewer than a quarter of all councils better than they; and so on.
- *Region and England* are the published figures where there is a number; else, and always where
  councils' figures add up to the region's, the median of its councils.
- *Trend* looks at the last three years published: rising if each was higher than the one before,
  falling if each was lower, otherwise without a clear direction. Without three numbers in a row
  there is none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import quantiles

from domain.insight.vocabulary import ENGLAND, Cell, Cells, Definition, Polarity, written
from domain.kernel import Frozen

_OWN_CODE = re.compile(r"\d{3}")


class Subject(Frozen):
    """The council that is looked at, and what it is compared with."""

    council: str
    region: str
    """The statistics authority's code of its region."""
    neighbours: tuple[str, ...]
    region_councils: tuple[str, ...]


class Level(Frozen):
    """The figure of a region or of England, and where it comes from."""

    value: Decimal | None = None
    how: str
    """published, or the median of so many councils, or why there is none."""


class Year(Frozen):
    """One period of a council's own figures."""

    period: str
    published: str
    value: Decimal | None
    said: str = ""


class Standing(Frozen):
    """Where a value stands among those of all councils."""

    rank: int
    of: int
    quartile: int
    as_bad_or_worse: int
    """How many, the council itself included; the lowest where neither way is good."""

    @property
    def in_worst_decile(self) -> bool:
        """At most a tenth of all councils are as bad or worse."""
        return self.as_bad_or_worse * 10 <= self.of


class Spread(Frozen):
    """How the values of all councils spread."""

    lowest: Decimal
    lower_quartile: Decimal
    middle: Decimal
    upper_quartile: Decimal
    highest: Decimal


class Trend(Frozen):
    """Where it goes over the last three years published."""

    direction: str
    """rising, falling, no clear direction, or not enough years"""
    sense: str = ""
    """improving or worsening, where one way is good"""


class Comparison(Frozen):
    """One indicator of one council beside its neighbours, its region and England."""

    indicator: str
    name: str
    unit: str
    polarity: Polarity
    decimal_places: int
    featured: bool
    source: str
    period: str | None = None
    published: str = ""
    value: Decimal | None = None
    said: str = ""
    """Why there is no value."""
    neighbours_median: Decimal | None = None
    neighbours_counted: int = 0
    neighbours: int = 0
    distance: Decimal | None = None
    """The value less the neighbours' median."""
    distance_sense: str = ""
    """better, worse or same, where one way is good"""
    region: Level
    england: Level
    standing: Standing | None = None
    spread: Spread | None = None
    neighbours_values: tuple[Decimal, ...] = ()
    """Theirs that have one, in the order of size."""
    trend: Trend
    years: tuple[Year, ...] = ()
    shared: tuple[str, ...] = ()
    """What was published for it together with another council, word for word."""

    def written(self, value: Decimal | None) -> str:
        """A number exactly as it is, with its unit; nothing for none."""
        return "" if value is None else written(value, self.unit)

    @property
    def distance_written(self) -> str:
        """The distance as people read it: per cents differ by points."""
        if self.distance is None:
            return ""
        told = written(self.distance, "points" if self.unit == "%" else self.unit)
        sense = f", {self.distance_sense}" if self.distance_sense else ""
        return f"{'+' if self.distance > 0 else ''}{told}{sense}"

    @property
    def quarter(self) -> str:
        """The quartile in words."""
        if self.standing is None:
            return ""
        ends = ("highest", "lowest") if self.polarity is Polarity.NEITHER else ("best", "worst")
        at = self.standing.quartile
        return f"{at} ({ends[at == 4]})" if at in (1, 4) else str(at)


def median(values: Iterable[Decimal]) -> Decimal | None:
    """The middle value; of an even number, half the sum of the middle two."""
    found = sorted(values)
    if not found:
        return None
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def numbers(cells: Mapping[str, Cell], codes: Iterable[str] | None = None) -> dict[str, Decimal]:
    """The councils' numbers by code: those of all, or of some; never a symbol's."""
    wanted = [c for c in cells if _OWN_CODE.fullmatch(c)] if codes is None else list(codes)
    found = {code: cells[code].value for code in wanted if code in cells}
    return {code: value for code, value in found.items() if value is not None}


def standing(
    definition: Definition, values: Mapping[str, Decimal], council: str
) -> Standing | None:
    """Where a council stands among these values; None without one of its own."""
    own = values.get(council)
    if own is None:
        return None
    better = sum(definition.better(value, own) for value in values.values())
    return Standing(
        rank=better + 1,
        of=len(values),
        quartile=4 * better // len(values) + 1,
        as_bad_or_worse=len(values) - better,
    )


def spread(values: Iterable[Decimal]) -> Spread | None:
    """How values spread; a quarter of them are at most the lower quartile. None of fewer than 4."""
    found = sorted(values)
    if len(found) < 4:
        return None
    lower, middle, upper = quantiles(found, n=4, method="inclusive")
    return Spread(
        lowest=found[0],
        lower_quartile=lower,
        middle=middle,
        upper_quartile=upper,
        highest=found[-1],
    )


def last_numbers(cells: Cells, code: str, years: int) -> list[Decimal]:
    """A place's numbers of the last so many periods published; empty if one is not a number."""
    found: list[Decimal] = []
    periods = sorted(cells)[-years:]
    for period in periods:
        at = cells[period].get(code)
        if at is None or at.value is None:
            return []
        found.append(at.value)
    return found if len(found) == years else []


def trend(definition: Definition, cells: Cells, council: str) -> Trend:
    """Where a council's figure goes over the last three periods published."""
    found = last_numbers(cells, council, 3)
    if not found:
        return Trend(direction="not enough years")
    first, second, third = found
    if first < second < third:
        direction = "rising"
    elif first > second > third:
        direction = "falling"
    else:
        return Trend(direction="no clear direction")
    if definition.polarity is Polarity.NEITHER:
        return Trend(direction=direction)
    return Trend(
        direction=direction,
        sense="worsening" if definition.worse(third, first) else "improving",
    )


def worsened(definition: Definition, cells: Cells, council: str, years: int) -> list[Decimal]:
    """The numbers of a run of years each worse than the one before; empty if there is none."""
    found = last_numbers(cells, council, years + 1)
    if all(definition.worse(found[n + 1], found[n]) for n in range(len(found) - 1)):
        return found
    return []


def level(
    definition: Definition, cells: Mapping[str, Cell], code: str, councils: Iterable[str] | None
) -> Level:
    """The figure of a region or of England."""
    published = cells.get(code)
    if published and published.value is not None and not definition.additive:
        return Level(value=published.value, how="published")
    found = numbers(cells, councils)
    why = ""
    if published and published.value is None:
        why = f"; published: {published.published}, {published.said}"
    elif published and definition.additive:
        why = "; the published figure is their total"
    if not found:
        return Level(how=f"no figures{why}")
    return Level(value=median(found.values()), how=f"median of {len(found)} councils{why}")


def compare(definition: Definition, cells: Cells, subject: Subject) -> Comparison:
    """One indicator of a council beside its neighbours, its region and England."""
    code, period = subject.council, max(cells, default=None)
    latest = cells[period] if period else {}
    own = latest.get(code)
    near = numbers(latest, subject.neighbours)
    middle = median(near.values())
    value = own.value if own else None
    distance = value - middle if value is not None and middle is not None else None
    return Comparison(
        **definition.model_dump(
            include={"name", "unit", "polarity", "decimal_places", "featured", "source"}
        ),
        indicator=definition.id,
        period=period,
        published=own.published if own else "",
        value=value,
        said=own.said if own else "nothing was published for this council",
        neighbours_median=middle,
        neighbours_counted=len(near),
        neighbours=len(subject.neighbours),
        distance=distance,
        distance_sense=_sense(definition, value, middle),
        region=level(definition, latest, subject.region, subject.region_councils),
        england=level(definition, latest, ENGLAND, None),
        standing=standing(definition, numbers(latest), code),
        spread=spread(numbers(latest).values()),
        neighbours_values=tuple(sorted(near.values())),
        trend=trend(definition, cells, code),
        years=tuple(_years(cells, code)),
        shared=tuple(
            f"{other}: {at.published}"
            for other, at in latest.items()
            if code in shared_by(other) and other != code
        ),
    )


def shared_by(code: str) -> Sequence[str]:
    """The councils that a code stands for: two where a row is published for both together."""
    return [part.strip() for part in code.split("/")]


def _sense(definition: Definition, value: Decimal | None, middle: Decimal | None) -> str:
    if value is None or middle is None or definition.polarity is Polarity.NEITHER:
        return ""
    return "same" if value == middle else "worse" if definition.worse(value, middle) else "better"


def _years(cells: Cells, code: str) -> Iterable[Year]:
    for period in sorted(cells):
        if at := cells[period].get(code):
            yield Year(period=period, published=at.published, value=at.value, said=at.said)
