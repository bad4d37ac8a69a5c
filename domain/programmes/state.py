"""What a policy programme adds up to."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from domain.councils import Region
from domain.funding import Heading, Payee, Spending
from domain.kernel import Aggregate, Frozen, ProgrammeRef, Record, Refused
from domain.policy import PolicyTheme
from domain.programmes.events import (
    CouncilJoined,
    CouncilLeft,
    ProgrammeClosed,
    ProgrammeLaunched,
    TrialOutcomeRecorded,
    TrialOutcomeWithdrawn,
    TrialPaymentMade,
    TrialPaymentReversed,
)
from domain.programmes.results import PaymentRule


class Taking(Frozen):
    """A council that takes part."""

    region: Region
    on_trial: bool


class Outcome(Frozen):
    """A trial's result, as paying it needs it."""

    council: str
    region: Region
    measure: str
    period: str
    year: str
    due_pence: int
    recorded_by: str
    payment_reference: str | None = None
    withdrawn: bool = False

    @property
    def unpaid_pence(self) -> int:
        """What is still to be paid for it."""
        return 0 if self.withdrawn or self.payment_reference else self.due_pence


class PolicyProgramme(Aggregate, stream="{programme}"):
    """A policy programme as its decisions need it."""

    programme: ProgrammeRef
    theme: PolicyTheme = PolicyTheme.CHILDRENS_CENTRES
    starts_on: date | None = None
    rule: PaymentRule | None = None
    ceiling_pence: int = 0
    launched_by: str = ""
    councils: Mapping[str, Taking] = {}
    """Those that take part now."""
    outcomes: Mapping[int, Outcome] = {}
    closed: bool = False

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case ProgrammeLaunched():
                return self.but(
                    theme=event.theme,
                    starts_on=event.starts_on,
                    rule=event.rule,
                    ceiling_pence=event.ceiling_pence,
                    launched_by=record.actor,
                )
            case CouncilJoined():
                taking = Taking(region=event.region, on_trial=event.on_trial)
                return self.but(councils={**self.councils, event.council: taking})
            case CouncilLeft():
                left = {c: t for c, t in self.councils.items() if c != event.council}
                return self.but(councils=left)
            case TrialOutcomeRecorded():
                found = Outcome(
                    council=event.council,
                    region=event.region,
                    measure=event.measure,
                    period=event.period,
                    year=event.year,
                    due_pence=event.payment_due_pence,
                    recorded_by=record.actor,
                )
                return self.but(outcomes={**self.outcomes, event.outcome: found})
            case TrialOutcomeWithdrawn():
                return self._outcome(event.outcome, withdrawn=True)
            case TrialPaymentMade():
                return self._outcome(event.outcome, payment_reference=event.payment_reference)
            case TrialPaymentReversed():
                return self._outcome(event.outcome, payment_reference=None)
            case ProgrammeClosed():
                return self.but(closed=True)
        return self

    def _outcome(self, number: int, **changes: object) -> Self:
        return self.but(outcomes={**self.outcomes, number: self.outcomes[number].but(**changes)})

    def outcome(self, number: int) -> Outcome:
        """One of its results. Raises Refused ``not-found``."""
        found = self.outcomes.get(number)
        if found is None:
            raise Refused("not-found", f"{self.programme} has no trial result {number}.")
        return found

    @property
    def due_pence(self) -> int:
        """What its results are worth in all, paid or not."""
        return sum(o.due_pence for o in self.outcomes.values() if not o.withdrawn)

    def spending(self, year: str) -> Spending:
        """Where the money for a result comes from."""
        return Spending(purpose=self.programme, year=year, heading=Heading.POLICY_PROGRAMMES)

    @staticmethod
    def payee(outcome: Outcome) -> Payee:
        """Who is paid for a result: the council."""
        return Payee(payee=f"COUNCIL-{outcome.council}", council=outcome.council)
