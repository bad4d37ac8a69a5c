"""Whole things: councils, cases, grants, peers, people."""

from collections.abc import Sequence
from datetime import date

from domain.access import PERMISSIONS
from domain.councils import Region
from domain.kernel import financial_year, pounds_text
from projections.access import UserRow
from projections.challenges import ChallengeRow
from projections.contracts import ContractRow
from projections.councils import CouncilRow
from projections.funding import BudgetRow, GrantRow
from projections.interventions import CasePage
from projections.mentoring import MatchRow
from projections.people import PeerRow
from projections.persons import PersonRow
from projections.practice import PracticeRow
from projections.programmes import ProgrammeRow
from projections.reporting import ReturnRow
from service import register
from service.desk import Reader
from service.identity import accounts_of
from service.pages.forms.options.offering import Known, Option, council_names, offers, short


@offers("council")
def councils(reader: Reader, known: Known) -> list[Option]:
    """Councils of the person's scope that have not been succeeded, by name; every one of them
    where the scope is of none."""
    every = _standing(reader)
    if reader.reach.everything:
        return _named(every)
    near = [r for r in every if r.council in reader.reach.councils]
    near += [r for r in every if r.region.value in reader.reach.regions]
    return _named(near or every)


@offers("any council")
def every_council(reader: Reader, known: Known) -> list[Option]:
    """Every council that has not been succeeded, whatever the person's scope."""
    return _named(_standing(reader))


def _standing(reader: Reader) -> list[CouncilRow]:
    return [row for row in reader.all(CouncilRow, order="name") if not row.successors]


def _named(rows: Sequence[CouncilRow]) -> list[Option]:
    return [Option(row.council, f"{row.name} ({row.council})") for row in rows]


@offers("due council")
def due(reader: Reader, known: Known) -> list[Option]:
    """Councils that are due for intervention."""
    waiting = {row.council for row in reader.all(CouncilRow) if row.due}
    return [option for option in councils(reader, known) if option.value in waiting]


@offers("council to open")
def without_case(reader: Reader, known: Known) -> list[Option]:
    """Councils that have no case open: those that are due for intervention first, and said so."""
    rows = {row.council: row for row in reader.all(CouncilRow)}
    free = [each for each in councils(reader, known) if not rows[each.value].open_case]
    waiting = [each for each in free if rows[each.value].due]
    said = [each._replace(text=f"{each.text}, due for intervention") for each in waiting]
    return said + [each for each in free if each not in waiting]


@offers("case")
def cases(reader: Reader, known: Known) -> list[Option]:
    """Cases with their council and stage."""
    names = council_names(reader)
    return [
        Option(
            row.case,
            f"{row.case}: {names[row.council]}, {row.stage.value}",
            "open" if row.is_open else "closed",
        )
        for row in reader.all(CasePage, order="case")
    ]


@offers("grant")
def grants(reader: Reader, known: Known) -> list[Option]:
    """Grants with their council, amount and status; those of the case, if there is one."""
    names, case = council_names(reader), known.get("case")
    return [
        Option(
            row.grant,
            f"{row.grant}: {names[row.council]}, {pounds_text(row.amount_pence)}, {row.status}",
            row.status,
        )
        for row in reader.all(GrantRow, {"case": case}, order="grant")
    ]


@offers("suspended grant")
def suspended(reader: Reader, known: Known) -> list[Option]:
    """Grants of which payment is suspended."""
    held = {row.grant for row in reader.all(GrantRow) if row.suspended}
    return [option for option in grants(reader, known) if option.value in held]


@offers("grant with a debt")
def owing(reader: Reader, known: Known) -> list[Option]:
    """Grants of which money was demanded back and is still owed."""
    owed = {row.grant for row in reader.all(GrantRow) if row.owed_pence}
    return [option for option in grants(reader, known) if option.value in owed]


@offers("match")
def matches(reader: Reader, known: Known) -> list[Option]:
    """Mentoring by council and office."""
    names = council_names(reader)
    return [
        Option(
            row.match,
            f"{row.match}: {row.mentee_office.value}, {names[row.council]}",
            row.status.value,
        )
        for row in reader.all(MatchRow, order="match")
    ]


@offers("peer")
def peers(reader: Reader, known: Known) -> list[Option]:
    """Peers by reference, kind and home council, with the name for those who may see it."""
    names, people = council_names(reader), {}
    rows = [row for row in reader.all(PeerRow, order="peer") if row.active and not row.erased]
    if reader.sees("peer.read"):
        datastore = reader.installation.store.datastore
        people = register.read_all(datastore, [row.peer for row in rows])
    found = []
    for row in rows:
        name = f"{row.peer}: {people[row.peer]['name']}" if row.peer in people else row.peer
        said = (name, row.kind.value, row.party, names[row.home_council])
        found.append(Option(row.peer, ", ".join(part for part in said if part)))
    return found


