"""A witness: another party that cosigns a log's checkpoints, each only if the last grew into it.

Two people can't be shown two different logs once both ask for the same witness's cosignature. A
witness needs nothing of the installation: a folder with its key, the log's public keys and the
last checkpoint that it cosigned.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from projections.merkle import Hash, consistent
from service.disk import put_file
from service.proof.notes import COSIGNATURE, ED25519, BadNote, Checkpoint, Note, Signer, Verifier


class Inconsistent(Exception):
    """The log is not what it was, or can't show that it is: nothing is signed."""


class Step(NamedTuple):
    """That a tree grew to a size: the root that it had then, and the proof."""

    size: int
    root: Hash
    path: Sequence[Hash]


Steps = Callable[[Checkpoint, Checkpoint], Sequence[Step]]
"""The proof that one checkpoint grew into another, in one step or in several."""


class Witness:
    """A witness's folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.key = folder / "witness.key"
        self.log_keys = folder / "log.vkeys"
        self.last_file = folder / "checkpoint.txt"

    # --- What it keeps ---------------------------------------------------------------------

    def make_key(self) -> Verifier:
        """A key of its own. Raises BadNote if it has one."""
        if self.key.exists():
            raise BadNote(f"{self.folder} has a key already: leave out --make-key")
        signer = Signer.new(self.name, COSIGNATURE)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = os.open(self.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(private, "w") as file:
            file.write(f"{signer}\n")
        return signer.verifier

    def signer(self) -> Signer:
        """Its key. Raises BadNote if there is none, or one of another name."""
        if not self.key.exists():
            raise BadNote(f"{self.folder} has no key yet: add --make-key")
        signer = Signer.read(self.key.read_text())
        if signer.verifier.name != self.name:
            raise BadNote(f"the key in {self.folder} is that of {signer.verifier.name}")
        return signer

    def trusted(self) -> list[Verifier]:
        """The log's public keys, as they were given."""
        lines = self.log_keys.read_text().splitlines() if self.log_keys.exists() else []
        return [Verifier.read(line) for line in lines]

    def last(self) -> Note | None:
        """The checkpoint that it cosigned last."""
        return Note.of(self.last_file) if self.last_file.exists() else None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process works on the folder: two at once could sign two logs."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # --- What it does ----------------------------------------------------------------------

    def cosign(self, note: Note, log_key: Verifier | None, steps: Steps) -> Note:
        """Cosign a checkpoint that the last one grew into, and keep it as the last.

        Raises Inconsistent, or BadNote for what can't be read; the folder is then as it was.
        """
        signer = self.signer()
        with self.alone():
            keys = self._keys(note, log_key)
            checkpoint = Checkpoint.read(note.text)
            self._consistent(checkpoint, steps)
            own = [signer.verifier]
            others = [line for line in note.lines if not Note(note.text, (line,)).signers(own)]
            cosigned = Note(note.text, (*others, signer.line(note.text)))
            _keep(self.log_keys, "".join(f"{key}\n" for key in keys))
            _keep(self.last_file, str(cosigned))
        return cosigned

    def _keys(self, note: Note, given: Verifier | None) -> list[Verifier]:
        """The log's keys that are trusted from now on; one of the known ones signed the note.

        A key that is given later is trusted if the same checkpoint is signed with a known one.
        """
        known, origin = self.trusted(), Checkpoint.read(note.text).origin
        if given and (given.kind != ED25519 or given.name == self.name):
            raise BadNote(f"{given.name} is not the key of a log")
        if not known and given is None:
            raise BadNote("the log's key is not known yet: give it once with --log-key")
        new = [given] if given and given not in known else []
        for keys in (known, new):
            if keys and not any(key.name == origin for key in note.signers(keys)):
                told = " or ".join(str(key) for key in keys)
                raise Inconsistent(f"This checkpoint of {origin} is not signed with {told}.")
        return [*known, *new]

    def _consistent(self, new: Checkpoint, steps: Steps) -> None:
        if new.size == 0:
            raise Inconsistent("This checkpoint covers no event: there is nothing to cosign.")
        if (note := self.last()) is None:
            return
        last = Checkpoint.read(note.text)
        if new.size < last.size:
            raise Inconsistent(
                f"The log was put back: this checkpoint covers {new.size} events, but {last.size}"
                f" were cosigned, as signed on {last.signed_at}."
            )
        if new.size == last.size:
            if new.root != last.root:
                raise Inconsistent(
                    f"The log was rewritten: its {new.size} events have the root {new.root.hex()},"
                    f" but {last.root.hex()} was cosigned."
                )
            return
        size, root = last.size, last.root
        for step in (*steps(last, new), Step(new.size, new.root, ())):
            if not consistent(size, root, step.size, step.root, step.path):
                raise Inconsistent(
                    f"The log was rewritten, or its proof is wrong: {step.size} events with the"
                    f" root {step.root.hex()} are not shown to have grown from the {size} events"
                    f" with the root {root.hex()}."
                )
            size, root = step.size, step.root


def _keep(path: Path, text: str) -> None:
    """Have it on disk before anything is given out."""
    with put_file(path) as file:
        file.write(text.encode())


# --- Where checkpoints and proofs come from -------------------------------------------------


def steps_in_file(file: Path) -> Steps:
    """The proof in a file, as the API prints it."""

    def steps(last: Checkpoint, new: Checkpoint) -> list[Step]:
        return [step_of(json.loads(file.read_text()), last, new)]

    return steps


def step_of(told: dict[str, object], last: Checkpoint, new: Checkpoint) -> Step:
    """The step that the API's answer tells, to the new checkpoint's own root."""
    path = told.get("path")
    if (told.get("old"), told.get("size")) != (last.size, new.size) or not isinstance(path, list):
        raise Inconsistent(
            f"The proof leads from {told.get('old')} events to {told.get('size')}: one from"
            f" {last.size} to {new.size} is needed."
        )
    return Step(new.size, new.root, [bytes.fromhex(str(step)) for step in path])


def steps_in_pack(folder: Path) -> Steps:
    """The proof in an evidence pack, which leads from each of its checkpoints to the next."""

    def steps(last: Checkpoint, new: Checkpoint) -> list[Step]:
        growth = {
            proof["old"]: proof
            for proof in json.loads((folder / "proofs.json").read_text())["growth"]
        }
        roots = {new.size: new.root}
        for line in (folder / "checkpoints.jsonl").read_text().splitlines():
            checkpoint = Checkpoint.read(Note.read(json.loads(line)["note"]).text)
            roots.setdefault(checkpoint.size, checkpoint.root)
        found, size = list[Step](), last.size
        while size < new.size:
            proof = growth.get(size, {})
            if proof.get("size", 0) <= size or proof["size"] not in roots:
                raise Inconsistent(f"The pack has no proof that leads on from {size} events.")
            size = proof["size"]
            found.append(Step(size, roots[size], [bytes.fromhex(s) for s in proof["path"]]))
        return found

    return steps
