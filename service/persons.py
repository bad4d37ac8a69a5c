"""Persons over HTTP: what is held on somebody, legal holds, and erasure."""

from typing import Annotated, Any

from fastapi import Path

from domain.access import User
from domain.kernel import PersonId, Refused
from domain.persons import (
    ErasePerson,
    LiftHold,
    Person,
    PlaceHold,
    erase_person,
    lift_hold,
    place_hold,
)
from projections.audit import JournalRow
from projections.persons import PersonRow
from service import register
from service.desk import AtDesk, Page, Reader, Reading, Receipt, command, query, router_for
from service.desk.beside import personal
from service.filters import names_person

router = router_for("persons")

_MOST_NAMED = 1_000


@command(router, "/persons/{person}/holds", needs="person.manage", cli="person hold")
def place_legal_hold(person: PersonId, command: PlaceHold, desk: AtDesk) -> Receipt:
    """Place a legal hold on a person's data."""
    found = desk.load(Person(person=person))
    return desk.record(command, place_hold(command, found, desk.acting()), found)


@command(router, "/persons/{person}/holds/lifting", needs="person.manage", cli="person lift-hold")
def lift_legal_hold(person: PersonId, command: LiftHold, desk: AtDesk) -> Receipt:
    """Lift a legal hold on a person's data."""
    found = desk.load(Person(person=person))
    return desk.record(command, lift_hold(command, found, desk.acting()), found)


@command(router, "/persons/{person}/erasure", needs="person.manage", cli="person erase")
def erase_persons_data(person: PersonId, command: ErasePerson, desk: AtDesk) -> Receipt:
    """Erase a person's data; a user's account too, once they are deactivated."""
    found = desk.load(Person(person=person))
    if person.startswith("PEER-"):
        raise Refused("peer-erased-as-peer", f"{person} is a peer: erase them as a peer.")
    events = erase_person(command, found, desk.acting())
    if not person.startswith("USER-"):
        desk.alongside += register.erase(person)
        return desk.record(command, events, found)
    user = desk.find(User(user=person.removeprefix("USER-")))
    if user.active:
        raise Refused("user-active", f"Deactivate {user.user} first: they can still sign in.")
    desk.alongside += register.erase_account(user.user)
    return desk.record(command, events, found, user)


@query(router, "/persons", needs="person.read")
def list_persons(reading: Reading, erased: bool | None = None) -> Page[PersonRow]:
    """Whose data is held for proceedings, or was erased."""
    return reading.page(PersonRow, where={"erased": erased})


@query(router, "/persons/{person}", needs="person.read")
def show_person(
    person: Annotated[PersonId, Path(description="PERSON-…, PEER-… or USER-…")], reading: Reading
) -> dict[str, Any]:
    """What is held on a person and where the log names them: the answer to an access request."""
    return what_is_held(reading, person)


def what_is_held(reading: Reader, person: str) -> dict[str, Any]:
    """A person's data, holds and erasure, and every event that names them.

    Raises Refused ``not-found`` for somebody of whom nothing is known.
    """
    rows = reading.all(PersonRow, {"person": person})
    named = named_in(reading, person)
    kept = personal(reading, person)
    if kept is None and not rows and not named:
        raise Refused("not-found", f"Nothing is held on {person}: check the id.")
    row = rows[0] if rows else PersonRow(person=person)
    return {
        "person": person,
        "data": kept or {},
        "holds": [hold.model_dump(mode="json") for hold in row.holds],
        "erased": row.erased or kept == {"name": register.ERASED},
        "erased_on": row.erased_on.isoformat() if row.erased_on else None,
        "named_in": [
            {
                "position": found.position,
                "event": found.event,
                "stream": found.stream,
                "effective_on": found.effective_on.isoformat(),
            }
            for found in named
        ],
    }


def named_in(reading: Reader, person: str) -> list[JournalRow]:
    """The events that name a person by their id, or that they recorded, the first thousand."""
    return reading.all(
        JournalRow, {"person": names_person(person)}, order="position", limit=_MOST_NAMED
    )
