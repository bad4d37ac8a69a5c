"""The support return: decisions, packages, mentoring and peer challenge."""

from collections.abc import Iterable, Sequence

from domain.challenges import (
    ChallengeAgreed,
    ChallengeConducted,
    ChallengeEvent,
    ChallengeKind,
)
from domain.interventions import (
    CaseOpened,
    ItemKind,
    SupportDecisionProposed,
    SupportDecisionTaken,
    SupportItemAdded,
    SupportItemDelivered,
    SupportItemWithdrawn,
)
from domain.kernel import Record
from domain.mentoring import MenteeOffice, MentoringRequested, SessionHeld
from projections.returns.shape import (
    TOTAL,
    Cell,
    Cells,
    Filter,
    Indicator,
    Period,
    Shape,
    Unit,
    add,
    titled,
)

KIND, OFFICE, CHALLENGE = "support_kind", "mentee_office", "challenge_kind"
_CASE = (
    CaseOpened,
    SupportDecisionProposed,
    SupportDecisionTaken,
    SupportItemAdded,
    SupportItemDelivered,
    SupportItemWithdrawn,
)
_PEOPLE = "the people of mentoring"
"""One thing: whoever mentors in two regions is one person in England and one in each."""


def _things(record: Record) -> Iterable[str]:
    match event := record.event:
        case MentoringRequested() | SessionHeld():
            return (event.match, _PEOPLE)
        case ChallengeEvent():
            return (event.challenge,)
        case _ if isinstance(event, _CASE):
            return (event.case,)
    return ()


def _adds(thing: str, records: Sequence[Record], period: Period) -> Cells:
    known = period.reached(records)
    if thing == _PEOPLE:
        return _people(known, period)
    cells: Cells = {}
    region: str | None = None
    kinds: dict[int, ItemKind] = {}
    office = MenteeOffice.SENIOR_MANAGER
    for record in known:
        event, inside = record.event, period.has(record)
        match event:
            case CaseOpened():
                region = event.region.value
            case MentoringRequested():
                region, office = event.region.value, event.mentee_office
            case SupportItemAdded():
                kinds[event.item] = event.kind
        if inside:
            _count(cells, record, region, kinds, office)
    return cells


def _count(
    cells: Cells,
    record: Record,
    region: str | None,
    kinds: dict[int, ItemKind],
    office: MenteeOffice,
) -> None:
    """What one record within the period adds."""
    match event := record.event:
        case SupportDecisionProposed():
            add(cells, "decisions_proposed_count", 1, (region, event.council))
        case SupportDecisionTaken():
            add(cells, f"decisions_{event.outcome}_count", 1, (region, event.council))
        case SupportItemAdded():
            split = {KIND: titled(event.kind)}
            add(cells, "items_added_count", 1, (region, event.council), split)
            add(cells, "items_cost_sum", event.cost_pence, (region, event.council), split)
        case SupportItemDelivered():
            split = {KIND: titled(kinds[event.item])} if event.item in kinds else {}
            add(cells, "items_delivered_count", 1, (region, event.council), split)
            add(cells, "items_delivered_days", event.half_days, (region, event.council), split)
        case SupportItemWithdrawn():
            split = {KIND: titled(kinds[event.item])} if event.item in kinds else {}
            add(cells, "items_withdrawn_count", 1, (region, event.council), split)
        case SessionHeld():
            split = {OFFICE: titled(office)}
            add(cells, "sessions_held_count", 1, (region, event.council), split)
            add(cells, "mentoring_days", event.half_days, (region, event.council), split)
        case ChallengeAgreed():
            split = {CHALLENGE: titled(event.kind)}
            add(cells, "challenges_agreed_count", 1, (event.region.value, event.council), split)
        case ChallengeConducted():
            split = {CHALLENGE: titled(event.kind)}
            add(cells, "challenges_conducted_count", 1, (event.region.value, event.council), split)


def _people(known: Sequence[Record], period: Period) -> Cells:
    """Mentors and mentees who met in the period: each counted once wherever they are counted."""
    asked = {
        record.event.match: record.event
        for record in known
        if isinstance(record.event, MentoringRequested)
    }
    met: dict[Cell, set[str]] = {}
    for record in known:
        event = record.event
        if not isinstance(event, SessionHeld) or not period.has(record):
            continue
        request = asked.get(event.match)
        if request is None:
            continue
        for indicator, person in (("mentors_count", event.peer), ("mentees_count", request.mentee)):
            for area in ("", request.region.value, event.council):
                for split, item in (("", TOTAL), (OFFICE, titled(request.mentee_office))):
                    met.setdefault(Cell(area, split, item, indicator), set()).add(person)
    return {cell: len(persons) for cell, persons in met.items()}


def _of(name: str, label: str, group: str, unit: Unit, *filters: str) -> Indicator:
    return Indicator(name, label, group, unit, filters)


SHAPE = Shape(
    title="Support return: decisions, packages, mentoring and peer challenge",
    filters=(
        Filter(
            KIND, "Kind of support", "Items of packages", tuple(titled(kind) for kind in ItemKind)
        ),
        Filter(
            OFFICE,
            "Office of the mentee",
            "Mentoring",
            tuple(titled(office) for office in MenteeOffice),
        ),
        Filter(
            CHALLENGE,
            "Kind of peer challenge",
            "Peer challenge",
            tuple(titled(kind) for kind in ChallengeKind),
        ),
    ),
    indicators=(
        _of("decisions_proposed_count", "Support decisions proposed", "Decisions", Unit.COUNT),
        _of("decisions_approved_count", "Support decisions approved", "Decisions", Unit.COUNT),
        _of("decisions_declined_count", "Support decisions declined", "Decisions", Unit.COUNT),
        _of("items_added_count", "Items added to packages", "Packages", Unit.COUNT, KIND),
        _of("items_cost_sum", "Planned cost of items added", "Packages", Unit.PENCE, KIND),
        _of("items_delivered_count", "Items delivered", "Packages", Unit.COUNT, KIND),
        _of("items_delivered_days", "Days of support delivered", "Packages", Unit.HALF_DAYS, KIND),
        _of("items_withdrawn_count", "Items withdrawn", "Packages", Unit.COUNT, KIND),
        _of("sessions_held_count", "Mentoring sessions held", "Mentoring", Unit.COUNT, OFFICE),
        _of("mentoring_days", "Days of mentoring given", "Mentoring", Unit.HALF_DAYS, OFFICE),
        _of("mentors_count", "People who mentored", "Mentoring", Unit.PEOPLE, OFFICE),
        _of("mentees_count", "People who were mentored", "Mentoring", Unit.PEOPLE, OFFICE),
        _of(
            "challenges_agreed_count", "Peer challenges agreed", "Challenge", Unit.COUNT, CHALLENGE
        ),
        _of(
            "challenges_conducted_count",
            "Peer challenges carried out",
            "Challenge",
            Unit.COUNT,
            CHALLENGE,
        ),
    ),
    events=(*_CASE, MentoringRequested, SessionHeld, ChallengeAgreed, ChallengeConducted),
    things=_things,
    adds=_adds,
    telling=("sessions_held_count", "mentoring_days"),
)
