"""Email that something is new: by a real mail server, and by HTTP as GOV.UK Notify speaks it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from domain.kernel import Refused
from service.identity import accounts_of
from service.notices import Run, keep_sending, mailer_of, send_due
from service.notices.mailers import Mailer
from service.settings import Settings
from tests.conftest import Service, own_settings
from tests.journeys.steps import adopt_first_policy, done, open_case, record_inadequate
from tests.journeys.steps import register_councils as register

SERVICE, SECRET = str(uuid4()), str(uuid4())
KEY, TEMPLATE = f"casework-{SERVICE}-{SECRET}", str(uuid4())
ADDRESS = "approver@board.example"


class Post:
    """A mail server's handler: keeps what comes, refuses one address for good."""

    def __init__(self) -> None:
        self.mail: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mail.append(found)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def post() -> Iterator[tuple[Post, Settings]]:
    """A mail server, and settings to send by it."""
    handler, port = Post(), free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings = own_settings(
        base_url="https://casework.example",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls="none",
        mail_from="casework@board.example",
    )
    yield handler, settings
    server.stop()


class Notify(ThreadingHTTPServer):
    """What GOV.UK Notify answers over HTTP to sending and to looking up a reference."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.looked_up: list[str] = []
        self.away = False
        self.victim: subprocess.Popen[bytes] | None = None
        """Killed once what it sends is accepted, before it is told so."""
        super().__init__(("127.0.0.1", 0), NotifyRequest)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class NotifyRequest(BaseHTTPRequestHandler):
    server: Notify

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def _refused(self, status: int, error: str) -> None:
        self._answer(
            status, {"status_code": status, "errors": [{"error": error, "message": error}]}
        )

    def _authorised(self) -> bool:
        token = self.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        return bool(claims["iss"] == SERVICE)

    def do_GET(self) -> None:
        assert self._authorised()
        (reference,) = parse_qs(urlsplit(self.path).query)["reference"]
        self.server.looked_up.append(reference)
        known = [sent for sent in self.server.sent if sent["reference"] == reference]
        self._answer(200, {"notifications": known, "links": {}})

    def do_POST(self) -> None:
        assert self._authorised()
        assert self.path == "/v2/notifications/email"
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.away:
            self._refused(503, "ServiceUnavailable")
        elif sent["email_address"].startswith("nobody@"):
            self._refused(400, "email_address Not a valid email address")
        else:
            self.server.sent.append(sent)
            if self.server.victim:
                self.server.victim.kill()
                return
            self._answer(201, {"id": str(uuid4()), "reference": sent["reference"]})


@pytest.fixture
def notify() -> Iterator[Notify]:
    server = Notify()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def by_notify(notify: Notify) -> Settings:
    return own_settings(
        base_url="https://casework.example",
        notify_api_key=KEY,
        notify_template_id=TEMPLATE,
        notify_url=notify.url,
    )


@pytest.fixture(scope="module")
def case(service: Service) -> str:
    """A triaged case, and an approver who wants to be told at once."""
    register(service)
    adopt_first_policy(service)
    record_inadequate(service, "330")
    choose(service, "at once")
    return open_case(service)


def choose(service: Service, how: str, user: str = "approver", email: str = ADDRESS) -> None:
    accounts_of(service.installation).keep(user, "Somebody", email=email, demo=True)
    done(service.client(user).post("/api/v1/me/notices", json={"how": how}))


def propose(service: Service, case: str) -> int:
    """Something that waits for an approver, seen by the views."""
    body = {
        "title": "A confidential adviser",
        "options": ["None"],
        "evidence": "Inspection",
        "recommendation": "An adviser",
        "cost": "12345.00",
    }
    officer = service.client("case-officer")
    position = done(officer.post(f"/api/v1/cases/{case}/decisions", json=body))["position"]
    officer.get("/api/v1/decisions", params={"after": position}).raise_for_status()
    return int(position)


@contextmanager
def settings_of(service: Service, settings: Settings) -> Iterator[Mailer]:
    """The service with these settings to send by."""
    before, service.installation.settings = service.installation.settings, settings
    mailer = mailer_of(settings)
    assert mailer
    yield mailer
    service.installation.settings = before


def test_a_mail_says_how_much_is_new_and_nothing_of_what(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    handler, settings = post
    with settings_of(service, settings) as mailer:
        send_due(service.installation, mailer)
        handler.mail.clear()
        propose(service, case)
        assert send_due(service.installation, mailer) == Run(sent=1)
        assert send_due(service.installation, mailer) == Run()
    (mail,) = handler.mail
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == "Casework: 1 new thing waits for you"
    body = mail.get_content()
    assert body.split("\n")[0].strip() == "Decisions to take: 1"
    assert "https://casework.example/inbox" in body
    for secret in (case, "Birmingham", "330", "12,345", "12345", "confidential", "case-officer"):
        assert secret not in mail.as_string()


def test_what_may_have_been_sent_is_sent_again_under_the_same_id(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    """As a process leaves it that ends between the mail server's answer and the record of it."""
    handler, settings = post
    propose(service, case)
    with settings_of(service, settings) as mailer:
        assert send_due(service.installation, mailer) == Run(sent=1)
        with service.installation.store.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "UPDATE sent_notices SET sent_at = NULL WHERE made_at ="
                " (SELECT max(made_at) FROM sent_notices)"
            )
        assert send_due(service.installation, mailer) == Run(sent=1, repeated=1)
    first, again = handler.mail
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_content() == again.get_content()


