"""Real components for the tests: one embedded PostgreSQL, a fresh database where one is needed."""

import gc
import itertools
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from argon2 import PasswordHasher

from service import imports
from service.app import create_app
from service.demo import enrol_demo_users
from service.demo.play import play_demo
from service.embedded import embedded_database, leave_embedded
from service.identity import accounts_of
from service.installation import Installation
from service.settings import Settings

_RUN = "CASEWORK_TESTS_RUN"
"""A folder of this run of pytest: its workers share the embedded server that has its data there."""
_OWN = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """A worker of several ignores Ctrl-C; what the tests start must not inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if _RUN not in os.environ:
        # Not in pytest's own folder: another run of pytest would lock the server's user out of it.
        config.stash[_OWN] = tempfile.TemporaryDirectory(prefix="casework-tests-")
        os.environ[_RUN] = config.stash[_OWN].name


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever began the run leaves nothing of it behind."""
    if folder := config.stash.get(_OWN, None):
        if url := os.environ.get("CASEWORK_TEST_DATABASE_URL"):
            with psycopg.connect(url, autocommit=True) as connection:
                made = f"%_{Path(folder.name).name}"
                found = connection.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE %s", [made]
                )
                for (name,) in found.fetchall():
                    connection.execute(f'DROP DATABASE "{name}"')
        folder.cleanup()


LONGEST = (
    "test_pages",
    "test_grant_by_hand",
    "test_readme",
    "test_fuzz",
    "test_mentor_by_hand",
    "test_return_by_hand",
    "test_outcome_by_hand",
    "test_as_at",
    "test_trail",
    "test_returns",
    "test_executive",
    "test_tampering",
    "test_exports",
    "test_last_pounds_by_hand",
    "test_audit_by_hand",
    "test_last_pounds",
)
"""The modules that take longest, to be begun first: two workers then end at about the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the modules, each whole and as it was, by how long they take."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_collection_finish() -> None:
    """What was imported stays, so nobody need look for garbage in it."""
    gc.collect()
    gc.freeze()


_numbers = itertools.count(1)
_folders = tempfile.TemporaryDirectory(prefix="casework-data-")


def own_settings(**given: Any) -> Settings:
    """Settings of an installation with a data folder of its own."""
    folder = Path(_folders.name) / str(next(_numbers))
    return Settings(env="test", data_dir=folder, **given)


@pytest.fixture(autouse=True)
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, for what reads its settings from the environment."""
    folder = Path(_folders.name) / str(next(_numbers))
    monkeypatch.setenv("CASEWORK_DATA_DIR", str(folder))
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server: CASEWORK_TEST_DATABASE_URL, or an embedded one for this run."""
    if url := os.environ.get("CASEWORK_TEST_DATABASE_URL"):
        yield url
        return
    folder = Path(os.environ[_RUN])
    url = embedded_database(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        # Nothing is to outlive the run, so nothing is forced to the disk.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    leave_embedded(folder)


def low_cost_passwords(installation: Installation) -> None:
    """Keep passwords from now on as hashes that cost next to nothing, to sign in by as well."""
    accounts_of(installation).hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def fresh_database(postgres: str, template: str = "template0") -> Iterator[str]:
    """A new database on the server, empty or the copy of a template, dropped afterwards."""
    name = f"casework_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield psycopg.conninfo.make_conninfo(postgres, dbname=name)
    finally:
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def made_once(
    postgres: str, what: str, make: Callable[[str], None], template: str = "template0"
) -> str:
    """The name of a database of this run's that is made once, empty or a copy, to be copied from.

    The first worker that needs it makes it; another waits, for what it would take to make.
    """
    name = f"casework_{what}_{Path(os.environ[_RUN]).name}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        there = connection.execute("SELECT datname FROM pg_database WHERE datname = %s", [name])
        if there.fetchone() is None:
            unfinished = f"unfinished_{name}"
            connection.execute(f'CREATE DATABASE "{unfinished}" TEMPLATE "{template}"')
            make(psycopg.conninfo.make_conninfo(postgres, dbname=unfinished))
            connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """A fresh database for one test."""
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def module_database(postgres: str) -> Iterator[str]:
    """A fresh database for the tests of one module, in their order."""
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def played_once(postgres: str) -> str:
    """The name of a database with the demonstration's whole year, to be copied from."""

    def play(url: str) -> None:
        installation = Installation(own_settings(), url)
        low_cost_passwords(installation)
        play_demo(installation, seed=1)
        installation.close()

    return made_once(postgres, "played", play)


@pytest.fixture(scope="module")
def demonstration(postgres: str, played_once: str) -> Iterator[str]:
    """A database of this module's own with the demonstration's whole year."""
    with fresh_database(postgres, template=played_once) as url:
        yield url


class Service:
    """The running service, and clients signed in as its demonstration users."""

    def __init__(self, installation: Installation, address: str) -> None:
        self.installation, self.address = installation, address
        self._clients: dict[str, httpx.Client] = {}

    def client(self, user: str) -> httpx.Client:
        """A client with an API token of this user."""
        if user not in self._clients:
            token = accounts_of(self.installation).issue_token(user, "tests")
            self._clients[user] = httpx.Client(
                base_url=self.address,
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
        return self._clients[user]

    def anonymous(self) -> httpx.Client:
        """A client that has not signed in."""
        return self._clients.setdefault("", httpx.Client(base_url=self.address, timeout=60))

    @property
    def data(self) -> Path:
        """The product's own data files."""
        return Path(imports.__file__).parent.parent / "data"

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


@contextmanager
def running(url: str, *, enrol: bool = True) -> Iterator[Service]:
    """The service on a database, over real HTTP on a free port, with its follower."""
    installation = Installation(own_settings(base_url="http://127.0.0.1"), url)
    if enrol:
        enrol_demo_users(installation, password=None)
    config = uvicorn.Config(
        create_app(installation), host="127.0.0.1", port=0, log_level="warning", workers=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    service = Service(installation, f"http://127.0.0.1:{port}")
    try:
        yield service
    finally:
        service.close()
        server.should_exit = True
        thread.join(20)
        installation.close()


@pytest.fixture(scope="module")
def service(module_database: str) -> Iterator[Service]:
    """The running service for the tests of one module."""
    with running(module_database) as found:
        yield found


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return Path(__file__).parent.parent
