"""Journey 2 by hand: a grant from its budget to its last pound, and what is refused on the way."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from domain.kernel import pounds_text
from service.telling import account_text
from tests.journeys.browsing import enter
from tests.journeys.by_hand.people import Answers, People, Person
from tests.journeys.steps import open_case, record_inadequate

pytestmark = pytest.mark.browser

SCRIPTED = ("approver", "finance-officer", "administrator")
GRANT, HEADING = "GRANT-0001", "intervention-support"
MINUTE = "Reference of the Board's minute"
LETTER = "Reference of the determination letter"
WAITS = "Conditions that it waits for"


class Money(NamedTuple):
    """What the heading comes to, in whole pounds."""

    committed: int = 0
    paid: int = 0
    due: int = 0
    recovered: int = 0
    available: int = 2_900_000


class Books(NamedTuple):
    """The budget's page and the ledger's, kept open by the auditor."""

    people: People
    auditor: Person

    def agree(self, money: Money) -> None:
        """Both pages say this of the heading, and every posting has its other side."""
        head, year = self.people.service.installation.store.head(), self.people.year
        page = self.auditor.page
        page.goto(f"/budgets/{year}?after={head}")
        shown = self.auditor.table("Headings").locator("tbody tr td").all_inner_texts()
        budget = dict(zip(Money._fields, shown[3:], strict=True))
        told = [pounds_text(pounds * 100) for pounds in money]
        assert budget == dict(zip(Money._fields, told, strict=True))
        page.get_by_role("link", name="The ledger of the year").click()
        self.auditor.sees("the accounts add up to £0.00")
        rows = self.auditor.table("Trial balance").locator("tbody tr").all_inner_texts()
        held = {name: balance for name, _, balance in (row.split("\t") for row in rows)}
        accounts = {
            f"heading/{year}/{HEADING}": money.available,
            f"grant-commitment/{year}/{GRANT}": money.committed,
            f"clawback-due/{year}/{GRANT}": money.due,
        }
        for account, pounds in accounts.items():
            balance = held.get(account_text(account), "£0.00")
            assert balance == pounds_text(pounds * 100), account


@pytest.fixture(scope="module")
def books(people: People) -> Books:
    """The books of an installation with a case at Birmingham, and no money yet."""
    record_inadequate(people.service, "330")
    open_case(people.service, "330")
    return Books(people, people["auditor"])


def test_a_grant_from_its_budget_to_its_last_pound(people: People, books: Books) -> None:
    open_the_year(people)
    books.agree(Money())
    propose(people["case-officer"], people)
    approve(people)
    books.agree(Money(committed=120_000, available=2_780_000))
    offer(people)
    pay_first(people)
    books.agree(Money(committed=70_000, paid=50_000, available=2_780_000))
    pay_second(people)
    books.agree(Money(committed=30_000, paid=90_000, available=2_780_000))
    vary(people)
    books.agree(Money(committed=20_000, paid=90_000, available=2_790_000))
    suspend(people)
    claw_back(people, books)
    books.agree(Money(paid=75_000, recovered=14_000, available=2_824_000))


def open_the_year(people: People) -> None:
    """The department's award, and what of it is for councils in intervention."""
    finance = people["finance-officer"]
    award = {
        "Financial year": people.year,
        "The department's award": "9,300,000",
        "Reference of the award letter": "DFE/1",
    }
    finance.do("open_year_budget", award)
    finance.do("allocate_heading", {"Heading": HEADING, "Amount to add to it": "£2,900,000"})


def propose(officer: Person, people: People) -> None:
    """Three instalments, two conditions."""
    officer.look("Money")
    officer.begin("propose_a_grant")
    parts = (("£50,000.00", ""), ("40000", "1"), ("30,000", "1, 2"))
    each: list[Answers] = [
        {"Amount": amount, "Date that it is due": people.today, WAITS: waits}
        for amount, waits in parts
    ]
    officer.each("instalment", each)
    officer.each("condition", [{"": "Plan agreed by cabinet"}, {"": "Vacancies below 1 in 10"}])
    officer.answer(
        {
            "Case": "CASE-0001",
            "Financial year that pays for it": people.year,
            "What the grant is for": "Rebuild the front door",
            "Amount in all": "£120,000.00",
            "How the amount was arrived at": "Three posts for eight months",
            "Legal power": "Local Government Act 2003, section 31",
            "Determination number": "31/4821",
            "Senior responsible owner": "Director of improvement",
            "Option 1": "Loan of staff: none were free",
            "Evidence that it is needed": "The inspectors' report",
            "Why it is value for money": "A third below the agency rate",
            "Why it was not competed": "Only the council can spend it",
        }
    )
    officer.send()
    officer.recorded()


def approve(people: People) -> None:
    """By its proposer it is refused, above the limit too; with the Board's minute it is not."""
    officer, approver = people["case-officer"], people["approver"]
    role = {"Role": "approver", "Most that they may approve": "500000"}
    people["administrator"].do("grant_user_role", role, user="case-officer")
    officer.look("Money", GRANT)
    officer.begin("approve_grant")
    officer.answer({"Why it is approved": "Mine"})
    officer.send()
    officer.refused("proposed")
    assess(people)
    approver.look("Start")
    approver.begin("approve_grant")
    approver.answer({"Why it is approved": "It meets the criteria"})
    approver.send()
    approver.refused("limit")
    expect(approver.page.get_by_label("Why it is approved")).to_have_value("It meets the criteria")
    approver.answer({MINUTE: "2025/15"})
    approver.send()
    approver.recorded()


