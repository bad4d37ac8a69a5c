"""Lists as files, and the filters of lists that people keep under a name."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from domain.kernel import Refused
from service.audit import QueryName, kept_beside
from service.desk import (
    AtDesk,
    AtFormDesk,
    Reader,
    Reading,
    Receipt,
    Router,
    command,
    forbidden,
    form,
    query,
    router_for,
)
from service.desk.work import Desk
from service.exports.formats.text import as_list
from service.imports.files import guarded
from service.lists.every import LISTS, list_named
from service.lists.listing import Asked, Kind, Listing, asked_of, check_sort, every, told
from service.returns.keeping import log_export
from service.saved_queries import SavedQuery, remove, save, saved

api = router_for("lists")
files = Router()
router = Router()

_IN_MEMORY = 4_000_000
_CHUNK = 256 * 1024


# --- As a file ------------------------------------------------------------------------------


def cell(kind: Kind, value: Any) -> Any:
    """A value as CSV has it: days as ISO writes them, money in pounds, nothing as nothing."""
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return ""
    match kind:
        case Kind.PENCE:
            return f"{Decimal(value) / 100:.2f}"
        case Kind.HALVES:
            return f"{value / 2:g}"
        case Kind.WHOLE:
            return value
        case Kind.DAY:
            return value.isoformat() if isinstance(value, date) else value
        case Kind.LIST:
            return guarded(as_list([getattr(each, "value", each) for each in value]))
        case Kind.TEXT | Kind.MONTH | Kind.USER | Kind.ACCOUNT:
            return guarded(str(value))
    return guarded(told(str(value)))


def cells_of(asked: Asked, reading: Reader) -> Iterator[list[Any]]:
    """Every row that was asked for, as CSV has it."""
    kinds = [column.kind for column in asked.listing.columns]
    for rows in every(asked, reading):
        yield from ([cell(k, v) for k, v in zip(kinds, row, strict=True)] for row in rows)


def as_csv(listing: Listing, reading: Reader, sent: dict[str, str]) -> StreamingResponse:
    """The rows that a list's page shows, those of its further pages too, as CSV.

    It is made whole before its first byte is sent, as exports are.
    """
    asked = asked_of(listing, reading, sent)
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    try:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(column.heading for column in listing.columns)
        writer.writerows(cells_of(asked, reading))
        text.detach()
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    log_export(reading, f"list/{listing.name}")
    moment = reading.moment
    name = f"casework-{listing.name}-{moment.on.isoformat()}-{moment.position}.csv"

    def parts() -> Iterator[bytes]:
        with file:
            while part := file.read(_CHUNK):
                yield part

    return StreamingResponse(
        parts(),
        media_type="text/csv; charset=utf-8; header=present",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Log-Position": str(moment.position),
        },
    )


def _file_of(listing: Listing) -> Callable[..., StreamingResponse]:
    def file(request: Request, reading: Reading) -> StreamingResponse:
        return as_csv(listing, reading, dict(request.query_params))

    file.__name__ = f"{listing.name.replace('-', '_')}_as_csv"
    file.__doc__ = f"{listing.title}, as the page shows them, as CSV."
    return file


for _listing in LISTS:
    query(
        files,
        f"{_listing.path}.csv",
        needs=_listing.needs,
        response_class=StreamingResponse,
        include_in_schema=False,
    )(_file_of(_listing))


# --- Filters under a name -------------------------------------------------------------------


class FiltersToSave(BaseModel):
    """Filters of a list to keep under a name."""

    model_config = ConfigDict(extra="forbid")

    list: str
    """The list's name: cases, grants, councils."""
    name: QueryName
    filters: dict[str, str]
    """What is asked, as the list's address writes it; with ``sort``, its order too."""


class FiltersToRemove(BaseModel):
    """Which filters to keep no longer."""

    model_config = ConfigDict(extra="forbid")

    list: str
    name: QueryName


@query(api, "/saved-filters", needs="council.read")
def list_saved_filters(
    reading: Reading,
    of: Annotated[
        str | None, Query(alias="list", max_length=40, description="Of one list: cases, audit")
    ] = None,
) -> list[SavedQuery]:
    """The filters that you keep under a name, of every list and of the trail: nobody else's."""
    return saved(reading.installation.store.datastore, reading.user.user, of)


@command(api, "/saved-filters", needs="council.read")
def save_filters(body: FiltersToSave, desk: AtDesk) -> Receipt:
    """Keep filters of a list under a name, for yourself; the log records nothing of it."""
    listing = _list_of(body.list, desk)
    known = {"sort", *(f.name for f in listing.filters)}
    if unknown := body.filters.keys() - known:
        raise Refused(
            "bad-filters",
            f"This list has no filter {', '.join(sorted(unknown))}: it has"
            f" {', '.join(sorted(known))}.",
        )
    asked = asked_of(listing, _reader_of(desk, listing), body.filters)
    asked.where()
    check_sort(listing, sort := body.filters.get("sort", ""))
    kept = asked.chosen | ({"sort": sort} if sort else {})
    save(desk.store.datastore, desk.user.user, body.name, kept, listing.name)
    return kept_beside(desk, body.name)


@command(api, "/saved-filters/removal", needs="council.read")
def remove_filters(body: FiltersToRemove, desk: AtDesk) -> Receipt:
    """Keep filters no longer."""
    remove(desk.store.datastore, desk.user.user, body.name, body.list)
    return kept_beside(desk, body.name)


def _list_of(name: str, desk: Desk) -> Listing:
    listing = list_named(name)
    if not desk.user.holding(listing.needs, desk.on):
        raise forbidden(listing.needs)
    return listing


def _reader_of(desk: Desk, listing: Listing) -> Reader:
    """The look of whoever is at the desk at a list, for what there is to choose from."""
    from service.identity import Person

    reading = Reader(desk.installation, Person(user=desk.user, channel=desk.channel))
    reading.needs = listing.needs
    return reading


@form(files, "/lists/{name}/saved", needs="council.read")
def save_filters_form(
    name: str,
    desk: AtFormDesk,
    request: Request,
    called: Annotated[str, Form(alias="name", max_length=200)] = "",
) -> RedirectResponse:
    """Keep the filters of the page that was looked at, as its address has them."""
    listing = list_named(name)
    known = {"sort", *(f.name for f in listing.filters)}
    chosen = {k: v for k, v in request.query_params.items() if k in known}
    body = FiltersToSave(list=name, name=query_name(called), filters=chosen)
    save_filters(body=body, desk=desk)
    return RedirectResponse(f"{listing.path}?{request.url.query}#saved", status_code=303)


@form(files, "/lists/{name}/saved/removal", needs="council.read")
def remove_filters_form(
    name: str, desk: AtFormDesk, called: Annotated[str, Form(alias="name", max_length=200)] = ""
) -> RedirectResponse:
    """Keep filters no longer."""
    body = FiltersToRemove(list=name, name=query_name(called))
    remove_filters(body=body, desk=desk)
    return RedirectResponse(f"{list_named(name).path}#saved", status_code=303)


def query_name(sent: str) -> str:
    """A name as filters are kept under it. Raises Refused ``bad-name``."""
    try:
        return TypeAdapter(QueryName).validate_python(sent)
    except ValidationError:
        raise Refused(
            "bad-name",
            "Name the filters in at most 80 letters, digits and spaces, beginning with a letter or"
            " a digit.",
        ) from None


router.include(api)
router.include(files)
