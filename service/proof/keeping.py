"""The signing keys and the checkpoints, in the data folder: outside the database.

``keys/`` holds the private keys, for the service's own eyes; ``log.vkeys`` the public ones that
ever signed, to be handed to whoever verifies; ``checkpoints.jsonl`` every checkpoint, a line
each, only ever added to.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from projections.proof import TreeHead
from service.proof.notes import Checkpoint, Note, Signer, Verifier
from service.settings import Settings


class Keeping:
    """The proof's files in a data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data_dir / "proof"
        self.keys = self.folder / "keys"
        self.verifiers_file = self.folder / "log.vkeys"
        self.file = self.folder / "checkpoints.jsonl"
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
        if not self.verifiers_file.exists():
            return []
        return [Verifier.read(line) for line in self.verifiers_file.read_text().splitlines()]

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
        self._add(note)
        return note

    def _add(self, note: Note) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"note": str(note)}, ensure_ascii=False) + "\n"
        with self.file.open("a") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def notes(self) -> Iterator[Note]:
        """Every checkpoint, the oldest first."""
        if self.file.exists():
            with self.file.open() as file:
                for line in file:
                    yield Note.read(json.loads(line)["note"])

    def last(self) -> Note | None:
        """The newest checkpoint."""
        if not self.file.exists() or not (size := self.file.stat().st_size):
            return None
        with self.file.open("rb") as file:
            file.seek(max(0, size - 65_536))
            line = file.read().splitlines()[-1]
        return Note.read(json.loads(line)["note"])
