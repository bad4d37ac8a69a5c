"""Indicators' meaning, how a council compares, and early warning."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.councils import (
    CloseConcern,
    Council,
    CouncilRegistered,
    CouncilSucceeded,
    IndicatorWarning,
    Region,
    RiskConcernClosed,
    RiskConcernRaised,
    Source,
    SupportTier,
    close_concern,
)
from domain.insight import (
    AdoptThresholds,
    Cell,
    Cells,
    Comparison,
    Definition,
    IndicatorDataLoaded,
    IndicatorSet,
    IndicatorSetPublished,
    Level,
    Polarity,
    PublishIndicatorSet,
    Subject,
    Threshold,
    Thresholds,
    WarningPolicy,
    WarningThresholdsAdopted,
    adopt_thresholds,
    cell,
    compare,
    median,
    met,
    publish,
    raise_warnings,
    standing,
    trend,
)
from domain.kernel import Actor, Event
from projections.councils import CouncilRow
from projections.insight import IndicatorLoadRow, IndicatorSetRow, ThresholdsRow, WarningRow
from tests.spec import DAY, by, fold, given, numbered

OFFICER = Actor(id="case-officer", role="case-officer")
LOWER = Definition(
    id="vacancies",
    column="vacancies",
    name="Vacancies",
    unit="%",
    polarity=Polarity.LOWER,
    source="Ours",
    decimal_places=1,
    featured=True,
)
HIGHER = LOWER.but(id="in_time", column="in_time", name="In time", polarity=Polarity.HIGHER)
NEITHER = LOWER.but(id="contacts", column="contacts", name="Contacts", polarity=Polarity.NEITHER)
TOTAL = NEITHER.but(id="children", column="children", unit="children", additive=True)

MEANT = IndicatorSetPublished(
    indicator_set="figures",
    definitions_version=1,
    title="Figures",
    source="Ours",
    definitions=(LOWER, HIGHER, NEITHER),
)
LOADED = IndicatorDataLoaded(
    indicator_set="figures",
    load=1,
    file_name="figures.csv",
    file_sha256="a" * 64,
    definitions_version=1,
    periods=("2023", "2024"),
    rows_loaded=5,
    rows_corrected=0,
    rows_unchanged=0,
    rows_rejected=1,
    values_loaded=15,
    values_sha256="b" * 64,
    kept_apart={"909": "Cumbria"},
)
SUBJECT = Subject(
    council="330",
    region="E12000005",
    neighbours=("331", "332", "333"),
    region_councils=("330", "331"),
)


def year(**cells: str) -> dict[str, Cell]:
    """Cells by code: c330='12', england='9', region='8'."""
    names = {"england": "E92000001", "region": "E12000005"}
    return {names.get(n, n.removeprefix("c")): cell(told) for n, told in cells.items()}


def publishing(*definitions: Definition, title: str = "Figures") -> PublishIndicatorSet:
    return PublishIndicatorSet(
        indicator_set="figures", title=title, source="Ours", definitions=definitions
    )


# --- Meaning --------------------------------------------------------------------------------


def test_a_sets_meaning_is_published_in_versions() -> None:
    empty = IndicatorSet(indicator_set="figures")
    given().when(publish, publishing(LOWER, HIGHER, NEITHER), empty, by=OFFICER).then(MEANT)
    given(MEANT).when(
        publish, publishing(LOWER, HIGHER, NEITHER, title="Better"), empty, by=OFFICER
    ).then(MEANT.but(definitions_version=2, title="Better"))
    given(MEANT).when(publish, publishing(LOWER, HIGHER, NEITHER), empty, by=OFFICER).then_refused(
        "no-change"
    )


def test_what_was_published_keeps_its_meaning() -> None:
    empty = IndicatorSet(indicator_set="figures")
    given(MEANT).when(publish, publishing(LOWER, HIGHER), empty, by=OFFICER).then_refused(
        "definition-in-use", indicators=["contacts"]
    )
    other = NEITHER.but(column="another")
    given(MEANT).when(publish, publishing(LOWER, HIGHER, other), empty, by=OFFICER).then_refused(
        "definition-in-use"
    )
    renamed = NEITHER.but(name="Contacts made", polarity=Polarity.LOWER)
    given(MEANT).when(publish, publishing(LOWER, HIGHER, renamed), empty, by=OFFICER).then(
        MEANT.but(definitions_version=2, definitions=(LOWER, HIGHER, renamed))
    )


def test_an_indicator_is_defined_once() -> None:
    empty = IndicatorSet(indicator_set="figures")
    given().when(publish, publishing(LOWER, LOWER), empty, by=OFFICER).then_refused(
        "bad-definitions", twice=["vacancies"]
    )
    same_place = LOWER.but(id="other")
    given().when(publish, publishing(LOWER, same_place), empty, by=OFFICER).then_refused(
        "bad-definitions", columns=["vacancies"]
    )


def test_a_set_as_people_see_it() -> None:
    row = fold(IndicatorSetRow, MEANT, by(OFFICER, LOADED))["INDICATORS-figures"]
    assert (row.title, row.loads, row.periods) == ("Figures", 1, ("2023", "2024"))
    assert (row.last_loaded_on, row.last_loaded_at, row.version) == (DAY, 2, 2)
    load = fold(IndicatorLoadRow, MEANT, by(OFFICER, LOADED))["figures/1"]
    assert (load.rows_loaded, load.rows_rejected, load.loaded_by) == (5, 1, "case-officer")
    assert load.kept_apart == {"909": "Cumbria"}


# --- Comparing ------------------------------------------------------------------------------


def test_the_median_is_exact() -> None:
    assert median([Decimal("0.1"), Decimal("0.2")]) == Decimal("0.15")
    assert median([Decimal(3), Decimal(1), Decimal(2)]) == 2
    assert median([]) is None


@drawn(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=40))
def test_half_are_on_either_side_of_the_median(values: list[Decimal]) -> None:
    middle = median(values)
    assert middle is not None
    assert sum(v < middle for v in values) * 2 <= len(values)
    assert sum(v > middle for v in values) * 2 <= len(values)


@drawn(
    st.dictionaries(st.from_regex(r"[1-9]\d\d", fullmatch=True), st.decimals(0, 9, places=0)),
    st.sampled_from([LOWER, HIGHER, NEITHER]),
)
def test_ranks_and_quartiles_hold_together(
    values: dict[str, Decimal], definition: Definition
) -> None:
    found = {code: standing(definition, values, code) for code in values}
    for code, where in found.items():
        assert where is not None
        assert 1 <= where.rank <= where.of == len(values)
        assert 1 <= where.quartile <= 4
        assert where.rank + where.as_bad_or_worse == len(values) + 1
        for other, there in found.items():
            assert there is not None
            if definition.better(values[code], values[other]):
                assert (where.rank, where.quartile) <= (there.rank, there.quartile)
                assert where.rank < there.rank
            if values[code] == values[other]:
                assert where == there
    # At most a tenth of all are in the worst tenth, however many are equal.
    worst = sum(bool(where and where.in_worst_decile) for where in found.values())
    assert worst * 10 <= len(values)


def compared(definition: Definition = LOWER, **cells: str) -> Comparison:
    return compare(definition, {"2024": year(**cells)}, SUBJECT)


def test_a_council_beside_its_neighbours_its_region_and_england() -> None:
    found = compared(
        c330="12.5", c331="10", c332="11", c333="c", c334="20", england="9.9", region="10.1"
    )
    assert (found.value, found.period, found.published) == (Decimal("12.5"), "2024", "12.5")
    assert (found.neighbours_median, found.neighbours_counted, found.neighbours) == (
        Decimal("10.5"),
        2,
        3,
    )
    assert (found.distance, found.distance_sense) == (Decimal(2), "worse")
    assert found.region == Level(value=Decimal("10.1"), how="published")
    assert found.england == Level(value=Decimal("9.9"), how="published")
    assert found.standing is not None
    assert (found.standing.rank, found.standing.of, found.standing.quartile) == (3, 4, 3)
    assert found.written(found.value) == "12.5%"
    assert found.written(Decimal("-0.05")) == "−0.05%"
    assert found.distance_written == "+2.0 points, worse"


@pytest.mark.parametrize(
    ("definition", "sense", "rank", "quarter"),
    [
        (LOWER, "worse", 4, "4 (worst)"),
        (HIGHER, "better", 1, "1 (best)"),
        (NEITHER, "", 1, "1 (highest)"),
    ],
)
def test_which_way_is_good_is_respected(
    definition: Definition, sense: str, rank: int, quarter: str
) -> None:
    found = compared(definition, c330="9", c331="1", c332="2", c333="3")
    assert found.distance == 7
    assert found.distance_sense == sense
    assert found.standing is not None
    assert (found.standing.rank, found.quarter) == (rank, quarter)


@pytest.mark.parametrize("symbol", ["c", "x", "z", "u", "low"])
def test_a_symbol_is_shown_and_never_computed_with(symbol: str) -> None:
    found = compared(c330=symbol, c331="10", c332=symbol, england=symbol)
    assert (found.published, found.value, found.distance) == (symbol, None, None)
    assert found.said
    assert found.standing is None
    assert (found.neighbours_median, found.neighbours_counted) == (Decimal(10), 1)
    assert found.england.value == 10
    assert found.england.how.startswith(f"median of 1 councils; published: {symbol}")
    assert trend(LOWER, {"2022": year(c330="1"), "2023": year(c330=symbol)}, "330").sense == ""


def test_without_a_published_figure_it_is_the_median_of_councils_and_says_so() -> None:
    found = compared(c330="12", c331="10", c340="50")
    assert found.region == Level(value=Decimal(11), how="median of 2 councils")
    assert found.england == Level(value=Decimal(12), how="median of 3 councils")
    assert compared().region == Level(how="no figures")


def test_a_total_is_never_what_a_council_is_compared_with() -> None:
    found = compared(TOTAL, c330="12", c331="10", region="22", england="400")
    assert found.region.value == 11
    assert found.region.how == "median of 2 councils; the published figure is their total"
    assert found.england.value == 11


def test_rows_of_two_councils_are_shown_and_counted_for_neither() -> None:
    cells = {"2024": {"330 / 331": cell("7"), "332": cell("9")}}
    found = compare(LOWER, cells, SUBJECT)
    assert (found.value, found.said) == (None, "nothing was published for this council")
    assert found.shared == ("330 / 331: 7",)
    assert found.england == Level(value=Decimal(9), how="median of 1 councils")


@pytest.mark.parametrize(
    ("definition", "years", "direction", "sense"),
    [
        (LOWER, ("1", "2", "3"), "rising", "worsening"),
        (HIGHER, ("1", "2", "3"), "rising", "improving"),
        (NEITHER, ("1", "2", "3"), "rising", ""),
        (LOWER, ("9", "3", "2", "1"), "falling", "improving"),
        (LOWER, ("1", "3", "2"), "no clear direction", ""),
        (LOWER, ("1", "1", "2"), "no clear direction", ""),
        (LOWER, ("1", "2"), "not enough years", ""),
        (LOWER, ("1", "c", "3"), "not enough years", ""),
        (LOWER, ("1", "2", "c"), "not enough years", ""),
    ],
)
def test_a_trend_is_told_by_the_last_three_years(
    definition: Definition, years: tuple[str, ...], direction: str, sense: str
) -> None:
    cells = {str(2020 + n): year(c330=told) for n, told in enumerate(years)}
    found = trend(definition, cells, "330")
    assert (found.direction, found.sense) == (direction, sense)


def test_a_year_that_is_missing_breaks_a_trend() -> None:
    cells = {"2021": year(c330="1"), "2022": year(c331="4"), "2023": year(c330="2")}
    cells |= {"2024": year(c330="3")}
    assert trend(LOWER, cells, "330").direction == "not enough years"


# --- Thresholds -----------------------------------------------------------------------------


def threshold(rule: str, indicator: str = "vacancies", **changes: Any) -> Threshold:
    facts = {"indicator_set": "figures", "indicator": indicator, "rule": rule} | changes
    return Threshold.model_validate(facts)


def adopting(*thresholds: Threshold, from_: str = "2025-06-01") -> AdoptThresholds:
    return AdoptThresholds.model_validate(
        {"from": from_, "thresholds": thresholds, "reason": "Board minute 7"}
    )


def decide(command: AdoptThresholds, policy: WarningPolicy, known: IndicatorSet, by: Actor) -> Any:
    return adopt_thresholds(command, policy, [known], by)


FIGURES = IndicatorSet(indicator_set="figures")
ABOVE = threshold("above", value="20")
ADOPTED = WarningThresholdsAdopted(version=1, from_=DAY.replace(day=1), thresholds=(ABOVE,))


def test_thresholds_are_adopted_in_versions_with_a_day() -> None:
    given(MEANT).when(decide, adopting(ABOVE), WarningPolicy(), FIGURES, by=OFFICER).then(ADOPTED)
    below = threshold("below", value="5")
    given(MEANT, ADOPTED).when(decide, adopting(below), WarningPolicy(), FIGURES, by=OFFICER).then(
        ADOPTED.but(version=2, thresholds=(below,))
    )
    given(MEANT, ADOPTED).when(
        decide, adopting(ABOVE), WarningPolicy(), FIGURES, by=OFFICER
    ).then_refused("no-change")
    given(MEANT, ADOPTED).when(
        decide, adopting(below, from_="2025-05-31"), WarningPolicy(), FIGURES, by=OFFICER
    ).then_refused("bad-dates")


@pytest.mark.parametrize(
    "wrong",
    [
        threshold("above", "unknown", value="1"),
        threshold("above"),
        threshold("worst decile", value="1"),
        threshold("worst decile", "contacts"),
        threshold("worse than neighbours", "contacts", value="10"),
        threshold("worse than neighbours", value="-1"),
        threshold("above", "contacts", value="1", worsening_years=2),
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused(wrong: Threshold) -> None:
    given(MEANT).when(decide, adopting(wrong), WarningPolicy(), FIGURES, by=OFFICER).then_refused(
        "bad-threshold"
    )


def test_the_same_rule_twice_is_refused() -> None:
    given(MEANT).when(
        decide,
        adopting(ABOVE, threshold("above", value="30")),
        WarningPolicy(),
        FIGURES,
        by=OFFICER,
    ).then_refused("bad-threshold")


def test_a_threshold_is_never_a_float() -> None:
    with pytest.raises(ValidationError, match="as text"):
        threshold("above", value=0.1)


def test_the_version_in_force_is_that_of_the_day() -> None:
    later = ADOPTED.but(version=2, from_=DAY.replace(month=9))
    policy = given(ADOPTED, later).state(WarningPolicy())
    assert policy.on(DAY.replace(month=5)) is None
    assert [policy.on(DAY.replace(month=m)).version for m in (6, 8, 9)] == [1, 1, 2]  # type: ignore[union-attr]
    rows = fold(ThresholdsRow, by(OFFICER, ADOPTED, reason="Board minute 7"))
    assert (rows["1"].adopted_by, rows["1"].reason) == ("case-officer", "Board minute 7")


# --- Warnings -------------------------------------------------------------------------------

NEAR = ("331", "332", "333")


def judged(rule: Threshold, definition: Definition = LOWER, **cells: str) -> bool:
    return met(rule, definition, {"2024": year(**cells)}, "330", NEAR) is not None


def test_above_and_below_are_beyond_the_value() -> None:
    assert judged(ABOVE, c330="20.1")
    assert not judged(ABOVE, c330="20")
    assert not judged(ABOVE, c330="c")
    assert not judged(ABOVE, c331="50")
    below = threshold("below", "in_time", value="80")
    assert judged(below, HIGHER, c330="79.9")
    assert not judged(below, HIGHER, c330="80")


def test_the_worst_tenth_is_counted_with_its_equals() -> None:
    rule = threshold("worst decile")
    twenty = {f"c{400 + n}": str(n) for n in range(19)}
    assert judged(rule, LOWER, c330="50", **twenty)
    assert judged(rule, LOWER, c330="18", **twenty)
    assert not judged(rule, LOWER, c330="17", **twenty)
    assert not judged(rule, LOWER, c330="50", **dict.fromkeys(twenty, "50"))
    nine = {c: twenty[c] for c in list(twenty)[:8]}
    assert not judged(rule, LOWER, c330="50", **nine)


def test_worse_than_neighbours_is_by_more_than_the_share_of_their_median() -> None:
    rule = threshold("worse than neighbours", value="10")
    near = {"c331": "10", "c332": "20", "c333": "u"}
    assert judged(rule, LOWER, c330="16.6", **near)
    assert not judged(rule, LOWER, c330="16.5", **near)
    assert not judged(rule, LOWER, c330="13.5", **near)
    assert not judged(rule, LOWER, c330="50", c331="c")
    assert judged(rule, HIGHER, c330="13.4", **near)


def test_worsening_needs_each_year_to_be_worse() -> None:
    rule = threshold("above", value="20", worsening_years=2)

    def years(*told: str) -> bool:
        cells = {str(2020 + n): year(c330=each) for n, each in enumerate(told)}
        return met(rule, LOWER, cells, "330", NEAR) is not None

    assert years("1", "2", "21")
    assert not years("2", "2", "21")
    assert not years("3", "2", "21")
    assert not years("c", "2", "21")
    assert not years("2", "21")
    assert not years("1", "2", "19")


def registered(code: str, neighbours: tuple[str, ...] = NEAR) -> CouncilRegistered:
    return CouncilRegistered(
        council=code,
        name=f"Council {code}",
        gss_code=f"E08000{code}",
        region=Region.WEST_MIDLANDS,
        authority_type="Metropolitan borough",
        statistical_neighbours=neighbours,
        source=Source(name="Register", kind="official"),
    )


WARNING = IndicatorWarning(
    indicator_set="figures",
    indicator="vacancies",
    name="Vacancies",
    unit="%",
    period="2024",
    value="25.5",
    rules=("above 20",),
    compared={"threshold": "20"},
    thresholds_version=1,
    load=1,
)
RAISED = RiskConcernRaised(
    council="330",
    concern=1,
    source_of_concern="Early warning: Vacancies",
    indicators={"Vacancies": "25.5 in 2024"},
    warning=WARNING,
)


def warnings(cells: Cells, *history: Event, rules: tuple[Threshold, ...] = (ABOVE,)) -> list[Event]:
    log = given(MEANT, LOADED, registered("330"), registered("331"), *history)
    return raise_warnings(
        Thresholds(version=1, from_=DAY, thresholds=rules),
        {"figures": log.state(FIGURES)},
        {("figures", "vacancies"): cells},
        [log.state(Council(council=code)) for code in ("330", "331", "332")],
        OFFICER,
    )


def test_a_warning_carries_the_values_and_the_thresholds_that_caused_it() -> None:
    cells = {"2024": year(c330="25.5", c331="20", c332="99")}
    assert warnings(cells) == [RAISED]


def test_a_council_is_warned_once_of_an_indicators_period() -> None:
    cells = {"2024": year(c330="25.5")}
    assert warnings(cells, RAISED) == []
    assert warnings(cells, RAISED, RiskConcernClosed(council="330", concern=1)) == []
    (again,) = warnings(cells | {"2025": year(c330="26")}, RAISED)
    assert isinstance(again, RiskConcernRaised)
    assert (again.concern, again.warning and again.warning.period) == (2, "2025")


def test_several_rules_of_one_indicator_make_one_concern() -> None:
    rules = (ABOVE, threshold("worse than neighbours", value="10"))
    (raised,) = warnings({"2024": year(c330="25.5", c331="10.5", c332="11")}, rules=rules)
    assert isinstance(raised, RiskConcernRaised)
    assert raised.warning is not None
    assert raised.warning.rules == (
        "above 20",
        "worse than the neighbours' median by more than 10%",
    )
    assert raised.warning.compared == {
        "threshold": "20",
        "neighbours' median": "10.75% (2 councils)",
    }


def test_councils_that_were_succeeded_are_not_warned() -> None:
    gone = CouncilSucceeded(council="330", successors=("340",))
    assert warnings({"2024": year(c330="25.5")}, gone) == []


def test_a_warning_brings_early_support_until_it_is_closed() -> None:
    rows = fold(CouncilRow, registered("330"), RAISED)
    assert rows["COUNCIL-330"].tier is SupportTier.EARLY_SUPPORT
    given(registered("330"), RAISED).when(
        lambda command, council, by: close_concern(command, council, 1, by),
        CloseConcern(reason="Spoken with the director"),
        Council(council="330"),
        by=OFFICER,
    ).then(RiskConcernClosed(council="330", concern=1))


def test_concerns_as_people_see_them() -> None:
    closed = by(OFFICER, RiskConcernClosed(council="330", concern=1), reason="Cleared")
    by_hand = RiskConcernRaised(council="330", concern=2, source_of_concern="A call")
    rows = fold(WarningRow, registered("330"), RAISED, by_hand, closed)
    first, second = rows["330/1"], rows["330/2"]
    assert (first.status, first.closed_because, first.closed_on) == ("closed", "Cleared", DAY)
    assert (first.indicator, first.period, first.warning) == ("vacancies", "2024", WARNING)
    assert (second.status, second.warning, second.indicator) == ("open", None, None)


def test_a_concern_of_the_first_shape_is_still_read() -> None:
    stored = {
        "council": "330",
        "concern": 1,
        "source_of_concern": "A call",
        "indicators": {"Vacancies": "31%"},
    }
    read = RiskConcernRaised.from_stored(stored, 1)
    assert (read.warning, read.indicators) == (None, {"Vacancies": "31%"})
    state = Council(council="330").after(numbered(registered("330"), read))
    assert (state.concerns, state.warned) == ((1,), ())
