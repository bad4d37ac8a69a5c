"""Journey 2: a grant from proposal to closing; budget and ledger agree at every step."""

from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import (
    done,
    got,
    grant_body,
    open_budget,
    open_case,
    record_inadequate,
    refused,
    register_councils,
)

APPROVE = {"rationale": "Meets the criteria", "effective_on": "2025-06-04"}


@pytest.fixture(scope="module")
def ready(service: Service) -> tuple[Service, str]:
    register_councils(service)
    record_inadequate(service, "330")
    open_budget(service, "2025-26", "9300000.00", "200000.00")
    return service, open_case(service)


def agree(service: Service, after: int) -> dict[str, Any]:
    """Ledger, budget and grants say the same; returns the heading."""
    auditor = service.client("auditor")
    balance = got(auditor.get("/api/v1/ledger/trial-balance", params={"after": after}))
    assert balance["total_pence"] == 0
    held = {a["account_name"]: a["balance_pence"] for a in balance["accounts"]}
    budget = got(auditor.get("/api/v1/budgets/2025-26"))
    heading = next(h for h in budget["headings"] if h["heading"] == "intervention-support")
    grants = got(auditor.get("/api/v1/grants", params={"limit": 1000}))["items"]
    assert held["heading/2025-26/intervention-support"] == heading["available_pence"]
    assert heading["committed_pence"] == sum(g["committed_pence"] for g in grants)
    assert heading["paid_pence"] == sum(g["paid_pence"] - g["clawed_back_pence"] for g in grants)
    assert heading["clawback_due_pence"] == sum(g["owed_pence"] for g in grants)
    found: dict[str, Any] = heading
    return found


