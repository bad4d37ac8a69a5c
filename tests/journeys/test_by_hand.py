"""The journeys by hand: each as its people do it in a browser, by links and forms alone.

Without JavaScript, except where a test says so: what a page does with it, it must do without.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from domain.kernel import financial_year
from service.demo import DEMO_PASSWORD
from service.identity import accounts_of
from tests.conftest import Service
from tests.journeys.browsing import sign_in, violations
from tests.journeys.steps import adopt_first_policy, register_councils

pytestmark = pytest.mark.browser

PEOPLE = (
    "case-officer",
    "case-officer-2",
    "approver",
    "finance-officer",
    "finance-officer-2",
    "council-contact",
    "peer",
    "regional-lead",
    "auditor",
)
Answers = Mapping[str, str | int | date]


class People:
    """Everybody who takes part, each in a browser of their own."""

    def __init__(self, browser: Browser, service: Service) -> None:
        self.browser, self.service = browser, service
        self.pages: dict[str, Page] = {}

    def __getitem__(self, user: str) -> Page:
        if user not in self.pages:
            self.pages[user] = sign_in(
                self.browser, self.service, user, script=user == "finance-officer"
            )
        return self.pages[user]

    @property
    def today(self) -> date:
        return self.service.installation.today()


@pytest.fixture(scope="module")
def people(browser: Browser, service: Service) -> Iterator[People]:
    register_councils(service)
    adopt_first_policy(service)
    for user in PEOPLE:
        accounts_of(service.installation).keep(user, user, password=DEMO_PASSWORD)
    found = People(browser, service)
    yield found
    for page in found.pages.values():
        page.context.close()


def begin(page: Page, form: str, **choose: str) -> None:
    """Follow the page's link to a form; or the one among all that one can do.

    Where the form asks first what it is about, choose that.
    """
    link = page.locator(f'a[href^="/do/{form}"]').first
    if not link.count():
        page.get_by_role("link", name="Start", exact=True).first.click()
        page.get_by_role("link", name="What you can do").click()
        link = page.locator(f'a[href="/do/{form}"]')
    link.click()
    for subject, value in choose.items():
        page.locator(f'[id="f-{subject}"]').select_option(value)
        page.get_by_role("button", name="Continue").click()


def _named(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}( \(optional\))?\s*$")


def answer(page: Page | Locator, answers: Answers) -> None:
    """Type or choose each answer: by its label, within its group where the label says so."""
    for said, value in answers.items():
        *groups, label = said.split(" > ")
        within = page
        for group in groups:
            within = within.get_by_role("group", name=_named(group))
        if isinstance(value, date):
            boxes = within.get_by_role("group", name=_named(label))
            for part in ("Day", "Month", "Year"):
                boxes.get_by_label(part).fill(str(getattr(value, part.lower())))
            continue
        field = within.get_by_label(_named(label)).first
        kind = field.evaluate("e => e.type")
        if kind in ("radio", "checkbox"):
            field.check()
        elif kind.startswith("select"):
            field.select_option(str(value))
        else:
            field.fill(str(value))


def each(page: Page, one: str, items: Sequence[Answers]) -> None:
    """Answer for one item after the other, with room added for each."""
    for number, item in enumerate(items, 1):
        if number > 1:
            page.get_by_role("button", name=f"Add another {one}").click()
        name = f"{one.capitalize()} {number}"
        answer(page, {f"{name} > {said}" if said else name: v for said, v in item.items()})


def refused(page: Page, said: str) -> None:
    """The form is shown again with the rule's sentence, in the summary and at its field."""
    expect(page.get_by_role("alert")).to_contain_text(said)
    assert page.title().startswith("Error: ")


def send(page: Page) -> None:
    """Check the answers and record them."""
    page.get_by_role("button", name="Continue").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Record").click()


def recorded(page: Page) -> None:
    """The receipt says that it is on record; go on to where it is shown."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded")
    page.get_by_role("link", name=re.compile("^Go to ")).click()


def do(page: Page, form: str, answers: Answers, **choose: str) -> None:
    """A form from the link that leads to it to the page that shows what was recorded."""
    begin(page, form, **choose)
    answer(page, answers)
    send(page)
    recorded(page)


def look(page: Page, section: str, *links: str) -> None:
    """Go by the navigation, then by these links; one of the section's own name is its page."""
    page.get_by_role("link", name=section, exact=True).first.click()
    for link in links:
        found = page.get_by_role("link", name=link, exact=True)
        (found.nth(1) if link == section else found.first).click()


