"""Who read what is confidential: kept beside the log, and written before the text is given out."""

from datetime import datetime
from typing import Any

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow

from domain.kernel import Frozen

TABLE = """CREATE TABLE IF NOT EXISTS access_log (
    entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), "user" text NOT NULL,
    channel text NOT NULL, did text NOT NULL, subject text NOT NULL,
    as_at bigint NOT NULL, head bigint NOT NULL)"""


class Access(Frozen):
    """Somebody read something confidential, or took data out."""

    entry: int
    at: datetime
    user: str
    channel: str
    did: str
    """read-note, read-document, read-person, export, grant-login, revoke-login."""
    subject: str
    """The note, document, person, register or login."""
    as_at: int
    """The position of the log that it was read as at."""
    head: int
    """Where the log ended when it was read."""


def log_access(
    connection: Connection[DictRow], user: str, channel: str, did: str, subject: str, as_at: int
) -> None:
    """Put an access on record, in the transaction that reads."""
    connection.execute(
        'INSERT INTO access_log ("user", channel, did, subject, as_at, head)'
        " SELECT %s, %s, %s, %s, %s, coalesce(max(notification_id), 0) FROM casework_events",
        (user, channel, did, subject, as_at),
    )


def accesses(
    datastore: PostgresDatastore,
    limit: int,
    before: int | None = None,
    until: int | None = None,
    **where: str | None,
) -> list[Access]:
    """Accesses that fit, the latest first: by user, did or subject; ``until`` is a position."""
    conditions, values = ["true"], list[Any]()
    for sql, value in (
        ("entry < %s", before),
        ("head <= %s", until),
        *((f'"{name}" = %s', value) for name, value in where.items()),
    ):
        if value is not None:
            conditions.append(sql)
            values.append(value)
    with datastore.get_connection() as connection:
        rows = connection.execute(
            f"SELECT * FROM access_log WHERE {' AND '.join(conditions)}"  # noqa: S608
            " ORDER BY entry DESC LIMIT %s",
            (*values, limit),
        ).fetchall()
    return [Access(**row) for row in rows]
