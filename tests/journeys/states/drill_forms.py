"""Every form: bare, about something, sent empty, filled in, checked, and recorded or refused."""

import pytest

from tests.journeys.states.filling import COMMANDS, fill_each, takes_from_people, user_of
from tests.journeys.states.looking import Looking

pytestmark = pytest.mark.browser

FORMS = [form for form in COMMANDS if not takes_from_people(form)]


@pytest.mark.parametrize("user", sorted({user_of(form) for form in FORMS}))
def test_every_form_of_a_user(looking: Looking, user: str) -> None:
    fill_each(looking(user), [form for form in FORMS if user_of(form) == user])