def test_from_a_judgement_to_a_decision(people: People) -> None:
    officer, approver = people["case-officer"], people["approver"]
    look(officer, "Councils", "Birmingham")
    judged = people.today - timedelta(days=30)
    do(
        officer,
        "record_inspection",
        {
            "Framework": "ilacs-standard",
            "Began on": judged - timedelta(days=40),
            "Published on": judged,
            "Grades: overall > Inadequate": "",
        },
    )
    look(officer, "Start")
    begin(officer, "open_intervention_case")
    opened = people.today - timedelta(days=10)
    answer(officer, {"Trigger": "Judged inadequate overall", "Effective on": opened})
    send(officer)
    expect(officer.get_by_text("Its reference is")).to_be_visible()
    recorded(officer)
    expect(officer.get_by_role("heading", level=1)).to_have_text("Birmingham")
    do(
        officer,
        "complete_triage",
        {
            "Tier > Intervention": "",
            "Needs: professional": "Front door and social work practice",
            "Needs: political": "Scrutiny and corporate parenting",
        },
    )
    begin(officer, "propose_decision")
    each(officer, "option", [{"": "Wait for the next visit"}, {"": "A grant for three posts"}])
    answer(
        officer,
        {
            "Title": "Rebuild the front door",
            "Evidence": "The inspectors' report",
            "Recommendation": "A grant for three posts",
            "Cost": "£120,000.00",
        },
    )
    send(officer)
    recorded(officer)
    look(approver, "Start")
    do(
        approver,
        "take_decision",
        {"Outcome > Approved": "", "Rationale": "The need is plain", "Board minute": "2025/14"},
    )
    expect(approver.get_by_role("heading", level=1)).to_have_text("Birmingham")


def test_a_grant_from_its_budget_to_its_last_pound(people: People) -> None:
    officer, finance, today = people["case-officer"], people["finance-officer"], people.today
    year = financial_year(today)
    do(finance, "open_year_budget", {"Year": year, "Award": "9,300,000", "Award letter": "DFE/1"})
    do(finance, "allocate_heading", {"Heading": "intervention-support", "Amount": "£2,900,000"})
    look(officer, "Money")
    begin(officer, "propose_a_grant")
    parts = (("£50,000.00", ""), ("40000", "1"), ("30,000", "1, 2"))
    each(
        officer,
        "instalment",
        [{"Amount": a, "Due on": today, "Conditions": waits} for a, waits in parts],
    )
    each(officer, "condition", [{"": "Plan agreed by cabinet"}, {"": "Vacancies below 1 in 10"}])
    answer(
        officer,
        {
            "Case": "CASE-0001",
            "Year": year,
            "Purpose": "Rebuild the front door",
            "Amount": "£120,000.00",
            "Amount basis": "Three posts for eight months",
            "Legal power": "Local Government Act 2003, section 31",
            "Determination number": "31/4821",
            "Senior responsible owner": "Director of improvement",
            "Option 1": "Loan of staff: none were free",
            "Evidence": "The inspectors' report",
            "Value for money": "A third below the agency rate",
            "Direct award reason": "Only the council can spend it",
        },
    )
    send(officer)
    recorded(officer)
    assess(people)
    approve(people)
    pay(people)
    settle(people)


def assess(people: People) -> None:
    """Somebody else assesses it; finance looks at the council as payee."""
    assessor, finance = people["case-officer-2"], people["finance-officer"]
    look(assessor, "Money", "GRANT-0001")
    begin(assessor, "assess_grant")
    each(assessor, "score", [{"Criterion": "need", "Score": 4, "Reason": "Plain"}])
    answer(assessor, {"Criteria version": "2025/1", "Conflict of interest": "None"})
    send(assessor)
    recorded(assessor)
    look(finance, "Money", "GRANT-0001")
    passed = {"Result > Passed": "", "Fraud risk > Low": "", "Payee verified > Yes": ""}
    do(finance, "record_due_diligence", {**passed, "Findings": "Accounts seen"})


def approve(people: People) -> None:
    """Above the limit it is refused without the Board's minute; then offered and accepted."""
    approver, officer = people["approver"], people["case-officer"]
    look(approver, "Start")
    begin(approver, "approve_grant")
    answer(approver, {"Rationale": "It meets the criteria"})
    send(approver)
    refused(approver, "limit")
    answer(approver, {"Board minute": "2025/15"})
    send(approver)
    recorded(approver)
    look(officer, "Money", "GRANT-0001")
    by = people.today + timedelta(days=14)
    do(officer, "offer_grant", {"Determination letter": "DL/1", "Accept by": by})
    contact = people["council-contact"]
    look(contact, "Start")
    signed = {"Signatory": "USER-council-contact", "Signatory office": "Section 151 officer"}
    do(contact, "accept_offer", signed)


