"""What waits for whoever looks: kinds of task by area, one list in order of urgency.

A kind of task is declared beside the others of its area; nothing else knows it by name.
"""

from service.tasks import cases, councils, grants, learning, money, peers
from service.tasks.kinds import KINDS, Task, Urgency, tasks_of
from service.tasks.routes import Waiting, router, waiting_for

__all__ = [
    "KINDS",
    "Task",
    "Urgency",
    "Waiting",
    "cases",
    "councils",
    "grants",
    "learning",
    "money",
    "peers",
    "router",
    "tasks_of",
    "waiting_for",
]
