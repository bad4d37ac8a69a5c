"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import (
    access,
    assessments,
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
    "challenges",
    "councils",
    "funding",
    "interventions",
    "mentoring",
    "people",
]
