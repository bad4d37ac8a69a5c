"""What a case's records add up to."""

from datetime import date
from typing import Self

from domain.councils import Region
from domain.interventions.events import (
    CaseCarriedOver,
    CaseClosed,
    CaseEscalated,
    CaseNoteAdded,
    CaseNoteErased,
    CaseOpened,
    CaseReopened,
    CaseSteppedDown,
    GrantRequestedForCase,
    MentoringRequestedForCase,
    MilestoneMet,
    MilestoneMissed,
    MilestoneRevised,
    MilestoneSet,
    ProgressReviewed,
    SupportDecisionProposed,
    SupportDecisionSuperseded,
    SupportDecisionTaken,
    SupportItemAdded,
    SupportItemDelivered,
    SupportItemWithdrawn,
    SupportPackageAgreed,
    SustainedImprovementChecked,
    TriageCompleted,
)
from domain.interventions.vocabulary import Stage
from domain.kernel import (
    Aggregate,
    CaseRef,
    Event,
    Frozen,
    Record,
)


class Proposal(Frozen):
    """A proposed decision as it stands."""

    proposed_by: str
    cost_pence: int
    outcome: str = "waiting"
    """waiting, approved, declined, superseded"""
    supersedes: int | None = None
    superseded_by: int | None = None


class InterventionCase(Aggregate, stream="{case}"):
    """A case as its decisions need it."""

    case: CaseRef
    council: str = ""
    region: Region | None = None
    stage: Stage | None = None
    decisions: dict[int, Proposal] = {}
    items: dict[int, str] = {}
    """Item number to planned, delivered or withdrawn."""
    item_cost_pence: dict[int, int] = {}
    """Decision number to the cost of its items not withdrawn."""
    item_of: dict[int, tuple[int, int]] = {}
    """Item number to its decision and cost."""
    milestones: dict[int, tuple[date, str]] = {}
    reviews: int = 0
    grants: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Those not erased."""
    since: dict[str, date] = {}
    """What a step follows from, by its name (the case, decision 1, item 1 …): since when, in the
    world, it stands as it does. "all" is the last day on which anything was done."""

    def apply(self, record: Record) -> Self:
        on, after = record.effective_on, self._after(record)
        last = max(on, self.since.get("all", on))
        named = dict.fromkeys(_names(record.event), on)
        return after.but(since=self.since | named | {"all": last})

    def _after(self, record: Record) -> Self:
        match event := record.event:
            case CaseOpened():
                return self.but(council=event.council, region=event.region, stage=Stage.OPEN)
            case TriageCompleted():
                return self.but(stage=Stage.TRIAGED)
            case SupportDecisionProposed():
                found = Proposal(
                    proposed_by=record.actor,
                    cost_pence=event.cost_pence,
                    supersedes=event.supersedes,
                )
                early = self.stage in (Stage.OPEN, Stage.TRIAGED)
                return self.but(
                    decisions=self.decisions | {event.decision: found},
                    stage=Stage.PROPOSED if early else self.stage,
                )
            case SupportDecisionTaken():
                taken = self.decisions[event.decision].but(outcome=event.outcome)
                return self.but(decisions=self.decisions | {event.decision: taken})
            case SupportDecisionSuperseded():
                gone = self.decisions[event.decision].but(
                    outcome="superseded", superseded_by=event.by
                )
                return self.but(decisions=self.decisions | {event.decision: gone})
            case SupportPackageAgreed():
                return self.but(stage=Stage.AGREED)
            case SupportItemAdded():
                spent = self.item_cost_pence.get(event.decision, 0) + event.cost_pence
                return self.but(
                    items=self.items | {event.item: "planned"},
                    item_of=self.item_of | {event.item: (event.decision, event.cost_pence)},
                    item_cost_pence=self.item_cost_pence | {event.decision: spent},
                )
            case SupportItemDelivered():
                stage = Stage.DELIVERING if self.stage == Stage.AGREED else self.stage
                return self.but(items=self.items | {event.item: "delivered"}, stage=stage)
            case SupportItemWithdrawn():
                decision, cost = self.item_of[event.item]
                left = self.item_cost_pence[decision] - cost
                return self.but(
                    items=self.items | {event.item: "withdrawn"},
                    item_cost_pence=self.item_cost_pence | {decision: left},
                )
            case MilestoneSet() | MilestoneRevised():
                due = (event.due_on, "set")
                return self.but(milestones=self.milestones | {event.milestone: due})
            case MilestoneMet() | MilestoneMissed():
                how = "met" if isinstance(event, MilestoneMet) else "missed"
                due = (self.milestones[event.milestone][0], how)
                return self.but(milestones=self.milestones | {event.milestone: due})
            case ProgressReviewed():
                return self.but(reviews=event.review, stage=Stage.REVIEWING)
            case CaseEscalated():
                return self.but(stage=Stage.ESCALATED)
            case CaseSteppedDown():
                return self.but(stage=Stage.STEPPING_DOWN)
            case CaseClosed():
                return self.but(stage=Stage.CLOSED)
            case CaseReopened():
                return self.but(stage=Stage.OPEN)
            case SustainedImprovementChecked():
                return self.but(stage=Stage.SUSTAINED_CHECK)
            case CaseCarriedOver():
                return self.but(council=event.successor)
            case CaseNoteAdded():
                return self.but(notes=(*self.notes, event.note))
            case CaseNoteErased():
                return self.but(notes=tuple(note for note in self.notes if note != event.note))
            case GrantRequestedForCase():
                return self.but(grants=(*self.grants, event.grant))
            case MentoringRequestedForCase():
                return self.but(matches=(*self.matches, event.match))
        return self

    @property
    def is_open(self) -> bool:
        """Whether work goes on."""
        return self.exists and self.stage not in (Stage.CLOSED, Stage.SUSTAINED_CHECK)

    def used_pence(self, decision: int) -> int:
        """What the support costs that was added under a decision, or one that it stands for."""
        earlier = self.decisions[decision].supersedes
        used = self.item_cost_pence.get(decision, 0)
        return used if earlier is None else used + self.used_pence(earlier)


def _names(event: Event) -> tuple[str, ...]:
    """What an event is the latest of, by the names that steps after it ask for."""
    match event:
        case CaseOpened():
            return ("case",)
        case SupportDecisionProposed() | SupportDecisionTaken():
            return (f"decision {event.decision}",)
        case SupportItemAdded():
            return (f"item {event.item}",)
        case MilestoneSet():
            return (f"milestone {event.milestone}",)
        case ProgressReviewed():
            return ("review",)
        case CaseClosed():
            return ("closing",)
    return ()
