"""What the walk through the states begins with, and the counts that it ends with."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.conftest import Service, running
from tests.journeys.states.looking import Looker, Looking, Opened

COUNTED = "looked at"


@pytest.fixture(scope="session")
def opened() -> Opened:
    """What this worker has opened in a browser."""
    return Opened()


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    """The demonstration, served."""
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture
def looking(
    browser: Browser,
    played: Service,
    opened: Opened,
    record_property: Callable[[str, object], None],
) -> Iterator[Looking]:
    """Makes lookers of users; what is wrong with anything that any of them saw fails the test."""
    made: list[Looker] = []

    def look(user: str) -> Looker:
        made.append(Looker(browser, played, user, opened))
        return made[-1]

    yield look
    for looker in made:
        looker.close()
    record_property(COUNTED, dict(sum((looker.counts for looker in made), Counter[str]())))
    assert [fault for looker in made for fault in looker.faults] == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was looked at, by all workers."""
    counts: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == COUNTED and getattr(report, "when", "") == "teardown":
                    counts.update(value)
    if counts:
        told = ", ".join(f"{number:,} {what}" for what, number in sorted(counts.items()))
        terminalreporter.write_line(f"Looked at: {told}.")
