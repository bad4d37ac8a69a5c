"""The reference pages of docs/, written from the code: ``make docs``.

Events, views, permissions and commands are documented where they are declared; these pages only
lay that out, so that they can't say otherwise than the product does.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import click

import projections  # noqa: F401 - completes the views
from domain.access import ALL_PERMISSIONS, PERMISSIONS, Role
from domain.kernel import Event
from projections.engine import View
from service.cli.analysts import analysts
from service.cli.main import main
from service.cli.markdown import table
from service.desk import Routes

T = TypeVar("T", bound=type)

_WRITTEN = "<!-- Written by `make docs` from the code: change it there. -->"


def _area(thing: type) -> str:
    """The area that a class belongs to: the second part of its module."""
    return thing.__module__.split(".")[1]


def _sentence(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _by_area(things: Iterable[T]) -> Iterator[tuple[str, list[T]]]:
    for area, found in groupby(sorted(things, key=lambda t: (_area(t), t.__name__)), _area):
        yield area, list(found)


def events() -> Iterator[str]:
    """Every event: what it says, its stream and its fields."""
    yield "# Events"
    yield "\nEvery fact that the log can hold, by area. Names are as stored: they never change."
    yield (
        "\nAs it is told, an event's own values stand in the braces; what is in brackets is left"
        " out where there is nothing to tell, or what follows the bar is told instead."
    )
    for area, kinds in _by_area(Event.catalogue.values()):
        yield f"\n## {area.capitalize()}\n"
        yield from table(
            ("event", "what happened", "as it is told", "stream", "fields"),
            (
                (
                    f"`{kind.__name__}`",
                    _sentence(kind),
                    f"`{kind.says}`",
                    f"`{kind.stream_pattern}`",
                    ", ".join(f"`{name}`" for name in kind.model_fields),
                )
                for kind in kinds
            ),
        )


def data_dictionary() -> Iterator[str]:
    """Every view: what a row is, who may see it, and its columns with their types."""
    yield "# Data dictionary"
    yield (
        "\nThe views as they are kept, in the schema `views`; analysts have a schema of their own"
        " ([SQL for analysts](analysts.md)). Beside its own columns"
        " each has `key`, and `from_position` and `to_position`, between which a row version"
        " held: the rows as at a position are those `where lifetime @> position::bigint`, and"
        " today's are those with `to_position is null`. Amounts are integer pence, time given by"
        " peers is in half-days, moments are UTC. `event_log`, in the public schema, is the log"
        " itself as typed columns and the payload as jsonb."
    )
    for area, views in _by_area(v for v in View.all if v.__module__.startswith("projections.")):
        yield f"\n## {area.capitalize()}"
        for view in views:
            yield f"\n### `views.{view.table}`\n"
            yield f"{_sentence(view)} Scope: {view.scope}.\n"
            yield from table(
                ("column", "type", "meaning"),
                (
                    (
                        f"`{name}`",
                        kind,
                        " ".join((view.model_fields[name].description or "").split()),
                    )
                    for name, kind in view.columns.items()
                ),
            )


def permissions() -> Iterator[str]:
    """Which role may do what, and which routes each permission opens."""
    yield "# Roles and permissions"
    yield (
        "\nA role is granted by an event, with its scope (a region, a council or a peer) and for"
        " an approver with a limit. One function, `domain.access.may`, answers whether somebody"
        " may do something to something; every route declares the permission that it needs."
    )
    yield "\n"
    roles = list(Role)
    yield from table(
        ("permission", *(role.value for role in roles)),
        (
            (f"`{permission}`", *("yes" if permission in PERMISSIONS[r] else "" for r in roles))
            for permission in sorted(ALL_PERMISSIONS)
        ),
    )
    yield "\n## What each route needs\n"
    yield from table(
        ("route", "needs"),
        (
            (f"`{method} {path}`", f"`{needs}`")
            for (method, path), needs in sorted(Routes.needs.items(), key=lambda r: r[0][::-1])
        ),
    )


def command_line() -> Iterator[str]:
    """Every command of the command line."""
    yield "# Command line"
    yield "\n`casework COMMAND --help` tells the options of each, with an example.\n"
    yield from table(
        ("command", "does"),
        ((f"`{name}`", command.get_short_help_str(200)) for name, command in commands_of(main)),
    )


def commands_of(group: click.Group, name: str = "casework") -> Iterator[tuple[str, click.Command]]:
    """Every command of the command line with its whole name."""
    for part, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{name} {part}")
        else:
            yield f"{name} {part}", command


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "events.md": events,
    "data-dictionary.md": data_dictionary,
    "permissions.md": permissions,
    "command-line.md": command_line,
    "analysts.md": analysts,
}


def written() -> dict[str, str]:
    """Every reference page as it should be, by its file's name."""
    return {name: "\n".join((_WRITTEN, "", *page(), "")) for name, page in PAGES.items()}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for name, text in written().items():
        (folder / name).write_text(text)
