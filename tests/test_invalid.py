"""What is wrong with what was sent, in a sentence that says what to write instead."""

from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from domain.kernel import CaseRef, CouncilCode, FinancialYear
from domain.reporting import ReturnPeriod
from service.invalid import place, what_to_do, worth_telling
from service.settings import Settings


@pytest.mark.parametrize(
    ("kind", "sent", "said"),
    [
        (CouncilCode, "33", "Write it like 330."),
        (CaseRef, "GRANT-0001", "Write it like CASE-0001."),
        (ReturnPeriod, "2025-26Q5", "Write it like 2025-26Q2."),
        (FinancialYear, "2025", "Write it like 2025-26."),
        (FinancialYear, "2025-27", "Write a financial year as its two calendar years"),
        (int, "x", "Write a whole number, like 12."),
        (date, "31st", "Write a date like 2026-03-31."),
    ],
)
def test_an_error_says_what_to_write_instead(kind: Any, sent: str, said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(kind).validate_python(sent)
    assert what_to_do(wrong.value.errors()[0]).startswith(said)


def test_a_list_whose_parts_are_wrong_is_not_called_too_short_besides() -> None:
    grants = TypeAdapter(Annotated[tuple[CaseRef, ...], Field(min_length=1)])
    with pytest.raises(ValidationError) as wrong:
        grants.validate_python(["CASE-1"])
    assert [each["loc"] for each in worth_telling(wrong.value.errors())] == [(0,)]
    with pytest.raises(ValidationError) as wrong:
        grants.validate_python([])
    assert [each["type"] for each in worth_telling(wrong.value.errors())] == ["too_short"]


def test_what_is_not_json_is_at_no_place_in_it() -> None:
    broken = {
        "type": "json_invalid",
        "loc": ("body", 7),
        "msg": "JSON decode error",
        "ctx": {"error": "Expecting value"},
    }
    assert place(broken) == ()
    assert what_to_do(broken) == "Send JSON: Expecting value at character 7."


def test_an_address_of_a_database_that_is_none_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(ValidationError, match="Write it like postgresql://"):
        Settings(database_url="nonsense")
    assert Settings(database_url="postgresql://casework@127.0.0.1/casework").database_url
