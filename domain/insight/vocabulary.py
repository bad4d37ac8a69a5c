"""The words of published statistics: indicators, their values, and what stands for no value."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, WithJsonSchema

from domain.kernel import Frozen, Line

SetId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,59}$", examples=["social-work-workforce"])]
IndicatorId = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,149}$", examples=["vacancy_rate_fte"])
]

ENGLAND = "E92000001"


class Polarity(StrEnum):
    """Which way is good."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NEITHER = "neither"


class Definition(Frozen):
    """One indicator of a set: a column of its files, under one combination of their filters."""

    id: IndicatorId
    column: Line
    """The column of the published file."""
    filters: dict[str, str] = {}
    """The filters' values, as published, that a row must have."""
    name: Annotated[str, Field(min_length=1, max_length=150)]
    unit: str = Field(default="", max_length=30)
    polarity: Polarity = Polarity.NEITHER
    source: Line
    decimal_places: int = Field(default=0, ge=0, le=6)
    additive: bool = False
    """The figures of councils add up to the region's: a council is then compared with the
    median of councils, not with the total."""
    featured: bool = False
    """Offered first."""

    def better(self, one: Decimal, other: Decimal) -> bool:
        """Whether one value is better than another; of neither polarity, whether it is higher."""
        return one < other if self.polarity is Polarity.LOWER else one > other

    def worse(self, one: Decimal, other: Decimal) -> bool:
        """Whether one value is worse than another; never so where neither way is good."""
        return self.polarity is not Polarity.NEITHER and self.better(other, one)


def written(value: Decimal, unit: str) -> str:
    """A number exactly as it is, with its unit, as people read it."""
    told = f"{value:,f}".replace("-", "−")
    return f"{told}%" if unit == "%" else f"{told} {unit}".strip()


SYMBOLS: Mapping[str, str] = {
    "c": "suppressed to protect confidentiality",
    "k": "rounds to zero, but is not zero",
    "low": "rounds to zero, but is not zero",
    "u": "too unreliable to be published",
    "x": "not available",
    "z": "not applicable",
    "": "left blank",
}
"""What is published in the place of a value: shown as such, and never computed with."""

NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


class Cell(NamedTuple):
    """What was published of one indicator, for one place and period."""

    published: str
    """Word for word."""
    value: Decimal | None
    """None where a symbol stands in its place."""

    @property
    def said(self) -> str:
        """What a symbol means; empty for a number."""
        return SYMBOLS[self.published] if self.value is None else ""


Cells = Mapping[str, Mapping[str, Cell]]
"""Of one indicator: by period, then by the code of the place."""


def cell(published: str) -> Cell:
    """A published cell. Raises ValueError for one that is neither number nor symbol."""
    told = published.strip()
    if NUMBER.fullmatch(told):
        return Cell(told, Decimal(told))
    if told.lower() in SYMBOLS:
        return Cell(told.lower(), None)
    raise ValueError(
        f"{told!r} is neither a number (digits and a point, without commas, units or exponent)"
        f" nor one of the symbols {', '.join(s for s in SYMBOLS if s)}"
    )


def exact(value: object) -> Decimal:
    """A number written as text or whole: never one that has been a float."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        value = str(value)
    if not isinstance(value, str) or not NUMBER.fullmatch(value.strip()):
        raise ValueError('Write the number as text with digits and a point, like "12.5".')
    return Decimal(value.strip())


Exact = Annotated[
    Decimal,
    BeforeValidator(exact),
    WithJsonSchema({"type": "string", "pattern": f"^{NUMBER.pattern}$", "examples": ["12.5"]}),
]
"""A number in a command or event: written as text, held exactly."""

Rule = Literal["worst decile", "above", "below", "worse than neighbours"]


class Threshold(Frozen):
    """What of one indicator gives cause for concern."""

    indicator_set: SetId
    indicator: IndicatorId
    rule: Rule
    value: Exact | None = None
    """Above or below which; or by how many per cent worse than the neighbours' median."""
    worsening_years: int = Field(default=0, ge=0, le=5)
    """And worse in each of so many years running."""

    @property
    def said(self) -> str:
        """The rule in words."""
        told = {
            "worst decile": "in the worst tenth of councils",
            "above": f"above {self.value}",
            "below": f"below {self.value}",
            "worse than neighbours": f"worse than the neighbours' median by more than"
            f" {self.value}%",
        }[self.rule]
        if self.worsening_years:
            told += f" and worse in each of the last {self.worsening_years} years"
        return told


def slug(text: str, joint: str = "-") -> str:
    """Text as part of an id."""
    return re.sub(r"[^a-z0-9]+", joint, text.lower()).strip(joint)


def told_filters(filters: Mapping[str, Any]) -> str:
    """Filters in words."""
    return ", ".join(str(value) for value in filters.values())
