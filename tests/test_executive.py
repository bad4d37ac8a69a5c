"""The report to the Executive: when one may be issued, and how its sentences are put."""

from datetime import date

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.executive import (
    ExecutiveReportIssued,
    ExecutiveReports,
    IssueExecutiveReport,
    ReportContents,
    issue_report,
    may_issue,
)
from domain.kernel import Actor, Event, Refused
from projections.executive import ExecutiveReportRow
from service.executive import wording
from service.executive.draft import Draft, sentence
from service.executive.looking import DAYS
from service.telling import share_of
from service.writing import Heading, Paragraph, plain
from tests.spec import by, fold, given

DIRECTOR = Actor(id="director", role="approver")
CONTENTS = ReportContents(
    at_position=40, tells_of=date(2025, 6, 1), sha256="a" * 64, figures=12, code_version="1+2"
)
FIRST = ExecutiveReportIssued(report="REP-0001", **dict(CONTENTS))


def issue(command: IssueExecutiveReport, reports: ExecutiveReports, by: Actor) -> list[Event]:
    """The decision on these contents."""
    return issue_report(command, reports, CONTENTS, by)


# --- Issuing --------------------------------------------------------------------------------


def test_the_first_report_is_compared_with_none() -> None:
    given().when(issue, IssueExecutiveReport(), ExecutiveReports(), by=DIRECTOR).then(FIRST)


def test_the_next_is_compared_with_the_one_before() -> None:
    before = FIRST.but(at_position=30)
    given(before).when(issue, IssueExecutiveReport(), ExecutiveReports(), by=DIRECTOR).then(
        FIRST.but(report="REP-0002", compared_with="REP-0001")
    )


def test_a_report_does_not_go_back() -> None:
    late = by(DIRECTOR, FIRST.but(at_position=30), on=date(2025, 7, 1))
    for before in (FIRST, FIRST.but(at_position=50), late):
        decided = given(before).when(issue, IssueExecutiveReport(), ExecutiveReports(), by=DIRECTOR)
        decided.then_refused("report-goes-back")


@pytest.mark.parametrize(("position", "head"), [(41, 40), (None, 0)])
def test_a_report_is_of_what_is_on_record(position: int | None, head: int) -> None:
    command = IssueExecutiveReport(position=position, effective_on=date(2025, 6, 2))
    with pytest.raises(Refused, match="record ends at"):
        may_issue(command, ExecutiveReports(), head)


def test_the_register_says_who_issued_what() -> None:
    row = fold(ExecutiveReportRow, by(DIRECTOR, FIRST))["REP-0001"]
    assert (row.report, row.at_position, row.issued_by) == ("REP-0001", 40, "director")
    assert row.issued_position == 1


# --- Sentences ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "council", "no councils"),
        (1, "council", "one council"),
        (26, "council", "26 councils"),
        (1204, "example of good practice", "1,204 examples of good practice"),
        (2, "match", "2 matches"),
        (3, "category", "3 categories"),
        (2, "day", "2 days"),
    ],
)
def test_so_many_of_something(number: int, noun: str, said: str) -> None:
    assert wording.many(number, noun) == said


@pytest.mark.parametrize(
    ("pence", "said"),
    [
        (0, "£0"),
        (64_000, "£640"),
        (64_050, "£640.50"),
        (100_000, "£1,000"),
        (12_000_000, "£120,000"),
        (72_080_000, "£721,000"),
        (99_949_999, "£999,000"),
        (99_950_000, "£1 million"),
        (100_000_000, "£1 million"),
        (404_514_868, "£4 million"),
        (930_000_000, "£9.3 million"),
        (-1_500_000, "−£15,000"),
        (-250_000_000, "−£2.5 million"),
    ],
)
def test_round_sums(pence: int, said: str) -> None:
    assert wording.money(pence) == said


@pytest.mark.parametrize(
    ("half_days", "said"),
    [(0, "no days"), (1, "half a day"), (2, "1 day"), (3, "1½ days"), (808, "404 days")],
)
def test_days(half_days: int, said: str) -> None:
    assert DAYS.told(half_days) == said


@whatever(st.integers(1, 400), st.integers(1, 400))
def test_a_share_says_all_only_of_all(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (share_of(part, whole) == "100%") == (part == whole)
    assert share_of(part, whole) != "0%"


def test_ranges_lists_and_changes() -> None:
    assert wording.spread(3, 14, "month") == ("3", "14 months")
    assert wording.spread(1, 1, "month") == ("", "one month")
    assert wording.among(list("abcdefg")) == "a, b, c, d and 3 others"
    assert wording.among(list("abcde")) == "a, b, c, d and e"
    assert plain(wording.change(40, 31, "31")) == ", up from 31 in the last report"
    assert plain(wording.change(2, 3, "3")) == ", down from 3 in the last report"
    assert wording.change(3, 3, "3") == ()


def test_what_has_nothing_to_say_is_left_out() -> None:
    draft = Draft()
    draft.heading("Empty")
    draft.paragraph(None, None)
    draft.heading("Full")
    draft.paragraph(None, sentence("One ", "", "council."), "More.")
    draft.part("A part.")
    draft.part(None)
    draft.paragraph("Next.")
    draft.heading("Last")
    assert draft.finished() == (
        Heading("Full"),
        Paragraph(("One ", "council.", " ", "More."), "1"),
        Paragraph(("A part.",), "1.1"),
        Paragraph(("Next.",), "2"),
    )
