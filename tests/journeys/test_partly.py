"""Parts of a page that are brought anew without the rest of it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.identity import SESSION_COOKIE
from tests.conftest import Service, running
from tests.journeys.browsing import sign_in, violations

pytestmark = pytest.mark.browser

STAYED = "window.stayed === true"


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture
def cases(browser: Browser, played: Service) -> Iterator[Page]:
    """The list of cases, in a browser whose console stays silent."""
    said: list[str] = []
    page = sign_in(browser, played, "case-officer")
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/cases")
    page.evaluate("window.stayed = true")
    yield page
    page.context.close()
    assert [each for each in said if "status of 422" not in each] == []


def test_a_list_is_filtered_sorted_and_left_without_the_rest_of_the_page(cases: Page) -> None:
    told = cases.locator("#told")
    cases.get_by_label("Region", exact=True).select_option("london")
    cases.get_by_role("button", name="Filter", exact=True).press("Enter")
    expect(told).to_contain_text("by Case, ascending")
    expect(cases.get_by_role("button", name="Filter", exact=True)).to_be_focused()
    cases.get_by_role("link", name="Opened").press("Enter")
    expect(cases.locator("th[aria-sort$=ending]")).to_contain_text("Opened")
    expect(cases.get_by_role("link", name="Opened")).to_be_focused()
    expect(told).to_contain_text("by Opened")
    assert "region=london" in cases.url
    assert "sort=" in cases.url
    assert cases.evaluate(STAYED)
    assert violations(cases) == []
    # The rest of the page knows where it is: another moment keeps the filter.
    expect(cases.locator("#as-at input[name=region]")).to_have_value("london")
    cases.go_back()
    expect(cases.locator("th[aria-sort$=ending]")).not_to_contain_text("Opened")
    assert "region=london" in cases.url


def test_a_filter_that_cannot_be_is_told_in_place(cases: Page) -> None:
    cases.goto("/cases?opened_from=2025-01-01")
    cases.evaluate("window.stayed = true")
    cases.get_by_label("Opened from").fill("soon")
    cases.get_by_role("button", name="Filter", exact=True).click()
    expect(cases.locator(".govuk-error-summary")).to_be_focused()
    cases.locator(".govuk-error-summary a").click()
    expect(cases.get_by_label("Opened from")).to_be_focused()
    assert cases.evaluate(STAYED)


def test_who_has_been_signed_out_is_sent_to_sign_in(cases: Page) -> None:
    cases.context.clear_cookies(name=SESSION_COOKIE)
    cases.get_by_role("link", name="Opened").click()
    expect(cases.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_long_work_is_followed_to_its_end(cases: Page) -> None:
    cases.goto("/work")
    cases.evaluate("window.stayed = true")
    cases.get_by_text("Export a register").click()
    cases.get_by_label("Register", exact=True).select_option("cases")
    cases.get_by_role("button", name="Make the file").click()
    cases.evaluate("window.stayed = true")
    expect(cases.locator("#work")).to_contain_text("Done")
    expect(cases.get_by_role("link", name=re.compile("casework-cases-.*csv"))).to_be_visible()
    assert cases.evaluate(STAYED)
