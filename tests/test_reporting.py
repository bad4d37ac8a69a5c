"""Returns: who prepares, reviews, certifies; what supersedes what; the row of the register."""

from collections.abc import Callable
from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.access import PERMISSIONS, Role
from domain.kernel import Actor, Event
from domain.reporting import (
    CERTIFIED,
    Contents,
    DfeReturn,
    PrepareReturn,
    ReturnFile,
    ReturnKind,
    ReturnPeriod,
    ReturnPrepared,
    ReturnReviewed,
    ReturnSentBack,
    ReturnSubmitted,
    ReturnSuperseded,
    ReturnTookForce,
    ReviewReturn,
    SendReturnBack,
    Standing,
    SubmitReturn,
    may_prepare,
    period_bounds,
    prepare_return,
    review_return,
    send_return_back,
    submit_return,
)
from projections.reporting import ReturnRow
from tests.spec import by, fold, given

OFFICER = Actor(id="case-officer", role="case-officer")
APPROVER = Actor(id="approver", role="approver")
BOTH = Actor(id="case-officer", role="approver")
"""Somebody who holds both roles."""
RETURN, NEXT = DfeReturn(dfe_return="RET-0001"), DfeReturn(dfe_return="RET-0002")
STANDING = Standing(kind=ReturnKind.PROGRAMME, period="2024-25Q4")
FILE = ReturnFile(name="figures.csv", size=3, sha256="b" * 64, media_type="text/csv")
CONTENTS = Contents(
    at_position=40, files=(FILE,), sha256="a" * 64, figures=9, suppressed=0, code_version="1+2"
)


def prepared(ref: str = "RET-0001", period: str = "2024-25Q4") -> ReturnPrepared:
    first, last = period_bounds(period)
    return ReturnPrepared(
        dfe_return=ref,
        kind=ReturnKind.PROGRAMME,
        period=period,
        first_day=first,
        last_day=last,
        **dict(CONTENTS),
    )


PREPARED = by(OFFICER, prepared())
REVIEWED = by(APPROVER, ReturnReviewed(dfe_return="RET-0001", sha256="a" * 64))
SUBMITTED: list[Event] = [
    ReturnSubmitted(dfe_return="RET-0001", sha256="a" * 64, statement=CERTIFIED),
    ReturnTookForce(kind=ReturnKind.PROGRAMME, period="2024-25Q4", dfe_return="RET-0001"),
]
AGAIN = (
    by(
        OFFICER,
        prepared("RET-0002"),
        reason="A payment was entered late",
    ),
    by(APPROVER, ReturnReviewed(dfe_return="RET-0002", sha256="a" * 64)),
)


def test_a_period_is_a_financial_year_or_its_quarter() -> None:
    assert period_bounds("2025-26") == (date(2025, 4, 1), date(2026, 3, 31))
    assert period_bounds("2025-26Q1") == (date(2025, 4, 1), date(2025, 6, 30))
    assert period_bounds("2025-26Q3") == (date(2025, 10, 1), date(2025, 12, 31))
    assert period_bounds("2027-28Q4") == (date(2028, 1, 1), date(2028, 3, 31))
    reads = TypeAdapter[str](ReturnPeriod)
    assert reads.validate_python("2099-00Q1") == "2099-00Q1"
    for wrong in ("2025", "2025-27", "2025-26Q5", "2025-26 Q1", "202526"):
        with pytest.raises(ValidationError):
            reads.validate_python(wrong)


def at(head: int) -> Callable[[PrepareReturn, Actor], list[Event]]:
    """The question whether a return may be prepared from a log of this length."""

    def ask(command: PrepareReturn, _: Actor) -> list[Event]:
        may_prepare(command, head)
        return []

    return ask


def test_a_return_is_prepared_as_at_a_position_of_the_log() -> None:
    ask = PrepareReturn(kind=ReturnKind.PROGRAMME, period="2024-25Q4")
    (told,) = (
        given()
        .when(lambda c, r, b: prepare_return(c, r, CONTENTS, b), ask, RETURN, by=OFFICER)
        .outcome()
    )
    assert told == prepared()
    for changes, code in (
        ({"period": "2025-26Q2"}, "bad-period"),
        ({"kind": ReturnKind.CERTIFICATION}, "bad-period"),
        ({"position": 41}, "bad-position"),
    ):
        given().when(at(40), ask.but(**changes), by=OFFICER).then_refused(code)
    given().when(at(40), ask.but(position=40), by=OFFICER).then()
    given().when(at(0), ask, by=OFFICER).then_refused("bad-position")


def test_another_person_reviews_it() -> None:
    ask = ReviewReturn()
    given(PREPARED).when(review_return, ask, RETURN, by=APPROVER).then(
        ReturnReviewed(dfe_return="RET-0001", sha256="a" * 64)
    )
    given(PREPARED).when(review_return, ask, RETURN, by=BOTH).then_refused("own-return")
    given(PREPARED, REVIEWED).when(review_return, ask, RETURN, by=APPROVER).then_refused(
        "not-prepared"
    )
    early = ask.but(effective_on=date(2025, 6, 1))
    given(PREPARED).when(review_return, early, RETURN, by=APPROVER).then_refused("before-its-cause")


