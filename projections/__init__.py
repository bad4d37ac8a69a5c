"""Remembers: every area is imported here, so that the follower folds every view."""

from projections import (
    access,
    audit,
    councils,
    funding,
    insight,
    interventions,
    mentoring,
    people,
    practice,
)

__all__ = [
    "access",
    "audit",
    "councils",
    "funding",
    "insight",
    "interventions",
    "mentoring",
    "people",
    "practice",
]
