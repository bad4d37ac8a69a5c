"""The pages in a real browser: each one opens, is accessible, fits a phone, and has its past."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.lists.every import LISTS
from tests.conftest import Service, running
from tests.journeys.browsing import sign_in, violations
from tests.journeys.figures import figures_shown

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/?whose=all&urgency=overdue",
    "/inbox",
    "/watch-list",
    "/team",
    "/team?region=north-west&lead=case-officer",
    "/cases",
    "/cases/CASE-0001",
    "/cases/CASE-0001/decisions",
    "/cases/CASE-0001/package",
    "/cases/CASE-0001/grants",
    "/cases/CASE-0001/mentoring",
    "/cases/CASE-0001/progress",
    "/cases/CASE-0001/documents",
    "/cases/CASE-0002/history?what=InstalmentPaid&since=2025-09-01",
    "/councils",
    "/councils/330",
    "/decisions",
    "/contracts",
    "/contracts/CONTRACT-0001",
    "/programmes",
    "/programmes/PROG-0005",
    "/hosting",
    "/hosting/staff-time",
    "/contracts/deliverables",
    "/specialists",
    "/regions",
    "/regions/london",
    "/regions/leads",
    "/engagement",
    "/engagement?region=london",
    "/cases/reviews",
    "/instruments",
    "/instruments?on=2026-01-01&state=in+force",
    "/persons",
    "/persons/PEER-0003",
    "/grants",
    "/grants/GRANT-0001",
    "/grants/GRANT-0001/payments",
    "/grants/GRANT-0001/conditions",
    "/grants/GRANT-0001/assessment",
    "/grants/GRANT-0001/history",
    "/grants/GRANT-0034/letters",
    "/grants/GRANT-0034/letters/variation-1",
    "/budgets",
    "/budgets/2025-26",
    "/budgets/2025-26/commitments",
    "/ledger",
    "/ledger?grant=GRANT-0001",
    "/mentoring",
    "/mentoring/MENT-0001",
    "/mentoring/sessions",
    "/peers",
    "/councils/330/profile",
    "/warnings",
    "/indicators",
    "/practice",
    "/practice?q=front+door&sort=council",
    "/practice/PRACTICE-0001",
    "/peers/supply",
    "/days",
    "/challenges",
    "/challenges/CHAL-0001",
    "/challenges/entitlement",
    "/challenges/reciprocity",
    "/challenges/triads?region=north-west&seed=3",
    "/self-assessments",
    "/self-assessments/330/2025-26",
    "/do/agree_peer_challenge",
    "/returns",
    "/returns/RET-0002",
    "/returns/RET-0002?area=E12000002",
    "/returns/RET-0002/changes?against=RET-0003",
    "/returns/RET-0002/sources?indicator=paid_sum",
    "/do/prepare_a_return",
    "/reports",
    "/reports/executive?as_at=2026-03-31",
    "/reports/executive/figures/grants-paid?as_at=2026-03-31",
    "/reports/REP-0002",
    "/audit",
    "/audit?case=CASE-0001",
    "/audit?from=2025-04-01&to=2027-03-31",
    "/audit?event=GrantApproved&event=OfferAccepted&stream=GRANT-&effective_from=2025-04-01",
    "/audit/events/300",
    "/audit/replay",
    "/audit/replay?ref=GRANT-0001",
    "/audit/replay?ref=COUNCIL-330",
    "/audit/decisions/1400",
    "/audit/what-if",
    "/audit/what-if?delegation=approver%3D20000",
    "/audit/verify",
    "/audit/events/2361",
    "/audit/compare",
    "/audit/compare?ref=GRANT-0001&from=2025-06-30&to=2026-03-31",
    "/audit/compare?ref=330&from=2025-06-30&about=2025-06-30",
    "/audit/trace",
    "/audit/trace?view=grant-row&key=GRANT-0001",
    "/audit/trace?view=budget-position&key=2025-26/contracts&field=paid_pence",
    "/figures?of=field(grant-row,GRANT-0001,paid_pence)",
    "/figures?of=field(case-page,CASE-0001,tier)",
    "/figures?of=count(case-page,is_open=true,region=london)",
    "/figures?of=sum(grant-row,paid_pence,year=2025-26)",
    "/figures?of=share(count(grant-row,year=2025-26),count(grant-row))",
    "/exports",
    "/search?q=safegaurding",
    "/cases?region=london&tier=intervention&opened_from=2025-01-01&sort=-opened_on",
    "/work",
    "/do/propose_a_grant",
    "/do/complete_triage?case=CASE-0001",
    "/do/review_progress?case=CASE-0001",
    "/do/complete_triage",
    "/do/attach_document?case=CASE-0001",
    "/do",
    "/drafts",
]

_LISTS = {"/audit", *(listing.path for listing in LISTS)}


def with_few_rows(address: str) -> str:
    """A page; of a list twenty rows, which axe looks at in a quarter of the time of a hundred."""
    path, _, query = address.partition("?")
    return f"{path}?{query}{'&' if query else ''}limit=20" if path in _LISTS else address


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    """The demonstration, served."""
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture(scope="module")
def officer(browser: Browser, played: Service) -> Iterator[Page]:
    page = sign_in(browser, played, "case-officer")
    yield page
    page.context.close()


@pytest.mark.parametrize("address", PAGES)
def test_page_opens_is_accessible_and_fits_a_phone(officer: Page, address: str) -> None:
    said: list[str] = []
    officer.on("console", lambda message: said.append(message.text))
    answer = officer.goto(with_few_rows(address))
    assert answer is not None
    assert answer.status == 200
    assert violations(officer) == []
    assert figures_shown(officer.content()).closed == []
    officer.set_viewport_size({"width": 320, "height": 800})
    assert officer.evaluate("document.documentElement.scrollWidth") == 320
    officer.set_viewport_size({"width": 1200, "height": 900})
    assert said == []


def test_one_cell_that_can_hardly_be_read_is_found_among_many_alike(officer: Page) -> None:
    officer.goto("/grants?limit=20")
    cell = officer.locator("tbody td:not(:has(a))").last
    cell.evaluate("cell => { cell.textContent = 'Grey'; cell.style.color = '#bbb' }")
    [found] = violations(officer)
    assert found.startswith("color-contrast: <td")
    assert "Grey" in found


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/cases",
        "/cases/CASE-0001",
        "/grants",
        "/budgets",
        "/councils/330/profile",
        "/warnings",
        "/practice",
        "/audit",
        "/audit/trace?view=budget-row&key=BUDGET-2025-26&field=award_pence",
        "/exports",
    ],
)
def test_the_past_is_shown_with_a_banner_and_is_read_only(officer: Page, address: str) -> None:
    officer.goto(address)
    officer.get_by_role("textbox", name="As at").fill("2025-06-25")
    officer.get_by_role("button", name="Show").click()
    expect(officer.get_by_text("It is read-only.")).to_be_visible()
    assert officer.get_by_role("heading", name="What you can do").count() == 0
    assert violations(officer) == []
    officer.get_by_role("link", name="Return to now").click()
    assert officer.get_by_text("It is read-only.").count() == 0


def test_a_wrong_password_says_so_and_the_page_stays_accessible(
    browser: Browser, played: Service
) -> None:
    page = browser.new_page(base_url=played.address)
    page.goto("/grants")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("User name").fill("approver-2")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_form_records_and_says_what_to_correct(
    browser: Browser, played: Service, script: bool
) -> None:
    page = sign_in(browser, played, "case-officer", script=script)
    page.goto("/cases/CASE-0001")
    page.get_by_role("link", name="Set a milestone").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_role("alert")).to_contain_text("Enter the date that it is due")
    assert page.title().startswith("Error: ")
    if script:
        assert violations(page) == []
    title = f"Partners' agreement {'with' if script else 'without'} script"
    page.get_by_label("What is to be reached").fill(title)
    due = page.get_by_role("group", name="Date that it is due")
    for part, value in (("Day", "29"), ("Month", "January"), ("Year", "2027")):
        due.get_by_label(part).fill(value)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("29 January 2027")).to_be_visible()
    if script:
        assert violations(page) == []
    page.get_by_role("button", name="Set the milestone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded")
    if script:
        assert violations(page) == []
    page.get_by_role("link", name="Go to CASE-0001").click()
    expect(page.get_by_role("cell", name=title)).to_be_visible()
    page.context.close()


def test_a_refusal_is_told_on_the_form_and_keeps_what_was_typed(
    browser: Browser, played: Service
) -> None:
    page = sign_in(browser, played, "case-officer")
    page.goto("/do/open_intervention_case?council=999")
    expect(page.get_by_label("Council")).to_have_value("999")
    page.get_by_label("What led to the case").fill("Latest judgements")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no COUNCIL-999")
    expect(page.get_by_label("What led to the case")).to_have_value("Latest judgements")
    page.context.close()


def test_roles_see_what_is_theirs(browser: Browser, played: Service) -> None:
    lead = sign_in(browser, played, "regional-lead")
    lead.goto("/cases")
    regions = lead.locator("table").last.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert set(regions) == {"North West"}
    answer = lead.goto("/budgets")
    assert answer is not None
    assert answer.status == 403
    assert violations(lead) == []
    lead.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_case_is_watched_and_its_changes_are_read(
    browser: Browser, played: Service, script: bool
) -> None:
    page = sign_in(browser, played, "case-officer-2", script=script)
    case = f"CASE-000{2 if script else 4}"
    page.goto(f"/cases/{case}")
    page.get_by_role("button", name="Watch").click()
    expect(page.get_by_role("button", name=f"Stop watching {case}")).to_be_visible()
    body = {"title": "Cabinet agrees the plan", "due_on": "2035-03-30"}
    set_ = played.client("case-officer").post(f"/api/v1/cases/{case}/milestones", json=body)
    page.goto(f"/inbox?after={set_.json()['position']}")
    expect(page.get_by_role("link", name="Cabinet agrees the plan")).to_be_visible()
    unread = page.get_by_role("link", name=re.compile(r"^Inbox, \d+ unread$"))
    expect(unread).to_be_visible()
    page.goto(f"/cases/{case}")
    expect(unread).to_be_visible()
    page.goto(f"/cases/{case}?as_at=2026-03-31")
    expect(page.get_by_role("banner").get_by_role("link", name="Inbox", exact=True)).to_be_visible()
    page.goto("/inbox")
    if script:
        assert violations(page) == []
    page.get_by_label("Once a day").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Once a day")).to_be_checked()
    page.get_by_role("button", name="Mark everything as read").click()
    expect(page.get_by_text("Nothing is new.")).to_be_visible()
    expect(unread).to_have_count(0)
    page.get_by_role("link", name="Watch list").first.click()
    expect(page.get_by_text("Cabinet agrees the plan")).to_be_visible()
    if script:
        assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_role("button", name=f"Stop watching {case}").click()
    expect(page.get_by_text("You watch nothing.")).to_be_visible()
    page.context.close()


def test_a_task_is_one_click_from_its_form_filled_in(browser: Browser, played: Service) -> None:
    page = sign_in(browser, played, "approver")
    page.get_by_role("link", name="Take the decision").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Approve or decline what another person proposed"
    )
    expect(page.get_by_role("main")).to_contain_text("CASE-0002")
    assert "decision=2" in page.url
    page.context.close()


def test_forms_of_others_are_refused(played: Service) -> None:
    anyone = played.anonymous()
    answer = anyone.post("/do/set_case_milestone", data={"case": "CASE-0001"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nowhere", 404, "Page not found"),
        ("/cases/CASE-9999", 404, "Page not found"),
        ("/budgets/1999-00", 404, "Page not found"),
        ("/do/approve_grant?grant=GRANT-0001", 403, "You can't do this"),
        ("/audit?from=yesterday", 422, "There is a problem"),
        ("/cases?as_at=yesterday", 422, "There is a problem"),
        ("/audit/compare?ref=GRANT-9999&from=2025-06-30", 404, "Page not found"),
        ("/audit/compare?ref=GRANT-0001&from=300&to=200", 422, "There is a problem"),
        ("/audit/trace?view=grant-row&key=GRANT-0001&field=status", 422, "There is a problem"),
    ],
)
def test_what_goes_wrong_is_a_page_that_says_so(
    officer: Page, address: str, status: int, heading: str
) -> None:
    answer = officer.goto(address)
    assert answer is not None
    assert answer.status == status
    expect(officer.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(officer) == []


def test_the_trail_counts_only_what_was_recorded_between(officer: Page) -> None:
    officer.goto("/audit?to=2001-01-01")
    expect(officer.get_by_text("No event matches.")).to_be_visible()


def test_a_register_is_taken_away_as_at_the_moment_looked_at(officer: Page) -> None:
    officer.goto("/exports?as_at=2025-12-01")
    with officer.expect_download() as waited:
        officer.get_by_role("link", name="ODS of Grants").click()
    assert waited.value.suggested_filename.startswith("casework-grants-2025-12-01-")
    officer.goto("/exports?as_at=1")
    expect(officer.get_by_text("Nothing was on record then").first).to_be_visible()


def test_returning_to_now_keeps_the_filters(officer: Page) -> None:
    officer.goto("/grants?status=accepted&as_at=2025-12-01")
    officer.get_by_role("link", name="Return to now").click()
    assert officer.url.endswith("/grants?status=accepted")


@pytest.mark.parametrize("script", [True, False])
def test_filters_are_kept_under_a_name_and_found_again(
    browser: Browser, played: Service, script: bool
) -> None:
    page = sign_in(browser, played, "auditor", script=script)
    page.goto("/audit")
    expect(page.get_by_text("Only you see them.")).to_be_visible()
    page.get_by_label("Event", exact=True).select_option("GrantApproved")
    page.get_by_label("Recorded from").fill("2025-04-01")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("Or event")).to_be_visible()
    name = f"Approvals {'with' if script else 'without'} script"
    page.get_by_label("Name for these filters").fill(name)
    page.get_by_role("button", name="Save these filters").click()
    kept = page.get_by_role("link", name=name)
    expect(kept).to_have_attribute("aria-current", "true")
    if script:
        assert violations(page) == []
    page.goto("/audit?stream=CHAL-&area=challenges")
    kept.click()
    expect(page.get_by_label("Event", exact=True)).to_have_value("GrantApproved")
    expect(page.get_by_label("Recorded from")).to_have_value("2025-04-01")
    page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.get_by_text("Only you see them.")).to_be_visible()
    page.context.close()


def test_a_list_is_filtered_kept_and_taken_away_without_script(
    browser: Browser, played: Service
) -> None:
    page = sign_in(browser, played, "case-officer", script=False)
    page.get_by_label("Search everything").fill("case 1")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("navigation").get_by_role("link", name="Cases").click()
    page.get_by_label("Region").select_option("North West")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Opened", exact=True).click()
    opened = page.get_by_role("columnheader", name="Opened")
    expect(opened).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("Name for these filters").fill("My region")
    page.get_by_role("button", name="Save these filters").click()
    page.get_by_role("link", name="Remove the filter Region: North West").click()
    page.get_by_role("link", name="My region").click()
    with page.expect_download() as waited:
        page.get_by_role("link", name="as CSV").click()
    assert waited.value.suggested_filename.startswith("casework-cases-")
    page.context.close()


def test_long_work_is_left_and_come_back_to_without_script(
    browser: Browser, played: Service
) -> None:
    page = sign_in(browser, played, "case-officer", script=False)
    page.goto("/work")
    page.get_by_text("Import a file").click()
    page.get_by_label("What it holds").select_option("Register of councils")
    page.get_by_label("File", exact=True).set_input_files(played.data / "authorities.csv")
    page.get_by_role("button", name="Import").click()
    page.goto("/work")
    expect(page.get_by_text("153 unchanged")).to_be_visible(timeout=20_000)
    with page.expect_download() as waited:
        page.get_by_role("link", name="authorities-rows.csv").click()
    assert waited.value.suggested_filename == "authorities-rows.csv"
    page.context.close()


def test_a_name_that_can_not_be_is_told_on_a_page(browser: Browser, played: Service) -> None:
    page = sign_in(browser, played, "auditor")
    page.goto("/audit?case=CASE-0001")
    page.get_by_label("Name for these filters").fill("/")
    page.get_by_role("button", name="Save these filters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is a problem")
    assert violations(page) == []
    page.context.close()


def test_the_trail_and_the_access_log_lead_to_one_another(
    browser: Browser, played: Service
) -> None:
    page = sign_in(browser, played, "auditor")
    page.goto("/users?role=auditor")
    assert violations(page) == []
    page.goto("/persons/PEER-0003")
    page.goto("/audit?person=PEER-0003&actor=auditor")
    page.get_by_role("link", name="The access log").click()
    assert violations(page) == []
    row = page.get_by_role("row", name="PEER-0003").first
    row.get_by_role("link", name="PEER-0003").click()
    expect(page.get_by_label("Person")).to_have_value("PEER-0003")
    page.locator("tbody tr a").first.click()
    expect(page.get_by_role("heading", name="Who read what")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Who read PEER-0003").click()
    page.get_by_role("link", name="The audit trail").first.click()
    page.context.close()


def test_a_form_of_somebody_else_keeps_no_query(played: Service) -> None:
    answer = played.anonymous().post("/audit/queries", data={"name": "Mine", "filters": "{}"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_a_figure_leads_to_its_events_and_an_event_to_what_it_changed(officer: Page) -> None:
    officer.goto("/budgets/2025-26")
    row = officer.get_by_role("row").filter(has=officer.get_by_role("link", name="Contracts"))
    paid = row.get_by_role("link").nth(4)
    figure = paid.inner_text()
    paid.click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(figure)
    expect(officer.get_by_role("row", name="Together")).to_contain_text(figure)
    officer.locator("tbody a").first.click()
    expect(officer.get_by_role("heading", name="What it changed")).to_be_visible()
    changed = officer.get_by_role("region", name="Budget position 2025-26/contracts, changed")
    expect(changed.get_by_role("row", name="Paid")).to_contain_text("£77,500.00")
    changed.get_by_role("link", name="£77,500.00").first.click()
    expect(officer.get_by_text("It is read-only.")).to_be_visible()
    assert violations(officer) == []


def test_a_slider_moves_among_the_changes_of_a_grant(officer: Page) -> None:
    officer.goto("/grants/GRANT-0001")
    slider = officer.get_by_role("slider", name="Move among its changes")
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    told = slider.get_attribute("aria-valuetext") or ""
    chosen = officer.get_by_role("combobox", name="GRANT-0001 changed").input_value()
    officer.get_by_role("button", name="Go to this change").click()
    assert officer.url.endswith(f"/grants/GRANT-0001?as_at={chosen}")
    expect(officer.get_by_text("It is read-only.")).to_be_visible()
    assert slider.get_attribute("aria-valuetext") == told
    officer.get_by_role("link", name="Next change").click()
    assert officer.url != f"/grants/GRANT-0001?as_at={chosen}"


def test_two_moments_are_compared_side_by_side_without_script(
    browser: Browser, played: Service
) -> None:
    page = sign_in(browser, played, "auditor", script=False)
    page.goto("/grants/GRANT-0001")
    page.get_by_role("link", name="Compare two moments of GRANT-0001").click()
    page.get_by_label("First moment").fill("2025-06-30")
    page.get_by_label("Second moment").fill("2026-03-31")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("GRANT-0001 at two moments")
    status = page.get_by_role("row", name="Status").first
    expect(status.locator("del")).to_have_text("proposed")
    expect(status.locator("ins")).to_have_text("accepted")
    expect(status.get_by_role("listitem")).to_have_count(3)
    expect(status).to_contain_text("approver-2 (approver)")
    status.get_by_role("listitem").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("approved")
    page.context.close()
