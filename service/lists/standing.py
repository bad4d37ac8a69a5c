"""Where councils and regions stand: what they are entitled to, gave, assessed, and owe a review."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from psycopg.sql import SQL

from domain.councils import Engagement, Office
from domain.kernel import financial_year
from projections.assessments import AssessmentRow
from projections.challenges import CouncilExchange, Exchanged
from projections.days import DirectorDays
from projections.engine import View
from projections.interventions import CheckDue, ReviewDue
from projections.people import DonatedDays
from projections.regions import EngagementHistory
from service.assessments import AssessmentStanding, standings_of
from service.challenges.giving import donated
from service.challenges.looking import councils_seen
from service.challenges.reading import Entitlement, Reciprocity, entitlement_of, reciprocity_of
from service.desk import Fits, Reader
from service.figures import asking
from service.interventions import checks_due, reviews_due
from service.lists.listing import (
    Beside,
    Column,
    Figure,
    Filter,
    Kind,
    Listing,
    Made,
    Option,
    distinct,
    made_for,
    one_of,
)
from service.lists.support import COUNCIL, OF_COUNCIL, REGION, to_council
from service.regions import LeadLine, regional_leads

STANDINGS = ("overdue", "due", "scheduled", "up to date")

_COUNCIL = Column("Council", "name", sort="council", href=to_council, needs="council.read")
_REGION = Column("Region", "region.label", sort="region")
_NO_COUNCIL = "No council in your scope is on the register yet. A case officer imports it."


def this_year(reading: Reader) -> str:
    """The financial year of the moment."""
    return financial_year(reading.moment.on)


def _year(view: type[View]) -> Filter:
    """The financial year that rows are made for: the last, this, the next, or any on record."""

    def years(reading: Reader) -> list[Option]:
        on = reading.moment.on
        near = {financial_year(date(on.year + n, on.month, 1)) for n in (-1, 0, 1)}
        known = {year for year, _ in distinct(view, "year")(reading)}
        return [(year, year) for year in sorted(near | known)]

    return Filter("year", "Year", years, fits=made_for, default=this_year)


# --- Peer challenge -------------------------------------------------------------------------


def entitlements(reading: Reader, _: Mapping[str, str]) -> list[Entitlement]:
    """Every council's entitlement to a corporate peer challenge on the day."""
    return [entitlement_of(row, reading.moment.on) for row in councils_seen(reading)]


def _to_last(_: Any, last: str) -> str | None:
    return f"/challenges/{last}" if last.startswith("CHAL-") else None


ENTITLEMENT = Listing(
    name="entitlement",
    path="/challenges/entitlement",
    title="Entitlement to a corporate peer challenge",
    noun="council",
    needs="challenge.read",
    view=Made(entitlements),
    order="due_on",
    columns=(
        _COUNCIL,
        _REGION,
        Column("Last one ended", "last_conducted_on", Kind.DAY, sort="last_conducted_on"),
        Column("Known from", "last_challenge", href=_to_last),
        Column("Due on", "due_on", Kind.DAY, sort="due_on"),
        Column("Scheduled", "scheduled_on", Kind.DAY, sort="scheduled_on"),
        Column("Standing", "standing", Kind.STATE, sort="standing"),
    ),
    filters=(REGION, Filter("standing", "Standing", one_of(STANDINGS)), COUNCIL),
    empty=_NO_COUNCIL,
    begin=("import-councils",),
)


def exchanges(reading: Reader, _: Mapping[str, str]) -> list[Reciprocity]:
    """What each council gave and received, of those that did."""
    every = (reciprocity_of(row) for row in reading.all(CouncilExchange, order="name"))
    return [row for row in every if row.given or row.received]


def _partners(row: Iterable[Exchanged], beside: Beside) -> list[str]:
    return [
        f"{beside.councils.get(each.council, each.council)} ({each.challenge}"
        f"{', mutual' if each.mutual else ''})"
        for each in row
    ]


def _exchanged(field: str) -> Figure:
    return lambda row, _: asking.field("council-exchange", row.council, field)


def _balance(row: Reciprocity, _: Beside) -> str:
    parts = ("half_days_given", "half_days_received")
    return asking.made("less", *(_exchanged(part)(row, _) for part in parts))


