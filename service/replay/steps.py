"""A decision step by step: what the decider could see and held, each rule, and what came of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from domain.access import User
from domain.funding import postings
from domain.kernel import Frozen, Record
from domain.rules import said
from domain.sentences import sentence_of
from projections.access import UserRow
from projections.audit import JournalRow
from projections.engine import View, differences
from projections.funding import AccountBalance, BudgetPosition, BudgetRow, GrantRow
from projections.interventions import CasePage
from service.attributing import in_sight, needs_of
from service.desk import Reader
from service.replay.again import Difference, NotTakenAgain, Taken, compared, take_again
from service.replay.decisions import Decision, decision_at
from service.replay.worlds import Past


class Held(Frozen):
    """Who decided, and what they held at that moment."""

    user: str
    role: str
    scope: str
    limit_pence: int
    authority: str
    """The record that gave them the role, as stream/version."""
    granted_by: str
    roles: list[str]
    """Every role that they held then."""


class Seen(Frozen):
    """A row that the decision rested on, as whoever may read it sees it just before."""

    view: str
    key: str
    version: int | None
    """The stream's version that was relied upon."""
    row: dict[str, Any]


class RuleLooked(Frozen):
    """A rule that the decision looked at."""

    code: str
    says: str
    holds: bool
    values: dict[str, Any]


class EventTold(Frozen):
    """An event that came of it."""

    position: int
    event: str
    said: str
    """What happened, in a sentence."""
    stream: str
    version: int
    effective_on: date
    payload: dict[str, Any]


class Change(Frozen):
    """A field of a row before and after."""

    view: str
    key: str
    field: str
    before: Any = None
    after: Any = None


class LedgerMove(Frozen):
    """What the decision moved in an account, and its balance before and after."""

    account_name: str
    before_pence: int
    moved_pence: int
    after_pence: int


class Step(Frozen):
    """A decision, or an attempt that a rule refused, step by step."""

    position: int
    """Of the first event that came of it; what it could see ends just before."""
    last_position: int
    recorded_at: datetime
    effective_on: date
    does: str
    channel: str
    reason: str | None
    asked: dict[str, Any]
    held: Held | None
    seen: list[Seen]
    rules: list[RuleLooked]
    refused: str | None = None
    """The rule that refused it, where one did."""
    told: str | None = None
    """What the person was told, where it was refused."""
    events: list[EventTold]
    changes: list[Change]
    ledger: list[LedgerMove]
    """For whoever sees the whole ledger."""
    again: str
    """same, differs, or why it can't be taken again"""
    differences: list[Difference]


_ROWS: tuple[tuple[type[View], str], ...] = (
    (GrantRow, "GRANT-"),
    (BudgetRow, "BUDGET-"),
    (CasePage, "CASE-"),
    (UserRow, "USER-"),
)
"""The views that show a stream whole, under the stream's name."""


def replay(reading: Reader, **about: str) -> list[Step]:
    """Every decision, and every refused attempt, about something: in the order of the log."""
    rows = reading.all(JournalRow, about, order="position")
    store = reading.installation.store
    found: dict[int, Decision] = {}
    done = 0
    for row in rows:
        if row.position > done and (decision := decision_at(store, row.position)):
            found[decision.first.position] = decision
            done = decision.records[-1].position
    return [step(reading, decision) for decision in found.values()]


