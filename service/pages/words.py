"""Events in plain words: the sentence that the event's class says, and its particulars."""

from collections.abc import Iterable
from typing import Any

from projections.audit import JournalRow
from service.telling import EMPTY, happened, titled, told

_NOT_SHOWN = {"case", "council", "grant", "match", "peer", "user", "state", "source", "published"}


def sentence(row: JournalRow) -> str:
    """What happened, in one sentence."""
    return happened(row.event)


def details(row: JournalRow) -> list[tuple[str, str]]:
    """The event's particulars as name and text, for people."""
    return list(_flat(row.payload))


def _flat(payload: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in payload.items():
        if name not in _NOT_SHOWN and value not in EMPTY:
            yield titled(name).capitalize(), told(name, value)
