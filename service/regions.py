"""Regions over HTTP: leads, priorities, early support, devolved money, and engagement."""

from typing import Any

from pydantic import BaseModel

from domain.councils import Council, Office, Region
from domain.funding import Budget
from domain.kernel import Actor, FinancialYear, Refused
from domain.people import PeerKind
from domain.regions import (
    AgreePlan,
    AnswerOffer,
    ClosePriority,
    DeliverEarlySupport,
    NominateLead,
    OfferEarlySupport,
    RegionalProgramme,
    ReportSpend,
    ReverseSpend,
    SetPriority,
    StandLeadDown,
    agree_plan,
    answer_offer,
    close_priority,
    deliver_early_support,
    nominate,
    offer_early_support,
    report_spend,
    reverse_spend,
    set_priority,
    stand_lead_down,
)
from projections.councils import CouncilRow
from projections.funding import RegionPosition
from projections.interventions import CasePage
from projections.people import PeerRow
from projections.regions import (
    Coverage,
    EngagementHistory,
    Likely,
    Month,
    RegionRow,
    TierEngagement,
    coverage,
    likely_next,
    months,
)
from service import register
from service.councils import person_of
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for
from service.series import engagement_quarters

router = router_for("regions")


def programme_and_actor(desk: Desk, region: Region) -> tuple[RegionalProgramme, Actor]:
    """A region's programme, and who acts on it."""
    return desk.load(RegionalProgramme(region=region)), desk.acting(region=region)


@command(router, "/regions/{region}/leads", needs="region.manage", cli="region nominate")
def nominate_regional_lead(region: Region, command: NominateLead, desk: AtDesk) -> Receipt:
    """Nominate a children's improvement lead; whoever held the office stands down."""
    found, by = programme_and_actor(desk, region)
    return desk.record(command, nominate(command, found, person_of(command, desk), by), found)


@command(
    router, "/regions/{region}/leads/standing-down", needs="region.manage", cli="region stand-down"
)
def stand_regional_lead_down(region: Region, command: StandLeadDown, desk: AtDesk) -> Receipt:
    """Record that a lead stood down."""
    found, by = programme_and_actor(desk, region)
    return desk.record(command, stand_lead_down(command, found, by), found)


@command(router, "/regions/{region}/priorities", needs="region.manage", cli="region priority")
def set_regional_priority(region: Region, command: SetPriority, desk: AtDesk) -> Receipt:
    """Make something a priority of the region."""
    found, by = programme_and_actor(desk, region)
    return desk.record(command, set_priority(command, found, by), found)


@command(
    router,
    "/regions/{region}/priorities/{priority}/closure",
    needs="region.manage",
    cli="region close-priority",
)
def close_regional_priority(
    region: Region, priority: int, command: ClosePriority, desk: AtDesk
) -> Receipt:
    """Close a priority of a region."""
    found, by = programme_and_actor(desk, region)
    return desk.record(command, close_priority(command, found, priority, by), found)


@command(router, "/regions/{region}/plans", needs="region.manage", cli="region plan")
def agree_regional_plan(region: Region, command: AgreePlan, desk: AtDesk) -> Receipt:
    """Agree the region's plan for a year."""
    found, by = programme_and_actor(desk, region)
    return desk.record(command, agree_plan(command, found, by), found)


@command(router, "/regions/{region}/early-support", needs="region.manage", cli="region offer")
def offer_regional_support(region: Region, command: OfferEarlySupport, desk: AtDesk) -> Receipt:
    """Offer early support to a council at risk."""
    found, by = programme_and_actor(desk, region)
    council = desk.find(Council(council=command.council))
    return desk.record(command, offer_early_support(command, found, council, by), found, council)


def _offered(desk: Desk, found: RegionalProgramme, offer: int) -> Council:
    known = found.offers.get(offer)
    return desk.load(Council(council=known.council if known else "000"))


@command(
    router,
    "/regions/{region}/early-support/{offer}/answer",
    needs="region.answer",
    cli="region answer",
)
def answer_early_support(region: Region, offer: int, command: AnswerOffer, desk: AtDesk) -> Receipt:
    """Accept early support for a council, or decline it."""
    found = desk.load(RegionalProgramme(region=region))
    council = _offered(desk, found, offer)
    by = desk.acting(region=region, council=council.council)
    return desk.record(command, answer_offer(command, found, offer, council, by), found, council)


