"""Every page as each role is shown it: now, as at a day in the past, and before there was anything.

One role walks all that there is, in every state; the others, each page that they may see, what it
leads them to, and of each kind of thing the two that have most to tell.
"""

import pytest

from domain.access import Role
from service.demo.users import DEMO_USERS
from tests.journeys.states.looking import Looking
from tests.journeys.states.walking import Walk

pytestmark = pytest.mark.browser

USERS = {person.role: person.user for person in reversed(DEMO_USERS)}
"""A demonstration user of each role: the first."""
THEN, BEFORE = "2025-12-01", "1"
WHOLE = Role.CASE_OFFICER
"""The role that walks everything, and reaches a page of every route that it may see."""


@pytest.mark.parametrize("role", [*Role])
def test_every_page_of_a_role(looking: Looking, role: Role) -> None:
    walk = Walk(looking(USERS[role]))
    walk.go(None if role is WHOLE else 2)
    if role is WHOLE:
        assert walk.missed == set()


@pytest.mark.parametrize("role", [*Role])
def test_the_past_of_every_page_of_a_role(looking: Looking, role: Role) -> None:
    Walk(looking(USERS[role]), THEN).go(1, lead_on=False)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.REGIONAL_LEAD, Role.COUNCIL_CONTACT])
def test_every_page_of_a_role_of_nothing(looking: Looking, role: Role) -> None:
    Walk(looking(USERS[role]), BEFORE).go(lead_on=False)
