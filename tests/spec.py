"""given(history).when(decision, command, aggregates, by=actor).then(events)

    given(by(OFFICER, GrantProposed(...)), HeadingAllocated(...))
        .when(approve, ApproveGrant(...), Grant(grant="GRANT-0001"), by=DIRECTOR)
        .then(GrantApproved(...), CommitmentReserved(...))

History is events or records; a bare event was recorded by SOMEBODY on DAY. A command without
an effective date is decided on DAY. Rows of a View are checked by fold(View, key, *history).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Self, TypeVar

import pytest

from domain.kernel import Actor, Aggregate, Command, Dated, Event, Record, Refused
from projections.engine import View

A = TypeVar("A", bound=Aggregate)

DAY = date(2025, 6, 2)
SOMEBODY = Actor(id="somebody", role="case-officer")


def by(actor: Actor, *events: Event, on: date = DAY, reason: str | None = None) -> list[Record]:
    """These events as recorded by an actor; given() numbers their versions."""
    return [
        Record(
            stream=event.stream,
            version=0,
            event=event,
            recorded_at=datetime(2025, 6, 2, 9, 0, tzinfo=UTC),
            effective_on=on,
            actor=actor.id,
            role=actor.role,
            correlation="spec",
            reason=reason,
        )
        for event in events
    ]


def numbered(*history: Event | list[Record]) -> list[Record]:
    """A log from 1: positions over all, versions in each stream."""
    versions: Counter[str] = Counter()
    log: list[Record] = []
    for part in history:
        for record in part if isinstance(part, list) else by(SOMEBODY, part):
            versions[record.stream] += 1
            log.append(record.but(position=len(log) + 1, version=versions[record.stream]))
    return log


def dated(decided: Sequence[Event | Dated], on: date) -> list[Dated]:
    """What was decided with each effective date: the command's, if the event has none."""
    return [each if isinstance(each, tuple) else (each, on) for each in decided]


class given:
    """A history to decide on."""

    def __init__(self, *history: Event | list[Record]) -> None:
        self.log = numbered(*history)

    def state(self, empty: A) -> A:
        """An aggregate as the history leaves it."""
        return empty.after(record for record in self.log if record.stream == empty.stream)

    def when(
        self,
        decide: Callable[..., Sequence[Event | Dated]],
        command: Command,
        *empty: Aggregate,
        by: Actor,
    ) -> Self:
        """Take the decision on the aggregates' states."""
        command = command if command.effective_on else command.but(effective_on=DAY)
        states = [self.state(each) for each in empty]
        self.decided: Callable[[], list[Dated]] = lambda: dated(
            decide(command, *states, by), command.on
        )
        return self

    def outcome(self) -> list[Event]:
        """What was decided."""
        return [event for event, _ in self.decided()]

    def then(self, *events: Event) -> None:
        """Exactly these events were decided."""
        assert self.outcome() == list(events)

    def then_refused(self, code: str, **values: Any) -> None:
        """The decision was refused under this code, having seen at least these values."""
        with pytest.raises(Refused) as refusal:
            self.outcome()
        assert refusal.value.code == code
        assert refusal.value.values | values == refusal.value.values


V = TypeVar("V", bound=View)


def fold(view: type[V], *history: Event | list[Record]) -> dict[str, V]:
    """The live rows of a View after a history, by key."""
    rows: dict[str, V] = {}
    for record in numbered(*history):
        take_in(view, rows, record)
    return rows


def take_in(view: type[View], rows: dict[str, Any], record: Record) -> None:
    """Fold one more record into a View's live rows."""
    for key in view.keys(record):
        row = view.fold(rows.get(key), record, key)
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
