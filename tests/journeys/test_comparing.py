"""Two moments of anything, any figure down to its events: over the demonstration's whole year."""

import itertools
import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.sql import SQL, Identifier

from projections.audit import JournalRow
from projections.engine import View, fields, figures
from projections.funding import BudgetPosition
from projections.reporting import ReturnRow
from service.attributing import made, name_of, needs_of, views_seen
from service.cli import main
from service.cli.context import reader_for
from service.comparing import compared
from service.desk import Reader
from service.tracing import show_touched, show_trace
from tests.conftest import Service, running
from tests.journeys.steps import done, got, refused

CONTRACTS = {"view": "budget-position", "key": "2025-26/contracts", "field": "paid_pence"}


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture(scope="module")
def auditor(played: Service) -> Reader:
    return reader_for(played.installation, None)


def keys_of(reading: Reader, view: type[View], most: int) -> list[str]:
    keys = [row["key"] for row in reading.model.select(view, reading.moment.position)]
    return random.Random(view.__name__).sample(keys, min(most, len(keys)))


def casework(played: Service, *words: str) -> Result:
    environment = {"CASEWORK_DATABASE_URL": played.installation.url, "CASEWORK_ENV": "test"}
    return CliRunner().invoke(main, ["audit", *words], env=environment)


# --- Compare --------------------------------------------------------------------------------


def test_every_view_says_who_may_see_its_rows() -> None:
    assert [v.__name__ for v in View.all if v is not JournalRow and not needs_of(v)] == []
    assert needs_of(ReturnRow) == ("return.draft",)


@pytest.mark.parametrize(
    "view", [v for v in View.all if v is not JournalRow], ids=lambda v: v.table
)
def test_the_attribution_adds_up_for_rows_of_every_view(auditor: Reader, view: type[View]) -> None:
    assert view in views_seen(auditor)
    chance = random.Random(view.__name__)
    for key in keys_of(auditor, view, 6):
        begun = made(auditor, view, key).steps[0].record.position
        last = auditor.moment.position
        first, second = sorted(chance.sample(range(max(0, begun - 50), last + 1), 2))
        if second < begun:
            continue
        found = compared(auditor, key, str(first), str(second), view=name_of(view))
        rows = [auditor.model.select(view, at, [SQL("key = %s")], [key]) for at in (first, second)]
        before, after = (
            fields(view.model_validate({n: row[0][n] for n in view.columns}) if row else None)
            for row in rows
        )
        differing = {f for f in before.keys() | after.keys() if before.get(f) != after.get(f)}
        assert {change.field for change in found.changes} == differing - {"version"}
        for change in found.changes:
            told = [(step.before, step.after) for step in change.steps]
            assert told[0][0] == change.before == before.get(change.field)
            assert told[-1][1] == change.after == after.get(change.field)
            assert all(a[1] == b[0] for a, b in itertools.pairwise(told))
            assert all(first < step.cause.position <= second for step in change.steps)
            assert all(step.cause.actor and step.cause.role for step in change.steps)


@pytest.mark.parametrize(
    ("ref", "view"),
    [
        ("CASE-0001", "case-page"),
        ("GRANT-0001", "grant-row"),
        ("2025-26", "budget-row"),
        ("2025-26/contracts", "budget-position"),
        ("CONTRACT-0001", "contract-row"),
        ("330", "council-row"),
        ("CHAL-0001", "challenge-row"),
        ("PROG-0005", "programme-row"),
        ("PEER-0003", "peer-row"),
        ("MENT-0001", "match-row"),
        ("london", "region-row"),
        ("CASE-0001/1", "decision-row"),
    ],
)
def test_whatever_has_a_reference_can_be_compared(played: Service, ref: str, view: str) -> None:
    asked = {"from": "2025-04-01", "to": "2026-03-31"}
    found = got(played.client("auditor").get(f"/api/v1/audit/compare/{ref}", params=asked))
    assert (found["reference"], found["view"]) == (ref, view)
    assert found["changes"]
    assert found["events"]


def test_a_difference_names_the_event_and_the_people_behind_it(played: Service) -> None:
    asked = {"from": "2025-06-30", "to": "2026-03-31"}
    client = played.client("auditor")
    found = got(client.get("/api/v1/audit/compare/GRANT-0001", params=asked))
    changes = {change["field"]: change for change in found["changes"]}
    assert (changes["status"]["before"], changes["status"]["after"]) == ("proposed", "accepted")
    (approval,) = changes["approved_by"]["steps"]
    event = got(client.get(f"/api/v1/audit/events/{approval['cause']['position']}"))
    assert event["event"] == approval["cause"]["event"] == "GrantApproved"
    assert {n: approval["cause"][n] for n in ("actor", "role", "effective_on", "reason")} == {
        n: event[n] for n in ("actor", "role", "effective_on", "reason")
    }
    assert changes["conditions[1].state"]["steps"][0]["cause"]["event"] == "ConditionMet"
    assert not [field for field in changes if field.startswith("state")]


