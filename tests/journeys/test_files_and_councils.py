"""Files by upload and from a terminal, and what people record of councils by hand."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.conftest import Service
from tests.journeys.steps import done, got, refused, register_councils
from tests.test_imports import LIST_HEADERS, SNAPSHOT_HEADERS, as_csv, collected, listed

INSPECTIONS, COUNCILS = "/api/v1/imports/inspections", "/api/v1/imports/councils"
LEEDS = listed("E08000035", "Leeds", "2022-02-21T00:00:00", "2022-04-13T00:00:00")


@pytest.fixture(scope="module")
def loaded(service: Service) -> Service:
    register_councils(service)
    return service


def sent(
    service: Service,
    address: str,
    content: bytes,
    user: str = "case-officer",
    key: str | None = None,
    **params: Any,
) -> httpx.Response:
    """A file by upload."""
    return service.client(user).post(
        address,
        files={"file": ("file", content, "application/octet-stream")},
        headers={"Idempotency-Key": key} if key else {},
        params=params,
    )


def head(service: Service) -> int:
    return service.installation.store.head()


def register_of(service: Service) -> list[dict[str, str]]:
    """The product's own register, row by row."""
    return list(csv.DictReader(io.StringIO((service.data / "authorities.csv").read_text())))


# --- Files ----------------------------------------------------------------------------------


def test_the_first_policy_comes_with_the_register(loaded: Service) -> None:
    after = {"after": head(loaded)}
    (policy,) = got(loaded.client("auditor").get("/api/v1/policies", params=after))["items"]
    assert (policy["policy_version"], policy["from_"]) == (1, "2018-01-01")
    assert policy["reason"]


def test_a_dry_run_shows_and_records_nothing(loaded: Service) -> None:
    before = head(loaded)
    shown = done(sent(loaded, INSPECTIONS, as_csv(LIST_HEADERS, LEEDS), dry_run=True))
    assert (shown["loaded"], shown["events"]) == (1, [])
    assert head(loaded) == before


def test_a_broken_file_loads_nothing(loaded: Service) -> None:
    before = head(loaded)
    whole = as_csv(LIST_HEADERS, LEEDS, LEEDS)
    for content in (whole[:-30], b"", b"PK\x03\x04", b"a,b\n1,2\n"):
        problem = refused(sent(loaded, INSPECTIONS, content), 422, "bad-file")
        assert problem["detail"]
    refused(sent(loaded, COUNCILS, whole), 422, "bad-file")
    assert head(loaded) == before


def test_only_those_who_may_load_files_do(loaded: Service) -> None:
    content = as_csv(LIST_HEADERS, LEEDS)
    refused(sent(loaded, INSPECTIONS, content, user="auditor"), 403, "forbidden")
    refused(sent(loaded, COUNCILS, content, user="regional-lead"), 403, "forbidden")


def test_the_same_key_gets_the_first_answer_again(loaded: Service) -> None:
    content = as_csv(LIST_HEADERS, LEEDS)
    first = done(sent(loaded, INSPECTIONS, content, key="leeds"))
    assert (first["loaded"], first["events"]) == (1, ["InspectionOutcomeRecorded"])
    again = sent(loaded, INSPECTIONS, content, key="leeds")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert done(again) == first
    other = as_csv(LIST_HEADERS, LEEDS, LEEDS)
    refused(sent(loaded, INSPECTIONS, other, key="leeds"), 422, "bad-key-reuse")


def test_a_workbook_is_loaded_like_a_text_file(loaded: Service) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (
        SNAPSHOT_HEADERS,
        collected("383", "E08000035", "leeds", (None, None, "13/04/22"), kind="None"),
        collected("384", "E08000036", "wakefield", ("13/11/2023", None, "12/01/24")),
        collected("999", "E10000099", "nowhere"),
    ):
        book.worksheets[0].append(list(row))
    book.save(file)
    result = done(sent(loaded, INSPECTIONS, file.getvalue()))
    assert {k: result[k] for k in ("loaded", "corrected", "unchanged", "rejected")} == {
        "loaded": 2,
        "corrected": 1,
        "unchanged": 0,
        "rejected": 1,
    }
    assert [(r["row"], r["council"]) for r in result["corrections"]] == [(2, "383")]
    assert (
        "in care was good and is told as requires improvement"
        in (result["corrections"][0]["reason"])
    )
    assert result["rejections"] == [
        {"row": 4, "column": "la_code", "reason": "999 is not on the register"}
    ]
    (outcome,) = got(
        loaded.client("auditor").get(
            "/api/v1/councils/384/inspections", params={"after": result["position"]}
        )
    )["items"]
    assert (outcome["began_on"], outcome["published_on"]) == ("2023-11-13", "2024-01-12")


