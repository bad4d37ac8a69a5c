"""Support for councils in difficulty: cases, packages, grants, mentoring and progress."""

from collections.abc import Sequence

from domain.councils import Region, SupportTier
from domain.interventions import ItemKind, Rag
from domain.mentoring import MatchStatus
from domain.people import PeerKind
from domain.sentences import capital, region_text
from projections.councils import CouncilRow
from projections.funding import GrantRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow, SessionRow
from service.executive.draft import Draft, Sentence, sentence
from service.executive.looking import Look, Measured, counted_in, is_past, slug
from service.executive.wording import (
    among,
    has_have,
    is_are,
    listed_runs,
    spread,
)
from service.figures import asking
from service.figures.told import Told
from service.pictures import open_cases as cases_over_time
from service.series import cases_by_month
from service.writing import Runs, Table

_RATINGS = {
    Rag.GREEN: "green (on course)",
    Rag.AMBER: "amber (some concern)",
    Rag.RED: "red (serious concern)",
}


def open_cases(look: Look) -> Measured:
    """Cases that are open."""
    return look.count("cases-open", "Cases that are open", CasePage, lambda r: r.is_open, "case")


def sessions_held(look: Look) -> Measured:
    """Mentoring sessions that were held."""
    return look.count(
        "sessions-held",
        "Mentoring sessions held",
        SessionRow,
        lambda row: row.state == "held",
        "mentoring session",
    )


def difficulty(draft: Draft, look: Look) -> None:
    """The section."""
    draft.heading("Support for councils in difficulty")
    _cases(draft, look)
    _packages(draft, look)
    _grants(draft, look)
    _mentoring(draft, look)
    _progress(draft, look)


def _cases(draft: Draft, look: Look) -> None:
    running = open_cases(look)
    closed = look.count(
        "cases-closed", "Cases that are closed", CasePage, lambda row: not row.is_open, "case"
    )
    due = look.count(
        "interventions-due",
        "Councils for which intervention is due and no case is open",
        CouncilRow,
        lambda row: row.due and not is_past(row, look.on),
        "council",
    )
    rows = [row for row in look.all(CasePage) if row.is_open]
    regions = {row.region for row in rows}
    draft.paragraph(
        "As well as encouraging all councils to own their improvement, members of the Board's team"
        " work directly with councils that are in intervention or need much support.",
        sentence(
            look.opening(running),
            f" {is_are(running.value)} open",
            *look.since(running),
            *(
                (
                    ", in ",
                    Told(len(regions), asking.distinct("case-page", "region", is_open=True)),
                    f" of the {len(Region)} regions",
                )
                if len(regions) > 1
                else ()
            ),
            f"; {'it has' if running.value == 1 else 'they have'} been open for ",
            *_ages(look, rows),
            ".",
        )
        if running
        else "No case is open on this date.",
        sentence(
            look.opening(closed),
            f" {has_have(closed.value)} been closed",
            *look.since(closed),
            ".",
        )
        if closed
        else None,
        sentence(
            "For ",
            look.said(due),
            f" intervention is due and no case is open yet: {_names(look, due)}.",
        )
        if due
        else None,
    )
    tiers = [tier for tier in SupportTier if any(row.tier == tier for row in rows)]
    lines = [
        ((region.label,), *(_cell(look, region, tier) for tier in tiers))
        for region in Region
        if region in regions
    ]
    if lines:
        draft.add(
            Table(
                "Open cases by region and tier of support",
                ("Region", *(capital(tier.value) for tier in tiers)),
                tuple(lines),
                tuple(range(1, len(tiers) + 1)),
            ),
            cases_over_time(cases_by_month(look.reading)),
        )


def _cell(look: Look, region: Region, tier: SupportTier) -> Runs:
    found = look.count(
        f"cases-{slug(region.value)}-{slug(tier.value)}",
        f"Open cases in {region_text(region.value)}, {tier.value}",
        CasePage,
        lambda row: row.is_open and row.region == region and row.tier == tier,
        "case",
    )
    return look.exact(found)


