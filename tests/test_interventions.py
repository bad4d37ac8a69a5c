"""Interventions' rules, each with both its sides, and the rows that people see."""

from datetime import date
from typing import Any

import pytest

from domain.access import PERMISSIONS, Holding, Role, User
from domain.councils import (
    Council,
    CouncilRegistered,
    InterventionBegan,
    InterventionEnded,
    Region,
    Source,
    SupportTier,
)
from domain.interventions import (
    AddItem,
    AddNote,
    AgreePackage,
    AssignLead,
    AttachDocument,
    Authority,
    CaseClosed,
    CaseEscalated,
    CaseLeadAssigned,
    CaseNoteAdded,
    CaseNoteErased,
    CaseOpened,
    CaseReopened,
    CaseSteppedDown,
    CheckSustained,
    CloseCase,
    CompleteTriage,
    Confidentiality,
    DeliverItem,
    DocumentAttached,
    EscalateCase,
    InterventionCase,
    ItemKind,
    LeftOpen,
    MilestoneMet,
    MilestoneMissed,
    MilestoneRevised,
    MilestoneSet,
    Needs,
    OpenCase,
    ProgressReviewed,
    ProposeDecision,
    Rag,
    ReviewProgress,
    ReviseMilestone,
    SetMilestone,
    SettleMilestone,
    Stage,
    StepDown,
    SupportDecisionProposed,
    SupportDecisionSuperseded,
    SupportDecisionTaken,
    SupportItemAdded,
    SupportItemDelivered,
    SupportItemWithdrawn,
    SupportPackageAgreed,
    SustainedImprovementChecked,
    TakeDecision,
    TriageCompleted,
    WithReason,
    add_item,
    add_note,
    agree_package,
    assign_lead,
    attach,
    check_sustained,
    close,
    deliver_item,
    erase_note,
    escalate,
    may_lead,
    open_case,
    propose,
    reopen,
    review,
    revise_milestone,
    set_milestone,
    settle_milestone,
    step_down,
    take,
    triage,
    withdraw_item,
)
from domain.kernel import Actor, Command, Event, Refused
from projections.interventions import CasePage, DecisionRow, months_after
from tests.spec import DAY, by, fold, given

OFFICER = Actor(id="officer", role="case-officer")
APPROVER = Actor(
    id="approver",
    role="approver",
    limit_pence=100_000_00,
    authority="USER-approver/2",
    granted_by="administrator",
)
CODE, REF = "330", "CASE-0001"
ABOUT: dict[str, Any] = {"case": REF, "council": CODE}
CASE, COUNCIL = InterventionCase(case=REF), Council(council=CODE)
REGISTERED = CouncilRegistered(
    council=CODE,
    name="Birmingham",
    gss_code="E08000025",
    region=Region.WEST_MIDLANDS,
    authority_type="Metropolitan",
    source=Source(name="Register", kind="official"),
)
OPENED = CaseOpened(**ABOUT, region=Region.WEST_MIDLANDS, trigger="Judged inadequate")
BEGAN = InterventionBegan(council=CODE, case=REF)
NEEDS = Needs(professional="Front door", political="Scrutiny")
TRIAGED = TriageCompleted(**ABOUT, tier=SupportTier.INTERVENTION, needs=NEEDS)
PROPOSED = SupportDecisionProposed(
    **ABOUT,
    decision=1,
    title="Package",
    options=("Nothing", "An adviser"),
    evidence="Report",
    recommendation="An adviser",
    cost_pence=80_000_00,
)
WITHIN = Authority(
    limit_pence=100_000_00, limit_record="USER-approver/2", granted_by="administrator"
)
TAKEN = SupportDecisionTaken(
    **ABOUT, decision=1, outcome="approved", authority=WITHIN, rationale="Proportionate"
)
AGREED = SupportPackageAgreed(**ABOUT, memorandum="MOU/1")
ITEM = SupportItemAdded(
    **ABOUT,
    item=1,
    decision=1,
    kind=ItemKind.SPECIALIST,
    provider="Sector register",
    description="Alongside",
    planned_half_days=10,
    cost_pence=50_000_00,
)
DELIVERED = SupportItemDelivered(**ABOUT, item=1, half_days=9, evidence="Log")
WITHDRAWN = SupportItemWithdrawn(**ABOUT, item=1)
SET = MilestoneSet(**ABOUT, milestone=1, title="Plan agreed", due_on=date(2025, 9, 1))
MET = MilestoneMet(**ABOUT, milestone=1, evidence="Minute")
REVIEWED = ProgressReviewed(
    **ABOUT, review=1, themes={"Workforce": Rag.RED}, confidence=Rag.AMBER, next_steps="Audit"
)
CLOSED = CaseClosed(**ABOUT, outcome="Good", lessons="Sooner")
ENDED = InterventionEnded(council=CODE, case=REF)
PLANNED = by(OFFICER, OPENED, TRIAGED, PROPOSED), by(APPROVER, TAKEN)
ASK_PROPOSE = ProposeDecision.model_validate(
    {
        "title": "Package",
        "options": ["Nothing", "An adviser"],
        "evidence": "Report",
        "recommendation": "An adviser",
        "cost": "80000.00",
    }
)
ASK_TAKE = TakeDecision(outcome="approved", rationale="Proportionate")
ASK_ITEM = AddItem.model_validate(
    {
        "decision": 1,
        "kind": "specialist",
        "provider": "Sector register",
        "description": "Alongside",
        "planned_half_days": 10,
        "cost": "50000.00",
    }
)
BECAUSE = WithReason(reason="It must be")


