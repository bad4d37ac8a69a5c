"""Decisions on intervention cases."""

from datetime import date

from domain.access import User
from domain.councils import (
    Council,
    InterventionBegan,
    Region,
)
from domain.interventions.commands import (
    AddItem,
    AddNote,
    AgreePackage,
    AssignLead,
    AttachDocument,
    CompleteTriage,
    DeliverItem,
    EscalateCase,
    OpenCase,
    ProposeDecision,
    ReviewProgress,
    ReviseMilestone,
    SetMilestone,
    SettleMilestone,
    StepDown,
    TakeDecision,
    WithReason,
)
from domain.interventions.events import (
    CaseEscalated,
    CaseLeadAssigned,
    CaseNoteAdded,
    CaseOpened,
    CaseSteppedDown,
    DocumentAttached,
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
    TriageCompleted,
)
from domain.interventions.state import InterventionCase, Proposal
from domain.interventions.vocabulary import Stage, authority_for
from domain.kernel import (
    Actor,
    Command,
    Event,
    Refused,
    not_before,
    pounds_text,
    require,
    somebody_else,
)


def open_case(
    command: OpenCase, case: InterventionCase, council: Council, by: Actor
) -> list[Event]:
    """Open a case for a council that has none open."""
    no_open_case(council)
    due = council.due if council.intervention_due else None
    return [
        CaseOpened(
            case=case.case,
            council=council.council,
            region=region_of(council),
            trigger=command.trigger,
            outcome=due.outcome if due else None,
            policy_version=due.policy_version if due else None,
        ),
        InterventionBegan(council=council.council, case=case.case),
    ]


def region_of(council: Council) -> Region:
    """The region of a council that still exists. Raises Refused for one that does not."""
    if council.region is None:
        raise Refused("not-found", f"There is no council {council.council} on the register.")
    require(
        not council.successors,
        "council-succeeded",
        f"{council.name} was succeeded by {', '.join(council.successors)}: work with them.",
        successors=council.successors,
    )
    return council.region


def no_open_case(council: Council) -> None:
    """Refuse a second open case for a council."""
    require(
        not council.open_case,
        "case-open",
        f"{council.name} has an open case, {council.open_case}: work on that one.",
        case=council.open_case,
    )


def still_open(command: Command, case: InterventionCase) -> None:
    """Refuse to work on a case that is closed, or was not open yet on the day."""
    require(
        case.is_open, "case-closed", f"{case.case} is closed: reopen it first.", stage=case.stage
    )
    not_before(command, case.since.get("case"), f"{case.case} was opened")


def triage(command: CompleteTriage, case: InterventionCase, by: Actor) -> list[Event]:
    """Say how much support is needed, and where."""
    still_open(command, case)
    return [
        TriageCompleted(
            case=case.case, council=case.council, tier=command.tier, needs=command.needs
        )
    ]


def may_lead(lead: User, on: date) -> None:
    """Whether somebody can be made responsible for a case. Raises Refused ``cannot-lead``."""
    require(
        lead.active and bool(lead.holding("case.run", on)),
        "cannot-lead",
        f"{lead.user} may not work on cases: choose a case officer who may sign in.",
    )


def assign_lead(command: AssignLead, case: InterventionCase, by: Actor) -> list[Event]:
    """Make somebody responsible."""
    still_open(command, case)
    return [CaseLeadAssigned(case=case.case, council=case.council, lead=command.lead)]


def propose(command: ProposeDecision, case: InterventionCase, by: Actor) -> list[Event]:
    """Propose support; a changed mind is a new proposal that supersedes."""
    still_open(command, case)
    require(case.stage != Stage.OPEN, "not-triaged", f"Complete the triage of {case.case} first.")
    if command.supersedes is not None:
        _not_superseded(case, command.supersedes)
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


def _not_superseded(case: InterventionCase, decision: int) -> None:
    later = _decision(case, decision).superseded_by
    require(
        later is None,
        "decision-superseded",
        f"Decision {decision} gave way to decision {later}: propose one that supersedes that.",
        superseded_by=later,
    )


def take(command: TakeDecision, case: InterventionCase, decision: int, by: Actor) -> list[Event]:
    """Approve or decline what another proposed, within the limit held or by the Board."""
    still_open(command, case)
    found = _decision(case, decision)
    require(
        found.outcome == "waiting",
        "decision-taken",
        f"Decision {decision} was {found.outcome}: propose a new one that supersedes it.",
        outcome=found.outcome,
    )
    somebody_else(
        by,
        "own-proposal",
        "You proposed this: another person takes the decision.",
        proposed_by=found.proposed_by,
    )
    not_before(command, case.since.get(f"decision {decision}"), "It was proposed")
    needed = found.cost_pence if command.outcome == "approved" else 0
    taken = SupportDecisionTaken(
        case=case.case,
        council=case.council,
        decision=decision,
        outcome=command.outcome,
        authority=authority_for(needed, command.board_minute, by),
        rationale=command.rationale,
    )
    if command.outcome == "declined" or found.supersedes is None:
        return [taken]
    _not_superseded(case, found.supersedes)
    _within(case, decision, 0)
    gone = SupportDecisionSuperseded(
        case=case.case, council=case.council, decision=found.supersedes, by=decision
    )
    return [taken, gone]


