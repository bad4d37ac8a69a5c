"""Journey 8, first half: a lead sees their region only, and spends what was devolved to it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import done, got, open_budget, refused, register_councils

MINE, OTHERS = "regions/north-west", "regions/london"
DAY = "2025-06-03"


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    register_councils(service)
    open_budget(service, "2025-26", "9300000.00", "200000.00")
    finance = service.client("finance-officer")
    for path, body in (
        ("allocations", {"heading": "regions", "amount": "500000.00"}),
        ("devolutions", {"region": "north-west", "amount": "100000.00"}),
        ("devolutions", {"region": "london", "amount": "70000.00"}),
    ):
        address = f"/api/v1/budgets/2025-26/{path}"
        done(finance.post(address, json=body | {"effective_on": "2025-04-01"}))
    return service


def spend(amount: str, **changes: Any) -> dict[str, Any]:
    return {
        "year": "2025-26",
        "amount": amount,
        "spent_on": "Facilitators of peer challenge",
        "evidence": "Invoices of May",
        "effective_on": DAY,
    } | changes


def money(service: Service, after: int) -> dict[str, Any]:
    answer = service.client("regional-lead").get(f"/api/v1/{MINE}", params={"after": after})
    (found,) = got(answer)["money"]
    row: dict[str, Any] = found
    return row


def test_a_lead_spends_what_was_devolved_to_their_region_and_nothing_else(ready: Service) -> None:
    lead, auditor = ready.client("regional-lead"), ready.client("auditor")
    first = done(lead.post(f"/api/v1/{MINE}/spending", json=spend("60000.00")))
    assert first["events"] == ["RegionalSpendReported", "RegionalSpendRecorded"]
    row = money(ready, first["position"])
    assert (row["devolved_pence"], row["region_spent_pence"], row["left_pence"]) == (
        100_000_00,
        60_000_00,
        40_000_00,
    )
    over = refused(
        lead.post(f"/api/v1/{MINE}/spending", json=spend("40000.01")), 409, "over-devolved"
    )
    assert over["values"]["left_pence"] == 40_000_00
    refused(lead.post(f"/api/v1/{OTHERS}/spending", json=spend("1.00")), 404, "not-found")
    late = spend("1.00", effective_on="2026-04-02")
    refused(lead.post(f"/api/v1/{MINE}/spending", json=late), 409, "wrong-financial-year")
    balance = got(auditor.get("/api/v1/ledger/trial-balance"))
    held = {a["account_name"]: a["balance_pence"] for a in balance["accounts"]}
    assert balance["total_pence"] == 0
    assert held["region/2025-26/north-west"] == 40_000_00
    assert held["region-spent/2025-26/north-west"] == 60_000_00


def test_many_reports_at_once_never_spend_more_than_is_left(ready: Service) -> None:
    lead = ready.client("regional-lead")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: lead.post(f"/api/v1/{MINE}/spending", json=spend("10000.00")), range(12)
            )
        )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] * 4 + [409] * 8
    position = max(a.json()["position"] for a in answers if a.status_code == 201)
    assert money(ready, position)["left_pence"] == 0
    wrong = done(
        lead.post(
            f"/api/v1/{MINE}/spending/1/reversal",
            json={"reason": "Counted twice", "effective_on": DAY},
        )
    )
    assert money(ready, wrong["position"])["left_pence"] == 60_000_00


def test_a_lead_sees_their_region_alone(ready: Service) -> None:
    lead, auditor = ready.client("regional-lead"), ready.client("auditor")
    seen = got(lead.get("/api/v1/regions"))["items"]
    assert [row["region"] for row in seen] == ["north-west"]
    refused(lead.get(f"/api/v1/{OTHERS}"), 404, "not-found")
    assert len(got(auditor.get("/api/v1/regions"))["items"]) == 9
    body = {"office": "lead member", "name": "Odette Garsdalen"}
    refused(lead.post(f"/api/v1/{OTHERS}/leads", json=body), 404, "not-found")
    refused(ready.client("council-contact").get("/api/v1/regions"), 403, "forbidden")


def test_the_list_of_leads_is_printed_as_at_any_moment(ready: Service) -> None:
    lead, auditor = ready.client("regional-lead"), ready.client("auditor")
    named = {"office": "lead member", "name": "Odette Garsdalen", "council": "340"}
    first = done(lead.post(f"/api/v1/{MINE}/leads", json=named))
    other = {"office": "lead member", "name": "Nils Marrisdyke"}
    second = done(lead.post(f"/api/v1/{MINE}/leads", json=other))
    assert second["events"] == ["RegionalLeadStoodDown", "RegionalLeadNominated"]

    def names(**asked: Any) -> list[str]:
        found = got(auditor.get("/api/v1/regions/leads", params=asked))["items"]
        return [line["name"] for line in found]

    assert names(after=second["position"]) == ["Nils Marrisdyke"]
    assert names(as_at=str(first["position"])) == ["Odette Garsdalen"]
    assert names(as_at=str(first["position"] - 1)) == []


def test_early_support_is_offered_answered_and_delivered(ready: Service) -> None:
    lead, auditor = ready.client("regional-lead"), ready.client("auditor")
    offer = {"council": "340", "concern": "Turnover", "support": "Four days of a practice lead"}
    elsewhere = offer | {"council": "202"}
    refused(lead.post(f"/api/v1/{MINE}/early-support", json=elsewhere), 409, "other-region")
    done(lead.post(f"/api/v1/{MINE}/early-support", json=offer))
    answer = f"/api/v1/{MINE}/early-support/1/answer"
    refused(ready.client("council-contact").post(answer, json={"accepted": True}), 404, "not-found")
    administrator = ready.client("administrator")
    done(administrator.post("/api/v1/users", json={"user": "knowsley", "name": "K Contact"}))
    role = {"role": "council-contact", "council": "340"}
    done(administrator.post("/api/v1/users/knowsley/roles", json=role))
    taken = done(ready.client("knowsley").post(answer, json={"accepted": True}))
    shown = got(auditor.get("/api/v1/councils/340", params={"after": taken["position"]}))
    assert shown["tier"] == "early support"
    delivery = {"outcome": "Steadier"}
    over = done(lead.post(f"/api/v1/{MINE}/early-support/1/delivery", json=delivery))
    shown = got(auditor.get("/api/v1/councils/340", params={"after": over["position"]}))
    assert shown["tier"] == "universal"


def test_engagement_is_told_by_month_and_region(ready: Service) -> None:
    officer = ready.client("case-officer")
    for council in ("340", "341", "342"):
        step = {
            "engagement": "early adopter",
            "evidence": "Hosted a challenge",
            "effective_on": DAY,
        }
        last = done(officer.post(f"/api/v1/councils/{council}/engagement", json=step))
    asked = {"after": last["position"]}
    months = got(officer.get("/api/v1/regions/engagement/months", params=asked))["items"]
    assert (months[0]["month"], months[0]["early_adopters"]) == ("2025-06", 3)
    assert months[-1]["taking_part"] == 3
    coverage = got(officer.get("/api/v1/regions/engagement/coverage"))["items"]
    here = next(line for line in coverage if line["region"] == "north-west")
    assert here["taking_part"] == 3
    assert sum(line["councils"] for line in coverage) == 153
    assert got(officer.get("/api/v1/regions/engagement/likely"))["items"] == []
    leadership = got(officer.get("/api/v1/regions/leadership"))["items"]
    assert next(x for x in leadership if x["region"] == "north-west")["regional_lead_member"]
