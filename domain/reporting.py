"""Returns to the department: prepared as at a position, reviewed, submitted, superseded.

Three steps and at least two people: who reviews a return and who certifies it did not prepare
it. A return covers what holds in the world in its period, as the log knew it at its position;
what was learned later is in the return that supersedes it.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    Event,
    Frozen,
    Line,
    Record,
    Refused,
    ReturnRef,
    Sha256,
    Text,
    UserId,
    not_before,
    somebody_else,
    year_bounds,
)

CERTIFIED = (
    "The figures are taken from the record as at the position stated, and are complete and"
    " correct to the best of my knowledge and belief."
)


class ReturnKind(StrEnum):
    """What is returned to the department."""

    PROGRAMME = "programme"
    """Money by heading, region and council."""
    INTERVENTION = "intervention"
    """Cases by tier, stage, trigger, time open and progress."""
    SUPPORT = "support"
    """Decisions, packages, mentoring and peer challenge."""
    CERTIFICATION = "certification"
    """What a year's grants came to: once a year."""


def _consecutive(period: str) -> str:
    if (int(period[:4]) + 1) % 100 != int(period[5:7]):
        raise ValueError("Write a period as a financial year or its quarter: 2025-26, 2025-26Q2.")
    return period


ReturnPeriod = Annotated[
    str,
    Field(pattern=r"^20\d\d-\d\d(Q[1-4])?$", examples=["2025-26Q2"]),
    AfterValidator(_consecutive),
]
"""A financial year, ``2025-26``, or a quarter of it, ``2025-26Q2``."""


def period_year(period: str) -> str:
    """The financial year that a period is, or belongs to."""
    return period[:7]


def period_quarter(period: str) -> int | None:
    """Which quarter of the year, or None for the whole year."""
    return int(period[8]) if len(period) > 7 else None


def period_bounds(period: str) -> tuple[date, date]:
    """First and last day of a period."""
    first, last = year_bounds(period_year(period))
    quarter = period_quarter(period)
    if quarter is None:
        return first, last
    starts = [first, *(date(first.year, month, 1) for month in (7, 10)), date(last.year, 1, 1)]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), last]
    return starts[quarter - 1], ends[quarter - 1]


class ReturnFile(Frozen):
    """A file of a return: its bytes are kept beside the log under their hash."""

    name: Line
    size: int
    sha256: Sha256
    media_type: Line


# --- Events ---------------------------------------------------------------------------------


class ReturnEvent(Event, abstract=True, stream="{dfe_return}"):
    dfe_return: ReturnRef


class ReturnPrepared(ReturnEvent):
    """A return was prepared from the record as at a position."""

    says = (
        "{dfe_return}, the {kind} return for {period}, was prepared from the record as at"
        " position {at_position:plain}."
    )
    kind: ReturnKind
    period: ReturnPeriod
    first_day: date
    last_day: date
    at_position: int
    """The position of the log that its figures are as at."""
    sha256: Sha256
    """Of the list of its files with their hashes: of the whole content."""
    files: tuple[ReturnFile, ...]
    figures: int
    """How many figures it has."""
    suppressed: int
    """How many of them are small counts of people, or would reveal one, and are not shown."""
    code_version: Line
    """The code that made it: the same makes it again byte for byte."""


class ReturnReviewed(ReturnEvent):
    """A return was reviewed by another person than who prepared it."""

    says = "{dfe_return} was reviewed by somebody else than who prepared it."
    sha256: Sha256
    """What was reviewed."""


class ReturnSentBack(ReturnEvent):
    """A return was sent back by its reviewer: it is prepared anew."""

    says = "{dfe_return} was sent back by its reviewer, to be prepared anew."
    sha256: Sha256


class ReturnSubmitted(ReturnEvent):
    """A return was certified and submitted to the department."""

    says = "{dfe_return} was certified and submitted to the department."
    sha256: Sha256
    """What was certified."""
    statement: Text
    """What the certifying person put their name to."""


class ReturnSuperseded(ReturnEvent):
    """A submitted return was superseded by a later one of its kind and period."""

    says = "{dfe_return} was superseded by {by}."
    by: ReturnRef
    reason: Text
    """Why there is another."""


class ReturnTookForce(Event, stream="RETURNS-{kind}-{period}"):
    """A submitted return came to be the one that stands for its kind and period."""

    says = (
        "{dfe_return} came to stand as the {kind} return for {period}[, instead of {instead_of}]."
    )
    kind: ReturnKind
    period: ReturnPeriod
    dfe_return: ReturnRef
    instead_of: ReturnRef | None = None


# --- What they add up to --------------------------------------------------------------------


class ReturnStatus(StrEnum):
    """How far a return has come."""

    PREPARED = "prepared"
    REVIEWED = "reviewed"
    SENT_BACK = "sent back"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"


class DfeReturn(Aggregate, stream="{dfe_return}"):
    """A return as its decisions need it."""

    dfe_return: ReturnRef
    kind: ReturnKind | None = None
    period: str = ""
    sha256: str = ""
    status: ReturnStatus | None = None
    prepared_by: UserId | None = None
    prepared_on: date | None = None
    prepared_because: str | None = None
    reviewed_on: date | None = None

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case ReturnPrepared():
                return self.but(
                    kind=event.kind,
                    period=event.period,
                    sha256=event.sha256,
                    status=ReturnStatus.PREPARED,
                    prepared_by=record.actor,
                    prepared_on=record.effective_on,
                    prepared_because=record.reason,
                )
            case ReturnReviewed():
                return self.but(status=ReturnStatus.REVIEWED, reviewed_on=record.effective_on)
            case ReturnSentBack():
                return self.but(status=ReturnStatus.SENT_BACK)
            case ReturnSubmitted():
                return self.but(status=ReturnStatus.SUBMITTED)
            case ReturnSuperseded():
                return self.but(status=ReturnStatus.SUPERSEDED)
        return self


