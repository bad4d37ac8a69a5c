"""Any row at two moments, field by field, each difference with the events and people behind it."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query

from domain.kernel import Frozen, Refused
from projections.engine import View, differences, fields
from service.attributing import Cause, between, causes, known_about, name_of, row_named
from service.desk import Moment, Reader, Reading, query, router_for

router = router_for("audit")


class Side(Frozen):
    """One of the two moments."""

    position: int
    as_at: str | None
    """As it was asked for; None for now."""
    exists: bool
    """Whether there was such a row."""


class FieldStep(Frozen):
    """What one event made of a field."""

    before: Any = None
    after: Any = None
    cause: Cause


class FieldChange(Frozen):
    """A field that differs, and every event that changed it in between."""

    field: str
    before: Any = None
    """None where there was nothing."""
    after: Any = None
    steps: tuple[FieldStep, ...]


class Between(Frozen):
    """An event between the two moments, and the fields that it changed."""

    cause: Cause
    fields: tuple[str, ...]


class Comparison(Frozen):
    """A row at two moments."""

    reference: str
    view: str
    key: str
    about: date | None = None
    """The day about which the two moments are asked; None for the row as it stood at each."""
    earlier: Side
    later: Side
    changes: tuple[FieldChange, ...]
    same: int
    """How many other fields are the same at both."""
    events: tuple[Between, ...]


@query(router, "/audit/compare/{ref:path}", needs="audit.read")
def show_comparison(
    ref: str,
    reading: Reading,
    since: Annotated[
        str, Query(alias="from", max_length=40, description="Date, date-time or log position")
    ],
    until: Annotated[
        str | None, Query(alias="to", max_length=40, description="The same; now if left out")
    ] = None,
    about: Annotated[
        date | None,
        Query(description="What was known at each moment about this day, by effective date"),
    ] = None,
    view: Annotated[
        str | None, Query(max_length=60, description="Where several views have such a row")
    ] = None,
) -> Comparison:
    """A row at two moments, field by field, with the events and the people behind each change.

    With ``about``, the row is made at each moment from the events recorded by then that are
    effective by that day: late entries and corrections are what differs.
    """
    return compared(reading, ref, since, until, about, view)


def compared(
    reading: Reader,
    ref: str,
    since: str,
    until: str | None = None,
    about: date | None = None,
    view: str | None = None,
) -> Comparison:
    """The comparison that is asked for. Raises Refused where a moment or the row is not there."""
    kind, key = row_named(reading, ref, view)
    earlier = reading.at(since)
    later = reading.at(until) if until else reading
    _in_order(earlier.moment, later.moment, reading.moment)
    if about is None:
        fold = between(earlier, later, kind, key)
    else:
        fold = known_about(earlier, later, kind, key, about)
    behind = causes(later, [step.record for step in fold.steps])
    told = [(behind[step.record.position], step.differences) for step in fold.steps]
    changed = differences(fold.before, fold.after)
    same = fields(fold.after).keys() & fields(fold.before).keys() - changed.keys()
    return Comparison(
        reference=ref,
        view=name_of(kind),
        key=key,
        about=about,
        earlier=_side(earlier.moment, fold.before),
        later=_side(later.moment, fold.after),
        changes=tuple(
            FieldChange(
                field=field,
                before=was,
                after=now,
                steps=tuple(
                    FieldStep(before=each[field][0], after=each[field][1], cause=cause)
                    for cause, each in told
                    if field in each
                ),
            )
            for field, (was, now) in changed.items()
        ),
        same=len(same - {"version"}),
        events=tuple(Between(cause=cause, fields=tuple(each)) for cause, each in told),
    )


def _side(moment: Moment, row: View | None) -> Side:
    return Side(position=moment.position, as_at=moment.as_at, exists=row is not None)


def _in_order(earlier: Moment, later: Moment, last: Moment) -> None:
    if earlier.position > later.position:
        raise Refused(
            "bad-range",
            "The first moment comes after the second: change them round.",
            earlier=earlier.position,
            later=later.position,
        )
    if last.is_past and later.position > last.position:
        raise Refused(
            "bad-range",
            "You look at the record as at an earlier moment: choose two up to it, or go back to"
            " now.",
            later=later.position,
            as_at=last.position,
        )
