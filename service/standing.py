"""Where a case stands, phase by phase: what was done, what can be, what can't yet and why.

Why something can't be done yet is written nowhere here: the decision itself is asked, and its own
refusal is what people read.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from domain.access.permissions import PERMISSIONS
from domain.councils import Council, SupportTier
from domain.interventions import (
    AddItem,
    AgreePackage,
    AssignLead,
    CheckSustained,
    CloseCase,
    CompleteTriage,
    DeliverItem,
    InterventionCase,
    ItemKind,
    Needs,
    ProposeDecision,
    Rag,
    ReviewProgress,
    SetMilestone,
    Stage,
    StepDown,
    TakeDecision,
    add_item,
    agree_package,
    assign_lead,
    check_sustained,
    close,
    deliver_item,
    propose,
    review,
    set_milestone,
    step_down,
    take,
    triage,
)
from domain.kernel import Actor, CaseRef, Frozen, Refused
from projections.funding import GrantRow
from projections.instruments import InstrumentRow, forced_since
from projections.interventions import CasePage, DecisionRow
from service.desk import Reader, Reading, query, router_for
from service.figures import asking

router = router_for("cases")


class StepState(StrEnum):
    """How a step stands."""

    DONE = "completed"
    TO_DO = "to do"
    WAITING = "waits for somebody else"
    NOT_YET = "cannot start yet"


class Step(Frozen):
    """A step of working on a case, and how it stands for who looks."""

    what: str
    state: StepState
    done_on: date | None = None
    done_by: str | None = None
    why: str = ""
    """Why it can't be done yet, or who can do it."""
    does: str = ""
    """The command that does it."""
    subjects: dict[str, str] = {}
    """What that command's path names."""


class Phase(Frozen):
    """A phase of a case and its steps."""

    name: str
    steps: tuple[Step, ...]


class Coming(Frozen):
    """Something that is due."""

    what: str
    detail: str = ""
    amount_pence: int | None = None
    """Of a payment."""
    of: str = ""
    """What that amount is, to be opened up."""
    due_on: date
    overdue: bool
    part: str
    """Where on the case's pages it is found: progress, grants."""


class Standing(Frozen):
    """Where a case stands, and what is next."""

    phases: tuple[Phase, ...]
    coming: tuple[Coming, ...]


@query(router, "/cases/{case}/standing", needs="case.read")
def show_standing(case: CaseRef, reading: Reading) -> Standing:
    """Where a case stands: each phase's steps, and what is next or overdue."""
    return standing_of(reading, reading.item(CasePage, case))


def standing_of(reading: Reader, row: CasePage) -> Standing:
    """Where a case stands for who looks."""
    decisions = reading.all(DecisionRow, {"case": row.case}, order="decision")
    grants = (
        reading.under("grant.read").all(GrantRow, {"case": row.case}, order="grant")
        if reading.sees("grant.read")
        else []
    )
    forced = forced_since(
        reading.all(InstrumentRow, {"council": row.council, "in_force": True})
    ).get(row.council)
    return Standing(
        phases=phases(row, decisions, grants, reading.user.user, reading.sees),
        coming=coming(row, grants, forced, reading.moment.on),
    )


# --- Phases ---------------------------------------------------------------------------------

_ANY = "…"
"""What a decision is asked with: never recorded."""


class _Asking:
    """Asks decisions about a case what they would say to somebody."""

    def __init__(self, case: InterventionCase, user: str, sees: Callable[[str], bool]) -> None:
        self.case, self.by, self.sees = case, Actor(id=user, role=""), sees

    def step(
        self,
        what: str,
        does: str,
        needs: str,
        decide: Callable[[InterventionCase, Actor], object],
        **subjects: int,
    ) -> Step:
        """A step that has not been done."""
        named = {"case": self.case.case, **{name: str(n) for name, n in subjects.items()}}
        state, why = self._may(needs), ""
        try:
            decide(self.case, self.by)
        except Refused as no:
            why = no.sentence
            # A case can be closed in spite of what is open, if each is named.
            still = {"still-open": state, "own-proposal": StepState.WAITING}
            state = still.get(no.code, StepState.NOT_YET)
        if state == StepState.WAITING and not self.sees(needs):
            why = f"Waits for: {_who(needs)}."
        does = does if state == StepState.TO_DO else ""
        return Step(what=what, state=state, why=why, does=does, subjects=named if does else {})

    def _may(self, needs: str) -> StepState:
        return StepState.TO_DO if self.sees(needs) else StepState.WAITING


def _who(needs: str) -> str:
    roles = [role.value.replace("-", " ") for role, held in PERMISSIONS.items() if needs in held]
    return " or ".join(roles)


def _done(what: str, on: date | None, by: str | None = None) -> Step:
    return Step(what=what, state=StepState.DONE, done_on=on, done_by=by)


