"""Who is there: accounts with passwords, server-side sessions, tokens for machines.

Names, email addresses and credentials are kept beside the log, never in it. Passwords are
kept as argon2id hashes; session and API tokens as SHA-256, so that the database alone lets
nobody in.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventsourcing.postgres import PostgresDatastore
from fastapi import Depends, Request

from domain.access import User
from domain.kernel import Frozen, Refused
from service.drafts import FILES as DRAFT_FILES
from service.drafts import TABLE as DRAFTS
from service.installation import Installation, TheInstallation

SESSION_COOKIE = "casework_session"
SESSION_LENGTH = timedelta(hours=12)
REMEMBERED = timedelta(days=7)
"""How long after its end a session is known, so that a form sent too late finds its person."""
FAILURES_ALLOWED, LOCKED_FOR = 10, timedelta(minutes=15)

TABLES = (
    """CREATE TABLE IF NOT EXISTS accounts (
        "user" text PRIMARY KEY, name text NOT NULL, email text, password_hash text,
        demo boolean NOT NULL DEFAULT false, failures int NOT NULL DEFAULT 0,
        locked_until timestamptz)""",
    """CREATE TABLE IF NOT EXISTS sessions (
        token_sha256 text PRIMARY KEY, "user" text NOT NULL, csrf text NOT NULL,
        expires timestamptz NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS api_tokens (
        token_sha256 text PRIMARY KEY, "user" text NOT NULL, label text NOT NULL,
        made timestamptz NOT NULL DEFAULT now(), revoked timestamptz)""",
    # What people typed into forms that they have not sent yet (see service/drafts.py).
    DRAFTS,
    DRAFT_FILES,
)


class NotSignedIn(Exception):
    """Nobody is signed in, or the session has ended."""


class Account(Frozen):
    """A person's account beside the log."""

    user: str
    name: str
    email: str | None = None
    demo: bool = False


class Session(Frozen):
    """A signed-in browser."""

    token: str
    user: str
    csrf: str


class Accounts:
    """Accounts, sessions and tokens in their tables."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        self.datastore = datastore
        self.hasher = PasswordHasher()
        # Verified when there is no such account, so that the answer takes as long.
        self.nobody = self.hasher.hash(secrets.token_hex())
        with datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(5710004)")
            for sql in TABLES:
                cursor.execute(sql)

    def keep(
        self,
        user: str,
        name: str,
        email: str | None = None,
        password: str | None = None,
        demo: bool = False,
    ) -> None:
        """Keep a person's name and address, and their password where one is given."""
        hashed = self.hasher.hash(password) if password else None
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                'INSERT INTO accounts ("user", name, email, password_hash, demo)'
                " VALUES (%s, %s, %s, %s, %s)"
                ' ON CONFLICT ("user") DO UPDATE SET name = EXCLUDED.name,'
                " email = EXCLUDED.email, demo = EXCLUDED.demo,"
                " password_hash = coalesce(EXCLUDED.password_hash, accounts.password_hash)",
                (user, name, email, hashed, demo),
            )

    def account(self, user: str) -> Account | None:
        """A person's account, if there is one."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                'SELECT "user", name, email, demo FROM accounts WHERE "user" = %s', (user,)
            ).fetchone()
        return Account(**row) if row else None

    def has_password(self, user: str) -> bool:
        """Whether a person can sign in with a password."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                'SELECT FROM accounts WHERE "user" = %s AND password_hash IS NOT NULL', (user,)
            ).fetchone()
        return row is not None

    def names(self) -> dict[str, str]:
        """Every account's name by user."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute('SELECT "user", name FROM accounts').fetchall()
        return {row["user"]: row["name"] for row in rows}

    def demo_users(self) -> list[str]:
        """The demonstration's sign-ins, which production refuses to start with."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                'SELECT "user" FROM accounts WHERE demo ORDER BY "user"'
            ).fetchall()
        return [row["user"] for row in rows]

    # --- Passwords and sessions --------------------------------------------------------------

    def sign_in(self, user: str, password: str) -> Session | None:
        """A session if the password is right and the account not locked, otherwise None."""
        now = datetime.now(UTC)
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                'SELECT password_hash, locked_until FROM accounts WHERE "user" = %s', (user,)
            ).fetchone()
        locked = bool(row and row["locked_until"] and row["locked_until"] > now)
        right = self._verify((row and row["password_hash"]) or self.nobody, password)
        if not row or locked or not right:
            if row and not locked:
                self._count_failure(user, now)
            return None
        session = Session(
            token=secrets.token_urlsafe(32), user=user, csrf=secrets.token_urlsafe(32)
        )
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                'UPDATE accounts SET failures = 0, locked_until = NULL WHERE "user" = %s', (user,)
            )
            cursor.execute("DELETE FROM sessions WHERE expires < %s", (now - REMEMBERED,))
            cursor.execute(
                "INSERT INTO sessions VALUES (%s, %s, %s, %s)",
                (_sha256(session.token), user, session.csrf, now + SESSION_LENGTH),
            )
        return session

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self.hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _count_failure(self, user: str, now: datetime) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "UPDATE accounts SET failures = (failures + 1) %% %s, locked_until ="
                ' CASE WHEN failures + 1 >= %s THEN %s ELSE locked_until END WHERE "user" = %s',
                (FAILURES_ALLOWED, FAILURES_ALLOWED, now + LOCKED_FOR, user),
            )

    def session(self, token: str) -> Session | None:
        """The session of a cookie, if it has not ended."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                'SELECT "user", csrf FROM sessions WHERE token_sha256 = %s AND expires > now()',
                (_sha256(token),),
                prepare=True,
            ).fetchone()
        return Session(token=token, **row) if row else None

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "UPDATE sessions SET expires = now() WHERE token_sha256 = %s AND expires > now()",
                (_sha256(token),),
            )

    def given_form(self, csrf: str) -> str | None:
        """The person to whose session a form with this CSRF token was given, if it is known.

        Also of a session that has ended since: whoever has the token was shown the form.
        """
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                'SELECT "user" FROM sessions WHERE csrf = %s', (csrf,)
            ).fetchone()
        return row["user"] if row else None

    # --- Tokens ------------------------------------------------------------------------------

    def issue_token(self, user: str, label: str = "") -> str:
        """A new bearer token for the API, shown this once."""
        token = f"cw_{secrets.token_urlsafe(32)}"
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                'INSERT INTO api_tokens (token_sha256, "user", label) VALUES (%s, %s, %s)',
                (_sha256(token), user, label),
            )
        return token

    def token_user(self, token: str) -> str | None:
        """Whose token this is, if it was not revoked."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                'SELECT "user" FROM api_tokens WHERE token_sha256 = %s AND revoked IS NULL',
                (_sha256(token),),
                prepare=True,
            ).fetchone()
        return row["user"] if row else None


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# --- Requests -------------------------------------------------------------------------------


