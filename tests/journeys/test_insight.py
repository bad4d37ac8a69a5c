"""Indicators from file to profile to warning: over HTTP, in pages and from a terminal."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.conftest import Service
from tests.journeys.steps import done, got, refused, register_councils
from tests.test_indicator_files import CUMBRIA, ENGLAND, HEADERS, TOGETHER

IMPORTS, INDICATORS = "/api/v1/imports/indicators", "/api/v1/indicators"
SET = "social-work-workforce"
PLACES = {
    # Birmingham and its neighbours; two councils of the North West, where regional-lead works.
    "330": "E12000005,West Midlands,330,E08000025,Birmingham",
    "306": "E12000007,London,306,E09000008,Croydon",
    "821": "E12000006,East of England,821,E06000032,Luton",
    "352": "E12000002,North West,352,E08000003,Manchester",
    "350": "E12000002,North West,350,E08000001,Bolton",
}


def row(year: int, council: str, *figures: str) -> str:
    where = f"Reporting year,Local authority,E92000001,England,{PLACES[council]}"
    return ",".join([str(year), where, *figures])


def file_of(*rows: str, columns: str = "vacancy_rate_fte,caseload_fte") -> bytes:
    return "\n".join([f"{HEADERS},{columns}", *rows, ""]).encode()


FIRST = file_of(
    f"2023,{ENGLAND},14.0,16.0",
    f"2024,{ENGLAND},14.2,15.2",
    row(2023, "330", "20.5", "c"),
    row(2024, "330", "25.5", "17"),
    row(2024, "306", "10", "14"),
    row(2024, "821", "11", "u"),
    row(2024, "352", "31.5", "15"),
    row(2024, "350", "8", "15"),
    f"2022,{CUMBRIA},12,z",
    f"2024,{TOGETHER},9.5,14",
    row(2024, "350", "8,5", "15").replace("8,5", '"8,5"'),
)


def sent(
    service: Service,
    content: bytes,
    user: str = "case-officer",
    name: str = "indicators-social-work-workforce.csv",
    **params: Any,
) -> httpx.Response:
    files = {"file": (name, content, "text/csv")}
    return service.client(user).post(IMPORTS, files=files, params=params)


def head(service: Service) -> int:
    return service.installation.store.head()


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    register_councils(service)
    return service


@pytest.fixture(scope="module")
def loaded(ready: Service) -> dict[str, Any]:
    """The first file, loaded once."""
    return done(sent(ready, FIRST))


def test_a_broken_file_or_the_wrong_role_loads_nothing(ready: Service) -> None:
    before = head(ready)
    for content in (FIRST[:-9], b"", b"a,b\n1,2\n", file_of("2024,x", columns="sex")):
        refused(sent(ready, content), 422, "bad-file")
    refused(sent(ready, FIRST, name="2024.csv"), 422, "bad-set")
    for user in ("auditor", "approver", "council-contact", "peer"):
        refused(sent(ready, FIRST, user=user), 403, "forbidden")
    shown = done(sent(ready, FIRST, dry_run=True))
    assert (shown["loaded"], shown["rejected"], shown["events"]) == (10, 1, [])
    assert head(ready) == before
    with ready.installation.store.datastore.get_connection() as connection:
        kept = connection.execute("SELECT count(*) AS n FROM indicator_values").fetchone()
    assert kept == {"n": 0}


def test_every_row_is_loaded_or_rejected_with_its_reason(
    ready: Service, loaded: dict[str, Any]
) -> None:
    assert loaded["events"] == ["IndicatorSetPublished", "IndicatorDataLoaded"]
    assert (loaded["loaded"], loaded["unchanged"], loaded["rejected"]) == (10, 0, 1)
    (rejection,) = loaded["rejections"]
    assert (rejection["row"], rejection["column"]) == (12, "time_period")
    assert [(each["code"], each["rows"]) for each in loaded["kept_apart"]] == [
        ("314 / 318", 1),
        ("909", 1),
    ]
    again = done(sent(ready, FIRST))
    assert (again["loaded"], again["unchanged"], again["events"]) == (0, 10, [])
    after = {"after": loaded["position"]}
    found = got(ready.client("peer").get(f"{INDICATORS}/{SET}", params=after))
    assert [d["id"] for d in found["definitions"]] == ["vacancy_rate_fte", "caseload_fte"]
    assert (found["loads"], found["periods"]) == (1, ["2022", "2023", "2024"])


def profile(service: Service, user: str = "council-contact", **params: Any) -> dict[str, Any]:
    found = got(service.client(user).get(f"{INDICATORS}/profiles/330", params=params))
    return {each["indicator"]: each for each in found["comparisons"]} | {"whole": found}


def test_a_council_is_compared_exactly(ready: Service, loaded: dict[str, Any]) -> None:
    found = profile(ready, after=loaded["position"])
    vacancies, caseload = found["vacancy_rate_fte"], found["caseload_fte"]
    assert (vacancies["value"], vacancies["period"]) == ("25.5", "2024")
    near = set(found["whole"]["neighbours"]) & {"306", "821", "352", "350"}
    assert vacancies["neighbours_counted"] == len(near)
    assert vacancies["england"] == {"value": "14.2", "how": "published"}
    assert vacancies["region"] == {"value": "25.5", "how": "median of 1 councils"}
    assert (vacancies["standing"]["rank"], vacancies["standing"]["of"]) == (4, 5)
    assert vacancies["trend"]["direction"] == "not enough years"
    assert [y["published"] for y in vacancies["years"]] == ["20.5", "25.5"]
    # A symbol is shown with its meaning, and no figure is made of it.
    assert caseload["years"][0] == {
        "period": "2023",
        "published": "c",
        "value": None,
        "said": "suppressed to protect confidentiality",
    }
    assert caseload["standing"]["of"] == 4
    refused(ready.client("peer").get(f"{INDICATORS}/profiles/999"), 404, "not-found")
    refused(ready.client("peer").get(f"{INDICATORS}/no-such-set"), 404, "not-found")


THRESHOLDS = {
    "from": "2025-06-01",
    "thresholds": [
        {"indicator_set": SET, "indicator": "vacancy_rate_fte", "rule": "above", "value": "20"}
    ],
    "reason": "Board minute 7",
}


def concerns(service: Service, user: str, after: int, **params: Any) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"after": after, "status": "open"} | params
    found: list[dict[str, Any]] = got(
        service.client(user).get(f"{INDICATORS}/warnings", params=asked)
    )["items"]
    return found


def test_thresholds_raise_concerns_once_with_the_values(
    ready: Service, loaded: dict[str, Any]
) -> None:
    officer = ready.client("case-officer")
    refused(officer.post(f"{INDICATORS}/warnings", json={}), 409, "no-thresholds")
    refused(
        ready.client("approver").post(f"{INDICATORS}/thresholds", json=THRESHOLDS), 403, "forbidden"
    )
    wrong = json.loads(json.dumps(THRESHOLDS))
    wrong["thresholds"][0]["value"] = 20.5
    refused(officer.post(f"{INDICATORS}/thresholds", json=wrong), 422, "bad-input")
    wrong["thresholds"][0] |= {"value": "20", "indicator": "nothing"}
    refused(officer.post(f"{INDICATORS}/thresholds", json=wrong), 422, "bad-threshold")
    adopted = done(officer.post(f"{INDICATORS}/thresholds", json=THRESHOLDS))
    assert adopted["events"] == ["WarningThresholdsAdopted"]

    raised = done(officer.post(f"{INDICATORS}/warnings", json={}))
    assert (raised["concerns_raised"], raised["thresholds_version"]) == (2, 1)
    again = done(officer.post(f"{INDICATORS}/warnings", json={}))
    assert (again["concerns_raised"], again["events"]) == (0, [])
    found = {each["council"]: each for each in concerns(ready, "auditor", raised["position"])}
    assert set(found) == {"330", "352"}
    assert found["330"]["warning"] | {"compared": {}} == {
        "indicator_set": SET,
        "indicator": "vacancy_rate_fte",
        "name": "Social worker vacancy rate",
        "unit": "%",
        "period": "2024",
        "value": "25.5",
        "rules": ["above 20"],
        "compared": {},
        "thresholds_version": 1,
        "load": 1,
    }
    row = got(officer.get("/api/v1/councils/330", params={"after": raised["position"]}))
    assert row["tier"] == "early support"


def test_concerns_are_seen_within_ones_scope(ready: Service, loaded: dict[str, Any]) -> None:
    after = head(ready)
    assert [c["council"] for c in concerns(ready, "regional-lead", after)] == ["352"]
    assert concerns(ready, "regional-lead-2", after) == []
    assert [c["council"] for c in concerns(ready, "council-contact", after)] == ["330"]
    assert concerns(ready, "council-contact-2", after) == []
    for user in ("peer", "dfe-analyst"):
        refused(ready.client(user).get(f"{INDICATORS}/warnings"), 403, "forbidden")


def test_a_later_file_corrects_and_warns_in_the_same_save_and_the_past_stands(
    ready: Service, loaded: dict[str, Any]
) -> None:
    before = head(ready)
    second = file_of(
        row(2024, "330", "24.5", "17"), row(2025, "350", "22", "15"), f"2025,{TOGETHER},9.9,14"
    )
    result = done(sent(ready, second))
    assert (result["loaded"], result["corrected"]) == (3, 1)
    assert result["corrections"][0]["reason"].startswith("vacancy_rate_fte was 25.5 and is told")
    assert result["events"] == ["IndicatorDataLoaded", "RiskConcernRaised"]
    assert result["concerns_raised"] == 1
    now, then = (
        profile(ready, after=result["position"]),
        profile(ready, as_at=str(before)),
    )
    assert [y["published"] for y in now["vacancy_rate_fte"]["years"]] == ["20.5", "24.5"]
    assert [y["published"] for y in then["vacancy_rate_fte"]["years"]] == ["20.5", "25.5"]
    assert (then["vacancy_rate_fte"]["period"], now["vacancy_rate_fte"]["period"]) == (
        "2024",
        "2025",
    )
    values = got(
        ready.client("peer").get(
            f"{INDICATORS}/{SET}/values",
            params={"indicator": "vacancy_rate_fte", "code": "330", "period": "2024"},
        )
    )["items"]
    assert [(v["published"], v["load"], v["source_row"]) for v in values] == [("24.5", 2, 2)]
    page = ready.client("case-officer").get("/warnings").text
    assert "since corrected to 24.5" in page


def test_values_that_were_tampered_with_are_found_out(
    ready: Service, loaded: dict[str, Any]
) -> None:
    address = f"{INDICATORS}/{SET}/loads/1"
    auditor = ready.client("auditor")
    assert got(auditor.get(address, params={"after": head(ready)}))["intact"] is True
    change = (
        "UPDATE indicator_values SET published = %s, value = %s"
        " WHERE code = '352' AND load = 1 AND indicator = 'vacancy_rate_fte'"
    )
    with ready.installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute(change, ("12.5", "12.5"))
    assert got(auditor.get(address))["intact"] is False
    with ready.installation.store.datastore.transaction(commit=True) as cursor:
        cursor.execute(change, ("31.5", "31.5"))
    assert got(auditor.get(address))["intact"] is True


@pytest.mark.parametrize(
    ("address", "user", "said"),
    [
        ("/councils/330/profile", "council-contact", "Social worker vacancy rate"),
        ("/councils/330/profile?every=yes", "case-officer", "Open concerns"),
        ("/councils/330/profile?as_at=2020-01-01", "peer", "No indicators have been loaded"),
        ("/councils/314/profile", "peer", "published together with others: 314 / 318: 9.9"),
        ("/warnings", "regional-lead", "Manchester"),
        ("/warnings?status=all", "auditor", "Birmingham"),
        ("/warnings", "council-contact-2", "No concern is on record in your scope"),
        ("/indicators", "dfe-analyst", "Thresholds, version 1 from 1 June 2025"),
    ],
)
def test_pages_open(
    ready: Service, loaded: dict[str, Any], address: str, user: str, said: str
) -> None:
    answer = ready.client(user).get(address)
    assert answer.status_code == 200, answer.text
    assert said in answer.text


def test_a_regions_lead_sees_no_other_regions_concern_on_a_page(
    ready: Service, loaded: dict[str, Any]
) -> None:
    page = ready.client("regional-lead").get("/councils/330/profile").text
    assert "No concern is open." in page
    assert "Birmingham" not in ready.client("regional-lead").get("/warnings").text
    asked = {
        user: {
            task["council"]
            for task in got(ready.client(user).get("/api/v1/tasks?kind=concerns-open"))["tasks"]
        }
        for user in ("regional-lead", "case-officer")
    }
    assert asked["case-officer"] == asked["regional-lead"] | {"330"}
    assert asked["regional-lead"]
    assert "330" not in asked["regional-lead"]


def test_thresholds_are_adopted_by_form(ready: Service, loaded: dict[str, Any]) -> None:
    officer = ready.client("case-officer")
    assert "Add another threshold" in officer.get("/do/adopt_warning_thresholds").text
    form = {
        "from": "2025-07-01",
        "thresholds.0.indicator_set": SET,
        "thresholds.0.indicator": "vacancy_rate_fte",
        "thresholds.0.rule": "above",
        "thresholds.0.value": "20",
        "thresholds.1.indicator_set": SET,
        "thresholds.1.indicator": "vacancy_rate_fte",
        "thresholds.1.rule": "worst decile",
        "thresholds.1.worsening_years": "2",
        "reason": "Board minute 8",
    }
    wrong = officer.post("/do/adopt_warning_thresholds", data=form | {"from": "2024-01-01"})
    assert wrong.status_code == 422
    assert "adopt the next from then on" in wrong.text
    done_ = officer.post("/do/adopt_warning_thresholds", data=form)
    assert done_.status_code == 303
    shown = officer.get("/indicators", params={"after": head(ready)}).text
    assert "In the worst tenth of councils and worse in each of the last 2 years" in shown
    assert "Thresholds, version 2 from 1 July 2025" in shown


def test_files_sent_at_once_are_loads_of_their_own(ready: Service, loaded: dict[str, Any]) -> None:
    """Six files at once, in two opinions of one figure: each is a load or finds it unchanged."""
    files = [file_of(row(2023, "821", f"{9 + n // 3}", "15")) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = [done(each) for each in pool.map(lambda file: sent(ready, file), files)]
    numbers = [a["version"] for a in answers if a["events"]]
    assert len(numbers) == len(set(numbers)) >= 2
    assert all(a["loaded"] + a["unchanged"] == 1 for a in answers)
    params: dict[str, Any] = {"indicator_set": SET, "after": head(ready)}
    loads = got(ready.client("auditor").get(f"{INDICATORS}/loads", params=params))["items"]
    assert sorted(each["load"] for each in loads) == list(range(1, 3 + len(numbers)))
    for each in loads:
        address = f"{INDICATORS}/{SET}/loads/{each['load']}"
        assert got(ready.client("auditor").get(address))["intact"] is True


def run(service: Service, *words: str) -> Result:
    environment = {"CASEWORK_DATABASE_URL": service.installation.url, "CASEWORK_ENV": "test"}
    return CliRunner().invoke(main, words, env=environment)


def test_indicators_from_a_terminal(ready: Service, loaded: dict[str, Any], tmp_path: Path) -> None:
    file, report = tmp_path / "figures.csv", tmp_path / "report.csv"
    file.write_bytes(file_of(row(2025, "330", "26", "18"), "25,x".ljust(2) + "," * 10))
    command = ["import", "indicators", str(file), "--set", SET, "--as", "case-officer", "--json"]
    result = run(ready, *command, "--report", str(report))
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["loaded"], told["unchanged"], told["rejected"]) == (1, 0, 1)
    assert told["rejections"][0]["row"] == 3
    assert len(report.read_text().splitlines()) == 3
    again = json.loads(run(ready, *command).stdout)
    assert (again["loaded"], again["unchanged"], again["rejected"]) == (0, 1, 1)
    shown = json.loads(run(ready, "insight", "profile", "330", "--json").stdout)
    assert shown["comparisons"][0]["value"] == "26"
    assert "26%" in run(ready, "insight", "profile", "330").stdout
    listed = json.loads(run(ready, "insight", "concerns", "--json").stdout)
    assert {"330", "350", "352"} == {each["council"] for each in listed}
    assert run(ready, "import", "indicators", "/nowhere.csv", "--as", "case-officer").exit_code == 1
