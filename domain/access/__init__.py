"""Who may do what: people, the roles they hold with scope and limit, and the one question."""

from domain.access.attempts import *  # noqa: F403
from domain.access.permissions import *  # noqa: F403
from domain.access.users import *  # noqa: F403
