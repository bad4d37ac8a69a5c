"""A CSV file with what describes it, in one archive: a Frictionless package and CSV on the Web."""

import hashlib
import io
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast
from zipfile import ZipFile

from service.describing import CSVW_ENDING, PACKAGE, Field, csvw, package, resource, table
from service.exports.about import About
from service.exports.columns import Column, Kind
from service.exports.formats.archive import entry, is_large
from service.exports.formats.text import write_csv
from service.exports.register import Batch, Register

_KINDS = {
    Kind.WHOLE: "integer",
    Kind.PENCE: "integer",
    Kind.DECIMAL: "number",
    Kind.DAY: "date",
    Kind.MOMENT: "datetime",
    Kind.FLAG: "boolean",
}


def write_package(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """The archive: the rows, then what they are and their hash."""
    name, fields = f"{about.register.name}.csv", fields_of(about.register)
    title = f"{about.register.title}. {about.as_at}"
    said = (
        f"{about.register.told} {about.scope}. Text that a spreadsheet would run as a formula has"
        " an apostrophe before it."
    )
    with ZipFile(file, "w") as archive:
        with archive.open(entry(name, about), "w", force_zip64=is_large(about)) as part:
            counted = _Counted(part)
            write_csv(cast("BinaryIO", counted), about, batches)
        size, sha256 = counted.size, counted.hash.hexdigest()
        described = {
            PACKAGE: package(
                about.register.name, title, said, [resource(name, size, sha256, fields)]
            ),
            f"{name}{CSVW_ENDING}": csvw(title, said, about.publisher, [table(name, fields)]),
        }
        for told, content in described.items():
            archive.writestr(entry(told, about), content)


def fields_of(register: Register) -> list[Field]:
    """The columns of a register's CSV as other programs are told of them."""
    return [_field(register, column) for column in register.columns]


def _field(register: Register, column: Column) -> Field:
    """A column: in what is published amounts are pounds, and its heading stands in the file."""
    pounds = register.published and column.kind is Kind.PENCE
    unit = column.unit if register.published else column.machine_unit
    meaning = register.meaning(column)
    return Field(
        column.key,
        "number" if pounds else _KINDS.get(column.kind, "string"),
        column.heading,
        f"{meaning} In {unit}." if unit and unit not in meaning else meaning,
        head=column.title if register.published else "",
    )


class _Counted(io.RawIOBase):
    """A file that knows the size and the hash of what was written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.file, self.size, self.hash = file, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.hash.update(content)
        self.size += len(content)
        return self.file.write(content)
