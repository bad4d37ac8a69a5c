"""Filters of a list that a person keeps under a name: theirs alone, beside the log."""

from datetime import datetime
from typing import Any

from eventsourcing.postgres import PostgresDatastore
from psycopg.types.json import Jsonb

from domain.kernel import Frozen, Refused

TRAIL = "audit"
"""The list that filters were kept of before there were others."""

# A name is a person's once in each list; it was once among all of them.
TABLES = (
    """CREATE TABLE IF NOT EXISTS saved_queries (
    "user" text NOT NULL, name text NOT NULL, filters jsonb NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    f"ALTER TABLE saved_queries ADD COLUMN IF NOT EXISTS list text NOT NULL DEFAULT '{TRAIL}'",
    "ALTER TABLE saved_queries DROP CONSTRAINT IF EXISTS saved_queries_pkey",
    'CREATE UNIQUE INDEX IF NOT EXISTS saved_queries_of_list ON saved_queries ("user", list, name)',
)

MOST = 100
"""Of one person: more would be no convenience."""


class SavedQuery(Frozen):
    """A set of filters under a name."""

    name: str
    list: str = TRAIL
    """What it filters: cases, grants, audit for the trail."""
    filters: dict[str, Any]
    """What is asked, as the list's address writes it."""
    saved_at: datetime


def save(
    datastore: PostgresDatastore, user: str, name: str, filters: dict[str, Any], of: str = TRAIL
) -> None:
    """Keep filters of a list under a name, in the place of what was there.

    Raises Refused ``too-many-queries`` for one more than a person may keep.
    """
    with datastore.transaction(commit=True) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"saved_queries:{user}",))
        cursor.execute(
            'SELECT count(*) AS others FROM saved_queries WHERE "user" = %s'
            " AND (list, name) <> (%s, %s)",
            (user, of, name),
        )
        row = cursor.fetchone()
        if row and row["others"] >= MOST:
            raise Refused(
                "too-many-queries", f"You keep {MOST} queries already: remove one first.", most=MOST
            )
        cursor.execute(
            'INSERT INTO saved_queries ("user", list, name, filters) VALUES (%s, %s, %s, %s)'
            ' ON CONFLICT ("user", list, name) DO UPDATE SET filters = EXCLUDED.filters,'
            " saved_at = EXCLUDED.saved_at",
            (user, of, name, Jsonb(filters)),
        )


def saved(datastore: PostgresDatastore, user: str, of: str | None = None) -> list[SavedQuery]:
    """What a person keeps of a list, or of all, by name."""
    with datastore.get_connection() as connection:
        rows = connection.execute(
            'SELECT name, list, filters, saved_at FROM saved_queries WHERE "user" = %s'
            " AND list = coalesce(%s, list) ORDER BY list, lower(name), name",
            (user, of),
        ).fetchall()
    return [SavedQuery(**row) for row in rows]


def saved_as(datastore: PostgresDatastore, user: str, name: str) -> SavedQuery:
    """What a person keeps of the trail under a name. Raises Refused ``not-found``."""
    for query in saved(datastore, user, TRAIL):
        if query.name == name:
            return query
    raise Refused("not-found", f"You keep no query called {name}: check the name.")


def remove(datastore: PostgresDatastore, user: str, name: str, of: str = TRAIL) -> None:
    """Keep it no longer. Raises Refused ``not-found`` if the person keeps none of this name."""
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(
            'DELETE FROM saved_queries WHERE "user" = %s AND list = %s AND name = %s'
            " RETURNING name",
            (user, of, name),
        )
        if cursor.fetchone() is None:
            raise Refused("not-found", f"You keep no query called {name}: check the name.")
