"""What each person watches, and how they want to be told what is new: their own affair.

A watch list names cases, councils and grants by their references. It has a stream of its own, so
that nobody's watching shows in the history of what is watched.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from domain.kernel import Actor, Aggregate, Command, Event, Frozen, Record, UserId, require

Subject = Annotated[
    str, Field(pattern=r"^(CASE-\d{4,}|GRANT-\d{4,}|\d{3})$", examples=["CASE-0001", "330"])
]
"""A case or a grant by its reference, or a council by its DfE number."""

MOST = 200
"""Of one person: a list of more is followed by nobody."""


class Notices(StrEnum):
    """How often somebody is told by email that something is new."""

    NONE = "none"
    DAILY = "daily"
    AT_ONCE = "at once"

    @property
    def label(self) -> str:
        """How often, in words."""
        return "Never" if self is Notices.NONE else self.capitalize()


# --- Events ---------------------------------------------------------------------------------


class WatchListEvent(Event, abstract=True, stream="WATCH-{user}"):
    user: UserId


class SubjectWatched(WatchListEvent):
    """A person began to watch a case, a council or a grant."""

    says = "User {user} began to watch {subject}."
    subject: Subject


class SubjectUnwatched(WatchListEvent):
    """A person watches a case, a council or a grant no longer."""

    says = "User {user} stopped watching {subject}."
    subject: Subject


class NoticesChosen(WatchListEvent):
    """A person chose how often they are told by email that something is new."""

    says = "User {user} chose [{how:if none}no notices|notices {how}] by email of what is new."
    how: Notices


# --- State ----------------------------------------------------------------------------------


class Since(Frozen):
    """A moment of the record, and the day that it was."""

    position: int
    on: date


class WatchList(Aggregate, stream="WATCH-{user}"):
    """What a person watches, and how they are told."""

    user: UserId
    watched: Mapping[str, Since] = {}
    notices: Notices = Notices.NONE
    notices_since: Since | None = None
    """They are told of nothing that was new before."""

    def apply(self, record: Record) -> Self:
        since = Since(position=record.position, on=record.effective_on)
        match event := record.event:
            case SubjectWatched():
                return self.but(watched={**self.watched, event.subject: since})
            case SubjectUnwatched():
                left = {s: when for s, when in self.watched.items() if s != event.subject}
                return self.but(watched=left)
            case NoticesChosen():
                return self.but(notices=event.how, notices_since=since)
        return self


# --- Commands and decisions -----------------------------------------------------------------


class WatchSubject(Command):
    subject: Subject


class UnwatchSubject(Command):
    subject: Subject


class ChooseNotices(Command):
    how: Notices


def watch(command: WatchSubject, watching: WatchList, by: Actor) -> list[Event]:
    """Begin to watch what one may see."""
    require(
        command.subject not in watching.watched,
        "watched-already",
        f"You watch {command.subject} already.",
        subject=command.subject,
    )
    require(
        len(watching.watched) < MOST,
        "too-many-watched",
        f"You watch {MOST} already: stop watching something first.",
        watched=len(watching.watched),
    )
    return [SubjectWatched(user=watching.user, subject=command.subject)]


def unwatch(command: UnwatchSubject, watching: WatchList, by: Actor) -> list[Event]:
    """Stop watching."""
    require(
        command.subject in watching.watched,
        "not-watched",
        f"You do not watch {command.subject}.",
        subject=command.subject,
    )
    return [SubjectUnwatched(user=watching.user, subject=command.subject)]


def choose_notices(command: ChooseNotices, watching: WatchList, by: Actor) -> list[Event]:
    """Choose how often one is told by email; the same choice again changes nothing."""
    if watching.notices is command.how:
        return []
    return [NoticesChosen(user=watching.user, how=command.how)]
