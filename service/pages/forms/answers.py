"""What was typed into a form: tidied, in the shape that the command takes, and told again."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from domain.kernel import pence_from_pounds, pounds_text
from service.pages.forms.fields import Field, given, leaves
from service.telling import govuk_date

DATE_PARTS = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def tidied(fields: list[Field], sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent for these fields and nothing else: blank items closed up, blanks left out.

    A whole date is taken apart into the three boxes that it is shown in, and lines sent under a
    list's own name become its items: that is how a link fills in a form.
    """
    kept: dict[str, str] = {}
    for field in fields:
        if not field.repeated:
            kept |= _typed(field, sent)
            continue
        items = [_item(field, n, sent) for n in range(given(field, sent))]
        if field.kind == "list" and sent.get(field.name, "").strip():
            items += [{"": line.strip()} for line in sent[field.name].splitlines()]
        items = [item for item in items if any(item.values())]
        for number, item in enumerate(items):
            kept |= {f"{field.name}.{number}{tail}": value for tail, value in item.items()}
    return kept


def _item(field: Field, number: int, sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed of one item, by what follows its number in the names."""
    head = f"{field.name}.{number}"
    found: dict[str, str] = {}
    for part in field.at(number):
        found |= {name.removeprefix(head): value for name, value in _typed(part, sent).items()}
    return found


def _typed(field: Field, sent: Mapping[str, str]) -> dict[str, str]:
    if field.kind != "date":
        value = sent.get(field.name, "").strip()
        return {field.name: value} if value else {}
    names = [f"{field.name}-{part}" for part in DATE_PARTS]
    found = {name: value for name in names if (value := sent.get(name, "").strip())}
    if found or not (whole := sent.get(field.name, "").strip()):
        return found
    try:
        day = date.fromisoformat(whole)
    except ValueError:
        return {names[0]: whole}
    return dict(zip(names, (str(day.day), str(day.month), str(day.year)), strict=True))


def without_item(field: Field, number: int, sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed without one item of a repeated field; those after it move up."""
    head = f"{field.name}."
    left = {name: value for name, value in sent.items() if not name.startswith(head)}
    kept = [_item(field, n, sent) for n in range(given(field, sent)) if n != number]
    for n, item in enumerate(kept):
        left |= {f"{head}{n}{tail}": value for tail, value in item.items()}
    return left


# --- For the command ------------------------------------------------------------------------


def body_of(fields: list[Field], answers: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, in the shape that the command's model takes."""
    body: dict[str, Any] = {}
    for field in fields:
        value = _value(field, answers)
        none_is_said = field.repeated and field.required and field.kind != "pairs"
        if value in (None, "", [], {}) and not none_is_said:
            continue
        place = body
        *outer, last = field.name.split(".")
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return body


def _value(field: Field, answers: Mapping[str, str]) -> Any:
    if field.repeated:
        items = [field.at(number) for number in range(given(field, answers))]
        if field.kind == "list":
            return [_value(part, answers) for (part,) in items]
        if field.kind == "pairs":
            return {_value(name, answers): _value(value, answers) for name, value in items}
        return [
            {
                part.name.rpartition(".")[2]: value
                for part in parts
                if (value := _value(part, answers)) not in (None, "", [], {})
            }
            for parts in items
        ]
    if field.kind == "date":
        return day_typed(field.name, answers)
    text = answers.get(field.name, "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    match field.kind:
        case "money":
            return re.sub(r"[£,\s]", "", text)
        case "number":
            return text.replace(",", "")
        case "flag":
            return text == "yes" if text else None
        case "lines" | "several":
            return lines
        case "numbers":
            return re.findall(r"[^\s,]+", text)
        case "named":
            return {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    return text


def day_typed(name: str, answers: Mapping[str, str]) -> str:
    """A date from its three boxes as ISO 8601; what was typed, if it is no date; or nothing."""
    day, month, year = (answers.get(f"{name}-{part}", "") for part in DATE_PARTS)
    if not (day or month or year):
        return ""
    if month[:3].lower() in _MONTHS:
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    if all(part.isdecimal() for part in (day, month, year)) and len(year) == 4:
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return f"{day} {month} {year}"


# --- For people -----------------------------------------------------------------------------


def told(field: Field, answers: Mapping[str, str], names: Mapping[str, str]) -> str:
    """An answer as people read it; empty if there is none. ``names`` are of what it may name."""
    if field.kind == "date":
        return _told_day(day_typed(field.name, answers))
    text = answers.get(field.name, "")
    match field.kind:
        case "money":
            return field.measured(_told_money(text))
        case "number":
            return names.get(text) or field.measured(text)
        case "choice" | "flag":
            return dict(field.choices).get(text, text)
        case "several":
            return ", ".join(dict(field.choices).get(line, line) for line in text.splitlines())
    return names.get(text, text)


def _told_day(iso: str) -> str:
    try:
        return govuk_date(date.fromisoformat(iso))
    except ValueError:
        return iso


def _told_money(text: str) -> str:
    try:
        return pounds_text(pence_from_pounds(re.sub(r"[£,\s]", "", text)))
    except ValueError:
        return text


def names_in(fields: list[Field], answers: Mapping[str, str]) -> Iterable[str]:
    """What the fields that have been answered name: whose options tell an answer in words."""
    return {f.source for f in leaves(fields, answers) if f.source and answers.get(f.name)}
