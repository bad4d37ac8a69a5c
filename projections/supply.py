"""Supply of member peers against demand, by region, party and theme, with a simple forecast.

Ready is a member peer who is active, accredited, released by their council on the day and has
time free in the year. Demand are requests of elected members for a mentor that have none yet,
and peer challenges to come without an elected member on the team. The forecast takes the run
rate of both over the last months, rounds it up to whole calls a quarter, and sets the time that
they take against the time that ready members have free in the year of that quarter.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pydantic import computed_field

from domain.kernel import Frozen, financial_year
from domain.mentoring import MatchStatus, MenteeOffice
from domain.people import PeerKind
from projections.challenges import ChallengeRow
from projections.mentoring import MatchRow
from projections.people import PeerRow

NO_PARTY = "Not stated"
HALF_DAYS_A_CALL = 8
"""What a call on a member peer is planned at: four days, a match's or a challenge's."""


class SupplyLine(Frozen):
    """Supply and demand under one heading: a region, a party or a theme."""

    name: str
    members: int
    """Active member peers."""
    ready: int
    free_half_days: int
    """Of the ready ones, in the year."""
    requests: int
    """Requests that wait for a mentor."""
    challenges: int
    """Challenges to come without an elected member."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def demand(self) -> int:
        """Member peers called for."""
        return self.requests + self.challenges

    @computed_field  # type: ignore[prop-decorator]
    @property
    def short(self) -> int:
        """Members called for beyond those who are ready."""
        return max(0, self.demand - self.ready)


class QuarterAhead(Frozen):
    """What a quarter to come is likely to ask for."""

    quarter: str
    first_day: date
    year: str
    waiting: int
    """Calls open now: they fall on the first quarter."""
    expected: int
    """New calls at the run rate."""
    needed_half_days: int
    """For both, and for the quarters before it in the same financial year."""
    free_half_days: int
    gap_half_days: int
    """Needed and not free; 0 where time is left."""


class Supply(Frozen):
    """The whole picture on a day."""

    on: date
    year: str
    months: int
    calls_in_months: int
    """Requests made and challenges agreed in these months: the run rate's numerator."""
    total: SupplyLine
    regions: tuple[SupplyLine, ...]
    parties: tuple[SupplyLine, ...]
    themes: tuple[SupplyLine, ...]
    forecast: tuple[QuarterAhead, ...]


def months_before(day: date, months: int) -> date:
    """The day so many months before, or the month's last if it is shorter."""
    month = day.year * 12 + day.month - 1 - months
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _for_members(match: MatchRow) -> bool:
    return PeerKind.MEMBER in MenteeOffice(match.mentee_office).peers


def supply(
    peers: Iterable[PeerRow],
    matches: Iterable[MatchRow],
    challenges: Iterable[ChallengeRow],
    on: date,
    months: int = 6,
) -> Supply:
    """Supply and demand of member peers on a day, and the next two quarters."""
    members = [p for p in peers if p.kind == PeerKind.MEMBER and p.active]
    asked = [m for m in matches if _for_members(m)]
    waiting = [m for m in asked if m.status == MatchStatus.REQUESTED]
    every = list(challenges)
    lacking = [c for c in every if c.lacks_a_member]
    since = months_before(on, months)
    calls = sum(since < m.requested_on <= on for m in asked)
    calls += sum(since < c.agreed_on <= on for c in every)
    year = financial_year(on)
    regions = sorted(
        {p.home_region for p in members} | {m.region for m in waiting} | {c.region for c in lacking}
    )
    parties = sorted({p.party or "" for p in members} | {m.mentee_party or "" for m in waiting})
    themes = sorted(
        {_plain(theme) for peer in members for theme in peer.themes}
        | {_plain(theme) for match in waiting for theme in match.themes}
        | {_plain(theme) for challenge in lacking for theme in challenge.themes}
    )
    return Supply(
        on=on,
        year=year,
        months=months,
        calls_in_months=calls,
        total=_line("All", members, waiting, lacking, on),
        regions=tuple(
            _line(
                region.label,
                [p for p in members if p.home_region == region],
                [m for m in waiting if m.region == region],
                [c for c in lacking if c.region == region],
                on,
            )
            for region in regions
        ),
        parties=tuple(
            _line(
                party or NO_PARTY,
                [p for p in members if (p.party or "") == party],
                [m for m in waiting if (m.mentee_party or "") == party],
                [],
                on,
            )
            for party in parties
        ),
        themes=tuple(
            _line(
                theme.capitalize(),
                [p for p in members if theme in map(_plain, p.themes)],
                [m for m in waiting if theme in map(_plain, m.themes)],
                [c for c in lacking if theme in map(_plain, c.themes)],
                on,
            )
            for theme in themes
        ),
        forecast=forecast(members, len(waiting) + len(lacking), calls, months, on),
    )


def _plain(theme: str) -> str:
    return theme.casefold()


def _line(
    name: str,
    members: Sequence[PeerRow],
    waiting: Sequence[MatchRow],
    lacking: Sequence[ChallengeRow],
    on: date,
) -> SupplyLine:
    ready = [peer for peer in members if peer.ready(on)]
    return SupplyLine(
        name=name,
        members=len(members),
        ready=len(ready),
        free_half_days=sum(peer.free_half_days(on) for peer in ready),
        requests=len(waiting),
        challenges=len(lacking),
    )


def forecast(
    members: Sequence[PeerRow], waiting: int, calls: int, months: int, on: date
) -> tuple[QuarterAhead, ...]:
    """The next two quarters at the run rate of the last months."""
    expected = -(-calls * 3 // months)
    needed: dict[str, int] = {}
    found = []
    first = _next_quarter(on)
    for n in range(2):
        year = financial_year(first)
        open_now = waiting if n == 0 else 0
        needed[year] = needed.get(year, 0) + (open_now + expected) * HALF_DAYS_A_CALL
        able = [p for p in members if p.accreditations and p.released_until]
        free = sum(
            p.free_half_days(first) for p in able if p.released_until and p.released_until >= first
        )
        found.append(
            QuarterAhead(
                quarter=f"{year} Q{(first.month - 4) % 12 // 3 + 1}",
                first_day=first,
                year=year,
                waiting=open_now,
                expected=expected,
                needed_half_days=needed[year],
                free_half_days=free,
                gap_half_days=max(0, needed[year] - free),
            )
        )
        first = _next_quarter(first)
    return tuple(found)


def _next_quarter(day: date) -> date:
    """The first day of the quarter after this day's."""
    month = day.year * 12 + (day.month - 1) // 3 * 3 + 3
    return date(month // 12, month % 12 + 1, 1)
