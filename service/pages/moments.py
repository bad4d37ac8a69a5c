"""The moments at which something changed: what a page of it can be looked at as at."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from domain.kernel import LONDON
from projections.audit import JournalRow
from service.desk import Reader
from service.pages.timeline import names_known
from service.telling import sentence


class Change(NamedTuple):
    """A moment at which something changed: the last position of what was recorded together."""

    position: int
    day: date
    said: str
    """What happened, in a sentence."""


class Moments(NamedTuple):
    """Every change of something, and where among them the reader looks."""

    changes: Sequence[Change]
    here: int
    """The place of the last change that the reader sees; -1 before the first."""
    is_past: bool

    @property
    def current(self) -> Change | None:
        return self.changes[self.here] if self.here >= 0 else None

    @property
    def before(self) -> Change | None:
        return self.changes[self.here - 1] if self.here > 0 else None

    @property
    def after(self) -> Change | None:
        later = self.here + 1
        return self.changes[later] if self.is_past and later < len(self.changes) else None


def moments_of(reading: Reader, **where: Any) -> Moments | None:
    """The changes of what the events concern, later ones than the moment looked at too.

    None for a reader who may not read the trail.
    """
    if not reading.sees("audit.read"):
        return None
    now = Reader(reading.installation, reading.person)
    now.needs = "audit.read"
    rows = now.all(JournalRow, where, order="position")
    names, changes = names_known(reading), []
    for _, group in groupby(rows, lambda row: row.correlation):
        together = list(group)
        first, last = together[0], together[-1]
        changes.append(
            Change(
                last.position, last.recorded_at.astimezone(LONDON).date(), sentence(first, names)
            )
        )
    seen = sum(change.position <= reading.moment.position for change in changes)
    return Moments(changes, seen - 1, reading.moment.is_past)
