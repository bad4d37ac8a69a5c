"""Sending, again and again, beside the follower."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import PersistenceError

from domain.kernel import Refused
from service.installation import Installation
from service.notices.mailers import Mailer, mailer_of
from service.notices.sending import send_due

log = logging.getLogger("casework.notices")

EVERY_SECONDS = 60.0
"""How often it is looked whether anybody is to be told: at once means within so long."""


@contextmanager
def keep_sending(installation: Installation, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Send meanwhile what is due, in a thread of its own; nothing where there is no way to send."""
    mailer = mailer_of(installation.settings)
    if mailer is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(installation, mailer, stop, every), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _run(installation: Installation, mailer: Mailer, stop: threading.Event, every: float) -> None:
    while not stop.is_set():
        try:
            send_due(installation, mailer)
        except (psycopg.Error, PersistenceError, Refused) as missed:
            log.warning("notices were not sent and are tried again: %s", missed)
        stop.wait(every)
