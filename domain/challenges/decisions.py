"""Agreeing, putting a team together, scheduling, conducting, reporting, following up."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.challenges.events import (
    ActionPlanAgreed,
    ChallengeAgreed,
    ChallengeCancelled,
    ChallengeConducted,
    ChallengeKind,
    ChallengerJoined,
    ChallengerLeft,
    ChallengeScheduled,
    EarlierChallengeRecorded,
    FindingsReported,
    FollowUpHeld,
    HostingBegan,
    HostingEnded,
    Member,
    TeamMemberAssigned,
    TeamMemberReleased,
    TeamRole,
)
from domain.challenges.state import ChallengeStatus, Exchange, PeerChallenge
from domain.councils import Council
from domain.giving import deliver, release_rest, reserve
from domain.kernel import (
    Actor,
    Command,
    CouncilCode,
    Dated,
    Event,
    FinancialYear,
    Line,
    PeerRef,
    Refused,
    Text,
    financial_year,
    not_before,
)
from domain.people import Peer

_LONGEST_DAYS = 31

# --- Commands -------------------------------------------------------------------------------


class AgreeChallenge(Command):
    council: CouncilCode = Field(description="The host: the council that is challenged")
    kind: ChallengeKind
    focus: Text
    themes: tuple[Line, ...] = ()
    mutual_with: CouncilCode | None = Field(
        default=None, description="The council with which it is meant to be mutual, if it is"
    )


class AssignMember(Command):
    peer: PeerRef
    role: TeamRole = TeamRole.MEMBER
    half_days: int = Field(ge=1, le=20)
    year: FinancialYear | None = Field(
        default=None, description="That of the challenge's first day, or of today, if left out"
    )


class ReleaseMember(Command):
    reason: Text


class ScheduleChallenge(Command):
    first_day: date
    last_day: date


class ConductChallenge(Command):
    """What came of it: the days as scheduled if left out."""

    first_day: date | None = None
    last_day: date | None = None
    given: dict[PeerRef, Annotated[int, Field(ge=1, le=20)]] = Field(
        default={}, description="Half-days of those who gave less than was reserved"
    )


class ReportFindings(Command):
    strengths: tuple[Text, ...] = Field(min_length=1)
    areas_to_consider: tuple[Text, ...] = Field(min_length=1)


class AgreeActionPlan(Command):
    actions: tuple[Text, ...] = Field(min_length=1)
    follow_up_due_on: date


class HoldFollowUp(Command):
    held_on: date
    progress: Text
    actions_done: int = Field(ge=0, le=200)


class CancelChallenge(Command):
    reason: Text


class RecordEarlier(Command):
    kind: ChallengeKind = ChallengeKind.CORPORATE
    conducted_on: date
    source: Line = Field(description="Where it is known from, as the published report")


# --- Agreeing and cancelling ----------------------------------------------------------------


def agree(
    command: AgreeChallenge,
    challenge: PeerChallenge,
    host: Council,
    exchange: Exchange,
    by: Actor,
) -> list[Event]:
    """Agree on a challenge: one of a kind at a time for each host."""
    if host.successors:
        raise Refused(
            "council-succeeded",
            f"{host.name} was succeeded by {', '.join(host.successors)}: agree it with them.",
            successors=host.successors,
        )
    if command.mutual_with == command.council:
        raise Refused("bad-mutual", "Name another council: none is mutual with itself.")
    if open_ones := [c for c, kind in exchange.hosting.items() if kind == command.kind]:
        raise Refused(
            "challenge-open",
            f"{command.council} hosts {open_ones[0]}, a {command.kind} still to come: conduct or"
            " cancel it first.",
            challenge=open_ones[0],
        )
    agreed = ChallengeAgreed(
        challenge=challenge.challenge,
        region=host.region,
        **command.model_dump(include={"council", "kind", "focus", "themes", "mutual_with"}),
    )
    began = HostingBegan(council=host.council, challenge=challenge.challenge, kind=command.kind)
    return [agreed, began]


def cancel_challenge(
    command: CancelChallenge,
    challenge: PeerChallenge,
    exchange: Exchange,
    peers: Sequence[Peer],
    by: Actor,
) -> list[Event]:
    """Call it off before it is conducted; the team's time is free again."""
    _to_come(challenge)
    team = tuple(challenge.team.values())
    return [
        ChallengeCancelled(**challenge.about, team=team),
        *_no_longer(challenge, exchange, {member.home_council for member in team}),
        HostingEnded(council=challenge.council, challenge=challenge.challenge),
        *(event for peer in peers for event in release_rest(peer, challenge.purpose)),
    ]


def _is(challenge: PeerChallenge, *wanted: ChallengeStatus) -> None:
    if challenge.status not in wanted:
        raise Refused(
            "challenge-status",
            f"{challenge.challenge} is {challenge.status}: this is done while it is"
            f" {' or '.join(wanted)}.",
            status=challenge.status,
        )


