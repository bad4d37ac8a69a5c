"""The team's casework over HTTP: who leads which open case, how far it is, what is due next."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from domain.councils import Region, SupportTier
from domain.interventions import Stage
from domain.kernel import CaseRef, CouncilCode, Frozen, UserId
from projections.audit import JournalRow
from projections.funding import GrantRow
from projections.interventions import CasePage
from projections.mentoring import SessionRow
from service.desk import Reader, Reading, query, router_for
from service.interventions import reviews_due

router = router_for("cases")


class TeamCase(Frozen):
    """An open case as the team looks over it."""

    case: CaseRef
    council: CouncilCode
    region: Region
    lead: UserId | None
    tier: SupportTier
    stage: Stage
    stage_since: date
    opened_on: date
    next_due_on: date | None = None
    next_due: str = ""
    """What is due next: a milestone, review, instalment or session."""
    overdue: bool = False
    last_activity_at: datetime | None = None
    """When anything was recorded last in the case, its grants or its mentoring."""


class LeadLoad(Frozen):
    """What one person leads."""

    lead: UserId | None
    cases: list[TeamCase]

    @property
    def overdue(self) -> int:
        """Cases in which something is overdue."""
        return sum(case.overdue for case in self.cases)


_Due = tuple[str, date, str]


def _due(reading: Reader, rows: Iterable[CasePage]) -> Iterator[_Due]:
    """Everything dated that open cases wait for: case, day and what."""
    for row in rows:
        for milestone in row.milestones:
            if milestone.state == "set":
                yield row.case, milestone.due_on, f"Milestone: {milestone.title}"
    for review in reviews_due(reading):
        yield review.case, review.due_on, "Progress review"
    if reading.sees("grant.read"):
        for grant in reading.under("grant.read").all(GrantRow, {"status": "accepted"}):
            for line in grant.schedule(reading.moment.on):
                if line.state != "paid":
                    yield grant.case, line.due_on, f"{grant.grant}, instalment {line.instalment}"
    if reading.sees("mentoring.read"):
        scheduled = {"state": "scheduled"}
        for session in reading.under("mentoring.read").all(SessionRow, scheduled):
            yield session.case, session.held_on, f"{session.match}, session {session.session}"


def team_cases(
    reading: Reader, region: Region | None = None, lead: str | None = None
) -> list[TeamCase]:
    """The open cases in the reader's scope, by what is due first."""
    seen = reading.under("case.read")
    rows = seen.all(CasePage, {"is_open": True, "region": region, "lead": lead})
    cases, on = {row.case for row in rows}, reading.moment.on
    due: dict[str, tuple[date, str]] = {}
    for case, day, what in _due(seen, rows):
        if case in cases:
            due[case] = min((day, what), due.get(case, (date.max, "")))
    last = {
        found["case"]: found["last"]
        for found in reading.figures(
            JournalRow, {"last": "max(recorded_at)"}, {"case": sorted(cases)}, by=["case"]
        )
    }
    found = [
        TeamCase(
            case=row.case,
            council=row.council,
            region=row.region,
            lead=row.lead,
            tier=row.tier,
            stage=row.stage,
            stage_since=row.stages[-1].since,
            opened_on=row.opened_on,
            next_due_on=due[row.case][0] if row.case in due else None,
            next_due=due[row.case][1] if row.case in due else "",
            overdue=row.case in due and due[row.case][0] < on,
            last_activity_at=last.get(row.case),
        )
        for row in rows
    ]
    return sorted(found, key=lambda case: (case.next_due_on or date.max, case.case))


def by_lead(cases: list[TeamCase]) -> list[LeadLoad]:
    """The cases of each lead, and those that nobody leads first."""
    leads = sorted({case.lead or "" for case in cases})
    return [
        LeadLoad(lead=lead or None, cases=[c for c in cases if (c.lead or "") == lead])
        for lead in leads
    ]


@query(router, "/team", needs="audit.read")
def list_team_casework(
    reading: Reading, region: Region | None = None, lead: UserId | None = None
) -> list[TeamCase]:
    """Open cases with their lead, stage, tier, what is due next and when anything happened last."""
    return team_cases(reading, region, lead)
