"""A peer challenge, and a council's exchange with others, as decisions need them."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Self

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
from domain.councils import Region
from domain.giving import For
from domain.kernel import Aggregate, ChallengeRef, CouncilCode, Frozen, Record

YEARS_BETWEEN = 3
"""A corporate peer challenge is every council's every three years; who challenged whom is
remembered as long."""


def years_after(day: date, years: int = YEARS_BETWEEN) -> date:
    """The same day some years on; of 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


class ChallengeStatus(StrEnum):
    """How far a challenge has come."""

    AGREED = "agreed"
    SCHEDULED = "scheduled"
    CONDUCTED = "conducted"
    REPORTED = "findings reported"
    PLANNED = "action plan agreed"
    FOLLOWED_UP = "followed up"
    CANCELLED = "cancelled"


class PeerChallenge(Aggregate, stream="{challenge}"):
    """A peer challenge as its decisions need it."""

    challenge: ChallengeRef
    council: str = ""
    region: Region | None = None
    kind: ChallengeKind | None = None
    status: ChallengeStatus | None = None
    mutual_with: str | None = None
    team: Mapping[str, Member] = {}
    first_day: date | None = None
    last_day: date | None = None
    actions: int = 0
    agreed_on: date | None = None
    reported_on: date | None = None

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case ChallengeAgreed():
                return self.but(
                    status=ChallengeStatus.AGREED,
                    council=event.council,
                    region=event.region,
                    kind=event.kind,
                    mutual_with=event.mutual_with,
                    agreed_on=record.effective_on,
                )
            case TeamMemberAssigned():
                facts = event.model_dump(include=set(Member.model_fields))
                return self.but(team={**self.team, event.peer: Member(**facts)})
            case TeamMemberReleased():
                left = {peer: m for peer, m in self.team.items() if peer != event.peer}
                return self.but(team=left)
            case ChallengeScheduled():
                return self.but(
                    status=ChallengeStatus.SCHEDULED,
                    first_day=event.first_day,
                    last_day=event.last_day,
                )
            case ChallengeConducted():
                return self.but(
                    status=ChallengeStatus.CONDUCTED,
                    first_day=event.first_day,
                    last_day=event.last_day,
                )
            case FindingsReported():
                return self.but(status=ChallengeStatus.REPORTED, reported_on=record.effective_on)
            case ActionPlanAgreed():
                return self.but(status=ChallengeStatus.PLANNED, actions=len(event.actions))
            case FollowUpHeld():
                return self.but(status=ChallengeStatus.FOLLOWED_UP)
            case ChallengeCancelled():
                return self.but(status=ChallengeStatus.CANCELLED)
        return self

    @property
    def purpose(self) -> For:
        """What the team's time is given for."""
        return For(challenge=self.challenge, council=self.council)

    @property
    def about(self) -> dict[str, Any]:
        """What each of its events says."""
        return {
            "challenge": self.challenge,
            "council": self.council,
            "region": self.region,
            "kind": self.kind,
        }

    @property
    def lead(self) -> str | None:
        """The peer who leads the team."""
        return next((p for p, m in self.team.items() if m.role == TeamRole.LEAD), None)

    @property
    def conducted(self) -> bool:
        """Whether it was carried out."""
        return self.status not in (
            None,
            ChallengeStatus.AGREED,
            ChallengeStatus.SCHEDULED,
            ChallengeStatus.CANCELLED,
        )


class Pairing(Frozen):
    """A council's peers challenge another: in which challenge, since when, if meant mutually."""

    challenger: str
    challenge: str
    since: date
    mutual: bool


class Exchange(Aggregate, stream="EXCHANGE-{council}"):
    """What a council hosts, and who challenges it: whoever decides on a team looks here."""

    council: CouncilCode
    hosting: Mapping[str, ChallengeKind] = {}
    """Challenges to come by reference."""
    pairings: tuple[Pairing, ...] = ()
    earlier: tuple[tuple[ChallengeKind, date], ...] = ()

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case HostingBegan():
                return self.but(hosting={**self.hosting, event.challenge: event.kind})
            case HostingEnded():
                left = {c: kind for c, kind in self.hosting.items() if c != event.challenge}
                return self.but(hosting=left)
            case ChallengerJoined():
                pairing = Pairing(
                    since=record.effective_on,
                    **event.model_dump(include={"challenger", "challenge", "mutual"}),
                )
                return self.but(pairings=(*self.pairings, pairing))
            case ChallengerLeft():
                gone = (event.challenger, event.challenge)
                return self.but(
                    pairings=tuple(p for p in self.pairings if (p.challenger, p.challenge) != gone)
                )
            case EarlierChallengeRecorded():
                return self.but(earlier=(*self.earlier, (event.kind, event.conducted_on)))
        return self

    def challenged_by(self, council: str, on: date) -> list[str]:
        """The challenges of the last three years in which a council challenges this one, but
        for those that are meant to be mutual."""
        return [
            p.challenge
            for p in self.pairings
            if p.challenger == council and not p.mutual and on < years_after(p.since)
        ]

    def joined(self, challenger: str, challenge: str) -> bool:
        """Whether a council's peers are in the team of a challenge of this one."""
        return any((p.challenger, p.challenge) == (challenger, challenge) for p in self.pairings)
