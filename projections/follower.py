"""The follower: one leader among many processes folds the log into every View, in batches."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from eventsourcing.persistence import OperationalError, PersistenceError
from psycopg.errors import LockNotAvailable
from psycopg.rows import DictRow, dict_row

from domain.kernel import Frozen, Record
from projections.engine import Book, ReadModel, View
from projections.proof import ProofLog, RawReader, TreeHead

log = logging.getLogger("casework.follower")

_LEADER_LOCK = 5_710_010
_RETRY_AFTER_SECONDS = 30.0
_IDLE_SECONDS = 0.5
_CHECKPOINT_SECONDS = 20.0
"""Well within the minute in which a recorded event must be under a signature."""

Reader = Callable[[int, int], Sequence[Record]]
"""The log after a position: at most so many records, in order."""


class Proving(NamedTuple):
    """The proof of the log that a leader grows, and how its checkpoints are written."""

    proof: ProofLog
    read: RawReader
    checkpoint: Callable[[TreeHead], object]
    """Signs a head of the tree and writes it outside the database."""


class Standing(Frozen):
    """How a View stands: where it is, how far behind, and why it stopped if it did."""

    view: str
    position: int
    lag: int
    """Positions behind the head of the log."""
    state: str
    """live, catching up, or stopped."""
    error: str = ""


class Follower:
    """Reads the log in batches and moves every View's rows and position in one transaction.

    Several may run against one database: an advisory lock makes one of them the leader, and
    the connection that holds the lock is the one that writes, so that a leader that has lost
    it cannot write either.
    """

    def __init__(
        self,
        model: ReadModel,
        read: Reader,
        url: str,
        channel: str,
        views: Sequence[type[View]] | None = None,
        batch: int = 2_000,
        proving: Proving | None = None,
    ) -> None:
        self.model, self.read, self.url, self.channel, self.batch = model, read, url, channel, batch
        self.proving = proving
        self.views = tuple(View.all if views is None else views)
        self.names = {model.name_of(view): view for view in self.views}
        self.books: dict[str, Book] = {}
        self.stopped_until: dict[str, float] = {}
        self.unpresented: set[str] = set()
        self.unpublished = True
        self.folded = 0
        self.leading = threading.Event()
        self.unsigned, self.checkpointed_at = False, -_CHECKPOINT_SECONDS
        model.prepare(self.views)

    # --- Running ---------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Lead when nobody else does, until told to stop; survive lost connections."""
        while not stop.is_set():
            try:
                with self._leadership(stop) as leader:
                    if leader:
                        self._lead(leader, stop)
            except (psycopg.Error, PersistenceError) as lost:
                log.warning("the follower lost its database and tries again: %s", lost)
                stop.wait(1.0)
            finally:
                self.leading.clear()

    def catch_up(self) -> int:
        """Fold all there is, then return how many records that were. Waits to be the leader."""
        before = self.folded
        with self._leadership(threading.Event()) as leader:
            if leader:
                self._drain(leader)
        return self.folded - before

    def catch_up_unless_led(self) -> None:
        """For a process that only looks: fold what is there, unless a leader does so already."""
        with psycopg.connect(self.url, autocommit=True, row_factory=dict_row) as leader:
            won = leader.execute("SELECT pg_try_advisory_lock(%s) AS won", (_LEADER_LOCK,))
            if (row := won.fetchone()) and row["won"]:
                self._drain(leader)

    def _drain(self, leader: psycopg.Connection[DictRow]) -> None:
        self._open_books()
        while self._step(leader):
            pass
        self._present_finished()
        self._write_checkpoint()

    @contextmanager
    def _leadership(self, stop: threading.Event) -> Iterator[psycopg.Connection[DictRow] | None]:
        with psycopg.connect(self.url, autocommit=True, row_factory=dict_row) as leader:
            while not stop.is_set():
                won = leader.execute("SELECT pg_try_advisory_lock(%s) AS won", (_LEADER_LOCK,))
                if (row := won.fetchone()) and row["won"]:
                    yield leader
                    leader.execute("SELECT pg_advisory_unlock(%s)", (_LEADER_LOCK,))
                    return
                stop.wait(_IDLE_SECONDS)
            yield None

    def _lead(self, leader: psycopg.Connection[DictRow], stop: threading.Event) -> None:
        log.info("this follower leads")
        self._open_books()
        # Whoever led before may have stopped between recording and signing.
        self.unsigned, self.checkpointed_at = True, -_CHECKPOINT_SECONDS
        self.leading.set()
        with psycopg.connect(self.url, autocommit=True) as ear:
            ear.execute(f'LISTEN "{self.channel}"')
            while not stop.is_set():
                worked = self._step(leader)
                if time.monotonic() - self.checkpointed_at > _CHECKPOINT_SECONDS:
                    self._write_checkpoint()
                if not worked:
                    self._present_finished()
                    for _ in ear.notifies(timeout=_IDLE_SECONDS, stop_after=1):
                        pass
                    leader.execute("SELECT 1")
            self._write_checkpoint()

    # --- Folding ---------------------------------------------------------------------------

    def _open_books(self) -> None:
        positions = self.model.positions()
        self.books = {name: Book(view, positions.get(name, 0)) for name, view in self.names.items()}
        # A view that stopped is tried again now: the code may have been mended since.
        self.stopped_until = {name: 0.0 for name in self.model.failures() if name in self.names}
        self.unpresented = set(self.names) - self.model.presented()
        self.unpublished = True

    def _running(self) -> dict[str, Book]:
        now = time.monotonic()
        return {
            name: book
            for name, book in self.books.items()
            if self.stopped_until.get(name, 0.0) <= now
        }

    def _step(self, leader: psycopg.Connection[DictRow]) -> bool:
        """A batch for the Views in front and one for those furthest behind; False if idle."""
        if not self.books:
            self._open_books()
        worked = self._prove(leader)
        running = self._running()
        if not running:
            return worked
        places = {book.position for book in running.values()}
        for place in {max(places), min(places)}:
            together = {n: book for n, book in running.items() if book.position == place}
            worked |= self._batch(leader, together)
        return worked

    def _prove(self, leader: psycopg.Connection[DictRow]) -> bool:
        """Grow the proof by a batch of events; False if there are none."""
        if self.proving is None:
            return False
        grown = self.proving.proof.grow(leader, self.proving.read, self.batch)
        self.unsigned = self.unsigned or grown > 0
        return grown > 0

    def _write_checkpoint(self) -> None:
        """Sign the tree as it stands, if it has grown since that was done last."""
        if self.proving is not None and self.unsigned:
            self.proving.checkpoint(self.proving.proof.head())
            self.unsigned = False
        self.checkpointed_at = time.monotonic()

    def _batch(self, leader: psycopg.Connection[DictRow], books: dict[str, Book]) -> bool:
        try:
            records = self.read(next(iter(books.values())).position, self.batch)
            if not records:
                return False
            folded = self._fold(books, records)
            with leader.transaction(), leader.cursor() as cursor:
                self.model.write(cursor, folded)
        except BaseException:
            # What is in memory may be ahead of what is written: begin again from there.
            self.books = {}
            raise
        for book in folded.values():
            book.clear_batch()
        self._forgive(folded)
        self.folded += len(records)
        return True

    def _fold(self, books: dict[str, Book], records: Sequence[Record]) -> dict[str, Book]:
        """Fold a batch; a View whose handler fails keeps what it has and stops before it."""
        for name, book in books.items():
            try:
                if unknown := book.unknown(records):
                    self.model.recall(book, name, unknown)
                for record in records:
                    book.fold(record)
            except PersistenceError:
                raise
            except Exception as error:
                failed = next(r for r in records if r.position > book.position)
                said = f"{type(error).__name__}: {error}"
                log.exception(
                    "view %s stopped before event %d (%s): %s",
                    book.view.__name__,
                    failed.position,
                    type(failed.event).__name__,
                    said,
                )
                self.stopped_until[name] = time.monotonic() + _RETRY_AFTER_SECONDS
                self.model.fail(name, failed, said)
        start = records[0].position
        return {name: book for name, book in books.items() if book.position >= start}

    def _forgive(self, folded: dict[str, Book]) -> None:
        overcome = [
            name for name in folded if self.stopped_until.get(name, 1e18) <= time.monotonic()
        ]
        if overcome:
            self.model.forgive(overcome)
            for name in overcome:
                del self.stopped_until[name]

    def _present_finished(self) -> None:
        """Give analysts' names to the tables that have caught up, and drop older ones.

        Where somebody reads them just then, it is tried again when there is nothing else to do.
        """
        front = max((book.position for book in self.books.values()), default=0)
        finished = [n for n in self.unpresented if self.books[n].position == front]
        if not finished and not self.unpublished:
            return
        try:
            self.model.present([self.names[name] for name in finished])
        except OperationalError as held:
            if not isinstance(held.__cause__, LockNotAvailable):
                raise
            log.info("analysts read what is to be replaced: it is tried again")
            return
        self.unpresented -= set(finished)
        self.unpublished = False


