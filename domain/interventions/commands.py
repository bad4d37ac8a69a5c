"""What people ask for in a case."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.councils import SupportTier
from domain.interventions.events import LeftOpen
from domain.interventions.vocabulary import Confidentiality, ItemKind, Needs, Rag
from domain.kernel import (
    BESIDE,
    Command,
    CouncilCode,
    GrantRef,
    Grounds,
    Line,
    MoneyOrNone,
    Text,
    UserId,
)


class OpenCase(Command):
    council: CouncilCode
    trigger: Grounds


class CompleteTriage(Command):
    tier: SupportTier
    needs: Needs


class AssignLead(Command):
    lead: UserId


class ProposeDecision(Command):
    title: Line
    options: tuple[Text, ...] = Field(min_length=1, description="Options considered")
    evidence: Grounds
    recommendation: Text
    cost_pence: MoneyOrNone = Field(alias="cost")
    supersedes: int | None = None


class TakeDecision(Command):
    outcome: Literal["approved", "declined"]
    rationale: Grounds
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
    evidence: Grounds


class WithReason(Command):
    """A step that needs nothing but a reason."""

    reason: Text


class SetMilestone(Command):
    title: Line
    due_on: date


class SettleMilestone(Command):
    outcome: Literal["met", "missed"]
    evidence: Grounds


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
    title: Line = Field(description="Read by all who see the case")
    text: Annotated[Text, BESIDE]
    confidentiality: Confidentiality = Field(
        default=Confidentiality.OPEN,
        description=" ".join(f"{each.capitalize()}: {each.readers}." for each in Confidentiality),
    )


class AttachDocument(Command):
    title: Line


class CloseCase(Command):
    outcome: Text
    lessons: Text
    left_open: tuple[LeftOpen, ...] = ()
    reason: Text


class CheckSustained(Command):
    sustained: bool
    findings: Grounds


class CarryOver(Command):
    """A successor carries the case on, with the grants that are still running."""

    successor: CouncilCode
    grants: tuple[GrantRef, ...] = ()
    reason: Text
