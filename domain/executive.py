"""The progress report to the Executive: issued as at a position, and never altered after that.

The report is made from the record whenever it is read. Issuing one puts on record which position
it was made as at and the hash of what it said, so that each report is compared with the one
before it, and anybody can make it again later and see that it says the same.
"""

from datetime import date
from typing import Self

from pydantic import Field

from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    Event,
    Frozen,
    Line,
    Record,
    Refused,
    ReportRef,
    Sha256,
)

# --- Events ---------------------------------------------------------------------------------


class ExecutiveReportIssued(Event, stream="EXECUTIVE-REPORTS"):
    """The progress report was issued to the Executive, as at a position of the log."""

    says = (
        "{report}, the progress report to the Executive, was issued as at position"
        " {at_position:plain}[, to be compared with {compared_with}]."
    )
    report: ReportRef
    at_position: int
    """The position of the log that it was made as at."""
    tells_of: date
    """The day that it tells of."""
    sha256: Sha256
    """Of what it says, without the names of people: those are looked up when it is made."""
    figures: int
    """How many figures it gives."""
    code_version: Line
    """The code that made it: the same makes it again word for word."""
    compared_with: ReportRef | None = None
    """The report before it."""


# --- What they add up to --------------------------------------------------------------------


class Issued(Frozen):
    """A report that was issued."""

    report: ReportRef
    at_position: int
    issued_on: date


class ExecutiveReports(Aggregate, stream="EXECUTIVE-REPORTS"):
    """The reports that were issued."""

    issued: int = 0
    latest: Issued | None = None

    @property
    def next(self) -> str:
        """The reference of the report to come."""
        return f"REP-{self.issued + 1:04d}"

    def apply(self, record: Record) -> Self:
        event = record.event
        if not isinstance(event, ExecutiveReportIssued):
            return self
        told = Issued(
            report=event.report, at_position=event.at_position, issued_on=record.effective_on
        )
        return self.but(issued=self.issued + 1, latest=told)


# --- Commands -------------------------------------------------------------------------------


class IssueExecutiveReport(Command):
    position: int | None = Field(
        default=None,
        ge=1,
        le=2**62,
        description="A position in the log to take the record as at. Leave it empty for now",
    )


# --- Decisions ------------------------------------------------------------------------------


class ReportContents(Frozen):
    """What a report was found to say, when it was made."""

    at_position: int
    tells_of: date
    sha256: Sha256
    figures: int
    code_version: Line


def may_issue(command: IssueExecutiveReport, reports: ExecutiveReports, head: int) -> int:
    """The position to issue a report as at. Raises Refused for one that can't be.

    A report goes on from the one before it: ``report-goes-back`` refuses one as at an earlier
    moment, ``bad-position`` one beyond the log's end.
    """
    position = command.position or head
    if head == 0 or position > head:
        raise Refused(
            "bad-position",
            f"The record ends at position {head}: issue a report as at one up to it.",
            head=head,
        )
    before = reports.latest
    if before is not None and position <= before.at_position:
        raise Refused(
            "report-goes-back",
            f"{before.report} was issued as at position {before.at_position}: the next one is as"
            " at a later position.",
            before=before.at_position,
            position=position,
        )
    if before is not None and command.on < before.issued_on:
        raise Refused(
            "report-goes-back",
            f"{before.report} was issued on {before.issued_on.isoformat()}: the next one is issued"
            " on that day or later.",
            before=before.issued_on.isoformat(),
        )
    return position


def issue_report(
    command: IssueExecutiveReport,
    reports: ExecutiveReports,
    contents: ReportContents,
    by: Actor,
) -> list[Event]:
    """Put on record that a report was issued, and what it said."""
    may_issue(command, reports, contents.at_position)
    return [
        ExecutiveReportIssued(
            report=reports.next,
            compared_with=reports.latest.report if reports.latest else None,
            **dict(contents),
        )
    ]
