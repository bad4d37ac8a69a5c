"""Remembers: every area is imported here, so that the follower folds every view."""

from projections import (
    access,
    assessments,
    audit,
    challenges,
    councils,
    funding,
    insight,
    instruments,
    interventions,
    mentoring,
    people,
    persons,
    practice,
    regions,
)

__all__ = [
    "access",
    "assessments",
    "audit",
    "challenges",
    "councils",
    "funding",
    "insight",
    "instruments",
    "interventions",
    "mentoring",
    "people",
    "persons",
    "practice",
    "regions",
]