RECIPROCITY = Listing(
    name="reciprocity",
    path="/challenges/reciprocity",
    title="Reciprocity: who has given and who has received",
    noun="council",
    needs="challenge.read",
    view=Made(exchanges),
    columns=(
        _COUNCIL,
        _REGION,
        Column(
            "Days given",
            "half_days_given",
            Kind.HALVES,
            "half_days_given",
            figure=_exchanged("half_days_given"),
        ),
        Column(
            "Days received",
            "half_days_received",
            Kind.HALVES,
            "half_days_received",
            figure=_exchanged("half_days_received"),
        ),
        Column("Balance", "balance", Kind.HALVES, "balance", figure=_balance),
        Column("Challenged", lambda row, beside: _partners(row.given, beside), Kind.LIST),
        Column("Challenged by", lambda row, beside: _partners(row.received, beside), Kind.LIST),
    ),
    filters=(REGION, COUNCIL),
    empty="No challenge has been conducted here yet. Days count once one is.",
    begin=("agree_peer_challenge",),
)

# --- Self-assessments and days --------------------------------------------------------------


def assessed(reading: Reader, asked: Mapping[str, str]) -> list[AssessmentStanding]:
    """How far each council's self-assessment of the year has come."""
    return standings_of(reading, asked["year"])


def _to_assessment(row: AssessmentStanding, _: Any) -> str:
    return f"/self-assessments/{row.council}/{row.year}" if row.submitted else to_council(row, _)


def _of_assessment(field: str) -> Figure:
    def figure(row: AssessmentStanding, _: Beside) -> str:
        key = f"ASSESS-{row.council}-{row.year}"
        return asking.field("assessment-row", key, field) if row.submitted else ""

    return figure


ASSESSMENTS = Listing(
    name="self-assessments",
    path="/self-assessments",
    title="Self-assessments",
    noun="council",
    needs="assessment.read",
    view=Made(assessed),
    columns=(
        Column("Council", "name", sort="council", href=_to_assessment),
        _REGION,
        Column("State", "state", Kind.STATE, sort="state"),
        Column("Edition", lambda row, _: row.edition or None, Kind.WHOLE, "edition", name=True),
        Column(
            "Shared with",
            "shared_with",
            Kind.WHOLE,
            "shared_with",
            figure=_of_assessment("shared_with"),
        ),
        Column(
            "Times challenged",
            "challenged",
            Kind.WHOLE,
            "challenged",
            figure=_of_assessment("received"),
        ),
    ),
    filters=(
        _year(AssessmentRow),
        REGION,
        Filter("state", "State", one_of(("submitted", "not submitted"))),
        COUNCIL,
    ),
    empty=_NO_COUNCIL,
    begin=("import-councils",),
)


def directors(reading: Reader, asked: Mapping[str, str]) -> list[DirectorDays]:
    """What each council's director gave of the days that were asked for in the year."""
    return donated(reading, asked["year"], asked["region"] or None).directors


def _director(field: str) -> Figure:
    def figure(row: DirectorDays, _: Beside) -> str:
        where = {"kind": "director", "year": row.year, "home_council": row.council}
        return asking.total("donated-days", field, **where)

    return figure


def _short(row: DirectorDays, beside: Beside) -> str:
    asked = asking.field("council-exchange", row.council, "asked_half_days")
    return asking.made("short", asked, _director("pledged")(row, beside))


DAYS = Listing(
    name="days",
    path="/days",
    title="Days given by directors",
    noun="council",
    needs="days.read",
    view=Made(directors),
    columns=(
        _COUNCIL,
        _REGION,
        Column("Director", "directors", Kind.LIST),
        *(
            Column(heading, field, Kind.HALVES, field, figure=_director(field))
            for heading, field in (
                ("Pledged", "pledged"),
                ("Reserved", "reserved"),
                ("Given", "delivered"),
            )
        ),
        Column("Short", "shortfall", Kind.HALVES, "shortfall", figure=_short),
    ),
    filters=(_year(DonatedDays), REGION, COUNCIL),
    empty=_NO_COUNCIL,
    begin=("import-councils",),
)

# --- Taking part, leads, reviews ------------------------------------------------------------


