"""How routes declare what they do and what they need."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, ParamSpec, TypeVar

from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from domain.kernel import Command
from service.desk.reading import Reader
from service.desk.refusals import forbidden
from service.desk.routing import Router
from service.desk.work import Desk, Receipt

T = TypeVar("T")
P = ParamSpec("P")


class CommandRoute(NamedTuple):
    """A command as routes and the command line know it."""

    name: str
    path: str
    needs: str
    cli: str | None
    function: Callable[..., Receipt]

    @property
    def doc(self) -> str:
        """What it does, in the first line of its description."""
        return (self.function.__doc__ or self.name).strip().split("\n")[0].rstrip(".")

    @property
    def does(self) -> str:
        """What it does, as its form's title has it: the description up to a semicolon."""
        return self.doc.partition(";")[0]


class QueryRoute(NamedTuple):
    """A query as the command line knows it."""

    path: str
    needs: str
    function: Callable[..., Any]


class Routes:
    """Every command, query and page that has been declared, with what it needs."""

    commands: ClassVar[list[CommandRoute]] = []
    queries: ClassVar[list[QueryRoute]] = []
    needs: ClassVar[dict[tuple[str, str], str]] = {}


PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """RFC 9457: what went wrong, in a sentence that a person can act on."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] = []


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in {
        401: "Sign in first",
        403: "Your roles don't allow it",
        404: "Nothing there in your scope",
        409: "A rule says no; the values that it saw are in the problem",
        412: "Somebody changed it since you read it",
        422: "The input can't be used as it is",
    }.items()
}


def router_for(tag: str) -> Router:
    """A router for one area of the JSON API."""
    return Router("/api/v1", tags=[tag], responses=PROBLEMS)


def command(
    router: Router, path: str, *, needs: str, cli: str | None = None
) -> Callable[[Callable[..., Receipt]], Callable[..., Receipt]]:
    """Declare a command: ``POST path`` for whoever holds ``needs``, with a command line twin.

    The function takes its path parameters, ``command`` and ``desk``; it may be run more than
    once, so it does nothing but load, decide and record.
    """

    def declare(function: Callable[..., Receipt]) -> Callable[..., Receipt]:
        @functools.wraps(function)
        def run(**arguments: Any) -> Receipt:
            desk: Desk = arguments["desk"]
            return desk.carry_out(needs, function, arguments)

        router.post(path, status_code=201, name=function.__name__)(run)
        Routes.needs["POST", router.prefix + path] = needs
        Routes.commands.append(
            CommandRoute(function.__name__, router.prefix + path, needs, cli, run)
        )
        return run

    return declare


def _readable(needs: str, function: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(function)
    def run(*args: P.args, **arguments: P.kwargs) -> T:
        reading = arguments["reading"]
        if not isinstance(reading, Reader):
            raise TypeError(f"{function.__name__} takes a Reading called reading")
        reading.needs = needs
        if not reading.sees(needs):
            raise forbidden(needs)
        return function(*args, **arguments)

    return run


def query(
    router: Router, path: str, *, needs: str, **options: Any
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare a query: ``GET path`` for whoever holds ``needs``; takes ``reading``."""

    def declare(function: Callable[P, T]) -> Callable[P, T]:
        run = _readable(needs, function)
        router.get(path, name=function.__name__, **options)(run)
        if options.get("include_in_schema", True):
            Routes.queries.append(QueryRoute(router.prefix + path, needs, run))
        Routes.needs["GET", router.prefix + path] = needs
        return run

    return declare


def page(router: Router, path: str, *, needs: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare a page: ``GET path`` answered in HTML for whoever holds ``needs``."""
    return query(router, path, needs=needs, response_class=HTMLResponse, include_in_schema=False)


def form(router: Router, path: str, *, needs: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare where a form of one page is sent: the command that it calls checks ``needs``."""

    def declare(function: Callable[P, T]) -> Callable[P, T]:
        router.post(path, name=function.__name__, include_in_schema=False)(function)
        Routes.needs["POST", router.prefix + path] = needs
        return function

    return declare


def command_model(function: Callable[..., Receipt]) -> type[Command] | None:
    """The Command class that a command's function takes, if it takes one."""
    hint = inspect.get_annotations(inspect.unwrap(function), eval_str=True).get("command")
    return hint if isinstance(hint, type) and issubclass(hint, Command) else None
