"""The audit trail over HTTP: rows to page through, the log as a stream, queries to keep."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Annotated, Any, Literal, NamedTuple
from weakref import WeakSet

from fastapi import Query
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from domain.access import User
from domain.kernel import Refused
from projections.audit import JournalRow
from service.access_log import Access, accesses
from service.desk import (
    AtDesk,
    Desk,
    Page,
    Reader,
    Reading,
    Receipt,
    command,
    forbidden,
    query,
    router_for,
)
from service.filters import AsFilters, Filters
from service.following import Look, follow
from service.imports.files import guarded
from service.saved_queries import TRAIL, SavedQuery, remove, save, saved
from service.telling import sentence

router = router_for("audit")

_CHUNK = 2_000
_MOST_FOLLOWERS = 20
"""In one process, since each keeps a connection to the database."""
_FOLLOWERS = WeakSet[AsyncIterator[str]]()


# --- How events are written -----------------------------------------------------------------


def cloud_event(row: JournalRow) -> dict[str, Any]:
    """An event in the CloudEvents 1.0 JSON format, its envelope as extension attributes."""
    return {
        "specversion": "1.0",
        "id": str(row.position),
        "source": "/casework",
        "type": f"casework.{row.event}",
        "subject": row.stream,
        "time": row.recorded_at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "position": row.position,
        "streamversion": row.stream_version,
        "effectiveon": row.effective_on.isoformat(),
        "actor": row.actor,
        "role": row.role,
        "channel": row.channel,
        "correlation": row.correlation,
        "said": sentence(row),
        **({"causation": row.causation} if row.causation else {}),
        **({"reason": row.reason} if row.reason else {}),
        "data": row.payload,
    }


def _lines(rows: Sequence[JournalRow]) -> str:
    return "".join(json.dumps(cloud_event(row), ensure_ascii=False) + "\n" for row in rows)


_COLUMNS = list(JournalRow.model_fields)


def _cells(rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([guarded(cell) for cell in row] for row in rows)
    return written.getvalue()


def _table(rows: Sequence[JournalRow]) -> str:
    plain = (row.model_dump(mode="json") for row in rows)
    return _cells(
        [
            json.dumps(row[name], ensure_ascii=False) if name == "payload" else row[name]
            for name in _COLUMNS
        ]
        for row in plain
    )


class Written(NamedTuple):
    """A form that the trail is written in, part by part."""

    media_type: str
    head: str
    """What comes before the first event."""
    text: Callable[[Sequence[JournalRow]], str]


FORMATS = {
    "jsonl": Written("application/x-ndjson", "", _lines),
    "csv": Written("text/csv; charset=utf-8", _cells([_COLUMNS]), _table),
}
"""One event a line, or a row; cells that a spreadsheet would run as a formula are neutralised."""


# --- Reading the trail ----------------------------------------------------------------------


@query(router, "/audit", needs="audit.read")
def list_audit(reading: Reading, filters: AsFilters) -> Page[JournalRow]:
    """Events by what they concern, who did them and when."""
    return reading.page(JournalRow, filters.where(), filters.ranges(), order="position")


@query(router, "/audit/events", needs="audit.read", response_class=StreamingResponse)
def stream_events(
    reading: Reading,
    filters: AsFilters,
    from_position: Annotated[
        int, Query(ge=0, le=2**62, description="Only events after this position: to resume")
    ] = 0,
    form: Annotated[
        Literal["jsonl", "csv"],
        Query(alias="format", description="JSON Lines of CloudEvents, or CSV"),
    ] = "jsonl",
    follow: Annotated[
        bool, Query(description="Then stay, and send events as they are recorded")
    ] = False,
    seconds: Annotated[
        int, Query(ge=1, le=600, description="How long a stream that follows stays open at most")
    ] = 60,
) -> StreamingResponse:
    """The log in order: JSON Lines of CloudEvents 1.0, or CSV, resumable after a position.

    A stream that follows ends by itself, so that whatever stands between need not cut it off:
    go on with ``from_position``, the last position that came.
    """
    written = FORMATS[form]
    first = look_at(reading, filters, from_position)
    if follow:
        text: AsyncIterator[str] | Iterator[str] = _as_recorded(
            written, reading, filters, first, seconds
        )
    else:
        text = chain([written.head], map(written.text, first.parts))
    return StreamingResponse(text, media_type=written.media_type)


def _as_recorded(
    written: Written, reading: Reader, filters: Filters, first: Look, seconds: float
) -> AsyncIterator[str]:
    """What is there, then what is recorded, for as long as the reader may read it."""
    if reading.moment.is_past:
        raise Refused("bad-follow", "The past does not go on: follow without as_at.")
    if len(_FOLLOWERS) >= _MOST_FOLLOWERS:
        raise Refused("busy", "Too many are following already: try again in a minute.")
    installation, again = reading.installation, iter([first])

    def look(after: int) -> Look | None:
        if begun := next(again, None):
            return begun
        user = installation.store.load(User(user=reading.user.user))
        now = Reader(installation, reading.person.but(user=user))
        now.needs = reading.needs
        return look_at(now, filters, after) if now.sees(now.needs) else None

    async def text() -> AsyncIterator[str]:
        yield written.head
        async for part in follow(installation, look, first.position, seconds):
            yield written.text(part)

    found = text()
    _FOLLOWERS.add(found)
    return found


@query(router, "/audit/events/{position}", needs="audit.read")
def show_event(position: int, reading: Reading) -> JournalRow:
    """One event with its envelope."""
    if not 0 < position <= 2**62:
        raise Refused("not-found", "There is no event at this position.")
    return reading.item(JournalRow, str(position))


# --- Proof ----------------------------------------------------------------------------------


class Included(BaseModel):
    """The proof that one event is in the log that a checkpoint covers: RFC 9162, 2.1.3."""

    position: int
    leaf: str
    """The bytes that are hashed, as hexadecimal digits: see docs/proof.md for their form."""
    place: int
    """Which leaf of the tree it is, from 0."""
    size: int
    root: str
    path: list[str]


class Grown(BaseModel):
    """The proof that the log only grew from one size to another: RFC 9162, 2.1.4."""

    old: int
    size: int
    old_root: str
    root: str
    path: list[str]


@query(router, "/audit/checkpoint", needs="audit.read", response_class=PlainTextResponse)
def newest_checkpoint(reading: Reading) -> PlainTextResponse:
    """The newest signed checkpoint, as a signed note, with the cosignatures that came back."""
    keeping = reading.installation.keeping
    if (note := keeping.last()) is None:
        raise Refused("not-found", "No checkpoint is signed yet: try again in a minute.")
    return PlainTextResponse(str(keeping.with_cosignatures(note)))


@query(router, "/audit/proofs/inclusion/{position}", needs="audit.read")
def prove_inclusion(
    position: int, reading: Reading, size: Annotated[int | None, Query(ge=1)] = None
) -> Included:
    """That an event is in the log, as at the tree of a size, or as it is now."""
    national(reading)
    proof = reading.installation.proof
    whole = _size(size, proof.head().size)
    place = proof.place_of(position) if 0 < position < 2**62 else None
    if place is None or place >= whole:
        raise Refused("not-found", f"The tree of {whole} events has none at position {position}.")
    (event,) = reading.installation.store.stored(position - 1, 1)
    return Included(
        position=position,
        leaf=event.leaf().hex(),
        place=place,
        size=whole,
        root=proof.root(whole).hex(),
        path=[step.hex() for step in proof.inclusion(place, whole)],
    )


@query(router, "/audit/proofs/consistency", needs="audit.read")
def prove_growth(
    reading: Reading,
    old: Annotated[int, Query(ge=1)],
    size: Annotated[int | None, Query(ge=1)] = None,
) -> Grown:
    """That the log of one size is what the log of another, or today's, began as."""
    national(reading)
    proof = reading.installation.proof
    whole = _size(size, proof.head().size)
    if old > whole:
        raise Refused("bad-size", f"The older size is at most {whole}.")
    return Grown(
        old=old,
        size=whole,
        old_root=proof.root(old).hex(),
        root=proof.root(whole).hex(),
        path=[step.hex() for step in proof.consistency(old, whole)],
    )


