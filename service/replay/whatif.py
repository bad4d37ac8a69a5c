"""What if: the log played again with a rule changed, and nothing written.

Every decision is taken again in the world that the changed rule leads to: what is refused there
does not happen, and what follows from it may then be refused too. Loads of files are taken as they
were, and so are returns and reports: they are made of views, which show the log as it is. Nothing
is guessed about what people would have done instead.
"""

from collections.abc import Callable, Iterable
from typing import Any

from domain.funding import Heading
from domain.kernel import Decided, Frozen, Record, pence_from_pounds, refuse
from projections.funding import BudgetPosition
from service.executive.routes import issue_an_executive_report
from service.installation import Installation
from service.replay.again import NotTakenAgain, take_again
from service.replay.decisions import Decision, decisions
from service.replay.worlds import Walk
from service.returns.routes import prepare_a_return

_MADE = frozenset({prepare_a_return.__name__, issue_an_executive_report.__name__})
"""What makes papers of views, whichever way the decisions went that these show."""


class Changed(Frozen):
    """The rule that is changed: one or several."""

    limits: dict[str, int] = {}
    """By role or user: the delegated limit in pence."""
    headings: dict[str, int] = {}
    """By ``2025-26/contracts``: what is allocated to it in pence."""
    awards: dict[str, int] = {}
    """By financial year: the department's award in pence."""
    waivers: bool = True
    """Whether a condition may be waived."""


class Otherwise(Frozen):
    """A decision that would have gone otherwise."""

    position: int
    does: str
    actor: str
    about: str
    amount_pence: int | None
    was: str
    would: str
    why: str
    """What the rule would have said."""
    consequence: bool
    """Whether it follows from an earlier one in this list, about the same thing."""


class HeadingWould(Frozen):
    """A heading's money as it is, and as it would be."""

    year: str
    heading: Heading
    allocated_pence: int
    would_allocated_pence: int
    committed_pence: int
    would_committed_pence: int
    paid_pence: int
    would_paid_pence: int


class WhatIf(Frozen):
    """How the log would have gone."""

    changed: Changed
    decisions: int
    otherwise: list[Otherwise]
    headings: list[HeadingWould]


def changed_by(
    limits: Iterable[str], headings: Iterable[str], awards: Iterable[str], waivers: bool
) -> Changed:
    """The change as people write it: ``approver=50000``, ``2025-26/contracts=900000``.

    Raises Refused ``bad-change`` for anything else.
    """
    changed = Changed(
        limits=_pairs(limits, "approver=50000"),
        headings=_pairs(headings, "2025-26/contracts=900000"),
        awards=_pairs(awards, "2025-26=8000000"),
        waivers=waivers,
    )
    if changed == Changed():
        refuse("bad-change", "Say which rule is changed: a limit, a heading, an award or waivers.")
    return changed