def test_its_reviewer_sends_it_back_until_it_is_submitted() -> None:
    ask, sent = SendReturnBack(reason="Two grants are missing"), "RET-0001"
    told = ReturnSentBack(dfe_return=sent, sha256="a" * 64)
    given(PREPARED).when(send_return_back, ask, RETURN, by=APPROVER).then(told)
    given(PREPARED, REVIEWED).when(send_return_back, ask, RETURN, by=APPROVER).then(told)
    given(PREPARED).when(send_return_back, ask, RETURN, by=BOTH).then_refused("own-return")
    given(PREPARED, REVIEWED, *SUBMITTED).when(
        send_return_back, ask, RETURN, by=APPROVER
    ).then_refused("not-waiting")
    given(PREPARED, by(APPROVER, told)).when(
        review_return, ReviewReturn(), RETURN, by=APPROVER
    ).then_refused("not-prepared")


def first(command: SubmitReturn, found: DfeReturn, standing: Standing, by: Actor) -> list[Event]:
    return submit_return(command, found, standing, None, by)


def test_who_certifies_did_not_prepare() -> None:
    states = (RETURN, STANDING)
    given(PREPARED, REVIEWED).when(first, SubmitReturn(), *states, by=APPROVER).then(*SUBMITTED)
    given(PREPARED, REVIEWED).when(first, SubmitReturn(), *states, by=BOTH).then_refused(
        "own-return"
    )
    given(PREPARED).when(first, SubmitReturn(), *states, by=APPROVER).then_refused("not-reviewed")
    given(PREPARED, REVIEWED, *SUBMITTED).when(
        first, SubmitReturn(), *states, by=APPROVER
    ).then_refused("not-reviewed")


def test_a_return_is_submitted_once_its_period_is_over() -> None:
    history = (by(OFFICER, prepared(period="2025-26Q1")), REVIEWED)
    standing = Standing(kind=ReturnKind.PROGRAMME, period="2025-26Q1")
    asked = given(*history).when(first, SubmitReturn(), RETURN, standing, by=APPROVER)
    asked.then_refused("period-not-over", last="2025-06-30")
    later = SubmitReturn(effective_on=date(2025, 7, 1))
    given(*history).when(first, later, RETURN, standing, by=APPROVER).outcome()


def second(
    command: SubmitReturn, found: DfeReturn, standing: Standing, before: DfeReturn, by: Actor
) -> list[Event]:
    return submit_return(command, found, standing, before, by)


def test_only_a_submitted_return_of_the_same_kind_and_period_supersedes() -> None:
    history = (PREPARED, REVIEWED, by(APPROVER, *SUBMITTED), *AGAIN)
    ask, states = SubmitReturn(), (NEXT, STANDING, RETURN)
    superseded = ReturnSuperseded(
        dfe_return="RET-0001", by="RET-0002", reason="A payment was entered late"
    )
    submitted, over, force = given(*history).when(second, ask, *states, by=APPROVER).outcome()
    assert isinstance(submitted, ReturnSubmitted)
    assert over == superseded
    assert isinstance(force, ReturnTookForce)
    assert (force.dfe_return, force.instead_of) == ("RET-0002", "RET-0001")
    unexplained = (
        *history[:3],
        by(OFFICER, prepared("RET-0002")),
        by(APPROVER, ReturnReviewed(dfe_return="RET-0002", sha256="a" * 64)),
    )
    given(*unexplained).when(second, ask, *states, by=APPROVER).then_refused("reason-missing")
    given(*unexplained).when(
        second, ask.but(reason="The ledger was corrected"), *states, by=APPROVER
    ).outcome()
    other = (by(OFFICER, prepared(period="2024-25Q3")), REVIEWED, by(APPROVER, SUBMITTED[0]))
    with pytest.raises(TypeError):
        given(*other, *AGAIN).when(second, ask, *states, by=APPROVER).outcome()


def test_the_register_says_how_far_each_has_come_and_whom_it_waits_for() -> None:
    row = fold(ReturnRow, PREPARED)["RET-0001"]
    assert (row.status, row.year, row.quarter, row.submitted) == ("prepared", "2024-25", 4, False)
    assert "another person than case-officer" in row.waits_for
    row = fold(ReturnRow, PREPARED, REVIEWED)["RET-0001"]
    assert (row.status, row.reviewed_by) == ("reviewed", "approver")
    history = (PREPARED, REVIEWED, by(APPROVER, *SUBMITTED))
    row = fold(ReturnRow, *history)["RET-0001"]
    assert (row.status, row.submitted_by, row.waits_for) == ("submitted", "approver", "")
    over = ReturnSuperseded(dfe_return="RET-0001", by="RET-0002", reason="Late entry")
    rows = fold(ReturnRow, *history, *AGAIN, by(APPROVER, over))
    row = rows["RET-0001"]
    assert (row.status, row.superseded_by, row.submitted) == ("superseded", "RET-0002", True)
    back = by(APPROVER, ReturnSentBack(dfe_return="RET-0001", sha256="a" * 64), reason="Wrong year")
    row = fold(ReturnRow, PREPARED, back)["RET-0001"]
    assert (row.status, row.sent_back_because) == ("sent back", "Wrong year")
    assert "anew" in row.waits_for


def test_the_department_drafts_nothing_and_nobody_certifies_alone() -> None:
    analyst = PERMISSIONS[Role.DFE_ANALYST]
    assert "return.read" in analyst
    drafts = {"return.draft", "return.prepare", "return.review", "return.submit", "return.explain"}
    assert not analyst & drafts
    assert "return.prepare" in PERMISSIONS[Role.CASE_OFFICER]
    for role, held in PERMISSIONS.items():
        assert not {"return.prepare", "return.submit"} <= held, role
