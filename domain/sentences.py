"""Facts in words: an event's own template, filled in with the values that it carries.

A template is a sentence with fields and parts. ``{grant}`` is a field; a dot goes into what it
holds, and what follows a colon says how it is told: ``{instalments:counted instalment}``. Where
nothing follows, the field's name tells, as names carry their units: ``amount_pence`` is pounds,
``half_days`` days, a ``council`` its name. A part in brackets is left out unless each of its
fields has something to tell, and may say what is told instead: ``[by {peer}|by nobody]``.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from domain.kernel import Event, pounds_text

Names = Mapping[str, str]
"""Of councils by DfE number, and of whoever else is named by an id, as far as a reader knows."""

NO_NAMES: Names = {}
_FIELD = re.compile(r"\{([a-z0-9_.]+)(?::([a-z]+)(?: ([^{}]+))?)?\}")
_PART = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]|]*))?\]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_IDS = frozenset(
    {"chair", "commissioner", "lead", "peer", "person", "standing_in_for", "subject", "user"}
)
"""The fields that hold an id, which names are known by: a kind of peer may be written as a user
is called."""
_SHORT = 100
_MOST_COUNCILS = 6


class Field(NamedTuple):
    """A field of a template: which value, how it is told, and with what."""

    path: str
    way: str
    beside: str

    @property
    def name(self) -> str:
        """Of the event's own field that it is, or is in."""
        return self.path.partition(".")[0]

    def whole(self, value: Any) -> bool:
        """Whether it leaves nothing of this value of the event's field untold."""
        if self.path != self.name or self.way in ("councils", "counted", "if"):
            return False
        return self.way != "short" or not short(value).endswith("…")


class Part(NamedTuple):
    """A part in brackets, and what is told instead where it has nothing to tell."""

    told: tuple[str | Field, ...]
    instead: tuple[str | Field, ...]


def fields(template: str) -> Iterator[Field]:
    """The fields of a template, in order, of its parts and of what is told instead too."""
    for piece in _parsed(template):
        inside = (*piece.told, *piece.instead) if isinstance(piece, Part) else (piece,)
        yield from (each for each in inside if isinstance(each, Field))


def sentence(kind: type[Event], values: Mapping[str, Any], names: Names = NO_NAMES) -> str:
    """What happened, in one sentence: of an event's kind and its values as JSON has them.

    Values of any stored shape will do: where one is missing that the sentence can't do without,
    it is what the kind says of all its events.
    """
    chosen = _chosen(kind, values)
    if not chosen:
        return (kind.__doc__ or kind.__name__).strip().split("\n")[0]
    told = "".join(
        _told(piece, values, names) if isinstance(piece, Field) else piece for piece in chosen
    ).replace("….", "…")
    return told[:1].upper() + told[1:]


def told_whole(kind: type[Event], values: Mapping[str, Any]) -> set[str]:
    """The fields of an event that its sentence leaves nothing of to be told besides."""
    found = [piece for piece in _chosen(kind, values) if isinstance(piece, Field)]
    return {field.name for field in found if field.whole(values[field.name])}


def sentence_of(event: Event) -> str:
    """What happened, in one sentence: of an event as today's code has it."""
    return sentence(type(event), event.model_dump(mode="json"))


@cache
def _parsed(template: str) -> tuple[str | Field | Part, ...]:
    found: list[str | Field | Part] = []
    at = 0
    for part in _PART.finditer(template):
        found += _pieces(template[at : part.start()])
        found.append(Part(_pieces(part[1]), _pieces(part[2] or "")))
        at = part.end()
    return (*found, *_pieces(template[at:]))


def _pieces(text: str) -> tuple[str | Field, ...]:
    found: list[str | Field] = []
    at = 0
    for field in _FIELD.finditer(text):
        found += [text[at : field.start()], Field(field[1], field[2] or "", field[3] or "")]
        at = field.end()
    return (*found, text[at:])


def _chosen(kind: type[Event], values: Mapping[str, Any]) -> list[str | Field]:
    """What a kind's template comes to: just the parts that are told; empty where it can't do."""
    chosen: list[str | Field] = []
    for piece in _parsed(kind.says):
        if isinstance(piece, Part):
            tells = all(_tells(f, values) for f in piece.told if isinstance(f, Field))
            chosen += piece.told if tells else piece.instead
        else:
            chosen.append(piece)
    lacks = any(isinstance(f, Field) and _found(f.path, values) in (None, "") for f in chosen)
    return [] if lacks or not kind.says else chosen


def _found(path: str, values: Mapping[str, Any]) -> Any:
    value: Any = values
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _tells(field: Field, values: Mapping[str, Any]) -> bool:
    """Whether a part may be told: its field holds something, or just what it asks for."""
    value = _found(field.path, values)
    return bool(value == field.beside if field.way == "if" and field.beside else value)


def _told(field: Field, values: Mapping[str, Any], names: Names) -> str:
    value, beside = _found(field.path, values), field.beside
    match field.way:
        case "if":
            return ""
        case "to":
            return days_text(value, _found(beside, values))
        case "measured":
            return measured(value, _found(beside, values) or "")
        case "counted":
            number = value if isinstance(value, int) else len(value)
            return counted(number, beside) if number else counted(0, beside).replace("0", "no", 1)
        case "council" | "councils":
            return _council(value, names)
        case "":
            return _by_name(field.path.rpartition(".")[2], value, names)
    return _WAYS[field.way](value)


