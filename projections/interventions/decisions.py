"""The decision register."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.interventions import (
    Authority,
    SupportDecisionProposed,
    SupportDecisionSuperseded,
    SupportDecisionTaken,
)
from domain.kernel import CaseRef, CouncilCode, Record
from projections.engine import View


class DecisionRow(
    View,
    indexes=("case", "council", "outcome"),
    search=("title", "recommendation", "evidence", "rationale"),
    scope="council",
):
    """A line of the decision register."""

    case: CaseRef
    council: CouncilCode
    decision: int
    title: str
    options: tuple[str, ...]
    evidence: str
    recommendation: str
    cost_pence: int
    supersedes: int | None = None
    proposed_by: str
    proposed_on: date
    outcome: str = "waiting"
    """waiting, approved, declined; superseded, if it never came to a decision."""
    superseded_by: int | None = None
    """The decision that was approved in its place."""
    taken_by: str | None = None
    taken_on: date | None = None
    authority: Authority | None = None
    rationale: str | None = None

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case SupportDecisionProposed() | SupportDecisionTaken() | SupportDecisionSuperseded():
                return (f"{event.case}/{event.decision}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case SupportDecisionProposed():
                return cls(
                    **event.model_dump(),
                    proposed_by=record.actor,
                    proposed_on=record.effective_on,
                )
            case SupportDecisionTaken() if row:
                return row.but(
                    outcome=event.outcome,
                    taken_by=record.actor,
                    taken_on=record.effective_on,
                    authority=event.authority,
                    rationale=event.rationale,
                )
            case SupportDecisionSuperseded() if row:
                never_taken = row.outcome == "waiting"
                return row.but(
                    outcome="superseded" if never_taken else row.outcome, superseded_by=event.by
                )
        return row

    @property
    def stands(self) -> bool:
        """Whether support may be added under it."""
        return self.outcome == "approved" and self.superseded_by is None