def test_a_newer_register_adds_only_what_changed_and_closes_nobody(loaded: Service) -> None:
    rows = register_of(loaded)[:20]
    rows[3] |= {"name": "Hackney and Shoreditch"}
    rows[4] |= {"region": "Atlantis"}
    rows[5] |= {"gss_code": rows[6]["gss_code"]}
    content = as_csv(list(rows[0]), *(list(row.values()) for row in rows))
    result = done(sent(loaded, COUNCILS, content))
    assert (result["loaded"], result["unchanged"], result["rejected"]) == (1, 17, 2)
    assert result["events"] == ["CouncilRenamed"]
    assert [(r["row"], r["column"]) for r in result["rejections"]] == [
        (6, "region"),
        (7, "gss_code"),
    ]
    page = got(
        loaded.client("auditor").get(
            "/api/v1/councils", params={"limit": 200, "after": result["position"]}
        )
    )
    assert len(page["items"]) == 153


def run(service: Service, *words: str) -> Result:
    """The command line on the same database."""
    environment = {"CASEWORK_DATABASE_URL": service.installation.url, "CASEWORK_ENV": "test"}
    return CliRunner().invoke(main, words, env=environment)


def test_files_are_loaded_from_a_terminal(loaded: Service, tmp_path: Path) -> None:
    file, report = tmp_path / "list.csv", tmp_path / "report.csv"
    york = listed("E06000014", "York", "2022-03-07T00:00:00", "2022-05-03T00:00:00")
    file.write_bytes(as_csv(LIST_HEADERS, york, listed("E10000021", "Northamptonshire")))
    before = head(loaded)
    command = ["import", "inspections", str(file), "--as", "case-officer", "--json"]
    shown = run(loaded, *command, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert head(loaded) == before
    result = run(loaded, *command, "--report", str(report))
    told = json.loads(result.stdout)
    assert (told["loaded"], told["unchanged"], told["rejected"]) == (1, 0, 1)
    assert told["rejections"][0]["row"] == 3
    assert told["rejections"][0]["column"] == "Local authority name"
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8"))))
    assert [(row["row"], row["council"], row["result"]) for row in rows] == [
        ("2", "816", "loaded"),
        ("3", "Northamptonshire", "rejected"),
    ]
    again = json.loads(run(loaded, *command).stdout)
    assert (again["loaded"], again["unchanged"]) == (0, 1)


def test_a_file_that_is_not_there_is_one_clear_line(loaded: Service) -> None:
    result = run(loaded, "import", "inspections", "/nowhere.csv", "--as", "case-officer")
    assert result.exit_code == 1
    assert "/nowhere.csv" in result.stderr
    assert "Traceback" not in result.output


def test_the_products_own_register_needs_no_file(loaded: Service) -> None:
    result = run(loaded, "import", "councils", "--as", "case-officer", "--dry-run", "--json")
    told = json.loads(result.stdout)
    assert (told["loaded"], told["unchanged"], told["rejected"]) == (1, 152, 0)


# --- By hand --------------------------------------------------------------------------------


def test_a_judgement_recorded_by_hand_makes_intervention_due(loaded: Service) -> None:
    officer, director = loaded.client("case-officer"), loaded.client("approver")
    body = {
        "framework": "ilacs-standard",
        "began_on": "2025-02-10",
        "published_on": "2025-04-02",
        "grades": {"leaders": "inadequate", "in_care": "good"},
    }
    receipt = done(officer.post("/api/v1/councils/330/inspections", json=body))
    assert receipt["events"] == ["InspectionOutcomeRecorded", "InterventionFellDue"]
    after = {"after": receipt["position"]}
    row = got(officer.get("/api/v1/councils/330", params=after))
    assert (row["due"], row["tier"], row["overall"]) == (True, "intervention", None)
    assert row["due_why"]["met_by"] == {"leaders": "inadequate"}
    assert row["due_why"]["since"] == "2025-04-02"
    again = done(officer.post("/api/v1/councils/330/inspections", json=body))
    assert again["events"] == []
    decision = {"rationale": "The council is in a recovery arrangement of its own."}
    refused(officer.post("/api/v1/councils/330/not-pursued", json=decision), 403, "forbidden")
    receipt = done(director.post("/api/v1/councils/330/not-pursued", json=decision))
    row = got(officer.get("/api/v1/councils/330", params={"after": receipt["position"]}))
    assert (row["due"], row["tier"]) == (False, "universal")
    refused(director.post("/api/v1/councils/330/not-pursued", json=decision), 409, "not-due")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"published_on": "2025-04-31", "grades": {"overall": "good"}}, 422),
        ({"published_on": "2025-04-02", "grades": {"overall": "goodish"}}, 422),
        ({"published_on": "2025-04-02"}, 422),
        (
            {
                "published_on": "2025-04-02",
                "grades": {"overall": "good"},
                "source": {"name": "A rumour", "kind": "hearsay"},
            },
            422,
        ),
        ({"published_on": "2025-04-02", "grades": {}}, 409),
        (
            {
                "published_on": "2025-04-02",
                "began_on": "2025-05-02",
                "grades": {"overall": "good"},
            },
            422,
        ),
    ],
)
def test_a_malformed_judgement_is_refused(
    loaded: Service, body: dict[str, Any], status: int
) -> None:
    before = head(loaded)
    answer = loaded.client("case-officer").post("/api/v1/councils/331/inspections", json=body)
    assert answer.status_code == status, answer.text
    assert len(answer.json()["detail"]) > 15
    since = [type(r.event).__name__ for r in loaded.installation.store.records(before, 10)]
    assert since == (["AttemptRefused"] if status == 409 else [])