class Person(Frozen):
    """Somebody at the other end of a request, with the roles they hold now."""

    user: User
    channel: str
    session: Session | None = None


def the_accounts(installation: TheInstallation) -> Accounts:
    """Accounts of this installation."""
    return accounts_of(installation)


def accounts_of(installation: Installation) -> Accounts:
    """Accounts of an installation, opened once."""
    if installation.accounts is None:
        installation.accounts = Accounts(installation.store.datastore)
    found: Accounts = installation.accounts
    return found


TheAccounts = Annotated[Accounts, Depends(the_accounts)]


def signed_in(request: Request, installation: TheInstallation, accounts: TheAccounts) -> Person:
    """Who sent the request: by bearer token, or by session cookie.

    Raises NotSignedIn for neither; Refused for a state-changing request whose CSRF token is
    not the session's.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    session = None
    if scheme.lower() == "bearer":
        name, channel = accounts.token_user(token.strip()), "api"
    else:
        cookie = request.cookies.get(SESSION_COOKIE)
        session = accounts.session(cookie) if cookie else None
        name, channel = (session.user if session else None), "web"
    if name is None:
        raise NotSignedIn
    user = installation.store.load(User(user=name))
    if not user.active:
        raise NotSignedIn
    return Person(user=user, channel=channel, session=session)


def same_origin(person: Person, sent: str | None) -> None:
    """Refuse a form or script that does not carry the session's own token (CSRF)."""
    if person.session and not hmac.compare_digest(sent or "", person.session.csrf):
        raise Refused(
            "forged-request",
            "This form is out of date: go back, load the page again and send it once more.",
        )


SignedIn = Annotated[Person, Depends(signed_in)]
