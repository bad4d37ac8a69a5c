"""How an email leaves: by GOV.UK Notify where its key is set, otherwise by a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from domain.kernel import Refused
from service.settings import Settings

_SECONDS = 15


class NotSent(Exception):
    """It could not be sent now: it is tried again."""


class CannotDeliver(Exception):
    """It will never be delivered as it is: the address, or what is said, was refused."""


class Message(NamedTuple):
    """An email: a count, kinds and a link; no names, no sums."""

    to: str
    reference: str
    """The same whenever it is sent again."""
    total: int
    lines: tuple[str, ...]
    """How much of each kind, as ``Decisions to take: 2``."""
    link: str

    @property
    def subject(self) -> str:
        things = "1 new thing waits" if self.total == 1 else f"{self.total} new things wait"
        return f"Casework: {things} for you"


class Mailer(Protocol):
    """Sends an email."""

    def send(self, message: Message, *, again: bool) -> None:
        """Send it. ``again``: an earlier try was cut off, so that it may have been sent.

        Raises NotSent or CannotDeliver.
        """


class NotifyMailer:
    """By GOV.UK Notify, in its service's template, which has ((total)), ((lines)) and ((link)).

    Notify takes a reference twice, so what may have been sent is looked up by its reference first.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @contextmanager
    def _client(self) -> Iterator[NotificationsAPIClient]:
        key, url = self.settings.notify_api_key, self.settings.notify_url
        client = NotificationsAPIClient(key, base_url=url, timeout=_SECONDS)
        with client.request_session:
            yield client

    def send(self, message: Message, *, again: bool) -> None:
        """Send it; of one that may have been sent, only if Notify does not know its reference."""
        try:
            with self._client() as client:
                if again and client.get_all_notifications(reference=message.reference).get(
                    "notifications"
                ):
                    return
                client.send_email_notification(
                    email_address=message.to,
                    template_id=self.settings.notify_template_id,
                    personalisation={
                        "total": str(message.total),
                        "lines": list(message.lines),
                        "link": message.link,
                    },
                    reference=message.reference,
                )
        except APIError as error:
            said = f"GOV.UK Notify: {error.status_code} {error.message}"
            address = error.status_code == 400 and "email_address" in str(error.message)
            raise (CannotDeliver if address else NotSent)(said) from error


class SmtpMailer:
    """By a mail server. What may have been sent is sent again under the same Message-ID, by which
    mail programs show it once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        s, verified = self.settings, ssl.create_default_context()
        if s.smtp_tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                s.smtp_host, s.smtp_port, timeout=_SECONDS, context=verified
            )
        else:
            server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=_SECONDS)
        with server:
            if s.smtp_tls == "starttls":
                server.starttls(context=verified)
            if s.smtp_user:
                server.login(s.smtp_user, s.smtp_password)
            yield server

    def send(self, message: Message, *, again: bool) -> None:
        """Send it as plain text."""
        try:
            with self._server() as server:
                server.send_message(self._written(message))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = {code for code, _ in refused.recipients.values()}
            said = f"the mail server refused the address ({', '.join(map(str, sorted(codes)))})"
            raise (CannotDeliver if min(codes) >= 500 else NotSent)(said) from refused
        except ValueError as error:
            raise CannotDeliver(f"the address can't be written to: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(f"the mail server: {error}") from error

    def _written(self, message: Message) -> EmailMessage:
        written = EmailMessage()
        written["From"], written["To"] = self.settings.mail_from, message.to
        written["Subject"] = message.subject
        host = urlsplit(self.settings.base_url).hostname or "casework.invalid"
        written["Message-ID"] = f"<{message.reference}@{host}>"
        written["Auto-Submitted"] = "auto-generated"
        written.set_content("\n".join((*message.lines, "", f"Look at {message.link}", "")))
        return written


def mailer_of(settings: Settings) -> Mailer | None:
    """What these settings send by; None where there is an inbox only.

    Raises Refused ``mail-settings`` where something is missing.
    """
    if settings.notify_api_key:
        if not settings.notify_template_id:
            raise Refused("mail-settings", "Set CASEWORK_NOTIFY_TEMPLATE_ID with the key.")
        return NotifyMailer(settings)
    if settings.smtp_host:
        if not settings.mail_from:
            raise Refused("mail-settings", "Set CASEWORK_MAIL_FROM with the mail server.")
        return SmtpMailer(settings)
    return None
