"""Persons: whose data the register keeps, the holds on it, and its erasure.

A person is an id; what is known of them lies beside the log under their own key. A legal hold
keeps the data for a court or an inquiry: while one runs, nothing is erased.
"""

from collections.abc import Mapping
from datetime import date
from typing import Self

from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    Event,
    Frozen,
    Line,
    PersonId,
    Record,
    Refused,
    Text,
)

# --- Events ---------------------------------------------------------------------------------


class PersonEvent(Event, abstract=True, stream="PERSONAL-{person}"):
    person: PersonId


class LegalHoldPlaced(PersonEvent):
    """A person's data must be kept for a court, an inquiry or a complaint."""

    says = "The data of {person} was placed under legal hold {hold}[ until {until}]."
    hold: Line
    """The reference of the proceedings."""
    until: date | None = None
    """The last day, where it is known."""


class LegalHoldLifted(PersonEvent):
    """A person's data need no longer be kept for proceedings."""

    says = "Legal hold {hold} on the data of {person} was lifted."
    hold: Line


class PersonErased(PersonEvent):
    """A person's data was erased: its key was destroyed."""

    says = "The data of {person} was erased: its key was destroyed."


# --- State ----------------------------------------------------------------------------------


class Hold(Frozen):
    """A legal hold that was placed and not lifted."""

    hold: str
    until: date | None = None
    reason: str | None = None


class Person(Aggregate, stream="PERSONAL-{person}"):
    """What stands against erasing a person's data."""

    person: PersonId
    holds: Mapping[str, Hold] = {}
    erased: bool = False

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case LegalHoldPlaced():
                hold = Hold(hold=event.hold, until=event.until, reason=record.reason)
                return self.but(holds={**self.holds, event.hold: hold})
            case LegalHoldLifted():
                left = {name: h for name, h in self.holds.items() if name != event.hold}
                return self.but(holds=left)
            case PersonErased():
                return self.but(erased=True)
        return self

    def held(self, on: date) -> list[Hold]:
        """The holds that run on a day."""
        return [hold for hold in self.holds.values() if hold.until is None or on <= hold.until]


# --- Commands and decisions -----------------------------------------------------------------


class PlaceHold(Command):
    hold: Line
    until: date | None = None
    reason: Text


class LiftHold(Command):
    hold: Line
    reason: Text


class ErasePerson(Command):
    reason: Text


def place_hold(command: PlaceHold, person: Person, by: Actor) -> list[Event]:
    """Keep a person's data for proceedings."""
    if person.erased:
        raise Refused("erased", f"The data of {person.person} is erased: nothing is left to keep.")
    if command.hold in person.holds:
        raise Refused("hold-placed", f"{command.hold} holds the data of {person.person} already.")
    if command.until is not None and command.until < command.on:
        raise Refused("bad-dates", "A hold ends on a later day than it is placed.")
    return [LegalHoldPlaced(person=person.person, hold=command.hold, until=command.until)]


def lift_hold(command: LiftHold, person: Person, by: Actor) -> list[Event]:
    """Keep it no longer."""
    if command.hold not in person.holds:
        raise Refused("not-found", f"{command.hold} does not hold the data of {person.person}.")
    return [LegalHoldLifted(person=person.person, hold=command.hold)]


def must_not_be_held(person: Person, on: date) -> None:
    """Refuse to erase what must be kept, with the reason that was given."""
    if held := person.held(on):
        told = "; ".join(f"{h.hold}: {h.reason}" if h.reason else h.hold for h in held)
        raise Refused(
            "legal-hold",
            f"The data of {person.person} is under a legal hold and can't be erased ({told}):"
            " lift the hold first.",
            holds=[hold.hold for hold in held],
        )


def erase_person(command: ErasePerson, person: Person, by: Actor) -> list[Event]:
    """Erase a person's data; where they were named stays on record by their id."""
    if person.erased:
        raise Refused("erased", f"The data of {person.person} is erased already.")
    must_not_be_held(person, command.on)
    return [PersonErased(person=person.person)]
