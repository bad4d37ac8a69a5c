"""Signed notes and checkpoints by C2SP: signed-note, tlog-checkpoint, tlog-cosignature.

A note is lines of text, a blank line, and signature lines: an em dash, the signer's name, and in
base64 four bytes that tell the key with the signature itself. A checkpoint is a note whose text
begins with the log's origin, the tree's size and its root.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
"""The kinds of key: of a log, and of a witness."""
_COSIGNED = "cosignature/v1\ntime {}\n{}"


class BadNote(ValueError):
    """A note, a key or a checkpoint that can't be read, or that nobody known has signed."""


class Verifier(NamedTuple):
    """A public key with the name that it signs under."""

    name: str
    kind: int
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that tell the key in a signature line."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return hashlib.sha256(told).digest()[:4]

    def __str__(self) -> str:
        """The key as people pass it on: name, id and key."""
        data = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{data}"

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """The key from its text. Raises BadNote."""
        name, _, rest = text.strip().partition("+")
        told, _, data = rest.partition("+")
        raw = _decoded(data)
        if not name or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise BadNote(f"{text.strip()[:60]!r} is not a verifier key: name+id+key")
        found = cls(name, raw[0], raw[1:])
        if found.id.hex() != told:
            raise BadNote(f"the id of the key of {name} does not fit it: it was mistyped")
        return found

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made a signature under a text."""
        message, bare = text.encode(), signature
        if self.kind == COSIGNATURE:
            moment, bare = int.from_bytes(signature[:8]), signature[8:]
            message = _COSIGNED.format(moment, text).encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(bare, message)
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key with the name that it signs under."""

    def __init__(self, name: str, seed: bytes, kind: int = ED25519) -> None:
        if not name or re.search(r"[\s+]", name):
            raise BadNote(f"{name!r} can't name a key: leave out spaces and plus signs")
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, kind, self.private.public_key().public_bytes_raw())

    @classmethod
    def new(cls, name: str, kind: int = ED25519) -> "Signer":
        """A new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    def __str__(self) -> str:
        """The key as it is kept: for its holder alone."""
        verifier = self.verifier
        data = bytes([verifier.kind]) + self.private.private_bytes_raw()
        return "+".join(
            ("PRIVATE+KEY", verifier.name, verifier.id.hex(), base64.b64encode(data).decode())
        )

    @classmethod
    def read(cls, text: str) -> "Signer":
        """The key from its text. Raises BadNote."""
        words = text.strip().split("+", 4)
        raw = _decoded(words[4]) if len(words) == 5 else b""
        if words[:2] != ["PRIVATE", "KEY"] or len(raw) != 33:
            raise BadNote("this is not a private key: PRIVATE+KEY+name+id+key")
        return cls(words[2], raw[1:], raw[0])

    def line(self, text: str, now: datetime | None = None) -> str:
        """The signature line under a text; a witness's tells when."""
        if self.verifier.kind == COSIGNATURE:
            moment = int((now or datetime.now(UTC)).timestamp())
            signature = moment.to_bytes(8) + self.private.sign(
                _COSIGNED.format(moment, text).encode()
            )
        else:
            signature = self.private.sign(text.encode())
        told = base64.b64encode(self.verifier.id + signature).decode()
        return f"— {self.verifier.name} {told}\n"


class Note(NamedTuple):
    """A text with its signature lines."""

    text: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(self.lines)}"

    @classmethod
    def read(cls, text: str) -> "Note":
        """A note from its text. Raises BadNote for one without signatures."""
        body, mark, signatures = text.rpartition("\n\n")
        lines = tuple(f"{line}\n" for line in signatures.splitlines() if line)
        if not mark or not lines or not all(re.match(r"— \S+ \S+\n", line) for line in lines):
            raise BadNote("this is not a signed note: text, a blank line, signature lines")
        return cls(f"{body}\n", lines)

    @classmethod
    def of(cls, file: Path) -> "Note":
        """A note from a file. Raises BadNote for what is none."""
        try:
            return cls.read(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise BadNote(f"{file.name} is not a signed note, but no text at all") from error

    def signers(self, known: Iterable[Verifier]) -> list[Verifier]:
        """Who of those known has signed it. Raises BadNote if a known key's signature is wrong."""
        by_line = {(verifier.name, verifier.id): verifier for verifier in known}
        found = []
        for line in self.lines:
            _, name, told = line.split()
            raw = _decoded(told)
            verifier = by_line.get((name, raw[:4]))
            if verifier is None:
                continue
            if not verifier.signed(self.text, raw[4:]):
                raise BadNote(f"the signature of {name} is not under this text")
            found.append(verifier)
        return found

    def cosigned(self, lines: Sequence[str]) -> "Note":
        """The note with further signature lines."""
        return Note(self.text, (*self.lines, *(line for line in lines if line not in self.lines)))


class Checkpoint(NamedTuple):
    """What a log states of itself: so many events, with this root."""

    origin: str
    size: int
    root: bytes
    position: int
    """Of the last event that it covers."""
    signed_at: str
    """When it was signed: UTC."""

    def text(self) -> str:
        """The checkpoint as it is signed."""
        root = base64.b64encode(self.root).decode()
        told = (f"position {self.position}", f"signed {self.signed_at}")
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *told))

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """A checkpoint from a note's text. Raises BadNote."""
        lines = text.splitlines()
        more = dict(line.split(" ", 1) for line in lines[3:] if " " in line)
        if len(lines) < 3 or not lines[1].isdecimal() or len(_decoded(lines[2])) != 32:
            raise BadNote("this is not a checkpoint: origin, size and root in a line each")
        return cls(
            lines[0],
            int(lines[1]),
            _decoded(lines[2]),
            int(more.get("position", "0")),
            more.get("signed", ""),
        )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadNote(f"{text[:40]!r} is not base64") from error
