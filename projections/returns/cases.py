"""The intervention return: cases by tier, stage, trigger, time open and progress."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from domain.councils import SupportTier
from domain.interventions import (
    CaseCarriedOver,
    CaseClosed,
    CaseEscalated,
    CaseEvent,
    CaseOpened,
    CaseReopened,
    CaseSteppedDown,
    InterventionCase,
    ProgressReviewed,
    Rag,
    Stage,
    SupportDecisionProposed,
    SupportItemDelivered,
    SupportPackageAgreed,
    SustainedImprovementChecked,
    TriageCompleted,
)
from domain.kernel import Record
from projections.returns.shape import Cells, Filter, Indicator, Period, Shape, Unit, add, titled

_STAGED = (
    CaseOpened,
    TriageCompleted,
    SupportDecisionProposed,
    SupportPackageAgreed,
    SupportItemDelivered,
    ProgressReviewed,
    CaseEscalated,
    CaseSteppedDown,
    CaseClosed,
    CaseReopened,
    SustainedImprovementChecked,
    CaseCarriedOver,
)
"""What moves a case from stage to stage, or to another council."""
_BANDS = ((91, "Under 3 months"), (183, "3 to 6 months"), (365, "6 to 12 months"))
_LONGER, _UNTRIAGED, _UNREVIEWED = "12 months or more", "Not yet triaged", "Not yet reviewed"
_JUDGEMENT, _CONCERN = "Inspection judgement", "Other concern"
_FILTERS = (
    Filter(
        "support_tier",
        "Tier of support",
        "As found by triage",
        (*(titled(tier) for tier in SupportTier), _UNTRIAGED),
    ),
    Filter(
        "case_stage",
        "Stage of the case",
        "At the end of the period",
        tuple(titled(stage) for stage in Stage),
    ),
    Filter(
        "case_trigger", "What the case was opened for", "When it was opened", (_JUDGEMENT, _CONCERN)
    ),
    Filter(
        "time_open",
        "Time open",
        "Until the end of the period, or until it was closed",
        (*(name for _, name in _BANDS), _LONGER),
    ),
    Filter(
        "progress_rating",
        "Confidence at the last review",
        "By the end of the period",
        (*(titled(rag) for rag in Rag), _UNREVIEWED),
    ),
)


class _Story(NamedTuple):
    """A case as it stands at the end of a period."""

    state: InterventionCase
    opened: Record
    closed_on: date | None
    splits: dict[str, str]


def _told(records: Sequence[Record], period: Period) -> _Story | None:
    known = [r for r in period.reached(records) if isinstance(r.event, _STAGED)]
    opened = next((r for r in known if isinstance(r.event, CaseOpened)), None)
    if opened is None or not isinstance(opened.event, CaseOpened):
        return None
    tier, progress, closed_on = _UNTRIAGED, _UNREVIEWED, None
    for record in known:
        match event := record.event:
            case TriageCompleted():
                tier = titled(event.tier)
            case ProgressReviewed():
                progress = titled(event.confidence)
            case CaseClosed():
                closed_on = record.effective_on
            case CaseReopened():
                closed_on = None
    state = InterventionCase(case=opened.event.case).after(known)
    days = ((closed_on or period.last) - opened.effective_on).days
    return _Story(
        state,
        opened,
        closed_on,
        {
            "support_tier": tier,
            "case_stage": titled(state.stage or Stage.OPEN),
            "case_trigger": _JUDGEMENT if opened.event.outcome else _CONCERN,
            "time_open": next((name for most, name in _BANDS if days < most), _LONGER),
            "progress_rating": progress,
        },
    )


def _things(record: Record) -> Iterable[str]:
    return (record.event.case,) if isinstance(record.event, CaseEvent) else ()


def _adds(thing: str, records: Sequence[Record], period: Period) -> Cells:
    """What a case adds, if it was open at any time in the period."""
    cells: Cells = {}
    told = _told(records, period)
    if told is None or (told.closed_on and told.closed_on < period.first):
        return cells
    where = (told.state.region.value if told.state.region else None, told.state.council)
    until = told.closed_on or period.last
    for indicator, amount in (
        ("cases_open_count", int(told.state.is_open)),
        ("cases_opened_count", int(period.has(told.opened))),
        ("cases_closed_count", int(told.closed_on is not None)),
        ("days_open_sum", (until - told.opened.effective_on).days),
    ):
        if amount:
            add(cells, indicator, amount, where, told.splits)
    return cells


def _count(name: str, label: str) -> Indicator:
    return Indicator(name, label, "Cases", Unit.COUNT, tuple(f.name for f in _FILTERS))


SHAPE = Shape(
    title="Intervention return: cases by tier, stage, trigger, time open and progress",
    filters=_FILTERS,
    indicators=(
        _count("cases_open_count", "Cases open at the end of the period"),
        _count("cases_opened_count", "Cases opened in the period"),
        _count("cases_closed_count", "Cases closed in the period"),
        _count("days_open_sum", "Days open until the end of the period, all cases together"),
    ),
    events=_STAGED,
    things=_things,
    adds=_adds,
)