def pay(people: People) -> None:
    """The second instalment waits for its condition; who settles it meanwhile is shown."""
    finance, officer = people["finance-officer"], people["case-officer"]
    look(finance, "Money", "GRANT-0001")
    do(finance, "pay_instalment", {"Instalment": "1", "Payment reference": "BACS-1"})
    begin(finance, "pay_instalment")
    answer(finance, {"Instalment": "2", "Payment reference": "BACS-2"})
    send(finance)
    refused(finance, "condition")
    look(officer, "Money", "GRANT-0001")
    met = {"Outcome > Met": "", "Evidence": "Cabinet minutes", "Reason": "Seen"}
    do(officer, "settle_grant_condition", met, condition="1")
    send(finance)
    expect(finance.get_by_text("What has changed since you read it")).to_be_visible()
    assert violations(finance) == []
    send(finance)
    expect(finance.get_by_role("heading", level=1)).to_have_text("Recorded")
    receipt = finance.url
    finance.go_back()
    expect(finance.get_by_role("heading", level=1)).to_have_text("Recorded")
    assert finance.url == receipt
    recorded(finance)


def settle(people: People) -> None:
    """Suspended, resumed, partly clawed back; what was paid is in the grant's figures."""
    finance, officer = people["finance-officer"], people["case-officer"]
    officer.reload()
    do(officer, "suspend_grant", {"Reason": "A return is late"})
    do(officer, "resume_grant", {"Reason": "It has come"})
    finance.reload()
    do(finance, "demand_money_back", {"Amount": "£10,000", "Reason": "Two posts stayed empty"})
    received = {"Amount": "£10,000", "Receipt reference": "RCPT-1"}
    do(finance, "receive_money_back", received)
    figures = finance.locator(".cw-figures")
    expect(figures).to_contain_text("£90,000.00")
    expect(figures).to_contain_text("£10,000.00")


def lately(today: date) -> date:
    """Today, or the last day of a financial year that has just ended: three days in one year."""
    before = today - timedelta(days=3)
    return today if financial_year(before) == financial_year(today) else date(today.year, 3, 31)


def test_a_mentor_from_registration_to_erasure(people: People) -> None:
    officer, last = people["case-officer"], lately(people.today)
    first: Answers = {"Effective on": last - timedelta(days=3)}
    look(officer, "Peers", "Peers")
    begin(officer, "register_a_peer")
    each(officer, "theme", [{"": "Front door"}])
    member: Answers = {"Name": "Cllr Test", "Kind > Member": "", "Home council": "333"}
    answer(officer, {**member, "Party": "Independent", **first})
    send(officer)
    recorded(officer)
    steps: dict[str, Answers] = {
        "confirm_employer_release": {"Until": date(last.year + 2, 3, 31)},
        "accredit_peer": {"Accreditation": "Member peer"},
        "pledge_days": {"Year": financial_year(last), "Half days": 10},
    }
    for form, answers in steps.items():
        do(officer, form, {**answers, **first}, peer="PEER-0001")
    begin(officer, "request_mentoring")
    each(officer, "objective", [{"": "Challenge that members can use"}])
    each(officer, "theme", [{"": "Front door"}])
    asked: Answers = {
        "Case": "CASE-0001",
        "Mentee office": "lead member",
        "Mentee name": "Cllr Mentee",
    }
    answer(officer, {**asked, **first})
    send(officer)
    recorded(officer)
    chosen: Answers = {"Peer": "PEER-0001", "Half days": 6, "Why": "Knows front doors"}
    do(officer, "match_a_mentor", {**chosen, **first})
    yes: Answers = {"Accepted > Yes": "", "Reason": "Glad to", **first}
    for user, form in (("peer", "answer_for_mentor"), ("council-contact", "answer_for_council")):
        look(people[user], "Peers", "Mentoring", "MENT-0001")
        do(people[user], form, yes)
    hold_sessions(people["peer"], last)
    officer.reload()
    ended = {
        "Outcome": "Questions are asked that were not before",
        "Reason": "It has done its work",
    }
    do(officer, "end_mentoring", ended)
    look(officer, "Peers", "Peers")
    expect(officer.get_by_text("Cllr Test").first).to_be_visible()
    do(officer, "erase_peer", {"Reason": "Asked for it"}, peer="PEER-0001")
    assert officer.get_by_text("Cllr Test").count() == 0


def hold_session(peer: Page, ago: int, on: date) -> None:
    """Record one session, by the form."""
    begin(peer, "hold_session")
    each(peer, "theme", [{"": f"Front door, {ago} days ago"}])
    answer(peer, {"On": on, "Minutes": 90, "Half days": 1, "Note": "In confidence"})
    send(peer)


