"""What a figure is, written and read: nothing that is written is read as anything else."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.councils import Region
from domain.kernel import Refused
from domain.people import Days, PeerKind
from projections.engine.steps import Figure
from projections.people import PeerRow
from projections.supply import forecast, supply
from service.figures import asking
from service.figures.asking import (
    Condition,
    FieldOf,
    MadeOf,
    PublishedAs,
    ReportedAs,
    RowOf,
    RowsOf,
    ThenOf,
    asked_of,
)
from service.figures.supply import calls_of, forecast_of
from service.figures.told import Told, address_of, figure_text
from service.opening.seeing import fits, number_of, value_of
from service.opening.words import way_told
from service.opening.working import worked_out

anything = st.text(min_size=1, max_size=30)
amount = st.integers(1, 24)


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
    some = asking.times(parts[0], 8, "half-days")
    assert asked_of(some) == MadeOf("times", parts[:1], (8,), "half-days")
    assert asked_of(asking.part(some, 3, 6)) == MadeOf("part", (some,), (3, 6))


def test_how_a_figure_is_worked_out_is_told() -> None:
    a_count = asking.count("match-row")
    told = {
        asking.times(a_count, 8, "half-days"): "It is this figure, at 4 days each.",
        asking.times(a_count, 1250, "pence"): "It is this figure, at £12.50 each.",
        asking.times(a_count, 12): "It is this figure, 12 times.",
        asking.part(a_count, 3, 6): "It is 3 of 6 equal parts of this figure, rounded up.",
    }
    for text, said in told.items():
        asked = asked_of(text)
        assert isinstance(asked, MadeOf)
        assert way_told(asked) == said


@given(number=st.decimals(-(10**6), 10**6, places=2), parts=st.integers(1, 24), among=amount)
def test_a_part_is_rounded_up(number: Decimal, parts: int, among: int) -> None:
    asked = asked_of(asking.part(asking.count("match-row"), parts, among))
    assert isinstance(asked, MadeOf)
    found = worked_out(asked, [number])
    assert found == int(found)
    assert 0 <= int(found) - Fraction(number) * parts / among < 1


# --- The forecast of member peers' supply ---------------------------------------------------

CALLS = {"match-row": 0, "challenge-row": 1}


def worked_again(text: str, members: list[PeerRow], calls: dict[str, tuple[int, int]]) -> Figure:
    """A figure of the forecast, with so many calls waiting and so many in its months."""
    match asked := asked_of(text):
        case MadeOf():
            return worked_out(asked, [worked_again(part, members, calls) for part in asked.parts])
        case RowsOf(how="sum", view="peer-row"):
            fit = [p for p in members if all(fits(p, c, date.max) for c in asked.conditions)]
            return sum(number_of(value_of(p, asked.field, date.max)) or 0 for p in fit)
        case RowsOf(how="count", conditions=conditions):
            recent = any(c.field.endswith("_on") for c in conditions)
            return calls["recent" if recent else "waiting"][CALLS[asked.view]]
    raise AssertionError(text)


@st.composite
def members_on(draw: st.DrawFn) -> list[PeerRow]:
    """Member peers on the register, some of whom can be called on."""
    days = st.fixed_dictionaries(
        {year: st.builds(Days, pledged=amount) for year in ("2025-26", "2026-27", "2027-28")}
    )
    peers = st.builds(
        PeerRow,
        peer=st.just("PEER-0001"),
        kind=st.just(PeerKind.MEMBER),
        home_council=st.just("330"),
        home_region=st.just(Region.WEST_MIDLANDS),
        accreditations=st.sampled_from([(), ("Accredited",)]),
        released_until=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        days=days,
        registered_on=st.just(date(2025, 4, 1)),
    )
    return draw(st.lists(peers, max_size=4))


@given(
    members=members_on(),
    waiting=st.tuples(amount, amount),
    recent=st.tuples(amount, amount),
    months=amount,
    on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_the_forecasts_figures_are_worked_out_to_what_it_says(
    members: list[PeerRow],
    waiting: tuple[int, int],
    recent: tuple[int, int],
    months: int,
    on: date,
) -> None:
    said = forecast(members, sum(waiting), sum(recent), months, on)
    found = supply([], [], [], on, months).but(calls_in_months=sum(recent), forecast=said)
    calls = {"waiting": waiting, "recent": recent}
    assert worked_again(calls_of(found), members, calls) == found.calls_in_months
    for quarter, of in zip(said, forecast_of(found), strict=True):
        for text, figure in (
            (of.expected, quarter.expected),
            (of.needed, quarter.needed_half_days),
            (of.free, quarter.free_half_days),
            (of.gap, quarter.gap_half_days),
            *([(of.waiting, quarter.waiting)] if of.waiting else []),
        ):
            assert worked_again(text, members, calls) == figure


# --- What is none ---------------------------------------------------------------------------


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
        "times(count(grant-row))",
        "times(count(grant-row),8,weeks)",
        "times(count(grant-row),0)",
        "times(count(grant-row),-1)",
        "times(count(grant-row),1e3)",
        "part(count(grant-row),3)",
        "part(count(grant-row),3,0)",
        "part(grant-row,3,6)",
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
    assert figure_text(-3, "half-days") == "−1.5"
    assert figure_text(2_469_135, "half-days") == "1,234,567.5"
    assert figure_text(-1234) == "−1,234"
    told = Told(12, "count(grant-row)")
    assert (told, told.of) == ("12", "count(grant-row)")
    assert address_of(told.of, "2026-03-31") == "/figures?of=count(grant-row)&as_at=2026-03-31"


def test_a_figure_of_the_report_and_one_of_then_have_places_of_their_own() -> None:
    of = asking.reported("cases-open")
    then = asking.then(of, "12@2026-03-31")
    assert asked_of(of) == ReportedAs("cases-open")
    assert asked_of(then) == ThenOf(of, "12@2026-03-31")
    place = "/reports/executive/figures/cases-open?as_at="
    assert address_of(of, "2026-10-31") == f"{place}2026-10-31"
    assert address_of(then, "2026-10-31") == f"{place}12@2026-03-31"
    assert (
        address_of(asking.then("count(match-row)", "12")) == "/figures?of=count(match-row)&as_at=12"
    )
    assert address_of("reported(../../x)").startswith("/reports/executive/figures/..%2F..%2Fx")
