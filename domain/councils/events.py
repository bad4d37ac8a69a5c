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
from domain.kernel import CaseRef, CouncilCode, Event, Grounds, Line, PersonId, Upcaster


class CouncilEvent(Event, abstract=True, stream="COUNCIL-{council}"):
    council: CouncilCode


class CouncilRegistered(CouncilEvent):
    """A council with responsibility for children's services came onto the register."""

    says = (
        "{name}, in {region}, came onto the register of councils under the number {council:plain}."
    )
    name: Line
    gss_code: str
    region: Region
    authority_type: Line
    population_0_25: int | None = None
    statistical_neighbours: tuple[CouncilCode, ...] = ()
    source: Source


class CouncilRenamed(CouncilEvent):
    """A council took another name."""

    says = "Council {council:plain} took the name {name}."
    name: Line
    source: Source


class CouncilRecoded(CouncilEvent):
    """A council was given another code by the statistics authority."""

    says = "{council} was given the statistics code {gss_code} in place of {was}."
    gss_code: str
    was: str
    source: Source


class CouncilProfileRevised(CouncilEvent):
    """A newer register gives a council other particulars: type, region, population, neighbours."""

    says = (
        "A newer register revised what is known of {council}: {authority_type} in {region}[, with"
        " {population_0_25} people aged up to 25]."
    )
    region: Region
    authority_type: Line
    population_0_25: int | None = None
    statistical_neighbours: tuple[CouncilCode, ...] = ()
    source: Source


class CouncilSucceeded(CouncilEvent):
    """A council was split or merged; its history stays with it."""

    says = "{council} was succeeded[ by {successors:councils}]; its history stays with it."
    successors: tuple[CouncilCode, ...]


class EngagementChanged(CouncilEvent):
    """A council came nearer to taking part in self-improvement, or drew back."""

    says = "The engagement of {council} in self-improvement changed to “{engagement}”."
    engagement: Engagement
    evidence: Grounds


class InspectionOutcomeRecorded(CouncilEvent):
    """Inspectors published what they judged of a council's services for children."""

    says = (
        "{council} was judged [{grades.overall:judged} overall|without an overall grade] by"
        " Ofsted, in a report published on {published_on}."
    )
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

    says = (
        "“{source.name:short}” contradicted the inspection outcome of {outcome} for {council}:"
        " [{standing:if replaced}its word holds from now|what stood holds on]."
    )
    outcome: str
    corrects: str
    """The record corrected, as stream/version."""
    differs: dict[str, tuple[str, str]]
    """By field: what stood, and what this source says."""
    standing: str
    """replaced: this source's word holds from now; kept: what stood holds on."""
    why: Grounds
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

    says = "“{source.name:short}” confirmed the inspection outcome of {outcome} for {council}."
    outcome: str
    confirms: str
    """The record confirmed, as stream/version."""
    published: dict[str, str]
    source: Source


class InterventionFellDue(CouncilEvent):
    """A council's latest judgements call for intervention under the policy in force."""

    says = (
        "Intervention fell due for {council} under version {policy_version} of the policy[, as"
        " judged: {met_by:pairs}]."
    )
    policy_version: int
    outcome: str
    met_by: dict[str, Grade]


class InterventionNoLongerDue(CouncilEvent):
    """A council's latest judgements no longer call for intervention."""

    says = (
        "Intervention ceased to be due for {council} under version {policy_version} of the policy."
    )
    policy_version: int
    outcome: str


class InterventionNotPursued(CouncilEvent):
    """It was decided, with reasons, not to open a case though intervention was due."""

    says = (
        "It was decided not to open a case for {council}, though intervention was due after the"
        " inspection of {outcome}."
    )
    outcome: str
    rationale: Grounds


class InterventionBegan(CouncilEvent):
    """An intervention case was opened for a council."""

    says = "Intervention in {council} began with {case}."
    case: CaseRef


class InterventionEnded(CouncilEvent):
    """A council's intervention case was closed."""

    says = "Intervention in {council} ended as {case} was closed."
    case: CaseRef


class ImprovementNoticeIssued(CouncilEvent):
    """Ministers issued an improvement notice."""

    says = "Ministers issued improvement notice {notice} to {council}."
    notice: Line


class ImprovementNoticeLifted(CouncilEvent):
    """An improvement notice was lifted."""

    says = "Improvement notice {notice} to {council} was lifted."
    notice: Line


class StatutoryDirectionIssued(CouncilEvent):
    """Ministers issued a statutory direction."""

    says = (
        "Ministers issued statutory direction {direction} to {council}[, with {commissioner} as"
        " commissioner]."
    )
    direction: Line
    commissioner: str | None = None
    """Person id."""


class StatutoryDirectionRevoked(CouncilEvent):
    """A statutory direction was revoked."""

    says = "Statutory direction {direction} to {council} was revoked."
    direction: Line


