"""A mentoring match as its decisions need it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal, Self

from domain.councils import Region
from domain.giving import For
from domain.kernel import Aggregate, Frozen, MatchRef, Record
from domain.mentoring.events import (
    MatchAccepted,
    MatchDeclined,
    MatchTransferred,
    MentoringEnded,
    MentoringRequested,
    MentorMatched,
    PeerAcceptedByCouncil,
    PeerDeclinedByCouncil,
    SessionCancelled,
    SessionHeld,
    SessionScheduled,
)
from domain.mentoring.matching import MenteeOffice, Wanted


class MatchStatus(StrEnum):
    """How far a match has come."""

    REQUESTED = "requested"
    MATCHED = "matched"
    RUNNING = "running"
    ENDED = "ended"


SessionState = Literal["scheduled", "held", "cancelled"]


class Session(Frozen):
    """A session: when, and what became of it."""

    on: date
    state: SessionState


class MentoringMatch(Aggregate, stream="{match}"):
    """A mentoring match as its decisions need it."""

    match: MatchRef
    case: str = ""
    council: str = ""
    region: Region | None = None
    status: MatchStatus | None = None
    office: MenteeOffice | None = None
    themes: tuple[str, ...] = ()
    mentee_party: str | None = None
    objectives: int = 0
    peer: str | None = None
    matched_on: date | None = None
    declined: tuple[str, ...] = ()
    mentor_accepted: bool = False
    council_accepted: bool = False
    sessions: Mapping[int, Session] = {}

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case MentoringRequested():
                return self.but(
                    status=MatchStatus.REQUESTED,
                    case=event.case,
                    council=event.council,
                    region=event.region,
                    office=event.mentee_office,
                    themes=event.themes,
                    mentee_party=event.mentee_party,
                    objectives=len(event.objectives),
                )
            case MentorMatched():
                return self.but(
                    status=MatchStatus.MATCHED,
                    peer=event.peer,
                    matched_on=record.effective_on,
                    mentor_accepted=False,
                    council_accepted=False,
                )
            case MatchAccepted():
                return self._accepted(mentor_accepted=True)
            case PeerAcceptedByCouncil():
                return self._accepted(council_accepted=True)
            case MatchDeclined() | PeerDeclinedByCouncil():
                return self.but(
                    status=MatchStatus.REQUESTED,
                    peer=None,
                    declined=(*self.declined, event.peer),
                )
            case SessionScheduled():
                return self._session(event.session, Session(on=event.on, state="scheduled"))
            case SessionHeld():
                return self._session(event.session, Session(on=event.on, state="held"))
            case SessionCancelled():
                cancelled = self.sessions[event.session].but(state="cancelled")
                return self._session(event.session, cancelled)
            case MatchTransferred():
                return self._to(event.successor)
            case MentoringEnded():
                return self.but(status=MatchStatus.ENDED)
        return self

    def _to(self, successor: str) -> Self:
        """Another council: it accepts the mentor for itself."""
        running = self.status == MatchStatus.RUNNING
        status = MatchStatus.MATCHED if running else self.status
        return self.but(council=successor, council_accepted=False, status=status)

    def _accepted(self, **who: bool) -> Self:
        then = self.but(**who)
        both = then.mentor_accepted and then.council_accepted
        return then.but(status=MatchStatus.RUNNING) if both else then

    def _session(self, number: int, session: Session) -> Self:
        return self.but(sessions={**self.sessions, number: session})

    def numbered(self, state: SessionState, on: date | None = None) -> list[int]:
        """The numbers of the sessions in a state, of one day if it is given."""
        return [
            number
            for number, session in self.sessions.items()
            if session.state == state and on in (None, session.on)
        ]

    @property
    def purpose(self) -> For:
        """What a mentor's time is given for."""
        return For(match=self.match, case=self.case, council=self.council)

    def wanted(self, half_days: int, on: date) -> Wanted:
        """What a mentor is looked for; for a match that was requested."""
        return Wanted.model_validate(
            {
                "council": self.council,
                "region": self.region,
                "office": self.office,
                "themes": self.themes,
                "party": self.mentee_party,
                "half_days": half_days,
                "on": on,
                "declined": self.declined,
            }
        )
