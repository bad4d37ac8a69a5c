"""When and where a row of published statistics is about."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from domain.councils import Council
from domain.insight import shared_by
from service.imports.files import Unusable
from service.imports.inspections import FORMER

PLACING = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
)
"""The columns that say when and where; every other is a filter or an indicator."""

_WHOLE_YEARS = {"Reporting year", "Calendar year", "Academic year", "Financial year", "Tax year"}
_PARTS = {
    "Autumn term": "T1",
    "Spring term": "T2",
    "Summer term": "T3",
    "Autumn and spring term": "T1-2",
    "Part 1 (April to September)": "P1",
    "Part 2 (October to March)": "P2",
    **{f"Financial year Q{n}": f"Q{n}" for n in range(1, 5)},
    **{
        month: f"M{n:02d}"
        for n, month in enumerate(
            (
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ),
            1,
        )
    },
    **{f"Week {n}": f"W{n:02d}" for n in range(1, 54)},
}
SYMBOLS_OF_NO_CODE = {"z", "x", ":"}
_NUMBERED = re.compile(r"\d{3}( ?/ ?\d{3})*")


class Place(NamedTuple):
    """Where a row is about."""

    level: str
    code: str
    name: str
    apart: bool = False
    """An authority that is not on the register."""
    said: tuple[str, ...] = ()


def period_of(cells: Mapping[str, Any]) -> str:
    """The period of a row, in a form that sorts: 2025, 2024-25, 2025 Q1. Raises Unusable."""
    told = str(cells.get("time_period") or "").strip().removesuffix(".0")
    kind = str(cells.get("time_identifier") or "").strip()
    if re.fullmatch(r"(19|20)\d\d", told):
        year = told
    elif re.fullmatch(r"(19|20)\d{4}", told) and (int(told[:4]) + 1) % 100 == int(told[4:]):
        year = f"{told[:4]}-{told[4:]}"
    else:
        raise Unusable("time_period", f"{told!r} is no year (2025) or pair of years (202425)")
    if kind in _WHOLE_YEARS:
        return year
    if kind in _PARTS:
        return f"{year} {_PARTS[kind]}"
    raise Unusable("time_identifier", f"{kind!r} is no kind of period that we know")


def place_of(told: Mapping[str, str]) -> Place:
    """Where a row is about, as it says; of an authority, its number if it gives one.

    Raises Unusable for a level or a code that is none.
    """
    level = told["geographic_level"]
    if level == "National":
        return Place(level, _gss("country_code", told, r"[EKWNS]\d{8}"), told["country_name"])
    if level == "Regional":
        return Place(level, _gss("region_code", told, r"E1[23]\d{6}"), told["region_name"])
    if level != "Local authority":
        raise Unusable(
            "geographic_level",
            f"{level!r} is not loaded: National, Regional and Local authority are",
        )
    number = re.sub(r" ?/ ?", " / ", told["old_la_code"])
    if number and number not in SYMBOLS_OF_NO_CODE and not _NUMBERED.fullmatch(number):
        raise Unusable("old_la_code", f"{number!r} is no number of an authority, like 330")
    return Place(level, "" if number in SYMBOLS_OF_NO_CODE else number, told["la_name"])


def _gss(column: str, told: Mapping[str, str], form: str) -> str:
    if not re.fullmatch(form, told[column]):
        raise Unusable(column, f"{told[column]!r} is no code of the statistics authority")
    return told[column]


def cell_text(value: Any) -> str:
    """A cell as it stands in the file; a whole number of a workbook without its point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{Decimal(str(value)):f}"
    return str(value).strip()


def former() -> dict[str, str]:
    with FORMER.open(encoding="utf-8") as file:
        return {row["dfe_number"]: row["became"] for row in csv.DictReader(file) if row["became"]}


def why_apart(code: str, gone: Mapping[str, str]) -> str:
    if len(shared_by(code)) > 1:
        return "published for several councils together: kept under their codes, split for none"
    why = f": {gone[code]}" if code in gone else ""
    return f"not on the register{why}; kept under its own code, counted for no successor"


def places(councils: Iterable[Council]) -> Callable[[Mapping[str, Any]], Place]:
    """Where a row belongs: to England, a region, or an authority by its own code."""
    registered = {council.council: council for council in councils if council.exists}
    by_gss = {council.gss_code: council.council for council in registered.values()}
    for council in registered.values():
        by_gss |= dict.fromkeys(council.former_gss_codes, council.council)
    gone = former()

    def find(cells: Mapping[str, Any]) -> Place:
        told = {column: cell_text(cells.get(column)) for column in PLACING}
        place = place_of(told)
        if place.level != "Local authority":
            return place
        code = place.code or by_gss.get(told["new_la_code"], "")
        if not code:
            raise Unusable("old_la_code", "the row gives no number that an authority is known by")
        named = by_gss.get(told["new_la_code"])
        if code in registered and named not in (None, code):
            raise Unusable(
                "new_la_code",
                f"this is the code of {registered[named or code].name}, but the row is numbered as"
                f" {registered[code].name} ({code}): which of them is meant?",
            )
        if code in registered:
            return place._replace(code=code)
        return place._replace(code=code, apart=True, said=(why_apart(code, gone),))

    return find
