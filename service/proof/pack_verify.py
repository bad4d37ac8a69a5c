"""Verify an evidence pack, offline: ``python verify.py [FOLDER] [--vkey KEY] [--checkpoint FILE]``.

Needs Python 3.11 or newer and the package ``cryptography``, nothing else. A pack carries the
public keys that it says it was signed with: whoever relies on it gives the keys, and if possible
a checkpoint, that they were handed at another time. Exit status 1, with the first event or file
that is wrong, if anything does not agree.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM = "casework/pack/1"
LEAF_FORM = b"casework/leaf/1\n"
LOG, WITNESS = 1, 4
"""The kinds of key: Ed25519 of a log, and of a witness that signs with the time."""
_FILE = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_ENVELOPE = ("actor", "role", "channel", "correlation", "causation", "reason")
_BAD = (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, OverflowError)
Line = dict[str, Any]
Hashes = Sequence[bytes]


class Wrong(ValueError):
    """What does not agree: a stable word, a sentence, and the event's position if it is one."""

    def __init__(self, what: str, said: str, position: int | None = None) -> None:
        super().__init__(said)
        self.what, self.said, self.position = what, said, position


# --- Signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature ----------------------


class Key(NamedTuple):
    """A public key with the name that it signs under."""

    name: str
    kind: int
    raw: bytes
    id: bytes
    """The four bytes that tell it in a signature line."""

    @classmethod
    def read(cls, text: str) -> Key:
        """The key from name+id+key. Raises Wrong."""
        name, told, data = [*text.strip().split("+", 2), "", ""][:3]
        raw = base64.b64decode(data, validate=True)
        found = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] not in (LOG, WITNESS) or found.hex() != told:
            raise Wrong("key-unreadable", f"{text.strip()[:80]!r} is not a public key: name+id+key")
        return cls(name, raw[0], raw[1:], found)

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made a signature under a text."""
        message = text.encode()
        if self.kind == WITNESS:
            moment, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {moment}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def signed_note(text: str, keys: Sequence[Key], where: str) -> tuple[str, list[Key]]:
    """A note's text, and who of those known has signed it. Raises Wrong for a false signature."""
    body, mark, rest = text.rpartition("\n\n")
    lines = re.findall(r"^— (\S+) (\S+)$", rest, re.MULTILINE)
    if not mark or not lines or len(lines) != len(rest.splitlines()):
        raise Wrong("note-unreadable", f"{where} is not a signed note")
    body, signers = f"{body}\n", []
    for name, signature in lines:
        raw = base64.b64decode(signature, validate=True)
        for key in keys:
            if (key.name, key.id) == (name, raw[:4]):
                if not key.signed(body, raw[4:]):
                    said = f"{where}: the signature of {key.name} is not under this text"
                    raise Wrong("signature-false", said)
                signers.append(key)
    return body, signers


# --- The tree: RFC 9162, section 2.1 --------------------------------------------------------


def leaf_hash(position: int, stream: str, version: int, topic: str, state: bytes) -> bytes:
    """The hash of an event's leaf: its place in the log and its stored bytes."""
    leaf = LEAF_FORM + position.to_bytes(8, "big") + version.to_bytes(8, "big")
    for part in (stream.encode(), topic.encode(), state):
        leaf += len(part).to_bytes(4, "big") + part
    return hashlib.sha256(b"\0" + leaf).digest()


def _pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(size: int) -> int:
    """How many leaves are left of a tree's root: the largest power of two below its size."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """A growing tree, by the roots of its complete subtrees, the largest first."""

    def __init__(self) -> None:
        self.size, self.parts = 0, list[bytes]()

    def append(self, leaf: bytes) -> None:
        """Add a leaf."""
        index = self.size
        while index & 1:
            leaf, index = _pair(self.parts.pop(), leaf), index >> 1
        self.parts.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far, of which there are some."""
        *left, whole = self.parts
        while left:
            whole = _pair(left.pop(), whole)
        return whole


def root_over(leaf: bytes, index: int, size: int, path: Hashes) -> bytes:
    """The root that a proof of inclusion leads to: section 2.1.3."""
    if size == 1:
        if path or index:
            raise Wrong("proof-unreadable", "a proof is too long")
        return leaf
    left = _split(size)
    if index < left:
        return _pair(root_over(leaf, index, left, path[:-1]), path[-1])
    return _pair(path[-1], root_over(leaf, index - left, size - left, path[:-1]))


