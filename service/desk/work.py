"""A Desk: one person at work on one command."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Depends, Form, Header
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_jsonable_python
from starlette.datastructures import UploadFile

from domain.access import AttemptRefused, Attempts, Target, User, may
from domain.kernel import (
    LONDON,
    Actor,
    Aggregate,
    Command,
    Dated,
    Decided,
    Event,
    Frozen,
    Record,
    Refused,
)
from domain.sentences import sentence_of
from service.desk.refusals import forbidden, status_of
from service.identity import Session, SignedIn, same_origin
from service.installation import Installation, TheInstallation
from service.store import Alongside, Conflict, Kept

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")
Told = Callable[[int, int], None]
"""Takes how much is done, of how much; raises to stop."""


def untold(done: int, total: int) -> None:
    """Where nobody wants to know."""


_ATTEMPTS = 12


class Receipt(Frozen):
    """What a command is answered: where to read what it did, and what else it has to say."""

    model_config = ConfigDict(extra="allow")

    reference: str
    """The stream of the first event: CASE-0001, COUNCIL-330."""
    version: int
    """That stream's version now: send it back as If-Match."""
    position: int
    """Of the last event: send it as ``after`` to read your own write."""
    events: list[str]
    """The names of the events recorded, in order."""
    said: list[str] = []
    """What happened with each, in a sentence."""


