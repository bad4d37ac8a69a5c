"""Every form: bare, about something, sent empty, filled in, checked, and recorded or refused."""

import pytest

from tests.journeys.states.filling import COMMANDS, Filling, user_of
from tests.journeys.states.looking import Looking

pytestmark = pytest.mark.browser

UNCHECKED = {"attach_document"}
"""A form that is recorded at once."""


@pytest.mark.parametrize("user", sorted({user_of(form) for form in COMMANDS}))
def test_every_form_of_a_user(looking: Looking, user: str) -> None:
    looker, stuck = looking(user), set()
    for form in COMMANDS:
        if user_of(form) == user:
            filling = Filling(looker, form)
            filling.go()
            looker.counts.update(f"forms {step}" for step in filling.steps)
            if "checked" not in filling.steps:
                stuck.add(form)
    assert stuck <= UNCHECKED
