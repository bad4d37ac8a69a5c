"""The host: what it charges the programme, claimed with evidence, and the staff time it gives.

The charge is money of the heading for hosting. Staff time is given in kind: it is counted and
valued, and is no money of the ledger.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from domain.funding import (
    Budget,
    Heading,
    Payee,
    PaymentReference,
    Reference,
    Spending,
    pay_out,
    set_aside,
    set_free,
    take_back,
)
from domain.interventions import Authority, authority_for
from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    Dated,
    Event,
    FinancialYear,
    Frozen,
    Line,
    Money,
    Pence,
    Record,
    Refused,
    Text,
    financial_year,
    not_before,
    pounds_text,
    year_bounds,
)

Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2025-11"])]
Hours = Annotated[int, Field(ge=1, le=20_000)]
"""Whole hours in a month."""
DEAREST_HOUR_PENCE = 1_000_00
"""No hour of staff time comes near a thousand pounds: more is a slip of the hand."""
HOST = "Local Government Association"


class Activity(StrEnum):
    """What the host's staff do for the programme."""

    PROGRAMME_TEAM = "programme team"
    REGIONAL_SUPPORT = "support of regions"
    INTERVENTION_SUPPORT = "support of councils in intervention"
    MEMBER_SUPPORT = "support of lead members"
    COMMUNICATIONS = "communications and events"
    DATA = "data and research"


# --- Events ---------------------------------------------------------------------------------


class HostingEvent(Event, abstract=True, stream="HOSTING-{year}"):
    year: FinancialYear
    claim: int


class HostingChargeClaimed(HostingEvent):
    """The host claimed payment for the services that it provides, with evidence."""

    host: Line
    first_day: date
    last_day: date
    services: Text
    amount_pence: Pence
    invoice: Line
    evidence: Text


class HostingClaimAccepted(HostingEvent):
    """A claim of the host was accepted, within the limit then held or by the Board."""

    amount_pence: Pence
    authority: Authority


class HostingAcceptanceWithdrawn(HostingEvent):
    """The acceptance of a claim that was not paid was withdrawn: it waits for a decision again."""

    amount_pence: Pence


class HostingClaimRejected(HostingEvent):
    """A claim of the host was rejected: the period may be claimed for again."""


class HostingPayment(HostingEvent, abstract=True):
    amount_pence: Pence
    payment_reference: Line


class HostingChargePaid(HostingPayment):
    """The host was paid what it had claimed."""


class HostingPaymentReversed(HostingPayment):
    """A payment to the host came back."""


class StaffTimeEvent(Event, abstract=True, stream="STAFF-TIME-{month}"):
    month: Month
    entry: int
    hours: Hours
    rate_pence: Pence
    """For an hour, as it was then."""
    value_pence: Pence

    @property
    def year(self) -> str:
        """The financial year, so that the journal finds it there."""
        return financial_year(_first(self.month))


class StaffTimeRecorded(StaffTimeEvent):
    """Staff time that the host gave in kind in a month was recorded."""

    given_by: Line
    grade: Line
    activity: Activity


class StaffTimeCorrected(StaffTimeEvent):
    """Hours or rate of staff time that were recorded wrongly were corrected."""


# --- State ----------------------------------------------------------------------------------


class Claim(Frozen):
    """A claim of the host."""

    host: str
    first_day: date
    last_day: date
    amount_pence: int
    claimed_by: str
    state: str = "claimed"
    """claimed, accepted, rejected, paid"""
    accepted_by: str = ""
    accepted_on: date | None = None
    payment_reference: str = ""