def numbered(decide: Any, number: int) -> Any:
    """A decision on a numbered part of a case, as one on the case alone."""
    return lambda command, case, by: decide(command, case, number, by)


# --- Opening and deciding -------------------------------------------------------------------


def test_one_case_is_open_for_a_council() -> None:
    ask = OpenCase(council=CODE, trigger="Judged inadequate")
    given(REGISTERED).when(open_case, ask, CASE, COUNCIL, by=OFFICER).then(OPENED, BEGAN)
    given(REGISTERED, OPENED, BEGAN).when(
        open_case, ask, InterventionCase(case="CASE-0002"), COUNCIL, by=OFFICER
    ).then_refused("case-open", case=REF)
    given().when(open_case, ask, CASE, COUNCIL, by=OFFICER).then_refused("not-found")


def test_support_is_proposed_once_needs_are_known() -> None:
    given(OPENED).when(propose, ASK_PROPOSE, CASE, by=OFFICER).then_refused("not-triaged")
    given(OPENED, TRIAGED).when(propose, ASK_PROPOSE, CASE, by=OFFICER).then(PROPOSED)
    again = ASK_PROPOSE.but(supersedes=1)
    given(OPENED, TRIAGED, PROPOSED).when(propose, again, CASE, by=OFFICER).then(
        PROPOSED.but(decision=2, supersedes=1)
    )
    given(OPENED, TRIAGED).when(propose, again, CASE, by=OFFICER).then_refused("not-found")


def test_another_person_takes_the_decision_within_their_limit() -> None:
    waiting = given(by(OFFICER, OPENED, TRIAGED, PROPOSED))
    waiting.when(numbered(take, 1), ASK_TAKE, CASE, by=APPROVER).then(TAKEN)
    waiting.when(numbered(take, 1), ASK_TAKE, CASE, by=OFFICER).then_refused(
        "own-proposal", proposed_by="officer"
    )
    waiting.when(numbered(take, 2), ASK_TAKE, CASE, by=APPROVER).then_refused("not-found")
    given(*PLANNED).when(numbered(take, 1), ASK_TAKE, CASE, by=APPROVER).then_refused(
        "decision-taken", outcome="approved"
    )


INSTEAD = by(OFFICER, PROPOSED.but(decision=2, cost_pence=90_000_00, supersedes=1))
GAVE_WAY = SupportDecisionSuperseded(**ABOUT, decision=1, by=2)


def test_an_approved_decision_takes_the_place_of_the_one_before() -> None:
    instead = given(*PLANNED, ITEM, INSTEAD)
    second = TAKEN.but(decision=2)
    instead.when(numbered(take, 2), ASK_TAKE, CASE, by=APPROVER).then(second, GAVE_WAY)
    declined = ASK_TAKE.but(outcome="declined")
    instead.when(numbered(take, 2), declined, CASE, by=APPROVER).then(
        second.but(outcome="declined")
    )
    less = by(OFFICER, PROPOSED.but(decision=2, cost_pence=49_999_99, supersedes=1))
    given(*PLANNED, ITEM, less).when(numbered(take, 2), ASK_TAKE, CASE, by=APPROVER).then_refused(
        "over-decision", used_pence=50_000_00, approved_pence=49_999_99
    )


