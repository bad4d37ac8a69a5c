"""What the API's answers are sent with: a validator, how long they may be kept, compression.

Pages are left alone: they carry a form's token, and what is compressed beside a secret can be
made to tell it.
"""

import hashlib
import re
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.desk import CORRELATION_ID, point_of
from service.exports.formats import FORMATS

_API = "/api/"
_CORRELATION = "X-Correlation-ID"
_SMALLEST = 1_000
_LEVEL = 5
_KEPT_SECONDS = 300
"""How long an answer as at a position may be kept unasked: roles may be revoked meanwhile."""

_NOT_COMPRESSED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/pdf",
    "text/html",
    # A stream that is followed begins before there is anything to tell.
    "application/x-ndjson",
    # Compressed already.
    *(
        form.media_type
        for form in FORMATS.values()
        if not form.media_type.startswith(("text/", "application/json"))
    ),
)


class Answers:
    """Gives the API's answers their headers and compresses them; streams stay streams."""

    def __init__(self, app: ASGIApp) -> None:
        self.pages = app
        self.api = GZipMiddleware(
            _validated(app),
            minimum_size=_SMALLEST,
            compresslevel=_LEVEL,
            exclude_content_types=_NOT_COMPRESSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        of_api = scope["type"] == "http" and scope["path"].startswith(_API)
        await (self.api if of_api else self.pages)(scope, receive, send)


class Correlated:
    """Every answer of the API, a refusal too, names its request: as was asked, or by a new id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_API):
            await self.app(scope, receive, send)
            return
        correlation = Headers(scope=scope).get(_CORRELATION)
        if correlation is None:
            correlation = str(uuid4())
            named = (_CORRELATION.lower().encode(), correlation.encode())
            scope = {**scope, "headers": [*scope["headers"], named]}
        usable = re.fullmatch(CORRELATION_ID, correlation, re.ASCII)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and usable:
                MutableHeaders(scope=message)[_CORRELATION] = correlation
            await send(message)

        await self.app(scope, receive, answer)


def _validated(app: ASGIApp) -> ASGIApp:
    """Answers to GET in JSON with an ETag of what they say, and 304 to who has them already."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await app(scope, receive, send)
            return
        begun: Message | None = None

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_json(message):
                begun = message
                return
            if begun is not None:
                start, begun = begun, None
                if not message.get("more_body"):
                    _tell(scope, start, message)
                await send(start)
            await send(message)

        await app(scope, receive, answer)

    return run


def _is_json(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200) and kind.startswith("application/json")


def _tell(scope: Scope, start: Message, message: Message) -> None:
    headers = MutableHeaders(raw=start["headers"])
    version = headers.get("ETag", "").strip('"')
    if version and not version.isdecimal():
        return  # A file, by its own hash.
    said = hashlib.sha256(message.get("body", b"")).hexdigest()[:20]
    # An aggregate's version stands first, so that the whole can be sent as If-Match.
    tag = f'"{version}.{said}"' if version else f'W/"{said}"'
    headers["ETag"] = tag
    headers.setdefault("Cache-Control", _kept(scope))
    headers.add_vary_header("Authorization")
    headers.add_vary_header("Cookie")
    if _has(Headers(scope=scope).get("if-none-match", ""), tag):
        start["status"], message["body"] = 304, b""
        for name in ("Content-Length", "Content-Type"):
            del headers[name]


def _kept(scope: Scope) -> str:
    """What is as at a position never changes; anything else is asked for again each time."""
    [as_at] = parse_qs(scope["query_string"].decode("latin-1")).get("as_at", [""])[:1]
    return f"private, max-age={_KEPT_SECONDS}" if point_of(as_at) else "private, no-cache"


def _has(asked: str, tag: str) -> bool:
    known = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return "*" in known or tag.removeprefix("W/") in known
