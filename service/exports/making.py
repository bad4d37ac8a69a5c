"""Making an export: into any file, and into its place on disk only when it is whole."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from domain.kernel import Refused
from service.desk import Reader, Told
from service.disk import put_file
from service.exports.about import About, about
from service.exports.formats import FORMATS, Format
from service.exports.giving import write_giving
from service.exports.register import Batch, Register


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

    Returns what was made, its size in bytes and its SHA-256.
    """
    with put_file(path) as file:
        made = write(file)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    return made, size, sha256
