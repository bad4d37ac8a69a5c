"""A region as its decisions need it."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from domain.councils import (
    Office,
    Region,
)
from domain.kernel import (
    Aggregate,
    Frozen,
    Record,
)
from domain.regions.events import (
    EarlySupportAccepted,
    EarlySupportDeclined,
    EarlySupportDelivered,
    EarlySupportEvent,
    EarlySupportOffered,
    RegionalLeadNominated,
    RegionalLeadStoodDown,
    RegionalPriorityClosed,
    RegionalPrioritySet,
    RegionalSpendReported,
    RegionalSpendReversed,
)


class Offer(Frozen):
    """Early support as it stands."""

    council: str
    since: date
    state: str = "offered"
    """offered, accepted, declined, delivered"""


class Spend(Frozen):
    """A report of spending as it stands."""

    year: str
    amount_pence: int
    reported_by: str
    reported_on: date
    reversed: bool = False


class RegionalProgramme(Aggregate, stream="REGION-{region}"):
    """A region as its decisions need it."""

    region: Region
    leads: Mapping[Office, str] = {}
    """Person id by office."""
    leads_since: Mapping[Office, date] = {}
    priorities: Mapping[int, date | None] = {}
    """Since when each is open, by number; None once it is closed."""
    offers: Mapping[int, Offer] = {}
    reports: Mapping[int, Spend] = {}

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case RegionalLeadNominated():
                return self.but(
                    leads={**self.leads, event.office: event.person},
                    leads_since={**self.leads_since, event.office: record.effective_on},
                )
            case RegionalLeadStoodDown():
                left = {office: who for office, who in self.leads.items() if office != event.office}
                return self.but(leads=left)
            case RegionalPrioritySet():
                return self.but(priorities={**self.priorities, event.priority: record.effective_on})
            case RegionalPriorityClosed():
                return self.but(priorities={**self.priorities, event.priority: None})
            case EarlySupportOffered():
                return self._offer(event, Offer(council=event.council, since=record.effective_on))
            case EarlySupportAccepted():
                return self._answered(event, "accepted", record.effective_on)
            case EarlySupportDeclined():
                return self._answered(event, "declined", record.effective_on)
            case EarlySupportDelivered():
                return self._answered(event, "delivered", record.effective_on)
            case RegionalSpendReported():
                spend = Spend(
                    year=event.year,
                    amount_pence=event.amount_pence,
                    reported_by=record.actor,
                    reported_on=record.effective_on,
                )
                return self.but(reports={**self.reports, event.report: spend})
            case RegionalSpendReversed():
                undone = self.reports[event.report].but(reversed=True)
                return self.but(reports={**self.reports, event.report: undone})
        return self

    def _offer(self, event: EarlySupportEvent, offer: Offer) -> Self:
        return self.but(offers={**self.offers, event.offer: offer})

    def _answered(self, event: EarlySupportEvent, state: str, since: date) -> Self:
        return self._offer(event, self.offers[event.offer].but(state=state, since=since))