@command(
    router,
    "/regions/{region}/early-support/{offer}/delivery",
    needs="region.manage",
    cli="region deliver",
)
def deliver_regional_support(
    region: Region, offer: int, command: DeliverEarlySupport, desk: AtDesk
) -> Receipt:
    """Record that early support was delivered."""
    found, by = programme_and_actor(desk, region)
    council = _offered(desk, found, offer)
    events = deliver_early_support(command, found, offer, council, by)
    return desk.record(command, events, found, council)


@command(router, "/regions/{region}/spending", needs="region.spend", cli="region spend")
def report_regional_spend(region: Region, command: ReportSpend, desk: AtDesk) -> Receipt:
    """Report what the region spent of its devolved budget."""
    found, by = programme_and_actor(desk, region)
    budget = desk.load(Budget(year=command.year))
    return desk.record(command, report_spend(command, found, budget, by), found, budget)


@command(
    router,
    "/regions/{region}/spending/{report}/reversal",
    needs="region.spend",
    cli="region reverse-spend",
)
def reverse_regional_spend(
    region: Region, report: int, command: ReverseSpend, desk: AtDesk
) -> Receipt:
    """Reverse a report of spending that was wrong."""
    found, by = programme_and_actor(desk, region)
    known = found.reports.get(report)
    budget = desk.load(Budget(year=known.year if known else "2000-01"))
    events = reverse_spend(command, found, report, budget, by)
    return desk.record(command, events, found, budget)


# --- Reading --------------------------------------------------------------------------------


class LeadLine(BaseModel):
    """A line of the list of regional leads."""

    region: Region
    office: Office
    name: str
    person: str
    council: str | None
    since: str
    position: int


class Leadership(BaseModel):
    """How much political leadership a region can draw on."""

    region: Region
    councils: int
    lead_members_named: int
    """Councils whose lead member is on record."""
    member_peers: int
    """Active member peers at home in the region."""
    regional_lead_member: bool
    """Whether the region has nominated one."""


class Dashboard(BaseModel):
    """A region at a glance."""

    region: Region
    councils: int
    by_tier: dict[str, int]
    by_engagement: dict[str, int]
    cases_open: int
    early_support: int
    """Offers accepted and not yet delivered."""
    money: list[RegionPosition]
    programme: RegionRow


def regional_leads(reading: Reader) -> list[LeadLine]:
    """Every region's leads with their names, in the regions' order."""
    rows = {row.region: row for row in reading.all(RegionRow)}
    known = register.read_all(
        reading.installation.store.datastore,
        [lead.person for row in rows.values() for lead in row.leads],
    )
    return [
        LeadLine(
            region=region,
            office=lead.office,
            name=known[lead.person]["name"],
            person=lead.person,
            council=lead.council,
            since=lead.since.isoformat(),
            position=lead.position,
        )
        for region in Region
        if region in rows
        for lead in sorted(rows[region].leads, key=lambda x: list(Office).index(x.office))
    ]


def leads_named(reading: Reader) -> dict[str, str]:
    """The leads' names by person, as far as the register of persons still has them; none for who
    may not see regions."""
    if not reading.sees("region.read"):
        return {}
    return {line.person: line.name for line in regional_leads(reading.under("region.read"))}


def regions_in_sight(reading: Reader) -> list[Region]:
    """The regions that the reader's roles reach."""
    reach = reading.reach
    return [r for r in Region if reach.everything or r.value in reach.regions]


def dashboards(reading: Reader) -> list[Dashboard]:
    """Every region in sight at a glance."""
    rows = {row.region: row for row in reading.all(RegionRow)}
    councils = [row for row in reading.all(CouncilRow) if not row.successors]
    cases = reading.all(CasePage, {"is_open": True})
    money = reading.all(RegionPosition, order="year")
    found = []
    for region in regions_in_sight(reading):
        here = [row for row in councils if row.region == region]
        row = rows.get(region) or RegionRow(region=region)
        found.append(
            Dashboard(
                region=region,
                councils=len(here),
                by_tier=_counted(str(council.tier) for council in here),
                by_engagement=_counted(str(council.engagement) for council in here),
                cases_open=sum(case.region == region for case in cases),
                early_support=row.supported,
                money=[position for position in money if position.region == region],
                programme=row,
            )
        )
    return found


