"""The register of returns to the department."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.kernel import FinancialYear, Record, ReturnRef
from domain.reporting import (
    DfeReturn,
    ReturnEvent,
    ReturnFile,
    ReturnKind,
    ReturnPrepared,
    ReturnReviewed,
    ReturnSentBack,
    ReturnStatus,
    ReturnSubmitted,
    ReturnSuperseded,
    period_quarter,
    period_year,
)
from projections.engine import View


class ReturnRow(
    View,
    indexes=("kind", "period", "year", "status"),
    search=("dfe_return", "kind", "period", "year"),
    scope="programme",
):
    """A return to the department: what it covers, how far it has come, who did what."""

    dfe_return: ReturnRef
    kind: ReturnKind
    period: str
    year: FinancialYear
    quarter: int | None = None
    first_day: date
    last_day: date
    at_position: int
    """The position of the log that its figures are as at."""
    status: ReturnStatus = ReturnStatus.PREPARED
    """prepared, reviewed, sent back, submitted, superseded"""
    sha256: str
    """Of the list of its files with their hashes."""
    figures: int
    suppressed: int
    code_version: str
    files: tuple[ReturnFile, ...]
    prepared_by: str
    prepared_on: date
    prepared_because: str | None = None
    prepared_position: int
    """Where the log says so: a checkpoint that covers it vouches for the return."""
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    sent_back_by: str | None = None
    sent_back_because: str | None = None
    submitted_by: str | None = None
    submitted_on: date | None = None
    statement: str | None = None
    """What the certifying person put their name to."""
    superseded_by: ReturnRef | None = None
    superseded_because: str | None = None
    state: DfeReturn
    version: int = 0

    @property
    def submitted(self) -> bool:
        """Whether the department has it: it stands, or stood until it was superseded."""
        return self.status in (ReturnStatus.SUBMITTED, ReturnStatus.SUPERSEDED)

    @property
    def waits_for(self) -> str:
        """What is to be done next, and by whom; nothing once it is done with."""
        match self.status:
            case ReturnStatus.PREPARED:
                return f"a review, by another person than {self.prepared_by}"
            case ReturnStatus.REVIEWED:
                return f"certifying and submitting, by another person than {self.prepared_by}"
            case ReturnStatus.SENT_BACK:
                return f"preparing anew, by {self.prepared_by} or a colleague"
        return ""

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, ReturnEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, ReturnPrepared):
            row = cls(
                year=period_year(event.period),
                quarter=period_quarter(event.period),
                prepared_by=record.actor,
                prepared_on=record.effective_on,
                prepared_because=record.reason,
                prepared_position=record.position,
                state=DfeReturn(dfe_return=event.dfe_return),
                **dict(event),
            )
        if row is None:
            return None
        state = row.state.apply(record).but(version=record.version)
        return row._with(record).but(state=state, status=state.status)

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case ReturnReviewed():
                return self.but(reviewed_by=record.actor, reviewed_on=record.effective_on)
            case ReturnSentBack():
                return self.but(sent_back_by=record.actor, sent_back_because=record.reason)
            case ReturnSubmitted():
                return self.but(
                    submitted_by=record.actor,
                    submitted_on=record.effective_on,
                    statement=event.statement,
                )
            case ReturnSuperseded():
                return self.but(superseded_by=event.by, superseded_because=event.reason)
        return self
