"""Exports over HTTP: what there is, and each register as a download."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO

from fastapi import Path
from fastapi.responses import StreamingResponse

from domain.kernel import Frozen
from service.desk import Reader, Reading, query, router_for
from service.exports.columns import Kind
from service.exports.formats import FORMATS, Format
from service.exports.making import formats_of, make
from service.exports.register import Register
from service.exports.registers import REGISTERS

router = router_for("exports")

_CHUNK = 256 * 1024


class ColumnTold(Frozen):
    """A column of an export, as CSV, Parquet and JSON Lines have it."""

    name: str
    heading: str
    kind: Kind
    unit: str
    meaning: str


class ExportTold(Frozen):
    """A register that can be exported."""

    name: str
    title: str
    about: str
    formats: tuple[Format, ...]
    address: str
    """Where each is, with the format in the place of {format}."""
    columns: tuple[ColumnTold, ...]


def registers_seen(reading: Reader) -> list[Register]:
    """The registers that the reader may read, whatever of them is in their scope."""
    return [register for register in REGISTERS if reading.sees(register.needs)]


@query(router, "/exports", needs="council.read")
def list_exports(reading: Reading) -> list[ExportTold]:
    """The registers that can be exported, with their formats and columns."""
    return [
        ExportTold(
            name=register.name,
            title=register.title,
            about=register.told,
            formats=tuple(formats_of(register)),
            address=f"{router.prefix}/exports/{register.name}.{{format}}",
            columns=tuple(
                ColumnTold(
                    name=column.key,
                    heading=column.heading,
                    kind=column.kind,
                    unit=column.machine_unit,
                    meaning=register.meaning(column),
                )
                for column in register.columns
            ),
        )
        for register in registers_seen(reading)
    ]


def download(reading: Reader, register: Register, form: Format) -> StreamingResponse:
    """An export as a download.

    It is made whole before its first byte is sent: what can be refused is refused with a
    problem, a download with a length can't break off unnoticed, and a slow reader keeps no
    connection to the database.
    """
    file = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        made = make(reading, register, form, file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(
        _sent(file),
        media_type=FORMATS[form].media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{made.file_name}"',
            "Content-Length": str(size),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Log-Position": str(made.about.position),
        },
    )


def _sent(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while part := file.read(_CHUNK):
            yield part


def _route_of(register: Register) -> Callable[..., StreamingResponse]:
    def export(
        reading: Reading, form: Annotated[Format, Path(alias="format")]
    ) -> StreamingResponse:
        return download(reading, register, form)

    export.__name__ = f"export_{register.name.replace('-', '_')}"
    export.__doc__ = f"{register.title}, as a file."
    return export


for _register in REGISTERS:
    query(
        router,
        f"/exports/{_register.name}.{{format}}",
        needs=_register.needs,
        response_class=StreamingResponse,
    )(_route_of(_register))
