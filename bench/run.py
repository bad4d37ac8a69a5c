"""Speed as ratios: each figure beside the raw limit, measured in the same run.

``make bench`` prints a table; docs/performance.md keeps one with the machine it was made on.
"""

import hashlib
import os
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL
from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python

import projections  # noqa: F401 - completes the views
from domain.access import UserInvited
from domain.kernel import Record
from projections.audit import JournalRow
from projections.engine import ReadModel, View
from projections.follower import Follower
from projections.funding import GrantRow
from service.demo.play import Player
from service.embedded import embedded_database, leave_embedded
from service.installation import Installation
from service.proof.verify import verify
from service.settings import Settings
from service.store import CHANNEL, Kept, Store

APPENDS, CLIENTS = 3_000, 8


def record(user: str, version: int = 1) -> Record:
    """A small event, as most are."""
    return Record(
        stream=f"USER-{user}",
        version=version,
        event=UserInvited(user=user),
        recorded_at=datetime.now(UTC),
        effective_on=date(2025, 6, 2),
        actor="bench",
        role="bench",
        correlation="bench",
    )


def rate(count: int, work: Callable[[], None]) -> float:
    """So many things done, a second."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def by_clients(work: Callable[[int], None]) -> Callable[[], None]:
    """The same work by several clients at once."""

    def run() -> None:
        clients = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    return run


class Plain(Application[str]):
    """The library as it comes: its own recorder, our mapper."""

    name = "casework"
    env: ClassVar[dict[str, str]] = {
        **{k: v for k, v in Store.env.items() if k != "APPLICATION_RECORDER_TOPIC"}
    }


class OneByOne(PostgresTrackingRecorder):
    """The same views as rows of JSON, moved event by event."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS bench_rows (view text, key text, row jsonb NOT NULL,"
                " PRIMARY KEY (view, key))"
            ).format()
        )

    def fold(self, record: Record, tracking: Tracking) -> None:
        """One event, one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for view in View.all:
                for key in view.keys(record):
                    cursor.execute(
                        "SELECT row FROM bench_rows WHERE view = %s AND key = %s",
                        (view.table, key),
                    )
                    found = cursor.fetchone()
                    old = view.model_validate(found["row"]) if found else None
                    if (row := view.fold(old, record, key)) is not None:
                        cursor.execute(
                            "INSERT INTO bench_rows VALUES (%s, %s, %s)"
                            " ON CONFLICT (view, key) DO UPDATE SET row = EXCLUDED.row",
                            (view.table, key, Jsonb(to_jsonable_python(vars(row)))),
                        )


class Folding(Projection[OneByOne]):
    """The library's projection of our views."""

    name = "bench"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.fold(domain_event, tracking)


def address(url: str) -> dict[str, str]:
    """The library's settings for a database."""
    info = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "ORIGINATOR_ID_TYPE": "text",
        "POSTGRES_DBNAME": str(info["dbname"]),
        "POSTGRES_HOST": str(info["host"]),
        "POSTGRES_USER": str(info.get("user") or "postgres"),
        "POSTGRES_PASSWORD": str(info.get("password") or ""),
    }


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A fresh database."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    yield make_conninfo(server, dbname=name)


