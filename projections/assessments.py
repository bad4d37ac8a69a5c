"""Self-assessments as people see them: what a council says of itself, and what peers put to it."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.assessments import (
    AssessmentEvent,
    ChallengeReceived,
    SelfAssessmentRevised,
    SelfAssessmentShared,
    SelfAssessmentSubmitted,
    ThemeAssessed,
)
from domain.councils import Region
from domain.kernel import CouncilCode, FinancialYear, Frozen, Record
from projections.engine import View


class Put(Frozen):
    """What peers put to a council."""

    on: date
    challenge: str | None = None
    from_council: str | None = None
    points: tuple[str, ...]
    edition: int
    """Which edition it was put to: the next one answers it."""


class Edition(Frozen):
    """An edition of a self-assessment, and why it is not the one before."""

    edition: int
    on: date
    what_changed: str = ""
    reason: str | None = None
    themes: tuple[ThemeAssessed, ...]
    document: str | None = None


class AssessmentRow(View, indexes=("council", "year", "region"), scope="council"):
    """A self-assessment: its editions, whom it is open to and what was put to the council."""

    assessment: str
    council: CouncilCode
    year: FinancialYear
    region: Region
    themes: tuple[ThemeAssessed, ...]
    """Of the edition that stands."""
    submitted_on: date
    revised_on: date | None = None
    edition: int = 1
    editions: tuple[Edition, ...]
    document: str | None = None
    shared_with: tuple[CouncilCode, ...] = ()
    shared_on: date | None = None
    """When it was first shared."""
    received: tuple[Put, ...] = ()
    version: int = 0

    @property
    def unanswered(self) -> tuple[Put, ...]:
        """What was put to the edition that stands."""
        return tuple(put for put in self.received if put.edition == self.edition)

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (event.stream,) if isinstance(event, AssessmentEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event, on = record.event, record.effective_on
        match event:
            case SelfAssessmentSubmitted():
                first = Edition(edition=1, on=on, themes=event.themes, document=event.document)
                return cls(
                    assessment=key,
                    submitted_on=on,
                    editions=(first,),
                    **event.model_dump(),
                )
            case SelfAssessmentRevised() if row:
                told = event.model_dump(include={"edition", "what_changed", "themes", "document"})
                edition = Edition(on=on, reason=record.reason, **told)
                return row.but(
                    themes=event.themes,
                    document=event.document,
                    edition=event.edition,
                    revised_on=on,
                    editions=(*row.editions, edition),
                )
            case SelfAssessmentShared() if row:
                return row.but(
                    shared_with=tuple(sorted({*row.shared_with, *event.shared_with})),
                    shared_on=row.shared_on or on,
                )
            case ChallengeReceived() if row:
                told = event.model_dump(include={"challenge", "from_council", "points"})
                put = Put(on=on, edition=row.edition, **told)
                return row.but(received=(*row.received, put))
        return row


class SharedAssessment(View, indexes=("council", "assessment", "year"), scope="council"):
    """That a self-assessment is open to a council: what the council may read besides its own."""

    assessment: str
    owner: CouncilCode
    """Whose self-assessment it is."""
    council: CouncilCode
    """Whom it is open to."""
    year: FinancialYear
    shared_on: date

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        if not isinstance(event, SelfAssessmentShared):
            return ()
        return tuple(f"{event.stream}/{reader}" for reader in event.shared_with)

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if row or not isinstance(event, SelfAssessmentShared):
            return row
        return cls(
            assessment=event.stream,
            owner=event.council,
            council=key.rpartition("/")[2],
            year=event.year,
            shared_on=record.effective_on,
        )
