"""Routes as they are declared: FastAPI's own are made from them when an application is."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from fastapi import APIRouter
from starlette.routing import BaseRoute

F = TypeVar("F", bound=Callable[..., Any])


class Declared(NamedTuple):
    """One route: the method, the address, what answers, and FastAPI's options for it."""

    method: str
    path: str
    function: Callable[..., Any]
    options: Mapping[str, Any]


class Router:
    """What one area answers at which addresses.

    A declaration costs nothing; a FastAPI route costs milliseconds, of which a command line that
    serves nothing would otherwise wait for hundreds.
    """

    def __init__(self, prefix: str = "", **options: Any) -> None:
        self.prefix = prefix
        self._options = options
        self._declared: list[Declared] = []

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        """Declare what answers ``GET path``."""
        return self._declare("GET", path, options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        """Declare what answers ``POST path``."""
        return self._declare("POST", path, options)

    def _declare(self, method: str, path: str, options: Mapping[str, Any]) -> Callable[[F], F]:
        def declare(function: F) -> F:
            self._declared.append(
                Declared(method, self.prefix + path, function, {**self._options, **options})
            )
            return function

        return declare

    def include(self, *others: "Router") -> None:
        """Answer what others answer, too, with this router's options where they have none."""
        for other in others:
            for route in other:
                options = {**self._options, **route.options}
                self._declared.append(route._replace(options=options))

    def __iter__(self) -> Iterator[Declared]:
        return iter(self._declared)

    def made(self) -> list[BaseRoute]:
        """FastAPI's routes for what has been declared."""
        maker = APIRouter()
        for route in self:
            maker.add_api_route(route.path, route.function, methods=[route.method], **route.options)
        return maker.routes
