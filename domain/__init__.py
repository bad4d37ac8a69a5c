"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import (
    access,
    contracts,
    councils,
    funding,
    hosting,
    interventions,
    mentoring,
    people,
    programmes,
)

__all__ = [
    "access",
    "contracts",
    "councils",
    "funding",
    "hosting",
    "interventions",
    "mentoring",
    "people",
    "programmes",
]
