"""Contracts as people see them: the register, and each deliverable as it stands on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.contracts import (
    Contract,
    ContractEvent,
    ContractLet,
    ContractVaried,
    DeliverableAcceptanceWithdrawn,
    DeliverableAccepted,
    DeliverablePaid,
    DeliverablePaymentReversed,
    DeliverableRejected,
    Lot,
    Route,
)
from domain.interventions import Authority
from domain.kernel import ContractRef, FinancialYear, Frozen, Record
from projections.engine import View, inner


class Rejection(Frozen):
    """Why a deliverable was once rejected."""

    on: date
    by: str
    why: str


class Delivery(Frozen):
    """What has happened to a deliverable."""

    rejections: tuple[Rejection, ...] = ()
    accepted_on: date | None = None
    accepted_by: str | None = None
    evidence: str = ""
    paid_on: date | None = None
    paid_by: str | None = None
    payment_reference: str | None = None


class DeliverableStands(Frozen):
    """A line of the deliverables list, as it stands on a day."""

    contract: ContractRef
    supplier: str
    lot: Lot
    deliverable: int
    title: str
    amount_pence: int
    due_on: date
    state: str
    """paid, accepted, rejected, overdue, due, planned, or dropped with the contract's end"""
    late: bool
    """Due before the day, and not accepted by its due date."""
    delivery: Delivery


class ContractRow(
    View,
    indexes=("year", "lot", "status", "supplier"),
    search=("contract", "supplier", "work", "lot"),
    scope="programme",
):
    """A contract, whole: what the register and its page show."""

    contract: ContractRef
    supplier: str
    lot: Lot
    work: str
    """What the supplier is to do."""
    year: FinancialYear
    status: str = "running"
    """running, ended"""
    value_pence: int
    let_pence: int
    """Its value when it was let."""
    accepted_pence: int = 0
    paid_pence: int = 0
    committed_pence: int = 0
    """Set aside and not yet paid."""
    starts_on: date
    ends_on: date
    route: Route
    direct_award_reason: str | None = None
    authority: Authority
    """Of the letting, or of the last variation."""
    let_by: str
    let_on: date
    variations: int = 0
    ended_on: date | None = None
    ended_because: str | None = None
    deliveries: dict[int, Delivery] = {}
    """By deliverable."""
    state: Contract = inner()
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.event.contract,) if isinstance(record.event, ContractEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, ContractLet):
            row = cls(
                work=event.scope,
                let_pence=event.value_pence,
                let_by=record.actor,
                let_on=record.effective_on,
                state=Contract(contract=event.contract),
                **event.model_dump(exclude={"scope", "deliverables"}),
            )
        if row is None:
            return None
        state = row.state.apply(record).but(version=record.version)
        committed = 0 if state.ended else state.value_pence - state.paid_pence
        return row._with(record).but(
            state=state,
            value_pence=state.value_pence,
            accepted_pence=state.accepted_pence,
            paid_pence=state.paid_pence,
            committed_pence=committed,
            status="ended" if state.ended else "running",
            ended_on=record.effective_on if state.ended else None,
            ended_because=record.reason if state.ended else None,
        )

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case ContractVaried():
                return self.but(
                    ends_on=event.ends_on,
                    authority=event.authority,
                    variations=self.variations + 1,
                )
            case DeliverableRejected():
                known = self._delivery(event.deliverable)
                found = Rejection(on=record.effective_on, by=record.actor, why=record.reason or "")
                return self._now(event.deliverable, rejections=(*known.rejections, found))
            case DeliverableAccepted():
                return self._now(
                    event.deliverable,
                    accepted_on=record.effective_on,
                    accepted_by=record.actor,
                    evidence=event.evidence,
                )
            case DeliverableAcceptanceWithdrawn():
                return self._now(event.deliverable, accepted_on=None, accepted_by=None, evidence="")
            case DeliverablePaid():
                return self._now(
                    event.deliverable,
                    paid_on=record.effective_on,
                    paid_by=record.actor,
                    payment_reference=event.payment_reference,
                )
            case DeliverablePaymentReversed():
                return self._now(
                    event.deliverable, paid_on=None, paid_by=None, payment_reference=None
                )
        return self

    def _delivery(self, deliverable: int) -> Delivery:
        return self.deliveries.get(deliverable, Delivery())

    def _now(self, deliverable: int, **changes: object) -> Self:
        now = self._delivery(deliverable).but(**changes)
        return self.but(deliveries=self.deliveries | {deliverable: now})

    def schedule(self, on: date) -> list[DeliverableStands]:
        """Its deliverables by due date, each with its state on a day."""
        found = [
            DeliverableStands(
                contract=self.contract,
                supplier=self.supplier,
                lot=self.lot,
                deliverable=planned.number,
                title=planned.title,
                amount_pence=planned.amount_pence,
                due_on=planned.due_on,
                state=self._state(planned.number, planned.due_on, on),
                late=self._late(planned.number, planned.due_on, on),
                delivery=self._delivery(planned.number),
            )
            for planned in self.state.deliverables
        ]
        return sorted(found, key=lambda line: (line.due_on, line.deliverable))

    def _state(self, deliverable: int, due_on: date, on: date) -> str:
        delivery = self._delivery(deliverable)
        if delivery.payment_reference:
            return "paid"
        if delivery.accepted_on:
            return "accepted"
        if self.status == "ended":
            return "dropped"
        if delivery.rejections:
            return "rejected"
        if due_on < on:
            return "overdue"
        return "due" if due_on == on else "planned"

    def _late(self, deliverable: int, due_on: date, on: date) -> bool:
        accepted = self._delivery(deliverable).accepted_on
        if accepted is None:
            return self.status == "running" and due_on < on
        return accepted > due_on
