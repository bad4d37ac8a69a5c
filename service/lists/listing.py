"""A list of the record, declared once: its columns, filters and order, on the page and as CSV."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from domain.kernel import Refused
from projections.councils import CouncilRow
from projections.engine import View
from service.attributing import name_of
from service.desk import Fits, Page, Reader
from service.exports.register import Seen, in_scope
from service.figures import asking
from service.telling import govuk_date

_BATCH = 1_000
_LONGEST = 200


class Kind(StrEnum):
    """How a column's values are written."""

    TEXT = "text"
    WORDS = "words"
    WHOLE = "whole"
    HALVES = "halves"
    """Half days, told in days."""
    PENCE = "pence"
    DAY = "day"
    LIST = "list"
    GRADE = "grade"
    TIER = "tier"
    RAG = "rag"
    STATE = "state"

    @property
    def numeric(self) -> bool:
        return self in (Kind.WHOLE, Kind.HALVES, Kind.PENCE)


class Beside(NamedTuple):
    """What the rows of a list refer to, looked up once for all that are shown."""

    councils: Mapping[str, str]
    more: Any = None


class Column(NamedTuple):
    """A column: its heading, where its value comes from, and how it is written."""

    heading: str
    value: str | Callable[[Any, Beside], Any]
    """The name of the row's field, or what makes it."""
    kind: Kind = Kind.TEXT
    sort: str = ""
    """The view's field that the list can be sorted by under this heading."""
    href: Callable[[Any, Any], str | None] | None = None
    """Where the value leads, from the row and the value."""
    needs: str = ""
    """The permission to follow where it leads."""
    figure: Callable[[Any, Any], str] | None = None
    """What a figure is, from the row and what is beside it, where no field of the row is it."""

    name: bool = False
    """Whether its numbers are names, as positions are: there is nothing to open up."""

    def opens(self, view: type[View], key: str, row: Any, beside: "Beside") -> str:
        """What its figure in a row is, to be opened up; empty where it is none."""
        if self.figure:
            return self.figure(row, beside)
        if self.name or not self.kind.numeric or not isinstance(self.value, str):
            return ""
        return asking.field(name_of(view), key, self.value)

    def value_of(self, row: Any, beside: Beside) -> Any:
        """What the column holds in a row."""
        if isinstance(self.value, str):
            return attrgetter(self.value)(row)
        return self.value(row, beside)


Option = tuple[str, str]
"""A value of a filter, and how it is told."""


class Filter(NamedTuple):
    """What a list can be asked for, under its name in the address."""

    name: str
    label: str
    options: Callable[[Reader], Iterable[Option]] | None = None
    """What there is to choose from; anything may be typed where there is none."""
    fits: Callable[[Any], Any] | None = None
    """The condition for a value, as a Reading takes it; else the field equals it."""
    field: str = ""
    """The view's field, where that has another name."""
    default: str = ""
    day: bool = False
    hint: str = ""

    def condition(self, value: str) -> tuple[str, Any]:
        """The condition on the rows for a value."""
        asked: Any = date.fromisoformat(value) if self.day else value
        return self.field or self.name, self.fits(asked) if self.fits else asked

    def wrong(self, value: str, options: Sequence[Option]) -> str:
        """What is wrong with a value, in a sentence; nothing where it can be used."""
        if self.day:
            try:
                date.fromisoformat(value)
            except ValueError:
                return f"{self.label}: write {value!r} as a date, like 2026-03-31."
        if self.options and value not in [known for known, _ in options]:
            return f"{self.label}: there is no {value!r} to choose. Choose one of the list."
        if len(value) > _LONGEST or not value.isprintable():
            return f"{self.label}: write at most {_LONGEST} letters, digits and signs."
        return ""


def _nothing(_: Reader, __: Sequence[Any]) -> Any:
    return None


class Listing(NamedTuple):
    """A list: of which rows, for whom, as which columns, and what it can be asked for."""

    name: str
    path: str
    """The page's address; its CSV is at this address with .csv after it."""
    title: str
    noun: str
    needs: str
    view: type[View]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    order: str = "key"
    empty: str = "Nothing matches."
    beside: Callable[[Reader, Sequence[Any]], Any] = _nothing
    """What else the rows refer to."""
    seen: Seen = in_scope
    """Where to look, where another rule besides the view's scope says what somebody sees."""

    def sorts(self) -> list[str]:
        """The fields that the list can be sorted by."""
        return [column.sort for column in self.columns if column.sort]

    def check(self) -> None:
        """Raises TypeError for a field to sort or filter by that the view does not have."""
        fields = {*self.sorts(), self.order.removeprefix("-")}
        fields |= {f.field or f.name for f in self.filters if f.fits is None}
        if unknown := fields - {*self.view.columns, "key"}:
            raise TypeError(f"{self.name}: {self.view.__name__} has no {', '.join(unknown)}")