def test_an_unknown_council_is_not_found(loaded: Service) -> None:
    officer = loaded.client("case-officer")
    body = {"published_on": "2025-04-02", "grades": {"overall": "good"}}
    refused(officer.post("/api/v1/councils/999/inspections", json=body), 404, "not-found")
    refused(officer.get("/api/v1/councils/999"), 404, "not-found")


def test_what_else_is_recorded_of_a_council_shows_in_its_row(loaded: Service) -> None:
    officer, position = loaded.client("case-officer"), 0
    for noun, body in (
        ("engagement", {"engagement": "engaged", "evidence": "Signed up in April"}),
        ("notices", {"notice": "Notice 1", "reason": "Letter of the Minister"}),
        ("notices/lifting", {"notice": "Notice 1", "reason": "Improved"}),
        (
            "directions",
            {"direction": "Direction 1", "name": "Ada Bream", "reason": "Letter of the Minister"},
        ),
        (
            "directions/replacement",
            {
                "direction": "Direction 1",
                "by_kind": "direction",
                "by": "Direction 2",
                "reason": "Scope",
            },
        ),
        ("visits", {"kind": "monitoring", "visited_on": "2025-05-06", "findings": "Progress"}),
        ("appointments", {"post": "adviser", "person": "PERSON-3"}),
        ("leaders", {"office": "director of children's services", "name": "Ivo Sandling"}),
        ("concerns", {"source_of_concern": "Vacancies", "reason": "One in three posts"}),
    ):
        receipt = done(officer.post(f"/api/v1/councils/332/{noun}", json=body))
        position = receipt["position"]
    row = got(officer.get("/api/v1/councils/332", params={"after": position}))
    assert (row["engagement"], row["tier"]) == ("engaged", "targeted support")
    assert (row["notices"], row["directions"]) == ([], ["Direction 2"])
    assert row["advisers"] == ["PERSON-3"]
    director = row["office_holders"]["director of children's services"]
    assert row["people"][director] == {"name": "Ivo Sandling"}
    assert row["people"][row["commissioner"]] == {"name": "Ada Bream"}
    assert "state" not in row


def test_a_regional_lead_records_the_engagement_of_their_region_alone(loaded: Service) -> None:
    lead = loaded.client("regional-lead")
    body = {"engagement": "contacted", "evidence": "Telephone call"}
    done(lead.post("/api/v1/councils/342/engagement", json=body))
    refused(lead.post("/api/v1/councils/380/engagement", json=body), 404, "not-found")


def test_events_name_people_by_id_only(loaded: Service) -> None:
    officer, address = loaded.client("case-officer"), "/api/v1/councils/333/leaders"
    body = {"office": "chief executive"}
    refused(officer.post(address, json=body), 422, "bad-person")
    refused(officer.post(address, json=body | {"person": "Ivo Sandling"}), 422, "bad-input")
    done(officer.post(address, json=body | {"name": "Mabel Quance"}))
    with loaded.installation.store.datastore.get_connection() as connection:
        found = connection.execute(
            "SELECT count(*) AS n FROM event_log WHERE payload::text ~ %s",
            ("Mabel Quance|Ivo Sandling|Ada Bream",),
        ).fetchone()
    assert found is not None
    assert found["n"] == 0
