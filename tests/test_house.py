"""The house: import arrows, module length, the frozen catalogue, routes that say what they need."""

import ast
import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

import projections  # noqa: F401 - completes the views
from domain.access import ALL_PERMISSIONS
from domain.kernel import BESIDE, Event, marked
from domain.rules import RULES
from service.app import routers
from service.cli import main
from service.cli.reference import commands_of, written
from service.desk import Routes, command_model

OPEN = {"/sign-in", "/sign-out", "/do/{name}"}
"""Routes that need nobody, or that ask the command behind them what it needs."""


def shapes() -> dict[str, object]:
    """Every event's stored shape."""
    return {
        name: {
            "schema_version": event.schema_version,
            "stream": event.stream_pattern,
            "shape": event.model_json_schema(mode="serialization"),
        }
        for name, event in sorted(Event.catalogue.items())
    }


def test_the_event_catalogue_is_frozen(root: Path) -> None:
    """A changed shape needs a higher schema version and an upcaster; a new event is added by
    ``python -m tests.test_house``."""
    frozen = json.loads((root / "tests/catalogue.json").read_text())
    now = json.loads(json.dumps(shapes()))
    assert now.keys() == frozen.keys(), "run: python -m tests.test_house"
    for name, shape in frozen.items():
        assert now[name] == shape, f"{name} has changed: raise its schema_version and upcast"


def test_every_older_shape_is_read_by_an_upcaster() -> None:
    for event in Event.catalogue.values():
        assert set(event.upcasters) == set(range(1, event.schema_version)), event.__name__


def test_every_event_says_in_a_sentence_what_happened() -> None:
    for event in Event.catalogue.values():
        sentence = (event.__doc__ or "").strip().split("\n")[0]
        assert sentence.endswith("."), event.__name__


def test_imports_follow_the_arrows(root: Path) -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("room", ["domain", "projections", "service"])
def test_modules_stay_readable(root: Path, room: str) -> None:
    for module in (root / room).rglob("*.py"):
        lines = len(module.read_text().splitlines())
        assert lines <= 450, f"{module.relative_to(root)} has {lines} lines"


def test_every_route_declares_what_it_needs() -> None:
    found = 0
    for route in itertools.chain.from_iterable(routers()):
        if route.path in OPEN:
            continue
        needs = Routes.needs.get((route.method, route.path))
        assert needs in ALL_PERMISSIONS, f"{route.method} {route.path} needs {needs}"
        found += 1
    assert found > 100


def test_every_command_has_a_twin_on_the_command_line() -> None:
    twins = [route.cli for route in Routes.commands if route.cli]
    assert len(twins) == len(set(twins))
    for route in Routes.commands:
        assert route.cli or command_model(route.function) is None, route.name


def test_every_command_has_help_with_an_example_and_names_that_do_not_clash() -> None:
    found = list(commands_of(main))
    for name, command in found:
        names = [parameter.name for parameter in command.params]
        assert len(names) == len(set(names)), name
        assert "Example:" in (command.help or ""), name
    assert len(found) > 80


def test_the_reference_pages_say_what_the_code_says(root: Path) -> None:
    for name, text in written().items():
        assert (root / "docs" / name).read_text() == text, f"docs/{name} is old: make docs"


def test_no_commit_names_this_machine(root: Path) -> None:
    """Lock files name no hosts."""
    assert "://" not in (root / "requirements.txt").read_text()


def test_every_rule_has_its_sentence(root: Path) -> None:
    """What a replay calls a rule: each code that a decision requires is in domain/rules.py."""
    asked = set()
    for module in (root / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.Call):
                continue
            if getattr(node.func, "id", "") in ("require", "somebody_else"):
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    asked.add(code.value)
    assert len(asked) > 80
    assert asked <= RULES.keys(), asked - RULES.keys()


def test_what_is_personal_is_kept_beside_the_log() -> None:
    """A command's field with a name like these never reaches the log, unless it is said here."""
    personal = {"name", "email", "telephone", "text", "note", "nature", "mentee_name"}
    known = {("RegisterCouncil", "name")}
    for route in Routes.commands:
        model = command_model(route.function)
        for name in model.model_fields if model else ():
            if name in personal and model and (model.__name__, name) not in known:
                assert name in marked(model, BESIDE), f"{model.__name__}.{name}: mark it BESIDE"


if __name__ == "__main__":
    (Path(__file__).parent / "catalogue.json").write_text(json.dumps(shapes(), indent=1) + "\n")