def _to_come(challenge: PeerChallenge) -> None:
    _is(challenge, ChallengeStatus.AGREED, ChallengeStatus.SCHEDULED)


def _no_longer(
    challenge: PeerChallenge, exchange: Exchange, councils: set[str]
) -> list[ChallengerLeft]:
    return [
        ChallengerLeft(council=challenge.council, challenger=home, challenge=challenge.challenge)
        for home in sorted(councils)
        if exchange.joined(home, challenge.challenge)
    ]


# --- The team -------------------------------------------------------------------------------


def assign(
    command: AssignMember,
    challenge: PeerChallenge,
    exchange: Exchange,
    peer: Peer,
    home: Council,
    theirs: Exchange,
    by: Actor,
) -> list[Event]:
    """Put a peer on the team, and reserve their time.

    ``exchange`` is the host's, ``theirs`` that of the peer's own council.
    """
    _to_come(challenge)
    if peer.peer in challenge.team:
        raise Refused("on-team", f"{peer.peer} is on the team already.")
    if challenge.council in (peer.home_council, *home.successors):
        raise Refused(
            "own-council",
            f"{peer.peer} comes from the host council: choose another.",
            council=challenge.council,
            home_council=peer.home_council,
        )
    _no_interest(challenge, peer)
    if command.role == TeamRole.LEAD and challenge.lead:
        raise Refused(
            "lead-named",
            f"{challenge.lead} leads the team: a team has one lead.",
            lead=challenge.lead,
        )
    first = max(command.on, challenge.first_day or command.on)
    if peer.released_until and peer.released_until < first:
        raise Refused(
            "release-ended",
            f"The employer released {peer.peer} until {peer.released_until}: confirm a new"
            " release first.",
            released_until=peer.released_until,
        )
    mutual = challenge.mutual_with == peer.home_council
    own = [] if mutual else theirs.challenged_by(challenge.council, command.on)
    if own and not command.reason:
        raise Refused(
            "own-challenger",
            f"{challenge.council} challenges {peer.home_council} in {', '.join(own)}: choose a"
            " peer of another council, agree the challenge as mutual, or give the reason.",
            challenges=own,
        )
    year = command.year or financial_year(first)
    assigned = TeamMemberAssigned(
        **challenge.about,
        peer=peer.peer,
        peer_kind=peer.kind,
        home_council=peer.home_council,
        role=command.role,
        year=year,
        half_days=command.half_days,
        own_challenges=tuple(own),
    )
    joined = ChallengerJoined(
        council=challenge.council,
        challenger=peer.home_council,
        challenge=challenge.challenge,
        mutual=mutual,
    )
    first_of_theirs = not exchange.joined(peer.home_council, challenge.challenge)
    reserved = reserve(peer, challenge.purpose, year, command.half_days)
    return [assigned, *([joined] if first_of_theirs else []), *reserved]


def _no_interest(challenge: PeerChallenge, peer: Peer, on: date | None = None) -> None:
    since = peer.interests.get(challenge.council)
    if since and (on is None or since <= on):
        raise Refused(
            "declared-interest",
            f"{peer.peer} has declared an interest in {challenge.council}: choose another peer.",
            council=challenge.council,
            since=since,
        )


def release(
    command: ReleaseMember,
    challenge: PeerChallenge,
    exchange: Exchange,
    peer: Peer,
    by: Actor,
) -> list[Event]:
    """Let a peer leave the team; their time is free again."""
    _to_come(challenge)
    if peer.peer not in challenge.team:
        raise Refused("not-found", f"{peer.peer} is not on the team of {challenge.challenge}.")
    others = {m.home_council for p, m in challenge.team.items() if p != peer.peer}
    left = TeamMemberReleased(
        **challenge.about, peer=peer.peer, home_council=challenge.team[peer.peer].home_council
    )
    gone = {left.home_council} - others
    return [
        left,
        *_no_longer(challenge, exchange, gone),
        *release_rest(peer, challenge.purpose),
    ]


# --- The challenge --------------------------------------------------------------------------


def schedule_challenge(
    command: ScheduleChallenge, challenge: PeerChallenge, by: Actor
) -> list[Event]:
    """Set its days, or other days than before."""
    _to_come(challenge)
    _days(command.first_day, command.last_day, challenge.agreed_on)
    if (command.first_day, command.last_day) == (challenge.first_day, challenge.last_day):
        raise Refused("scheduled-already", "It is scheduled for these days already.")
    return [
        ChallengeScheduled(
            **challenge.about, first_day=command.first_day, last_day=command.last_day
        )
    ]


def _days(first: date, last: date, agreed_on: date | None) -> None:
    if last < first:
        raise Refused("bad-dates", "The last day comes before the first: change one of them.")
    if (last - first).days >= _LONGEST_DAYS:
        raise Refused("bad-dates", f"A challenge lasts at most {_LONGEST_DAYS} days.")
    if agreed_on and first < agreed_on:
        raise Refused(
            "bad-dates",
            f"It was agreed on {agreed_on.isoformat()}: give days from then on.",
            agreed_on=agreed_on.isoformat(),
        )


