"""Remembers: every area is imported here, so that the follower folds every view."""

from projections import (
    access,
    audit,
    councils,
    funding,
    insight,
    instruments,
    interventions,
    mentoring,
    people,
    persons,
    practice,
)

__all__ = [
    "access",
    "audit",
    "councils",
    "funding",
    "insight",
    "instruments",
    "interventions",
    "mentoring",
    "people",
    "persons",
    "practice",
]
