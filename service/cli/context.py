"""What the command line's commands share: the installation, who acts, and how results are shown."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import click
import psycopg
from eventsourcing.persistence import PersistenceError
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.table import Table

from domain.access import Holding, Role, User
from domain.kernel import Refused
from service.desk import Desk, Reader, forbidden
from service.identity import Person
from service.installation import Installation, open_installation
from service.invalid import place, what_to_do
from service.logs import set_up_logging
from service.settings import Settings

as_user = click.option(
    "--as", "acting", envvar="CASEWORK_USER", metavar="USER", help="Who acts, or CASEWORK_USER."
)
as_at = click.option(
    "--as-at",
    metavar="WHEN",
    help="A date, a date-time, a log position, or position@date; now if left out.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

_PIPED_WIDTH = 160
"""Columns of what is not printed on a terminal: a file or another program takes long lines."""


def fail(sentence: str) -> NoReturn:
    """Say in one line what is wrong and stop with status 1."""
    click.echo(f"casework: {sentence}", err=True)
    sys.exit(1)


@contextmanager
def installed() -> Iterator[Installation]:
    """The installation of the environment, with refusals told in one line."""
    try:
        settings = Settings()
        set_up_logging(settings)
        with open_installation(settings) as installation:
            yield installation
    except Refused as refusal:
        values = ", ".join(f"{k}: {v}" for k, v in refusal.values.items())
        fail(f"{refusal.sentence}{f' ({values})' if values else ''} [{refusal.code}]")
    except (psycopg.OperationalError, PersistenceError) as away:
        said = " ".join(str(away).split())
        fail(f"the database does not answer: {said} Check CASEWORK_DATABASE_URL.")
    except BrokenPipeError:
        raise  # Whoever read has had enough, as `head` does: click ends quietly.
    except OSError as unusable:
        fail(f"{unusable.filename or 'a file'} can't be used: {unusable.strerror or unusable}")
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = ".".join(place(first)) or "input"
        if invalid.title == Settings.__name__:
            where = f"CASEWORK_{where.upper()}"
        fail(f"{where}: {what_to_do(first)}")


def desk_for(installation: Installation, user: str | None, key: str | None = None) -> Desk:
    """The desk of the user that the command line acts as, the views being up with the log."""
    installation.follower.catch_up_unless_led()
    if not user:
        fail("say who acts: --as USER, or set CASEWORK_USER")
    found = installation.store.load(User(user=user))
    if not found.active:
        fail(f"{user} is not an active user: invite them first")
    return Desk(installation, found, channel="cli", key=key)


_KEEPER = User(user="keeper", active=True, holdings=(Holding(number=0, role=Role.AUDITOR),))


def reader_for(
    installation: Installation,
    when: str | None,
    needs: str = "audit.read",
    user: User | None = None,
) -> Reader:
    """Reading needs no user: whoever can reach the database reads as an auditor does.

    A user who is named reads as far as their own roles go.
    """
    installation.follower.catch_up_unless_led()
    reader = Reader(installation, Person(user=user or _KEEPER, channel="cli"), as_at=when)
    reader.needs = needs
    if not reader.sees(needs):
        raise forbidden(needs)
    return reader


def show(result: BaseModel | Mapping[str, Any] | Sequence[Any], as_json: bool) -> None:
    """Print a result: JSON for programs, a table or a list of its fields for people."""
    plain = _plain(result)
    if as_json:
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    if isinstance(plain, list):
        console.print(_table(plain) if plain else "Nothing.")
        return
    for name, value in plain.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            console.print(f"{name}:")
            console.print(_table(value))
        else:
            text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
            label = name.removesuffix("_pence").replace("_", " ")
            console.print(f"{label}: {_text(name, text)}", highlight=False, markup=False)


def _plain(result: Any) -> Any:
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    if isinstance(result, Mapping):
        return dict(result)
    return [_plain(each) for each in result]


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = [c for c in rows[0] if not isinstance(rows[0][c], (dict, list))]
    for column in columns:
        table.add_column(column.removesuffix("_pence").replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_text(column, row.get(column)) for column in columns))
    return table


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_pence") and isinstance(value, int):
        return f"{value / 100:,.2f}"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)