def _still_there(reading: Reader) -> tuple[Reader, Mapping[str, Any]]:
    return reading, {"there": Fits(SQL("succeeded_on IS NULL"), [])}


ENGAGEMENT = Listing(
    name="engagement",
    path="/engagement",
    title="How far each council takes part",
    noun="council",
    needs="council.read",
    view=EngagementHistory,
    seen=_still_there,
    order="name",
    columns=(
        Column("Council", "name", sort="name", href=to_council),
        _REGION,
        Column("Engagement", "engagement", Kind.WORDS, sort="engagement"),
        Column("Since", "since", Kind.DAY, sort="since"),
        Column("Evidence", lambda row, _: row.steps[-1].evidence if row.steps else ""),
        Column(
            "Event",
            lambda row, _: f"event {row.steps[-1].position}" if row.steps else "",
            href=lambda row, _: f"/audit/events/{row.steps[-1].position}",
            needs="audit.read",
        ),
    ),
    filters=(REGION, Filter("engagement", "Engagement", one_of(Engagement)), COUNCIL),
    empty=_NO_COUNCIL,
    begin=("import-councils",),
)


def leads(reading: Reader, _: Mapping[str, str]) -> list[LeadLine]:
    """The leads that the regions nominated, in the order of the paper's appendix."""
    return regional_leads(reading)


LEADS = Listing(
    name="regional-leads",
    path="/regions/leads",
    title="Children's improvement leads by region",
    noun="lead",
    needs="region.read",
    view=Made(leads),
    columns=(
        Column(
            "Region", "region.label", sort="region", href=lambda r, _: f"/regions/{r.region.value}"
        ),
        Column("Office", "office", Kind.WORDS, sort="office"),
        Column("Name", "name", sort="name"),
        Column(
            "Council",
            lambda row, beside: beside.councils.get(row.council or "", row.council),
            sort="council",
            href=to_council,
            needs="council.read",
        ),
        Column("Since", lambda row, _: date.fromisoformat(row.since), Kind.DAY, sort="since"),
        Column(
            "Nominated by",
            lambda row, _: f"event {row.position}",
            href=lambda row, _: f"/audit/events/{row.position}",
            needs="audit.read",
        ),
    ),
    filters=(REGION, Filter("office", "Office", one_of(Office))),
    empty="No region has nominated a lead yet. Each nominates them from its councils, and a case"
    " officer or the region's lead records it.",
    begin=("nominate_regional_lead",),
)


def due(reading: Reader, _: Mapping[str, str]) -> list[ReviewDue | CheckDue]:
    """Progress reviews of open cases, and checks of closed ones."""
    return [*reviews_due(reading), *checks_due(reading)]


def _overdue(said: str) -> Any:
    return lambda row: row.overdue is (said == "overdue")


def _what(row: ReviewDue | CheckDue, _: Any) -> str:
    return "Progress review" if isinstance(row, ReviewDue) else "Check of sustained improvement"


REVIEWS = Listing(
    name="reviews",
    path="/cases/reviews",
    title="Reviews and checks due",
    noun="review or check/reviews and checks",
    needs="case.read",
    view=Made(due),
    order="due_on",
    columns=(
        Column("Case", "case", sort="case", href=lambda _, case: f"/cases/{case}"),
        OF_COUNCIL,
        Column("What", _what, sort="what"),
        Column("Lead", lambda row, _: getattr(row, "lead", None), Kind.USER, sort="lead"),
        Column(
            "Since",
            lambda row, _: row.last_on if isinstance(row, ReviewDue) else row.closed_on,
            Kind.DAY,
            sort="since",
        ),
        Column("Due", "due_on", Kind.DAY, sort="due_on"),
        Column(
            "State",
            lambda row, _: "overdue" if row.overdue else "to come",
            Kind.STATE,
            sort="state",
        ),
    ),
    filters=(
        Filter(
            "what",
            "What",
            one_of(("review", "check")),
            fits=lambda said: lambda row: isinstance(row, ReviewDue) is (said == "review"),
        ),
        Filter("state", "State", one_of(("overdue", "to come")), fits=_overdue),
        COUNCIL,
    ),
    empty="No open case is under a notice or a direction, and no closed case waits for its check:"
    " nothing is due. Progress can be reviewed at any time on a case's page.",
    begin=("review_progress",),
)
