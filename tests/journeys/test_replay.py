"""Decisions taken again: step by step, all of them by today's code, and under another rule."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from httpx import Response

from service.cli import main
from service.replay.redecide import redecide
from service.replay.whatif import Changed, what_if
from tests.conftest import Service, running
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


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture(scope="module")
def ready(service: Service) -> tuple[Service, str]:
    """A grant that its own proposer tried to approve, and that another then approved."""
    register_councils(service)
    record_inadequate(service, "330")
    open_budget(service, "2025-26", "9300000.00", "200000.00")
    case = open_case(service, "330")
    officer, admin = service.client("case-officer"), service.client("administrator")
    role = {"role": "approver", "limit": "60000.00"}
    done(admin.post("/api/v1/users/case-officer/roles", json=role))
    grant = done(officer.post("/api/v1/grants", json=grant_body(case)))["reference"]
    again = officer.post(f"/api/v1/grants/{grant}/approval", json={"rationale": "Mine"})
    refused(again, 409, "own-proposal")
    over = service.client("approver").post(
        f"/api/v1/grants/{grant}/approval", json={"rationale": "Needed"}
    )
    refused(over, 409, "over-limit")
    body = {
        "rationale": "Needed",
        "board_minute": "CIB/2025/4",
        "reason": "Board of 4 June",
        "effective_on": "2025-06-04",
    }
    done(service.client("approver").post(f"/api/v1/grants/{grant}/approval", json=body))
    return service, grant


def steps_of(service: Service, ref: str, user: str = "auditor") -> list[dict[str, Any]]:
    head = service.installation.store.head()
    answer = service.client(user).get(f"/api/v1/audit/replay/{ref}", params={"after": head})
    found: list[dict[str, Any]] = got(answer)["items"]
    return found


def test_a_decision_is_replayed_rule_by_rule(ready: tuple[Service, str]) -> None:
    service, grant = ready
    steps = steps_of(service, grant)
    assert [(s["does"], s["refused"]) for s in steps] == [
        ("propose a grant", None),
        ("approve grant", "own-proposal"),
        ("approve grant", "over-limit"),
        ("approve grant", None),
    ]
    own, over, approved = steps[1:]
    assert own["held"]["user"] == "case-officer"
    assert own["held"]["limit_pence"] == 60_000_00
    assert own["rules"][-1]["values"] == {"by": "case-officer", "proposed_by": "case-officer"}
    assert own["events"] == own["changes"] == own["ledger"] == []
    assert over["rules"][-1]["holds"] is False
    assert approved["held"]["granted_by"]
    looked = {rule["code"]: rule for rule in approved["rules"]}
    assert all(rule["holds"] for rule in looked.values())
    assert looked["over-limit"]["values"]["board_minute"] == "CIB/2025/4"
    assert looked["heading-exhausted"]["values"] == {
        "available_pence": 200_000_00,
        "asked_pence": 120_000_00,
    }
    assert {"own-proposal", "own-assessment", "year-closed"} <= looked.keys()
    seen = {(s["view"], s["key"]): s for s in approved["seen"]}
    row = seen["GrantRow", grant]
    then = service.client("auditor").get(
        f"/api/v1/grants/{grant}", params={"as_at": str(approved["position"] - 1)}
    )
    assert row["row"] == got(then)
    assert row["version"] == 1
    status = next(c for c in approved["changes"] if (c["key"], c["field"]) == (grant, "status"))
    assert (status["before"], status["after"]) == ("proposed", "approved")
    moved = {m["account_name"]: m for m in approved["ledger"]}
    heading = moved["heading/2025-26/intervention-support"]
    assert (heading["before_pence"], heading["after_pence"]) == (200_000_00, 80_000_00)
    assert sum(m["moved_pence"] for m in moved.values()) == 0
    assert {s["again"] for s in steps} == {"same"}


def test_attempts_are_in_the_trail_under_their_rule(ready: tuple[Service, str]) -> None:
    service, grant = ready
    asked = {"rule": "own-proposal", "grant": grant}
    (row,) = got(service.client("auditor").get("/api/v1/audit", params=asked))["items"]
    assert (row["event"], row["actor"]) == ("AttemptRefused", "case-officer")
    assert row["payload"]["attempt"]["command"]["rationale"] == "Mine"


def test_what_is_kept_beside_the_log_is_in_no_decision(ready: tuple[Service, str]) -> None:
    service, _ = ready
    secret = "Quillfeather"
    peer = {
        "name": secret,
        "email": f"{secret}@example.org",
        "kind": "member",
        "home_council": "330",
        "party": "Independent",
    }
    done(service.client("case-officer").post("/api/v1/peers", json=peer))
    with psycopg.connect(service.installation.url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM casework_events"
            " WHERE position(%s IN convert_from(state, 'UTF8')) > 0",
            (secret,),
        ).fetchone()
    assert found == (0,)


def test_a_file_that_was_sent_is_part_of_what_was_asked(ready: tuple[Service, str]) -> None:
    service, grant = ready
    case = got(service.client("auditor").get(f"/api/v1/grants/{grant}"))["case"]

    def send(content: bytes) -> Response:
        return service.client("case-officer").post(
            f"/api/v1/cases/{case}/documents",
            data={"title": "Plan"},
            files={"file": ("plan.txt", content, "text/plain")},
            headers={"Idempotency-Key": "the-plan"},
        )

    assert done(send(b"A plan")) == done(send(b"A plan"))
    refused(send(b"Another plan"), 422, "bad-key-reuse")
    attached = [s for s in steps_of(service, case) if "DocumentAttached" in str(s["events"])]
    assert [step["again"] for step in attached] == ["same"]


def test_a_reader_replays_what_is_in_their_scope(ready: tuple[Service, str]) -> None:
    service, grant = ready
    elsewhere = service.client("regional-lead").get(f"/api/v1/audit/replay/{grant}")
    assert elsewhere.status_code in (403, 404)
    contact = service.client("council-contact").get(f"/api/v1/audit/replay/{grant}")
    refused(contact, 403, "forbidden")
    refused(service.client("auditor").get("/api/v1/audit/replay/GRANT-9999"), 404, "not-found")
    refused(service.client("auditor").get("/api/v1/audit/replay/THING-1"), 422, "bad-reference")


def test_a_replay_shows_nobody_what_their_own_roles_do_not(ready: tuple[Service, str]) -> None:
    """Whoever may read the trail, but not the users, sees the decision without the user's row."""
    service, grant = ready

    def views(user: str) -> set[str]:
        return {row["view"] for step in steps_of(service, grant, user) for row in step["seen"]}

    assert "UserRow" in views("auditor")
    assert "UserRow" not in views("finance-officer")
    assert "GrantRow" in views("finance-officer")


