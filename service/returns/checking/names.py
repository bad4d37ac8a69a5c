"""Rules on file names and on the columns of both files."""

import re
from collections.abc import Iterable

from service.returns.checking.files import Pair
from service.returns.checking.rule import Rules
from service.returns.checking.words import (
    CHARACTERISTICS,
    OPTIONAL_META,
    REQUIRED_DATA,
    REQUIRED_META,
    STANDARD,
)

RULES = Rules()


def _stem(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".csv").removesuffix(".meta")


@RULES.rule
def filename_spaces(pair: Pair) -> Iterable[str]:
    return (name for name in (pair.data.name, pair.meta.name) if " " in name)


@RULES.rule
def filename_special(pair: Pair) -> Iterable[str]:
    names = (pair.data.name, pair.meta.name)
    return (name for name in names if re.search(r"[^A-Za-z0-9_-]", _stem(name)))


@RULES.rule
def filenames_match(pair: Pair) -> Iterable[str]:
    if pair.meta.name != f"{_stem(pair.data.name)}.meta.csv":
        yield f"{pair.meta.name} beside {pair.data.name}"


@RULES.rule
def col_req_meta(pair: Pair) -> Iterable[str]:
    return (column for column in REQUIRED_META if column not in pair.meta.columns)


@RULES.rule
def col_invalid_meta(pair: Pair) -> Iterable[str]:
    known = (*REQUIRED_META, *OPTIONAL_META)
    return (column for column in pair.meta.columns if column not in known)


@RULES.rule
def col_req_data(pair: Pair) -> Iterable[str]:
    return (column for column in REQUIRED_DATA if column not in pair.data.columns)


@RULES.rule
def col_to_rows(pair: Pair) -> Iterable[str]:
    room = len(pair.data.columns) - len(REQUIRED_DATA)
    if pair.meta.length > room:
        yield f"{pair.meta.length} rows for {room} columns"


@RULES.rule
def cross_meta_to_data(pair: Pair) -> Iterable[str]:
    named = (*pair.named("Filter"), *pair.groups)
    return (name for name in named if name not in pair.data.columns)


@RULES.rule
def cross_data_to_meta(pair: Pair) -> Iterable[str]:
    known = STANDARD.union(pair.meta.of("col_name"), pair.groups)
    return (
        column
        for column in pair.data.columns
        if column not in known and len(pair.data.distinct(column)) > 1
    )


@RULES.rule
def col_names_spaces(pair: Pair) -> Iterable[str]:
    return (repr(column) for column in pair.data.columns if re.search(r"\s", column))


@RULES.rule
def col_snake_case(pair: Pair) -> Iterable[str]:
    return (column for column in pair.data.columns if re.search(r"[^a-z0-9_]", column))


@RULES.rule
def col_var_start(pair: Pair) -> Iterable[str]:
    return (column for column in pair.data.columns if not re.match(r"[a-z]", column))


@RULES.rule
def col_ind_smushed(pair: Pair) -> Iterable[str]:
    return (
        name
        for name in pair.named("Indicator")
        if any(word in name.lower() for word in CHARACTERISTICS)
    )


@RULES.rule
def col_var_characteristic(pair: Pair) -> Iterable[str]:
    named = (*pair.meta.of("col_name"), *pair.groups)
    return (name for name in named if name in ("characteristic", "characteristic_group"))
