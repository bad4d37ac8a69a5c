"""Forms that are not sent yet: what was typed, kept for the person who typed it, beside the log.

The document that a form takes is kept with them: a browser can't be given a file back.

A draft is no fact: it is removed once the form is recorded, and a week after it was last touched.
What was typed may be personal or confidential, so each is sealed under a key that the database
does not hold, and bound to its person and form: nobody else is ever shown it.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg.types.json import Jsonb

from domain.kernel import Frozen
from service.installation import Installation

TABLE = """CREATE TABLE IF NOT EXISTS drafts (
    "user" text NOT NULL, key text NOT NULL, form text NOT NULL, subjects jsonb NOT NULL,
    sealed bytea NOT NULL, saved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY ("user", key))"""
FILES = """CREATE TABLE IF NOT EXISTS draft_files (
    "user" text NOT NULL, key text NOT NULL, media_type text NOT NULL, sealed bytea NOT NULL,
    PRIMARY KEY ("user", key),
    FOREIGN KEY ("user", key) REFERENCES drafts ("user", key) ON DELETE CASCADE)"""

KEPT_FOR = timedelta(days=7)
MOST = 50
"""Of one person: the oldest gives way to one more."""


class Draft(Frozen):
    """A form that is not sent yet, without what was typed into it."""

    key: str
    """The form's own key, under which it is recorded once."""
    form: str
    """The command, by its name."""
    subjects: dict[str, str]
    """What the command's path names: ``{"grant": "GRANT-0001"}``."""
    saved_at: datetime

    @property
    def until(self) -> datetime:
        """When it is removed if it is not touched again."""
        return self.saved_at + KEPT_FOR


class File(NamedTuple):
    """The document that was chosen on a form."""

    content: bytes
    media_type: str


def _cipher(installation: Installation) -> AESGCM:
    """Made from the installation's secret, which every process of it shares."""
    derived = HKDF(SHA256(), 32, None, b"casework drafts")
    return AESGCM(derived.derive(installation.settings.secret_key.encode()))


def _bound_to(user: str, key: str, form: str, *part: str) -> bytes:
    return json.dumps([user, key, form, *part]).encode()


def _sealed(installation: Installation, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + _cipher(installation).encrypt(nonce, plain, bound)


def _opened(installation: Installation, sealed: bytes, bound: bytes) -> bytes | None:
    """What was sealed; None once the installation's secret was changed: nobody can read it."""
    try:
        return _cipher(installation).decrypt(sealed[:12], sealed[12:], bound)
    except InvalidTag:
        return None


def keep(
    installation: Installation,
    user: str,
    key: str,
    form: str,
    subjects: Mapping[str, str],
    typed: Mapping[str, str],
    file: File | None = None,
) -> None:
    """Keep what a person typed into a form, in the place of what was kept of it before.

    The document that was chosen before stays until another is.
    """
    plain = json.dumps(dict(typed)).encode()
    sealed = _sealed(installation, plain, _bound_to(user, key, form))
    with installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute("DELETE FROM drafts WHERE saved_at < now() - %s", (KEPT_FOR,))
        cursor.execute(
            'INSERT INTO drafts ("user", key, form, subjects, sealed) VALUES (%s, %s, %s, %s, %s)'
            ' ON CONFLICT ("user", key) DO UPDATE SET form = EXCLUDED.form, subjects ='
            " EXCLUDED.subjects, sealed = EXCLUDED.sealed, saved_at = EXCLUDED.saved_at",
            (user, key, form, Jsonb(dict(subjects)), sealed),
        )
        if file:
            content = _sealed(installation, file.content, _bound_to(user, key, form, "file"))
            cursor.execute(
                'INSERT INTO draft_files ("user", key, media_type, sealed) VALUES (%s, %s, %s, %s)'
                ' ON CONFLICT ("user", key) DO UPDATE SET media_type = EXCLUDED.media_type,'
                " sealed = EXCLUDED.sealed",
                (user, key, file.media_type, content),
            )
        cursor.execute(
            'DELETE FROM drafts WHERE "user" = %s AND key IN (SELECT key FROM drafts'
            ' WHERE "user" = %s ORDER BY saved_at DESC OFFSET %s)',
            (user, user, MOST),
        )


def typed(installation: Installation, user: str, key: str, form: str) -> dict[str, str] | None:
    """What this person typed into this form; None if it is kept no longer, or never was theirs."""
    with installation.store.datastore.get_connection() as connection:
        row = connection.execute(
            'SELECT sealed FROM drafts WHERE "user" = %s AND key = %s AND form = %s'
            " AND saved_at >= now() - %s",
            (user, key, form, KEPT_FOR),
        ).fetchone()
    if row is None:
        return None
    plain = _opened(installation, bytes(row["sealed"]), _bound_to(user, key, form))
    if plain is None:
        return None
    found: dict[str, str] = json.loads(plain)
    return found


def file(installation: Installation, user: str, key: str, form: str) -> File | None:
    """The document that this person chose on this form; None where there is none to be had."""
    with installation.store.datastore.get_connection() as connection:
        row = connection.execute(
            'SELECT media_type, sealed FROM draft_files WHERE "user" = %s AND key = %s',
            (user, key),
        ).fetchone()
    if row is None:
        return None
    bound = _bound_to(user, key, form, "file")
    content = _opened(installation, bytes(row["sealed"]), bound)
    return None if content is None else File(content, row["media_type"])


def drafts(installation: Installation, user: str) -> list[Draft]:
    """A person's drafts, the latest first."""
    with installation.store.datastore.get_connection() as connection:
        rows = connection.execute(
            'SELECT key, form, subjects, saved_at FROM drafts WHERE "user" = %s'
            " AND saved_at >= now() - %s ORDER BY saved_at DESC",
            (user, KEPT_FOR),
        ).fetchall()
    return [Draft(**row) for row in rows]


def remove(installation: Installation, user: str, key: str) -> None:
    """Keep a draft no longer."""
    with installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute('DELETE FROM drafts WHERE "user" = %s AND key = %s', (user, key))
