"""What a year's budget and a grant add up to."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from domain.councils import Region
from domain.funding.cuts import AwardCut, CutMet, DevolutionRecalled
from domain.funding.devolved import (
    RegionalSpendRecorded,
    RegionalSpendUndone,
    RegionalUnderspendReturned,
)
from domain.funding.events import (
    AllocationMoved,
    AllocationMoveProposed,
    BudgetOpened,
    BudgetVaried,
    CarriedForward,
    ClawbackDemanded,
    ClawbackReceived,
    ClawbackWrittenOff,
    CommitmentReleased,
    CommitmentReserved,
    ConditionMet,
    ConditionWaived,
    DueDiligenceRecorded,
    FundsRecovered,
    GrantApproved,
    GrantAssessed,
    GrantClosed,
    GrantDeclined,
    GrantMoneyEvent,
    GrantOffered,
    GrantProposed,
    GrantResumed,
    GrantSuspended,
    GrantTransferred,
    GrantVaried,
    GrantWithdrawn,
    Heading,
    HeadingAllocated,
    Instalment,
    InstalmentPaid,
    OfferAccepted,
    OfferLapsed,
    OfferRefused,
    PaymentReferenceUsed,
    PaymentReversed,
    ReceiptReferenceUsed,
    RegionDevolved,
    SpendRecorded,
    SpendReversed,
    YearClosed,
)
from domain.funding.purposes import (
    ProgrammeCommitmentReleased,
    ProgrammeCommitmentReserved,
    ProgrammeMoneyEvent,
    ProgrammePaymentReferenceUsed,
    ProgrammeSpendRecorded,
    ProgrammeSpendReversed,
)
from domain.kernel import Aggregate, FinancialYear, Frozen, GrantRef, Record


class Funds(Frozen):
    """A heading's money in a year: pence."""

    allocated_pence: int = 0
    devolved_pence: int = 0
    committed_pence: int = 0
    """Set aside and not yet paid."""
    paid_pence: int = 0
    """Paid and not reversed."""
    recovered_pence: int = 0
    """Clawed back and available again."""

    @property
    def available_pence(self) -> int:
        """What can still be committed."""
        return (
            self.allocated_pence
            + self.recovered_pence
            - self.devolved_pence
            - self.committed_pence
            - self.paid_pence
        )

    def plus(self, **pence: int) -> "Funds":
        """These amounts more, or less where negative."""
        return self.but(**{name: getattr(self, name) + amount for name, amount in pence.items()})


class Move(Frozen):
    """A proposed virement."""

    proposed_by: str
    from_heading: Heading
    to_heading: Heading
    amount_pence: int
    done: bool = False


