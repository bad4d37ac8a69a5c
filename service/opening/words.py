"""How a figure, its rows and its conditions are told in words."""

from collections.abc import Sequence
from datetime import date

from domain.councils import Region
from domain.kernel import pounds_text
from domain.sentences import counted, half_days_text
from service.desk import day_of
from service.figures.asking import Condition, MadeOf, RowsOf
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
_DAYS = {">": "{} after {}", "<": "{} before {}", ">=": "{} {} or later", "<=": "{} {} or earlier"}
"""How a day is compared with another."""
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
    if sign in _DAYS and (day := govuk_date(day_of(values[0]))):
        return _DAYS[sign].format(name.removesuffix(" on") if sign in "<>" else name, day)
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
    """A field in words: ``on:2025-06-30`` as on 30 June 2025; half-days as the days that they
    are told in."""
    name, _, day = path.partition(":")
    words = name.removesuffix("_pence").replace("half_days", "days").replace("_", " ")
    if not day:
        return words
    return _ON_DAY.get(name, f"{words} on {{}}").format(govuk_date(date.fromisoformat(day)))


def together(asked: MadeOf, parts: Sequence[str], roots: Sequence[str], unit: str) -> str:
    """What is worked out of others, in a line: of many that it comes down to it names the first."""
    first, *rest = dict.fromkeys(roots)
    match asked.how:
        case "plus" | "less" if rest:
            others = rest[0] if len(rest) == 1 else counted(len(rest), "other")
            so = ", less " if asked.how == "less" else " and "
            return f"{first}{so}{others}{', in days' if unit == 'half-days' else ''}"
        case "times":
            return f"{parts[0]}, {_each(asked)}"
        case "part":
            return f"{asked.numbers[0]} of {asked.numbers[1]} parts of {parts[0]}"
    return parts[0]


def way_told(asked: MadeOf) -> str:
    """How a figure is worked out of its parts, in a sentence."""
    match asked.how:
        case "plus":
            return "It is the sum of these figures."
        case "less":
            return "It is the first of these figures without the others."
        case "short":
            return (
                "It is the first of these figures without the others, and nothing where they are"
                " more."
            )
        case "times":
            return f"It is this figure, {_each(asked)}."
        case "part":
            parts, among = asked.numbers
            return f"It is {parts} of {among} equal parts of this figure, rounded up."
    return "It is the first of these figures as per cents of the second, rounded down."


def _each(asked: MadeOf) -> str:
    """What each of a figure comes to: at 4 days each."""
    [number] = asked.numbers
    match asked.unit:
        case "half-days":
            return f"at {half_days_text(number)} each"
        case "pence":
            return f"at {pounds_text(number)} each"
    return f"{number:,} times"


def part_told(kind: str, field: str, said: str) -> str:
    """A part in a line: what it is, and of what."""
    if kind == "field":
        return f"{plain_field(field)}: {said}"
    return f"{plain_field(field)} of {said}" if field else said
