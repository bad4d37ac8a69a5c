"""An evidence pack: events as they are stored, with the proofs that anybody can check offline.

A pack is of everything, of one case or of one grant, as at a moment. It is written a part at a
time into a folder beside its own, verified there by the program that it carries, and given its
name last: a folder of that name is a whole pack.
"""

import base64
import hashlib
import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, TextIO

from psycopg.sql import SQL, Identifier

from domain.kernel import Frozen, Refused
from projections.audit import JournalRow
from projections.engine import View
from projections.merkle import leaf_hash
from projections.proof import StoredBytes
from service.access_log import log_access
from service.audit import cloud_event
from service.desk import Reader
from service.desk.beside import document
from service.disk import put_folder
from service.installation import Installation
from service.pages.render import environment
from service.proof import pack_verify
from service.proof.notes import Checkpoint, Note
from service.proof.subject import Subject, Where, rows_of, subject_of
from service.store import EVENTS
from service.telling import govuk_date

_BATCH = 2_000
_WAIT_SECONDS = 10.0
_SHOWN = 2_000
"""Events that the page shows: more are only in the files, for programs."""
_HASH = re.compile(rb'"([0-9a-f]{64})"')

Progress = Callable[[int], None]


class Packed(Frozen):
    """A pack that was written."""

    folder: str
    title: str
    events: int
    documents: int
    position: int
    """The position of the log that it is as at."""
    checkpoint: int
    """How many events the checkpoint covers that it is proven against."""
    sha256: str
    """Of the manifest, and so of every file."""


def export(
    reader: Reader,
    folder: Path,
    *,
    case: str | None = None,
    grant: str | None = None,
    progress: Progress | None = None,
) -> Packed:
    """Write an evidence pack as at the reader's moment, and verify it.

    Raises Refused if there is something under the folder's name already, if the subject is
    unknown, or if what the log holds does not verify.
    """
    if folder.exists() or folder.is_symlink():
        raise Refused("pack-exists", f"There is a {folder.name} already: choose another folder.")
    subject = subject_of(reader, case, grant)
    with put_folder(folder, 0o700) as part:
        packed = _Writer(reader, part, subject, progress or (lambda _: None)).write()
    return packed.but(folder=str(folder))


# --- Writing --------------------------------------------------------------------------------


