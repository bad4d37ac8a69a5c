"""The host: what it charges the programme, and the staff time that it gives."""

from domain.hosting.claims import *  # noqa: F403
from domain.hosting.staff_time import *  # noqa: F403
