"""Registers as files: by HTTP and the command line, the same figures to whoever reads them."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import httpx
import jsonschema_rs
import psycopg
import pyarrow.parquet as pq
import pytest
import python_calamine
from click.testing import CliRunner, Result
from csvw import CSVW, TableGroup
from psycopg.rows import dict_row

from service.cli import main
from service.exports import BY_NAME, FORMATS, REGISTERS, Format, formats_of
from tests.conftest import Service, running
from tests.journeys.steps import got, refused

AS_AT = "2026-02-27"
SUMMED: Mapping[str, tuple[str, ...]] = {
    "grants": ("amount_pence", "paid_pence", "clawed_back_pence"),
    "ledger": ("amount_pence", "position"),
    "budgets": ("allocated_pence", "available_pence"),
    "sessions": ("minutes", "half_days"),
    "trial-results": ("due_pence", "way_made_percent"),
}


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


def fetched(
    played: Service, name: str, user: str = "auditor", encoding: str = "gzip", **asked: Any
) -> httpx.Response:
    """A download that was answered."""
    answer = played.client(user).get(
        f"/api/v1/exports/{name}",
        params={"as_at": AS_AT} | asked,
        headers={"accept-encoding": encoding},
    )
    assert answer.status_code == 200, answer.text
    return answer


def lines(played: Service, name: str, user: str = "auditor", **asked: Any) -> list[dict[str, Any]]:
    """The objects of a register's JSON Lines."""
    text = fetched(played, f"{name}.jsonl", user, **asked).text
    return [json.loads(line) for line in text.splitlines()]


def asked_in_sql(played: Service, name: str) -> dict[str, int]:
    """What the view itself adds up to, as an analyst asks it."""
    view, sums = BY_NAME[name].view, SUMMED[name]
    position = int(fetched(played, "councils.csv").headers["x-log-position"])
    figures = ", ".join(f"sum({column})::bigint AS {column}" for column in sums)
    sql = f"SELECT {figures}, count(*) AS rows FROM views.{view.table} WHERE lifetime @> %s::bigint"
    with psycopg.connect(played.installation.url, row_factory=dict_row) as connection:
        found = connection.execute(sql.encode(), (position,)).fetchone()
    assert found is not None
    return {key: value or 0 for key, value in found.items()}


# --- What there is --------------------------------------------------------------------------


def test_the_list_says_what_each_may_have_and_in_which_columns(played: Service) -> None:
    told = got(played.client("auditor").get("/api/v1/exports"))
    assert [each["name"] for each in told] == [register.name for register in REGISTERS]
    grants = told[0]
    assert "360giving" in grants["formats"]
    amount = next(c for c in grants["columns"] if c["name"] == "amount_pence")
    assert (amount["kind"], amount["unit"]) == ("money", "pence")
    peers = {each["name"] for each in got(played.client("peer").get("/api/v1/exports"))}
    assert "challenges" in peers
    assert not peers & {"ledger", "budgets", "grants", "events"}


def assert_accessible(content: bytes, columns: Any) -> None:
    """A workbook has a cover, contents, notes and one table, its headers first, no cell merged."""
    book = python_calamine.load_workbook(io.BytesIO(content))
    assert book.sheet_names[:3] == ["Cover", "Contents", "Notes"]
    (name,) = book.sheet_names[3:]
    head, *_ = book.get_sheet_by_name(name).to_python()
    assert head == [column.title for column in columns]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part.endswith(".xml"):
                text = archive.read(part)
                for merged in (b"<mergeCell", b"covered-table-cell", b"columns-spanned"):
                    assert merged not in text, part


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_every_register_in_every_format(played: Service, register: Any) -> None:
    for form in formats_of(register):
        answer = fetched(played, f"{register.name}.{form}", encoding="identity")
        ending = FORMATS[form].ending
        named = answer.headers["content-disposition"]
        position = answer.headers["x-log-position"]
        expected = f"casework-{register.name}-{AS_AT}-{position}.{ending}"
        assert named == f'attachment; filename="{expected}"'
        assert int(answer.headers["content-length"]) == len(answer.content) > 0
        if form in (Format.XLSX, Format.ODS):
            assert_accessible(answer.content, register.columns)
        if form is Format.JSONL:
            told = f">{len(answer.text.splitlines()):,}<"
            page = played.client("auditor").get("/exports", params={"as_at": AS_AT}).text
            row = page[page.index(f">{escape(register.title).replace('&#x27;', '&#39;')}</td>") :]
            assert told in row[: row.index("</tr>")]


