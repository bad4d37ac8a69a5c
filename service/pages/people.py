"""Mentoring and peers."""

from typing import NamedTuple

from fastapi import Request
from fastapi.responses import Response

from domain.kernel import financial_year
from domain.mentoring import MatchStatus
from projections.mentoring import MatchingRow, MatchRow, SessionRow
from projections.people import PeerRow
from service import register
from service.desk import Reader, Reading, Router, page
from service.lists.people import MENTORING, PEERS, SESSIONS
from service.mentoring import Ranking, list_candidates
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
    matching = reading.all(MatchingRow, {"match": match}, order="matching")
    choice = _choice(reading, row)
    peers = [row.peer] if row.peer else []
    peers += [ranked.peer for each in matching for ranked in each.candidates]
    peers += list(choice.peers) if choice else []
    named = peers if reading.sees("peer.read") else []
    persons = register.read_all(reading.installation.store.datastore, named)
    people = {peer: data["name"] for peer, data in persons.items()}
    return render(
        request,
        "mentoring/match.html",
        reading=reading,
        row=row,
        council=names_of(reading)[row.council],
        matching=matching,
        people=people,
        choice=choice,
        sessions=reading.all(SessionRow, {"match": match}, order="session"),
        history=history(request, reading, people, match=match),
    )


class _Choice(NamedTuple):
    """Who could mentor, ranked, for whoever chooses."""

    ranking: Ranking
    peers: dict[str, PeerRow]


def _choice(reading: Reader, row: MatchRow) -> _Choice | None:
    """What a mentor is chosen from, where one is looked for and the reader may choose."""
    wanted = row.status is MatchStatus.REQUESTED and not reading.moment.is_past
    if not (wanted and reading.sees("mentoring.arrange")):
        return None
    ranking = list_candidates(match=row.match, reading=reading)
    peers = {peer.peer: peer for peer in reading.under("peer.read").all(PeerRow, {"active": True})}
    return _Choice(ranking, peers)


@page(router, "/peers", needs="peer.read")
def peer_list(request: Request, reading: Reading) -> Response:
    """Peers with the time that they have pledged and given this year."""
    year = financial_year(reading.moment.on)
    return listed(request, "people/peers.html", reading, PEERS, year=year)