def test_the_same_moment_twice_shows_nothing(played: Service) -> None:
    asked = {"from": "2026-01-31", "to": "2026-01-31"}
    found = got(played.client("auditor").get("/api/v1/audit/compare/GRANT-0001", params=asked))
    assert (found["changes"], found["events"]) == ([], [])


def test_what_was_not_there_yet_is_said(played: Service) -> None:
    found = got(
        played.client("auditor").get("/api/v1/audit/compare/GRANT-0001", params={"from": "1"})
    )
    assert (found["earlier"]["exists"], found["later"]["exists"]) == (False, True)
    assert found["same"] == 0


@pytest.mark.parametrize(
    ("ref", "asked", "status", "code"),
    [
        ("GRANT-9999", {"from": "2025-06-30"}, 404, "not-found"),
        ("GRANT-0001", {"from": "2026-03-31", "to": "2025-06-30"}, 422, "bad-range"),
        ("GRANT-0001", {"from": "yesterday"}, 422, "bad-as-at"),
        ("GRANT-0001", {}, 422, "bad-input"),
        ("GRANT-0001", {"from": "1", "to": "900", "as_at": "600"}, 422, "bad-range"),
        ("GRANT-0001", {"from": "1", "to": "2"}, 404, "not-found"),
        ("GRANT-0001", {"from": "1", "view": "nothing"}, 422, "bad-view"),
    ],
)
def test_what_can_not_be_compared_is_refused(
    played: Service, ref: str, asked: dict[str, str], status: int, code: str
) -> None:
    client = played.client("auditor")
    refused(client.get(f"/api/v1/audit/compare/{ref}", params=asked), status, code)


def test_a_late_entry_is_the_difference_in_what_is_known_about_a_day(played: Service) -> None:
    officer, auditor = played.client("case-officer"), played.client("auditor")
    before = played.installation.store.head()

    def engaged(engagement: str, on: str, reason: str) -> int:
        body = {"engagement": engagement, "evidence": reason, "effective_on": on, "reason": reason}
        answer = officer.post("/api/v1/councils/210/engagement", json=body)
        return int(done(answer)["position"])

    late = engaged("contacted", "2025-05-06", "The letter of May was found")
    after = engaged("engaged", "2026-06-02", "They asked to pause")

    def about(day: str | None, until: int) -> dict[str, Any]:
        asked = {"from": str(before), "to": str(until), "after": str(until)}
        found = got(
            auditor.get(
                "/api/v1/audit/compare/210",
                params=asked | ({"about": day} if day else {}),
            )
        )
        return {change["field"]: change for change in found["changes"]}

    changed = about("2025-05-31", after)["engagement"]
    assert changed["after"] == "contacted"
    (step,) = changed["steps"]
    assert (step["cause"]["position"], step["cause"]["effective_on"]) == (late, "2025-05-06")
    assert step["cause"]["reason"] == "The letter of May was found"
    assert about("2025-05-05", after) == {}
    positions = {
        step["cause"]["position"]
        for change in about("2026-06-02", after).values()
        for step in change["steps"]
    }
    assert after in positions


def test_about_can_be_asked_of_rows_of_every_view(auditor: Reader) -> None:
    for view in views_seen(auditor):
        for key, day in itertools.product(keys_of(auditor, view, 2), ("2025-07-31", "2026-03-31")):
            first = made(auditor, view, key).steps[0].record.position
            found = compared(auditor, key, str(first), None, date.fromisoformat(day), name_of(view))
            causes = [step.cause for change in found.changes for step in change.steps]
            assert all(str(cause.effective_on) <= day for cause in causes)


# --- Trace ----------------------------------------------------------------------------------


def test_figures_of_every_view_are_the_sum_of_their_events(auditor: Reader) -> None:
    traced = 0
    for view in views_seen(auditor):
        for key in keys_of(auditor, view, 3):
            shown = figures(made(auditor, view, key).after)
            for field in random.Random(key).sample(sorted(shown), min(4, len(shown))):
                found = show_trace(reading=auditor, view=name_of(view), key=key, field=field)
                amounts: list[int | Decimal] = [part.amount for part in found.contributions]
                assert sum(amounts) == found.figure == shown[field], f"{view.__name__} {key}"
                assert all(amounts), "an event that changed nothing contributed nothing"
                traced += 1
    assert traced > 150


