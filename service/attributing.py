"""Which records made a row what it is, for a reader who may see it: compare and trace use it.

A row is admitted before anything is folded: by the permission that its own lists ask for,
within the reader's scope, as at the moment in question. Which events it was changed by is read
off its versions; only those records are read and folded again, and the fold must come to the
row that the view shows. Who did what is told of the events in the reader's trail.
"""

import functools
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, get_args

from psycopg.sql import SQL

from domain.kernel import Frozen, Record, Refused
from domain.sentences import sentence_of
from projections.assessments import SharedAssessment
from projections.audit import JournalRow
from projections.challenges import CouncilExchange, TeamRow
from projections.documents import DocumentRow
from projections.engine import Fold, View, refold
from projections.funding import AccountBalance, BudgetPosition
from projections.practice import PublishedPractice
from projections.regions import RegionRow
from projections.reporting import ReturnRow
from service.desk import Moment, Page, Reader, Routes, forbidden

V = TypeVar("V", bound=View)

_OWN_NEEDS: Mapping[type[View], str] = {
    AccountBalance: "ledger.read",
    BudgetPosition: "budget.read",
    CouncilExchange: "challenge.read",
    DocumentRow: "case.read",
    PublishedPractice: "practice.read",
    RegionRow: "region.read",
    ReturnRow: "return.draft",
    SharedAssessment: "assessment.read",
    TeamRow: "challenge.read",
}
"""What seeing a View's rows needs where no query answers with them as they are, or where its
queries leave some of them out: a return's past is that of its drafts."""

_SHORT = ("COUNCIL", "BUDGET", "REGION")
"""Streams that people know by their second half: 330, 2025-26, london."""


class Cause(Frozen):
    """The event that changed something, and who is behind it.

    All but the position is left out where the event is outside the reader's scope.
    """

    position: int
    event: str | None = None
    said: str | None = None
    """What happened, in a sentence."""
    stream: str | None = None
    actor: str | None = None
    role: str | None = None
    recorded_at: datetime | None = None
    effective_on: date | None = None
    reason: str | None = None


# --- Which rows a reader may see ------------------------------------------------------------


def needs_of(view: type[View]) -> tuple[str, ...]:
    """The permissions that open a View's rows, any one of them: those of its lists and items."""
    return _needs().get(view, ())


@functools.cache
def _needs() -> Mapping[type[View], tuple[str, ...]]:
    found: dict[type[View], dict[str, None]] = {
        view: {needs: None} for view, needs in _OWN_NEEDS.items()
    }
    for route in Routes.queries:
        returns = inspect.signature(inspect.unwrap(route.function), eval_str=True).return_annotation
        for view in _views_in(returns):
            if view not in _OWN_NEEDS:
                found.setdefault(view, {})[route.needs] = None
    return {view: tuple(needs) for view, needs in found.items()}


def _views_in(answer: Any) -> list[type[View]]:
    if isinstance(answer, type) and issubclass(answer, View):
        return [answer]
    parts = list(get_args(answer))
    if isinstance(answer, type) and issubclass(answer, Page):
        parts += answer.__pydantic_generic_metadata__["args"]
    return [view for part in parts for view in _views_in(part)]


def views_seen(reading: Reader) -> list[type[View]]:
    """The Views whose rows the reader may see at all, the journal left out."""
    return [
        view
        for view in View.all
        if view is not JournalRow and any(map(reading.sees, needs_of(view)))
    ]


def name_of(view: type[View]) -> str:
    """A View's name in addresses and on the command line: budget-position."""
    return view.table.replace("_", "-")


def is_money(view: type[View], field: str) -> bool:
    """Whether a figure is an amount in pence: by its own name, or by what its column says."""
    column = re.split(r"[.\[]", field)[0]
    described = view.model_fields[column].description if column in view.model_fields else None
    return field.endswith("_pence") or "pence" in (described or "").lower().split()


def view_named(reading: Reader, name: str) -> type[View]:
    """The View of a name, also as its table or class is called.

    Raises Refused: ``bad-view`` for none, ``forbidden`` for one that the reader may not see.
    """
    plain = name.strip().replace("_", "-")
    seen = views_seen(reading)
    for view in View.all:
        if view is not JournalRow and plain in (name_of(view), view.__name__):
            if view not in seen:
                raise forbidden(next(iter(needs_of(view)), "audit.read"))
            return view
    names = sorted(map(name_of, seen))
    raise Refused("bad-view", f"There is no view {name!r}: use one of {', '.join(names)}.")


def row_named(reading: Reader, ref: str, view: str | None = None) -> tuple[type[View], str]:
    """The View and key that a reference means: the row of the thing itself before its parts.

    Raises Refused ``not-found`` if there never was any, or none that the reader may see.
    """
    ref = ref.strip()
    views = [view_named(reading, view)] if view else views_seen(reading)
    views.sort(key=lambda v: "version" not in v.columns)
    found = reading.model.having(views, [ref, *(f"{name}-{ref}" for name in _SHORT)])
    if not found:
        raise Refused("not-found", f"There is nothing under {ref} in your scope.")
    return found[0]


