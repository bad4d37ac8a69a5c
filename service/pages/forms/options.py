"""What a form offers to choose from: councils, cases, peers and their parts, by name.

An option is offered as far as the command's own permission lets the person see.
"""

from collections.abc import Callable, Mapping
from datetime import date

from domain.councils import Region
from domain.kernel import financial_year, pounds_text
from projections.access import UserRow
from projections.challenges import ChallengeRow
from projections.contracts import ContractRow
from projections.councils import CouncilRow
from projections.engine import View
from projections.funding import BudgetRow, GrantRow
from projections.hosting import HostingClaimRow, StaffTimeRow
from projections.insight import WarningRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow, SessionRow
from projections.people import PeerRow
from projections.persons import PersonRow
from projections.practice import PracticeRow
from projections.programmes import ProgrammeRow, TrialResultRow
from projections.regions import RegionRow
from projections.reporting import ReturnRow
from service import register
from service.desk import Reader
from service.identity import accounts_of
from service.pages.render import words
from service.telling import govuk_date

Options = list[tuple[str, str]]
Known = Mapping[str, str]
"""What the command's path names so far, by subject."""

_OFFERED: dict[str, Callable[[Reader, Known], Options]] = {}


def offered(source: str, reader: Reader, known: Known) -> Options:
    """What can be chosen where a field or subject names this; nothing if it is not known."""
    find = _OFFERED.get(source)
    return find(reader, known) if find else []


def _offers(
    *sources: str,
) -> Callable[[Callable[[Reader, Known], Options]], Callable[[Reader, Known], Options]]:
    def declare(
        find: Callable[[Reader, Known], Options],
    ) -> Callable[[Reader, Known], Options]:
        _OFFERED.update(dict.fromkeys(sources, find))
        return find

    return declare


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _councils(reader: Reader) -> dict[str, str]:
    return {row.council: row.name for row in reader.all(CouncilRow, order="name")}


# --- Whole things ---------------------------------------------------------------------------


@_offers("council", "successor")
def councils(reader: Reader, known: Known) -> Options:
    """Every council that has not been succeeded, by name; those of the person's scope first."""
    rows = [row for row in reader.all(CouncilRow, order="name") if not row.successors]
    if not reader.reach.everything:
        near = [r for r in rows if r.council in reader.reach.councils]
        near += [r for r in rows if r.region.value in reader.reach.regions]
        rows = near or rows
    return [(row.council, f"{row.name} ({row.council})") for row in rows]


@_offers("any council")
def every_council(reader: Reader, known: Known) -> Options:
    """Every council that has not been succeeded, whatever the person's scope."""
    rows = [row for row in reader.all(CouncilRow, order="name") if not row.successors]
    return [(row.council, f"{row.name} ({row.council})") for row in rows]


@_offers("case")
def cases(reader: Reader, known: Known) -> Options:
    """Cases with their council and stage."""
    names = _councils(reader)
    return [
        (row.case, f"{row.case}: {names[row.council]}, {row.stage.value}")
        for row in reader.all(CasePage, order="case")
    ]


@_offers("grant")
def grants(reader: Reader, known: Known) -> Options:
    """Grants with their council, amount and status; those of the case, if there is one."""
    names, case = _councils(reader), known.get("case")
    return [
        (
            row.grant,
            f"{row.grant}: {names[row.council]}, {pounds_text(row.amount_pence)}, {row.status}",
        )
        for row in reader.all(GrantRow, {"case": case}, order="grant")
    ]


@_offers("match")
def matches(reader: Reader, known: Known) -> Options:
    """Mentoring by council and office."""
    names = _councils(reader)
    return [
        (row.match, f"{row.match}: {row.mentee_office.value}, {names[row.council]}")
        for row in reader.all(MatchRow, order="match")
    ]


@_offers("peer")
def peers(reader: Reader, known: Known) -> Options:
    """Peers by reference, kind and home council, with the name for those who may see it."""
    names, people = _councils(reader), {}
    rows = [row for row in reader.all(PeerRow, order="peer") if row.active and not row.erased]
    if reader.sees("peer.read"):
        datastore = reader.installation.store.datastore
        people = register.read_all(datastore, [row.peer for row in rows])
    found = []
    for row in rows:
        name = f"{row.peer}: {people[row.peer]['name']}" if row.peer in people else row.peer
        said = (name, row.kind.value, row.party, names[row.home_council])
        found.append((row.peer, ", ".join(part for part in said if part)))
    return found


@_offers("challenge")
def challenges(reader: Reader, known: Known) -> Options:
    """Peer challenges by host."""
    names = _councils(reader)
    return [
        (row.challenge, f"{row.challenge}: {row.kind.value}, {names[row.council]}")
        for row in reader.all(ChallengeRow, order="challenge")
    ]