def _pairs(written: Iterable[str], like: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in written:
        what, equals, pounds = text.partition("=")
        try:
            if not equals or not what.strip():
                raise ValueError("no name")
            found[what.strip()] = pence_from_pounds(pounds)
        except ValueError:
            refuse("bad-change", f"Write the change as {like}, not as {text}.", written=text)
    return found


def what_if(
    installation: Installation,
    changed: Changed,
    told: Callable[[int], None] = lambda position: None,
) -> WhatIf:
    """Play the whole log again with a rule changed; nothing is written."""
    world = _World(installation, changed)
    count = 0
    for decision in decisions(installation.store):
        world.go_on(decision)
        count += 1
        told(decision.records[-1].position)
    return WhatIf(
        changed=changed, decisions=count, otherwise=world.otherwise, headings=world.headings()
    )


class _World:
    """The log as it would be, beside the log as it is."""

    def __init__(self, installation: Installation, changed: Changed) -> None:
        self.installation, self.changed = installation, changed
        self.walk = Walk(installation.store)
        self.otherwise: list[Otherwise] = []
        self.allocated: set[str] = set()
        self.diverged: set[str] = set()
        self.was: dict[str, BudgetPosition] = {}
        self.would: dict[str, BudgetPosition] = {}

    def go_on(self, decision: Decision) -> None:
        """Take one more decision, in both."""
        self._take(decision)
        self.walk.come_to(decision.records[-1].position)

    def _take(self, decision: Decision) -> None:
        _fold(self.was, decision.records)
        asked = decision.asked
        if asked and asked.does in _MADE:
            self._add(decision.records)
            return
        altered = asked and self._altered(asked)
        if asked is not None and altered is None:
            self._went_otherwise(decision, asked, "not asked", "The change leaves no room for it.")
            return
        try:
            taken = take_again(
                self.installation, decision, self.walk, asked=altered, as_recorded=True
            )
        except NotTakenAgain:
            self._add(decision.records)
            return
        if asked and taken.outcome != decision.outcome:
            why = taken.refusal.sentence if taken.refusal else "No rule refuses it."
            self._went_otherwise(decision, asked, taken.outcome, why)
        first = decision.first
        self._add(
            first.but(event=event, stream=event.stream, effective_on=on)
            for event, on in taken.events
        )

    def _add(self, records: Iterable[Record]) -> None:
        _fold(self.would, [self.walk.add(record) for record in records])

    def _altered(self, asked: Decided) -> Decided | None:
        """What is asked under the changed rule; None if the rule leaves nothing to ask."""
        command = dict(asked.command or {})
        match asked.does:
            case "grant_user_role" | "appoint_user_deputy":
                who = asked.subjects.get("user") or command.get("deputy")
                for name in (who, command.get("role")):
                    if name in self.changed.limits:
                        return _with(asked, command, "limit", self.changed.limits[name])
            case "open_year_budget" if command.get("year") in self.changed.awards:
                return _with(asked, command, "award", self.changed.awards[command["year"]])
            case "allocate_heading":
                key = f"{asked.subjects['year']}/{command['heading']}"
                if key in self.changed.headings:
                    again, amount = key in self.allocated, self.changed.headings[key]
                    self.allocated.add(key)
                    return None if again or not amount else _with(asked, command, "amount", amount)
            case "settle_grant_condition" if not self.changed.waivers:
                return None if command.get("outcome") == "waived" else asked
        return asked

    def _went_otherwise(self, decision: Decision, asked: Decided, would: str, why: str) -> None:
        shared = ("BUDGET-", "USER-", "ATTEMPTS-")
        streams = {r.stream for r in decision.records if not r.stream.startswith(shared)}
        streams |= {ref for ref in asked.subjects.values() if "-" in ref and ref[:1].isupper()}
        relied = {stream for stream in asked.basis if not stream.startswith(shared)}
        amounts = [getattr(record.event, "amount_pence", None) for record in decision.records]
        self.otherwise.append(
            Otherwise(
                position=decision.first.position,
                does=asked.does.replace("_", " "),
                actor=decision.first.actor,
                about=", ".join(asked.subjects.values()) or decision.first.stream,
                amount_pence=next((a for a in amounts if a is not None), None),
                was=decision.outcome,
                would=would,
                why=why,
                consequence=bool((streams | relied) & self.diverged),
            )
        )
        self.diverged |= streams

    def headings(self) -> list[HeadingWould]:
        """Every heading's money as it is and as it would be."""
        found = []
        for key in sorted(self.was.keys() | self.would.keys()):
            year, heading = key.split("/")
            none = BudgetPosition(year=year, heading=Heading(heading))
            was, would = self.was.get(key, none), self.would.get(key, none)
            found.append(
                HeadingWould(
                    year=year,
                    heading=Heading(heading),
                    allocated_pence=was.allocated_pence,
                    would_allocated_pence=would.allocated_pence,
                    committed_pence=was.committed_pence,
                    would_committed_pence=would.committed_pence,
                    paid_pence=was.paid_pence,
                    would_paid_pence=would.paid_pence,
                )
            )
        return found


def _with(asked: Decided, command: dict[str, Any], name: str, pence: int) -> Decided:
    pounds = f"{pence // 100}.{pence % 100:02d}"
    return asked.but(command=command | {name: pounds})


def _fold(rows: dict[str, BudgetPosition], records: Iterable[Record]) -> None:
    for record in records:
        for key in BudgetPosition.keys(record):
            row = BudgetPosition.fold(rows.get(key), record, key)
            if row is not None:
                rows[key] = row
