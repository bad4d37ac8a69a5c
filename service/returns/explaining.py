"""Why a return's figures differ from another look at them: each difference by its events."""

from collections.abc import Iterable
from datetime import date

from domain.kernel import LONDON, Frozen, Record, Refused, ReturnRef
from domain.reporting import ReturnKind
from projections.reporting import ReturnRow
from projections.returns import (
    Cell,
    Changed,
    Contribution,
    Indicator,
    Period,
    changes,
    figures,
    shape_of,
    sources,
    topics_of,
)
from projections.returns.areas import Area, areas_of
from projections.returns.shape import TOTAL
from service.installation import Installation
from service.returns.making import made_from, records_of

NOW = "now"


class Cause(Frozen):
    """What one event did to a figure."""

    position: int
    event: str
    said: str
    """What happened, in a sentence."""
    stream: str
    how: str
    """late entry, correction, reversal, or new: effective since the earlier look."""
    amount: str
    effective_on: date
    recorded_on: date
    actor: str
    reason: str | None = None


class Difference(Frozen):
    """A figure that differs, with every event that made it differ."""

    area: str
    """By its code of the statistics authority."""
    area_name: str
    filter: str
    item: str
    indicator: str
    label: str
    before: str
    after: str
    difference: str
    causes: tuple[Cause, ...]


class Look(Frozen):
    """One of the two looks."""

    dfe_return: ReturnRef | None
    """None for now."""
    position: int
    as_returned: bool
    """Today's code makes the figures that were returned; False where a later version counts
    otherwise, which no event explains."""


class Explanation(Frozen):
    """What changed between two looks at the figures of a kind and period, and why."""

    kind: ReturnKind
    period: str
    before: Look
    after: Look
    events: int
    """How many events changed something."""
    differences: tuple[Difference, ...]
    """Each adds up: before, and what its events did, is after."""


def explain(
    installation: Installation, row: ReturnRow, against: ReturnRow | None, now: int
) -> Explanation:
    """What changed between a return and another of its kind and period, or a position: now.

    The earlier position is always the one before. Raises Refused ``bad-comparison`` for returns
    of different kinds or periods, and Unreconciled if the events did not add up.
    """
    if against and (against.kind, against.period) != (row.kind, row.period):
        raise Refused(
            "bad-comparison",
            f"{row.dfe_return} is the {row.kind} return of {row.period} and {against.dfe_return}"
            f" the {against.kind} return of {against.period}: compare two of a kind and period.",
        )
    head = max(now, row.at_position)
    looks = sorted(
        [(row.at_position, row), (against.at_position if against else head, against)],
        key=lambda look: (look[0], look[1] is None),
    )
    (early, first), (late, last) = looks
    period, records = Period.named(row.period), records_of(installation, row.kind, late)
    found = changes(row.kind, period, records, early, late, _day_of(installation, early))
    areas = {area.code: area for area in areas_of(records, period, {c.area for c in found})}
    return Explanation(
        kind=row.kind,
        period=row.period,
        before=_look(first, early, records=[r for r in records if r.position <= early]),
        after=_look(last, late, records=records),
        events=len({step.position for each in found for step in each.contributions}),
        differences=tuple(_told(each, areas, row.kind) for each in found if each.contributions),
    )


class SubmittedFigure(Frozen):
    """A figure of a submitted return that an event touched, and by how much."""

    dfe_return: ReturnRef
    kind: ReturnKind
    period: str
    area_name: str
    item: str
    label: str
    amount: str


def touched_by(
    installation: Installation, rows: Iterable[ReturnRow], position: int
) -> list[SubmittedFigure]:
    """Every figure of these returns that the event at a position is part of."""
    found: list[SubmittedFigure] = []
    counting = [row for row in rows if row.at_position >= position]
    (event,) = [type(record.event) for record in installation.store.records_at([position])]
    kinds = {row.kind for row in counting if event.__name__ in topics_of(row.kind)}
    read = {kind: records_of(installation, kind, position) for kind in kinds}
    day = _day_of(installation, position)
    for row in counting:
        if row.kind not in read:
            continue
        period, records = Period.named(row.period), read[row.kind]
        told = changes(row.kind, period, records, position - 1, position, day)
        areas = {a.code: a for a in areas_of(records, period, {each.area for each in told})}
        for each in told:
            indicator = shape_of(row.kind).indicator(each.indicator)
            found.append(
                SubmittedFigure(
                    dfe_return=row.dfe_return,
                    kind=row.kind,
                    period=row.period,
                    area_name=areas[each.area].name,
                    item=each.item,
                    label=indicator.label,
                    amount=indicator.written(each.difference),
                )
            )
    return found


class Sources(Frozen):
    """Every event behind one figure of a return."""

    dfe_return: ReturnRef
    label: str
    item: str
    value: str
    """The figure itself, also where it is not shown."""
    causes: tuple[Cause, ...]
    """They add up to it."""


def sources_of(
    installation: Installation, row: ReturnRow, indicator: str, area: str, split: str, item: str
) -> Sources:
    """The events behind a figure, by its indicator, its area's code, and what it is split by.

    Raises Refused ``not-found`` for a figure that the return does not have.
    """
    period = Period.named(row.period)
    records = records_of(installation, row.kind, row.at_position)
    found = figures(row.kind, period, records)
    code = next((each.code for each in found.areas if each.gss == area), None)
    wanted = Cell(code if code is not None else "?", split, item or TOTAL, indicator)
    if wanted not in set(found.places()):
        raise Refused("not-found", f"{row.dfe_return} has no such figure.")
    known = found.shape.indicator(indicator)
    return Sources(
        dfe_return=row.dfe_return,
        label=known.label,
        item=wanted.item,
        value=known.written(found.of(wanted)),
        causes=tuple(_cause(step, known) for step in sources(row.kind, period, records, wanted)),
    )


def _cause(step: Contribution, indicator: Indicator) -> Cause:
    return Cause(amount=indicator.written(step.amount), **step.model_dump(exclude={"amount"}))


def _day_of(installation: Installation, position: int) -> date:
    """The day on which the log came to a position."""
    found = installation.store.recorder.select_notifications(position, 1)
    if not found:
        return installation.today()
    return installation.store.mapper.to_domain_event(found[0]).recorded_at.astimezone(LONDON).date()


def _look(row: ReturnRow | None, position: int, records: list[Record]) -> Look:
    same = (
        row is None
        or made_from(records, row.kind, Period.named(row.period), position).contents.sha256
        == row.sha256
    )
    return Look(dfe_return=row.dfe_return if row else None, position=position, as_returned=same)


def _told(changed: Changed, areas: dict[str, Area], kind: ReturnKind) -> Difference:
    indicator: Indicator = shape_of(kind).indicator(changed.indicator)
    area = areas[changed.area]
    return Difference(
        area=area.gss,
        area_name=area.name,
        filter=changed.filter,
        item=changed.item,
        indicator=changed.indicator,
        label=indicator.label,
        before=indicator.written(changed.before),
        after=indicator.written(changed.after),
        difference=indicator.written(changed.difference),
        causes=tuple(_cause(step, indicator) for step in changed.contributions),
    )
