"""Journey 1 by hand: from the files as they are published to a decision on support."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service import imports
from tests.journeys.by_hand.people import WHEN, People, Person

pytestmark = pytest.mark.browser

BEGINS = "enrolled_once"
SCRIPTED = ("approver", "case-officer-2")
DATA = Path(imports.__file__).parent.parent / "data"
LISTS = {
    "Councils": ["Councils"],
    "Support": ["Cases", "Decisions"],
    "Money": ["Grants"],
    "Peers": ["Peers", "Mentoring"],
    "Challenge": ["Calendar"],
    "Reporting": ["Returns", "Work"],
    "Start": ["Drafts", "Inbox"],
}
"""Pages with lists, by their section."""


def load(person: Person, what: str, name: str, *, trial: bool = False) -> None:
    """Send a file in, and stay on its page until it has ended."""
    person.look("Reporting", "Work")
    person.page.get_by_text("Import a file").click()
    person.answer({"What it holds": what, "File": str(DATA / name)})
    person.page.get_by_label("Only try").set_checked(trial)
    person.press("Import")
    expect(person.page.get_by_text(re.compile(r"\d+ loaded, ")).first).to_be_visible(timeout=30_000)


def counted(person: Person) -> dict[str, int]:
    """What became of a file's rows, by the page."""
    lines = person.table("Every row of the file").locator("tbody tr").all_inner_texts()
    return {said: int(n) for said, n in (line.rsplit("\t", 1) for line in lines)}


def test_lists_with_nothing_in_them_say_so(people: People) -> None:
    newcomer = people["case-officer-2"]
    for section, pages in LISTS.items():
        newcomer.look(section)
        for page in pages:
            newcomer.look(section, page)
            expect(newcomer.page.locator("main p").first).to_be_visible()
            expect(newcomer.page.locator("main tbody tr")).to_have_count(0)
            if page in ("Cases", "Work", "Drafts", "Inbox"):
                newcomer.accessible("empty")


def test_every_row_of_the_published_files_is_accounted_for(people: People) -> None:
    officer, another = people["case-officer"], people["case-officer-2"]
    load(officer, "Register of councils", "authorities.csv")
    assert counted(officer) == {"Loaded": 153, "Unchanged": 0, "Rejected": 0}
    load(another, "Inspection outcomes", "judgements-official.csv", trial=True)
    another.sees("nothing was recorded, as it was a trial")
    tried = counted(another)
    load(another, "Inspection outcomes", "judgements-official.csv")
    assert counted(another) == tried == {"Loaded": 268, "Unchanged": 0, "Rejected": 3}
    another.accessible("with rejected rows")
    rejected = another.table("Rejected").locator("tbody tr")
    expect(rejected).to_have_count(3)
    assert re.fullmatch(r"\d+\tname\t.+ no longer exists: .+", rejected.first.inner_text())
    load(another, "Inspection outcomes", "judgements-snapshot-2026-06-29.csv")
    corrections = "Of those, corrections of what stood"
    every = {"Loaded": 46, corrections: 2, "Unchanged": 107, "Rejected": 0}
    assert counted(another) == every
    expect(another.table("Corrections").locator("tbody tr")).to_have_count(2)
    rows = another.takes("judgements-snapshot-2026-06-29-rows.csv").path().read_text()
    assert len(rows.splitlines()) == 1 + 153


def test_from_a_judgement_to_a_decision_by_another(people: People) -> None:
    officer, approver = people["case-officer"], people["approver"]
    officer.look("Councils", "Councils")
    officer.page.get_by_text("More filters").click()
    officer.answer({"Intervention": "yes"})
    officer.press("Filter")
    due = officer.page.locator("tbody tr")
    expect(due).to_have_count(13)
    expect(due.first).to_contain_text("Due")
    name, code = due.first.locator("td").all_inner_texts()[:2]
    due.first.get_by_role("link").first.click()
    expect(officer.page.locator("dl")).to_contain_text(re.compile(r"Intervention due\s*Yes"))
    officer.begin("open_intervention_case")
    officer.answer({"What led to the case": "Latest judgements"})
    if "council=" not in officer.page.url:
        officer.answer({"Council": code})
    officer.answer({WHEN: people.today - timedelta(days=10)})
    officer.send()
    officer.sees("Its reference is")
    officer.recorded()
    officer.sees_heading(name)
    needs = {"professional": "Front door and social work", "political": "Scrutiny"}
    said = {f"What the {whose} leadership needs": need for whose, need in needs.items()}
    tier = "How much support is needed"
    officer.do("complete_triage", {f"{tier} > Intervention": "", **said})
    officer.page.get_by_role("link", name="Documents", exact=True).first.click()
    file = {"Title of the document": "Diagnostic", "Document": str(DATA / "authorities.csv")}
    officer.do("attach_document", file)
    propose(officer)
    expect(officer.page.locator('a[href^="/do/take_decision"]')).to_have_count(0)
    officer.look("Councils", "Councils", name)
    expect(officer.page.locator("dl")).to_contain_text(re.compile(r"Intervention due\s*No"))
    approver.look("Start")
    why = {
        "Decision on the proposal > Approved": "",
        "Why it is approved or declined": "The need is plain",
        "Reference of the Board's minute": "2025/14",
    }
    approver.do("take_decision", why)
    approver.sees_heading(name)
    approver.look("Support", "Decisions")
    expect(approver.row("Rebuild the front door")).to_contain_text("approved", ignore_case=True)


def propose(officer: Person) -> None:
    """Options are considered, and one is proposed."""
    officer.begin("propose_decision")
    officer.each("option", [{"": "Wait for the next visit"}, {"": "A grant for three posts"}])
    officer.answer(
        {
            "What is proposed, in a line": "Rebuild the front door",
            "Evidence": "The inspectors' report",
            "Recommendation": "A grant for three posts",
            "Cost in all": "£120,000.00",
        }
    )
    officer.send()
    officer.recorded()
