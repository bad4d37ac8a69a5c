"""What journeys have in common: the register, a policy, judgements, and the first steps."""

import csv
from typing import Any

import httpx
import psycopg
from psycopg.sql import SQL, Identifier

from tests.conftest import Service
from tests.test_imports import as_csv


def done(answer: httpx.Response) -> dict[str, Any]:
    """The receipt of a command that was done."""
    assert answer.status_code == 201, f"{answer.status_code}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of a command that was refused."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{code}", problem
    assert len(problem["detail"]) > 15
    return problem


def got(answer: httpx.Response) -> Any:
    """The body of a query that was answered."""
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
    return answer.json()


def register_councils(service: Service) -> None:
    """The product's own register, by upload."""
    content = (service.data / "authorities.csv").read_bytes()
    result = done(
        service.client("case-officer").post(
            "/api/v1/imports/councils", files={"file": ("authorities.csv", content, "text/csv")}
        )
    )
    assert (result["loaded"], result["rejected"]) == (153, 0)


def move_to_region(service: Service, council: str, region: str) -> int:
    """A newer register has a council in another region; the position that it is on record at."""
    heads, *rows = csv.reader((service.data / "authorities.csv").read_text().splitlines())
    [row] = (row for row in rows if row[0] == council)
    row[heads.index("region")] = region
    content = as_csv(heads, row)
    files = {"file": ("authorities.csv", content, "text/csv")}
    moved = done(service.client("case-officer").post("/api/v1/imports/councils", files=files))
    assert moved["events"] == ["CouncilProfileRevised"]
    return int(moved["position"])


def adopt_first_policy(service: Service) -> None:
    """Overall inadequate; or, without an overall grade, any sub-grade inadequate."""
    done(
        service.client("case-officer").post(
            "/api/v1/policies", json={"from": "2018-01-01", "reason": "Board minute 2018/1"}
        )
    )


def record_inadequate(service: Service, council: str, published_on: str = "2025-04-02") -> None:
    """A council judged inadequate."""
    done(
        service.client("case-officer").post(
            f"/api/v1/councils/{council}/inspections",
            json={
                "framework": "ilacs-standard",
                "began_on": "2025-02-10",
                "published_on": published_on,
                "grades": {"overall": "inadequate", "leaders": "inadequate"},
            },
        )
    )


def open_case(service: Service, council: str = "330") -> str:
    """A triaged case; returns its reference."""
    officer = service.client("case-officer")
    case = done(
        officer.post(
            "/api/v1/cases", json={"council": council, "trigger": "Judged inadequate overall"}
        )
    )["reference"]
    done(
        officer.post(
            f"/api/v1/cases/{case}/triage",
            json={
                "tier": "intervention",
                "needs": {
                    "professional": "Front door and social work practice",
                    "political": "Scrutiny and corporate parenting",
                },
            },
        )
    )
    return str(case)


def open_budget(service: Service, year: str, award: str, support: str) -> None:
    """A year's budget with money for intervention support."""
    finance, first = service.client("finance-officer"), f"{year[:4]}-04-01"
    done(
        finance.post(
            "/api/v1/budgets",
            json={
                "year": year,
                "award": award,
                "award_letter": "DFE/CIB/1",
                "effective_on": first,
            },
        )
    )
    done(
        finance.post(
            f"/api/v1/budgets/{year}/allocations",
            json={"heading": "intervention-support", "amount": support, "effective_on": first},
        )
    )


def grant_body(case: str, amount: str = "120000.00", **changes: Any) -> dict[str, Any]:
    """A proposal in three instalments with two conditions."""
    return {
        "case": case,
        "year": "2025-26",
        "heading": "intervention-support",
        "purpose": "Rebuild the front door",
        "amount": amount,
        "amount_basis": "Three posts for eight months at the agreed rates",
        "legal_power": "Local Government Act 2003, section 31",
        "determination_number": "31/4821",
        "senior_responsible_owner": "Director of improvement",
        "instalments": [
            {"amount": "50000.00", "due_on": "2025-06-16"},
            {"amount": "40000.00", "due_on": "2025-09-15", "conditions": [1]},
            {"amount": "30000.00", "due_on": "2025-12-15", "conditions": [1, 2]},
        ],
        "conditions": ["Improvement plan agreed by cabinet", "Vacancies below one in ten"],
        "options_rejected": ["Loan of staff: none were free before the autumn"],
        "evidence": "Inspection report and the adviser's diagnostic",
        "value_for_money": "A third below the agency rate",
        "direct_award_reason": "Only the council can spend it",
        "effective_on": "2025-06-03",
    } | changes


def columns_with(service: Service, text: str) -> list[str]:
    """Every column of the database that holds a text, whatever its type."""
    found = []
    with psycopg.connect(service.installation.url) as connection:
        columns = connection.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table, column in columns:
            sql = SQL(
                "SELECT count(*) FROM {t} WHERE position(%s in {c}::text) > 0"
                " OR position(%s in {c}::text) > 0"
            ).format(t=Identifier(schema, table), c=Identifier(column))
            row = connection.execute(sql, (text, text.encode().hex())).fetchone()
            if row and row[0]:
                found.append(f"{schema}.{table}.{column}")
    assert len(columns) > 100
    return found


def accept_grant(service: Service, grant: str, on: str, accept_by: str) -> None:
    """Approved by the Board's minute, offered, accepted, and its payee looked at, on one day."""
    address, day = f"/api/v1/grants/{grant}", {"effective_on": on}
    minute = {"rationale": "Best value", "board_minute": "CIB/2025/11"}
    offer = {"determination_letter": "DL/1", "accept_by": accept_by}
    accepted = {"signatory": "person-1", "signatory_office": "section 151 officer"}
    checked = {
        "result": "passed",
        "fraud_risk": "low",
        "payee_verified": True,
        "findings": "Bank details confirmed by a call back",
    }
    for user, step, body in (
        ("director", "approval", minute),
        ("case-officer", "offer", offer),
        ("council-contact", "acceptance", accepted),
        ("finance-officer", "due-diligence", checked),
    ):
        done(service.client(user).post(f"{address}/{step}", json=body | day))
