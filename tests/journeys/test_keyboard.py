"""One form, one list, a slider and the menu by the keyboard alone, and where the focus is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.demo import DEMO_PASSWORD
from tests.conftest import running

pytestmark = pytest.mark.browser

_FOCUSED = """() => {
    const at = document.activeElement;
    const look = getComputedStyle(at), box = at.getBoundingClientRect();
    const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
    const said = at.getAttribute("aria-label") || (at.labels && at.labels[0] || at).textContent;
    return {
        said: said.replace(/\\s+/g, " ").trim(),
        seen: ring || look.boxShadow !== "none" || look.backgroundColor === "rgb(255, 221, 0)",
        there: box.width > 1 && box.height > 1,
    };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, demonstration: str) -> Iterator[Page]:
    """The demonstration in a browser whose mouse nobody touches."""
    with running(demonstration, enrol=False) as service:
        context = browser.new_context(base_url=service.address)
        yield context.new_page()
        context.close()


def tab_to(page: Page, said: str, most: int = 70) -> None:
    """Tab until something whose name begins with these words has the focus; each stop shows it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        assert found["seen"], f"nobody sees that {found['said'][:60]!r} has the focus"
        assert found["there"], f"{found['said'][:60]!r} has the focus and no size"
        if f"{found['said']} ".startswith(f"{said} "):
            return
    raise AssertionError(f"{said!r} is not reached by Tab on {page.url}")


def test_signing_in_begins_with_a_link_past_the_menu(page: Page) -> None:
    page.goto("/sign-in")
    tab_to(page, "Skip to main content", 1)
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
    tab_to(page, "User name", 3)
    page.keyboard.type("case-officer")
    tab_to(page, "Password", 2)
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")


def test_a_form_leads_to_what_is_wrong_and_records_by_the_keyboard(page: Page) -> None:
    page.goto("/do/set_case_milestone?case=CASE-0004")
    tab_to(page, "What is to be reached")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title("Error: Set a milestone – Casework – Children's Improvement Board")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What is to be reached")).to_be_focused()
    page.keyboard.type("Cabinet reads the audit")
    for part, typed in (("Day", "30"), ("Month", "9"), ("Year", "2035")):
        tab_to(page, part, 2)
        page.keyboard.type(typed)
    tab_to(page, "Continue", 9)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check")
    tab_to(page, "Set the milestone")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cabinet reads the audit")).to_be_visible()


def test_a_list_is_filtered_and_sorted_by_the_keyboard(page: Page) -> None:
    page.goto("/cases")
    tab_to(page, "Region")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Filter")
    page.keyboard.press("Enter")
    expect(page.locator(".cw-chip")).to_have_text("Remove the filter Region: North East ✕")
    tab_to(page, "Remove the filter")
    page.keyboard.press("Enter")
    expect(page.locator(".cw-chip")).to_have_count(0)
    tab_to(page, "Opened", 80)
    page.keyboard.press("Enter")
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text("Opened")


def test_the_slider_and_the_menu_of_a_phone_move_by_keys(page: Page) -> None:
    page.goto("/grants/GRANT-0034")
    tab_to(page, "Move among its changes")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    tab_to(page, "Go to this change", 3)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The past")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/grants/GRANT-0034")
    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Menu")).to_have_attribute("aria-expanded", "true")
    tab_to(page, "Councils", 4)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Councils")
