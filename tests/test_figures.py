"""What a figure is, written and read: nothing that is written is read as anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel import Refused
from service.figures import asking
from service.figures.asking import Condition, FieldOf, MadeOf, PublishedAs, RowOf, RowsOf, asked_of
from service.figures.told import Told, address_of, figure_text

anything = st.text(min_size=1, max_size=30)


@given(key=anything, path=anything)
def test_a_field_is_read_as_it_was_written(key: str, path: str) -> None:
    assert asked_of(asking.field("grant-row", key, path)) == FieldOf("grant-row", key, path)
    assert asked_of(asking.row("grant-row", key)) == RowOf("grant-row", key)


@given(values=st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_conditions_are_read_as_they_were_written(values: list[str]) -> None:
    told = Condition("heading", "=", tuple(values))
    assert asked_of(asking.count("grant-row", heading=values)) == RowsOf(
        "count", "grant-row", "", (told,)
    )
    late = asking.fits("standing:2026-03-31", "!=", *values)
    found = asked_of(asking.total("council-exchange", "given[a, b].half_days", late, region=None))
    assert found == RowsOf(
        "sum",
        "council-exchange",
        "given[a, b].half_days",
        (Condition("standing:2026-03-31", "!=", tuple(values)),),
    )


def test_what_is_worked_out_keeps_its_parts() -> None:
    parts = (
        asking.count("case-page", is_open=True),
        asking.published("A", "b, c", "2025", ["330"]),
    )
    share = asking.made("share", *parts)
    assert asked_of(share) == MadeOf("share", parts)
    assert asked_of(parts[1]) == PublishedAs("A", "b, c", "2025", ("330",))
    assert asking.plus(parts[:1]) == parts[0]
    assert asking.plus([]) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "paid_pence",
        "field(grant-row,GRANT-0001)",
        "count(grant-row,year)",
        "sum(grant-row)",
        "drop(grant-row,x,y)",
        "plus(count(grant-row))",
        "share(count(grant-row),count(grant-row)",
        "plus(" * 9 + "count(a),count(b)" + ")" * 9,
        f"count({'x' * 20_000})",
        asking.plus(["count(grant-row)"] * 300),
    ],
)
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        asked_of(text)
    assert refusal.value.code == "bad-figure"


def test_a_figure_is_told_in_its_unit_and_carries_what_it_is() -> None:
    assert figure_text(1_234_50, "pence") == "£1,234.50"
    assert figure_text(7, "half-days") == "3.5"
    assert figure_text(1234) == "1,234"
    told = Told(12, "count(grant-row)")
    assert (told, told.of) == ("12", "count(grant-row)")
    assert address_of(told.of, "2026-03-31") == "/figures?of=count(grant-row)&as_at=2026-03-31"
