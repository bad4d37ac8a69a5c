"""What is wrong with what was typed: each sentence with the field that it is about."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.kernel import Refused
from service.invalid import own_words
from service.pages.forms.answers import tidied
from service.pages.forms.fields import Field, leaves


class Wrong(NamedTuple):
    """Something to correct."""

    name: str
    """The field, as it is sent; empty for what is about no field."""
    said: str
    anchor: str
    """The id that the error summary links to."""


ABOUT: Mapping[str, tuple[str, ...]] = {
    "bad-actions": ("actions_done",),
    "bad-conditions": ("instalments", "unpaid_instalments"),
    "bad-document": ("file",),
    "bad-mentee": ("mentee", "mentee_name"),
    "bad-month": ("month",),
    "bad-mutual": ("mutual_with",),
    "bad-person": ("name", "person"),
    "bad-rate": ("rate",),
    "bad-target": ("target",),
    "bad-themes": ("themes",),
    "before-its-cause": ("effective_on",),
    "case-open": ("council",),
    "council-takes-part": ("council",),
    "date-missing": ("first_day",),
    "days-exhausted": ("half_days",),
    "declared-interest": ("peer",),
    "declined-before": ("peer",),
    "deliverables-sum": ("deliverables", "open_deliverables"),
    "direct-award-reason": ("direct_award_reason",),
    "direct-award-reason-missing": ("direct_award_reason",),
    "evidence-missing": ("evidence",),
    "grants-unnamed": ("grants",),
    "heading-exhausted": ("amount", "from_heading"),
    "instalment-paid": ("instalment",),
    "instalments-sum": ("instalments", "unpaid_instalments"),
    "judgement-missing": ("novelty_judgement",),
    "limit-too-high": ("limit",),
    "no-grades": ("grades.overall",),
    "not-due": ("instalment", "effective_on"),
    "novel-or-contentious": ("board_minute",),
    "on-team": ("peer",),
    "other-host": ("challenge",),
    "over-decision": ("cost",),
    "over-kept": ("final_spend",),
    "over-limit": ("board_minute",),
    "over-reserved": ("half_days",),
    "own-council": ("peer",),
    "own-challenger": ("peer",),
    "own-deputy": ("deputy",),
    "party-missing": ("party",),
    "party-not-taken": ("party",),
    "payment-reference-used": ("payment_reference",),
    "peer-not-active": ("peer",),
    "policy-from-taken": ("from",),
    "reason-missing": ("reason",),
    "receipt-reference-used": ("receipt_reference",),
    "release-ended": ("peer",),
    "same-heading": ("to_heading",),
    "scope-missing": ("region", "council", "peer"),
    "still-open": ("left_open",),
    "user-exists": ("user",),
    "wrong-financial-year": ("instalments", "unpaid_instalments", "effective_on"),
}
"""The fields that a rule is about, the first that the form has, where its values don't say so."""

_AMOUNTS = ("amount", "value", "award", "cost", "final_spend", "spend_to_date")


def refused(refusal: Refused, fields: Sequence[Field]) -> Wrong:
    """A rule's refusal, with the field that the rule is about, if it is about one."""
    by_name = {field.name: field for field in fields if not field.hidden}
    names = [*ABOUT.get(refusal.code, ())]
    for value in refusal.values:
        names += _AMOUNTS if value == "asked_pence" else [value.removesuffix("_pence")]
    found = next((by_name[name] for name in names if name in by_name), None)
    if found is None:
        return Wrong("", refusal.sentence, "form")
    return Wrong(found.name, refusal.sentence, found.anchor)


def invalid(error: ValidationError, fields: list[Field], answers: Mapping[str, str]) -> list[Wrong]:
    """What the command's model did not take, in the order of the form, once a field."""
    within = [(field, [field, *leaves([field], answers)]) for field in fields]
    by_name = {each.name: each for _, parts in within for each in parts}
    lists = {part.name: field for field, parts in within for part in parts if field.kind == "list"}
    found: dict[str, Wrong] = {}
    for detail in error.errors():
        name = _name(detail["loc"], by_name, answers)
        field = by_name.get(name)
        if field is None:
            found.setdefault("", Wrong("", own_words(detail), "form"))
            continue
        if len(detail["loc"]) == 1 and "." in name and name not in lists:
            told = f"Answer at least one of these: {field.group or field.label}"
        elif name in lists and not tidied([lists[name]], answers):
            told = missing(lists[name])
        else:
            about = by_name.get(".".join(map(str, detail["loc"])), field)
            told = _of_item(name, fields) + said(detail, about, answers)
        found.setdefault(name, Wrong(name, told, field.anchor))
    order = [*by_name, ""]
    return sorted(found.values(), key=lambda wrong: order.index(wrong.name))


