"""What happens to councils."""

from datetime import date
from typing import ClassVar

from domain.councils.vocabulary import (
    Criteria,
    Engagement,
    Framework,
    Grade,
    Grades,
    IndicatorWarning,
    Office,
    Region,
    Source,
)
from domain.kernel import CaseRef, CouncilCode, Event, Line, PersonId, Text, Upcaster


class CouncilEvent(Event, abstract=True, stream="COUNCIL-{council}"):
    council: CouncilCode


class CouncilRegistered(CouncilEvent):
    """A council with responsibility for children's services came onto the register."""

    name: Line
    gss_code: str
    region: Region
    authority_type: Line
    population_0_25: int | None = None
    statistical_neighbours: tuple[CouncilCode, ...] = ()
    source: Source


class CouncilRenamed(CouncilEvent):
    """A council took another name."""

    name: Line
    source: Source


class CouncilRecoded(CouncilEvent):
    """A council was given another code by the statistics authority."""

    gss_code: str
    was: str
    source: Source


class CouncilProfileRevised(CouncilEvent):
    """A newer register gives a council other particulars: type, region, population, neighbours."""

    region: Region
    authority_type: Line
    population_0_25: int | None = None
    statistical_neighbours: tuple[CouncilCode, ...] = ()
    source: Source


class CouncilSucceeded(CouncilEvent):
    """A council was split or merged; its history stays with it."""

    successors: tuple[CouncilCode, ...]


class EngagementChanged(CouncilEvent):
    """A council came nearer to taking part in self-improvement, or drew back."""

    engagement: Engagement
    evidence: Text


class InspectionOutcomeRecorded(CouncilEvent):
    """Inspectors published what they judged of a council's services for children."""

    outcome: str
    """Its name within the council: the day the inspection began, or was published."""
    framework: Framework
    began_on: date | None
    ended_on: date | None = None
    published_on: date
    grades: Grades
    published: dict[str, str]
    """What was published, word for word, by column."""
    source: Source


class InspectionOutcomeCorrected(CouncilEvent):
    """Another source says otherwise of an outcome that was recorded."""

    outcome: str
    corrects: str
    """The record corrected, as stream/version."""
    differs: dict[str, tuple[str, str]]
    """By field: what stood, and what this source says."""
    standing: str
    """replaced: this source's word holds from now; kept: what stood holds on."""
    why: Text
    framework: Framework
    began_on: date | None
    ended_on: date | None = None
    published_on: date
    grades: Grades
    """As they hold after the correction."""
    published: dict[str, str]
    source: Source


class InspectionOutcomeConfirmed(CouncilEvent):
    """A source of higher authority said the same of an outcome, which rests on it from now."""

    outcome: str
    confirms: str
    """The record confirmed, as stream/version."""
    published: dict[str, str]
    source: Source


class InterventionFellDue(CouncilEvent):
    """A council's latest judgements call for intervention under the policy in force."""

    policy_version: int
    outcome: str
    met_by: dict[str, Grade]


class InterventionNoLongerDue(CouncilEvent):
    """A council's latest judgements no longer call for intervention."""

    policy_version: int
    outcome: str


class InterventionNotPursued(CouncilEvent):
    """It was decided, with reasons, not to open a case though intervention was due."""

    outcome: str
    rationale: Text


class InterventionBegan(CouncilEvent):
    """An intervention case was opened for a council."""

    case: CaseRef


class InterventionEnded(CouncilEvent):
    """A council's intervention case was closed."""

    case: CaseRef


class ImprovementNoticeIssued(CouncilEvent):
    """Ministers issued an improvement notice."""

    notice: Line


class ImprovementNoticeLifted(CouncilEvent):
    """An improvement notice was lifted."""

    notice: Line


class StatutoryDirectionIssued(CouncilEvent):
    """Ministers issued a statutory direction."""

    direction: Line
    commissioner: str | None = None
    """Person id."""


class StatutoryDirectionRevoked(CouncilEvent):
    """A statutory direction was revoked."""

    direction: Line


class DirectionReplaced(CouncilEvent):
    """A direction was replaced by another, or by a notice at step-down."""

    direction: Line
    by_kind: str
    """direction or notice"""
    by: Line


class MonitoringVisitRecorded(CouncilEvent):
    """Inspectors made a monitoring visit."""

    visited_on: date
    findings: Text


class FocusedVisitRecorded(CouncilEvent):
    """Inspectors made a focused visit."""

    visited_on: date
    theme: Line
    findings: Text


class AdviserAppointed(CouncilEvent):
    """An improvement adviser was appointed."""

    person: Line


class CommissionerAppointed(CouncilEvent):
    """A commissioner was appointed."""

    person: Line


class ImprovementBoardEstablished(CouncilEvent):
    """An improvement board was established."""

    chair: Line
    """Person id."""


class AdviserStoodDown(CouncilEvent):
    """An improvement adviser's appointment ended."""

    person: PersonId


class CommissionerStoodDown(CouncilEvent):
    """A commissioner's appointment ended."""

    person: PersonId


class PartnerAppointed(CouncilEvent):
    """Another council or body was appointed to run or share the running of the services."""

    partner: Line
    direction: Line | None = None
    """The direction that appointed it, where one did."""


class PartnershipEnded(CouncilEvent):
    """A partner no longer runs, or shares the running of, the services."""

    partner: Line


class TrustEstablished(CouncilEvent):
    """The services were moved to a trust."""

    trust: Line
    direction: Line | None = None


class TrustWoundUp(CouncilEvent):
    """The services came back from a trust."""

    trust: Line


class ImprovementBoardStoodDown(CouncilEvent):
    """An improvement board met for the last time."""


class EarlySupportBegan(CouncilEvent):
    """A council took up its region's early support."""

    region: Region
    offer: int


class EarlySupportEnded(CouncilEvent):
    """A council's early support by its region came to its end."""

    region: Region
    offer: int


class CaseTakenOver(CouncilEvent):
    """A council carries on the intervention case of one that it succeeded."""

    case: CaseRef
    predecessor: CouncilCode


class CaseHandedOver(CouncilEvent):
    """The open case of a council that was succeeded went to a successor, by decision."""

    case: CaseRef
    successor: CouncilCode


class RiskConcernRaised(CouncilEvent):
    """Somebody, or an indicator, gave cause for concern."""

    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: lambda payload: {**payload, "warning": None}}

    concern: int
    source_of_concern: Line
    indicators: dict[str, str] = {}
    warning: IndicatorWarning | None = None
    """What the indicator said, where the concern comes from early warning (since version 2)."""


class RiskConcernClosed(CouncilEvent):
    """A concern was resolved."""

    concern: int


class LeaderNamed(CouncilEvent):
    """Somebody took up an office that leads children's services."""

    office: Office
    person: Line
    """Person id."""


class InterventionPolicyAdopted(Event, stream="POLICY-intervention"):
    """The Board adopted a policy on which judgements call for intervention."""

    version: int
    from_: date
    criteria: Criteria
