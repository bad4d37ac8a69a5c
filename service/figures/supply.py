"""What the figures of member peers' supply and demand are, with those of the forecast."""

from datetime import date
from typing import Any, NamedTuple

from domain.councils import Region
from domain.mentoring import MatchStatus, MenteeOffice
from domain.people import PeerKind
from projections.supply import HALF_DAYS_A_CALL, NO_PARTY, Supply, months_before
from service.figures import asking

_OFFICES = [office for office in MenteeOffice if PeerKind.MEMBER in office.peers]
"""Those who are mentored by elected members."""


def supply_of(by: str = "", name: str = "") -> dict[str, str]:
    """What each figure of a line of supply and demand is, to be opened up.

    ``by`` is region, party or theme, and ``name`` the line's; without them it is all.
    """
    peers, calls = _named(by, name)
    members = {"kind": PeerKind.MEMBER, "active": True, **peers}
    requests = asking.count(
        "match-row", status=MatchStatus.REQUESTED, mentee_office=_OFFICES, **calls
    )
    # A challenge has no party: none is counted in a party's line.
    challenges = (
        "" if by == "party" else asking.count("challenge-row", lacks_a_member=True, **calls)
    )
    ready = asking.count("peer-row", ready=True, **members)
    demand = asking.plus([each for each in (requests, challenges) if each])
    return {
        "members": asking.count("peer-row", **members),
        "ready": ready,
        "free_half_days": asking.total("peer-row", "free_half_days", ready=True, **members),
        "requests": requests,
        "challenges": challenges,
        "demand": demand,
        "short": asking.made("short", demand, ready),
    }


def _named(by: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The conditions on peers, and on what calls for them, that make up a line."""
    match by:
        case "region":
            region = next((each for each in Region if each.label == name), name)
            return {"home_region": region}, {"region": region}
        case "party":
            party = "" if name == NO_PARTY else name
            return {"party": party}, {"mentee_party": party}
        case "theme":
            themes = {"themes": sorted({name, name.casefold()})}
            return themes, themes
    return {}, {}


class Ahead(NamedTuple):
    """What each figure of a quarter to come is."""

    waiting: str
    """Empty of a quarter on which no open call falls."""
    expected: str
    needed: str
    free: str
    gap: str


def calls_of(found: Supply) -> str:
    """What the calls in the months of the run rate are."""
    since = months_before(found.on, found.months)

    def within(field: str) -> tuple[str, str]:
        return asking.fits(field, ">", since), asking.fits(field, "<=", found.on)

    return asking.plus(
        [
            asking.count("match-row", *within("requested_on"), mentee_office=_OFFICES),
            asking.count("challenge-row", *within("agreed_on")),
        ]
    )


def forecast_of(found: Supply) -> list[Ahead]:
    """What each figure of the quarters to come is, to be opened up: one for each of them."""
    waiting = supply_of()["demand"]
    expected = asking.part(calls_of(found), 3, found.months)
    needed: dict[str, str] = {}
    told = []
    for nth, quarter in enumerate(found.forecast):
        calls = expected if nth else asking.plus([waiting, expected])
        days = asking.times(calls, HALF_DAYS_A_CALL, "half-days")
        before = needed.get(quarter.year)
        needed[quarter.year] = asking.plus([before, days]) if before else days
        free = _free_on(quarter.first_day)
        told.append(
            Ahead(
                waiting="" if nth else waiting,
                expected=expected,
                needed=needed[quarter.year],
                free=free,
                gap=asking.made("short", needed[quarter.year], free),
            )
        )
    return told


def _free_on(day: date) -> str:
    """The half-days that members have free in a day's year who can be called on from it."""
    return asking.total(
        "peer-row",
        f"free_half_days:{day}",
        asking.fits("accreditations", "!=", None),
        asking.fits("released_until", ">=", day),
        kind=PeerKind.MEMBER,
        active=True,
    )
