"""What happens in intervention cases."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from domain.councils import Region, SupportTier
from domain.interventions.vocabulary import (
    ON_AUTHORITY,
    Authority,
    Confidentiality,
    ItemKind,
    Needs,
    Rag,
)
from domain.kernel import (
    RESTS_ON,
    CaseRef,
    CouncilCode,
    Event,
    Frozen,
    GrantRef,
    Grounds,
    Line,
    MatchRef,
    Pence,
    PenceOrNone,
    Sha256,
    Text,
    Upcaster,
    UserId,
)


class CaseEvent(Event, abstract=True, stream="{case}"):
    case: CaseRef
    council: CouncilCode


class CaseOpened(CaseEvent):
    """An intervention case was opened for a council."""

    says = (
        "{case} was opened for {council}[ under version {policy_version} of the policy]:"
        " “{trigger:short}”."
    )
    region: Region
    trigger: Grounds
    outcome: str | None = None
    """The inspection outcome that called for it."""
    policy_version: int | None = None


class TriageCompleted(CaseEvent):
    """It was found how much support a council needs, and where."""

    says = "The triage of {case} put {council} in the tier “{tier}”."
    tier: SupportTier
    needs: Needs


class CaseLeadAssigned(CaseEvent):
    """Somebody was made responsible for a case."""

    says = "{case} was given {lead} as its lead."
    lead: UserId


class SupportDecisionProposed(CaseEvent):
    """Support was proposed, with the options considered and the evidence."""

    says = (
        "Decision {decision} on {case} was proposed, “{title}”[, at a cost of {cost_pence}][, in"
        " place of decision {supersedes}]."
    )
    decision: int
    title: Line
    options: tuple[Text, ...]
    evidence: Grounds
    recommendation: Text
    cost_pence: PenceOrNone
    supersedes: int | None = None


class SupportDecisionTaken(CaseEvent):
    """A proposal was approved or declined, under a limit or by the Board."""

    says = "Decision {decision} on {case} was {outcome} " + ON_AUTHORITY + "."
    decision: int
    outcome: Literal["approved", "declined"]
    authority: Authority
    rationale: Grounds


class SupportDecisionSuperseded(CaseEvent):
    """A decision gave way to a later one, which was approved in its place."""

    says = "Decision {decision} on {case} gave way to decision {by}."
    decision: int
    by: int
    """The decision that stands now."""


class SupportPackageAgreed(CaseEvent):
    """Board and council agreed the package of support."""

    says = "The Board and {council} agreed the package of support of {case} in {memorandum}."
    memorandum: Line


class SupportItemAdded(CaseEvent):
    """Support was added to the package under an approved decision."""

    says = (
        "Item {item}, {kind} by {provider}, was added to the package of {case} under decision"
        " {decision}[, at a cost of {cost_pence}]."
    )
    item: int
    decision: int
    kind: ItemKind
    provider: Line
    description: Text
    planned_half_days: int
    cost_pence: PenceOrNone


class SupportItemDelivered(CaseEvent):
    """Support was delivered."""

    says = "Item {item} of the package of {case} was delivered[ in {half_days}]."
    item: int
    half_days: int
    evidence: Grounds


class SupportItemWithdrawn(CaseEvent):
    """Support was taken out of the package."""

    says = "Item {item} was taken out of the package of {case}."
    item: int


class MilestoneSet(CaseEvent):
    """A milestone was set."""

    says = "Milestone {milestone} of {case}, “{title}”, was set for {due_on}."
    milestone: int
    title: Line
    due_on: date


class MilestoneMet(CaseEvent):
    """A milestone was met."""

    says = "Milestone {milestone} of {case} was met."
    milestone: int
    evidence: Grounds


class MilestoneMissed(CaseEvent):
    """A milestone was missed."""

    says = "Milestone {milestone} of {case} was missed."
    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: lambda payload: {**payload, "evidence": None}}

    milestone: int
    evidence: Annotated[Text | None, RESTS_ON] = None
    """Why it was missed (since version 2)."""


class MilestoneRevised(CaseEvent):
    """A milestone was given another date."""

    says = "Milestone {milestone} of {case} was moved from {was} to {due_on}."
    milestone: int
    due_on: date
    was: date


class ProgressReviewed(CaseEvent):
    """Progress was reviewed, theme by theme."""

    says = (
        "Review {review} of {case} rated progress on {themes:counted theme}, with confidence"
        " {confidence}."
    )
    review: int
    themes: dict[str, Rag]
    confidence: Rag
    next_steps: Text


class CaseEscalated(CaseEvent):
    """A case was escalated."""

    says = "{case} was escalated to {to}."
    to: Line


class CaseSteppedDown(CaseEvent):
    """A case began to step down."""

    says = "{case} began to step down to the tier “{to}”."
    to: SupportTier


class CaseNoteAdded(CaseEvent):
    """A note was added; its text is kept beside the log."""

    says = "A note was added to {case} ({confidentiality}): “{title}”."
    note: str
    title: Line
    confidentiality: Confidentiality


class DocumentAttached(CaseEvent):
    """A document was attached; its bytes are kept beside the log."""

    says = "The document “{title}” was attached to {case}."
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

    says = "{case} was closed[, with {left_open:counted matter} left open]."
    outcome: Text
    lessons: Text
    left_open: tuple[LeftOpen, ...] = ()


class CaseReopened(CaseEvent):
    """A closed case was opened again."""

    says = "{case} was opened again."


class CaseCarriedOver(CaseEvent):
    """A council was reorganised, and it was decided that a successor carries the case on."""

    says = (
        "It was decided that {successor:council} carries on {case} of {council}[, with {grants}]."
    )
    successor: CouncilCode
    grants: tuple[GrantRef, ...] = ()
    """Those still running, which go with the case."""


class CaseNoteErased(CaseEvent):
    """The text of a note was erased: its key was destroyed."""

    says = "The text of a note on {case} was erased: its key was destroyed."
    note: str


class SustainedImprovementChecked(CaseEvent):
    """After closing it was checked whether the improvement lasts."""

    says = (
        "A check after {case} was closed found that the improvement of {council}"
        " [{sustained:if}lasts|does not last]."
    )
    sustained: bool
    findings: Grounds


class GrantRequestedForCase(CaseEvent):
    """A grant was proposed for a case."""

    says = "{grant} of {amount_pence} was proposed for {case}."
    grant: GrantRef
    amount_pence: Pence


class MentoringRequestedForCase(CaseEvent):
    """Mentoring was requested for a case."""

    says = "{match} was requested for {case}."
    match: MatchRef
