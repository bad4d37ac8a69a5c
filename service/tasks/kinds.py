"""What waits for somebody: a kind of task is a function, declared with what doing it needs.

A kind looks at the rows as at one moment, as far as the permission that it needs reaches, and says
what waits there. Whoever may not do a thing is not asked to: a kind leaves out what its reader
proposed, prepared or approved where another person has to act.
"""

import functools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from domain.kernel import CouncilCode, Frozen, UserId
from projections.audit import JournalRow
from projections.engine import View
from projections.interventions import CasePage
from service.desk import Reader

V = TypeVar("V", bound=View)

SOON_DAYS = 14
"""What is due within so many days is due soon."""
AHEAD_DAYS = 28
"""What is planned for a day becomes a task so many days before it."""


class Urgency(StrEnum):
    """How pressing a task is: they are shown in this order."""

    OVERDUE = "overdue"
    SOON = "due soon"
    LATER = "later"


class Waits(Frozen):
    """Something that waits, as its kind finds it."""

    subject: str
    """What it is about: a case, grant, council, return or the like, by its reference."""
    what: str
    """What waits, in a few words."""
    since: date
    page: str
    """The address at which it can be seen."""
    form: str | None = None
    """The address of the form in which it is done, filled in; None where something else is
    missing first."""
    due_on: date | None = None
    council: CouncilCode | None = None
    lead: UserId | None = None
    """Who leads the case that it belongs to, where it is theirs to do."""
    notes: tuple[str, ...] = ()
    """Why it is held, or what to know before doing it."""
    part: str = ""
    """Which of several that its subject has of this kind."""


class Task(Waits):
    """Something that waits for the reader."""

    kind: str
    title: str
    """The kind, in words."""
    does: str
    """What is done about it."""
    urgency: Urgency

    @property
    def key(self) -> str:
        """Which task it is, at whatever moment."""
        return "/".join((self.kind, self.subject, self.part))

    @property
    def order(self) -> tuple[Any, ...]:
        """By urgency, then by due day, then by how long it has waited."""
        due = self.due_on or date.max
        return list(Urgency).index(self.urgency), due, self.since, self.key


class Look:
    """What a kind sees: the rows that its permission reaches, read once for every kind."""

    def __init__(self, reading: Reader, needs: str, read: dict[str, Any]) -> None:
        self.reading, self._read = reading.under(needs), read
        self.on, self.me = reading.moment.on, reading.user.user
        self.horizon = self.on + timedelta(days=AHEAD_DAYS)

    def all(self, view: type[V], **where: Any) -> list[V]:
        """The rows in scope that fit."""
        return self._once(self.reading, view, where)

    def _once(self, reading: Reader, view: type[V], where: dict[str, Any]) -> list[V]:
        key = f"{view.__name__} {where} {reading.reach}"
        if key not in self._read:
            self._read[key] = reading.all(view, where)
        found: list[V] = self._read[key]
        return found

    @functools.cached_property
    def cases(self) -> dict[str, CasePage]:
        """The open cases that the reader may see, by reference."""
        reading = self.reading.under("case.read")
        return {row.case: row for row in self._once(reading, CasePage, {"is_open": True})}

    def lead(self, case: str | None) -> str | None:
        """Who leads a case."""
        row = self.cases.get(case or "")
        return row.lead if row else None

    def recorded(self, event: str, **where: Any) -> list[JournalRow]:
        """The journal's rows of one kind of event, where a row does not say since when."""
        return self.all(JournalRow, event=event, **where)

    def over_limit(self, amount_pence: int) -> tuple[str, ...]:
        """What an approver is told of an amount that is not delegated to them."""
        held = self.reading.user.holding(self.reading.needs, self.on)
        within = any(amount_pence <= holding.limit_pence for holding in held)
        return () if within else ("Above your limit: record the Board's minute",)


class Kind(NamedTuple):
    """A kind of task."""

    name: str
    title: str
    does: str
    needs: str
    for_lead: bool
    finds: Callable[[Look], Iterator[Waits]]


KINDS: list[Kind] = []
"""Every kind that has been declared."""


def kind(
    does: str, *, needs: str, for_lead: bool = False
) -> Callable[[Callable[[Look], Iterator[Waits]]], Callable[[Look], Iterator[Waits]]]:
    """Declare a kind of task: what is done about it, the permission that doing it needs, and
    whether it is for the lead of its case before other case officers.

    Its name and its title are those of the function: ``decisions_to_take``.
    """

    def declare(finds: Callable[[Look], Iterator[Waits]]) -> Callable[[Look], Iterator[Waits]]:
        name = finds.__name__.replace("_", "-")
        title = name.replace("-", " ").capitalize()
        KINDS.append(Kind(name, title, does, needs, for_lead, finds))
        return finds

    return declare


def form(name: str, **filled: Any) -> str:
    """The address of a command's form, with fields filled in."""
    return f"/do/{name}?{urlencode(filled)}"


def tasks_of(reading: Reader) -> list[Task]:
    """Everything that waits for the reader at the reading's moment, the most urgent first."""
    read: dict[str, Any] = {}
    found = [
        Task(
            kind=each.name,
            title=each.title,
            does=each.does,
            urgency=_urgency(waits.due_on, reading.moment.on),
            **dict(waits) | ({} if each.for_lead else {"lead": None}),
        )
        for each in KINDS
        if reading.sees(each.needs)
        for waits in each.finds(Look(reading, each.needs, read))
    ]
    return sorted(found, key=lambda task: task.order)


def _urgency(due_on: date | None, on: date) -> Urgency:
    if due_on and due_on < on:
        return Urgency.OVERDUE
    soon = due_on and due_on <= on + timedelta(days=SOON_DAYS)
    return Urgency.SOON if soon else Urgency.LATER
