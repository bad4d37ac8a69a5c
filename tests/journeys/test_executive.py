"""The progress report to the Executive, as at any date, each figure linked to its events."""

import io
import json
import re
from calendar import month_name
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from service.cli import main
from service.cli.context import reader_for
from service.executive.looking import DAYS, MONEY
from service.executive.report import report_of
from service.executive.wording import numeral
from service.figures.told import Told
from service.opening.made import Opened, opened
from service.writing import Block, KeyFigures, Paragraph, Run, Table
from tests.conftest import Service, running
from tests.journeys.steps import done, got, refused

AS_AT = "2026-03-31"


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    """The service over the demonstration's year."""
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture(scope="module")
def report(played: Service) -> dict[str, Any]:
    """The report as at the year's end."""
    client = played.client("case-officer")
    found: dict[str, Any] = got(client.get("/api/v1/reports/executive", params={"as_at": AS_AT}))
    return found


def figures(report: dict[str, Any]) -> dict[str, int]:
    return {line["name"]: line["value"] for line in report["figures"]}


def test_its_sections_are_those_of_the_report_that_members_know(report: dict[str, Any]) -> None:
    heads = re.findall(r"^## (.*)$", report["text"], re.MULTILINE)
    assert heads == [
        "Purpose of report",
        "Summary",
        "Recommendations",
        "Action",
        "Background",
        "Engaging all councils",
        "Supporting councils with good practice and data",
        "Implementing policy on the ground",
        "Support for councils in difficulty",
        "Issues and challenges",
        "Key questions for the Executive",
        "Financial implications",
        "Appendix A: children's improvement leads in the regions",
    ]
    numbers = re.findall(r"^(\d+)\\\.", report["text"], re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    asked = re.search(r"set out in paragraph (\d+)", report["text"])
    assert asked
    assert re.search(rf"^{asked[1]}\\\. .*Executive's views", report["text"], re.MULTILINE)


def test_its_figures_are_those_of_the_lists(played: Service, report: dict[str, Any]) -> None:
    client, told = played.client("case-officer"), figures(report)

    def rows(path: str, **asked: str) -> list[dict[str, Any]]:
        found, cursor = [], ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = got(client.get(path, params={**asked, "as_at": AS_AT, "limit": 1000, **more}))
            found += page["items"]
            if not (cursor := page["next"] or ""):
                return found

    engaged = rows("/api/v1/regions/engagement")
    part = [row for row in engaged if row["engagement"] in ("engaged", "early adopter")]
    assert told["councils"] == len(engaged) == 153
    assert told["councils-taking-part"] == len(part)
    cases = rows("/api/v1/cases")
    assert told["cases-open"] == sum(row["is_open"] for row in cases)
    grants = rows("/api/v1/grants")
    assert told["grants-paid"] == sum(row["paid_pence"] for row in grants)
    held = [row for row in rows("/api/v1/mentoring/sessions") if row["state"] == "held"]
    assert told["sessions-held"] == len(held)
    positions = got(client.get("/api/v1/budgets/2025-26", params={"as_at": AS_AT}))
    assert told["award"] == positions["award_pence"]
    days = got(client.get("/api/v1/days", params={"as_at": AS_AT}))
    assert told["director-days-pledged"] == days["pledged"]
    assert told["director-days-given"] == days["delivered"]


def test_it_compares_with_the_report_issued_before(played: Service, report: dict[str, Any]) -> None:
    client = played.client("case-officer")
    before = got(client.get(f"/api/v1/reports/{report['compared_with']}"))["issued"]
    asked = {"as_at": str(before["at_position"])}
    then = figures(got(client.get("/api/v1/reports/executive", params=asked)))
    was = {line["name"]: line["was"] for line in report["figures"] if line["was"] is not None}
    assert was["councils-taking-part"] == then["councils-taking-part"]
    assert was["grants-paid"] == then["grants-paid"]
    assert f"({report['compared_with']})" in report["text"]
    assert "| Councils taking part |" in report["text"]


def test_every_figure_is_the_sum_of_its_events(played: Service, report: dict[str, Any]) -> None:
    client = played.client("auditor")
    asked = ("councils-taking-part", "grants-paid", "sessions-held", "milestones-reached", "left")
    for name in asked:
        source = got(
            client.get(f"/api/v1/reports/executive/figures/{name}", params={"as_at": AS_AT})
        )
        assert source["value"] == figures(report)[name]
        assert sum(part["adds"] for part in source["parts"]) == source["value"]
        assert sum(event["amount"] for event in source["contributions"]) == source["value"]
        assert all(
            event["cause"]["position"] <= report["position"] for event in source["contributions"]
        )
        event = source["contributions"][0]["cause"]
        trail = got(client.get(f"/api/v1/audit/events/{event['position']}"))
        assert trail["event"] == event["event"]


def test_every_note_leads_to_a_figure_that_the_report_gives(report: dict[str, Any]) -> None:
    point = rf"{report['position']}@{AS_AT}|\d+@2026-\d\d-\d\d"
    line = re.compile(rf"^\[\^(\d+)\]: .* <.*/figures/(.*)\?as_at=(?:{point})>$", re.MULTILINE)
    notes = dict(line.findall(report["text"]))
    marks = re.findall(r"\[\^(\d+)\](?!:)", report["text"])
    assert set(marks) == set(notes)
    assert set(notes.values()) <= figures(report).keys()
    assert len(notes) > 100


def test_what_a_figure_was_leads_to_its_events_of_then(
    played: Service, report: dict[str, Any]
) -> None:
    client = played.client("auditor")
    line = re.compile(
        r"^\[\^(\d+)\]: .* in the last report: .* <.*/figures/(.*)\?as_at=(.*)>$", re.M
    )
    notes = line.findall(report["text"])
    was = {each["name"]: each["was"] for each in report["figures"]}
    assert len(notes) > 10
    for _, name, point in notes[::5]:
        asked = {"as_at": point}
        source = got(client.get(f"/api/v1/reports/executive/figures/{name}", params=asked))
        assert source["value"] == was[name] != 0


_NO_FIGURE = re.compile(
    rf"\b\d{{4}}-\d\d\b|(?:\d+ )?(?:{'|'.join(month_name[1:])}) \d{{4}}|[A-Z]+-\d+|last 3 months"
    r"|of the 9 regions|paragraph \d+"
)
"""Numbers in sentences that are names: years, days, references, what is looked back on."""


def runs_of(block: Block) -> list[Run]:
    """The runs of a block that reads as sentences or as cells."""
    match block:
        case Paragraph(runs):
            return list(runs)
        case KeyFigures(shown):
            return [run for figure, of in shown for run in (figure, *of)]
        case Table():
            return [run for line in block.rows for cell in line for run in cell]
    return []


def told_figures(figure: Opened, told: str) -> set[str]:
    """How a figure may be written: in its unit, rounded as sentences round, with a noun."""
    number, unit = abs(int(figure.figure or 0)), {"pence": MONEY, "half-days": DAYS}
    if of := unit.get(figure.unit):
        return {of.told(number), of.exact(number)}
    noun = told.rsplit(maxsplit=1)[-1] if " " in told else ""
    return {
        f"{number:,}",
        f"{number}%",
        f"{numeral(number)} {noun}".strip(),
        f"{numeral(number)} more {noun}",
        "no change" if not number else "",
        "fewer than 1%" if not number else "",
        f"no {noun}" if not number else "",
    }


def test_each_number_that_it_tells_opens_up_to_that_number(played: Service) -> None:
    reading = reader_for(played.installation, AS_AT, "report.read")
    opening: dict[str, str] = {}
    for block in report_of(reading, base="").paper.blocks:
        for run in runs_of(block):
            if isinstance(run, Told):
                opening[run.of] = run
            elif isinstance(run, str):
                assert not re.search(r"\d", _NO_FIGURE.sub("", run)), run
    assert len(opening) > 50
    for of, told in opening.items():
        found = opened(reading.under("report.read"), of)
        if found.kind == "field":
            assert found.key.startswith("CASE-")
        else:
            assert told.lstrip("+−").lower() in told_figures(found, told), (of, told)


def test_a_figures_page_is_of_the_day_that_the_report_tells_of(played: Service) -> None:
    """Between two events what is due comes to be overdue: the page behind a note says so too."""
    client = played.client("auditor")
    head = got(client.get("/api/v1/reports/executive", params={"as_at": AS_AT}))["position"]
    path = "/api/v1/reports/executive/figures/entitlement-overdue"
    was, now = (
        got(client.get(path, params={"as_at": f"{head}@{day}"}))["value"]
        for day in (AS_AT, "2026-10-31")
    )
    assert was < now
    refused(client.get(path, params={"as_at": f"{head}@2025-01-01"}), 422, "bad-as-at")
    refused(client.get(path, params={"as_at": f"{head}@2026-02-31"}), 422, "bad-as-at")
    refused(client.get(path, params={"as_at": f"{head}@9999-01-01"}), 422, "bad-as-at")


def test_a_figure_that_it_does_not_give_is_refused(played: Service) -> None:
    client = played.client("auditor")
    answer = client.get("/api/v1/reports/executive/figures/no-such-thing")
    refused(answer, 422, "bad-field")


def test_the_report_is_for_the_team_and_auditors(played: Service) -> None:
    for user in ("council-contact", "peer", "regional-lead", "dfe-analyst"):
        assert played.client(user).get("/api/v1/reports/executive").status_code == 403


def test_every_form_says_the_same(played: Service, report: dict[str, Any]) -> None:
    client = played.client("case-officer")

    def file(form: str) -> bytes:
        answer = client.get(f"/api/v1/reports/executive/files/{form}", params={"as_at": AS_AT})
        assert answer.status_code == 200
        name = f"report-to-the-executive-2026-03-31-{report['position']}.{form}"
        assert name in answer.headers["content-disposition"]
        return answer.content

    assert file("md").decode() == report["text"]
    pdf = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file("pdf"))).pages)
    word = docx.Document(io.BytesIO(file("docx")))
    said = [lines.text for lines in word.paragraphs]
    html = file("html").decode()
    told = {line["name"]: line["said"] for line in report["figures"]}
    for name in ("grants-worth", "sessions-held", "results-due", "staff-worth"):
        assert told[name] in " ".join(pdf.split())
        assert any(told[name] in text for text in said)
        assert told[name] in html
    assert [t.rows[0].cells[0].text for t in word.tables][-1] == "Region"
    assert "signed checkpoint" in html
    assert client.get("/api/v1/reports/executive/files/rtf").status_code == 422


