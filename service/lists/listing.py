"""A list of the record, declared once: its columns, filters and order, on the page and as CSV."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, StrEnum
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from domain.kernel import Refused
from projections.councils import CouncilRow
from projections.engine import View
from service.attributing import name_of
from service.desk import Fits, Page, Reader, day_of
from service.desk.reading import PAGE
from service.exports.register import Seen, in_scope
from service.figures import asking
from service.identity import accounts_of
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
    MONTH = "month"
    """A month as 2026-03, told in words."""
    LIST = "list"
    GRADE = "grade"
    TIER = "tier"
    RAG = "rag"
    STATE = "state"
    ACCOUNT = "account"
    """An account of the ledger, told in words."""
    USER = "user"
    """A user's id, told by name to whoever may read the trail."""

    @property
    def numeric(self) -> bool:
        return self in (Kind.WHOLE, Kind.HALVES, Kind.PENCE)


class Beside(NamedTuple):
    """What the rows of a list refer to, looked up once for all that are shown."""

    councils: Mapping[str, str]
    more: Any = None


Figure = Callable[[Any, Beside], str]
"""What a figure is, from the row and what is beside it, as ``service.figures.asking`` writes it."""


class Column(NamedTuple):
    """A column: its heading, where its value comes from, and how it is written."""

    heading: str
    value: str | Callable[[Any, Beside], Any]
    """The name of the row's field, or what makes it."""
    kind: Kind = Kind.TEXT
    sort: str = ""
    """The view's field that the list can be sorted by under this heading; of rows that are made,
    the name that the address has for it."""
    by_name: bool = False
    """Whether that field holds a council, and the order is that of the councils' names."""
    href: Callable[[Any, Any], str | None] | None = None
    """Where the value leads, from the row and the value."""
    needs: str = ""
    """The permission to follow where it leads."""
    figure: Figure | None = None
    """What a figure is, where no field of the row is it."""

    name: bool = False
    """Whether its numbers are names, as positions are: there is nothing to open up."""

    def opens(self, view: "type[View] | Made", key: str, row: Any, beside: "Beside") -> str:
        """What its figure in a row is, to be opened up; empty where it is none."""
        if self.figure:
            return self.figure(row, beside)
        if self.name or not self.kind.numeric or not isinstance(self.value, str):
            return ""
        if isinstance(view, Made):
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
    """The condition for a value, as a Reading takes it; of rows that are made, what says whether
    one fits. Else the field equals it."""
    field: str = ""
    """The view's field, where that has another name."""
    default: str | Callable[[Reader], str] = ""
    day: bool = False
    hint: str = ""

    def condition(self, value: str) -> tuple[str, Any]:
        """The condition on the rows for a value."""
        asked: Any = day_of(value) if self.day else value
        return self.field or self.name, self.fits(asked) if self.fits else asked

    def settled(self, reading: Reader) -> "Filter":
        """With its default as the reader has it."""
        return self._replace(default=self.default_of(reading))

    def default_of(self, reading: Reader) -> str:
        """What is asked where nothing is chosen."""
        return self.default if isinstance(self.default, str) else self.default(reading)

    def wrong(self, value: str, options: Sequence[Option]) -> str:
        """What is wrong with a value, in a sentence; nothing where it can be used."""
        if self.day and day_of(value) is None:
            return f"{self.label}: write {value!r} as a date, like 31 March 2026."
        if self.options and value not in [known for known, _ in options]:
            return f"{self.label}: there is no {value!r} to choose. Choose one of the list."
        if len(value) > _LONGEST or not value.isprintable():
            return f"{self.label}: write at most {_LONGEST} letters, digits and signs."
        return ""


def made_for(_: Any) -> None:
    """Of a filter that rows are made for: they all fit."""


class Made(NamedTuple):
    """Rows that no view keeps: made for what is asked, then filtered, sorted and cut whole."""

    of: Callable[[Reader, Mapping[str, str]], Iterable[Any]]
    """The rows in the reader's scope, in their own order; takes the value of each filter."""


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
    view: type[View] | Made
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    order: str = "key"
    """How it is sorted where nothing else is asked; by key, made rows keep their own order."""
    limit: int = PAGE
    """Rows of a page, where no other number is asked for."""
    empty: str = "Nothing here yet."
    """What is told where there is nothing and nothing is filtered: who begins, and with what."""
    begin: tuple[str, ...] = ()
    """What may be begun then, by its name among places and commands, where the page has no link."""
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
        if isinstance(self.view, Made):
            if fields - {*self.sorts(), "key"}:
                raise TypeError(f"{self.name}: no column sorts by {self.order}")
            return
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

    def usable(self, name: str) -> str:
        """A filter's value, or its default where that can't be asked for."""
        (found,) = (f for f in self.listing.filters if f.name == name)
        return str(found.default) if name in self.errors else self.values[name]

    def told(self, found: Filter) -> str:
        """A filter's value as people read it."""
        value = self.values[found.name]
        if found.day and found.name not in self.errors:
            return govuk_date(day_of(value))
        return dict(self.options.get(found.name, ())).get(value, value)

    def where(self) -> dict[str, Any]:
        """The conditions, as a Reading takes them. Raises Refused ``bad-filter``."""
        if self.errors:
            raise Refused("bad-filter", " ".join(self.errors.values()), **self.errors)
        return {
            f.name if isinstance(value, Fits) or callable(value) else field: value
            for f in self.listing.filters
            if self.values[f.name]
            for field, value in [f.condition(self.values[f.name])]
        }


