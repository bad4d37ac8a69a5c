"""The check of statistics files: each rule with a pair that passes it and one that breaks it."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.kernel import Refused
from service.returns.checking import Pair, Sheet, screen, screen_folder
from service.returns.checking.run import Screened, listed

Rows = list[dict[str, str]]

FIELDS = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
    "filter_default",
)


class Files:
    """A pair of files that is being spoilt."""

    def __init__(self) -> None:
        self.name, self.meta_name = "support.csv", "support.meta.csv"
        places = (
            ("National", "", "", "", "", ""),
            ("Regional", "E12000001", "North East", "", "", ""),
            ("Local authority", "E12000001", "North East", "841", "E06000005", "Darlington"),
        )
        columns = (
            "geographic_level",
            "region_code",
            "region_name",
            "old_la_code",
            "new_la_code",
            "la_name",
        )
        self.data: Rows = [
            {
                "time_period": "202526",
                "time_identifier": "Financial year Q2",
                "country_code": "E92000001",
                "country_name": "England",
                **dict(zip(columns, place, strict=True)),
                "support_group": item if item == "Total" else "Help",
                "support_type": item,
                "award_sum": "12.50",
            }
            for place in places
            for item in ("Total", "Grant")
        ]
        rows = (
            ("support_type", "Filter", "Kind", "", "", "", "Choose", "support_group", "Total"),
            ("support_group", "Filter", "Group", "", "", "", "", "", ""),
            ("award_sum", "Indicator", "Awards", "Money", "£", "2", "", "", ""),
        )
        self.meta: Rows = [dict(zip(FIELDS, row, strict=True)) for row in rows]

    def every(self, **cells: str) -> None:
        """These cells on every row of the data: a new column where there was none."""
        for row in self.data:
            row.update(cells)

    def at(self, level: str, **cells: str) -> None:
        """Every row at a level with nothing but its own columns."""
        blank = dict.fromkeys(
            ("region_code", "region_name", "old_la_code", "new_la_code", "la_name"), ""
        )
        self.every(geographic_level=level, **blank | cells)

    def without(self, column: str) -> None:
        for row in self.data:
            del row[column]

    def describe(self, row: int, **cells: str) -> None:
        self.meta[row].update(cells)

    def rename(self, old: str, new: str) -> None:
        """A column under another name, in both files."""
        self.data = [{new if k == old else k: v for k, v in row.items()} for row in self.data]
        for row in self.meta:
            for field in ("col_name", "filter_grouping_column"):
                row[field] = new if row.get(field) == old else row.get(field, "")

    def screened(self, dictionary: dict[str, frozenset[str]] | None = None) -> Screened:
        pair = Pair(_sheet(self.name, self.data), _sheet(self.meta_name, self.meta))
        return screen(pair, dictionary)


def _sheet(name: str, rows: Rows) -> Sheet:
    columns = tuple(rows[0])
    return Sheet(name, columns, [tuple(row.get(c, "") for c in columns) for row in rows])


Spoil = Callable[[Files], object]


def _last(f: Files) -> dict[str, str]:
    return f.data[-1]


def twice(f: Files, level: str, columns: tuple[str, str], *places: tuple[str, str]) -> None:
    """Rows of a level that name these places in turn."""
    f.at(level)
    for row, place in zip(f.data, places * 3, strict=False):
        row.update(zip(columns, place, strict=True))


WARD, LAD = ("ward_code", "ward_name"), ("lad_code", "lad_name")

BREAKS: dict[str, Spoil] = {
    "filename_spaces": lambda f: setattr(f, "name", "sup port.csv"),
    "filename_special": lambda f: setattr(f, "name", "support!.csv"),
    "filenames_match": lambda f: setattr(f, "meta_name", "other.meta.csv"),
    "col_req_meta": lambda f: [row.pop("filter_hint") for row in f.meta],
    "col_invalid_meta": lambda f: f.describe(0, colour="red"),
    "col_req_data": lambda f: f.without("country_name"),
    "col_to_rows": lambda f: f.meta.extend(dict(f.meta[2]) for _ in range(9)),
    "cross_meta_to_data": lambda f: f.describe(0, col_name="support_kind"),
    "cross_data_to_meta": lambda f: [row.update(extra=str(n)) for n, row in enumerate(f.data)],
    "col_names_spaces": lambda f: f.rename("award_sum", "award sum"),
    "col_snake_case": lambda f: f.rename("award_sum", "awardSum"),
    "col_var_start": lambda f: f.rename("award_sum", "_award"),
    "col_ind_smushed": lambda f: f.rename("award_sum", "blackpool_sum"),
    "col_var_characteristic": lambda f: f.rename("support_type", "characteristic"),
    "meta_col_type": lambda f: f.describe(2, col_type="indicator"),
    "meta_ob_unit": lambda f: f.describe(1, col_name="region_name"),
    "meta_col_name": lambda f: f.describe(1, col_name=""),
    "meta_dupe_label": lambda f: f.describe(1, label="Kind"),
    "meta_fil_grp": lambda f: f.describe(2, filter_grouping_column="support_group"),
    "meta_fil_grp_dupe": lambda f: f.describe(1, filter_grouping_column="support_group"),
    "meta_fil_grp_is_fil": lambda f: f.meta.pop(1),
    "meta_fil_grp_match": lambda f: f.describe(0, filter_grouping_column="nowhere"),
    "meta_fil_grp_stripped": lambda f: _last(f).update(support_group="Total!"),
    "meta_label": lambda f: f.describe(2, label=" "),
    "meta_filter_hint": lambda f: f.describe(2, filter_hint="Choose"),
    "meta_geog_catch": lambda f: f.rename("support_type", "local_area_name"),
    "meta_indicator_dp": lambda f: f.describe(0, indicator_dp="1"),
    "meta_col_name_spaces": lambda f: f.describe(2, col_name="award sum"),
    "meta_col_name_dupe": lambda f: f.describe(1, col_name="support_type"),
    "meta_ind_dp_set": lambda f: f.describe(2, indicator_dp=""),
    "meta_ind_dp_values": lambda f: f.describe(2, indicator_dp="1.5"),
    "meta_ind_unit": lambda f: f.describe(0, indicator_unit="£"),
    "meta_ind_unit_validation": lambda f: f.describe(2, indicator_unit="pounds"),
    "meta_indicator_grouping": lambda f: f.describe(0, indicator_grouping="Money"),
    "time_period_num": lambda f: f.every(time_period="2025-26"),
    "time_id_valid": lambda f: f.every(time_identifier="Quarter 2"),
    "time_id_mix": lambda f: _last(f).update(time_identifier="Financial year"),
    "filter_not_singular": lambda f: f.every(support_type="Total"),
    "geog_level": lambda f: _last(f).update(geographic_level="local authority"),
    "geog_level_present": lambda f: f.at("Ward"),
    "time_period": lambda f: f.every(time_period="2025"),
    "time_period_six": lambda f: f.every(time_period="202527"),
    "filter_defaults": lambda f: f.describe(0, filter_default="Every kind"),
    "filter_group_level": lambda f: [
        row.update(support_group=str(n)) for n, row in enumerate(f.data)
    ],
    "filter_item_limit": lambda f: f.data.extend(
        {**f.data[0], "support_type": f"Kind {n}"} for n in range(25_001)
    ),
    "filter_whitespace": lambda f: _last(f).update(support_type="Grant "),
    "filter_ob_total": lambda f: _last(f).update(la_name="Total"),
    "filter_blanks": lambda f: _last(f).update(support_type=""),
    "geog_country_combos": lambda f: f.every(country_name="Wales"),
    "geog_region_combos": lambda f: f.data[2].update(region_name="North-East"),
    "geog_ward_combos": lambda f: twice(f, "Ward", WARD, ("E05000001", "A"), ("E05000001", "B")),
    "geog_pcon_combos": lambda f: f.at(
        "Parliamentary constituency", pcon_code="E05000001", pcon_name="A"
    ),
    "geog_lad_combos": lambda f: f.at("Local authority district", lad_code="841", lad_name="A"),
    "geog_lep_combos": lambda f: f.at(
        "Local enterprise partnership",
        local_enterprise_partnership_code="A",
        local_enterprise_partnership_name="A",
    ),
    "geog_lsip_combos": lambda f: f.at(
        "Local skills improvement plan area", lsip_code="A", lsip_name="A"
    ),
    "geog_eda_combos": lambda f: f.at(
        "English devolved area", english_devolved_area_code="A", english_devolved_area_name="A"
    ),
    "geog_la_combos": lambda f: _last(f).update(la_name="darlington"),
    "geog_level_completed": lambda f: _last(f).update(la_name=""),
    "geog_ignored_rows": lambda f: f.at("Institution", institution_id="1", institution_name="A"),
    "geog_other_dupes": lambda f: twice(
        f, "MAT", ("trust_id", "trust_name"), ("1", "A"), ("2", "A")
    ),
    "geog_other_code_dupes": lambda f: twice(
        f, "MAT", ("trust_id", "trust_name"), ("1", "A"), ("1", "B")
    ),
    "geog_la_col_present": lambda f: f.without("old_la_code"),
    "geog_region_col_present": lambda f: f.without("region_code"),
    "geog_region_for_la": lambda f: _last(f).update(region_code="", region_name=""),
    "geog_region_for_lad": lambda f: f.at(
        "Local authority district", lad_code="E06000005", lad_name="Darlington"
    ),
    "geog_na": lambda f: f.at("Police force area", pfa_code="x", pfa_name="Durham"),
    "geog_na_code": lambda f: f.at("Police force area", pfa_code="E1", pfa_name="Not available"),
    "geog_overcompleted_cols": lambda f: f.data[0].update(region_code="E12000001"),
    "general_dupes": lambda f: f.data.append(dict(f.data[0])),
    "general_null": lambda f: _last(f).update(award_sum="NULL"),
    "ind_invalid_entry": lambda f: _last(f).update(award_sum=":"),
    "harmonised_variables": lambda f: f.rename("support_type", "chosen_type"),
    "harmonised_eth_vals": lambda f: f.rename("support_type", "ethnicity_major"),
    "harmonised_eth_char_grp": lambda f: f.every(characteristic_group="Ethnic group"),
    "harmonised_eth_char_vals": lambda f: f.every(
        characteristic_group="Ethnicity Major", characteristic="Green"
    ),
    "api_char_col_name": lambda f: f.rename("award_sum", "a" * 51),
    "api_char_col_label": lambda f: f.describe(2, label="a" * 101),
    "api_char_loc_code": lambda f: _last(f).update(new_la_code="E" * 31),
    "api_char_filter_items": lambda f: _last(f).update(support_type="a" * 121),
    "strict_indicator_blank": lambda f: _last(f).update(award_sum=" "),
    "strict_indicator_number": lambda f: _last(f).update(award_sum="£1,000"),
    "strict_indicator_column": lambda f: f.describe(2, col_name="awards_sum"),
}
ALL_KNOWN = {
    "support_type": frozenset({"Total", "Grant"}),
    "support_group": frozenset({"Total", "Help"}),
    "award_sum": frozenset[str](),
}
BY_DICTIONARY = {"data_dict_col_name", "data_dict_fil_item"}
IN_FILES = {"file_read"}


def test_a_sound_pair_passes_every_rule() -> None:
    found = Files().screened(ALL_KNOWN)
    assert [(r.code, r.found) for r in found.results if r.result != "pass"] == []
    assert len(found.results) == len(listed()) == 85
    assert found.ok


def test_every_rule_has_a_pair_that_breaks_it() -> None:
    codes = [known.code for known in listed()]
    assert len(codes) == len(set(codes))
    assert set(codes) == BREAKS.keys() | BY_DICTIONARY | IN_FILES
    assert sum(not code.startswith("strict_") for code in codes) == 82, "81, and reading itself"


@pytest.mark.parametrize("code", sorted(BREAKS))
def test_each_rule_names_what_breaks_it(code: str) -> None:
    spoilt = Files()
    BREAKS[code](spoilt)
    (outcome,) = [r for r in spoilt.screened(ALL_KNOWN).results if r.code == code]
    known = next(k for k in listed() if k.code == code)
    assert outcome.result == known.at_worst
    assert outcome.found
    assert outcome.sentence.endswith(".")


def test_what_the_data_dictionary_lacks_is_warned_of() -> None:
    found = {r.code: r for r in Files().screened().results}
    assert found["data_dict_col_name"].result == "warning"
    assert found["data_dict_fil_item"].result == "pass", "no filter of the dictionary is used"
    known = ALL_KNOWN | {"support_type": frozenset({"Total"})}
    found = {r.code: r for r in Files().screened(known).results}
    assert found["data_dict_col_name"].result == "pass"
    assert found["data_dict_fil_item"].found == ("support_type: Grant",)


def test_marks_of_nothing_are_warned_of_and_null_fails() -> None:
    files = Files()
    _last(files)["award_sum"] = ".."
    found = {r.code: r.result for r in files.screened().results}
    assert (found["general_null"], found["strict_indicator_number"]) == ("warning", "failure")


def test_the_sample_that_the_screener_passed_passes_here(root: Path) -> None:
    (found,) = screen_folder(root / "tests/data/statistics")
    assert found.ok
    told = [(r.code, r.result) for r in found.results if r.result != "pass"]
    assert told == [("data_dict_col_name", "warning")]


def write(file: Path, rows: Rows) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_file_that_cannot_be_read_ends_its_check(tmp_path: Path) -> None:
    files = Files()
    write(tmp_path / "support.meta.csv", files.meta)
    (missing,) = screen_folder(tmp_path)
    assert [(r.code, r.result) for r in missing.results] == [("file_read", "failure")]
    write(tmp_path / "support.csv", files.data)
    (found,) = screen_folder(tmp_path)
    assert found.ok
    content = (tmp_path / "support.csv").read_bytes()
    for spoilt in (content[:-9], b"", b"\xff\xfe", content.replace(b"la_name", b"country_name")):
        (tmp_path / "support.csv").write_bytes(spoilt)
        (broken,) = screen_folder(tmp_path)
        assert broken.results[0].code == "file_read"
        assert not broken.ok
    (tmp_path / "support.csv").unlink()
    (tmp_path / "support.csv.gz").write_bytes(gzip.compress(content))
    assert screen_folder(tmp_path)[0].ok


def test_data_without_metadata_is_found_and_other_files_are_left_alone(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        screen_folder(tmp_path)
    assert refusal.value.code == "bad-folder"
    (tmp_path / "figures.csv").write_text("period,area,value\n2025-26,England,1\n")
    write(tmp_path / "support.csv", Files().data)
    (found,) = screen_folder(tmp_path)
    assert (found.data, found.ok) == ("support.csv", False)
    assert screen_folder(tmp_path / "support.csv")[0].results[0].code == "file_read"
