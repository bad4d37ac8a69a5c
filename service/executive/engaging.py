"""Engaging all councils: who takes part, peer challenge, donated days, regions and their leads."""

from collections.abc import Collection, Sequence

from domain.challenges import ChallengeKind, ChallengeStatus
from domain.councils import Engagement, Office, Region
from domain.kernel import financial_year
from domain.people import PeerKind
from domain.sentences import capital, joined, region_text
from projections.challenges import ChallengeRow, CouncilExchange
from projections.councils import CouncilRow
from projections.funding import RegionPosition
from projections.people import DonatedDays
from projections.regions import (
    TAKES_PART,
    EngagementHistory,
    Likely,
    RegionRow,
    coverage,
    likely_next,
    months,
)
from service.executive.draft import Draft, Sentence, sentence
from service.executive.looking import Look, Measured, counted_in, is_past, slug
from service.executive.wording import (
    has_have,
    is_are,
    many,
    numeral,
)
from service.figures import asking
from service.figures.told import Told
from service.pictures import engagement_momentum, engagement_of, tile_map
from service.series import MOST_MONTHS
from service.writing import Runs, Table

_FIRST = 4
"""So many councils are named as the likeliest to be won next."""
TO_COME = (ChallengeStatus.AGREED, ChallengeStatus.SCHEDULED)
"""A challenge that has still to take place."""


def taking_part(look: Look) -> Measured:
    """Councils that take part in self-improvement."""
    return look.count(
        "councils-taking-part",
        "Councils that take part in self-improvement",
        EngagementHistory,
        lambda row: not is_past(row, look.on) and row.engagement in TAKES_PART,
        "council",
    )


def registered(look: Look) -> Measured:
    """Councils with responsibility for children's services."""
    return look.count(
        "councils",
        "Councils with responsibility for children's services",
        EngagementHistory,
        lambda row: not is_past(row, look.on),
        "council",
    )


def engaging(draft: Draft, look: Look) -> None:
    """The section."""
    draft.heading("Engaging all councils")
    _commitment(draft, look)
    _challenge(draft, look)
    _adopters(draft, look)
    _devolved(draft, look)
    _leads(draft, look)


def _commitment(draft: Draft, look: Look) -> None:
    part, whole = taking_part(look), registered(look)
    year = financial_year(look.on)

    def given(name: str, label: str, field: str) -> Measured:
        return look.days(
            name,
            f"Days that directors of children's services {label} in {year}",
            DonatedDays,
            lambda row: (
                getattr(row, field) if row.year == year and row.kind == PeerKind.DIRECTOR else 0
            ),
        )

    pledging = look.count(
        "directors-pledging",
        f"Directors of children's services who pledged days in {year}",
        DonatedDays,
        lambda row: row.year == year and row.kind == PeerKind.DIRECTOR and row.pledged > 0,
        "director",
    )
    pledged = given("director-days-pledged", "pledged", "pledged")
    delivered = given("director-days-given", "gave", "delivered")
    draft.paragraph(
        "The Board is committed to engaging every council in self-improvement: councils open"
        " their own assessment of their services to challenge by their peers.",
        sentence(
            "On this date ",
            look.number(part),
            " of ",
            look.said(whole),
            f" {'takes' if part.value == 1 else 'take'} part (",
            look.share(part, whole),
            ")",
            *look.since(part),
            ".",
        )
        if whole
        else None,
    )
    draft.paragraph(
        "All directors of children's services are asked to donate five days of their own or a"
        " senior manager's time in the year.",
        sentence(
            f"For {year} ",
            look.said(pledging),
            f" {has_have(pledging.value)} pledged ",
            look.said(pledged),
            " between them, of which ",
            look.said(delivered),
            f" {has_have(2 if delivered.value > 2 else delivered.value)} been given so far.",
        )
        if pledging and delivered
        else sentence(
            f"For {year} ",
            look.said(pledging),
            f" {has_have(pledging.value)} pledged ",
            look.said(pledged),
            " between them.",
        )
        if pledging
        else f"For {year} none has pledged any yet.",
    )