class Replayed(Exception):
    """This key was used before: here is what was answered then."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reference)
        self.receipt = receipt


class Desk:
    """One person at work on one command: loads state, says in which role, records."""

    def __init__(
        self,
        installation: Installation,
        user: User,
        *,
        channel: str,
        key: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        expected: int | None = None,
        system: Actor | None = None,
        session: Session | None = None,
    ) -> None:
        """``expected`` is the version that the sender last saw (If-Match)."""
        self.installation, self.user, self.channel = installation, user, channel
        self.store = installation.store
        self.key = f"{user.user}:{key}" if key else f"once:{uuid4()}"
        self.correlation = correlation or str(uuid4())
        self.causation, self.expected, self.system = causation, expected, system
        self.session = session
        self.needs, self.fingerprint = "", ""
        self.actor: Actor | None = system
        self.on: date = installation.today()
        self.alongside: list[Alongside] = []
        self.asked = Decided(does="", needs="")
        self.read: dict[str, int] = {}
        """The version of each stream that was read for the command."""
        self.told: Told = untold
        """Told how far a long command has come, before it records anything."""

    # --- Loading ---------------------------------------------------------------------------

    def load(self, empty: A) -> A:
        """What a stream adds up to now; version 0 if it has not begun."""
        return self.load_many([empty])[0]

    def load_many(self, empties: Sequence[A]) -> list[A]:
        """What several streams add up to, in one query."""
        found = self.store.load_many(empties)
        self.read |= {state.stream: state.version for state in found}
        return found

    def find(self, empty: A) -> A:
        """What a stream adds up to. Raises Refused ``not-found`` if it has not begun."""
        found = self.load(empty)
        if not found.exists:
            raise Refused("not-found", f"There is no {found.stream}: check the reference.")
        return found

    def next(self, kind: str) -> str:
        """The next free reference of a kind, as in GRANT-0041."""
        return self.store.next_reference(kind)

    def each(self, items: Sequence[T]) -> Iterator[T]:
        """Each of what a long command goes through: how far it has come is told between them."""
        for done, item in enumerate(items):
            self.told(done, len(items))
            yield item
        self.told(len(items), len(items))

    # --- Authority -------------------------------------------------------------------------

    def acting(
        self, council: str | None = None, region: str | None = None, peer: str | None = None
    ) -> Actor:
        """The person in the role that allows this command there.

        Raises Refused: ``forbidden`` if no role of theirs does, ``not-found`` if it lies
        outside all that they may see.
        """
        if self.system:
            return self.system
        target = Target(council=council, region=region, peer=peer)
        found = may(self.user, self.needs, target, self.installation.today())
        if found is None:
            in_sight = any(h.covers(target) for h in self.user.holdings)
            if not in_sight:
                raise Refused("not-found", "There is nothing under this reference in your scope.")
            raise forbidden(self.needs)
        self.actor = found
        return found

    def acting_for_oneself(self) -> Actor:
        """The person in their own affairs, in the widest of the roles that allow this command.

        Raises Refused ``forbidden`` if none does.
        """
        held = self.user.holding(self.needs, self.installation.today())
        if not held:
            raise forbidden(self.needs)
        self.actor = self.user.acting_in(held[0])
        return self.actor

    # --- Recording -------------------------------------------------------------------------

    def put_document(self, content: bytes, media_type: str) -> str:
        """Keep a document's bytes beside the log; returns their SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.alongside.append(
            (
                "INSERT INTO documents VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (sha256, media_type, len(content), content),
            )
        )
        return sha256

    def fill_in(self, **values: Any) -> None:
        """Put what the service filled in for the asker with what was asked."""
        command = (self.asked.command or {}) | values
        self.asked = self.asked.but(command=command)

    def new_person(self) -> str:
        """An id for a person who has none yet: it says nothing about them."""
        return f"PERSON-{uuid4().hex[:16]}"

    def keep_note(self, text: str) -> str:
        """Keep a confidential note beside the log under its own key; returns its id."""
        note, key, nonce = f"note-{uuid4()}", AESGCM.generate_key(256), secrets.token_bytes(12)
        sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), note.encode())
        self.alongside += [
            ("INSERT INTO note_keys VALUES (%s, %s)", (note, key)),
            ("INSERT INTO notes VALUES (%s, %s)", (note, sealed)),
        ]
        return note

    def keep_account(self, user: str, name: str, email: str | None) -> None:
        """Keep a new person's name and address beside the log."""
        sql = (
            'INSERT INTO accounts ("user", name, email) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING'
        )
        self.alongside.append((sql, (user, name, email)))

    def record(
        self,
        command: Command,
        events: Iterable[Event | Dated],
        *basis: Aggregate,
        told: Mapping[str, Any] | None = None,
    ) -> Receipt:
        """Record what was decided on the strength of these aggregates: everything or nothing.

        ``told`` is what the receipt says besides, also when the same key is sent again.
        Raises Conflict if one of them has moved on, which ``carry_out`` answers by deciding
        again; Refused ``stale-version`` if the sender had seen an older version.
        """
        if self.actor is None:
            raise TypeError("a command says in which role it is done: desk.acting(...)")
        if self.expected is not None and basis and basis[0].version != self.expected:
            raise Refused(
                "stale-version",
                f"{basis[0].stream} has changed since you read it: read it again and decide.",
                stream=basis[0].stream,
                expected=self.expected,
                version=basis[0].version,
            )
        versions = {state.stream: state.version for state in basis}
        if self.user.exists:
            versions[self.user.stream] = self.user.version
        relied_on, records = dict(versions), []
        for decided in events:
            event, on = decided if isinstance(decided, tuple) else (decided, command.on)
            if event.stream not in versions:
                raise TypeError(f"{event.stream} was not loaded before it was decided upon")
            versions[event.stream] += 1
            records.append(self._record(event, versions[event.stream], on, command.reason))
        if not records:
            return Receipt(
                reference=basis[0].stream if basis else "",
                version=basis[0].version if basis else 0,
                position=self.store.head(),
                events=[],
                **(told or {}),
            )
        asked = self.asked.but(basis=relied_on, records=len(records))
        records[0] = records[0].but(decision=asked)
        answer = {
            "reference": records[0].stream,
            "version": versions[records[0].stream],
            "events": [type(record.event).__name__ for record in records],
            "said": [sentence_of(record.event) for record in records],
            **(told or {}),
        }
        position = self.store.append(
            records,
            relied_on,
            Kept(self.key, self.fingerprint, answer),
            self.installation.stamp,
            self.alongside,
        )
        return Receipt(**answer, position=position)

    def _record(self, event: Event, version: int, on: date, reason: str | None) -> Record:
        if self.actor is None:
            raise TypeError("nobody acts")
        return Record(
            stream=event.stream,
            version=version,
            event=event,
            recorded_at=self.installation.stamp or datetime.now(LONDON),
            effective_on=on,
            actor=self.actor.id,
            role=self.actor.role,
            channel=self.channel,
            correlation=self.correlation,
            causation=self.causation,
            reason=reason,
        )

    # --- Carrying out ----------------------------------------------------------------------

    def carry_out(
        self, needs: str, function: Callable[..., Receipt], arguments: Mapping[str, Any]
    ) -> Receipt:
        """Run a command's function: once for its key, again while others get in between."""
        self.needs = needs
        self.fingerprint = _fingerprint(function.__name__, arguments)
        arguments, command = dict(arguments), arguments.get("command")
        if isinstance(command, Command):
            self.on = command.effective_on or self.on
            arguments["command"] = command.but(effective_on=self.on)
        self.asked = _asked(function.__name__, needs, arguments)
        if not self.system and not self.user.holding(needs, self.installation.today()):
            raise self._attempted(forbidden(needs))
        ahead = self.on > self.installation.today()
        if ahead and isinstance(command, Command) and not command.ahead:
            raise Refused(
                "bad-effective-date",
                f"{self.on.isoformat()} is still to come: record it on the day, or later.",
                effective_on=self.on.isoformat(),
            )
        self._answer_again()
        for attempt in range(_ATTEMPTS):
            self.alongside, self.read = [], {}
            try:
                if attempt == 0:
                    return function(**arguments)
                with self.store.turn():
                    self.user = self.store.load(User(user=self.user.user))
                    return function(**arguments)
            except Refused as refusal:
                # Perhaps because this very command was done meanwhile, sent twice under one key.
                self._answer_again()
                raise self._attempted(refusal) from refusal.__cause__
            except Conflict:
                self._answer_again()
        raise Refused("busy", "Too many people are changing this at once: try again in a moment.")

    def _attempted(self, refusal: Refused) -> Refused:
        """Put on record who tried what, where a rule or the want of a role refused it."""
        if self.system or not self.user.active:
            return refusal
        if status_of(refusal.code) not in (403, 409):
            return refusal
        self.actor = self.actor or Actor(id=self.user.user, role="none")
        tried = AttemptRefused(
            user=self.user.user,
            attempt=self.asked.but(basis=self.read),
            code=refusal.code,
            sentence=refusal.sentence,
            values=to_jsonable_python(refusal.values, fallback=str),
        )
        for _ in range(_ATTEMPTS):
            before = self.store.load(Attempts(user=self.user.user))
            record = self._record(tried, before.version + 1, self.installation.today(), None)
            kept = Kept(f"attempt:{uuid4()}", "", {})
            basis = {before.stream: before.version}
            try:
                self.store.append([record], basis, kept, self.installation.stamp)
            except Conflict:
                continue
            break
        else:
            raise Refused("busy", "Too many people are changing this at once: try again soon.")
        return refusal

    def _answer_again(self) -> None:
        kept = self.store.receipt(self.key)
        if kept is None:
            return
        if kept.fingerprint != self.fingerprint:
            raise Refused(
                "bad-key-reuse",
                "This Idempotency-Key was used for another request: use a new key for a new one.",
            )
        raise Replayed(Receipt(**kept.answer))


