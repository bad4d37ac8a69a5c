"""Columns of an export: what each holds, under which heading, in which unit, and its SQL.

A column is named after the field of the view that it shows; ``authority.limit_pence`` is the
part of a field that is kept as JSON. In files for programs (CSV, Parquet, JSON Lines) a column
has that name, with the part after an underscore, and amounts are integer pence; in workbooks it
has its heading and unit, and amounts are pounds.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composed, Identifier, Literal

from projections.engine import View


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    WHOLE = "whole number"
    PENCE = "money"
    DECIMAL = "number"
    DAY = "date"
    MOMENT = "date and time"
    FLAG = "yes or no"
    LIST = "list"
    DATA = "structured data"


STORED = {
    Kind.TEXT: ("text",),
    Kind.WHOLE: ("bigint",),
    Kind.PENCE: ("bigint",),
    Kind.DECIMAL: ("numeric",),
    Kind.DAY: ("date",),
    Kind.MOMENT: ("timestamptz",),
    Kind.FLAG: ("boolean",),
    Kind.LIST: ("jsonb",),
    Kind.DATA: ("jsonb",),
}
"""How a view stores each kind."""


class Column(NamedTuple):
    """A column of an export."""

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    unit: str = ""

    @property
    def key(self) -> str:
        """Its name in files for programs."""
        return self.name.replace(".", "_")

    @property
    def title(self) -> str:
        """Its heading with the unit, for people."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    @property
    def machine_unit(self) -> str:
        """The unit in files for programs."""
        return "pence" if self.kind is Kind.PENCE else self.unit

    def meaning(self, shape: type[Any]) -> str:
        """What the row's class says of the field, or else the heading."""
        field = shape.model_fields.get(self.name.partition(".")[0])
        said = " ".join(((field and field.description) or "").split())
        return said or f"{self.heading}."

    def check(self, view: type[View]) -> None:
        """Raises TypeError if the view has no such field, or stores it as another kind."""
        field, _, part = self.name.partition(".")
        stored = view.columns.get(field)
        if stored not in (("jsonb",) if part else STORED[self.kind]):
            raise TypeError(f"{view.__name__}.{field} is {stored}, not {self.kind.value}")

    @property
    def sql(self) -> Composed | Identifier:
        """The expression that reads it from the view's table."""
        field, *path = self.name.split(".")
        if not path:
            return Identifier(field)
        return SQL("({} #>> {})::{}").format(
            Identifier(field), Literal(path), SQL(STORED[self.kind][0])
        )

    def value_of(self, line: Any) -> Any:
        """Its value in a row that was made in Python."""
        for part in self.name.split("."):
            line = getattr(line, part, None)
        if isinstance(line, (tuple, list)):
            return [plain(each) for each in line]
        return plain(line)


def plain(value: Any) -> Any:
    """A value without the class that gave it a name: an enumeration's text."""
    return value.value if isinstance(value, StrEnum) else value


def text(name: str, heading: str) -> Column:
    return Column(name, heading)


def whole(name: str, heading: str, unit: str = "") -> Column:
    return Column(name, heading, Kind.WHOLE, unit)


def pence(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.PENCE, "£")


def number(name: str, heading: str, unit: str = "") -> Column:
    return Column(name, heading, Kind.DECIMAL, unit)


def day(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.DAY)


def moment(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.MOMENT, "UTC")


def flag(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.FLAG)


def several(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.LIST)


def data(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.DATA)
