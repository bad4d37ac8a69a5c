"""Mentoring and peers."""

from fastapi import Request
from fastapi.responses import Response

from domain.kernel import financial_year
from projections.mentoring import MatchingRow, MatchRow, SessionRow
from service.desk import Reading, Router, page
from service.lists.people import MENTORING, PEERS, SESSIONS
from service.pages.render import listed, render
from service.pages.timeline import history, names_of

router = Router()


@page(router, "/mentoring", needs="mentoring.read")
def mentoring_log(request: Request, reading: Reading) -> Response:
    """Mentoring matches."""
    return listed(request, "mentoring/mentoring.html", reading, MENTORING)


@page(router, "/mentoring/sessions", needs="mentoring.read")
def session_log(request: Request, reading: Reading) -> Response:
    """The log of mentoring sessions."""
    return listed(request, "mentoring/sessions.html", reading, SESSIONS)


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
    return listed(request, "people/peers.html", reading, PEERS, year=year)