class Standing(Aggregate, stream="RETURNS-{kind}-{period}"):
    """Which return stands for a kind and a period."""

    kind: ReturnKind
    period: ReturnPeriod
    dfe_return: str | None = None

    def apply(self, record: Record) -> Self:
        event = record.event
        return self.but(dfe_return=event.dfe_return) if isinstance(event, ReturnTookForce) else self


# --- Commands -------------------------------------------------------------------------------


class PrepareReturn(Command):
    kind: ReturnKind
    period: ReturnPeriod
    position: int | None = Field(
        default=None,
        ge=1,
        le=2**62,
        description="A position in the log to take the record as at. Leave it empty for now",
    )


class ReviewReturn(Command):
    pass


class SendReturnBack(Command):
    reason: Text


class SubmitReturn(Command):
    statement: Text = CERTIFIED


# --- Decisions ------------------------------------------------------------------------------


class Contents(Frozen):
    """What a return was found to contain, when its figures were made."""

    at_position: int
    files: tuple[ReturnFile, ...]
    sha256: Sha256
    figures: int
    suppressed: int
    code_version: Line


def may_prepare(command: PrepareReturn, head: int) -> None:
    """Refuse what can't be prepared, before its figures are made."""
    if command.kind == ReturnKind.CERTIFICATION and period_quarter(command.period):
        raise Refused(
            "bad-period",
            f"Grants are certified for a whole year: {period_year(command.period)}.",
            period=command.period,
        )
    first, _ = period_bounds(command.period)
    if command.on < first:
        raise Refused(
            "bad-period",
            f"{command.period} begins on {first.isoformat()}: prepare its return from then on.",
            first=first.isoformat(),
        )
    if head == 0 or (command.position or 0) > head:
        raise Refused(
            "bad-position",
            f"The record ends at position {head}: prepare a return as at one up to it.",
            head=head,
        )


def prepare_return(
    command: PrepareReturn, found: DfeReturn, contents: Contents, by: Actor
) -> list[Event]:
    """Put on record what a return contains, as at a position."""
    first, last = period_bounds(command.period)
    return [
        ReturnPrepared(
            dfe_return=found.dfe_return,
            kind=command.kind,
            period=command.period,
            first_day=first,
            last_day=last,
            **dict(contents),
        )
    ]


def _must_wait(found: DfeReturn, *, status: ReturnStatus, then: str) -> None:
    if found.status != status:
        raise Refused(
            f"not-{status.value}",
            f"{found.dfe_return} is {found.status}: {then}",
            status=found.status,
        )


def _another(found: DfeReturn, by: Actor, what: str) -> None:
    somebody_else(
        by,
        "own-return",
        f"You prepared {found.dfe_return}: another person {what} it.",
        prepared_by=found.prepared_by or "",
    )


def review_return(command: ReviewReturn, found: DfeReturn, by: Actor) -> list[Event]:
    """Review a return that another person prepared."""
    _must_wait(found, status=ReturnStatus.PREPARED, then="only one that waits is reviewed.")
    _another(found, by, "reviews")
    not_before(command, found.prepared_on, f"{found.dfe_return} was prepared")
    return [ReturnReviewed(dfe_return=found.dfe_return, sha256=found.sha256)]


def send_return_back(command: SendReturnBack, found: DfeReturn, by: Actor) -> list[Event]:
    """Send a return back to who prepared it, saying what is wrong."""
    if found.status not in (ReturnStatus.PREPARED, ReturnStatus.REVIEWED):
        raise Refused(
            "not-waiting",
            f"{found.dfe_return} is {found.status}: only one that is not submitted is sent back.",
            status=found.status,
        )
    _another(found, by, "sends back")
    not_before(command, found.prepared_on, f"{found.dfe_return} was prepared")
    return [ReturnSentBack(dfe_return=found.dfe_return, sha256=found.sha256)]


def submit_return(
    command: SubmitReturn,
    found: DfeReturn,
    standing: Standing,
    before: DfeReturn | None,
    by: Actor,
) -> list[Event]:
    """Certify a reviewed return; what was submitted before for the period is superseded."""
    _must_wait(
        found,
        status=ReturnStatus.REVIEWED,
        then="only one that has been reviewed, and waits, is submitted.",
    )
    _another(found, by, "certifies")
    not_before(command, found.reviewed_on, f"{found.dfe_return} was reviewed")
    _, last = period_bounds(found.period)
    if command.on <= last:
        raise Refused(
            "period-not-over",
            f"{found.period} ends on {last.isoformat()}: submit its return after that day.",
            last=last.isoformat(),
        )
    events: list[Event] = [
        ReturnSubmitted(
            dfe_return=found.dfe_return, sha256=found.sha256, statement=command.statement
        )
    ]
    if before is not None:
        events += _superseded(before, found, command.reason or found.prepared_because)
    return [
        *events,
        ReturnTookForce(
            kind=standing.kind,
            period=standing.period,
            dfe_return=found.dfe_return,
            instead_of=standing.dfe_return,
        ),
    ]


def _superseded(before: DfeReturn, found: DfeReturn, reason: str | None) -> list[Event]:
    if before.status != ReturnStatus.SUBMITTED or (before.kind, before.period) != (
        found.kind,
        found.period,
    ):
        raise TypeError(f"{before.dfe_return} does not stand for {found.period}")
    if not reason:
        raise Refused(
            "reason-missing",
            f"{before.dfe_return} was submitted for {found.period}, and this one supersedes it:"
            " give the reason.",
            supersedes=before.dfe_return,
        )
    return [ReturnSuperseded(dfe_return=before.dfe_return, by=found.dfe_return, reason=reason)]
