"""Staff time that the host gives in kind: counted and valued, and no money of the ledger."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from domain.hosting.claims import HOST
from domain.kernel import (
    Actor,
    Aggregate,
    Command,
    Event,
    Line,
    Money,
    Pence,
    Record,
    Refused,
    Text,
    financial_year,
    pounds_text,
    require,
)

Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2025-11"])]
Hours = Annotated[int, Field(ge=1, le=20_000)]
"""Whole hours in a month."""
DEAREST_HOUR_PENCE = 1_000_00
"""No hour of staff time comes near a thousand pounds: more is a slip of the hand."""


class Activity(StrEnum):
    """What the host's staff do for the programme."""

    PROGRAMME_TEAM = "programme team"
    REGIONAL_SUPPORT = "support of regions"
    INTERVENTION_SUPPORT = "support of councils in intervention"
    MEMBER_SUPPORT = "support of lead members"
    COMMUNICATIONS = "communications and events"
    DATA = "data and research"


class StaffTimeEvent(Event, abstract=True, stream="STAFF-TIME-{month}"):
    month: Month
    entry: int
    hours: Hours
    rate_pence: Pence
    """For an hour, as it was then."""
    value_pence: Pence

    @property
    def year(self) -> str:
        """The financial year, so that the journal finds it there."""
        return financial_year(_first(self.month))


class StaffTimeRecorded(StaffTimeEvent):
    """Staff time that the host gave in kind in a month was recorded."""

    says = (
        "{given_by} gave {hours:counted hour} of staff time in kind in {month:month}, worth"
        " {value_pence} ({activity})."
    )
    given_by: Line
    grade: Line
    activity: Activity


class StaffTimeCorrected(StaffTimeEvent):
    """Hours or rate of staff time that were recorded wrongly were corrected."""

    says = (
        "Entry {entry} of staff time in {month:month} was corrected to {hours:counted hour},"
        " worth {value_pence}."
    )


class StaffMonth(Aggregate, stream="STAFF-TIME-{month}"):
    """The staff time given in a month."""

    month: Month
    entries: Mapping[int, tuple[str, str, str]] = {}
    """Each entry's giver, grade and activity."""

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case StaffTimeRecorded():
                what = (event.given_by, event.grade, event.activity.value)
                return self.but(entries={**self.entries, event.entry: what})
        return self


# --- Commands -------------------------------------------------------------------------------


class RecordStaffTime(Command):
    month: Month
    given_by: Line = HOST
    grade: Line
    activity: Activity
    hours: Hours
    rate_pence: Money = Field(alias="rate", description="In pounds for an hour, like 41.50")


class CorrectStaffTime(Command):
    hours: Hours
    rate_pence: Money = Field(alias="rate", description="In pounds for an hour, like 41.50")
    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def _first(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def _valued(hours: int, rate_pence: int) -> int:
    require(
        rate_pence <= DEAREST_HOUR_PENCE,
        "bad-rate",
        f"An hour costs at most {pounds_text(DEAREST_HOUR_PENCE)}: check the rate.",
        rate_pence=rate_pence,
    )
    return hours * rate_pence


def record_time(command: RecordStaffTime, month: StaffMonth, by: Actor) -> list[Event]:
    """Record staff time given in a month: one entry for each grade and activity."""
    require(
        _first(command.month) <= command.on,
        "bad-month",
        f"{command.month} is still to come: record it afterwards.",
    )
    what = (command.given_by, command.grade, command.activity.value)
    number = next((n for n, known in month.entries.items() if known == what), None)
    require(
        not number,
        "time-recorded",
        f"Entry {number} of {command.month} is of this grade and activity: correct that.",
        entry=number,
    )
    facts = command.model_dump(exclude={"effective_on", "reason"})
    value = _valued(command.hours, command.rate_pence)
    return [StaffTimeRecorded(entry=len(month.entries) + 1, value_pence=value, **facts)]


def correct_time(
    command: CorrectStaffTime, month: StaffMonth, entry: int, by: Actor
) -> list[Event]:
    """Correct hours or rate of an entry; what was recorded first stays on record."""
    if entry not in month.entries:
        raise Refused("not-found", f"{month.month} has no entry {entry}.")
    return [
        StaffTimeCorrected(
            month=month.month,
            entry=entry,
            hours=command.hours,
            rate_pence=command.rate_pence,
            value_pence=_valued(command.hours, command.rate_pence),
        )
    ]
