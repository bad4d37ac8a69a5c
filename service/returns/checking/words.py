"""The words of statistics files that are allowed: facts of the department's standard."""

import calendar
import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent.parent.parent / "data"

REQUIRED_DATA = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
)
REQUIRED_META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
OPTIONAL_META = ("filter_default", "parent_filter")
UNITS = ("", "%", "pp", "£", "£m", "numberstring")
SYMBOLS = ("z", "x", "c", "low")
"""Not applicable, not available, confidential, rounds to nothing."""
NUMBER = re.compile(r"-?\d+(\.\d+)?")
FAIL_ANYWHERE = frozenset({"NULL", "Null", "null", "NA", "na"})
WARN_ANYWHERE = frozenset({"N/A", "n/a", ".", "..", "-"})
NO_FIGURES = frozenset({"", "~", ":"})
MOST_ITEMS = 25_000
LONGEST = {"column": 50, "label": 100, "code": 30, "item": 120}

_MONTHS = tuple(calendar.month_name)[1:]
_FOUR_DIGITS = (
    ("Calendar year",),
    ("Reporting year",),
    _MONTHS,
    tuple(f"Week {n}" for n in range(1, 53)),
)
_SIX_DIGITS = (
    ("Autumn and spring term",),
    ("Financial year",),
    ("Academic year",),
    ("Tax year",),
    ("Spring term", "Autumn term", "Summer term"),
    tuple(f"Financial year Q{n}" for n in range(1, 5)),
    ("Part 1 (April to September)", "Part 2 (October to March)"),
)
TIME_FAMILIES = (*_FOUR_DIGITS, *_SIX_DIGITS)
DIGITS = {name: 4 for family in _FOUR_DIGITS for name in family} | {
    name: 6 for family in _SIX_DIGITS for name in family
}


class Level(NamedTuple):
    """A geographic level: the columns that say which place, and where else they may be filled."""

    code: str
    name: str
    second: str = ""
    within: tuple[str, ...] = ()
    """Levels whose rows may name a place of this one: they lie in it."""
    form: str = ""
    """Of its codes, where the product holds no list of them."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(column for column in (self.code, self.name, self.second) if column)


_LOW = ("School", "Provider", "Institution")
_LAD, _PCON, _PFA = "Local authority district", "Parliamentary constituency", "Police force area"
_LSIP, _PLAN = "Local skills improvement plan area", "Planning area"
_LEP, _EDA, _OA = (
    "Local enterprise partnership",
    "English devolved area",
    "Opportunity area",
)

LEVELS: dict[str, Level] = {
    "National": Level("country_code", "country_name"),
    "Regional": Level(
        "region_code",
        "region_name",
        within=(
            _LSIP,
            "Local authority",
            _LEP,
            _OA,
            _LAD,
            _PCON,
            _EDA,
            "Ward",
            *_LOW,
            _PLAN,
            _PFA,
        ),
    ),
    "Local authority": Level(
        "new_la_code", "la_name", "old_la_code", (_PCON, _LAD, "Ward", *_LOW, _PLAN, _PFA)
    ),
    _LAD: Level("lad_code", "lad_name", within=("Ward", *_LOW, _PFA), form=r"E0[6-9]\d{6}"),
    "RSC region": Level("", "rsc_region_lead_name", within=_LOW),
    _PCON: Level("pcon_code", "pcon_name", within=_LOW, form=r"E14\d{6}"),
    _LSIP: Level("lsip_code", "lsip_name", within=(_LAD, *_LOW, _PLAN), form=r"E69\d{6}"),
    _LEP: Level(
        "local_enterprise_partnership_code",
        "local_enterprise_partnership_name",
        within=_LOW,
        form=r"E37\d{6}",
    ),
    _EDA: Level(
        "english_devolved_area_code", "english_devolved_area_name", within=_LOW, form=r"E\d{8}"
    ),
    _OA: Level("opportunity_area_code", "opportunity_area_name", within=_LOW),
    "Ward": Level("ward_code", "ward_name", within=_LOW, form=r"E05\d{6}"),
    "MAT": Level("trust_id", "trust_name", within=_LOW),
    "Sponsor": Level("sponsor_id", "sponsor_name", within=_LOW),
    "School": Level("school_urn", "school_name", "school_laestab"),
    "Provider": Level("provider_ukprn", "provider_name"),
    "Institution": Level("institution_id", "institution_name"),
    _PLAN: Level("planning_area_code", "planning_area_name", within=_LOW),
    _PFA: Level("pfa_code", "pfa_name", within=_LOW),
}
UNLISTED = (_OA, "MAT", "Sponsor", "School", "Provider", _PFA)
"""Levels of whose places there is no list to compare with."""
NAMED_ONCE = (_OA, "MAT", "Sponsor")
UNSEEN = ("School", "Provider", "Institution", _PLAN)
"""Levels that the service's tables leave out, or show alone."""
STANDARD = frozenset(REQUIRED_DATA).union(*(level.columns for level in LEVELS.values()))
"""Every column of time and place."""

