"""Regions: their leads, priorities and plans, early support to councils, and devolved money.

The regions act together where councils are more likely to take part because others near them
do. Each of the nine is a programme of its own, run by the leads that it nominates.
"""

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from domain.councils import (
    Council,
    EarlySupportBegan,
    EarlySupportEnded,
    NamePerson,
    Office,
    Region,
)
from domain.funding import Budget, RegionalSpendRecorded, RegionalSpendUndone, in_year, year_open
from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    CouncilCode,
    Event,
    FinancialYear,
    Frozen,
    Grounds,
    Line,
    Money,
    Pence,
    PersonId,
    Record,
    Refused,
    Text,
    pounds_text,
)

# --- Events ---------------------------------------------------------------------------------


class RegionEvent(Event, abstract=True, stream="REGION-{region}"):
    region: Region


class RegionalLeadNominated(RegionEvent):
    """A region nominated a children's improvement lead."""

    says = "{region} nominated {person}, {office}[ of {council}], as children's improvement lead."
    office: Office
    person: PersonId
    council: CouncilCode | None = None
    """Where they hold that office."""


class RegionalLeadStoodDown(RegionEvent):
    """A region's children's improvement lead stood down."""

    says = "{person}, {office}, stood down as children's improvement lead of {region}."
    office: Office
    person: PersonId


class RegionalPrioritySet(RegionEvent):
    """A region made something a priority."""

    says = "{region} made “{title}” its priority {priority}."
    priority: int
    title: Line
    why: Grounds


class RegionalPriorityClosed(RegionEvent):
    """A region brought a priority to its end."""

    says = "{region} brought its priority {priority} to an end."
    priority: int
    outcome: Text


class RegionalPlanAgreed(RegionEvent):
    """A region agreed its plan for a financial year."""

    says = "{region} agreed its plan for {year}, {plan}."
    year: FinancialYear
    plan: Line
    summary: Text


class EarlySupportEvent(RegionEvent, abstract=True):
    council: CouncilCode
    offer: int


class EarlySupportOffered(EarlySupportEvent):
    """A region offered early support to a council at risk of poor performance."""

    says = "{region} offered {council} early support (offer {offer})."
    concern: Grounds
    support: Text


class EarlySupportAccepted(EarlySupportEvent):
    """A council accepted its region's early support."""

    says = "{council} accepted early support from {region} (offer {offer})."


class EarlySupportDeclined(EarlySupportEvent):
    """A council declined its region's early support."""

    says = "{council} declined early support from {region} (offer {offer})."


class EarlySupportDelivered(EarlySupportEvent):
    """A region's early support to a council was delivered."""

    says = "The early support of {council} by {region} was delivered (offer {offer})."
    outcome: Text


class RegionalSpendReported(RegionEvent):
    """A region reported what it spent of its devolved budget, and on what."""

    says = (
        "{region} reported that it spent {amount_pence} of its devolved budget for {year} (report"
        " {report})."
    )
    report: int
    year: FinancialYear
    amount_pence: Pence
    spent_on: Text
    evidence: Grounds


class RegionalSpendReversed(RegionEvent):
    """A region's report of spending was wrong, and was reversed."""

    says = (
        "The report of {region} that it spent {amount_pence} in {year} was wrong and was reversed"
        " (report {report})."
    )
    report: int
    year: FinancialYear
    amount_pence: Pence


# --- State ----------------------------------------------------------------------------------


class Offer(Frozen):
    """Early support as it stands."""

    council: str
    state: str = "offered"
    """offered, accepted, declined, delivered"""


class Spend(Frozen):
    """A report of spending as it stands."""

    year: str
    amount_pence: int
    reported_by: str
    reversed: bool = False


