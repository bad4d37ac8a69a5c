"""Views: typed rows folded from records, every version kept, so that any moment can be asked.

A View says which rows a record touches (``keys``) and what each becomes (``project``). The
follower does the rest, a batch at a time: it folds every View, and writes the row versions and
the tracking position in one transaction. A row version holds from the position of the record
that made it to the position of the one that ended it.
"""

import hashlib
import inspect
import json
import re
import types
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier
from pydantic import ConfigDict

from domain.kernel import Frozen, Record
from projections.search import make_searchable

Scope = Literal["council", "region", "programme", "public"]
Names = tuple[str, ...]

_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "bigint"),
    (str, "text"),
    (datetime, "timestamptz"),
    (date, "date"),
    (Decimal, "numeric"),
)


def _column_type(hint: Any) -> str:
    """PostgreSQL's type for a field: scalars typed, anything else jsonb."""
    if get_origin(hint) in (Union, types.UnionType):
        some = [a for a in get_args(hint) if a is not type(None)]
        return _column_type(some[0]) if len(some) == 1 else "jsonb"
    if isinstance(hint, type) and get_origin(hint) is None:
        for python, postgres in _TYPES:
            if issubclass(hint, python):
                return postgres
    return "jsonb"


class View(Frozen):
    """One kind of row that people see.

    ``indexes`` names the fields that lists are filtered or sorted by; ``search`` those whose
    words are searched, the weightiest first. ``scope`` says who may see a row: ``council`` and
    ``region`` rows carry that field, ``programme`` rows are for national roles, ``public`` ones
    for everybody signed in.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    all: ClassVar[list[type["View"]]] = []
    table: ClassVar[str] = ""
    columns: ClassVar[dict[str, str]] = {}
    indexes: ClassVar[Names] = ()
    search: ClassVar[Names] = ()
    scope: ClassVar[Scope] = "programme"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """The class's own words (indexes, scope) are taken once its fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, indexes: Names = (), search: Names = (), scope: Scope = "programme", **kwargs: Any
    ) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        hints = get_type_hints(cls)
        cls.table = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.columns = {name: _column_type(hints[name]) for name in cls.model_fields}
        cls.indexes, cls.search, cls.scope = indexes, search, scope
        if unknown := {*indexes, *search} - cls.columns.keys():
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))} to index")
        if scope in ("council", "region") and scope not in cls.columns:
            raise TypeError(f"{cls.__name__} is scoped by {scope} but has no such field")
        View.all.append(cls)

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        """The keys of the rows that this record touches."""
        raise NotImplementedError

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        """What a row becomes by this record: pure; None where there is no row, or no more."""
        raise NotImplementedError

    @classmethod
    def fold(cls, row: Self | None, record: Record, key: str) -> Self | None:
        """project(), with the version of the row's own stream filled in."""
        after = cls.project(row, record, key)
        if after is not None and "version" in cls.columns and record.stream == key:
            return after.but(version=record.version)
        return after

    @classmethod
    def fingerprint(cls) -> str:
        """Changes when the rows' shape or the code that makes them does."""
        made = json.dumps([cls.columns, cls.indexes]) + inspect.getsource(cls)
        return hashlib.sha256(made.encode()).hexdigest()[:8]

    def values(self) -> list[Any]:
        """The row as PostgreSQL takes it, in the order of its columns."""
        dumped = self.model_dump(mode="json")
        return [
            json.dumps(dumped[name], ensure_ascii=False) if kind == "jsonb" else dumped[name]
            for name, kind in self.columns.items()
        ]


class Version(Frozen):
    """One row as it was from a position (included) to another (not included)."""

    key: str
    from_position: int
    to_position: int | None
    row: Any


