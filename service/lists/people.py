"""Peers, specialists, mentoring, and the good practice that councils share."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from psycopg.sql import SQL

from domain.councils import Region
from domain.kernel import financial_year
from domain.mentoring import MatchStatus
from domain.people import PeerKind
from domain.policy import PolicyTheme
from domain.practice import Evidence
from projections.mentoring import MatchRow, SessionRow
from projections.people import DonatedDays, PeerRow
from projections.practice import PublishedPractice
from service import register
from service.desk import Fits, Reader
from service.desk.searching import Found
from service.figures import asking
from service.lists.listing import (
    Beside,
    Column,
    Filter,
    Kind,
    Listing,
    Made,
    distinct,
    holds,
    made_for,
    one_of,
    since,
    told,
    until,
)
from service.lists.support import COUNCIL, OF_COUNCIL
from service.practice import looked_for
from service.specialists import PlannedSupport, specialist_supply


class _Peers(NamedTuple):
    """The names of peers, and the days that they have pledged and given this year."""

    names: dict[str, str]
    days: dict[str, DonatedDays]
    year: str


def _peers(reading: Reader, rows: Sequence[PeerRow]) -> _Peers:
    known = register.read_all(reading.installation.store.datastore, [row.peer for row in rows])
    year = financial_year(reading.moment.on)
    days = {row.peer: row for row in reading.all(DonatedDays, {"year": year})}
    return _Peers({peer: data["name"] for peer, data in known.items()}, days, year)


def _days(field: str) -> Any:
    def given(row: PeerRow, beside: Beside) -> int:
        found = beside.more.days.get(row.peer)
        return getattr(found, field) if found else 0

    return given


def _given(field: str) -> Any:
    def figure(row: PeerRow, beside: Beside) -> str:
        where = {"peer": row.peer, "year": beside.more.year}
        return asking.total("donated-days", field, **where)

    return figure


PEERS = Listing(
    name="peers",
    path="/peers",
    title="Peers",
    noun="peer",
    needs="peer.read",
    view=PeerRow,
    order="peer",
    beside=_peers,
    columns=(
        Column("Peer", "peer", sort="peer"),
        Column("Name", lambda row, beside: beside.more.names.get(row.peer, row.peer)),
        Column("Kind", "kind", Kind.WORDS, sort="kind"),
        Column(
            "Home",
            lambda row, beside: beside.councils.get(row.home_council, ""),
            sort="home_council",
            by_name=True,
        ),
        Column("Region", "home_region.label", sort="home_region"),
        Column("Party", "party", sort="party"),
        Column("Themes", "themes", Kind.LIST),
        *(
            Column(heading, _days(field), Kind.HALVES, figure=_given(field))
            for heading, field in (
                ("Pledged", "pledged"),
                ("Reserved", "reserved"),
                ("Given", "delivered"),
            )
        ),
        Column("State", lambda row, _: "Active" if row.active else "Stood down", sort="active"),
    ),
    filters=(
        Filter("kind", "Kind", one_of(PeerKind)),
        Filter("home_region", "Region", one_of(Region)),
        Filter("party", "Party", distinct(PeerRow, "party")),
        Filter(
            "state",
            "State",
            one_of(("active", "stood down")),
            fits=lambda said: Fits(SQL("active = %s"), [said == "active"]),
        ),
        Filter("theme", "Theme", fits=holds("themes")),
        Filter("peer", "Peer", hint="PEER-0001"),
    ),
    empty="No peer is on the register yet. A case officer registers them as they come forward.",
)

_PRIORITY = Filter(
    "policy_theme", "Policy priority", one_of(PolicyTheme), fits=holds("policy_themes")
)


def _to_match(row: Any, _: Any) -> str:
    return f"/mentoring/{row.match}"


MENTORING = Listing(
    name="mentoring",
    path="/mentoring",
    title="Mentoring",
    noun="match",
    needs="mentoring.read",
    view=MatchRow,
    order="match",
    columns=(
        Column("Match", "match", sort="match", href=_to_match),
        OF_COUNCIL,
        Column("For", "mentee_office", Kind.WORDS, sort="mentee_office"),
        Column("Status", "status", Kind.WORDS, sort="status"),
        Column("Mentor", "peer", sort="peer"),
        Column("Sessions", "sessions_held", Kind.WHOLE, sort="sessions_held"),
        Column("Days given", "half_days_delivered", Kind.HALVES, sort="half_days_delivered"),
        Column("Last session", "last_session_on", Kind.DAY, sort="last_session_on"),
    ),
    filters=(
        _PRIORITY,
        Filter("status", "Status", one_of(MatchStatus)),
        Filter("region", "Region", one_of(Region)),
        COUNCIL,
        Filter("peer", "Mentor", hint="PEER-0001"),
    ),
    empty="No mentoring has been requested yet. A case officer requests it for somebody at a"
    " council with an open case.",
    begin=("request_mentoring",),
)

SESSIONS = Listing(
    name="sessions",
    path="/mentoring/sessions",
    title="Mentoring log",
    noun="session",
    needs="mentoring.read",
    view=SessionRow,
    order="-held_on",
    columns=(
        Column("Date", "held_on", Kind.DAY, sort="held_on"),
        Column("Match", "match", sort="match", href=_to_match),
        OF_COUNCIL,
        Column("State", "state", Kind.WORDS, sort="state"),
        Column("Minutes", "minutes", Kind.WHOLE, sort="minutes"),
        Column("Mode", "mode", Kind.WORDS, sort="mode"),
        Column("Themes", "themes", Kind.LIST),
    ),
    filters=(
        Filter("state", "State", one_of(("scheduled", "held", "cancelled"))),
        COUNCIL,
        Filter("from_day", "From", fits=since("held_on"), day=True),
        Filter("to_day", "To", fits=until("held_on"), day=True),
    ),
    empty="No session is on record yet. One is planned or recorded once mentor and council have"
    " accepted a match.",
    begin=("schedule_session", "hold_session"),
)


def _specialists(reading: Reader, _: Mapping[str, str]) -> list[PlannedSupport]:
    return specialist_supply(reading).waiting


def _planned(row: PlannedSupport, _: Beside) -> str:
    return asking.field("case-page", row.case, f"items[{row.item}].planned_half_days")


SPECIALISTS = Listing(
    name="specialists",
    path="/specialists",
    title="Support that waits for a specialist",
    noun="item",
    needs="peer.read",
    view=Made(_specialists),
    columns=(
        Column(
            "Case", "case", sort="case", href=lambda _, case: f"/cases/{case}", needs="case.read"
        ),
        OF_COUNCIL,
        Column("Support", "description", sort="description"),
        Column("Provider", "provider", sort="provider"),
        Column("Themes", "themes", Kind.LIST),
        Column(
            "Days planned", "planned_half_days", Kind.HALVES, "planned_half_days", figure=_planned
        ),
    ),
    filters=(
        Filter(
            "theme",
            "Theme",
            lambda reading: [(t.theme, told(t.theme)) for t in specialist_supply(reading).themes],
            fits=lambda said: lambda row: said in row.themes,
        ),
        COUNCIL,
        Filter("case", "Case", hint="CASE-0001"),
    ),
    empty="No support waits for a specialist.",
)


def _looked_for(reading: Reader, asked: Mapping[str, str]) -> list[Found[PublishedPractice]]:
    """Published examples as the search box asks for them, the best match first."""
    level, priority = asked["level"], asked["policy_theme"]
    return looked_for(
        reading,
        asked["q"],
        asked["theme"],
        Evidence(level) if level else None,
        PolicyTheme(priority) if priority else None,
    )


def _of_council(found: Found[PublishedPractice], beside: Beside) -> str:
    return beside.councils.get(found.row.council, found.row.council)


PRACTICE = Listing(
    name="practice",
    path="/practice",
    title="Good practice",
    noun="example",
    needs="practice.read",
    view=Made(_looked_for),
    limit=20,
    columns=(
        Column("Example", "row.practice", sort="practice"),
        Column("Title", "row.title", sort="title"),
        Column("Council", _of_council, sort="council"),
        Column("Level of evidence", "row.level", Kind.WORDS, sort="level"),
        Column("Published", "row.published_on", Kind.DAY, sort="published_on"),
        Column("Themes", "row.themes", Kind.LIST),
        Column("Summary", "row.summary"),
    ),
    filters=(
        Filter("q", "Search for", fits=made_for),
        Filter("theme", "Theme", fits=made_for),
        _PRIORITY._replace(fits=made_for),
        Filter("level", "Level of evidence", one_of(Evidence), fits=made_for),
    ),
    empty="No example has been submitted yet. A council or a case officer submits one.",
)
