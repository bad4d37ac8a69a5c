"""Making an export: into any file, and into its place on disk only when it is whole."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from domain.kernel import Refused
from service.desk import Reader
from service.exports.about import About, about
from service.exports.formats import FORMATS, Format
from service.exports.giving import write_giving
from service.exports.register import Batch, Register

Told = Callable[[int, int], None]
"""How many rows are done, and of how many."""


class Made(NamedTuple):
    """An export that was made."""

    about: About
    format: Format
    rows: int

    @property
    def file_name(self) -> str:
        """A name that says what it is, and as at when."""
        return self.about.file_name(FORMATS[self.format].ending)


def formats_of(register: Register) -> list[Format]:
    """What a register can be exported as."""
    return [form for form in Format if form is not Format.GIVING or register.name == "grants"]


def make(
    reading: Reader, register: Register, form: Format, file: BinaryIO, told: Told | None = None
) -> Made:
    """Write a register's rows in the reader's scope, as at the moment, into a file."""
    if form not in formats_of(register):
        raise Refused(
            "bad-format",
            f"{register.title} can be had as {', '.join(formats_of(register))}, not as {form}.",
        )
    what, done = about(register, reading), 0
    write = FORMATS[form].write
    if write is None:
        return Made(what, form, write_giving(file, what, reading))

    def counted() -> Iterator[Batch]:
        nonlocal done
        for batch in register.batches(reading):
            yield batch
            done += len(batch)
            if told:
                told(done, what.total)

    write(file, what, counted())
    return Made(what, form, done)


def put(path: Path, write: Callable[[BinaryIO], Made]) -> tuple[Made, int, str]:
    """Have a file written and put in its place once it is whole and on disk.

    Until then it lies beside, under a name of its own, and is removed if writing ends in any
    other way. Returns what was made, its size in bytes and its SHA-256.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x+b") as file:
            made = write(file)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)
    return made, size, sha256


def _sync(folder: Path) -> None:
    """Have the folder's entry on disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
