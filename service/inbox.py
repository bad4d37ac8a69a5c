"""A person's inbox: what became a task for them, and what changed in what they watch.

Nothing is kept of it but how far its reader has read. It is the difference between two moments of
the record: the tasks that wait now and did not then, and what others recorded since.
"""

from collections import Counter
from datetime import date, timedelta
from time import monotonic
from typing import NamedTuple

from pydantic import BaseModel, Field

from domain.access import Holding
from domain.kernel import Frozen, Refused
from domain.watching import Notices, Since
from service.desk import AtDesk, Moment, Reader, Reading, Receipt, command, query, router_for
from service.read_marks import mark_read, read_mark
from service.tasks import Task, waiting_for
from service.watching import DAYS, WatchedNow, changes_after, watch_list

router = router_for("inbox")

CHANGES = "Changes in what you watch"
INBOX_NEEDS = "council.read"


class Inbox(Frozen):
    """What is new to a person, from one moment to another."""

    since: Since
    """The moment up to which everything was read; or so many days ago."""
    position: int
    on: date
    notices: Notices
    tasks: list[Task]
    """What became a task for them, the most urgent first."""
    watched: list[WatchedNow]
    """What they watch and others changed."""

    @property
    def changes(self) -> int:
        """How much others did in what they watch."""
        return sum(len(each.changes) for each in self.watched)

    @property
    def counts(self) -> Counter[str]:
        """How much of each kind is new: all that an email says."""
        return Counter(task.title for task in self.tasks) + Counter({CHANGES: self.changes})


def inbox_of(reading: Reader, since: Since | None = None) -> Inbox:
    """What is new to the reader since a moment; else since they have read, or in the last days."""
    since = since or _read_up_to(reading)
    return _inbox(reading, since, _waited(reading, since))


def _waited(reading: Reader, since: Since) -> frozenset[str]:
    """The tasks that waited at a moment."""
    then = Moment(position=since.position, as_at=str(since.position), on=since.on)
    return frozenset(task.key for task in waiting_for(reading.then(then)).tasks)


def _inbox(reading: Reader, since: Since, before: frozenset[str]) -> Inbox:
    return Inbox(
        since=since,
        position=reading.moment.position,
        on=reading.moment.on,
        notices=watch_list(reading).notices,
        tasks=[task for task in waiting_for(reading).tasks if task.key not in before],
        watched=changes_after(reading, since.position),
    )


def _read_up_to(reading: Reader) -> Since:
    mark = read_mark(reading.installation.store.datastore, reading.user.user)
    if mark and mark.position <= reading.moment.position:
        return Since(position=mark.position, on=mark.on)
    day = reading.moment.on - timedelta(days=DAYS)
    return Since(position=reading.at(day.isoformat()).moment.position, on=day)


# --- How much is unread -----------------------------------------------------------------------

COUNTED_EVERY = 60.0
"""Seconds. To count is to look for tasks, a tenth of a second's work, and each page tells it."""


class _Counted(NamedTuple):
    """How much was unread at a position, since when, and which tasks waited then."""

    read: tuple[int | None, date, tuple[Holding, ...]]
    """How far they had read, on which day, and the roles that they held."""
    since: Since
    before: frozenset[str]
    position: int
    at: float
    unread: int


def unread_of(reading: Reader) -> int | None:
    """How much in the reader's inbox is unread; None of the past, and where nothing can be told.

    It is counted again once the log has moved on, at most once a minute for each person, and at
    once when they have read or a day begins. In between, a page pays one look at how far they
    have read. The tasks that waited when they had read are looked for once.
    """
    if reading.moment.is_past or not reading.sees(INBOX_NEEDS):
        return None
    last, position = _last_counted(reading), reading.moment.position
    if last and (last.position >= position or monotonic() - last.at < COUNTED_EVERY):
        return last.unread
    if not reading.is_whole():
        return last.unread if last else None
    return inbox_now(reading).counts.total()


def inbox_now(reading: Reader) -> Inbox:
    """What is new to the reader since they have read, counted for the pages that follow."""
    asked = reading.under(INBOX_NEEDS)
    if reading.moment.is_past:
        return inbox_of(asked)
    last = _last_counted(reading)
    since = last.since if last else _read_up_to(asked)
    before = last.before if last else _waited(asked, since)
    found = _inbox(asked, since, before)
    reading.installation.unread[reading.user.user] = _Counted(
        read=_how_far(reading),
        since=since,
        before=before,
        position=found.position,
        at=monotonic(),
        unread=found.counts.total(),
    )
    return found


def _how_far(reading: Reader) -> tuple[int | None, date, tuple[Holding, ...]]:
    mark = read_mark(reading.installation.store.datastore, reading.user.user)
    return mark.position if mark else None, reading.moment.on, reading.user.holdings


def _last_counted(reading: Reader) -> _Counted | None:
    """What was counted last, unless they have read, a day has begun or a role changed since."""
    last: _Counted | None = reading.installation.unread.get(reading.user.user)
    return last if last and last.read == _how_far(reading) else None


@query(router, "/inbox", needs=INBOX_NEEDS)
def show_inbox(reading: Reading) -> Inbox:
    """What is new to you since you have read: tasks, and changes in what you watch."""
    return inbox_now(reading)


class ReadUpTo(BaseModel):
    """How far the inbox was read."""

    position: int = Field(ge=0, le=2**62, description="The position that the inbox was shown at")


@command(router, "/inbox/readings", needs=INBOX_NEEDS)
def mark_inbox_read(body: ReadUpTo, desk: AtDesk) -> Receipt:
    """Mark your inbox as read up to a position; the log records nothing of it."""
    if body.position > desk.store.head():
        raise Refused("bad-position", "The record has not come so far: use a position it has.")
    user, installation = desk.user.user, desk.installation
    today, at = installation.today(), installation.stamp
    mark_read(desk.store.datastore, user, body.position, today, at)
    return Receipt(reference=f"WATCH-{user}", version=0, position=body.position, events=[])