class Book:
    """A View's rows as they are being folded: the live ones, and what a batch has changed."""

    def __init__(self, view: type[View], position: int) -> None:
        self.view, self.position = view, position
        self.live: dict[str, tuple[int, View]] = {}
        self.absent: set[str] = set()
        self.clear_batch()

    def clear_batch(self) -> None:
        self.closed: list[tuple[str, int]] = []
        self.made: list[Version] = []
        self.born: dict[str, int] = {}

    def fold(self, record: Record) -> None:
        """Take one record in. Raises what the View's handler raises, having changed nothing."""
        keys = tuple(dict.fromkeys(self.view.keys(record)))
        before = [self.live.get(key) for key in keys]
        after = [
            self.view.fold(old[1] if old else None, record, key)
            for key, old in zip(keys, before, strict=True)
        ]
        for key, old, row in zip(keys, before, after, strict=True):
            if (old[1] if old else None) == row:
                continue
            if old:
                self._close(key, old, record.position)
            if row is None:
                self.live.pop(key, None)
                self.absent.add(key)
            else:
                self.live[key] = (record.position, row)
                self.absent.discard(key)
                self.born[key] = record.position
        self.position = record.position

    def _close(self, key: str, old: tuple[int, View], position: int) -> None:
        since, row = old
        if key in self.born:
            del self.born[key]
            self.made.append(Version(key=key, from_position=since, to_position=position, row=row))
        else:
            self.closed.append((key, position))

    def versions(self) -> list[Version]:
        """The row versions that the batch has made."""
        opened = [
            Version(key=key, from_position=since, to_position=None, row=self.live[key][1])
            for key, since in self.born.items()
        ]
        return self.made + opened

    def unknown(self, records: Iterable[Record]) -> list[str]:
        """The keys that these records touch and whose rows are not in memory yet."""
        keys: dict[str, None] = {}
        for record in records:
            if record.position > self.position:
                keys.update(dict.fromkeys(self.view.keys(record)))
        return [key for key in keys if key not in self.live and key not in self.absent]


_KEPT_ROWS = 200_000
_SCHEMA_LOCK = 5_710_003


def _q(sql: str, **names: str) -> Composed:
    return SQL(sql).format(**{name: Identifier(*value.split(".")) for name, value in names.items()})


class ReadModel(PostgresTrackingRecorder):
    """Every View's tables and their tracking positions, moved together."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, tracking_table_name="casework_tracking")
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

    def present(self, view: type[View]) -> None:
        """Point the name that analysts read, ``views.<table>``, at the table of today's code.

        Tables that earlier code made for the same View are dropped.
        """
        name = self.name_of(view)
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            cursor.execute(_q("DROP VIEW IF EXISTS {v}", v=f"views.{view.table}"))
            cursor.execute(
                _q(
                    "CREATE VIEW {v} AS SELECT * FROM {t}",
                    v=f"views.{view.table}",
                    t=f"views.{name}",
                )
            )
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
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT table_name AS name FROM information_schema.view_table_usage"
                " WHERE view_schema = 'views' AND table_schema = 'views'"
            ).fetchall()
        return {row["name"] for row in rows}

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
        """Put the rebuilt table in the live one's place."""
        cursor.execute(_q("DROP VIEW IF EXISTS {v}", v=f"views.{view.table}"))
        cursor.execute(_q("DROP TABLE {t}", t=f"views.{live}"))
        cursor.execute(_q("ALTER TABLE {t} RENAME TO {n}", t=f"views.{beside}", n=live))
        cursor.execute(
            _q("CREATE VIEW {v} AS SELECT * FROM {t}", v=f"views.{view.table}", t=f"views.{live}")
        )
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

    def write(self, cursor: Cursor[DictRow], book: Book, name: str) -> None:
        """Put a batch's versions and the tracking position into the running transaction.

        Raises IntegrityError if another follower has been here: the batch is then undone.
        """
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
        self._insert_tracking(cursor, Tracking(name, book.position))

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


def _columns(view: type[View]) -> Composed:
    return SQL(", ").join(map(Identifier, view.columns))
