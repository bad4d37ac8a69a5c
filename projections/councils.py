"""Councils as people see them: the register with what follows from judgements, and each outcome."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import (
    AdviserAppointed,
    AdviserStoodDown,
    CommissionerAppointed,
    CommissionerStoodDown,
    Council,
    CouncilEvent,
    Criteria,
    Due,
    Engagement,
    FocusedVisitRecorded,
    Grade,
    Grades,
    ImprovementBoardEstablished,
    ImprovementBoardStoodDown,
    InspectionOutcomeConfirmed,
    InspectionOutcomeCorrected,
    InspectionOutcomeRecorded,
    InterventionPolicyAdopted,
    LeaderNamed,
    MonitoringVisitRecorded,
    Policy,
    Region,
    Source,
    StatutoryDirectionIssued,
    SupportTier,
)
from domain.interventions import CaseOpened
from domain.kernel import CouncilCode, Frozen, Record, Text
from projections.engine import View, inner


class Visit(Frozen):
    """An inspectors' visit between inspections."""

    kind: str
    visited_on: date
    theme: str = ""
    findings: Text


class CouncilRow(
    View,
    indexes=("region", "tier", "due", "overall", "engagement", "name"),
    search=("name", "council", "gss_code"),
    scope="public",
):
    """A council: who it is, how it was judged, what is due and how it is supported."""

    council: CouncilCode
    name: str
    gss_code: str
    region: Region
    authority_type: str
    engagement: Engagement
    tier: SupportTier
    overall: Grade | None = None
    leaders: Grade | None = None
    help_and_protection: Grade | None = None
    in_care: Grade | None = None
    care_leavers: Grade | None = None
    judged_on: date | None = None
    """Publication of the latest outcome."""
    due: bool = False
    due_why: Due | None = None
    """The policy version and the grades that met it."""
    open_case: str | None = None
    cases: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()
    commissioner: str | None = None
    rung: str | None = None
    """The heaviest instrument in force: adviser up to partner or trust."""
    successors: tuple[CouncilCode, ...] = ()
    succeeded_on: date | None = None
    board_chair: str | None = None
    office_holders: dict[str, str] = {}
    """Person id by office."""
    visits: tuple[Visit, ...] = ()
    state: Council = inner()
    version: int = 0

    @property
    def persons(self) -> list[str]:
        """The person ids of everybody named in the row."""
        others = (self.commissioner, self.board_chair, *self.advisers)
        return [*self.office_holders.values(), *(who for who in others if who)]

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        if isinstance(event, CouncilEvent):
            return (event.stream,)
        return (f"COUNCIL-{event.council}",) if isinstance(event, CaseOpened) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case CaseOpened() if row:
                return row.but(cases=(*row.cases, event.case))
            case CouncilEvent():
                before = row.state if row else Council(council=event.council)
                state = before.apply(record).but(version=record.version)
                return cls._of(row, state)._with(event)
        return row

    @classmethod
    def _of(cls, row: Self | None, state: Council) -> Self:
        if state.region is None:
            raise ValueError(f"{state.stream} has no region")
        latest = state.latest
        grades = latest.grades if latest else Grades()
        follows = {
            "name": state.name,
            "gss_code": state.gss_code,
            "region": state.region,
            "authority_type": state.authority_type,
            "engagement": state.engagement,
            "tier": state.tier,
            "judged_on": latest.published_on if latest else None,
            "due": state.intervention_due,
            "due_why": state.due,
            "open_case": state.open_case,
            "notices": state.notices,
            "directions": state.directions,
            "rung": state.instruments[0][0].value if state.instruments else None,
            "successors": state.successors,
            "succeeded_on": state.succeeded_on,
            "state": state,
            **dict(grades),
        }
        return row.but(**follows) if row else cls(council=state.council, **follows)

    def _with(self, event: CouncilEvent) -> Self:
        match event:
            case AdviserAppointed():
                return self.but(advisers=(*self.advisers, event.person))
            case CommissionerAppointed():
                return self.but(commissioner=event.person)
            case StatutoryDirectionIssued() if event.commissioner:
                return self.but(commissioner=event.commissioner)
            case AdviserStoodDown():
                return self.but(advisers=tuple(a for a in self.advisers if a != event.person))
            case CommissionerStoodDown() if self.commissioner == event.person:
                return self.but(commissioner=None)
            case ImprovementBoardEstablished():
                return self.but(board_chair=event.chair)
            case ImprovementBoardStoodDown():
                return self.but(board_chair=None)
            case LeaderNamed():
                return self.but(
                    office_holders={**self.office_holders, event.office.value: event.person}
                )
            case MonitoringVisitRecorded():
                visit = Visit(
                    kind="monitoring", visited_on=event.visited_on, findings=event.findings
                )
                return self.but(visits=(*self.visits, visit))
            case FocusedVisitRecorded():
                visit = Visit(
                    kind="focused",
                    visited_on=event.visited_on,
                    theme=event.theme,
                    findings=event.findings,
                )
                return self.but(visits=(*self.visits, visit))
        return self


class Correction(Frozen):
    """What another source said of an outcome."""

    position: int
    source: Source
    differs: dict[str, tuple[str, str]]
    standing: str
    why: str


class InspectionOutcome(View, indexes=("council", "published_on", "overall"), scope="public"):
    """One inspection's outcome: as published, as it stands, and what others said of it."""

    council: CouncilCode
    outcome: str
    framework: str
    began_on: date | None
    ended_on: date | None
    published_on: date
    overall: Grade | None = None
    leaders: Grade | None = None
    help_and_protection: Grade | None = None
    in_care: Grade | None = None
    care_leavers: Grade | None = None
    published: dict[str, str]
    """Word for word, of the source that stands."""
    source: Source
    corrections: tuple[Correction, ...] = ()

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        match event := record.event:
            case (
                InspectionOutcomeRecorded()
                | InspectionOutcomeCorrected()
                | InspectionOutcomeConfirmed()
            ):
                return (f"{event.council}/{event.outcome}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case InspectionOutcomeRecorded():
                return cls(
                    **event.model_dump(exclude={"grades", "framework", "source"}),
                    framework=event.framework.value,
                    source=event.source,
                    **dict(event.grades),
                )
            case InspectionOutcomeConfirmed() if row:
                return row.but(source=event.source, published=event.published)
            case InspectionOutcomeCorrected() if row:
                told = Correction(
                    position=record.position,
                    source=event.source,
                    differs=event.differs,
                    standing=event.standing,
                    why=event.why,
                )
                row = row.but(corrections=(*row.corrections, told))
                if event.standing == "kept":
                    return row
                return row.but(
                    framework=event.framework.value,
                    began_on=event.began_on,
                    ended_on=event.ended_on,
                    published_on=event.published_on,
                    published=event.published,
                    source=event.source,
                    **dict(event.grades),
                )
        return row


class PolicyRow(View, scope="public"):
    """A version of the intervention policy."""

    policy_version: int
    from_: date
    criteria: Criteria
    reason: str | None

    def met_by(self, outcome: InspectionOutcome) -> dict[str, Grade]:
        """The grades of an outcome that call for intervention under this version."""
        policy = Policy(version=self.policy_version, from_=self.from_, criteria=self.criteria)
        return policy.met_by(
            Grades(**{name: getattr(outcome, name) for name in Grades.model_fields})
        )

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (str(event.version),) if isinstance(event, InterventionPolicyAdopted) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, InterventionPolicyAdopted):
            return row
        return cls(
            policy_version=event.version,
            from_=event.from_,
            criteria=event.criteria,
            reason=record.reason,
        )