class Budget(Aggregate, stream="BUDGET-{year}"):
    """A financial year's budget."""

    year: FinancialYear
    award_pence: int = 0
    """What stands in the ledger: a cut leaves it as soon as money has been found for it."""
    to_find_pence: int = 0
    """What is still to be found of a cut, by stopping commitments."""
    carried_in_pence: int = 0
    headings: Mapping[Heading, Funds] = {}
    regions: Mapping[Region, int] = {}
    """Devolved to each region, what came back at the year's end taken off."""
    regional_spend: Mapping[Region, int] = {}
    """Of that, what each has spent."""
    moves: Mapping[int, Move] = {}
    commitments: Mapping[str, int] = {}
    """By grant or other purpose: set aside and not yet paid."""
    opened: bool = False
    closed: bool = False

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case BudgetOpened() | BudgetVaried():
                return self.but(award_pence=event.award_pence, to_find_pence=0, opened=True)
            case AwardCut():
                stands = event.award_pence + event.to_find_pence
                cut = self.but(award_pence=stands, to_find_pence=event.to_find_pence)
                return cut._taken(event.frozen_by_heading)
            case CutMet():
                met = self.but(
                    award_pence=self.award_pence - event.amount_pence,
                    to_find_pence=self.to_find_pence - event.amount_pence,
                )
                return met._taken(event.by_heading)
            case CarriedForward():
                return self.but(carried_in_pence=self.carried_in_pence + event.amount_pence)
            case HeadingAllocated():
                return self._moved(event.heading, allocated_pence=event.amount_pence)
            case AllocationMoveProposed():
                move = Move(
                    proposed_by=record.actor,
                    from_heading=event.from_heading,
                    to_heading=event.to_heading,
                    amount_pence=event.amount_pence,
                )
                return self.but(moves={**self.moves, event.move: move})
            case AllocationMoved():
                taken = self._moved(event.from_heading, allocated_pence=-event.amount_pence)
                given = taken._moved(event.to_heading, allocated_pence=event.amount_pence)
                done = self.moves[event.move].but(done=True)
                return given.but(moves={**self.moves, event.move: done})
            case RegionDevolved():
                return self._devolved(event.region, event.amount_pence)
            case RegionalUnderspendReturned() | DevolutionRecalled():
                return self._devolved(event.region, -event.amount_pence)
            case RegionalSpendRecorded():
                return self._spent(event.region, event.amount_pence)
            case RegionalSpendUndone():
                return self._spent(event.region, -event.amount_pence)
            case CommitmentReserved() | ProgrammeCommitmentReserved():
                return self._committed(event, event.amount_pence)
            case CommitmentReleased() | ProgrammeCommitmentReleased():
                return self._committed(event, -event.amount_pence)
            case SpendRecorded() | ProgrammeSpendRecorded():
                paid = self._moved(event.heading, paid_pence=event.amount_pence)
                return paid._committed(event, -event.amount_pence)
            case SpendReversed() | ProgrammeSpendReversed():
                back = self._moved(event.heading, paid_pence=-event.amount_pence)
                return back._committed(event, event.amount_pence)
            case FundsRecovered() if event.to == "heading":
                return self._moved(event.heading, recovered_pence=event.amount_pence)
            case YearClosed():
                return self.but(closed=True)
        return self

    def _committed(self, event: GrantMoneyEvent | ProgrammeMoneyEvent, amount: int) -> Self:
        purpose = event.grant if isinstance(event, GrantMoneyEvent) else event.purpose
        left = self.commitments.get(purpose, 0) + amount
        others = {what: held for what, held in self.commitments.items() if what != purpose}
        moved = self._moved(event.heading, committed_pence=amount)
        return moved.but(commitments=others | ({purpose: left} if left else {}))

    def _devolved(self, region: Region, amount: int) -> Self:
        devolved = self._moved(Heading.REGIONS, devolved_pence=amount)
        return devolved.but(regions={**self.regions, region: self.regions.get(region, 0) + amount})

    def _spent(self, region: Region, amount: int) -> Self:
        spent = self.regional_spend.get(region, 0) + amount
        return self.but(regional_spend={**self.regional_spend, region: spent})

    def _taken(self, by_heading: Mapping[Heading, int]) -> Self:
        taken = self
        for heading, pence in by_heading.items():
            taken = taken._moved(heading, allocated_pence=-pence)
        return taken

    def left_to(self, region: Region) -> int:
        """What a region can still spend of what was devolved to it."""
        return self.regions.get(region, 0) - self.regional_spend.get(region, 0)

    def _moved(self, heading: Heading, **pence: int) -> Self:
        return self.but(headings={**self.headings, heading: self.funds(heading).plus(**pence)})

    def funds(self, heading: Heading) -> Funds:
        """A heading's money."""
        return self.headings.get(heading, Funds())

    @property
    def allocated_pence(self) -> int:
        """What headings have been given."""
        return sum(funds.allocated_pence for funds in self.headings.values())

    @property
    def unallocated_pence(self) -> int:
        """What no heading has been given."""
        return self.award_pence + self.carried_in_pence - self.allocated_pence