class RegionalProgramme(Aggregate, stream="REGION-{region}"):
    """A region as its decisions need it."""

    region: Region
    leads: Mapping[Office, str] = {}
    """Person id by office."""
    priorities: Mapping[int, bool] = {}
    """Whether each is still open, by number."""
    offers: Mapping[int, Offer] = {}
    reports: Mapping[int, Spend] = {}

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case RegionalLeadNominated():
                return self.but(leads={**self.leads, event.office: event.person})
            case RegionalLeadStoodDown():
                left = {office: who for office, who in self.leads.items() if office != event.office}
                return self.but(leads=left)
            case RegionalPrioritySet():
                return self.but(priorities={**self.priorities, event.priority: True})
            case RegionalPriorityClosed():
                return self.but(priorities={**self.priorities, event.priority: False})
            case EarlySupportOffered():
                return self._offer(event, Offer(council=event.council))
            case EarlySupportAccepted():
                return self._offer(event, self.offers[event.offer].but(state="accepted"))
            case EarlySupportDeclined():
                return self._offer(event, self.offers[event.offer].but(state="declined"))
            case EarlySupportDelivered():
                return self._offer(event, self.offers[event.offer].but(state="delivered"))
            case RegionalSpendReported():
                spend = Spend(
                    year=event.year, amount_pence=event.amount_pence, reported_by=record.actor
                )
                return self.but(reports={**self.reports, event.report: spend})
            case RegionalSpendReversed():
                undone = self.reports[event.report].but(reversed=True)
                return self.but(reports={**self.reports, event.report: undone})
        return self

    def _offer(self, event: EarlySupportEvent, offer: Offer) -> Self:
        return self.but(offers={**self.offers, event.offer: offer})


# --- Commands -------------------------------------------------------------------------------


class NominateLead(NamePerson):
    office: Office
    council: CouncilCode | None = Field(default=None, description="Where they hold that office")


class StandLeadDown(Command):
    office: Office
    reason: Text


class SetPriority(Command):
    title: Line
    why: Grounds


class ClosePriority(Command):
    outcome: Text


class AgreePlan(Command):
    ahead = True
    year: FinancialYear
    plan: Line = Field(description="The plan's reference")
    summary: Text


class OfferEarlySupport(Command):
    council: CouncilCode
    concern: Grounds
    support: Text


class AnswerOffer(Command):
    accepted: bool
    reason: Text | None = None


class DeliverEarlySupport(Command):
    outcome: Text


class ReportSpend(Command):
    year: FinancialYear
    amount_pence: Money = Field(alias="amount")
    spent_on: Text
    evidence: Grounds


class ReverseSpend(Command):
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def nominate(
    command: NominateLead, programme: RegionalProgramme, person: str, by: Actor
) -> list[Event]:
    """Nominate a lead for an office; whoever held it stands down."""
    if not command.named:
        raise Refused("bad-person", "Choose who it is, or give their name: one of the two.")
    held = programme.leads.get(command.office)
    if held == person:
        raise Refused("no-change", f"They are the region's {command.office} lead already.")
    nominated = RegionalLeadNominated(
        region=programme.region, office=command.office, person=person, council=command.council
    )
    if held is None:
        return [nominated]
    gone = RegionalLeadStoodDown(region=programme.region, office=command.office, person=held)
    return [gone, nominated]


def stand_lead_down(command: StandLeadDown, programme: RegionalProgramme, by: Actor) -> list[Event]:
    """Record that a lead stood down."""
    held = programme.leads.get(command.office)
    if held is None:
        raise Refused("not-found", f"The region has no {command.office} lead.")
    return [RegionalLeadStoodDown(region=programme.region, office=command.office, person=held)]


def set_priority(command: SetPriority, programme: RegionalProgramme, by: Actor) -> list[Event]:
    """Make something a priority."""
    number = len(programme.priorities) + 1
    return [
        RegionalPrioritySet(
            region=programme.region, priority=number, title=command.title, why=command.why
        )
    ]


def close_priority(
    command: ClosePriority, programme: RegionalProgramme, priority: int, by: Actor
) -> list[Event]:
    """Bring a priority to its end."""
    if not programme.priorities.get(priority):
        raise Refused("not-found", f"The region has no open priority {priority}.")
    return [
        RegionalPriorityClosed(region=programme.region, priority=priority, outcome=command.outcome)
    ]


def agree_plan(command: AgreePlan, programme: RegionalProgramme, by: Actor) -> list[Event]:
    """Agree the plan for a year; agreed again, it replaces the one before."""
    return [
        RegionalPlanAgreed(
            region=programme.region,
            year=command.year,
            plan=command.plan,
            summary=command.summary,
        )
    ]


