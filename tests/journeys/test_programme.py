"""The wider programme over HTTP: a contract, a trial's payment and a claim of the host."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import done, got, open_budget, refused, register_councils

DAY = "2025-06-03"


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    register_councils(service)
    open_budget(service, "2025-26", "9300000.00", "200000.00")
    for heading, amount in (("contracts", "90000.00"), ("policy-programmes", "1000.00")):
        body = {"heading": heading, "amount": amount, "effective_on": "2025-04-01"}
        done(
            service.client("finance-officer").post("/api/v1/budgets/2025-26/allocations", json=body)
        )
    return service


def contract(amount: str) -> dict[str, Any]:
    return {
        "supplier": "Fernhill Research",
        "lot": "good practice validation",
        "scope": "Validate twenty examples",
        "value": amount,
        "year": "2025-26",
        "starts_on": DAY,
        "ends_on": "2026-03-31",
        "deliverables": [{"title": "Report", "amount": amount, "due_on": "2025-08-15"}],
        "route": "open procedure",
        "effective_on": DAY,
    }


def agree(service: Service, after: int) -> dict[str, Any]:
    """Ledger and budget say the same; returns the contracts' heading."""
    auditor = service.client("auditor")
    balance = got(auditor.get("/api/v1/ledger/trial-balance", params={"after": after}))
    assert balance["total_pence"] == 0
    held = {a["account_name"]: a["balance_pence"] for a in balance["accounts"]}
    budget = got(auditor.get("/api/v1/budgets/2025-26"))
    heading = next(h for h in budget["headings"] if h["heading"] == "contracts")
    assert held["heading/2025-26/contracts"] == heading["available_pence"]
    found: dict[str, Any] = heading
    return found


def test_a_contract_is_let_delivered_and_paid_by_three_people(ready: Service) -> None:
    approver, officer = ready.client("approver"), ready.client("case-officer")
    finance, analyst = ready.client("finance-officer"), ready.client("dfe-analyst")
    refused(officer.post("/api/v1/contracts", json=contract("40000.00")), 403, "forbidden")
    let = done(approver.post("/api/v1/contracts", json=contract("40000.00")))
    assert agree(ready, let["position"])["committed_pence"] == 40_000_00
    part = f"/api/v1/contracts/{let['reference']}/deliverables/1"
    pay = {"payment_reference": "BACS-77", "effective_on": DAY}
    refused(finance.post(f"{part}/payments", json=pay), 409, "not-accepted")
    why = {"reason": "Half of it is missing", "effective_on": DAY}
    rejected = done(officer.post(f"{part}/rejection", json=why))
    shown = {"after": rejected["position"]}
    row = got(analyst.get(f"/api/v1/contracts/{let['reference']}", params=shown))
    assert row["deliverables"][0]["state"] == "rejected"
    done(officer.post(f"{part}/acceptance", json={"evidence": "Complete", "effective_on": DAY}))
    key = {"Idempotency-Key": "pay-77"}
    paid = done(finance.post(f"{part}/payments", json=pay, headers=key))
    again = done(finance.post(f"{part}/payments", json=pay, headers=key))
    assert again["position"] == paid["position"]
    heading = agree(ready, paid["position"])
    assert (heading["committed_pence"], heading["paid_pence"]) == (0, 40_000_00)
    before = {"as_at": str(let["position"])}
    then = got(analyst.get(f"/api/v1/contracts/{let['reference']}", params=before))
    assert (then["paid_pence"], then["committed_pence"]) == (0, 40_000_00)
    refused(ready.client("regional-lead").get("/api/v1/contracts"), 403, "forbidden")


def test_contracts_at_once_never_go_above_the_heading(ready: Service) -> None:
    approver = ready.client("approver")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: approver.post("/api/v1/contracts", json=contract("10000.00")), range(10)
            )
        )
    assert sorted(a.status_code for a in answers) == [201] * 5 + [409] * 5
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, 409, "heading-exhausted")
    position = max(a.json()["position"] for a in answers if a.status_code == 201)
    assert agree(ready, position)["available_pence"] == 0


def test_a_council_is_paid_by_results_and_sees_only_its_own(ready: Service) -> None:
    approver, officer = ready.client("approver"), ready.client("case-officer")
    finance = ready.client("finance-officer")
    body = {
        "theme": "children's centres",
        "title": "Children's centres",
        "aims": ["Reach families in greatest need"],
        "starts_on": DAY,
        "ends_on": "2026-03-31",
        "full_payment": "100.00",
        "threshold_percent": 40,
        "ceiling": "500.00",
    }
    programme = done(approver.post("/api/v1/programmes", json=body))["reference"]
    address = f"/api/v1/programmes/{programme}"
    for council in ("330", "331"):
        done(officer.post(f"{address}/councils", json={"council": council, "on_trial": True}))
    for council, reached in (("330", "57"), ("331", "60")):
        result = {
            "council": council,
            "measure": "Families reached",
            "period": "2025-26Q1",
            "baseline": "50",
            "target": "60",
            "result": reached,
            "evidence": "Centre returns",
            "effective_on": DAY,
        }
        done(officer.post(f"{address}/results", json=result))
    pay = {"payment_reference": "BACS-R1", "effective_on": DAY}
    refused(officer.post(f"{address}/results/1/payments", json=pay), 403, "forbidden")
    paid = done(finance.post(f"{address}/results/1/payments", json=pay))
    asked = {"after": paid["position"]}
    own = got(ready.client("council-contact").get("/api/v1/programmes/results", params=asked))
    assert [(r["council"], r["due_pence"], r["state"]) for r in own["items"]] == [
        ("330", 70_00, "paid")
    ]
    figures = got(officer.get("/api/v1/programmes/participation/figures", params={"by": "region"}))
    assert figures == [
        {
            "region": "west-midlands",
            "councils": 2,
            "on_trial": 2,
            "due_pence": 170_00,
            "paid_pence": 70_00,
        }
    ]
