"""Decisions taken again: replayed step by step, re-decided by today's code, or under other rules.

What was asked and what it relied upon is in the log (``Decided``, on the first record of what came
of it). Taking a decision again runs the very function that took it, at a desk whose streams end
where they ended then, and which records nothing.
"""

from service.replay.routes import router

__all__ = ["router"]