class Asked(NamedTuple):
    """What a list is asked for: the value of each filter, and what is wrong with any."""

    listing: Listing
    values: Mapping[str, str]
    """Of every filter; empty for everything."""
    options: Mapping[str, Sequence[Option]]
    errors: Mapping[str, str]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen and no more: for addresses, and to be saved."""
        return {
            f.name: self.values[f.name]
            for f in self.listing.filters
            if self.values[f.name] != f.default
        }

    def told(self, found: Filter) -> str:
        """A filter's value as people read it."""
        value = self.values[found.name]
        if found.day and found.name not in self.errors:
            return govuk_date(date.fromisoformat(value))
        return dict(self.options.get(found.name, ())).get(value, value)

    def where(self) -> dict[str, Any]:
        """The conditions, as a Reading takes them. Raises Refused ``bad-filter``."""
        if self.errors:
            raise Refused("bad-filter", " ".join(self.errors.values()), **self.errors)
        return {
            f"{field}" if not isinstance(value, Fits) else f.name: value
            for f in self.listing.filters
            if self.values[f.name]
            for field, value in [f.condition(self.values[f.name])]
        }


def asked_of(listing: Listing, reading: Reader, sent: Mapping[str, str]) -> Asked:
    """What is asked of a list; a filter that is left empty asks for nothing."""
    values = {f.name: sent.get(f.name, f.default).strip() or f.default for f in listing.filters}
    options = {f.name: list(f.options(reading)) for f in listing.filters if f.options}
    errors = {
        f.name: why
        for f in listing.filters
        if (value := values[f.name]) and (why := f.wrong(value, options.get(f.name, ())))
    }
    return Asked(listing, values, options, errors)


class Rows(NamedTuple):
    """A part of a list, with what its rows refer to and how many there are in all."""

    page: Page[Any]
    beside: Beside
    total: int


def rows_of(asked: Asked, reading: Reader) -> Rows:
    """The part of a list that was asked for. Raises Refused ``bad-filter``, ``bad-sort``."""
    looking, where = _where(asked, reading)
    page = looking.page(asked.listing.view, where, order=asked.listing.order)
    total = looking.count(asked.listing.view, where)
    return Rows(page, beside_of(asked.listing, reading, page.items), total)


def whole(asked: Asked, reading: Reader) -> list[Any]:
    """Every row that was asked for, for what is made of all; none where it can't be asked for."""
    if asked.errors:
        return []
    looking, where = _where(asked, reading)
    return looking.all(asked.listing.view, where, order=asked.listing.order)


def beside_of(listing: Listing, reading: Reader, rows: Sequence[Any]) -> Beside:
    """What rows of a list refer to."""
    councils = {row.council: row.name for row in reading.all(CouncilRow)}
    return Beside(councils, listing.beside(reading, rows))


def every(asked: Asked, reading: Reader) -> Iterator[list[list[Any]]]:
    """The values of every row that was asked for, column by column, a part at a time."""
    looking, where = _where(asked, reading)
    listing, looking.limit, looking.cursor = asked.listing, _BATCH, None
    while True:
        page = looking.page(listing.view, where, order=listing.order)
        beside = beside_of(listing, reading, page.items)
        yield [[column.value_of(row, beside) for column in listing.columns] for row in page.items]
        if page.next is None:
            return
        looking.cursor = page.next


def _where(asked: Asked, reading: Reader) -> tuple[Reader, dict[str, Any]]:
    listing = asked.listing
    if reading.sort and reading.sort.removeprefix("-") not in listing.sorts():
        raise Refused(
            "bad-sort",
            f"This list can't be sorted by {reading.sort.removeprefix('-')}: choose one of its"
            " column headings.",
            columns=listing.sorts(),
        )
    looking, where = listing.seen(reading)
    return looking, {**where, **asked.where()}


# --- Filters that several lists have --------------------------------------------------------


def told(value: str) -> str:
    """A code as words: 'peer-mentoring' as 'Peer mentoring'."""
    return value.replace("-", " ").replace("_", " ").strip().capitalize()


def one_of(values: type[StrEnum] | Iterable[str]) -> Callable[[Reader], Iterable[Option]]:
    """The values to choose from, by their label or in words."""
    options = [(str(value), getattr(value, "label", "") or told(str(value))) for value in values]
    return lambda _: options


def distinct(
    view: type[View], field: str, say: Callable[[str], str] = str
) -> Callable[[Reader], Iterable[Option]]:
    """What a field holds in the reader's rows to choose from."""

    def there(reading: Reader) -> list[Option]:
        found = reading.figures(view, {"n": "count(*)"}, by=[field])
        return [(row[field], say(row[field])) for row in found if row[field]]

    return there


def councils(reading: Reader) -> list[Option]:
    """The councils that rows in the reader's scope can be of, by name."""
    reach = reading.reach
    return [
        (row.council, row.name)
        for row in reading.all(CouncilRow, order="name")
        if reach.everything
        or reach.peers
        or row.council in reach.councils
        or row.region.value in reach.regions
    ]


def holds(field: str) -> Callable[[str], Fits]:
    """Where a list of the row holds the value."""
    return lambda value: Fits(SQL("{} @> %s").format(Identifier(field)), [Jsonb([value])])


def since(field: str) -> Callable[[date], Fits]:
    """From a day on."""
    return lambda day: Fits(SQL("{} >= %s").format(Identifier(field)), [day])


def until(field: str) -> Callable[[date], Fits]:
    """Up to a day."""
    return lambda day: Fits(SQL("{} <= %s").format(Identifier(field)), [day])
