"""casework: the service, its import, its audit trail and its keeping, from a terminal."""

import os
import signal
import threading
from pathlib import Path

import click
import uvicorn

from domain.kernel import Refused
from projections.engine import View
from projections.follower import rebuild, standings
from projections.funding import GrantRow
from projections.interventions import CasePage
from service.app import create_app, routers
from service.cli.comparing import add_comparing
from service.cli.context import as_at, as_json, as_user, desk_for, fail, installed, reader_for, show
from service.cli.executive import add_reports
from service.cli.exports import export
from service.cli.insight import insight, practice
from service.cli.lists import lists
from service.cli.notices import notify
from service.cli.proving import add_proving
from service.cli.replaying import add_replaying
from service.cli.reporting import reporting
from service.cli.returns import add_returns
from service.cli.trail import add_trail
from service.cli.twins import add_twins
from service.cli.views import add_views, view
from service.identity import accounts_of
from service.imports import import_councils, import_indicators, import_inspections
from service.notices import keep_sending, mailer_of
from service.reporting.logins import reporting_standing


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="casework")
def main() -> None:
    """The Children's Improvement Board's record of support."""


_LAST_SECONDS = 20
"""What is being answered may take so long once the service is told to stop: a stream that
follows the trail would hold it up for longer."""

# --- Serving --------------------------------------------------------------------------------


@main.command()
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that share the load.")
@click.option(
    "--with-projector/--without-projector",
    default=None,
    help="Run the projections in the same process (the default with the embedded database).",
)
def serve(port: int, host: str, workers: int, with_projector: bool | None) -> None:
    """Serve the web pages and the API.

    \b
    Example:
      casework serve --port 8000
    """
    with installed() as installation:
        settings = installation.settings
        settings.refuse_unsafe(accounts_of(installation).demo_users())
        mailer_of(settings)  # half a setting is refused before anything is served
        projecting = with_projector if with_projector is not None else not settings.database_url
        click.echo(f"Casework answers at http://{host}:{port}")
        if workers == 1:
            app = create_app(installation, with_projector=projecting)
            uvicorn.run(
                app,
                host=host,
                port=port,
                log_config=None,
                timeout_graceful_shutdown=_LAST_SECONDS,
            )
            return
        os.environ["CASEWORK_WITH_PROJECTOR"] = "1" if projecting else ""
        uvicorn.run(
            "service.worker:app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            timeout_graceful_shutdown=_LAST_SECONDS,
        )


@main.command()
def projector() -> None:
    """Run the projections; several may run, one leads, another takes over when it dies.

    \b
    Example:
      casework projector
    """
    with installed() as installation:
        stop = threading.Event()
        for told in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told, lambda *_: stop.set())
        click.echo("Following the log; Ctrl-C stops.")
        with keep_sending(installation):
            installation.follower.run(stop)


@main.command()
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed plays the same year.")
@click.option("--serve/--no-serve", "then_serve", default=True, help="Serve when it is loaded.")
def demo(port: int, seed: int, then_serve: bool) -> None:
    """Load the real register and judgements, play a year of casework, and serve it.

    \b
    Example:
      casework demo --port 8000
    """
    from service.demo.play import play_demo, sign_ins

    with installed() as installation:
        play_demo(installation, seed)
        if not then_serve:
            return
        click.echo(f"\nCasework answers at http://127.0.0.1:{port}\n\n{sign_ins()}\n")
        uvicorn.run(create_app(installation), host="127.0.0.1", port=port, log_config=None)


# --- Import ---------------------------------------------------------------------------------


@main.group("import")
def import_() -> None:
    """Load real files as they are published."""


_dry_run = click.option("--dry-run", is_flag=True, help="Show it; record nothing.")
_report = click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="Row by row, as CSV."
)
_file = click.argument("file", type=click.Path(path_type=Path), required=False)


@import_.command("councils")
@_file
@_dry_run
@_report
@as_user
@as_json
def councils_(
    file: Path | None, dry_run: bool, report: Path | None, acting: str | None, as_json: bool
) -> None:
    """Load a register of councils; without FILE, the one that the product ships.

    \b
    Example:
      casework import councils councils.csv --as case-officer
    """
    with installed() as installation:
        desk = desk_for(installation, acting)
        show(import_councils(file, desk, dry_run=dry_run, report=report), as_json)


@import_.command("inspections")
@click.argument("file", type=click.Path(path_type=Path))
@_dry_run
@_report
@as_user
@as_json
def inspections_(
    file: Path, dry_run: bool, report: Path | None, acting: str | None, as_json: bool
) -> None:
    """Load published inspection outcomes, in either of their layouts.

    \b
    Example:
      casework import inspections inspection-history.csv --dry-run --as case-officer
    """
    with installed() as installation:
        desk = desk_for(installation, acting)
        show(import_inspections(file, desk, dry_run=dry_run, report=report), as_json)


