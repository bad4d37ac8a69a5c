"""The audit trail over HTTP: rows to page through, and the whole log as CloudEvents."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel

from domain.kernel import Refused
from projections.audit import JournalRow
from service.access_log import Access, accesses
from service.desk import Page, Reader, Reading, forbidden, query, router_for

router = router_for("audit")

_CHUNK = 2_000


@query(router, "/audit", needs="audit.read")
def list_audit(
    reading: Reading,
    case: str | None = None,
    council: str | None = None,
    grant: str | None = None,
    match: str | None = None,
    peer: str | None = None,
    stream: str | None = None,
    actor: str | None = None,
    role: str | None = None,
    event: str | None = None,
    correlation: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> Page[JournalRow]:
    """Events by what they concern, who did them and when."""
    return reading.page(
        JournalRow,
        where={
            "case": case,
            "council": council,
            "grant": grant,
            "match": match,
            "peer": peer,
            "stream": stream,
            "actor": actor,
            "role": role,
            "event": event,
            "correlation": correlation,
        },
        ranges={
            "recorded_at": (since, until),
            "effective_on": (effective_from, effective_to),
        },
        order="position",
    )


@query(router, "/audit/events", needs="audit.read")
def stream_events(
    reading: Reading,
    from_position: Annotated[int, Query(ge=0, le=2**62)] = 0,
    case: str | None = None,
    council: str | None = None,
    grant: str | None = None,
) -> StreamingResponse:
    """The log as JSON Lines of CloudEvents 1.0, in order, resumable after a position."""
    where = {"case": case, "council": council, "grant": grant}
    lines = (
        json.dumps(cloud_event(row), ensure_ascii=False) + "\n"
        for row in journal(reading, where, from_position)
    )
    return StreamingResponse(lines, media_type="application/x-ndjson")


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
    _national(reading)
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
    _national(reading)
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


def _national(reading: Reader) -> None:
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


# --- The journal ----------------------------------------------------------------------------


def journal(
    reading: Reader, where: dict[str, Any], after: int = 0, **ranges: Any
) -> Iterator[JournalRow]:
    """Every journal row that fits, in order, read a part at a time.

    The first part is read before this returns: what can be refused is refused by then.
    """
    parts = _parts(reading, where, after, ranges)
    return chain(next(parts, []), chain.from_iterable(parts))


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
        **({"causation": row.causation} if row.causation else {}),
        **({"reason": row.reason} if row.reason else {}),
        "data": row.payload,
    }
