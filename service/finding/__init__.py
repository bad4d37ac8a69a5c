"""Search over everything: by reference, by words, and by words that are nearly right."""

from service.finding.finding import Findings, Group, Hit, find
from service.finding.routes import router

__all__ = ["Findings", "Group", "Hit", "find", "router"]
