"""A Reading: one person's look at the record, as at one moment, within their scope."""

import functools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar, get_args

from fastapi import Response
from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb
from pydantic import BaseModel, PrivateAttr

from domain.access import Holding
from domain.kernel import LONDON, Refused
from projections.audit import JournalRow
from projections.engine import View
from service.desk.moments import Moment, decoded, encoded, moment_of
from service.desk.past import past_moment
from service.desk.scope import Fits, Reach, within
from service.desk.sums import sums
from service.identity import Person
from service.installation import Installation

V = TypeVar("V", bound=View)
T = TypeVar("T")

_WAIT_SECONDS = 10.0
PAGE = 100
"""The rows of a page, where no other number is asked for."""
BACK = "~"
"""Before a cursor's order: the rows that come before its row."""


class Page(BaseModel, Generic[T]):
    """Part of a list, as at one moment; ``next`` and ``previous`` are beside it, as at the same."""

    items: list[T]
    next: str | None = None
    previous: str | None = None
    position: int
    _keys: list[str] = PrivateAttr(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The keys of its rows, where it is of rows as a view has them."""
        return self._keys


class Reader:
    """One person's look at the record, as at one moment, within their scope."""

    def __init__(
        self,
        installation: Installation,
        person: Person,
        response: Response | None = None,
        *,
        as_at: str | None = None,
        after: int | None = None,
        limit: int = PAGE,
        cursor: str | None = None,
        sort: str | None = None,
    ) -> None:
        self.installation, self.person, self.user = installation, person, person.user
        self.model, self.response = installation.model, response
        self.limit, self.cursor, self.sort = limit, cursor, sort
        self._as_at, self._after = as_at or None, after
        self.needs = ""
        self.places: Mapping[str, Mapping[str, int]] = {}
        """Of fields whose order is not that of what they hold: the place of each value."""
        self._moment: Moment | None = None
        self._positions: dict[str, int] = {}

    # --- The moment ------------------------------------------------------------------------

    @property
    def moment(self) -> Moment:
        """The moment asked for: found once, then the same for all that is read."""
        if self._moment is None:
            self._moment = self._find_moment()
        return self._moment

    def _find_moment(self) -> Moment:
        if self._after is not None:
            self._reach(JournalRow, self._after)
        if self._as_at is None:
            self._positions = self.model.positions()
            position = self._positions.get(self.model.name_of(JournalRow), 0)
            return Moment(position=position, on=self.installation.today())
        head = self.installation.store.head()
        self._reach(JournalRow, head)
        return past_moment(self.model, self._as_at.strip(), head, self.installation.today())

    def _reach(self, view: type[View], position: int) -> None:
        """Wait until a view has come to a position. Raises Refused ``not-ready`` if it doesn't."""
        name = self.model.name_of(view)
        if self._positions.get(name, -1) >= position:
            return
        deadline, pause = datetime.now(LONDON) + timedelta(seconds=_WAIT_SECONDS), 0.002
        while (found := self.model.positions()).get(name, 0) < position:
            if position > self.installation.store.head():
                raise Refused(
                    "bad-after", "That position has not been recorded: use one you were given."
                )
            if datetime.now(LONDON) > deadline:
                raise Refused(
                    "not-ready",
                    f"The view {view.__name__} is behind the log: it is being rebuilt or has"
                    " stopped. Try again in a minute; /readyz says which.",
                    view=view.__name__,
                    at=found.get(name, 0),
                    wanted=position,
                )
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)
        self._positions = found

    def is_whole(self) -> bool:
        """Whether every view has come to the moment, so that nothing waits for one."""
        found, position = self.model.positions(), self.moment.position
        return all(found.get(self.model.name_of(view), 0) >= position for view in View.all)

    # --- Scope -----------------------------------------------------------------------------

    @functools.cached_property
    def reach(self) -> Reach:
        """How far the roles that carry this route's permission let the reader see."""
        held: list[Holding] = self.user.holding(self.needs, self.installation.today())
        return Reach(
            everything=any(not h.scoped for h in held),
            regions=[h.region.value for h in held if h.region],
            councils=[h.council for h in held if h.council],
            peers=[h.peer for h in held if h.peer],
        )

    def under(self, permission: str) -> "Reader":
        """The same look at the same moment, as far as another permission lets the reader see."""
        other = Reader(self.installation, self.person, self.response, limit=self.limit)
        other._moment, other.needs = self.moment, permission
        return other

    def at(self, when: str, on: date | None = None) -> "Reader":
        """The same reader's look at another moment, or at a position as it stood on a day."""
        other = self.under(self.needs)
        other._as_at, other._moment = when, None
        if on is not None:
            other._moment = other.moment.but(on=on)
        return other

    def then(self, moment: Moment) -> "Reader":
        """The same reader's look at a moment that is known."""
        other = self.under(self.needs)
        other._moment = moment
        return other

    def sees(self, permission: str) -> bool:
        """Whether the reader holds a permission at all: for what a page offers."""
        return bool(self.user.active and self.user.holding(permission, self.installation.today()))

    # --- Rows ------------------------------------------------------------------------------

    def all(
        self,
        view: type[V],
        where: Mapping[str, Any] | None = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        order: str | None = None,
        limit: int | None = None,
    ) -> list[V]:
        """Every row in scope that fits: for pages that show a whole."""
        conditions, values = self._conditions(view, where, ranges)
        rows = self._select(view, conditions, values, self._order(view, order), limit)
        return [_row(view, row) for row in rows]

    def stream(
        self,
        view: type[View],
        chosen: Sequence[Composed | SQL | Identifier],
        where: Mapping[str, Any] | None = None,
        order: str = "key",
    ) -> Iterator[list[tuple[Any, ...]]]:
        """What is chosen of every row in scope that fits, a batch at a time: for exports."""
        self._reach(view, self.moment.position)
        conditions, values = self._conditions(view, where, None)
        by = self._order(view, order)
        return self.model.stream(view, self.moment.position, chosen, conditions, values, by)

    def count(
        self,
        view: type[View],
        where: Mapping[str, Any] | None = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> int:
        """How many rows in scope fit."""
        return int(self.figures(view, {"n": "count(*)"}, where, ranges)[0]["n"])

    def figures(
        self,
        view: type[View],
        figures: Mapping[str, str],
        where: Mapping[str, Any] | None = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        by: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """Sums and counts over rows in scope, as ``{"paid_pence": "sum(paid_pence)"}``, grouped."""
        self._reach(view, self.moment.position)
        conditions, values = self._conditions(view, where, ranges)
        chosen, group = sums(figures, by)
        return self.model.aggregate(view, self.moment.position, chosen, conditions, values, group)

    def series(
        self,
        view: type[View],
        figures: Mapping[str, str],
        days: Sequence[date],
        where: Mapping[str, Any] | None = None,
        by: Sequence[str] = (),
    ) -> list[tuple[date, list[dict[str, Any]]]]:
        """The same figures as at the end of each of several days, none after the moment's own.

        Two queries, however many days: one finds the positions, one asks at all of them. What is
        in scope is what was in it then, by the roles that the reader has.
        """
        self._reach(view, self.moment.position)
        days = [day for day in days if day <= self.moment.on]
        conditions, values = self._conditions(view, where, None, each=True)
        chosen, group = sums(figures, by)
        found: list[tuple[date, list[dict[str, Any]]]] = [(day, []) for day in days]
        for row in self.model.series(
            view, self.positions_on(days), chosen, conditions, values, group
        ):
            found[row.pop("nth")][1].append(row)
        return found

    def positions_on(self, days: Sequence[date]) -> list[int]:
        """The last position, up to the moment's, that was recorded by the end of each day."""
        until = [moment_of(day.isoformat()) for day in days]
        found = self.model.last_by(JournalRow, "recorded_at", until)
        return [min(position, self.moment.position) for position in found]

    def rows(
        self,
        view: type[V],
        keys: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> dict[str, V]:
        """The rows in scope under these keys, or all that fit, by key and in its order."""
        fits = {**(where or {}), "key": None if keys is None else list(keys)}
        conditions, values = self._conditions(view, fits, None)
        found = self._select(view, conditions, values, self._order(view, "key"), None)
        return {row["key"]: _row(view, row) for row in found}

    def item(self, view: type[V], key: str) -> V:
        """One row. Raises Refused ``not-found`` if there is none in the reader's scope."""
        conditions, values = self._conditions(view, None, None)
        rows = self._select(view, [*conditions, SQL("key = %s")], [*values, key], None, 1)
        if not rows:
            then = f" as at {self.moment.as_at}" if self.moment.is_past else ""
            raise Refused("not-found", f"There is nothing under {key}{then} in your scope.")
        found = _row(view, rows[0])
        if self.response is not None:
            version = getattr(found, "version", None) or rows[0]["from_position"]
            self.response.headers["ETag"] = f'"{version}"'
        return found

    def page(
        self,
        view: type[V],
        where: Mapping[str, Any] | None = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        order: str | None = None,
    ) -> Page[V]:
        """The part of a list that was asked for by limit, sort and cursor."""
        order = self.sort or order or "key"
        field = order.removeprefix("-")
        if self.cursor:
            self._continue(order)
        conditions, values = self._conditions(view, where, ranges)
        back = False
        if self.cursor:
            asked, _, last, key = decoded(self.cursor)
            back = asked.startswith(BACK)
            beyond, told = _beyond(self._ordered_by(field), order, last, key, back)
            conditions.append(beyond)
            values += told
        by = self._order(view, order, back)
        rows = self._select(view, conditions, values, by, self.limit + 1)
        more, rows = len(rows) > self.limit, rows[: self.limit]
        if back:
            rows.reverse()

        def cursor(way: str, row: dict[str, Any]) -> str:
            last = self.places[field].get(row[field]) if field in self.places else row[field]
            return encoded(way + order, self.moment.position, last, row["key"])

        page = Page[V](
            items=[_row(view, row) for row in rows],
            next=cursor("", rows[-1]) if rows and (more or back) else None,
            previous=cursor(BACK, rows[0]) if rows and (more if back else self.cursor) else None,
            position=self.moment.position,
        )
        page._keys = [row["key"] for row in rows]
        return page

    def page_of(self, lines: Iterable[T], most: int | None = None) -> Page[T]:
        """The part that was asked for of a list made from rows, in its own order."""
        if self.cursor:
            self._continue("lines")
        lines, first = list(lines), int(decoded(self.cursor)[3]) if self.cursor else 0
        beyond = first + (most or self.limit)
        return Page(
            items=lines[first:beyond],
            next=encoded("lines", self.moment.position, None, str(beyond))
            if beyond < len(lines)
            else None,
            previous=encoded("lines", self.moment.position, None, str(max(0, first - self.limit)))
            if first
            else None,
            position=self.moment.position,
        )

    def _continue(self, order: str) -> None:
        """A cursor goes on as at the moment of its first page."""
        asked, position, *_ = decoded(self.cursor or "")
        if asked.removeprefix(BACK) != order:
            raise Refused("bad-cursor", "Use a cursor with the sort order that it came with.")
        if self._moment is None:
            now = self.moment
            self._moment = now if now.is_past else now.but(position=position)

    def _select(
        self,
        view: type[View],
        conditions: Sequence[Composed | SQL],
        values: Sequence[Any],
        order: Composed | None,
        limit: int | None,
    ) -> list[dict[str, Any]]:
        self._reach(view, self.moment.position)
        return self.model.select(view, self.moment.position, conditions, values, order, limit)

    def _conditions(
        self,
        view: type[View],
        where: Mapping[str, Any] | None,
        ranges: Mapping[str, tuple[Any, Any]] | None,
        each: bool = False,
    ) -> tuple[list[Composed | SQL], list[Any]]:
        at = None if each else self.moment.position
        conditions, values = within(self.model, self.reach, at, view)
        for field, value in (where or {}).items():
            if value is None:
                continue
            if isinstance(value, Fits):
                conditions.append(value.sql)
                values += value.values
                continue
            several = isinstance(value, (list, tuple, set, frozenset))
            conditions.append(
                SQL("{} = ANY(%s)" if several else "{} = %s").format(Identifier(field))
            )
            values.append([_plain(v) for v in value] if several else _plain(value))
        for field, (low, high) in (ranges or {}).items():
            for bound, sign in ((low, ">="), (high, "<=")):
                if bound is not None:
                    conditions.append(SQL("{} {} %s").format(Identifier(field), SQL(sign)))
                    values.append(_plain(bound))
        return conditions, values

    def _order(self, view: type[View], order: str | None, back: bool = False) -> Composed | None:
        if order is None:
            return None
        field, down = order.removeprefix("-"), order.startswith("-")
        sortable = {c for c, kind in view.columns.items() if kind != "jsonb"} | {"key"}
        if field not in sortable:
            raise Refused(
                "bad-sort",
                f"This list can't be sorted by {field}: choose another of its columns.",
                columns=sorted(sortable),
            )
        way = SQL("DESC" if down is not back else "ASC")
        if field == "key":
            return SQL("key {}").format(way)
        # Only where there can be nulls: an index gives the order that is asked for otherwise.
        nulls = field in self.places or type(None) in get_args(view.model_fields[field].annotation)
        last = SQL((" NULLS FIRST" if back else " NULLS LAST") if nulls else "")
        then = SQL("key DESC" if back else "key")
        return SQL("{} {}{}, {}").format(self._ordered_by(field), way, last, then)

    def _ordered_by(self, field: str) -> Composed | Identifier:
        """What a field's order is told by: what it holds, or that value's place."""
        if field not in self.places:
            return Identifier(field)
        places = Literal(Jsonb(dict(self.places[field])))
        return SQL("({} ->> {})::int").format(places, Identifier(field))


def _beyond(
    column: Composed | Identifier, order: str, last: Any, key: str, back: bool
) -> tuple[Composed, list[Any]]:
    """What comes after a row in an order, or before it, where nothing comes last."""
    further = SQL("<" if order.startswith("-") is not back else ">")
    if order.removeprefix("-") == "key":
        return SQL("key {} %s").format(further), [key]
    then = SQL("key < %s" if back else "key > %s")
    if last is None:
        either = SQL("({} IS NOT NULL OR {})" if back else "({} IS NULL AND {})")
        return either.format(column, then), [key]
    rest = SQL("") if back else SQL(" OR {} IS NULL").format(column)
    beyond = SQL("({c} {f} %s OR ({c} = %s AND {t}){r})")
    return beyond.format(c=column, f=further, t=then, r=rest), [last, last, key]


def _row(view: type[V], row: Mapping[str, Any]) -> V:
    return view.model_validate({name: row[name] for name in view.columns})


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value
