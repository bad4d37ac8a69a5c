"""``casework export``: registers as files, put in their place once they are whole."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from zipfile import ZipFile

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from domain.kernel import Refused
from service.cli.context import as_at, as_json, installed, reader_for, show
from service.desk import Reader, Told
from service.disk import put_new_folder
from service.exports import REGISTERS, Format, Made, Register, formats_of, make, put

_PIPE = Path("-")
_TEXTS = (Format.CSV, Format.JSONL, Format.GIVING)
"""What can be written as it is read; the others go back to what they began with."""


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
            help="Where to put it: replaced only once the new file is whole. - for what comes next"
            " in a pipe: text formats only.",
        ),
        click.Option(
            ["--package", "folder"],
            type=click.Path(path_type=Path),
            help="A folder to make instead: CSV, datapackage.json and CSVW metadata.",
        ),
    ]
    name = register.name
    made = click.Command(
        name,
        params=options,
        callback=_callback(register),
        help=f"{register.title}. {register.told}\n\n\b\nExample:\n"
        f"  casework export {name} --format xlsx --out {name}.xlsx --as-at 2026-03-31\n"
        f"  casework export {name} --package {name}-for-publication\n"
        f"  casework export {name} --format jsonl --out - | head -3",
        short_help=f"{register.title}.",
    )
    return as_at(as_json(made))


def _callback(register: Register) -> Callable[..., None]:
    def run(
        form: str, out: Path | None, folder: Path | None, as_at: str | None, as_json: bool
    ) -> None:
        if (out is None) == (folder is None):
            raise click.UsageError("Say where to put it: --out FILE, or --package DIR.")
        if as_json and out == _PIPE:
            raise click.UsageError("What --json prints would be among the rows: name a file.")
        with installed() as installation, ended_by_signals(), _bar(register.title) as told:
            reading = reader_for(installation, as_at, register.needs)
            if folder:
                _package(reading, register, folder, told, as_json)
            elif out == _PIPE:
                _pipe(reading, register, Format(form), told)
            elif out:
                _file(reading, register, Format(form), out, told, as_json)

    return run


def _file(
    reading: Reader, register: Register, form: Format, out: Path, told: Told, as_json: bool
) -> None:
    """Put an export in its place, and say so."""
    made, size, sha256 = put(out, lambda file: make(reading, register, form, file, told))
    if not as_json:
        _say(out, made, f"{size:,} bytes")
        return
    show(
        {
            "register": register.name,
            "format": form.value,
            "file": str(out),
            "rows": made.rows,
            "bytes": size,
            "sha256": sha256,
            "position": made.about.position,
        },
        as_json=True,
    )


def _package(reading: Reader, register: Register, folder: Path, told: Told, as_json: bool) -> None:
    """Put an export and what describes it into a folder, and say so."""
    with TemporaryFile() as file:
        made = make(reading, register, Format.PACKAGE, file, told)
        with ZipFile(file) as archive, put_new_folder(folder) as part:
            archive.extractall(part)
            names = archive.namelist()
    if not as_json:
        _say(folder, made, ", ".join(names))
        return
    show(
        {
            "register": register.name,
            "folder": str(folder),
            "files": names,
            "rows": made.rows,
            "position": made.about.position,
        },
        as_json=True,
    )


def _say(place: Path, made: Made, what: str) -> None:
    click.echo(f"{place}: {made.rows:,} rows, {what}, as at position {made.about.position}.")


def _pipe(reading: Reader, register: Register, form: Format, told: Told) -> None:
    """Write an export to what comes next, as it is read. Raises Refused ``bad-format``."""
    if form not in _TEXTS:
        raise Refused(
            "bad-format", f"{form} is no text: have it in a file, or as {', '.join(_TEXTS)}."
        )
    output = sys.stdout.buffer
    make(reading, register, form, output, told)
    output.flush()


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