def national(reading: Reader) -> None:
    """Raises Refused ``forbidden`` for who reads the trail of a region or a council alone."""
    if not reading.reach.everything:
        raise forbidden("audit.read without a scope")


def _size(asked: int | None, now: int) -> int:
    if asked is not None and asked > now:
        raise Refused("bad-size", f"The tree has {now} events: ask for at most that.")
    return asked or now


# --- Who read what is confidential ----------------------------------------------------------


@query(router, "/audit/access-log", needs="access-log.read")
def list_accesses(
    reading: Reading,
    user: str | None = None,
    did: str | None = None,
    subject: str | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> list[Access]:
    """Reads of confidential notes, documents and personal data, the latest first.

    ``before`` goes on from the last entry of the page before.
    """
    return accesses(
        reading.installation.store.datastore,
        reading.limit,
        before,
        reading.moment.position if reading.moment.is_past else None,
        user=user,
        did=did,
        subject=subject,
    )


# --- Saved queries --------------------------------------------------------------------------

QueryName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=80, pattern=r"^\w[\w .,:()'&+-]*$"
    ),
]
"""Letters, digits, spaces and a few signs: it is part of an address."""


class QueryToSave(BaseModel):
    """Filters to keep under a name."""

    model_config = ConfigDict(extra="forbid")

    name: QueryName
    filters: Filters


