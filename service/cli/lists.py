"""Every list of the pages on the command line: filtered and sorted as there, or as its CSV."""

import csv
import sys
from collections.abc import Callable
from itertools import chain, islice

import click

from service.cli.context import as_at, as_json, desk_for, installed, reader_for, show
from service.cli.views import CONFIDENTIAL, as_reader
from service.lists.every import LISTS
from service.lists.listing import Filter, Listing, asked_of
from service.lists.routes import cells_of


@click.group("list")
def lists() -> None:
    """Look at a list as its page shows it, as at any moment: filtered, sorted, or as CSV."""


def _option(found: Filter) -> click.Option:
    hint = "A day, like 2026-03-31." if found.day else found.hint
    return click.Option([f"--{found.name.replace('_', '-')}", found.name], help=hint or found.label)


def _command(listing: Listing) -> click.Command:
    params: list[click.Parameter] = [_option(each) for each in listing.filters]
    params += [
        click.Option(
            ["--sort"],
            type=click.Choice([way + field for field in listing.sorts() for way in ("", "-")]),
            metavar="COLUMN",
            help=f"{', '.join(listing.sorts())}; with a hyphen before it, the other way.",
        ),
        click.Option(["--limit"], type=click.IntRange(1), default=1000, show_default=True),
        click.Option(["--csv", "as_csv"], is_flag=True, help="As the page's CSV, every row."),
    ]
    example = f"casework list {listing.name} --sort {listing.sorts()[0]} --as-at 2026-03-31"
    made = click.Command(
        listing.name,
        params=params,
        callback=_callback(listing),
        help=f"{listing.title}, as the page shows them.\n\n\b\nExample:\n  {example}",
        short_help=f"{listing.title}.",
    )
    return as_reader(as_at(as_json(made)))


def _callback(listing: Listing) -> Callable[..., None]:
    def run(
        as_at: str | None,
        as_json: bool,
        reader: str | None,
        sort: str | None,
        limit: int,
        as_csv: bool,
        **given: str | None,
    ) -> None:
        with installed() as installation:
            user = desk_for(installation, reader).user if reader else None
            reading = reader_for(installation, as_at, listing.needs, user)
            reading.sort = sort
            asked = asked_of(listing, reading, {k: v for k, v in given.items() if v is not None})
            heads = [column.heading for column in listing.columns]
            rows = cells_of(asked, reading)
            if as_csv:
                csv.writer(sys.stdout).writerows(chain([heads], rows))
                return
            part = list(islice(rows, limit + 1))
            show([dict(zip(heads, row, strict=True)) for row in part[:limit]], as_json)
            if len(part) > limit and not as_json:
                click.echo(f"… the first {limit}; --limit shows more.")

    return run


for _listing in LISTS:
    if _listing.needs not in CONFIDENTIAL:
        lists.add_command(_command(_listing))
