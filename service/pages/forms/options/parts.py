"""Parts of what the command's path names: items, instalments, sessions."""

from typing import TypeVar

from domain.kernel import pounds_text
from domain.sentences import counted
from projections.access import UserRow
from projections.contracts import ContractRow
from projections.engine import View
from projections.funding import BudgetRow, GrantRow
from projections.hosting import HostingClaimRow, StaffTimeRow
from projections.insight import WarningRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow, SessionRow
from projections.programmes import TrialResultRow
from projections.regions import RegionRow
from service.desk import Reader
from service.pages.forms.options.offering import Known, Option, council_names, offers, short
from service.pages.render import words
from service.telling import govuk_date

V = TypeVar("V", bound=View)


def named(reader: Reader, view: type[V], known: Known, subject: str) -> list[V]:
    """The row of what the path names, if the person sees it; every one, where it names none."""
    return reader.all(view, {subject: known.get(subject)}, order=subject)


@offers("decision", "supersedes", of="case")
def decisions(reader: Reader, known: Known) -> list[Option]:
    """Decisions of the case that have not given way to another."""
    rows = reader.all(DecisionRow, {"case": known.get("case")}, order="decision")
    return [
        Option(str(d.decision), f"{d.decision}: {short(d.title)}, {d.outcome}", d.outcome, d.case)
        for d in rows
        if d.superseded_by is None
    ]


@offers("item", of="case")
def items(reader: Reader, known: Known) -> list[Option]:
    """Items of the case's package of support."""
    return [
        Option(str(i.item), f"{i.item}: {short(i.description)}, {i.state}", i.state, row.case)
        for row in named(reader, CasePage, known, "case")
        for i in row.items
    ]


@offers("milestone", of="case")
def milestones(reader: Reader, known: Known) -> list[Option]:
    """Milestones of the case."""
    return [
        Option(
            str(m.milestone),
            f"{m.milestone}: {short(m.title)}, due {govuk_date(m.due_on)}, {m.state}",
            m.state,
            row.case,
        )
        for row in named(reader, CasePage, known, "case")
        for m in row.milestones
    ]


@offers("note", of="case")
def notes(reader: Reader, known: Known) -> list[Option]:
    """Notes on the case, by title."""
    return [
        Option(n.note, f"{short(n.title)}, {govuk_date(n.added_on)}", of=row.case)
        for row in named(reader, CasePage, known, "case")
        for n in row.notes
    ]


@offers("condition", of="grant")
def conditions(reader: Reader, known: Known) -> list[Option]:
    """Conditions of the grant."""
    return [
        Option(str(c.number), f"{c.number}: {short(c.text)}, {c.state}", c.state, row.grant)
        for row in named(reader, GrantRow, known, "grant")
        for c in row.conditions
    ]


@offers("instalment", of="grant")
def instalments(reader: Reader, known: Known) -> list[Option]:
    """Instalments of the grant with their state."""
    return [
        Option(
            str(i.instalment),
            f"{i.instalment}: {pounds_text(i.amount_pence)}, due {govuk_date(i.due_on)}, {i.state}",
            i.state,
            row.grant,
        )
        for row in named(reader, GrantRow, known, "grant")
        for i in row.schedule(reader.moment.on)
    ]


@offers("session", of="match")
def sessions(reader: Reader, known: Known) -> list[Option]:
    """Sessions of the mentoring."""
    rows = reader.all(SessionRow, {"match": known.get("match")}, order="session")
    return [
        Option(str(s.session), f"{s.session}: {govuk_date(s.held_on)}, {s.state}", s.state, s.match)
        for s in rows
    ]


@offers("objective", of="match")
def objectives(reader: Reader, known: Known) -> list[Option]:
    """Objectives of the mentoring."""
    return [
        Option(str(o.objective), f"{o.objective}: {short(o.text)}, {o.progress}", of=row.match)
        for row in named(reader, MatchRow, known, "match")
        for o in row.objectives
    ]


