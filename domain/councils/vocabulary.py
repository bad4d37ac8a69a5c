"""The words of local government and of inspection."""

import re
from datetime import date
from enum import StrEnum

from domain.kernel import Frozen, Text


class Region(StrEnum):
    """The nine regions of England."""

    NORTH_EAST = "north-east"
    NORTH_WEST = "north-west"
    YORKSHIRE = "yorkshire-and-the-humber"
    EAST_MIDLANDS = "east-midlands"
    WEST_MIDLANDS = "west-midlands"
    EAST = "east-of-england"
    LONDON = "london"
    SOUTH_EAST = "south-east"
    SOUTH_WEST = "south-west"

    @property
    def gss(self) -> str:
        """The ONS code: E12000001 to E12000009."""
        return f"E1200000{list(Region).index(self) + 1}"

    @property
    def label(self) -> str:
        """The ONS name."""
        if self is Region.YORKSHIRE:
            return "Yorkshire and The Humber"
        return " ".join(w if w == "of" else w.capitalize() for w in self.value.split("-"))

    @classmethod
    def named(cls, name: str) -> "Region":
        """The region of this name, however it is written. Raises ValueError for none."""
        wanted = normal_name(name)
        for region in cls:
            if normal_name(region.label) == wanted or region.gss == name.strip():
                return region
        raise ValueError(f"{name!r} is not one of the nine regions of England")


def normal_name(name: str) -> str:
    """A name without what varies between publications: case, '&', points, 'City of'."""
    plain = re.sub(r"[^a-z0-9]+", " ", name.lower().replace("&", " and ")).strip()
    for tail in (" city of", " county of"):
        plain = plain.removesuffix(tail)
    return plain.removeprefix("county ").strip()


class Grade(StrEnum):
    """An inspectorate's judgement."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires improvement"
    INADEQUATE = "inadequate"


NO_OVERALL_SINCE = date(2026, 4, 1)
"""Inspections that begin from this day on are given no overall grade."""


class Grades(Frozen):
    """The judgements of one inspection. No overall grade is given since April 2026."""

    overall: Grade | None = None
    leaders: Grade | None = None
    help_and_protection: Grade | None = None
    in_care: Grade | None = None
    care_leavers: Grade | None = None
    """Judged apart since 2023."""

    def sub_grades(self) -> dict[str, Grade]:
        """The judgements below the overall one that were given."""
        return {k: v for k, v in self.given().items() if k != "overall"}

    def given(self) -> dict[str, Grade]:
        """The judgements that were given, by name."""
        return {name: grade for name, grade in dict(self).items() if grade is not None}


class Framework(StrEnum):
    """Under which an inspection was made."""

    ILACS_STANDARD = "ilacs-standard"
    ILACS_SHORT = "ilacs-short"
    SIF = "sif"
    TLAC = "tlac"
    SLAC = "slac"
    NOT_STATED = "not-stated"

    @property
    def label(self) -> str:
        """As Ofsted writes it: ILACS standard."""
        if self is Framework.NOT_STATED:
            return "Not stated"
        name, _, kind = self.value.partition("-")
        return f"{name.upper()} {kind}".strip()


class Engagement(StrEnum):
    """How far a council takes part in self-improvement."""

    NOT_ENGAGED = "not engaged"
    CONTACTED = "contacted"
    ENGAGED = "engaged"
    EARLY_ADOPTER = "early adopter"


class SupportTier(StrEnum):
    """How much support a council gets."""

    UNIVERSAL = "universal"
    EARLY_SUPPORT = "early support"
    TARGETED = "targeted support"
    INTERVENTION = "intervention"


class Office(StrEnum):
    """The offices that lead a council's children's services."""

    LEAD_MEMBER = "lead member"
    DIRECTOR = "director of children's services"
    CHIEF_EXECUTIVE = "chief executive"


class InstrumentKind(StrEnum):
    """What a council in difficulty is put under, from the lightest to the heaviest."""

    ADVISER = "adviser"
    NOTICE = "improvement notice"
    DIRECTION = "statutory direction"
    COMMISSIONER = "commissioner"
    PARTNER = "partner"
    TRUST = "trust"

    @property
    def rung(self) -> int:
        """How far up the intervention ladder it stands: 1 to 5; partner and trust share the top."""
        return min(list(InstrumentKind).index(self) + 1, 5)


class Source(Frozen):
    """Where a fact came from."""

    name: Text
    """As people know it: 'Inspectorate's list of inspections'."""
    kind: str
    """official (the inspectorate's own), snapshot (collected by others), or entered."""
    row: int | None = None
    """The row of the file, its header being row 1."""
    sha256: str | None = None
    """Of the file."""

    @property
    def rank(self) -> int:
        """What outranks what where two sources contradict each other."""
        return {"official": 3, "entered": 2, "snapshot": 1}.get(self.kind, 0)


class IndicatorWarning(Frozen):
    """What an indicator said that gave cause for concern, and under which thresholds."""

    indicator_set: str
    indicator: str
    name: str
    unit: str
    period: str
    value: str
    """As published."""
    rules: tuple[str, ...]
    """The thresholds that it met, in words."""
    compared: dict[str, str]
    """The values that it was compared with."""
    thresholds_version: int
    load: int
    """The load of the set that the values were read at."""

    @property
    def key(self) -> str:
        """What a council is warned of once: an indicator's period."""
        return f"{self.indicator_set}/{self.indicator}/{self.period}"


class Criteria(Frozen):
    """Which grades call for intervention."""

    overall: tuple[Grade, ...] = (Grade.INADEQUATE,)
    """Any of these as the overall grade."""
    any_sub_grade_without_overall: tuple[Grade, ...] = (Grade.INADEQUATE,)
    """Any of these as a sub-grade, where no overall grade is given."""
    any_sub_grade: tuple[Grade, ...] = ()
    """Any of these as a sub-grade, whatever the overall grade."""


class Policy(Frozen):
    """An intervention policy: a version, the day it runs from, and its criteria."""

    version: int
    from_: date
    criteria: Criteria

    def met_by(self, grades: Grades) -> dict[str, Grade]:
        """The grades that call for intervention under this policy; empty if none do."""
        rules = self.criteria
        if grades.overall in rules.overall and grades.overall is not None:
            return {"overall": grades.overall}
        called = set(rules.any_sub_grade)
        if grades.overall is None:
            called |= set(rules.any_sub_grade_without_overall)
        return {name: grade for name, grade in grades.sub_grades().items() if grade in called}


def tier(
    *, open_case: bool, due: bool, directed: bool, early: bool, targeted: bool = False
) -> SupportTier:
    """The tier of support that follows from where a council stands."""
    if open_case or due:
        return SupportTier.INTERVENTION
    if directed or targeted:
        return SupportTier.TARGETED
    return SupportTier.EARLY_SUPPORT if early else SupportTier.UNIVERSAL
