"""Moments that readers ask for, and cursors that go on as at the moment of the first page."""

import base64
import json
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from domain.kernel import LONDON, Frozen, Refused
from domain.sentences import day_text

_POINT = re.compile(r"(\d{1,18})(?:@(\d{4}-\d\d-\d\d))?", re.ASCII)


class Moment(Frozen):
    """A moment of the record: a position in the log, and how the reader asked for it."""

    position: int
    as_at: str | None = None
    on: date
    """The day in London that it falls on: what is due or overdue is judged by it."""

    @property
    def is_past(self) -> bool:
        return self.as_at is not None

    @property
    def point(self) -> str:
        """This very moment, whenever it is asked for: ``1234@2026-03-31``."""
        return f"{self.position}@{self.on.isoformat()}"

    @property
    def told(self) -> str:
        """As people are told it: 31 March 2026; a time of a day as it was asked for."""
        as_at = self.as_at or ""
        return day_text(self.on) if point_of(as_at) or day_of(as_at) else as_at


_DAYS = ("%d/%m/%Y", "%d %B %Y", "%d %b %Y")
"""How people write a day, besides 2026-03-31."""


def day_of(text: str) -> date | None:
    """The day that a person means: 2026-03-31, 31/3/2026 or 31 March 2026; None for no day."""
    for form in ("%Y-%m-%d", *_DAYS):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    return None


def point_of(text: str) -> tuple[int, date | None] | None:
    """The position that a person means, and the day that it is seen from if they name one:
    ``1234`` or ``1234@2026-03-31``; None for no position."""
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    seen_from = day_of(found[2]) if found[2] else None
    return None if found[2] and seen_from is None else (int(found[1]), seen_from)


def moment_of(text: str) -> datetime:
    """The moment that a person means: a date is its end in London; a time without a zone is
    London's. Raises Refused ``bad-as-at``."""
    try:
        if day := day_of(text):
            return datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(
                days=1, microseconds=-1
            )
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return found if found.tzinfo else found.replace(tzinfo=LONDON)
    except (ValueError, OverflowError) as error:
        raise Refused(
            "bad-as-at",
            "Write a moment as a date (31 March 2026 or 2026-03-31), a date and time"
            " (2026-03-31T17:00) or a position in the log (1234).",
        ) from error


def encoded(order: str, position: int, last: Any, key: str) -> str:
    """A cursor after a row: the list's order, its moment, and the row's place in it."""
    said = json.dumps([order, position, last, key], default=str)
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def decoded(cursor: str) -> list[Any]:
    """What a cursor says. Raises Refused ``bad-cursor`` for one that is not ours."""
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        order, position, last, key = said
        if not (isinstance(order, str) and isinstance(position, int) and isinstance(key, str)):
            raise ValueError("not a cursor of ours")
    except ValueError as error:
        raise Refused("bad-cursor", "Use a cursor as it came in 'next'.") from error
    return [order, position, last, key]