class _Writer:
    """A pack as it is being written."""

    def __init__(self, reader: Reader, part: Path, subject: Subject, progress: Progress) -> None:
        self.reader, self.part, self.subject, self.progress = reader, part, subject, progress
        self.installation = reader.installation
        self.store, self.proof = reader.installation.store, reader.installation.proof
        self.until = reader.moment.position
        self.made_at = datetime.now(UTC)
        self.events = self.documents = 0
        self.streams: Counter[str] = Counter()

    def write(self) -> Packed:
        """Write every file, the manifest over them last, and verify them."""
        with self.store.datastore.transaction(commit=True) as cursor:
            who, told = self.reader.user.user, f"evidence pack: {self.subject.told}"
            channel = self.reader.person.channel
            log_access(cursor.connection, who, channel, "export", told, self.until)
        self.note = _covering(self.installation, self.until)
        self.checkpoint = Checkpoint.read(self.note.text)
        try:
            self._write_proven()
        except (LookupError, ValueError) as lost:
            raise Refused("pack-unproven", f"No pack is made: {lost}. {_ASK}") from lost
        for folder in ("documents", "views"):
            (self.part / folder).mkdir(exist_ok=True)
        for view, where in self.subject.views:
            self._write_view(view, where)
        keeping = self.installation.keeping
        keys = {
            "log": [str(key) for key in keeping.verifiers()],
            "witnesses": [str(key) for key in keeping.witnesses()],
        }
        self._write("keys.json", json.dumps(keys, indent=1) + "\n")
        self._write("checkpoint.txt", str(self.note))
        shutil.copyfile(pack_verify.__file__, self.part / "verify.py")
        self._write_page()
        digest = self._seal()
        self._check()
        return Packed(
            folder="",
            title=self.title,
            events=self.events,
            documents=self.documents,
            position=self.until,
            checkpoint=self.checkpoint.size,
            sha256=digest,
        )

    @property
    def title(self) -> str:
        """What it is, in a line."""
        moment = self.reader.moment
        then = f"as at {moment.told}" if moment.is_past else f"on {govuk_date(self.made_at)}"
        return f"Evidence pack of {self.subject.told}, {then}, up to position {self.until}"

    def _write(self, name: str, text: str) -> None:
        (self.part / name).write_text(text, encoding="utf-8")

    # --- Events and proofs -----------------------------------------------------------------

    def _write_proven(self) -> None:
        with (self.part / "proofs.json").open("w", encoding="utf-8") as proofs:
            proofs.write('{\n"events": [')
            _write_rows(proofs, self._write_events())
            proofs.write('],\n"growth": [')
            _write_rows(proofs, self._growth(self._write_checkpoints()))
            proofs.write("]\n}\n")

    def _write_events(self) -> Iterator[dict[str, Any]]:
        """Write the events; of a case or a grant, give the proof of each."""
        with (self.part / "events.jsonl").open("w", encoding="utf-8") as file:
            for events in self._batches():
                places = self.proof.places([event.position for event in events])
                for event in events:
                    place = places.get(event.position)
                    if place is None:
                        said = f"The event at position {event.position} is not in the proof."
                        raise Refused("pack-unproven", f"{said} {_ASK}")
                    file.write(_line(event, place))
                    self.streams[event.stream] += 1
                    if self.subject.ref is not None:
                        path = self.proof.inclusion(place, self.checkpoint.size)
                        yield {"position": event.position, "place": place, "path": _hexes(path)}
                self.events += len(events)
                self._write_documents(events)
                self.progress(len(events))

    def _batches(self) -> Iterator[list[StoredBytes]]:
        after = 0
        while events := self._stored(after):
            yield events
            after = events[-1].position

    def _stored(self, after: int) -> list[StoredBytes]:
        if self.subject.ref is None:
            found = self.store.stored(after, _BATCH)
            return [event for event in found if event.position <= self.until]
        sql = SQL(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {events}"
            " WHERE notification_id IN (SELECT position FROM (SELECT notification_id AS position"
            " FROM {events} WHERE originator_id = ANY(%s) UNION SELECT position FROM {journal}"
            " WHERE {field} = %s) AS either WHERE position > %s AND position <= %s"
            " ORDER BY position LIMIT %s) ORDER BY notification_id"
        ).format(
            events=Identifier(EVENTS),
            journal=Identifier("views", self.reader.model.name_of(JournalRow)),
            field=Identifier(self.subject.scope),
        )
        values = (list(self.subject.streams), self.subject.ref, after, self.until, _BATCH)
        with self.store.datastore.get_connection() as connection:
            rows = connection.execute(sql, values).fetchall()
        return [
            StoredBytes(
                row["notification_id"],
                row["originator_id"],
                row["originator_version"],
                row["topic"],
                bytes(row["state"]),
            )
            for row in rows
        ]

    def _write_documents(self, events: list[StoredBytes]) -> None:
        """The documents that the events refer to by their hash, as far as they are kept here."""
        (self.part / "documents").mkdir(exist_ok=True)
        told = {found.decode() for event in events for found in _HASH.findall(event.state)}
        with self.store.datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT sha256 FROM documents WHERE sha256 = ANY(%s)", (sorted(told),)
            ).fetchall()
        for row in rows:
            file = self.part / "documents" / row["sha256"]
            if not file.exists():
                file.write_bytes(document(self.reader, row["sha256"])[0])
                self.documents += 1

    def _write_checkpoints(self) -> Iterator[int]:
        """Write the checkpoints that were kept, up to the pack's; gives the size of each."""
        keeping = self.installation.keeping
        with (self.part / "checkpoints.jsonl").open("w", encoding="utf-8") as file:
            for note in chain(keeping.notes(), keeping.cosigned()):
                size = Checkpoint.read(note.text).size
                if size <= self.checkpoint.size:
                    file.write(json.dumps({"note": str(note)}, ensure_ascii=False) + "\n")
                    yield size

    def _growth(self, stated: Iterable[int]) -> Iterator[dict[str, Any]]:
        """The proofs of growth from each checkpoint to the next, and from where the pack ends."""
        sizes = sorted({*stated, self.checkpoint.size})
        ends = [] if self.subject.ref or not self.events else [(self.events, self.checkpoint.size)]
        for old, size in (*pairwise(sizes), *(end for end in ends if end[0] not in sizes)):
            yield {"old": old, "size": size, "path": _hexes(self.proof.consistency(old, size))}

    # --- Rows ------------------------------------------------------------------------------

    def _write_view(self, view: type[View], where: Where) -> None:
        with (self.part / "views" / f"{view.table}.json").open("w", encoding="utf-8") as file:
            told = {"view": view.table, "position": self.until, "where": where}
            file.write(json.dumps(told, ensure_ascii=False)[:-1] + ', "rows": [')
            _write_rows(file, rows_of(self.reader, view, where))
            file.write("]}\n")

    # --- The page and the manifest ---------------------------------------------------------

    def _write_page(self) -> None:
        shown = min(self.events, _SHOWN)
        page = environment().get_template("casework/audit/pack.html")
        values = {
            "title": self.title,
            "scope": self.subject.scope,
            "figures": self._figures(),
            "streams": self._whole_streams(),
            "keys": self.installation.keeping.verifiers(),
            "witnesses": self.note.signers(self.installation.keeping.witnesses()),
            "events": self.events,
            "shown": shown,
            "rows": self._shown(shown),
            "views": sorted(view.table for view, _ in self.subject.views),
        }
        page.stream(values).dump(str(self.part / "index.html"), encoding="utf-8")

    def _figures(self) -> list[tuple[str, str]]:
        return [
            ("Made", govuk_date(self.made_at)),
            ("Log", self.checkpoint.origin),
            ("As at position", f"{self.until:,}"),
            ("Events", f"{self.events:,}"),
            ("Documents", f"{self.documents:,}"),
            ("Events that the checkpoint covers", f"{self.checkpoint.size:,}"),
            ("Root of the tree", self.checkpoint.root.hex()),
            ("Checkpoint signed", self.checkpoint.signed_at),
        ]

    def _shown(self, most: int) -> Iterator[JournalRow]:
        with (self.part / "events.jsonl").open(encoding="utf-8") as file:
            for line, _ in zip(file, range(most), strict=False):
                told = json.loads(line)
                yield _row(StoredBytes(*_bytes_of(told)))

    def _whole_streams(self) -> dict[str, int]:
        return {stream: self.streams[stream] for stream in self.subject.streams}

    def _seal(self) -> str:
        """Write the manifest over every file, and the note that signs it; returns its hash."""
        files = {}
        for path in sorted(self.part.rglob("*")):
            if path.is_file():
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                name = path.relative_to(self.part).as_posix()
                files[name] = {"sha256": digest, "size": path.stat().st_size}
        manifest = {
            "form": pack_verify.FORM,
            "title": self.title,
            "scope": self.subject.scope,
            "ref": self.subject.ref,
            "made_at": self.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "as_at": self.reader.moment.as_at,
            "position": self.until,
            "log": self.checkpoint.origin,
            "events": self.events,
            "whole_streams": self._whole_streams(),
            "files": files,
        }
        self._write("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        sealed = hashlib.sha256((self.part / "manifest.json").read_bytes()).hexdigest()
        text = f"{pack_verify.FORM}\nmanifest {sealed}\n"
        signers = self.installation.keeping.signers()
        self._write("manifest.note", str(Note(text, tuple(key.line(text) for key in signers))))
        return sealed

    def _check(self) -> None:
        """Raises Refused unless the pack verifies: none leaves that does not."""
        found = pack_verify.Pack(self.part).check()
        if found.wrong:
            raise Refused("pack-unproven", f"No pack is made: {found.wrong[0][0].said}. {_ASK}")


_ASK = "casework audit verify says what is wrong with the log."


def _covering(installation: Installation, position: int) -> Note:
    """The newest signed checkpoint, over the event at a position; one is made if none is."""
    proof, keeping = installation.proof, installation.keeping
    deadline = time.monotonic() + _WAIT_SECONDS
    while (head := proof.head()).position < position:
        if time.monotonic() > deadline:
            raise Refused("not-ready", "The proof is behind the log: try again in a minute.")
        time.sleep(0.05)
    keeping.signers()  # a key that is made now is known before the pack tells the keys
    note = keeping.last()
    if note is None or Checkpoint.read(note.text).position < position:
        note = keeping.checkpoint(head)
    if note is None:
        raise Refused("not-found", "Nothing is recorded yet: there is no evidence to pack.")
    return keeping.with_cosignatures(note)


def _line(event: StoredBytes, place: int) -> str:
    told = {
        "position": event.position,
        "place": place,
        "stream": event.stream,
        "version": event.version,
        "topic": event.topic,
        "state": base64.b64encode(event.state).decode(),
        "leaf": leaf_hash(event.leaf()).hex(),
        "event": cloud_event(_row(event)),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _bytes_of(line: dict[str, Any]) -> Iterator[Any]:
    yield from (line[name] for name in ("position", "stream", "version", "topic"))
    yield base64.b64decode(line["state"])


def _row(event: StoredBytes) -> JournalRow:
    """The event as people read it, from its stored bytes alone and as it was recorded."""
    state = json.loads(event.state)
    told = ("recorded_at", "effective_on", "actor", "role", "channel", "correlation")
    return JournalRow(
        position=event.position,
        stream=event.stream,
        stream_version=event.version,
        event=event.topic,
        payload=state["event"],
        causation=state["causation"],
        reason=state["reason"],
        **{name: state[name] for name in told},
    )


def _write_rows(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of a JSON array, a line each."""
    before = "\n"
    for row in rows:
        file.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n"
    file.write("\n")


def _hexes(path: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in path]
