"""Policy programmes as people see them: each programme, who takes part, and trial results."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Self

from domain.councils import Region
from domain.interventions import Authority
from domain.kernel import CouncilCode, FinancialYear, ProgrammeRef, Record
from domain.policy import PolicyTheme
from domain.programmes import (
    CouncilJoined,
    CouncilLeft,
    PaymentRule,
    PolicyProgrammeEvent,
    ProgrammeClosed,
    ProgrammeLaunched,
    TrialOutcomeRecorded,
    TrialOutcomeWithdrawn,
    TrialPayment,
    TrialPaymentMade,
    TrialPaymentReversed,
    way_made,
)
from projections.engine import View


class ProgrammeRow(
    View, indexes=("theme", "status"), search=("title", "theme", "aims", "lessons"), scope="public"
):
    """A policy programme, with how many councils take part."""

    programme: ProgrammeRef
    theme: PolicyTheme
    title: str
    aims: tuple[str, ...]
    starts_on: date
    ends_on: date
    status: str = "running"
    """running, closed"""
    rule: PaymentRule | None = None
    """Where councils are paid by results."""
    ceiling_pence: int = 0
    authority: Authority
    launched_by: str
    launched_on: date
    councils: tuple[CouncilCode, ...] = ()
    """Those that take part."""
    on_trial: tuple[CouncilCode, ...] = ()
    """Those of them that are paid by results."""
    taking_part: int = 0
    trialling: int = 0
    due_pence: int = 0
    """What results have earned, paid or not."""
    paid_pence: int = 0
    closed_on: date | None = None
    lessons: str | None = None
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (event.programme,) if isinstance(event, PolicyProgrammeEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, ProgrammeLaunched):
            return cls(
                launched_by=record.actor,
                launched_on=record.effective_on,
                **event.model_dump(),
            )
        return row and row._with(record)

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case CouncilJoined():
                trial = (*self.on_trial, event.council) if event.on_trial else self.on_trial
                return self._taking_part((*self.councils, event.council), trial)
            case CouncilLeft():
                left = tuple(c for c in self.councils if c != event.council)
                return self._taking_part(left, tuple(c for c in self.on_trial if c in left))
            case TrialOutcomeRecorded():
                return self.but(due_pence=self.due_pence + event.payment_due_pence)
            case TrialOutcomeWithdrawn():
                return self.but(due_pence=self.due_pence - event.payment_due_pence)
            case TrialPaymentMade():
                return self.but(paid_pence=self.paid_pence + event.amount_pence)
            case TrialPaymentReversed():
                return self.but(paid_pence=self.paid_pence - event.amount_pence)
            case ProgrammeClosed():
                return self.but(
                    status="closed", closed_on=record.effective_on, lessons=event.lessons
                )
        return self

    def _taking_part(self, councils: tuple[str, ...], trial: tuple[str, ...]) -> Self:
        return self.but(
            councils=councils, on_trial=trial, taking_part=len(councils), trialling=len(trial)
        )


class ParticipationRow(
    View, indexes=("programme", "council", "region", "theme", "state"), scope="council"
):
    """A council's part in a programme, with what its results have earned."""

    programme: ProgrammeRef
    council: CouncilCode
    region: Region
    theme: PolicyTheme
    on_trial: bool
    state: str = "taking part"
    """taking part, left"""
    joined_on: date
    left_on: date | None = None
    left_because: str | None = None
    results: int = 0
    due_pence: int = 0
    paid_pence: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case CouncilJoined() | CouncilLeft() | TrialOutcomeRecorded():
                return (f"{event.programme}/{event.council}",)
            case TrialOutcomeWithdrawn() | TrialPayment():
                return (f"{event.programme}/{event.council}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, CouncilJoined):
            if row:
                return row.but(
                    on_trial=event.on_trial, state="taking part", left_on=None, left_because=None
                )
            return cls(joined_on=record.effective_on, **event.model_dump())
        return row and row._with(record)

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case CouncilLeft():
                return self.but(
                    state="left", left_on=record.effective_on, left_because=record.reason
                )
            case TrialOutcomeRecorded():
                due = self.due_pence + event.payment_due_pence
                return self.but(results=self.results + 1, due_pence=due)
            case TrialOutcomeWithdrawn():
                due = self.due_pence - event.payment_due_pence
                return self.but(results=self.results - 1, due_pence=due)
            case TrialPaymentMade():
                return self.but(paid_pence=self.paid_pence + event.amount_pence)
            case TrialPaymentReversed():
                return self.but(paid_pence=self.paid_pence - event.amount_pence)
        return self


class TrialResultRow(
    View, indexes=("programme", "council", "region", "period", "state"), scope="council"
):
    """A result of a payment-by-results trial, and what was paid for it."""

    programme: ProgrammeRef
    outcome: int
    council: CouncilCode
    region: Region
    measure: str
    period: str
    baseline: Decimal
    target: Decimal
    result: Decimal
    way_made_percent: int
    """How much of the way from baseline to target was made, rounded down."""
    evidence: str
    rule: PaymentRule
    due_pence: int
    year: FinancialYear
    state: str
    """nothing due, due, paid, withdrawn"""
    recorded_by: str
    recorded_on: date
    paid_on: date | None = None
    payment_reference: str | None = None

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case TrialOutcomeRecorded() | TrialOutcomeWithdrawn() | TrialPayment():
                return (f"{event.programme}/{event.outcome:04d}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case TrialOutcomeRecorded():
                made = way_made(event.baseline, event.target, event.result)
                return cls(
                    way_made_percent=int(made * 100 // 1),
                    due_pence=event.payment_due_pence,
                    state="due" if event.payment_due_pence else "nothing due",
                    recorded_by=record.actor,
                    recorded_on=record.effective_on,
                    **event.model_dump(exclude={"payment_due_pence"}),
                )
            case TrialOutcomeWithdrawn() if row:
                return row.but(state="withdrawn")
            case TrialPaymentMade() if row:
                return row.but(
                    state="paid",
                    paid_on=record.effective_on,
                    payment_reference=event.payment_reference,
                )
            case TrialPaymentReversed() if row:
                return row.but(state="due", paid_on=None, payment_reference=None)
        return row
