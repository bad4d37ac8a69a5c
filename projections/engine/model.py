"""The read model: every View's tables and their tracking positions in PostgreSQL."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from psycopg import Cursor
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from domain.kernel import Record
from projections.engine.view import Book, View
from projections.search import make_searchable

_KEPT_ROWS = 200_000
_SCHEMA_LOCK = 5_710_003
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'"
_FOR_STREAMS = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL cursor_tuple_fraction = 1",  # planned to be read to its end
    "SET LOCAL idle_in_transaction_session_timeout = '10min'",  # a slow writer is not idle
)


def _q(sql: str, **names: str) -> Composed:
    return SQL(sql).format(**{name: Identifier(*value.split(".")) for name, value in names.items()})


class Publishing(Protocol):
    """What others read that is made of the Views' names: it is replaced when those are."""

    def withdraw(self, cursor: Cursor[DictRow], tables: Collection[str]) -> None:
        """Drop what is made of these names, for they are about to be pointed elsewhere."""

    def publish(self, cursor: Cursor[DictRow], tables: Collection[str]) -> None:
        """Make what is missing or old of what can be made of these names."""


class ReadModel(PostgresTrackingRecorder):
    """Every View's tables and their tracking positions, moved together."""

    def __init__(self, datastore: PostgresDatastore, publishing: Publishing | None = None) -> None:
        super().__init__(datastore, tracking_table_name="casework_tracking")
        self.publishing = publishing
        self.sql_create_statements += [
            SQL("CREATE SCHEMA IF NOT EXISTS views").format(),
            SQL(
                "CREATE TABLE IF NOT EXISTS views.failures (name text PRIMARY KEY,"
                " position bigint NOT NULL, event text NOT NULL, error text NOT NULL,"
                " since timestamptz NOT NULL DEFAULT now())"
            ).format(),
        ]

    # --- Tables ----------------------------------------------------------------------------

    @staticmethod
    def name_of(view: type[View]) -> str:
        """The physical table of a View as today's code makes it, and its tracking name."""
        return f"{view.table}_{view.fingerprint()}"

    def create_view_table(self, cursor: Cursor[DictRow], view: type[View], name: str) -> None:
        """A table for a View's versions, empty, with its indexes."""
        columns = SQL(", ").join(
            SQL("{} {}").format(Identifier(column), SQL(kind))
            for column, kind in view.columns.items()
        )
        table = f"views.{name}"
        cursor.execute(
            SQL(
                "CREATE TABLE {table} (key text NOT NULL,"
                " from_position bigint NOT NULL, to_position bigint,"
                " lifetime int8range GENERATED ALWAYS AS (int8range(from_position, to_position))"
                " STORED, {columns}, PRIMARY KEY (key, from_position))"
            ).format(table=Identifier("views", name), columns=columns)
        )
        cursor.execute(_q("CREATE INDEX ON {t} USING gist (lifetime)", t=table))
        for field in view.indexes:
            cursor.execute(_q("CREATE INDEX ON {t} ({f}, from_position)", t=table, f=field))
        make_searchable(cursor, Identifier("views", name), view.search, view.columns)

    def prepare(self, views: Iterable[type[View]]) -> None:
        """Create each View's table if today's code has none yet, to be filled from the log."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            known = {
                row["tablename"]
                for row in cursor.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'views'"
                )
            }
            for view in views:
                if self.name_of(view) not in known:
                    self.create_view_table(cursor, view, self.name_of(view))

    def present(self, views: Sequence[type[View]]) -> None:
        """Point the names that analysts read, ``views.<table>``, at the tables of today's code.

        All of them in one transaction, with what is published of them. Tables that earlier code
        made for the same Views are dropped. Raises OperationalError, having changed nothing, if
        somebody who reads them does not let go within seconds.
        """
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            cursor.execute(_LOCK_TIMEOUT)
            if self.publishing:
                self.publishing.withdraw(cursor, [view.table for view in views])
            for view in views:
                self._present(cursor, view)
            if self.publishing:
                presented = _presented(cursor)
                current = [v.table for v in View.all if self.name_of(v) in presented]
                self.publishing.publish(cursor, current)

    def _present(self, cursor: Cursor[DictRow], view: type[View]) -> None:
        name = self.name_of(view)
        cursor.execute(_q("DROP VIEW IF EXISTS {v}", v=f"views.{view.table}"))
        cursor.execute(_show(view, name))
        old = cursor.execute(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'views'"
            " AND tablename ~ %s AND tablename <> %s",
            (f"^{view.table}_[0-9a-f]{{8}}$", name),
        ).fetchall()
        for table in old:
            cursor.execute(_q("DROP TABLE {t}", t=f"views.{table['name']}"))
        cursor.execute(
            "DELETE FROM casework_tracking WHERE application_name = ANY(%s)",
            ([table["name"] for table in old],),
        )

    def presented(self) -> set[str]:
        """The physical tables that analysts' names point at."""
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            return _presented(cursor)

    # --- Rebuilding beside -----------------------------------------------------------------

    def create_beside(self, view: type[View], name: str) -> None:
        """An empty table beside the live one; what an earlier try left there is dropped."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_q("DROP TABLE IF EXISTS {t}", t=f"views.{name}"))
            cursor.execute("DELETE FROM casework_tracking WHERE application_name = %s", (name,))
            self.create_view_table(cursor, view, name)

    def hold_position(self, cursor: Cursor[DictRow], name: str) -> int:
        """Where a View is, kept from moving until the transaction ends."""
        cursor.execute("LOCK TABLE casework_tracking IN EXCLUSIVE MODE")
        cursor.execute(
            "SELECT notification_id AS position FROM casework_tracking WHERE application_name = %s",
            (name,),
        )
        row = cursor.fetchone()
        return row["position"] if row else 0

    def swap(self, cursor: Cursor[DictRow], view: type[View], live: str, beside: str) -> None:
        """Put the rebuilt table in the live one's place.

        The name that analysts read is pointed at it where it stands, so that what is published
        of it stays. A View whose name is not at today's table yet is presented by the follower.
        """
        shown = live in _presented(cursor)
        cursor.execute(_q("ALTER TABLE {t} RENAME TO {n}", t=f"views.{live}", n=f"{live}_old"))
        cursor.execute(_q("ALTER TABLE {t} RENAME TO {n}", t=f"views.{beside}", n=live))
        if shown:
            cursor.execute(_show(view, live))
        cursor.execute(_q("DROP TABLE {t}", t=f"views.{live}_old"))
        cursor.execute("DELETE FROM casework_tracking WHERE application_name = %s", (beside,))
        cursor.execute("DELETE FROM views.failures WHERE name = %s", (live,))

    def positions(self) -> dict[str, int]:
        """How far each physical table has come, by its tracking name."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT application_name AS name, notification_id AS position"
                " FROM casework_tracking",
                prepare=True,
            ).fetchall()
        return {row["name"]: row["position"] for row in rows}

    # --- Folding ---------------------------------------------------------------------------

    def recall(self, book: Book, name: str, keys: Sequence[str]) -> None:
        """Bring live rows into memory before they are folded."""
        if len(book.live) > _KEPT_ROWS:
            book.live.clear()
            book.absent.clear()
        with self.datastore.get_connection() as connection:
            found = connection.execute(
                SQL(
                    "SELECT key, from_position, {columns} FROM {table}"
                    " WHERE key = ANY(%s) AND to_position IS NULL"
                ).format(columns=_columns(book.view), table=Identifier("views", name)),
                (list(keys),),
            ).fetchall()
        for row in found:
            key, since = row.pop("key"), row.pop("from_position")
            book.live[key] = (since, book.view.model_validate(row))
        book.absent.update(key for key in keys if key not in book.live)

    def write(self, cursor: Cursor[DictRow], books: Mapping[str, Book]) -> None:
        """Put a batch's versions and tracking positions into the running transaction.

        Raises IntegrityError if another follower has been here: the batch is then undone.
        """
        for name, book in books.items():
            self._write_versions(cursor, book, name)
        names = sorted(books)
        cursor.execute(
            "INSERT INTO casework_tracking AS t (application_name, notification_id)"
            " SELECT * FROM unnest(%s::text[], %s::bigint[])"
            " ON CONFLICT (application_name) DO UPDATE"
            " SET notification_id = EXCLUDED.notification_id"
            " WHERE t.notification_id < EXCLUDED.notification_id",
            (names, [books[name].position for name in names]),
        )
        if cursor.rowcount != len(names):
            raise IntegrityError("views were moved on by somebody else")

    def _write_versions(self, cursor: Cursor[DictRow], book: Book, name: str) -> None:
        table = Identifier("views", name)
        if book.closed:
            keys, ends = zip(*book.closed, strict=True)
            cursor.execute(
                SQL(
                    "UPDATE {t} AS t SET to_position = c.ended"
                    " FROM unnest(%s::text[], %s::bigint[]) AS c(key, ended)"
                    " WHERE t.key = c.key AND t.to_position IS NULL"
                ).format(t=table),
                (list(keys), list(ends)),
            )
            if cursor.rowcount != len(keys):
                raise IntegrityError(f"{name}: rows were changed by somebody else")
        if versions := book.versions():
            copy = SQL("COPY {t} (key, from_position, to_position, {columns}) FROM STDIN")
            with cursor.copy(copy.format(t=table, columns=_columns(book.view))) as rows:
                for v in versions:
                    rows.write_row((v.key, v.from_position, v.to_position, *v.row.values()))

    def fail(self, name: str, record: Record, error: str) -> None:
        """Remember at which record a View's handler failed, for readiness and status."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "INSERT INTO views.failures (name, position, event, error) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position,"
                " event = EXCLUDED.event, error = EXCLUDED.error",
                (name, record.position, type(record.event).__name__, error),
            )

    def forgive(self, names: Sequence[str]) -> None:
        """Forget failures that have been overcome."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("DELETE FROM views.failures WHERE name = ANY(%s)", (list(names),))

    def failures(self) -> dict[str, dict[str, Any]]:
        """The Views that stopped, each with position, event and error, by tracking name."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute("SELECT * FROM views.failures ORDER BY name").fetchall()
        return {row["name"]: dict(row) for row in rows}

    # --- Reading ---------------------------------------------------------------------------

    def select(
        self,
        view: type[View],
        position: int,
        where: Sequence[Composed | SQL] = (),
        values: Sequence[Any] = (),
        order: Composed | SQL | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """The rows as at a position, as columns with their key and positions."""
        conditions: list[Composed | SQL] = [SQL("lifetime @> %s::bigint"), *where]
        sql = SQL("SELECT key, from_position, to_position, {columns} FROM {t} WHERE {c}").format(
            columns=_columns(view),
            t=Identifier("views", self.name_of(view)),
            c=SQL(" AND ").join(conditions),
        )
        sql += SQL(" ORDER BY ") + (order or SQL("key"))
        if limit is not None:
            sql += SQL(" LIMIT {}").format(limit)
        with self.datastore.get_connection() as connection:
            return [dict(row) for row in connection.execute(sql, (position, *values)).fetchall()]

    def stream(
        self,
        view: type[View],
        position: int,
        chosen: Sequence[Composed | SQL | Identifier],
        where: Sequence[Composed | SQL] = (),
        values: Sequence[Any] = (),
        order: Composed | SQL | None = None,
        batch: int = 5_000,
    ) -> Iterator[list[tuple[Any, ...]]]:
        """What is chosen of every row as at a position, a batch at a time, times in UTC.

        The cursor stays on the server, so that a view of any length is read in little memory.
        """
        conditions: list[Composed | SQL] = [SQL("lifetime @> %s::bigint"), *where]
        sql = SQL("SELECT {chosen} FROM {t} WHERE {c} ORDER BY {o}").format(
            chosen=SQL(", ").join(chosen),
            t=Identifier("views", self.name_of(view)),
            c=SQL(" AND ").join(conditions),
            o=order or SQL("key"),
        )
        with self.datastore.get_connection() as connection, connection.transaction():
            for setting in _FOR_STREAMS:
                connection.execute(setting)
            with connection.cursor("stream", row_factory=tuple_row) as cursor:
                cursor.execute(sql, (position, *values), binary=True)
                while rows := cursor.fetchmany(batch):
                    yield rows

    def aggregate(
        self,
        view: type[View],
        position: int,
        figures: SQL | Composed,
        where: Sequence[Composed | SQL] = (),
        values: Sequence[Any] = (),
        group: SQL | Composed | None = None,
    ) -> list[dict[str, Any]]:
        """Figures over the rows as at a position: counts and sums in one query."""
        conditions: list[Composed | SQL] = [SQL("lifetime @> %s::bigint"), *where]
        sql = SQL("SELECT {f} FROM {t} WHERE {c}").format(
            f=figures,
            t=Identifier("views", self.name_of(view)),
            c=SQL(" AND ").join(conditions),
        )
        if group is not None:
            sql += SQL(" GROUP BY {g} ORDER BY {g}").format(g=group)
        with self.datastore.get_connection() as connection:
            return [dict(row) for row in connection.execute(sql, (position, *values)).fetchall()]

    def series(
        self,
        view: type[View],
        positions: Sequence[int],
        figures: SQL | Composed,
        where: Sequence[Composed | SQL] = (),
        values: Sequence[Any] = (),
        group: SQL | Composed | None = None,
    ) -> list[dict[str, Any]]:
        """Figures over the rows as at each of several positions, in one query.

        Each answer has the position's place in the list as ``nth``; a position at which no row
        fits has none. A condition may ask about the position of each row as ``moment``, and about
        all of them as the table ``moments``.
        """
        by = SQL("nth, ") + group if group is not None else SQL("nth").format()
        sql = SQL(
            "WITH moments (moment, nth) AS"
            " (SELECT * FROM unnest(%s::bigint[]) WITH ORDINALITY)"
            " SELECT nth, {f} FROM moments JOIN {t} ON lifetime @> moment"
            " WHERE {c} GROUP BY {g} ORDER BY {g}"
        ).format(
            f=figures,
            t=Identifier("views", self.name_of(view)),
            c=SQL(" AND ").join(where) if where else SQL("true"),
            g=by,
        )
        with self.datastore.get_connection() as connection:
            rows = connection.execute(sql, (list(positions), *values)).fetchall()
        return [{**row, "nth": row["nth"] - 1} for row in rows]

    def last_by(self, view: type[View], field: str, limits: Sequence[datetime]) -> list[int]:
        """The position of the last record up to each limit of a field that it has an index on."""
        sql = _q(
            "SELECT coalesce((SELECT from_position FROM {t} WHERE {f} <= until"
            " ORDER BY {f} DESC, from_position DESC LIMIT 1), 0) AS position"
            " FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS limits (until, nth) ORDER BY nth",
            t=f"views.{self.name_of(view)}",
            f=field,
        )
        with self.datastore.get_connection() as connection:
            return [row["position"] for row in connection.execute(sql, (list(limits),))]

    def changed_at(self, view: type[View], key: str, after: int, upto: int) -> list[int]:
        """The positions, after one and up to another, of the records that changed a row."""
        sql = _q(
            "SELECT p AS position FROM {t} v, LATERAL (VALUES (from_position), (to_position)) e(p)"
            " WHERE key = %s AND p > %s AND p <= %s GROUP BY p ORDER BY p",
            t=f"views.{self.name_of(view)}",
        )
        with self.datastore.get_connection() as connection:
            return [row["position"] for row in connection.execute(sql, (key, after, upto))]

    def having(
        self, views: Sequence[type[View]], keys: Sequence[str]
    ) -> list[tuple[type[View], str]]:
        """Which of these Views ever had a row under one of these keys: in the Views' order."""
        sql = SQL(" UNION ").join(
            SQL("SELECT {} AS nth, key FROM {} WHERE key = ANY(%s)").format(
                nth, Identifier("views", self.name_of(view))
            )
            for nth, view in enumerate(views)
        ) + SQL(" ORDER BY nth, key")
        with self.datastore.get_connection() as connection:
            rows = connection.execute(sql, [list(keys)] * len(views)).fetchall()
        return [(views[row["nth"]], row["key"]) for row in rows]


def _show(view: type[View], name: str) -> Composed:
    """Point the name that analysts read at a table: of the same columns if it points at one."""
    return _q(
        "CREATE OR REPLACE VIEW {v} AS SELECT * FROM {t}",
        v=f"views.{view.table}",
        t=f"views.{name}",
    )


def _presented(cursor: Cursor[DictRow]) -> set[str]:
    rows = cursor.execute(
        "SELECT DISTINCT table_name AS name FROM information_schema.view_table_usage"
        " WHERE view_schema = 'views' AND table_schema = 'views'"
    ).fetchall()
    return {row["name"] for row in rows}


def _columns(view: type[View]) -> Composed:
    return SQL(", ").join(map(Identifier, view.columns))
