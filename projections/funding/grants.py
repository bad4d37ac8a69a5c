"""Grants, whole, and their payment schedule."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import Region
from domain.funding import (
    BudgetThen,
    ClawbackReceived,
    ClawbackWrittenOff,
    Condition,
    ConditionMet,
    ConditionWaived,
    CriterionScore,
    DueDiligenceRecorded,
    Grant,
    GrantApproved,
    GrantAssessed,
    GrantClass,
    GrantClosed,
    GrantDeclined,
    GrantEvent,
    GrantOffered,
    GrantProposed,
    GrantTransferred,
    GrantVaried,
    Heading,
    Instalment,
    InstalmentPaid,
    MonitoringReturnReceived,
    OfferAccepted,
    PaymentReversed,
)
from domain.interventions import Authority
from domain.kernel import CaseRef, CouncilCode, FinancialYear, Frozen, GrantRef, Record
from projections.engine import View, inner


class Assessment(Frozen):
    """What one assessor found."""

    by: str
    assessed_on: date
    scores: tuple[CriterionScore, ...]
    criteria_version: str
    conflict_of_interest: str


class ConditionStands(Frozen):
    """A condition and how it stands."""

    number: int
    text: str
    state: str = "open"
    by: str | None = None
    settled_on: date | None = None
    why: str = ""


class Paid(Frozen):
    """A payment, and its reversal if it came back."""

    instalment: int
    amount_pence: int
    payment_reference: str
    paid_on: date
    by: str
    position: int
    reversed_on: date | None = None


class Variation(Frozen):
    """A variation, and whether the council had accepted the grant by then."""

    number: int
    """The first is 1."""
    varied_on: date
    was_pence: int
    amount_pence: int
    by: str
    authority: Authority
    accepted: bool
    """If not, the grant is offered again, and the new offer says it."""
    position: int


class MonitoringReturn(Frozen):
    """What the council reported."""

    received_on: date
    spend_to_date_pence: int
    outcomes: str
    certified_by: str


class ScheduledPayment(Frozen):
    """A line of the payment schedule."""

    grant: GrantRef
    council: CouncilCode
    case: CaseRef
    year: str
    instalment: int
    amount_pence: int
    due_on: date
    state: str
    """paid, overdue, due, held or planned"""
    why: tuple[str, ...] = ()
    """Why it is held."""
    payment_reference: str | None = None


class GrantRow(
    View,
    indexes=("status", "council", "case", "year", "heading", "region"),
    search=("grant", "purpose", "evidence", "value_for_money"),
    scope="council",
):
    """A grant, whole: what the register and the grant page show."""

    grant: GrantRef
    case: CaseRef
    council: CouncilCode
    predecessors: tuple[CouncilCode, ...] = ()
    """Councils that it was granted to before they were reorganised."""
    region: Region
    year: FinancialYear
    heading: Heading
    status: str
    purpose: str
    amount_pence: int
    proposed_pence: int
    approved_pence: int = 0
    paid_pence: int = 0
    committed_pence: int = 0
    clawed_back_pence: int = 0
    owed_pence: int = 0
    recovered_pence: int = 0
    written_off_pence: int = 0
    suspended: bool = False
    proposed_by: str
    proposed_on: date
    approved_by: str | None = None
    approved_on: date | None = None
    authority: Authority | None = None
    budget_then: BudgetThen | None = None
    rationale: str | None = None
    declined_by: str | None = None
    declined_on: date | None = None
    novel_or_contentious: bool = False
    novelty_judgement: str | None = None
    amount_basis: str
    legal_power: str
    determination_number: str
    treasury_consent: str | None = None
    grant_class: GrantClass
    senior_responsible_owner: str
    options_rejected: tuple[str, ...]
    evidence: str
    value_for_money: str
    competed: bool
    direct_award_reason: str | None = None
    due_diligence: str = "none"
    payee_verified: bool = False
    fraud_risk: str | None = None
    due_diligence_findings: str | None = None
    determination_letter: str | None = None
    ring_fenced: bool = False
    allocations_annexed: bool = False
    accept_by: date | None = None
    offered_on: date | None = None
    offer_position: int | None = None
    """Of the latest offer: the letter is written from the record as at it."""
    accepted_on: date | None = None
    accepted_pence: int = 0
    signatory: str | None = None
    signatory_office: str | None = None
    instalments: tuple[Instalment, ...]
    conditions: tuple[ConditionStands, ...]
    assessments: tuple[Assessment, ...] = ()
    payments: tuple[Paid, ...] = ()
    variations: tuple[Variation, ...] = ()
    returns: tuple[MonitoringReturn, ...] = ()
    final_spend_pence: int | None = None
    underspend_pence: int | None = None
    state: Grant = inner()
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.event.grant,) if isinstance(record.event, GrantEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, GrantEvent):
            return row
        if isinstance(event, GrantProposed):
            row = cls._proposed(event, record)
        if row is None:
            return None
        state = row.state.apply(record).but(version=record.version)
        return row._with(record).but(
            state=state,
            status=state.status,
            amount_pence=state.amount_pence,
            instalments=state.instalments,
            paid_pence=state.paid_pence,
            committed_pence=state.committed_pence,
            clawed_back_pence=state.clawed_back_pence,
            owed_pence=state.owed_pence,
            suspended=state.suspended,
            accepted_pence=state.accepted_pence,
            approved_pence=state.amount_pence if state.approvers else 0,
        )

    @classmethod
    def _proposed(cls, event: GrantProposed, record: Record) -> Self:
        return cls(
            **event.model_dump(exclude={"instalments", "conditions"}),
            status="proposed",
            proposed_pence=event.amount_pence,
            proposed_by=record.actor,
            proposed_on=record.effective_on,
            instalments=event.instalments,
            conditions=tuple(_open(condition) for condition in event.conditions),
            state=Grant(grant=event.grant),
        )

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case GrantAssessed():
                found = Assessment(
                    by=record.actor,
                    assessed_on=record.effective_on,
                    scores=event.scores,
                    criteria_version=event.criteria_version,
                    conflict_of_interest=event.conflict_of_interest,
                )
                return self.but(assessments=(*self.assessments, found))
            case DueDiligenceRecorded():
                return self.but(
                    due_diligence=event.result,
                    payee_verified=event.payee_verified,
                    fraud_risk=event.fraud_risk,
                    due_diligence_findings=event.findings,
                )
            case GrantApproved():
                return self.but(
                    approved_by=record.actor,
                    approved_on=record.effective_on,
                    authority=event.authority,
                    budget_then=event.budget,
                    rationale=event.rationale,
                    novel_or_contentious=event.novel_or_contentious,
                    novelty_judgement=event.novelty_judgement,
                )
            case GrantTransferred():
                return self.but(
                    council=event.successor,
                    predecessors=(*self.predecessors, event.council),
                    due_diligence="none",
                    payee_verified=False,
                )
            case GrantDeclined():
                return self.but(
                    rationale=event.rationale,
                    declined_by=record.actor,
                    declined_on=record.effective_on,
                )
            case GrantOffered():
                return self.but(
                    determination_letter=event.determination_letter,
                    ring_fenced=event.ring_fenced,
                    allocations_annexed=event.allocations_annexed,
                    accept_by=event.accept_by,
                    offered_on=record.effective_on,
                    offer_position=record.position,
                )
            case OfferAccepted():
                return self.but(
                    accepted_on=record.effective_on,
                    signatory=event.signatory,
                    signatory_office=event.signatory_office,
                )
            case ConditionMet() | ConditionWaived():
                met = isinstance(event, ConditionMet)
                settled = {
                    "state": "met" if met else "waived",
                    "by": record.actor,
                    "settled_on": record.effective_on,
                    "why": (event.evidence if isinstance(event, ConditionMet) else None)
                    or record.reason
                    or "",
                }
                return self.but(
                    conditions=tuple(
                        c.but(**settled) if c.number == event.condition else c
                        for c in self.conditions
                    )
                )
            case InstalmentPaid():
                paid = Paid(
                    instalment=event.instalment,
                    amount_pence=event.amount_pence,
                    payment_reference=event.payment_reference,
                    paid_on=record.effective_on,
                    by=record.actor,
                    position=record.position,
                )
                return self.but(payments=(*self.payments, paid))
            case PaymentReversed():
                return self.but(
                    payments=tuple(
                        p.but(reversed_on=record.effective_on)
                        if (p.instalment, p.payment_reference, p.reversed_on)
                        == (event.instalment, event.payment_reference, None)
                        else p
                        for p in self.payments
                    )
                )
            case GrantVaried():
                varied = Variation(
                    number=len(self.variations) + 1,
                    varied_on=record.effective_on,
                    was_pence=event.was_pence,
                    amount_pence=event.amount_pence,
                    by=record.actor,
                    authority=event.authority,
                    accepted=self.status == "accepted",
                    position=record.position,
                )
                return self.but(variations=(*self.variations, varied))
            case MonitoringReturnReceived():
                received = MonitoringReturn(
                    received_on=record.effective_on,
                    spend_to_date_pence=event.spend_to_date_pence,
                    outcomes=event.outcomes,
                    certified_by=event.certified_by,
                )
                return self.but(returns=(*self.returns, received))
            case ClawbackReceived():
                return self.but(recovered_pence=self.recovered_pence + event.amount_pence)
            case ClawbackWrittenOff():
                return self.but(written_off_pence=self.written_off_pence + event.amount_pence)
            case GrantClosed():
                return self.but(
                    final_spend_pence=event.final_spend_pence,
                    underspend_pence=event.underspend_pence,
                )
        return self

    def schedule(self, on: date) -> list[ScheduledPayment]:
        """Its payments, each with its state on a day and, if held, why."""
        return [self._scheduled(instalment, on) for instalment in self.instalments]

    @property
    def unpaid(self) -> tuple[Instalment, ...]:
        """Instalments that have not been paid, or were paid and came back."""
        return tuple(each for each in self.instalments if each.number not in self.state.payments)

    @property
    def unpaid_pence(self) -> int:
        """What is still to be paid by its instalments."""
        return sum(each.amount_pence for each in self.unpaid)

    def due_pence(self, on: date) -> int:
        """What could be paid by a day and is not: nothing once the grant is settled."""
        return self._waiting(on, "due", "overdue")

    def held_pence(self, on: date) -> int:
        """What waits for something before it can be paid: nothing once the grant is settled."""
        return self._waiting(on, "held")

    def stoppable_pence(self, on: date) -> int:
        """Of what is committed, what need not be paid: it is not accepted, not due, or held."""
        if self.status in ("approved", "offered"):
            return self.committed_pence
        lines = [line for line in self.schedule(on) if line.state in ("held", "planned")]
        return min(self.committed_pence, sum(line.amount_pence for line in lines))

    def _waiting(self, on: date, *states: str) -> int:
        if self.state.settled:
            return 0
        return sum(line.amount_pence for line in self.schedule(on) if line.state in states)

    def _scheduled(self, instalment: Instalment, on: date) -> ScheduledPayment:
        paid = self.state.payments.get(instalment.number)
        why = self._held(instalment)
        if paid:
            state = "paid"
        elif why:
            state = "held"
        elif instalment.due_on < on:
            state = "overdue"
        else:
            state = "due" if instalment.due_on == on else "planned"
        return ScheduledPayment(
            grant=self.grant,
            council=self.council,
            case=self.case,
            year=self.year,
            instalment=instalment.number,
            amount_pence=instalment.amount_pence,
            due_on=instalment.due_on,
            state=state,
            why=() if paid else tuple(why),
            payment_reference=paid.payment_reference if paid else None,
        )

    def _held(self, instalment: Instalment) -> list[str]:
        why = []
        if self.state.settled or self.status == "proposed":
            why.append(f"the grant is {self.status}")
        elif self.status != "accepted":
            why.append("the offer is not accepted yet")
        elif self.paid_pence + instalment.amount_pence > self.accepted_pence:
            why.append("the council has not accepted what the grant was raised by")
        if self.suspended:
            why.append("payment is suspended")
        why += [
            f"condition {number} is not met"
            for number in instalment.conditions
            if self.state.conditions.get(number) == "open"
        ]
        if not self.payee_verified:
            why.append("the payee is not verified")
        return why


def _open(condition: Condition) -> ConditionStands:
    return ConditionStands(number=condition.number, text=condition.text)
