"""Parts of what the command's path names: items, instalments, sessions."""

from domain.kernel import pounds_text
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


def one(reader: Reader, view: type[View], known: Known, subject: str) -> View | None:
    """The row of what the path names, if the person sees it."""
    found = reader.all(view, {subject: known[subject]}) if known.get(subject) else []
    return found[0] if found else None


@offers("decision", "supersedes")
def decisions(reader: Reader, known: Known) -> list[Option]:
    """Decisions of the case that have not given way to another."""
    if not known.get("case"):
        return []
    rows = reader.all(DecisionRow, {"case": known["case"]}, order="decision")
    return [
        Option(str(d.decision), f"{d.decision}: {short(d.title)}, {d.outcome}", d.outcome)
        for d in rows
        if d.superseded_by is None
    ]


@offers("item")
def items(reader: Reader, known: Known) -> list[Option]:
    """Items of the case's package of support."""
    row = one(reader, CasePage, known, "case")
    each = row.items if isinstance(row, CasePage) else ()
    return [
        Option(str(i.item), f"{i.item}: {short(i.description)}, {i.state}", i.state) for i in each
    ]


@offers("milestone")
def milestones(reader: Reader, known: Known) -> list[Option]:
    """Milestones of the case."""
    row = one(reader, CasePage, known, "case")
    each = row.milestones if isinstance(row, CasePage) else ()
    return [
        Option(
            str(m.milestone),
            f"{m.milestone}: {short(m.title)}, due {govuk_date(m.due_on)}, {m.state}",
            m.state,
        )
        for m in each
    ]


@offers("note")
def notes(reader: Reader, known: Known) -> list[Option]:
    """Notes on the case, by title."""
    row = one(reader, CasePage, known, "case")
    each = row.notes if isinstance(row, CasePage) else ()
    return [Option(n.note, f"{short(n.title)}, {govuk_date(n.added_on)}") for n in each]


@offers("condition")
def conditions(reader: Reader, known: Known) -> list[Option]:
    """Conditions of the grant."""
    row = one(reader, GrantRow, known, "grant")
    each = row.conditions if isinstance(row, GrantRow) else ()
    return [Option(str(c.number), f"{c.number}: {short(c.text)}, {c.state}", c.state) for c in each]


@offers("instalment")
def instalments(reader: Reader, known: Known) -> list[Option]:
    """Instalments of the grant with their state."""
    row = one(reader, GrantRow, known, "grant")
    each = row.schedule(reader.moment.on) if isinstance(row, GrantRow) else []
    return [
        Option(
            str(i.instalment),
            f"{i.instalment}: {pounds_text(i.amount_pence)}, due {govuk_date(i.due_on)}, {i.state}",
            i.state,
        )
        for i in each
    ]


@offers("session")
def sessions(reader: Reader, known: Known) -> list[Option]:
    """Sessions of the mentoring."""
    where = {"match": known.get("match")}
    rows = reader.all(SessionRow, where, order="session") if known.get("match") else []
    return [
        Option(str(s.session), f"{s.session}: {govuk_date(s.held_on)}, {s.state}", s.state)
        for s in rows
    ]


@offers("objective")
def objectives(reader: Reader, known: Known) -> list[Option]:
    """Objectives of the mentoring."""
    row = one(reader, MatchRow, known, "match")
    each = row.objectives if isinstance(row, MatchRow) else ()
    return [Option(str(o.objective), f"{o.objective}: {short(o.text)}, {o.progress}") for o in each]


@offers("concern")
def concerns(reader: Reader, known: Known) -> list[Option]:
    """Open concerns about the council."""
    where = {"council": known.get("council"), "status": "open"}
    rows = reader.all(WarningRow, where) if known.get("council") else []
    return [Option(str(c.concern), f"{c.concern}: {short(c.source_of_concern)}") for c in rows]


@offers("holding")
def holdings(reader: Reader, known: Known) -> list[Option]:
    """Roles that the user holds."""
    row = one(reader, UserRow, known, "user")
    each = row.holdings if isinstance(row, UserRow) else ()
    return [Option(str(h.number), f"{h.number}: {words(h.role.value)}") for h in each]


@offers("move")
def moves(reader: Reader, known: Known) -> list[Option]:
    """Virements of the year's budget that were proposed and not made yet."""
    row = one(reader, BudgetRow, known, "year")
    found = []
    for number, move in row.state.moves.items() if isinstance(row, BudgetRow) else ():
        if move.done:
            continue
        way = f"from {words(move.from_heading)} to {words(move.to_heading)}"
        found.append(Option(str(number), f"{number}: {pounds_text(move.amount_pence)} {way}"))
    return found


@offers("claim")
def claims(reader: Reader, known: Known) -> list[Option]:
    """The host's claims of the year."""
    rows = reader.all(HostingClaimRow, {"year": known["year"]}) if known.get("year") else []
    return [
        Option(
            str(c.claim),
            f"{c.claim}: {pounds_text(c.amount_pence)}, invoice {c.invoice}, {c.state}",
            c.state,
        )
        for c in rows
    ]


@offers("entry")
def entries(reader: Reader, known: Known) -> list[Option]:
    """Entries of staff time of the month."""
    rows = reader.all(StaffTimeRow, {"month": known["month"]}) if known.get("month") else []
    return [
        Option(str(e.entry), f"{e.entry}: {e.grade}, {e.activity.value}, {e.hours} hours")
        for e in rows
    ]


@offers("deliverable")
def deliverables(reader: Reader, known: Known) -> list[Option]:
    """Deliverables of the contract."""
    row = one(reader, ContractRow, known, "contract")
    each = row.schedule(reader.moment.on) if isinstance(row, ContractRow) else []
    return [
        Option(
            str(d.deliverable),
            f"{d.deliverable}: {short(d.title)}, {pounds_text(d.amount_pence)}, {d.state}",
            d.state,
        )
        for d in each
    ]


@offers("outcome")
def outcomes(reader: Reader, known: Known) -> list[Option]:
    """Results of the programme's trial."""
    programme = known.get("programme")
    rows = reader.all(TrialResultRow, {"programme": programme}) if programme else []
    return [
        Option(str(o.outcome), f"{o.outcome}: {short(o.measure)}, {o.period}, {o.state}", o.state)
        for o in rows
    ]


def _region(reader: Reader, known: Known) -> RegionRow | None:
    row = one(reader, RegionRow, known, "region")
    return row if isinstance(row, RegionRow) else None


@offers("priority")
def priorities(reader: Reader, known: Known) -> list[Option]:
    """Open priorities of the region."""
    row = _region(reader, known)
    each = [p for p in row.priorities if not p.closed_on] if row else []
    return [Option(str(p.priority), f"{p.priority}: {short(p.title)}") for p in each]


@offers("offer")
def early_offers(reader: Reader, known: Known) -> list[Option]:
    """Offers of early support in the region."""
    row, names = _region(reader, known), council_names(reader)
    each = row.early_support if row else ()
    return [
        Option(str(o.offer), f"{o.offer}: {names[o.council]}, {o.state}", o.state) for o in each
    ]


@offers("report")
def reports(reader: Reader, known: Known) -> list[Option]:
    """Reports of the region's spending that stand."""
    row = _region(reader, known)
    each = [r for r in row.reports if not r.reversed] if row else []
    return [
        Option(str(r.report), f"{r.report}: {pounds_text(r.amount_pence)}, {short(r.spent_on)}")
        for r in each
    ]
