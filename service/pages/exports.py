"""What can be taken away: the registers with their formats."""

from fastapi import Request
from fastapi.responses import Response

from service.desk import Reading, Router, page
from service.exports import FORMATS, formats_of, registers_seen
from service.pages.render import render

router = Router()


@page(router, "/exports", needs="council.read")
def exports(request: Request, reading: Reading) -> Response:
    """The registers that the reader may export, how many rows each has, and its formats."""
    registers = registers_seen(reading)
    return render(
        request,
        "exports/exports.html",
        reading=reading,
        registers=registers,
        counts={each.name: each.total(reading.under(each.needs)) for each in registers},
        formats={each.name: formats_of(each) for each in registers},
        named=FORMATS,
    )
