"""Rules on time and on filters."""

import re
from collections.abc import Iterable

from service.returns.checking.files import Pair
from service.returns.checking.rule import Rules
from service.returns.checking.words import DIGITS, MOST_ITEMS, STANDARD, TIME_FAMILIES

RULES = Rules()


@RULES.rule
def time_period_num(pair: Pair) -> Iterable[str]:
    return (
        told or "blank"
        for told in pair.data.distinct("time_period")
        if not re.fullmatch(r"[0-9]{4}([0-9]{2})?", told)
    )


@RULES.rule
def time_id_valid(pair: Pair) -> Iterable[str]:
    return (told or "blank" for told in pair.data.distinct("time_identifier") if told not in DIGITS)


@RULES.rule
def time_id_mix(pair: Pair) -> Iterable[str]:
    found = [told for told in pair.data.distinct("time_identifier") if told in DIGITS]
    family = next((family for family in TIME_FAMILIES if found and found[0] in family), ())
    return (f"{told} beside {found[0]}" for told in found if told not in family)


@RULES.rule
def time_period(pair: Pair) -> Iterable[str]:
    seen = dict.fromkeys(pair.data.together("time_period", "time_identifier"))
    return (
        f"{told} for {kind}" for told, kind in seen if kind in DIGITS and len(told) != DIGITS[kind]
    )


@RULES.rule
def time_period_six(pair: Pair) -> Iterable[str]:
    for told in pair.data.distinct("time_period"):
        if not told:
            yield "blank"
        elif re.fullmatch(r"\d{6}", told) and (int(told[2:4]) + 1) % 100 != int(told[4:]):
            yield told


@RULES.rule
def filter_not_singular(pair: Pair) -> Iterable[str]:
    return (
        name
        for name in pair.named("Filter")
        if name in pair.data.columns and len(pair.data.distinct(name)) < 2
    )


@RULES.rule
def filter_defaults(pair: Pair) -> Iterable[str]:
    told = {row.get("col_name"): row.get("filter_default") for row in pair.described}
    for name in pair.filters:
        default = told.get(name) or "Total"
        if default not in pair.data.distinct(name):
            yield f"{name} has no {default}"


@RULES.rule
def filter_group_level(pair: Pair) -> Iterable[str]:
    for name, group in pair.meta.together("col_name", "filter_grouping_column"):
        if group and len(pair.data.distinct(group)) > len(pair.data.distinct(name)):
            yield f"{group} of {name}"


@RULES.rule
def filter_item_limit(pair: Pair) -> Iterable[str]:
    return (name for name in pair.filters if len(pair.data.distinct(name)) > MOST_ITEMS)


@RULES.rule
def filter_whitespace(pair: Pair) -> Iterable[str]:
    return (
        f"{name}: {value!r}"
        for name in pair.filters
        for value in pair.data.distinct(name)
        if value != value.strip()
    )


@RULES.rule
def filter_ob_total(pair: Pair) -> Iterable[str]:
    return (
        f"{column}: {value}"
        for column in pair.data.columns
        if column in STANDARD
        for value in pair.data.distinct(column)
        if value in ("Total", "total", "All", "all")
    )


@RULES.rule
def filter_blanks(pair: Pair) -> Iterable[str]:
    return (name for name in pair.filters if "" in pair.data.distinct(name))