def test_grant_end_to_end(ready: tuple[Service, str]) -> None:  # noqa: PLR0915 - one journey
    service, case = ready
    officer, finance = service.client("case-officer"), service.client("finance-officer")
    approver, director = service.client("approver"), service.client("director")
    contact = service.client("council-contact")
    receipt = done(officer.post("/api/v1/grants", json=grant_body(case)))
    grant = f"/api/v1/grants/{receipt['reference']}"
    assert agree(service, receipt["position"])["available_pence"] == 200_000_00

    refused(officer.post(f"{grant}/approval", json=APPROVE), 403, "forbidden")
    over = refused(approver.post(f"{grant}/approval", json=APPROVE), 409, "over-limit")
    seen = over["values"]
    assert (seen["limit_pence"], seen["amount_pence"]) == (100_000_00, 120_000_00)
    minute = APPROVE | {"board_minute": "CIB/2025/17"}
    receipt = done(approver.post(f"{grant}/approval", json=minute))
    assert receipt["events"] == ["GrantApproved", "CommitmentReserved"]
    assert agree(service, receipt["position"])["committed_pence"] == 120_000_00
    refused(director.post(f"{grant}/approval", json=APPROVE), 409, "grant-status")
    row = got(approver.get(grant))
    assert row["authority"]["board_minute"] == "CIB/2025/17"
    assert row["budget_then"]["available_pence"] == 200_000_00

    pay = {"instalment": 1, "payment_reference": "BACS-1", "effective_on": "2025-06-16"}
    refused(finance.post(f"{grant}/payments", json=pay), 409, "grant-status")
    offer = {
        "determination_letter": "DL/1",
        "accept_by": "2025-06-30",
        "effective_on": "2025-06-05",
    }
    done(officer.post(f"{grant}/offer", json=offer))
    accept = {
        "signatory": "person-1",
        "signatory_office": "section 151 officer",
        "effective_on": "2025-06-10",
    }
    done(contact.post(f"{grant}/acceptance", json=accept))
    refused(finance.post(f"{grant}/payments", json=pay), 409, "payee-not-verified")
    checked = {
        "result": "passed",
        "fraud_risk": "low",
        "payee_verified": True,
        "findings": "Called back",
        "effective_on": "2025-06-12",
    }
    done(service.client("finance-officer-2").post(f"{grant}/due-diligence", json=checked))

    key = {"Idempotency-Key": "pay-1"}
    first = done(finance.post(f"{grant}/payments", json=pay, headers=key))
    again = finance.post(f"{grant}/payments", json=pay, headers=key)
    assert done(again) == first
    assert again.headers["Idempotency-Replayed"] == "true"
    refused(
        finance.post(f"{grant}/payments", json=pay | {"instalment": 2}, headers=key),
        422,
        "bad-key-reuse",
    )
    refused(finance.post(f"{grant}/payments", json=pay), 409, "instalment-paid")
    assert agree(service, first["position"])["paid_pence"] == 50_000_00

    second = {"instalment": 2, "payment_reference": "BACS-2", "effective_on": "2025-09-15"}
    unmet = refused(finance.post(f"{grant}/payments", json=second), 409, "condition-not-met")
    assert unmet["values"]["conditions"] == [1]
    met = {
        "outcome": "met",
        "evidence": "Cabinet minute 12",
        "reason": "Read the minute",
        "effective_on": "2025-09-12",
    }
    done(officer.post(f"{grant}/conditions/1", json=met))
    used = second | {"payment_reference": "BACS-1"}
    refused(finance.post(f"{grant}/payments", json=used), 409, "payment-reference-used")
    receipt = done(finance.post(f"{grant}/payments", json=second))
    assert agree(service, receipt["position"])["paid_pence"] == 90_000_00

    vary = {
        "amount": "110000.00",
        "unpaid_instalments": [{"amount": "20000.00", "due_on": "2026-01-15", "conditions": [2]}],
        "reason": "One post fewer",
        "effective_on": "2025-10-01",
        "board_minute": "CIB/2025/31",
    }
    letter = officer.get(f"{grant}/letters/offer", params={"format": "docx"}).content
    receipt = done(approver.post(f"{grant}/variation", json=vary))
    assert letter.startswith(b"PK")
    assert officer.get(f"{grant}/letters/offer", params={"format": "docx"}).content == letter
    assert agree(service, receipt["position"])["committed_pence"] == 20_000_00
    told = officer.get(f"{grant}/letters/variation-1", params={"format": "md"}).text
    assert "£110,000.00 (one hundred and ten thousand pounds)" in told
    assert "| Paid by then | £90,000.00 | £90,000.00 |" in told
    assert "by the Board, minute CIB/2025/31" in told

    late = {"reason": "Return overdue", "effective_on": "2026-01-12"}
    done(officer.post(f"{grant}/suspension", json=late))
    third = {"instalment": 4, "payment_reference": "BACS-3", "effective_on": "2026-01-15"}
    refused(finance.post(f"{grant}/payments", json=third), 409, "grant-suspended")
    there = {"reason": "Return received", "effective_on": "2026-01-19"}
    done(officer.post(f"{grant}/resumption", json=there))

    too_much = {"amount": "90000.01", "reason": "All and more"}
    refused(finance.post(f"{grant}/clawback", json=too_much), 409, "over-paid")
    demand = {"amount": "15000.00", "reason": "Vacant posts", "effective_on": "2026-01-20"}
    receipt = done(finance.post(f"{grant}/clawback", json=demand))
    assert agree(service, receipt["position"])["clawback_due_pence"] == 15_000_00
    back = {
        "amount": "14000.00",
        "receipt_reference": "RCPT-1",
        "effective_on": "2026-02-10",
    }
    done(finance.post(f"{grant}/clawback/receipts", json=back))
    close = {"final_spend": "74000.00", "reason": "Final return agreed"}
    refused(officer.post(f"{grant}/closure", json=close), 409, "still-owed")
    off = {"amount": "1000.00", "reason": "Costs more to recover", "effective_on": "2026-03-02"}
    done(approver.post(f"{grant}/clawback/write-off", json=off))
    receipt = done(officer.post(f"{grant}/closure", json=close | {"effective_on": "2026-03-20"}))
    heading = agree(service, receipt["position"])
    assert heading["committed_pence"] == 0
    assert heading["available_pence"] == (200_000 - 90_000 + 14_000) * 100
    row = got(officer.get(grant))
    assert (row["status"], row["underspend_pence"]) == ("closed", 1_000_00)

    then = got(officer.get(grant, params={"as_at": first["position"]}))
    assert (then["status"], then["paid_pence"], then["amount_pence"]) == (
        "accepted",
        50_000_00,
        120_000_00,
    )