def standings(model: ReadModel, views: Sequence[type[View]], head: int) -> list[Standing]:
    """How every View stands against the head of the log."""
    positions, failures = model.positions(), model.failures()
    found = []
    for view in views:
        name = model.name_of(view)
        position = positions.get(name, 0)
        failure = failures.get(name)
        state = "stopped" if failure else "live" if position >= head else "catching up"
        error = (
            f"stopped before event {failure['position']} ({failure['event']}): {failure['error']}"
            if failure
            else ""
        )
        found.append(
            Standing(
                view=view.__name__,
                position=position,
                lag=max(0, head - position),
                state=state,
                error=error,
            )
        )
    return found


def rebuild(
    model: ReadModel,
    read: Reader,
    view: type[View],
    batch: int = 5_000,
    told: Callable[[int], None] | None = None,
) -> int:
    """Fold a View anew beside the live one and switch; returns the records folded.

    ``told`` takes the position that the new rows have come to, and may raise to give up.

    The last stretch is folded while the live View's position is locked, so that nothing is
    missed and readers see either the old rows or the new ones.
    """
    live, beside = model.name_of(view), f"{model.name_of(view)}_new"
    book, folded = Book(view, 0), 0
    model.create_beside(view, beside)

    def fold_upto(position: int) -> list[Record]:
        records = [r for r in read(book.position, batch) if r.position <= position]
        for record in records:
            book.fold(record)
        return records

    while records := fold_upto(model.positions().get(live, 0)):
        folded += len(records)
        with model.datastore.transaction(commit=True) as cursor:
            model.write(cursor, {beside: book})
        book.clear_batch()
        if told:
            told(book.position)
    with model.datastore.transaction(commit=True) as cursor:
        position = model.hold_position(cursor, live)
        while records := fold_upto(position):
            folded += len(records)
        if book.born or book.closed or book.made:
            model.write(cursor, {beside: book})
        model.swap(cursor, view, live, beside)
        # The leader keeps live rows in memory: make it read the new ones.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND objid = %s AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())",
            (_LEADER_LOCK,),
        )
    return folded
