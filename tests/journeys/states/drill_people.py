"""Every form that may take from people what others are looked at by, in a database of its own.

Who is deactivated can't sign in for the walk's other parts, whose role is taken back sees other
pages, and who is erased is told nowhere.
"""

import pytest

from tests.journeys.states.filling import COMMANDS, fill_each, takes_from_people, user_of
from tests.journeys.states.looking import Looking

pytestmark = pytest.mark.browser

FORMS = [form for form in COMMANDS if takes_from_people(form)]


def test_every_form_about_people(looking: Looking) -> None:
    for user in sorted({user_of(form) for form in FORMS}):
        fill_each(looking(user), [form for form in FORMS if user_of(form) == user])
