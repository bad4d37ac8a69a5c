"""The event store: load a stream's state, record what was decided on the strength of it."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, TypeVar

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    Mapper,
    Notification,
    OperationalError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import retry
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL
from psycopg.types.json import Jsonb, set_json_loads
from pydantic_core import from_json

from domain.kernel import Aggregate, Event, Record
from projections.proof import StoredBytes
from service.tables import BESIDE_THE_LOG

A = TypeVar("A", bound=Aggregate)

# Rows and events are JSON for the greater part, which pydantic reads in a fifth of the time.
set_json_loads(from_json)

EVENTS, CHANNEL = "casework_events", "casework_events"
_SCHEMA_LOCK = 5_710_001
_TURN_LOCK = 5_710_002
_CACHED_AGGREGATES = 10_000


class Conflict(Exception):
    """A stream that the decision relied on has moved on, or its receipt exists already."""


class Kept(NamedTuple):
    """The answer that a command once got, under the key that it was sent with."""

    key: str
    fingerprint: str
    answer: dict[str, Any]


# --- Events as bytes ------------------------------------------------------------------------


class RecordMapper(Mapper[str]):
    """A stored event's topic is the event's name; its state is the envelope and event as JSON.

    ``recorded_at`` is not in the state as mapped: the recorder puts it first, under the lock
    that gives the position, so that time rises with position whoever writes.
    """

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        record: Record = domain_event
        state = {
            "effective_on": record.effective_on.isoformat(),
            "actor": record.actor,
            "role": record.role,
            "channel": record.channel,
            "correlation": record.correlation,
            "causation": record.causation,
            "reason": record.reason,
            "schema": type(record.event).schema_version,
            "event": record.event.model_dump(mode="json"),
        }
        if record.decision:
            state["decision"] = record.decision.model_dump(mode="json", exclude_defaults=True)
        return StoredEvent(
            originator_id=record.stream,
            originator_version=record.version,
            topic=type(record.event).__name__,
            state=json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Record:
        state = from_json(stored_event.state)
        event = Event.catalogue[stored_event.topic].from_stored(state["event"], state["schema"])
        return Record(
            position=stored_event.id if isinstance(stored_event, Notification) else 0,
            stream=str(stored_event.originator_id),
            version=stored_event.originator_version,
            event=event,
            recorded_at=state["recorded_at"],
            effective_on=state["effective_on"],
            actor=state["actor"],
            role=state["role"],
            channel=state["channel"],
            correlation=state["correlation"],
            causation=state["causation"],
            reason=state["reason"],
            decision=state.get("decision"),
        )


# --- The log in PostgreSQL ------------------------------------------------------------------

_TABLES = (
    # One row: the last moment at which something was recorded.
    "CREATE TABLE IF NOT EXISTS casework_clock (last timestamptz NOT NULL)",
    "INSERT INTO casework_clock SELECT '-infinity' WHERE NOT EXISTS (SELECT FROM casework_clock)",
    # What each command was answered, kept as long as the log.
    """CREATE TABLE IF NOT EXISTS casework_receipts (
        key text PRIMARY KEY, fingerprint text NOT NULL, answer jsonb NOT NULL,
        position bigint NOT NULL)""",
    # One statement appends: lock, check that nothing relied on has moved, stamp, insert, tell
    # the follower, keep the receipt. The lock makes positions commit in their order.
    """CREATE OR REPLACE FUNCTION casework_append(
        events stored_event_text[], basis_streams text[], basis_versions bigint[],
        stamp timestamptz, receipt_key text, receipt_fingerprint text, receipt_answer jsonb)
    RETURNS TABLE (appended bigint, moment timestamptz) LANGUAGE plpgsql AS $append$
    DECLARE moved text; now_ timestamptz; first_ text; last_ bigint;
    BEGIN
        LOCK TABLE casework_events IN EXCLUSIVE MODE;
        SELECT b.stream INTO moved FROM unnest(basis_streams, basis_versions) b(stream, version)
        WHERE b.version <> coalesce((SELECT max(e.originator_version) FROM casework_events e
                                     WHERE e.originator_id = b.stream), 0) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'stream % has moved on', moved USING ERRCODE = 'unique_violation';
        END IF;
        UPDATE casework_clock
        SET last = greatest(coalesce(stamp, clock_timestamp()), last + interval '1 microsecond')
        RETURNING last INTO now_;
        first_ := '{"recorded_at":"'
            || to_char(now_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '",';
        FOR appended IN
            INSERT INTO casework_events (originator_id, originator_version, topic, state)
            SELECT e.originator_id, e.originator_version, e.topic,
                   convert_to(first_, 'UTF8') || substring(e.state FROM 2)
            FROM unnest(events) WITH ORDINALITY AS
                 e(originator_id, originator_version, topic, state, nth) ORDER BY e.nth
            RETURNING notification_id
        LOOP
            last_ := appended; moment := now_;
            RETURN NEXT;
        END LOOP;
        INSERT INTO casework_receipts VALUES (receipt_key, receipt_fingerprint,
            receipt_answer || jsonb_build_object('position', last_), last_);
        NOTIFY casework_events;
    END $append$""",
    # The streams by name, for the next free reference.
    """CREATE INDEX IF NOT EXISTS casework_streams
    ON casework_events (originator_id text_pattern_ops) WHERE originator_version = 1""",
    # What an auditor reads in psql: each event as typed columns and jsonb.
    """CREATE OR REPLACE VIEW event_log AS
    SELECT notification_id AS position, originator_id AS stream, originator_version AS version,
           topic AS event, (j->>'recorded_at')::timestamptz AS recorded_at,
           (j->>'effective_on')::date AS effective_on, j->>'actor' AS actor, j->>'role' AS role,
           j->>'channel' AS channel, j->>'correlation' AS correlation,
           j->>'causation' AS causation, j->>'reason' AS reason,
           (j->>'schema')::int AS schema_version, j->'event' AS payload
    FROM casework_events, LATERAL (SELECT convert_from(state, 'UTF8')::jsonb AS j) AS decoded""",
    *BESIDE_THE_LOG,
)

Alongside = tuple[str, Sequence[Any]]
"""A statement with its values, run in the transaction that records the events."""


class LogRecorder(PostgresApplicationRecorder):
    """The library's recorder, appending in one statement that also guards, stamps and receipts."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements += [SQL(sql).format() for sql in _escaped(_TABLES)]

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        kept: Kept,
        basis: Mapping[str, int],
        stamp: datetime | None = None,
        alongside: Sequence[Alongside] = (),
        **_: Any,
    ) -> Sequence[int] | None:
        """Append every event or none; returns their positions.

        Should the connection break while committing, the library's retry appends again, meets
        the receipt that the first try may have left, and reports an IntegrityError: whoever
        called finds the receipt and knows that it was done.
        """
        events = [
            self.construct_pg_stored_event(e.originator_id, e.originator_version, e.topic, e.state)
            for e in stored_events
        ]
        with self.datastore.transaction(commit=True) as cursor:
            for sql, values in alongside:
                cursor.execute(sql, values)
            cursor.execute(
                "SELECT appended FROM casework_append(%s::stored_event_text[], %s::text[],"
                " %s::bigint[], %s, %s, %s, %s)",
                (
                    events,
                    list(basis),
                    list(basis.values()),
                    stamp,
                    kept.key,
                    kept.fingerprint,
                    Jsonb(kept.answer),
                ),
                prepare=True,
            )
            return [row["appended"] for row in cursor.fetchall()]

    def select_after(
        self, versions: Mapping[str, int], upto: int | None = None
    ) -> list[Notification]:
        """The events of several streams after a version of each, up to a position."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                f"""SELECT e.* FROM unnest(%s::text[], %s::bigint[]) AS s(stream, version)
                    JOIN {EVENTS} e ON e.originator_id = s.stream
                         AND e.originator_version > s.version
                    WHERE e.notification_id <= %s
                    ORDER BY e.notification_id""",  # noqa: S608 - the table's name is ours
                (list(versions), list(versions.values()), 2**62 if upto is None else upto),
                prepare=True,
            ).fetchall()
        return [_notification(row) for row in rows]

    def select_at(self, positions: Sequence[int]) -> list[Notification]:
        """The events at these positions, in order."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                f"SELECT * FROM {EVENTS} WHERE notification_id = ANY(%s) ORDER BY notification_id",  # noqa: S608 - the table's name is ours
                (list(positions),),
                prepare=True,
            ).fetchall()
        return [_notification(row) for row in rows]


