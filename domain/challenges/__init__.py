"""Peer challenge: councils look at each other's work, in turn and on equal terms."""

from domain.challenges.decisions import *  # noqa: F403
from domain.challenges.events import *  # noqa: F403
from domain.challenges.state import *  # noqa: F403
from domain.challenges.triads import *  # noqa: F403
