"""The journal: every record as one row, filtered by whatever it concerns."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from domain.access import AttemptRefused
from domain.kernel import SUBJECTS, Event, Record
from projections.engine import View


class JournalRow(
    View,
    indexes=(
        "position",
        "recorded_at",
        "stream",
        "event",
        "actor",
        "correlation",
        "council",
        "case",
        "grant",
    ),
    scope="council",
):
    """One event of the audit trail with its envelope.

    Whatever the trail is filtered by is a column of the row or in its payload. The trail is read
    in order of position from wherever one left off, so that has an index; of the rest, what most
    looks ask for. A column or an index more gives the view a new table, filled from the log
    beside the old one.
    """

    position: int
    recorded_at: datetime
    effective_on: date
    stream: str
    stream_version: int
    event: str
    actor: str
    role: str
    channel: str
    correlation: str
    causation: str | None = None
    reason: str | None = None
    region: str | None = None
    council: str | None = None
    case: str | None = None
    grant: str | None = None
    match: str | None = None
    peer: str | None = None
    challenge: str | None = None
    programme: str | None = None
    contract: str | None = None
    practice: str | None = None
    assessment: str | None = None
    person: str | None = None
    user: str | None = None
    year: str | None = None
    rule: str | None = None
    """The rule that refused an attempt."""
    payload: dict[str, Any]

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (str(record.position),)

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        return cls(
            position=record.position,
            recorded_at=record.recorded_at,
            effective_on=record.effective_on,
            stream=record.stream,
            stream_version=record.version,
            event=type(event).__name__,
            actor=record.actor,
            role=record.role,
            channel=record.channel,
            correlation=record.correlation,
            causation=record.causation,
            reason=record.reason,
            payload=event.model_dump(mode="json"),
            **_concerns(event),
        )


def _concerns(event: Event) -> dict[str, str | None]:
    if isinstance(event, AttemptRefused):
        return {**event.about, "user": event.user, "rule": event.code}
    return {name: getattr(event, name, None) for name in SUBJECTS}
