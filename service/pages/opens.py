"""Figures on a page: each a link to what it is made of, at the moment being looked at."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from service.desk import Moment
from service.figures import asking
from service.figures.told import Told, address_of


class Opens:
    """Makes links of figures, for the templates of one page: the text, then what it is.

    Where there is no text, or nothing that it is made of, there is nothing to be opened.
    """

    def __init__(self, moment: Moment | None) -> None:
        self.moment = moment

    def to(self, text: object, of: str, on: date | int | None = None) -> Markup:
        """A figure that is ``of``, on record on a day, or at a position, if that is before the
        page's moment."""
        if text in (None, "") or not of:
            return escape("" if text is None else text)
        as_at = self.moment.as_at if self.moment else None
        if isinstance(on, int):
            as_at = str(on)
        elif on and self.moment and on < self.moment.on:
            as_at = on.isoformat()
        link = Markup('<a class="govuk-link cw-figure" href="{}">{}</a>')
        return link.format(address_of(of, as_at), text)

    def address(self, of: str) -> str:
        """The address of what a figure is made of."""
        return address_of(of, self.moment.as_at if self.moment else None)

    def field(self, text: object, view: str, key: object, path: str) -> Markup:
        """A field of a row."""
        return self.to(text, asking.field(view, key, path))

    def count(self, text: object, view: str, *conditions: str, **equal: Any) -> Markup:
        """How many rows fit."""
        return self.to(text, asking.count(view, *conditions, **equal))

    def total(self, text: object, view: str, path: str, *conditions: str, **equal: Any) -> Markup:
        """What a field of the rows that fit adds up to."""
        return self.to(text, asking.total(view, path, *conditions, **equal))

    def made(self, text: object, how: str, *parts: str) -> Markup:
        """What is worked out of other figures, each as ``asking`` writes it."""
        return self.to(text, asking.made(how, *parts))

    def cell(self, told: Any) -> Any:
        """A figure that says what it is as a link; anything else as it is."""
        return self.to(str(told), told.of, told.on) if isinstance(told, Told) else told

    def cells(self, rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
        """The rows of a table, with those of their figures that say what they are as links."""
        return [[self.cell(told) for told in row] for row in rows]