def offer_early_support(
    command: OfferEarlySupport, programme: RegionalProgramme, council: Council, by: Actor
) -> list[Event]:
    """Offer early support to a council of the region that has none on offer or under way."""
    if council.region != programme.region or council.successors:
        raise Refused(
            "other-region", f"{command.council} is not a council of this region: choose another."
        )
    _no_case(council)
    for number, offer in programme.offers.items():
        if offer.council == command.council and offer.state in ("offered", "accepted"):
            raise Refused(
                "offer-open", f"Offer {number} to {council.name} is {offer.state}.", offer=number
            )
    return [
        EarlySupportOffered(
            region=programme.region,
            council=command.council,
            offer=len(programme.offers) + 1,
            concern=command.concern,
            support=command.support,
        )
    ]


def _no_case(council: Council) -> None:
    if council.open_case:
        raise Refused(
            "case-open",
            f"{council.name} is supported under {council.open_case}: early support comes before.",
            case=council.open_case,
        )


def _in_state(programme: RegionalProgramme, offer: int, state: str) -> Offer:
    found = programme.offers.get(offer)
    if found is None:
        raise Refused("not-found", f"The region has no offer {offer}.")
    if found.state != state:
        raise Refused("offer-settled", f"Offer {offer} is {found.state}.", state=found.state)
    return found


def answer_offer(
    command: AnswerOffer, programme: RegionalProgramme, offer: int, council: Council, by: Actor
) -> list[Event]:
    """Accept early support for the council, or decline it with a reason."""
    found = _in_state(programme, offer, "offered")
    about = {"region": programme.region, "council": found.council, "offer": offer}
    if command.accepted:
        _no_case(council)
        return [EarlySupportAccepted(**about), EarlySupportBegan(**about)]
    if command.reason is None:
        raise Refused("reason-missing", "Say why the offer is declined.")
    return [EarlySupportDeclined(**about)]


def deliver_early_support(
    command: DeliverEarlySupport,
    programme: RegionalProgramme,
    offer: int,
    council: Council,
    by: Actor,
) -> list[Event]:
    """Record that early support was delivered, and what came of it."""
    found = _in_state(programme, offer, "accepted")
    about = {"region": programme.region, "council": found.council, "offer": offer}
    return [EarlySupportDelivered(**about, outcome=command.outcome), EarlySupportEnded(**about)]


def report_spend(
    command: ReportSpend, programme: RegionalProgramme, budget: Budget, by: Actor
) -> list[Event]:
    """Report spending of the devolved budget: never more than is left of it."""
    year_open(budget)
    in_year(command, command.year)
    left = budget.left_to(programme.region)
    if command.amount_pence > left:
        raise Refused(
            "over-devolved",
            f"{pounds_text(left)} is left of what was devolved to the region in {command.year}:"
            " report less, or ask for more to be devolved first.",
            devolved_pence=budget.regions.get(programme.region, 0),
            left_pence=left,
            asked_pence=command.amount_pence,
        )
    number, region, amount = len(programme.reports) + 1, programme.region, command.amount_pence
    return [
        RegionalSpendReported(
            region=region,
            report=number,
            year=command.year,
            amount_pence=amount,
            spent_on=command.spent_on,
            evidence=command.evidence,
        ),
        RegionalSpendRecorded(year=command.year, region=region, report=number, amount_pence=amount),
    ]


def reverse_spend(
    command: ReverseSpend, programme: RegionalProgramme, report: int, budget: Budget, by: Actor
) -> list[Event]:
    """Reverse a report that was wrong: the money is with the region again."""
    found = programme.reports.get(report)
    if found is None:
        raise Refused("not-found", f"The region has no report {report}.")
    if found.reversed:
        raise Refused("report-reversed", f"Report {report} was reversed already.")
    year_open(budget)
    in_year(command, found.year)
    about = {"region": programme.region, "report": report, "year": found.year}
    return [
        RegionalSpendReversed(amount_pence=found.amount_pence, **about),
        RegionalSpendUndone(amount_pence=found.amount_pence, **about),
    ]
