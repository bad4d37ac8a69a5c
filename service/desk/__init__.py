"""Where people work: a Desk for each command, a Reading for each look, and how routes declare them.

A route loads, decides, records. Around it, ``@command`` checks the permission it declares,
answers a repeated key with the first answer, fills in the effective date and runs the
function again when a stream that it relied on has moved on. ``@query`` and ``@page`` check the
permission and find the moment that the reader asks for.
"""

from service.desk.asked import Reading
from service.desk.beginning import begins
from service.desk.moments import Moment, day_of, moment_of, point_of
from service.desk.reading import Page, Reader
from service.desk.refusals import forbidden, status_of
from service.desk.routes import (
    PROBLEM_JSON,
    PROBLEMS,
    CommandRoute,
    Problem,
    QueryRoute,
    Routes,
    command,
    command_model,
    form,
    page,
    query,
    router_for,
)
from service.desk.routing import Router
from service.desk.scope import Fits
from service.desk.work import (
    CORRELATION_ID,
    AtDesk,
    AtFormDesk,
    Desk,
    Receipt,
    Replayed,
    Told,
    untold,
)

__all__ = [
    "CORRELATION_ID",
    "PROBLEMS",
    "PROBLEM_JSON",
    "AtDesk",
    "AtFormDesk",
    "CommandRoute",
    "Desk",
    "Fits",
    "Moment",
    "Page",
    "Problem",
    "QueryRoute",
    "Reader",
    "Reading",
    "Receipt",
    "Replayed",
    "Router",
    "Routes",
    "Told",
    "begins",
    "command",
    "command_model",
    "day_of",
    "forbidden",
    "form",
    "moment_of",
    "page",
    "point_of",
    "query",
    "router_for",
    "status_of",
    "untold",
]
