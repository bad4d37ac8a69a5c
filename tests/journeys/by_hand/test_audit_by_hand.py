"""Journey 5 by hand: decisions replayed, moments compared, the log proven, tampering named."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from tests.journeys.by_hand.people import People, Person
from tests.journeys.steps import (
    done,
    grant_body,
    open_budget,
    open_case,
    record_inadequate,
    refused,
)

pytestmark = pytest.mark.browser

SCRIPTED = ("auditor",)
GRANT = "GRANT-0001"


@pytest.fixture(scope="module")
def approved_at(people: People) -> int:
    """The position of an approval, after attempts by its proposer and above the limit."""
    service = people.service
    record_inadequate(service, "330")
    open_budget(service, "2025-26", "9300000.00", "200000.00")
    case = open_case(service)
    officer, approver = service.client("case-officer"), service.client("approver")
    role = {"role": "approver", "limit": "60000.00"}
    done(service.client("administrator").post("/api/v1/users/case-officer/roles", json=role))
    done(officer.post("/api/v1/grants", json=grant_body(case)))
    address = f"/api/v1/grants/{GRANT}/approval"
    refused(officer.post(address, json={"rationale": "Mine"}), 409, "own-proposal")
    refused(approver.post(address, json={"rationale": "Needed"}), 409, "over-limit")
    minute = {"rationale": "Needed", "board_minute": "CIB/2025/4", "effective_on": "2025-06-04"}
    return int(done(approver.post(address, json=minute))["position"])


def test_a_decision_is_replayed_and_two_moments_are_compared(
    people: People, approved_at: int
) -> None:
    auditor = people["auditor"]
    auditor.look("Money", GRANT, "Replay its decisions, rule by rule")
    steps = auditor.page.locator("section.cw-step")
    expect(steps).to_have_count(4)
    expect(steps.nth(1)).to_contain_text("by: case-officer; proposed by: case-officer")
    expect(steps.nth(2).locator("tr").filter(has_text="Refuses")).to_contain_text("£100,000.00")
    taken = steps.nth(3)
    expect(taken).to_contain_text("Decided")
    expect(taken.get_by_role("row", name="delegated limit")).to_contain_text("CIB/2025/4")
    held = taken.get_by_role("row").filter(has_text="asked: £120,000.00")
    expect(held).to_contain_text("available: £200,000.00")
    expect(taken.get_by_role("region", name="Ledger")).to_contain_text("£80,000.00")
    expect(taken).to_contain_text("it comes to the same")
    taken.get_by_role("link", name=GRANT).first.click()
    expect(auditor.page.get_by_text("It is read-only.")).to_be_visible()
    auditor.sees("Proposed")
    expect(auditor.page.get_by_role("heading", name="What you can do")).to_have_count(0)
    auditor.accessible("in the past")
    auditor.page.get_by_role("link", name="Return to now").click()
    auditor.look("Money", GRANT, f"Compare two moments of {GRANT}")
    first, second = "First moment", "Second moment"
    auditor.answer({first: str(approved_at - 2), second: str(approved_at)})
    auditor.press("Compare")
    auditor.sees_heading(f"{GRANT} at two moments")
    status = auditor.page.get_by_role("row", name="Status").first
    expect(status.locator("del")).to_have_text("proposed")
    expect(status.locator("ins")).to_have_text("approved")


def test_an_auditor_reads_all_and_changes_nothing(people: People, approved_at: int) -> None:
    auditor = people["auditor"]
    auditor.look("Start", "What you can do")
    for form in ("approve_grant", "pay_instalment", "take_decision", "open_intervention_case"):
        expect(auditor.page.locator(f'a[href="/do/{form}"]')).to_have_count(0)
    auditor.turned_away(f"/do/approve_grant?grant={GRANT}", 403, "You can't do this")
    auditor.turned_away("/grants/GRANT-9999", 404, "Page not found")


def test_evidence_is_taken_away_and_verified_offline(
    people: People, approved_at: int, tmp_path: Path
) -> None:
    auditor = people["auditor-2"]
    auditor.look("Audit", "Verify")
    auditor.answer({"Case or grant": GRANT})
    auditor.press("Make an evidence pack")
    auditor.sees(re.compile(r"Evidence pack of grant GRANT-0001, .* \d+ events"))
    pack = auditor.takes(f"evidence-{GRANT}-")
    with zipfile.ZipFile(pack.path()) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()

    def verified() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "verify.py"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    found = verified()
    assert found.returncode == 0, found.stdout + found.stderr
    assert (folder / "events.jsonl").read_text().count("\n") > 5
    altered = (folder / "events.jsonl").read_text().replace("GRANT-0001", "GRANT-0002", 1)
    (folder / "events.jsonl").write_text(altered)
    assert verified().returncode == 1


def test_a_row_altered_past_the_service_is_named_on_the_page(
    people: People, approved_at: int
) -> None:
    auditor, other = people["auditor"], people["auditor-2"]
    verify(other)
    other.sees("The log is whole and unaltered")
    alter(people, "CIB/2025/4", "CIB/2025/9")
    verify(auditor)
    auditor.sees("Does not agree")
    auditor.sees(re.compile(r"The event at position \d+ is not what was recorded: GrantApproved"))
    auditor.accessible("does not agree")
    auditor.look("Audit", "Verify")
    auditor.sees("Does not agree")
    auditor.accessible("does not agree")
    alter(people, "CIB/2025/9", "CIB/2025/4")


def verify(auditor: Person) -> None:
    """Have the log verified, and stay until it is."""
    auditor.look("Audit", "Verify")
    auditor.press("Verify the log now")
    auditor.page.get_by_text("Ended").wait_for(timeout=30_000)


def alter(people: People, before: str, after: str) -> None:
    """What somebody with the database's own rights may do to what was recorded."""
    with psycopg.connect(people.service.installation.url) as connection:
        changed = connection.execute(
            "UPDATE casework_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
            " %s, %s), 'UTF8') WHERE topic = 'GrantApproved'",
            (before, after),
        )
        assert changed.rowcount == 1