class PaymentReference(Aggregate, stream="PAYMENT-{payment_reference}"):
    """Whether a payment reference has been used, and for what."""

    payment_reference: str
    grant: str | None = None
    instalment: int | None = None
    purpose: str | None = None

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case PaymentReferenceUsed():
                return self.but(grant=event.grant, instalment=event.instalment)
            case ProgrammePaymentReferenceUsed():
                return self.but(purpose=event.purpose)
        return self

    @property
    def used_for(self) -> str:
        """What it paid, as people say it."""
        return self.purpose or f"{self.grant} instalment {self.instalment}"


class ReceiptReference(Aggregate, stream="RECEIPT-{receipt_reference}"):
    """Whether money that came back has been booked, and for which grant."""

    receipt_reference: str
    grant: str | None = None

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case ReceiptReferenceUsed():
                return self.but(grant=event.grant)
        return self


class Payment(Frozen):
    """An instalment as paid."""

    amount_pence: int
    payment_reference: str
    paid_on: date


class Grant(Aggregate, stream="{grant}"):
    """A grant as its decisions need it."""

    grant: GrantRef
    status: str = "not proposed"
    """proposed, declined, withdrawn, approved, offered, refused, lapsed, accepted, closed"""
    since: date | None = None
    """When, in the world, it came to that."""
    proposed_on: date | None = None
    last_on: date | None = None
    """The last day on which anything was done with it."""
    case: str = ""
    council: str = ""
    region: Region | None = None
    year: str = ""
    heading: Heading = Heading.INTERVENTION_SUPPORT
    amount_pence: int = 0
    instalments: tuple[Instalment, ...] = ()
    conditions: Mapping[int, str] = {}
    """Condition number to open, met or waived."""
    settled_on: Mapping[int, date] = {}
    """When each condition was met or waived."""
    proposed_by: str = ""
    assessed_by: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    """Who approved it, or a variation of it."""
    accepted_pence: int = 0
    """What the council has accepted: never more than this is paid."""
    due_diligence: str = ""
    payee_verified: bool = False
    verified_on: date | None = None
    """Since when it has been verified, without a check in between that found otherwise."""
    accept_by: date | None = None
    suspended: bool = False
    suspended_on: date | None = None
    payments: Mapping[int, Payment] = {}
    """By instalment: paid and not reversed."""
    committed_pence: int = 0
    owed_pence: int = 0
    """Demanded back and not yet received or written off."""
    clawed_back_pence: int = 0
    """Demanded back in all."""
    demanded_by: tuple[str, ...] = ()
    demanded_on: date | None = None
    """When money was first demanded back."""

    def apply(self, record: Record) -> Self:
        on = record.effective_on
        after = self._after(record).but(last_on=max(self.last_on or on, on))
        return after if after.status == self.status else after.but(since=record.effective_on)

    def _after(self, record: Record) -> Self:
        match event := record.event:
            case GrantProposed():
                return self.but(
                    status="proposed",
                    proposed_by=record.actor,
                    proposed_on=record.effective_on,
                    conditions={c.number: "open" for c in event.conditions},
                    **{name: getattr(event, name) for name in _PROPOSED},
                )
            case GrantAssessed():
                return self.but(assessed_by=(*self.assessed_by, record.actor))
            case DueDiligenceRecorded():
                since = self.verified_on if self.may_be_paid else None
                return self.but(
                    due_diligence=event.result,
                    payee_verified=event.payee_verified,
                    verified_on=since or record.effective_on,
                )
            case GrantApproved():
                return self.but(
                    status="approved",
                    approvers=(record.actor,),
                    committed_pence=event.amount_pence,
                )
            case GrantDeclined():
                return self.but(status="declined")
            case GrantWithdrawn():
                return self.but(status="withdrawn", committed_pence=0)
            case GrantOffered():
                return self.but(
                    status="offered", accept_by=event.accept_by, instalments=event.instalments
                )
            case OfferAccepted():
                return self.but(status="accepted", accepted_pence=event.amount_pence)
            case OfferRefused():
                return self.but(status="refused", committed_pence=0)
            case OfferLapsed():
                return self.but(status="lapsed", committed_pence=0)
            case ConditionMet() | ConditionWaived():
                how = "met" if isinstance(event, ConditionMet) else "waived"
                return self.but(
                    conditions={**self.conditions, event.condition: how},
                    settled_on={**self.settled_on, event.condition: record.effective_on},
                )
            case InstalmentPaid():
                paid = Payment(
                    amount_pence=event.amount_pence,
                    payment_reference=event.payment_reference,
                    paid_on=record.effective_on,
                )
                return self.but(
                    payments={**self.payments, event.instalment: paid},
                    committed_pence=self.committed_pence - event.amount_pence,
                )
            case PaymentReversed():
                left = {n: p for n, p in self.payments.items() if n != event.instalment}
                return self.but(
                    payments=left, committed_pence=self.committed_pence + event.amount_pence
                )
            case GrantVaried():
                return self.but(
                    # An offer that is out was of other terms: it is made again.
                    status="approved" if self.status == "offered" else self.status,
                    amount_pence=event.amount_pence,
                    accepted_pence=min(self.accepted_pence, event.amount_pence),
                    approvers=(*self.approvers, record.actor),
                    instalments=event.instalments,
                    committed_pence=self.committed_pence + event.amount_pence - event.was_pence,
                )
            case GrantSuspended():
                return self.but(suspended=True, suspended_on=record.effective_on)
            case GrantResumed():
                return self.but(suspended=False)
            case ClawbackDemanded():
                return self.but(
                    owed_pence=self.owed_pence + event.amount_pence,
                    clawed_back_pence=self.clawed_back_pence + event.amount_pence,
                    demanded_by=(*self.demanded_by, record.actor),
                    demanded_on=min(self.demanded_on or record.effective_on, record.effective_on),
                )
            case ClawbackReceived() | ClawbackWrittenOff():
                return self.but(owed_pence=self.owed_pence - event.amount_pence)
            case GrantTransferred():
                # Another payee: nothing is paid before it has been checked.
                return self.but(council=event.successor, due_diligence="", payee_verified=False)
            case GrantClosed():
                return self.but(status="closed", committed_pence=0)
        return self

    @property
    def about(self) -> dict[str, str]:
        """What each of its events says it is about."""
        return {"grant": self.grant, "case": self.case, "council": self.council}

    @property
    def paid_pence(self) -> int:
        """Paid and not reversed."""
        return self.paid_by(date.max)

    def paid_by(self, day: date) -> int:
        """Paid by the end of a day and not reversed."""
        return sum(p.amount_pence for p in self.payments.values() if p.paid_on <= day)

    @property
    def may_be_paid(self) -> bool:
        """Whether due diligence was passed and the payee verified."""
        return self.payee_verified and self.due_diligence == "passed"

    @property
    def settled(self) -> bool:
        """Whether nothing more can come of it."""
        return self.status in ("declined", "withdrawn", "refused", "lapsed", "closed")

    def unsettled(self) -> tuple[str, ...]:
        """What of it is not settled, by name: for closing its case."""
        if self.settled:
            return ()
        waiting = self.status in ("accepted", "offered", "approved")
        conditions = [
            f"{self.grant} condition {n}"
            for n, state in self.conditions.items()
            if state == "open" and waiting
        ]
        return (self.grant, *conditions)

    def instalment(self, number: int) -> Instalment | None:
        """One of its instalments."""
        return next((i for i in self.instalments if i.number == number), None)


_PROPOSED = ("case", "council", "region", "year", "heading", "amount_pence", "instalments")
__all__ = ["Budget", "Funds", "Grant", "Move", "Payment", "PaymentReference", "ReceiptReference"]
