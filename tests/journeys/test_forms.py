"""Forms: nothing typed is lost, nothing is recorded twice, and nobody is shown another's draft."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from service import drafts
from service.demo import DEMO_PASSWORD
from service.desk.beside import LARGEST_BYTES
from service.identity import accounts_of
from tests.conftest import Service
from tests.journeys.steps import (
    adopt_first_policy,
    done,
    got,
    open_case,
    record_inadequate,
    register_councils,
)
from tests.journeys.visiting import Visitor, hidden

MILESTONE = {
    "title": "Partners agree",
    "due_on-day": "29",
    "due_on-month": "Jan",
    "due_on-year": "2027",
}


@pytest.fixture(scope="module")
def case(service: Service) -> str:
    register_councils(service)
    adopt_first_policy(service)
    record_inadequate(service, "330")
    for user in ("case-officer", "case-officer-2", "approver"):
        accounts_of(service.installation).keep(user, user, password=DEMO_PASSWORD)
    return open_case(service)


@pytest.fixture
def officer(service: Service, case: str) -> Iterator[Visitor]:
    with Visitor(service) as visitor:
        assert visitor.signed_in("case-officer").status_code == 303
        yield visitor


def milestones(service: Service, case: str, title: str) -> list[dict[str, Any]]:
    head = service.installation.store.head()
    row = got(service.client("case-officer").get(f"/api/v1/cases/{case}?after={head}"))
    return [m for m in row["milestones"] if m["title"] == title]


def end_sessions(service: Service) -> None:
    with service.installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute("UPDATE sessions SET expires = now() - interval '1 minute'")


def test_answers_are_checked_then_recorded_once_and_a_receipt_says_so(
    service: Service, case: str, officer: Visitor
) -> None:
    given = officer.form(f"/do/set_case_milestone?case={case}")
    checking = officer.send("set_case_milestone", given | MILESTONE)
    assert checking.status_code == 303
    page = officer.get(checking.headers["location"])
    assert "29 January 2027" in page.text
    assert "Change<" in page.text
    assert milestones(service, case, "Partners agree") == []
    record = hidden(page.text)
    first = officer.send("set_case_milestone", record, "record")
    again = officer.send("set_case_milestone", record, "record")
    assert first.status_code == again.status_code == 303
    assert len(milestones(service, case, "Partners agree")) == 1
    receipt = officer.get(first.headers["location"]).text
    assert "Recorded" in receipt
    assert re.search(r'href="/audit/events/\d+"', receipt)
    assert f"/cases/{case}?after=" in receipt
    back = officer.get(checking.headers["location"])
    assert "/receipt?" in back.headers["location"]
    assert given["form_key"] not in officer.get("/drafts").text


def test_a_session_that_ends_loses_nothing_and_shows_nobody_else(
    service: Service, case: str, officer: Visitor
) -> None:
    given = officer.form(f"/do/set_case_milestone?case={case}")
    end_sessions(service)
    officer.client.cookies.delete("casework_session")
    sent = officer.send("set_case_milestone", given | MILESTONE | {"title": "Kept for later"})
    assert sent.status_code == 303
    there = sent.headers["location"]
    assert there.startswith("/sign-in?next=/do/set_case_milestone%3Fdraft%3D")
    assert "What you typed is kept" in officer.get(there).text
    onward = httpx.URL(there).params["next"]
    with Visitor(service) as other:
        other.signed_in("case-officer-2")
        assert other.get(onward).status_code == 404
        assert "Set a milestone" not in other.get("/drafts").text
    assert officer.signed_in("case-officer", onward).headers["location"] == onward
    form = officer.get(onward).text
    assert 'value="Kept for later"' in form
    assert "nothing was recorded" in form
    assert milestones(service, case, "Kept for later") == []
    assert "Set a milestone" in officer.get("/drafts").text
    removed = officer.client.post(
        f"/drafts/{given['form_key']}/removal",
        data={"csrf_token": hidden(form)["csrf_token"]},
    )
    assert removed.status_code == 303
    assert "Set a milestone" not in officer.get("/drafts").text


def test_what_one_typed_is_not_recorded_for_whoever_signs_in_after(
    service: Service, case: str, officer: Visitor
) -> None:
    given = officer.form(f"/do/set_case_milestone?case={case}")
    officer.signed_in("case-officer-2")
    sent = officer.send("set_case_milestone", given | MILESTONE | {"title": "Not theirs"}, "send")
    assert sent.status_code == 403
    assert milestones(service, case, "Not theirs") == []
    assert given["form_key"] not in officer.get("/drafts").text
    officer.signed_in("case-officer")
    kept = officer.get(f"/do/set_case_milestone?draft={given['form_key']}").text
    assert 'value="Not theirs"' in kept


def test_a_form_that_nobody_was_given_is_not_kept(service: Service, case: str) -> None:
    before = len(drafts.drafts(service.installation, "case-officer"))
    forged = MILESTONE | {"case": case, "csrf_token": "0" * 43, "form_key": "forged"}
    with Visitor(service) as anybody:
        sent = anybody.send("set_case_milestone", forged)
    assert sent.headers["location"] == "/sign-in?next=/do/set_case_milestone"
    assert len(drafts.drafts(service.installation, "case-officer")) == before


def test_what_is_typed_is_sealed_and_bound_to_its_person(
    service: Service, case: str, officer: Visitor
) -> None:
    given = officer.form(f"/do/add_case_note?case={case}")
    note = {"title": "A call", "text": "What the director said in confidence"}
    assert officer.send("add_case_note", given | note, "save").headers["location"] == "/drafts"
    key = given["form_key"]
    with service.installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute("SELECT * FROM drafts WHERE key = %s", (key,))
        (row,) = cursor.fetchall()
        assert b"confidence" not in bytes(row["sealed"])
        cursor.execute(
            "INSERT INTO drafts SELECT %s, key, form, subjects, sealed FROM drafts WHERE key = %s",
            ("case-officer-2", key),
        )
    mine = drafts.typed(service.installation, "case-officer", key, "add_case_note")
    assert mine is not None
    assert mine["text"] == note["text"]
    assert drafts.typed(service.installation, "case-officer-2", key, "add_case_note") is None
    assert "in confidence" not in officer.get("/drafts").text


def test_somebody_elses_change_is_shown_and_what_was_typed_stays(
    service: Service, case: str, officer: Visitor
) -> None:
    row = got(service.client("case-officer").get(f"/api/v1/cases/{case}"))
    given = officer.form(f"/do/set_case_milestone?case={case}&seen_version={row['version']}")
    service.client("case-officer-2").post(
        f"/api/v1/cases/{case}/lead", json={"lead": "case-officer-2", "reason": "Maud is away"}
    )
    typed = given | MILESTONE | {"title": "After the lead"}
    sent = officer.send("set_case_milestone", typed, "send")
    assert sent.status_code == 412
    for said in ("What has changed since you read it", "case-officer-2", "Maud is away"):
        assert said in sent.text
    assert 'value="After the lead"' in sent.text
    assert milestones(service, case, "After the lead") == []
    again = officer.send("set_case_milestone", typed | hidden(sent.text), "send")
    assert again.status_code == 303
    assert len(milestones(service, case, "After the lead")) == 1


def test_one_form_is_not_recorded_with_other_answers(
    service: Service, case: str, officer: Visitor
) -> None:
    given = officer.form(f"/do/set_case_milestone?case={case}") | MILESTONE
    assert officer.send("set_case_milestone", given, "send").status_code == 303
    other = officer.send("set_case_milestone", given | {"title": "Something else"}, "send")
    assert other.status_code == 422
    assert "You have recorded this form already" in other.text
    assert milestones(service, case, "Something else") == []


def test_items_are_added_and_removed_without_script(officer: Visitor, case: str) -> None:
    given = officer.form(f"/do/propose_decision?case={case}")
    typed = given | {"title": "Front door", "options.0": "Loan of staff", "options.1": "A grant"}
    added = officer.send("propose_decision", typed, "add:options")
    assert added.headers["location"].endswith("#f-options.2")
    page = officer.get(added.headers["location"].partition("#")[0]).text
    assert 'id="f-options.2"' in page
    removed = officer.send("propose_decision", typed, "remove:options:0")
    page = officer.get(removed.headers["location"].partition("#")[0]).text
    assert "A grant" in page
    assert "Loan of staff" not in page
    assert officer.send("propose_decision", typed, "remove:title:0").status_code == 422


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter the cost in all"),
        (
            {"cost": "£12,000.5"},
            "Cost in all must be pounds, with or without pence, like £120,000.00",
        ),
        ({"cost": "99999999999"}, "Cost in all must be at most £10,000,000,000.00"),
        ({"effective_on-day": "31"}, "Date that it takes effect must include a month and year"),
        (
            {"effective_on-day": "31", "effective_on-month": "2", "effective_on-year": "2026"},
            "Date that it takes effect must be a real date",
        ),
        ({"supersedes": "x"}, "Earlier decision that it takes the place of must be a whole number"),
        ({"evidence": "x" * 10_001}, "Evidence must be 10,000 characters or fewer"),
    ],
)
def test_a_correction_is_told_at_its_field_in_plain_words(
    officer: Visitor, case: str, typed: dict[str, str], said: str
) -> None:
    given = officer.form(f"/do/propose_decision?case={case}")
    sent = officer.send("propose_decision", given | typed)
    assert sent.status_code == 422
    assert "<title>\n  Error: " in sent.text or "<title>Error: " in sent.text
    assert sent.text.count(said) == 2, "once in the summary and once at the field"


def test_what_is_missing_as_a_whole_is_told_at_its_first_part(officer: Visitor, case: str) -> None:
    assert case
    sent = officer.send("record_inspection", officer.form("/do/record_inspection?council=330"))
    assert sent.status_code == 422
    assert '<a href="#f-grades.overall">Answer at least one of these: Grades</a>' in sent.text


def test_a_rules_refusal_is_told_at_the_field_that_it_is_about(officer: Visitor, case: str) -> None:
    assert case
    given = officer.form("/do/open_intervention_case")
    again = given | {"council": "330", "trigger": "Judged inadequate overall"}
    sent = officer.send("open_intervention_case", again, "send")
    assert sent.status_code == 409
    assert 'href="#f-council"' in sent.text
    assert 'id="f-council-error"' in sent.text


def test_a_document_is_checked_like_any_answer_and_chosen_once(
    service: Service, case: str, officer: Visitor
) -> None:
    given = officer.form(f"/do/attach_document?case={case}")
    none = officer.send("attach_document", given | {"title": "Plan", "file": "plan.txt"})
    assert none.status_code == 422
    assert 'href="#f-file"' in none.text
    chosen = {"file": ("plan.txt", b"A plan", "text/plain")}
    untitled = officer.client.post(
        "/do/attach_document", data=given | {"_do": "check"}, files=chosen
    )
    assert 'href="#f-title"' in untitled.text
    assert 'href="#f-file"' not in untitled.text
    assert "plan.txt" in untitled.text
    checked = officer.send("attach_document", hidden(untitled.text) | {"title": "Plan"})
    page = officer.get(checked.headers["location"])
    assert "plan.txt" in page.text
    sent = officer.send("attach_document", hidden(page.text), "record")
    assert sent.status_code == 303
    head = service.installation.store.head()
    client = service.client("case-officer")
    (document,) = got(client.get(f"/api/v1/cases/{case}?after={head}"))["documents"]
    assert document["title"] == "Plan"
    kept = client.get(f"/api/v1/cases/{case}/documents/{document['sha256']}")
    assert kept.content == b"A plan"
    with service.installation.store.datastore.get_connection() as connection:
        assert connection.execute("SELECT 1 FROM draft_files").fetchone() is None


def test_a_document_that_is_too_large_is_told_at_its_field(case: str, officer: Visitor) -> None:
    given = officer.form(f"/do/attach_document?case={case}") | {"title": "Plan", "_do": "check"}
    large = {"file": ("plan.bin", bytes(LARGEST_BYTES + 1))}
    sent = officer.client.post("/do/attach_document", data=given, files=large)
    assert sent.status_code == 422
    assert 'href="#f-file"' in sent.text
    assert "at most 25 MB" in sent.text


def test_what_is_known_is_shown_and_only_what_can_be_is_offered(
    officer: Visitor, case: str
) -> None:
    known = officer.get(f"/do/set_case_milestone?case={case}").text
    assert "Lead</dt>" in known
    assert "Your limit" not in known
    to_open = officer.get("/do/open_intervention_case").text
    assert 'value="331"' in to_open
    assert 'value="330"' not in to_open
    assert f'value="{case}"' in officer.get("/do/set_case_milestone").text
    for nothing in ("reopen_case", "lift_improvement_notice", "withdraw_support_item"):
        assert "There is none that you can do this to now" in officer.get(f"/do/{nothing}").text


def test_errors_come_in_the_order_of_the_form(officer: Visitor, case: str) -> None:
    given = officer.form(f"/do/propose_decision?case={case}")
    sent = officer.send("propose_decision", given).text
    summary = sent.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    assert re.findall(r">\s*([^<>]+?)\s*</a>", summary) == [
        "Say what is proposed, in a line",
        "Add at least one option",
        "Enter the evidence",
        "Enter the recommendation",
        "Enter the cost in all",
    ]


def test_an_answer_is_told_with_its_unit(officer: Visitor, case: str) -> None:
    given = officer.form(f"/do/add_support_item?case={case}")
    typed = {"planned_half_days": "1", "cost": "0", "decision": "1"}
    named = {"kind": "training", "provider": "A council", "description": "A day of training"}
    checking = officer.send("add_support_item", given | typed | named)
    assert "1 half-day<" in officer.get(checking.headers["location"]).text.replace("\n", "")


def test_the_decision_that_waits_is_offered_to_be_taken_and_no_other(
    service: Service, case: str
) -> None:
    proposal = {
        "title": "A second post",
        "options": ["None"],
        "evidence": "Report",
        "recommendation": "One post",
        "cost": "100.00",
    }
    decisions, officer = f"/api/v1/cases/{case}/decisions", service.client("case-officer")
    done(officer.post(decisions, json=proposal))
    declined = {"outcome": "declined", "rationale": "Too little"}
    done(service.client("approver").post(f"{decisions}/1/outcome", json=declined))
    head = {"case": case, "after": done(officer.post(decisions, json=proposal))["position"]}
    rows = got(officer.get("/api/v1/decisions", params=head))["items"]
    assert [row["outcome"] for row in rows] == ["declined", "waiting"]
    with Visitor(service) as approver:
        approver.signed_in("approver")
        form = approver.get(f"/do/take_decision?case={case}").text
    offered = re.findall(r'name="decision"[^>]*value="(\d+)"', form) or re.findall(
        r'<option value="(\d+)"', form
    )
    assert offered == ["2"]
