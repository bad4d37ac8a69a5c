"""``casework reporting``: the schema that analysts read in SQL, and their logins."""

import re

import click

from service.access_log import log_access
from service.cli.context import as_json, as_user, desk_for, fail, installed, show
from service.desk import forbidden
from service.installation import Installation
from service.reporting.logins import (
    AdministratorNeeded,
    for_administrator,
    grant_login,
    reporting_standing,
    revoke_login,
)


@click.group()
def reporting() -> None:
    """The record in SQL for analysts: the schema and their logins."""


@reporting.command("status")
@as_json
def status(as_json: bool) -> None:
    """Whether the schema is there and current, and who may read it.

    \b
    Example:
      casework reporting status
    """
    with installed() as installation:
        installation.follower.catch_up_unless_led()
        stands, logins = reporting_standing(installation.url)
        show({"schema": stands.said, "group": stands.group, "logins": logins}, as_json)
        if stands.said != "current":
            click.echo(
                f"\nAn administrator may have to run:\n\n{for_administrator(installation.url)}"
            )
            fail("the schema reporting is not as it should be")


_name = click.argument("name")


@reporting.command("grant-login")
@_name
@as_user
@as_json
def grant_login_(name: str, acting: str | None, as_json: bool) -> None:
    """Make an analyst's login, and print its connection string this once.

    NAME is a new role of the database. It reads the schema reporting and nothing else. Whoever
    acts may manage users; that they gave it is in the access log.

    \b
    Example:
      casework reporting grant-login dfe_okafor --as administrator
    """
    with installed() as installation:
        _may(installation, acting)
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name):
            fail("NAME is lower-case letters, digits and underscores, like dfe_okafor")
        installation.follower.catch_up_unless_led()
        try:
            login = grant_login(installation.url, name)
        except AdministratorNeeded as needed:
            click.echo(needed.sql)
            raise
        _on_record(installation, acting, "grant-login", name)
        show({"login": name, "connection": login.address}, as_json)


@reporting.command("revoke-login")
@_name
@as_user
def revoke_login_(name: str, acting: str | None) -> None:
    """End an analyst's login and its sessions.

    \b
    Example:
      casework reporting revoke-login dfe_okafor --as administrator
    """
    with installed() as installation:
        _may(installation, acting)
        try:
            revoke_login(installation.url, name)
        except AdministratorNeeded as needed:
            click.echo(needed.sql)
            raise
        _on_record(installation, acting, "revoke-login", name)
        click.echo(f"{name} can't sign in any more.")


def _may(installation: Installation, acting: str | None) -> None:
    if not desk_for(installation, acting).user.holding("user.manage", installation.today()):
        raise forbidden("user.manage")


def _on_record(installation: Installation, acting: str | None, did: str, login: str) -> None:
    store = installation.store
    with store.datastore.get_connection() as connection, connection.transaction():
        log_access(connection, acting or "", "cli", did, login, store.head())
