"""Policy programmes: councils that try out a national policy, some of them paid by results."""

from domain.programmes.decisions import *  # noqa: F403
from domain.programmes.events import *  # noqa: F403
from domain.programmes.results import *  # noqa: F403
from domain.programmes.state import *  # noqa: F403
