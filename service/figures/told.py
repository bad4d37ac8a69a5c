"""A figure as it is written, with what it is: for tables that are made before a page is."""

from datetime import date
from decimal import Decimal
from typing import Self
from urllib.parse import quote, urlencode

from domain.kernel import pounds_text
from service.figures.asking import ReportedAs, ThenOf, asked_of


class Told(str):
    """A figure's text, what it is, and the day or the position that it was on record at if that
    is not the page's.

    It is a string wherever one is wanted, as in a file; a page makes a link of it.
    """

    of: str
    on: date | int | None

    __slots__ = ("of", "on")

    def __new__(cls, text: object, of: str, on: date | int | None = None) -> Self:
        """The text of a figure that is ``of``, as ``asking`` writes it."""
        made = super().__new__(cls, text)
        made.of, made.on = of, on
        return made


def link_at(address: str, as_at: str | None) -> str:
    """An address, with or without a query, that stays at the moment being looked at."""
    if not as_at:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'as_at': as_at}, safe='@')}"


def address_of(of: str, as_at: str | None = None) -> str:
    """The address of a figure's page: one of the report has its own, and one with a moment of its
    own is as at that."""
    if of.startswith("then(") and isinstance(asked := asked_of(of), ThenOf):
        return address_of(asked.of, asked.as_at)
    if of.startswith("reported(") and isinstance(asked := asked_of(of), ReportedAs):
        return link_at(f"/reports/executive/figures/{quote(asked.name, safe='')}", as_at)
    return link_at(f"/figures?of={quote(of, safe='(),=:/@')}", as_at)


def figure_text(value: int | Decimal | None, unit: str = "") -> str:
    """A figure as pages write it, below nothing with a minus sign: pence as pounds, half-days as
    days."""
    match unit:
        case _ if value is None:
            return ""
        case "pence":
            return pounds_text(int(value))
        case "half-days":
            told = f"{Decimal(value) / 2:,}"
        case "%":
            told = f"{value}%"
        case _:
            told = f"{value:,}"
    return told.replace("-", "−")
