"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import (
    access,
    assessments,
    challenges,
    councils,
    funding,
    insight,
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
    "challenges",
    "councils",
    "funding",
    "insight",
    "interventions",
    "mentoring",
    "people",
    "persons",
    "practice",
    "regions",
]