def asked_of(listing: Listing, reading: Reader, sent: Mapping[str, str]) -> Asked:
    """What is asked of a list; a filter that is left empty asks for nothing."""
    listing = listing._replace(filters=tuple(f.settled(reading) for f in listing.filters))
    defaults = {f.name: f.default_of(reading) for f in listing.filters}
    values = {name: sent.get(name, "").strip() or default for name, default in defaults.items()}
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
    listing = asked.listing
    if isinstance(listing.view, Made):
        lines, beside = _made(listing.view, asked, reading)
        return Rows(reading.page_of(lines), beside, len(lines))
    looking, where = _where(asked, reading)
    page = looking.page(listing.view, where, order=listing.order)
    total = looking.count(listing.view, where)
    return Rows(page, beside_of(listing, reading, page.items), total)


def whole(asked: Asked, reading: Reader) -> list[Any]:
    """Every row that was asked for, for what is made of all; none where it can't be asked for."""
    listing = asked.listing
    if asked.errors:
        return []
    if isinstance(listing.view, Made):
        return _made(listing.view, asked, reading)[0]
    looking, where = _where(asked, reading)
    return looking.all(listing.view, where, order=listing.order)


def beside_of(listing: Listing, reading: Reader, rows: Sequence[Any]) -> Beside:
    """What rows of a list refer to."""
    return Beside(_names(reading), listing.beside(reading, rows))


def _names(reading: Reader) -> dict[str, str]:
    return {row.council: row.name for row in reading.all(CouncilRow)}


def every(asked: Asked, reading: Reader) -> Iterator[list[list[Any]]]:
    """The values of every row that was asked for, column by column, a part at a time."""
    listing = asked.listing
    if isinstance(listing.view, Made):
        lines, beside = _made(listing.view, asked, reading)
        yield [[column.value_of(row, beside) for column in listing.columns] for row in lines]
        return
    looking, where = _where(asked, reading)
    looking.limit, looking.cursor = _BATCH, None
    while True:
        page = looking.page(listing.view, where, order=listing.order)
        beside = beside_of(listing, reading, page.items)
        yield [[column.value_of(row, beside) for column in listing.columns] for row in page.items]
        if page.next is None:
            return
        looking.cursor = page.next


def _made(view: Made, asked: Asked, reading: Reader) -> tuple[list[Any], Beside]:
    """The rows that were made and fit, sorted by what is shown, with what they refer to."""
    listing, where = asked.listing, asked.where()
    check_sort(listing, reading.sort)
    rows = [row for row in view.of(reading, asked.values) if _fits(row, where)]
    beside = beside_of(listing, reading, rows)
    order = reading.sort or listing.order
    for column in listing.columns:
        if column.sort and column.sort == order.removeprefix("-"):
            placed = [(_place(column.value_of(row, beside)), row) for row in rows]
            some = [each for each in placed if each[0] is not None]
            some.sort(key=lambda each: each[0], reverse=order.startswith("-"))
            rows = [row for _, row in some] + [row for place, row in placed if place is None]
    return rows, beside


def _fits(row: Any, where: Mapping[str, Any]) -> bool:
    return all(
        wanted(row) if callable(wanted) else str(attrgetter(field)(row)) == wanted
        for field, wanted in where.items()
        if wanted is not None
    )


def _place(value: Any) -> Any:
    """What a value is sorted by; None for nothing, which comes last."""
    if isinstance(value, Enum):
        value = value.value
    return (value.casefold() or None) if isinstance(value, str) else value


def check_sort(listing: Listing, sort: str | None) -> None:
    """Raises Refused ``bad-sort`` for an order that the list can't have."""
    if sort and sort.removeprefix("-") not in listing.sorts():
        raise Refused(
            "bad-sort",
            f"This list can't be sorted by {sort.removeprefix('-')}: choose one of its"
            " column headings.",
            columns=listing.sorts(),
        )


def _where(asked: Asked, reading: Reader) -> tuple[Reader, dict[str, Any]]:
    listing = asked.listing
    check_sort(listing, reading.sort)
    looking, where = listing.seen(reading)
    order = (reading.sort or listing.order).removeprefix("-")
    if any(column.by_name and column.sort == order for column in listing.columns):
        names = _names(reading)
        by_name = sorted(names, key=lambda council: (names[council].casefold(), council))
        looking.places = {order: {council: n for n, council in enumerate(by_name)}}
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


def users_named(reading: Reader) -> Mapping[str, str]:
    """Users' names by their ids, for whoever may read the trail; none for others."""
    return accounts_of(reading.installation).names() if reading.sees("audit.read") else {}


def users(view: type[View], field: str) -> Callable[[Reader], Iterable[Option]]:
    """The users that a field holds in the reader's rows to choose from, by name."""

    def there(reading: Reader) -> list[Option]:
        names = users_named(reading)
        found = ((user, names.get(user, user)) for user, _ in distinct(view, field)(reading))
        return sorted(found, key=itemgetter(1))

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
