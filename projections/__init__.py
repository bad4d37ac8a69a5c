"""Remembers: every area is imported here, so that the follower folds every view."""

from projections import (
    access,
    assessments,
    audit,
    challenges,
    councils,
    funding,
    interventions,
    mentoring,
    people,
)

__all__ = [
    "access",
    "assessments",
    "audit",
    "challenges",
    "councils",
    "funding",
    "interventions",
    "mentoring",
    "people",
]
