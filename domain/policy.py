"""The Board's policy priorities: programmes, practice and mentoring are tagged by them."""

from enum import StrEnum
from typing import Any


class PolicyTheme(StrEnum):
    """The Board's policy priorities, and children's centres."""

    MUNRO = "munro review of child protection"
    EARLY_INTERVENTION = "early intervention and early help"
    YOUTH_SERVICES = "youth services"
    COMMISSIONING = "commissioning and productivity"
    ADOPTION = "adoption and children in care"
    CHILDRENS_CENTRES = "children's centres"


def untagged(payload: dict[str, Any]) -> dict[str, Any]:
    """What was recorded before policy themes were: it bears none."""
    return payload | {"policy_themes": []}
