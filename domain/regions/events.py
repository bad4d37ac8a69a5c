"""What happens in regions."""

from domain.councils import (
    Office,
    Region,
)
from domain.kernel import (
    CouncilCode,
    Event,
    FinancialYear,
    Grounds,
    Line,
    Pence,
    PersonId,
    Text,
)


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