def _challenge(draft: Draft, look: Look) -> None:
    def challenges(name: str, label: str, *states: ChallengeStatus) -> Measured:
        return look.count(
            name, label, ChallengeRow, lambda row: row.status in states, "peer challenge"
        )

    done = challenges(
        "challenges-conducted",
        "Peer challenges that have taken place",
        *(s for s in ChallengeStatus if s not in (*TO_COME, ChallengeStatus.CANCELLED)),
    )
    coming = challenges("challenges-to-come", "Peer challenges agreed and still to come", *TO_COME)
    reviews = look.count(
        "safeguarding-reviews",
        "Safeguarding peer reviews agreed or held",
        ChallengeRow,
        lambda row: (
            row.kind == ChallengeKind.SAFEGUARDING and row.status != ChallengeStatus.CANCELLED
        ),
        "peer review",
    )
    covered = _entitled(look, "up to date", "is not due again yet")
    overdue = _entitled(look, "overdue", "is overdue")
    draft.paragraph(
        sentence(
            look.opening(done),
            f" {has_have(done.value)} taken place",
            *look.since(done),
            *(
                (
                    f", and {'another ' if done and coming.value == 1 else ''}",
                    look.said(coming),
                    f" {is_are(coming.value)} agreed and still to come",
                )
                if coming
                else ()
            ),
            ".",
        )
        if done or coming
        else None,
        sentence(
            "Safeguarding peer reviews are offered alongside: ",
            look.said(reviews),
            f" {has_have(reviews.value)} been agreed or held.",
        )
        if reviews
        else None,
        sentence(
            "Every council is entitled to a corporate peer challenge every three years: ",
            look.said(covered),
            f" {is_are(covered.value)} up to date",
            *((", and for ", look.said(overdue), " it is overdue") if overdue else ()),
            ".",
        )
        if covered or overdue
        else None,
    )


def _entitled(look: Look, standing: str, said: str) -> Measured:
    return look.count(
        f"entitlement-{slug(standing)}",
        f"Councils whose corporate peer challenge {said}",
        CouncilExchange,
        lambda row: row.standing(look.on) == standing,
        "council",
    )


def _adopters(draft: Draft, look: Look) -> None:
    rows = [row for row in look.all(EngagementHistory) if not is_past(row, look.on)]
    early = look.count(
        "early-adopters",
        "Councils that are early adopters",
        EngagementHistory,
        lambda row: not is_past(row, look.on) and row.engagement == Engagement.EARLY_ADOPTER,
        "early adopter",
    )
    adopting = {row.region for row in rows if row.engagement == Engagement.EARLY_ADOPTER}
    whole = {c.region for c in coverage(rows) if c.councils and c.taking_part == c.councils}
    likely = likely_next(rows)
    draft.paragraph(
        sentence(
            "There ",
            is_are(early.value),
            " ",
            look.said(early),
            *look.since(early),
            f", in {joined(_names(adopting))}." if len(adopting) < len(Region) else ".",
        )
        if early
        else None,
        f"Every council takes part in {joined(_names(whole))}." if whole else None,
        _moved(look),
        _likely(likely) if likely else None,
    )
    lines = []
    for region in Region:
        councils, here = _registered_in(look, region), _taking_part_in(look, region)
        if not councils:
            continue
        lines.append(
            (
                (region.label,),
                (look.unnoted(councils),),
                look.exact(here),
                (look.share(here, councils),),
                *(((look.earlier(here),),) if look.before else ()),
            )
        )
    heads = ("Region", "Councils", "Taking part", "Share")
    if lines:
        draft.add(
            Table(
                "Councils that take part, by region",
                (*heads, "Last report") if look.before else heads,
                tuple(lines),
                (1, 2, 3, 4) if look.before else (1, 2, 3),
            ),
            tile_map(look.all(CouncilRow)),
            engagement_momentum(months(look.all(EngagementHistory), look.on)[-MOST_MONTHS:]),
        )


def _likely(likely: Sequence[Likely]) -> Runs:
    """Who could be won next."""
    who = asking.count("engagement-history", council=[row.council for row in likely])
    first = " first" if len(likely) > _FIRST else ""
    return sentence(
        "Councils are more likely to engage where others in their region are part of a common"
        " effort: on that reckoning ",
        Told(many(len(likely), "more council"), who),
        f" could be won next, {joined([row.name for row in likely[:_FIRST]])}{first}.",
    )


def _registered_in(look: Look, region: Region) -> Measured:
    return look.count(
        f"councils-{slug(region.value)}",
        f"Councils in {region_text(region.value)}",
        EngagementHistory,
        lambda row: row.region == region and not is_past(row, look.on),
        "council",
    )


def _taking_part_in(look: Look, region: Region) -> Measured:
    return look.count(
        f"councils-taking-part-{slug(region.value)}",
        f"Councils in {region_text(region.value)} that take part",
        EngagementHistory,
        lambda row: (
            row.region == region and not is_past(row, look.on) and row.engagement in TAKES_PART
        ),
        "council",
    )


