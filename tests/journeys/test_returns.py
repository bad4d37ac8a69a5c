"""A return to the department over HTTP: made, reviewed, certified; corrected, and explained."""

import csv
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from click.testing import CliRunner

from domain.access import Holding, Role, User
from domain.kernel import Refused
from projections.reporting import ReturnRow
from service.cli import main
from service.desk import Reader
from service.identity import Person
from service.returns import keeping
from service.returns.checking import screen_folder
from service.returns.making import content_hash, make
from tests.conftest import Service, running
from tests.journeys.steps import (
    accept_grant,
    done,
    got,
    grant_body,
    open_budget,
    open_case,
    refused,
)
from tests.journeys.steps import register_councils as register

Q2 = {"kind": "programme", "period": "2025-26Q2"}
AUDITOR = User(user="keeper", active=True, holdings=(Holding(number=0, role=Role.AUDITOR),))
PERSON = Person(user=AUDITOR, channel="tests")
STEM = "cib-programme-2025-26q2"
FILES = [
    *(f"{STEM}.{end}" for end in ("csv", "csv-metadata.json", "meta.csv", "ods", "xlsx", "zip")),
    "datapackage.json",
    "figures.csv",
    "figures.parquet",
]


def pay(service: Service, grant: str, instalment: int, reference: str, on: str) -> dict[str, Any]:
    body = {"instalment": instalment, "payment_reference": reference, "effective_on": on}
    return done(
        service.client("finance-officer").post(f"/api/v1/grants/{grant}/payments", json=body)
    )


@pytest.fixture(scope="module")
def grant(service: Service) -> str:
    """An accepted grant whose first instalment was paid within the quarter."""
    register(service)
    open_budget(service, "2025-26", "9300000.00", "500000.00")
    case = open_case(service)
    officer = service.client("case-officer")
    ref = str(done(officer.post("/api/v1/grants", json=grant_body(case)))["reference"])
    accept_grant(service, ref, "2025-06-04", accept_by="2025-07-30")
    pay(service, ref, 1, "BACS-1", "2025-07-04")
    return ref


def prepare(service: Service, **more: Any) -> dict[str, Any]:
    return done(service.client("case-officer").post("/api/v1/returns", json={**Q2, **more}))


def submit(service: Service, ref: str, **more: Any) -> dict[str, Any]:
    approver = service.client("approver")
    done(approver.post(f"/api/v1/returns/{ref}/review", json={}))
    return done(approver.post(f"/api/v1/returns/{ref}/submission", json=more))


def figure(service: Service, ref: str, indicator: str, area: str = "E92000001") -> str:
    asked = {"indicator": indicator, "area": area}
    found = got(service.client("auditor").get(f"/api/v1/returns/{ref}/figures", params=asked))
    return next(str(line["value"]) for line in found["items"] if not line["filter"])


def test_a_return_is_prepared_reviewed_and_certified_by_different_people(
    service: Service, grant: str
) -> None:
    officer, approver = service.client("case-officer"), service.client("approver")
    analyst = service.client("dfe-analyst")
    told = prepare(service)
    assert (told["id"], told["reference"]) == ("RET-0001", "RET-0001")
    address, after = "/api/v1/returns/RET-0001", {"after": told["position"]}
    row = got(officer.get(address, params=after))
    assert (row["status"], row["at_position"]) == ("prepared", told["at_position"])
    assert "another person than case-officer" in row["waits_for"]
    assert figure(service, "RET-0001", "paid_sum") == "50000.00"
    assert figure(service, "RET-0001", "committed_sum") == "70000.00"
    refused(analyst.get(address), 404, "not-found")
    refused(analyst.get(f"{address}/files/figures.csv"), 404, "not-found")
    assert got(analyst.get("/api/v1/returns"))["items"] == []
    refused(analyst.post("/api/v1/returns", json=Q2), 403, "forbidden")
    refused(officer.post(f"{address}/review", json={}), 403, "forbidden")
    refused(approver.post(f"{address}/submission", json={}), 409, "not-reviewed")
    last = submit(service, "RET-0001")
    assert last["events"] == ["ReturnSubmitted", "ReturnTookForce"]
    row = got(analyst.get(address, params={"after": last["position"]}))
    assert (row["status"], row["submitted_by"]) == ("submitted", "approver")
    before = {"as_at": str(told["position"])}
    refused(analyst.get(address, params=before), 404, "not-found")
    refused(analyst.get(f"{address}/changes"), 403, "forbidden")
    bad = {"kind": "certification", "period": "2025-26Q2"}
    refused(officer.post("/api/v1/returns", json=bad), 422, "bad-period")
    again = officer.post("/api/v1/returns", json=Q2, headers={"Idempotency-Key": "r-1"})
    assert again.json()["id"] == "RET-0002"
    twice = officer.post("/api/v1/returns", json=Q2, headers={"Idempotency-Key": "r-1"})
    assert twice.json()["id"] == "RET-0002"
    why = {"reason": "Wait for the payment run of September"}
    done(approver.post("/api/v1/returns/RET-0002/sending-back", json=why))


