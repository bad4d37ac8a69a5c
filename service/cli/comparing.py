"""``casework audit diff``, ``trace`` and ``touched``: what changed, by which events and by whom."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

import click

from domain.kernel import pounds_text
from projections.engine import View
from service.attributing import Cause, is_money, view_named
from service.cli.context import as_at, as_json, installed, reader_for, show
from service.comparing import Comparison, FieldChange, Side, compared
from service.tracing import show_touched, show_trace


def add_comparing(audit: click.Group) -> None:
    """Give the audit commands those that compare and trace."""
    for command in (diff, trace, touched):
        audit.add_command(command)


@click.command("diff")
@click.argument("ref")
@click.option("--from", "since", metavar="WHEN", required=True, help="The first moment.")
@click.option("--to", "until", metavar="WHEN", help="The second moment; now if left out.")
@click.option(
    "--about",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Compare what was known at each moment about this day: of the events recorded by then,"
    " those that are effective by it.",
)
@click.option("--view", "name", metavar="VIEW", help="Where several views have such a row.")
@as_json
def diff(
    ref: str, since: str, until: str | None, about: datetime | None, name: str | None, as_json: bool
) -> None:
    """Compare a row at two moments, field by field, with the events behind each difference.

    REF is a case, grant, council, contract, region or whatever else has a reference. WHEN is a
    date (its end), a date and time, or a position in the log.

    \b
    Without --about, the question is how it stood at each moment.
    With --about 2026-03-31, it is what was known at each moment about
    that day: late entries and corrections are what differs.

    \b
    Example:
      casework audit diff GRANT-0001 --from 2025-06-30 --to 2026-03-31
    """
    with installed() as installation:
        reading = reader_for(installation, None)
        found = compared(reading, ref, since, until, about.date() if about else None, name)
        if as_json:
            show(found, as_json)
            return
        kind = view_named(reading, found.view)
        click.echo(f"{found.view} {found.key}: {_side(found.earlier)} → {_side(found.later)}")
        if about:
            click.echo(f"What was known at each about {about.date().isoformat()}.")
        if found.changes:
            show([line for c in found.changes for line in _changed(kind, c)], as_json=False)
        click.echo(_rest(found))


def _side(side: Side) -> str:
    there = "" if side.exists else ", not there"
    return f"{side.as_at or 'now'} (position {side.position}{there})"


def _rest(found: Comparison) -> str:
    """What the table leaves out."""
    begun = f"Fields that differ: {len(found.changes)}" if found.changes else "Nothing differs"
    return f"{begun}; the same: {found.same}; events in between: {len(found.events)}."


def _changed(view: type[View], change: FieldChange) -> Iterator[dict[str, Any]]:
    """A line for each event that changed a field."""
    for nth, step in enumerate(change.steps):
        yield {
            "field": "" if nth else change.field,
            "before": _told(view, change.field, step.before),
            "after": _told(view, change.field, step.after),
            **_by(step.cause),
        }


def _by(cause: Cause) -> dict[str, Any]:
    return {
        "position": cause.position,
        "event": cause.event or "",
        "said": cause.said or "",
        "by": f"{cause.actor} ({cause.role})" if cause.actor else "",
        "recorded": cause.recorded_at.strftime("%Y-%m-%d %H:%M") if cause.recorded_at else "",
        "effective": cause.effective_on.isoformat() if cause.effective_on else "",
        "reason": cause.reason or "",
    }


def _told(view: type[View], field: str, value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int() if is_money(view, field):
            return pounds_text(value)
        case list():
            return ", ".join(_told(view, field, each) for each in value)
        case Enum():
            return str(value.value)
    return str(value)


@click.command("trace")
@click.argument("view")
@click.argument("key")
@click.argument("field")
@as_at
@as_json
def trace(view: str, key: str, field: str, as_at: str | None, as_json: bool) -> None:
    """List the events that a figure is the sum of, with what each added or took.

    VIEW is a view of the data dictionary, KEY a row's key in it, FIELD one of the row's figures.

    \b
    Example:
      casework audit trace budget-position 2025-26/contracts paid_pence
    """
    with installed() as installation:
        reading = reader_for(installation, as_at)
        found = show_trace(reading=reading, view=view, key=key, field=field)
        if as_json:
            show(found, as_json)
            return
        kind = view_named(reading, found.view)
        lines = [
            {
                "amount": _told(kind, field, part.amount),
                "total": _told(kind, field, part.total),
                **_by(part.cause),
            }
            for part in found.contributions
        ]
        show(lines, as_json=False)
        click.echo(
            f"{found.view} {found.key} {found.field}: {_told(kind, field, found.figure)},"
            f" the sum of {len(lines)} events up to position {found.position}."
        )


@click.command("touched")
@click.argument("position", type=click.IntRange(min=1, max=2**62))
@as_json
def touched(position: int, as_json: bool) -> None:
    """List every row and figure that an event changed, before and after.

    \b
    Example:
      casework audit touched 1200
    """
    with installed() as installation:
        reading = reader_for(installation, None)
        found = show_touched(position=position, reading=reading)
        if as_json:
            show(found, as_json)
            return
        click.echo(f"{found.event}, position {found.position}")
        lines = [
            {
                "view": row.view,
                "key": row.key,
                "field": field.field,
                "before": _told(view_named(reading, row.view), field.field, field.before),
                "after": _told(view_named(reading, row.view), field.field, field.after),
            }
            for row in found.rows
            for field in row.fields
        ]
        show(lines, as_json=False)
        if found.submitted:
            click.echo("\nFigures of submitted returns that it is part of")
            show([figure.model_dump(mode="json") for figure in found.submitted], as_json=False)
