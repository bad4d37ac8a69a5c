"""Regions: their leads, priorities and plans, early support to councils, and devolved money.

The regions act together where councils are more likely to take part because others near them
do. Each of the nine is a programme of its own, run by the leads that it nominates.
"""

from domain.regions.decisions import *  # noqa: F403
from domain.regions.events import *  # noqa: F403
from domain.regions.state import *  # noqa: F403
