"""Where there are pages: every route of a page, and the addresses that it has in each state.

Routes without parameters are addresses. Of what a route names, a few are taken that between them
are in every state (see ``telling``). What is found neither way is led to by links.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import combinations, islice, product
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from domain.access import PERMISSIONS, User
from domain.councils import Region
from projections.assessments import AssessmentRow
from projections.audit import JournalRow
from projections.challenges import ChallengeRow
from projections.contracts import ContractRow
from projections.councils import CouncilRow
from projections.engine import View
from projections.executive import ExecutiveReportRow
from projections.funding import BudgetRow, GrantRow
from projections.interventions import CasePage
from projections.mentoring import MatchRow
from projections.persons import PersonRow
from projections.practice import PracticeRow, PublishedPractice
from projections.programmes import ProgrammeRow
from projections.regions import RegionRow
from projections.reporting import ReturnRow
from service.app import routers
from service.demo.users import DEMO_USERS
from service.desk import Reader, Routes
from service.exports.register import in_scope
from service.identity import Person
from service.installation import Installation
from service.lists.every import LISTS
from service.lists.listing import Listing, asked_of, rows_of
from service.pages.render import NATIONAL

T = TypeVar("T", bound=View)

OF: Mapping[tuple[str, ...], type[View]] = {
    ("council",): CouncilRow,
    ("council", "year"): AssessmentRow,
    ("case",): CasePage,
    ("grant",): GrantRow,
    ("challenge",): ChallengeRow,
    ("match",): MatchRow,
    ("person",): PersonRow,
    ("region",): RegionRow,
    ("practice",): PracticeRow,
    ("contract",): ContractRow,
    ("programme",): ProgrammeRow,
    ("year",): BudgetRow,
    ("dfe_return",): ReturnRow,
    ("report",): ExecutiveReportRow,
    ("position",): JournalRow,
}
"""The rows that a route's parameters name, by fields of the same names."""

SEEN = {listing.view: listing.seen for listing in LISTS if isinstance(listing.view, type)}
"""Where to look for rows, where another rule besides the view's scope says what somebody sees."""

LED_TO = {
    "/cases/{case}/notes/{note}",
    "/grants/{grant}/letters/{letter}",
    "/audit/decisions/{position}",
    "/reports/executive/figures/{name}",
    "/returns/{dfe_return}/sources",
    "/figures",
}
"""Routes whose pages other pages lead to, with what they are asked."""

FORMS = {"/do/{name}", "/do/{name}/check", "/do/{name}/receipt"}
"""Routes of forms and where they are sent on to: see ``filling``."""

ONCE = {"/sign-in", "/cases/{case}/documents/{sha256}", "/work/{work}"}
"""Routes whose pages somebody has to begin something for: see ``drill_once``."""

FEW = 3
"""How many of what is only led to are looked at."""
_AGAIN = {"after", "limit", "refresh", "seen_version", "shown_at", "as_at", "page"}
"""What does not make an address another kind of address."""
_HEAD = re.compile(r"\w+\([\w-]*")


def _page_routes() -> dict[str, re.Pattern[str]]:
    found = {}
    for router in routers():
        for route in router:
            is_page = route.options.get("response_class") is HTMLResponse
            if route.method == "GET" and (is_page or route.path in ONCE):
                named = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)
                found[route.path] = re.compile(named)
    return found


ROUTES = _page_routes()
"""Every route of a page, with what its addresses look like."""


def parameters(route: str) -> tuple[str, ...]:
    """What a route names."""
    return tuple(re.findall(r"{(\w+)}", route))


def may_do(needs: str) -> list[str]:
    """The demonstration users whose role allows it."""
    return [each.user for each in DEMO_USERS if needs in PERMISSIONS[each.role]]


def may_see(user: str) -> set[str]:
    """The routes whose pages a demonstration user's role lets them see."""
    (person,) = (each for each in DEMO_USERS if each.user == user)
    held = PERMISSIONS[person.role]
    asked = {route: Routes.needs.get(("GET", route), "") for route in ROUTES}
    found = {route for route, needs in asked.items() if needs in held}
    scoped = person.region or person.council or person.peer
    return found - NATIONAL if scoped else found


