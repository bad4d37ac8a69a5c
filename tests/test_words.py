"""Every event is told in plain words, with no gaps."""

from datetime import UTC, date, datetime

import pytest

from domain.kernel import Event
from projections.audit import JournalRow
from service.pages.words import details, sentence


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


@pytest.mark.parametrize("name", sorted(Event.catalogue))
def test_every_event_has_a_sentence_of_its_own(name: str) -> None:
    said = sentence(row(name))
    assert said != name
    assert said[0].isupper()
    assert said.endswith(".")
    assert "{" not in said


def test_particulars_are_words_and_pounds_and_leave_out_what_is_empty() -> None:
    told = dict(details(row("InstalmentPaid", amount_pence=12_345_600, note=None, ready=True)))
    assert told == {"Amount": "£123,456.00", "Ready": "yes"}