def admitted(reading: Reader, view: type[V], key: str) -> V | None:
    """The row under a key as at the reading's moment; None where there is none then.

    Raises Refused: ``forbidden`` without a permission that opens the View, ``not-found`` if the
    row lies outside the reader's scope.
    """
    rows, unseen = in_sight(reading, view, [key])
    if unseen:
        raise _unseen(key)
    return rows.get(key)


def in_sight(
    reading: Reader, view: type[V], keys: Sequence[str]
) -> tuple[dict[str, V], frozenset[str]]:
    """The rows under these keys that the reader may see, and the keys of those that they may not.

    Raises Refused ``forbidden`` without a permission that opens the View.
    """
    held = [reading.under(needs) for needs in needs_of(view) if reading.sees(needs)]
    if not held:
        raise forbidden(next(iter(needs_of(view)), "audit.read"))
    rows: dict[str, V] = {}
    for under in held:
        rows |= under.rows(view, keys)
    if any(under.reach.everything for under in held):
        return rows, frozenset()
    position, where = reading.moment.position, [SQL("key = ANY(%s)")]
    there = {row["key"] for row in reading.model.select(view, position, where, [list(keys)])}
    return rows, frozenset(there - rows.keys())


def _unseen(key: str, moment: Moment | None = None) -> Refused:
    then = f" as at {moment.as_at}" if moment and moment.is_past else ""
    return Refused("not-found", f"There is nothing under {key}{then} in your scope.")


# --- What they were made by -----------------------------------------------------------------


def made(reading: Reader, view: type[View], key: str) -> Fold:
    """A row from its first event up to the reading's moment.

    Raises Refused ``not-found`` where there is no row then, or none that the reader may see.
    """
    row = admitted(reading, view, key)
    if row is None:
        raise _unseen(key, reading.moment)
    return folded(reading, view, key, row)


def between(earlier: Reader, later: Reader, view: type[View], key: str) -> Fold:
    """A row from one moment to another.

    Raises Refused ``not-found`` where there is a row at neither, or none that the reader may
    see.
    """
    before = admitted(earlier, view, key)
    after = admitted(later, view, key)
    if before is None and after is None:
        raise _unseen(key)
    return _folded(later, view, key, earlier.moment.position, before, after)


def folded(reading: Reader, view: type[View], key: str, row: View) -> Fold:
    """A row that the reader was found to see, from its first event up to the reading's moment."""
    return _folded(reading, view, key, 0, None, row)


def _folded(
    reading: Reader, view: type[View], key: str, since: int, row: View | None, expected: View | None
) -> Fold:
    positions = reading.model.changed_at(view, key, since, reading.moment.position)
    found = refold(view, key, reading.installation.store.records_at(positions), row)
    if found.after != expected:
        raise differs(view, key, reading.moment.position)
    return found


def differs(view: type[View], key: str, position: int, **values: Any) -> Refused:
    """The refusal where a view does not show what the log's events come to."""
    return Refused(
        "view-differs",
        f"The row {key} of {view.__name__} is not what its events make of it: verify the log and"
        " its views (casework audit verify), and ask who changed it.",
        view=view.__name__,
        key=key,
        position=position,
        **values,
    )


def known_about(earlier: Reader, later: Reader, view: type[View], key: str, on: date) -> Fold:
    """What was known about a day at one moment, and the steps to what was known at another.

    The row is made of the events that are effective by that day, in the order in which they were
    recorded: those of the streams whose events ever changed the row. The event that it began
    with counts as soon as another does: a council that was put on the register in June has its
    judgement of May.
    """
    if admitted(earlier, view, key) is None and admitted(later, view, key) is None:
        raise _unseen(key)
    store, upto = later.installation.store, later.moment.position
    changing = store.records_at(later.model.changed_at(view, key, 0, upto))
    touching = [
        record
        for record in store.records_of({record.stream for record in changing}, upto)
        if key in view.keys(record)
    ]
    known = {record.position for record in touching if record.effective_on <= on}
    if known:
        known.add(changing[0].position)
    try:
        whole = refold(view, key, [record for record in touching if record.position in known])
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise Refused(
            "unclear-about",
            f"What is known about {on.isoformat()} can't be made of the events that are effective"
            " by then: one of them builds on a later one. Choose another day.",
            about=on.isoformat(),
        ) from error
    return whole.since(earlier.moment.position)


def causes(reading: Reader, found: Iterable[Record]) -> dict[int, Cause]:
    """Who is behind each record, by position, as far as the reader's trail goes."""
    records = {record.position: record for record in found}
    trail = reading.under("audit.read")
    seen: Iterable[str] = map(str, records)
    if not trail.reach.everything:
        seen = trail.rows(JournalRow, list(map(str, records)))
    told = {position: Cause(position=position) for position in records}
    return told | {int(key): _cause(records[int(key)]) for key in seen}


def _cause(record: Record) -> Cause:
    return Cause(
        position=record.position,
        event=type(record.event).__name__,
        said=sentence_of(record.event),
        stream=record.stream,
        actor=record.actor,
        role=record.role,
        recorded_at=record.recorded_at,
        effective_on=record.effective_on,
        reason=record.reason,
    )