def test_what_can_not_be_had_is_refused_in_words(played: Service) -> None:
    auditor = played.client("auditor")
    refused(auditor.get("/api/v1/exports/councils.360giving"), 422, "bad-format")
    refused(auditor.get("/api/v1/exports/councils.docx"), 422, "bad-input")
    refused(auditor.get("/api/v1/exports/weather.csv"), 404, "not-found")
    refused(auditor.get("/api/v1/exports/grants.csv?as_at=soon"), 422, "bad-as-at")
    before = auditor.get("/api/v1/exports/grants.360giving?as_at=2025-06-03")
    refused(before, 409, "nothing-to-publish")
    for name in ("ledger", "events", "budgets"):
        answer = played.client("council-contact").get(f"/api/v1/exports/{name}.csv")
        refused(answer, 403, "forbidden")
    assert played.anonymous().get("/api/v1/exports/grants.csv").status_code == 401


# --- The same figures -----------------------------------------------------------------------


@pytest.mark.parametrize("name", SUMMED)
def test_parquet_adds_up_as_the_view_does(played: Service, name: str, tmp_path: Path) -> None:
    path = tmp_path / "it.parquet"
    path.write_bytes(fetched(played, f"{name}.parquet").content)
    asked = asked_in_sql(played, name)
    assert asked["rows"] > 0
    sums = ", ".join(f"coalesce(sum({column}), 0)::BIGINT" for column in SUMMED[name])
    (by_duckdb,) = duckdb.execute(f"SELECT {sums}, count(*) FROM '{path}'").fetchall()
    table = pq.read_table(path)
    by_arrow = [sum(table.column(c).drop_null().to_pylist()) for c in SUMMED[name]]
    assert list(by_duckdb) == [*by_arrow, table.num_rows] == list(asked.values())


@pytest.mark.parametrize("form", ["xlsx", "ods"])
@pytest.mark.parametrize("name", SUMMED)
def test_workbooks_add_up_as_the_view_does(played: Service, name: str, form: str) -> None:
    content = fetched(played, f"{name}.{form}").content
    book = python_calamine.load_workbook(io.BytesIO(content))
    register = BY_NAME[name]
    head, *rows = book.get_sheet_by_name(register.title[:31]).to_python()
    assert head == [column.title for column in register.columns]
    assert all(cell not in (None, "") for row in rows for cell in row)
    asked = asked_in_sql(played, name)
    for column in register.columns:
        if column.key in SUMMED[name]:
            cells = [row[head.index(column.title)] for row in rows]
            numbers = [cell for cell in cells if isinstance(cell, (int, float))]
            times = 100 if column.unit == "£" else 1
            assert sum(round(cell * times) for cell in numbers) == asked[column.key]


def test_csv_and_json_lines_say_the_same(played: Service) -> None:
    for name in ("grants", "payments", "decisions", "engagement"):
        text = fetched(played, f"{name}.csv").content.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        told = lines(played, name)
        assert len(rows) == len(told) > 0
        for row, line in zip(rows, told, strict=True):
            assert row.keys() == line.keys()
            for key, value in line.items():
                if value is None:
                    assert row[key] == ""
                elif isinstance(value, (int, str)) and not isinstance(value, bool):
                    assert row[key].removeprefix("'") == str(value)


def test_the_payment_schedule_is_the_one_that_people_see(played: Service) -> None:
    asked: dict[str, str | int] = {"as_at": AS_AT, "limit": 1000}
    page = got(played.client("auditor").get("/api/v1/payments", params=asked))
    key = {(row["grant"], row["instalment"]): row for row in lines(played, "payments")}
    assert len(key) == len(page["items"]) > 0
    for item in page["items"]:
        assert key[item["grant"], item["instalment"]] == item


def test_events_are_the_trail_as_cloud_events(played: Service) -> None:
    trail = played.client("auditor").get("/api/v1/audit/events", params={"as_at": AS_AT})
    assert fetched(played, "events.jsonl").text.splitlines() == trail.text.splitlines()
    first = json.loads(trail.text.splitlines()[0])
    assert {"specversion", "id", "source", "type", "time", "data"} <= first.keys()
    table = pq.read_table(io.BytesIO(fetched(played, "events.parquet").content))
    positions = table.column("position").to_pylist()
    assert positions == sorted(positions)
    assert len(positions) == len(trail.text.splitlines())


# --- The same file --------------------------------------------------------------------------


@pytest.mark.parametrize("form", [form.value for form in Format])
def test_the_past_is_the_same_file_however_often_it_is_made(played: Service, form: str) -> None:
    first = fetched(played, f"grants.{form}").content
    time.sleep(1.1)
    assert fetched(played, f"grants.{form}").content == first
    assert fetched(played, f"grants.{form}", as_at="2026-03-31").content != first


def test_a_moment_is_the_same_by_day_and_by_position(played: Service) -> None:
    answer = fetched(played, "grants.parquet")
    by_position = fetched(played, "grants.parquet", as_at=answer.headers["x-log-position"])
    rows = [pq.read_table(io.BytesIO(each.content)) for each in (answer, by_position)]
    assert rows[0].equals(rows[1])


