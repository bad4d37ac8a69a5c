"""What each record made of a row, step by step, and where two states of a row differ.

Comparing moments and tracing a figure are the same question: a row is folded again, record by
record, and what a record changed is the difference between the row before it and after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import BaseModel

from domain.kernel import Aggregate, Record
from projections.engine.view import View

Figure = int | Decimal
Difference = tuple[Any, Any]
"""A field before and after; None where there was, or is, nothing."""

_OWN = (
    "number",
    "id",
    "peer",
    "challenge",
    "offer",
    "report",
    "office",
    "criterion",
    "theme",
    "indicator",
    "payment_reference",
    "sha256",
    "version",
    "deliverable",
)
"""What an item of a list may be known by, besides a field that is named like its class."""


class Step(NamedTuple):
    """One record and the row before and after it; None where there was no row, or is none."""

    record: Record
    before: View | None
    after: View | None

    @property
    def differences(self) -> dict[str, Difference]:
        """What the record changed, by field."""
        return differences(self.before, self.after)


class Fold(NamedTuple):
    """A row before some records, and the step that each of them was."""

    before: View | None
    steps: tuple[Step, ...]

    @property
    def after(self) -> View | None:
        """The row after them all."""
        return self.steps[-1].after if self.steps else self.before

    def since(self, position: int) -> "Fold":
        """The part of it that comes after a position."""
        begun = [step for step in self.steps if step.record.position <= position]
        return Fold(begun[-1].after if begun else self.before, self.steps[len(begun) :])

    def added(self, field: str) -> Iterator[tuple[Record, Figure]]:
        """The records that changed a figure, with what each added to it or took from it."""
        last = figure(self.before, field) or 0
        for step in self.steps:
            now = figure(step.after, field) or 0
            if now != last:
                yield step.record, now - last
            last = now


def refold(view: type[View], key: str, records: Iterable[Record], row: View | None = None) -> Fold:
    """A row folded on from where it stands by those of the records, in order, that touch it."""
    before, found = row, []
    for record in records:
        if key in view.keys(record):
            after = view.fold(row, record, key)
            found.append(Step(record, row, after))
            row = after
    return Fold(before, tuple(found))


def differences(before: View | None, after: View | None) -> dict[str, Difference]:
    """The fields in which two states of a row differ, by path.

    The version counts the events of the row's stream and says nothing of its own: it is left
    out.
    """
    was, now = fields(before), fields(after)
    return {
        path: (was.get(path), now.get(path))
        for path in (*now, *(path for path in was if path not in now))
        if path != "version" and was.get(path) != now.get(path)
    }


def figure(row: View | None, field: str) -> Figure | None:
    """A figure of a row by its path; None where there is none."""
    return figures(row).get(field)


def figures(row: View | None) -> dict[str, Figure]:
    """Every whole or decimal number of a row, by path."""
    return {
        path: value
        for path, value in fields(row).items()
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    }


def fields(row: View | None) -> dict[str, Any]:
    """What can be read of a row, by path: ``conditions[2].state``, ``regions.london``.

    An item of a list goes by its own number or name, or by its place from 1 if it has none.
    What is empty is left out, and so is the state that the row is folded from.
    """
    return dict(_walk("", row)) if row is not None else {}


def parts_of(name: str, value: Any) -> dict[str, Any]:
    """What can be read of a value by that name, by path: as ``fields`` of a row."""
    return dict(_walk(name, value))


def _walk(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if value is None or isinstance(value, Aggregate) or value in ("", (), [], {}, frozenset()):
        return
    match value:
        case BaseModel():
            for name in type(value).model_fields:
                yield from _walk(f"{path}.{name}" if path else name, getattr(value, name))
        case Mapping():
            for name, each in value.items():
                plain = re.fullmatch(r"[\w-]+", str(name))
                yield from _walk(f"{path}.{name}" if plain else f"{path}[{name}]", each)
        case tuple() | list() if any(isinstance(each, (BaseModel, Mapping)) for each in value):
            for name, each in _named(value):
                yield from _walk(f"{path}[{name}]", each)
        case tuple() | list():
            yield path, list(value)
        case set() | frozenset():
            yield path, sorted(value)
        case _:
            yield path, value


def _named(items: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Items with what each is known by; the second of one name is ``name, 2``."""
    seen: dict[str, int] = {}
    for place, item in enumerate(items, 1):
        known = _own_name(item)
        name = str(place) if known is None else str(known)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}, {seen[name]}"), item


def _own_name(item: Any) -> Any:
    if not isinstance(item, BaseModel):
        return None
    for name in (type(item).__name__.lower(), *_OWN):
        if name in type(item).model_fields:
            return getattr(item, name)
    return None
