"""The schema ``reporting``: made of the views' names, and replaced whenever those are moved.

A relation is replaced whole: its views, its as-at functions and every comment. What it is made
of has a digest, so that what is current is left alone.
"""

import functools
import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import psycopg
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from service.reporting.relations import RELATIONS, Relation
from service.return_figures import NOT_KEPT, kept_as_rows
from service.returns.keeping import long_rows

log = logging.getLogger("casework.reporting")

SCHEMA = "reporting"
_NOW = 2**62
"""Beyond every position: rows as they stand are those as at it."""
_ASKED = ("bigint", "text", "date", "timestamptz")
"""What a moment can be given as."""

_BEGIN = """SET LOCAL check_function_bodies = off;
CREATE SCHEMA IF NOT EXISTS reporting;
REVOKE ALL ON SCHEMA reporting FROM PUBLIC;
COMMENT ON SCHEMA reporting IS
    'The record for analysts: every relation as it stands, as at any moment, and its history.';
CREATE TABLE IF NOT EXISTS views.published (relation text PRIMARY KEY, digest text NOT NULL);
CREATE OR REPLACE FUNCTION reporting.position_at(moment timestamptz) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT m.position FROM reporting.moments AS m WHERE m.recorded_at <= $1
        ORDER BY m.recorded_at DESC, m.position DESC LIMIT 1), 0) $$;
COMMENT ON FUNCTION reporting.position_at(timestamptz) IS 'The last position at a moment.';
CREATE OR REPLACE FUNCTION reporting.position_at(day date) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT reporting.position_at(
        ($1 + 1)::timestamp AT TIME ZONE 'Europe/London' - interval '1 microsecond') $$;
COMMENT ON FUNCTION reporting.position_at(date) IS 'The last position of a day in London.';
CREATE OR REPLACE FUNCTION reporting.position_at(moment text) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN $1 ~ '^[0-9]{1,18}$' THEN $1::bigint
        WHEN $1 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN reporting.position_at($1::date)
        WHEN $1 ~ '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$' THEN reporting.position_at($1::timestamptz)
        ELSE reporting.position_at($1::timestamp AT TIME ZONE 'Europe/London') END $$;
COMMENT ON FUNCTION reporting.position_at(text) IS
    'The last position at a moment as pages take it: a day (its end in London), a date and time'
    ' (London''s, if it has no zone), or a position.'"""


class Standing(NamedTuple):
    """How the schema stands against what this version of the product makes of it."""

    there: bool
    old: tuple[str, ...]
    """Relations that are missing, or as another version made them."""
    group: str
    """The role that reads it."""
    granted: bool
    """Whether that role is there and may read it."""

    @property
    def said(self) -> str:
        """In a few words."""
        if not self.there:
            return "missing"
        if self.old:
            return f"old: {', '.join(self.old)}"
        return "current" if self.granted else f"current, but {self.group} may not read it"


def statements(relation: Relation) -> str:
    """What makes a relation, as SQL."""
    return ";\n".join(part.as_string(None) for part in _made(relation))


@functools.cache
def digests() -> Mapping[str, str]:
    """By relation, what changes with anything about it."""
    return {r.name: hashlib.sha256(statements(r).encode()).hexdigest() for r in RELATIONS}


def _made(relation: Relation) -> Iterator[Composed]:
    names = SQL(", ").join(Identifier(column.name) for column in relation.columns)
    read = SQL(", ").join(
        SQL("{} AS {}").format(column.sql, Identifier(column.name)) for column in relation.columns
    )
    source, only = SQL(relation.source), SQL(relation.only)
    now = Identifier(SCHEMA, relation.name)
    if not relation.versions:
        yield SQL("CREATE VIEW {} AS SELECT {} FROM {}").format(now, read, source)
        yield from _comments(relation, relation.name, relation.about)
        return
    history = Identifier(SCHEMA, f"{relation.name}_history")
    # What is not shown must not leak through a condition that is tried on it first.
    barrier = SQL("true" if relation.only != "true" else "false")
    yield SQL(
        "CREATE VIEW {} WITH (security_barrier = {}) AS SELECT {}, r.from_position, r.to_position,"
        " r.lifetime FROM {} WHERE {}"
    ).format(history, barrier, read, source, only)
    yield from _comments(relation, f"{relation.name}_history", f"{relation.about} Every version.")
    for name, (_, told) in VERSION_COLUMNS.items():
        yield _comment("COLUMN", Identifier(SCHEMA, f"{relation.name}_history", name), told)
    as_at = SQL("SELECT {} FROM {} WHERE lifetime @> {{}}").format(names, history).as_string(None)
    yield SQL("CREATE VIEW {} AS ").format(now) + SQL(as_at).format(
        SQL("{}::bigint").format(Literal(_NOW))
    )
    yield from _comments(relation, relation.name, relation.about)
    function = Identifier(SCHEMA, f"{relation.name}_as_at")
    for kind in _ASKED:
        asked = SQL("$1" if kind == "bigint" else "reporting.position_at($1)")
        yield SQL(
            "CREATE FUNCTION {}(moment {}) RETURNS SETOF {} LANGUAGE sql STABLE PARALLEL SAFE"
            " AS $$ {} $$"
        ).format(function, SQL(kind), now, SQL(as_at).format(asked))
        yield _comment(
            "FUNCTION",
            SQL("{}({})").format(function, SQL(kind)),
            f"{relation.about} As at a moment.",
        )


VERSION_COLUMNS = {
    "from_position": ("bigint", "The position of the event that made this version, as in moments."),
    "to_position": ("bigint", "The position of the event that ended it; null while it stands."),
    "lifetime": ("int8range", "The positions at which it held: lifetime @> position."),
}
"""What a history has besides the relation's own columns: their types and what they hold."""


