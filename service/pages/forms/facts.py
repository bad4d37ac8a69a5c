"""What is known already of what a form is about: shown beside it, so that nobody has to look it up.

Facts are told as far as the command's own permission lets the person see.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from domain.kernel import pounds_text
from domain.sentences import capital, counted
from projections.challenges import ChallengeRow
from projections.contracts import ContractRow
from projections.engine import View
from projections.funding import BudgetPosition, BudgetRow, GrantRow
from projections.hosting import HostingClaimRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow
from projections.programmes import ProgrammeRow
from service import register
from service.desk import Reader
from service.lists.listing import users_named
from service.pages.render import words
from service.telling import govuk_date

Facts = list[tuple[str, str]]

_ROWS: tuple[tuple[type[View], tuple[str, ...]], ...] = (
    (CasePage, ("case",)),
    (DecisionRow, ("case", "decision")),
    (GrantRow, ("grant",)),
    (BudgetRow, ("year",)),
    (HostingClaimRow, ("year", "claim")),
    (ContractRow, ("contract",)),
    (MatchRow, ("match",)),
    (ChallengeRow, ("challenge",)),
    (ProgrammeRow, ("programme",)),
)
"""What a path may name, by the row that tells of it."""


def facts(reader: Reader, subjects: Mapping[str, str], *, by_limit: bool) -> Facts:
    """What is known of what a form is about; for what is decided within a limit, the limit."""
    found: Facts = []
    for view, names in _ROWS:
        if view is BudgetRow and not reader.needs.startswith("budget."):
            continue
        if all(name in subjects for name in names):
            for row in reader.all(view, {name: subjects[name] for name in names}):
                found += _told(row, _names(reader, row))
                found += _left(reader, row)
    if by_limit:
        held = reader.user.holding(reader.needs, reader.installation.today())
        limit = max((each.limit_pence for each in held), default=0)
        found.append(("Your limit", pounds_text(limit)))
    return [(name, capital(text)) for name, text in found if text]


def _names(reader: Reader, row: View) -> dict[str, str]:
    """Who is named: users for who reads the trail, and a mentor for who may see peers' names."""
    found = dict(users_named(reader))
    if isinstance(row, MatchRow) and row.peer and reader.sees("peer.read"):
        kept = register.read_all(reader.installation.store.datastore, [row.peer])
        found |= {peer: f"{data['name']} ({peer})" for peer, data in kept.items()}
    return found


def _left(reader: Reader, row: View) -> Facts:
    """What a year's headings can still carry; of a proposed grant, its own."""
    match row:
        case BudgetRow():
            where = {"year": row.year}
        case GrantRow(status="proposed"):
            where = {"year": row.year, "heading": row.heading.value}
        case _:
            return []
    return [
        (f"Left for {words(position.heading).lower()}", pounds_text(position.available_pence))
        for position in reader.all(BudgetPosition, where)
    ]


def _told(row: View, who: Mapping[str, str]) -> Facts:
    match row:
        case CasePage():
            return [
                ("Lead", who.get(row.lead, row.lead) if row.lead else "Nobody yet"),
                ("Tier", words(row.tier)),
                ("Still open" if row.is_open else "Left open", ", ".join(_open(row))),
            ]
        case DecisionRow():
            return [
                ("Recommendation", row.recommendation),
                ("Evidence", row.evidence),
                ("Cost", pounds_text(row.cost_pence)),
                ("Proposed", _by(who, row.proposed_by, row.proposed_on)),
            ]
        case GrantRow():
            approved = bool(row.approved_pence)
            return [
                ("Purpose", row.purpose),
                ("Paid from", f"{words(row.heading)}, {row.year}"),
                ("Proposed", _by(who, row.proposed_by, row.proposed_on)),
                ("Paid so far", pounds_text(row.paid_pence) if approved else ""),
                ("Left to pay", pounds_text(row.committed_pence) if approved else ""),
                ("Still owed", pounds_text(row.owed_pence) if row.owed_pence else ""),
                ("Payment", "Suspended" if row.suspended else ""),
            ]
        case BudgetRow():
            return [
                ("Award", pounds_text(row.award_pence)),
                ("Not shared out yet", pounds_text(row.unallocated_pence)),
                ("Still to be cut", pounds_text(row.to_find_pence) if row.to_find_pence else ""),
                ("Closed", "Yes" if row.closed else ""),
            ]
        case HostingClaimRow():
            return [
                ("Services", row.services),
                ("Given", _from_to(row.first_day, row.last_day)),
                ("Evidence", row.evidence),
                ("Claimed", _by(who, row.claimed_by, row.claimed_on)),
            ]
        case ContractRow():
            return [
                ("Value", pounds_text(row.value_pence)),
                ("Paid so far", pounds_text(row.paid_pence)),
                ("Left to pay", pounds_text(row.committed_pence)),
                ("Runs", _from_to(row.starts_on, row.ends_on)),
                ("Let", _by(who, row.let_by, row.let_on)),
            ]
        case MatchRow():
            chosen = row.peer is not None
            return [
                ("Themes", ", ".join(row.themes)),
                ("Mentor", who.get(row.peer, row.peer) if row.peer else "Not chosen yet"),
                ("Still reserved", counted(row.half_days_reserved, "half-day") if chosen else ""),
                ("Given", counted(row.half_days_delivered, "half-day") if chosen else ""),
            ]
        case ChallengeRow():
            return [
                ("Focus", row.focus),
                ("Days", _from_to(row.first_day, row.last_day) or "Not set yet"),
                ("Team", counted(len(row.team), "member")),
            ]
        case ProgrammeRow():
            return [("Runs", _from_to(row.starts_on, row.ends_on))]
    return []


def _open(case: CasePage) -> Iterator[str]:
    """What has to be settled or named before a case closes, of what is its own."""
    yield from (f"item {each.item}" for each in case.items if each.state == "planned")
    yield from (f"milestone {each.milestone}" for each in case.milestones if each.state == "set")


def _by(who: Mapping[str, str], user: str, day: date) -> str:
    """When, and by whom for those who may know."""
    return f"{govuk_date(day)} by {who[user]}" if user in who else govuk_date(day)


def _from_to(first: date | None, last: date | None) -> str:
    return f"{govuk_date(first)} to {govuk_date(last)}" if first and last else ""