def _counted(names: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def engagement_ever(reading: Reader, region: Region | None = None) -> list[EngagementHistory]:
    """How far each council takes part, or took part until it was succeeded."""
    return reading.all(EngagementHistory, {"region": region}, order="name")


def engagement_now(reading: Reader, region: Region | None = None) -> list[EngagementHistory]:
    """How far each council that still exists takes part."""
    return [row for row in engagement_ever(reading, region) if row.succeeded_on is None]


def political_leadership(reading: Reader) -> list[Leadership]:
    """What each region can draw on: lead members, member peers, a lead member who leads."""
    councils = [row for row in reading.all(CouncilRow) if not row.successors]
    peers = reading.all(PeerRow, {"kind": PeerKind.MEMBER, "active": True})
    rows = {row.region: row for row in reading.all(RegionRow)}
    return [
        Leadership(
            region=region,
            councils=sum(c.region == region for c in councils),
            lead_members_named=sum(
                c.region == region and Office.LEAD_MEMBER.value in c.office_holders
                for c in councils
            ),
            member_peers=sum(peer.home_region == region for peer in peers),
            regional_lead_member=any(
                lead.office == Office.LEAD_MEMBER
                for lead in (rows[region].leads if region in rows else ())
            ),
        )
        for region in regions_in_sight(reading)
    ]


@query(router, "/regions", needs="region.read")
def list_regions(reading: Reading) -> Page[Dashboard]:
    """Every region in sight at a glance."""
    return reading.page_of(dashboards(reading))


@query(router, "/regions/leads", needs="region.read")
def list_regional_leads(reading: Reading) -> Page[LeadLine]:
    """The children's improvement leads that the regions nominated."""
    return reading.page_of(regional_leads(reading))


@query(router, "/regions/spending", needs="region.read")
def list_regional_money(
    reading: Reading, year: FinancialYear | None = None, region: Region | None = None
) -> Page[RegionPosition]:
    """What was devolved to each region, what it spent and what is left, by year."""
    return reading.page(RegionPosition, where={"year": year, "region": region})


@query(router, "/regions/leadership", needs="region.read")
def list_leadership(reading: Reading) -> Page[Leadership]:
    """Political leadership by region."""
    return reading.page_of(political_leadership(reading))


@query(router, "/regions/engagement", needs="council.read")
def list_engagement(reading: Reading, region: Region | None = None) -> Page[EngagementHistory]:
    """How far each council takes part, with every step and its evidence."""
    return reading.page_of(engagement_now(reading, region))


@query(router, "/regions/engagement/months", needs="council.read")
def list_momentum(reading: Reading, region: Region | None = None) -> Page[Month]:
    """The adoption curve and momentum, month by month."""
    return reading.page_of(months(engagement_ever(reading, region), reading.moment.on))


@query(router, "/regions/engagement/quarters", needs="council.read")
def list_engagement_by_tier(reading: Reading, region: Region | None = None) -> Page[TierEngagement]:
    """How far the councils of each support tier took part at the end of each quarter, and now."""
    return reading.page_of(engagement_quarters(reading, region))


@query(router, "/regions/engagement/coverage", needs="council.read")
def list_coverage(reading: Reading) -> Page[Coverage]:
    """How near each region is to every council taking part."""
    return reading.page_of(coverage(engagement_now(reading)))


@query(router, "/regions/engagement/likely", needs="council.read")
def list_likely(reading: Reading, region: Region | None = None) -> Page[Likely]:
    """Councils that are likely to take part next, by the rule that each names."""
    found = likely_next(engagement_now(reading))
    return reading.page_of(x for x in found if region is None or x.region == region)


@query(router, "/regions/{region}", needs="region.read")
def show_region(region: Region, reading: Reading) -> Dashboard:
    """One region at a glance."""
    return dashboard_of(reading, region)


def dashboard_of(reading: Reader, region: Region) -> Dashboard:
    """A region in sight. Raises Refused ``not-found`` for one that is not."""
    for found in dashboards(reading):
        if found.region == region:
            return found
    raise Refused("not-found", f"{region.label} is outside your scope.")
