"""Rules on places: levels, their columns, and codes with the names that belong to them."""

import re
from collections.abc import Callable, Iterable

from service.returns.checking.files import Pair
from service.returns.checking.rule import Rules
from service.returns.checking.words import LEVELS, NAMED_ONCE, UNLISTED, UNSEEN, places

RULES = Rules()
_LA_COLUMNS = ("old_la_code", "new_la_code", "la_name")
_AWAY = "Not available"


def _levels(pair: Pair) -> list[str]:
    return pair.data.distinct("geographic_level")


def _has(pair: Pair, *columns: str) -> bool:
    return all(column in pair.data.columns for column in columns)


@RULES.rule
def geog_level(pair: Pair) -> Iterable[str]:
    return (level or "blank" for level in _levels(pair) if level not in LEVELS)


@RULES.rule
def geog_level_present(pair: Pair) -> Iterable[str]:
    for level in _levels(pair):
        for column in LEVELS[level].columns if level in LEVELS else ():
            if not _has(pair, column):
                yield f"{column} for {level}"


# --- Codes with their names -----------------------------------------------------------------


@RULES.rule
def geog_country_combos(pair: Pair) -> Iterable[str]:
    return _mismatched(pair, ("country_code", "country_name"), places().countries, "x")


@RULES.rule
def geog_region_combos(pair: Pair) -> Iterable[str]:
    return _mismatched(pair, ("region_code", "region_name"), places().regions, "x", "")


@RULES.rule
def geog_la_combos(pair: Pair) -> Iterable[str]:
    if not _has(pair, *_LA_COLUMNS):
        return
    for number, code, name in dict.fromkeys(pair.data.together(*_LA_COLUMNS)):
        skipped = code in ("x", "") or not number
        if not skipped and (number, code, name) not in places().authorities:
            yield f"{number} {code} {name}"


def _mismatched(
    pair: Pair, columns: tuple[str, str], known: frozenset[tuple[str, str]], *skipped: str
) -> Iterable[str]:
    if not _has(pair, *columns):
        return
    for code, name in dict.fromkeys(pair.data.together(*columns)):
        if code not in skipped and (code, name) not in known and code != "z":
            yield f"{code} {name}".strip() or "blank"


def _formed(level: str) -> Callable[[Pair], Iterable[str]]:
    """The rule on a level of whose places the product has no list."""

    def rule(pair: Pair) -> Iterable[str]:
        known = LEVELS[level]
        if not _has(pair, known.code, known.name):
            return
        names: dict[str, str] = {}
        for code, name in dict.fromkeys(pair.data.together(known.code, known.name)):
            if code in ("", "x", "z"):
                continue
            if not re.fullmatch(known.form, code) or names.setdefault(code, name) != name:
                yield f"{code} {name}"

    return rule


for _code, _level in (
    ("geog_ward_combos", "Ward"),
    ("geog_pcon_combos", "Parliamentary constituency"),
    ("geog_lad_combos", "Local authority district"),
    ("geog_lep_combos", "Local enterprise partnership"),
    ("geog_lsip_combos", "Local skills improvement plan area"),
    ("geog_eda_combos", "English devolved area"),
):
    RULES[_code] = _formed(_level)


# --- Which columns are filled ---------------------------------------------------------------


@RULES.rule
def geog_level_completed(pair: Pair) -> Iterable[str]:
    for level in _levels(pair):
        for column in LEVELS[level].columns if level in LEVELS else ():
            if column == "new_la_code" or not _has(pair, column):
                continue
            cells = pair.data.together("geographic_level", column)
            if any(found == level and not value for found, value in cells):
                yield f"{column} of {level}"


@RULES.rule
def geog_overcompleted_cols(pair: Pair) -> Iterable[str]:
    for level, known in LEVELS.items():
        if level == "National":
            continue
        for column in known.columns:
            if not _has(pair, column) or _is_filter(pair, level, column):
                continue
            rows = dict.fromkeys(pair.data.together("geographic_level", column))
            for found, value in rows:
                if value and found in LEVELS and found != level and found not in known.within:
                    yield f"{column} on a row of {found}"


def _is_filter(pair: Pair, level: str, column: str) -> bool:
    """A school's or provider's name that is the file's only filter is filled on every row."""
    only = pair.named("Filter") == [column] or column in pair.groups
    return level in ("School", "Provider") and column == LEVELS[level].name and only


@RULES.rule
def geog_ignored_rows(pair: Pair) -> Iterable[str]:
    levels = set(_levels(pair))
    if levels and levels <= {"Institution", "Planning area"}:
        yield "only rows that no table shows"
    elif {"School", "Provider"} <= levels:
        yield "schools and providers together"


@RULES.rule
def geog_la_col_present(pair: Pair) -> Iterable[str]:
    there = [column for column in _LA_COLUMNS if _has(pair, column)]
    return (c for c in _LA_COLUMNS if there and c not in there)


@RULES.rule
def geog_region_col_present(pair: Pair) -> Iterable[str]:
    there = [column for column in ("region_code", "region_name") if _has(pair, column)]
    if len(there) == 1:
        yield f"{there[0]} alone"


@RULES.rule
def geog_region_for_la(pair: Pair) -> Iterable[str]:
    return _without_region(pair, "Local authority")


@RULES.rule
def geog_region_for_lad(pair: Pair) -> Iterable[str]:
    return _without_region(pair, "Local authority district")


def _without_region(pair: Pair, level: str) -> Iterable[str]:
    cells = pair.data.together("geographic_level", "region_code", "region_name")
    if any(found == level and not (code and name) for found, code, name in cells):
        yield f"rows of {level}"


# --- Places without a list ------------------------------------------------------------------


def _pairs_of(pair: Pair, levels: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    for level in levels:
        known = LEVELS[level]
        if level in _levels(pair) and _has(pair, known.code, known.name):
            seen = dict.fromkeys(pair.data.together("geographic_level", known.code, known.name))
            for found, code, name in seen:
                if found == level:
                    yield level, code, name


@RULES.rule
def geog_na(pair: Pair) -> Iterable[str]:
    found = _pairs_of(pair, UNLISTED)
    return (f"{level}: {name}" for level, code, name in found if code == "x" and name != _AWAY)


@RULES.rule
def geog_na_code(pair: Pair) -> Iterable[str]:
    found = _pairs_of(pair, UNLISTED)
    return (f"{level}: {code}" for level, code, name in found if name == _AWAY and code != "x")


@RULES.rule
def geog_other_dupes(pair: Pair) -> Iterable[str]:
    codes: dict[tuple[str, str], set[str]] = {}
    for level, code, name in _pairs_of(pair, NAMED_ONCE):
        codes.setdefault((level, name), set()).add(code)
    return (f"{level}: {name}" for (level, name), found in codes.items() if len(found) > 1)


@RULES.rule
def geog_other_code_dupes(pair: Pair) -> Iterable[str]:
    names: dict[tuple[str, str], set[str]] = {}
    for level, code, name in _pairs_of(pair, NAMED_ONCE):
        names.setdefault((level, code), set()).add(name)
    return (f"{level}: {code}" for (level, code), found in names.items() if len(found) > 1)


def counted_levels(pair: Pair) -> Callable[[str], bool]:
    """Which rows are compared with one another: those that tables show, or a file's only level."""
    levels = set(_levels(pair))
    alone = levels in ({"School"}, {"Provider"})
    return lambda level: alone or level not in UNSEEN
