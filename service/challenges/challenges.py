"""Peer challenges over HTTP: what is done."""

from domain.challenges import (
    AgreeActionPlan,
    AgreeChallenge,
    AssignMember,
    CancelChallenge,
    ConductChallenge,
    Exchange,
    HoldFollowUp,
    PeerChallenge,
    RecordEarlier,
    ReleaseMember,
    ReportFindings,
    ScheduleChallenge,
    agree,
    agree_action_plan,
    assign,
    cancel_challenge,
    conduct,
    follow_up,
    record_earlier,
    release,
    report_findings,
    schedule_challenge,
)
from domain.councils import Council
from domain.kernel import Actor, ChallengeRef, CouncilCode, PeerRef
from domain.people import Peer
from service.desk import AtDesk, Desk, Receipt, command, router_for

router = router_for("challenges")


def challenge_and_actor(desk: Desk, challenge: str) -> tuple[PeerChallenge, Actor]:
    """A challenge, and who acts on it: for a region's lead, those hosted in their region."""
    found = desk.find(PeerChallenge(challenge=challenge))
    return found, desk.acting(council=found.council, region=found.region)


def _team(desk: Desk, challenge: PeerChallenge) -> list[Peer]:
    return desk.load_many([Peer(peer=peer) for peer in challenge.team])


@command(router, "/challenges", needs="challenge.run", cli="challenge agree")
def agree_peer_challenge(command: AgreeChallenge, desk: AtDesk) -> Receipt:
    """Agree on a peer challenge with its host council."""
    host = desk.find(Council(council=command.council))
    by = desk.acting(council=host.council, region=host.region)
    basis = [host]
    if command.mutual_with and command.mutual_with != command.council:
        basis.append(desk.find(Council(council=command.mutual_with)))
    challenge = desk.load(PeerChallenge(challenge=desk.next("CHAL")))
    exchange = desk.load(Exchange(council=host.council))
    events = agree(command, challenge, host, exchange, by)
    return desk.record(command, events, challenge, exchange, *basis)


@command(router, "/challenges/{challenge}/team", needs="challenge.run", cli="challenge assign")
def assign_team_member(challenge: ChallengeRef, command: AssignMember, desk: AtDesk) -> Receipt:
    """Put a peer on a challenge's team; their time is reserved."""
    found, by = challenge_and_actor(desk, challenge)
    peer = desk.find(Peer(peer=command.peer))
    home = desk.load(Council(council=peer.home_council))
    exchange = desk.load(Exchange(council=found.council))
    theirs = desk.load(Exchange(council=peer.home_council))
    events = assign(command, found, exchange, peer, home, theirs, by)
    return desk.record(command, events, found, exchange, peer, home, theirs)


@command(
    router,
    "/challenges/{challenge}/team/{peer}/release",
    needs="challenge.run",
    cli="challenge release",
)
def release_team_member(
    challenge: ChallengeRef, peer: PeerRef, command: ReleaseMember, desk: AtDesk
) -> Receipt:
    """Let a peer leave a challenge's team; their time is free again."""
    found, by = challenge_and_actor(desk, challenge)
    member, exchange = desk.load(Peer(peer=peer)), desk.load(Exchange(council=found.council))
    events = release(command, found, exchange, member, by)
    return desk.record(command, events, found, exchange, member)


@command(
    router, "/challenges/{challenge}/schedule", needs="challenge.run", cli="challenge schedule"
)
def schedule_peer_challenge(
    challenge: ChallengeRef, command: ScheduleChallenge, desk: AtDesk
) -> Receipt:
    """Set the days of a peer challenge."""
    found, by = challenge_and_actor(desk, challenge)
    return desk.record(command, schedule_challenge(command, found, by), found)


@command(router, "/challenges/{challenge}/conduct", needs="challenge.run", cli="challenge conduct")
def conduct_peer_challenge(
    challenge: ChallengeRef, command: ConductChallenge, desk: AtDesk
) -> Receipt:
    """Record that a peer challenge was conducted, with the time that each member gave."""
    found, by = challenge_and_actor(desk, challenge)
    exchange, peers = desk.load(Exchange(council=found.council)), _team(desk, found)
    today = desk.installation.today()
    events = conduct(command, found, exchange, peers, today, by)
    return desk.record(command, events, found, exchange, *peers)


@command(
    router, "/challenges/{challenge}/findings", needs="challenge.run", cli="challenge findings"
)
def report_challenge_findings(
    challenge: ChallengeRef, command: ReportFindings, desk: AtDesk
) -> Receipt:
    """Report a peer challenge's strengths and areas to consider."""
    found, by = challenge_and_actor(desk, challenge)
    return desk.record(command, report_findings(command, found, by), found)


@command(
    router,
    "/challenges/{challenge}/action-plan",
    needs="challenge.respond",
    cli="challenge action-plan",
)
def agree_challenge_action_plan(
    challenge: ChallengeRef, command: AgreeActionPlan, desk: AtDesk
) -> Receipt:
    """Agree what a council will do about a challenge's findings."""
    found, by = challenge_and_actor(desk, challenge)
    return desk.record(command, agree_action_plan(command, found, by), found)


@command(
    router, "/challenges/{challenge}/follow-ups", needs="challenge.run", cli="challenge follow-up"
)
def hold_challenge_follow_up(
    challenge: ChallengeRef, command: HoldFollowUp, desk: AtDesk
) -> Receipt:
    """Record a follow-up of a challenge's action plan."""
    found, by = challenge_and_actor(desk, challenge)
    today = desk.installation.today()
    return desk.record(command, follow_up(command, found, today, by), found)


@command(
    router, "/challenges/{challenge}/cancellation", needs="challenge.run", cli="challenge cancel"
)
def cancel_peer_challenge(
    challenge: ChallengeRef, command: CancelChallenge, desk: AtDesk
) -> Receipt:
    """Call a peer challenge off before it is conducted; the team's time is free again."""
    found, by = challenge_and_actor(desk, challenge)
    exchange, peers = desk.load(Exchange(council=found.council)), _team(desk, found)
    events = cancel_challenge(command, found, exchange, peers, by)
    return desk.record(command, events, found, exchange, *peers)


@command(
    router,
    "/councils/{council}/earlier-challenges",
    needs="challenge.run",
    cli="challenge earlier",
)
def record_earlier_challenge(council: CouncilCode, command: RecordEarlier, desk: AtDesk) -> Receipt:
    """Put a challenge from before the service on record."""
    host = desk.find(Council(council=council))
    by = desk.acting(council=council, region=host.region)
    exchange, today = desk.load(Exchange(council=council)), desk.installation.today()
    return desk.record(command, record_earlier(command, exchange, host, today, by), exchange, host)
