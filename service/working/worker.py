"""Who does long work: one thread in each process that serves, one piece at a time."""

import logging
import shutil
import threading
import time
from pathlib import Path

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from domain.access import User
from domain.kernel import Refused
from service.desk import Told
from service.installation import Installation
from service.long_work import (
    CHANNEL,
    State,
    Work,
    end,
    expire,
    folder_of,
    let_go,
    mark_cut_off,
    take,
    tell,
)
from service.working.kinds import ASKED, Doing, Ended, check_may

log = logging.getLogger("casework.work")

_IDLE_SECONDS = 2.0
_STOPPED_WITHIN = 0.1
_TOLD_EVERY = 0.5
_EXPIRED_EVERY = 600.0


class Stopped(Exception):
    """Whoever asked for it, or the service's end, wants it no longer."""


class Worker:
    """Takes what waits, the first asked first, and does it as whoever asked."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.datastore = installation.store.datastore
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self.run, daemon=True, name="work")

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def join(self) -> None:
        """End after the piece in hand, which is stopped where it can be."""
        self.stop.set()
        self._thread.join(timeout=10)

    def run(self) -> None:
        """Work until stopped; a database that does not answer is asked again."""
        while not self.stop.is_set():
            try:
                with psycopg.connect(
                    self.installation.url, autocommit=True, row_factory=dict_row
                ) as connection:
                    connection.execute(f'LISTEN "{CHANNEL}"')
                    self._work_on(connection)
            except (psycopg.Error, PersistenceError) as error:
                log.warning("long work waits for the database: %s", error)
                self.stop.wait(_IDLE_SECONDS)

    def _work_on(self, connection: Connection[DictRow]) -> None:
        expired = float("-inf")
        while not self.stop.is_set():
            mark_cut_off(connection)
            if time.monotonic() - expired > _EXPIRED_EVERY:
                self.forget(connection)
                expired = time.monotonic()
            while not self.stop.is_set() and (taken := take(connection)):
                work, file = taken
                try:
                    self.do(work, file)
                finally:
                    let_go(connection, work.work)
            self._wait(connection)

    def _wait(self, connection: Connection[DictRow]) -> None:
        """Until something is asked for, or for a while; no longer than until told to stop."""
        until = time.monotonic() + _IDLE_SECONDS
        while not self.stop.is_set() and time.monotonic() < until:
            if any(connection.notifies(timeout=_STOPPED_WITHIN, stop_after=1)):
                return

    def forget(self, connection: Connection[DictRow]) -> None:
        """Forget what has been kept long enough, with its files."""
        for work in expire(connection):
            self._clear(work)

    def _clear(self, work: int) -> Path:
        """A work's folder, without what was in it."""
        folder = folder_of(self.installation.settings.data_dir, work)
        if folder.exists():
            shutil.rmtree(folder)
        return folder

    def do(self, work: Work, file: bytes | None) -> None:
        """Do one piece, and say how it ended."""
        said_at = 0.0

        def told(done: int, total: int) -> None:
            nonlocal said_at
            if self.stop.is_set():
                raise Stopped
            if time.monotonic() - said_at >= _TOLD_EVERY or done == total:
                said_at = time.monotonic()
                if tell(self.datastore, work.work, done, total):
                    raise Stopped

        try:
            ended = self._done(work, file, told)
        except Stopped:
            if self.stop.is_set():
                return
            self._clear(work.work)
            end(self.datastore, work.work, State.CANCELLED, "It was cancelled. Nothing was kept.")
        except Refused as refusal:
            end(self.datastore, work.work, State.FAILED, refusal.sentence)
        except (psycopg.Error, PersistenceError):
            raise
        except Exception:
            log.exception("work %s failed", work.work)
            end(self.datastore, work.work, State.FAILED, "Something failed on our side.")
        else:
            end(self.datastore, work.work, State.DONE, ended.said, ended.result)

    def _done(self, work: Work, file: bytes | None, told: Told) -> Ended:
        asked = ASKED.validate_python(work.asked)
        user = self.installation.store.load(User(user=work.user))
        check_may(self.installation, user, asked.needs)
        folder = self._clear(work.work)
        folder.mkdir(parents=True)
        ended: Ended = asked.do(Doing(self.installation, work, user, folder, file, told))
        return ended