def conduct(
    command: ConductChallenge,
    challenge: PeerChallenge,
    exchange: Exchange,
    peers: Sequence[Peer],
    today: date,
    by: Actor,
) -> list[Event | Dated]:
    """Record that it was carried out, and the time that each member gave.

    Time counts in the financial year of the last day. What was reserved and not given is free.
    """
    if not challenge.team:
        raise Refused("team-missing", f"{challenge.challenge} has no team: assign its members.")
    if challenge.lead is None:
        raise Refused("lead-missing", "The team has no lead: assign one first.")
    _is(challenge, ChallengeStatus.SCHEDULED)
    first = command.first_day or challenge.first_day
    last = command.last_day or challenge.last_day
    if first is None or last is None:
        raise Refused("date-missing", "Schedule the challenge first.")
    _days(first, last, challenge.agreed_on)
    if last > today:
        raise Refused(
            "bad-dates",
            f"It lasts until {last.isoformat()}: record it once it has been conducted.",
        )
    if strangers := sorted(command.given.keys() - challenge.team.keys()):
        raise Refused("not-found", f"{', '.join(strangers)} is not on the team.")
    for peer in peers:
        _no_interest(challenge, peer, last)
    team = tuple(_gave(member, command.given) for member in challenge.team.values())
    events: list[Event] = [
        ChallengeConducted(
            **challenge.about,
            first_day=first,
            last_day=last,
            team=team,
            mutual_with=challenge.mutual_with,
        ),
        HostingEnded(council=challenge.council, challenge=challenge.challenge),
    ]
    half_days = {member.peer: member.half_days for member in team}
    for peer in peers:
        events += _given(peer, challenge, last, half_days[peer.peer])
    return [(event, last) for event in events]


def _gave(member: Member, given: Mapping[str, int]) -> Member:
    return member.but(half_days=given.get(member.peer, member.half_days))


def _given(peer: Peer, challenge: PeerChallenge, on: date, half_days: int) -> list[Event]:
    """A member's time given, and the rest of what was reserved for it freed."""
    spent = deliver(peer, challenge.purpose, on, half_days)
    after = peer
    for event in spent:
        after = after.taking(event)
    return [*spent, *release_rest(after, challenge.purpose)]


def report_findings(command: ReportFindings, challenge: PeerChallenge, by: Actor) -> list[Event]:
    """Report strengths and areas to consider, once, after it was conducted."""
    _is(challenge, ChallengeStatus.CONDUCTED)
    not_before(command, challenge.last_day, f"{challenge.challenge} was over")
    found = command.model_dump(include={"strengths", "areas_to_consider"})
    return [FindingsReported(**challenge.about, **found)]


def agree_action_plan(command: AgreeActionPlan, challenge: PeerChallenge, by: Actor) -> list[Event]:
    """Agree what the council will do about the findings."""
    _is(challenge, ChallengeStatus.REPORTED)
    not_before(command, challenge.reported_on, "Its findings were reported")
    if command.follow_up_due_on <= command.on:
        raise Refused("bad-dates", "The follow-up is due on a later day than the plan.")
    plan = command.model_dump(include={"actions", "follow_up_due_on"})
    return [ActionPlanAgreed(**challenge.about, **plan)]


def follow_up(
    command: HoldFollowUp, challenge: PeerChallenge, today: date, by: Actor
) -> list[Event]:
    """Record a follow-up of the action plan; there may be several."""
    _is(challenge, ChallengeStatus.PLANNED, ChallengeStatus.FOLLOWED_UP)
    if command.held_on > today:
        raise Refused("bad-dates", "A follow-up is recorded once it has been held.")
    if challenge.last_day and command.held_on <= challenge.last_day:
        raise Refused("bad-dates", f"The challenge ended on {challenge.last_day}: correct the day.")
    if command.actions_done > challenge.actions:
        raise Refused(
            "bad-actions",
            f"The plan has {challenge.actions} actions: no more of them can be done.",
            actions=challenge.actions,
        )
    held = command.model_dump(include={"held_on", "progress", "actions_done"})
    return [FollowUpHeld(**challenge.about, **held)]


def record_earlier(
    command: RecordEarlier, exchange: Exchange, host: Council, today: date, by: Actor
) -> list[Event]:
    """Put a challenge from before the service on record."""
    if command.conducted_on >= today:
        raise Refused("bad-dates", "An earlier challenge was conducted on a day that has passed.")
    if (command.kind, command.conducted_on) in exchange.earlier:
        raise Refused("recorded-already", "That challenge is on record already.")
    earlier = command.model_dump(include={"kind", "conducted_on", "source"})
    return [EarlierChallengeRecorded(council=host.council, **earlier)]
