"""Remembers: every area is imported here, so that the follower folds every view."""

from projections import (
    access,
    audit,
    councils,
    funding,
    instruments,
    interventions,
    mentoring,
    people,
    persons,
)

__all__ = [
    "access",
    "audit",
    "councils",
    "funding",
    "instruments",
    "interventions",
    "mentoring",
    "people",
    "persons",
]
