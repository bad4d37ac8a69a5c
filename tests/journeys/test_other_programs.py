"""A return and an export as other programs read them: the same numbers in every form."""

import csv
import json
import os
import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import frictionless
import pyarrow.parquet as pq
import pypdf
import pytest
from click.testing import CliRunner
from csvw import CSVW, TableGroup

from domain.kernel import pounds_text
from service.cli import main

AS_AT = "2026-03-31"
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""LibreOffice's filter: UTF-8, commas, numbers as they are and not as they are shown."""


class Taken(NamedTuple):
    """What was taken out of the product."""

    stem: str
    folder: Path
    """A return's."""
    grants: Path
    """An export without its ending: it is there as ODS, XLSX and CSV."""


@pytest.fixture(scope="module")
def taken(demonstration: str, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """The first return of the demonstration's year, and its grants."""
    place = tmp_path_factory.mktemp("taken")
    environment = {"CASEWORK_DATABASE_URL": demonstration, "CASEWORK_DATA_DIR": str(place / "data")}

    def casework(*words: str) -> None:
        told = CliRunner().invoke(main, words, env=environment)
        assert told.exit_code == 0, told.output

    casework("return", "export", "RET-0001", str(place / "return"))
    for form in ("ods", "xlsx", "csv"):
        out = str(place / f"grants.{form}")
        casework("export", "grants", "--format", form, "--out", out, "--as-at", AS_AT)
    (data,) = (place / "return").glob("cib-*.zip")
    return Taken(data.stem, place / "return", place / "grants")


def lines(taken: Taken) -> list[dict[str, str]]:
    """The return's figures in long form."""
    return rows(taken.folder / "figures.csv")


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def sums(taken: Taken) -> dict[str, Decimal]:
    """What each indicator adds up to over the long form."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines(taken):
        found[line["indicator"]] += Decimal(line["value"])
    return dict(found)


def test_frictionless_and_csvw_find_the_data_as_it_is_described(taken: Taken) -> None:
    report = frictionless.validate(str(taken.folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == 3
    described = taken.folder / f"{taken.stem}.csv-metadata.json"
    validated = CSVW(str(described), validate=True)
    assert validated.is_valid, validated.warnings
    figures = next(t for t in TableGroup.from_file(described).tables if str(t.url) == "figures.csv")
    assert [row["value"] for row in figures] == [Decimal(line["value"]) for line in lines(taken)]


def test_duckdb_and_arrow_add_the_figures_up_to_the_same(taken: Taken) -> None:
    path = taken.folder / "figures.parquet"
    asked = f"SELECT indicator, sum(value) FROM '{path}' GROUP BY indicator"
    assert dict(duckdb.execute(asked).fetchall()) == sums(taken)
    table = pq.read_table(path)
    assert str(table.schema.field("value").type) == "decimal128(18, 2)"
    totals = table.group_by("indicator").aggregate([("value", "sum")]).to_pylist()
    assert {each["indicator"]: each["value_sum"] for each in totals} == sums(taken)


def test_the_pdf_of_the_letter_has_england_s_totals(taken: Taken) -> None:
    pages = pypdf.PdfReader(taken.folder / "covering-letter.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    england = [
        line for line in lines(taken) if line["area_level"] == "National" and not line["filter"]
    ]
    assert len(england) > 4
    for line in england:
        assert line["unit"] == "pounds"
        assert pounds_text(int(Decimal(line["value"]) * 100)) in text
    manifest = json.loads((taken.folder / "manifest.json").read_bytes())
    assert manifest["sha256"] in text.replace("\n", "")


def test_libreoffice_finds_the_same_numbers_in_every_workbook(taken: Taken, tmp_path: Path) -> None:
    """One start for four workbooks."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed: there is no soffice to read the workbooks")
    for form in ("ods", "xlsx"):
        shutil.copy(taken.folder / f"{taken.stem}.{form}", tmp_path / f"return-{form}.{form}")
        shutil.copy(taken.grants.with_suffix(f".{form}"), tmp_path / f"grants-{form}.{form}")
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
            "--headless",
            "--convert-to",
            EVERY_SHEET,
            "--outdir",
            str(tmp_path),
            *sorted(str(file) for file in tmp_path.iterdir()),
        ],
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
        timeout=120,
    )
    regions = {
        line["area_code"]: Decimal(line["value"])
        for line in lines(taken)
        if line["indicator"] == "paid_sum" and not line["filter"]
    }
    grants = rows(taken.grants.with_suffix(".csv"))
    assert regions
    assert grants
    for form in ("ods", "xlsx"):
        with (tmp_path / f"return-{form}-Table 1.csv").open(encoding="utf-8", newline="") as opened:
            title, said, head, *table = csv.reader(opened)
        assert title[0] == "Table 1: Totals by place"
        assert said[0] == "This sheet has one table."
        paid = head.index("Paid in the period, less what came back (£)")
        assert {row[1]: Decimal(row[paid]) for row in table} == regions
        shown = rows(tmp_path / f"grants-{form}-Grants.csv")
        amounts = [(row["Grant"], Decimal(row["Amount (£)"]) * 100) for row in shown]
        assert amounts == [(row["grant"], Decimal(row["amount_pence"])) for row in grants]
