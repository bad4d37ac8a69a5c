"""The audit trail over HTTP: rows to page through, and the whole log as CloudEvents."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import StreamingResponse

from domain.kernel import Refused
from projections.audit import JournalRow
from service.desk import Page, Reader, Reading, query, router_for

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
