"""What councils were under on every day, a council reorganised, and a person erased everywhere."""

from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import (
    columns_with,
    done,
    got,
    grant_body,
    open_budget,
    open_case,
    record_inadequate,
    refused,
    register_councils,
)

OLD, NORTH, ELSEWHERE = "928", "940", "330"


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    register_councils(service)
    return service


def sent(service: Service, path: str, user: str = "case-officer", **body: Any) -> dict[str, Any]:
    return done(service.client(user).post(f"/api/v1/{path}", json=body))


def test_every_past_day_shows_the_instrument_then_in_force(ready: Service) -> None:
    council = "councils/336"
    sent(ready, f"{council}/appointments", post="adviser", name="Ada Quillon")
    issued = sent(
        ready,
        f"{council}/directions",
        direction="SD/7",
        name="Bram Fothermere",
        effective_on="2024-03-01",
        reason="Third inadequate judgement",
    )
    replaced = sent(
        ready,
        f"{council}/directions/replacement",
        direction="SD/7",
        by_kind="notice",
        by="IN/9",
        effective_on="2025-03-03",
        reason="Step-down",
    )
    lead = ready.client("regional-lead")

    def in_force(**asked: Any) -> set[str]:
        found = got(lead.get(f"/api/v1/{council}/instruments", params=asked))["items"]
        return {f"{row['kind']} {row['reference']}" for row in found if row["kind"] != "adviser"}

    after = {"after": replaced["position"]}
    people = got(lead.get(f"/api/v1/{council}", params=after))
    (commissioner,) = (
        p for p in people["people"] if people["people"][p]["name"].startswith("Bram")
    )
    assert in_force(on="2024-12-31") == {
        "statutory direction SD/7",
        f"commissioner {commissioner}",
    }
    assert in_force(on="2025-03-03") == {"improvement notice IN/9", f"commissioner {commissioner}"}
    assert in_force(on="2024-02-29") == set()
    # What was known before the replacement was recorded: the direction is in force still.
    then = {"as_at": str(issued["position"]), "on": "2025-06-01"}
    assert "statutory direction SD/7" in in_force(**then)
    assert people["rung"] == "commissioner"
    ended = f"{council}/appointments/ending"
    sent(ready, ended, post="commissioner", person=commissioner, reason="Work done")
    problem = refused(
        ready.client("case-officer").post(
            f"/api/v1/{ended}", json={"post": "commissioner", "person": commissioner, "reason": "x"}
        ),
        409,
        "not-in-force",
    )
    assert problem["values"] == {"appointed": []}


def test_reviews_fall_due_under_a_notice(ready: Service) -> None:
    record_inadequate(ready, "334")
    case = open_case(ready, "334")
    sent(
        ready,
        "councils/334/notices",
        notice="IN/334",
        effective_on="2025-01-31",
        reason="Judged inadequate",
    )
    board = got(
        ready.client("auditor").get(
            "/api/v1/cases/reviews-due",
            params={"after": ready.installation.store.head(), "overdue": True},
        )
    )["items"]
    assert [(row["case"], row["due_on"]) for row in board] == [(case, "2025-07-31")]
    reviewed = sent(
        ready,
        f"cases/{case}/reviews",
        themes={"Workforce": "amber"},
        confidence="amber",
        next_steps="Audit again",
    )
    board = got(
        ready.client("auditor").get(
            "/api/v1/cases/reviews-due", params={"after": reviewed["position"], "overdue": True}
        )
    )["items"]
    assert board == []


def test_a_council_is_reorganised_and_its_case_goes_over_by_decision(ready: Service) -> None:
    officer, approver = ready.client("case-officer"), ready.client("approver")
    sent(
        ready,
        "councils",
        council=OLD,
        name="Northamptonshire",
        gss_code="E10000021",
        region="east-midlands",
        authority_type="County",
    )
    sent(
        ready,
        f"councils/{OLD}/inspections",
        published_on="2020-07-31",
        grades={"overall": "inadequate"},
    )
    open_budget(ready, "2025-26", "9300000.00", "200000.00")
    case = open_case(ready, OLD)
    grant = sent(
        ready,
        "grants",
        **grant_body(
            case,
            "90000.00",
            instalments=[{"amount": "90000.00", "due_on": "2025-06-16"}],
            conditions=[],
        ),
    )["reference"]
    match = sent(
        ready,
        "mentoring",
        case=case,
        mentee_office="lead member",
        mentee_name="Ivo Sandling",
        mentee_party="Independent",
        objectives=["Scrutiny that asks"],
        themes=["scrutiny"],
    )["reference"]
    over = f"/api/v1/cases/{case}/carry-over"
    body = {"successor": NORTH, "grants": [grant], "reason": "The needs are in the north"}
    refused(approver.post(over, json=body), 409, "not-successor")
    sent(
        ready,
        f"councils/{OLD}/succession",
        successors=[NORTH, "941"],
        effective_on="2021-04-01",
        reason="Reorganised",
    )
    told = refused(
        officer.post("/api/v1/grants", json=grant_body(case) | {"case": "CASE-9999"}),
        404,
        "not-found",
    )
    assert "CASE-9999" in told["detail"]
    refused(approver.post(over, json=body | {"grants": []}), 409, "grants-unnamed")
    refused(officer.post(over, json=body), 403, "forbidden")
    carried = done(approver.post(over, json=body))
    assert carried["events"] == [
        "CaseCarriedOver",
        "CaseHandedOver",
        "CaseTakenOver",
        "GrantTransferred",
        "MatchTransferred",
    ]
    auditor, after = ready.client("auditor"), {"after": carried["position"]}
    now = got(auditor.get(f"/api/v1/cases/{case}", params=after))
    assert (now["council"], now["predecessors"]) == (NORTH, [OLD])
    was = got(auditor.get(f"/api/v1/cases/{case}", params={"as_at": str(carried["position"] - 5)}))
    assert was["council"] == OLD
    moved = got(auditor.get(f"/api/v1/grants/{grant}"))
    assert (moved["council"], moved["due_diligence"]) == (NORTH, "none")
    assert got(auditor.get(f"/api/v1/mentoring/{match}"))["council"] == NORTH
    old, new = (got(auditor.get(f"/api/v1/councils/{code}")) for code in (OLD, NORTH))
    assert (old["open_case"], new["open_case"]) == (None, case)
    assert (old["successors"], old["succeeded_on"]) == ([NORTH, "941"], "2021-04-01")
    outcomes = got(auditor.get(f"/api/v1/councils/{OLD}/inspections"))["items"]
    assert len(outcomes) == 1
    late = {
        "published_on": "2021-05-01",
        "grades": {"overall": "good"},
        "framework": "ilacs-short",
    }
    gone = refused(
        officer.post(f"/api/v1/councils/{OLD}/inspections", json=late), 409, "council-succeeded"
    )
    assert NORTH in gone["detail"]
    page = auditor.get(f"/api/v1/councils/{NORTH}/instruments")
    assert got(page)["items"] == []