class DirectionReplaced(CouncilEvent):
    """A direction was replaced by another, or by a notice at step-down."""

    says = (
        "Statutory direction {direction} to {council} was replaced by [{by_kind:if"
        " notice}improvement notice|statutory direction] {by}."
    )
    direction: Line
    by_kind: str
    """direction or notice"""
    by: Line


class MonitoringVisitRecorded(CouncilEvent):
    """Inspectors made a monitoring visit."""

    says = "Ofsted made a monitoring visit to {council} on {visited_on}."
    visited_on: date
    findings: Grounds


class FocusedVisitRecorded(CouncilEvent):
    """Inspectors made a focused visit."""

    says = "Ofsted made a focused visit to {council} on {visited_on}, with the theme “{theme}”."
    visited_on: date
    theme: Line
    findings: Grounds


class AdviserAppointed(CouncilEvent):
    """An improvement adviser was appointed."""

    says = "{person} was appointed as improvement adviser to {council}."
    person: Line


class CommissionerAppointed(CouncilEvent):
    """A commissioner was appointed."""

    says = "{person} was appointed as commissioner for {council}."
    person: Line


class ImprovementBoardEstablished(CouncilEvent):
    """An improvement board was established."""

    says = "An improvement board was established for {council}, chaired by {chair}."
    chair: Line
    """Person id."""


class AdviserStoodDown(CouncilEvent):
    """An improvement adviser's appointment ended."""

    says = "The appointment of {person} as improvement adviser to {council} ended."
    person: PersonId


class CommissionerStoodDown(CouncilEvent):
    """A commissioner's appointment ended."""

    says = "The appointment of {person} as commissioner for {council} ended."
    person: PersonId


class PartnerAppointed(CouncilEvent):
    """Another council or body was appointed to run or share the running of the services."""

    says = (
        "{partner} was appointed to run, or share in running, the services of {council}[ under"
        " direction {direction}]."
    )
    partner: Line
    direction: Line | None = None
    """The direction that appointed it, where one did."""


class PartnershipEnded(CouncilEvent):
    """A partner no longer runs, or shares the running of, the services."""

    says = "{partner} stopped running, or sharing in running, the services of {council}."
    partner: Line


class TrustEstablished(CouncilEvent):
    """The services were moved to a trust."""

    says = "The services of {council} were moved to {trust}[ under direction {direction}]."
    trust: Line
    direction: Line | None = None


class TrustWoundUp(CouncilEvent):
    """The services came back from a trust."""

    says = "The services of {council} came back from {trust}."
    trust: Line


class ImprovementBoardStoodDown(CouncilEvent):
    """An improvement board met for the last time."""

    says = "The improvement board for {council} met for the last time."


class EarlySupportBegan(CouncilEvent):
    """A council took up its region's early support."""

    says = "{council} took up early support from {region} (offer {offer})."
    region: Region
    offer: int


class EarlySupportEnded(CouncilEvent):
    """A council's early support by its region came to its end."""

    says = "The early support of {council} from {region} came to its end (offer {offer})."
    region: Region
    offer: int


class CaseTakenOver(CouncilEvent):
    """A council carries on the intervention case of one that it succeeded."""

    says = "{council} took over {case} from {predecessor:council}, which it succeeded."
    case: CaseRef
    predecessor: CouncilCode


class CaseHandedOver(CouncilEvent):
    """The open case of a council that was succeeded went to a successor, by decision."""

    says = "{case} of {council} went to {successor:council}, which succeeded it."
    case: CaseRef
    successor: CouncilCode


class RiskConcernRaised(CouncilEvent):
    """Somebody, or an indicator, gave cause for concern."""

    says = (
        "Concern {concern} about {council} was raised: [{warning.name} at {warning.value:measured"
        " warning.unit} in {warning.period}|{source_of_concern:short}]."
    )
    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: lambda payload: {**payload, "warning": None}}

    concern: int
    source_of_concern: Line
    indicators: dict[str, str] = {}
    warning: IndicatorWarning | None = None
    """What the indicator said, where the concern comes from early warning (since version 2)."""


class RiskConcernClosed(CouncilEvent):
    """A concern was resolved."""

    says = "Concern {concern} about {council} was resolved."
    concern: int


class LeaderNamed(CouncilEvent):
    """Somebody took up an office that leads children's services."""

    says = "{person} took up office as {office} of {council}."
    office: Office
    person: Line
    """Person id."""


class InterventionPolicyAdopted(Event, stream="POLICY-intervention"):
    """The Board adopted a policy on which judgements call for intervention."""

    says = (
        "The Board adopted version {version} of the policy on which judgements call for"
        " intervention, in force from {from_}."
    )
    version: int
    from_: date
    criteria: Criteria
