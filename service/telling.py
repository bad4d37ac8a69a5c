"""A value by the name of its field, and an event, as people read them: on pages and elsewhere."""

from typing import Any

from domain.kernel import Event, pounds_text

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


def happened(event: str) -> str:
    """What an event says, by its name: the first sentence of its class."""
    kind = Event.catalogue.get(event)
    said = (kind.__doc__ or event) if kind else event
    return said.strip().split("\n")[0]
