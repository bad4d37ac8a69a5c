"""A list as its page shows it: the part asked for, and the addresses that lead on from it."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Request

from service.desk import Reader, begins
from service.desk.beginning import Begin
from service.figures.told import address_of
from service.lists.listing import (
    Asked,
    Column,
    Filter,
    Kind,
    Listing,
    Rows,
    asked_of,
    rows_of,
    users_named,
)
from service.saved_queries import saved
from service.telling import account_text


class Cell(NamedTuple):
    """A value as it is shown: how it is written, and where it leads."""

    value: Any
    kind: str
    href: str | None
    opens: bool = False
    """Whether that is what its figure is made of."""


class Head(NamedTuple):
    """A column's heading: how the list is sorted by it now, and the address that sorts it."""

    heading: str
    numeric: bool
    sorted: str
    """ascending, descending, or none; empty where the list can't be sorted by it."""
    href: str


class Chip(NamedTuple):
    """A filter that is on, and the address without it."""

    label: str
    told: str
    href: str


class Kept(NamedTuple):
    """Filters under a name, their address, and whether they are what is shown."""

    name: str
    href: str
    current: bool


class Shown(NamedTuple):
    """What a list's page shows."""

    listing: Listing
    asked: Asked
    items: list[Any]
    rows: list[list[Cell]]
    heads: list[Head]
    chips: list[Chip]
    total: int | None
    """None where what was asked for can't be."""
    first: str
    all: str
    """The address without filters."""
    begin: list[Begin]
    """What the reader may begin, where there is nothing."""
    previous: str
    next: str
    csv: str
    kept: list[Kept]
    chosen: dict[str, str]
    """The filters and the order, as they are kept under a name."""

    @property
    def filters(self) -> list[tuple[Filter, str]]:
        """The filters with what is chosen in each, or their defaults where that can't be."""
        asked = self.asked
        return [
            (f, asked.usable(f.name) if f.options else asked.values[f.name])
            for f in self.listing.filters
        ]


def shown(request: Request, reading: Reader, listing: Listing) -> Shown:
    """A list as the request's address asks for it; what can't be is told beside its filter."""
    asked = asked_of(listing, reading, request.query_params)
    listing = asked.listing
    if "limit" not in request.query_params:
        reading.limit = listing.limit
    found = None if asked.errors else rows_of(asked, reading)
    address = _Address(listing, asked, reading)
    return Shown(
        listing=listing,
        asked=asked,
        items=found.page.items if found else [],
        rows=_cells(listing, found, reading, address) if found else [],
        heads=[address.head(column) for column in listing.columns],
        chips=[
            Chip(f.label, asked.told(f), address.to(**{f.name: ""}))
            for f in listing.filters
            if f.name in asked.chosen
        ],
        total=found.total if found else None,
        first=address.to(),
        all=address.of({}),
        begin=begins(reading, *listing.begin) if found and not found.total else [],
        previous=address.to(cursor=found.page.previous) if found and found.page.previous else "",
        next=address.to(cursor=found.page.next) if found and found.page.next else "",
        csv="" if asked.errors else address.csv(),
        kept=[
            Kept(query.name, address.of(query.filters), query.filters == address.chosen)
            for query in saved(
                reading.installation.store.datastore, reading.user.user, listing.name
            )
        ],
        chosen=address.chosen,
    )


class _Address:
    """The addresses of a list that keep what is asked for, and the moment."""

    def __init__(self, listing: Listing, asked: Asked, reading: Reader) -> None:
        self.path, self.asked, self.reading = listing.path, asked, reading
        self.order = reading.sort or listing.order
        self.chosen = asked.chosen | ({"sort": reading.sort} if reading.sort else {})
        self.kept = dict(self.chosen)
        if reading.limit != listing.limit:
            self.kept["limit"] = str(reading.limit)
        self.as_at = reading.moment.as_at or ""

    def to(self, **other: str) -> str:
        """The list with something else asked for."""
        return self.of({**self.kept, **other})

    def of(self, query: dict[str, Any]) -> str:
        return _with(self.path, {**query, "as_at": self.as_at})

    def csv(self) -> str:
        """The rows of all pages as at the moment that is shown, whatever comes meanwhile."""
        at = self.as_at or str(self.reading.moment.position)
        return _with(f"{self.path}.csv", {**self.kept, "as_at": at})

    def stay(self, href: str | None) -> str | None:
        """An address that stays at the moment; none to do anything in the past."""
        if href is None or not self.as_at:
            return href
        if href.startswith("/do/"):
            return None
        return f"{href}{'&' if '?' in href else '?'}{urlencode({'as_at': self.as_at})}"

    def head(self, column: Column) -> Head:
        """A heading that sorts by its column, the other way where it is sorted by it already."""
        if not column.sort:
            return Head(column.heading, column.kind.numeric, "", "")
        by = self.order.removeprefix("-") == column.sort
        down = self.order.startswith("-")
        now = ("descending" if down else "ascending") if by else "none"
        then = f"-{column.sort}" if by and not down else column.sort
        return Head(column.heading, column.kind.numeric, now, self.to(sort=then))


def _with(path: str, query: dict[str, Any]) -> str:
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path


def _cells(listing: Listing, found: Rows, reading: Reader, address: _Address) -> list[list[Cell]]:
    followed = [not column.needs or reading.sees(column.needs) for column in listing.columns]
    names = users_named(reading)

    def cell(column: Column, follows: bool, key: str, row: Any) -> Cell:
        value = column.value_of(row, found.beside)
        leads = column.href is not None and follows and value not in (None, "")
        href = column.href(row, value) if leads and column.href else None
        if column.kind is Kind.USER:
            value = names.get(value, value)
        elif column.kind is Kind.ACCOUNT:
            value = account_text(value, found.beside.councils)
        of = column.opens(listing.view, key, row, found.beside) if href is None else ""
        return Cell(
            value, column.kind.value, address.stay(address_of(of) if of else href), bool(of)
        )

    # Rows that are made have no keys.
    keys = found.page.keys or [""] * len(found.page.items)
    return [
        [cell(c, f, key, row) for c, f in zip(listing.columns, followed, strict=True)]
        for key, row in zip(keys, found.page.items, strict=True)
    ]