def _within(case: InterventionCase, decision: int, asked: int) -> None:
    """Refuse more support than a decision approved, what it took over from another included."""
    approved, used = case.decisions[decision].cost_pence, case.used_pence(decision)
    require(
        used + asked <= approved,
        "over-decision",
        f"Decision {decision} approves {pounds_text(approved)}, of which"
        f" {pounds_text(approved - used)} is left."
        if used <= approved
        else f"{pounds_text(used)} of support was added under the decision that it takes the place"
        f" of, and it approves {pounds_text(approved)}: withdraw some of it first.",
        approved_pence=approved,
        used_pence=used,
        asked_pence=asked,
    )


def agree_package(command: AgreePackage, case: InterventionCase, by: Actor) -> list[Event]:
    """Record the memorandum that Board and council agreed."""
    still_open(command, case)
    require(
        any(p.outcome == "approved" for p in case.decisions.values()),
        "nothing-approved",
        "A package is agreed once a decision is approved.",
    )
    return [
        SupportPackageAgreed(case=case.case, council=case.council, memorandum=command.memorandum)
    ]


def add_item(command: AddItem, case: InterventionCase, by: Actor) -> list[Event]:
    """Add support under an approved decision, within the cost that was approved."""
    still_open(command, case)
    found = _decision(case, command.decision)
    require(
        found.outcome == "approved",
        "decision-not-approved",
        f"Decision {command.decision} is {found.outcome}: support is added once it is approved."
        if found.superseded_by is None
        else f"Decision {command.decision} gave way to decision {found.superseded_by}: add it"
        " under that.",
        outcome=found.outcome,
    )
    not_before(
        command,
        case.since.get(f"decision {command.decision}"),
        f"Decision {command.decision} was approved",
    )
    _within(case, command.decision, command.cost_pence)
    return [
        SupportItemAdded(
            case=case.case,
            council=case.council,
            item=len(case.items) + 1,
            **command.model_dump(exclude={"effective_on", "reason"}),
        )
    ]


def _planned(command: Command, case: InterventionCase, item: int) -> None:
    if item not in case.items:
        raise Refused("not-found", f"{case.case} has no item {item}.")
    require(
        case.items[item] == "planned",
        "item-settled",
        lambda: f"Item {item} was {case.items[item]}.",
        state=case.items[item],
    )
    not_before(command, case.since.get(f"item {item}"), f"Item {item} was added")


def deliver_item(command: DeliverItem, case: InterventionCase, item: int, by: Actor) -> list[Event]:
    """Record that support was delivered, once."""
    still_open(command, case)
    _planned(command, case, item)
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
    still_open(command, case)
    _planned(command, case, item)
    return [SupportItemWithdrawn(case=case.case, council=case.council, item=item)]


def set_milestone(command: SetMilestone, case: InterventionCase, by: Actor) -> list[Event]:
    """Set a milestone."""
    still_open(command, case)
    return [
        MilestoneSet(
            case=case.case,
            council=case.council,
            milestone=len(case.milestones) + 1,
            title=command.title,
            due_on=command.due_on,
        )
    ]


def _milestone(command: Command, case: InterventionCase, milestone: int) -> date:
    if milestone not in case.milestones:
        raise Refused("not-found", f"{case.case} has no milestone {milestone}.")
    due_on, state = case.milestones[milestone]
    require(state == "set", "milestone-settled", f"Milestone {milestone} was {state}.", state=state)
    not_before(command, case.since.get(f"milestone {milestone}"), f"Milestone {milestone} was set")
    return due_on


def settle_milestone(
    command: SettleMilestone, case: InterventionCase, milestone: int, by: Actor
) -> list[Event]:
    """Record that a milestone was met, with evidence, or missed, and why."""
    still_open(command, case)
    _milestone(command, case, milestone)
    fact = MilestoneMet if command.outcome == "met" else MilestoneMissed
    return [
        fact(
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
    still_open(command, case)
    was = _milestone(command, case, milestone)
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
    still_open(command, case)
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
    still_open(command, case)
    return [CaseEscalated(case=case.case, council=case.council, to=command.to)]


def step_down(command: StepDown, case: InterventionCase, by: Actor) -> list[Event]:
    """Begin to step down."""
    still_open(command, case)
    require(case.reviews, "not-reviewed", "Review progress before stepping down.")
    not_before(command, case.since.get("review"), "Progress was reviewed last")
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
    require(size != 0, "bad-document", "The file is empty: choose another.")
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
