"""What a figure is, written down: ``count(case-page,is_open=true,region=london)``.

A figure is one of these, and nothing else:

- ``field(grant-row,GRANT-0001,paid_pence)``: a field of a row;
- ``row(council-row,COUNCIL-330)``: a row, where what counts is that it is there at all;
- ``count(grant-row,year=2025-26)``: the rows of a view that fit;
- ``sum(grant-row,paid_pence,year=2025-26)``: a field of theirs, added up;
- ``distinct(grant-row,council,year=2025-26)``: how many different values they have in a field;
- ``published(SET,INDICATOR,PERIOD,330)``: what was published as an indicator of a place;
- ``plus``, ``less``, ``short`` and ``share`` of two or more of these;
- ``reported(cases-open)``: a figure of the report to the Executive, by its name;
- ``then(reported(cases-open),1234@2026-03-31)``: one of these as at another moment;
- ``times(count(match-row),8,half-days)``: one of these so many times, in the unit of what each
  of it comes to;
- ``part(count(match-row),3,6)``: so many of so many equal parts of one of these, rounded up.

What a field may be is told in ``service.opening.seeing``. A condition is a field, a sign and the
values that it may have, as ``tier=intervention|targeted support``; a list has a value where it
holds it. Values are written as in an address (``%2C`` for a comma), so that none can be read as a
sign.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from domain.kernel import Refused

LONGEST = 16_000
"""The most letters of what a figure is: that of an address."""
_DEEPEST, _MOST_FIGURES = 6, 300
"""How deep figures are made of others, and of how many in all: each is looked up."""
_MADE = ("plus", "less", "short", "share")
_CONDITION = re.compile(r"([a-z_]\w*(?:[:.\[][^=!<>|]*)?)(!=|>=|<=|=|>|<)(.*)")


class FieldOf(NamedTuple):
    """A field of a row."""

    view: str
    key: str
    field: str


class RowOf(NamedTuple):
    """A row, whatever its fields hold."""

    view: str
    key: str


class Condition(NamedTuple):
    """What a field of a row must be; ``values`` are alternatives, and an empty one is nothing."""

    field: str
    sign: str
    values: tuple[str, ...]


class RowsOf(NamedTuple):
    """The rows that fit: how many they are, or what a field of theirs adds up to."""

    how: str
    """count, sum or distinct"""
    view: str
    field: str
    """Empty where the rows are counted."""
    conditions: tuple[Condition, ...]


class PublishedAs(NamedTuple):
    """What was published as an indicator, for all places or for those of some codes."""

    indicator_set: str
    indicator: str
    period: str
    codes: tuple[str, ...]


class ReportedAs(NamedTuple):
    """A figure of the report to the Executive."""

    name: str


class ThenOf(NamedTuple):
    """A figure as at a moment of its own."""

    of: str
    """As it is written."""
    as_at: str


class MadeOf(NamedTuple):
    """A figure that is worked out of others."""

    how: str
    """plus; less: the first without the others; short: the same, and never below nothing; share:
    the first as whole per cents of the second, rounded down; times: the only one so many times;
    part: so many of so many equal parts of it, rounded up."""
    parts: tuple[str, ...]
    """As they are written."""
    numbers: tuple[int, ...] = ()
    """Of ``times`` how many times; of ``part`` how many parts, and of how many."""
    unit: str = ""
    """Of ``times`` what it is counted in, where that is not what its part is counted in."""


Asked: TypeAlias = FieldOf | RowOf | RowsOf | PublishedAs | ReportedAs | ThenOf | MadeOf


# --- Written --------------------------------------------------------------------------------


def field(view: str, key: object, path: str) -> str:
    """A field of a row: ``field("grant-row", "GRANT-0001", "paid_pence")``."""
    return f"field({view},{_quoted(key)},{_quoted(path)})"


def held(view: str, key: object, path: str, value: object) -> str:
    """A field of a row where it holds a figure; empty where it holds anything else."""
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return field(view, key, path) if number else ""


def row(view: str, key: object) -> str:
    """A row, as the one thing that is counted."""
    return f"row({view},{_quoted(key)})"


def count(view: str, *conditions: str, **equal: Any) -> str:
    """The rows that fit: ``count("case-page", "opened_on>=2025-04-01", region="london")``."""
    return f"count({','.join([view, *conditions, *_equal(equal)])})"


def total(view: str, path: str, *conditions: str, **equal: Any) -> str:
    """What a field of the rows that fit adds up to."""
    return f"sum({','.join([view, _quoted(path), *conditions, *_equal(equal)])})"


def distinct(view: str, path: str, *conditions: str, **equal: Any) -> str:
    """How many different values a field of the rows that fit has."""
    return f"distinct({','.join([view, _quoted(path), *conditions, *_equal(equal)])})"


def fits(path: str, sign: str, *values: Any) -> str:
    """A condition on a field: ``fits("tier", "!=", "universal")``."""
    return f"{path}{sign}{'|'.join(map(_quoted, values))}"


def published(indicator_set: str, indicator: str, period: str, codes: Iterable[str] = ()) -> str:
    """What was published as an indicator in a period, of all places or of some."""
    return f"published({','.join(map(_quoted, (indicator_set, indicator, period, *codes)))})"


def reported(name: str) -> str:
    """A figure of the report to the Executive."""
    return f"reported({_quoted(name)})"


def then(of: str, as_at: str) -> str:
    """A figure as at a moment of its own, whatever moment the others beside it are as at."""
    return f"then({of},{_quoted(as_at)})"


def made(how: str, *parts: str) -> str:
    """A figure worked out of others. Raises ValueError for a way that there is not."""
    if how not in _MADE:
        raise ValueError(f"{how} is no way to work out a figure")
    return f"{how}({','.join(parts)})"


def plus(parts: Sequence[str]) -> str:
    """Figures added up; one alone is itself, and none is nothing that could be opened."""
    return made("plus", *parts) if len(parts) > 1 else "".join(parts)


def times(of: str, number: int, unit: str = "") -> str:
    """A figure so many times: in pence or half-days where each of it comes to so many of them."""
    return f"times({of},{number}{f',{unit}' if unit else ''})"


def part(of: str, parts: int, among: int) -> str:
    """So many of so many equal parts of a figure, rounded up: ``part(calls, 3, 12)`` of what a
    year of months brought is what a quarter of them brings."""
    return f"part({of},{parts},{among})"


def _equal(equal: dict[str, Any]) -> Iterable[str]:
    for name, value in equal.items():
        if value is None:
            continue
        several = isinstance(value, (list, tuple, set, frozenset))
        yield fits(name, "=", *(value if several else [value]))


def _quoted(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(str(value.value if isinstance(value, Enum) else value), safe="/: @")


# --- Read -----------------------------------------------------------------------------------


def asked_of(text: str) -> Asked:
    """What a figure is, as it was written. Raises Refused ``bad-figure``."""
    if len(text) > LONGEST:
        raise _wrong(f"it is longer than {LONGEST:,} letters")
    if text.count("(") > _MOST_FIGURES:
        raise _wrong(f"it is made of more than {_MOST_FIGURES} figures")
    return _asked(text.strip(), 0)


def _asked(text: str, depth: int) -> Asked:
    name, bracket, rest = text.partition("(")
    if not bracket or not rest.endswith(")") or depth > _DEEPEST:
        raise _wrong(f"{text[:60]!r} is none")
    parts = _parts(rest[:-1])
    match name, parts:
        case "field", [view, key, path]:
            return FieldOf(view, unquote(key), unquote(path))
        case "row", [view, key]:
            return RowOf(view, unquote(key))
        case "count", [view, *conditions]:
            return RowsOf(name, view, "", tuple(map(_condition, conditions)))
        case "sum" | "distinct", [view, path, *conditions]:
            return RowsOf(name, view, unquote(path), tuple(map(_condition, conditions)))
        case "published", [indicator_set, indicator, period, *codes]:
            known = unquote(indicator_set), unquote(indicator), unquote(period)
            return PublishedAs(*known, tuple(map(unquote, codes)))
        case "reported", [known]:
            return ReportedAs(unquote(known))
        case "then", [of, as_at]:
            _asked(of, depth + 1)
            return ThenOf(of, unquote(as_at))
        case _ if name in _MADE and len(parts) >= 2:
            for part in parts:
                _asked(part, depth + 1)
            return MadeOf(name, tuple(parts))
        case "times", [of, number] | [of, number, "pence" | "half-days"]:
            _asked(of, depth + 1)
            return MadeOf(name, (of,), (_number(number),), "".join(parts[2:]))
        case "part", [of, number, among]:
            _asked(of, depth + 1)
            return MadeOf(name, (of,), (_number(number), _number(among)))
    raise _wrong(f"{text[:60]!r} is none")


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise _wrong(f"{text[:60]!r} is no whole number from 1 to 9,999")
    return int(text)


def _parts(text: str) -> list[str]:
    """What stands between commas, those within brackets left alone."""
    found, depth, last = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append(text[last:place])
            last = place + 1
    return [*found, text[last:]]


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise _wrong(f"{text[:60]!r} is no condition")
    path, sign, values = found.groups()
    return Condition(unquote(path), sign, tuple(map(unquote, values.split("|"))))


def _wrong(why: str) -> Refused:
    return Refused(
        "bad-figure",
        f"Write a figure as in count(grant-row,year=2025-26): {why}.",
    )
