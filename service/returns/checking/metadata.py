"""Rules on what the metadata says."""

import re
from collections import Counter
from collections.abc import Iterable

from service.returns.checking.files import Pair
from service.returns.checking.rule import Rules
from service.returns.checking.words import PLACE_LIKE, STANDARD, UNITS

RULES = Rules()


def _twice(values: Iterable[str]) -> Iterable[str]:
    return (value for value, times in Counter(values).items() if value and times > 1)


def _filled(pair: Pair, col_type: str, column: str) -> Iterable[str]:
    """The columns of a type for which the metadata says something that is not for them."""
    return (
        row.get("col_name", "")
        for row in pair.described
        if row.get("col_type") == col_type and row.get(column)
    )


@RULES.rule
def meta_col_type(pair: Pair) -> Iterable[str]:
    return (
        kind or "blank" for kind in pair.meta.of("col_type") if kind not in ("Filter", "Indicator")
    )


@RULES.rule
def meta_ob_unit(pair: Pair) -> Iterable[str]:
    known = STANDARD - {"school_name", "provider_name"}
    return (name for name in pair.meta.of("col_name") if name in known)


@RULES.rule
def meta_col_name(pair: Pair) -> Iterable[str]:
    return (f"row {n}" for n, name in enumerate(pair.meta.of("col_name"), 2) if not name.strip())


@RULES.rule
def meta_dupe_label(pair: Pair) -> Iterable[str]:
    return _twice(pair.meta.of("label"))


@RULES.rule
def meta_fil_grp(pair: Pair) -> Iterable[str]:
    return _filled(pair, "Indicator", "filter_grouping_column")


@RULES.rule
def meta_fil_grp_dupe(pair: Pair) -> Iterable[str]:
    return _twice(pair.meta.of("filter_grouping_column"))


@RULES.rule
def meta_fil_grp_is_fil(pair: Pair) -> Iterable[str]:
    return (group for group in pair.groups if group not in pair.meta.of("col_name"))


@RULES.rule
def meta_fil_grp_match(pair: Pair) -> Iterable[str]:
    return (group for group in pair.groups if group not in pair.data.columns)


@RULES.rule
def meta_fil_grp_stripped(pair: Pair) -> Iterable[str]:
    for group in pair.groups:
        values = pair.data.distinct(group)
        if len({re.sub(r"[^A-Za-z0-9]", "", value) for value in values}) < len(values):
            yield group


@RULES.rule
def meta_label(pair: Pair) -> Iterable[str]:
    return (row.get("col_name", "") for row in pair.described if not row.get("label", "").strip())


@RULES.rule
def meta_filter_hint(pair: Pair) -> Iterable[str]:
    return _filled(pair, "Indicator", "filter_hint")


@RULES.rule
def meta_geog_catch(pair: Pair) -> Iterable[str]:
    named = (*pair.named("Filter"), *pair.groups)
    return (name for name in named if PLACE_LIKE.fullmatch(name.lower()))


@RULES.rule
def meta_indicator_dp(pair: Pair) -> Iterable[str]:
    return _filled(pair, "Filter", "indicator_dp")


@RULES.rule
def meta_col_name_spaces(pair: Pair) -> Iterable[str]:
    return (repr(name) for name in pair.meta.of("col_name") if re.search(r"\s", name))


@RULES.rule
def meta_col_name_dupe(pair: Pair) -> Iterable[str]:
    return _twice(pair.meta.of("col_name"))


@RULES.rule
def meta_ind_dp_set(pair: Pair) -> Iterable[str]:
    return (
        row.get("col_name", "")
        for row in pair.described
        if row.get("col_type") == "Indicator" and not row.get("indicator_dp")
    )


@RULES.rule
def meta_ind_dp_values(pair: Pair) -> Iterable[str]:
    return (dp for dp in pair.meta.of("indicator_dp") if dp and not re.fullmatch(r"\d+", dp))


@RULES.rule
def meta_ind_unit(pair: Pair) -> Iterable[str]:
    return _filled(pair, "Filter", "indicator_unit")


@RULES.rule
def meta_ind_unit_validation(pair: Pair) -> Iterable[str]:
    return (unit for unit in pair.meta.of("indicator_unit") if unit not in UNITS)


@RULES.rule
def meta_indicator_grouping(pair: Pair) -> Iterable[str]:
    return _filled(pair, "Filter", "indicator_grouping")
