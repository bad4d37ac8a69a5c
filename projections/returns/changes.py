"""What changed between two looks at a return's figures, and by which events, to the penny.

Between two positions every thing is counted anew after each of its new records: what a figure
differs by from one record to the next is what that record did. The steps add up to the whole
difference; if they did not, the explanation would be wrong, and none is given.
"""

from collections.abc import Sequence
from datetime import date

from domain.councils import CouncilProfileRevised, CouncilRecoded, CouncilRenamed
from domain.funding import (
    CommitmentReleased,
    DevolutionRecalled,
    GrantTransferred,
    GrantVaried,
    PaymentReversed,
    ProgrammeCommitmentReleased,
    ProgrammeSpendReversed,
    RegionalSpendUndone,
    RegionalUnderspendReturned,
    SpendReversed,
)
from domain.interventions import CaseCarriedOver, CaseReopened, SupportItemWithdrawn
from domain.kernel import LONDON, Frozen, Record
from domain.reporting import ReturnKind
from domain.sentences import sentence_of
from projections.returns.figures import SHAPES, by_thing, figures
from projections.returns.shape import Cell, Cells, Period

_REVERSALS = (
    CaseReopened,
    CommitmentReleased,
    DevolutionRecalled,
    PaymentReversed,
    ProgrammeCommitmentReleased,
    ProgrammeSpendReversed,
    RegionalSpendUndone,
    RegionalUnderspendReturned,
    SpendReversed,
    SupportItemWithdrawn,
)
_CORRECTIONS = (
    CaseCarriedOver,
    CouncilProfileRevised,
    CouncilRecoded,
    CouncilRenamed,
    GrantTransferred,
    GrantVaried,
)


class Unreconciled(Exception):
    """The events' contributions do not add up to the difference."""


class Contribution(Frozen):
    """What one event did to a figure."""

    position: int
    event: str
    said: str
    """What happened, in a sentence."""
    stream: str
    how: str
    """late entry, correction, reversal, or new"""
    amount: int
    effective_on: date
    recorded_on: date
    actor: str
    reason: str | None = None


class Changed(Frozen):
    """A figure that differs, with every event that made it differ."""

    area: str
    filter: str
    item: str
    indicator: str
    before: int
    after: int
    contributions: tuple[Contribution, ...]

    @property
    def difference(self) -> int:
        """After less before."""
        return self.after - self.before


def classified(record: Record, seen_on: date) -> str:
    """What kind of change a record is, to somebody who looked on a day."""
    if isinstance(record.event, _REVERSALS):
        return "reversal"
    if isinstance(record.event, _CORRECTIONS):
        return "correction"
    return "late entry" if record.effective_on < seen_on else "new"


def changes(
    kind: ReturnKind,
    period: Period,
    records: Sequence[Record],
    early: int,
    late: int,
    seen_on: date,
) -> list[Changed]:
    """Every figure that differs between two positions, explained; in the return's own order.

    ``records`` are all that its figures are made from, up to the later position; ``seen_on`` is
    the day of the earlier look.
    Raises Unreconciled if the events' contributions do not add up.
    """
    first = figures(kind, period, [r for r in records if r.position <= early])
    last = figures(kind, period, [r for r in records if r.position <= late])
    steps = _steps(kind, period, [r for r in records if r.position <= late], early, seen_on)
    found = []
    for cell in dict.fromkeys((*first.places(), *last.places())):
        before, after = first.of(cell), last.of(cell)
        told = tuple(sorted(steps.get(cell, ()), key=lambda step: step.position))
        if before + sum(step.amount for step in told) != after:
            raise Unreconciled(f"{cell}: {before} and what {len(told)} events did is not {after}")
        if before != after or told:
            found.append(Changed(**cell._asdict(), before=before, after=after, contributions=told))
    return found


def sources(
    kind: ReturnKind, period: Period, records: Sequence[Record], cell: Cell
) -> list[Contribution]:
    """Every event behind one figure, with what it did: they add up to the figure.

    Raises Unreconciled if they did not.
    """
    told = _steps(kind, period, records, 0, date.min).get(cell, [])
    told.sort(key=lambda step: step.position)
    figure = figures(kind, period, records).of(cell)
    if sum(step.amount for step in told) != figure:
        raise Unreconciled(f"{cell}: what {len(told)} events did is not {figure}")
    return told


def _steps(
    kind: ReturnKind, period: Period, records: Sequence[Record], early: int, seen_on: date
) -> dict[Cell, list[Contribution]]:
    shape = SHAPES[kind]
    steps: dict[Cell, list[Contribution]] = {}
    for thing, known in by_thing(shape, records).items():
        old = sum(record.position <= early for record in known)
        before: Cells = shape.adds(thing, known[:old], period) if old else {}
        for place in range(old, len(known)):
            record = known[place]
            after = shape.adds(thing, known[: place + 1], period)
            for cell in dict.fromkeys((*before, *after)):
                amount = after.get(cell, 0) - before.get(cell, 0)
                if amount:
                    steps.setdefault(cell, []).append(_contribution(record, amount, seen_on))
            before = after
    return steps


def _contribution(record: Record, amount: int, seen_on: date) -> Contribution:
    return Contribution(
        position=record.position,
        event=type(record.event).__name__,
        said=sentence_of(record.event),
        stream=record.stream,
        how=classified(record, seen_on),
        amount=amount,
        effective_on=record.effective_on,
        recorded_on=record.recorded_at.astimezone(LONDON).date(),
        actor=record.actor,
        reason=record.reason,
    )
