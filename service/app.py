"""The application: routers, one table from refusal to HTTP status, health and readiness."""

import functools
import gc
import importlib
import logging
import pkgutil
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import psycopg
from eventsourcing.persistence import DataError, OperationalError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import service
from domain.kernel import Refused
from projections.engine import View
from projections.follower import standings
from service.answers import Answers, Correlated
from service.desk import PROBLEM_JSON, PROBLEMS, Problem, Replayed, Router, status_of
from service.identity import NotSignedIn, accounts_of
from service.installation import Installation
from service.invalid import place, what_to_do, worth_telling
from service.notices import keep_sending
from service.working import Worker

log = logging.getLogger("casework")

LARGEST_BODY = 1_000_000
LARGEST_UPLOAD = 26_000_000
_HEALTH = ("/healthz", "/readyz", "/metrics")


def problem(code: str, status: int, detail: str, **more: Any) -> JSONResponse:
    """RFC 9457: type (a stable slug of the rule), title, status, detail."""
    body = {
        "type": f"/problems/{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        **more,
    }
    return JSONResponse(_plain(body), status_code=status, media_type=PROBLEM_JSON)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(k): _plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(v) for v in value]
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return str(value)


class BodyLimit:
    """Answers 413 to a body that no form or command of ours can need."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        upload = headers.get(b"content-type", b"").startswith(b"multipart/")
        most = LARGEST_UPLOAD if upload else LARGEST_BODY
        told = headers.get(b"content-length", b"0")
        too_large = told.isdigit() and int(told) > most
        if too_large:
            await self._refuse(most, scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise TooLarge(most)
            return message

        try:
            await self.app(scope, counted, send)
        except TooLarge:
            await self._refuse(most, scope, receive, send)

    @staticmethod
    async def _refuse(most: int, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem(
            "too-large", 413, f"Send at most {most // 1_000_000} MB: this is too large to be right."
        )
        await response(scope, receive, send)


class OurHosts:
    """Answers 421 to a request under a name that is not ours; health is asked under any."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _HEALTH:
            await self.app(scope, receive, send)
            return
        named = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        if re.sub(r":\d+$", "", named) in self.hosts:
            await self.app(scope, receive, send)
            return
        response = problem("unknown-host", 421, "This service has other names: ask under one.")
        await response(scope, receive, send)


class TooLarge(Exception):
    """More came than may come."""


class Api(FastAPI):
    """FastAPI, whose description of the API holds how problems are answered, once for all."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        document = super().openapi()
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"]["Problem"] = shape
        return document


def create_app(installation: Installation, *, with_projector: bool = True) -> FastAPI:
    """The service on one installation; with the follower and the sender of notices in the same
    process, or beside."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        follower = threading.Thread(target=installation.follower.run, args=(stop,), daemon=True)
        with ExitStack() as meanwhile:
            if with_projector:
                follower.start()
                meanwhile.enter_context(keep_sending(installation))
            worker = Worker(installation)
            worker.start()
            # What is there by now stays: to look for garbage in it took a fifth of a page's time.
            gc.collect()
            gc.freeze()
            yield
        stop.set()
        worker.join()
        if with_projector:
            follower.join(timeout=10)

    app = Api(
        title="Casework",
        summary="The Children's Improvement Board's record of support",
        version="0.2.0",
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        lifespan=lifespan,
        routes=routes(),
    )
    app.state.installation = installation
    accounts_of(installation)
    app.add_middleware(BodyLimit)
    app.add_middleware(Answers)
    app.add_middleware(Correlated)
    if hosts := installation.settings.hosts:
        app.add_middleware(OurHosts, hosts=hosts)
    _answer_problems(app)
    static = installation.settings.static_dir
    if static.is_dir():
        app.mount("/static", StaticFiles(directory=static), name="static")
    return app


@functools.cache
def routes() -> list[BaseRoute]:
    """What every application of this process answers: made once, since making takes a second."""
    return [route for router in (*routers(), health) for route in router.made()]


def routers() -> Iterator[Router]:
    """The router of every area's module in this package, the pages last."""
    names = sorted(m.name for m in pkgutil.iter_modules(service.__path__) if m.name != "app")
    for name in sorted(names, key=lambda name: name == "pages"):
        router = getattr(importlib.import_module(f"service.{name}"), "router", None)
        if isinstance(router, Router):
            yield router


