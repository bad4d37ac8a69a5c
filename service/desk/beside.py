"""What lies beside the log and is confidential: read once the access log says who reads it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection
from psycopg.rows import DictRow
from starlette.datastructures import Headers, UploadFile

from domain.access import User
from domain.kernel import Refused, refuse
from service import register
from service.access_log import log_access
from service.desk.moments import Moment
from service.desk.refusals import forbidden
from service.identity import Person
from service.installation import Installation

LARGEST_BYTES = 25_000_000
"""Of a document."""


class Look(Protocol):
    """A reading, as far as it leaves the views."""

    installation: Installation
    person: Person
    user: User

    @property
    def moment(self) -> Moment: ...

    def sees(self, permission: str) -> bool: ...


def note_text(look: Look, note: str) -> str:
    """A confidential note's text. Raises Refused without ``note.read``, or once erased."""
    if not look.sees("note.read"):
        raise forbidden("note.read")
    with _logged(look, "read-note", note) as connection:
        row = connection.execute(
            "SELECT n.sealed, k.key FROM notes n LEFT JOIN note_keys k USING (note)"
            " WHERE n.note = %s",
            (note,),
        ).fetchone()
    if row is None or row["key"] is None:
        raise Refused("not-found", "This note was erased, or there never was one.")
    sealed = bytes(row["sealed"])
    opened = AESGCM(bytes(row["key"])).decrypt(sealed[:12], sealed[12:], note.encode())
    return opened.decode()


def document(look: Look, sha256: str) -> tuple[bytes, str]:
    """A document's bytes and media type by their hash."""
    with _logged(look, "read-document", sha256) as connection:
        found = kept_document(connection, sha256)
    return found or refuse("not-found", "There is no document with this hash.")


def kept_document(connection: Connection[DictRow], sha256: str) -> tuple[bytes, str] | None:
    """A document as it is kept, for what shows it to nobody."""
    row = connection.execute(
        "SELECT content, media_type FROM documents WHERE sha256 = %s", (sha256,)
    ).fetchone()
    return (bytes(row["content"]), row["media_type"]) if row else None


def sent_document(file: UploadFile) -> tuple[bytes, str]:
    """A document as somebody sent it, its bytes and media type. Raises Refused ``bad-document``."""
    content = file.file.read(LARGEST_BYTES + 1)
    file.file.seek(0)
    if len(content) > LARGEST_BYTES:
        raise Refused("bad-document", "Attach a file of at most 25 MB.")
    return content, file.content_type or "application/octet-stream"


def as_sent(content: bytes, media_type: str) -> UploadFile:
    """A document that was kept, as a command takes it."""
    return UploadFile(io.BytesIO(content), headers=Headers({"content-type": media_type}))


def personal(look: Look, person: str) -> dict[str, Any] | None:
    """What the register, or a user's account, holds on a person; None if it holds nothing."""
    with _logged(look, "read-person", person) as connection:
        if person.startswith("USER-"):
            return connection.execute(
                'SELECT name, email FROM accounts WHERE "user" = %s',
                (person.removeprefix("USER-"),),
            ).fetchone()
    found = register.read(look.installation.store.datastore, person)
    return None if found == {"name": person} else found


@contextmanager
def _logged(look: Look, did: str, subject: str) -> Iterator[Connection[DictRow]]:
    """A connection to read on what is confidential, once the access log says who reads it."""
    store = look.installation.store.datastore
    with store.get_connection() as connection, connection.transaction():
        who, position = look.user.user, look.moment.position
        log_access(connection, who, look.person.channel, did, subject, position)
        yield connection