class Hosting(Aggregate, stream="HOSTING-{year}"):
    """A year's claims of the host: one stream, so that no day is claimed for twice."""

    year: FinancialYear
    claims: Mapping[int, Claim] = {}

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case HostingChargeClaimed():
                claim = Claim(
                    host=event.host,
                    first_day=event.first_day,
                    last_day=event.last_day,
                    amount_pence=event.amount_pence,
                    claimed_by=record.actor,
                )
                return self.but(claims={**self.claims, event.claim: claim})
            case HostingClaimAccepted():
                who, on = record.actor, record.effective_on
                return self._now(event.claim, state="accepted", accepted_by=who, accepted_on=on)
            case HostingAcceptanceWithdrawn():
                return self._now(event.claim, state="claimed", accepted_by="", accepted_on=None)
            case HostingClaimRejected():
                return self._now(event.claim, state="rejected")
            case HostingChargePaid():
                used = event.payment_reference
                return self._now(event.claim, state="paid", payment_reference=used)
            case HostingPaymentReversed():
                return self._now(event.claim, state="accepted", payment_reference="")
        return self

    def _now(self, claim: int, **changes: object) -> Self:
        return self.but(claims={**self.claims, claim: self.claims[claim].but(**changes)})

    def claim(self, number: int) -> Claim:
        """One of its claims. Raises Refused ``not-found``."""
        found = self.claims.get(number)
        if found is None:
            raise Refused("not-found", f"There is no claim {number} of the host in {self.year}.")
        return found

    @property
    def spending(self) -> Spending:
        """Where its money comes from."""
        return Spending(purpose=self.stream, year=self.year, heading=Heading.HOSTING_CHARGE)


class StaffMonth(Aggregate, stream="STAFF-TIME-{month}"):
    """The staff time given in a month."""

    month: Month
    entries: Mapping[int, tuple[str, str, str]] = {}
    """Each entry's giver, grade and activity."""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case StaffTimeRecorded():
                what = (event.given_by, event.grade, event.activity.value)
                return self.but(entries={**self.entries, event.entry: what})
        return self


# --- Commands -------------------------------------------------------------------------------


class ClaimHostingCharge(Command):
    host: Line = HOST
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="to")
    services: Text
    amount_pence: Money = Field(alias="amount")
    invoice: Line
    evidence: Text


class AcceptClaim(Command):
    board_minute: Line | None = None
    reason: Text


class WithdrawClaimAcceptance(Command):
    reason: Text


class RejectClaim(Command):
    reason: Text


class PayClaim(Command):
    payment_reference: Reference


class ReverseClaimPayment(Command):
    reason: Text


class RecordStaffTime(Command):
    month: Month
    given_by: Line = HOST
    grade: Line
    activity: Activity
    hours: Hours
    rate_pence: Money = Field(alias="rate", description="In pounds for an hour, like 41.50")


class CorrectStaffTime(Command):
    hours: Hours
    rate_pence: Money = Field(alias="rate", description="In pounds for an hour, like 41.50")
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def claim_charge(command: ClaimHostingCharge, hosting: Hosting, by: Actor) -> list[Event]:
    """Claim the host's charge for a period of the year that was not claimed for before."""
    if command.last_day < command.first_day:
        raise Refused("bad-dates", "The last day comes before the first: change one of them.")
    start, end = year_bounds(hosting.year)
    if command.first_day < start or command.last_day > end:
        raise Refused(
            "wrong-financial-year",
            f"{hosting.year} runs from {start.isoformat()} to {end.isoformat()}: claim the rest in"
            " its own year.",
            year=hosting.year,
        )
    for number, known in hosting.claims.items():
        apart = command.last_day < known.first_day or known.last_day < command.first_day
        if known.state != "rejected" and not apart:
            raise Refused(
                "period-claimed",
                f"Claim {number} is for {known.first_day.isoformat()} to"
                f" {known.last_day.isoformat()}: claim for other days.",
                claim=number,
            )
    facts = command.model_dump(exclude={"effective_on", "reason"})
    number = len(hosting.claims) + 1
    return [HostingChargeClaimed(year=hosting.year, claim=number, **facts)]


def _waiting(hosting: Hosting, number: int) -> Claim:
    found = hosting.claim(number)
    if found.state != "claimed":
        raise Refused("claim-settled", f"Claim {number} is {found.state}.", state=found.state)
    return found


def accept_claim(
    command: AcceptClaim, hosting: Hosting, budget: Budget, claim: int, by: Actor
) -> list[Event]:
    """Accept a claim that another person made, within the limit held or by the Board."""
    found = _waiting(hosting, claim)
    if by.id == found.claimed_by:
        raise Refused("own-proposal", "You made this claim: another person accepts it.")
    accepted = HostingClaimAccepted(
        year=hosting.year,
        claim=claim,
        amount_pence=found.amount_pence,
        authority=authority_for(found.amount_pence, command.board_minute, by),
    )
    return [accepted, *set_aside(command, hosting.spending, found.amount_pence, budget)]