@offers("concern", of="council")
def concerns(reader: Reader, known: Known) -> list[Option]:
    """Open concerns about the council."""
    rows = reader.all(WarningRow, {"council": known.get("council"), "status": "open"})
    return [
        Option(str(c.concern), f"{c.concern}: {short(c.source_of_concern)}", of=c.council)
        for c in rows
    ]


@offers("holding", of="user")
def holdings(reader: Reader, known: Known) -> list[Option]:
    """Roles that the user holds."""
    return [
        Option(str(h.number), f"{h.number}: {words(h.role.value)}", of=row.user)
        for row in named(reader, UserRow, known, "user")
        for h in row.holdings
    ]


@offers("move", of="year")
def moves(reader: Reader, known: Known) -> list[Option]:
    """Virements of the year's budget that were proposed and not approved yet."""
    found = []
    for row in named(reader, BudgetRow, known, "year"):
        for number, move in row.state.moves.items():
            if move.done:
                continue
            way = f"from {words(move.from_heading)} to {words(move.to_heading)}"
            said = f"{number}: {pounds_text(move.amount_pence)} {way}"
            found.append(Option(str(number), said, of=row.year))
    return found


@offers("claim", of="year")
def claims(reader: Reader, known: Known) -> list[Option]:
    """The host's claims of the year."""
    return [
        Option(
            str(c.claim),
            f"{c.claim}: {pounds_text(c.amount_pence)}, invoice {c.invoice}, {c.state}",
            c.state,
            c.year,
        )
        for c in reader.all(HostingClaimRow, {"year": known.get("year")})
    ]


@offers("entry", of="month")
def entries(reader: Reader, known: Known) -> list[Option]:
    """Entries of staff time of the month."""
    return [
        Option(
            str(e.entry),
            f"{e.entry}: {e.grade}, {e.activity.value}, {counted(e.hours, 'hour')}",
            of=e.month,
        )
        for e in reader.all(StaffTimeRow, {"month": known.get("month")})
    ]


@offers("deliverable", of="contract")
def deliverables(reader: Reader, known: Known) -> list[Option]:
    """Deliverables of the contract."""
    return [
        Option(
            str(d.deliverable),
            f"{d.deliverable}: {short(d.title)}, {pounds_text(d.amount_pence)}, {d.state}",
            d.state,
            row.contract,
        )
        for row in named(reader, ContractRow, known, "contract")
        for d in row.schedule(reader.moment.on)
    ]


@offers("outcome", of="programme")
def outcomes(reader: Reader, known: Known) -> list[Option]:
    """Results of the programme's trial."""
    return [
        Option(
            str(o.outcome),
            f"{o.outcome}: {short(o.measure)}, {o.period}, {o.state}",
            o.state,
            o.programme,
        )
        for o in reader.all(TrialResultRow, {"programme": known.get("programme")})
    ]


@offers("priority", of="region")
def priorities(reader: Reader, known: Known) -> list[Option]:
    """Open priorities of the region."""
    return [
        Option(str(p.priority), f"{p.priority}: {short(p.title)}", of=row.region.value)
        for row in named(reader, RegionRow, known, "region")
        for p in row.priorities
        if not p.closed_on
    ]


@offers("offer", of="region")
def early_offers(reader: Reader, known: Known) -> list[Option]:
    """Offers of early support in the region."""
    names = council_names(reader)
    return [
        Option(str(o.offer), f"{o.offer}: {names[o.council]}, {o.state}", o.state, row.region.value)
        for row in named(reader, RegionRow, known, "region")
        for o in row.early_support
    ]


@offers("report", of="region")
def reports(reader: Reader, known: Known) -> list[Option]:
    """Reports of the region's spending that stand."""
    return [
        Option(
            str(r.report),
            f"{r.report}: {pounds_text(r.amount_pence)}, {short(r.spent_on)}",
            of=row.region.value,
        )
        for row in named(reader, RegionRow, known, "region")
        for r in row.reports
        if not r.reversed
    ]