# --- Problems -------------------------------------------------------------------------------


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith(("/api/", *_HEALTH))


def _answer_problems(app: FastAPI) -> None:
    """One place says how each failure is answered."""

    def shown(request: Request, code: str, status: int, detail: str, **more: Any) -> Response:
        if _wants_page(request):
            from service.pages.errors import error_page

            return error_page(request, code, status, detail)
        return problem(code, status, detail, **more)

    @app.exception_handler(Refused)
    def refused(request: Request, refusal: Refused) -> Response:
        return shown(
            request,
            refusal.code,
            status_of(refusal.code),
            refusal.sentence,
            values=refusal.values,
        )

    @app.exception_handler(Replayed)
    def replayed(request: Request, done: Replayed) -> Response:
        return JSONResponse(
            done.receipt.model_dump(mode="json"),
            status_code=201,
            headers={"Idempotency-Replayed": "true"},
        )

    @app.exception_handler(NotSignedIn)
    def not_signed_in(request: Request, _: NotSignedIn) -> Response:
        if _wants_page(request):
            from service.pages.errors import to_sign_in

            return to_sign_in(request)
        answer = problem(
            "not-signed-in", 401, "Send a bearer token, or sign in: your session may have ended."
        )
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {
                "pointer": "".join(f"/{part}" for part in place(found)[1:]),
                "in": str(found["loc"][0]) if found["loc"] else "body",
                "detail": what_to_do(found),
            }
            for found in worth_telling(error.errors())
        ]
        first = errors[0] if errors else {"pointer": "", "detail": "it can't be read"}
        where = first["pointer"].strip("/") or "the body"
        return shown(
            request,
            "bad-input",
            422,
            f"Correct {where}: {first['detail']}",
            errors=errors,
        )

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        codes = {404: "not-found", 405: "method-not-allowed", 400: "bad-request"}
        said = {
            404: "There is nothing at this address: check it, or start from the first page.",
            405: "This address does not take that method.",
            400: "The body can't be read: send JSON as the API's description says.",
        }
        status = error.status_code
        return shown(
            request, codes.get(status, "error"), status, said.get(status, str(error.detail))
        )

    @app.exception_handler(DataError)
    def unstorable(request: Request, error: DataError) -> Response:
        return shown(
            request,
            "bad-input",
            422,
            "A value can't be used: it is out of range or has characters that can't be stored.",
        )

    @app.exception_handler(OperationalError)
    @app.exception_handler(psycopg.OperationalError)
    def away(request: Request, error: Exception) -> Response:
        log.error("the database did not answer: %s", error)
        answer = shown(
            request, "unavailable", 503, "The database does not answer: try again in a minute."
        )
        answer.headers["Retry-After"] = "5"
        return answer

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        log.exception("unexpected failure at %s", request.url.path, exc_info=error)
        return shown(request, "failure", 500, "Something failed on our side. Nothing was recorded.")


# --- Health ---------------------------------------------------------------------------------

health = Router()


@health.get("/healthz", tags=["health"])
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz", tags=["health"], responses=PROBLEMS)
def readyz(request: Request, response: Response) -> dict[str, Any]:
    """Whether the database answers and every view is close behind the log."""
    installation: Installation = request.app.state.installation
    head = installation.store.head()
    views = standings(installation.model, View.all, head)
    stopped = [f"{view.view} {view.error}" for view in views if view.state == "stopped"]
    behind = [view.view for view in views if view.lag > 10_000]
    if stopped or behind:
        response.status_code = 503
    return {
        "status": "stopped" if stopped else "behind" if behind else "ready",
        "position": head,
        "stopped": stopped,
        "behind": behind,
    }


@health.get("/metrics", tags=["health"], include_in_schema=False)
def metrics(request: Request) -> Response:
    """Position and lag of each view, in the Prometheus text format."""
    installation: Installation = request.app.state.installation
    head = installation.store.head()
    lines = [
        "# TYPE casework_log_position counter",
        f"casework_log_position {head}",
        "# TYPE casework_view_lag gauge",
        "# TYPE casework_view_stopped gauge",
    ]
    for view in standings(installation.model, View.all, head):
        lines.append(f'casework_view_lag{{view="{view.view}"}} {view.lag}')
        lines.append(f'casework_view_stopped{{view="{view.view}"}} {int(view.state == "stopped")}')
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