def test_its_files_are_whole_and_each_has_its_hash(service: Service, grant: str) -> None:
    analyst = service.client("dfe-analyst")
    address = "/api/v1/returns/RET-0001"
    row = got(analyst.get(address))
    assert [f["name"] for f in row["files"]] == FILES
    contents = {}
    for file in row["files"]:
        answer = analyst.get(f"{address}/files/{file['name']}")
        contents[file["name"]] = answer.content
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert answer.headers["ETag"] == f'"{file["sha256"]}"'
        again = analyst.get(
            f"{address}/files/{file['name']}", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    lines = "".join(f"{hash_of(contents[name])}  {name}\n" for name in sorted(contents))
    assert hash_of(lines.encode()) == row["sha256"]
    manifest = got(analyst.get(f"{address}/files/manifest.json"))
    assert (manifest["sha256"], manifest["files"]) == (row["sha256"], row["files"])
    names = ["checkpoint.txt", *(f"covering-letter.{form}" for form in ("docx", "pdf", "md"))]
    beside = {name: analyst.get(f"{address}/files/{name}").content for name in names}
    told = {file["name"]: (file["size"], file["sha256"]) for file in manifest["beside"]}
    assert told == {name: (len(content), hash_of(content)) for name, content in beside.items()}
    *_, word, pdf, markdown = beside.values()
    cells = docx.Document(io.BytesIO(word)).tables[0].rows
    lettered = (
        "\n".join(cell.text for row in cells for cell in row.cells),
        "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages),
        markdown.decode(),
    )
    for text in lettered:
        assert "£50,000.00" in text
    assert "Certified by approver on" in lettered[1]
    book = openpyxl.load_workbook(io.BytesIO(contents[f"{STEM}.xlsx"]))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table 1", "Table 2"]
    paid = [cell.value for cell in book["Table 1"][3]].index(
        "Paid in the period, less what came back (£)"
    )
    assert book["Table 1"].cell(4, paid + 1).value == 50_000
    refused(analyst.get(f"{address}/files/secret.txt"), 404, "not-found")
    taken = got(service.client("auditor").get("/api/v1/audit/access-log", params={"did": "export"}))
    assert "RET-0001/figures.csv" in {entry["subject"] for entry in taken}
    package = json.loads(contents["datapackage.json"])
    for resource in package["resources"]:
        content = contents[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hash_of(content)}")
        header = next(csv.reader(io.StringIO(content.decode())))
        assert [field["name"] for field in resource["schema"]["fields"]] == header


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_late_corrections_leave_it_as_it_was_and_the_next_explains_each_difference(
    service: Service, grant: str
) -> None:
    officer, auditor = service.client("case-officer"), service.client("auditor")
    finance = service.client("finance-officer")
    address = "/api/v1/returns/RET-0001"
    before = {f: service.client("dfe-analyst").get(f"{address}/files/{f}").content for f in FILES}
    back = {"reason": "Returned by the bank", "effective_on": "2025-07-09"}
    done(finance.post(f"/api/v1/grants/{grant}/payments/1/reversal", json=back))
    pay(service, grant, 1, "BACS-1B", "2025-07-11")
    met = {
        "outcome": "met",
        "evidence": "Cabinet minute",
        "reason": "Read the minute",
        "effective_on": "2025-09-01",
    }
    done(officer.post(f"/api/v1/grants/{grant}/conditions/1", json=met))
    late = pay(service, grant, 2, "BACS-2", "2025-09-20")
    told = prepare(service)
    assert told["id"] == "RET-0003"
    done(service.client("approver").post("/api/v1/returns/RET-0003/review", json={}))
    certify = "/api/v1/returns/RET-0003/submission"
    refused(service.client("approver").post(certify, json={}), 409, "reason-missing")
    why = {"reason": "The second instalment was entered after the return"}
    over = done(service.client("approver").post(certify, json=why))
    assert over["events"] == ["ReturnSubmitted", "ReturnSuperseded", "ReturnTookForce"]
    asked = {"after": over["position"]}
    old = got(auditor.get(address, params=asked))
    assert (old["status"], old["superseded_by"]) == ("superseded", "RET-0003")
    assert old["superseded_because"] == why["reason"]
    for name, content in before.items():
        assert service.client("dfe-analyst").get(f"{address}/files/{name}").content == content
    verified = got(auditor.get(f"{address}/verification"))
    assert (verified["kept"], verified["made_again"]) == (True, True)
    found = got(auditor.get("/api/v1/returns/RET-0003/changes", params={"against": "RET-0001"}))
    assert [found[look]["dfe_return"] for look in ("before", "after")] == ["RET-0001", "RET-0003"]
    assert all(found[look]["as_returned"] for look in ("before", "after"))
    for each in found["differences"]:
        did = sum(Decimal(cause["amount"]) for cause in each["causes"])
        assert Decimal(each["before"]) + did == Decimal(each["after"])
    england = {
        d["indicator"]: d
        for d in found["differences"]
        if (d["area"], d["filter"]) == ("E92000001", "")
    }
    paid = england["paid_sum"]
    assert (paid["before"], paid["after"], paid["difference"]) == (
        "50000.00",
        "90000.00",
        "40000.00",
    )
    assert [(c["event"], c["amount"]) for c in paid["causes"]] == [
        ("SpendReversed", "-50000.00"),
        ("SpendRecorded", "50000.00"),
        ("SpendRecorded", "40000.00"),
    ]
    assert [c["how"] for c in paid["causes"]] == ["reversal", "late entry", "late entry"]
    assert paid["causes"][0]["reason"] == "Returned by the bank"
    assert paid["causes"][2]["position"] <= late["position"]
    assert figure(service, "RET-0003", "paid_sum") == "90000.00"
    behind = {"indicator": "paid_sum", "area": "E08000025"}
    sources = got(auditor.get("/api/v1/returns/RET-0003/sources", params=behind))
    assert (sources["value"], len(sources["causes"])) == ("90000.00", 4)
    assert sum(Decimal(cause["amount"]) for cause in sources["causes"]) == 90_000
    none = {"indicator": "paid_sum", "filter": "budget_heading", "item": "Yachts"}
    refused(auditor.get("/api/v1/returns/RET-0003/sources", params=none), 404, "not-found")
    now = got(auditor.get("/api/v1/returns/RET-0003/changes"))
    assert now["differences"] == []
    other = {"kind": "intervention", "period": "2025-26Q2"}
    done(officer.post("/api/v1/returns", json=other))
    asked_wrongly = {"against": "RET-0004", "after": str(service.installation.store.head())}
    refused(auditor.get(f"{address}/changes", params=asked_wrongly), 422, "bad-comparison")


def test_prepared_again_as_at_the_same_position_it_is_the_same(
    service: Service, grant: str
) -> None:
    auditor = service.client("auditor")
    old = got(auditor.get("/api/v1/returns/RET-0001"))
    again = prepare(service, position=old["at_position"])
    assert again["sha256"] == old["sha256"]
    beyond = {**Q2, "position": 10**9}
    refused(
        service.client("case-officer").post("/api/v1/returns", json=beyond), 422, "bad-position"
    )
    then = {"as_at": str(old["at_position"] + 4)}
    found = got(auditor.get("/api/v1/returns/RET-0001/changes", params=then))
    assert (found["after"]["position"], found["differences"]) == (old["at_position"] + 4, [])


def test_two_submitted_at_once_follow_one_another(service: Service, grant: str) -> None:
    approver, period = service.client("approver"), {"period": "2025-26Q1"}
    refs = [prepare(service, **period, reason="Twice")["id"] for _ in range(4)]
    for ref in refs:
        done(approver.post(f"/api/v1/returns/{ref}/review", json={}))
    with ThreadPoolExecutor(4) as pool:
        told = list(
            pool.map(
                lambda r: done(approver.post(f"/api/v1/returns/{r}/submission", json={})), refs
            )
        )
    asked = {**period, "after": max(each["position"] for each in told)}
    rows = got(service.client("auditor").get("/api/v1/returns", params=asked))["items"]
    assert sorted(row["status"] for row in rows) == ["submitted", *["superseded"] * 3]
    followed = [row["superseded_by"] for row in rows if row["superseded_by"]]
    assert len(set(followed)) == 3, "each supersedes one"


def test_other_code_gives_what_was_kept_and_the_same_code_refuses(
    service: Service, grant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor, address = service.client("auditor"), "/api/v1/returns/RET-0001"
    reader = Reader(service.installation, PERSON)
    reader.needs = "return.read"
    row = reader.item(ReturnRow, "RET-0001")
    good = auditor.get(f"{address}/files/figures.csv").content
    other = make(service.installation, row.kind, "2025-26Q1", row.at_position)
    monkeypatch.setattr(keeping, "make", lambda *_: other)
    with pytest.raises(Refused) as refusal:
        keeping.whole(service.installation, row)
    assert refusal.value.code == "return-altered"
    monkeypatch.setattr(keeping, "code_version", lambda: "9.9.9+00000000")
    told, files = keeping.whole(service.installation, row)
    assert (told.kept, told.made_again) == (True, False)
    assert "the kept ones are given" in told.said
    assert files["figures.csv"] == good


def test_a_return_of_before_there_were_more_files_is_made_again_as_it_was(
    service: Service, grant: str
) -> None:
    reader = Reader(service.installation, PERSON)
    reader.needs = "return.read"
    row = reader.item(ReturnRow, "RET-0001")
    then = ("csv", "meta.csv", "xlsx")
    names = {"datapackage.json", "figures.csv", *(f"{STEM}.{ending}" for ending in then)}
    files = tuple(file for file in row.files if file.name in names)
    old = row.model_copy(update={"files": files, "sha256": content_hash(files)})
    told, contents = keeping.folder_of(service.installation, old)
    assert (told.kept, told.made_again) == (True, True)
    letters = {f"covering-letter.{form}" for form in ("docx", "pdf", "md")}
    assert contents.keys() == names | letters | {"checkpoint.txt", "manifest.json"}


def test_a_file_altered_beside_the_log_is_found_and_made_again(
    service: Service, grant: str
) -> None:
    auditor, address = service.client("auditor"), "/api/v1/returns/RET-0001"
    file = next(f for f in got(auditor.get(address))["files"] if f["name"] == "figures.csv")
    good = auditor.get(f"{address}/files/figures.csv").content
    with service.installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute("UPDATE documents SET content = 'x' WHERE sha256 = %s", (file["sha256"],))
    found = got(auditor.get(f"{address}/verification"))
    assert (found["kept"], found["made_again"]) == (False, True)
    assert auditor.get(f"{address}/files/figures.csv").content == good
    with service.installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute(
            "UPDATE documents SET content = %s WHERE sha256 = %s", (good, file["sha256"])
        )


# --- The whole year, from the command line ---------------------------------------------------


@pytest.fixture(scope="module")
def played(demonstration: str) -> str:
    """The demonstration's year, with its users enrolled."""
    return demonstration


def run(url: str, folder: Path, *words: str) -> str:
    environment = {"CASEWORK_DATABASE_URL": url, "CASEWORK_DATA_DIR": str(folder)}
    found = CliRunner().invoke(main, words, env=environment)
    assert found.exit_code == 0, found.output
    return found.output


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        ("programme", "2025-26Q2"),
        ("intervention", "2025-26Q3"),
        ("support", "2025-26"),
        ("certification", "2025-26"),
    ],
)
def test_every_kind_is_exported_twice_the_same_and_passes_the_screener(
    played: str, tmp_path: Path, kind: str, period: str
) -> None:
    def casework(*words: str) -> Any:
        return json.loads(run(played, tmp_path / "data", "return", *words, "--json"))

    told = casework("prepare", kind, "--period", period, "--as", "case-officer")
    assert told.keys() == {"id", "position", "sha256"}
    ref = told["id"]
    for folder in ("one", "two"):
        written = casework("export", ref, str(tmp_path / folder))
        assert written["made_again"]
    files = {f.name: f.read_bytes() for f in (tmp_path / "one").iterdir()}
    assert files == {f.name: f.read_bytes() for f in (tmp_path / "two").iterdir()}
    assert sorted(tmp_path.iterdir()) == [tmp_path / n for n in ("data", "one", "two")]
    (found,) = screen_folder(tmp_path / "one")
    assert found.failures == 0
    assert [r.code for r in found.results if r.result == "warning"] == ["data_dict_col_name"]
    checked = casework("check", str(tmp_path / "one"))
    assert checked["ok"]
    assert {form["file"] for form in checked["forms"]} == files.keys() - {
        *(found.data, found.meta, "checkpoint.txt", "covering-letter.pdf")
    }
    rows = list(csv.DictReader(io.StringIO(files[found.data].decode())))
    levels = {row["geographic_level"] for row in rows}
    assert levels == {"National", "Regional", "Local authority"}
    assert casework("show", ref)["sha256"] == told["sha256"]
    assert casework("verify", ref)["kept"]
    assert casework("explain", ref, "--against", "now")["differences"] == []
    assert sum(1 for row in rows if row["geographic_level"] == "Local authority") % 153 == 0


