"""Every list by its name, and the trail beside them, for what is kept under a name."""

from domain.kernel import Refused
from service.lists.listing import Listing
from service.lists.money import CONTRACTS, GRANTS, LEDGER, PROGRAMMES, RETURNS
from service.lists.people import MENTORING, PEERS, PRACTICE, SESSIONS
from service.lists.support import (
    CASES,
    CHALLENGES,
    COUNCILS,
    DECISIONS,
    INSTRUMENTS,
    WARNINGS,
)

LISTS: tuple[Listing, ...] = (
    COUNCILS,
    INSTRUMENTS,
    WARNINGS,
    CASES,
    DECISIONS,
    CHALLENGES,
    GRANTS,
    CONTRACTS,
    PROGRAMMES,
    LEDGER,
    RETURNS,
    PEERS,
    MENTORING,
    SESSIONS,
    PRACTICE,
)

for _listing in LISTS:
    _listing.check()


def list_named(name: str) -> Listing:
    """A list by its name. Raises Refused ``not-found``."""
    for listing in LISTS:
        if listing.name == name:
            return listing
    raise Refused("not-found", f"There is no list called {name}: check the name.")
