"""Journey 3 by hand: fifty approvals pressed at once against a heading that carries ten.

Four are pressed on pages in browsers, with JavaScript and without. The other forty-six are the
same forms, filled in and checked, and sent at that moment with those browsers' own sessions: fifty
open browsers would be a test of the machine.
"""

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest
from playwright.sync_api import expect

from service.identity import SESSION_COOKIE
from tests.journeys.by_hand.people import People, Person
from tests.journeys.steps import done, grant_body, open_budget, open_case, record_inadequate
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.browser

SCRIPTED = ("approver",)
APPROVERS = ("approver", "approver-2")
ALL, CARRIED = 50, 10
WHY = "It is ready & needed"


@pytest.fixture(scope="module")
def grants(people: People) -> list[str]:
    """Fifty grants of £10,000 that wait for approval, where £100,000 are left."""
    service, today = people.service, people.today.isoformat()
    record_inadequate(service, "330")
    open_budget(service, people.year, "9300000.00", "100000.00")
    case = open_case(service)
    one = [{"amount": "10000.00", "due_on": today}]
    this = {"year": people.year, "effective_on": today}
    body = grant_body(case, "10000.00") | this | {"instalments": one, "conditions": []}
    officer = service.client("case-officer")
    return [str(done(officer.post("/api/v1/grants", json=body))["reference"]) for _ in range(ALL)]


def ready_on_a_page(person: Person, grant: str) -> Person:
    """A tab of this person's with the answers to approve a grant, checked."""
    tab = Person(person.page.context.new_page(), person.seen, script=person.script)
    tab.page.goto("/grants")
    tab.page.get_by_role("link", name=grant, exact=True).first.click()
    tab.begin("approve_grant")
    tab.answer({"Why it is approved": WHY})
    tab.check()
    return tab


def ready_to_send(person: Person, visitor: Visitor, grant: str) -> dict[str, str]:
    """What the page with the checked answers would send."""
    cookies = {cookie["name"]: cookie["value"] for cookie in person.page.context.cookies()}
    visitor.client.cookies.set(SESSION_COOKIE, cookies[SESSION_COOKIE])
    given = visitor.form(f"/do/approve_grant?grant={grant}")
    checked = visitor.send("approve_grant", given | {"rationale": WHY})
    assert checked.status_code == 303
    return {name: given[name] for name in ("csrf_token", "form_key", "grant")}


@pytest.fixture
def visitors(people: People) -> Iterator[list[Visitor]]:
    """A client of each approver's session, beside their browser."""
    found = [Visitor(people.service) for _ in APPROVERS]
    yield found
    for visitor in found:
        visitor.client.close()


def test_fifty_approvals_at_once_and_ten_are_carried(
    people: People, grants: list[str], visitors: list[Visitor]
) -> None:
    approvers = [people[user] for user in APPROVERS]
    tabs = [ready_on_a_page(approvers[n % 2], grant) for n, grant in enumerate(grants[:4])]
    forms = [
        (visitors[n % 2], ready_to_send(approvers[n % 2], visitors[n % 2], grant))
        for n, grant in enumerate(grants[4:])
    ]
    start = Barrier(len(forms) + 1)

    def record(form: tuple[Visitor, dict[str, str]]) -> httpx.Response:
        visitor, data = form
        start.wait()
        return visitor.send("approve_grant", data, "record")

    with ThreadPoolExecutor(len(forms)) as crowd:
        sent = [crowd.submit(record, form) for form in forms]
        start.wait()
        for tab in tabs:
            tab.page.get_by_role("button", name="Approve the grant").click(no_wait_after=True)
        answers = [each.result() for each in sent]
    carried = [answer for answer in answers if answer.status_code == 303]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert len(carried) + len(refused) == len(forms)
    for answer in refused:
        assert "There is a problem" in answer.text
        assert "£0.00 is left" in answer.text
        assert html.escape(WHY) in answer.text
    by_page = [tab for tab in tabs if was_carried(tab)]
    assert len(carried) + len(by_page) == CARRIED
    the_sums_hold(people)


def was_carried(tab: Person) -> bool:
    """Whether a page says that it is on record; if not, it says why and keeps what was typed."""
    heading = tab.page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Check your answers")
    if heading.inner_text() == "Recorded":
        return True
    tab.refused("£0.00 is left")
    expect(tab.page.get_by_label("Why it is approved")).to_have_value(WHY)
    return False


def the_sums_hold(people: People) -> None:
    """The budget's page has nothing left and no more than there was; ten are approved."""
    finance = people["finance-officer"]
    finance.look("Money", "Budget", people.year)
    heading = finance.table("Headings").locator("tbody tr td").all_inner_texts()
    assert heading[1] == heading[3] == "£100,000.00"
    assert heading[7] == "£0.00"
    finance.look("Money", "Grants")
    finance.answer({"Status": "approved"})
    finance.press("Filter")
    approved = finance.page.locator("main tbody tr").filter(has_text=re.compile("GRANT-"))
    expect(approved).to_have_count(CARRIED)
    finance.look("Money", "Ledger")
    finance.sees(re.compile("add up to £0.00"))
