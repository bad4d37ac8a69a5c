"""Start: what waits for whoever looks."""

from itertools import groupby
from typing import NamedTuple

from fastapi import Request
from fastapi.responses import Response

from service.desk import Reading, Router, page
from service.pages.board import picked
from service.pages.render import render
from service.pages.timeline import names_of
from service.tasks import Task, Urgency, waiting_for
from service.tasks.routes import Whose

router = Router()

_SHOWN = 5
"""Of one kind and urgency: more are folded away."""


class Group(NamedTuple):
    """Tasks of one kind that are as urgent as each other."""

    title: str
    first: list[Task]
    more: list[Task]


def grouped(tasks: list[Task]) -> dict[Urgency, list[Group]]:
    """Tasks by urgency, each kind's together, the kind with the most urgent task first."""
    found: dict[Urgency, list[Group]] = {}
    for urgency, of_urgency in groupby(tasks, key=lambda task: task.urgency):
        by_kind: dict[str, list[Task]] = {}
        for task in of_urgency:
            by_kind.setdefault(task.title, []).append(task)
        found[urgency] = [
            Group(title, kept[:_SHOWN], kept[_SHOWN:]) for title, kept in by_kind.items()
        ]
    return found


@page(router, "/", needs="council.read")
def start(request: Request, reading: Reading, whose: Whose = "mine", urgency: str = "") -> Response:
    """What waits, for the roles of whoever looks."""
    waiting = waiting_for(reading, whose)
    chosen = picked(Urgency, urgency)
    tasks = [task for task in waiting.tasks if chosen in (None, task.urgency)]
    return render(
        request,
        "start.html",
        reading=reading,
        waiting=waiting,
        groups=grouped(tasks),
        urgencies=list(Urgency),
        chosen=chosen,
        whose=whose,
        councils=names_of(reading),
    )
