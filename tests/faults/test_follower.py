"""The follower when things go wrong: a leader that dies, a view that fails, a lost connection."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Self

import psycopg
import pytest

from domain.access import SYSTEM, InviteUser, User, UserEvent
from domain.kernel import Record
from projections.access import UserRow
from projections.audit import JournalRow
from projections.engine import ReadModel, View
from projections.follower import _LEADER_LOCK, Follower, rebuild, standings
from service.access import invite_user
from service.demo import enrol_demo_users
from service.desk import Desk
from service.installation import Installation
from service.store import CHANNEL
from tests.conftest import fresh_database, own_settings, running


@pytest.fixture
def installation(database: str) -> Iterator[Installation]:
    found = Installation(own_settings(), database)
    enrol_demo_users(found, password=None)
    yield found
    found.close()


def follower(installation: Installation, *views: type[View], batch: int = 100) -> Follower:
    return Follower(
        installation.model,
        installation.store.records,
        installation.url,
        CHANNEL,
        views=views,
        batch=batch,
    )


def until(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_one_leads_and_another_takes_over_when_it_dies(installation: Installation) -> None:
    stop = threading.Event()
    both = [follower(installation, JournalRow), follower(installation, JournalRow)]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in both]
    for thread in threads:
        thread.start()
    try:
        until(lambda: any(each.leading.is_set() for each in both))
        time.sleep(0.3)
        leaders = [each for each in both if each.leading.is_set()]
        assert len(leaders) == 1
        with psycopg.connect(installation.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND granted AND database = (SELECT oid FROM pg_database"
                " WHERE datname = current_database())"
            )
        until(lambda: [each for each in both if each.leading.is_set()] not in ([], leaders))
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def leads(installation: Installation) -> list[int]:
    """The sessions that hold the leader's lock in this database."""
    with psycopg.connect(installation.url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [_LEADER_LOCK],
        ).fetchall()
    return [pid for (pid,) in rows]


def test_a_rebuild_leaves_the_leader_of_another_database_of_the_server_alone(
    installation: Installation, postgres: str
) -> None:
    stop, leader = threading.Event(), follower(installation, JournalRow)
    thread = threading.Thread(target=leader.run, args=(stop,))
    thread.start()
    try:
        until(leader.leading.is_set)
        leading = leads(installation)
        with fresh_database(postgres) as url, closing(Installation(own_settings(), url)) as other:
            enrol_demo_users(other, password=None)
            other.follower.catch_up()
            rebuild(other.model, other.store.records, UserRow)
        assert leads(installation) == leading != []
    finally:
        stop.set()
        thread.join()


def test_a_view_whose_handler_fails_stops_alone_and_says_where(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = installation.store.records(0, 1000)
    third = [record for record in log if isinstance(record.event, UserEvent)][2]
    project = UserRow.project.__func__  # type: ignore[attr-defined]

    def failing(cls: type[UserRow], row: UserRow | None, record: Record, key: str) -> object:
        if record.position == third.position:
            raise ValueError("no such user")
        return project(cls, row, record, key)

    monkeypatch.setattr(UserRow, "project", classmethod(failing))
    follower(installation, JournalRow, UserRow).catch_up()
    journal, users = standings(installation.model, [JournalRow, UserRow], installation.store.head())
    assert (journal.state, journal.lag) == ("live", 0)
    assert users.state == "stopped"
    assert users.position == third.position - 1
    assert f"event {third.position} ({type(third.event).__name__})" in users.error
    assert "ValueError: no such user" in users.error

    monkeypatch.setattr(UserRow, "project", classmethod(project))
    follower(installation, JournalRow, UserRow).catch_up()
    users = standings(installation.model, [UserRow], installation.store.head())[0]
    assert (users.state, users.lag, users.error) == ("live", 0, "")
    assert len(installation.model.select(UserRow, installation.store.head())) == 19


def test_a_stopped_view_is_named_by_readyz(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(
        cls: type[UserRow], row: UserRow | None, record: Record, key: str
    ) -> UserRow | None:
        raise ValueError("can't take it")

    monkeypatch.setattr(UserRow, "project", classmethod(failing))
    with running(database) as service:
        anyone = service.anonymous()
        until(lambda: anyone.get("/readyz").json()["stopped"])
        answer = anyone.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["status"] == "stopped"
        assert answer.json()["stopped"][0].startswith("UserRow stopped before event")
        assert "can't take it" in answer.json()["stopped"][0]


def test_a_batch_that_breaks_off_is_wholly_undone(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = ReadModel._write_versions

    def breaking(model: ReadModel, cursor: object, book: object, name: str) -> None:
        write(model, cursor, book, name)  # type: ignore[arg-type]
        written.append(name)
        if len(written) == 2:
            raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(ReadModel, "_write_versions", breaking)
    broken = follower(installation, JournalRow, UserRow)
    with pytest.raises(psycopg.OperationalError):
        broken.catch_up()
    assert installation.model.positions().get(installation.model.name_of(JournalRow), 0) == 0
    assert installation.model.select(JournalRow, 10_000) == []
    broken.catch_up()
    head = installation.store.head()
    assert len(installation.model.select(JournalRow, head)) == len(
        installation.store.records(0, 10_000)
    )


class OnlyPeers(View):
    """Touched by nothing here: its position moves all the same."""

    seen: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        return row


View.all.remove(OnlyPeers)


def test_a_view_that_nothing_touches_keeps_up(installation: Installation) -> None:
    follower(installation, OnlyPeers, batch=5).catch_up()
    found = standings(installation.model, [OnlyPeers], installation.store.head())[0]
    assert (found.state, found.lag) == ("live", 0)


def test_it_wakes_soon_after_a_commit(installation: Installation) -> None:
    stop = threading.Event()
    awake = follower(installation, JournalRow)
    thread = threading.Thread(target=awake.run, args=(stop,))
    thread.start()
    try:
        until(awake.leading.is_set)
        name = installation.model.name_of(JournalRow)
        until(lambda: installation.model.positions().get(name, 0) == installation.store.head())
        time.sleep(0.2)
        by = User(user="system", active=True)
        receipt = invite_user(
            command=InviteUser(user="late.comer", name="Late Comer"),
            desk=Desk(installation, by, channel="cli", system=SYSTEM),
        )
        committed = time.monotonic()
        until(lambda: installation.model.positions()[name] >= receipt.position)
        print(f"awake and folded after {(time.monotonic() - committed) * 1000:.0f} ms")
    finally:
        stop.set()
        thread.join()
