"""The record as it stood: what a decision that is taken again can read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from domain.kernel import LONDON, Aggregate, Record
from projections.engine import ReadModel
from service.installation import Installation
from service.settings import Settings
from service.store import Store

A = TypeVar("A", bound=Aggregate)


class World(Protocol):
    """Streams as far as they had come; and the stored log, for what names its own position."""

    datastore: Any
    recorder: Any
    mapper: Any

    def load_many(self, empties: Sequence[A]) -> list[A]: ...
    def next_reference(self, kind: str) -> str: ...
    def streams(self, prefix: str) -> list[str]: ...
    def head(self) -> int: ...


def _stored(store: Store) -> tuple[Any, Any, Any]:
    return store.datastore, store.recorder, store.mapper


class Past:
    """The log up to a position, read as it is needed: for one decision."""

    def __init__(self, store: Store, position: int) -> None:
        self.store, self.position = store, position
        self.datastore, self.recorder, self.mapper = _stored(store)

    def load_many(self, empties: Sequence[A]) -> list[A]:
        """What several streams added up to."""
        return self.store.load_many(empties, self.position)

    def next_reference(self, kind: str) -> str:
        """The next free reference of a kind, as it was then."""
        return self.store.next_reference(kind, self.position)

    def streams(self, prefix: str) -> list[str]:
        """The names of the streams that had begun, in order."""
        return self.store.streams(prefix, self.position)

    def head(self) -> int:
        """The last position that there was."""
        return self.position


class Walk:
    """A log held in memory and lengthened step by step: for every decision in turn."""

    def __init__(self, store: Store) -> None:
        self.datastore, self.recorder, self.mapper = _stored(store)
        self._records: dict[str, list[Record]] = {}
        self._states: dict[tuple[type[Aggregate], str], Aggregate] = {}
        self._last: dict[str, int] = {}
        self._head = 0

    def add(self, record: Record) -> Record:
        """Go on: this came next. Returns it with its version here."""
        stream = self._records.setdefault(record.stream, [])
        record = record.but(version=len(stream) + 1)
        stream.append(record)
        self.come_to(record.position)
        kind, _, number = record.stream.rpartition("-")
        if number.isdecimal():
            self._last[kind] = max(self._last.get(kind, 0), int(number))
        return record

    def come_to(self, position: int) -> None:
        """Go on to a position, whether anything came of it here or not."""
        self._head = max(self._head, position)

    def load_many(self, empties: Sequence[A]) -> list[A]:
        """What several streams add up to so far."""
        return [self._load(empty) for empty in empties]

    def _load(self, empty: A) -> A:
        key = (type(empty), empty.stream)
        known = self._states.get(key, empty)
        state = known if isinstance(known, type(empty)) else empty
        found = state.after(self._records.get(empty.stream, [])[state.version :])
        self._states[key] = found
        return found

    def next_reference(self, kind: str) -> str:
        """The next free reference of a kind, so far."""
        return f"{kind}-{self._last.get(kind, 0) + 1:04d}"

    def streams(self, prefix: str) -> list[str]:
        """The names of the streams that have begun, in order."""
        return sorted(stream for stream in self._records if stream.startswith(prefix))

    def head(self) -> int:
        """The last position so far."""
        return self._head


class Then:
    """An installation at a moment that has passed: its clock stands, and its log ends there."""

    def __init__(self, installation: Installation, world: World, moment: datetime) -> None:
        self.store = world
        self.stamp = moment
        self.model: ReadModel = installation.model
        self.settings: Settings = installation.settings

    def today(self) -> date:
        """The day in London on which it was decided."""
        return self.stamp.astimezone(LONDON).date()