def _nothing(why: str) -> Callable[[InterventionCase, Actor], object]:
    def decide(case: InterventionCase, by: Actor) -> object:
        raise Refused("not-found", why)

    return decide


def phases(
    row: CasePage,
    decisions: Sequence[DecisionRow],
    grants: Sequence[GrantRow],
    user: str,
    sees: Callable[[str], bool],
) -> tuple[Phase, ...]:
    """Every phase of a case, each with its steps."""
    asking = _Asking(row.state.but(since={}), user, sees)  # Whenever it may be done.
    return (
        Phase(name="Triage", steps=tuple(_triage(row, asking))),
        Phase(name="Decide", steps=tuple(_decide(decisions, asking))),
        Phase(name="Agree the package", steps=tuple(_agree(row, decisions, asking))),
        Phase(name="Deliver", steps=tuple(_deliver(row, asking))),
        Phase(name="Review", steps=tuple(_review(row, asking))),
        Phase(name="Step down", steps=tuple(_step_down(row, grants, asking))),
    )


def _came_to(row: CasePage, stage: Stage) -> dict[str, Any] | None:
    """When a case last came to a stage since it was (re)opened, and by whom; None if it did not."""
    for since in reversed(row.stages):
        if since.stage == stage:
            return {"on": since.since, "by": since.by}
        if since.stage == Stage.OPEN:
            return None
    return None


def _triage(row: CasePage, asking: _Asking) -> Iterable[Step]:
    yield _done("Open the case", row.opened_on, row.opened_by)
    what = "Find how much support is needed, and where"
    if done := _came_to(row, Stage.TRIAGED):
        yield _done(what, **done)
    else:
        needs = Needs(professional=_ANY, political=_ANY)
        asked = CompleteTriage(tier=SupportTier.INTERVENTION, needs=needs)
        yield asking.step(what, "complete_triage", "case.run", lambda c, by: triage(asked, c, by))
    if row.lead:
        yield _done("Name a lead", row.lead_since)
    else:
        lead = AssignLead(lead="somebody")
        yield asking.step(
            "Name a lead", "assign_case_lead", "case.run", lambda c, by: assign_lead(lead, c, by)
        )


def _decide(decisions: Sequence[DecisionRow], asking: _Asking) -> Iterable[Step]:
    last = decisions[-1] if decisions else None
    if last and any(d.outcome in ("waiting", "approved") for d in decisions):
        yield _done("Propose support", last.proposed_on, last.proposed_by)
    else:
        asked = ProposeDecision(
            title=_ANY, options=(_ANY,), evidence=_ANY, recommendation=_ANY, cost="0"
        )
        yield asking.step(
            "Propose support",
            "propose_decision",
            "decision.propose",
            lambda c, by: propose(asked, c, by),
        )
    for decision in decisions:
        what = f"Take decision {decision.decision}: {decision.title}"
        if decision.taken_on:
            yield _done(f"{what} ({decision.outcome})", decision.taken_on, decision.taken_by)
        elif decision.superseded_by:
            yield _done(f"{what} (gave way to decision {decision.superseded_by})", None)
        else:
            yield _to_take(what, decision.decision, asking)
    if not decisions:
        yield asking.step(
            "Take the decision", "", "decision.take", _nothing("Nothing has been proposed.")
        )


def _to_take(what: str, decision: int, asking: _Asking) -> Step:
    asked = TakeDecision(outcome="declined", rationale=_ANY)
    return asking.step(
        what,
        "take_decision",
        "decision.take",
        lambda c, by: take(asked, c, decision, by),
        decision=decision,
    )


def _agree(row: CasePage, decisions: Sequence[DecisionRow], asking: _Asking) -> Iterable[Step]:
    if row.memorandum:
        yield _done(f"Agree the memorandum: {row.memorandum}", row.agreed_on)
    else:
        agreed = AgreePackage(memorandum=_ANY)
        yield asking.step(
            "Agree the memorandum",
            "agree_support_package",
            "case.run",
            lambda c, by: agree_package(agreed, c, by),
        )
    if row.items:
        number = len(row.items)
        yield _done(f"Put support into the package ({number} so far)", None)
        return
    under = next((d.decision for d in decisions if d.stands), None)
    added = AddItem(
        decision=under or 1,
        kind=ItemKind.SPECIALIST,
        provider=_ANY,
        description=_ANY,
        cost="0",
    )
    decide = _nothing("Support is added once a decision is approved.")
    yield asking.step(
        "Put support into the package",
        "add_support_item",
        "case.run",
        (lambda c, by: add_item(added, c, by)) if under else decide,
    )