@_offers("contract")
def contracts(reader: Reader, known: Known) -> Options:
    """Contracts by supplier and lot."""
    return [
        (row.contract, f"{row.contract}: {row.supplier}, {row.lot.value}")
        for row in reader.all(ContractRow, order="contract")
    ]


@_offers("programme")
def programmes(reader: Reader, known: Known) -> Options:
    """Policy programmes by title."""
    return [
        (row.programme, f"{row.programme}: {row.title}")
        for row in reader.all(ProgrammeRow, order="programme")
    ]


@_offers("practice")
def practice(reader: Reader, known: Known) -> Options:
    """Examples of practice by title."""
    return [
        (row.practice, f"{row.practice}: {_short(row.title)}, {row.status.value}")
        for row in reader.all(PracticeRow, order="practice")
    ]


@_offers("dfe_return")
def returns(reader: Reader, known: Known) -> Options:
    """Returns to the department by kind and period."""
    return [
        (row.dfe_return, f"{row.dfe_return}: {row.kind.value}, {row.period}, {row.status.value}")
        for row in reader.all(ReturnRow, order="dfe_return")
    ]


@_offers("region")
def regions(reader: Reader, known: Known) -> Options:
    """The regions of the person's scope."""
    reach = reader.reach
    return [(r.value, r.label) for r in Region if reach.everything or r.value in reach.regions]


@_offers("year")
def years(reader: Reader, known: Known) -> Options:
    """The last three financial years, this one and the next."""
    this = int(financial_year(reader.moment.on)[:4])
    each = [financial_year(date(first, 4, 1)) for first in range(this + 1, this - 4, -1)]
    return [(year, year) for year in each]


@_offers("user", "lead", "deputy")
def users(reader: Reader, known: Known) -> Options:
    """People who may sign in, by name and role."""
    names = accounts_of(reader.installation).names()
    found = []
    for row in reader.all(UserRow, {"active": True}):
        roles = ", ".join(sorted({h.role.value for h in row.holdings})) or "no role"
        found.append((row.user, f"{names.get(row.user, row.user)}: {roles} ({row.user})"))
    return sorted(found, key=lambda each: each[1])


@_offers("person")
def persons(reader: Reader, known: Known) -> Options:
    """Whoever signs in, and those whose data is held, by name for those who may see it."""
    user = reader.user.user
    name = accounts_of(reader.installation).names().get(user, user)
    found = [(f"USER-{user}", f"{name} (you)")]
    if reader.sees("person.read"):
        ids = [row.person for row in reader.under("person.read").all(PersonRow) if not row.erased]
        ids += [row.peer for row in reader.under("peer.read").all(PeerRow) if not row.erased]
        data = register.read_all(reader.installation.store.datastore, ids)
        found += sorted(
            ((who, f"{data[who]['name']} ({who})") for who in data), key=lambda each: each[1]
        )
    return found


# --- Parts of what the path names -----------------------------------------------------------


def _one(reader: Reader, view: type[View], known: Known, subject: str) -> View | None:
    """The row of what the path names, if the person sees it."""
    found = reader.all(view, {subject: known[subject]}) if known.get(subject) else []
    return found[0] if found else None


@_offers("decision", "supersedes")
def decisions(reader: Reader, known: Known) -> Options:
    """Decisions of the case."""
    if not known.get("case"):
        return []
    rows = reader.all(DecisionRow, {"case": known["case"]}, order="decision")
    return [(str(d.decision), f"{d.decision}: {_short(d.title)}, {d.outcome}") for d in rows]


@_offers("item")
def items(reader: Reader, known: Known) -> Options:
    """Items of the case's package of support."""
    row = _one(reader, CasePage, known, "case")
    each = row.items if isinstance(row, CasePage) else ()
    return [(str(i.item), f"{i.item}: {_short(i.description)}, {i.state}") for i in each]


@_offers("milestone")
def milestones(reader: Reader, known: Known) -> Options:
    """Milestones of the case."""
    row = _one(reader, CasePage, known, "case")
    each = row.milestones if isinstance(row, CasePage) else ()
    return [
        (
            str(m.milestone),
            f"{m.milestone}: {_short(m.title)}, due {govuk_date(m.due_on)}, {m.state}",
        )
        for m in each
    ]


@_offers("note")
def notes(reader: Reader, known: Known) -> Options:
    """Notes on the case, by title."""
    row = _one(reader, CasePage, known, "case")
    each = row.notes if isinstance(row, CasePage) else ()
    return [(n.note, f"{_short(n.title)}, {govuk_date(n.added_on)}") for n in each]


@_offers("condition")
def conditions(reader: Reader, known: Known) -> Options:
    """Conditions of the grant."""
    row = _one(reader, GrantRow, known, "grant")
    each = row.conditions if isinstance(row, GrantRow) else ()
    return [(str(c.number), f"{c.number}: {_short(c.text)}, {c.state}") for c in each]


