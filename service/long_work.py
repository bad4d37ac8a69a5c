"""Long work that somebody asked for: what became of it, beside the log.

That an export is being made, or how far an import has come, is no fact of the casework; what
the work records is, and is recorded as if it had been done at once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.kernel import Frozen, Refused

TABLE = """CREATE TABLE IF NOT EXISTS work (
    work bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "user" text NOT NULL,
    kind text NOT NULL, title text NOT NULL, asked jsonb NOT NULL, input bytea,
    state text NOT NULL DEFAULT 'waiting', cancel boolean NOT NULL DEFAULT false,
    done bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0,
    said text NOT NULL DEFAULT '', result jsonb,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz, ended_at timestamptz)"""

KEPT = timedelta(days=7)
"""How long results stay, and what was uploaded for work that was not done."""
_MOST_WAITING = 20
"""Of one person: who asks for more waits for some of it first."""
LOCK = 5_710_020
"""With the work's number: held by whoever does it, so that a dead one's is free."""


class State(StrEnum):
    """How far work has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CUT_OFF = "cut off"

    @property
    def going(self) -> bool:
        """Whether something is still to come of it by itself."""
        return self in (State.WAITING, State.RUNNING)

    @property
    def again(self) -> bool:
        """Whether it can be started again."""
        return self in (State.FAILED, State.CANCELLED, State.CUT_OFF)


MOST_TOLD = 200
"""Rows of a table of a result that its page shows: a file of all is beside it."""


class Table(Frozen):
    """What a result has to tell row by row, as text."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Result(Frozen):
    """What came of work: a file, a page to look at, or both, and what is told of it."""

    name: str | None = None
    """The file's name."""
    media_type: str = "application/octet-stream"
    size: int = 0
    """Bytes."""
    sha256: str = ""
    address: str | None = None
    """The page of what was made."""
    wrong: bool = False
    """Whether it found what should not be."""
    tables: tuple[Table, ...] = ()
    """At most so many rows each as a page shows."""


class Work(Frozen):
    """Long work: who asked for what, how far it has come, and what came of it."""

    work: int
    user: str
    kind: str
    """export, import, return, rebuild, verification, pack."""
    title: str
    asked: dict[str, Any]
    state: State
    cancel: bool
    """Whether it was asked to stop."""
    done: int
    total: int
    """Of so many rows; 0 where that is not known."""
    said: str
    """What came of it, or what went wrong, in a sentence."""
    result: Result | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def percent(self) -> int | None:
        """How far it has come, if that is known."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def until(self) -> datetime | None:
        """Until when its result is kept."""
        return self.ended_at + KEPT if self.ended_at else None


_COLUMNS = (
    'work, "user", kind, title, asked, state, cancel, done, total, said, result, asked_at,'
    " started_at, ended_at"
)


def _work(row: DictRow) -> Work:
    return Work(**row)


CHANNEL = "casework_work"
"""Where PostgreSQL says that something was asked for."""


def folder_of(data_dir: Path, work: int) -> Path:
    """Where a work's file is."""
    return data_dir / "work" / str(work)


# --- For whoever asks -----------------------------------------------------------------------


def ask(
    datastore: PostgresDatastore,
    user: str,
    kind: str,
    title: str,
    asked: Mapping[str, Any],
    file: bytes | None = None,
) -> Work:
    """Put work in the queue. Raises Refused ``too-much-work``."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"work:{user}",))
        cursor.execute(
            'SELECT count(*) AS n FROM work WHERE "user" = %s'
            " AND state IN ('waiting', 'running')",
            (user,),
        )
        row = cursor.fetchone()
        if row and row["n"] >= _MOST_WAITING:
            raise Refused(
                "too-much-work",
                f"You wait for {_MOST_WAITING} pieces of work already: let some of them end first.",
                most=_MOST_WAITING,
            )
        cursor.execute(
            'INSERT INTO work ("user", kind, title, asked, input)'  # noqa: S608
            " VALUES (%s, %s, %s, %s, %s)"
            f" RETURNING {_COLUMNS}",
            (user, kind, title, Jsonb(dict(asked)), file),
        )
        made = cursor.fetchone()
        cursor.execute(f"NOTIFY {CHANNEL}")
    if made is None:
        raise RuntimeError("an insert returned nothing")
    return _work(made)


def works(datastore: PostgresDatastore, user: str | None) -> list[Work]:
    """A person's work, or everybody's, the latest first."""
    with datastore.get_connection() as connection:
        rows = connection.execute(
            f'SELECT {_COLUMNS} FROM work WHERE "user" = coalesce(%s, "user")'  # noqa: S608
            " ORDER BY work DESC LIMIT 200",
            (user,),
        ).fetchall()
    return [_work(row) for row in rows]


def work_of(datastore: PostgresDatastore, work: int, user: str | None) -> Work:
    """A piece of a person's work, or of anybody's. Raises Refused ``not-found``."""
    with datastore.get_connection() as connection:
        row = connection.execute(
            f'SELECT {_COLUMNS} FROM work WHERE work = %s AND "user" = coalesce(%s, "user")',  # noqa: S608
            (work, user),
        ).fetchone()
    if row is None:
        raise Refused("not-found", f"There is no work {work} of yours: it may have expired.")
    return _work(row)


def stop(datastore: PostgresDatastore, work: int) -> None:
    """Cancel what waits; ask what runs to stop. Raises Refused ``work-ended``."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            "UPDATE work SET cancel = true,"
            " ended_at = CASE WHEN state = 'waiting' THEN clock_timestamp() END,"
            " state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END"
            " WHERE work = %s AND state IN ('waiting', 'running') RETURNING work",
            (work,),
        )
        if cursor.fetchone() is None:
            raise Refused("work-ended", "This work has ended: there is nothing to cancel.")


