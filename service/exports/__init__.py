"""Exports: every register as a file, as at any moment, within the scope of whoever asks."""

from service.exports.formats import FORMATS, Format
from service.exports.making import Made, formats_of, make, put
from service.exports.register import Register
from service.exports.registers import BY_NAME, REGISTERS
from service.exports.routes import registers_seen, router

__all__ = [
    "BY_NAME",
    "FORMATS",
    "REGISTERS",
    "Format",
    "Made",
    "Register",
    "formats_of",
    "make",
    "put",
    "registers_seen",
    "router",
]
