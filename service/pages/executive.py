"""The report to the Executive: the register, the report as at any moment, and each figure."""

from fastapi import Request
from fastapi.responses import Response

from projections.executive import ExecutiveReportRow
from service.attributing import name_of
from service.desk import Reading, Router, page
from service.executive.report import report_of
from service.executive.routes import FigureName, issued, reading_of
from service.executive.sources import figure_of, figure_source
from service.lists.access import REPORTS
from service.opening.words import noun_of
from service.pages.opens import Opens
from service.pages.render import listed, render
from service.writing import FORMS
from service.writing.page import page_part

router = Router()
_LINES = 500
"""As many events as a figure's page lists; those before them are one line with their sum."""


@page(router, "/reports", needs="report.read")
def report_register(request: Request, reading: Reading) -> Response:
    """The reports that were issued, and the way to the report as at any moment."""
    return listed(request, "reports/reports.html", reading, REPORTS)


@page(router, "/reports/executive", needs="report.read")
def executive_report(request: Request, reading: Reading) -> Response:
    """The report as at the moment looked at, and its files."""
    found = report_of(reading, base="")
    return render(
        request,
        "reports/executive.html",
        reading=reading,
        paper=page_part(found.paper, Opens(reading.moment).cell),
        forms=FORMS,
    )


@page(router, "/reports/executive/figures/{name}", needs="report.read")
def report_figure(request: Request, name: FigureName, reading: Reading) -> Response:
    """A figure of the report, the lines of the record that it sums, and their events."""
    figure = figure_of(reading, name)
    found, unit = figure_source(reading, figure), figure.unit
    shown = found.contributions[-_LINES:]
    left = found.contributions[: len(found.contributions) - len(shown)]
    return render(
        request,
        "reports/figure.html",
        reading=reading,
        found=found,
        lines=[(c.cause, unit.exact(int(c.amount)), unit.exact(int(c.total))) for c in shown],
        before=(len(left), unit.exact(int(left[-1].total))) if left else None,
        exact=unit.exact,
        noun=noun_of(name_of(figure.view)),
    )


@page(router, "/reports/{report}", needs="report.read")
def issued_report(request: Request, report: str, reading: Reading) -> Response:
    """A report that was issued, as it was made, and whether the log still makes the same."""
    row = reading.item(ExecutiveReportRow, report)
    then = reading_of(reading, row)
    found = report_of(then, base="")
    return render(
        request,
        "reports/issued.html",
        reading=reading,
        row=row,
        again=issued(reading, row),
        paper=page_part(found.paper, Opens(then.moment).cell),
        forms=FORMS,
    )