@pytest.mark.parametrize("amount", ["1e5", "-1", "0.001", "£1,000", "", "NaN", 1.5, None, True])
def test_malformed_money_is_refused_with_what_to_write(
    ready: tuple[Service, str], amount: object
) -> None:
    service, case = ready
    head = service.installation.store.head()
    answer = service.client("case-officer").post(
        "/api/v1/grants", json=grant_body(case) | {"amount": amount}
    )
    problem = refused(answer, 422, "bad-input")
    assert any(error["pointer"] == "/amount" for error in problem["errors"])
    assert "120000.00" in problem["detail"]
    assert service.installation.store.head() == head


def test_other_bad_input_is_a_clear_problem_and_records_nothing(
    ready: tuple[Service, str],
) -> None:
    service, case = ready
    officer = service.client("case-officer")
    head = service.installation.store.head()
    refused(
        officer.post("/api/v1/cases", json={"council": "999", "trigger": "x"}), 404, "not-found"
    )
    late = grant_body(case, effective_on="2026-04-02")
    refused(officer.post("/api/v1/grants", json=late), 409, "wrong-financial-year")
    due = grant_body(case)
    due["instalments"][0]["due_on"] = "2026-04-01"
    refused(officer.post("/api/v1/grants", json=due), 409, "wrong-financial-year")
    short = grant_body(case, amount="120001.00")
    refused(officer.post("/api/v1/grants", json=short), 409, "instalments-sum")
    stale = officer.post(
        f"/api/v1/cases/{case}/lead", json={"lead": "case-officer"}, headers={"If-Match": '"1"'}
    )
    refused(stale, 412, "stale-version")
    large = officer.post("/api/v1/grants", content=b'{"purpose": "' + b"x" * 10_000_000 + b'"}')
    refused(large, 413, "too-large")
    broken = officer.post(
        "/api/v1/grants", content=b'{"a":', headers={"Content-Type": "application/json"}
    )
    assert broken.status_code == 422
    deep = officer.post(
        "/api/v1/grants",
        content=b"[" * 100_000,
        headers={"Content-Type": "application/json"},
    )
    assert 400 <= deep.status_code < 500
    nul = grant_body(case, purpose="a\x00b")
    refused(officer.post("/api/v1/grants", json=nul), 422, "bad-input")
    other_region = service.client("regional-lead").get(f"/api/v1/cases/{case}")
    refused(other_region, 404, "not-found")
    refused(service.anonymous().get("/api/v1/grants"), 401, "not-signed-in")
    refused(officer.get("/api/v1/grants", params={"as_at": "soon"}), 422, "bad-as-at")
    refused(officer.get("/api/v1/grants", params={"status": "\x00"}), 422, "bad-input")
    refused(officer.get("/api/v1/grants/GRANT-9999"), 404, "not-found")
    since = [type(r.event).__name__ for r in service.installation.store.records(head, 100)]
    assert since == ["AttemptRefused"] * 3  # by the three rules that said no


def test_a_year_is_closed_and_what_is_left_carried_or_surrendered(
    ready: tuple[Service, str],
) -> None:
    service, _ = ready
    finance, auditor = service.client("finance-officer"), service.client("auditor")
    for year, carry, day in (("2022-23", True, "2023-03-31"), ("2023-24", False, "2024-03-31")):
        open_budget(service, year, "1000.00", "400.00")
        close = {"carry_forward": carry, "reason": "Year end", "effective_on": day}
        receipt = done(finance.post(f"/api/v1/budgets/{year}/closure", json=close))
        assert receipt["events"] == (["YearClosed", "CarriedForward"] if carry else ["YearClosed"])
        row = got(auditor.get(f"/api/v1/budgets/{year}", params={"after": receipt["position"]}))
        assert (row["closed"], row["headings"][0]["available_pence"]) == (True, 0)
        refused(finance.post(f"/api/v1/budgets/{year}/closure", json=close), 409, "year-closed")
    assert got(auditor.get("/api/v1/budgets/2023-24"))["carried_in_pence"] == 1_000_00
    assert got(auditor.get("/api/v1/ledger/trial-balance"))["total_pence"] == 0
