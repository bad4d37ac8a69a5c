"""The report to the Executive over HTTP: as at any moment, in every form, and issued."""

from typing import Annotated

from fastapi import Path
from fastapi.responses import Response

from domain.executive import (
    ExecutiveReports,
    IssueExecutiveReport,
    ReportContents,
    issue_report,
    may_issue,
)
from domain.kernel import Frozen, ReportRef
from projections.executive import ExecutiveReportRow
from service.desk import AtDesk, Page, Reader, Reading, Receipt, command, query, router_for
from service.executive.report import Report, report_of, said
from service.executive.sources import FigureSource, figure_of, figure_source
from service.identity import Person
from service.returns.making import code_version
from service.writing import FORMS, form_named, written
from service.writing.markdown import markdown

router = router_for("reports")
FigureName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,119}$")]


# --- Issuing --------------------------------------------------------------------------------


@command(router, "/reports", needs="report.issue", cli="report issue")
def issue_an_executive_report(command: IssueExecutiveReport, desk: AtDesk) -> Receipt:
    """Issue the progress report to the Executive."""
    actor, reports = desk.acting(), desk.load(ExecutiveReports())
    position = may_issue(command, reports, desk.store.head())
    desk.fill_in(position=position)
    person = Person(user=desk.user, channel=desk.channel)
    reading = Reader(desk.installation, person, as_at=str(position)).under("report.read")
    sha256, figures = said(reading)
    contents = ReportContents(
        at_position=position,
        tells_of=reading.moment.on,
        sha256=sha256,
        figures=figures,
        code_version=code_version(),
    )
    events = issue_report(command, reports, contents, actor)
    return desk.record(command, events, reports, told={"id": reports.next, "at_position": position})


# --- Reading --------------------------------------------------------------------------------


class FigureLine(Frozen):
    """A figure of the report."""

    name: str
    label: str
    value: int
    """In pence where it is money, in half-days where it is time."""
    said: str
    """As the report writes it."""
    was: int | None = None
    """In the last report."""


class ExecutiveReport(Frozen):
    """The report as at a moment: its text and every figure that it gives."""

    title: str
    position: int
    on: str
    compared_with: ReportRef | None
    figures: list[FigureLine]
    text: str
    """As Markdown."""


class IssuedReport(Frozen):
    """A report that was issued, made again from the log."""

    issued: ExecutiveReportRow
    sha256_now: str
    """Of what today's code makes of the same position."""
    same: bool
    said: str
    """In a sentence."""


@query(router, "/reports", needs="report.read")
def list_reports(reading: Reading) -> Page[ExecutiveReportRow]:
    """The reports that were issued to the Executive, the latest first."""
    return reading.page(ExecutiveReportRow, order="-report")


@query(router, "/reports/executive", needs="report.read")
def show_executive_report(reading: Reading) -> ExecutiveReport:
    """The progress report to the Executive as at a moment, with every figure that it gives."""
    found = report_of(reading)
    return ExecutiveReport(
        title=found.paper.title,
        position=reading.moment.position,
        on=found.paper.on.isoformat(),
        compared_with=found.compared_with.report if found.compared_with else None,
        figures=[
            FigureLine(
                name=figure.name,
                label=figure.label,
                value=figure.value,
                said=figure.unit.told(figure.value),
                was=found.was(figure.name),
            )
            for figure in found.figures.values()
        ],
        text=markdown(found.paper).decode(),
    )


@query(router, "/reports/executive/figures/{name}", needs="report.read")
def show_report_figure(name: FigureName, reading: Reading) -> FigureSource:
    """A figure of the report as at a moment, with the events that it is the sum of."""
    return figure_source(reading, figure_of(reading, name))


@query(router, "/reports/executive/files/{form}", needs="report.read")
def download_executive_report(
    form: Annotated[str, Path(description=f"One of {', '.join(FORMS)}")], reading: Reading
) -> Response:
    """The progress report to the Executive as a file."""
    chosen, found = form_named(form), report_of(reading)
    name = file_name(found, reading, chosen.ending)
    return Response(
        written(found.paper, form),
        media_type=chosen.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def file_name(found: Report, reading: Reader, ending: str) -> str:
    """What a download is called: what it is, and as at when."""
    day = found.paper.on.isoformat()
    return f"report-to-the-executive-{day}-{reading.moment.position}.{ending}"


@query(router, "/reports/{report}", needs="report.read")
def show_issued_report(report: ReportRef, reading: Reading) -> IssuedReport:
    """A report that was issued, and whether the log still makes the same of it."""
    return issued(reading, reading.item(ExecutiveReportRow, report))


def reading_of(reading: Reader, row: ExecutiveReportRow) -> Reader:
    """The look at the record that an issued report was made with."""
    return reading.at(str(row.at_position), on=row.tells_of)


def issued(reading: Reader, row: ExecutiveReportRow) -> IssuedReport:
    """An issued report, made again."""
    now, _ = said(reading_of(reading, row))
    version = code_version()
    if now == row.sha256:
        found = "Today's code makes the same report, word for word, from the log."
    elif version != row.code_version:
        found = f"It was made by {row.code_version}; today's code, {version}, words it otherwise."
    else:
        found = "The same code makes another report of it: verify the log (casework audit verify)."
    return IssuedReport(issued=row, sha256_now=now, same=now == row.sha256, said=found)
