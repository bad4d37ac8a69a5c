"""What a council's records, and the policy's, add up to."""

from datetime import date
from typing import Self

from domain.councils.events import (
    AdviserAppointed,
    AdviserStoodDown,
    CaseHandedOver,
    CaseTakenOver,
    CommissionerAppointed,
    CommissionerStoodDown,
    CouncilProfileRevised,
    CouncilRecoded,
    CouncilRegistered,
    CouncilRenamed,
    CouncilSucceeded,
    DirectionReplaced,
    EarlySupportBegan,
    EarlySupportEnded,
    EngagementChanged,
    ImprovementBoardEstablished,
    ImprovementBoardStoodDown,
    ImprovementNoticeIssued,
    ImprovementNoticeLifted,
    InspectionOutcomeConfirmed,
    InspectionOutcomeCorrected,
    InspectionOutcomeRecorded,
    InterventionBegan,
    InterventionEnded,
    InterventionFellDue,
    InterventionNoLongerDue,
    InterventionNotPursued,
    InterventionPolicyAdopted,
    PartnerAppointed,
    PartnershipEnded,
    RiskConcernClosed,
    RiskConcernRaised,
    StatutoryDirectionIssued,
    StatutoryDirectionRevoked,
    TrustEstablished,
    TrustWoundUp,
)
from domain.councils.vocabulary import (
    Engagement,
    Framework,
    Grade,
    Grades,
    InstrumentKind,
    Policy,
    Region,
    Source,
    SupportTier,
    tier,
)
from domain.kernel import Aggregate, CouncilCode, Frozen, Record


class Outcome(Frozen):
    """An inspection outcome as it stands."""

    outcome: str
    record: str
    """The record that it stands on, as stream/version."""
    framework: Framework
    began_on: date | None
    ended_on: date | None
    published_on: date
    grades: Grades
    source: Source
    heard: tuple[str, ...] = ()
    """What was said of it before, so that nothing is corrected twice: the files that made what
    stands, and each claim that was put on record and not followed."""


class Due(Frozen):
    """Why intervention is due."""

    policy_version: int
    outcome: str
    met_by: dict[str, Grade]
    since: date


