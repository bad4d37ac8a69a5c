"""How far each person has read what is new: theirs alone, beside the log."""

from datetime import date, datetime

from eventsourcing.postgres import PostgresDatastore

from domain.kernel import Frozen

TABLE = """CREATE TABLE IF NOT EXISTS read_marks (
    "user" text PRIMARY KEY, position bigint NOT NULL, on_day date NOT NULL,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp())"""


class ReadMark(Frozen):
    """Everything up to a position was read, on a day."""

    position: int
    on: date
    read_at: datetime


def mark_read(
    datastore: PostgresDatastore, user: str, position: int, on: date, at: datetime | None = None
) -> None:
    """Keep how far a person has read, now or at a moment: never less far than before."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            'INSERT INTO read_marks ("user", position, on_day, read_at)'
            " VALUES (%s, %s, %s, coalesce(%s, clock_timestamp()))"
            ' ON CONFLICT ("user") DO UPDATE SET position = EXCLUDED.position,'
            " on_day = EXCLUDED.on_day, read_at = EXCLUDED.read_at"
            " WHERE read_marks.position <= EXCLUDED.position",
            (user, position, on, at),
        )


def read_mark(datastore: PostgresDatastore, user: str) -> ReadMark | None:
    """How far a person has read; None if they never said."""
    with datastore.get_connection() as connection:
        row = connection.execute(
            'SELECT position, on_day AS "on", read_at FROM read_marks WHERE "user" = %s', (user,)
        ).fetchone()
    return ReadMark(**row) if row else None
