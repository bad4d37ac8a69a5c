"""Every event is told in plain words, with no gaps."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup

from domain.councils import Framework, Region
from domain.funding.events.grants import GrantClass
from domain.funding.ledger import Account
from projections.audit import JournalRow
from service.desk import Moment, day_of, moment_of, point_of
from service.pages.render import cell_class, unbroken, view_words, words
from service.telling import account_text, details, grouped, reasons, sentence


def row(name: str, **payload: object) -> JournalRow:
    return JournalRow(
        position=1,
        recorded_at=datetime(2026, 1, 5, 9, 5, tzinfo=UTC),
        effective_on=date(2026, 1, 5),
        stream="CASE-0001",
        stream_version=1,
        event=name,
        actor="case-officer",
        role="case-officer",
        channel="web",
        correlation="c",
        payload=payload,
    )


def test_particulars_are_words_and_pounds_and_leave_out_what_is_empty() -> None:
    told = dict(details(row("InstalmentPaid", amount_pence=12_345_600, note=None, ready=True)))
    assert told == {"Amount": "£123,456.00", "Ready": "yes"}


def test_particulars_leave_out_what_the_sentence_told() -> None:
    met = row(
        "MilestoneSet",
        case="CASE-0001",
        council="330",
        milestone=1,
        title="Plan",
        due_on="2026-03-31",
    )
    assert sentence(met) == "Milestone 1 of CASE-0001, “Plan”, was set for 31 March 2026."
    assert details(met) == []
    paid = row("InstalmentPaid", amount_pence=100, due_on="2026-03-31")
    assert details(paid) == [("Amount", "£1.00"), ("Due on", "31 March 2026")]
    returned = {"practice": "PRACTICE-0001", "council": "330", "needed": "More. " * 40}
    cut_short = row("PracticeReturned", **returned)
    assert [name for name, _ in reasons(cut_short)] == ["Needed"]
    assert details(cut_short) == []


def test_why_is_told_by_what_it_rests_on_and_by_the_reason_given() -> None:
    approved = row("GrantApproved", grant="GRANT-0001", amount_pence=100, rationale="It is needed")
    assert reasons(approved) == [("Rationale", "It is needed")]
    assert details(approved) == [("Amount", "£1.00")]
    both = approved.but(reason="Before the year ends")
    assert reasons(both) == [("Rationale", "It is needed"), ("Why", "Before the year ends")]
    short = row("PracticeReturned", practice="PRACTICE-0001", council="330", needed="More")
    assert "“More”" in sentence(short)
    assert reasons(short) == []


def test_what_is_told_of_a_part_leaves_the_whole_to_the_particulars() -> None:
    source = {"name": "Ofsted's list", "kind": "official"}
    confirmed = row(
        "InspectionOutcomeConfirmed", council="330", outcome="2025-06-12", source=source
    )
    said = "“Ofsted's list” confirmed the inspection outcome of 12 June 2025 for council 330."
    assert sentence(confirmed) == said
    assert details(confirmed) == []


def test_a_line_ends_in_no_year_day_or_reference() -> None:
    for whole in ("2025-26", "2025-26Q2", "2026-03-31", "CASE-0001", "BACS-HOST-4"):
        assert unbroken(f"In {whole}.") == f'In <span class="cw-unbroken">{whole}</span>.'
    link = Markup('<a href="/cases/CASE-0001?year=2025-26">CASE-0001</a>')
    kept = '<a href="/cases/CASE-0001?year=2025-26"><span class="cw-unbroken">CASE-0001</span></a>'
    assert unbroken(link) == kept
    assert unbroken("<b> & case-officer, 20-30 days") == "&lt;b&gt; &amp; case-officer, 20-30 days"
    assert unbroken(12) == "12"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("help_and_protection", "Help and protection"),
        ("2025-26", "2025-26"),
        ("replaced by notice IN/2026/01", "Replaced by notice IN/2026/01"),
        (Region.YORKSHIRE, "Yorkshire and The Humber"),
        (Framework.ILACS_SHORT, "ILACS short"),
        (Framework.SIF, "SIF"),
        (Framework.NOT_STATED, "Not stated"),
        (GrantClass.SECTION_31, "Section 31, not ring-fenced"),
        (GrantClass.GRANT_IN_AID, "Grant in aid"),
    ],
)
def test_a_code_is_told_as_it_is_written(code: str, said: str) -> None:
    assert words(code) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dfe-funding/2025-26", "DfE funding, 2025-26"),
        ("programme-budget/2025-26", "Programme budget, 2025-26"),
        ("heading/2025-26/peer-mentoring", "Heading of peer mentoring, 2025-26"),
        ("region/2025-26/north-west", "Devolved to North West, 2025-26"),
        ("region-spent/2025-26/north-west", "Spent by North West, 2025-26"),
        ("grant-commitment/2025-26/GRANT-0001", "Set aside for GRANT-0001, 2025-26"),
        ("council-paid/2025-26/330", "Paid to Birmingham, 2025-26"),
        ("council-paid/2025-26/351", "Paid to council 351, 2025-26"),
        ("supplier-paid/2025-26/CONTRACT-0001", "Paid for CONTRACT-0001, 2025-26"),
        ("clawback-due/2025-26/GRANT-0001", "Clawback due on GRANT-0001, 2025-26"),
        ("written-off/2025-26", "Written off, 2025-26"),
        ("carried-forward/2025-26", "Carried forward, 2025-26"),
    ],
)
def test_an_account_is_told_in_words(name: str, said: str) -> None:
    assert account_text(name, {"330": "Birmingham"}) == said


def test_every_account_has_words_of_its_own() -> None:
    assert len({account.label for account in Account}) == len(Account)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("3322500.00", "3,322,500.00"),
        ("-4800.00", "−4,800.00"),
        ("-0.50", "−0.50"),
        ("12", "12"),
        ("c", "c"),
        ("", ""),
    ],
)
def test_a_figure_is_grouped_as_people_read_it(figure: str, said: str) -> None:
    assert grouped(figure) == said


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("30 September 2026", " cw-whole"),
        ("2025-26Q4", " cw-whole"),
        (Markup('<a href="/grants/GRANT-0001">GRANT-0001</a>'), " cw-whole"),
        ("Worse than the neighbours' median by more than 25%", " cw-text"),
        ("Bury", ""),
        (3, ""),
        (None, ""),
    ],
)
def test_a_cell_takes_its_width_by_what_it_says(cell: object, kept: str) -> None:
    assert cell_class(cell) == kept


def test_a_view_is_told_by_what_its_rows_are_of() -> None:
    told = [view_words(name) for name in ("grant-row", "case-page", "budget-position")]
    assert told == ["Grant", "Case", "Budget position"]


@pytest.mark.parametrize("text", ["2026-03-31", "31/3/2026", "31/03/2026", "31 March 2026"])
def test_a_day_may_be_written_as_people_do(text: str) -> None:
    assert day_of(text) == date(2026, 3, 31)
    assert moment_of(text) == moment_of("2026-03-31")


@pytest.mark.parametrize("text", ["", "yesterday", "31/2/2026", "2026", "31 March"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("1234", (1234, None)),
        ("1234@2026-03-31", (1234, date(2026, 3, 31))),
        ("1234@2026-02-31", None),
        ("1234@31/3/2026", None),
        ("-1", None),
        ("٣", None),
        ("1" * 19, None),
    ],
)
def test_a_position_may_be_seen_from_a_day(
    text: str, point: tuple[int, date | None] | None
) -> None:
    assert point_of(text) == point


def test_a_moment_is_asked_for_again_by_its_point() -> None:
    now = Moment(position=12, on=date(2026, 3, 31))
    assert point_of(now.point) == (12, now.on)
    assert Moment(position=12, as_at=now.point, on=now.on).told == "31 March 2026"


def test_particulars_name_whom_they_know() -> None:
    names = {"336": "Wolverhampton", "861": "Stoke-on-Trent", "PERSON-1": "Ada Fennwick"}
    shared = row("SelfAssessmentShared", council="330", year="2025-26", shared_with=["336", "861"])
    assert details(shared, names) == [("Shared with", "Wolverhampton, Stoke-on-Trent")]
    asked = row("MentoringRequested", mentee="PERSON-1", objectives=["336"], policy_themes=[])
    assert ("Mentee", "Ada Fennwick") in details(asked, names)
    registered = row(
        "CouncilRegistered", council="330", gss_code="E08000025", population_0_25=432811
    )
    assert ("Population aged 0 to 25", "432,811") in details(registered, names)
    assert ("GSS code", "E08000025") in details(registered, names)
