"""What is wrong with what was sent, in a sentence that says what to write instead."""

import functools
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo


def what_to_do(detail: Mapping[str, Any]) -> str:
    """One of a validation's errors, for whoever wrote it by hand or by program."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "string_pattern_mismatch" if like := _examples().get(context["pattern"]):
            return f"Write it like {like}."
        case "json_invalid":
            return f"Send JSON: {context.get('error', 'this')} at character {detail['loc'][-1]}."
        case "model_attributes_type" | "model_type":
            return "Send a JSON object, as application/json."
        case "int_parsing" | "int_from_float" | "int_type":
            return "Write a whole number, like 12."
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return "Write a date like 2026-03-31."
    return own_words(detail)


def own_words(detail: Mapping[str, Any]) -> str:
    """One of a validation's errors in its own words, without the name of the exception."""
    return str(detail["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")


def worth_telling(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of a validation's errors those that say something: a list whose parts are wrong is told to
    be too short besides, since none of them counts."""
    inside = {tuple(each["loc"][:n]) for each in errors for n in range(len(each["loc"]))}
    return [e for e in errors if e["type"] != "too_short" or tuple(e["loc"]) not in inside]


def place(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """Where in what was sent it is, from the outermost part; nowhere if that can't be read."""
    return () if detail["type"] == "json_invalid" else tuple(str(part) for part in detail["loc"])


@functools.cache
def _examples() -> Mapping[str, str]:
    """By the pattern of each of the domain's types: what is written like it."""
    modules = [each for name, each in sys.modules.items() if name.partition(".")[0] == "domain"]
    marks = (
        mark
        for module in modules
        for value in vars(module).values()
        for mark in getattr(value, "__metadata__", ())
    )
    shown = [mark for mark in marks if isinstance(mark, FieldInfo) and mark.examples]
    return {
        part.pattern: str(mark.examples[0])
        for mark in shown
        for part in mark.metadata
        if mark.examples and getattr(part, "pattern", None)
    }
