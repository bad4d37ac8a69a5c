"""Every rule on a pair of files: what passes, what is warned of, what fails and why."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from domain.kernel import Frozen, Refused
from service.returns.checking import columns, indicators, metadata, names, placing
from service.returns.checking.files import Pair, Unreadable, pairs_in, read_pair
from service.returns.checking.rule import Rule, Softer
from service.returns.checking.words import DATA

Result = Literal["pass", "warning", "failure"]
MOST_SHOWN = 10
Dictionary = Mapping[str, frozenset[str]]
"""The department's data dictionary: each column with its items; an indicator has none."""

RULES: Mapping[str, Rule] = (
    names.RULES | columns.RULES | metadata.RULES | placing.RULES | indicators.RULES
)
"""By code; ``file_read`` and the two on the data dictionary are the run's own."""


class Known(Frozen):
    """A rule as it is listed."""

    code: str
    stage: str
    at_worst: Result
    sentence: str


class Outcome(Known):
    """What a rule found."""

    result: Result
    found: tuple[str, ...] = ()
    """What breaks it: the first few."""


class Screened(Frozen):
    """What the check of a pair found."""

    data: str
    meta: str
    ok: bool
    """No rule fails."""
    failures: int
    warnings: int
    results: tuple[Outcome, ...]


@cache
def listed() -> tuple[Known, ...]:
    """Every rule with its sentence, in order."""
    with (DATA / "ees-rules.csv").open(encoding="utf-8") as file:
        return tuple(Known.model_validate(row) for row in csv.DictReader(file))


def screen(pair: Pair, dictionary: Dictionary | None = None) -> Screened:
    """Every rule on a pair."""
    rules: dict[str, Rule] = {
        **RULES,
        "file_read": _nothing,
        "data_dict_col_name": lambda p: indicators.unknown_columns(p, dictionary or {}),
        "data_dict_fil_item": lambda p: indicators.unknown_items(p, dictionary or {}),
    }
    return _summed(
        pair.data.name,
        pair.meta.name,
        [_outcome(known, rules[known.code](pair)) for known in listed()],
    )


def _nothing(_: Pair) -> Iterable[str]:
    return ()


def _outcome(known: Known, broken: Iterable[str]) -> Outcome:
    found = list(dict.fromkeys(broken))
    result: Result = known.at_worst if found else "pass"
    if found and all(isinstance(each, Softer) for each in found):
        result = "warning"
    shown = tuple(str(each) for each in found[:MOST_SHOWN])
    if len(found) > MOST_SHOWN:
        shown = (*shown, f"and {len(found) - MOST_SHOWN} more")
    return Outcome(**dict(known), result=result, found=shown)


def _summed(data: str, meta: str, results: list[Outcome]) -> Screened:
    failures = sum(each.result == "failure" for each in results)
    return Screened(
        data=data,
        meta=meta,
        ok=failures == 0,
        failures=failures,
        warnings=sum(each.result == "warning" for each in results),
        results=tuple(results),
    )


def screen_folder(folder: Path) -> list[Screened]:
    """Every pair of a folder, or one data file with its metadata beside it.

    Raises Refused ``bad-folder`` where there are none.
    """
    if folder.is_file():
        stem = folder.name.removesuffix(".gz").removesuffix(".csv")
        found = [(folder, folder.with_name(f"{stem}.meta.csv"))]
    else:
        found = pairs_in(folder) if folder.is_dir() else []
    if not found:
        raise Refused(
            "bad-folder",
            f"{folder} has no statistics files: a pair is NAME.csv and NAME.meta.csv.",
        )
    return [_screened(data, meta) for data, meta in found]


def _screened(data: Path, meta: Path) -> Screened:
    try:
        return screen(read_pair(data, meta))
    except Unreadable as unreadable:
        known = next(known for known in listed() if known.code == "file_read")
        return _summed(data.name, meta.name, [_outcome(known, [str(unreadable)])])
