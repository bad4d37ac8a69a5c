"""What the host charges the programme, claimed with evidence: money of the heading for hosting."""

from collections.abc import Mapping
from datetime import date
from typing import Self

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
from domain.interventions import ON_AUTHORITY, Authority, authority_for
from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    Dated,
    Event,
    FinancialYear,
    Frozen,
    Grounds,
    Line,
    Money,
    Pence,
    Record,
    Refused,
    Text,
    not_before,
    require,
    somebody_else,
    year_bounds,
)

HOST = "Local Government Association"


# --- Events ---------------------------------------------------------------------------------


class HostingEvent(Event, abstract=True, stream="HOSTING-{year}"):
    year: FinancialYear
    claim: int


class HostingChargeClaimed(HostingEvent):
    """The host claimed payment for the services that it provides, with evidence."""

    says = (
        "{host} claimed {amount_pence} for its services as host {first_day:to last_day} (claim"
        " {claim} of {year})."
    )
    host: Line
    first_day: date
    last_day: date
    services: Text
    amount_pence: Pence
    invoice: Line
    evidence: Grounds


class HostingClaimAccepted(HostingEvent):
    """A claim of the host was accepted, within the limit then held or by the Board."""

    says = "Claim {claim} of the host in {year}, {amount_pence}, was accepted " + ON_AUTHORITY + "."
    amount_pence: Pence
    authority: Authority


class HostingAcceptanceWithdrawn(HostingEvent):
    """The acceptance of a claim that was not paid was withdrawn: it waits for a decision again."""

    says = "The acceptance of claim {claim} of the host in {year}, {amount_pence}, was withdrawn."
    amount_pence: Pence


class HostingClaimRejected(HostingEvent):
    """A claim of the host was rejected: the period may be claimed for again."""

    says = "Claim {claim} of the host in {year} was rejected."


class HostingPayment(HostingEvent, abstract=True):
    amount_pence: Pence
    payment_reference: Line


class HostingChargePaid(HostingPayment):
    """The host was paid what it had claimed."""

    says = (
        "The host was paid {amount_pence} for claim {claim} of {year} (payment"
        " {payment_reference})."
    )


class HostingPaymentReversed(HostingPayment):
    """A payment to the host came back."""

    says = (
        "{amount_pence} paid to the host for claim {claim} of {year} came back (payment"
        " {payment_reference})."
    )


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


# --- Commands -------------------------------------------------------------------------------


class ClaimHostingCharge(Command):
    host: Line = HOST
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="to")
    services: Text
    amount_pence: Money = Field(alias="amount")
    invoice: Line
    evidence: Grounds


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


# --- Decisions ------------------------------------------------------------------------------


def claim_charge(command: ClaimHostingCharge, hosting: Hosting, by: Actor) -> list[Event]:
    """Claim the host's charge for a period of the year that was not claimed for before."""
    require(
        command.last_day >= command.first_day,
        "bad-dates",
        "The last day comes before the first: change one of them.",
    )
    start, end = year_bounds(hosting.year)
    require(
        start <= command.first_day and command.last_day <= end,
        "wrong-financial-year",
        f"{hosting.year} runs from {start.isoformat()} to {end.isoformat()}: claim the rest in"
        " its own year.",
        year=hosting.year,
    )
    for number, known in hosting.claims.items():
        apart = command.last_day < known.first_day or known.last_day < command.first_day
        require(
            known.state == "rejected" or apart,
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
    require(
        found.state == "claimed",
        "claim-settled",
        f"Claim {number} is {found.state}.",
        state=found.state,
    )
    return found


def _not_claimant(found: Claim, by: Actor) -> None:
    somebody_else(
        by,
        "own-proposal",
        "You made this claim: another person decides on it.",
        claimed_by=found.claimed_by,
    )


def accept_claim(
    command: AcceptClaim, hosting: Hosting, budget: Budget, claim: int, by: Actor
) -> list[Event]:
    """Accept a claim that another person made, within the limit held or by the Board."""
    found = _waiting(hosting, claim)
    _not_claimant(found, by)
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
    require(
        found.state == "accepted",
        "not-accepted",
        f"Claim {claim} is {found.state}.",
        state=found.state,
    )
    _not_claimant(found, by)
    not_before(command, found.accepted_on, f"Claim {claim} was accepted")
    withdrawn = HostingAcceptanceWithdrawn(
        year=hosting.year, claim=claim, amount_pence=found.amount_pence
    )
    return [withdrawn, *set_free(hosting.spending, found.amount_pence, command.on)]


def reject_claim(command: RejectClaim, hosting: Hosting, claim: int, by: Actor) -> list[Event]:
    """Reject a claim that another person made, saying why."""
    found = _waiting(hosting, claim)
    _not_claimant(found, by)
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
    require(
        found.state == "accepted",
        "not-accepted",
        f"Claim {claim} is {found.state}: it is paid once, when it has been accepted.",
        state=found.state,
    )
    somebody_else(
        by,
        "own-approval",
        "You made or accepted this claim: another person pays it.",
        claimed_by=found.claimed_by,
        accepted_by=found.accepted_by,
    )
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
    require(
        found.state == "paid", "not-paid", f"Claim {claim} is {found.state}.", state=found.state
    )
    back = HostingPaymentReversed(
        year=hosting.year,
        claim=claim,
        amount_pence=found.amount_pence,
        payment_reference=found.payment_reference,
    )
    to, used = Payee(payee=found.host), found.payment_reference
    money = take_back(command, hosting.spending, found.amount_pence, to, used, budget)
    return [back, *money]