def roots_over(old: int, size: int, path: Hashes, known: bytes | None) -> tuple[bytes, bytes]:
    """The older root and the newer that a proof of growth leads to: section 2.1.4.

    ``known`` is the older root, where the older tree is a complete part of the newer.
    """
    if old == size:
        (whole,) = path if known is None else (*path, known)
        return whole, whole
    left = _split(size)
    if old <= left:
        before, after = roots_over(old, left, path[:-1], known)
        return before, _pair(after, path[-1])
    before, after = roots_over(old - left, size - left, path[:-1], None)
    return _pair(path[-1], before), _pair(path[-1], after)


# --- The pack -------------------------------------------------------------------------------


class Pack:
    """A pack as it is verified: what it proves, what it does not, and what is wrong."""

    def __init__(self, folder: Path, vkeys: Sequence[str] = (), held: Sequence[Path] = ()) -> None:
        self.folder, self.held = folder, held
        self.vkeys, self.keys = vkeys, list[Key]()
        self.wrong: list[tuple[Wrong, str]] = []
        self.proved, self.unproved = list[str](), list[str]()
        self.manifest, self.versions = Line(), dict[str, int]()
        self.origin, self.size, self.root = "", 0, b""
        self.stated, self.cosigned = dict[int, bytes](), dict[str, int]()
        self.growth: dict[int, tuple[int, list[bytes]]] = {}
        self.whole, self.events, self.last = False, 0, 0

    def check(self) -> Pack:
        """Verify everything, in order; each stage ends at the first that is wrong."""
        for file, stage in (
            ("manifest.json", self._manifest),
            ("keys.json", self._keys),
            ("manifest.note", self._seal),
            ("checkpoint.txt", self._newest),
            ("checkpoints.jsonl", self._stated),
            ("proofs.json", self._growth),
            ("events.jsonl", self._events),
            ("the checkpoint that you hold", self._held),
        ):
            try:
                stage()
            except _BAD as bad:
                said = f"{file} can't be read: {type(bad).__name__}, {bad}"
                wrong = bad if isinstance(bad, Wrong) else Wrong("file-unreadable", said)
                self.wrong.append((wrong, file))
            if not self.manifest or (file == "checkpoint.txt" and not self.size):
                break  # there is nothing to hold the rest against
        self.wrong.sort(key=lambda w: (w[0].position is None, w[0].position or 0))
        return self

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def _lines(self, name: str) -> Iterator[str]:
        with (self.folder / name).open(encoding="utf-8") as file:
            yield from file

    def _manifest(self) -> None:
        manifest = json.loads(self._text("manifest.json"))
        if manifest["form"] != FORM:
            raise Wrong("file-unreadable", f"this program verifies packs of the form {FORM}")
        self.manifest, listed = manifest, manifest["files"]
        self.whole = manifest["scope"] == "everything"
        paths = [path for path in self.folder.rglob("*") if not path.is_dir()]
        there = {path.relative_to(self.folder).as_posix() for path in paths}
        for name in sorted(there - listed.keys() - {"manifest.json", "manifest.note"}):
            self.wrong.append((Wrong("file-added", f"{name} is not in the manifest"), name))
        for name, told in listed.items():
            if wrong := self._bad_file(name, told):
                self.wrong.append((wrong, name))
        self.proved.append(f"{len(listed):,} files are those that the manifest lists")

    def _bad_file(self, name: str, told: Line) -> Wrong | None:
        path = self.folder / name
        if not _FILE.fullmatch(name) or path.is_symlink() or not path.is_file():
            return Wrong("file-missing", f"{name} is missing")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        folder, _, last = name.rpartition("/")
        if folder == "documents" and digest != last:
            return Wrong("document-altered", f"{name} is not the document whose hash is its name")
        if (digest, path.stat().st_size) != (told["sha256"], told["size"]):
            return Wrong("file-altered", f"{name} is not the file that was packed")
        return None

    def _keys(self) -> None:
        told = json.loads(self._text("keys.json"))
        texts = [*told["log"], *told["witnesses"]]
        self.keys = [Key.read(text) for text in self.vkeys or texts]
        if not self.vkeys:
            keys = "".join(f"\n      {text}" for text in texts)
            self.unproved.append(f"that these keys are whose they say: compare them{keys}")

    def _seal(self) -> None:
        text, signers = signed_note(self._text("manifest.note"), self.keys, "manifest.note")
        names = [key.name for key in signers if key.kind == LOG]
        if not names:
            raise Wrong("manifest-unsigned", "no key that you trust signed the manifest")
        digest = hashlib.sha256((self.folder / "manifest.json").read_bytes()).hexdigest()
        if text != f"{FORM}\nmanifest {digest}\n":
            raise Wrong("manifest-altered", "manifest.json is not the manifest that was signed")
        self.proved.append(f"{names[0]} signed the manifest, and so every file")

    def _checkpoint(self, note: str, where: str) -> tuple[str, int, bytes]:
        """Origin, size and root that a key of the log signed. Raises Wrong if none did."""
        text, signers = signed_note(note, self.keys, where)
        origin, size, root = text.splitlines()[:3]
        if not any((key.name, key.kind) == (origin, LOG) for key in signers):
            said = f"{where}: no key of {origin} that you trust signed this checkpoint"
            raise Wrong("checkpoint-unsigned", said)
        if self.origin not in ("", origin):
            raise Wrong("checkpoint-differs", f"{where}: this is another log's, {origin}")
        for key in signers:
            if key.kind == WITNESS:
                self.cosigned[key.name] = max(self.cosigned.get(key.name, 0), int(size))
        return origin, int(size), base64.b64decode(root, validate=True)

    def _newest(self) -> None:
        text = self._text("checkpoint.txt")
        self.origin, self.size, self.root = self._checkpoint(text, "checkpoint.txt")
        self.stated[self.size] = self.root

    def _stated(self) -> None:
        for number, line in enumerate(self._lines("checkpoints.jsonl"), 1):
            where = f"checkpoints.jsonl, line {number}"
            _, size, root = self._checkpoint(json.loads(line)["note"], where)
            if self.stated.setdefault(size, root) != root:
                said = f"{where}: two checkpoints of {size} events have different roots"
                raise Wrong("checkpoint-differs", said)

    def _growth(self) -> None:
        for proof in self._proofs("old"):
            self.growth[proof["old"]] = (proof["size"], _path(proof))
        for old, size in pairwise(sorted(self.stated)):
            self._grew(old, self.stated[old], size)
        said = f"{self.origin} only grew through {len(self.stated):,} signed checkpoints"
        self.proved.append(f"{said}, to {self.size:,} events")

    def _grew(self, old: int, root: bytes, size: int) -> None:
        told, path = self.growth.get(old, (0, []))
        both = (root, self.stated[size])
        if told != size or not _gives(both, lambda: roots_over(old, size, path, root)):
            said = f"proofs.json does not show that the log grew from {old} to {size} events"
            raise Wrong("growth-unproven", said)

    def _proofs(self, kind: str) -> Iterator[Line]:
        """The proofs of a kind, which have a line each: the file is not read as a whole."""
        for line in self._lines("proofs.json"):
            told = line.strip().rstrip(",")
            if told.startswith("{") and len(told) > 1 and kind in (proof := json.loads(told)):
                yield proof

    def _events(self) -> None:
        proofs, tree, claimed = self._proofs("place"), Tree(), self.manifest["whole_streams"]
        self.versions = dict.fromkeys(claimed, 0)
        for text in self._lines("events.jsonl"):
            line = json.loads(text)
            self._event(line, tree, None if self.whole else next(proofs, None))
            self.events, self.last = self.events + 1, line["position"]
        if left := next(proofs, None):
            position = left["position"]
            raise Wrong("event-missing", f"the event at position {position} is left out", position)
        for stream, version in claimed.items():
            if self.versions[stream] != version:
                said = f"{stream} ends at version {self.versions[stream]}: {version} are claimed"
                raise Wrong("event-missing", said, self.last)
        if self.events != self.manifest["events"]:
            said = f"{self.events} events are here: {self.manifest['events']} are claimed"
            raise Wrong("event-missing", said, self.last)
        if tree.size and tree.size not in self.stated:
            self._grew(tree.size, tree.root(), self.size)
        self._conclude()

    def _event(self, line: Line, tree: Tree, proof: Line | None) -> None:
        position, stream, version = line["position"], line["stream"], line["version"]
        name = f"the event at position {position} ({line['topic']} of {stream}, version {version})"
        state, place = base64.b64decode(line["state"], validate=True), line["place"]
        leaf = leaf_hash(position, stream, version, line["topic"], state)
        if position <= self.last:
            raise Wrong("event-moved", f"{name} is out of its order", position)
        if proof and (before := proof["position"]) < position:
            raise Wrong("event-missing", f"the event at position {before} is left out", before)
        if leaf.hex() != line["leaf"]:
            raise Wrong("event-altered", f"{name} is not what was recorded", position)
        if self.whole:
            if place != tree.size:
                said = f"leaf {tree.size} is missing: an event before {name}"
                raise Wrong("event-missing", said, position)
            tree.append(leaf)
            if tree.size in self.stated and self.stated[tree.size] != tree.root():
                good = max((size for size in self.stated if size < tree.size), default=0)
                said = f"the first event that differs from those signed for is from leaf {good} to"
                raise Wrong("event-altered", f"{said} {place}, the last of them {name}", position)
        elif proof is None or proof["position"] > position:
            raise Wrong("event-unproven", f"there is no proof of {name}", position)
        elif not _gives(self.root, lambda: root_over(leaf, place, self.size, _path(proof))):
            said = f"the proof of {name} does not lead to the checkpoint: one of them was changed"
            raise Wrong("event-unproven", said, position)
        if stream in self.versions:
            self.versions[stream] += 1
            if self.versions[stream] != version:
                said = f"{stream} has no version {self.versions[stream]} before {name}"
                raise Wrong("event-missing", said, position)
        self._reading(line["event"], line, json.loads(state), name)

    def _reading(self, told: Line, line: Line, state: Line, title: str) -> None:
        """The readable form says what the bytes say, and the document is there."""
        data, position, topic = state["event"], line["position"], f"casework.{line['topic']}"
        when = datetime.fromisoformat
        said = (told["id"], told["position"], told["subject"], told["streamversion"], told["type"])
        if (
            said != (str(position), position, line["stream"], line["version"], topic)
            or (told["data"], told["effectiveon"]) != (data, state["effective_on"])
            or any((told.get(name) or "") != (state[name] or "") for name in _ENVELOPE)
            or when(told["time"]) != when(state["recorded_at"])
        ):
            raise Wrong("event-retold", f"the readable form of {title} is another's", position)
        document = f"documents/{data.get('sha256')}"
        if "media_type" in data and document not in self.manifest["files"]:
            raise Wrong("document-missing", f"{document} of {title} is missing", position)

    def _conclude(self) -> None:
        said = f"{self.events:,} events are in it, byte for byte, up to position {self.last}"
        self.proved.append(said + ", and none is left out" * self.whole)
        if self.versions:
            told = ", ".join(f"{stream} ({n})" for stream, n in self.versions.items())
            self.proved.append(f"no event of these is left out before their last here: {told}")
        for name, size in sorted(self.cosigned.items()):
            self.proved.append(f"{name}, a witness, cosigned the log's first {size:,} events")
        if not self.cosigned:
            self.unproved.append("that others were shown the same log: no witness has cosigned it")
        vouched = "views/ and index.html follow from the events"
        if not self.whole:
            vouched = f"nothing else concerns the subject, then or later, and that {vouched}"
        self.unproved.append(f"that {vouched}: whoever signed the manifest says so")
        self.unproved.append("that what people put on record is true")

    def _held(self) -> None:
        for file in self.held:
            _, size, root = self._checkpoint(file.read_text(encoding="utf-8"), str(file))
            if self.stated.get(size) != root:
                said = f"your checkpoint of {size} events is not among the pack's"
                raise Wrong("checkpoint-differs", said)
            self.proved.append(f"your checkpoint of {size:,} events is of the same log")

    def report(self) -> str:
        """What was proved and what was not, in plain words."""
        if self.wrong:
            told = "".join(f"\n  - {wrong.said}" for wrong, _ in self.wrong[:20])
            return f"This pack does not verify:{told}\n"
        proved, unproved = ("\n  - ".join(["", *part]) for part in (self.proved, self.unproved))
        return f"{self.manifest['title']}\n\nProved:{proved}\n\nNot proved:{unproved}\n"

    def plain(self) -> Line:
        """The outcome as programs read it."""
        return {
            "ok": not self.wrong,
            "size": self.events,
            "root": self.root.hex(),
            "checkpoint": self.size,
            "cosigned_by": sorted(self.cosigned),
            "proved": self.proved,
            "not_proved": self.unproved,
            "findings": [{"file": file, **vars(wrong)} for wrong, file in self.wrong],
        }


def _gives(expected: object, found: Callable[[], object]) -> bool:
    """Whether a proof gives what it should; one of the wrong length gives nothing."""
    try:
        return found() == expected
    except _BAD:
        return False


def _path(proof: Line) -> list[bytes]:
    return [bytes.fromhex(step) for step in proof["path"]]


def main() -> int:
    """Verify the pack that the arguments name."""
    parser = argparse.ArgumentParser(description="Verify an evidence pack, offline.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--vkey", action="append", default=[], help="a key to trust instead")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="you hold")
    asked = parser.parse_args()
    pack = Pack(asked.folder, asked.vkey, asked.checkpoint).check()
    sys.stdout.write(pack.report())
    return 1 if pack.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