def test_the_programme_return_agrees_with_the_ledger(played: str, tmp_path: Path) -> None:
    run(
        played,
        tmp_path,
        "return",
        "prepare",
        "programme",
        "--period",
        "2025-26",
        "--as",
        "case-officer",
    )
    with running(played, enrol=False) as service:
        auditor = service.client("auditor")
        ref = got(auditor.get("/api/v1/returns", params={"period": "2025-26", "kind": "programme"}))
        (row,) = ref["items"]
        with service.installation.store.datastore.get_connection() as connection:
            paid = connection.execute(
                "SELECT sum(amount_pence) AS n FROM views.ledger_line WHERE to_position IS NULL"
                " AND account IN ('council-paid', 'supplier-paid', 'region-spent')"
                " AND event <> 'ClawbackOwed'"
                " AND effective_on BETWEEN '2025-04-01' AND '2026-03-31'"
            ).fetchone()
        assert paid is not None
        value = figure(service, row["dfe_return"], "paid_sum")
        assert Decimal(value) * 100 == paid["n"]


def test_the_pages_show_the_register_a_return_and_what_changed(
    service: Service, grant: str
) -> None:
    officer, analyst = service.client("case-officer"), service.client("dfe-analyst")
    register_page = officer.get("/returns")
    assert register_page.status_code == 200
    assert "RET-0002" in register_page.text
    assert "anew" in register_page.text
    assert "RET-0002" not in analyst.get("/returns").text
    assert "RET-0003" in analyst.get("/returns").text
    shown = officer.get("/returns/RET-0003", params={"area": "E08000025"})
    assert "Figures of Birmingham" in shown.text
    assert "90,000.00" in shown.text
    changed = officer.get("/returns/RET-0003/changes", params={"against": "RET-0001"})
    assert "eversal of 9 July 2025: Returned by the bank" in changed.text
    behind = officer.get(
        "/returns/RET-0003/sources", params={"indicator": "paid_sum", "area": "E08000025"}
    )
    assert "adds up to the figure" in behind.text
    assert "/returns/RET-0003/sources?" in shown.text
    assert "/sources?" not in analyst.get("/returns/RET-0003").text
    assert analyst.get("/returns/RET-0002").status_code == 404
    assert analyst.get("/returns/RET-0003/changes").status_code == 403
    assert "/do/prepare_a_return" in register_page.text
