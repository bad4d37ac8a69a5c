"""Decides: every area is imported here, so that the event catalogue is complete."""

from domain import access, councils

__all__ = ["access", "councils"]