def _by_name(name: str, value: Any, names: Names) -> str:
    """As the name of its field says, and else as its value is."""
    if name == "council":
        return _council(value, names)
    if name.endswith("region"):
        return region_text(value)
    for unit, told in _UNITS.items():
        if name.endswith(unit):
            return told(value)
    match value:
        case list() | tuple():
            return joined([str(each) for each in value])
        case int():
            return f"{value:,}"
        case str() if _DAY.fullmatch(value):
            return day_text(date.fromisoformat(value))
    return names.get(value, str(value)) if name in _IDS else str(value)


def _council(value: str | list[str], names: Names) -> str:
    if isinstance(value, str):
        return names.get(value) or f"council {value}"
    if len(value) > _MOST_COUNCILS:
        return counted(len(value), "council")
    return joined([_council(code, names) for code in value])


# --- How values are told --------------------------------------------------------------------


def day_text(day: date) -> str:
    """A date as GOV.UK writes it: 2 June 2025."""
    return f"{day.day} {day:%B %Y}"


def days_text(first: str, last: str) -> str:
    """On which days, from ISO dates: on 2 June 2025; from 2 to 4 June 2025."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    if begins == ends:
        return f"on {day_text(begins)}"
    if begins.year != ends.year:
        return f"from {day_text(begins)} to {day_text(ends)}"
    month = "" if begins.month == ends.month else f" {begins:%B}"
    return f"from {begins.day}{month} to {day_text(ends)}"


def month_text(month: str) -> str:
    """A month as people write it: 2025-06 as June 2025."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def half_days_text(half_days: int) -> str:
    """Half-days as days: half a day, 1 day, 2½ days."""
    whole, half = divmod(half_days, 2)
    if not whole:
        return "half a day" if half else "no days"
    return "1 day" if half_days == 2 else f"{whole:,}{'½' if half else ''} days"


def minutes_text(minutes: int) -> str:
    """How long: 45 minutes, 2 hours, 1 hour 30 minutes."""
    hours, rest = divmod(minutes, 60)
    told = [counted(hours, "hour")] if hours else []
    return " ".join([*told, counted(rest, "minute")] if rest or not hours else told)


def counted(number: int, noun: str) -> str:
    """How many: 1 grant, 1,744 events, 2 entries; ``criterion/criteria`` says its own plural."""
    return f"1 {noun.partition('/')[0]}" if number == 1 else f"{number:,} {plural(noun)}"


def plural(noun: str) -> str:
    """More than one of something: entries, matches, examples of good practice."""
    one, _, own = noun.partition("/")
    head, of, rest = one.partition(" of ")
    if own:
        return own
    if head.endswith("y") and head[-2:-1] not in tuple("aeiou"):
        return f"{head[:-1]}ies{of}{rest}"
    return f"{head}{'es' if head.endswith(('s', 'x', 'ch')) else 's'}{of}{rest}"


def capital(text: str) -> str:
    """With a capital letter, as a sentence begins."""
    return text[:1].upper() + text[1:]


def joined(parts: Sequence[str]) -> str:
    """As people list things: a, b and c."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def short(text: str) -> str:
    """What somebody wrote, on one line and cut at a word, without its full stop."""
    line = " ".join(text.split())
    if len(line) > _SHORT:
        return line[: line.rfind(" ", 0, _SHORT) if " " in line[:_SHORT] else _SHORT] + "…"
    return line.removesuffix(".")


def words(code: str) -> str:
    """A code as words: ``case-officer`` as case officer."""
    return code.replace("_", " ").replace("-", " ").replace("dfe ", "DfE ")


def region_text(region: str) -> str:
    """A region within a sentence: London, the North East, the East of England."""
    small = {"and", "the", "of"}
    name = " ".join(w if w in small else w.capitalize() for w in region.split("-"))
    return name if name.startswith(("London", "Yorkshire")) else f"the {name}"


def measured(value: str, unit: str) -> str:
    """A figure with its unit: 31.0%, 12.5 per 10,000 children."""
    return f"{value}{'' if unit == '%' else ' '}{unit}".strip()


def _judged(grade: str) -> str:
    return "to require improvement" if grade == "requires improvement" else grade


def _pairs(values: Mapping[str, str]) -> str:
    return joined([f"{words(name)} {value}" for name, value in values.items()])


def _subjects(values: Mapping[str, str]) -> str:
    """References as they are, the rest after what it is: CASE-0001 and decision 2."""
    return joined([v if v[:1].isupper() else f"{words(k)} {v}" for k, v in values.items()])


_UNITS: dict[str, Callable[[Any], str]] = {
    "_pence": pounds_text,
    "half_days": half_days_text,
    "minutes": minutes_text,
}
_WAYS: dict[str, Callable[[Any], str]] = {
    "plain": str,
    "words": words,
    "short": short,
    "month": month_text,
    "judged": _judged,
    "pairs": _pairs,
    "subjects": _subjects,
}