def withdraw_claim_acceptance(
    command: WithdrawClaimAcceptance, hosting: Hosting, budget: Budget, claim: int, by: Actor
) -> list[Event | Dated]:
    """Withdraw an acceptance given in error, before it is paid: the money is free again."""
    found = hosting.claim(claim)
    if found.state != "accepted":
        raise Refused("not-accepted", f"Claim {claim} is {found.state}.", state=found.state)
    if by.id == found.claimed_by:
        raise Refused("own-proposal", "You made this claim: another person decides on it.")
    not_before(command, found.accepted_on, f"Claim {claim} was accepted")
    withdrawn = HostingAcceptanceWithdrawn(
        year=hosting.year, claim=claim, amount_pence=found.amount_pence
    )
    return [withdrawn, *set_free(hosting.spending, found.amount_pence, command.on)]


def reject_claim(command: RejectClaim, hosting: Hosting, claim: int, by: Actor) -> list[Event]:
    """Reject a claim that another person made, saying why."""
    found = _waiting(hosting, claim)
    if by.id == found.claimed_by:
        raise Refused("own-proposal", "You made this claim: another person decides on it.")
    return [HostingClaimRejected(year=hosting.year, claim=claim)]


def pay_claim(
    command: PayClaim,
    hosting: Hosting,
    budget: Budget,
    reference: PaymentReference,
    claim: int,
    by: Actor,
) -> list[Event]:
    """Pay a claim that others made and accepted."""
    found = hosting.claim(claim)
    if found.state != "accepted":
        raise Refused(
            "not-accepted",
            f"Claim {claim} is {found.state}: it is paid once, when it has been accepted.",
            state=found.state,
        )
    if by.id in (found.claimed_by, found.accepted_by):
        raise Refused("own-approval", "You made or accepted this claim: another person pays it.")
    not_before(command, found.accepted_on, f"Claim {claim} was accepted")
    paid = HostingChargePaid(
        year=hosting.year,
        claim=claim,
        amount_pence=found.amount_pence,
        payment_reference=reference.payment_reference,
    )
    to = Payee(payee=found.host)
    money = pay_out(command, hosting.spending, found.amount_pence, to, budget, reference)
    return [paid, *money]


def reverse_claim_payment(
    command: ReverseClaimPayment, hosting: Hosting, budget: Budget, claim: int, by: Actor
) -> list[Event]:
    """Reverse a payment that came back: the claim can be paid again."""
    found = hosting.claim(claim)
    if found.state != "paid":
        raise Refused("not-paid", f"Claim {claim} is {found.state}.", state=found.state)
    back = HostingPaymentReversed(
        year=hosting.year,
        claim=claim,
        amount_pence=found.amount_pence,
        payment_reference=found.payment_reference,
    )
    to, used = Payee(payee=found.host), found.payment_reference
    money = take_back(command, hosting.spending, found.amount_pence, to, used, budget)
    return [back, *money]


def _first(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def _valued(hours: int, rate_pence: int) -> int:
    if rate_pence > DEAREST_HOUR_PENCE:
        raise Refused(
            "bad-rate",
            f"An hour costs at most {pounds_text(DEAREST_HOUR_PENCE)}: check the rate.",
            rate_pence=rate_pence,
        )
    return hours * rate_pence


def record_time(command: RecordStaffTime, month: StaffMonth, by: Actor) -> list[Event]:
    """Record staff time given in a month: one entry for each grade and activity."""
    if _first(command.month) > command.on:
        raise Refused("bad-month", f"{command.month} is still to come: record it afterwards.")
    what = (command.given_by, command.grade, command.activity.value)
    if number := next((n for n, known in month.entries.items() if known == what), None):
        raise Refused(
            "time-recorded",
            f"Entry {number} of {command.month} is of this grade and activity: correct that.",
            entry=number,
        )
    facts = command.model_dump(exclude={"effective_on", "reason"})
    value = _valued(command.hours, command.rate_pence)
    return [StaffTimeRecorded(entry=len(month.entries) + 1, value_pence=value, **facts)]


def correct_time(
    command: CorrectStaffTime, month: StaffMonth, entry: int, by: Actor
) -> list[Event]:
    """Correct hours or rate of an entry; what was recorded first stays on record."""
    if entry not in month.entries:
        raise Refused("not-found", f"{month.month} has no entry {entry}.")
    return [
        StaffTimeCorrected(
            month=month.month,
            entry=entry,
            hours=command.hours,
            rate_pence=command.rate_pence,
            value_pence=_valued(command.hours, command.rate_pence),
        )
    ]