def _notification(row: Mapping[str, Any]) -> Notification:
    event = row["originator_id"], row["originator_version"], row["topic"], bytes(row["state"])
    return Notification(*event, id=row["notification_id"])


def _escaped(statements: Iterable[str]) -> Iterator[str]:
    """Statements for SQL().format(), which reads braces as placeholders."""
    return (sql.replace("{", "{{").replace("}", "}}") for sql in statements)


class Store(Application[str]):
    """The log: streams by readable names, state as JSON, in PostgreSQL."""

    name = "casework"
    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "ORIGINATOR_ID_TYPE": "text",
        "MAPPER_TOPIC": "service.store:RecordMapper",
        "APPLICATION_RECORDER_TOPIC": "service.store:LogRecorder",
        "POSTGRES_POOL_SIZE": "4",
        "POSTGRES_MAX_OVERFLOW": "28",
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "30",
    }
    recorder: LogRecorder
    mapper: RecordMapper

    def __init__(self, url: str) -> None:
        """Connect to PostgreSQL by URL or connection string, creating what is not there yet."""
        self.url = url
        info = conninfo_to_dict(url)
        address = {
            "POSTGRES_DBNAME": str(info.get("dbname") or "casework"),
            "POSTGRES_HOST": str(info.get("host") or "127.0.0.1"),
            "POSTGRES_PORT": str(info.get("port") or "5432"),
            "POSTGRES_USER": str(info.get("user") or "postgres"),
            "POSTGRES_PASSWORD": str(info.get("password") or ""),
        }
        with self.alone(_SCHEMA_LOCK):
            super().__init__(address)
        self.datastore: PostgresDatastore = self.recorder.datastore
        self._turn = threading.Lock()
        self._seen: OrderedDict[tuple[type[Aggregate], str], Aggregate] = OrderedDict()
        self._seen_lock = threading.Lock()

    @contextmanager
    def alone(self, lock: int) -> Iterator[None]:
        """Hold one of the database's advisory locks, on a connection of its own."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
            yield

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait in line with whoever else met a conflict, in this process and every other."""
        with self._turn, self.alone(_TURN_LOCK):
            yield

    # --- Loading ---------------------------------------------------------------------------

    def load(self, empty: A, at: int | None = None) -> A:
        """What a stream adds up to, now or as at a position."""
        return self.load_many([empty], at)[0]

    def load_many(self, empties: Sequence[A], at: int | None = None) -> list[A]:
        """What several streams add up to, in the order asked, read in one query."""
        states = {e.stream: e if at is not None else self._recall(e) for e in empties}
        new = self.recorder.select_after({s: state.version for s, state in states.items()}, at)
        for notification in new:
            record = self.mapper.to_domain_event(notification)
            state = states[record.stream]
            states[record.stream] = state.apply(record).but(version=record.version)
        if at is None:
            self._remember(states.values())
        return [states[empty.stream] for empty in empties]

    def _recall(self, empty: A) -> A:
        with self._seen_lock:
            found = self._seen.get((type(empty), empty.stream))
        return found if isinstance(found, type(empty)) else empty

    def _remember(self, states: Iterable[Aggregate]) -> None:
        with self._seen_lock:
            for state in states:
                if state.version:
                    key = (type(state), state.stream)
                    known = self._seen.get(key)
                    if known is None or known.version <= state.version:
                        self._seen[key] = state
                    self._seen.move_to_end(key)
            while len(self._seen) > _CACHED_AGGREGATES:
                self._seen.popitem(last=False)

    def records(self, after: int, limit: int) -> list[Record]:
        """The log after a position, in order: at most so many records."""
        return [
            self.mapper.to_domain_event(notification)
            for notification in self.recorder.select_notifications(
                after, limit, inclusive_of_start=False
            )
        ]

    def records_at(self, positions: Sequence[int]) -> list[Record]:
        """The records at these positions, in order."""
        return [self.mapper.to_domain_event(n) for n in self.recorder.select_at(positions)]

    def records_of(self, streams: Iterable[str], upto: int) -> list[Record]:
        """Every record of these streams up to a position, in the log's order."""
        found = self.recorder.select_after(dict.fromkeys(streams, 0), upto)
        return [self.mapper.to_domain_event(n) for n in found]

    def stored(self, after: int, limit: int) -> list[StoredBytes]:
        """The log after a position as its exact bytes, in order: at most so many events."""
        return [
            StoredBytes(
                found.id,
                str(found.originator_id),
                found.originator_version,
                found.topic,
                bytes(found.state),
            )
            for found in self.recorder.select_notifications(after, limit, inclusive_of_start=False)
        ]

    def head(self) -> int:
        """The position of the last record, 0 for an empty log."""
        return self.recorder.max_notification_id() or 0

    def next_reference(self, kind: str, upto: int | None = None) -> str:
        """The next free reference of a kind, now or as at a position: GRANT-0041."""
        with self.datastore.get_connection() as connection:
            found = connection.execute(
                f"""SELECT max(substr(originator_id, %s)::bigint) AS last FROM {EVENTS}
                    WHERE originator_id LIKE %s AND originator_version = 1
                    AND notification_id <= %s""",  # noqa: S608 - the table's name is ours
                (len(kind) + 2, f"{kind}-%", 2**62 if upto is None else upto),
            ).fetchone()
        return f"{kind}-{((found and found['last']) or 0) + 1:04d}"

    def streams(self, prefix: str, upto: int | None = None) -> list[str]:
        """The names of the streams that begin so, in order, now or as at a position."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                f"""SELECT originator_id AS stream FROM {EVENTS}
                    WHERE originator_id LIKE %s AND originator_version = 1
                    AND notification_id <= %s
                    ORDER BY originator_id""",  # noqa: S608 - the table's name is ours
                (f"{prefix}%", 2**62 if upto is None else upto),
            ).fetchall()
        return [row["stream"] for row in rows]

    # --- Recording -------------------------------------------------------------------------

    def receipt(self, key: str) -> Kept | None:
        """What the command sent under a key was answered, if it was."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT fingerprint, answer FROM casework_receipts WHERE key = %s",
                (key,),
                prepare=True,
            ).fetchone()
        return Kept(key, row["fingerprint"], row["answer"]) if row else None

    def append(
        self,
        records: Sequence[Record],
        basis: Mapping[str, int],
        kept: Kept,
        stamp: datetime | None = None,
        alongside: Sequence[Alongside] = (),
    ) -> int:
        """Record everything or nothing; returns the last position.

        Raises Conflict if a stream of the basis has moved on, or if the receipt's key has been
        used: whoever retries looks for the receipt first.
        """
        try:
            saved = self.save(
                *records, kept=kept, basis=basis, stamp=stamp, alongside=tuple(alongside)
            )
        except IntegrityError as conflict:
            raise Conflict(str(conflict)) from conflict
        return saved[-1].notification.id


def reader(store: Store) -> Callable[[int, int], list[Record]]:
    """The log as the follower reads it."""
    return store.records
