"""The walk through the states in short: that it knows every page and form, and where people begin.

``make states`` walks them all.
"""

import pytest

from service.app import routers
from service.desk import Routes
from service.pages.forms.sheet import has_form
from tests.journeys.states.drill_pages import USERS
from tests.journeys.states.filling import COMMANDS, user_of
from tests.journeys.states.looking import Looking
from tests.journeys.states.places import FORMS, LED_TO, OF, ONCE, ROUTES, parameters

FILES = {"/cases/{case}/documents/{sha256}/content"}
"""What is answered at an address of no list and is no page."""
SEEN_BY_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics")


def test_the_walk_knows_every_page() -> None:
    declared = {
        route.path
        for router in routers()
        for route in router
        if route.method == "GET" and not route.path.startswith(SEEN_BY_PROGRAMS)
    }
    pages = {path for path in declared if not path.endswith(".csv")} - FILES
    assert pages == ROUTES.keys()
    known = FORMS | LED_TO | ONCE
    assert {
        p for p in pages if parameters(p) and p not in known and parameters(p) not in OF
    } == set()
    assert known <= ROUTES.keys()


def test_the_walk_knows_every_form_and_somebody_who_may_send_it() -> None:
    assert {route.name for route in Routes.commands if has_form(route)} == COMMANDS.keys()
    assert all(user_of(form) for form in COMMANDS)


@pytest.mark.browser
def test_where_everybody_begins(looking: Looking) -> None:
    for user in USERS.values():
        looking(user).get("/")


@pytest.mark.browser
def test_states_that_differ(looking: Looking) -> None:
    looking("").get("/sign-in")
    officer = looking("case-officer")
    officer.get("/cases?stage=no-such-thing", expect=(422,))
    officer.get("/days?year=no-such-thing", expect=(422,))
    officer.get("/grants?as_at=1")
    officer.get("/cases/CASE-0005")
    officer.send("/do/set_case_milestone", officer.token | {"case": "CASE-0004"}, expect=(422,))