# --- Scope ----------------------------------------------------------------------------------


def test_a_regional_lead_takes_their_region_away_and_no_more(played: Service) -> None:
    every = lines(played, "grants")
    theirs = lines(played, "grants", "regional-lead")
    assert 0 < len(theirs) < len(every)
    assert theirs == [row for row in every if row["region"] == "north-west"]
    names = {c["council"] for c in lines(played, "councils") if c["region"] == "north-west"}
    for name in ("decisions", "sessions", "payments", "participation"):
        assert {row["council"] for row in lines(played, name, "regional-lead")} <= names, name
    book = python_calamine.load_workbook(
        io.BytesIO(fetched(played, "grants.ods", "regional-lead").content)
    )
    cover = str(book.get_sheet_by_name("Cover").to_python())
    assert "What it holds: only the region North West." in cover
    package = fetched(played, "grants.360giving", "regional-lead").json()
    assert len(package["grants"]) <= len(theirs)


def test_a_council_and_a_peer_take_away_what_is_theirs(played: Service) -> None:
    grants = lines(played, "grants", "council-contact", as_at="2026-03-31")
    assert {row["council"] for row in grants} <= {"330"}
    shown = got(
        played.client("peer").get("/api/v1/challenges", params={"as_at": AS_AT, "limit": 1000})
    )
    told = lines(played, "challenges", "peer")
    assert {c["challenge"] for c in told} == {c["challenge"] for c in shown["items"]}


# --- Published ------------------------------------------------------------------------------


@pytest.mark.parametrize("formats", [True, False])
def test_grants_are_a_valid_360giving_package(played: Service, root: Path, formats: bool) -> None:
    folder = root / "tests/data/360giving"
    package_schema, schema = (
        json.loads((folder / f"360-giving-{name}.json").read_text())
        for name in ("package-schema", "schema")
    )
    address = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/{}/schema/{}"
    registry = jsonschema_rs.Registry(
        [
            (address.format(version, "360-giving-schema.json"), schema)
            for version in ("1.4.2", "1.4.3")
        ]
    )
    package = fetched(played, "grants.360giving", as_at="2026-03-31").json()
    validator = jsonschema_rs.Draft202012Validator(
        package_schema, registry=registry, validate_formats=formats
    )
    assert [error.message for error in validator.iter_errors(package)] == []
    broken = package | {"grants": [{**package["grants"][0], "amountAwarded": "lots"}]}
    assert not validator.is_valid(broken)


def test_a_published_grant_says_who_what_where_and_when(played: Service) -> None:
    package = fetched(played, "grants.360giving", as_at="2026-03-31").json()
    rows = {row["grant"]: row for row in lines(played, "grants", as_at="2026-03-31")}
    councils = {row["council"]: row for row in lines(played, "councils", as_at="2026-03-31")}
    told = {"offered", "accepted", "closed"}
    assert len(package["grants"]) == sum(row["status"] in told for row in rows.values()) > 0
    for grant in package["grants"]:
        row = rows[grant["id"].removeprefix("360G-cib-")]
        council = councils[row["council"]]
        (recipient,) = grant["recipientOrganization"]
        assert recipient["id"].startswith("GB-LAE-")
        assert recipient["location"][0]["geoCode"] == council["gss_code"]
        assert round(grant["amountAwarded"] * 100) == row["approved_pence"]
        assert grant["awardDate"][:10] == row["approved_on"]
        paid = sum(round(t["value"] * 100) for t in grant.get("disbursementTransaction", []))
        assert paid == row["paid_pence"]
        planned = sum(round(t["value"] * 100) for t in grant["commitmentTransaction"])
        assert planned == row["amount_pence"]
        assert grant["dateModified"].endswith("Z")
        assert grant["dataSource"].startswith("http")
        assert grant["plannedDates"][0]["startDate"] <= grant["plannedDates"][0]["endDate"]


def test_spending_over_500_pounds_is_published_with_whom_it_went_to(played: Service) -> None:
    text = fetched(played, "transparency.csv", "dfe-analyst").content.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows
    assert all(abs(float(row["Amount (£)"])) > 500 for row in rows)
    assert all(row["Beneficiary name"] and row["Purpose of spend"] for row in rows)
    kinds = ("SpendRecorded", "SpendReversed", "ProgrammeSpendRecorded", "ProgrammeSpendReversed")
    paid = sum(
        line["amount_pence"]
        for line in lines(played, "ledger")
        if line["account"] in ("council-paid", "supplier-paid")
        and line["event"] in kinds
        and abs(line["amount_pence"]) > 50_000
    )
    assert round(sum(float(row["Amount (£)"]) for row in rows) * 100) == paid


# --- The command line -----------------------------------------------------------------------


