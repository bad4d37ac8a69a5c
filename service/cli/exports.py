"""``casework export``: registers as files, put in their place once they are whole."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from service.cli.context import as_at, as_json, installed, reader_for, show
from service.exports import REGISTERS, Format, Register, formats_of, make, put
from service.exports.making import Told


@click.group()
def export() -> None:
    """Registers as files for spreadsheets, programs and the public, as at any moment."""


def _command(register: Register) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(
            ["--format", "form"],
            type=click.Choice([form.value for form in formats_of(register)]),
            default="csv",
            show_default=True,
        ),
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path, dir_okay=False),
            required=True,
            help="Where to put it: replaced only once the new file is whole.",
        ),
    ]
    name = register.name
    made = click.Command(
        name,
        params=options,
        callback=_callback(register),
        help=f"{register.title}. {register.told}\n\n\b\nExample:\n"
        f"  casework export {name} --format xlsx --out {name}.xlsx --as-at 2026-03-31",
        short_help=f"{register.title}.",
    )
    return as_at(as_json(made))


def _callback(register: Register) -> Callable[..., None]:
    def run(form: str, out: Path, as_at: str | None, as_json: bool) -> None:
        with installed() as installation, ended_by_signals(), _bar(register.title) as told:
            reading = reader_for(installation, as_at, register.needs)
            made, size, sha256 = put(
                out, lambda file: make(reading, register, Format(form), file, told)
            )
        position = made.about.position
        if not as_json:
            click.echo(f"{out}: {made.rows:,} rows, {size:,} bytes, as at position {position}.")
            return
        show(
            {
                "register": register.name,
                "format": form,
                "file": str(out),
                "rows": made.rows,
                "bytes": size,
                "sha256": sha256,
                "position": position,
            },
            as_json=True,
        )

    return run


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let whoever stops the process by a signal find nothing half done."""

    def end(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {told: signal.signal(told, end) for told in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for told, handler in before.items():
            signal.signal(told, handler)


@contextmanager
def _bar(title: str) -> Iterator[Told]:
    """A progress bar on a terminal, once the work has taken a second."""
    console, began = Console(stderr=True), time.monotonic()
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    task: TaskID | None = None

    def told(done: int, total: int) -> None:
        nonlocal task
        if task is None and time.monotonic() - began > 1:
            progress.start()
            task = progress.add_task(title, total=max(done, total))
        if task is not None:
            progress.update(task, completed=done, total=max(done, total))

    try:
        yield told
    finally:
        progress.stop()


for _register in REGISTERS:
    export.add_command(_command(_register))
