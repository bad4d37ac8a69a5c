"""Intervention cases as people see them: board and page."""

import calendar
from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import Region, SupportTier
from domain.interventions import (
    CaseCarriedOver,
    CaseClosed,
    CaseEvent,
    CaseLeadAssigned,
    CaseNoteAdded,
    CaseNoteErased,
    CaseOpened,
    Confidentiality,
    DocumentAttached,
    InterventionCase,
    ItemKind,
    LeftOpen,
    MilestoneMet,
    MilestoneMissed,
    MilestoneRevised,
    MilestoneSet,
    Needs,
    ProgressReviewed,
    Rag,
    Stage,
    SupportItemAdded,
    SupportItemDelivered,
    SupportItemWithdrawn,
    SupportPackageAgreed,
    SustainedImprovementChecked,
    TriageCompleted,
)
from domain.kernel import CaseRef, CouncilCode, Frozen, Record
from projections.engine import View, inner


class StageSince(Frozen):
    """A stage and the day that the case came to it."""

    stage: Stage
    since: date
    position: int
    by: str


class Item(Frozen):
    """Support in the package."""

    item: int
    decision: int
    kind: ItemKind
    provider: str
    description: str
    planned_half_days: int
    cost_pence: int
    state: str = "planned"
    half_days: int = 0
    evidence: str = ""
    settled_on: date | None = None
    settled_by: str | None = None


class Milestone(Frozen):
    """Something to be reached by a day."""

    milestone: int
    title: str
    due_on: date
    set_on: date
    state: str = "set"
    evidence: str = ""
    revised: int = 0
    settled_on: date | None = None


class Review(Frozen):
    """A progress review."""

    review: int
    reviewed_on: date
    by: str
    themes: dict[str, Rag]
    confidence: Rag
    next_steps: str


class Note(Frozen):
    """A note, without its text."""

    note: str
    title: str
    confidentiality: Confidentiality
    added_on: date
    by: str


class Document(Frozen):
    """An attached document, without its bytes."""

    title: str
    sha256: str
    size: int
    media_type: str
    attached_on: date
    by: str


REVIEW_MONTHS = 6
"""A progress review is due so long after the last one, or after a notice or direction took
force: the department reviews councils under either every six months."""
CHECK_MONTHS = 6
"""Whether improvement lasts is checked so long after a case is closed."""


class ReviewDue(Frozen):
    """A progress review that is due."""

    case: CaseRef
    council: CouncilCode
    lead: str | None
    last_on: date
    """The last review, or the day on which the notice or direction took force."""
    due_on: date
    overdue: bool


class CheckDue(Frozen):
    """A check of sustained improvement that is due."""

    case: CaseRef
    council: CouncilCode
    closed_on: date
    due_on: date
    overdue: bool


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


