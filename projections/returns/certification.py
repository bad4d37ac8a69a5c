"""The annual grant certification: what a year's grants came to."""

from collections.abc import Iterable, Sequence

from domain.funding import (
    ClawbackDemanded,
    ClawbackReceived,
    ClawbackWrittenOff,
    GrantApproved,
    GrantClass,
    GrantEvent,
    GrantProposed,
    GrantVaried,
    Heading,
    InstalmentPaid,
    MonitoringReturnReceived,
    PaymentReversed,
)
from domain.kernel import Record
from projections.returns.shape import Cells, Filter, Indicator, Period, Shape, Unit, add, titled

CLASS, HEADING = "grant_class", "budget_heading"
_CLASSES = {
    GrantClass.GENERAL: "General",
    GrantClass.FORMULA: "Formula",
    GrantClass.GRANT_IN_AID: "Grant in aid",
    GrantClass.SECTION_31: "Section 31, not ring-fenced",
}


def _things(record: Record) -> Iterable[str]:
    return (record.event.grant,) if isinstance(record.event, GrantEvent) else ()


def _amounts(record: Record) -> tuple[str, int] | None:
    """What a record within the year is to the certification."""
    match event := record.event:
        case GrantApproved():
            return "approved_sum", event.amount_pence
        case GrantVaried():
            return "approved_sum", event.amount_pence - event.was_pence
        case InstalmentPaid():
            return "paid_sum", event.amount_pence
        case PaymentReversed():
            return "paid_sum", -event.amount_pence
        case ClawbackDemanded():
            return "demanded_sum", event.amount_pence
        case ClawbackReceived():
            return "recovered_sum", event.amount_pence
        case ClawbackWrittenOff():
            return "written_off_sum", event.amount_pence
    return None


def _adds(thing: str, records: Sequence[Record], period: Period) -> Cells:
    """What a grant adds: money by the year that it moved in; spend as its council certified."""
    cells: Cells = {}
    known = period.reached(records)
    proposed = next((r.event for r in known if isinstance(r.event, GrantProposed)), None)
    if proposed is None:
        return cells
    splits = {CLASS: _CLASSES[proposed.grant_class], HEADING: titled(proposed.heading)}
    council, before, reported, certified, active = proposed.council, 0, 0, False, False
    for record in known:
        event, inside = record.event, period.has(record)
        if isinstance(event, GrantEvent):
            council = event.council
        if isinstance(event, MonitoringReturnReceived):
            reported = event.spend_to_date_pence
            before = before if inside else reported
            certified = certified or inside
        amount = _amounts(record) if inside else None
        if amount:
            active = True
            add(cells, *amount, (proposed.region.value, council), splits)
    where = (proposed.region.value, council)
    if reported != before:
        add(cells, "reported_spend_sum", reported - before, where, splits)
    if active:
        add(cells, "grants_count", 1, where, splits)
    if certified:
        add(cells, "grants_certified_count", 1, where, splits)
    return cells


def _of(name: str, label: str, group: str, unit: Unit) -> Indicator:
    return Indicator(name, label, group, unit, (CLASS, HEADING))


SHAPE = Shape(
    title="Annual grant certification",
    filters=(
        Filter(
            CLASS,
            "Class of grant",
            "In the terms of the grants standard",
            tuple(_CLASSES[kind] for kind in GrantClass),
        ),
        Filter(
            HEADING,
            "Budget heading",
            "What the money is for",
            tuple(titled(heading) for heading in Heading),
        ),
    ),
    indicators=(
        _of("grants_count", "Grants on which money was approved or moved", "Grants", Unit.COUNT),
        _of("grants_certified_count", "Grants whose spend was certified", "Grants", Unit.COUNT),
        _of("approved_sum", "Approved, as varied", "Money", Unit.PENCE),
        _of("paid_sum", "Paid, less what came back", "Money", Unit.PENCE),
        _of("reported_spend_sum", "Spent, as councils certified", "Money", Unit.PENCE),
        _of("demanded_sum", "Demanded back", "Money", Unit.PENCE),
        _of("recovered_sum", "Clawed back", "Money", Unit.PENCE),
        _of("written_off_sum", "Written off", "Money", Unit.PENCE),
    ),
    events=(
        GrantProposed,
        GrantApproved,
        GrantVaried,
        InstalmentPaid,
        PaymentReversed,
        MonitoringReturnReceived,
        ClawbackDemanded,
        ClawbackReceived,
        ClawbackWrittenOff,
    ),
    things=_things,
    adds=_adds,
)
