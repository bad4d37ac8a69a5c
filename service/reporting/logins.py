"""An analyst's login: it reads the schema, reads nothing else, and can't write."""

import secrets
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlencode

import psycopg
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Composed, Identifier, Literal

from domain.kernel import Refused
from service.reporting.schema import Standing, grants, group, make_group, standing

SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "search_path": "reporting",
    "timezone": "UTC",
}
"""What every session of an analyst begins with: what they read holds nothing up for long."""

_CONNECTIONS = 10


class Login(NamedTuple):
    """A login that was made: its password is told this once."""

    name: str
    password: str
    address: str
    """The connection string with the password in it."""


class AdministratorNeeded(Refused):
    """The service's own database user may not do it: here is what somebody runs who may."""

    def __init__(self, sql: str) -> None:
        super().__init__(
            "administrator-needed",
            "The service's database user may not make roles. Nothing was changed: have an"
            " administrator of the database run the SQL above.",
        )
        self.sql = sql


def reporting_standing(url: str) -> tuple[Standing, list[str]]:
    """How the schema stands, and the logins that read it."""
    with _cursor(url) as connection, connection.cursor() as cursor:
        stands = standing(cursor)
        return stands, _logins(cursor, stands.group)


def for_administrator(url: str, name: str | None = None) -> str:
    """What an administrator runs in psql, on this database, for the group and for a login."""
    with _cursor(url) as connection, connection.cursor() as cursor:
        return _script(cursor, name)


def grant_login(url: str, name: str) -> Login:
    """Make a login that reads the schema and nothing else.

    Raises Refused: ``login-exists`` for a role that is there, ``schema-missing`` while the schema
    is not made yet, ``administrator-needed`` with the SQL where the service's user may not.
    """
    password = secrets.token_urlsafe(24)
    try:
        with _cursor(url) as connection, connection.cursor() as cursor:
            stands = standing(cursor)
            if not stands.there:
                raise Refused(
                    "schema-missing",
                    "The schema reporting is not there yet: it is made when the views have caught"
                    " up (casework projections status).",
                )
            if cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", [name]).fetchone():
                raise Refused("login-exists", f"There is a role {name} already: choose another.")
            make_group(cursor)
            sealed = connection.pgconn.encrypt_password(
                password.encode(), name.encode(), b"scram-sha-256"
            ).decode()
            for statement in (*grants(stands.group), *_login(cursor, name, sealed)):
                cursor.execute(statement)
    except (InsufficientPrivilege, psycopg.errors.UndefinedObject) as denied:
        raise AdministratorNeeded(for_administrator(url, name)) from denied
    return Login(name, password, _address(url, name, password))


def revoke_login(url: str, name: str) -> None:
    """End an analyst's login and its sessions. Raises Refused ``no-login`` for what is none."""
    try:
        with _cursor(url) as connection, connection.cursor() as cursor:
            if name not in _logins(cursor, group(cursor)):
                raise Refused("no-login", f"{name} is not a login of an analyst.")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [name]
            )
            cursor.execute(SQL("DROP ROLE {}").format(Identifier(name)))
    except InsufficientPrivilege as denied:
        sql = SQL("DROP ROLE {};").format(Identifier(name)).as_string(None)
        raise AdministratorNeeded(sql) from denied


def _cursor(url: str) -> psycopg.Connection[DictRow]:
    return psycopg.connect(url, row_factory=dict_row)


def _logins(cursor: Cursor[DictRow], group: str) -> list[str]:
    rows = cursor.execute(
        "SELECT m.rolname FROM pg_auth_members AS a JOIN pg_roles AS g ON g.oid = a.roleid"
        " JOIN pg_roles AS m ON m.oid = a.member"
        " WHERE g.rolname = %s AND m.rolcanlogin AND m.rolname <> current_user ORDER BY 1",
        [group],
    )
    return [row["rolname"] for row in rows]


def _login(cursor: Cursor[DictRow], name: str, sealed: str | None) -> Iterator[Composed]:
    """What makes a login, its password as the server keeps it; without, it is set by hand."""
    role, readers = Identifier(name), Identifier(group(cursor))
    database = Identifier(cursor.connection.info.dbname)
    yield SQL(
        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
        " CONNECTION LIMIT {} PASSWORD {}"
    ).format(role, SQL(str(_CONNECTIONS)), Literal(sealed))
    for setting, value in SETTINGS.items():
        yield SQL("ALTER ROLE {} SET {} = {}").format(role, Identifier(setting), Literal(value))
    yield SQL("GRANT {} TO {}").format(readers, role)
    yield SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, readers)
    # Whoever may connect may make temporary tables, unless it is taken from everybody.
    yield SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database)


def _script(cursor: Cursor[DictRow], name: str | None) -> str:
    stands = standing(cursor)
    told: list[Composed] = []
    if not cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = %s", [stands.group]
    ).fetchone():
        told.append(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(stands.group)))
    if not stands.there:
        told.append(
            SQL("CREATE SCHEMA reporting AUTHORIZATION {}").format(
                Identifier(cursor.connection.info.user)
            )
        )
    else:
        told += grants(stands.group)
    told += _login(cursor, name, None) if name else ()
    lines = [f"{statement.as_string(None)};" for statement in told]
    return "\n".join(lines + ([f"\\password {name}"] if name else []))


def _address(url: str, name: str, password: str) -> str:
    """The service's own address with another user."""
    info = {k: str(v) for k, v in conninfo_to_dict(url).items() if v is not None}
    host, port = info.pop("host", ""), info.pop("port", "")
    database = quote(info.pop("dbname", ""))
    who = f"{quote(name)}:{quote(password, safe='')}"
    for private in ("user", "password", "options", "passfile", "sslkey", "sslcert"):
        info.pop(private, None)
    if host.startswith("/"):
        info["host"], host = host, ""
        if port:
            info["port"], port = port, ""
    place = f"{host}:{port}" if port else host
    more = f"?{urlencode(info)}" if info else ""
    return f"postgresql://{who}@{place}/{database}{more}"
