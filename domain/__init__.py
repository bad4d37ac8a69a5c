"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import access, contracts, councils, funding, interventions, mentoring, people

__all__ = ["access", "contracts", "councils", "funding", "interventions", "mentoring", "people"]
