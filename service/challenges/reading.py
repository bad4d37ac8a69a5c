"""Peer challenges over HTTP: what is read."""

from datetime import date
from typing import Annotated

from fastapi import Query

from domain.challenges import ChallengeKind, ChallengeStatus, Draw, Exchange, draw_triads
from domain.councils import Council, Region
from domain.kernel import ChallengeRef, CouncilCode, Frozen, PeerRef, Refused, financial_year
from domain.people import Days, PeerKind
from projections.challenges import ChallengeRow, CouncilExchange, Exchanged, Standing
from projections.people import PeerRow
from service.challenges.looking import challenge_seen, challenges_seen, councils_seen, whole
from service.desk import Page, Reader, Reading, query, router_for

router = router_for("challenges")


class Entitlement(Frozen):
    """A council's entitlement to a corporate peer challenge every three years."""

    council: CouncilCode
    name: str
    region: Region
    last_conducted_on: date | None
    last_challenge: str | None
    due_on: date
    scheduled_on: date | None
    standing: Standing
    covered: bool
    """It has had one, and is not due another yet."""


class Coverage(Frozen):
    """How many councils of a region have had theirs in the last three years."""

    region: Region
    councils: int
    covered: int
    """Conducted, and not yet due again."""
    scheduled: int
    overdue: int


class Reciprocity(Frozen):
    """What a council gave in others' challenges and received in its own, in half-days."""

    council: CouncilCode
    name: str
    region: Region
    given: tuple[Exchanged, ...]
    received: tuple[Exchanged, ...]
    half_days_given: int
    half_days_received: int
    balance: int
    """Given less received."""


class RegionReciprocity(Frozen):
    """What a region's councils gave and received, in half-days."""

    region: Region
    half_days_given: int
    half_days_received: int
    councils_giving: int
    councils_receiving: int


class Candidate(Frozen):
    """A peer as a team is put together: what speaks against them, if anything does."""

    peer: PeerRef
    kind: PeerKind
    home_council: CouncilCode
    home_region: Region
    themes: tuple[str, ...]
    free_half_days: int
    workload: int
    excluded: tuple[str, ...]
    reason_needed: str | None = None
    """Where their council is challenged by the host: assigning them needs a reason."""


def entitlement_of(row: CouncilExchange, on: date) -> Entitlement:
    """Where a council stands on a day."""
    return Entitlement(
        due_on=row.due_on,
        scheduled_on=row.scheduled_on,
        standing=row.standing(on),
        covered=row.covered(on),
        **row.model_dump(
            include={"council", "name", "region", "last_conducted_on", "last_challenge"}
        ),
    )


def coverage_of(rows: list[Entitlement], on: date) -> list[Coverage]:
    """Coverage by region."""
    found = []
    for region in Region:
        theirs = [row for row in rows if row.region == region]
        if theirs:
            found.append(
                Coverage(
                    region=region,
                    councils=len(theirs),
                    covered=sum(r.covered for r in theirs),
                    scheduled=sum(r.scheduled_on is not None for r in theirs),
                    overdue=sum(r.standing == "overdue" for r in theirs),
                )
            )
    return found


def reciprocity_of(row: CouncilExchange) -> Reciprocity:
    """What a council gave and received."""
    given, received = row.half_days_given, row.half_days_received
    return Reciprocity(
        half_days_given=given,
        half_days_received=received,
        balance=given - received,
        **{n: getattr(row, n) for n in ("council", "name", "region", "given", "received")},
    )


def reciprocity_by_region(rows: list[Reciprocity]) -> list[RegionReciprocity]:
    """What regions gave and received."""
    found = []
    for region in Region:
        theirs = [row for row in rows if row.region == region]
        if theirs:
            found.append(
                RegionReciprocity(
                    region=region,
                    half_days_given=sum(r.half_days_given for r in theirs),
                    half_days_received=sum(r.half_days_received for r in theirs),
                    councils_giving=sum(bool(r.given) for r in theirs),
                    councils_receiving=sum(bool(r.received) for r in theirs),
                )
            )
    return found


def drawn(
    reading: Reader,
    councils: list[str],
    region: str | None,
    seed: int,
    mutual: list[str],
) -> Draw:
    """Triads among these councils, or a region's, by what is remembered at the moment."""
    seen = {row.council for row in councils_seen(reading)}
    if unseen := sorted(set(councils) - seen):
        raise Refused("not-found", f"There is no {', '.join(unseen)} in your scope.")
    chosen = councils or [row.council for row in councils_seen(reading, region)]
    at, on = reading.moment.position, reading.moment.on
    store = reading.installation.store
    exchanges = [store.load(Exchange(council=council), at=at) for council in chosen]
    challenged = [
        (challenger, exchange.council)
        for exchange in exchanges
        for challenger in chosen
        if exchange.challenged_by(challenger, on)
    ]
    pairs = [tuple(pair.split("-", 1)) for pair in mutual]
    return draw_triads(chosen, seed, challenged, [(p[0], p[1]) for p in pairs if len(p) == 2])


