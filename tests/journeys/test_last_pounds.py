"""Journey 3: fifty approvals at once against a heading that carries ten."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from service.identity import accounts_of
from tests.conftest import Service, fresh_database, running
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

APPROVERS, CARRIED = 50, 10
EACH = "10000.00"


def approver_tokens(service: Service) -> list[str]:
    """Fifty approvers, each with a limit of their own."""
    administrator = service.client("administrator")
    tokens = []
    for n in range(APPROVERS):
        user = f"approver-of-fifty-{n}"
        done(administrator.post("/api/v1/users", json={"user": user, "name": f"Approver {n}"}))
        role = {"role": "approver", "limit": "50000.00"}
        done(administrator.post(f"/api/v1/users/{user}/roles", json=role))
        tokens.append(accounts_of(service.installation).issue_token(user))
    return tokens


def propose_fifty(service: Service) -> list[str]:
    register_councils(service)
    record_inadequate(service, "330")
    open_budget(service, "2025-26", "9300000.00", "100000.00")
    case = open_case(service)
    one = [{"amount": EACH, "due_on": "2025-09-15"}]
    body = grant_body(case, amount=EACH, instalments=one, conditions=[])
    officer = service.client("case-officer")
    return [
        str(done(officer.post("/api/v1/grants", json=body))["reference"]) for _ in range(APPROVERS)
    ]


def race(service: Service, addresses: list[str]) -> None:
    """Everybody approves at once, taking turns at the addresses; exactly ten get through."""
    grants, tokens = propose_fifty(service), approver_tokens(service)

    def approve(n: int) -> httpx.Response:
        return httpx.post(
            f"{addresses[n % len(addresses)]}/api/v1/grants/{grants[n]}/approval",
            json={"rationale": "Ready", "effective_on": "2025-06-04"},
            headers={"Authorization": f"Bearer {tokens[n]}"},
            timeout=60,
        )

    started = time.monotonic()
    with ThreadPoolExecutor(APPROVERS) as crowd:
        answers = list(crowd.map(approve, range(APPROVERS)))
    print(f"{APPROVERS} approvals at once: {time.monotonic() - started:.2f} s")
    counts = Counter(answer.status_code for answer in answers)
    assert counts == {201: CARRIED, 409: APPROVERS - CARRIED}, counts
    for answer in answers:
        if answer.status_code == 409:
            problem = refused(answer, 409, "heading-exhausted")
            assert problem["values"] == {"available_pence": 0, "asked_pence": 10_000_00}
    last = max(answer.json()["position"] for answer in answers if answer.status_code == 201)
    auditor = service.client("auditor")
    budget = got(auditor.get("/api/v1/budgets/2025-26", params={"after": last}))
    heading = budget["headings"][0]
    assert (heading["committed_pence"], heading["available_pence"]) == (100_000_00, 0)
    approved = got(auditor.get("/api/v1/grants", params={"status": "approved", "limit": 100}))
    assert len(approved["items"]) == CARRIED
    assert got(auditor.get("/api/v1/ledger/trial-balance"))["total_pence"] == 0


@pytest.fixture
def fresh(postgres: str) -> Iterator[tuple[Service, str]]:
    with fresh_database(postgres) as url, running(url) as service:
        yield service, url


def test_fifty_approvals_in_one_process(fresh: tuple[Service, str]) -> None:
    service, _ = fresh
    race(service, [service.address])


def test_fifty_approvals_shared_by_two_processes(fresh: tuple[Service, str]) -> None:
    service, url = fresh
    port = "8761"
    environment = os.environ | {"CASEWORK_DATABASE_URL": url, "CASEWORK_ENV": "test"}
    second = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "service.cli", "serve", "--port", port],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/healthz")
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        race(service, [service.address, address])
    finally:
        second.terminate()
        second.wait(20)


def test_one_key_raced_by_twenty_acts_once(fresh: tuple[Service, str]) -> None:
    service, _ = fresh
    register_councils(service)
    record_inadequate(service, "330")
    officer = service.client("case-officer")
    head = service.installation.store.head()

    def open_it(_: int) -> httpx.Response:
        return officer.post(
            "/api/v1/cases",
            json={"council": "330", "trigger": "Judged inadequate"},
            headers={"Idempotency-Key": "open-330"},
        )

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(open_it, range(20)))
    receipts = [done(answer) for answer in answers]
    assert all(receipt == receipts[0] for receipt in receipts)
    recorded = service.installation.store.records(head, 100)
    assert [type(record.event).__name__ for record in recorded] == [
        "CaseOpened",
        "InterventionBegan",
    ]
