"""Intervention cases: triage, decisions on support, the package, progress and closing."""

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field

from domain.councils import Council, InterventionBegan, InterventionEnded, Region, SupportTier
from domain.kernel import (
    Actor,
    Aggregate,
    CaseRef,
    Command,
    CouncilCode,
    Event,
    Frozen,
    GrantRef,
    Line,
    MatchRef,
    MoneyOrNone,
    Pence,
    PenceOrNone,
    Record,
    Refused,
    Sha256,
    Text,
    UserId,
    pounds_text,
)


class Stage(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    TRIAGED = "triaged"
    PROPOSED = "package proposed"
    AGREED = "agreed"
    DELIVERING = "delivering"
    REVIEWING = "reviewing"
    ESCALATED = "escalated"
    STEPPING_DOWN = "stepping down"
    CLOSED = "closed"
    SUSTAINED_CHECK = "sustained-improvement check"


class ItemKind(StrEnum):
    """What a package of support is made of."""

    COUNCIL_INPUT = "direct input from another council"
    SPECIALIST = "specialist"
    PEER_MENTORING = "peer mentoring"
    PEER_REVIEW = "peer review"
    FUNDING = "funding"
    TRAINING = "training"
    DATA_SUPPORT = "data support"


class Rag(StrEnum):
    """Red, amber, green."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Confidentiality(StrEnum):
    """Who may read a note."""

    OPEN = "open"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"


class Needs(Frozen):
    """What a council needs, in its professional and its political leadership."""

    professional: Text
    political: Text


class Authority(Frozen):
    """On what authority something was decided."""

    limit_pence: PenceOrNone
    """The decider's delegated limit at that moment."""
    limit_record: str
    """The record that granted it, as stream/version."""
    granted_by: str
    board_minute: str | None = None
    """The Board's minute, where it decided."""


def authority_for(amount_pence: int, board_minute: str | None, by: Actor) -> Authority:
    """The authority to decide on an amount: the limit held, or a Board minute.

    Raises Refused ``over-limit`` for an amount above the limit without a minute.
    """
    if amount_pence > by.limit_pence and not board_minute:
        raise Refused(
            "over-limit",
            f"This is above your limit of {pounds_text(by.limit_pence)}: the Board decides, and"
            " you record its minute reference.",
            limit_pence=by.limit_pence,
            amount_pence=amount_pence,
        )
    return Authority(
        limit_pence=by.limit_pence,
        limit_record=by.authority,
        granted_by=by.granted_by,
        board_minute=board_minute,
    )


# --- Events ---------------------------------------------------------------------------------


class CaseEvent(Event, abstract=True, stream="{case}"):
    case: CaseRef
    council: CouncilCode


class CaseOpened(CaseEvent):
    """An intervention case was opened for a council."""

    region: Region
    trigger: Text
    outcome: str | None = None
    """The inspection outcome that called for it."""
    policy_version: int | None = None


class TriageCompleted(CaseEvent):
    """It was found how much support a council needs, and where."""

    tier: SupportTier
    needs: Needs


class CaseLeadAssigned(CaseEvent):
    """Somebody was made responsible for a case."""

    lead: UserId


class SupportDecisionProposed(CaseEvent):
    """Support was proposed, with the options considered and the evidence."""

    decision: int
    title: Line
    options: tuple[Text, ...]
    evidence: Text
    recommendation: Text
    cost_pence: PenceOrNone
    supersedes: int | None = None


class SupportDecisionTaken(CaseEvent):
    """A proposal was approved or declined, under a limit or by the Board."""

    decision: int
    outcome: Literal["approved", "declined"]
    authority: Authority
    rationale: Text


class SupportPackageAgreed(CaseEvent):
    """Board and council agreed the package of support."""

    memorandum: Line


class SupportItemAdded(CaseEvent):
    """Support was added to the package under an approved decision."""

    item: int
    decision: int
    kind: ItemKind
    provider: Line
    description: Text
    planned_half_days: int
    cost_pence: PenceOrNone


class SupportItemDelivered(CaseEvent):
    """Support was delivered."""

    item: int
    half_days: int
    evidence: Text


class SupportItemWithdrawn(CaseEvent):
    """Support was taken out of the package."""

    item: int


class MilestoneSet(CaseEvent):
    """A milestone was set."""

    milestone: int
    title: Line
    due_on: date


class MilestoneMet(CaseEvent):
    """A milestone was met."""

    milestone: int
    evidence: Text


class MilestoneMissed(CaseEvent):
    """A milestone was missed."""

    milestone: int


class MilestoneRevised(CaseEvent):
    """A milestone was given another date."""

    milestone: int
    due_on: date
    was: date


class ProgressReviewed(CaseEvent):
    """Progress was reviewed, theme by theme."""

    review: int
    themes: dict[str, Rag]
    confidence: Rag
    next_steps: Text


class CaseEscalated(CaseEvent):
    """A case was escalated."""

    to: Line


class CaseSteppedDown(CaseEvent):
    """A case began to step down."""

    to: SupportTier


class CaseNoteAdded(CaseEvent):
    """A note was added; its text is kept beside the log."""

    note: str
    title: Line
    confidentiality: Confidentiality


class DocumentAttached(CaseEvent):
    """A document was attached; its bytes are kept beside the log."""

    title: Line
    sha256: Sha256
    size: int
    media_type: Line


class LeftOpen(Frozen):
    """Something that a case is closed in spite of."""

    what: Line
    why: Text


class CaseClosed(CaseEvent):
    """A case was closed."""

    outcome: Text
    lessons: Text
    left_open: tuple[LeftOpen, ...] = ()


class CaseReopened(CaseEvent):
    """A closed case was opened again."""


class SustainedImprovementChecked(CaseEvent):
    """After closing it was checked whether the improvement lasts."""

    sustained: bool
    findings: Text


class GrantRequestedForCase(CaseEvent):
    """A grant was proposed for a case."""

    grant: GrantRef
    amount_pence: Pence


class MentoringRequestedForCase(CaseEvent):
    """Mentoring was requested for a case."""

    match: MatchRef


# --- State ----------------------------------------------------------------------------------


class Proposal(Frozen):
    """A proposed decision as it stands."""

    proposed_by: str
    cost_pence: int
    outcome: str = "waiting"


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

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case CaseOpened():
                return self.but(council=event.council, region=event.region, stage=Stage.OPEN)
            case TriageCompleted():
                return self.but(stage=Stage.TRIAGED)
            case SupportDecisionProposed():
                found = Proposal(proposed_by=record.actor, cost_pence=event.cost_pence)
                early = self.stage in (Stage.OPEN, Stage.TRIAGED)
                return self.but(
                    decisions=self.decisions | {event.decision: found},
                    stage=Stage.PROPOSED if early else self.stage,
                )
            case SupportDecisionTaken():
                taken = self.decisions[event.decision].but(outcome=event.outcome)
                return self.but(decisions=self.decisions | {event.decision: taken})
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
            case GrantRequestedForCase():
                return self.but(grants=(*self.grants, event.grant))
            case MentoringRequestedForCase():
                return self.but(matches=(*self.matches, event.match))
        return self

    @property
    def is_open(self) -> bool:
        """Whether work goes on."""
        return self.exists and self.stage not in (Stage.CLOSED, Stage.SUSTAINED_CHECK)


# --- Commands -------------------------------------------------------------------------------


class OpenCase(Command):
    council: CouncilCode
    trigger: Text


class CompleteTriage(Command):
    tier: SupportTier
    needs: Needs


class AssignLead(Command):
    lead: UserId


class ProposeDecision(Command):
    title: Line
    options: tuple[Text, ...] = Field(min_length=1, description="Options considered")
    evidence: Text
    recommendation: Text
    cost_pence: MoneyOrNone = Field(alias="cost")
    supersedes: int | None = None


class TakeDecision(Command):
    outcome: Literal["approved", "declined"]
    rationale: Text
    board_minute: Line | None = None


class AgreePackage(Command):
    memorandum: Line


class AddItem(Command):
    decision: int
    kind: ItemKind
    provider: Line
    description: Text
    planned_half_days: int = Field(default=0, ge=0, le=2000)
    cost_pence: MoneyOrNone = Field(alias="cost")


class DeliverItem(Command):
    half_days: int = Field(ge=0, le=2000)
    evidence: Text


class WithReason(Command):
    """A step that needs nothing but a reason."""

    reason: Text


class SetMilestone(Command):
    title: Line
    due_on: date


class SettleMilestone(Command):
    outcome: Literal["met", "missed"]
    evidence: Text


class ReviseMilestone(Command):
    due_on: date
    reason: Text


class ReviewProgress(Command):
    themes: dict[str, Rag] = Field(min_length=1)
    confidence: Rag
    next_steps: Text


class EscalateCase(Command):
    to: Line
    reason: Text


class StepDown(Command):
    to: SupportTier
    reason: Text


class AddNote(Command):
    title: Line
    text: Text
    confidentiality: Confidentiality = Confidentiality.OPEN


class AttachDocument(Command):
    title: Line


class CloseCase(Command):
    outcome: Text
    lessons: Text
    left_open: tuple[LeftOpen, ...] = ()
    reason: Text


class CheckSustained(Command):
    sustained: bool
    findings: Text


# --- Decisions ------------------------------------------------------------------------------


def open_case(
    command: OpenCase, case: InterventionCase, council: Council, by: Actor
) -> list[Event]:
    """Open a case for a council that has none open."""
    _no_open_case(council)
    due = council.due if council.intervention_due else None
    return [
        CaseOpened(
            case=case.case,
            council=council.council,
            region=_region(council),
            trigger=command.trigger,
            outcome=due.outcome if due else None,
            policy_version=due.policy_version if due else None,
        ),
        InterventionBegan(council=council.council, case=case.case),
    ]


def _region(council: Council) -> Region:
    if council.region is None or council.successors:
        raise Refused("not-found", f"There is no council {council.council} on the register now.")
    return council.region


def _no_open_case(council: Council) -> None:
    if council.open_case:
        raise Refused(
            "case-open",
            f"{council.name} has an open case, {council.open_case}: work on that one.",
            case=council.open_case,
        )


def _open(case: InterventionCase) -> None:
    if not case.is_open:
        raise Refused("case-closed", f"{case.case} is closed: reopen it first.", stage=case.stage)


def triage(command: CompleteTriage, case: InterventionCase, by: Actor) -> list[Event]:
    """Say how much support is needed, and where."""
    _open(case)
    return [
        TriageCompleted(
            case=case.case, council=case.council, tier=command.tier, needs=command.needs
        )
    ]


def assign_lead(command: AssignLead, case: InterventionCase, by: Actor) -> list[Event]:
    """Make somebody responsible."""
    _open(case)
    return [CaseLeadAssigned(case=case.case, council=case.council, lead=command.lead)]


def propose(command: ProposeDecision, case: InterventionCase, by: Actor) -> list[Event]:
    """Propose support; a changed mind is a new proposal that supersedes."""
    _open(case)
    if case.stage == Stage.OPEN:
        raise Refused("not-triaged", f"Complete the triage of {case.case} first.")
    if command.supersedes is not None and command.supersedes not in case.decisions:
        raise Refused("not-found", f"{case.case} has no decision {command.supersedes}.")
    return [
        SupportDecisionProposed(
            case=case.case,
            council=case.council,
            decision=len(case.decisions) + 1,
            **command.model_dump(exclude={"effective_on", "reason"}),
        )
    ]


def _decision(case: InterventionCase, decision: int) -> Proposal:
    found = case.decisions.get(decision)
    if found is None:
        raise Refused("not-found", f"{case.case} has no decision {decision}.")
    return found


def take(command: TakeDecision, case: InterventionCase, decision: int, by: Actor) -> list[Event]:
    """Approve or decline what another proposed, within the limit held or by the Board."""
    _open(case)
    found = _decision(case, decision)
    if found.outcome != "waiting":
        raise Refused(
            "decision-taken",
            f"Decision {decision} was {found.outcome}: propose a new one that supersedes it.",
            outcome=found.outcome,
        )
    if found.proposed_by == by.id:
        raise Refused(
            "own-proposal",
            "You proposed this: another person takes the decision.",
            proposed_by=found.proposed_by,
        )
    needed = found.cost_pence if command.outcome == "approved" else 0
    return [
        SupportDecisionTaken(
            case=case.case,
            council=case.council,
            decision=decision,
            outcome=command.outcome,
            authority=authority_for(needed, command.board_minute, by),
            rationale=command.rationale,
        )
    ]


def agree_package(command: AgreePackage, case: InterventionCase, by: Actor) -> list[Event]:
    """Record the memorandum that Board and council agreed."""
    _open(case)
    if not any(p.outcome == "approved" for p in case.decisions.values()):
        raise Refused("nothing-approved", "A package is agreed once a decision is approved.")
    return [
        SupportPackageAgreed(case=case.case, council=case.council, memorandum=command.memorandum)
    ]


def add_item(command: AddItem, case: InterventionCase, by: Actor) -> list[Event]:
    """Add support under an approved decision, within the cost that was approved."""
    _open(case)
    found = _decision(case, command.decision)
    if found.outcome != "approved":
        raise Refused(
            "decision-not-approved",
            f"Decision {command.decision} is {found.outcome}: support is added once it is"
            " approved.",
            outcome=found.outcome,
        )
    spent = case.item_cost_pence.get(command.decision, 0)
    if spent + command.cost_pence > found.cost_pence:
        raise Refused(
            "over-decision",
            f"Decision {command.decision} approved {pounds_text(found.cost_pence)}, of which"
            f" {pounds_text(found.cost_pence - spent)} is left.",
            approved_pence=found.cost_pence,
            used_pence=spent,
            asked_pence=command.cost_pence,
        )
    return [
        SupportItemAdded(
            case=case.case,
            council=case.council,
            item=len(case.items) + 1,
            **command.model_dump(exclude={"effective_on", "reason"}),
        )
    ]


def _planned(case: InterventionCase, item: int) -> None:
    if item not in case.items:
        raise Refused("not-found", f"{case.case} has no item {item}.")
    if case.items[item] != "planned":
        raise Refused(
            "item-settled", f"Item {item} was {case.items[item]}.", state=case.items[item]
        )


def deliver_item(command: DeliverItem, case: InterventionCase, item: int, by: Actor) -> list[Event]:
    """Record that support was delivered, once."""
    _open(case)
    _planned(case, item)
    return [
        SupportItemDelivered(
            case=case.case,
            council=case.council,
            item=item,
            half_days=command.half_days,
            evidence=command.evidence,
        )
    ]


def withdraw_item(command: WithReason, case: InterventionCase, item: int, by: Actor) -> list[Event]:
    """Take support out of the package, with a reason."""
    _open(case)
    _planned(case, item)
    return [SupportItemWithdrawn(case=case.case, council=case.council, item=item)]


def set_milestone(command: SetMilestone, case: InterventionCase, by: Actor) -> list[Event]:
    """Set a milestone."""
    _open(case)
    return [
        MilestoneSet(
            case=case.case,
            council=case.council,
            milestone=len(case.milestones) + 1,
            title=command.title,
            due_on=command.due_on,
        )
    ]


def _milestone(case: InterventionCase, milestone: int) -> date:
    if milestone not in case.milestones:
        raise Refused("not-found", f"{case.case} has no milestone {milestone}.")
    due_on, state = case.milestones[milestone]
    if state != "set":
        raise Refused("milestone-settled", f"Milestone {milestone} was {state}.", state=state)
    return due_on


def settle_milestone(
    command: SettleMilestone, case: InterventionCase, milestone: int, by: Actor
) -> list[Event]:
    """Record that a milestone was met, with evidence, or missed."""
    _open(case)
    _milestone(case, milestone)
    if command.outcome == "missed":
        return [MilestoneMissed(case=case.case, council=case.council, milestone=milestone)]
    return [
        MilestoneMet(
            case=case.case,
            council=case.council,
            milestone=milestone,
            evidence=command.evidence,
        )
    ]


def revise_milestone(
    command: ReviseMilestone, case: InterventionCase, milestone: int, by: Actor
) -> list[Event]:
    """Give a milestone another date, with a reason."""
    _open(case)
    was = _milestone(case, milestone)
    return [
        MilestoneRevised(
            case=case.case,
            council=case.council,
            milestone=milestone,
            due_on=command.due_on,
            was=was,
        )
    ]


def review(command: ReviewProgress, case: InterventionCase, by: Actor) -> list[Event]:
    """Review progress by theme."""
    _open(case)
    return [
        ProgressReviewed(
            case=case.case,
            council=case.council,
            review=case.reviews + 1,
            **command.model_dump(exclude={"effective_on", "reason"}),
        )
    ]


def escalate(command: EscalateCase, case: InterventionCase, by: Actor) -> list[Event]:
    """Escalate a case."""
    _open(case)
    return [CaseEscalated(case=case.case, council=case.council, to=command.to)]


def step_down(command: StepDown, case: InterventionCase, by: Actor) -> list[Event]:
    """Begin to step down."""
    _open(case)
    if not case.reviews:
        raise Refused("not-reviewed", "Review progress before stepping down.")
    return [CaseSteppedDown(case=case.case, council=case.council, to=command.to)]


def add_note(command: AddNote, case: InterventionCase, note: str, by: Actor) -> list[Event]:
    """Add a note whose text is kept beside the log."""
    return [
        CaseNoteAdded(
            case=case.case,
            council=case.council,
            note=note,
            title=command.title,
            confidentiality=command.confidentiality,
        )
    ]


def attach(
    command: AttachDocument,
    case: InterventionCase,
    sha256: str,
    size: int,
    media_type: str,
    by: Actor,
) -> list[Event]:
    """Attach a document whose bytes are kept beside the log."""
    if size == 0:
        raise Refused("bad-document", "The file is empty: choose another.")
    return [
        DocumentAttached(
            case=case.case,
            council=case.council,
            title=command.title,
            sha256=sha256,
            size=size,
            media_type=media_type,
        )
    ]


def close(
    command: CloseCase,
    case: InterventionCase,
    council: Council,
    unsettled: tuple[str, ...],
    by: Actor,
) -> list[Event]:
    """Close a case; what is still open is named with a reason for each.

    ``unsettled`` names the case's grants and conditions that are not settled.
    """
    _open(case)
    still = [f"item {n}" for n, state in case.items.items() if state == "planned"]
    still += [f"milestone {n}" for n, (_, state) in case.milestones.items() if state == "set"]
    still += [f"decision {n}" for n, p in case.decisions.items() if p.outcome == "waiting"]
    still += unsettled
    named = {left.what for left in command.left_open}
    if missing := [what for what in still if what not in named]:
        raise Refused(
            "still-open",
            f"Settle these first, or name each with a reason: {', '.join(missing)}.",
            still_open=missing,
        )
    if extra := named - set(still):
        raise Refused("not-open", f"These are not open: {', '.join(sorted(extra))}.")
    return [
        CaseClosed(
            case=case.case,
            council=case.council,
            outcome=command.outcome,
            lessons=command.lessons,
            left_open=command.left_open,
        ),
        InterventionEnded(council=council.council, case=case.case),
    ]


def reopen(command: WithReason, case: InterventionCase, council: Council, by: Actor) -> list[Event]:
    """Open a closed case again, if its council has no other open."""
    if case.is_open:
        raise Refused("case-open", f"{case.case} is open.", case=case.case)
    _no_open_case(council)
    return [
        CaseReopened(case=case.case, council=case.council),
        InterventionBegan(council=council.council, case=case.case),
    ]


def check_sustained(command: CheckSustained, case: InterventionCase, by: Actor) -> list[Event]:
    """Check after closing whether the improvement lasts."""
    if case.stage != Stage.CLOSED:
        raise Refused("case-not-closed", "Sustained improvement is checked once a case is closed.")
    return [
        SustainedImprovementChecked(
            case=case.case,
            council=case.council,
            sustained=command.sustained,
            findings=command.findings,
        )
    ]
