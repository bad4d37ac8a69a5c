"""What waits in peer mentoring, peer challenge and the regions."""

from collections.abc import Iterator
from typing import Any

from domain.challenges import ChallengeStatus
from domain.mentoring import MatchStatus
from projections.challenges import ChallengeRow, CouncilExchange
from projections.mentoring import MatchRow, SessionRow
from projections.regions import RegionRow
from service.tasks.kinds import Look, Waits, form, kind


def _of(look: Look, row: MatchRow | SessionRow) -> dict[str, Any]:
    """What a task says of the match that it is about."""
    return {
        "subject": row.match,
        "council": row.council,
        "lead": look.lead(row.case),
        "page": f"/mentoring/{row.match}",
    }


@kind("Choose a mentor", needs="mentoring.arrange", for_lead=True)
def matches_to_make(look: Look) -> Iterator[Waits]:
    """Requests of open cases that have no mentor yet."""
    for row in look.all(MatchRow, status=MatchStatus.REQUESTED):
        if row.case in look.cases:
            yield Waits(
                **_of(look, row),
                what=f"A mentor for the {row.mentee_office}",
                since=row.requested_on,
                form=form("match_a_mentor", match=row.match),
            )


@kind("Accept or decline", needs="mentoring.accept")
def matches_to_answer(look: Look) -> Iterator[Waits]:
    """Matches for which one was chosen as mentor."""
    for row in look.all(MatchRow, status=MatchStatus.MATCHED):
        if not row.mentor_accepted:
            yield Waits(
                **_of(look, row),
                what=f"You were chosen to mentor the {row.mentee_office}",
                since=row.matched_on or row.requested_on,
                form=form("answer_for_mentor", match=row.match),
            )


@kind("Accept or decline the mentor", needs="mentoring.accept-for-council")
def mentors_to_answer(look: Look) -> Iterator[Waits]:
    """Mentors who were chosen for one's council."""
    for row in look.all(MatchRow, status=MatchStatus.MATCHED):
        if not row.council_accepted:
            yield Waits(
                **_of(look, row),
                what=f"A mentor was chosen for the {row.mentee_office}",
                since=row.matched_on or row.requested_on,
                form=form("answer_for_council", match=row.match),
            )


@kind("Record the session", needs="session.record", for_lead=True)
def mentoring_sessions_to_record(look: Look) -> Iterator[Waits]:
    """Sessions whose day has come."""
    for row in look.all(SessionRow, state="scheduled"):
        if row.held_on <= look.on:
            yield Waits(
                **_of(look, row),
                part=str(row.session),
                what=f"Session {row.session}",
                since=row.held_on,
                due_on=row.held_on,
                form=form(
                    "hold_scheduled_session",
                    match=row.match,
                    session=row.session,
                    on=row.held_on.isoformat(),
                ),
            )


def _challenge(row: ChallengeRow, command: str) -> dict[str, Any]:
    """What a task says of the challenge that it is about."""
    return {
        "subject": row.challenge,
        "council": row.council,
        "what": f"{row.kind.capitalize()}: {row.focus}",
        "page": f"/challenges/{row.challenge}",
        "form": form(command, challenge=row.challenge),
    }


@kind("Set the days", needs="challenge.run")
def peer_challenges_to_schedule(look: Look) -> Iterator[Waits]:
    """Challenges that were agreed."""
    for row in look.all(ChallengeRow, status=ChallengeStatus.AGREED):
        yield Waits(**_challenge(row, "schedule_peer_challenge"), since=row.agreed_on)


@kind("Record that it was conducted", needs="challenge.run")
def peer_challenges_to_conclude(look: Look) -> Iterator[Waits]:
    """Challenges whose last day has come."""
    for row in look.all(ChallengeRow, status=ChallengeStatus.SCHEDULED):
        if row.last_day and row.last_day <= look.on:
            yield Waits(
                **_challenge(row, "conduct_peer_challenge"),
                since=row.last_day,
                due_on=row.last_day,
            )


@kind("Report the findings", needs="challenge.run")
def peer_challenges_to_report(look: Look) -> Iterator[Waits]:
    """Challenges that were conducted."""
    for row in look.all(ChallengeRow, status=ChallengeStatus.CONDUCTED):
        since = row.last_day or row.agreed_on
        yield Waits(**_challenge(row, "report_challenge_findings"), since=since)


@kind("Agree the action plan", needs="challenge.respond")
def action_plans_to_agree(look: Look) -> Iterator[Waits]:
    """Challenges whose findings were reported."""
    for row in look.all(ChallengeRow, status=ChallengeStatus.REPORTED):
        since = row.reported_on or row.agreed_on
        yield Waits(**_challenge(row, "agree_challenge_action_plan"), since=since)


@kind("Hold the follow-up", needs="challenge.run")
def peer_challenges_to_follow_up(look: Look) -> Iterator[Waits]:
    """Action plans to look back at."""
    for row in look.all(ChallengeRow, status=ChallengeStatus.PLANNED):
        if row.follow_up_due_on and row.follow_up_due_on <= look.horizon:
            yield Waits(
                **_challenge(row, "hold_challenge_follow_up"),
                since=row.reported_on or row.agreed_on,
                due_on=row.follow_up_due_on,
            )


@kind("Agree a challenge", needs="challenge.run")
def entitlements_overdue(look: Look) -> Iterator[Waits]:
    """Councils whose corporate peer challenge is overdue, with none to come."""
    for row in look.all(CouncilExchange):
        if row.standing(look.on) == "overdue" and not row.to_come:
            yield Waits(
                subject=row.council,
                council=row.council,
                what="Corporate peer challenge, every three years",
                since=row.due_on,
                due_on=row.due_on,
                page="/challenges/entitlement",
                form=form(
                    "agree_peer_challenge", council=row.council, kind="corporate peer challenge"
                ),
            )


@kind("Record that it was delivered", needs="region.manage")
def early_support_to_deliver(look: Look) -> Iterator[Waits]:
    """Early support that a council accepted."""
    for row in look.all(RegionRow):
        for support in row.early_support:
            if support.state == "accepted":
                yield Waits(
                    subject=support.council,
                    part=f"{row.region.value}/{support.offer}",
                    council=support.council,
                    what=support.support,
                    since=support.settled_on or support.offered_on,
                    page=f"/regions/{row.region.value}",
                    form=form(
                        "deliver_regional_support", region=row.region.value, offer=support.offer
                    ),
                )
