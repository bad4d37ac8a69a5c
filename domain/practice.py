"""Good practice: submitted by councils, validated by others, published for everybody."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from domain.councils import Council
from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    CouncilCode,
    Event,
    Frozen,
    Grounds,
    Line,
    Record,
    Refused,
    Text,
    Upcaster,
    somebody_else,
)
from domain.policy import PolicyTheme, untagged

PracticeRef = Annotated[str, Field(pattern=r"^PRACTICE-\d{4,}$", examples=["PRACTICE-0001"])]


class Evidence(StrEnum):
    """How far it is known that a practice works."""

    PROMISING = "promising practice"
    """A clear case for it and early results, not yet measured against a baseline."""
    VALIDATED = "validated practice"
    """Measured against a baseline in the council itself, and checked by others."""
    PROVEN = "proven practice"
    """Shown to work in several places, or by an evaluation with a comparison."""


class Status(StrEnum):
    """Where an example stands on its way."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    VALIDATED = "validated"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Described(Frozen):
    """What was done, for whom, and how it is known to work, in the council's own words."""

    title: Line
    summary: Text
    themes: tuple[Line, ...]
    what_was_done: Text
    evidence: Text
    policy_themes: tuple[PolicyTheme, ...] = ()
    """The Board's priorities that it serves (since version 2 of the events that hold it)."""


# --- Events ---------------------------------------------------------------------------------


class PracticeEvent(Event, abstract=True, stream="{practice}"):
    practice: PracticeRef
    council: CouncilCode


def _untagged(payload: dict[str, Any]) -> dict[str, Any]:
    return payload | {"described": untagged(payload["described"])}


class PracticeSubmitted(PracticeEvent):
    """A council's practice was submitted as an example to others."""

    says = (
        "{council} submitted {practice}, “{described.title}”, as an example to others[ (edition"
        " {edition})]."
    )
    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: _untagged}

    edition: int = 1
    """1, and one more each time that it is submitted again after it was returned."""
    described: Described


class PracticeReturned(PracticeEvent):
    """An example was returned to the council that submitted it, with what it still needs."""

    says = "{practice} was returned to {council} with what it still needs: “{needed:short}”."
    edition: int
    needed: Grounds


class PracticeValidated(PracticeEvent):
    """Somebody else checked an example's evidence and said how far it is known to work."""

    says = "The evidence of {practice} by {council} was checked: it is {level}."
    edition: int
    level: Evidence
    notes: Grounds


class PracticePublished(PracticeEvent):
    """A validated example was published for everybody."""

    says = "{practice} by {council}, “{described.title}”, was published as {level}."
    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: _untagged}

    edition: int
    level: Evidence
    described: Described
    """As published, word for word."""


class PracticeWithdrawn(PracticeEvent):
    """An example was withdrawn: it is no longer offered to others."""

    says = "{practice} by {council} was withdrawn."
    was: Status


# --- State ----------------------------------------------------------------------------------


class PracticeExample(Aggregate, stream="{practice}"):
    """An example of good practice as its decisions need it."""

    practice: PracticeRef
    council: str = ""
    edition: int = 0
    described: Described | None = None
    status: Status = Status.SUBMITTED
    level: Evidence | None = None
    submitters: tuple[str, ...] = ()
    """Everybody who has submitted an edition of it."""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case PracticeSubmitted():
                return self.but(
                    council=event.council,
                    edition=event.edition,
                    described=event.described,
                    status=Status.SUBMITTED,
                    level=None,
                    submitters=(*self.submitters, record.actor),
                )
            case PracticeReturned():
                return self.but(status=Status.RETURNED)
            case PracticeValidated():
                return self.but(status=Status.VALIDATED, level=event.level)
            case PracticePublished():
                return self.but(status=Status.PUBLISHED)
            case PracticeWithdrawn():
                return self.but(status=Status.WITHDRAWN)
        return self


# --- Commands -------------------------------------------------------------------------------


class DescribePractice(Command):
    """What was done, for whom, and how it is known to work."""

    title: Line
    summary: Text
    themes: tuple[Line, ...] = Field(min_length=1, max_length=10)
    what_was_done: Text
    evidence: Grounds
    policy_themes: tuple[PolicyTheme, ...] = Field(
        default=(), description="The Board's policy priorities that it serves"
    )


class SubmitPractice(DescribePractice):
    council: CouncilCode


class ResubmitPractice(DescribePractice):
    """The example again, with what it needed."""


class ReturnPractice(Command):
    needed: Grounds


class ValidatePractice(Command):
    level: Evidence
    notes: Grounds


class PublishPractice(Command):
    """Publish it as validated."""


class WithdrawPractice(Command):
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def submit(
    command: SubmitPractice, example: PracticeExample, council: Council, by: Actor
) -> list[Event]:
    """Submit an example for a council on the register."""
    if not council.exists:
        raise Refused("not-found", f"{command.council} is not on the register.")
    return [_submitted(command, example, command.council)]


def resubmit(command: ResubmitPractice, example: PracticeExample, by: Actor) -> list[Event]:
    """Submit a returned example again."""
    _is(example, Status.RETURNED)
    return [_submitted(command, example, example.council)]


def _submitted(command: DescribePractice, example: PracticeExample, council: str) -> Event:
    said = command.model_dump(include=set(Described.model_fields))
    said["themes"] = tuple(dict.fromkeys(theme.lower() for theme in command.themes))
    return PracticeSubmitted(
        practice=example.practice,
        council=council,
        edition=example.edition + 1,
        described=Described(**said),
    )


def return_(command: ReturnPractice, example: PracticeExample, by: Actor) -> list[Event]:
    """Return an example to its council with what it still needs."""
    _is(example, Status.SUBMITTED)
    _not_own(example, by)
    return [
        PracticeReturned(
            practice=example.practice,
            council=example.council,
            edition=example.edition,
            needed=command.needed,
        )
    ]


def validate(command: ValidatePractice, example: PracticeExample, by: Actor) -> list[Event]:
    """Validate an example that somebody else submitted."""
    _is(example, Status.SUBMITTED)
    _not_own(example, by)
    return [
        PracticeValidated(
            practice=example.practice,
            council=example.council,
            edition=example.edition,
            level=command.level,
            notes=command.notes,
        )
    ]


def publish(command: PublishPractice, example: PracticeExample, by: Actor) -> list[Event]:
    """Publish a validated example."""
    _is(example, Status.VALIDATED)
    if example.level is None or example.described is None:
        raise TypeError(f"{example.practice} was validated without a level")
    return [
        PracticePublished(
            practice=example.practice,
            council=example.council,
            edition=example.edition,
            level=example.level,
            described=example.described,
        )
    ]


def withdraw(command: WithdrawPractice, example: PracticeExample, by: Actor) -> list[Event]:
    """Withdraw an example, at whatever stage."""
    _is(example, *(status for status in Status if status is not Status.WITHDRAWN))
    return [
        PracticeWithdrawn(practice=example.practice, council=example.council, was=example.status)
    ]


def _is(example: PracticeExample, *wanted: Status) -> None:
    if example.status not in wanted:
        raise Refused(
            "practice-status",
            f"{example.practice} is {example.status}: this is done while it is"
            f" {' or '.join(wanted)}.",
            status=example.status,
        )


def _not_own(example: PracticeExample, by: Actor) -> None:
    somebody_else(
        by,
        "own-submission",
        f"You submitted {example.practice}: somebody else judges its evidence.",
        submitters=example.submitters,
    )