class CasePage(
    View,
    indexes=("stage", "council", "region", "lead", "tier", "is_open"),
    search=("case", "trigger", "lessons", "closing"),
    scope="council",
):
    """A case, whole: what the board and the case page show."""

    case: CaseRef
    council: CouncilCode
    region: Region
    stage: Stage
    is_open: bool = True
    tier: SupportTier = SupportTier.INTERVENTION
    trigger: str
    policy_version: int | None = None
    outcome_met: str | None = None
    opened_on: date
    opened_by: str
    closed_on: date | None = None
    lead: str | None = None
    needs: Needs | None = None
    memorandum: str | None = None
    confidence: Rag | None = None
    decisions_waiting: int = 0
    next_milestone_on: date | None = None
    stages: tuple[StageSince, ...] = ()
    items: tuple[Item, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    reviews: tuple[Review, ...] = ()
    notes: tuple[Note, ...] = ()
    documents: tuple[Document, ...] = ()
    grants: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    closing: str | None = None
    lessons: str | None = None
    left_open: tuple[LeftOpen, ...] = ()
    sustained: bool | None = None
    """What the check after closing found."""
    lead_since: date | None = None
    agreed_on: date | None = None
    predecessors: tuple[CouncilCode, ...] = ()
    """Councils that the case was opened for, before they were reorganised."""
    state: InterventionCase = inner()
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.event.case,) if isinstance(record.event, CaseEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, CaseEvent):
            return row
        if row is None:
            if not isinstance(event, CaseOpened):
                return None
            row = cls(
                case=event.case,
                council=event.council,
                region=event.region,
                stage=Stage.OPEN,
                trigger=event.trigger,
                policy_version=event.policy_version,
                outcome_met=event.outcome,
                opened_on=record.effective_on,
                opened_by=record.actor,
                state=InterventionCase(case=event.case),
            )
        state = row.state.apply(record).but(version=record.version)
        return row._with(record)._counted(state, record)

    def _counted(self, state: InterventionCase, record: Record) -> Self:
        stage = state.stage or Stage.OPEN
        stages = self.stages
        if not stages or stages[-1].stage != stage:
            came = StageSince(
                stage=stage,
                since=record.effective_on,
                position=record.position,
                by=record.actor,
            )
            stages = (*stages, came)
        dues = [m.due_on for m in self.milestones if m.state == "set"]
        return self.but(
            state=state,
            stage=stage,
            stages=stages,
            council=state.council or self.council,
            is_open=state.is_open,
            closed_on=None if state.is_open else self.closed_on,
            decisions_waiting=sum(p.outcome == "waiting" for p in state.decisions.values()),
            next_milestone_on=min(dues, default=None),
            grants=state.grants,
            matches=state.matches,
        )

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case TriageCompleted():
                return self.but(tier=event.tier, needs=event.needs)
            case CaseLeadAssigned():
                return self.but(lead=event.lead, lead_since=record.effective_on)
            case SupportPackageAgreed():
                return self.but(memorandum=event.memorandum, agreed_on=record.effective_on)
            case SupportItemAdded():
                item = Item(**event.model_dump(exclude={"case", "council"}))
                return self.but(items=(*self.items, item))
            case SupportItemDelivered():
                return self._item(
                    record,
                    event.item,
                    state="delivered",
                    half_days=event.half_days,
                    evidence=event.evidence,
                )
            case SupportItemWithdrawn():
                why = record.reason or ""
                return self._item(record, event.item, state="withdrawn", evidence=why)
            case MilestoneSet():
                milestone = Milestone(
                    set_on=record.effective_on, **event.model_dump(exclude={"case", "council"})
                )
                return self.but(milestones=(*self.milestones, milestone))
            case MilestoneMet() | MilestoneMissed():
                return self._milestone(
                    event.milestone,
                    state="met" if isinstance(event, MilestoneMet) else "missed",
                    evidence=event.evidence or "",
                    settled_on=record.effective_on,
                )
            case MilestoneRevised():
                revised = self.milestones[event.milestone - 1].revised + 1
                return self._milestone(event.milestone, due_on=event.due_on, revised=revised)
            case ProgressReviewed():
                review = Review(
                    reviewed_on=record.effective_on,
                    by=record.actor,
                    **event.model_dump(exclude={"case", "council"}),
                )
                return self.but(reviews=(*self.reviews, review), confidence=event.confidence)
            case CaseNoteAdded():
                note = Note(
                    note=event.note,
                    title=event.title,
                    confidentiality=event.confidentiality,
                    added_on=record.effective_on,
                    by=record.actor,
                )
                return self.but(notes=(*self.notes, note))
            case CaseNoteErased():
                return self.but(notes=tuple(n for n in self.notes if n.note != event.note))
            case CaseCarriedOver():
                return self.but(predecessors=(*self.predecessors, event.council))
            case SustainedImprovementChecked():
                return self.but(sustained=event.sustained)
            case DocumentAttached():
                document = Document(
                    **event.model_dump(exclude={"case", "council"}),
                    attached_on=record.effective_on,
                    by=record.actor,
                )
                return self.but(documents=(*self.documents, document))
            case CaseClosed():
                return self.but(
                    closed_on=record.effective_on,
                    closing=event.outcome,
                    lessons=event.lessons,
                    left_open=event.left_open,
                )
        return self

    @property
    def package_pence(self) -> int:
        """What the package costs, without what was withdrawn."""
        return sum(item.cost_pence for item in self._kept)

    @property
    def planned_half_days(self) -> int:
        """Of the package, without what was withdrawn."""
        return sum(item.planned_half_days for item in self._kept)

    @property
    def given_half_days(self) -> int:
        """Of the package, so far."""
        return sum(item.half_days for item in self._kept)

    @property
    def for_specialists(self) -> tuple[Item, ...]:
        """Support that is planned and waits for a specialist."""
        return tuple(
            item
            for item in self.items
            if item.kind == ItemKind.SPECIALIST and item.state == "planned"
        )

    @property
    def half_days_for_specialists(self) -> int:
        """Planned of the support that waits for a specialist."""
        return sum(item.planned_half_days for item in self.for_specialists)

    @property
    def _kept(self) -> list[Item]:
        return [item for item in self.items if item.state != "withdrawn"]

    def review_due(self, forced_since: date, on: date) -> ReviewDue:
        """The next review of a case whose council has been under a notice or direction since."""
        last = max([forced_since, *(review.reviewed_on for review in self.reviews)])
        due = months_after(last, REVIEW_MONTHS)
        return ReviewDue(
            case=self.case,
            council=self.council,
            lead=self.lead,
            last_on=last,
            due_on=due,
            overdue=due < on,
        )

    def check_due(self, on: date) -> CheckDue | None:
        """The check of a closed case; None for one that is open."""
        if self.closed_on is None:
            return None
        due = months_after(self.closed_on, CHECK_MONTHS)
        return CheckDue(
            case=self.case,
            council=self.council,
            closed_on=self.closed_on,
            due_on=due,
            overdue=due < on,
        )

    def _item(self, record: Record, item: int, **changes: object) -> Self:
        changes |= {"settled_on": record.effective_on, "settled_by": record.actor}
        items = tuple(i.but(**changes) if i.item == item else i for i in self.items)
        return self.but(items=items)

    def _milestone(self, milestone: int, **changes: object) -> Self:
        milestones = tuple(
            m.but(**changes) if m.milestone == milestone else m for m in self.milestones
        )
        return self.but(milestones=milestones)
