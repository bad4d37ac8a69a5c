"""The register of persons, beside the log: names and addresses, each person's under their own key.

Destroying the key is erasure: what is left can't be read by anybody, in any backup that does
not hold the key. Keys and data are in separate tables so that they can be backed up apart.
A person is known by an id: a peer by their reference, anybody else by one that the desk gives.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.postgres import PostgresDatastore

from service.store import Alongside

ERASED = "erased person"

_KEEP_KEY = (
    "INSERT INTO person_keys VALUES (%s, %s) ON CONFLICT (person) DO UPDATE SET key = EXCLUDED.key"
)
_KEEP_DATA = (
    "INSERT INTO persons VALUES (%s, %s)"
    " ON CONFLICT (person) DO UPDATE SET sealed = EXCLUDED.sealed"
)
_CLEAR_ACCOUNTS = (
    'UPDATE accounts SET name = %s, email = NULL WHERE "user" IN'
    " (SELECT payload->>'user' FROM event_log"
    " WHERE event = 'RoleGranted' AND payload->>'peer' = %s)"
)

_EMPTY_ACCOUNT = (
    'UPDATE accounts SET name = %s, email = NULL, password_hash = NULL WHERE "user" = %s'
)


def keep(person: str, data: Mapping[str, Any]) -> list[Alongside]:
    """Statements that keep a person's data, for the transaction that records the event.

    Kept again, it replaces what was kept before, under a new key.
    """
    key, nonce = AESGCM.generate_key(256), secrets.token_bytes(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, json.dumps(data).encode(), person.encode())
    return [(_KEEP_KEY, (person, key)), (_KEEP_DATA, (person, sealed))]


def erase(person: str, notes: Iterable[str] = ()) -> list[Alongside]:
    """Statements that destroy a person's key, for the transaction that records the erasure.

    The keys of confidential notes about them go too, and their name on the account of whoever
    signs in as this peer.
    """
    return [
        ("DELETE FROM person_keys WHERE person = %s", (person,)),
        *erase_notes(notes),
        (_CLEAR_ACCOUNTS, (ERASED, person)),
    ]


def erase_account(user: str) -> list[Alongside]:
    """Statements that empty the account of a user who was deactivated, and end its sessions."""
    return [
        (
            'UPDATE accounts SET name = %s, email = NULL, password_hash = NULL WHERE "user" = %s',
            (ERASED, user),
        ),
        ('DELETE FROM sessions WHERE "user" = %s', (user,)),
        ('DELETE FROM drafts WHERE "user" = %s', (user,)),
        ('DELETE FROM api_tokens WHERE "user" = %s', (user,)),
    ]


def erase_notes(notes: Iterable[str]) -> list[Alongside]:
    """Statements that destroy the keys of confidential notes."""
    return [("DELETE FROM note_keys WHERE note = ANY(%s)", (list(notes),))]


def read(datastore: PostgresDatastore, person: str) -> dict[str, Any]:
    """A person's data; ``{"name": "erased person"}`` once their key is destroyed."""
    return read_all(datastore, [person])[person]


def read_all(datastore: PostgresDatastore, persons: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The data of several persons by their ids; of one never kept, the id as their name."""
    wanted = list(dict.fromkeys(persons))
    with datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT p.person, p.sealed, k.key FROM persons p"
            " LEFT JOIN person_keys k USING (person) WHERE p.person = ANY(%s)",
            (wanted,),
        ).fetchall()
    kept = {row["person"]: _opened(row["person"], row["sealed"], row["key"]) for row in rows}
    return {person: kept.get(person, {"name": person}) for person in wanted}


def named(person: Mapping[str, Any]) -> dict[str, Any]:
    """Their name alone, for those who need not reach them."""
    return {"name": person["name"]}


def _opened(person: str, sealed: bytes, key: bytes | None) -> dict[str, Any]:
    if key is None:
        return {"name": ERASED}
    sealed = bytes(sealed)
    opened = AESGCM(bytes(key)).decrypt(sealed[:12], sealed[12:], person.encode())
    found: dict[str, Any] = json.loads(opened)
    return found