def test_before_anything_happened_it_says_so_and_no_more(played: Service) -> None:
    asked = {"as_at": "0"}
    text = got(played.client("auditor").get("/api/v1/reports/executive", params=asked))["text"]
    assert "No case is open on this date." in text
    assert "[^1]" not in text
    assert not re.search(r"\b0 (?!of its log)", text)


def test_at_every_issue_the_log_still_says_what_was_issued(played: Service) -> None:
    client = played.client("auditor")
    rows = got(client.get("/api/v1/reports"))["items"]
    assert [row["report"] for row in rows] == ["REP-0003", "REP-0002", "REP-0001"]
    assert [row["compared_with"] for row in rows] == ["REP-0002", "REP-0001", None]
    for row in rows:
        again = got(client.get(f"/api/v1/reports/{row['report']}"))
        assert again["same"], again["said"]
        assert again["sha256_now"] == row["sha256"]


def test_a_report_goes_on_from_the_last_and_is_issued_by_who_may(played: Service) -> None:
    director, officer = played.client("director"), played.client("case-officer")
    assert officer.post("/api/v1/reports", json={}).status_code == 403
    refused(director.post("/api/v1/reports", json={"position": 100}), 409, "report-goes-back")
    refused(director.post("/api/v1/reports", json={"position": 9_999_999}), 422, "bad-position")
    issued = done(director.post("/api/v1/reports", json={}))
    assert issued["id"] == "REP-0004"
    asked = {"after": issued["position"]}
    again = got(director.get(f"/api/v1/reports/{issued['id']}", params=asked))
    assert again["same"]


def test_the_command_line_writes_it_whole(
    played: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: dict[str, Any]
) -> None:
    monkeypatch.setenv("CASEWORK_DATABASE_URL", played.installation.url)
    out = tmp_path / "report.md"
    asked = ["report", "executive", "--as-at", AS_AT, "--format", "md", "--out", str(out), "--json"]
    told = CliRunner().invoke(main, asked)
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["position"] == report["position"]
    body = re.compile(r"^\[\^\d+\]: .*$|^Made from.*", re.MULTILINE | re.DOTALL)
    assert body.sub("", out.read_text()) == body.sub("", report["text"])
    traced = CliRunner().invoke(main, ["report", "figure", "cases-open", "--as-at", AS_AT])
    assert "CaseOpened" in traced.output