@query(router, "/audit/queries", needs="audit.read")
def list_saved_queries(reading: Reading) -> list[SavedQuery]:
    """The filters that you keep under a name: nobody else's."""
    return saved(reading.installation.store.datastore, reading.user.user, TRAIL)


@command(router, "/audit/queries", needs="audit.read")
def save_query(body: QueryToSave, desk: AtDesk) -> Receipt:
    """Keep filters of the trail under a name, for yourself; the log records nothing of it."""
    save(desk.store.datastore, desk.user.user, body.name, body.filters.asked())
    return kept_beside(desk, body.name)


@command(router, "/audit/queries/{name}/removal", needs="audit.read")
def remove_saved_query(name: QueryName, desk: AtDesk) -> Receipt:
    """Keep a query no longer."""
    remove(desk.store.datastore, desk.user.user, name)
    return kept_beside(desk, name)


def kept_beside(desk: Desk, name: str) -> Receipt:
    """What is answered once something is kept beside the log: its name, and no event."""
    return Receipt(reference=name, version=0, position=desk.store.head(), events=[])


# --- The journal ----------------------------------------------------------------------------


def journal(
    reading: Reader, where: dict[str, Any], after: int = 0, **ranges: Any
) -> Iterator[JournalRow]:
    """Every journal row that fits, in order, read a part at a time.

    The first part is read before this returns: what can be refused is refused by then.
    """
    return chain.from_iterable(_begun(_parts(reading, where, after, ranges)))


def look_at(reading: Reader, filters: Filters, after: int) -> Look:
    """The journal after a position as far as the reading's moment, as the filters ask for it."""
    parts = _begun(_parts(reading, filters.where(), after, filters.ranges()))
    return Look(parts, max(after, reading.moment.position))


def _begun(parts: Iterator[list[JournalRow]]) -> Iterator[list[JournalRow]]:
    first = next(parts, [])
    return chain([first] if first else [], parts)


def _parts(
    reading: Reader, where: dict[str, Any], after: int, ranges: dict[str, Any]
) -> Iterator[list[JournalRow]]:
    while rows := reading.all(
        JournalRow,
        where,
        {"position": (after + 1, None), **ranges},
        order="position",
        limit=_CHUNK,
    ):
        yield rows
        after = rows[-1].position
