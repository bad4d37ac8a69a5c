"""A fresh installation: where there is nothing, each page says who begins and leads there."""

import re
from html import unescape

import pytest

from domain.access import PERMISSIONS
from service.desk import Routes
from service.lists.every import LISTS
from service.lists.listing import Listing
from tests.conftest import Service

USERS = ("case-officer", "council-contact")
FULL = ("practice", "users")
"""Lists that say it in their own way, and the people that every installation begins with."""
NAMES = [listing.name for listing in LISTS]


def shown(service: Service, user: str, address: str) -> str:
    """What the page's main part says, with its links as they are."""
    answer = service.client(user).get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return unescape(answer.text.split("<main", maxsplit=1)[1].split("</main>", maxsplit=1)[0])


def listing_of(name: str) -> Listing:
    return next(listing for listing in LISTS if listing.name == name)


def somebody(listing: Listing, *, may: str = "", may_not: str = "") -> str:
    """A user who sees a list, and may or may not do something."""
    return next(
        role.value
        for role, held in PERMISSIONS.items()
        if listing.needs in held and (not may or may in held) and may_not not in held
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_list_says_who_begins_and_leads_those_who_may(service: Service, name: str) -> None:
    listing = listing_of(name)
    page = shown(service, somebody(listing), listing.path)
    if name not in FULL:
        assert listing.empty in page
        assert "rows as CSV" not in page
    needs = {route.name: route.needs for route in Routes.commands}
    for step in filter(needs.__contains__, listing.begin):
        may, may_not = somebody(listing, may=needs[step]), somebody(listing, may_not=needs[step])
        form = f'href="/do/{step}'
        assert form in shown(service, may, listing.path)
        assert form not in shown(service, may_not, listing.path)
        assert form not in shown(service, may, f"{listing.path}?as_at=1")


def test_a_list_whose_filters_leave_nothing_leads_back_to_all_of_it(service: Service) -> None:
    page = shown(service, "case-officer", "/cases?region=london")
    assert (
        'Nothing fits the filters. Take one off above, or <a class="govuk-link" href="/cases"'
        in page
    )
    assert listing_of("cases").empty not in page


@pytest.mark.parametrize("user", USERS)
def test_every_page_of_each_role_stands_with_nothing_in_it(service: Service, user: str) -> None:
    client, tried = service.client(user), 0
    for method, path in Routes.needs:
        if method != "GET" or "{" in path or path.startswith("/api/"):
            continue
        answer = client.get(path)
        assert answer.status_code in (200, 403, 422), path
        if answer.status_code != 200:
            continue
        tried += 1
        assert "Nothing here yet." not in answer.text, path
        assert "matches." not in re.sub(r"<[^>]+>", "", answer.text), path
    assert tried > 20


def test_the_register_is_what_comes_first(service: Service) -> None:
    page = shown(service, "case-officer", "/")
    assert "No council is on the register yet." in page
    assert 'href="/work">Import the register of councils</a>' in page
    assert "No council is on the register yet." not in shown(service, "peer", "/")
    nowhere = shown(service, "regional-lead", "/regions/north-west")
    assert 'href="/do/nominate_regional_lead?region=north-west"' in nowhere
