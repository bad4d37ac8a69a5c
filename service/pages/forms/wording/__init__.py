"""What forms say in plain words: each form's own, and what is asked for in many the same way."""

from collections.abc import Mapping

from service.pages.forms.wording import access, budgets, cases, councils, grants, knowledge, peers
from service.pages.forms.wording.saying import TODAY, Ask, Form, reference
from service.pages.render import field_words

__all__ = ["Ask", "Form", "asked", "form_of", "from_states", "source_of"]

FORMS: Mapping[str, Form] = {
    name: form
    for area in (councils, cases, grants, budgets, peers, knowledge, access)
    for name, form in area.FORMS.items()
}
"""What each form says, by its name."""

ASKS: Mapping[str, Ask] = {
    "board_minute": reference(
        "Reference of the Board's minute", "Needed where the Board decided, like 2026/15"
    ),
    "payment_reference": reference("Payment reference", "As the bank shows it, like BACS-0001-1"),
    "receipt_reference": reference("Receipt reference", "As the bank shows it, like BACS-0001-1"),
    "effective_on": Ask("Date that it takes effect", TODAY),
    "reason": Ask("Reason", "Why, in your own words"),
    "case": Ask("Case"),
    "council": Ask("Council"),
    "contract": Ask("Contract"),
    "programme": Ask("Programme"),
    "practice": Ask("Example"),
    "peer": Ask("Peer"),
    "challenge": Ask("Peer challenge"),
    "region": Ask("Region"),
    "year": Ask("Financial year"),
    "user": Ask("User"),
    "person": Ask("Person"),
    "note": Ask("Note"),
    "session": Ask("Session", states=("scheduled",)),
    "objective": Ask("Objective"),
    "concern": Ask("Concern"),
    "priority": Ask("Priority"),
}
"""What is asked for under the same name in many forms, in the same words."""


_ANY = Form("Record", "")
"""A form without words of its own."""


def form_of(name: str) -> Form:
    """What a form says, by its name."""
    return FORMS.get(name, _ANY)


def asked(form: str, name: str) -> Ask | None:
    """How a form asks for this; None if no person is asked for it."""
    own = form_of(form).asks
    return own[name] if name in own else ASKS.get(name) or Ask(field_words(name))


def source_of(form: str, subject: str) -> str:
    """What a form's subject is chosen from."""
    ask = asked(form, subject) or Ask(subject)
    return from_states(ask.source or subject, ask.states)


def from_states(source: str, states: tuple[str, ...]) -> str:
    """What is chosen from, of which only what is in one of these states is offered."""
    return f"{source}|{','.join(states)}" if states else source