class Council(Aggregate, stream="COUNCIL-{council}"):
    """A council as its decisions need it."""

    council: CouncilCode
    name: str = ""
    gss_code: str = ""
    former_gss_codes: tuple[str, ...] = ()
    region: Region | None = None
    authority_type: str = ""
    population_0_25: int | None = None
    statistical_neighbours: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    succeeded_on: date | None = None
    engagement: Engagement = Engagement.NOT_ENGAGED
    outcomes: dict[str, Outcome] = {}
    due: Due | None = None
    answered: str | None = None
    """The outcome that called for intervention and got its answer: a case, or a decision that
    none is opened."""
    open_case: str | None = None
    notices: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    appointed: tuple[tuple[InstrumentKind, str], ...] = ()
    """Advisers, commissioners, partners and trusts in place: kind and reference."""
    board: bool = False
    early_support: tuple[int, ...] = ()
    """The region's offers that it took up and that run."""
    concerns: tuple[int, ...] = ()
    concerns_raised: int = 0
    warned: tuple[str, ...] = ()
    """What early warning has raised already: each indicator's period once."""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case CouncilRegistered() | CouncilProfileRevised():
                return self.but(**event.model_dump(exclude={"council", "source"}))
            case CouncilRenamed():
                return self.but(name=event.name)
            case CouncilRecoded():
                return self.but(
                    gss_code=event.gss_code,
                    former_gss_codes=(*self.former_gss_codes, event.was),
                )
            case CouncilSucceeded():
                return self.but(successors=event.successors, succeeded_on=record.effective_on)
            case EngagementChanged():
                return self.but(engagement=event.engagement)
            case InspectionOutcomeRecorded() | InspectionOutcomeCorrected():
                return self.but(outcomes=self.outcomes | {event.outcome: self._heard(record)})
            case InspectionOutcomeConfirmed():
                known = self.outcomes[event.outcome]
                firmer = known.but(source=event.source, heard=_more(known, event.source))
                return self.but(outcomes=self.outcomes | {event.outcome: firmer})
            case InterventionFellDue():
                due = Due(
                    policy_version=event.policy_version,
                    outcome=event.outcome,
                    met_by=event.met_by,
                    since=record.effective_on,
                )
                # Under an open case a further judgement is answered by that case.
                return self.but(due=due, answered=self.answered if self.open_case else None)
            case InterventionNoLongerDue():
                return self.but(due=None)
            case InterventionNotPursued():
                return self.but(answered=event.outcome)
            case InterventionBegan():
                return self.but(open_case=event.case, answered=self._called_for)
            case InterventionEnded():
                # A judgement published while the case was open has had its answer too.
                return self.but(open_case=None, answered=self._called_for)
            case ImprovementNoticeIssued():
                return self.but(notices=(*self.notices, event.notice))
            case ImprovementNoticeLifted():
                return self.but(notices=_without(self.notices, event.notice))
            case StatutoryDirectionIssued():
                directed = self.but(directions=(*self.directions, event.direction))
                if event.commissioner is None:
                    return directed
                return directed._with(InstrumentKind.COMMISSIONER, event.commissioner)
            case StatutoryDirectionRevoked():
                return self.but(directions=_without(self.directions, event.direction))
            case DirectionReplaced():
                left = self.but(directions=_without(self.directions, event.direction))
                if event.by_kind == "notice":
                    return left.but(notices=(*left.notices, event.by))
                return left.but(directions=(*left.directions, event.by))
            case AdviserAppointed():
                return self._with(InstrumentKind.ADVISER, event.person)
            case AdviserStoodDown():
                return self._without(InstrumentKind.ADVISER, event.person)
            case CommissionerAppointed():
                return self._with(InstrumentKind.COMMISSIONER, event.person)
            case CommissionerStoodDown():
                return self._without(InstrumentKind.COMMISSIONER, event.person)
            case PartnerAppointed():
                return self._with(InstrumentKind.PARTNER, event.partner)
            case PartnershipEnded():
                return self._without(InstrumentKind.PARTNER, event.partner)
            case TrustEstablished():
                return self._with(InstrumentKind.TRUST, event.trust)
            case TrustWoundUp():
                return self._without(InstrumentKind.TRUST, event.trust)
            case ImprovementBoardEstablished():
                return self.but(board=True)
            case ImprovementBoardStoodDown():
                return self.but(board=False)
            case EarlySupportBegan():
                return self.but(early_support=(*self.early_support, event.offer))
            case EarlySupportEnded():
                return self.but(
                    early_support=tuple(n for n in self.early_support if n != event.offer)
                )
            case CaseTakenOver():
                return self.but(open_case=event.case)
            case CaseHandedOver():
                return self.but(open_case=None, answered=self._called_for)
            case RiskConcernRaised():
                warned = (event.warning.key,) if event.warning else ()
                return self.but(
                    concerns=(*self.concerns, event.concern),
                    concerns_raised=event.concern,
                    warned=(*self.warned, *warned),
                )
            case RiskConcernClosed():
                return self.but(concerns=tuple(c for c in self.concerns if c != event.concern))
        return self

    def _with(self, kind: InstrumentKind, reference: str) -> Self:
        return self.but(appointed=(*self.appointed, (kind, reference)))

    def _without(self, kind: InstrumentKind, reference: str) -> Self:
        left = tuple(each for each in self.appointed if each != (kind, reference))
        return self.but(appointed=left)

    def stood_on(self, day: date) -> bool:
        """Whether no other had taken its place before a day."""
        return self.succeeded_on is None or day <= self.succeeded_on

    @property
    def instruments(self) -> tuple[tuple[InstrumentKind, str], ...]:
        """What is in force: kind and reference, the heaviest first."""
        found = [
            *((InstrumentKind.NOTICE, notice) for notice in self.notices),
            *((InstrumentKind.DIRECTION, direction) for direction in self.directions),
            *self.appointed,
        ]
        return tuple(sorted(found, key=lambda each: (-each[0].rung, each[1])))

    @property
    def _called_for(self) -> str | None:
        return self.due.outcome if self.due else self.answered

    def _heard(self, record: Record) -> Outcome:
        event = record.event
        if isinstance(event, InspectionOutcomeRecorded):
            return Outcome(
                record=f"{record.stream}/{record.version}",
                heard=_more(None, event.source),
                **{name: getattr(event, name) for name in _OUTCOME_FIELDS},
            )
        if not isinstance(event, InspectionOutcomeCorrected):
            raise TypeError(type(event).__name__)
        before = self.outcomes[event.outcome]
        if event.standing == "kept":
            return before.but(heard=(*before.heard, claim(event.source, event.differs)))
        return Outcome(
            record=f"{record.stream}/{record.version}",
            heard=(*_more(before, event.source), _claimed(before, event)),
            **{name: getattr(event, name) for name in _OUTCOME_FIELDS},
        )

    @property
    def latest(self) -> Outcome | None:
        """The outcome published last."""
        return max(self.outcomes.values(), key=lambda o: (o.published_on, o.outcome), default=None)

    @property
    def intervention_due(self) -> bool:
        """Judgements of a council that still exists call for a case and got no answer."""
        return (
            self.due is not None
            and not self.successors
            and self.open_case is None
            and self.answered != self.due.outcome
        )

    @property
    def tier(self) -> SupportTier:
        """The tier of support that follows."""
        return tier(
            open_case=self.open_case is not None,
            due=self.intervention_due,
            directed=any(kind.rung > 1 for kind, _ in self.instruments),
            early=bool(self.concerns or self.early_support),
        )


_OUTCOME_FIELDS = (
    "outcome",
    "framework",
    "began_on",
    "ended_on",
    "published_on",
    "grades",
    "source",
)


NOT_GIVEN = "not given"
"""What a correction says where a source gives nothing."""


def claim(source: Source, differs: dict[str, tuple[str, str]]) -> str:
    """What a source claims against what stands, told apart from what else it may claim later."""
    return f"{source.kind}:{sorted((field, told) for field, (_, told) in differs.items())}"


def _claimed(before: Outcome, event: InspectionOutcomeCorrected) -> str:
    """What the source that is replaced would say against what stands now."""
    stood = {field: (told, was) for field, (was, told) in event.differs.items()}
    return claim(before.source, {f: both for f, both in stood.items() if both[1] != NOT_GIVEN})


def _more(known: Outcome | None, source: Source) -> tuple[str, ...]:
    heard = known.heard if known else ()
    return (*heard, source.sha256) if source.sha256 else heard


def _without(all_: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(each for each in all_ if each != one)


class InterventionPolicy(Aggregate, stream="POLICY-intervention"):
    """The policies adopted, the latest last."""

    adopted: tuple[Policy, ...] = ()

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case InterventionPolicyAdopted():
                policy = Policy(version=event.version, from_=event.from_, criteria=event.criteria)
                return self.but(adopted=(*self.adopted, policy))
        return self

    def on(self, day: date) -> Policy | None:
        """The policy in force on a day."""
        running = [policy for policy in self.adopted if policy.from_ <= day]
        return max(running, key=lambda p: (p.from_, p.version), default=None)
