"""Every list by its name, and the trail beside them, for what is kept under a name."""

from domain.kernel import Refused
from service.lists.access import PERSONS, REPORTS, USERS
from service.lists.listing import Listing
from service.lists.money import (
    CONTRACTS,
    DELIVERABLES,
    GRANTS,
    HOSTING,
    LEDGER,
    PROGRAMMES,
    RETURNS,
    STAFF_TIME,
)
from service.lists.people import MENTORING, PEERS, PRACTICE, SESSIONS, SPECIALISTS
from service.lists.standing import (
    ASSESSMENTS,
    DAYS,
    ENGAGEMENT,
    ENTITLEMENT,
    LEADS,
    RECIPROCITY,
    REVIEWS,
)
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
    ENGAGEMENT,
    INSTRUMENTS,
    WARNINGS,
    LEADS,
    CASES,
    DECISIONS,
    REVIEWS,
    CHALLENGES,
    ENTITLEMENT,
    RECIPROCITY,
    ASSESSMENTS,
    GRANTS,
    CONTRACTS,
    DELIVERABLES,
    PROGRAMMES,
    HOSTING,
    STAFF_TIME,
    LEDGER,
    RETURNS,
    REPORTS,
    PEERS,
    SPECIALISTS,
    DAYS,
    MENTORING,
    SESSIONS,
    PRACTICE,
    USERS,
    PERSONS,
)

for _listing in LISTS:
    _listing.check()


def list_named(name: str) -> Listing:
    """A list by its name. Raises Refused ``not-found``."""
    for listing in LISTS:
        if listing.name == name:
            return listing
    raise Refused("not-found", f"There is no list called {name}: check the name.")
