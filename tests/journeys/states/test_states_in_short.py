"""The walk through the states in short: that it knows every page and form, and where people begin.

``make states`` walks them all.
"""

import httpx
import psycopg
import pytest
from lxml.html import document_fromstring
from playwright.sync_api import Browser
from psycopg.sql import SQL, Identifier

from projections.councils import CouncilRow
from service.app import routers
from service.desk import Routes
from service.pages.forms.sheet import has_form
from tests.conftest import Service
from tests.journeys.states.drill_pages import USERS
from tests.journeys.states.filling import COMMANDS, user_of
from tests.journeys.states.looking import Looker, Looking, Opened
from tests.journeys.states.places import FORMS, LED_TO, OF, ONCE, ROUTES, parameters
from tests.journeys.states.shapes import shape_of

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


FIRST = '<p id="a">Two</p><ul><li>One</li></ul><label for="b">Day</label><input id="b">'


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (FIRST.replace("Two", "Three"), True),
        (FIRST.replace("<li>One</li>", "<li>One</li><li>Another</li>"), True),
        (FIRST.replace("Day", ""), False),
        (FIRST.replace('for="b"', 'for="c"'), False),
        (FIRST.replace("<p ", '<p class="cw-plain" '), False),
        (FIRST.replace("Two", "W" * 40), False),
        (FIRST.replace("One", '<a href="/">One</a>'), False),
        (FIRST.replace("<input ", '<input aria-invalid="true" '), False),
    ],
    ids=["text", "rows", "no label", "no target", "class", "long word", "link", "state"],
)
def test_a_shape_is_what_rules_go_by(other: str, same: bool) -> None:
    first, second = (shape_of(document_fromstring(html)) for html in (FIRST, other))
    assert (second.joints <= first.joints) is same


def judged(looker: Looker, page: str, status: int = 200) -> None:
    """Have a page looked at that no service answered."""
    request = httpx.Request("GET", f"{looker.service.address}/cases")
    headers = {"content-type": "text/html; charset=utf-8"}
    looker.judge("/", httpx.Response(status, headers=headers, text=page, request=request))


@pytest.mark.browser
def test_what_is_wrong_with_a_page_is_told(browser: Browser, played: Service) -> None:
    looker = Looker(browser, played, "", Opened())
    page = """<!DOCTYPE html><html lang="en"><title>One</title><main><h1>One</h1><h1>Two</h1>
        <p id="a">A</p><p id="a" style="width: 400px">B</p><img src="/static/none.png">
        <p style="position: absolute">Over</p><p>Under</p><p style="width: 9px">Beyond</p>
        <p style="width: 30px; overflow: hidden; white-space: nowrap">Cut short</p>
        <a href="/a" style="font-size: 5px">1</a><br><a href="/b" style="font-size: 5px">2</a>
        <table><tr><td>£1.00</td></table><script>console.log("Here")</script></main>"""
    judged(looker, page, status=500)
    looker.close()
    told = " ".join(looker.faults)
    for fault in (
        *("answered with 500", "2 headings", "has twice: ['a']", "do not open: ['£1.00']"),
        *("image-alt", "where 320 are to be had", "console says Here", "target-size"),
        *("on another text: Over / Under", "out of its box: Beyond", "cut off: Cut short"),
    ):
        assert fault in told


@pytest.mark.browser
def test_a_known_shape_is_opened_again_for_its_hardest_texts(
    browser: Browser, played: Service
) -> None:
    looker = Looker(browser, played, "", Opened())
    page = """<!DOCTYPE html><html lang="en"><title>One</title><main><h1>One</h1>
        <p style="width: 70px">{}</p></main>"""
    for text in ("Fits", "Incomprehensible", "Unbelievably hard", "Easy"):
        judged(looker, page.format(text))
    assert looker.faults == []
    looker.close()
    assert looker.counts["opened in a browser for their texts"] == 2
    assert [fault.partition(": ")[2] for fault in looker.faults] == [
        "sticks out of its box: Incomprehensible",
        "sticks out of its box: Unbelievably hard",
    ]


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


@pytest.mark.browser
def test_what_fails(looking: Looking, played: Service) -> None:
    officer = looking("case-officer")
    table, away = (Identifier(n) for n in (played.installation.model.name_of(CouncilRow), "away"))
    renamed = SQL("ALTER TABLE views.{} RENAME TO {}")
    with psycopg.connect(played.installation.url, autocommit=True) as connection:
        connection.execute(renamed.format(table, away))
        officer.get("/councils", expect=(500,))
        connection.execute(renamed.format(away, table))
        officer.get("/councils")


@pytest.mark.browser
def test_a_database_that_does_not_answer(looking: Looking, played: Service, postgres: str) -> None:
    officer = looking("case-officer")
    name = psycopg.conninfo.conninfo_to_dict(played.installation.url)["dbname"]
    open_to = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(open_to.format(Identifier(str(name)), SQL("false")))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        officer.get("/councils", expect=(503,))
        connection.execute(open_to.format(Identifier(str(name)), SQL("true")))
