"""Commands in the README and in docs/ print what the pages say; ``python -m tests.test_readme``
rewrites them."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from service.demo.play import play_demo
from service.embedded import embedded_database, leave_embedded
from service.installation import Installation
from service.settings import Settings

PAGES = ("README.md", "docs/audit.md", "docs/returns.md")
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def printed(command: str, url: str, folder: Path) -> str:
    """What a shell prints for a command, on the demonstration's database, in a folder."""
    scripts = str(Path(sys.executable).parent)
    found = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": f"{scripts}:{os.environ['PATH']}", "CASEWORK_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return "\n".join(line.rstrip() for line in found.stdout.splitlines())


def retold(text: str, run: Callable[[str], str]) -> str:
    """A page with its console blocks as their commands print them now."""

    def block(found: re.Match[str]) -> str:
        commands = [line for line in found[1].splitlines() if line.startswith("$ ")]
        told = (f"{command}\n{run(command[2:])}".rstrip() for command in commands)
        return "```console\n" + "\n".join(told) + "\n```"

    return _BLOCK.sub(block, text)


def test_pages_say_what_their_commands_print(
    root: Path, demonstration: str, tmp_path: Path
) -> None:
    """In their order, as a reader would: what an earlier page's command records, a later shows."""
    for page in PAGES:
        told = (root / page).read_text()
        assert retold(told, lambda command: printed(command, demonstration, tmp_path)) == told


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = embedded_database(Path(folder))
        os.environ["CASEWORK_DATA_DIR"] = folder
        installation = Installation(Settings(env="demo"), url)
        play_demo(installation, 1)
        installation.close()
        work = Path(folder) / "work"
        work.mkdir()
        for name in PAGES:
            page = Path(__file__).parent.parent / name
            told = retold(page.read_text(), lambda command: printed(command, url, work))
            page.write_text(told)
        leave_embedded(Path(folder))
