"""Every event is told in plain words, with no gaps."""

from datetime import UTC, date, datetime

from markupsafe import Markup

from projections.audit import JournalRow
from service.pages.render import unbroken
from service.telling import details, sentence


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
    assert [name for name, _ in details(row("PracticeReturned", **returned))] == ["Needed"]


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