def export(played: Service, *words: str) -> Result:
    environment = {"CASEWORK_DATABASE_URL": played.installation.url, "CASEWORK_ENV": "test"}
    return CliRunner().invoke(main, ["export", *words], env=environment)


@pytest.mark.parametrize("form", [form.value for form in Format])
def test_the_command_line_writes_what_a_browser_is_sent(
    played: Service, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_BASE_URL", played.installation.settings.base_url)
    out = tmp_path / f"grants.{form}"
    result = export(
        played, "grants", "--format", form, "--out", str(out), "--as-at", AS_AT, "--json"
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert out.read_bytes() == fetched(played, f"grants.{form}").content
    assert told["bytes"] == out.stat().st_size
    assert told["rows"] > 0
    assert list(tmp_path.iterdir()) == [out]


def test_the_command_line_says_in_a_line_what_it_wrote_or_why_not(
    played: Service, tmp_path: Path
) -> None:
    out = tmp_path / "councils.csv"
    said = export(played, "councils", "--out", str(out), "--as-at", AS_AT)
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith(f"{out}: 153 rows, ")
    nowhere = export(played, "councils", "--out", str(tmp_path / "no" / "x.csv"))
    assert nowhere.exit_code == 1
    assert nowhere.stderr.startswith("casework: ")
    early = export(
        played, "grants", "--format", "360giving", "--out", str(out), "--as-at", "2025-06-03"
    )
    assert early.exit_code == 1
    assert "nothing-to-publish" in early.stderr
    assert len(out.read_text().splitlines()) == 154


def test_a_package_is_a_folder_that_other_programs_understand(
    played: Service, tmp_path: Path
) -> None:
    for name in ("grants", "transparency", "sessions"):
        folder = tmp_path / name
        result = export(played, name, "--package", str(folder), "--as-at", AS_AT, "--json")
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert sorted(told["files"]) == sorted(path.name for path in folder.iterdir())
        assert (folder / f"{name}.csv").read_bytes() == fetched(played, f"{name}.csv").content
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["type", "message"])
        assert report.tasks[0].stats["rows"] == told["rows"]
        described = CSVW(str(folder / f"{name}.csv-metadata.json"), validate=True)
        assert described.is_valid, described.warnings
        (table,) = TableGroup.from_file(folder / f"{name}.csv-metadata.json").tables
        assert sum(1 for _ in table) == told["rows"] > 0
    again = export(played, "grants", "--package", str(tmp_path / "grants"))
    assert (again.exit_code, "bad-folder" in again.stderr) == (1, True)


def test_text_goes_down_a_pipe_and_whoever_reads_may_have_enough(
    played: Service, tmp_path: Path
) -> None:
    piped = export(played, "grants", "--format", "jsonl", "--out", "-", "--as-at", AS_AT)
    assert piped.stdout_bytes == fetched(played, "grants.jsonl").content
    binary = export(played, "grants", "--format", "xlsx", "--out", "-")
    assert (binary.exit_code, "bad-format" in binary.stderr) == (1, True)
    assert export(played, "grants").exit_code == 2
    program = str(Path(sys.executable).parent / "casework")
    found = subprocess.run(
        ["bash", "-c", f"{program} export events --out - | head -1"],
        env=os.environ | {"CASEWORK_DATABASE_URL": played.installation.url},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert found.stdout.startswith("position,")
    assert found.stderr == ""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_killed_export_leaves_nothing_under_the_final_name(
    played: Service, tmp_path: Path, told: signal.Signals
) -> None:
    out = tmp_path / "events.xlsx"
    program = str(Path(sys.executable).parent / "casework")
    process = subprocess.Popen(
        [program, "export", "events", "--format", "xlsx", "--out", str(out)],
        env=os.environ | {"CASEWORK_DATABASE_URL": played.installation.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(told)
    process.communicate(timeout=60)
    assert process.returncode != 0
    left = [path.name for path in tmp_path.iterdir()]
    if told is signal.SIGKILL:
        assert out.name not in left
    else:
        assert left == []


def test_the_page_links_to_each_file_as_at_its_moment(played: Service) -> None:
    page = played.client("auditor").get("/exports", params={"as_at": AS_AT}).text
    assert f'<a class="govuk-link" href="/api/v1/exports/grants.360giving?as_at={AS_AT}"' in page
    assert "25 registers" in page
    early = played.client("auditor").get("/exports", params={"as_at": "1"}).text
    assert "Nothing was on record then" in early
    assert "/api/v1/exports/grants.csv" not in early
    peer = played.client("peer").get("/exports").text
    assert 'href="/api/v1/exports/councils.ods"' in peer
    assert "Ledger" not in peer


def test_every_day_of_a_download_is_london_s(played: Service) -> None:
    named = fetched(played, "grants.csv", as_at="2026-03-31T23:30:00+00:00")
    assert date(2026, 4, 1).isoformat() in named.headers["content-disposition"]
