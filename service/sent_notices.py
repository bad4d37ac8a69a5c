"""What each person was told by email: written before it is sent and completed afterwards.

A notice whose sending was cut off between the two is found by the next run and sent again under
the same reference: at least once, and by whatever knows the reference no more than once.
"""

from collections.abc import Mapping
from datetime import date, datetime

from eventsourcing.postgres import PostgresDatastore
from psycopg.types.json import Jsonb

from domain.kernel import Frozen

TABLE = """CREATE TABLE IF NOT EXISTS sent_notices (
    reference text PRIMARY KEY, "user" text NOT NULL, position bigint NOT NULL,
    on_day date NOT NULL, counts jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(), sent_at timestamptz, refused text)"""


class Notice(Frozen):
    """That so much of each kind is new, as at a position and a day."""

    reference: str
    user: str
    position: int
    on_day: date
    counts: dict[str, int]
    made_at: datetime
    sent_at: datetime | None = None
    refused: str | None = None
    """Why it can't be delivered, and won't be tried again."""


def begin(
    datastore: PostgresDatastore, user: str, position: int, on: date, counts: Mapping[str, int]
) -> Notice:
    """Put on record what is about to be sent."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            'INSERT INTO sent_notices (reference, "user", position, on_day, counts)'
            " VALUES (%s, %s, %s, %s, %s) RETURNING *",
            (f"casework-{user}-{position}-{on:%Y%m%d}", user, position, on, Jsonb(dict(counts))),
        )
        row = cursor.fetchone()
    return Notice.model_validate(row)


def complete(datastore: PostgresDatastore, reference: str, refused: str | None = None) -> None:
    """Put on record that it was sent, or why it never will be."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            "UPDATE sent_notices SET refused = %s,"
            " sent_at = CASE WHEN %s::text IS NULL THEN clock_timestamp() END"
            " WHERE reference = %s",
            (refused, refused, reference),
        )


def unfinished(datastore: PostgresDatastore) -> list[Notice]:
    """What was begun and not completed, the oldest first."""
    with datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT * FROM sent_notices WHERE sent_at IS NULL AND refused IS NULL ORDER BY made_at"
        ).fetchall()
    return [Notice.model_validate(row) for row in rows]


def last_notice(datastore: PostgresDatastore, user: str) -> Notice | None:
    """What a person was told last."""
    with datastore.get_connection() as connection:
        row = connection.execute(
            'SELECT * FROM sent_notices WHERE "user" = %s'
            " ORDER BY position DESC, on_day DESC LIMIT 1",
            (user,),
        ).fetchone()
    return Notice.model_validate(row) if row else None
