"""Journey 7 by hand: the report to the Executive, from a figure to the events behind it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.by_hand.people import People
from tests.journeys.steps import open_case

pytestmark = pytest.mark.browser

SCRIPTED = ()


def test_each_figure_of_the_report_leads_to_its_events(people: People) -> None:
    open_case(people.service, "330")
    auditor = people["auditor"]
    auditor.look("Reporting", "Report to the Executive", "Read the report as it stands now")
    auditor.sees_heading(re.compile("Progress report"))
    note = auditor.page.locator("a.cw-note").first
    number = note.inner_text()
    note.click()
    auditor.page.get_by_role("link", name=f"See the events of note {number}", exact=True).click()
    auditor.sees_heading(re.compile("Councils with responsibility"))
    auditor.page.go_back()
    auditor.page.locator(".cw-figures strong a").first.click()
    auditor.sees_heading(re.compile("Cases that are open"))
    auditor.page.locator('td a[href^="/audit/events/"]').first.click()
    expect(auditor.page.get_by_role("heading", name="What it changed")).to_be_visible()
