"""What stands now: instruments in force, holds, who takes part, what can be watched."""

from datetime import date, timedelta

from domain.councils import InstrumentKind
from domain.kernel import pounds_text
from projections.assessments import AssessmentRow
from projections.challenges import ChallengeRow
from projections.councils import CouncilRow
from projections.funding import GrantRow
from projections.hosting import StaffTimeRow
from projections.insight import IndicatorSetRow
from projections.instruments import InstrumentRow
from projections.interventions import CasePage
from projections.persons import PersonRow
from projections.programmes import ParticipationRow
from service.desk import Reader
from service.pages.forms.options.offering import Known, Option, council_names, offers
from service.pages.forms.options.parts import named
from service.pages.forms.options.wholes import councils, every_council, peers, persons
from service.telling import govuk_date
from service.watching import watch_list

_ENDS = 12
"""So many ends of months are offered."""


def _in_force(reader: Reader, known: Known, *kinds: InstrumentKind) -> list[Option]:
    where = {"council": known.get("council"), "in_force": True}
    rows = reader.all(InstrumentRow, where, order="from_on")
    return [
        Option(row.reference, f"{row.reference}, since {govuk_date(row.from_on)}", of=row.council)
        for row in rows
        if row.kind in kinds
    ]


@offers("notice", of="council")
def notices(reader: Reader, known: Known) -> list[Option]:
    """Improvement notices of the council that are in force."""
    return _in_force(reader, known, InstrumentKind.NOTICE)


@offers("direction", of="council")
def directions(reader: Reader, known: Known) -> list[Option]:
    """Statutory directions to the council that are in force."""
    return _in_force(reader, known, InstrumentKind.DIRECTION)


@offers("body", of="council")
def bodies(reader: Reader, known: Known) -> list[Option]:
    """Partners and trusts that run the council's services."""
    return _in_force(reader, known, InstrumentKind.PARTNER, InstrumentKind.TRUST)


@offers("appointed", of="council")
def appointed(reader: Reader, known: Known) -> list[Option]:
    """Advisers and the commissioner of the council, by name for those who may see it."""
    found = _in_force(reader, known, InstrumentKind.ADVISER, InstrumentKind.COMMISSIONER)
    names = {option.value: option.text for option in persons(reader, known)}
    return [each._replace(text=names.get(each.value, each.text)) for each in found]


@offers("hold", of="person")
def holds(reader: Reader, known: Known) -> list[Option]:
    """Legal holds on the person's data that last."""
    return [
        Option(hold.hold, hold.hold, of=row.person)
        for row in named(reader, PersonRow, known, "person")
        for hold in row.holds
    ]


@offers("successor")
def successors(reader: Reader, known: Known) -> list[Option]:
    """Councils that took the place of the case's; every council, if none is recorded."""
    every = every_council(reader, known)
    left = {row.council for row in named(reader, CasePage, known, "case")}
    taken = [row.successors for row in reader.all(CouncilRow) if row.council in left]
    return [option for option in every if any(option.value in after for after in taken)] or every


@offers("council taking part", of="programme")
def taking_part(reader: Reader, known: Known) -> list[Option]:
    """Councils that take part in the programme."""
    where = {"programme": known.get("programme"), "state": "taking part"}
    near = {option.value: option for option in councils(reader, known)}
    inside = [row for row in reader.all(ParticipationRow, where) if row.council in near]
    found = [near[row.council]._replace(of=row.programme) for row in inside]
    return sorted(found, key=lambda option: option.text)


@offers("council assessed")
def assessed(reader: Reader, known: Known) -> list[Option]:
    """Councils that have assessed themselves."""
    inside = {row.council for row in reader.all(AssessmentRow)}
    return [option for option in every_council(reader, known) if option.value in inside]


@offers("year assessed", of="council")
def years_assessed(reader: Reader, known: Known) -> list[Option]:
    """Years of which the council has assessed itself, the latest first."""
    rows = reader.all(AssessmentRow, {"council": known.get("council")}, order="-year")
    return [Option(row.year, row.year, of=row.council) for row in rows]


@offers("team member", of="challenge")
def team(reader: Reader, known: Known) -> list[Option]:
    """Peers on the challenge's team."""
    active = {option.value: option for option in peers(reader, known)}
    return [
        active[seat.peer]._replace(of=row.challenge)
        for row in named(reader, ChallengeRow, known, "challenge")
        for seat in row.team
        if seat.peer in active
    ]


@offers("month")
def months(reader: Reader, known: Known) -> list[Option]:
    """Months of which staff time is recorded, the latest first."""
    found = sorted({row.month for row in reader.all(StaffTimeRow)}, reverse=True)
    return [Option(month, f"{date.fromisoformat(f'{month}-01'):%B %Y}") for month in found]


@offers("indicator set")
def indicator_sets(reader: Reader, known: Known) -> list[Option]:
    """Sets of indicators by title."""
    rows = reader.all(IndicatorSetRow, order="indicator_set")
    return [Option(row.indicator_set, row.title) for row in rows]


@offers("indicator")
def indicators(reader: Reader, known: Known) -> list[Option]:
    """Indicators of every set by name, with the set that each is of."""
    rows = reader.all(IndicatorSetRow, order="indicator_set")
    return [Option(d.id, f"{d.name} ({row.title})") for row in rows for d in row.definitions]


@offers("moment")
def moments(reader: Reader, known: Known) -> list[Option]:
    """Ends of the last months, each by the last position that was recorded by then."""
    days = [reader.moment.on.replace(day=1) - timedelta(days=1)]
    while len(days) < _ENDS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    found = zip(days, reader.positions_on(days), strict=True)
    return [Option(str(at), f"The end of {govuk_date(day)}") for day, at in found if at]


@offers("subject")
def subjects(reader: Reader, known: Known) -> list[Option]:
    """Cases, grants and councils that the reader sees and doesn't watch yet."""
    watched = watch_list(reader).watched
    names = council_names(reader)
    found: list[Option] = []
    if reader.sees("case.read"):
        rows = reader.under("case.read").all(CasePage, order="case")
        found += [Option(row.case, f"{row.case}: {names[row.council]}") for row in rows]
    if reader.sees("grant.read"):
        grants = reader.under("grant.read").all(GrantRow, order="grant")
        found += [
            Option(g.grant, f"{g.grant}: {names[g.council]}, {pounds_text(g.amount_pence)}")
            for g in grants
        ]
    found += every_council(reader, known)
    return [option for option in found if option.value not in watched]


@offers("watched")
def watched(reader: Reader, known: Known) -> list[Option]:
    """What the reader watches."""
    names = council_names(reader)
    return [Option(each, names.get(each, each)) for each in sorted(watch_list(reader).watched)]
