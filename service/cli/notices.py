"""``casework notify``: email that says that something is new."""

import click

from domain.kernel import Refused
from service.cli.context import as_json, installed, show
from service.notices import mailer_of, send_due


@click.group()
def notify() -> None:
    """Tell people by email that something is new to them."""


@notify.command()
@as_json
def send(as_json: bool) -> None:
    """Send what is due now: safe to run at any time, twice, or beside the service.

    \b
    Example:
      casework notify send --json
    """
    with installed() as installation:
        mailer = mailer_of(installation.settings)
        if mailer is None:
            raise Refused(
                "mail-settings",
                "There is nothing to send by: set CASEWORK_NOTIFY_API_KEY or CASEWORK_SMTP_HOST."
                " Until then people have their inbox only.",
            )
        installation.follower.catch_up_unless_led()
        show(send_due(installation, mailer), as_json)
