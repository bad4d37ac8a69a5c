"""Journey 6 by hand: a return is certified, corrections come late, each difference explained."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from domain.kernel import financial_year
from tests.journeys.by_hand.people import WHEN, Answers, People, Person
from tests.journeys.steps import accept_grant, done, grant_body, open_budget, open_case

pytestmark = pytest.mark.browser

SCRIPTED = ("approver", "dfe-analyst")
FIRST, SECOND, GRANT = "RET-0001", "RET-0002", "GRANT-0001"


def last_quarter(today: date) -> tuple[str, date]:
    """The quarter that ended last before a day, as returns write it, and its last day."""
    last = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return f"{financial_year(last)}Q{(last.month - 4) % 12 // 3 + 1}", last


@pytest.fixture(scope="module")
def period(people: People) -> str:
    """The last quarter, in which a grant was accepted and nothing of it was paid."""
    service, (quarter, last) = people.service, last_quarter(people.today)
    day = last.isoformat()
    open_budget(service, financial_year(last), "9300000.00", "500000.00")
    one = [{"amount": "120000.00", "due_on": day}]
    terms = {"year": financial_year(last), "effective_on": day, "conditions": []}
    body = grant_body(open_case(service)) | terms | {"instalments": one}
    done(service.client("case-officer").post("/api/v1/grants", json=body))
    accept_grant(service, GRANT, day, accept_by=day)
    return quarter


def certify(people: People, period: str, why: str) -> None:
    """Prepared by an officer, reviewed and certified by somebody else."""
    officer, approver = people["case-officer"], people["approver"]
    officer.look("Reporting", "Returns")
    asked = {"Type of return > Programme": "", "Period": period, "Reason": why}
    officer.do("prepare_a_return", asked)
    expect(officer.page.locator('a[href^="/do/submit_a_return"]')).to_have_count(0)
    approver.look("Start")
    approver.do("review_a_return", {"Reason": "The figures add up"})
    approver.do("submit_a_return", {"Statement that you certify": "True and complete"})
    approver.sees("Submitted")


def files(reader: Person, dfe_return: str) -> dict[str, bytes]:
    """What is on record of a return, each file taken away by its link."""
    reader.look("Reporting", "Returns", dfe_return)
    rows = reader.table("Files").locator("tbody tr").all_inner_texts()
    names = [name for name, _, size in (row.split("\t") for row in rows) if size.strip()]
    return {name: reader.takes(name).path().read_bytes() for name in names}


def test_a_return_is_the_same_for_ever_and_the_next_explains_each_difference(
    people: People, period: str
) -> None:
    analyst = people["dfe-analyst"]
    certify(people, period, "The quarter is over")
    before = files(analyst, FIRST)
    assert len(before) > 5
    pay_late(people)
    certify(people, period, "A payment came to light late")
    assert files(analyst, FIRST) == before
    assert files(analyst, SECOND) != before
    analyst.look("Reporting", "Returns", FIRST)
    analyst.sees("Superseded by")
    explained(people["case-officer"])


def pay_late(people: People) -> None:
    """What was paid in the quarter is recorded after it was reported."""
    finance, (_, last) = people["finance-officer"], last_quarter(people.today)
    finance.look("Money", GRANT)
    paid: Answers = {"Instalment": "1", "Payment reference": "BACS-LATE", WHEN: last}
    finance.do("pay_instalment", paid)


def explained(officer: Person) -> None:
    """Figure by figure, down to the event."""
    officer.look("Reporting", "Returns", FIRST, "What has changed since, and why")
    officer.answer({"Compared with": SECOND})
    officer.press("Compare")
    changed = officer.table("Each figure that changed").locator("tbody tr")
    national = changed.filter(has_text=re.compile("England.*paid", re.IGNORECASE)).first
    expect(national).to_contain_text("120000.00")
    officer.sees("What the events did adds up to each difference")
    national.get_by_role("link", name=re.compile("^Event")).click()
    officer.sees("BACS-LATE")
