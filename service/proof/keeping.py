"""The signing keys and the checkpoints, in the data folder: outside the database.

``keys/`` holds the private keys, for the service's own eyes; ``log.vkeys`` the public ones that
ever signed, to be handed to whoever verifies; ``checkpoints.jsonl`` every checkpoint, a line
each, only ever added to. ``witnesses.vkeys`` holds the public keys of those who cosign, and
``cosigned.jsonl`` the checkpoints that they have cosigned, in the same form.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from projections.proof import TreeHead
from service.proof.notes import COSIGNATURE, BadNote, Checkpoint, Note, Signer, Verifier
from service.settings import Settings

_TAIL = 65_536
"""Bytes at the end of a file that are sure to hold a whole line of it."""


class Keeping:
    """The proof's files in a data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data_dir / "proof"
        self.keys = self.folder / "keys"
        self.verifiers_file = self.folder / "log.vkeys"
        self.file = self.folder / "checkpoints.jsonl"
        self.witnesses_file = self.folder / "witnesses.vkeys"
        self.cosigned_file = self.folder / "cosigned.jsonl"
        address = urlsplit(settings.base_url)
        self.new_origin = f"{address.netloc or 'casework'}/log"

    # --- Keys ------------------------------------------------------------------------------

    def signers(self) -> list[Signer]:
        """The keys that sign, the oldest first; the first is made when there is none."""
        found = [Signer.read(file.read_text()) for file in sorted(self.keys.glob("*.key"))]
        return found or [self.add_key(self.new_origin)]

    def add_key(self, origin: str) -> Signer:
        """A further key: it signs beside the others, so that those who trust them can follow."""
        signer = Signer.new(origin)
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = len(list(self.keys.iterdir())) + 1
        private = os.open(
            self.keys / f"{number:04d}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
        )
        with os.fdopen(private, "w") as file:
            file.write(f"{signer}\n")
        with self.verifiers_file.open("a") as file:
            file.write(f"{signer.verifier}\n")
        return signer

    def retire_oldest(self) -> Verifier:
        """Stop signing with the oldest key: its private half is destroyed.

        Raises ValueError if no other key would be left.
        """
        files = sorted(self.keys.glob("*.key"))
        if len(files) < 2:
            raise ValueError("the last key can't be retired: add another first")
        signer = Signer.read(files[0].read_text())
        files[0].write_text("")
        files[0].rename(files[0].with_suffix(".retired"))
        return signer.verifier

    def verifiers(self) -> list[Verifier]:
        """Every public key that ever signed here."""
        return _keys_in(self.verifiers_file)

    def witnesses(self) -> list[Verifier]:
        """The public keys of those whose cosignatures count."""
        return _keys_in(self.witnesses_file)

    def add_witness(self, witness: Verifier) -> None:
        """Let a witness's cosignatures count. Raises BadNote for what is no witness's key."""
        if witness.kind != COSIGNATURE:
            raise BadNote(f"the key of {witness.name} is a log's: a witness's is of another kind")
        if witness.name in {key.name for key in self.verifiers()}:
            raise BadNote(f"{witness.name} is the log itself: a witness has another name")
        if witness not in self.witnesses():
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.witnesses_file.open("a") as file:
                file.write(f"{witness}\n")

    # --- Checkpoints -----------------------------------------------------------------------

    def checkpoint(self, head: TreeHead, now: datetime | None = None) -> Note | None:
        """Sign a head of the tree and add it to the file; nothing if it is there already."""
        last = self.last()
        if head.size == 0 or (last and Checkpoint.read(last.text).size >= head.size):
            return last
        signers = self.signers()
        moment = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        origin = signers[0].verifier.name
        text = Checkpoint(origin, head.size, head.root, head.position, moment).text()
        note = Note(text, tuple(signer.line(text) for signer in signers))
        self._add(note, self.file)
        return note

    def _add(self, note: Note, to: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"note": str(note)}, ensure_ascii=False) + "\n"
        _end_whole(to)
        with to.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def notes(self) -> Iterator[Note]:
        """Every checkpoint, the oldest first."""
        return _notes_in(self.file)

    def last(self) -> Note | None:
        """The newest checkpoint. Raises BadNote if it can't be read."""
        if not self.file.exists():
            return None
        with self.file.open("rb") as file:
            file.seek(max(0, self.file.stat().st_size - _TAIL))
            *lines, _ = file.read().split(b"\n")
        return _note(lines[-1], self.file.name) if lines else None

    # --- Cosignatures ----------------------------------------------------------------------

    def cosigned(self) -> Iterator[Note]:
        """The checkpoints that came back from witnesses, in the order in which they came."""
        return _notes_in(self.cosigned_file)

    def with_cosignatures(self, note: Note) -> Note:
        """A checkpoint with the cosignatures that came back for it."""
        for other in self.cosigned():
            if other.text == note.text:
                note = note.cosigned(other.lines)
        return note

    def take_cosigned(self, note: Note) -> list[Verifier]:
        """Keep a checkpoint of this log that known witnesses have cosigned; returns who did.

        Raises BadNote if no key of this log, or no known witness, has signed it.
        """
        origin = Checkpoint.read(note.text).origin
        if not any(key.name == origin for key in note.signers(self.verifiers())):
            raise BadNote(f"no key of this log signed this checkpoint of {origin}")
        if not (witnesses := note.signers(self.witnesses())):
            raise BadNote("no witness that is known here has cosigned it: add the witness's key")
        if note not in self.cosigned():
            self._add(note, self.cosigned_file)
        return witnesses


def _keys_in(file: Path) -> list[Verifier]:
    return [Verifier.read(line) for line in file.read_text().splitlines()] if file.exists() else []


def _notes_in(path: Path) -> Iterator[Note]:
    """The notes of a file, a line each. Raises BadNote with the line that can't be read."""
    if path.exists():
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield _note(line, f"line {number} of {path.name}")


def _note(line: bytes, where: str) -> Note:
    try:
        return Note.read(json.loads(line)["note"])
    except (ValueError, KeyError, TypeError, AttributeError) as bad:
        raise BadNote(f"{where} is no checkpoint: somebody changed it, or it is damaged") from bad


def _end_whole(path: Path) -> None:
    """Take off the end what a process that died did not finish: nobody was given it."""
    if path.exists():
        with path.open("rb+") as file:
            start = max(0, path.stat().st_size - _TAIL)
            file.seek(start)
            file.truncate(start + file.read().rfind(b"\n") + 1)
