"""Where a case stands: what was done, what can be done now and by whom, what not yet and why."""

from collections.abc import Iterable
from datetime import date

import pytest

from domain.access.permissions import PERMISSIONS, Role
from domain.interventions import CaseReopened, MilestoneSet, ProgressReviewed, Rag
from domain.kernel import Event, Record
from projections.interventions import CasePage, DecisionRow
from service.funding.amounts import in_words, number_in_words
from service.standing import Step, StepState, coming, phases
from tests.spec import DAY, fold
from tests.test_interventions import (
    ABOUT,
    AGREED,
    CLOSED,
    DELIVERED,
    ITEM,
    OPENED,
    PLANNED,
    PROPOSED,
    SET,
    TRIAGED,
)


def steps(
    *history: Event | list[Record], user: str = "officer", role: Role = Role.CASE_OFFICER
) -> dict[str, Step]:
    """The steps of a case after a history, as somebody in a role sees them."""
    (row,) = fold(CasePage, *history).values()
    decisions = list(fold(DecisionRow, *history).values())
    found = phases(row, decisions, (), user, PERMISSIONS[role].__contains__)
    return {step.what: step for phase in found for step in phase.steps}


def states(found: Iterable[Step]) -> list[StepState]:
    return [step.state for step in found]


def test_a_case_just_opened_waits_for_its_triage_and_says_why_nothing_else_goes() -> None:
    found = steps(OPENED)
    triage = found["Find how much support is needed, and where"]
    assert (triage.state, triage.does, triage.subjects) == (
        StepState.TO_DO,
        "complete_triage",
        {"case": "CASE-0001"},
    )
    propose = found["Propose support"]
    assert (propose.state, propose.does) == (StepState.NOT_YET, "")
    assert propose.why == "Complete the triage of CASE-0001 first."
    assert found["Take the decision"].why == "Nothing has been proposed."
    agree = found["Agree the memorandum"]
    assert agree.why == "A package is agreed once a decision is approved."
    assert found["Open the case"].done_on == DAY


def test_a_proposal_waits_for_an_approver_and_never_for_who_proposed_it() -> None:
    mine = steps(OPENED, TRIAGED, PROPOSED, user="somebody", role=Role.APPROVER)
    (what,) = (what for what in mine if what.startswith("Take decision 1"))
    assert (mine[what].state, mine[what].does) == (StepState.WAITING, "")
    assert mine[what].why == "You proposed this: another person takes the decision."
    theirs = steps(OPENED, TRIAGED, PROPOSED, user="approver", role=Role.APPROVER)[what]
    assert (theirs.state, theirs.does) == (StepState.TO_DO, "take_decision")
    assert theirs.subjects == {"case": "CASE-0001", "decision": "1"}
    colleague = steps(OPENED, TRIAGED, PROPOSED, user="another")[what]
    assert (colleague.state, colleague.why) == (StepState.WAITING, "Waits for: approver.")


def test_what_was_done_says_when_and_by_whom() -> None:
    found = steps(*PLANNED, AGREED, ITEM, SET, DELIVERED)
    (item,) = (step for what, step in found.items() if what.startswith("Item 1"))
    assert (item.state, item.done_on, item.done_by) == (StepState.DONE, DAY, "somebody")
    (taken,) = (step for what, step in found.items() if what.startswith("Take decision 1"))
    assert (taken.state, taken.done_by) == (StepState.DONE, "approver")
    closing = found["Close the case"]
    assert (closing.state, closing.does) == (StepState.TO_DO, "close_case")
    assert "milestone 1" in closing.why
    down = found["Begin to step the case down"]
    assert (down.state, down.why) == (StepState.NOT_YET, "Review progress before stepping down.")


def test_a_case_closed_is_checked_and_one_reopened_is_triaged_again() -> None:
    closed = steps(*PLANNED, AGREED, CLOSED)
    check = closed["Check whether improvement lasts"]
    assert (check.state, check.does) == (StepState.TO_DO, "check_case_sustained")
    assert closed["Agree milestones"].why == "CASE-0001 is closed: reopen it first."
    again = steps(*PLANNED, AGREED, CLOSED, CaseReopened(**ABOUT))
    assert again["Find how much support is needed, and where"].state == StepState.TO_DO


def test_nobody_without_a_role_for_it_is_offered_anything() -> None:
    for role in (Role.AUDITOR, Role.DFE_ANALYST, Role.COUNCIL_CONTACT):
        found = steps(*PLANNED, AGREED, ITEM, SET, role=role)
        assert StepState.TO_DO not in states(found.values())
        assert all(not step.does for step in found.values())


def test_what_is_next_comes_in_order_and_what_is_late_says_so() -> None:
    late = MilestoneSet(**ABOUT, milestone=2, title="Plan agreed", due_on=date(2025, 7, 1))
    (row,) = fold(CasePage, *PLANNED, AGREED, SET, late).values()
    found = coming(row, (), DAY, date(2025, 7, 2))
    assert [(each.what, each.detail, each.overdue) for each in found] == [
        ("Milestone 2", "Plan agreed", True),
        ("Milestone 1", row.milestones[0].title, False),
        ("Six-monthly review of progress", "", False),
    ]
    reviewed = ProgressReviewed(
        **ABOUT, review=1, themes={"Leaders": Rag.RED}, confidence=Rag.RED, next_steps="Again"
    )
    (row,) = fold(CasePage, *PLANNED, reviewed, CLOSED).values()
    assert [each.what for each in coming(row, (), None, DAY)] == ["Check whether improvement lasts"]


@pytest.mark.parametrize(
    ("pence", "said"),
    [
        (0, "nought pounds"),
        (100, "one pound"),
        (101, "one pound and one penny"),
        (12_000_00, "twelve thousand pounds"),
        (66_000_00, "sixty-six thousand pounds"),
        (120_005_50, "one hundred and twenty thousand and five pounds and fifty pence"),
        (100_023_456, "one million, two hundred and thirty-four pounds and fifty-six pence"),
        (10_000_000_000_00, "ten billion pounds"),
    ],
)
def test_an_amount_in_words_is_the_amount_in_figures(pence: int, said: str) -> None:
    assert in_words(pence) == said


def test_no_two_numbers_read_alike() -> None:
    assert len({number_in_words(n) for n in range(12_000)}) == 12_000
    with pytest.raises(ValueError, match="in words"):
        in_words(-1)