def test_what_gave_way_carries_no_more_support_and_is_not_decided_again() -> None:
    stands = given(*PLANNED, ITEM, INSTEAD, by(APPROVER, TAKEN.but(decision=2), GAVE_WAY))
    stands.when(add_item, ASK_ITEM, CASE, by=OFFICER).then_refused(
        "decision-not-approved", outcome="superseded"
    )
    under_it = ASK_ITEM.but(decision=2, cost_pence=40_000_00)
    stands.when(add_item, under_it, CASE, by=OFFICER).then(
        ITEM.but(item=2, decision=2, cost_pence=40_000_00)
    )
    stands.when(add_item, under_it.but(cost_pence=40_000_01), CASE, by=OFFICER).then_refused(
        "over-decision", used_pence=50_000_00
    )
    stands.when(propose, ASK_PROPOSE.but(supersedes=1), CASE, by=OFFICER).then_refused(
        "decision-superseded", superseded_by=2
    )
    # Two proposals in place of one: the first that is approved takes it.
    third = by(OFFICER, PROPOSED.but(decision=3, supersedes=1))
    both = given(*PLANNED, INSTEAD, third, by(APPROVER, TAKEN.but(decision=2), GAVE_WAY))
    both.when(numbered(take, 3), ASK_TAKE, CASE, by=APPROVER).then_refused("decision-superseded")
    # A proposal that was never decided.
    waits = given(OPENED, TRIAGED, PROPOSED, INSTEAD, by(APPROVER, TAKEN.but(decision=2), GAVE_WAY))
    waits.when(numbered(take, 1), ASK_TAKE, CASE, by=APPROVER).then_refused(
        "decision-taken", outcome="superseded"
    )


def test_the_register_keeps_what_was_decided_first_and_says_what_stands() -> None:
    taken = by(APPROVER, TAKEN.but(decision=2), GAVE_WAY)
    rows = fold(DecisionRow, *PLANNED, INSTEAD, taken)
    first, second = rows[f"{REF}/1"], rows[f"{REF}/2"]
    assert (first.outcome, first.superseded_by, first.stands) == ("approved", 2, False)
    assert (second.outcome, second.superseded_by, second.stands) == ("approved", None, True)
    never = fold(DecisionRow, OPENED, TRIAGED, PROPOSED, INSTEAD, taken)[f"{REF}/1"]
    assert (never.outcome, never.stands) == ("superseded", False)


BEFORE = date(2025, 6, 1)
EARLIER = by(OFFICER, OPENED, TRIAGED, on=BEFORE)
ADDED = [*EARLIER, *by(OFFICER, PROPOSED, TAKEN, on=BEFORE)]


@pytest.mark.parametrize(
    ("decide", "command", "history"),
    [
        (triage, CompleteTriage(tier=SupportTier.INTERVENTION, needs=NEEDS), [OPENED]),
        (numbered(take, 1), ASK_TAKE, [EARLIER, by(OFFICER, PROPOSED)]),
        (add_item, ASK_ITEM, [EARLIER, by(OFFICER, PROPOSED, on=BEFORE), TAKEN]),
        (numbered(deliver_item, 1), DeliverItem(half_days=9, evidence="Log"), [ADDED, ITEM]),
        (numbered(withdraw_item, 1), BECAUSE, [ADDED, ITEM]),
        (
            numbered(settle_milestone, 1),
            SettleMilestone(outcome="met", evidence="M"),
            [EARLIER, SET],
        ),
        (step_down, StepDown(to=SupportTier.TARGETED, reason="Better"), [EARLIER, REVIEWED]),
        (check_sustained, CheckSustained(sustained=True, findings="Holds"), [EARLIER, CLOSED]),
    ],
)
def test_a_step_is_not_dated_before_what_it_follows_from(
    decide: Any, command: Command, history: list[Any]
) -> None:
    steps = given(*history)
    assert steps.when(decide, command, CASE, by=APPROVER).outcome()
    early = command.but(effective_on=BEFORE)
    steps.when(decide, early, CASE, by=APPROVER).then_refused("before-its-cause")


