"""A value by the name of its field, as people read it: on pages and on the command line."""

from datetime import date, datetime
from typing import Any

from domain.kernel import LONDON, pounds_text

EMPTY: tuple[Any, ...] = (None, "", [], {}, ())
"""What is nothing to tell."""


def titled(name: str) -> str:
    """A field's name in words, its unit left out: ``amount_pence`` is an amount."""
    return name.removesuffix("_pence").strip("_").replace("_", " ")


def told(name: str, value: Any) -> str:
    """Pence as pounds, yes or no, lists and what has parts of its own in one line."""
    match value:
        case _ if value in EMPTY:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith("_pence"):
            return pounds_text(value)
        case dict():
            parts = ((titled(k), told(k, v)) for k, v in value.items() if v not in EMPTY)
            return "; ".join(f"{title}: {text}" for title, text in parts)
        case list() | tuple():
            return ", ".join(told(name, each) for each in value)
    return str(value)


def govuk_date(value: date | datetime | None) -> str:
    """A date as GOV.UK writes it: 2 June 2025; with a time, 2 June 2025, 9:05am."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        hour = local.hour % 12 or 12
        half = "am" if local.hour < 12 else "pm"
        return f"{govuk_date(local.date())}, {hour}:{local.minute:02d}{half}"
    return f"{value.day} {value.strftime('%B %Y')}"