def _comments(relation: Relation, name: str, about: str) -> Iterator[Composed]:
    yield _comment("VIEW", Identifier(SCHEMA, name), about)
    for column in relation.columns:
        yield _comment("COLUMN", Identifier(SCHEMA, name, column.name), column.meaning)


def _comment(kind: str, what: Composable, told: str) -> Composed:
    return SQL("COMMENT ON {} {} IS {}").format(SQL(kind), what, Literal(told))


class Reporting:
    """Keeps the schema as this version of the product makes it."""

    def withdraw(self, cursor: Cursor[DictRow], tables: Collection[str]) -> None:
        """Drop the relations that are made of these views' names."""
        if _is_there(cursor):
            for relation in RELATIONS:
                if relation.view and relation.view.table in tables:
                    drop(cursor, relation.name)

    def publish(self, cursor: Cursor[DictRow], tables: Collection[str]) -> None:
        """Make what is missing or old of what can be made, and let the group read it.

        All of it or nothing. Where it can't be done the record goes on without: the service's log
        says why, and ``casework reporting status`` what an administrator runs.
        """
        try:
            with cursor.connection.transaction():
                self._publish(cursor, tables)
        except psycopg.errors.LockNotAvailable:
            raise
        except psycopg.Error as failed:
            log.error("the schema reporting can't be made: %s", failed)

    @staticmethod
    def _publish(cursor: Cursor[DictRow], tables: Collection[str]) -> None:
        stands = standing(cursor)
        due = [
            relation
            for relation in RELATIONS
            if relation.name in stands.old
            and (relation.view is None or relation.view.table in tables)
        ]
        gone = _known(cursor).keys() - {relation.name for relation in RELATIONS}
        if due or gone or not stands.there:
            cursor.execute(_BEGIN)
            for name in (*gone, *(relation.name for relation in due)):
                drop(cursor, name)
            for relation in due:
                cursor.execute(statements(relation))
                cursor.execute(
                    "INSERT INTO views.published VALUES (%s, %s)",
                    (relation.name, digests()[relation.name]),
                )
            if "return_row" in tables:
                for found in cursor.execute(NOT_KEPT).fetchall():
                    figures = long_rows(bytes(found["content"]))
                    cursor.execute(*kept_as_rows(found["sha256"], figures))
        make_group(cursor)
        if not standing(cursor).granted:
            grant(cursor)


def drop(cursor: Cursor[DictRow], name: str) -> None:
    """Drop a relation with what was made of it."""
    cursor.execute(
        SQL("DROP VIEW IF EXISTS {}, {} CASCADE").format(
            Identifier(SCHEMA, name), Identifier(SCHEMA, f"{name}_history")
        )
    )
    cursor.execute("DELETE FROM views.published WHERE relation = %s", (name,))


def standing(cursor: Cursor[DictRow]) -> Standing:
    """How the schema stands."""
    known, name = _known(cursor), group(cursor)
    there = {
        row["relname"]
        for row in cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('reporting')"
        )
    }
    old = tuple(
        relation.name
        for relation in RELATIONS
        if known.get(relation.name) != digests()[relation.name]
        or not there.issuperset(relation.parts)
    )
    granted = bool(there) and _one(
        cursor,
        "SELECT bool_and(has_table_privilege(r.oid, c.oid, 'SELECT')) AND"
        " bool_and(has_schema_privilege(r.oid, c.relnamespace, 'USAGE')) AS found"
        " FROM pg_roles AS r, pg_class AS c"
        " WHERE r.rolname = %s AND c.relnamespace = to_regnamespace('reporting') AND relkind = 'v'",
        [name],
    )
    return Standing(_is_there(cursor), old, name, bool(granted))


def group(cursor: Cursor[DictRow]) -> str:
    """The role that reads the schema: ``casework_reporting`` on a database called casework."""
    return str(_one(cursor, "SELECT current_database() || '_reporting' AS found"))


def make_group(cursor: Cursor[DictRow]) -> None:
    """Make the role that reads the schema, if it is not there and the service's user may."""
    name = group(cursor)
    if _one(cursor, "SELECT true AS found FROM pg_roles WHERE rolname = %s", [name]):
        return
    if _one(
        cursor,
        "SELECT rolsuper OR rolcreaterole AS found FROM pg_roles WHERE rolname = current_user",
    ):
        cursor.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(name)))


def grants(name: str) -> tuple[Composed, ...]:
    """What lets a role read the schema, and nobody else run its functions."""
    role = Identifier(name)
    return (
        SQL("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA reporting FROM PUBLIC").format(),
        SQL("GRANT USAGE ON SCHEMA reporting TO {}").format(role),
        SQL("GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO {}").format(role),
        SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA reporting TO {}").format(role),
    )


def grant(cursor: Cursor[DictRow]) -> None:
    """Let the group read the schema, if there is such a role."""
    name = group(cursor)
    if _one(cursor, "SELECT true AS found FROM pg_roles WHERE rolname = %s", [name]):
        for statement in grants(name):
            cursor.execute(statement)


def _is_there(cursor: Cursor[DictRow]) -> bool:
    return bool(_one(cursor, "SELECT to_regnamespace('reporting') IS NOT NULL AS found"))


def _known(cursor: Cursor[DictRow]) -> dict[str, str]:
    if not _one(cursor, "SELECT to_regclass('views.published') IS NOT NULL AS found"):
        return {}
    rows = cursor.execute("SELECT relation, digest FROM views.published").fetchall()
    return {row["relation"]: row["digest"] for row in rows}


def _one(cursor: Cursor[DictRow], sql: str, values: Collection[Any] = ()) -> Any:
    row = cursor.execute(sql, list(values) or None).fetchone()
    return row["found"] if row else None
