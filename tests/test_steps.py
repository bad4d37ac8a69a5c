"""Steps of a row: fields by path, what each record changed, and figures as sums of records."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from domain.funding import ConditionMet, InstalmentPaid, PaymentReversed
from projections.engine import Fold, differences, fields, figure, figures, refold
from projections.funding import BudgetPosition, GrantRow
from service.pages.comparing import marked, said, told
from service.pages.render import field_words
from tests.spec import by, numbered
from tests.test_funding import (
    ABOUT,
    APPROVER,
    ASSESSED,
    FINANCE,
    GRANT,
    OFFICER,
    PAID_ONCE,
    RUNNING,
    SPENT,
)

HISTORY = [
    *PAID_ONCE,
    ASSESSED,
    by(OFFICER, ConditionMet(**ABOUT, condition=1, evidence="Minute 4"), reason="Checked"),
    by(
        FINANCE,
        PaymentReversed(**ABOUT, instalment=1, amount_pence=50_000_00, payment_reference="BACS-1"),
        on=date(2025, 6, 20),
        reason="Wrong account",
    ),
    by(
        FINANCE,
        InstalmentPaid(**ABOUT, instalment=1, amount_pence=50_000_00, payment_reference="BACS-2"),
        on=date(2025, 6, 23),
    ),
]
LOG = numbered(*HISTORY)


def whole() -> Fold:
    return refold(GrantRow, GRANT, LOG)


def test_fields_go_by_the_number_or_name_of_what_they_belong_to() -> None:
    found = fields(whole().after)
    assert found["conditions[1].state"] == "met"
    assert found["instalments[2].amount_pence"] == 30_000_00
    assert found["instalments[2].conditions"] == [1]
    assert found["payments[BACS-1].reversed_on"] == date(2025, 6, 20)
    assert found["assessments[1].scores[Need].score"] == 4
    assert found["authority.limit_record"] == "USER-approver/2"


def test_what_is_empty_and_what_the_row_is_folded_from_are_no_fields() -> None:
    found = fields(whole().after)
    assert not [path for path in found if path.startswith("state")]
    assert "direct_award_reason" not in found
    assert found["novel_or_contentious"] is False
    assert found["clawed_back_pence"] == 0
    assert fields(None) == {}


def test_each_record_is_charged_with_what_it_changed_and_nothing_else() -> None:
    changed = {type(step.record.event).__name__: step.differences for step in whole().steps[-3:]}
    assert changed["ConditionMet"] == {
        "conditions[1].state": ("open", "met"),
        "conditions[1].by": (None, OFFICER.id),
        "conditions[1].settled_on": (None, date(2025, 6, 2)),
        "conditions[1].why": (None, "Minute 4"),
    }
    assert changed["PaymentReversed"] == {
        "paid_pence": (50_000_00, 0),
        "committed_pence": (30_000_00, 80_000_00),
        "payments[BACS-1].reversed_on": (None, date(2025, 6, 20)),
    }
    assert changed["InstalmentPaid"]["paid_pence"] == (0, 50_000_00)


def test_the_version_is_a_figure_but_no_difference() -> None:
    fold = whole()
    assert figure(fold.after, "version") == len(fold.steps)
    assert "version" not in differences(fold.before, fold.after)
    assert not {"version"} & {path for step in fold.steps for path in step.differences}


def test_records_of_other_rows_are_no_steps() -> None:
    assert {step.record.stream for step in whole().steps} == {GRANT}
    key = f"{SPENT.year}/{SPENT.heading}"
    fold = refold(BudgetPosition, key, LOG)
    assert [type(step.record.event).__name__ for step in fold.steps] == [
        "HeadingAllocated",
        "CommitmentReserved",
        "SpendRecorded",
    ]


@pytest.mark.parametrize("position", range(len(LOG) + 1))
def test_a_fold_is_cut_at_any_position_without_loss(position: int) -> None:
    fold = whole()
    upto = refold(GrantRow, GRANT, [r for r in LOG if r.position <= position])
    rest = fold.since(position)
    assert rest.before == upto.after
    assert rest.after == fold.after
    for field, (was, now) in differences(rest.before, rest.after).items():
        steps = [step.differences[field] for step in rest.steps if field in step.differences]
        assert (steps[0][0], steps[-1][1]) == (was, now)
        assert all(a[1] == b[0] for a, b in itertools.pairwise(steps))


def test_every_figure_is_the_sum_of_what_its_records_added() -> None:
    fold = whole()
    for field, value in figures(fold.after).items():
        assert sum(amount for _, amount in fold.added(field)) == value, field
    paid = [(type(r.event).__name__, amount) for r, amount in fold.added("paid_pence")]
    assert paid == [
        ("InstalmentPaid", 50_000_00),
        ("PaymentReversed", -50_000_00),
        ("InstalmentPaid", 50_000_00),
    ]


def test_yes_and_no_are_no_figures() -> None:
    assert "competed" not in figures(whole().after)
    assert figure(None, "paid_pence") is None
    assert list(refold(GrantRow, GRANT, numbered(*RUNNING)).added("final_spend_pence")) == []


def test_who_approved_is_who_the_field_is_charged_to() -> None:
    (step,) = [s for s in whole().steps if "approved_by" in s.differences]
    assert (step.record.actor, step.differences["approved_by"]) == (
        APPROVER.id,
        (None, APPROVER.id),
    )


# --- How it is told on pages ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("paid_pence", "Paid"),
        ("conditions[2].settled_on", "Conditions 2: settled on"),
        ("payments[BACS-0001-1].amount_pence", "Payments BACS-0001-1: amount"),
        ("regions.north-west", "Regions: north west"),
        (
            "assessments[1].scores[Value for money].score",
            "Assessments 1: scores Value for money: score",
        ),
    ],
)
def test_a_path_is_told_in_words(path: str, words: str) -> None:
    assert field_words(path) == words


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("paid_pence", 123_456, "£1,234.56"),
        ("score", Decimal("1.5"), "1.5"),
        ("competed", True, "yes"),
        ("settled_on", date(2025, 6, 2), "2 June 2025"),
        ("why", None, "nothing"),
    ],
)
def test_a_value_is_told_for_people(path: str, value: object, text: str) -> None:
    assert said(GrantRow, path, value) == text


def test_only_what_differs_is_marked_and_what_people_wrote_is_escaped() -> None:
    before, after = marked(told(GrantRow, "purpose", "Front <door> only", "Front <door> and hub"))
    assert before == 'Front &lt;door&gt; <del class="cw-was">only</del>'
    assert after == 'Front &lt;door&gt; <ins class="cw-now">and hub</ins>'
    before, after = marked(told(GrantRow, "predecessors", ["825"], ["825", "330"]))
    assert (before, after) == ("825", '825, <ins class="cw-now">330</ins>')
    before, after = marked(told(GrantRow, "rationale", None, "Ready"))
    assert (before, after) == ("nothing", '<ins class="cw-now">Ready</ins>')
