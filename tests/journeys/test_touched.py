"""Back from an event to every figure of a submitted return that it is part of."""

from collections.abc import Iterator

import pytest

from domain.access import UserInvited
from domain.funding import SpendRecorded
from projections.reporting import ReturnRow
from service.returns.explaining import touched_by
from tests.conftest import Service, running
from tests.journeys.steps import got


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


def test_a_payment_leads_to_the_returns_that_count_it(played: Service) -> None:
    store = played.installation.store
    paid = next(r for r in store.records(0, 10_000) if isinstance(r.event, SpendRecorded))
    assert isinstance(paid.event, SpendRecorded)
    address = f"/api/v1/audit/events/{paid.position}/touched"
    found = got(played.client("auditor").get(address))["submitted"]
    counted = [f for f in found if f["label"].startswith("Paid") and f["area_name"] == "England"]
    assert counted
    pounds = f"{paid.event.amount_pence / 100:.2f}"
    assert {f["amount"] for f in counted} == {pounds}
    returns = {f["dfe_return"] for f in found}
    listed = got(played.client("auditor").get("/api/v1/returns"))["items"]
    submitted = {
        row["dfe_return"]: row["at_position"]
        for row in listed
        if row["status"] in ("submitted", "superseded")
    }
    assert returns <= submitted.keys()
    assert all(submitted[name] >= paid.position for name in returns)


def test_what_moves_no_figure_touches_none(played: Service) -> None:
    rows = [
        ReturnRow.model_validate({n: row[n] for n in ReturnRow.columns})
        for row in played.installation.model.select(ReturnRow, played.installation.store.head())
    ]
    records = played.installation.store.records(0, 10_000)
    silent = next(r for r in records if isinstance(r.event, UserInvited))
    assert touched_by(played.installation, rows, silent.position) == []
