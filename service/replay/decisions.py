"""Decisions as the log holds them: what was asked, and every record that came of it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.access import AttemptRefused
from domain.kernel import Decided, Record
from service.store import Store

_BATCH = 1_000
_FURTHEST = 1_024
"""Positions that are looked back for the first record of a decision: more come of no command."""


class Decision(NamedTuple):
    """What was asked, and the records that came of it."""

    records: tuple[Record, ...]

    @property
    def first(self) -> Record:
        """The record that says what was asked."""
        return self.records[0]

    @property
    def refused(self) -> AttemptRefused | None:
        """The attempt, where a rule refused it."""
        event = self.first.event
        return event if isinstance(event, AttemptRefused) else None

    @property
    def asked(self) -> Decided | None:
        """What was asked; None for what was recorded before the log kept it."""
        return self.refused.attempt if self.refused else self.first.decision

    @property
    def outcome(self) -> str:
        """What came of it: the events, or the rule that refused it."""
        if self.refused:
            return f"refused: {self.refused.code}"
        return ", ".join(type(record.event).__name__ for record in self.records)


def decisions(store: Store, after: int = 0) -> Iterator[Decision]:
    """Every decision after a position, in order; a record by itself where none is told."""
    yield from grouped(_records(store, after))


def _records(store: Store, after: int) -> Iterator[Record]:
    while batch := store.records(after, _BATCH):
        yield from batch
        after = batch[-1].position


def grouped(records: Iterable[Record]) -> Iterator[Decision]:
    """Records as the decisions that they came of."""
    group: list[Record] = []
    for record in records:
        if group and (record.decision or len(group) == _size(group[0])):
            yield Decision(tuple(group))
            group = []
        group.append(record)
    if group:
        yield Decision(tuple(group))


def _size(first: Record) -> int:
    return first.decision.records if first.decision else 1


def decision_at(store: Store, position: int) -> Decision | None:
    """The decision that the event at a position came of; None where there is no event."""
    back = 16
    while True:
        near = [r for r in store.records(max(0, position - back), back) if r.position <= position]
        if not near or near[-1].position != position:
            return None
        asked = next((r for r in reversed(near) if r.decision), None)
        if asked or back >= min(position, _FURTHEST):
            break
        back *= 4
    if asked and asked.decision:
        whole = Decision(tuple(store.records(asked.position - 1, asked.decision.records)))
        if whole.records[-1].position >= position:
            return whole
    return Decision((near[-1],))