def step(reading: Reader, decision: Decision) -> Step:
    """One decision, taken again to show each rule that it looked at."""
    first, asked = decision.first, decision.asked
    installation = reading.installation
    past = Past(installation.store, first.position - 1)
    taken, again, found = _again(reading, decision, past)
    before = reading.at(str(first.position - 1))
    after = reading.at(str(decision.records[-1].position))
    streams = dict(asked.basis) if asked else {r.stream: r.version - 1 for r in decision.records}
    keys = list(dict.fromkeys(_keys(before, streams, decision.records)))
    seen = {(view, key): _row(before, view, key) for view, key in keys}
    refused = decision.refused
    return Step(
        position=first.position,
        last_position=decision.records[-1].position,
        recorded_at=first.recorded_at,
        effective_on=first.effective_on,
        does=(asked.does if asked else type(first.event).__name__).replace("_", " "),
        channel=first.channel,
        reason=first.reason,
        asked=((asked.subjects | (asked.command or {})) if asked else {}),
        held=_held(past, decision, taken),
        seen=[
            Seen(
                view=view.__name__,
                key=key,
                version=streams.get(key),
                row=row.model_dump(mode="json"),
            )
            for (view, key), row in seen.items()
            if row
        ],
        rules=[
            RuleLooked(code=c.code, says=said(c.code), holds=c.holds, values=c.values)
            for c in (taken.checks if taken else [])
        ],
        refused=refused.code if refused else None,
        told=refused.sentence if refused else None,
        events=[
            EventTold(
                position=record.position,
                event=type(record.event).__name__,
                said=sentence_of(record.event),
                stream=record.stream,
                version=record.version,
                effective_on=record.effective_on,
                payload=record.event.model_dump(mode="json"),
            )
            for record in ([] if refused else decision.records)
        ],
        changes=[
            change
            for view, key in keys
            for change in _changes(view, key, seen[view, key], _row(after, view, key))
        ],
        ledger=_ledger(before, decision.records) if reading.reach.everything else [],
        again=again,
        differences=found,
    )


def _again(
    reading: Reader, decision: Decision, past: Past
) -> tuple[Taken | None, str, list[Difference]]:
    try:
        taken = take_again(reading.installation, decision, past)
    except NotTakenAgain as why:
        return None, str(why), []
    found = compared(decision, taken)
    return taken, "differs" if found else "same", found


def _held(past: Past, decision: Decision, taken: Taken | None) -> Held | None:
    first = decision.first
    (user,) = past.load_many([User(user=first.actor)])
    day = first.effective_on
    roles = [
        " ".join(str(part) for part in (h.role, h.region or h.council or h.peer or "") if part)
        for h in user.holdings
        if h.runs(day)
    ]
    actor = taken.actor if taken else None
    number = int(actor.authority.rpartition("/")[2]) if actor and "/" in actor.authority else None
    holding = next((h for h in user.holdings if h.number == number), None)
    scope = (holding.region or holding.council or holding.peer) if holding else None
    return Held(
        user=first.actor,
        role=first.role,
        scope=str(scope or "national"),
        limit_pence=actor.limit_pence if actor else 0,
        authority=actor.authority if actor else "",
        granted_by=actor.granted_by if actor else "",
        roles=roles,
    )


def _keys(
    before: Reader, streams: Iterable[str], records: Iterable[Record]
) -> Iterable[tuple[type[View], str]]:
    """The rows that show the streams that the decision rested on, and the headings it concerned."""
    for stream in streams:
        for view, prefix in _ROWS:
            if stream.startswith(prefix):
                yield view, stream
        if stream.startswith("GRANT-") and isinstance(
            grant := _row(before, GrantRow, stream), GrantRow
        ):
            yield BudgetPosition, f"{grant.year}/{grant.heading}"
    touched: dict[str, None] = {}
    for record in records:
        touched.update(dict.fromkeys(BudgetPosition.keys(record)))
    for key in touched:
        yield BudgetPosition, key


def _row(reading: Reader, view: type[View], key: str) -> View | None:
    """A row as far as the reader may see it: who may not see its view sees nothing of it."""
    if not any(map(reading.sees, needs_of(view))):
        return None
    return in_sight(reading, view, [key])[0].get(key)


def _changes(
    view: type[View], key: str, before: View | None, after: View | None
) -> Iterable[Change]:
    for field, (was, now) in differences(before, after).items():
        if before is not None or now:  # of what has just begun, what is nothing is left out
            yield Change(view=view.__name__, key=key, field=field, before=was, after=now)


def _ledger(before: Reader, records: Iterable[Record]) -> list[LedgerMove]:
    moved: dict[str, int] = {}
    for record in records:
        for posting in postings(record.event):
            name = posting.account_name
            moved[name] = moved.get(name, 0) + posting.amount_pence
    rows = before.rows(AccountBalance, list(moved)) if moved else {}
    balances = {name: row.balance_pence for name, row in rows.items()}
    return [
        LedgerMove(
            account_name=name,
            before_pence=balances.get(name, 0),
            moved_pence=pence,
            after_pence=balances.get(name, 0) + pence,
        )
        for name, pence in moved.items()
    ]
