"""Regions as people see them: leads, priorities, early support, and how far councils take part."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Self

from domain.councils import (
    CouncilProfileRevised,
    CouncilRegistered,
    CouncilSucceeded,
    Engagement,
    EngagementChanged,
    Office,
    Region,
    SupportTier,
)
from domain.kernel import CouncilCode, FinancialYear, Frozen, Record
from domain.regions import (
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
    RegionEvent,
)
from projections.engine import View


class Lead(Frozen):
    """A region's children's improvement lead."""

    office: Office
    person: str
    council: CouncilCode | None = None
    since: date
    position: int


class Priority(Frozen):
    """What a region puts first."""

    priority: int
    title: str
    why: str
    set_on: date
    closed_on: date | None = None
    outcome: str = ""


class Plan(Frozen):
    """A region's plan for a year."""

    year: FinancialYear
    plan: str
    summary: str
    agreed_on: date


class EarlySupport(Frozen):
    """Early support to a council."""

    offer: int
    council: CouncilCode
    concern: str
    support: str
    state: str = "offered"
    offered_on: date
    settled_on: date | None = None
    outcome: str = ""


class SpendReport(Frozen):
    """What a region reported of its spending."""

    report: int
    year: FinancialYear
    amount_pence: int
    spent_on: str
    evidence: str
    reported_on: date
    reported_by: str
    position: int
    reversed: bool = False


class RegionRow(View, indexes=("region",), scope="region"):
    """A region: its leads, priorities, plans, early support and reports of spending."""

    region: Region
    leads: tuple[Lead, ...] = ()
    priorities: tuple[Priority, ...] = ()
    plans: tuple[Plan, ...] = ()
    early_support: tuple[EarlySupport, ...] = ()
    reports: tuple[SpendReport, ...] = ()
    version: int = 0

    @property
    def supported(self) -> int:
        """Offers of early support accepted and not yet delivered."""
        return sum(offer.state == "accepted" for offer in self.early_support)

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, RegionEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event, day = record.event, record.effective_on
        if not isinstance(event, RegionEvent):
            return row
        row = row or cls(region=event.region)
        match event:
            case RegionalLeadNominated():
                lead = Lead(
                    **event.model_dump(exclude={"region"}), since=day, position=record.position
                )
                return row.but(leads=(*row.leads, lead))
            case RegionalLeadStoodDown():
                return row.but(leads=tuple(x for x in row.leads if x.office != event.office))
            case RegionalPrioritySet():
                priority = Priority(**event.model_dump(exclude={"region"}), set_on=day)
                return row.but(priorities=(*row.priorities, priority))
            case RegionalPriorityClosed():
                closed = {"closed_on": day, "outcome": event.outcome}
                return row.but(
                    priorities=tuple(
                        x.but(**closed) if x.priority == event.priority else x
                        for x in row.priorities
                    )
                )
            case RegionalPlanAgreed():
                plan = Plan(**event.model_dump(exclude={"region"}), agreed_on=day)
                others = tuple(x for x in row.plans if x.year != event.year)
                return row.but(plans=(*others, plan))
        return row._supported(record)._spent(record)

    def _supported(self, record: Record) -> Self:
        event, day = record.event, record.effective_on
        match event:
            case EarlySupportOffered():
                offer = EarlySupport(**event.model_dump(exclude={"region"}), offered_on=day)
                return self.but(early_support=(*self.early_support, offer))
            case EarlySupportAccepted():
                changed = {"state": "accepted", "settled_on": day}
            case EarlySupportDeclined():
                told = record.reason or ""
                changed = {"state": "declined", "settled_on": day, "outcome": told}
            case EarlySupportDelivered():
                changed = {"state": "delivered", "settled_on": day, "outcome": event.outcome}
            case _:
                return self
        return self.but(
            early_support=tuple(
                x.but(**changed) if x.offer == event.offer else x for x in self.early_support
            )
        )

    def _spent(self, record: Record) -> Self:
        match event := record.event:
            case RegionalSpendReported():
                report = SpendReport(
                    **event.model_dump(exclude={"region"}),
                    reported_on=record.effective_on,
                    reported_by=record.actor,
                    position=record.position,
                )
                return self.but(reports=(*self.reports, report))
            case RegionalSpendReversed():
                return self.but(
                    reports=tuple(
                        x.but(reversed=True) if x.report == event.report else x
                        for x in self.reports
                    )
                )
        return self


# --- Engagement -----------------------------------------------------------------------------

_STEPS = list(Engagement)
TAKES_PART = (Engagement.ENGAGED, Engagement.EARLY_ADOPTER)
"""What counts as taking part in self-improvement."""


class EngagementStep(Frozen):
    """A council came nearer to taking part, or drew back."""

    on: date
    was: Engagement
    became: Engagement
    evidence: str
    position: int


