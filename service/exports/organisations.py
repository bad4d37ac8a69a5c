"""Organisations as published data names them: councils by the register of local authorities."""

import csv
from functools import cache
from pathlib import Path

import service
from service.settings import Settings


@cache
def _register_codes() -> dict[str, str]:
    with (Path(service.__path__[0]) / "data" / "organisation-codes.csv").open(newline="") as file:
        return {row["dfe_number"]: row["register_code"] for row in csv.DictReader(file)}


def organisation_id(council: str, settings: Settings) -> str:
    """A council's identifier by its DfE number: GB-LAE-BIR for 330.

    A council that the product does not know the code of has one of the publisher's own.
    """
    code = _register_codes().get(council)
    return f"GB-LAE-{code}" if code else f"{settings.publisher_prefix}-ORG:{council}"


_KINDS = {"E06": "UA", "E07": "NMD", "E08": "MD", "E09": "LONB", "E10": "CTY"}


def geo_type(gss_code: str) -> str:
    """What kind of area an ONS code is of, in the words of published grants."""
    return _KINDS.get(gss_code[:3], "LAD")