def _deliver(row: CasePage, asking: _Asking) -> Iterable[Step]:
    asked = DeliverItem(half_days=0, evidence=_ANY)
    for item in row.items:
        what = f"Item {item.item}: {item.kind} by {item.provider}"
        if item.state != "planned":
            yield _done(f"{what} ({item.state})", item.settled_on, item.settled_by)
        else:
            yield _to_deliver(what, item.item, asked, asking)
    if not row.items:
        nothing = _nothing("Nothing is in the package yet.")
        yield asking.step("Deliver the support", "", "case.run", nothing)


def _to_deliver(what: str, item: int, asked: DeliverItem, asking: _Asking) -> Step:
    return asking.step(
        what,
        "deliver_support_item",
        "case.run",
        lambda c, by: deliver_item(asked, c, item, by),
        item=item,
    )


def _review(row: CasePage, asking: _Asking) -> Iterable[Step]:
    if row.milestones:
        settled = sum(m.state != "set" for m in row.milestones)
        yield _done(f"Agree milestones ({settled} of {len(row.milestones)} settled)", None)
    else:
        asked = SetMilestone(title=_ANY, due_on=row.opened_on)
        yield asking.step(
            "Agree milestones",
            "set_case_milestone",
            "case.run",
            lambda c, by: set_milestone(asked, c, by),
        )
    if row.reviews:
        last = row.reviews[-1]
        yield _done(
            f"Review the case's progress ({len(row.reviews)} so far)", last.reviewed_on, last.by
        )
    else:
        due = ReviewProgress(themes={_ANY: Rag.AMBER}, confidence=Rag.AMBER, next_steps=_ANY)
        yield asking.step(
            "Review the case's progress",
            "review_progress",
            "case.run",
            lambda c, by: review(due, c, by),
        )


def _step_down(row: CasePage, grants: Sequence[GrantRow], asking: _Asking) -> Iterable[Step]:
    if done := _came_to(row, Stage.STEPPING_DOWN):
        yield _done("Begin to step the case down", **done)
    else:
        asked = StepDown(to=SupportTier.UNIVERSAL, reason=_ANY)
        yield asking.step(
            "Begin to step the case down",
            "step_case_down",
            "case.run",
            lambda c, by: step_down(asked, c, by),
        )
    if not row.is_open:
        yield _done("Close the case", row.closed_on, (_came_to(row, Stage.CLOSED) or {}).get("by"))
    else:
        unsettled = tuple(what for grant in grants for what in grant.state.unsettled())
        council = Council(council=row.council)
        ending = CloseCase(outcome=_ANY, lessons=_ANY, reason=_ANY)
        yield asking.step(
            "Close the case",
            "close_case",
            "case.run",
            lambda c, by: close(ending, c, council, unsettled, by),
        )
    if row.sustained is not None:
        lasts = "lasts" if row.sustained else "has not lasted"
        found = _came_to(row, Stage.SUSTAINED_CHECK) or {"on": None}
        yield _done(f"Check whether improvement lasts: it {lasts}", **found)
    else:
        check = CheckSustained(sustained=True, findings=_ANY)
        yield asking.step(
            "Check whether improvement lasts",
            "check_case_sustained",
            "case.run",
            lambda c, by: check_sustained(check, c, by),
        )


# --- What is next ---------------------------------------------------------------------------


def coming(
    row: CasePage, grants: Sequence[GrantRow], forced: date | None, on: date
) -> tuple[Coming, ...]:
    """What is due of a case, the first first: milestones, reviews, payments and the last check.

    ``forced`` is since when its council has been under a notice or a direction.
    """
    found = [
        Coming(
            what=f"Milestone {m.milestone}",
            detail=m.title,
            due_on=m.due_on,
            overdue=m.due_on < on,
            part="progress",
        )
        for m in row.milestones
        if m.state == "set" and row.is_open
    ]
    if forced and row.is_open:
        due = row.review_due(forced, on)
        found.append(
            Coming(
                what="Six-monthly review of progress",
                due_on=due.due_on,
                overdue=due.overdue,
                part="progress",
            )
        )
    if row.stage == Stage.CLOSED and (check := row.check_due(on)):
        found.append(
            Coming(
                what="Check whether improvement lasts",
                due_on=check.due_on,
                overdue=check.overdue,
                part="progress",
            )
        )
    found += [
        Coming(
            what=f"{line.grant}, instalment {line.instalment}",
            detail=f"held: {' and '.join(line.why)}" if line.why else "",
            amount_pence=line.amount_pence,
            of=asking.field(
                "grant-row", line.grant, f"instalments[{line.instalment}].amount_pence"
            ),
            due_on=line.due_on,
            overdue=line.due_on < on,
            part="grants",
        )
        for grant in grants
        if not grant.state.settled
        for line in grant.schedule(on)
        if line.state != "paid"
    ]
    return tuple(sorted(found, key=lambda each: (each.due_on, each.what)))
