"""Mentoring and peers."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.kernel import financial_year
from domain.policy import PolicyTheme
from projections.mentoring import MatchingRow, MatchRow, SessionRow
from projections.people import DonatedDays, PeerRow
from service import register
from service.desk import Reading, page
from service.mentoring import matches
from service.pages.board import picked
from service.pages.render import render
from service.pages.timeline import history, names_of

router = APIRouter()


@page(router, "/mentoring", needs="mentoring.read")
def mentoring_log(request: Request, reading: Reading, policy_theme: str = "") -> Response:
    """Matches and the log of sessions."""
    priority = picked(PolicyTheme, policy_theme)
    return render(
        request,
        "mentoring/mentoring.html",
        reading=reading,
        matches=matches(reading, {}, priority),
        priorities=list(PolicyTheme),
        chosen=priority.value if priority else "",
        sessions=reading.all(SessionRow, order="-held_on", limit=300),
        councils=names_of(reading),
    )


@page(router, "/mentoring/{match}", needs="mentoring.read")
def match_page(request: Request, match: str, reading: Reading) -> Response:
    """A match: why this mentor, the others considered, sessions and objectives."""
    row = reading.item(MatchRow, match)
    return render(
        request,
        "mentoring/match.html",
        reading=reading,
        row=row,
        council=names_of(reading)[row.council],
        matching=reading.all(MatchingRow, {"match": match}, order="matching"),
        sessions=reading.all(SessionRow, {"match": match}, order="session"),
        history=history(request, reading, match=match),
    )


@page(router, "/peers", needs="peer.read")
def peer_list(request: Request, reading: Reading) -> Response:
    """Peers with the time that they have pledged and given this year."""
    year = financial_year(reading.moment.on)
    rows = reading.all(PeerRow, order="peer")
    store = reading.installation.store.datastore
    return render(
        request,
        "people/peers.html",
        reading=reading,
        rows=rows,
        year=year,
        people={row.peer: register.read(store, row.peer)["name"] for row in rows},
        days={row.peer: row for row in reading.all(DonatedDays, {"year": year})},
        councils=names_of(reading),
    )
