"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import access, councils, funding, interventions, mentoring, people, persons

__all__ = ["access", "councils", "funding", "interventions", "mentoring", "people", "persons"]