def test_every_decision_of_a_year_is_taken_again_the_same(played: Service) -> None:
    found = redecide(played.installation)
    assert found.ok, found.differ[:3]
    assert found.same > 3_000
    assert found.same + sum(found.not_taken.values()) == found.decisions
    assert sum(found.not_taken.values()) == 5, found.not_taken


def test_another_rule_that_is_none_changes_nothing(played: Service) -> None:
    found = what_if(played.installation, Changed(limits={"nobody": 1}))
    assert found.otherwise == []
    assert all(h.paid_pence == h.would_paid_pence for h in found.headings)


def test_a_lower_limit_would_have_refused_what_was_above_it(played: Service) -> None:
    head = played.installation.store.head()
    found = what_if(played.installation, Changed(limits={"approver": 20_000_00}))
    caused = [o for o in found.otherwise if not o.consequence]
    assert caused
    assert {o.would for o in caused} == {"refused: over-limit"}
    assert all(o.amount_pence is None or o.amount_pence > 20_000_00 for o in caused)
    money = {(h.year, h.heading.value): h for h in found.headings}
    grants = money["2025-26", "intervention-support"]
    assert grants.would_paid_pence < grants.paid_pence
    assert grants.would_allocated_pence <= grants.allocated_pence
    assert played.installation.store.head() == head


def test_another_rule_over_http(played: Service) -> None:
    address = "/api/v1/audit/what-if"
    found = got(played.client("auditor").get(address, params={"delegation": "approver=20000"}))
    assert found["changed"]["limits"] == {"approver": 20_000_00}
    assert any(not o["consequence"] for o in found["otherwise"])
    refused(played.client("auditor").get(address), 422, "bad-change")
    refused(
        played.client("regional-lead").get(address, params={"waivers": "false"}), 403, "forbidden"
    )


def run(played: Service, *words: str) -> Result:
    environment = {"CASEWORK_DATABASE_URL": played.installation.url, "CASEWORK_ENV": "test"}
    return CliRunner().invoke(main, ["audit", *words], env=environment)


def test_replays_from_a_terminal(played: Service) -> None:
    shown = run(played, "replay", "GRANT-0001")
    assert shown.exit_code == 0, shown.output
    assert "It is within the delegated limit, or the Board decided" in shown.stdout
    told = json.loads(run(played, "replay", "GRANT-0001", "--json").stdout)
    assert told[0]["does"] == "propose a grant"
    wrong = run(played, "what-if", "--limit", "approver")
    assert wrong.exit_code == 1
    assert "approver=50000" in wrong.stderr


def test_a_decision_that_its_facts_do_not_carry_is_named(played: Service) -> None:
    """Somebody with the database's own rights lowers a limit on record: what rested on it shows."""
    with psycopg.connect(played.installation.url) as connection:
        connection.execute(
            "UPDATE casework_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
            " '\"limit_pence\":10000000', '\"limit_pence\":1000000'), 'UTF8')"
            " WHERE topic = 'RoleGranted' AND originator_id = 'USER-approver-2'"
        )
    found = redecide(played.installation)
    assert not found.ok
    named = [d for d in found.differ if d.does == "approve_grant" and d.actor == "approver-2"]
    assert named
    assert named[0].differences[0].now == "refused: over-limit"
    result = run(played, "redecide")
    assert result.exit_code == 1
    assert "would not be made as they are on record" in result.stderr


def test_what_was_asked_in_a_form_that_is_no_longer_taken_is_told(
    ready: tuple[Service, str],
) -> None:
    service, _ = ready
    with psycopg.connect(service.installation.url) as connection:
        connection.execute(
            "UPDATE casework_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
            " 'Needed', 'Need\u202eed'), 'UTF8') WHERE topic = 'GrantApproved'"
        )
    found = redecide(service.installation)
    (why,) = [why for why in found.not_taken if "in that form today" in why]
    assert found.not_taken[why] == 1
    assert "marks that turn" in why
