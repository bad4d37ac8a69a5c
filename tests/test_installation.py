"""What surrounds the service: settings that are refused, one clear line on failure, compose."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result
from starlette.responses import PlainTextResponse

from domain.kernel import Refused
from service.app import OurHosts
from service.cli import main
from service.logs import set_up_logging
from service.settings import Settings

SAFE = {
    "env": "production",
    "secret_key": "k" * 32,
    "base_url": "https://casework.example",
    "database_url": "postgresql://casework@database/casework",
}


def run(*words: str, **environment: str) -> Result:
    """The command line, in an environment of these CASEWORK_ settings."""
    given = {f"CASEWORK_{name.upper()}": value for name, value in environment.items()}
    return CliRunner().invoke(main, words, env=given)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"secret_key": "short"}, "CASEWORK_SECRET_KEY"),
        ({"base_url": "http://casework.example"}, "CASEWORK_BASE_URL"),
        ({"database_url": ""}, "CASEWORK_DATABASE_URL"),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_what_to_set(
    wrong: dict[str, str], says: str
) -> None:
    Settings.model_validate(SAFE).refuse_unsafe([])
    with pytest.raises(Refused, match=says):
        Settings.model_validate(SAFE | wrong).refuse_unsafe([])


def test_production_refuses_demonstration_sign_ins() -> None:
    with pytest.raises(Refused, match=r"demonstration sign-ins \(2 found\)"):
        Settings.model_validate(SAFE).refuse_unsafe(["approver", "auditor"])


def test_a_database_that_does_not_answer_is_one_clear_line() -> None:
    failed = run("doctor", database_url="postgresql://nobody@127.0.0.1:1/nothing")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("casework: the database does not answer: ")
    assert failed.stderr.count("\n") == 1


def test_a_setting_that_cannot_be_is_one_clear_line() -> None:
    failed = run("doctor", log_level="loud")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("casework: CASEWORK_LOG_LEVEL: ")


def test_logs_are_json_objects_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(Settings(log_format="json", log_level="INFO"))
    logging.getLogger("casework.follower").info("view %s stopped", "GrantRow")
    told = json.loads(capsys.readouterr().err)
    assert (told["level"], told["logger"]) == ("INFO", "casework.follower")
    assert told["message"] == "view GrantRow stopped"
    set_up_logging(Settings())


def test_a_terminal_takes_an_installation_from_nothing_to_its_first_officer(
    database: str,
) -> None:
    first = run("users", "first", "ines", "Ines Castellan", database_url=database)
    assert first.exit_code == 0, first.output
    invited = run(
        *("users", "invite", "--as", "ines", "--user", "maud", "--name", "Maud Ellersby"),
        database_url=database,
    )
    assert invited.exit_code == 0, invited.output
    given = run(
        *("users", "grant", "maud", "--role", "case-officer", "--as", "ines", "--json"),
        database_url=database,
    )
    assert json.loads(given.output)["events"] == ["RoleGranted"]
    again = run("users", "first", "cleo", "Cleo Hartswell", database_url=database)
    assert again.exit_code == 1
    loaded = run("import", "councils", "--as", "maud", "--json", database_url=database)
    assert json.loads(loaded.output)["loaded"] == 153
    looked = run("doctor", "--json", database_url=database)
    assert json.loads(looked.output)["stopped"] == []


def test_compose_is_valid_and_refuses_to_run_without_secrets(root: Path) -> None:
    file = root / "docker-compose.yml"
    composed = yaml.safe_load(file.read_text())
    assert set(composed["services"]) == {"database", "service", "follower"}
    assert composed["services"]["follower"]["command"] == ["projector"]
    client = compose_client()
    if client is None:
        return
    secrets = {
        "CASEWORK_DB_PASSWORD": "p",
        "CASEWORK_SECRET_KEY": "k" * 32,
        "CASEWORK_BASE_URL": "https://casework.example",
    }
    path = {"PATH": os.environ["PATH"]}
    asked = [*client, "-f", str(file), "config"]
    good = subprocess.run(asked, env=path | secrets, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    bad = subprocess.run(asked, env=path, capture_output=True, text=True, check=False)
    assert bad.returncode != 0
    assert "CASEWORK_" in bad.stderr


def compose_client() -> list[str] | None:
    """Docker's client with compose, where this machine has one."""
    for words in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(words[0]):
            found = subprocess.run([*words, "version"], capture_output=True, check=False)
            if found.returncode == 0:
                return words
    return None


def test_an_address_that_is_none_is_one_clear_line() -> None:
    failed = run("doctor", database_url="nonsense")
    assert failed.exit_code == 1
    said = "casework: CASEWORK_DATABASE_URL: Write it like postgresql://"
    assert failed.stderr == f"{said}user:password@host:5432/name.\n"


def test_the_service_answers_under_its_own_names_alone() -> None:
    app = OurHosts(PlainTextResponse("here"), Settings(public_hosts="a.test, B.test").hosts)

    async def asked(host: str, path: str) -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return (await client.get(path)).status_code

    for host, status in (("a.test", 200), ("b.test:8000", 200), ("c.test", 421)):
        assert asyncio.run(asked(host, "/cases")) == status, host
    assert asyncio.run(asked("10.0.0.7", "/healthz")) == 200
    assert not Settings(public_hosts="").hosts