class Kind(NamedTuple):
    """A kind of address: its route and what is asked there."""

    route: str
    asked: frozenset[str]
    detail: str = ""


def kind_of(address: str) -> Kind | None:
    """The kind of an address; nothing for what is no page."""
    parts = urlsplit(address)
    route = next((r for r, looks in ROUTES.items() if looks.fullmatch(parts.path)), None)
    if route is None:
        return None
    query = dict(parse_qsl(parts.query))
    detail = parts.path if route == "/do/{name}" else query.get("view", "")
    if head := _HEAD.match(query.get("of", "")):
        detail = head.group()
    return Kind(route, frozenset(query.keys() - _AGAIN), detail)


def reader_of(installation: Installation, user: str, as_at: str = "") -> Reader:
    """A demonstration user's look at the record."""
    person = Person(user=installation.store.load(User(user=user)), channel="web")
    reader = Reader(installation, person, as_at=as_at)
    reader.needs = "council.read"
    return reader


def addresses(reader: Reader, routes: Iterable[str], most: int | None) -> Iterator[str]:
    """The addresses of these routes, in each state that the reader may see.

    Of what a route names no more than ``most``: those with the most to tell.
    """
    for route in sorted(routes):
        reader.needs = Routes.needs.get(("GET", route), "")
        if route in LED_TO | FORMS | ONCE:
            continue
        if not parameters(route):
            yield route
        else:
            yield from dict.fromkeys(_filled(reader, route, most))
    for listing in LISTS:
        reader.needs = listing.needs
        if listing.path in routes:
            yield f"{listing.path}?limit=2"
            yield from _of_list(reader, listing)


def _filled(reader: Reader, route: str, most: int | None) -> Iterator[str]:
    names = parameters(route)
    view = OF[names]
    if view is PracticeRow and not reader.sees("practice.review"):
        view = PublishedPractice
    looking, where = SEEN.get(view, in_scope)(reader)
    every: list[View] = [*looking.all(view, where)]
    rows = _one_each(every) if view is JournalRow else telling(every)
    for row in islice(rows, most):
        yield route.format(**{name: _text(getattr(row, name)) for name in names})


def _text(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _one_each(rows: Iterable[Any]) -> list[View]:
    """One event of each type."""
    return list({row.event: row for row in rows}.values())


def _of_list(reader: Reader, listing: Listing) -> Iterator[str]:
    """A list with filters that can't be, and with some that leave nothing."""
    asked = asked_of(listing, reader, {})
    options = {name: [value for value, _ in found] for name, found in asked.options.items()}
    if options:
        yield f"{listing.path}?{next(iter(options))}=no-such-thing"
    typed = {f.name: "2001-01-01" if f.day else "qqq" for f in listing.filters}
    choices = options | {name: [text] for name, text in typed.items() if name not in options}
    tried: Iterator[dict[str, str]] = (
        dict(zip(names, values, strict=True))
        for size in (1, 2)
        for names in combinations(choices, size)
        for values in product(*(choices[name] for name in names))
    )
    for query in islice(tried, 200):
        found = asked_of(listing, reader, query)
        if not found.errors and not rows_of(found, reader).total:
            yield f"{listing.path}?{urlencode(query)}"
            return


# --- Rows that tell every state -------------------------------------------------------------


def telling(rows: Sequence[T]) -> list[T]:
    """A few rows that have between them every trait that any of them has."""
    left = {trait for row in rows for trait in _traits(row)}
    chosen: list[T] = []
    while left:
        best = max(rows, key=lambda row: len(left & _traits(row)))
        chosen.append(best)
        left -= _traits(best)
    return chosen


def _traits(row: View) -> set[tuple[str, Any]]:
    """Of an enumeration its value, of many how many up to two, of others whether there is any."""
    return {(name, _trait(name, value)) for name, value in row}


def _trait(name: str, value: Any) -> Any:
    match value:
        case Region() | BaseModel():
            return ""
        case Enum() | bool():
            return value
        case str() if name in ("status", "outcome", "state"):
            return value
        case tuple() | list() | dict() | frozenset():
            return min(len(value), 2)
    return bool(value)