class EngagementHistory(View, indexes=("region", "engagement"), scope="public"):
    """How far one council takes part, and every step that it took."""

    council: CouncilCode
    name: str
    region: Region
    engagement: Engagement = Engagement.NOT_ENGAGED
    since: date | None = None
    succeeded_on: date | None = None
    steps: tuple[EngagementStep, ...] = ()

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case (
                CouncilRegistered()
                | CouncilProfileRevised()
                | CouncilSucceeded()
                | EngagementChanged()
            ):
                return (event.council,)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case CouncilRegistered():
                return cls(council=event.council, name=event.name, region=event.region)
            case CouncilProfileRevised() if row:
                return row.but(region=event.region)
            case CouncilSucceeded() if row:
                return row.but(succeeded_on=record.effective_on)
            case EngagementChanged() if row:
                step = EngagementStep(
                    on=record.effective_on,
                    was=row.engagement,
                    became=event.engagement,
                    evidence=event.evidence,
                    position=record.position,
                )
                return row.but(
                    engagement=event.engagement,
                    since=record.effective_on,
                    steps=(*row.steps, step),
                )
        return row

    def on(self, day: date) -> Engagement:
        """How far it took part on a day, by what is known."""
        held = [step for step in self.steps if step.on <= day]
        return max(held, key=lambda s: (s.on, s.position)).became if held else _STEPS[0]

    def there(self, day: date) -> bool:
        """Whether the council was not succeeded by a day."""
        return self.succeeded_on is None or self.succeeded_on > day

    def moved(self, day: date) -> int:
        """How many steps nearer it came from the month's beginning to a day, or drew back."""
        eve = day.replace(day=1) - timedelta(days=1)
        return _STEPS.index(self.on(day)) - _STEPS.index(self.on(eve))


class Month(Frozen):
    """How far councils took part at a month's end, and how they moved within it."""

    month: str
    """As 2025-06."""
    end: date
    """Its last day, or the day that is looked from."""
    not_engaged: int
    contacted: int
    engaged: int
    early_adopters: int
    taking_part: int
    """Engaged and early adopters."""
    moved_up: int
    """Councils that took part more at its end than at its beginning."""
    moved_down: int
    net: int


STEP_FIELDS = {
    Engagement.NOT_ENGAGED: "not_engaged",
    Engagement.CONTACTED: "contacted",
    Engagement.ENGAGED: "engaged",
    Engagement.EARLY_ADOPTER: "early_adopters",
}
"""Where each step is counted."""


class TierEngagement(Frozen):
    """How far the councils of a support tier took part at the end of a day, as on record then."""

    on: date
    tier: SupportTier
    not_engaged: int = 0
    contacted: int = 0
    engaged: int = 0
    early_adopters: int = 0

    @property
    def councils(self) -> int:
        """All councils of the tier."""
        return sum(self.at(step) for step in Engagement)

    @property
    def taking_part(self) -> int:
        """Those engaged or early adopters."""
        return sum(self.at(step) for step in TAKES_PART)

    def at(self, step: Engagement) -> int:
        """The councils at one step."""
        return int(getattr(self, STEP_FIELDS[step]))


class Coverage(Frozen):
    """How near a region is to every council taking part."""

    region: Region
    councils: int
    taking_part: int
    percent: int
    """Rounded down, so that only all are a hundred."""


class Likely(Frozen):
    """A council that is likely to take part next, and why."""

    council: CouncilCode
    name: str
    region: Region
    engagement: Engagement
    others: int
    """Other councils of its region."""
    taking_part: int
    """Of them, how many take part."""
    percent: int
    rule: int


LIKELY_RULE, LIKELY_SHARE = 1, 3
"""Rule 1: a council that does not take part yet is likely to where at least a third of the
others in its region do. The Board saw that councils engage where others near them are part of
a common effort; a third is the share of a region that makes one."""


def months(
    rows: Sequence[EngagementHistory], until: date, since: date | None = None
) -> list[Month]:
    """The adoption curve and its momentum, month by month up to the one that a day is in.

    It begins with the first step that any of the councils took, or in the month of a given day.

    Levels and moves go by effective dates, whenever a step was recorded; a council counts until
    it was succeeded.
    """
    steps = (step.on for row in rows for step in row.steps if step.on <= until)
    first = since or min(steps, default=None)
    if first is None:
        return []
    day, found = first.replace(day=1), []
    while day <= until:
        following = (day + timedelta(days=32)).replace(day=1)
        end = min(following - timedelta(days=1), until)
        here = [row for row in rows if row.there(end)]
        stood = [row.on(end) for row in here]
        moves = [row.moved(end) for row in here]
        up, down = sum(n > 0 for n in moves), sum(n < 0 for n in moves)
        found.append(
            Month(
                month=f"{day:%Y-%m}",
                end=end,
                taking_part=sum(step in TAKES_PART for step in stood),
                moved_up=up,
                moved_down=down,
                net=up - down,
                **{field: stood.count(step) for step, field in STEP_FIELDS.items()},
            )
        )
        day = following
    return found


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


def coverage(rows: Sequence[EngagementHistory]) -> list[Coverage]:
    """How near each region is to every council taking part."""
    found = []
    for region in Region:
        here = [row for row in rows if row.region == region]
        part = sum(row.engagement in TAKES_PART for row in here)
        found.append(
            Coverage(
                region=region,
                councils=len(here),
                taking_part=part,
                percent=_percent(part, len(here)),
            )
        )
    return found


def likely_next(rows: Sequence[EngagementHistory]) -> list[Likely]:
    """The councils that are likely to take part next by the rule, the likeliest first."""
    found = []
    for row in rows:
        if row.engagement in TAKES_PART:
            continue
        others = [x for x in rows if x.region == row.region and x.council != row.council]
        part = sum(x.engagement in TAKES_PART for x in others)
        percent = _percent(part, len(others))
        if part and part * LIKELY_SHARE >= len(others):
            found.append(
                Likely(
                    council=row.council,
                    name=row.name,
                    region=row.region,
                    engagement=row.engagement,
                    others=len(others),
                    taking_part=part,
                    percent=percent,
                    rule=LIKELY_RULE,
                )
            )
    return sorted(found, key=lambda x: (-x.percent, -_STEPS.index(x.engagement), x.name))
