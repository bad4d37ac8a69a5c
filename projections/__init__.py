"""Remembers: every area is imported here, so that the follower folds every view."""

from projections import (
    access,
    audit,
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
    "audit",
    "contracts",
    "councils",
    "funding",
    "hosting",
    "interventions",
    "mentoring",
    "people",
    "programmes",
]
