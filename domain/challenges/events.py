"""What happens in a peer challenge, and what each council remembers of who challenged it."""

from datetime import date
from enum import StrEnum

from domain.councils import Region
from domain.kernel import ChallengeRef, CouncilCode, Event, FinancialYear, Frozen, Line, PeerRef
from domain.kernel import Text as Words
from domain.people import PeerKind


class ChallengeKind(StrEnum):
    """The kinds of peer challenge."""

    REGIONAL = "regional peer challenge"
    SAFEGUARDING = "safeguarding peer review"
    CORPORATE = "corporate peer challenge"


class TeamRole(StrEnum):
    """What a peer is in a team."""

    LEAD = "lead"
    MEMBER = "member"


class Member(Frozen):
    """A member of a team, from which council, and their time in half-days."""

    peer: PeerRef
    home_council: CouncilCode
    role: TeamRole
    half_days: int


class ChallengeEvent(Event, abstract=True, stream="{challenge}"):
    challenge: ChallengeRef
    council: CouncilCode
    """The host: whoever is challenged."""
    region: Region
    kind: ChallengeKind


class ChallengeAgreed(ChallengeEvent):
    """A council agreed to be challenged by its peers."""

    says = "{council} agreed to {challenge}, a {kind}[, in exchange with {mutual_with:council}]."
    focus: Words
    themes: tuple[Line, ...] = ()
    mutual_with: CouncilCode | None = None
    """The council with which it is meant to be mutual: each challenges the other."""


class TeamMemberAssigned(ChallengeEvent):
    """A peer joined the team, and their time was reserved."""

    says = (
        "{peer}, a {peer_kind} from {home_council:council}, joined the team of"
        " {challenge}[{role:if lead} as its lead], with {half_days} of {year} reserved."
    )
    peer: PeerRef
    peer_kind: PeerKind
    home_council: CouncilCode
    role: TeamRole
    year: FinancialYear
    half_days: int
    own_challenges: tuple[ChallengeRef, ...] = ()
    """The challenges in which the host challenged this peer's council in the last three years,
    where the two are not meant to be mutual: the reason given is why it was done all the same."""


class TeamMemberReleased(ChallengeEvent):
    """A peer left the team, and their time is free again."""

    says = "{peer}, from {home_council:council}, left the team of {challenge}."
    peer: PeerRef
    home_council: CouncilCode


class ChallengeScheduled(ChallengeEvent):
    """The days of the challenge were set."""

    says = "{challenge}, a {kind} of {council}, was arranged to run {first_day:to last_day}."
    first_day: date
    last_day: date


class ChallengeConducted(ChallengeEvent):
    """The challenge was carried out, and the team's time was given."""

    says = (
        "{challenge}, a {kind} of {council}, was carried out {first_day:to last_day} by"
        " {team:counted peer}."
    )
    first_day: date
    last_day: date
    team: tuple[Member, ...]
    """Who gave how much."""
    mutual_with: CouncilCode | None = None


class FindingsReported(ChallengeEvent):
    """The team reported what it found."""

    says = (
        "The team of {challenge} reported {strengths:counted strength} of {council} and"
        " {areas_to_consider:counted area/areas} to consider."
    )
    strengths: tuple[Words, ...]
    areas_to_consider: tuple[Words, ...]


class ActionPlanAgreed(ChallengeEvent):
    """The council agreed what it will do about the findings."""

    says = (
        "{council} agreed {actions:counted action} in answer to {challenge}, with a follow-up due"
        " on {follow_up_due_on}."
    )
    actions: tuple[Words, ...]
    follow_up_due_on: date


class FollowUpHeld(ChallengeEvent):
    """The team and the council looked again at what was done."""

    says = (
        "The follow-up of {challenge} in {council} was held on {held_on}, with"
        " {actions_done:counted action} done."
    )
    held_on: date
    progress: Words
    actions_done: int


class ChallengeCancelled(ChallengeEvent):
    """The challenge was called off."""

    says = "{challenge}, a {kind} of {council}, was called off."
    team: tuple[Member, ...]
    """Who was in the team: their time is free again."""


# --- What a council remembers: who challenges it, and what it hosts -------------------------


class ExchangeEvent(Event, abstract=True, stream="EXCHANGE-{council}"):
    council: CouncilCode


class HostingBegan(ExchangeEvent):
    """A council is to host a peer challenge."""

    says = "{council} became the host of {challenge}, a {kind}."
    challenge: ChallengeRef
    kind: ChallengeKind


class HostingEnded(ExchangeEvent):
    """A council has hosted its peer challenge, or it was called off."""

    says = "{council} is no longer the host of {challenge}, which was carried out or called off."
    challenge: ChallengeRef


class ChallengerJoined(ExchangeEvent):
    """Another council's peers are to challenge this council."""

    says = (
        "Peers from {challenger:council} joined {challenge} of {council}[{mutual:if}, as an"
        " exchange]."
    )
    challenger: CouncilCode
    challenge: ChallengeRef
    mutual: bool
    """Whether the two are meant to challenge each other."""


class ChallengerLeft(ExchangeEvent):
    """Another council's peers no longer challenge this council."""

    says = "Peers from {challenger:council} left {challenge} of {council}."
    challenger: CouncilCode
    challenge: ChallengeRef


class EarlierChallengeRecorded(ExchangeEvent):
    """A challenge from before the service was put on record, for the entitlement to be right."""

    says = "A {kind} of {council} on {conducted_on}, before the service, was put on record."
    kind: ChallengeKind
    conducted_on: date
    source: Line
