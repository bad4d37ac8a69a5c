"""What a form says of itself and of each thing that it asks for."""

from collections.abc import Mapping
from typing import NamedTuple


class Ask(NamedTuple):
    """How one thing is asked for."""

    label: str
    """A noun, or a clause that begins like "What was done"; a question where yes or no answers."""
    hint: str = ""
    one: str = ""
    """One of it, where it is asked for several times and the label doesn't tell."""
    source: str = ""
    """What it is chosen from, where its pattern doesn't tell."""
    width: int = 0
    """How many characters the box has room for, where it isn't the whole line."""
    states: tuple[str, ...] = ()
    """Of what a form is about: the states in which it may be."""


Asks = Mapping[str, Ask | None]
"""By the field's name as it is sent, ``conditions`` or ``instalments.due_on``, or by what a path
names; None for what no person is asked for."""


class Form(NamedTuple):
    """What a form is for."""

    button: str
    """What its last button does."""
    follows: str
    """What is recorded and what follows from it."""
    asks: Asks = {}
    groups: Mapping[str, tuple[str, ...]] = {}
    """Of a long form: the heading of each part with its fields, in the order that they are asked
    for. A name stands for all that begin with it; fields of no part come last."""


def reference(label: str, hint: str = "") -> Ask:
    """A reference that is copied from a letter or a system."""
    return Ask(label, hint, width=20)


def dated(what: str) -> dict[str, Ask]:
    """The date of a fact, under its own name; today if left empty."""
    return {"effective_on": Ask(what, TODAY)}


TODAY = "For example, 31 3 2026. Leave it empty for today"

PERSON: Asks = {
    "person": Ask("Person, if Casework knows them", "Choose them here, or give their name below"),
    "name": Ask("Name, if they are new", "Kept apart from the record, so that it can be erased"),
}
"""Somebody who is chosen, or whose name is given."""
