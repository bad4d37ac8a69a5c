"""Who would mentor best: candidates ranked by what is known of them, each score explained."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from domain.councils import Region
from domain.kernel import CouncilCode, Frozen, PeerRef
from domain.people import PeerKind

METHOD = 2
"""The version of these rules, recorded with each ranking so that it can be read later.

Since 2, peer challenges to come count as workload besides matches.
"""

_THEMES, _OFFICE, _REGION, _NEXT_REGION = 30, 20, 15, 8
_SAME_PARTY, _BALANCE, _EXPERIENCE, _WORKLOAD = 10, 10, 10, 5


class MenteeOffice(StrEnum):
    """The office of somebody who is mentored."""

    LEAD_MEMBER = "lead member"
    LEADER = "leader of the council"
    SCRUTINY = "chair of scrutiny"
    DIRECTOR = "director of children's services"
    CHIEF_EXECUTIVE = "chief executive"
    ASSISTANT_DIRECTOR = "assistant director"
    SENIOR_MANAGER = "senior manager"

    @property
    def peers(self) -> tuple[PeerKind, ...]:
        """The kinds of peer who know this office from within."""
        return _KNOWN_BY[self]


_KNOWN_BY: Mapping[MenteeOffice, tuple[PeerKind, ...]] = {
    MenteeOffice.LEAD_MEMBER: (PeerKind.MEMBER,),
    MenteeOffice.LEADER: (PeerKind.MEMBER,),
    MenteeOffice.SCRUTINY: (PeerKind.MEMBER,),
    MenteeOffice.DIRECTOR: (PeerKind.DIRECTOR,),
    MenteeOffice.CHIEF_EXECUTIVE: (PeerKind.DIRECTOR,),
    MenteeOffice.ASSISTANT_DIRECTOR: (PeerKind.DIRECTOR, PeerKind.SENIOR_MANAGER),
    MenteeOffice.SENIOR_MANAGER: (PeerKind.SENIOR_MANAGER, PeerKind.SPECIALIST),
}


class Candidate(Frozen):
    """What is known of a peer when a mentor is looked for."""

    peer: PeerRef
    kind: PeerKind
    home_councils: tuple[CouncilCode, ...]
    """Their council, and those that succeeded it."""
    home_region: Region
    party: str | None = None
    themes: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    free_half_days: int = 0
    open_matches: int = 0
    """Matches, and peer challenges to come: their workload."""
    sessions_held: int = 0
    released_until: date | None = None
    available_until: date | None = None


class Wanted(Frozen):
    """What a mentor is looked for."""

    council: CouncilCode
    region: Region
    office: MenteeOffice
    themes: tuple[str, ...]
    party: str | None = None
    """Of a mentee who is a member."""
    half_days: int
    on: date
    declined: tuple[str, ...] = ()
    """Peers who declined this match, or whom the council declined."""


class Ranked(Frozen):
    """A candidate's score, part by part, and why they are excluded if they are."""

    peer: PeerRef
    score: int
    parts: dict[str, int]
    excluded: tuple[str, ...] = ()


_NEIGHBOURS: Mapping[Region, frozenset[Region]] = {
    Region.NORTH_EAST: frozenset({Region.NORTH_WEST, Region.YORKSHIRE}),
    Region.NORTH_WEST: frozenset(
        {Region.NORTH_EAST, Region.YORKSHIRE, Region.WEST_MIDLANDS, Region.EAST_MIDLANDS}
    ),
    Region.YORKSHIRE: frozenset({Region.NORTH_EAST, Region.NORTH_WEST, Region.EAST_MIDLANDS}),
    Region.EAST_MIDLANDS: frozenset(
        {Region.YORKSHIRE, Region.NORTH_WEST, Region.WEST_MIDLANDS, Region.EAST, Region.SOUTH_EAST}
    ),
    Region.WEST_MIDLANDS: frozenset(
        {Region.NORTH_WEST, Region.EAST_MIDLANDS, Region.SOUTH_WEST, Region.SOUTH_EAST}
    ),
    Region.EAST: frozenset({Region.EAST_MIDLANDS, Region.LONDON, Region.SOUTH_EAST}),
    Region.LONDON: frozenset({Region.EAST, Region.SOUTH_EAST}),
    Region.SOUTH_EAST: frozenset(
        {Region.LONDON, Region.EAST, Region.SOUTH_WEST, Region.EAST_MIDLANDS, Region.WEST_MIDLANDS}
    ),
    Region.SOUTH_WEST: frozenset({Region.SOUTH_EAST, Region.WEST_MIDLANDS}),
}


def rank(candidates: Sequence[Candidate], wanted: Wanted) -> list[Ranked]:
    """Candidates by score, at most 110, the excluded last with every reason.

    Shared themes count up to 30, knowing the office from within 20, the same region 15 (a
    neighbouring one 8), the mentee's own party 10, a party whose members are called upon least
    10, a session held before 1 each up to 10, and nobody else to mentor 5.
    """
    calls = _calls_by_party(candidates)
    ranked = [_ranked(candidate, wanted, calls) for candidate in candidates]
    return sorted(ranked, key=lambda r: (bool(r.excluded), -r.score, r.peer))


def _calls_by_party(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Running matches for each member peer of a party: who is called upon most."""
    running: dict[str, list[int]] = {}
    for candidate in candidates:
        if candidate.party:
            running.setdefault(candidate.party.casefold(), []).append(candidate.open_matches)
    return {party: sum(matches) / len(matches) for party, matches in running.items()}


def _ranked(candidate: Candidate, wanted: Wanted, calls: Mapping[str, float]) -> Ranked:
    themes = {theme.casefold() for theme in wanted.themes}
    shared = themes & {theme.casefold() for theme in candidate.themes}
    same = candidate.home_region == wanted.region
    near = wanted.region in _NEIGHBOURS[candidate.home_region]
    own_party = (
        wanted.party is not None
        and candidate.party is not None
        and candidate.party.casefold() == wanted.party.casefold()
    )
    parts = {
        "themes": _THEMES * len(shared) // len(themes) if themes else 0,
        "office": _OFFICE if candidate.kind in wanted.office.peers else 0,
        "region": _REGION if same else _NEXT_REGION if near else 0,
        "party": _SAME_PARTY if own_party else 0,
        "party balance": _balance(candidate.party, calls) if wanted.party else 0,
        "experience": min(_EXPERIENCE, candidate.sessions_held),
        "workload": max(0, _WORKLOAD - 2 * candidate.open_matches),
    }
    return Ranked(
        peer=candidate.peer,
        score=sum(parts.values()),
        parts=parts,
        excluded=_exclusions(candidate, wanted),
    )


def _balance(party: str | None, calls: Mapping[str, float]) -> int:
    most = max(calls.values(), default=0)
    if party is None:
        return 0
    return _BALANCE if not most else int(_BALANCE * (1 - calls[party.casefold()] / most))


def _exclusions(candidate: Candidate, wanted: Wanted) -> tuple[str, ...]:
    free, until = candidate.free_half_days, candidate.available_until
    released = candidate.released_until
    found = {
        "comes from the mentee's own council": wanted.council in candidate.home_councils,
        "has declared an interest in the council": wanted.council in candidate.interests,
        f"has {free} half-days free of {wanted.half_days} needed": free < wanted.half_days,
        f"was released by the employer until {released}": bool(released and released < wanted.on),
        f"was available until {until}": bool(until and until < wanted.on),
        "was declined for this match, or declined it": candidate.peer in wanted.declined,
    }
    return tuple(why for why, holds in found.items() if holds)
