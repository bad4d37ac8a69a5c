"""What people write: read alike by everybody, and safe in every file that it goes into."""

import pytest
from pydantic import ValidationError

from domain.interventions import CaseClosed, CloseCase, LeftOpen

BARRED = {
    "noncharacter": "a\uffffb",
    "turned": "\u202eabc",
    "isolated": "abc\u2066",
    "delete": "a\x7fb",
    "control": "a\u0085b",
    "nul": "a\x00b",
    "invisible": "\u200b\u2060",
}
KEPT = ("a\tb\nc", "Zoë Łoś, “½ ≥ 3” • e\u0301", "العربية", "中文", "👩\u200d👧", "=SUM(A1)")


@pytest.mark.parametrize("name", BARRED)
def test_what_cannot_be_read_is_asked_of_nobody(name: str) -> None:
    with pytest.raises(ValidationError) as found:
        CloseCase(outcome=BARRED[name], lessons="None", reason="Done")
    assert [error["loc"] for error in found.value.errors()] == [("outcome",)]
    left = LeftOpen(what="A grant", why="Runs on").but(why=BARRED[name])
    with pytest.raises(ValidationError):
        CloseCase(outcome="Better", lessons="None", left_open=(left,), reason="Done")


@pytest.mark.parametrize("text", KEPT)
def test_what_people_write_is_kept_as_it_is(text: str) -> None:
    assert CloseCase(outcome=text, lessons="None", reason="Done").outcome == text


def test_a_fact_is_read_as_it_was_recorded() -> None:
    recorded = {"case": "CASE-0001", "council": "330", "outcome": "a\uffffb", "lessons": "None"}
    assert CaseClosed.from_stored(recorded, CaseClosed.schema_version).outcome == "a\uffffb"
