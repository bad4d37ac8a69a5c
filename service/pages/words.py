"""Events in plain words: the sentence that the event's class says, and its particulars."""

from collections.abc import Iterable
from typing import Any

from domain.kernel import Event, pounds_text
from projections.audit import JournalRow

_NOT_SHOWN = {"case", "council", "grant", "match", "peer", "user", "state", "source", "published"}


def sentence(row: JournalRow) -> str:
    """What happened, in one sentence."""
    kind = Event.catalogue.get(row.event)
    said = (kind.__doc__ or row.event) if kind else row.event
    return said.strip().split("\n")[0]


def details(row: JournalRow) -> list[tuple[str, str]]:
    """The event's particulars as name and text, for people."""
    return list(_flat(row.payload))


def _flat(payload: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in payload.items():
        if name in _NOT_SHOWN or value in (None, "", [], {}):
            continue
        label = name.removesuffix("_pence").strip("_").replace("_", " ").capitalize()
        yield label, _text(name, value)


def _text(name: str, value: Any) -> str:
    if name.endswith("_pence") and isinstance(value, int):
        return pounds_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(
            f"{k.removesuffix('_pence').replace('_', ' ')}: {_text(k, v)}"
            for k, v in value.items()
            if v not in (None, "", [], {})
        )
    if isinstance(value, list):
        return ", ".join(_text(name, each) for each in value)
    return str(value)
