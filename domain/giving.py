"""What mentoring and peer challenge ask of a peer: time reserved, given, and freed again.

Time moves in the peer's own stream, in the save that records what it is for.
"""

from datetime import date

from domain.kernel import (
    CaseRef,
    ChallengeRef,
    CouncilCode,
    Event,
    Frozen,
    MatchRef,
    Refused,
    financial_year,
)
from domain.people import DaysDelivered, DaysReleased, DaysReserved, Peer, must_be_active


class For(Frozen):
    """What time is given for: a match, with its case, or a challenge; and the council."""

    match: MatchRef | None = None
    case: CaseRef | None = None
    challenge: ChallengeRef | None = None
    council: CouncilCode

    @property
    def reference(self) -> str:
        """The match or the challenge."""
        return self.match or self.challenge or ""


def reserve(peer: Peer, what: For, year: str, half_days: int) -> list[Event]:
    """Reserve pledged time of a financial year: never more than is free."""
    must_be_active(peer)
    _free(peer, year, half_days)
    return [DaysReserved(peer=peer.peer, year=year, half_days=half_days, **dict(what))]


def _free(peer: Peer, year: str, half_days: int) -> None:
    free = peer.in_year(year).free
    if half_days > free:
        raise Refused(
            "days-exhausted",
            f"{peer.peer} has {free} half-days free in {year}, and {half_days} are asked for:"
            " record what they pledge in that year first, or ask for less.",
            year=year,
            free=free,
            asked=half_days,
        )


def release_rest(peer: Peer, what: For) -> list[Event]:
    """Free what is still reserved for a match or challenge, in every year."""
    return [
        DaysReleased(peer=peer.peer, year=year, half_days=left, **dict(what))
        for year, left in sorted(peer.reserved_for(what.reference).items())
    ]


def deliver(peer: Peer, what: For, on: date, half_days: int) -> list[Event]:
    """Give reserved time, in the financial year of a day: never more than is reserved.

    What was reserved in another year and not given there is moved to the day's year first,
    if that year's pledge has room.
    """
    year, held = financial_year(on), peer.reserved_for(what.reference)
    if half_days > sum(held.values()):
        raise Refused(
            "over-reserved",
            f"{sum(held.values())} half-days are left of what was reserved for {what.reference},"
            f" and {half_days} were given: reserve more first.",
            reserved=sum(held.values()),
            asked=half_days,
        )
    moved: list[Event] = []
    missing = half_days - held.get(year, 0)
    if missing > 0:
        _free(peer, year, missing)
        for other, left in sorted(held.items()):
            taken = min(left, missing) if other != year else 0
            if taken:
                missing -= taken
                moved.append(
                    DaysReleased(peer=peer.peer, year=other, half_days=taken, **dict(what))
                )
        short = half_days - held.get(year, 0)
        moved.append(DaysReserved(peer=peer.peer, year=year, half_days=short, **dict(what)))
    given = DaysDelivered(peer=peer.peer, year=year, half_days=half_days, **dict(what))
    return [*moved, given]