def candidates_for(reading: Reader, row: ChallengeRow) -> list[Candidate]:
    """Active peers for a team, those without a hindrance and with the least to do first."""
    store, on = reading.installation.store, reading.moment.on
    day = max(on, row.first_day or on)
    year = financial_year(day)
    peers = whole(reading).all(PeerRow, {"active": True})
    codes = sorted({peer.home_council for peer in peers})
    at = reading.moment.position
    homes = {code: store.load(Council(council=code), at=at) for code in codes}
    exchanges = {code: store.load(Exchange(council=code), at=at) for code in codes}
    team = {seat.peer for seat in row.team}
    found = []
    for peer in peers:
        home = peer.home_council
        free = peer.days.get(year, Days()).free
        hindrances = {
            "comes from the host council": row.council in (home, *homes[home].successors),
            "has declared an interest in the host council": row.council in peer.interests,
            f"has no half-day free in {year}": free <= 0,
            f"was released by the employer until {peer.released_until}": bool(
                peer.released_until and peer.released_until < day
            ),
            "is on the team already": peer.peer in team,
        }
        own = exchanges[home].challenged_by(row.council, on) if row.mutual_with != home else []
        found.append(
            Candidate(
                peer=peer.peer,
                kind=peer.kind,
                home_council=home,
                home_region=peer.home_region,
                themes=peer.themes,
                free_half_days=free,
                workload=len(peer.matches) + len(peer.challenges),
                excluded=tuple(why for why, holds in hindrances.items() if holds),
                reason_needed=f"{row.council} challenges {home} in {', '.join(own)}"
                if own
                else None,
            )
        )
    return sorted(
        found,
        key=lambda c: (bool(c.excluded), bool(c.reason_needed), c.workload, c.peer),
    )


@query(router, "/challenges", needs="challenge.read")
def list_challenges(
    reading: Reading,
    region: Region | None = None,
    council: CouncilCode | None = None,
    kind: ChallengeKind | None = None,
    status: ChallengeStatus | None = None,
    from_: Annotated[date | None, Query(alias="from", description="First day from")] = None,
    to: Annotated[date | None, Query(description="First day up to")] = None,
) -> Page[ChallengeRow]:
    """Peer challenges: the calendar is the list sorted by first_day."""
    looking, where = challenges_seen(reading)
    return looking.page(
        ChallengeRow,
        where={**where, "region": region, "council": council, "kind": kind, "status": status},
        ranges={"first_day": (from_, to)},
    )


@query(router, "/challenges/entitlement", needs="challenge.read")
def list_entitlement(
    reading: Reading, region: Region | None = None, standing: Standing | None = None
) -> list[Entitlement]:
    """Every council's entitlement to a corporate peer challenge: last, due, overdue, scheduled."""
    rows = [entitlement_of(row, reading.moment.on) for row in councils_seen(reading, region)]
    return [row for row in rows if standing in (None, row.standing)]


@query(router, "/challenges/coverage", needs="challenge.read")
def show_coverage(reading: Reading) -> list[Coverage]:
    """Coverage by region."""
    on = reading.moment.on
    return coverage_of([entitlement_of(row, on) for row in councils_seen(reading)], on)


@query(router, "/challenges/reciprocity", needs="challenge.read")
def list_reciprocity(reading: Reading, region: Region | None = None) -> list[Reciprocity]:
    """Who has given time in others' challenges and who has received it, by council."""
    rows = reading.all(CouncilExchange, {"region": region}, order="name")
    return [reciprocity_of(row) for row in rows]


@query(router, "/challenges/reciprocity/regions", needs="challenge.read")
def show_regional_reciprocity(reading: Reading) -> list[RegionReciprocity]:
    """What regions have given and received."""
    return reciprocity_by_region([reciprocity_of(row) for row in reading.all(CouncilExchange)])


@query(router, "/challenges/triads", needs="challenge.run")
def show_triads(
    reading: Reading,
    council: Annotated[list[CouncilCode], Query(description="Chosen councils")] = [],  # noqa: B006
    region: Annotated[Region | None, Query(description="Or all of a region")] = None,
    seed: Annotated[int, Query(ge=0, le=10**9)] = 1,
    mutual: Annotated[
        list[Annotated[str, Query(pattern=r"^\d{3}-\d{3}$")]],
        Query(description="Pairs meant to be mutual, as 330-331"),
    ] = [],  # noqa: B006
) -> Draw:
    """Draw triads so that nobody challenges their own challenger: the same seed, the same draw."""
    return drawn(reading, list(council), region, seed, list(mutual))


@query(router, "/challenges/{challenge}", needs="challenge.read")
def show_challenge(challenge: ChallengeRef, reading: Reading) -> ChallengeRow:
    """A peer challenge, whole."""
    return challenge_seen(reading, challenge)


@query(router, "/challenges/{challenge}/candidates", needs="challenge.run")
def list_team_candidates(challenge: ChallengeRef, reading: Reading) -> list[Candidate]:
    """Peers for the team, each with what speaks against them."""
    return candidates_for(reading, reading.item(ChallengeRow, challenge))
