"""Every list and item of the API, from the command line: the same answer, as at any moment."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.conftest import Service, running
from tests.journeys.steps import got

AS_AT = "2026-02-27"


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


def called(played: Service, *words: str) -> Result:
    environment = {"CASEWORK_DATABASE_URL": played.installation.url, "CASEWORK_ENV": "test"}
    return CliRunner().invoke(main, words, env=environment)


def view(played: Service, *words: str) -> Result:
    return called(played, "view", *words)


@pytest.mark.parametrize(
    ("words", "path", "params"),
    [
        (("budgets",), "budgets", {}),
        (("commitments", "2025-26"), "budgets/2025-26/commitments", {}),
        (("challenges",), "challenges", {}),
        (("contract", "CONTRACT-0001"), "contracts/CONTRACT-0001", {}),
        (("deliverables", "--late", "true"), "contracts/deliverables", {"late": "true"}),
        (("engagement", "--region", "london"), "regions/engagement", {"region": "london"}),
        (("momentum",), "regions/engagement/months", {}),
        (("participation-figures", "--by", "theme"), "programmes/participation/figures", "theme"),
        (("specialist-supply",), "specialists", {}),
        (("staff-time",), "staff-time", {}),
        (("trial-balance",), "ledger/trial-balance", {}),
    ],
)
def test_a_view_answers_as_the_api_does(
    played: Service, words: tuple[str, ...], path: str, params: Any
) -> None:
    asked = {"by": params} if isinstance(params, str) else params
    client = played.client("auditor")
    answer = client.get(f"/api/v1/{path}", params={"as_at": AS_AT, "limit": 1000, **asked})
    result = view(played, *words, "--as-at", AS_AT, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == got(answer)


def test_a_table_holds_what_a_line_can(played: Service) -> None:
    shown = view(played, "grants", "--limit", "3")
    assert shown.exit_code == 0, shown.output
    assert "GRANT-0003" in shown.stdout
    assert "GRANT-0004" not in shown.stdout
    assert "--limit shows more" in shown.stdout


def test_a_filter_that_means_nothing_is_refused_in_a_line(played: Service) -> None:
    refused = view(played, "participation-figures", "--by", "weather")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("casework: ")


def test_a_list_on_the_command_line_is_the_page_s(played: Service) -> None:
    asked = {"standing": "overdue", "region": "london", "sort": "-council", "as_at": AS_AT}
    words = [word for name, said in asked.items() for word in (f"--{name}", said)]
    words = ["list", "entitlement", *(word.replace("as_at", "as-at") for word in words)]
    page = played.client("auditor").get("/challenges/entitlement.csv", params=asked)
    assert page.status_code == 200
    result = called(played, *words, "--csv")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == page.text.splitlines()
    rows = json.loads(called(played, *words, "--json").stdout)
    assert [row["Council"] for row in rows] == sorted((r["Council"] for r in rows), reverse=True)
    assert len(rows) == len(page.text.splitlines()) - 1 > 1
    for wrong in ([*words, "--sort", "nothing"], ["list", "cases", "--region", "atlantis"]):
        assert called(played, *wrong).exit_code != 0
