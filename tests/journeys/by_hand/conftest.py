"""What every journey by hand begins with: an installation of its own, and who is there."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from service.demo import DEMO_PASSWORD, enrol_demo_users
from service.installation import Installation
from tests.conftest import (
    fresh_database,
    low_cost_passwords,
    made_once,
    own_settings,
    running,
)
from tests.journeys.by_hand.people import People, Seen
from tests.journeys.steps import adopt_first_policy, register_councils

WAYS = ["with", "without"] if os.environ.get("CASEWORK_JOURNEYS") == "both" else ["some with"]
"""How many of a journey's people have JavaScript: all and none, or those that its file names."""


@pytest.fixture(scope="session")
def seen() -> Seen:
    """What axe was asked about in this run."""
    return set()


@pytest.fixture(scope="session")
def enrolled_once(postgres: str) -> str:
    """The name of a database with people who can sign in, and nothing else."""

    def enrol(url: str) -> None:
        installation = Installation(own_settings(), url)
        low_cost_passwords(installation)
        enrol_demo_users(installation, DEMO_PASSWORD)
        installation.close()

    return made_once(postgres, "enrolled", enrol)


@pytest.fixture(scope="session")
def registered_once(postgres: str, enrolled_once: str) -> str:
    """The name of a database with the register of councils and the first policy besides."""

    def register(url: str) -> None:
        with running(url, enrol=False) as service:
            register_councils(service)
            adopt_first_policy(service)

    return made_once(postgres, "registered", register, template=enrolled_once)


@pytest.fixture(scope="module", params=WAYS)
def people(request: pytest.FixtureRequest, browser: Browser, seen: Seen) -> Iterator[People]:
    """The people of a journey at a service of their own.

    The journey's module names in ``SCRIPTED`` who has JavaScript where only some have, and in
    ``BEGINS`` the fixture whose database it begins with.
    """
    scripted = {"with": None, "without": ()}.get(request.param, request.module.SCRIPTED)
    template = request.getfixturevalue(getattr(request.module, "BEGINS", "registered_once"))
    postgres = request.getfixturevalue("postgres")
    with (
        fresh_database(postgres, template=template) as url,
        running(url, enrol=False) as service,
    ):
        found = People(browser, service, scripted, seen)
        yield found
        found.close()