CHARACTERISTICS = (
    "male",
    "female",
    "asian",
    "chinese",
    "indian",
    "pakistani",
    "bangladeshi",
    "black",
    "african",
    "caribbean",
    "white",
    "roma",
    "irish",
    "english",
    "british",
    "scottish",
    "welsh",
    "northern irish",
    "arab",
)
PLACE_LIKE = re.compile(
    r"(country|sch|prov|inst|estab|reg|la|local|rsc|pfa|pcon|lep|mca|oa|ward|mat)"
    r".*(name|code|urn|ukprn|number|upin|id)"
    r"|laestab|estab|sch|schools?|prov|providers?|inst|institutions?|name|code|urn|ukprn|number"
    r"|upin|id|region|la|lad|rsc|pcon|lep|mca|oa|ward|mat"
)
AGREED_SUBJECTS = (
    "sen_",
    "primary_need",
    "secondary_need",
    "establishment_type",
    "provider_type",
    "school_type",
    "ethnic",
)
AGREED_NAMES = frozenset(
    {
        "sen_status",
        "sen_provision",
        "sen_primary_need",
        "sen_secondary_need",
        "establishment_type",
        "establishment_type_group",
        "provider_type",
        "ethnicity_major",
        "ethnicity_minor",
        "ethnicity_detailed",
        "minority_ethnic",
    }
)
AGREED_GROUPS = ("Ethnicity Major", "Ethnicity Minor", "Ethnicity Detailed", "Minority Ethnic")
_ETHNIC: dict[tuple[str, ...], tuple[str, ...]] = {
    ("White",): (
        "English/Welsh/Scottish/Northern Irish/British",
        "English / Welsh / Scottish / Northern Irish / British",
        "Irish",
        "Gypsy or Irish Traveller",
        "Roma",
        "Any other White background",
    ),
    ("Mixed/Multiple ethnic groups", "Mixed / Multiple ethnic groups"): (
        "White and Black Caribbean",
        "White and Black African",
        "White and Asian",
        "Any other Mixed/Multiple ethnic background",
        "Any other Mixed / Multiple ethnic background",
    ),
    ("Asian/Asian British", "Asian / Asian British"): (
        "Indian",
        "Pakistani",
        "Bangladeshi",
        "Chinese",
        "Any other Asian background",
    ),
    ("Black/African/Caribbean/Black British", "Black / African / Caribbean / Black British"): (
        "African",
        "Caribbean",
        "Any other Black/African/Caribbean background",
        "Any other Black / African / Caribbean background",
    ),
    ("Other ethnic group",): ("Arab", "Any other ethnic group"),
}
ETHNIC_PAIRS = frozenset(
    {("Total", "Total"), ("Unknown", "Unknown")}
    | {(major, minor) for majors, all_ in _ETHNIC.items() for major in majors for minor in all_}
    | {(major, "Total") for majors in _ETHNIC for major in majors}
)


class Places(NamedTuple):
    """The codes and names that belong together."""

    countries: frozenset[tuple[str, str]]
    regions: frozenset[tuple[str, str]]
    authorities: frozenset[tuple[str, str, str]]
    """Number, code and name."""


@cache
def places() -> Places:
    """The lists that the product holds."""
    found: dict[str, set[tuple[str, ...]]] = {"country": set(), "region": set(), "authority": set()}
    with (DATA / "ees-places.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known = (row["code"], row["name"])
            found[row["kind"]].add(
                (row["dfe_number"], *known) if row["kind"] == "authority" else known
            )
    return Places(
        frozenset((code, name) for code, name in found["country"]),
        frozenset((code, name) for code, name in found["region"]),
        frozenset((number, code, name) for number, code, name in found["authority"]),
    )
