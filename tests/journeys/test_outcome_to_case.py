"""Journey 1: from published outcomes to a decision on support."""

from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import (
    adopt_first_policy,
    done,
    got,
    open_case,
    refused,
    register_councils,
)


@pytest.fixture(scope="module")
def loaded(service: Service) -> Service:
    register_councils(service)
    adopt_first_policy(service)
    return service


def upload(service: Service, name: str, dry_run: bool = False) -> dict[str, Any]:
    content = (service.data / name).read_bytes()
    return done(
        service.client("case-officer").post(
            "/api/v1/imports/inspections",
            params={"dry_run": dry_run},
            files={"file": (name, content, "text/csv")},
        )
    )


def test_every_row_of_the_official_list_is_accounted_for(loaded: Service) -> None:
    shown = upload(loaded, "judgements-official.csv", dry_run=True)
    assert loaded.installation.store.streams("COUNCIL-")
    first = upload(loaded, "judgements-official.csv")
    assert {k: shown[k] for k in ("loaded", "unchanged", "rejected")} == {
        k: first[k] for k in ("loaded", "unchanged", "rejected")
    }
    assert first["loaded"] == 268
    assert first["unchanged"] == 0
    rejections = first["rejections"]
    assert len(rejections) == first["rejected"] == 3
    assert {r["column"] for r in rejections} == {"name"}
    assert all("no longer exists" in r["reason"] for r in rejections)
    again = upload(loaded, "judgements-official.csv")
    assert (again["loaded"], again["unchanged"], again["rejected"]) == (0, 268, 3)
    assert again["position"] == first["position"]


def test_the_snapshot_adds_what_is_new_and_contradictions_are_corrections(
    loaded: Service,
) -> None:
    upload(loaded, "judgements-official.csv")
    before = loaded.installation.store.head()
    first = upload(loaded, "judgements-snapshot-2026-06-29.csv")
    assert first["loaded"] + first["unchanged"] + first["rejected"] == 153
    assert (first["loaded"], first["corrected"], first["rejected"]) == (46, 2, 0)
    again = upload(loaded, "judgements-snapshot-2026-06-29.csv")
    assert again["loaded"] == 0
    auditor = loaded.client("auditor")
    corrections = got(
        auditor.get(
            "/api/v1/audit",
            params={
                "event": "InspectionOutcomeCorrected",
                "after": first["position"],
                "limit": 1000,
            },
        )
    )["items"]
    assert len(corrections) == first["corrected"]
    for row in corrections:
        assert row["position"] > before
        assert row["payload"]["corrects"].startswith(f"COUNCIL-{row['council']}/")
        assert row["payload"]["source"]["kind"] == "snapshot"
        assert row["payload"]["differs"]


def test_what_was_true_and_what_was_known_both_answer(loaded: Service) -> None:
    reader = loaded.client("auditor")
    council = "/api/v1/councils/839"
    now = got(reader.get(council, params={"effective_on": "2024-01-01"}))
    assert now["judgement_held"]["overall"] == "inadequate"
    later = got(reader.get(council, params={"effective_on": "2025-03-31"}))
    assert later["judgement_held"]["overall"] == "good"
    then = got(reader.get(council, params={"effective_on": "2024-01-01", "as_at": "200"}))
    assert then["judgement_held"] is None


def test_a_contradiction_shows_beside_the_judgement_that_stands(loaded: Service) -> None:
    (outcome, *_) = got(loaded.client("auditor").get("/api/v1/councils/342/inspections"))["items"]
    assert outcome["help_and_protection"] == "requires improvement"
    assert outcome["published"]["help_and_protection"] == "Requires improvement to be good"
    (correction,) = outcome["corrections"]
    assert correction["standing"] == "kept"
    assert correction["differs"]["in_care"] == ["good", "requires improvement"]
    assert correction["source"]["row"] == 128


def test_what_called_for_intervention_on_a_day_is_told(loaded: Service) -> None:
    reader = loaded.client("auditor")
    then = got(reader.get("/api/v1/councils/839", params={"effective_on": "2024-01-01"}))
    assert then["called_for_intervention"] == {
        "policy_version": 1,
        "met_by": {"overall": "inadequate"},
    }
    assert then["due"] is False
    before = got(reader.get("/api/v1/councils/839", params={"effective_on": "2018-01-01"}))
    assert before["judgement_held"] is None
    assert before["called_for_intervention"] is None


def test_due_names_the_policy_and_the_grades(loaded: Service) -> None:
    due = got(
        loaded.client("case-officer").get("/api/v1/councils", params={"due": True, "limit": 200})
    )["items"]
    assert len(due) == 13
    for council in due:
        assert council["due_why"]["policy_version"] == 1
        assert "inadequate" in council["due_why"]["met_by"].values()
        assert council["tier"] == "intervention"
    without_overall = [c for c in due if c["overall"] is None]
    assert all("overall" not in c["due_why"]["met_by"] for c in without_overall)


def test_open_triage_propose_and_another_decides(loaded: Service) -> None:
    officer, approver = loaded.client("case-officer"), loaded.client("approver")
    code = got(officer.get("/api/v1/councils", params={"due": True}))["items"][0]["council"]
    case = open_case(loaded, code)
    refused(
        officer.post("/api/v1/cases", json={"council": code, "trigger": "again"}),
        409,
        "case-open",
    )
    done(
        officer.post(
            f"/api/v1/cases/{case}/decisions",
            json={
                "title": "Support package",
                "options": ["Adviser alone", "Adviser and mentors"],
                "evidence": "Diagnostic of the front door",
                "recommendation": "Adviser and mentors",
                "cost": "80000.00",
            },
        )
    )
    outcome = f"/api/v1/cases/{case}/decisions/1/outcome"
    body = {"outcome": "approved", "rationale": "Best value of the two"}
    refused(officer.post(outcome, json=body), 403, "forbidden")
    receipt = done(approver.post(outcome, json=body))
    decisions = got(
        approver.get("/api/v1/decisions", params={"case": case, "after": receipt["position"]})
    )["items"]
    assert decisions[0]["taken_by"] == "approver"
    assert decisions[0]["proposed_by"] == "case-officer"
    assert decisions[0]["authority"]["limit_pence"] == 100_000_00
    assert decisions[0]["authority"]["limit_record"].startswith("USER-approver/")
    council = got(officer.get(f"/api/v1/councils/{code}", params={"after": receipt["position"]}))
    assert council["open_case"] == case
    assert council["due"] is False
