"""Whatever is sent, the API answers with a problem that says so: never a 500, nothing cut short."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.access import Role
from service.demo.users import DEMO_USERS
from service.identity import accounts_of
from tests.conftest import Service, running

EXAMPLES = os.environ.get("CASEWORK_FUZZ_EXAMPLES", "2")
"""For each route; ``make fuzz`` sends many more."""


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture
def token(played: Service) -> str:
    """Of an officer who holds every other role too, so that nothing is refused unlooked at."""
    others = {each.role: each for each in DEMO_USERS if each.role is not Role.CASE_OFFICER}
    for role, person in others.items():
        scope = {"region": person.region, "council": person.council, "peer": person.peer}
        given = played.client("administrator").post(
            "/api/v1/users/case-officer-2/roles",
            json={"role": role, "limit": person.limit, **scope},
        )
        assert given.status_code == 201, given.text
    return accounts_of(played.installation).issue_token("case-officer-2", "fuzz")


@pytest.mark.slow
def test_no_input_makes_the_service_fail(played: Service, token: str, tmp_path: Path) -> None:
    found = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("run", f"{played.address}/api/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--checks", "not_a_server_error"),
            *("--phases", "fuzzing", "--max-examples", EXAMPLES),
            *("--generation-deterministic", "--request-timeout", "30", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
    assert "Tested: " in found.stdout
