"""Taking a decision again: the function that took it, at a desk that records nothing."""

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from domain.access import SYSTEM, User
from domain.kernel import (
    Actor,
    Aggregate,
    Check,
    Command,
    Dated,
    Decided,
    Event,
    Frozen,
    Refused,
    checks,
)
from service.desk import CommandRoute, Desk, Receipt, Routes, command_model, forbidden
from service.desk.beside import as_sent, kept_document
from service.installation import Installation
from service.invalid import own_words
from service.replay.decisions import Decision
from service.replay.worlds import Then, World

_NOTE = re.compile(r"note-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PERSON = re.compile(r"PERSON-[0-9a-f]{16}")


class NotTakenAgain(Exception):
    """Why a decision can't be taken again from the log alone."""


class Difference(Frozen):
    """Where the decision taken again says something else than the record."""

    where: str
    recorded: Any = None
    now: Any = None


class Taken(NamedTuple):
    """What taking a decision again came to."""

    actor: Actor | None
    events: list[Dated]
    refusal: Refused | None
    checks: list[Check]

    @property
    def outcome(self) -> str:
        """What came of it this time: the events, or the rule that refused it."""
        if self.refusal:
            return f"refused: {self.refusal.code}"
        return ", ".join(type(event).__name__ for event, _ in self.events)


class DeskThen(Desk):
    """The desk at which a decision is taken again: it reads what was, and records nothing."""

    def __init__(
        self,
        then: Then,
        user: User,
        decision: Decision,
        *,
        as_recorded: bool = False,
    ) -> None:
        """``as_recorded``: what is begun gets the reference that it has on record."""
        first = decision.first
        system = SYSTEM if first.actor == SYSTEM.id else None
        # Then stands in for the installation as far as a desk and its commands use one.
        super().__init__(then, user, channel=first.channel, system=system)  # type: ignore[arg-type]
        self.events: list[Dated] = []
        self._begun = first.stream if as_recorded and first.version == 1 else ""
        told = json.dumps([record.event.model_dump(mode="json") for record in decision.records])
        asked = json.dumps(decision.asked.command if decision.asked else None)
        self._notes = _minted(_NOTE, told, asked)
        self._persons = _minted(_PERSON, told, asked)

    def carry_out(
        self, needs: str, function: Callable[..., Receipt], arguments: Mapping[str, Any]
    ) -> Receipt:
        """Run a command's function once; its rules refuse as they would have then."""
        self.needs = needs
        if not self.system and not self.user.holding(needs, self.installation.today()):
            raise forbidden(needs)
        command = arguments.get("command")
        if isinstance(command, Command):
            self.on = command.on
        return function(**arguments)

    def record(
        self,
        command: Command,
        events: Iterable[Event | Dated],
        *basis: Aggregate,
        told: Mapping[str, Any] | None = None,
    ) -> Receipt:
        """Keep what was decided, and record nothing."""
        for decided in events:
            self.events.append(decided if isinstance(decided, tuple) else (decided, command.on))
        reference = basis[0].stream if basis else ""
        return Receipt(reference=reference, version=0, position=0, events=[], **(told or {}))

    def next(self, kind: str) -> str:
        """The next free reference of a kind."""
        recorded = self._begun.rpartition("-")[0] == kind
        return self._begun if recorded else super().next(kind)

    def keep_note(self, text: str) -> str:
        """The id that the note was given."""
        return next(self._notes)

    def new_person(self) -> str:
        """The id that the person was given."""
        return next(self._persons)


def _minted(pattern: re.Pattern[str], told: str, asked: str) -> Iterator[str]:
    """Ids that the decision gave, in their order; then ids that nothing has."""
    yield from (found for found in dict.fromkeys(pattern.findall(told)) if found not in asked)
    while True:
        yield "given-anew"


def take_again(
    installation: Installation,
    decision: Decision,
    world: World,
    *,
    asked: Decided | None = None,
    as_recorded: bool = False,
) -> Taken:
    """Take a decision again in a world, from what was asked or from what is asked instead.

    A refusal is a result like another. Raises NotTakenAgain where the log alone does not hold
    what it takes.
    """
    asked = asked or decision.asked
    if asked is None:
        raise NotTakenAgain("It was recorded before the log kept what was asked.")
    route = next((route for route in Routes.commands if route.name == asked.does), None)
    if route is None:
        raise NotTakenAgain(f"{asked.does} takes a file: load the same file again to compare.")
    then = Then(installation, world, decision.first.recorded_at)
    (user,) = world.load_many([User(user=decision.first.actor)])
    desk = DeskThen(then, user, decision, as_recorded=as_recorded)
    try:
        arguments = _arguments(installation, asked, route)
    except ValidationError as invalid:
        told = own_words(invalid.errors()[0])
        raise NotTakenAgain(f"What was asked is not taken in that form today: {told}") from invalid
    with checks() as seen:
        try:
            route.function(**arguments, desk=desk)
        except Refused as refusal:
            return Taken(desk.actor, [], refusal, seen)
    return Taken(desk.actor, desk.events, None, seen)


def _arguments(installation: Installation, asked: Decided, route: CommandRoute) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, adapter in _subjects(route.function).items():
        if adapter is None:
            arguments[name] = _file(installation, asked.subjects.get(name))
        elif name in asked.subjects:
            arguments[name] = adapter.validate_python(asked.subjects[name])
    model = command_model(route.function)
    if model is not None:
        arguments["command"] = model.model_validate(asked.command or {})
    return arguments


@functools.cache
def _subjects(function: Callable[..., Receipt]) -> dict[str, TypeAdapter[Any] | None]:
    """What a command is about, and what reads each of it; None for a file."""
    signature = inspect.signature(inspect.unwrap(function), eval_str=True)
    return {
        name: None
        if "UploadFile" in str(parameter.annotation)
        else TypeAdapter(parameter.annotation)
        for name, parameter in signature.parameters.items()
        if name not in ("desk", "command")
    }


def _file(installation: Installation, sha256: str | None) -> UploadFile:
    if sha256 is None:
        raise NotTakenAgain("The log does not say which file was sent.")
    with installation.store.datastore.get_connection() as connection:
        found = kept_document(connection, sha256)
    if found is None:
        raise NotTakenAgain(f"The document {sha256} is no longer kept.")
    return as_sent(*found)


# --- Comparing ------------------------------------------------------------------------------


def compared(decision: Decision, taken: Taken) -> list[Difference]:
    """Where the decision taken again differs from what is on record; none if it is the same."""
    refused = decision.refused
    if taken.refusal or refused:
        same = refused and taken.refusal and refused.code == taken.refusal.code
        return (
            []
            if same
            else [Difference(where="verdict", recorded=decision.outcome, now=taken.outcome)]
        )
    found: list[Difference] = []
    if taken.actor and taken.actor.role != decision.first.role:
        found.append(Difference(where="role", recorded=decision.first.role, now=taken.actor.role))
    recorded = [_plain(record.event, record.effective_on) for record in decision.records]
    now = [_plain(event, on) for event, on in taken.events]
    for n in range(max(len(recorded), len(now))):
        before = recorded[n] if n < len(recorded) else {}
        after = now[n] if n < len(now) else {}
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                found.append(
                    Difference(
                        where=f"event {n + 1}: {name}",
                        recorded=before.get(name),
                        now=after.get(name),
                    )
                )
    return found


def _plain(event: Event, on: date) -> dict[str, Any]:
    kind = {"event": type(event).__name__, "effective_on": on.isoformat()}
    return kind | event.model_dump(mode="json")
