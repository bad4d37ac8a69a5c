"""Files of published indicators: the traps of the real ones, each in its own strings.

Found in what is published: councils coded anew from one year to the next, councils that no
longer exist, rows for two councils together, London's halves beside its region, five symbols in
the place of figures, a filter that never varies, names of columns in mixed case, and figures
with one decimal place in some years and none in others.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.councils import Council, Region
from domain.insight import (
    Definition,
    IndicatorDataLoaded,
    IndicatorSet,
    IndicatorSetPublished,
    Polarity,
    cell,
    exact,
)
from domain.kernel import Refused
from service.imports.files import Unusable, read_bytes
from service.imports.indicators import Loading, set_named
from service.imports.places import period_of
from service.measures import sha256_of
from tests.spec import numbered

HEADERS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,new_la_code,la_name"
)
ENGLAND = "Reporting year,National,E92000001,England,,,,,"
LONDON = "Reporting year,Regional,E92000001,England,E12000007,London,,,"
INNER = "Reporting year,Regional,E92000001,England,E13000001,Inner London,,,"
_HULL = "Reporting year,Local authority,E92000001,England"
BARNSLEY_OLD = f"{_HULL},E12000003,Yorkshire and The Humber,370,E08000016,Barnsley"
BARNSLEY = f"{_HULL},E12000003,Yorkshire and The Humber,370,E08000038,Barnsley"
CAMDEN = f"{_HULL},E13000001,Inner London,202,E09000007,Camden"
CUMBRIA = f"{_HULL},E12000002,North West,909,E10000006,Cumbria"
DORSET_OLD = f"{_HULL},E12000009,South West,835,E10000009,Dorset"
TOGETHER = (
    f"{_HULL},E13000002,Outer London,314 / 318,E09000021 / E09000027,"
    "Kingston upon Thames / Richmond upon Thames"
)
RATE = "vacancy_rate_fte"


def council(code: str, name: str, gss: str, region: Region, *former: str) -> Council:
    return Council(
        council=code,
        name=name,
        gss_code=gss,
        former_gss_codes=former,
        region=region,
        version=1,
    )


COUNCILS = (
    council("202", "Camden", "E09000007", Region.LONDON),
    council("370", "Barnsley", "E08000038", Region.YORKSHIRE),
    council("838", "Dorset", "E06000059", Region.SOUTH_WEST),
)


def file_of(columns: str, *rows: str, name: str = "indicators-some-figures.csv") -> Any:
    return read_bytes("\n".join([f"{HEADERS},{columns}", *rows, ""]).encode(), name)


def loading(
    table: Any,
    known: IndicatorSet | None = None,
    stood: Sequence[Mapping[str, Any]] = (),
) -> Loading:
    found = Loading(
        table,
        known or IndicatorSet(indicator_set="some-figures"),
        COUNCILS,
        lambda indicators: [r for r in stood if not indicators or r["indicator"] in indicators],
    )
    found.run()
    return found


def results(found: Loading) -> list[tuple[int, str, str]]:
    return [(row.row, row.council, row.result) for row in found.rows]


def set_after(found: Loading) -> IndicatorSet:
    return IndicatorSet(indicator_set="some-figures").after(numbered(*found.events()))


# --- Rows -----------------------------------------------------------------------------------


def test_every_row_of_england_regions_and_councils_is_loaded() -> None:
    found = loading(
        file_of(
            RATE,
            f"2025,{ENGLAND},14.2",
            f"2025,{LONDON},16",
            f"2025,{INNER},15.1",
            f"2025,{CAMDEN},9.5",
        )
    )
    assert results(found) == [
        (2, "E92000001", "loaded"),
        (3, "E12000007", "loaded"),
        (4, "E13000001", "loaded"),
        (5, "202", "loaded"),
    ]
    assert [(m.code, m.period, m.published, m.value) for m in found.fresh][2:] == [
        ("E13000001", "2025", "15.1", Decimal("15.1")),
        ("202", "2025", "9.5", Decimal("9.5")),
    ]


def test_a_council_coded_anew_keeps_its_number() -> None:
    found = loading(file_of(RATE, f"2024,{BARNSLEY_OLD},12", f"2025,{BARNSLEY},11.5"))
    assert [(m.code, m.period) for m in found.fresh] == [("370", "2024"), ("370", "2025")]
    assert found.kept_apart() == []


def test_councils_that_no_longer_exist_keep_their_own_code_and_it_is_said() -> None:
    found = loading(file_of(RATE, f"2022,{CUMBRIA},12", f"2018,{DORSET_OLD},9"))
    assert results(found) == [(2, "909", "loaded"), (3, "835", "loaded")]
    apart = {each.code: each for each in found.kept_apart()}
    assert apart["909"].said.startswith("not on the register: it closed on 1 April 2023")
    assert "counted for no successor" in apart["909"].said
    # Dorset of today has another number: the old council's figures are not its own.
    assert (apart["835"].name, apart["835"].rows) == ("Dorset", 1)
    assert {m.code for m in found.fresh} == {"909", "835"}
    (_, loaded) = found.events()
    assert isinstance(loaded, IndicatorDataLoaded)
    assert loaded.kept_apart == {"835": "Dorset", "909": "Cumbria"}


def test_a_row_of_two_councils_counts_for_neither() -> None:
    found = loading(file_of(RATE, f"2025,{TOGETHER},12"))
    assert results(found) == [(2, "314 / 318", "loaded")]
    assert found.kept_apart()[0].said.startswith("published for several councils together")


def test_symbols_are_kept_as_published_and_are_no_values() -> None:
    rows = [f"{2020 + n},{CAMDEN},{symbol}" for n, symbol in enumerate(("c", "x", "z", "u", "low"))]
    found = loading(file_of(RATE, *rows))
    assert [(m.published, m.value) for m in found.fresh] == [
        ("c", None),
        ("x", None),
        ("z", None),
        ("u", None),
        ("low", None),
    ]
    assert cell("c").said == "suppressed to protect confidentiality"
    assert cell("0").value == 0


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f"2025,{CAMDEN},12O", RATE),
        (f'2025,{CAMDEN},"1,200"', RATE),
        (f"2025,{CAMDEN},12%", RATE),
        (f"2025,{CAMDEN},1e3", RATE),
        (f"2025,{CAMDEN},NaN", RATE),
        (f"25,{CAMDEN},12", "time_period"),
        (f"202526.5,{CAMDEN},12", "time_period"),
        (f"202527,{CAMDEN},12", "time_period"),
        (f"2025,{CAMDEN},12".replace("Reporting year", "Some year"), "time_identifier"),
        (f"2025,{CAMDEN},12".replace("Local authority", "School"), "geographic_level"),
        (f"2025,{LONDON},12".replace("E12000007", "London"), "region_code"),
        (f"2025,{ENGLAND},12".replace("E92000001", ""), "country_code"),
        (f"2025,{CAMDEN},12".replace(",202,", ",20,"), "old_la_code"),
        (f"2025,{CAMDEN},12".replace(",202,E09000007", ",,E09999999"), "old_la_code"),
        (f"2025,{CAMDEN},12".replace("E09000007", "E08000038"), "new_la_code"),
    ],
)
def test_a_row_that_is_not_right_is_rejected_with_its_column(row: str, column: str) -> None:
    found = loading(file_of(RATE, row, f"2025,{BARNSLEY},12"))
    rejected = next(r for r in found.rows if r.result == "rejected")
    assert (rejected.row, rejected.column) == (2, column)
    assert rejected.reason
    # And the others are loaded all the same.
    assert [m.code for m in found.fresh] == ["370"]


def test_a_council_without_a_number_is_found_by_its_code() -> None:
    found = loading(file_of(RATE, f"2025,{CAMDEN},12".replace(",202,", ",,")))
    assert [m.code for m in found.fresh] == ["202"]


def test_the_same_place_and_period_twice_is_rejected_the_second_time() -> None:
    found = loading(file_of(RATE, f"2025,{CAMDEN},12", f"2025,{CAMDEN},13"))
    assert [r.result for r in found.rows] == ["loaded", "rejected"]
    assert "row 2" in found.rows[1].reason
    assert [m.published for m in found.fresh] == ["12"]


@pytest.mark.parametrize(
    ("time", "kind", "period"),
    [
        ("2025", "Reporting year", "2025"),
        ("202425", "Academic year", "2024-25"),
        ("202425", "Financial year Q2", "2024-25 Q2"),
        ("202425", "Spring term", "2024-25 T2"),
        ("2025", "April", "2025 M04"),
        ("2025", "Week 7", "2025 W07"),
        ("199900", "Academic year", "1999-00"),
    ],
)
def test_periods_are_written_so_that_they_sort(time: str, kind: str, period: str) -> None:
    assert period_of({"time_period": time, "time_identifier": kind}) == period


def test_a_period_that_is_none_says_so() -> None:
    with pytest.raises(Unusable, match="no year"):
        period_of({"time_period": "202426", "time_identifier": "Academic year"})


# --- Columns --------------------------------------------------------------------------------


def test_a_filter_that_never_varies_leaves_names_short() -> None:
    found = loading(file_of("category,At31_episodes", f"2025,{CAMDEN},Children in Need,812"))
    (definition,) = found.definitions
    assert definition.id == "at31_episodes"
    assert definition.filters == {"category": "Children in Need"}
    assert definition.name == "Episodes of need at 31 March"
    assert (definition.additive, definition.polarity) == (True, Polarity.NEITHER)


def test_each_combination_of_filters_and_indicator_is_addressed_totals_first() -> None:
    rows = [
        f"2025,{CAMDEN},{sex},{age},{n},5"
        for n, (sex, age) in enumerate(
            (s, a) for s in ("Female", "Total") for a in ("0 to 4", "Total")
        )
    ]
    found = loading(file_of("sex,age,children,vacancy_rate_fte", *rows))
    assert [d.id for d in found.definitions][:2] == [
        "vacancy_rate_fte.sex-total.age-total",
        "children.sex-total.age-total",
    ]
    assert len({d.id for d in found.definitions}) == 8
    assert [d.id for d in found.definitions if d.featured] == [
        "vacancy_rate_fte.sex-total.age-total"
    ]
    by_id = {m.indicator: m.published for m in found.fresh}
    assert by_id["children.sex-female.age-total"] == "1"
    assert [r.result for r in found.rows] == ["loaded"] * 4


def test_a_column_of_mostly_figures_is_an_indicator_though_a_cell_is_wrong() -> None:
    rows = [f"2025,{CAMDEN},7", f"2025,{BARNSLEY},seven", f"2025,{ENGLAND},9"]
    found = loading(file_of("something_new", *rows))
    assert [d.id for d in found.definitions] == ["something_new"]
    assert [(r.row, r.column) for r in found.rows if r.result == "rejected"] == [
        (3, "something_new")
    ]


def test_known_rates_are_offered_before_other_figures() -> None:
    found = loading(file_of("vacancy_fte,vacancy_rate_fte,extra", f"2025,{CAMDEN},30,12.5,3"))
    assert [d.id for d in found.definitions] == ["vacancy_rate_fte", "vacancy_fte", "extra"]
    assert found.definitions[0].polarity is Polarity.LOWER


def test_a_file_without_figures_is_refused() -> None:
    with pytest.raises(Refused, match="no column of figures") as refusal:
        loading(file_of("sex", f"2025,{CAMDEN},Female"))
    assert refusal.value.code == "bad-file"


@pytest.mark.parametrize(
    ("columns", "value"),
    [("x" * 101, "5"), ("odd\x01name", "5"), ("notes,figure", f"{'long ' * 30},5")],
)
def test_columns_that_are_none_are_refused(columns: str, value: str) -> None:
    with pytest.raises(Refused) as refusal:
        loading(file_of(columns, f"2025,{CAMDEN},{value}"))
    assert refusal.value.code == "bad-file"


def test_a_column_of_signs_alone_still_has_an_id() -> None:
    found = loading(file_of("%,__", f"2025,{CAMDEN},5,6"))
    assert [(d.id, d.column) for d in found.definitions] == [("column", "%"), ("column.2", "__")]


# --- Again ----------------------------------------------------------------------------------


def test_a_second_run_is_unchanged_and_says_nothing() -> None:
    table = file_of(RATE, f"2025,{CAMDEN},12.5", f"2025,{CUMBRIA},x")
    first = loading(table)
    again = loading(table, set_after(first), [m._asdict() for m in first.fresh])
    assert [r.result for r in again.rows] == ["unchanged", "unchanged"]
    assert (again.fresh, again.events()) == ([], [])


def test_a_later_file_is_a_new_load_of_what_it_says_otherwise() -> None:
    first = loading(file_of(RATE, f"2024,{CAMDEN},12.5", f"2024,{BARNSLEY},c"))
    later = file_of(RATE, f"2024,{CAMDEN},13", f"2024,{BARNSLEY},c", f"2025,{BARNSLEY},8")
    again = loading(later, set_after(first), [m._asdict() for m in first.fresh])
    assert [r.result for r in again.rows] == ["corrected", "unchanged", "loaded"]
    assert again.rows[0].reason == "vacancy_rate_fte was 12.5 and is told as 13"
    (loaded,) = again.events()
    assert isinstance(loaded, IndicatorDataLoaded)
    assert (loaded.load, loaded.values_loaded, loaded.definitions_version) == (2, 2, 1)
    assert (loaded.rows_loaded, loaded.rows_corrected, loaded.rows_unchanged) == (2, 1, 1)
    assert loaded.periods == ("2024", "2025")


def test_a_figure_without_its_decimal_place_is_the_same_figure() -> None:
    first = loading(file_of(RATE, f"2024,{CAMDEN},12"))
    again = loading(
        file_of(RATE, f"2024,{CAMDEN},12.0"), set_after(first), [m._asdict() for m in first.fresh]
    )
    assert [r.result for r in again.rows] == ["unchanged"]


def test_a_column_that_comes_later_is_a_new_version_of_the_definitions() -> None:
    first = loading(file_of(RATE, f"2024,{CAMDEN},12"))
    wider = file_of(f"{RATE},caseload_fte", f"2024,{CAMDEN},12,15.5")
    again = loading(wider, set_after(first), [m._asdict() for m in first.fresh])
    meant, loaded = again.events()
    assert isinstance(meant, IndicatorSetPublished)
    assert isinstance(loaded, IndicatorDataLoaded)
    assert (meant.definitions_version, loaded.definitions_version) == (2, 2)
    assert [d.id for d in meant.definitions] == [RATE, "caseload_fte"]
    assert [m.indicator for m in again.fresh] == ["caseload_fte"]


def test_what_a_set_defines_is_how_its_files_are_read() -> None:
    own = Definition(
        id="ages", column="age", name="Average age", source="Ours", polarity=Polarity.NEITHER
    )
    meant = IndicatorSetPublished(
        indicator_set="some-figures",
        definitions_version=1,
        title="Ours",
        source="Ours",
        definitions=(own,),
    )
    known = IndicatorSet(indicator_set="some-figures").after(numbered(meant))
    found = loading(file_of("age", f"2025,{CAMDEN},old", f"2025,{BARNSLEY},older"), known)
    assert [r.column for r in found.rows] == ["age", "age"]
    assert found.definitions == (own,)


def test_the_set_is_told_by_the_files_name() -> None:
    assert set_named("indicators-Social_work workforce.csv") == "social-work-workforce"
    with pytest.raises(Refused, match="Say which set"):
        set_named("2025.csv")


# --- Numbers --------------------------------------------------------------------------------


@drawn(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_figures_are_held_exactly(value: Decimal) -> None:
    assert cell(f"{value:f}").value == value


@pytest.mark.parametrize("value", [12.5, True, "1e3", "12,5", "", None])
def test_thresholds_are_never_floats(value: object) -> None:
    with pytest.raises(ValueError, match="as text"):
        exact(value)


@drawn(st.permutations(range(6)))
def test_the_hash_of_a_load_does_not_depend_on_the_order_of_rows(order: list[int]) -> None:
    rows = [f"{2019 + n},{CAMDEN},{n}.5" for n in range(6)]
    table = file_of(RATE, *(rows[n] for n in order))
    assert sha256_of(loading(table).fresh) == sha256_of(loading(file_of(RATE, *rows)).fresh)


def test_a_change_of_one_kept_value_changes_the_hash() -> None:
    fresh = loading(file_of(RATE, f"2025,{CAMDEN},12", f"2025,{BARNSLEY},13")).fresh
    other = [fresh[0]._replace(published="12.1"), fresh[1]]
    assert sha256_of(fresh) != sha256_of(other)


def test_the_demonstrations_file_is_read_whole() -> None:
    from service.demo.insight import FIRST_YEARS, INDICATORS, corrected, edition, invented

    figures = invented(COUNCILS, 1)
    content = edition(COUNCILS, figures, FIRST_YEARS)
    assert content == edition(COUNCILS, invented(COUNCILS, 1), FIRST_YEARS)
    table = read_bytes(content, "invented.csv")
    assert len(table.rows) == 4 * (1 + 9 + 3)
    columns = next(csv.reader(io.StringIO(content.decode())))
    assert columns[-6:] == [column for column, *_ in INDICATORS]
    changed = corrected(figures, 1)
    assert 0 < sum(figures[place] != changed[place] for place in figures) <= 14
