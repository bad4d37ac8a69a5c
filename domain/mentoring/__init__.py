"""Peer mentoring: a request, a match with reasons, sessions held, objectives reviewed."""

from domain.mentoring.decisions import *  # noqa: F403
from domain.mentoring.events import *  # noqa: F403
from domain.mentoring.matching import *  # noqa: F403
from domain.mentoring.state import *  # noqa: F403