def assess(people: People) -> None:
    """Somebody else assesses it; finance looks at the council as payee."""
    assessor, finance = people["case-officer-2"], people["finance-officer"]
    assessor.look("Money", GRANT)
    assessor.begin("assess_grant")
    assessor.each("score", [{"Criterion": "need", "Score": 4, "Why this score": "Plain"}])
    assessor.answer({"Version of the criteria": "2025/1", "Conflict of interest": "None"})
    assessor.send()
    assessor.recorded()
    finance.look("Money", GRANT)
    checks = {
        "Result of due diligence > Passed": "",
        "Risk of fraud > Low": "",
        "Is the payee's bank account verified? > Yes": "",
        "What was checked and found": "Accounts seen",
    }
    finance.do("record_due_diligence", checks)


def offer(people: People) -> None:
    """The officer offers it, the council's contact accepts."""
    officer, contact = people["case-officer"], people["council-contact"]
    officer.look("Money", GRANT)
    by = people.today + timedelta(days=14)
    officer.do("offer_grant", {LETTER: "DL/1", "Last day to accept": by})
    contact.look("Start")
    signed = {
        "Who signs for the council": "USER-council-contact",
        "Their office": "Section 151 officer",
    }
    contact.do("accept_offer", signed)


def pay_first(people: People) -> None:
    """Nothing is lost by a session that ends; sent twice, from two tabs or again, it pays once."""
    finance = people["finance-officer"]
    finance.look("Money", GRANT)
    finance.begin("pay_instalment")
    finance.answer({"Instalment": "1", "Payment reference": "BACS-1"})
    people.session_ends("finance-officer")
    finance.press("Continue")
    finance.sees("What you typed is kept")
    finance.accessible("with a form kept")
    enter(finance.page, "finance-officer")
    finance.sees("You had been signed out")
    finance.accessible("late")
    expect(finance.page.get_by_label("Payment reference")).to_have_value("BACS-1")
    finance.check()
    tab = Person(finance.page.context.new_page(), finance.seen, script=finance.script)
    tab.page.goto(finance.page.url)
    finance.page.get_by_role("button", name="Record the payment").dblclick()
    finance.sees_heading("Recorded")
    receipt = finance.page.url
    tab.record()
    tab.sees_heading("Recorded")
    assert tab.page.url == receipt
    tab.page.close()
    finance.page.go_back()
    finance.sees_heading("Recorded")
    assert finance.page.url == receipt
    finance.recorded()


def pay_second(people: People) -> None:
    """It waits for its condition; who settles that meanwhile is shown."""
    finance, officer = people["finance-officer"], people["case-officer"]
    finance.begin("pay_instalment")
    finance.answer({"Instalment": "2", "Payment reference": "BACS-2"})
    finance.send()
    finance.refused("condition")
    officer.look("Money", GRANT)
    met = {
        "What became of the condition > Met": "",
        "What shows that it is met": "Cabinet minutes",
        "Why it counts as met, or is waived": "Seen",
    }
    officer.do("settle_grant_condition", met, condition="1")
    finance.send()
    finance.sees("What has changed since you read it")
    finance.accessible("changed meanwhile")
    finance.send()
    finance.recorded()


def vary(people: People) -> None:
    """One post fewer: the Board agrees to a smaller grant."""
    approver = people["approver"]
    approver.look("Money", GRANT)
    approver.begin("vary_grant")
    left: Answers = {"Amount": "20000", "Date that it is due": people.today, WAITS: ""}
    approver.each("instalment", [left])
    less = {"New amount in all": "110000", "Why it is varied": "One post fewer"}
    approver.answer({**less, MINUTE: "2025/31"})
    approver.send()
    approver.recorded()


def suspend(people: People) -> None:
    """While it is suspended nothing is paid."""
    finance, officer = people["finance-officer"], people["case-officer"]
    officer.look("Money", GRANT)
    officer.do("suspend_grant", {"Why payment is suspended": "A return is late"})
    finance.look("Money", GRANT)
    finance.begin("pay_instalment")
    finance.answer({"Instalment": "4", "Payment reference": "BACS-3"})
    finance.send()
    finance.refused("suspended")
    officer.do("resume_grant", {"Why payment is resumed": "It has come"})


def claw_back(people: People, books: Books) -> None:
    """Partly received, the rest written off; not before is it closed."""
    finance, officer = people["finance-officer"], people["case-officer"]
    finance.look("Money", GRANT)
    why = {"Why it is demanded back": "Two posts stayed empty"}
    finance.do("demand_money_back", {"Amount to be paid back": "£15,000", **why})
    books.agree(Money(committed=20_000, paid=75_000, due=15_000, available=2_790_000))
    finance.do("receive_money_back", {"Amount received": "£14,000", "Receipt reference": "RCPT-1"})
    officer.look("Money", GRANT)
    officer.begin("close_a_grant")
    final = {"Amount spent in all": "74000", "Why it closes now": "The final return is agreed"}
    officer.answer(final)
    officer.send()
    officer.refused("owed")
    people["approver"].look("Money", GRANT)
    off = {"Amount written off": "1000", "Why it is not recovered": "It would cost more to recover"}
    people["approver"].do("write_off_debt", off)
    officer.send()
    officer.sees("What has changed since you read it")
    officer.send()
    officer.recorded()
    officer.sees("Closed")
