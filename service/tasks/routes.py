"""The reader's tasks over HTTP."""

from collections import Counter
from datetime import date
from typing import Literal

from domain.kernel import Frozen
from service.desk import Reader, Reading, query, router_for
from service.tasks.kinds import Task, Urgency, tasks_of

router = router_for("tasks")

Whose = Literal["mine", "all"]


class Waiting(Frozen):
    """What waits for the reader, as at a moment."""

    position: int
    on: date
    """The day that urgency is judged by."""
    counts: dict[Urgency, int]
    """Of the tasks below, by urgency."""
    with_colleagues: int
    """Tasks in cases that colleagues lead, which are left out of ``mine``."""
    tasks: list[Task]

    @property
    def kinds(self) -> Counter[str]:
        """How many of each kind, by its title."""
        return Counter(task.title for task in self.tasks)


def waiting_for(reading: Reader, whose: Whose = "mine", kind: str | None = None) -> Waiting:
    """The reader's tasks: those in cases that they, or nobody, lead; or all that they may do."""
    found = tasks_of(reading)
    leads = reading.sees("case.run")
    mine = [t for t in found if not leads or t.lead in (None, reading.user.user)]
    tasks = [t for t in (mine if whose == "mine" else found) if kind in (None, t.kind)]
    counts = Counter(task.urgency for task in tasks)
    return Waiting(
        position=reading.moment.position,
        on=reading.moment.on,
        counts={urgency: counts[urgency] for urgency in Urgency},
        with_colleagues=len(found) - len(mine),
        tasks=tasks,
    )


@query(router, "/tasks", needs="council.read")
def list_tasks(reading: Reading, whose: Whose = "mine", kind: str | None = None) -> Waiting:
    """What waits for whoever asks, by the roles that they hold now, the most urgent first."""
    return waiting_for(reading, whose, kind)