def test_a_budgets_figure_reconciles_with_the_ledger(played: Service) -> None:
    client = played.client("auditor")
    trace = got(client.get("/api/v1/audit/trace", params=CONTRACTS))
    (position,) = [
        row
        for row in client.get("/api/v1/budgets/2025-26").json()["headings"]
        if row["heading"] == "contracts"
    ]
    assert trace["figure"] == position["paid_pence"]
    lines = got(client.get("/api/v1/ledger", params={"account": "supplier-paid", "limit": 1000}))[
        "items"
    ]
    paid = {row["position"]: row["amount_pence"] for row in lines if row["heading"] == "contracts"}
    assert {part["cause"]["position"]: part["amount"] for part in trace["contributions"]} == paid


def test_a_figure_is_traced_as_at_a_past_moment(played: Service) -> None:
    client = played.client("auditor")
    then = got(client.get("/api/v1/audit/trace", params={**CONTRACTS, "as_at": "2025-12-31"}))
    now = got(client.get("/api/v1/audit/trace", params=CONTRACTS))
    assert then["figure"] < now["figure"]
    assert now["contributions"][: len(then["contributions"])] == then["contributions"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"field": "heading"}, 422, "bad-field"),
        ({"field": "nothing"}, 422, "bad-field"),
        ({"key": "2025-26/nothing"}, 404, "not-found"),
        ({"view": "journal-row", "key": "1", "field": "position"}, 422, "bad-view"),
        ({"as_at": "2024-01-01"}, 404, "not-found"),
    ],
)
def test_what_is_no_figure_is_refused(
    played: Service, changed: dict[str, str], status: int, code: str
) -> None:
    client = played.client("auditor")
    refused(client.get("/api/v1/audit/trace", params=CONTRACTS | changed), status, code)


def test_a_view_that_was_altered_is_not_explained_away(played: Service) -> None:
    table = Identifier("views", played.installation.model.name_of(BudgetPosition))
    add = SQL("UPDATE {} SET paid_pence = paid_pence + %s WHERE key = %s AND to_position IS NULL")
    client = played.client("auditor")
    with psycopg.connect(played.installation.url, autocommit=True) as connection:
        connection.execute(add.format(table), (1, CONTRACTS["key"]))
        problem = refused(client.get("/api/v1/audit/trace", params=CONTRACTS), 409, "view-differs")
        connection.execute(add.format(table), (-1, CONTRACTS["key"]))
    assert "audit verify" in problem["detail"]
    got(client.get("/api/v1/audit/trace", params=CONTRACTS))


# --- What an event changed ------------------------------------------------------------------


def test_an_event_leads_to_the_figures_that_it_contributed_to(played: Service) -> None:
    client = played.client("auditor")
    trace = got(client.get("/api/v1/audit/trace", params=CONTRACTS))
    part = trace["contributions"][-1]
    found = got(client.get(f"/api/v1/audit/events/{part['cause']['position']}/touched"))
    assert found["event"] == part["cause"]["event"]
    (row,) = [
        r for r in found["rows"] if (r["view"], r["key"]) == (CONTRACTS["view"], CONTRACTS["key"])
    ]
    (field,) = [f for f in row["fields"] if f["field"] == "paid_pence"]
    assert (field["after"], field["after"] - field["before"]) == (part["total"], part["amount"])
    assert field["traceable"]
    assert {"ledger-line", "account-balance"} <= {row["view"] for row in found["rows"]}


def test_every_event_is_told_with_exactly_the_rows_that_it_changed(auditor: Reader) -> None:
    model, views = auditor.model, views_seen(auditor)
    for position in random.Random(7).sample(range(1, auditor.moment.position), 25):
        found = show_touched(position=position, reading=auditor)
        begun = set()
        for view in views:
            rows = model.select(view, position, [SQL("from_position = %s")], [position])
            begun |= {(name_of(view), row["key"]) for row in rows}
        told = {(row.view, row.key) for row in found.rows if row.was != "ended"}
        assert told <= begun
        unseen = begun - told
        assert all("version" in dict(_columns(views, name)) for name, _ in unseen), unseen


def _columns(views: list[type[View]], name: str) -> dict[str, str]:
    return next(view.columns for view in views if name_of(view) == name)


# --- Who may see ----------------------------------------------------------------------------


def test_without_the_trail_there_is_nothing_to_compare_or_trace(played: Service) -> None:
    for user in ("dfe-analyst", "peer", "council-contact", "administrator"):
        client = played.client(user)
        for path, asked in (
            ("compare/GRANT-0001", {"from": "2025-06-30"}),
            ("trace", CONTRACTS),
            ("events/600/touched", {}),
        ):
            refused(client.get(f"/api/v1/audit/{path}", params=asked), 403, "forbidden")


