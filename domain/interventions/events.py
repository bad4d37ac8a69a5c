"""What happens in intervention cases."""

from datetime import date
from typing import Literal

from domain.councils import Region, SupportTier
from domain.interventions.vocabulary import Authority, Confidentiality, ItemKind, Needs, Rag
from domain.kernel import (
    CaseRef,
    CouncilCode,
    Event,
    Frozen,
    GrantRef,
    Line,
    MatchRef,
    Pence,
    PenceOrNone,
    Sha256,
    Text,
    UserId,
)


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


class CaseCarriedOver(CaseEvent):
    """A council was reorganised, and it was decided that a successor carries the case on."""

    successor: CouncilCode
    grants: tuple[GrantRef, ...] = ()
    """Those still running, which go with the case."""


class CaseNoteErased(CaseEvent):
    """The text of a note was erased: its key was destroyed."""

    note: str


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
