"""Words that are nearly what was written."""

import pytest

from service.finding.near import distance, near
from service.lists.listing import Kind
from service.lists.routes import cell

ON_RECORD = ["safeguard", "salford", "birmingham", "care", "core", "330", "leav", "leaver"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("safegaurd", {"safeguard"}),
        ("salfrd", {"salford"}),
        ("birm", {"birmingham"}),
        ("brimingam", {"birmingham"}),
        ("care", {"care", "core"}),
        ("cat", set()),
        ("331", set()),
        ("leav", {"leav", "leaver"}),
        ("zebra", set()),
    ],
)
def test_a_slip_or_a_beginning_is_understood(written: str, meant: set[str]) -> None:
    assert near(written, ON_RECORD) == meant


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("care", "care", 0), ("care", "acre", 1), ("care", "car", 1), ("care", "scare", 1)],
)
def test_letters_apart_count_a_swap_as_one(one: str, other: str, apart: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == apart


def test_far_apart_is_told_as_too_far() -> None:
    assert distance("safeguarding", "birmingham", 2) == 3


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Kind.TEXT, "=HYPERLINK(1)", "'=HYPERLINK(1)"),
        (Kind.LIST, ("-1", "a"), "'-1; a"),
        (Kind.WORDS, "@sum", "'@sum"),
        (Kind.PENCE, -12_345, "-123.45"),
        (Kind.HALVES, 3, "1.5"),
        (Kind.WORDS, "peer-mentoring", "Peer mentoring"),
        (Kind.DAY, None, ""),
    ],
)
def test_a_cell_of_csv_is_safe_in_a_spreadsheet(kind: Kind, value: object, written: str) -> None:
    assert cell(kind, value) == written