@_offers("instalment")
def instalments(reader: Reader, known: Known) -> Options:
    """Instalments of the grant with their state."""
    row = _one(reader, GrantRow, known, "grant")
    each = row.schedule(reader.moment.on) if isinstance(row, GrantRow) else []
    return [
        (
            str(i.instalment),
            f"{i.instalment}: {pounds_text(i.amount_pence)}, due {govuk_date(i.due_on)}, {i.state}",
        )
        for i in each
    ]


@_offers("session")
def sessions(reader: Reader, known: Known) -> Options:
    """Sessions of the mentoring that are still to come."""
    where = {"match": known.get("match"), "state": "scheduled"}
    rows = reader.all(SessionRow, where, order="session") if known.get("match") else []
    return [(str(s.session), f"{s.session}: {govuk_date(s.held_on)}") for s in rows]


@_offers("objective")
def objectives(reader: Reader, known: Known) -> Options:
    """Objectives of the mentoring."""
    row = _one(reader, MatchRow, known, "match")
    each = row.objectives if isinstance(row, MatchRow) else ()
    return [(str(o.objective), f"{o.objective}: {_short(o.text)}, {o.progress}") for o in each]


@_offers("concern")
def concerns(reader: Reader, known: Known) -> Options:
    """Open concerns about the council."""
    where = {"council": known.get("council"), "status": "open"}
    rows = reader.all(WarningRow, where) if known.get("council") else []
    return [(str(c.concern), f"{c.concern}: {_short(c.source_of_concern)}") for c in rows]


@_offers("holding")
def holdings(reader: Reader, known: Known) -> Options:
    """Roles that the user holds."""
    row = _one(reader, UserRow, known, "user")
    each = row.holdings if isinstance(row, UserRow) else ()
    return [(str(h.number), f"{h.number}: {words(h.role.value)}") for h in each]


@_offers("move")
def moves(reader: Reader, known: Known) -> Options:
    """Virements of the year's budget that were proposed."""
    row = _one(reader, BudgetRow, known, "year")
    found = []
    for number, move in row.state.moves.items() if isinstance(row, BudgetRow) else ():
        way = f"from {words(move.from_heading)} to {words(move.to_heading)}"
        found.append((str(number), f"{number}: {pounds_text(move.amount_pence)} {way}"))
    return found


@_offers("claim")
def claims(reader: Reader, known: Known) -> Options:
    """The host's claims of the year."""
    rows = reader.all(HostingClaimRow, {"year": known["year"]}) if known.get("year") else []
    return [
        (str(c.claim), f"{c.claim}: {pounds_text(c.amount_pence)}, invoice {c.invoice}, {c.state}")
        for c in rows
    ]


@_offers("entry")
def entries(reader: Reader, known: Known) -> Options:
    """Entries of staff time of the month."""
    rows = reader.all(StaffTimeRow, {"month": known["month"]}) if known.get("month") else []
    return [
        (str(e.entry), f"{e.entry}: {e.grade}, {e.activity.value}, {e.hours} hours") for e in rows
    ]


@_offers("deliverable")
def deliverables(reader: Reader, known: Known) -> Options:
    """Deliverables of the contract."""
    row = _one(reader, ContractRow, known, "contract")
    each = row.state.deliverables if isinstance(row, ContractRow) else ()
    return [
        (str(d.number), f"{d.number}: {_short(d.title)}, {pounds_text(d.amount_pence)}")
        for d in each
    ]


@_offers("outcome")
def outcomes(reader: Reader, known: Known) -> Options:
    """Results of the programme's trial."""
    programme = known.get("programme")
    rows = reader.all(TrialResultRow, {"programme": programme}) if programme else []
    return [
        (str(o.outcome), f"{o.outcome}: {_short(o.measure)}, {o.period}, {o.state}") for o in rows
    ]


def _region(reader: Reader, known: Known) -> RegionRow | None:
    row = _one(reader, RegionRow, known, "region")
    return row if isinstance(row, RegionRow) else None


@_offers("priority")
def priorities(reader: Reader, known: Known) -> Options:
    """Open priorities of the region."""
    row = _region(reader, known)
    each = [p for p in row.priorities if not p.closed_on] if row else []
    return [(str(p.priority), f"{p.priority}: {_short(p.title)}") for p in each]


@_offers("offer")
def offers(reader: Reader, known: Known) -> Options:
    """Offers of early support in the region."""
    row, names = _region(reader, known), _councils(reader)
    each = row.early_support if row else ()
    return [(str(o.offer), f"{o.offer}: {names[o.council]}, {o.state}") for o in each]


@_offers("report")
def reports(reader: Reader, known: Known) -> Options:
    """Reports of the region's spending that stand."""
    row = _region(reader, known)
    each = [r for r in row.reports if not r.reversed] if row else []
    return [
        (str(r.report), f"{r.report}: {pounds_text(r.amount_pence)}, {_short(r.spent_on)}")
        for r in each
    ]