def _asked(name: str, needs: str, arguments: Mapping[str, Any]) -> Decided:
    """What was asked, as far as the log may keep it."""
    command, subjects = arguments.get("command"), {}
    for key, value in arguments.items():
        if isinstance(value, UploadFile):
            subjects[key] = hashlib.sha256(value.file.read()).hexdigest()
            value.file.seek(0)
        elif isinstance(value, (str, int, date)):
            subjects[key] = str(value)
    asked = command.asked() if isinstance(command, Command) else None
    return Decided(does=name, needs=needs, subjects=subjects, command=asked)


def _fingerprint(name: str, arguments: Mapping[str, Any]) -> str:
    said: dict[str, Any] = {"does": name}
    for key, value in arguments.items():
        if isinstance(value, BaseModel):
            said[key] = value.model_dump(mode="json")
        elif isinstance(value, UploadFile):
            said[key] = hashlib.sha256(value.file.read()).hexdigest()
            value.file.seek(0)
        elif isinstance(value, (str, int, float, bool, date, type(None))):
            said[key] = str(value)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


CORRELATION_ID = r"^[\w.:-]{1,100}$"
"""What a request may be named by."""


def at_desk(
    installation: TheInstallation,
    person: SignedIn,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    if_match: Annotated[str | None, Header()] = None,
    x_correlation_id: Annotated[str | None, Header(pattern=CORRELATION_ID)] = None,
    x_csrf_token: Annotated[str | None, Header()] = None,
) -> Desk:
    """The desk of whoever sent this request."""
    same_origin(person, x_csrf_token)
    return Desk(
        installation,
        person.user,
        channel=person.channel,
        key=idempotency_key,
        correlation=x_correlation_id,
        expected=_version(if_match),
    )


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    # What follows the version says what the answer said: only the version is compared.
    tag = if_match.strip().removeprefix("W/").strip('"').partition(".")[0]
    if not tag.isdecimal() or len(tag) > 18:
        raise Refused("bad-if-match", 'Send the ETag you were given as If-Match, like "7".')
    return int(tag)


AtDesk = Annotated[Desk, Depends(at_desk)]


def at_form_desk(
    installation: TheInstallation,
    person: SignedIn,
    csrf_token: Annotated[str, Form()] = "",
    form_key: Annotated[str | None, Form(max_length=200)] = None,
    seen_version: Annotated[int | None, Form(ge=0)] = None,
) -> Desk:
    """The desk of whoever sent this form: its own CSRF token, key and version seen."""
    same_origin(person, csrf_token)
    return Desk(
        installation,
        person.user,
        channel="web",
        key=form_key,
        expected=seen_version,
        session=person.session,
    )


AtFormDesk = Annotated[Desk, Depends(at_form_desk)]
