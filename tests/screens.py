"""Pictures of the main pages for docs/: ``make screens`` takes them of a demonstration's year."""

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser

from service.demo.play import play_demo
from service.embedded import embedded_database, leave_embedded
from service.installation import Installation
from service.settings import Settings
from tests.conftest import Service, running
from tests.journeys.browsing import chromium, sign_in

DOCS = Path(__file__).parent.parent / "docs"
HIGHEST = 1700
"""Of a page's top: so many pixels, where it is longer."""


class Screen(NamedTuple):
    """A page as somebody sees it."""

    name: str
    user: str
    address: str
    said: str


SCREENS = (
    Screen("start", "approver", "/", "What waits for an approver, the most urgent first"),
    Screen("case", "case-officer", "/cases/CASE-0010", "A case: its steps by phase, what is next"),
    Screen(
        "case-progress", "case-officer", "/cases/CASE-0010/progress", "How a case has progressed"
    ),
    Screen("grant", "finance-officer", "/grants/GRANT-0010", "A grant's money at a glance"),
    Screen(
        "grant-as-at",
        "case-officer",
        "/grants/GRANT-0002?as_at=2025-10-01",
        "A grant as at a past day: read-only, under a banner that says so",
    ),
    Screen("engagement", "case-officer", "/engagement", "England by region, tier and engagement"),
    Screen("budget", "finance-officer", "/budgets/2025-26", "A year's budget by heading"),
    Screen("grants", "finance-officer", "/grants", "Where grants go, and the register"),
    Screen("profile", "case-officer", "/councils/330/profile", "A council's indicators"),
    Screen("challenges", "case-officer", "/challenges", "Peer challenges over time"),
    Screen("replay", "auditor", "/audit/replay?ref=GRANT-0001", "A decision, rule by rule"),
    Screen(
        "report",
        "director",
        "/reports/executive?as_at=2026-03-31",
        "The report to the Executive, each figure with its events",
    ),
    Screen("search", "case-officer", "/search?q=front+door", "One search for everything"),
)


def take(browser: Browser, service: Service) -> None:
    """Every picture into docs/pictures, and the page that shows them."""
    folder = DOCS / "pictures"
    lines = ["# What it looks like", "", "Taken of the demonstration by `make screens`.", ""]
    for screen in SCREENS:
        page = sign_in(browser, service, screen.user)
        page.goto(screen.address)
        page.screenshot(
            path=folder / f"{screen.name}.png",
            full_page=True,
            clip={
                "x": 0,
                "y": 0,
                "width": 1200,
                "height": min(HIGHEST, page.evaluate("document.documentElement.scrollHeight")),
            },
        )
        page.context.close()
        lines += [f"## {screen.said}", "", f"![{screen.said}](pictures/{screen.name}.png)", ""]
    (DOCS / "screens.md").write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CASEWORK_DATA_DIR"] = folder
        url = embedded_database(Path(folder))
        installation = Installation(Settings(env="demo"), url)
        play_demo(installation, 1)
        installation.close()
        with chromium() as browser, running(url, enrol=False) as service:
            take(browser, service)
        leave_embedded(Path(folder))
