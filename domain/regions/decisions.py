"""What regions record, and decide."""

from pydantic import Field

from domain.councils import (
    Council,
    EarlySupportBegan,
    EarlySupportEnded,
    NamePerson,
    Office,
    stands,
)
from domain.funding import (
    Budget,
    RegionalSpendRecorded,
    RegionalSpendUndone,
    in_year,
    year_open,
)
from domain.kernel import (
    Actor,
    Command,
    CouncilCode,
    Event,
    FinancialYear,
    Grounds,
    Line,
    Money,
    Refused,
    Text,
    not_before,
    pounds_text,
)
from domain.regions.events import (
    EarlySupportAccepted,
    EarlySupportDeclined,
    EarlySupportDelivered,
    EarlySupportOffered,
    RegionalLeadNominated,
    RegionalLeadStoodDown,
    RegionalPlanAgreed,
    RegionalPriorityClosed,
    RegionalPrioritySet,
    RegionalSpendReported,
    RegionalSpendReversed,
)
from domain.regions.state import (
    Offer,
    RegionalProgramme,
)

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
    _since_named(command, programme, command.office)
    gone = RegionalLeadStoodDown(region=programme.region, office=command.office, person=held)
    return [gone, nominated]


def stand_lead_down(command: StandLeadDown, programme: RegionalProgramme, by: Actor) -> list[Event]:
    """Record that a lead stood down."""
    held = programme.leads.get(command.office)
    if held is None:
        raise Refused("not-found", f"The region has no {command.office} lead.")
    _since_named(command, programme, command.office)
    return [RegionalLeadStoodDown(region=programme.region, office=command.office, person=held)]


def _since_named(command: Command, programme: RegionalProgramme, office: Office) -> None:
    not_before(command, programme.leads_since.get(office), f"The {office} lead was nominated")


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
    since = programme.priorities.get(priority)
    if since is None:
        raise Refused("not-found", f"The region has no open priority {priority}.")
    not_before(command, since, f"Priority {priority} was set")
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


def _in_state(command: Command, programme: RegionalProgramme, offer: int, state: str) -> Offer:
    found = programme.offers.get(offer)
    if found is None:
        raise Refused("not-found", f"The region has no offer {offer}.")
    if found.state != state:
        raise Refused("offer-settled", f"Offer {offer} is {found.state}.", state=found.state)
    not_before(command, found.since, f"Offer {offer} was {state}")
    return found


def answer_offer(
    command: AnswerOffer, programme: RegionalProgramme, offer: int, council: Council, by: Actor
) -> list[Event]:
    """Accept early support for the council, or decline it with a reason."""
    found = _in_state(command, programme, offer, "offered")
    about = {"region": programme.region, "council": found.council, "offer": offer}
    if command.accepted:
        _no_case(council)
        stands(council, command.on)
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
    found = _in_state(command, programme, offer, "accepted")
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
    not_before(command, found.reported_on, f"Report {report} was made")
    year_open(budget)
    in_year(command, found.year)
    about = {"region": programme.region, "report": report, "year": found.year}
    return [
        RegionalSpendReversed(amount_pence=found.amount_pence, **about),
        RegionalSpendUndone(amount_pence=found.amount_pence, **about),
    ]