def test_a_regional_lead_sees_their_region_only(played: Service) -> None:
    lead, auditor = played.client("regional-lead"), played.client("auditor")
    grants = got(auditor.get("/api/v1/grants", params={"limit": 1000}))["items"]
    own = next(g["grant"] for g in grants if g["region"] == "north-west" and g["paid_pence"])
    others = next(g["grant"] for g in grants if g["region"] == "london")
    asked = {"from": "2025-04-01"}
    compare = "/api/v1/audit/compare"
    found = got(lead.get(f"{compare}/{own}", params=asked))
    assert found == got(auditor.get(f"{compare}/{own}", params=asked))
    refused(lead.get(f"{compare}/{others}", params=asked), 404, "not-found")
    about = asked | {"about": "2025-12-31"}
    refused(lead.get(f"{compare}/{others}", params=about), 404, "not-found")
    trace = {"view": "grant-row", "key": others, "field": "paid_pence"}
    refused(lead.get("/api/v1/audit/trace", params=trace), 404, "not-found")
    refused(lead.get("/api/v1/audit/trace", params=CONTRACTS), 403, "forbidden")
    refused(lead.get(f"{compare}/2025-26", params=asked), 404, "not-found")


def test_who_is_behind_a_public_row_elsewhere_is_not_told(played: Service) -> None:
    asked = {"from": "2025-04-01"}
    path = "/api/v1/audit/compare/210"
    lead = got(played.client("regional-lead").get(path, params=asked))
    whole = got(played.client("auditor").get(path, params=asked))
    assert [c["field"] for c in lead["changes"]] == [c["field"] for c in whole["changes"]]
    assert lead["changes"]
    for event in lead["events"]:
        told = {name for name, value in event["cause"].items() if value is not None}
        assert told == {"position"}


def test_an_event_shows_only_rows_in_sight(played: Service) -> None:
    auditor, lead = played.client("auditor"), played.client("regional-lead")
    found = got(
        auditor.get("/api/v1/audit", params={"event": "CommitmentReserved", "limit": 1000})
    )["items"]
    position = next(row["position"] for row in found if row["region"] == "north-west")
    path = f"/api/v1/audit/events/{position}/touched"
    whole = {row["view"] for row in got(auditor.get(path))["rows"]}
    sight = {row["view"] for row in got(lead.get(path))["rows"]}
    assert {"budget-position", "region-position", "ledger-line"} <= whole
    assert sight == whole & {"region-position", "grant-row", "case-page"}


# --- The command line -----------------------------------------------------------------------


def test_the_command_line_answers_as_the_api_does(played: Service) -> None:
    client = played.client("auditor")
    asked = {"from": "2025-06-30", "to": "2026-03-31"}
    diff = casework(played, "diff", "GRANT-0001", *_words(asked), "--json")
    assert diff.exit_code == 0, diff.output
    assert json.loads(diff.stdout) == got(
        client.get("/api/v1/audit/compare/GRANT-0001", params=asked)
    )
    about = casework(played, "diff", "210", "--from", "1", "--about", "2025-05-31", "--json")
    assert json.loads(about.stdout)["about"] == "2025-05-31"
    trace = casework(played, "trace", *CONTRACTS.values(), "--as-at", "2025-12-31", "--json")
    assert json.loads(trace.stdout) == got(
        client.get("/api/v1/audit/trace", params={**CONTRACTS, "as_at": "2025-12-31"})
    )
    touched = casework(played, "touched", "600", "--json")
    assert json.loads(touched.stdout) == got(client.get("/api/v1/audit/events/600/touched"))


def _words(asked: dict[str, str]) -> list[str]:
    return [word for name, value in asked.items() for word in (f"--{name}", value)]


def test_the_command_line_tells_it_in_lines(played: Service) -> None:
    diff = casework(played, "diff", "GRANT-0001", "--from", "2025-06-30", "--to", "2026-03-31")
    assert diff.exit_code == 0, diff.output
    for told in ("approved_by", "approver-2", "GrantApproved", "£66,000.00"):
        assert told in diff.stdout
    trace = casework(played, "trace", *CONTRACTS.values())
    assert "budget-position 2025-26/contracts paid_pence: £892,500.00, the sum of 11" in (
        trace.stdout
    )
    touched = casework(played, "touched", "600")
    assert "position 600" in touched.stdout
    wrong = casework(played, "diff", "GRANT-9999", "--from", "2025-06-30")
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("casework: There is nothing under GRANT-9999")