def test_a_mail_server_that_is_away_is_tried_again(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    handler, settings = post
    propose(service, case)
    nowhere = mailer_of(settings.model_copy(update={"smtp_port": free_port()}))
    assert nowhere
    with settings_of(service, settings) as mailer:
        assert send_due(service.installation, nowhere) == Run(failed=1)
        assert handler.mail == []
        assert send_due(service.installation, mailer) == Run(sent=1, repeated=1)
    assert len(handler.mail) == 1


def test_an_address_that_is_refused_is_not_tried_for_ever(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    _, settings = post
    choose(service, "at once", "approver-2", "nobody@board.example")
    choose(service, "none")
    propose(service, case)
    with settings_of(service, settings) as mailer:
        assert send_due(service.installation, mailer) == Run(undeliverable=1)
        assert send_due(service.installation, mailer) == Run()
        accounts_of(service.installation).keep("approver-2", "Somebody", demo=True)
        propose(service, case)
        assert send_due(service.installation, mailer) == Run(without_address=1)
    choose(service, "none", "approver-2")


def test_a_day_s_notice_comes_once_a_day_in_the_morning(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    handler, settings = post
    choose(service, "daily")
    propose(service, case)
    tomorrow = datetime.now(UTC).replace(minute=0) + timedelta(days=1)
    with settings_of(service, settings) as mailer:
        night, morning = tomorrow.replace(hour=3), tomorrow.replace(hour=9)
        assert send_due(service.installation, mailer, night) == Run()
        assert send_due(service.installation, mailer, morning) == Run(sent=1)
        # What is recorded here is recorded today: the next day begins the day after.
        propose(service, case)
        assert send_due(service.installation, mailer, datetime.now(UTC).replace(hour=22)) == Run()
        assert send_due(service.installation, mailer, morning) == Run(sent=1)
    assert len(handler.mail) == 2
    choose(service, "at once")


def test_two_that_send_at_once_send_once(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    handler, settings = post
    propose(service, case)
    with settings_of(service, settings) as mailer:
        runs: list[Run] = []
        threads = [
            threading.Thread(target=lambda: runs.append(send_due(service.installation, mailer)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sum(run.sent for run in runs) == len(handler.mail) == 1


def test_the_running_service_sends_by_itself(
    service: Service, case: str, post: tuple[Post, Settings]
) -> None:
    handler, settings = post
    propose(service, case)
    with settings_of(service, settings), keep_sending(service.installation, every=0.1):
        deadline = time.monotonic() + 20
        while not handler.mail and time.monotonic() < deadline:
            time.sleep(0.02)
    assert [mail["To"] for mail in handler.mail] == [ADDRESS]


# --- GOV.UK Notify ----------------------------------------------------------------------------


def test_notify_is_sent_the_count_the_kinds_and_the_link(
    service: Service, case: str, notify: Notify
) -> None:
    propose(service, case)
    with settings_of(service, by_notify(notify)) as mailer:
        assert send_due(service.installation, mailer) == Run(sent=1)
    (sent,) = notify.sent
    assert sent["email_address"] == ADDRESS
    assert sent["template_id"] == TEMPLATE
    assert sent["personalisation"] == {
        "total": "1",
        "lines": ["Decisions to take: 1"],
        "link": "https://casework.example/inbox",
    }
    assert notify.looked_up == []


def test_killed_while_notify_answers_it_is_not_sent_twice(
    service: Service, case: str, notify: Notify
) -> None:
    propose(service, case)
    settings = by_notify(notify)
    environment = os.environ | {
        "CASEWORK_ENV": "test",
        "CASEWORK_DATABASE_URL": service.installation.url,
        "CASEWORK_BASE_URL": settings.base_url,
        "CASEWORK_NOTIFY_API_KEY": KEY,
        "CASEWORK_NOTIFY_TEMPLATE_ID": TEMPLATE,
        "CASEWORK_NOTIFY_URL": notify.url,
    }
    command = [sys.executable, "-m", "service.cli", "notify", "send", "--json"]
    with subprocess.Popen(command, env=environment) as killed:
        notify.victim = killed
        assert killed.wait(120) == -signal.SIGKILL
    notify.victim = None
    assert len(notify.sent) == 1
    with settings_of(service, settings) as mailer:
        assert send_due(service.installation, mailer) == Run(sent=1, repeated=1)
    assert len(notify.sent) == 1
    assert notify.looked_up == [notify.sent[0]["reference"]]


def test_what_notify_can_not_take_now_is_tried_again_and_a_wrong_address_is_not(
    service: Service, case: str, notify: Notify
) -> None:
    propose(service, case)
    with settings_of(service, by_notify(notify)) as mailer:
        notify.away = True
        assert send_due(service.installation, mailer) == Run(failed=1)
        notify.away = False
        assert send_due(service.installation, mailer) == Run(sent=1, repeated=1)
        accounts_of(service.installation).keep("approver", "x", "nobody@board.example", demo=True)
        propose(service, case)
        assert send_due(service.installation, mailer) == Run(undeliverable=1)
    assert len(notify.sent) == 1


def test_half_a_setting_is_refused() -> None:
    assert mailer_of(own_settings()) is None
    for half in ({"notify_api_key": KEY}, {"smtp_host": "mail.example"}):
        with pytest.raises(Refused, match="CASEWORK_"):
            mailer_of(own_settings(**half))


def test_production_refuses_a_mail_server_without_tls() -> None:
    settings = own_settings(smtp_host="mail.example", smtp_tls="none")
    with pytest.raises(Refused, match="CASEWORK_SMTP_TLS"):
        settings.model_copy(update={"env": "production"}).refuse_unsafe([])
