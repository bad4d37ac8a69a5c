"""Issues and challenges, and the questions that the report puts to the Executive.

A sentence stands only where a figure calls for it, and a question is asked as long as what it is
about is not settled: while any council takes no part, any region lacks political leadership, or
more member peers are called for than are ready.
"""

from domain.councils import Office, Region
from domain.people import PeerKind
from domain.sentences import half_days_text, joined, region_text
from projections.challenges import ChallengeRow, CouncilExchange
from projections.funding import GrantRow
from projections.mentoring import MatchRow
from projections.people import PeerRow
from projections.regions import TAKES_PART, EngagementHistory, RegionRow, months
from projections.supply import QuarterAhead, Supply, supply
from service.executive.draft import Draft, sentence
from service.executive.looking import Look, Measured, is_past
from service.executive.wording import (
    has_have,
    is_are,
    many,
)
from service.figures import asking
from service.figures.supply import forecast_of
from service.figures.told import Told
from service.pictures import engagement_of
from service.writing import Runs

_MOMENTUM_MONTHS = 3
"""So many months are looked at for whether engagement still grows."""


def issues(draft: Draft, look: Look) -> None:
    """The section."""
    draft.heading("Issues and challenges")
    _engagement(draft, look)
    _political(draft, look)
    _overdue(draft, look)


def questions(look: Look) -> list[str]:
    """What the Executive is asked for its views on."""
    asked = []
    if _led(look) < len(Region) or _not_taking_part(look):
        asked.append(
            "Build political support for children's services self-improvement, particularly at"
            " regional level."
        )
    found = _supply(look)
    if found.total.short or any(quarter.gap_half_days for quarter in found.forecast):
        asked.append(
            "Increase the supply of member peers to provide challenge and mentoring to councils."
        )
    if _not_taking_part(look):
        asked.append("Build momentum and ensure the engagement of all councils.")
    return asked


def _supply(look: Look) -> Supply:
    return supply(look.all(PeerRow), look.all(MatchRow), look.all(ChallengeRow), look.on)


def _not_taking_part(look: Look) -> Measured:
    return look.count(
        "councils-not-taking-part",
        "Councils that do not take part yet",
        EngagementHistory,
        lambda row: not is_past(row, look.on) and row.engagement not in TAKES_PART,
        "council",
    )


def _led(look: Look) -> int:
    """Regions whose lead member for children leads on improvement."""
    return sum(
        any(lead.office == Office.LEAD_MEMBER for lead in row.leads) for row in look.all(RegionRow)
    )


def _engagement(draft: Draft, look: Look) -> None:
    outside = _not_taking_part(look)
    history = months(look.all(EngagementHistory), look.on)[-_MOMENTUM_MONTHS:]
    gained = sum(month.net for month in history)
    draft.paragraph(
        "The programme is a test of whether local government can make a reality of"
        " self-improvement. To be credible, councils need to show that they move quickly towards"
        " universal engagement.",
        sentence(
            look.opening(outside),
            f" {'does' if outside.value == 1 else 'do'} not take part yet",
            *look.since(outside),
            ".",
        )
        if outside
        else "Every council takes part.",
        sentence(
            f"In the last {_MOMENTUM_MONTHS} months ",
            Told(
                many(gained, "more council"),
                asking.plus([engagement_of(month, "net") for month in history]),
            ),
            " came nearer to it than drew back.",
        )
        if outside and gained > 0
        else f"In the last {_MOMENTUM_MONTHS} months engagement has not grown."
        if outside and len(history) == _MOMENTUM_MONTHS
        else None,
    )


def _political(draft: Draft, look: Look) -> None:
    found = _supply(look)
    members = look.count(
        "member-peers",
        "Elected members on the register of peers",
        PeerRow,
        lambda row: row.active and row.kind == PeerKind.MEMBER,
        "member peer",
    )
    ready = look.count(
        "member-peers-ready",
        "Member peers who are accredited, released and have time left this year",
        PeerRow,
        lambda row: row.kind == PeerKind.MEMBER and row.ready(look.on),
        "member peer",
    )
    lacking = {line.name for line in found.regions if line.short}
    short = [region_text(region.value) for region in Region if region.label in lacking]
    gap = next(
        (
            (quarter, of.gap)
            for quarter, of in zip(found.forecast, forecast_of(found), strict=True)
            if quarter.gap_half_days
        ),
        None,
    )
    draft.paragraph(
        "The work needs committed political leadership in regions and councils, and elected members"
        " who give a political dimension to challenge and support.",
        sentence(
            look.opening(members),
            f" {is_are(members.value)} on the register",
            *look.since(members),
            *(
                (", of whom ", look.number(ready), f" {is_are(ready.value)} ready to be called on")
                if ready
                else (", none of whom is ready to be called on",)
            ),
            ".",
        )
        if members
        else "No elected member is on the register of peers yet.",
        f"More are called for than are ready in {joined(short)}." if short else None,
        _gap(look, found, *gap) if gap else None,
    )


def _gap(look: Look, found: Supply, quarter: QuarterAhead, of: str) -> Runs:
    days = look.worked(
        half_days_text(quarter.gap_half_days),
        f"Time needed by the end of {quarter.quarter}, at the rate of calls in the last"
        f" {found.months} months, without the time of members that is free",
        of,
    )
    return sentence(
        "At the present rate ",
        days,
        f" more of members' time will be needed by the end of {quarter.quarter} than is pledged.",
    )


def _overdue(draft: Draft, look: Look) -> None:
    entitled = look.count(
        "entitlement-overdue",
        "Councils whose corporate peer challenge is overdue",
        CouncilExchange,
        lambda row: row.standing(look.on) == "overdue",
        "council",
    )
    owed = look.money(
        "clawback-owed",
        "Demanded back from councils and not yet received",
        GrantRow,
        lambda row: row.owed_pence,
    )
    suspended = look.count(
        "grants-suspended",
        "Grants whose payment is suspended",
        GrantRow,
        lambda row: row.suspended,
        "grant",
    )
    draft.paragraph(
        sentence(
            look.opening(entitled),
            f" {has_have(entitled.value)} waited more than three years for a corporate peer"
            " challenge.",
        )
        if entitled
        else None,
        sentence(look.opening(owed), " is owed back by councils.") if owed else None,
        sentence("Payment of ", look.said(suspended), " is suspended.") if suspended else None,
    )
