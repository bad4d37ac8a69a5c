"""The past moments of a record: by a day, a time, or a position in the log."""

from datetime import date

from psycopg.sql import SQL

from domain.kernel import LONDON, Refused
from projections.audit import JournalRow
from projections.engine import ReadModel
from service.desk.moments import Moment, moment_of, point_of


def past_moment(model: ReadModel, text: str, head: int, today: date) -> Moment:
    """The moment that a reader asks for, the journal being up with the log's head.

    Raises Refused ``bad-as-at`` for no moment, one to come, or a position seen from a day on which
    it had not been recorded.
    """
    if point := point_of(text):
        return _at_position(model, *point, head, today)
    until = moment_of(text)
    on = until.astimezone(LONDON).date()
    if on > today:
        raise Refused("bad-as-at", "Choose a moment in the past: the record ends today.")
    found = model.aggregate(
        JournalRow, head, SQL("max(position) AS last"), [SQL("recorded_at <= %s")], [until]
    )
    return Moment(position=found[0]["last"] or 0, as_at=text, on=on)


def _at_position(
    model: ReadModel, position: int, seen_from: date | None, head: int, today: date
) -> Moment:
    if position > head:
        raise Refused(
            "bad-as-at", f"The record ends at position {head}: choose one up to it.", head=head
        )
    found = model.aggregate(
        JournalRow, head, SQL("max(recorded_at) AS last"), [SQL("position <= %s")], [position]
    )
    last = found[0]["last"]
    on = last.astimezone(LONDON).date() if last else today
    if seen_from is None:
        return Moment(position=position, as_at=str(position), on=on)
    if seen_from > today:
        raise Refused("bad-as-at", f"Look from a day up to today, {today}.")
    if last and seen_from < on:
        raise Refused("bad-as-at", f"Position {position} was recorded on {on}: look from then on.")
    return Moment(position=position, as_at=f"{position}@{seen_from}", on=seen_from)