def _ages(look: Look, rows: Sequence[CasePage]) -> Runs:
    """For how many months cases have been open, from the newest to the oldest: each figure leads
    to the day on which its case was opened."""
    by_age = sorted(rows, key=lambda row: (row.opened_on, row.case))
    old, new = by_age[0], by_age[-1]
    low, high = (
        Told(text, asking.field("case-page", row.case, "opened_on"))
        for row, text in zip(
            (new, old), spread(_months(new, look), _months(old, look), "month"), strict=True
        )
    )
    return (low, " to ", high) if low else (high,)


def _months(row: CasePage, look: Look) -> int:
    """Whole months that a case has been open, and one in its first."""
    begun = (look.on.year - row.opened_on.year) * 12 + look.on.month - row.opened_on.month
    return max(begun - (look.on.day < row.opened_on.day), 1)


def _names(look: Look, figure: Measured) -> str:
    rows = look.rows(CouncilRow)
    return among(sorted(rows[key].name for key in figure.parts))


def _packages(draft: Draft, look: Look) -> None:
    approved = look.count(
        "decisions-approved",
        "Decisions on support that were approved",
        DecisionRow,
        lambda row: row.outcome == "approved",
        "decision",
    )
    waiting = look.count(
        "decisions-waiting",
        "Decisions on support that wait to be taken",
        DecisionRow,
        lambda row: row.outcome == "waiting",
        "decision",
    )
    planned = _items(look, "package-items", "Items of support agreed", None)
    delivered = look.measured(
        "package-items-delivered",
        "Items of support delivered",
        CasePage,
        lambda row: sum(item.state == "delivered" for item in row.items),
        counted_in("item"),
    )
    kinds = [
        (kind, _items(look, f"package-{slug(kind.value)}", f"Support agreed: {kind.value}", kind))
        for kind in ItemKind
    ]
    what = [(f"{kind.value} (", look.number(figure), ")") for kind, figure in kinds if figure]
    draft.paragraph(
        sentence(
            look.opening(approved),
            f" on packages of support {has_have(approved.value)} been approved",
            *look.since(approved),
            *(
                (", and ", look.number(waiting), f" {is_are(waiting.value)} still to be taken")
                if waiting
                else ()
            ),
            ".",
        )
        if approved or waiting
        else None,
        sentence(
            "The packages agreed hold ",
            look.said(planned),
            " of support: ",
            *listed_runs(what),
            *(
                ("; ", look.number(delivered), f" {has_have(delivered.value)} been delivered")
                if delivered
                else ()
            ),
            ".",
        )
        if planned
        else None,
    )


def _items(look: Look, name: str, label: str, kind: ItemKind | None) -> Measured:
    return look.measured(
        name,
        label,
        CasePage,
        lambda row: sum(kind in (None, item.kind) for item in row.items),
        counted_in("item"),
    )


def _grants(draft: Draft, look: Look) -> None:
    agreed = look.count(
        "grants-approved",
        "Grants approved, those withdrawn since left out",
        GrantRow,
        lambda row: row.approved_pence > 0 and row.status in _STANDS,
        "grant",
    )
    worth = look.money(
        "grants-worth",
        "Grants approved",
        GrantRow,
        lambda row: row.approved_pence if row.status in _STANDS else 0,
    )
    paid = look.money("grants-paid", "Paid in grants", GrantRow, lambda row: row.paid_pence)
    back = look.money(
        "grants-recovered", "Clawed back from councils", GrantRow, lambda r: r.recovered_pence
    )
    held = look.measured(
        "payments-held",
        "Payments whose date has come and that are held",
        GrantRow,
        lambda row: (
            sum(line.state == "held" and line.due_on <= look.on for line in row.schedule(look.on))
            if row.status == "accepted"
            else 0
        ),
        counted_in("payment"),
    )
    draft.paragraph(
        sentence(
            "The Board has offered additional funding to the councils in the greatest need: ",
            look.said(agreed),
            " worth ",
            look.said(worth),
            *look.since(worth),
            *_paid(look, worth, paid),
            ".",
        )
        if agreed
        else None,
        sentence(look.opening(back), " has come back.") if back else None,
        sentence(
            look.opening(held),
            f" whose date has come {is_are(held.value)} held until what"
            f" {'it depends' if held.value == 1 else 'they depend'} on is met.",
        )
        if held
        else None,
    )


