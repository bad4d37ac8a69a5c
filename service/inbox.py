"""A person's inbox: what became a task for them, and what changed in what they watch.

Nothing is kept of it but how far its reader has read. It is the difference between two moments of
the record: the tasks that wait now and did not then, and what others recorded since.
"""

from collections import Counter
from datetime import date, timedelta

from pydantic import BaseModel, Field

from domain.kernel import Frozen, Refused
from domain.watching import Notices, Since
from service.desk import AtDesk, Moment, Reader, Reading, Receipt, command, query, router_for
from service.read_marks import mark_read, read_mark
from service.tasks import Task, waiting_for
from service.watching import DAYS, WatchedNow, changes_after, watch_list

router = router_for("inbox")

CHANGES = "Changes in what you watch"


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
        """How much of each kind is new: all that an e-mail says."""
        return Counter(task.title for task in self.tasks) + Counter({CHANGES: self.changes})


def inbox_of(reading: Reader, since: Since | None = None) -> Inbox:
    """What is new to the reader since a moment; else since they have read, or in the last days."""
    since = since or _read_up_to(reading)
    then = Moment(position=since.position, as_at=str(since.position), on=since.on)
    before = {task.key for task in waiting_for(reading.then(then)).tasks}
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


@query(router, "/inbox", needs="council.read")
def show_inbox(reading: Reading) -> Inbox:
    """What is new to you since you have read: tasks, and changes in what you watch."""
    return inbox_of(reading)


class ReadUpTo(BaseModel):
    """How far the inbox was read."""

    position: int = Field(ge=0, le=2**62, description="The position that the inbox was shown at")


@command(router, "/inbox/readings", needs="council.read")
def mark_inbox_read(body: ReadUpTo, desk: AtDesk) -> Receipt:
    """Mark your inbox as read up to a position; the log records nothing of it."""
    if body.position > desk.store.head():
        raise Refused("bad-position", "The record has not come so far: use a position it has.")
    user, installation = desk.user.user, desk.installation
    today, at = installation.today(), installation.stamp
    mark_read(desk.store.datastore, user, body.position, today, at)
    return Receipt(reference=f"WATCH-{user}", version=0, position=body.position, events=[])