@offers("challenge")
def challenges(reader: Reader, known: Known) -> list[Option]:
    """Peer challenges by host."""
    names = council_names(reader)
    return [
        Option(
            row.challenge,
            f"{row.challenge}: {row.kind.value}, {names[row.council]}",
            row.status.value,
        )
        for row in reader.all(ChallengeRow, order="challenge")
    ]


@offers("contract")
def contracts(reader: Reader, known: Known) -> list[Option]:
    """Contracts by supplier and lot."""
    return [
        Option(row.contract, f"{row.contract}: {row.supplier}, {row.lot.value}", row.status)
        for row in reader.all(ContractRow, order="contract")
    ]


@offers("programme")
def programmes(reader: Reader, known: Known) -> list[Option]:
    """Policy programmes by title."""
    return [
        Option(row.programme, f"{row.programme}: {row.title}")
        for row in reader.all(ProgrammeRow, order="programme")
    ]


@offers("practice")
def practice(reader: Reader, known: Known) -> list[Option]:
    """Examples of practice by title."""
    return [
        Option(
            row.practice,
            f"{row.practice}: {short(row.title)}, {row.status.value}",
            row.status.value,
        )
        for row in reader.all(PracticeRow, order="practice")
    ]


@offers("dfe_return")
def returns(reader: Reader, known: Known) -> list[Option]:
    """Returns to the department by kind and period."""
    return [
        Option(
            row.dfe_return,
            f"{row.dfe_return}: {row.kind.value}, {row.period}, {row.status.value}",
            row.status.value,
        )
        for row in reader.all(ReturnRow, order="dfe_return")
    ]


@offers("region")
def regions(reader: Reader, known: Known) -> list[Option]:
    """The regions of the person's scope, and of the councils in it."""
    reach = reader.reach
    near = {row.region.value for row in reader.all(CouncilRow) if row.council in reach.councils}
    return [
        Option(region.value, region.label)
        for region in Region
        if reach.everything or region.value in {*reach.regions, *near}
    ]


@offers("year")
def years(reader: Reader, known: Known) -> list[Option]:
    """The last three financial years, this one and the next."""
    this = int(financial_year(reader.moment.on)[:4])
    each = [financial_year(date(first, 4, 1)) for first in range(this + 1, this - 4, -1)]
    return [Option(year, year) for year in each]


@offers("year with a budget")
def budget_years(reader: Reader, known: Known) -> list[Option]:
    """Financial years that have a budget, the latest first; any, for who doesn't see budgets."""
    rows = reader.all(BudgetRow, order="-year")
    found = [Option(r.year, r.year, "closed" if r.closed else "open") for r in rows]
    return found or [option._replace(state="open") for option in years(reader, known)]


@offers("year without a budget")
def years_to_open(reader: Reader, known: Known) -> list[Option]:
    """Financial years that no budget was opened for yet."""
    begun = {row.year for row in reader.all(BudgetRow)}
    return [option for option in years(reader, known) if option.value not in begun]


@offers("user")
def users(reader: Reader, known: Known) -> list[Option]:
    """People who may sign in, by name and role."""
    return _users(reader, active=True)


@offers("user who runs cases")
def case_leads(reader: Reader, known: Known) -> list[Option]:
    """People who may sign in and work on cases."""
    return _users(reader, active=True, may="case.run")


@offers("user who is stopped")
def stopped_users(reader: Reader, known: Known) -> list[Option]:
    """People who were stopped from signing in."""
    return _users(reader, active=False)


def _users(reader: Reader, *, active: bool, may: str = "") -> list[Option]:
    names = accounts_of(reader.installation).names()
    found = []
    for row in reader.all(UserRow, {"active": active}):
        if may and not any(may in PERMISSIONS[h.role] for h in row.holdings):
            continue
        roles = ", ".join(sorted({h.role.value for h in row.holdings})) or "no role"
        found.append(Option(row.user, f"{names.get(row.user, row.user)}: {roles} ({row.user})"))
    return sorted(found, key=lambda each: each[1])


@offers("person")
def persons(reader: Reader, known: Known) -> list[Option]:
    """Whoever signs in, and those whose data is held, by name for those who may see it."""
    user = reader.user.user
    name = accounts_of(reader.installation).names().get(user, user)
    found = [Option(f"USER-{user}", f"{name} (you)")]
    if reader.sees("person.read"):
        ids = [row.person for row in reader.under("person.read").all(PersonRow) if not row.erased]
        ids += [row.peer for row in reader.under("peer.read").all(PeerRow) if not row.erased]
        data = register.read_all(reader.installation.store.datastore, ids)
        found += sorted(
            (Option(who, f"{data[who]['name']} ({who})") for who in data), key=lambda each: each[1]
        )
    return found
