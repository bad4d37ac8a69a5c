"""Persons as their data's keepers see them: holds and erasure, without names."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.kernel import PersonId, Record
from domain.persons import Hold, Person, PersonEvent
from projections.engine import View


class PersonRow(View, indexes=("erased",), scope="programme"):
    """A person whose data was ever held or erased."""

    person: PersonId
    holds: tuple[Hold, ...] = ()
    """Placed and not lifted; one with a last day ends by itself."""
    erased: bool = False
    erased_on: date | None = None
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, PersonEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, PersonEvent):
            return row
        row = row or cls(person=event.person)
        known = Person(person=row.person, holds={h.hold: h for h in row.holds}, erased=row.erased)
        state = known.apply(record)
        return row.but(
            holds=tuple(state.holds.values()),
            erased=state.erased,
            erased_on=record.effective_on if state.erased else None,
        )