def test_a_leader_is_erased_everywhere_once_no_hold_stands_against_it(ready: Service) -> None:
    officer, auditor = ready.client("case-officer"), ready.client("auditor")
    named = sent(
        ready,
        f"councils/{ELSEWHERE}/leaders",
        office="lead member",
        name="Zephyrine Oakenshawe",
    )
    council = got(auditor.get(f"/api/v1/councils/{ELSEWHERE}", params={"after": named["position"]}))
    (person,) = council["people"]
    assert council["people"][person] == {"name": "Zephyrine Oakenshawe"}
    held = got(auditor.get(f"/api/v1/persons/{person}"))
    assert held["data"] == {"name": "Zephyrine Oakenshawe"}
    assert [found["event"] for found in held["named_in"]] == ["LeaderNamed"]

    sent(ready, f"persons/{person}/holds", hold="INQ/4", reason="The inquiry asked")
    asked = {"reason": "They asked"}
    refused_ = officer.post(f"/api/v1/persons/{person}/erasure", json=asked)
    problem = refused(refused_, 409, "legal-hold")
    assert "The inquiry asked" in problem["detail"]
    sent(ready, f"persons/{person}/holds/lifting", hold="INQ/4", reason="Report published")
    refused(auditor.post(f"/api/v1/persons/{person}/erasure", json=asked), 403, "forbidden")
    erased = sent(ready, f"persons/{person}/erasure", **asked)

    after = {"after": erased["position"]}
    now = got(auditor.get(f"/api/v1/councils/{ELSEWHERE}", params=after))
    assert now["people"][person] == {"name": "erased person"}
    past = {"as_at": str(named["position"])}
    then = got(auditor.get(f"/api/v1/councils/{ELSEWHERE}", params=past))
    assert then["people"][person] == {"name": "erased person"}
    shown = got(auditor.get(f"/api/v1/persons/{person}"))
    assert (shown["data"], shown["erased"]) == ({"name": "erased person"}, True)
    assert columns_with(ready, "Oakenshawe") == []
    refused(auditor.get("/api/v1/persons/PERSON-nobody"), 404, "not-found")
    refused(ready.client("regional-lead").get(f"/api/v1/persons/{person}"), 403, "forbidden")


def test_a_users_account_is_erased_once_they_are_deactivated(ready: Service) -> None:
    administrator = ready.client("administrator")
    body = {"user": "leaver", "name": "Quentin Umberslade", "email": "q@example.org"}
    done(administrator.post("/api/v1/users", json=body))
    asked = {"reason": "They left"}
    address = "/api/v1/persons/USER-leaver/erasure"
    refused(administrator.post(address, json=asked), 409, "user-active")
    done(administrator.post("/api/v1/users/leaver/deactivation", json=asked))
    done(administrator.post(address, json=asked))
    assert columns_with(ready, "Umberslade") == []
    assert columns_with(ready, "q@example.org") == []


def test_who_reads_what_is_confidential_is_on_record_before_it_is_shown(ready: Service) -> None:
    officer, auditor = ready.client("case-officer"), ready.client("auditor")
    record_inadequate(ready, "331")
    case = open_case(ready, "331")
    text = "Frank words about capacity"
    note = {"title": "Call", "text": text, "confidentiality": "confidential"}
    added = done(officer.post(f"/api/v1/cases/{case}/notes", json=note))
    page = got(officer.get(f"/api/v1/cases/{case}", params={"after": added["position"]}))
    (kept,) = page["notes"]
    address = f"/api/v1/cases/{case}/notes/{kept['note']}"
    assert got(officer.get(address))["text"] == text
    entries = got(auditor.get("/api/v1/audit/access-log", params={"subject": kept["note"]}))
    assert [(e["user"], e["did"], e["channel"]) for e in entries] == [
        ("case-officer", "read-note", "api")
    ]
    before = {"subject": kept["note"], "as_at": str(added["position"] - 1)}
    assert got(auditor.get("/api/v1/audit/access-log", params=before)) == []
    refused(officer.get("/api/v1/audit/access-log"), 403, "forbidden")

    erasure = {"reason": "It named a child"}
    done(officer.post(f"{address}/erasure", json=erasure))
    refused(officer.post(f"{address}/erasure", json=erasure), 404, "not-found")
    gone = officer.get(address, params={"after": ready.installation.store.head()})
    refused(gone, 404, "not-found")
    earlier = officer.get(address, params={"as_at": str(added["position"])})
    refused(earlier, 404, "not-found")
    assert columns_with(ready, "Frank words") == []