def test_a_case_is_closed_after_all_that_was_done_in_it_and_reopened_after_that() -> None:
    worked = given(REGISTERED, BEGAN, by(OFFICER, OPENED, TRIAGED, on=BEFORE), SET, MET)
    early = ASK_CLOSE.but(effective_on=BEFORE)
    worked.when(closing(), early, CASE, COUNCIL, by=OFFICER).then_refused("before-its-cause")
    worked.when(closing(), ASK_CLOSE, CASE, COUNCIL, by=OFFICER).then(CLOSED, ENDED)
    over = given(REGISTERED, BEGAN, by(OFFICER, OPENED, on=BEFORE), CLOSED, ENDED)
    over.when(reopen, BECAUSE.but(effective_on=BEFORE), CASE, COUNCIL, by=OFFICER).then_refused(
        "before-its-cause"
    )


@pytest.mark.parametrize(("cost_pence", "refused"), [(100_000_00, False), (100_000_01, True)])
def test_above_the_limit_the_board_decides(cost_pence: int, refused: bool) -> None:
    proposed = PROPOSED.but(cost_pence=cost_pence)
    waiting = given(by(OFFICER, OPENED, TRIAGED, proposed))
    alone = waiting.when(numbered(take, 1), ASK_TAKE, CASE, by=APPROVER)
    if not refused:
        alone.then(TAKEN)
        return
    alone.then_refused("over-limit", limit_pence=100_000_00, amount_pence=cost_pence)
    minuted = ASK_TAKE.but(board_minute="CIB/2025/4")
    waiting.when(numbered(take, 1), minuted, CASE, by=APPROVER).then(
        TAKEN.but(authority=WITHIN.but(board_minute="CIB/2025/4"))
    )
    declined = ASK_TAKE.but(outcome="declined")
    waiting.when(numbered(take, 1), declined, CASE, by=APPROVER).then(TAKEN.but(outcome="declined"))


# --- The package ----------------------------------------------------------------------------


def test_a_package_is_agreed_once_something_is_approved() -> None:
    ask = AgreePackage(memorandum="MOU/1")
    given(*PLANNED).when(agree_package, ask, CASE, by=OFFICER).then(AGREED)
    given(OPENED, TRIAGED, PROPOSED).when(agree_package, ask, CASE, by=OFFICER).then_refused(
        "nothing-approved"
    )


def test_support_is_added_under_an_approved_decision_within_its_cost() -> None:
    given(*PLANNED).when(add_item, ASK_ITEM, CASE, by=OFFICER).then(ITEM)
    given(OPENED, TRIAGED, PROPOSED).when(add_item, ASK_ITEM, CASE, by=OFFICER).then_refused(
        "decision-not-approved", outcome="waiting"
    )
    given(*PLANNED, ITEM).when(add_item, ASK_ITEM, CASE, by=OFFICER).then_refused(
        "over-decision", approved_pence=80_000_00, used_pence=50_000_00, asked_pence=50_000_00
    )
    rest = ASK_ITEM.but(cost_pence=30_000_00)
    given(*PLANNED, ITEM).when(add_item, rest, CASE, by=OFFICER).then(
        ITEM.but(item=2, cost_pence=30_000_00)
    )
    given(*PLANNED, ITEM, WITHDRAWN).when(add_item, ASK_ITEM, CASE, by=OFFICER).then(
        ITEM.but(item=2)
    )


def test_support_is_delivered_or_withdrawn_once() -> None:
    given_ = given(*PLANNED, ITEM)
    ask = DeliverItem(half_days=9, evidence="Log")
    given_.when(numbered(deliver_item, 1), ask, CASE, by=OFFICER).then(DELIVERED)
    given_.when(numbered(withdraw_item, 1), BECAUSE, CASE, by=OFFICER).then(WITHDRAWN)
    given_.when(numbered(deliver_item, 2), ask, CASE, by=OFFICER).then_refused("not-found")
    for settled in (DELIVERED, WITHDRAWN):
        over = given(*PLANNED, ITEM, settled)
        for decide, command in ((deliver_item, ask), (withdraw_item, BECAUSE)):
            over.when(numbered(decide, 1), command, CASE, by=OFFICER).then_refused("item-settled")


