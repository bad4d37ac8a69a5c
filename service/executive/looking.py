"""What the report looks at: rows as at its moment, and figures that lead back to them.

A figure is the sum, over the rows of one view, of what each row adds to it: one for a count, the
pence for an amount. The same measure, taken of a row before and after each of its events, says
what the event added: so every figure of the report, counts included, is the sum of its events.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar

from domain.kernel import pounds_text
from domain.sentences import capital, half_days_text, joined
from projections.councils import CouncilRow
from projections.engine import View
from service.desk import Reader
from service.executive import wording
from service.figures import asking
from service.figures.told import Told, address_of
from service.telling import share_of
from service.writing import Note, Noted, Run, Runs

V = TypeVar("V", bound=View)
Measure = Callable[[Any], int]
_NAMED = 4
"""So many rows are named in a footnote; where there are more it says how many."""


class Unit(NamedTuple):
    """How a figure is written."""

    told: Callable[[int], str]
    """In full, as a sentence has it."""
    bare: Callable[[int], str]
    """Where the sentence has already said of what."""
    exact: Callable[[int], str]
    """In a table, where nothing is rounded."""
    name: str = ""
    """As figures that are opened up have it."""


MONEY = Unit(wording.money, wording.money, pounds_text, "pence")
DAYS = Unit(half_days_text, half_days_text, half_days_text, "half-days")


def counted_in(noun: str) -> Unit:
    """A count of something."""
    return Unit(lambda number: wording.many(number, noun), wording.numeral, "{:,}".format)


class Measured(NamedTuple):
    """A figure of the report, with the rows that it is the sum of."""

    name: str
    """As addresses have it: councils-taking-part."""
    label: str
    """What it counts or sums, as its footnote says."""
    view: type[View]
    parts: Mapping[str, int]
    """What each row adds, by key: none that adds nothing."""
    measure: Measure
    unit: Unit

    @property
    def value(self) -> int:
        """The figure."""
        return sum(self.parts.values())

    def __bool__(self) -> bool:
        return bool(self.value)


class Look:
    """One look at the record for a report, whose addresses begin with ``base``.

    ``before`` is the look of the report before it; ``when`` stands behind the names of figures in
    their notes, where they are not of now.
    """

    def __init__(
        self, reading: Reader, base: str, before: "Look | None" = None, when: str = ""
    ) -> None:
        self.reading, self.base, self.before, self.when = reading, base, before, when
        self.figures: dict[str, Measured] = {}
        self._rows: dict[type[View], dict[str, Any]] = {}

    @property
    def on(self) -> date:
        """The day that the report tells of."""
        return self.reading.moment.on

    @property
    def position(self) -> int:
        """The position of the log that the report is as at."""
        return self.reading.moment.position

    @property
    def point(self) -> str:
        """The moment that the report is as at, the day that it tells of included."""
        return self.reading.moment.point

    def rows(self, view: type[V]) -> dict[str, V]:
        """Every row of a view at the moment, by key."""
        if view not in self._rows:
            self._rows[view] = self.reading.rows(view)
        return self._rows[view]

    def all(self, view: type[V]) -> list[V]:
        """Every row of a view at the moment."""
        return list(self.rows(view).values())

    def name_of(self, council: str) -> str:
        """A council's name, or its number if it is not on the register."""
        row = self.rows(CouncilRow).get(f"COUNCIL-{council}")
        return row.name if row else council

    # --- Figures ---------------------------------------------------------------------------

    def measured(
        self,
        name: str,
        label: str,
        view: type[V],
        measure: Callable[[V], int],
        unit: Unit,
    ) -> Measured:
        """A figure: the sum of what the rows of a view add to it."""
        parts = {key: n for key, row in self.rows(view).items() if (n := measure(row))}
        found = Measured(name, label, view, parts, measure, unit)
        self.figures[name] = found
        return found

    def count(
        self, name: str, label: str, view: type[V], fits: Callable[[V], bool], noun: str
    ) -> Measured:
        """How many rows fit."""
        return self.measured(name, label, view, lambda row: int(fits(row)), counted_in(noun))

    def money(self, name: str, label: str, view: type[V], pence: Callable[[V], int]) -> Measured:
        """A sum of pence."""
        return self.measured(name, label, view, pence, MONEY)

    def days(self, name: str, label: str, view: type[V], half_days: Callable[[V], int]) -> Measured:
        """A sum of half-days."""
        return self.measured(name, label, view, half_days, DAYS)

    # --- Figures in sentences --------------------------------------------------------------

    def said(self, figure: Measured, told: str | None = None) -> Run:
        """A figure as a sentence has it, with its footnote; a figure of nothing has none."""
        text = figure.unit.told(figure.value) if told is None else told
        return Noted(text, self.note(figure)) if figure else Told(text, self.of(figure))

    def opening(self, figure: Measured) -> Run:
        """A figure as a sentence begins with it."""
        return self.said(figure, capital(figure.unit.told(figure.value)))

    def number(self, figure: Measured) -> Run:
        """A figure as a numeral alone."""
        return self.said(figure, figure.unit.bare(figure.value))

    def exact(self, figure: Measured) -> Runs:
        """A figure as a table has it."""
        return (self.said(figure, figure.unit.exact(figure.value)),)

    def since(self, figure: Measured) -> Runs:
        """How a figure moved since the last report; nothing if there is none that had it."""
        was = self.was(figure)
        if self.before is None or was is None:
            return ()
        told = Told(figure.unit.bare(was.value), self.before.of(was))
        return wording.change(figure.value, was.value, told)

    def moved(self, figure: Measured) -> Run:
        """By how much a figure moved since the last report, with a sign."""
        was = self.was(figure)
        if self.before is None or was is None:
            return ""
        moved = figure.value - was.value
        sign = "" if not moved else "+" if moved > 0 else "−"
        told = f"{sign}{figure.unit.bare(abs(moved))}" if moved else "no change"
        return Told(told, asking.made("less", self.of(figure), self.before.of(was)))

    # --- Figures that a page opens, and a paper gives without a note ---------------------------

    def of(self, figure: Measured) -> str:
        """What a figure is, to be opened up."""
        name = asking.reported(figure.name)
        return asking.then(name, self.point) if self.when else name

    def unnoted(self, figure: Measured) -> Run:
        """A figure as a table has it, where notes would be more than its cells."""
        return Told(figure.unit.exact(figure.value), self.of(figure))

    def share(self, part: Measured, whole: Measured) -> Run:
        """What part of another figure a figure is."""
        told = share_of(part.value, whole.value)
        return Told(told, asking.made("share", self.of(part), self.of(whole)))

    def was(self, figure: Measured) -> Measured | None:
        """What a figure was in the last report."""
        return self.before.figures.get(figure.name) if self.before else None

    def earlier(self, figure: Measured) -> Run:
        """A figure as a numeral in the last report, with its footnote; nothing if it had none."""
        was = self.was(figure)
        return self.before.number(was) if self.before and was is not None else ""

    def note(self, figure: Measured) -> Note:
        """What a figure rests on, and the address of its events."""
        where = address_of(asking.reported(figure.name), self.point)
        return Note(f"{figure.label}{self.when}: {self._rests_on(figure)}.", f"{self.base}{where}")

    def worked(self, told: str, label: str, of: str) -> Run:
        """A figure that is worked out of others, with the address of what it is made of."""
        href = f"{self.base}{address_of(of, self.point)}"
        return Noted(told, Note(f"{label}{self.when}.", href))

    def _rests_on(self, figure: Measured) -> str:
        names = [self._named(figure.view, key) for key in figure.parts]
        if len(names) <= _NAMED:
            return joined(names)
        return f"{len(names):,} lines of the record, {names[0]} to {names[-1]}"

    def _named(self, view: type[View], key: str) -> str:
        row = self.rows(view)[key]
        name = getattr(row, "name", None)
        return str(name) if name else key


def is_past(row: Any, on: date) -> bool:
    """Whether a council had been succeeded by another by a day."""
    return row.succeeded_on is not None and row.succeeded_on <= on


def slug(text: str) -> str:
    """As part of a figure's name: south-west."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