def begin_again(datastore: PostgresDatastore, work: int) -> None:
    """Put in the queue again what was not done. Raises Refused ``work-not-ended``."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            "UPDATE work SET state = 'waiting', cancel = false, done = 0, total = 0, said = '',"
            " started_at = NULL, ended_at = NULL"
            " WHERE work = %s AND state IN ('failed', 'cancelled', 'cut off') RETURNING work",
            (work,),
        )
        if cursor.fetchone() is None:
            raise Refused(
                "work-not-ended",
                "Only work that failed, was cancelled or was cut off begins again.",
            )


# --- For whoever does it --------------------------------------------------------------------


def take(connection: Connection[DictRow]) -> tuple[Work, bytes | None] | None:
    """The next piece of work, taken on this connection, whose end tells that it was cut off."""
    with connection.transaction():
        row = connection.execute(
            "UPDATE work SET state = 'running', started_at = clock_timestamp()"  # noqa: S608
            " WHERE work = ("
            " SELECT work FROM work WHERE state = 'waiting' ORDER BY work LIMIT 1"
            f" FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}, input"
        ).fetchone()
        if row is None:
            return None
        file = row.pop("input")
        found = _work(row)
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (LOCK, found.work))
    return found, bytes(file) if file is not None else None


def let_go(connection: Connection[DictRow], work: int) -> None:
    """Hold a piece of work no longer."""
    connection.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK, work))


def tell(datastore: PostgresDatastore, work: int, done: int, total: int) -> bool:
    """Say how far it has come; returns whether it is to stop."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            "UPDATE work SET done = %s, total = %s WHERE work = %s RETURNING cancel",
            (done, total, work),
        )
        row = cursor.fetchone()
    return bool(row is None or row["cancel"])


TOO_LATE = " It was done before it could be cancelled."


def end(
    datastore: PostgresDatastore, work: int, state: State, said: str, result: Result | None = None
) -> None:
    """Say how it ended. What was uploaded for it goes once it is done."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            "UPDATE work SET state = %s, result = %s, ended_at = clock_timestamp(),"
            " said = %s || CASE WHEN cancel AND %s = 'done' THEN %s ELSE '' END,"
            " input = CASE WHEN %s = 'done' THEN NULL ELSE input END WHERE work = %s",
            (
                state.value,
                Jsonb(result.model_dump(mode="json")) if result else None,
                said,
                state.value,
                TOO_LATE,
                state.value,
                work,
            ),
        )


CUT_OFF = "The service stopped while it ran. Nothing half done was kept: start it again."


def mark_cut_off(connection: Connection[DictRow]) -> None:
    """Say so of work that runs by the table and that nobody holds."""
    rows = connection.execute("SELECT work FROM work WHERE state = 'running'").fetchall()
    for row in rows:
        with connection.transaction():
            free = connection.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s) AS free", (LOCK, row["work"])
            ).fetchone()
            if free and free["free"]:
                connection.execute(
                    "UPDATE work SET state = 'cut off', said = %s, ended_at = clock_timestamp()"
                    " WHERE work = %s AND state = 'running'",
                    (CUT_OFF, row["work"]),
                )


def expire(connection: Connection[DictRow]) -> list[int]:
    """Forget work that ended longer ago than results are kept; returns which."""
    rows = connection.execute(
        "DELETE FROM work WHERE ended_at < clock_timestamp() - %s RETURNING work", (KEPT,)
    ).fetchall()
    return [row["work"] for row in rows]