_STANDS = ("approved", "offered", "accepted", "closed")
"""A grant that was approved and neither withdrawn, refused nor lapsed since."""


def _paid(look: Look, worth: Measured, paid: Measured) -> Runs:
    """What of the grants has been paid, where the round sum says no more than the whole."""
    if not paid:
        return ()
    if paid.value >= worth.value:
        return (", ", look.said(paid, "all"), " of which has been paid")
    if paid.unit.told(paid.value) == worth.unit.told(worth.value):
        return (", ", look.said(paid, "almost all"), " of which has been paid")
    return (", of which ", look.said(paid), " has been paid")


def _mentoring(draft: Draft, look: Look) -> None:
    running = look.count(
        "matches-running",
        "Mentoring matches that are running",
        MatchRow,
        lambda row: row.status == MatchStatus.RUNNING,
        "match",
    )
    held = sessions_held(look)
    given = look.days(
        "mentoring-days", "Days given in mentoring", SessionRow, lambda row: row.half_days
    )
    members = look.count(
        "matches-members",
        "Running matches whose mentor is for an elected member",
        MatchRow,
        lambda row: (
            row.status == MatchStatus.RUNNING and PeerKind.MEMBER in row.mentee_office.peers
        ),
        "elected member",
    )
    waiting = look.count(
        "matches-waiting",
        "Requests that wait for a mentor",
        MatchRow,
        lambda row: row.status == MatchStatus.REQUESTED,
        "request",
    )
    draft.paragraph(
        "Packages include peer mentoring by elected members, as councils often need development in"
        " political as well as professional leadership."
        if members
        else None,
        sentence(
            look.opening(running),
            f" {is_are(running.value)} running",
            *look.since(running),
            *((", ", look.number(members), " of them for elected members") if members else ()),
            *(
                ("; ", look.said(held), f" {has_have(held.value)} been held, in ", look.said(given))
                if held
                else ()
            ),
            ".",
        )
        if running
        else None,
        sentence(
            look.opening(waiting),
            f" {'waits' if waiting.value == 1 else 'wait'} for a mentor.",
        )
        if waiting
        else None,
    )


def _progress(draft: Draft, look: Look) -> None:
    rated = [(rag, _rated(look, rag)) for rag in _RATINGS]
    shown = [(f"{_RATINGS[rag]} for ", look.said(figure)) for rag, figure in rated if figure]
    draft.paragraph(
        sentence("At the last review the confidence in improvement was ", *listed_runs(shown), ".")
        if shown
        else None,
        _milestones(look),
    )


def _rated(look: Look, rag: Rag) -> Measured:
    return look.count(
        f"confidence-{rag.value}",
        f"Open cases whose confidence was {rag.value} at the last review",
        CasePage,
        lambda row: row.is_open and row.confidence == rag,
        "case",
    )


def _milestones(look: Look) -> Sentence:
    reached = look.measured(
        "milestones-reached",
        "Milestones reached in open cases",
        CasePage,
        lambda row: sum(m.state == "met" for m in row.milestones) if row.is_open else 0,
        counted_in("milestone"),
    )
    overdue = look.measured(
        "milestones-overdue",
        "Milestones of open cases whose day has passed",
        CasePage,
        lambda row: (
            sum(m.state == "set" and m.due_on < look.on for m in row.milestones)
            if row.is_open
            else 0
        ),
        counted_in("milestone"),
    )
    if not (reached or overdue):
        return None
    if not reached:
        return sentence(
            look.opening(overdue),
            f" {is_are(overdue.value)} overdue.",
        )
    return sentence(
        look.opening(reached),
        f" {has_have(reached.value)} been reached",
        *((" and ", look.number(overdue), f" {is_are(overdue.value)} overdue") if overdue else ()),
        ".",
    )