@import_.command("indicators")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "indicator_set", help="Which set; by the file's name if left out.")
@_dry_run
@_report
@as_user
@as_json
def indicators_(
    file: Path,
    indicator_set: str | None,
    dry_run: bool,
    report: Path | None,
    acting: str | None,
    as_json: bool,
) -> None:
    """Load published indicators, in the form of DfE's statistics.

    \b
    Example:
      casework import indicators indicators-children-in-need.csv --as case-officer
    """
    with installed() as installation:
        desk = desk_for(installation, acting)
        found = import_indicators(
            file, desk, indicator_set=indicator_set, dry_run=dry_run, report=report
        )
        show(found, as_json)


# --- Looking --------------------------------------------------------------------------------


def _show_command(group: str, view: type[View], example: str) -> click.Command:
    @as_at
    @as_json
    def run(ref: str, as_at: str | None, as_json: bool) -> None:
        with installed() as installation:
            show(reader_for(installation, as_at).item(view, ref), as_json)

    made = click.command(
        "show", help=f"Show where it stands.\n\n\b\nExample:\n  casework {group} show {example}"
    )(run)
    made.params.append(click.Argument(["ref"]))
    return made


@main.group()
def audit() -> None:
    """The audit trail."""


add_trail(audit)
add_proving(audit)
add_comparing(audit)
add_replaying(audit)


@main.group()
def projections() -> None:
    """The views and how far they have come."""


@projections.command("status")
@as_json
def status(as_json: bool) -> None:
    """Position, lag and state of every view; exit status 1 if one has stopped.

    \b
    Example:
      casework projections status
    """
    with installed() as installation:
        found = standings(installation.model, View.all, installation.store.head())
        show(found, as_json)
        if any(view.state == "stopped" for view in found):
            fail("a view has stopped: the error above says at which event")


@projections.command("rebuild")
@click.argument("name", required=False)
def rebuild_(name: str | None) -> None:
    """Fold one view anew, or every one, beside the live one, and switch.

    \b
    Example:
      casework projections rebuild GrantRow
    """
    chosen = [view for view in View.all if name is None or view.__name__ == name]
    if not chosen:
        fail(f"there is no view {name}: casework projections status lists them")
    with installed() as installation:
        installation.follower.catch_up_unless_led()
        for view in chosen:
            folded = rebuild(installation.model, installation.store.records, view)
            click.echo(f"{view.__name__}: {folded} events folded")


# --- Keeping --------------------------------------------------------------------------------


@main.group()
def users() -> None:
    """Users, roles and tokens."""


@users.command("token")
@click.argument("user")
@click.option("--label", default="command line", show_default=True)
def token(user: str, label: str) -> None:
    """Print a new bearer token for the API.

    \b
    Example:
      casework users token dfe-analyst --label "Power BI"
    """
    with installed() as installation:
        desk_for(installation, user)
        click.echo(accounts_of(installation).issue_token(user, label))


@users.command("password")
@click.argument("user")
@click.password_option()
def password(user: str, password: str) -> None:
    """Set a user's password.

    \b
    Example:
      casework users password case-officer
    """
    if len(password) < 12:
        fail("choose a password of at least 12 characters")
    with installed() as installation:
        accounts = accounts_of(installation)
        desk_for(installation, user)
        account = accounts.account(user)
        accounts.keep(user, account.name if account else user, password=password)


@users.command("first")
@click.argument("user")
@click.argument("name")
def first(user: str, name: str) -> None:
    """Make the first administrator of a new installation.

    \b
    Example:
      casework users first j.okafor "J Okafor"
    """
    from service.access import first_administrator

    with installed() as installation:
        show(first_administrator(installation, user, name), as_json=False)


@main.command()
@as_json
def doctor(as_json: bool) -> None:
    """Check the installation: settings, database, log and views.

    \b
    Example:
      casework doctor
    """
    with installed() as installation:
        settings = installation.settings
        server = installation.server_version()
        head = installation.store.head()
        views = standings(installation.model, View.all, head)
        stopped = [view.view for view in views if view.state == "stopped"]
        show(
            {
                "environment": settings.env,
                "database": "embedded" if not settings.database_url else "by CASEWORK_DATABASE_URL",
                "postgresql": server,
                "log position": head,
                "views": len(views),
                "stopped": stopped,
                "reporting schema": reporting_standing(installation.url)[0].said,
                "demonstration sign-ins": len(accounts_of(installation).demo_users()),
            },
            as_json,
        )
        if stopped:
            raise Refused("view-stopped", f"Views have stopped: {', '.join(stopped)}.")


case_group = click.Group("case", help="Intervention cases.")
case_group.add_command(_show_command("case", CasePage, "CASE-0001 --as-at 2026-03-31"))
grant_group = click.Group("grant", help="Grants.")
grant_group.add_command(_show_command("grant", GrantRow, "GRANT-0001"))
main.add_command(case_group)
main.add_command(grant_group)
main.add_command(export)
main.add_command(insight)
main.add_command(practice)
main.add_command(reporting)
main.add_command(notify)
main.add_command(view)
main.add_command(lists)
# Importing every area declares its commands.
areas = tuple(routers())
add_twins(main)
add_returns(main)
add_reports(main)
add_views(view)
