"""``casework report``: the progress report to the Executive."""

from pathlib import Path

import click

from projections.executive import ExecutiveReportRow
from service.cli.context import as_at, as_json, installed, reader_for, show
from service.disk import put_file
from service.executive.report import report_of
from service.executive.routes import issued
from service.executive.sources import figure_of, figure_source
from service.writing import FORMS, written


def add_reports(group: click.Group) -> None:
    """Give the commands on reports what their twins can't do."""
    reports = group.commands["report"]
    if not isinstance(reports, click.Group):
        raise TypeError("report is no group")
    reports.help = "The progress report to the Executive."
    for command in (executive, figure, list_, show_):
        reports.add_command(command)


@click.command("executive")
@as_at
@click.option("--format", "form", type=click.Choice(list(FORMS)), required=True, help="The form.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@as_json
def executive(as_at: str | None, form: str, out: Path, as_json: bool) -> None:
    """Write the progress report to the Executive as at a moment: HTML, Word, PDF or Markdown.

    It compares with the report that was issued before that moment; each figure has a note that
    leads to its events. The file appears whole or not at all.

    \b
    Example:
      casework report executive --as-at 2026-03-31 --format pdf --out report.pdf
    """
    with installed() as installation:
        reading = reader_for(installation, as_at, "report.read")
        found = report_of(reading)
        content = written(found.paper, form)
        with put_file(out) as file:
            file.write(content)
        show(
            {
                "position": reading.moment.position,
                "on": found.paper.on.isoformat(),
                "compared_with": found.compared_with.report if found.compared_with else None,
                "figures": len(found.figures),
                "bytes": len(content),
                "file": str(out),
            },
            as_json,
        )


@click.command("figure")
@click.argument("name")
@as_at
@as_json
def figure(name: str, as_at: str | None, as_json: bool) -> None:
    """Show a figure of the report with the events that it is the sum of.

    \b
    Example:
      casework report figure cases-open --as-at 2026-03-31
    """
    with installed() as installation:
        reading = reader_for(installation, as_at, "report.read")
        found = figure_source(reading, figure_of(reading, name))
        if as_json:
            show(found, as_json)
            return
        click.echo(f"{found.label}: {found.said}, as at position {found.position:,}.\n")
        show(
            [
                {
                    "position": line.cause.position,
                    "event": line.cause.event,
                    "stream": line.cause.stream,
                    "by": line.cause.actor,
                    "adds": line.amount,
                    "total": line.total,
                }
                for line in found.contributions
            ],
            as_json,
        )


@click.command("list")
@as_at
@as_json
def list_(as_at: str | None, as_json: bool) -> None:
    """List the reports that were issued to the Executive.

    \b
    Example:
      casework report list
    """
    with installed() as installation:
        rows = reader_for(installation, as_at, "report.read").all(ExecutiveReportRow, order="key")
        columns = ("report", "tells_of", "at_position", "figures", "issued_by", "issued_on")
        show([{c: row.model_dump(mode="json")[c] for c in columns} for row in rows], as_json)


@click.command("show")
@click.argument("report", metavar="ID")
@as_json
def show_(report: str, as_json: bool) -> None:
    """Show a report that was issued, and whether the log still makes the same of it.

    \b
    Example:
      casework report show REP-0001
    """
    with installed() as installation:
        reading = reader_for(installation, None, "report.read")
        found = issued(reading, reading.item(ExecutiveReportRow, report))
        told = found.model_dump(mode="json")
        show(told if as_json else {**told.pop("issued"), **told}, as_json)
