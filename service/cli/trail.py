"""``casework audit trail`` and the queries that a person keeps."""

import asyncio
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import click

from domain.access import User
from projections.audit import JournalRow
from service.audit import (
    FORMATS,
    QueryToSave,
    journal,
    look_at,
    remove_saved_query,
    save_query,
)
from service.cli.context import (
    as_at,
    as_json,
    as_user,
    desk_for,
    fail,
    installed,
    reader_for,
    show,
)
from service.desk import Reader
from service.filters import Filters
from service.following import Look, follow
from service.installation import Installation
from service.saved_queries import saved, saved_as
from service.telling import sentence

F = TypeVar("F", bound=Callable[..., Any])


def add_trail(audit: click.Group) -> None:
    """Give the audit commands the trail and the saved queries."""
    for command in (trail, queries):
        audit.add_command(command)


def by_filters(command: F) -> F:
    """Give a command an option for each filter of the trail."""
    for name, field in reversed(Filters.model_fields.items()):
        several = name == "event"
        said = f"{field.description}; may be repeated" if several else field.description
        option = click.option(f"--{name.replace('_', '-')}", name, multiple=several, help=said)
        command = option(command)
    return command


def _given(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value}


@click.command("trail")
@by_filters
@click.option("--saved", metavar="NAME", help="The filters that USER keeps under this name.")
@click.option(
    "--from-position",
    type=click.IntRange(0, 2**62),
    help="Only events after this position of the log: to resume.",
)
@click.option("--follow", "following", is_flag=True, help="Stay, and print what is recorded next.")
@click.option("--format", "format_", type=click.Choice(["table", *FORMATS]), default="table")
@as_user
@as_at
def trail(
    saved: str | None,
    from_position: int | None,
    following: bool,
    format_: str,
    acting: str | None,
    as_at: str | None,
    **filters: Any,
) -> None:
    """Print the events, one a line.

    With --follow it prints what is recorded from now on, or after --from-position, until Ctrl-C.
    With --as it shows what USER may see.

    \b
    Example:
      casework audit trail --grant GRANT-0001 --format jsonl
    """
    with installed() as installation:
        asked = _given(filters)
        user = desk_for(installation, acting).user if acting or saved else None
        if saved and user:
            asked = saved_as(installation.store.datastore, user.user, saved).filters | asked
        chosen = Filters(**asked)
        if following:
            if as_at:
                fail("the past does not go on: leave out --as-at to follow")
            after = installation.store.head() if from_position is None else from_position
            with suppress(KeyboardInterrupt):
                asyncio.run(_follow(installation, user, chosen, after, format_))
            return
        reader = reader_for(installation, as_at, user=user)
        _print(reader, chosen, from_position or 0, format_)


def _print(reader: Reader, filters: Filters, after: int, format_: str) -> None:
    if format_ == "table":
        rows = journal(reader, filters.where(), after, **filters.ranges())
        show([_line(row) for row in rows], as_json=False)
        return
    written = FORMATS[format_]
    click.echo(written.head, nl=False)
    for part in look_at(reader, filters, after).parts:
        click.echo(written.text(part), nl=False)


async def _follow(
    installation: Installation, user: User | None, filters: Filters, after: int, format_: str
) -> None:
    def look(after: int) -> Look | None:
        if _nobody_reads():
            return None
        return look_at(reader_for(installation, None, user=user), filters, after)

    written = FORMATS.get(format_)
    click.echo(written.head if written else "", nl=False)
    async for part in follow(installation, look, after):
        if written:
            click.echo(written.text(part), nl=False)
            continue
        for row in part:
            position, *rest = map(str, _line(row).values())
            click.echo("  ".join((position.ljust(8), *rest)).rstrip())


def _nobody_reads() -> bool:
    """Whether this prints into a pipe that its reader has closed, as `head` does."""
    try:
        pipe = select.poll()
        pipe.register(sys.stdout, 0)
    except (AttributeError, OSError, ValueError):
        return False  # Not a file of the system's own, or a system without poll.
    return any(told & select.POLLERR for _, told in pipe.poll(0))


def _line(row: JournalRow) -> dict[str, Any]:
    return {
        "position": row.position,
        "recorded": row.recorded_at.strftime("%Y-%m-%d %H:%M:%S"),
        "effective": row.effective_on.isoformat(),
        "stream": row.stream,
        "event": row.event,
        "said": sentence(row),
        "actor": f"{row.actor} ({row.role})",
        "reason": row.reason or "",
    }


# --- Saved queries --------------------------------------------------------------------------


@click.group()
def queries() -> None:
    """Filters of the trail that a person keeps under a name."""


@queries.command("list")
@as_user
@as_json
def list_(acting: str | None, as_json: bool) -> None:
    """Print the queries that USER keeps.

    \b
    Example:
      casework audit queries list --as auditor
    """
    with installed() as installation:
        user = desk_for(installation, acting).user.user
        found = saved(installation.store.datastore, user)
        if as_json:
            show([query.model_dump(mode="json") for query in found], as_json)
        else:
            show([{"name": query.name, "filters": _told(query.filters)} for query in found], False)


def _told(filters: dict[str, Any]) -> str:
    return " ".join(
        f"--{name.replace('_', '-')} {value if isinstance(value, str) else ','.join(value)}"
        for name, value in filters.items()
    )


@queries.command("save")
@click.argument("name")
@by_filters
@as_user
def save_(name: str, acting: str | None, **filters: Any) -> None:
    """Keep filters of the trail under NAME, for USER alone.

    \b
    Example:
      casework audit queries save "Approvals of grants" --event GrantApproved --as auditor
    """
    with installed() as installation:
        desk = desk_for(installation, acting)
        save_query(body=QueryToSave(name=name, filters=Filters(**_given(filters))), desk=desk)


@queries.command("remove")
@click.argument("name")
@as_user
def remove_(name: str, acting: str | None) -> None:
    """Keep the query NAME of USER no longer.

    \b
    Example:
      casework audit queries remove "Approvals of grants" --as auditor
    """
    with installed() as installation:
        remove_saved_query(name=name, desk=desk_for(installation, acting))
