"""What the host charges and what it gives: claims, and staff time in kind."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.hosting import (
    Activity,
    HostingAcceptanceWithdrawn,
    HostingChargeClaimed,
    HostingChargePaid,
    HostingClaimAccepted,
    HostingClaimRejected,
    HostingEvent,
    HostingPaymentReversed,
    StaffTimeCorrected,
    StaffTimeEvent,
    StaffTimeRecorded,
)
from domain.interventions import Authority
from domain.kernel import FinancialYear, Record
from projections.engine import View


class HostingClaimRow(View, indexes=("year", "state"), scope="programme"):
    """A claim of the host, with who decided on it and when it was paid."""

    year: FinancialYear
    claim: int
    host: str
    first_day: date
    last_day: date
    services: str
    amount_pence: int
    invoice: str
    evidence: str
    state: str = "claimed"
    """claimed, accepted, rejected, paid"""
    claimed_by: str
    claimed_on: date
    decided_by: str | None = None
    decided_on: date | None = None
    why: str | None = None
    authority: Authority | None = None
    paid_on: date | None = None
    paid_by: str | None = None
    payment_reference: str | None = None

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (f"{event.year}/{event.claim:03d}",) if isinstance(event, HostingEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if isinstance(event, HostingChargeClaimed):
            return cls(
                claimed_by=record.actor, claimed_on=record.effective_on, **event.model_dump()
            )
        return row and row._with(record)

    def _with(self, record: Record) -> Self:
        match event := record.event:
            case HostingClaimAccepted() | HostingClaimRejected():
                accepted = isinstance(event, HostingClaimAccepted)
                return self.but(
                    state="accepted" if accepted else "rejected",
                    decided_by=record.actor,
                    decided_on=record.effective_on,
                    why=record.reason,
                    authority=event.authority if isinstance(event, HostingClaimAccepted) else None,
                )
            case HostingAcceptanceWithdrawn():
                return self.but(
                    state="claimed", decided_by=None, decided_on=None, why=None, authority=None
                )
            case HostingChargePaid():
                return self.but(
                    state="paid",
                    paid_on=record.effective_on,
                    paid_by=record.actor,
                    payment_reference=event.payment_reference,
                )
            case HostingPaymentReversed():
                return self.but(
                    state="accepted", paid_on=None, paid_by=None, payment_reference=None
                )
        return self


class StaffTimeRow(View, indexes=("year", "month", "activity"), scope="programme"):
    """Staff time given in kind in a month, of one grade for one activity."""

    year: FinancialYear
    month: str
    entry: int
    given_by: str
    grade: str
    activity: Activity
    hours: int
    rate_pence: int
    """For an hour, as it was recorded."""
    value_pence: int
    corrections: int = 0
    recorded_by: str

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (f"{event.month}/{event.entry:03d}",) if isinstance(event, StaffTimeEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case StaffTimeRecorded():
                return cls(year=event.year, recorded_by=record.actor, **event.model_dump())
            case StaffTimeCorrected() if row:
                return row.but(
                    hours=event.hours,
                    rate_pence=event.rate_pence,
                    value_pence=event.value_pence,
                    corrections=row.corrections + 1,
                )
        return row
