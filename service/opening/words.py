"""How a figure, its rows and its conditions are told in words."""

from collections.abc import Sequence
from datetime import date

from domain.councils import Region
from domain.sentences import counted
from service.figures.asking import Condition, RowsOf
from service.telling import govuk_date

_NOUNS = {
    "case-page": "case",
    "council-exchange": "council",
    "engagement-history": "council",
    "inspection-outcome": "judgement",
    "published-practice": "example",
    "donated-days": "peer's year",
    "instrument-row": "instrument",
    "participation-row": "participant",
    "trial-result-row": "result",
    "staff-time-row": "staff time record",
    "region-position": "regional budget",
    "budget-position": "budget heading",
    "budget-row": "budget",
}


def noun_of(view: str) -> str:
    """What a view's row is called: a grant, a case."""
    plain = view.removesuffix("-row").removesuffix("-page").replace("-", " ")
    return _NOUNS.get(view, plain)


def described(asked: RowsOf, rows: int) -> str:
    """The rows that a figure counts or sums, and what they have in common."""
    told = [_condition(c) for c in asked.conditions if c.field != "key"]
    return counted(rows, noun_of(asked.view)) + (f" ({', '.join(told)})" if told else "")


_SIGNS = {"=": "", "!=": "not ", ">": "over ", "<": "under ", ">=": "at least ", "<=": "at most "}
_BARE = frozenset(
    {"region", "home_region", "tier", "engagement", "year", "kind", "theme", "heading", "status"}
)
"""Fields whose values speak for themselves."""


def _condition(condition: Condition) -> str:
    """A condition as people read it: ``London``, ``is open``, ``not succeeded``."""
    name, sign, values = plain_field(condition.field), condition.sign, condition.values
    if values in (("true",), ("false",)):
        return name if (values == ("true",)) is (sign == "=") else f"not {name}"
    if values == ("",):
        known = name.removesuffix(" on").replace("successors", "succeeded")
        return f"{'not' if sign == '=' else 'with'} {known}"
    told = " or ".join(_value(value) for value in values)
    bare = condition.field in _BARE and sign in ("=", "!=")
    return f"{'' if bare else f'{name} '}{_SIGNS[sign]}{told}"


def _value(value: str) -> str:
    return _REGIONS.get(value, value.replace("-", " ") if value.islower() else value) or "none"


_REGIONS = {region.value: region.label for region in Region}


_ON_DAY = {
    "on": "on {}",
    "there": "on the register on {}",
    "moved": "steps nearer in the month to {}",
}
"""What a row says of a day, where its name alone does not tell it."""


def plain_field(path: str) -> str:
    """A field in words: ``on:2025-06-30`` as on 30 June 2025."""
    name, _, day = path.partition(":")
    words = name.removesuffix("_pence").replace("_", " ")
    if not day:
        return words
    return _ON_DAY.get(name, f"{words} on {{}}").format(govuk_date(date.fromisoformat(day)))


def together(how: str, parts: Sequence[str]) -> str:
    """What is worked out of others, in a line: of many it names the first."""
    first, *rest = dict.fromkeys(parts)
    if how in ("share", "short") or not rest:
        return first
    return f"{first} and {rest[0] if len(rest) == 1 else counted(len(rest), 'other')}"


def part_told(kind: str, field: str, said: str) -> str:
    """A part in a line: what it is, and of what."""
    if kind == "field":
        return f"{plain_field(field)}: {said}"
    return f"{plain_field(field)} of {said}" if field else said
