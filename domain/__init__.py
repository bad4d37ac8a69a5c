"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import (
    access,
    assessments,
    challenges,
    contracts,
    councils,
    funding,
    hosting,
    insight,
    interventions,
    mentoring,
    people,
    persons,
    practice,
    programmes,
    regions,
    reporting,
)

__all__ = [
    "access",
    "assessments",
    "challenges",
    "contracts",
    "councils",
    "funding",
    "hosting",
    "insight",
    "interventions",
    "mentoring",
    "people",
    "persons",
    "practice",
    "programmes",
    "regions",
    "reporting",
]
