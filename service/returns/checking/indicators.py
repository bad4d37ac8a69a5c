"""Rules on rows, figures, agreed names, lengths and the data dictionary."""

from collections import Counter
from collections.abc import Iterable, Mapping

from service.returns.checking.files import Pair
from service.returns.checking.placing import counted_levels
from service.returns.checking.rule import Rules, Softer
from service.returns.checking.words import (
    AGREED_GROUPS,
    AGREED_NAMES,
    AGREED_SUBJECTS,
    ETHNIC_PAIRS,
    FAIL_ANYWHERE,
    LEVELS,
    LONGEST,
    NO_FIGURES,
    NUMBER,
    STANDARD,
    SYMBOLS,
    WARN_ANYWHERE,
)

RULES = Rules()


@RULES.rule
def general_dupes(pair: Pair) -> Iterable[str]:
    known = {*STANDARD, *pair.filters}
    columns = [column for column in pair.data.columns if column in known]
    counted = counted_levels(pair)
    levels = pair.data.of("geographic_level")
    rows = zip(levels, pair.data.together(*columns), strict=True) if columns else ()
    seen = Counter(row for level, row in rows if counted(level))
    return (", ".join(part for part in row if part) for row, n in seen.items() if n > 1)


@RULES.rule
def general_null(pair: Pair) -> Iterable[str]:
    for sheet in (pair.data, pair.meta):
        for column in sheet.columns:
            for value in sheet.distinct(column):
                if value in FAIL_ANYWHERE:
                    yield f"{column}: {value}"
                elif sheet is pair.data and value in WARN_ANYWHERE:
                    yield Softer(f"{column}: {value}")


@RULES.rule
def ind_invalid_entry(pair: Pair) -> Iterable[str]:
    return (
        f"{name}: {value or 'blank'}"
        for name in pair.indicators
        for value in pair.data.distinct(name)
        if value in NO_FIGURES
    )


# --- Agreed names ---------------------------------------------------------------------------


@RULES.rule
def harmonised_variables(pair: Pair) -> Iterable[str]:
    named = dict.fromkeys((*pair.meta.of("col_name"), *pair.groups))
    return (
        name
        for name in named
        if name not in AGREED_NAMES and any(word in name.lower() for word in AGREED_SUBJECTS)
    )


@RULES.rule
def harmonised_eth_vals(pair: Pair) -> Iterable[str]:
    columns = [c for c in ("ethnicity_major", "ethnicity_minor") if c in pair.data.columns]
    if len(columns) == 2:
        for major, minor in dict.fromkeys(pair.data.together(*columns)):
            if (major, minor) not in ETHNIC_PAIRS:
                yield f"{major}, {minor}"
    for column in columns if len(columns) == 1 else ():
        agreed = {each[column == "ethnicity_minor"] for each in ETHNIC_PAIRS}
        yield from (value for value in pair.data.distinct(column) if value not in agreed)


@RULES.rule
def harmonised_eth_char_grp(pair: Pair) -> Iterable[str]:
    return (
        value
        for value in pair.data.distinct("characteristic_group")
        if "ethnic" in value.lower() and not any(agreed in value for agreed in AGREED_GROUPS)
    )


@RULES.rule
def harmonised_eth_char_vals(pair: Pair) -> Iterable[str]:
    agreed = {value for each in ETHNIC_PAIRS for value in each}
    seen = dict.fromkeys(pair.data.together("characteristic_group", "characteristic"))
    return (value for group, value in seen if "ethnic" in group.lower() and value not in agreed)


# --- Lengths --------------------------------------------------------------------------------


@RULES.rule
def api_char_col_name(pair: Pair) -> Iterable[str]:
    return (column for column in pair.data.columns if len(column) > LONGEST["column"])


@RULES.rule
def api_char_col_label(pair: Pair) -> Iterable[str]:
    return (label for label in pair.meta.of("label") if len(label) > LONGEST["label"])


@RULES.rule
def api_char_loc_code(pair: Pair) -> Iterable[str]:
    columns = {c for level in LEVELS.values() for c in (level.code, level.second) if c}
    return _longer(pair, sorted(columns), LONGEST["code"])


@RULES.rule
def api_char_filter_items(pair: Pair) -> Iterable[str]:
    columns = (*pair.filters, *(level.name for level in LEVELS.values()))
    return _longer(pair, columns, LONGEST["item"])


def _longer(pair: Pair, columns: Iterable[str], most: int) -> Iterable[str]:
    return (
        f"{column}: {value}"
        for column in columns
        for value in pair.data.distinct(column)
        if len(value) > most
    )


# --- The data dictionary --------------------------------------------------------------------


def unknown_columns(pair: Pair, dictionary: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """Filters and indicators that the data dictionary handed over does not have."""
    named = dict.fromkeys((*pair.meta.of("col_name"), *pair.groups))
    return (name for name in named if name and name not in dictionary)


def unknown_items(pair: Pair, dictionary: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """Items of its filters that it does not have."""
    return (
        f"{name}: {value}"
        for name in pair.filters
        if name in dictionary
        for value in pair.data.distinct(name)
        if value not in dictionary[name]
    )


# --- Stricter than the screener -------------------------------------------------------------


@RULES.rule
def strict_indicator_blank(pair: Pair) -> Iterable[str]:
    return (
        name
        for name in pair.indicators
        if any(not value.strip() for value in pair.data.distinct(name))
    )


@RULES.rule
def strict_indicator_number(pair: Pair) -> Iterable[str]:
    return (
        f"{name}: {value}"
        for name in pair.indicators
        for value in pair.data.distinct(name)
        if value.strip() and value not in SYMBOLS and not NUMBER.fullmatch(value)
    )


@RULES.rule
def strict_indicator_column(pair: Pair) -> Iterable[str]:
    return (name for name in pair.named("Indicator") if name not in pair.data.columns)
