"""Councils: the register, what inspectors judged, what follows from it, and who leads."""

from domain.councils.decisions import *  # noqa: F403
from domain.councils.events import *  # noqa: F403
from domain.councils.oversight import *  # noqa: F403
from domain.councils.state import *  # noqa: F403
from domain.councils.vocabulary import *  # noqa: F403