def appends(server: str) -> list[tuple[str, float, str]]:
    """One client and several, against the library's recorder and a bare INSERT."""
    rows: list[tuple[str, float, str]] = []
    with database(server, "bench_append") as url:
        store = Store(url)

        def ours(n: int, count: int = APPENDS // CLIENTS) -> None:
            for k in range(count):
                user = f"ours{n}.{k}"
                one = record(user)
                store.append([one], {one.stream: 0}, Kept(user, "", {}))

        plain = Plain(address(url))

        def library(n: int, count: int = APPENDS // CLIENTS) -> None:
            for k in range(count):
                plain.save(record(f"library{n}.{k}"))

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE bare (stream text, version int, state bytea)")

        def bare(n: int, count: int = APPENDS // CLIENTS) -> None:
            with psycopg.connect(url, autocommit=True) as connection:
                for k in range(count):
                    connection.execute(
                        "INSERT INTO bare VALUES (%s, %s, %s)", (f"{n}.{k}", 1, b"x" * 250)
                    )

        for who, work in (("bare INSERT", bare), ("library's recorder", library), ("ours", ours)):
            one = rate(APPENDS // 3, partial(work, 99, APPENDS // 3))
            many = rate(APPENDS, by_clients(work))
            rows.append((f"append, 1 client, {who}", one, "events/s"))
            rows.append((f"append, {CLIENTS} clients, {who}", many, "events/s"))
        plain.close()
        store.close()
    return rows


def following(server: str, data: Path) -> list[tuple[str, float, str]]:
    """Folding every view from an empty start, and the two ways of asking."""
    rows: list[tuple[str, float, str]] = []
    with database(server, "bench_follow") as url:
        installation = Installation(Settings(env="test", data_dir=data), url)
        Player(installation, 1).play()
        log = installation.store.records(0, 1_000_000)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA views CASCADE")
            connection.execute("TRUNCATE casework_tracking")
        model = ReadModel(installation.store.datastore)
        model.create_table()
        follower = Follower(model, installation.store.records, url, CHANNEL)
        rows.append(
            (
                "catch-up, every view with its versions, ours",
                rate(len(log), _caught_up(follower)),
                "events/s",
            )
        )
        read = rate(len(log), lambda: _read(installation))
        rows.append(("reading and decoding the same log", read, "events/s"))

        def library() -> None:
            with ProjectionRunner(
                application_class=Plain,
                projection_class=Folding,
                view_class=OneByOne,
                env=address(url),
            ) as runner:
                runner.wait(log[-1].position, timeout=600)

        rows.append(
            ("catch-up, live rows alone, library's runner", rate(len(log), library), "events/s")
        )
        rows += proving(installation, len(log))
        head, middle = installation.store.head(), log[len(log) // 2].position
        for view in (GrantRow, JournalRow):
            for when, position in (("now", head), ("as at the middle of the log", middle)):
                asked = rate(200, partial(_ask, model, view, position))
                rows.append((f"{view.__name__}, first 100, {when}", 1000 / asked, "ms"))
        installation.close()
    return rows


def proving(installation: Installation, size: int) -> list[tuple[str, float, str]]:
    """Verifying the log against its proof and checkpoints, beside hashing the same bytes alone."""
    installation.follower.catch_up()
    events = installation.store.stored(0, 1_000_000)

    def bare() -> None:
        for event in events:
            hashlib.sha256(event.state).digest()

    def whole() -> None:
        keeping = installation.keeping
        found = verify(installation, keeping.notes(), keeping.verifiers(), views=False)
        if not found.ok:
            raise RuntimeError(str(found.findings))

    return [
        ("hashing the stored bytes alone, bare SHA-256", rate(size, bare), "events/s"),
        ("verifying the log against proof and checkpoints", rate(size, whole), "events/s"),
    ]


def _caught_up(follower: Follower) -> Callable[[], None]:
    def work() -> None:
        follower.catch_up()

    return work


def _read(installation: Installation) -> None:
    after = 0
    while found := installation.store.records(after, 2_000):
        after = found[-1].position


def _ask(model: ReadModel, view: type[View], position: int) -> None:
    for _ in range(200):
        model.select(view, position, order=SQL("key").format(), limit=100)


def main() -> None:
    """Print the table."""
    folder = Path(tempfile.mkdtemp(prefix="casework-bench-"))
    try:
        server = embedded_database(folder)
        rows = appends(server) + following(server, folder / "data")
    finally:
        leave_embedded(folder)
        shutil.rmtree(folder, ignore_errors=True)
    cores = os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}\n")
    print("| what | figure |\n|---|---:|")
    for name, figure, unit in rows:
        print(f"| {name} | {figure:,.{0 if unit != 'ms' else 2}f} {unit} |")


if __name__ == "__main__":
    main()