def hold_sessions(peer: Page, last: date) -> None:
    """Three, the last on a day; one that was held is not recorded again."""
    peer.reload()
    for ago in (2, 1, 0):
        hold_session(peer, ago, last - timedelta(days=ago))
        recorded(peer)
    hold_session(peer, 0, last)
    refused(peer, "a session is recorded once")
    look(peer, "Peers", "Mentoring", "MENT-0001")
    for ago in (2, 1, 0):
        expect(peer.get_by_text(f"Front door, {ago} days ago").first).to_be_visible()


def test_an_auditor_replays_and_compares(people: People) -> None:
    auditor, today = people["auditor"], people.today
    look(auditor, "Money", "GRANT-0001")
    auditor.locator('a[href^="/audit/replay"]').first.click()
    expect(auditor.get_by_text("2025/15").first).to_be_visible()
    look(auditor, "Money", "GRANT-0001")
    auditor.locator('a[href^="/audit/compare"]').first.click()
    auditor.get_by_label("First moment").fill("1")
    auditor.get_by_label("Second moment").fill(today.isoformat())
    auditor.get_by_role("button", name="Compare").click()
    expect(auditor.get_by_role("heading", level=1)).to_contain_text("GRANT-0001")
    look(auditor, "Start", "What you can do")
    for form in ("approve_grant", "pay_instalment", "take_decision", "open_intervention_case"):
        assert auditor.locator(f'a[href="/do/{form}"]').count() == 0


def last_quarter(today: date) -> str:
    """The quarter that ended last before a day, as returns write it."""
    last = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return f"{financial_year(last)}Q{(last.month - 4) % 12 // 3 + 1}"


def test_a_return_is_prepared_certified_and_superseded(people: People) -> None:
    officer, approver = people["case-officer"], people["approver"]
    for why in ("The quarter is over", "A late correction"):
        look(officer, "Reporting", "Returns")
        asked = {"Kind > Programme": "", "Period": last_quarter(people.today), "Reason": why}
        do(officer, "prepare_a_return", asked)
        look(approver, "Start")
        do(approver, "review_a_return", {"Reason": "The figures add up"})
        do(approver, "submit_a_return", {"Statement": "True and complete"})
    expect(approver.get_by_role("heading", level=1)).to_be_visible()
    look(officer, "Reporting", "Returns", "RET-0001")
    expect(officer.get_by_text("RET-0002").first).to_be_visible()


def test_a_regional_lead_works_in_one_region(people: People) -> None:
    finance, lead, year = (
        people["finance-officer"],
        people["regional-lead"],
        financial_year(people.today),
    )
    look(finance, "Money", "Budget")
    do(finance, "allocate_heading", {"Heading": "regions", "Amount": "2000000"})
    do(finance, "devolve_to_region", {"Region": "north-west", "Amount": "150000"})
    look(lead, "Regions", "North West")
    spent = {"Year": year, "Spent on": "A regional front-door team", "Evidence": "Invoice 7"}
    begin(lead, "report_regional_spend")
    answer(lead, {**spent, "Amount": "£150,001"})
    send(lead)
    refused(lead, "£150,000.00")
    answer(lead, {"Amount": "£12,000"})
    send(lead)
    recorded(lead)
    expect(lead.get_by_text("£12,000.00").first).to_be_visible()
    look(lead, "Challenge")
    begin(lead, "agree_peer_challenge")
    offered = lead.get_by_label("Council", exact=True).locator("option").all_inner_texts()
    assert not any("Birmingham" in name for name in offered)
    answer(lead, {"Council": "352", "Kind > Regional peer challenge": "", "Focus": "Front door"})
    send(lead)
    recorded(lead)
    soon = people.today + timedelta(days=30)
    do(lead, "schedule_peer_challenge", {"First day": soon, "Last day": soon})
    expect(lead.get_by_text("Scheduled").first).to_be_visible()


def test_each_figure_of_the_report_leads_to_its_events(people: People) -> None:
    auditor = people["auditor"]
    look(auditor, "Reporting", "Report to the Executive", "Read the report as it stands now")
    expect(auditor.get_by_role("heading", level=1)).to_contain_text("Progress report")
    number = auditor.locator("a.cw-note").first.inner_text()
    auditor.locator("a.cw-note").first.click()
    auditor.get_by_role("link", name=f"See the events of note {number}", exact=True).click()
    expect(auditor.get_by_role("heading", level=1)).to_contain_text("Cases that are open")
    auditor.locator('td a[href^="/audit/events/"]').first.click()
    expect(auditor.get_by_role("heading", level=1)).to_be_visible()