def _name(
    loc: tuple[int | str, ...], by_name: Mapping[str, Field], answers: Mapping[str, str]
) -> str:
    """The field of a place in the body: the longest part of it that is one, else its first part."""
    parts = [str(part) for part in loc]
    if parts and (field := by_name.get(parts[0])) and field.kind == "pairs" and len(parts) > 1:
        keys = [n for n, v in answers.items() if n.startswith(f"{field.name}.") and v == parts[1]]
        for key in keys:
            if key.endswith(".key"):
                return key if parts[-1] == "[key]" else f"{key.removesuffix('key')}value"
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in by_name:
            field = by_name[name]
            return field.at(0)[0].name if field.repeated and field.kind != "rows" else name
    inside = f"{parts[0]}." if parts else "."
    return next((name for name in by_name if name.startswith(inside)), "")


def _of_item(name: str, fields: list[Field]) -> str:
    """Which item of a repeated field is meant: ``Instalment 2: ``; nothing for any other."""
    head, _, rest = name.partition(".")
    number = rest.partition(".")[0]
    for field in fields:
        if field.name == head and field.kind in ("rows", "pairs") and number.isdecimal():
            return f"{field.one.capitalize() or field.label} {int(number) + 1}: "
    return ""


_CHOSEN = frozenset({"choice", "flag", "several"})

_ANSWERED = ("how", "what", "when", "where", "which", "who", "whom", "why")
"""A label that begins so is a clause: what is missing is said, not entered."""


def in_a_sentence(label: str) -> str:
    """A label after other words: DfE number stays, Amount becomes amount."""
    first = label.partition(" ")[0]
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def missing(field: Field) -> str:
    """What to do about a field that was left empty."""
    what = in_a_sentence(field.label)
    if field.repeated:
        return f"Add at least one {field.one}" if field.one else f"Add to this: {what}"
    if field.kind == "file":
        return "Choose a file"
    if field.label.endswith("?"):
        return f"Choose yes or no: {what}"
    if what.partition(" ")[0] in _ANSWERED:
        return f"Say {what}"
    return f"{'Choose' if field.kind in _CHOSEN or field.source else 'Enter'} the {what}"


def said(detail: ErrorDetails, field: Field, answers: Mapping[str, str]) -> str:
    """An error in a sentence that says what to do."""
    label, context = field.label, detail.get("ctx", {})
    match detail["type"]:
        case _ if not tidied([field], answers):
            return missing(field)
        case "too_short":
            return f"{label} must be at least {context.get('min_length', 1)}"
        case "too_long":
            return f"{label} can have at most {context.get('max_length')}"
        case "string_too_long":
            return f"{label} must be {context.get('max_length'):,} characters or fewer"
        case _ if field.kind == "money":
            return _money(label, detail)
        case _ if field.kind == "date":
            return _date(field, answers)
        case "int_parsing" | "int_from_float" | "int_type":
            return f"{label} must be a whole number, like 12"
        case "decimal_parsing":
            return f"{label} must be a number, like 12.5"
        case "greater_than_equal":
            return f"{label} must be {context.get('ge'):,} or more"
        case "less_than_equal":
            return f"{label} must be {context.get('le'):,} or fewer"
        case "enum" | "literal_error":
            return missing(field)
        case "string_pattern_mismatch":
            return _pattern(field)
    return f"{label}: {own_words(detail)}"


def _money(label: str, detail: ErrorDetails) -> str:
    told: Any = own_words(detail)
    if told.startswith("Write an amount"):
        return f"{label} must be {told.removeprefix('Write an amount of ').rstrip('.')}"
    return f"{label} must be pounds, with or without pence, like £120,000.00"


def _date(field: Field, answers: Mapping[str, str]) -> str:
    boxes = {part: answers.get(f"{field.name}-{part}") for part in ("day", "month", "year")}
    left_out = [part for part, value in boxes.items() if not value]
    if left_out:
        return f"{field.label} must include a {' and '.join(left_out)}"
    return f"{field.label} must be a real date, like 31 3 2026"


def _pattern(field: Field) -> str:
    """What text of this pattern looks like."""
    if field.source:
        return missing(field)
    shape = f": {in_a_sentence(field.hint)}" if field.hint else ""
    return f"{field.label} is not in the right form{shape}"
