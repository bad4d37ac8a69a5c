"""Who is told by email that something is new: safe to run twice, and by several processes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg

from domain.access import User
from domain.kernel import LONDON, Frozen
from domain.watching import Notices, Since, WatchList
from service.desk import Reader
from service.identity import Person, accounts_of
from service.inbox import inbox_of
from service.installation import Installation
from service.notices.mailers import CannotDeliver, Mailer, Message, NotSent
from service.read_marks import read_mark
from service.sent_notices import Notice, begin, complete, last_notice, unfinished

log = logging.getLogger("casework.notices")

DAILY_FROM = 7
"""The hour in London from which a day's notice is sent."""
_SENDER_LOCK = 5_710_011


class Run(Frozen):
    """What one run did."""

    sent: int = 0
    repeated: int = 0
    """Of those, begun by an earlier run that was cut off."""
    failed: int = 0
    """To be tried again."""
    undeliverable: int = 0
    without_address: int = 0
    """People who asked to be told and have no email address on their account."""


def send_due(installation: Installation, mailer: Mailer, now: datetime | None = None) -> Run:
    """Tell everybody who is to be told now; nothing while another process does so.

    What an earlier run began and did not complete comes first, under its own reference. A notice
    is on record before it is sent, so that none is forgotten, and completed afterwards: what is
    cut off in between is sent at least once.
    """
    with _alone(installation) as won:
        if not won:
            return Run()
        run = Run()
        for notice in unfinished(installation.store.datastore):
            run = _sent(installation, mailer, notice, run, again=True)
        for watching in _wanting(installation):
            due = _due(installation, watching, now or datetime.now(UTC))
            if due and _address(installation, due.user.user) is None:
                run = run.but(without_address=run.without_address + 1)
            elif due and (begun := _begun(installation, due, watching)):
                run = _sent(installation, mailer, begun, run, again=False)
        return run


@contextmanager
def _alone(installation: Installation) -> Iterator[bool]:
    """Whether no other process is sending: for as long as this one does."""
    with psycopg.connect(installation.url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_SENDER_LOCK,)).fetchone()
        yield bool(row and row[0])


def _wanting(installation: Installation) -> list[WatchList]:
    """The lists of those who chose to be told."""
    streams = installation.store.streams("WATCH-")
    empties = [WatchList(user=stream.removeprefix("WATCH-")) for stream in streams]
    found = installation.store.load_many(empties) if empties else []
    return [watching for watching in found if watching.notices is not Notices.NONE]


def _due(installation: Installation, watching: WatchList, now: datetime) -> Reader | None:
    """The look of somebody who is to be told now if there is anything new."""
    user = installation.store.load(User(user=watching.user))
    last = last_notice(installation.store.datastore, watching.user)
    here = now.astimezone(LONDON)
    told_today = last and last.made_at.astimezone(LONDON).date() >= here.date()
    waits = watching.notices is Notices.DAILY and (told_today or here.hour < DAILY_FROM)
    if waits or not user.active:
        return None
    reading = Reader(installation, Person(user=user, channel="notices"))
    reading.needs = "council.read"
    return reading if reading.sees(reading.needs) else None


def _begun(installation: Installation, reading: Reader, watching: WatchList) -> Notice | None:
    """What is new to them since they chose to be told, have read, or were told last, on record."""
    datastore, user = installation.store.datastore, watching.user
    mark, last = read_mark(datastore, user), last_notice(datastore, user)
    moments: list[tuple[int, date]] = [
        (since.position, since.on) for since in (watching.notices_since, mark) if since
    ]
    if last:
        moments.append((last.position, last.on_day))
    position, on = max(moments)
    inbox = inbox_of(reading, Since(position=position, on=on))
    if not inbox.counts:
        return None
    return begin(datastore, user, inbox.position, inbox.on, inbox.counts)


def _address(installation: Installation, user: str) -> str | None:
    """Where an active user is written to."""
    account = accounts_of(installation).account(user)
    active = installation.store.load(User(user=user)).active
    return account.email if account and active else None


def _sent(
    installation: Installation, mailer: Mailer, notice: Notice, run: Run, *, again: bool
) -> Run:
    """Send what is on record, and complete it."""
    datastore, to = installation.store.datastore, _address(installation, notice.user)
    if to is None:
        complete(datastore, notice.reference, "not a user any more, or without an address")
        return run.but(without_address=run.without_address + 1)
    message = Message(
        to=to,
        reference=notice.reference,
        total=sum(notice.counts.values()),
        lines=tuple(f"{title}: {count}" for title, count in notice.counts.items()),
        link=f"{installation.settings.base_url.rstrip('/')}/inbox",
    )
    try:
        mailer.send(message, again=again)
    except NotSent as reason:
        log.warning("notice %s was not sent and is tried again: %s", notice.reference, reason)
        return run.but(failed=run.failed + 1)
    except CannotDeliver as reason:
        log.error("notice %s can't be delivered: %s", notice.reference, reason)
        complete(datastore, notice.reference, str(reason))
        return run.but(undeliverable=run.undeliverable + 1)
    complete(datastore, notice.reference)
    return run.but(sent=run.sent + 1, repeated=run.repeated + again)
