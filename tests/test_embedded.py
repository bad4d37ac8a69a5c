"""The embedded PostgreSQL, with real processes: found, shared, survived and stopped."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

USER = """
import sys, pathlib, psycopg
from service.embedded import embedded_database
url = embedded_database(pathlib.Path(sys.argv[1]))
with psycopg.connect(url, autocommit=True) as c:
    c.execute("CREATE TABLE IF NOT EXISTS seen (n serial)")
    c.execute("INSERT INTO seen DEFAULT VALUES")
    n = c.execute("SELECT count(*) FROM seen").fetchone()[0]
print(n, url, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    found = Path(tempfile.mkdtemp(prefix="casework embedded "))
    yield found
    if pid := postmaster(found):
        psutil.Process(pid).kill()
    shutil.rmtree(found, ignore_errors=True)


def user(folder: Path) -> "subprocess.Popen[str]":
    """A process that uses the database until it reads a line; it has said what it saw."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", USER, str(folder / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> tuple[int, str]:
    assert process.stdout
    number, _, url = process.stdout.readline().strip().partition(" ")
    return int(number), url


def leave(process: "subprocess.Popen[str]") -> None:
    process.communicate("done\n", timeout=30)
    assert process.returncode == 0


def postmaster(folder: Path) -> int | None:
    """The server's pid, if it runs."""
    file = folder / "data" / "postgres" / "postmaster.pid"
    if not file.exists():
        return None
    pid = int(file.read_text().splitlines()[0])
    return pid if psutil.pid_exists(pid) else None


def test_two_share_it_and_the_last_to_leave_stops_it(folder: Path) -> None:
    first = user(folder)
    assert said(first)[0] == 1
    pid = postmaster(folder)
    second = user(folder)
    assert said(second)[0] == 2
    assert postmaster(folder) == pid
    leave(first)
    assert postmaster(folder) == pid
    leave(second)
    assert postmaster(folder) is None
    third = user(folder)
    assert said(third)[0] == 3
    leave(third)


def test_a_killed_user_is_not_counted_for_ever(folder: Path) -> None:
    first = user(folder)
    said(first)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=10)
    pid = postmaster(folder)
    assert pid is not None
    second = user(folder)
    assert said(second)[0] == 2
    assert postmaster(folder) == pid
    leave(second)
    assert postmaster(folder) is None


def test_a_killed_server_is_started_again_with_all_that_was_committed(folder: Path) -> None:
    first = user(folder)
    said(first)
    pid = postmaster(folder)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    first.kill()
    first.communicate(timeout=10)
    time.sleep(0.5)
    second = user(folder)
    assert said(second)[0] == 2
    leave(second)


def test_a_pid_file_that_names_another_program_is_no_server(folder: Path) -> None:
    first = user(folder)
    said(first)
    leave(first)
    stale = folder / "data" / "postgres" / "postmaster.pid"
    lines = [str(os.getpid()), str(stale.parent), "1700000000", "5432", "", "", " 1 1", "ready"]
    stale.write_text("\n".join(lines) + "\n")
    second = user(folder)
    assert said(second)[0] == 2
    leave(second)


def test_it_is_postgresql_18_and_durable(folder: Path) -> None:
    process = user(folder)
    _, url = said(process)
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        assert row[0].startswith("18")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            found = connection.execute(f"SHOW {setting}").fetchone()
            assert found == ("on",)
    leave(process)
