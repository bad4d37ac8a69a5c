"""Whatever is sent, the API answers with a problem that says so: never a 500, nothing cut short."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.identity import accounts_of
from tests.conftest import Service, running

EXAMPLES = os.environ.get("CASEWORK_FUZZ_EXAMPLES", "2")
"""For each route; ``make fuzz`` sends many more."""


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.mark.slow
@pytest.mark.parametrize("user", ["case-officer", "finance-officer"])
def test_no_input_makes_the_service_fail(played: Service, user: str, tmp_path: Path) -> None:
    token = accounts_of(played.installation).issue_token(user, "fuzz")
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