def test_a_milestone_is_settled_once_and_may_move_before() -> None:
    ask = SetMilestone(title="Plan agreed", due_on=date(2025, 9, 1))
    given(OPENED).when(set_milestone, ask, CASE, by=OFFICER).then(SET)
    met = SettleMilestone(outcome="met", evidence="Minute")
    given(OPENED, SET).when(numbered(settle_milestone, 1), met, CASE, by=OFFICER).then(MET)
    missed = SettleMilestone(outcome="missed", evidence="Cabinet did not meet")
    given(OPENED, SET).when(numbered(settle_milestone, 1), missed, CASE, by=OFFICER).then(
        MilestoneMissed(**ABOUT, milestone=1, evidence="Cabinet did not meet")
    )
    later = ReviseMilestone(due_on=date(2025, 12, 1), reason="Cabinet moved")
    given(OPENED, SET).when(numbered(revise_milestone, 1), later, CASE, by=OFFICER).then(
        MilestoneRevised(**ABOUT, milestone=1, due_on=date(2025, 12, 1), was=date(2025, 9, 1))
    )
    for decide, command in ((settle_milestone, met), (revise_milestone, later)):
        given(OPENED, SET, MET).when(numbered(decide, 1), command, CASE, by=OFFICER).then_refused(
            "milestone-settled", state="met"
        )
        given(OPENED).when(numbered(decide, 1), command, CASE, by=OFFICER).then_refused("not-found")


def test_stepping_down_follows_a_review() -> None:
    ask = StepDown(to=SupportTier.TARGETED, reason="Two reviews without red")
    given(OPENED).when(step_down, ask, CASE, by=OFFICER).then_refused("not-reviewed")
    given(OPENED, REVIEWED).when(step_down, ask, CASE, by=OFFICER).then(
        CaseSteppedDown(**ABOUT, to=SupportTier.TARGETED)
    )


# --- Closing --------------------------------------------------------------------------------


def closing(*unsettled: str) -> Any:
    return lambda command, case, council, by: close(command, case, council, unsettled, by)


ASK_CLOSE = CloseCase(outcome="Good", lessons="Sooner", reason="Judged good")


def test_a_case_closes_when_everything_is_settled_or_named() -> None:
    settled = given(REGISTERED, BEGAN, *PLANNED, ITEM, DELIVERED, SET, MET)
    settled.when(closing(), ASK_CLOSE, CASE, COUNCIL, by=OFFICER).then(CLOSED, ENDED)
    waiting = by(OFFICER, PROPOSED.but(decision=2))
    still = given(REGISTERED, BEGAN, *PLANNED, ITEM, SET, waiting)
    everything = ["item 1", "milestone 1", "decision 2", "GRANT-0001", "GRANT-0001 condition 1"]
    open_ = closing("GRANT-0001", "GRANT-0001 condition 1")
    still.when(open_, ASK_CLOSE, CASE, COUNCIL, by=OFFICER).then_refused(
        "still-open", still_open=everything
    )
    named = tuple(LeftOpen(what=what, why="Runs on") for what in everything)
    still.when(open_, ASK_CLOSE.but(left_open=named), CASE, COUNCIL, by=OFFICER).then(
        CLOSED.but(left_open=named), ENDED
    )
    settled.when(
        closing(), ASK_CLOSE.but(left_open=named[:1]), CASE, COUNCIL, by=OFFICER
    ).then_refused("not-open")


def test_a_closed_case_is_reopened_unless_another_is_open() -> None:
    closed = given(REGISTERED, BEGAN, OPENED, CLOSED, ENDED)
    closed.when(reopen, BECAUSE, CASE, COUNCIL, by=OFFICER).then(CaseReopened(**ABOUT), BEGAN)
    given(REGISTERED, BEGAN, OPENED).when(reopen, BECAUSE, CASE, COUNCIL, by=OFFICER).then_refused(
        "case-open"
    )
    other = InterventionBegan(council=CODE, case="CASE-0002")
    given(REGISTERED, BEGAN, OPENED, CLOSED, ENDED, other).when(
        reopen, BECAUSE, CASE, COUNCIL, by=OFFICER
    ).then_refused("case-open", case="CASE-0002")


