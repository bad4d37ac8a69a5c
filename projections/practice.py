"""Good practice as people see it: what is being prepared, and what is published."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.kernel import CouncilCode, Record
from domain.policy import PolicyTheme
from domain.practice import (
    Evidence,
    PracticeEvent,
    PracticePublished,
    PracticeRef,
    PracticeReturned,
    PracticeSubmitted,
    PracticeValidated,
    PracticeWithdrawn,
    Status,
)
from projections.engine import View

_WORDS = ("title", "summary", "themes", "what_was_done", "evidence")


class PracticeRow(
    View, indexes=("council", "status", "submitted_on"), scope="council", search=_WORDS
):
    """An example at whatever stage: for the team, and for the council whose it is."""

    practice: PracticeRef
    council: CouncilCode
    edition: int
    title: str
    summary: str
    themes: tuple[str, ...]
    policy_themes: tuple[PolicyTheme, ...] = ()
    what_was_done: str
    evidence: str
    status: Status
    submitted_by: str
    submitters: tuple[str, ...]
    """Everybody who has submitted an edition of it, none of whom judges it."""
    submitted_on: date
    needed: str | None = None
    level: Evidence | None = None
    notes: str | None = None
    validated_by: str | None = None
    validated_on: date | None = None
    published_on: date | None = None
    withdrawn_on: date | None = None
    withdrawn_because: str | None = None
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, PracticeEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case PracticeSubmitted():
                return cls(
                    practice=event.practice,
                    council=event.council,
                    edition=event.edition,
                    **dict(event.described),
                    status=Status.SUBMITTED,
                    submitted_by=record.actor,
                    submitters=(*(row.submitters if row else ()), record.actor),
                    submitted_on=record.effective_on,
                )
            case PracticeReturned() if row:
                return row.but(status=Status.RETURNED, needed=event.needed)
            case PracticeValidated() if row:
                return row.but(
                    status=Status.VALIDATED,
                    level=event.level,
                    notes=event.notes,
                    validated_by=record.actor,
                    validated_on=record.effective_on,
                )
            case PracticePublished() if row:
                return row.but(status=Status.PUBLISHED, published_on=record.effective_on)
            case PracticeWithdrawn() if row:
                return row.but(
                    status=Status.WITHDRAWN,
                    withdrawn_on=record.effective_on,
                    withdrawn_because=record.reason,
                )
        return row


class PublishedPractice(
    View, indexes=("council", "level", "published_on"), scope="public", search=_WORDS
):
    """A published example, for everybody signed in, until it is withdrawn."""

    practice: PracticeRef
    council: CouncilCode
    title: str
    summary: str
    themes: tuple[str, ...]
    policy_themes: tuple[PolicyTheme, ...] = ()
    what_was_done: str
    evidence: str
    level: Evidence
    published_on: date
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        told = isinstance(record.event, (PracticePublished, PracticeWithdrawn))
        return (record.stream,) if told else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, PracticePublished):
            return None
        return cls(
            practice=event.practice,
            council=event.council,
            level=event.level,
            published_on=record.effective_on,
            **dict(event.described),
        )
