"""The register of progress reports that were issued to the Executive."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.executive import ExecutiveReportIssued
from domain.kernel import Record, ReportRef
from projections.engine import View


class ExecutiveReportRow(View, indexes=("issued_on",), search=("report",), scope="programme"):
    """A progress report that was issued to the Executive."""

    report: ReportRef
    at_position: int
    """The position of the log that it was made as at."""
    tells_of: date
    """The day that it tells of."""
    sha256: str
    """Of what it says, without the names of people."""
    figures: int
    code_version: str
    compared_with: ReportRef | None = None
    """The report before it."""
    issued_by: str
    issued_on: date
    issued_position: int
    """Where the log says so: a checkpoint that covers it vouches for the report."""

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (event.report,) if isinstance(event, ExecutiveReportIssued) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, ExecutiveReportIssued):
            return row
        return cls(
            issued_by=record.actor,
            issued_on=record.effective_on,
            issued_position=record.position,
            **dict(event),
        )