@pytest.mark.parametrize(
    ("role", "active", "leads"),
    [
        (Role.CASE_OFFICER, True, True),
        (Role.CASE_OFFICER, False, False),
        (Role.COUNCIL_CONTACT, True, False),
    ],
)
def test_a_case_is_led_by_who_may_work_on_it(role: Role, active: bool, leads: bool) -> None:
    council = "330" if role is Role.COUNCIL_CONTACT else None
    held = Holding(number=1, role=role, council=council)
    user = User(user="somebody", active=active, holdings=(held,))
    if leads:
        may_lead(user, DAY)
    else:
        with pytest.raises(Refused, match="may not work on cases"):
            may_lead(user, DAY)


def test_sustained_improvement_is_checked_once_after_closing() -> None:
    ask = CheckSustained(sustained=True, findings="Holds")
    checked = SustainedImprovementChecked(**ABOUT, sustained=True, findings="Holds")
    given(OPENED, CLOSED).when(check_sustained, ask, CASE, by=OFFICER).then(checked)
    for history in ([OPENED], [OPENED, CLOSED, checked]):
        given(*history).when(check_sustained, ask, CASE, by=OFFICER).then_refused("case-not-closed")


@pytest.mark.parametrize(
    ("decide", "command"),
    [
        (triage, CompleteTriage(tier=SupportTier.INTERVENTION, needs=NEEDS)),
        (assign_lead, AssignLead(lead="officer")),
        (propose, ASK_PROPOSE),
        (numbered(take, 1), ASK_TAKE),
        (agree_package, AgreePackage(memorandum="MOU/1")),
        (add_item, ASK_ITEM),
        (numbered(deliver_item, 1), DeliverItem(half_days=1, evidence="Log")),
        (numbered(withdraw_item, 1), BECAUSE),
        (set_milestone, SetMilestone(title="Plan", due_on=date(2025, 9, 1))),
        (numbered(settle_milestone, 1), SettleMilestone(outcome="met", evidence="Minute")),
        (
            numbered(revise_milestone, 1),
            ReviseMilestone(due_on=date(2025, 12, 1), reason="Moved"),
        ),
        (
            review,
            ReviewProgress(themes={"Workforce": Rag.RED}, confidence=Rag.RED, next_steps="Audit"),
        ),
        (escalate, EscalateCase(to="The department", reason="No progress")),
        (step_down, StepDown(to=SupportTier.TARGETED, reason="Better")),
    ],
)
def test_nothing_is_done_in_a_closed_case(decide: Any, command: Command) -> None:
    closed = given(*PLANNED, ITEM, SET, REVIEWED, CLOSED)
    closed.when(decide, command, CASE, by=OFFICER).then_refused("case-closed", stage=Stage.CLOSED)


def test_work_in_an_open_case_is_put_on_record() -> None:
    open_ = given(OPENED, TRIAGED)
    for decide, command, event in (
        (
            triage,
            CompleteTriage(tier=SupportTier.INTERVENTION, needs=NEEDS),
            TRIAGED,
        ),
        (assign_lead, AssignLead(lead="officer"), CaseLeadAssigned(**ABOUT, lead="officer")),
        (
            escalate,
            EscalateCase(to="The department", reason="No progress"),
            CaseEscalated(**ABOUT, to="The department"),
        ),
        (
            review,
            ReviewProgress(themes={"Workforce": Rag.RED}, confidence=Rag.AMBER, next_steps="Audit"),
            REVIEWED,
        ),
    ):
        open_.when(decide, command, CASE, by=OFFICER).then(event)


# --- Beside the log -------------------------------------------------------------------------

NOTE = CaseNoteAdded(
    **ABOUT, note="note-1", title="Call", confidentiality=Confidentiality.CONFIDENTIAL
)