def _moved(look: Look) -> Sentence:
    """How councils moved in the month, if any did."""
    found = months(look.all(EngagementHistory), look.on)
    if not found or not (found[-1].moved_up or found[-1].moved_down):
        return None
    last = found[-1]
    went, month = " drew back", f" in {look.on:%B %Y}."
    down = engagement_of(last, "moved_down")
    if not last.moved_up:
        return sentence(Told(capital(many(last.moved_down, "council")), down), went, month)
    up = Told(capital(many(last.moved_up, "council")), engagement_of(last, "moved_up"))
    drew = (" and ", Told(numeral(last.moved_down), down), went) if last.moved_down else ()
    return sentence(up, " came nearer to taking part", *drew, month)


def _names(regions: Collection[Region]) -> list[str]:
    return [region_text(region.value) for region in Region if region in regions]


def _devolved(draft: Draft, look: Look) -> None:
    year = financial_year(look.on)

    def money(name: str, label: str, field: str, region: Region | None = None) -> Measured:
        return look.money(
            f"{name}-{slug(region.value)}" if region else name,
            f"{label} in {year}{f', {region.label}' if region else ''}",
            RegionPosition,
            lambda row: (
                getattr(row, field) if row.year == year and region in (None, row.region) else 0
            ),
        )

    devolved = money("devolved", "Devolved to regions", "devolved_pence")
    spent = money("region-spent", "Spent by regions", "region_spent_pence")
    plans = look.count(
        "regional-plans",
        f"Regions whose plan for {year} is agreed",
        RegionRow,
        lambda row: any(plan.year == year for plan in row.plans),
        "region",
    )
    accepted, delivered, declined = (
        _early_support(look, state) for state in ("accepted", "delivered", "declined")
    )
    taken = accepted.value + delivered.value
    draft.paragraph(
        sentence(
            look.said(devolved),
            f" of the Board's budget for {year} is devolved to regions to support work on the"
            " ground",
            *((", of which they have spent ", look.said(spent)) if spent else ()),
            ".",
        )
        if devolved
        else None,
        sentence(
            look.opening(plans),
            f" {has_have(plans.value)} agreed a plan for it.",
        )
        if plans
        else None,
        sentence(
            "Regions offer early support to councils at risk of poor performance: ",
            *_taken(look, accepted, delivered),
            f" {has_have(taken)} taken it up",
            *((", and ", look.number(declined), " declined") if declined else ()),
            ".",
        )
        if taken
        else None,
    )
    lines = []
    for region in Region:
        here = money("devolved", "Devolved to regions", "devolved_pence", region)
        out = money("region-spent", "Spent by regions", "region_spent_pence", region)
        left = money("region-left", "Left to regions to spend", "left_pence", region)
        if here:
            lines.append(((region.label,), *(look.exact(f) for f in (here, out, left))))
    if lines:
        draft.add(
            Table(
                f"Budgets devolved to regions, {year}",
                ("Region", "Devolved", "Spent", "Left"),
                tuple(lines),
                (1, 2, 3),
            )
        )


def _early_support(look: Look, state: str) -> Measured:
    return look.measured(
        f"early-support-{state}",
        f"Offers of early support that were {state}",
        RegionRow,
        lambda row: sum(offer.state == state for offer in row.early_support),
        counted_in("council"),
    )


def _taken(look: Look, running: Measured, delivered: Measured) -> Runs:
    """How many councils took support up: those where it is running, and those where it is done."""
    if not (running and delivered):
        return (look.said(running if running else delivered),)
    return (
        look.said(running),
        " where it is running and ",
        look.number(delivered),
        " where it is complete",
    )


def _leads(draft: Draft, look: Look) -> None:
    leads = look.measured(
        "regional-leads",
        "Children's improvement leads that regions have nominated",
        RegionRow,
        lambda row: len(row.leads),
        counted_in("children's improvement lead"),
    )
    rows = {row.region: row for row in look.all(RegionRow)}
    without = [
        region
        for region in Region
        if all(
            lead.office != Office.LEAD_MEMBER
            for lead in (rows[region].leads if region in rows else ())
        )
    ]
    draft.paragraph(
        sentence(
            "Regions have nominated ",
            look.said(leads),
            " from among their lead members for children, directors of children's services and"
            " chief executives; they are listed in Appendix A.",
        )
        if leads
        else "No region has nominated its children's improvement leads yet.",
        f"No lead member was nominated in {joined(_names(without))}."
        if leads and without
        else None,
    )