def test_a_note_is_named_and_its_text_erased_once() -> None:
    ask = AddNote(title="Call", text="Frank", confidentiality=Confidentiality.CONFIDENTIAL)
    adding: Any = lambda command, case, by: add_note(command, case, "note-1", by)  # noqa: E731
    given(OPENED).when(adding, ask, CASE, by=OFFICER).then(NOTE)
    erasing: Any = lambda command, case, by: erase_note(command, case, "note-1", by)  # noqa: E731
    erased = CaseNoteErased(**ABOUT, note="note-1")
    given(OPENED, NOTE).when(erasing, BECAUSE, CASE, by=OFFICER).then(erased)
    for history in ([OPENED], [OPENED, NOTE, erased]):
        given(*history).when(erasing, BECAUSE, CASE, by=OFFICER).then_refused("not-found")
    assert "Frank" not in NOTE.model_dump_json()


@pytest.mark.parametrize(("size", "refused"), [(0, True), (1, False)])
def test_an_empty_document_is_refused(size: int, refused: bool) -> None:
    ask = AttachDocument(title="Plan")
    sha256 = "0" * 64
    deciding: Any = lambda command, case, by: attach(  # noqa: E731
        command, case, sha256, size, "application/pdf", by
    )
    asked = given(OPENED).when(deciding, ask, CASE, by=OFFICER)
    if refused:
        asked.then_refused("bad-document")
    else:
        asked.then(
            DocumentAttached(
                **ABOUT, title="Plan", sha256=sha256, size=1, media_type="application/pdf"
            )
        )


# --- Rows -----------------------------------------------------------------------------------


def test_the_case_page_tells_stages_package_and_progress() -> None:
    history = (*PLANNED, AGREED, ITEM, SET, NOTE)
    (page,) = fold(CasePage, *history).values()
    assert [stage.stage for stage in page.stages] == [
        Stage.OPEN,
        Stage.TRIAGED,
        Stage.PROPOSED,
        Stage.AGREED,
    ]
    assert (page.memorandum, page.next_milestone_on) == ("MOU/1", date(2025, 9, 1))
    assert [note.title for note in page.notes] == ["Call"]
    erased = CaseNoteErased(**ABOUT, note="note-1")
    (later,) = fold(CasePage, *history, DELIVERED, MET, REVIEWED, erased, CLOSED).values()
    assert (later.items[0].state, later.items[0].half_days) == ("delivered", 9)
    assert (later.milestones[0].state, later.next_milestone_on) == ("met", None)
    assert (later.confidence, later.notes, later.closed_on) == (Rag.AMBER, (), DAY)
    assert not later.is_open
    due = later.check_due(date(2025, 12, 3))
    assert due is not None
    assert (due.due_on, due.overdue) == (date(2025, 12, 2), True)
    (again,) = fold(CasePage, *history, CLOSED, CaseReopened(**ABOUT)).values()
    assert (again.is_open, again.closed_on) == (True, None)


def test_the_register_tells_who_proposed_who_decided_and_on_what_authority() -> None:
    (row,) = fold(DecisionRow, *PLANNED).values()
    assert (row.proposed_by, row.taken_by, row.outcome) == ("officer", "approver", "approved")
    assert row.authority == WITHIN
    (waiting,) = fold(DecisionRow, OPENED, PROPOSED).values()
    assert (waiting.outcome, waiting.taken_by) == ("waiting", None)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 6, 15), 6, date(2025, 12, 15)),
        (date(2025, 7, 1), 6, date(2026, 1, 1)),
    ],
)
def test_so_many_months_later_is_the_same_day_or_the_months_last(
    day: date, months: int, then: date
) -> None:
    assert months_after(day, months) == then


def test_events_name_no_persons_text() -> None:
    kinds: list[type[Event]] = [CaseNoteAdded, DocumentAttached]
    for kind in kinds:
        assert not {"text", "content", "name"} & kind.model_fields.keys()


@pytest.mark.parametrize("kind", Confidentiality)
def test_who_reads_a_note_is_told_as_the_roles_have_it(kind: Confidentiality) -> None:
    named = {
        "case officers": Role.CASE_OFFICER,
        "approvers": Role.APPROVER,
        "regional lead": Role.REGIONAL_LEAD,
        "auditors": Role.AUDITOR,
    }
    told = {role for said, role in named.items() if said in kind.readers}
    assert told == {role for role, held in PERMISSIONS.items() if kind.needs in held}
