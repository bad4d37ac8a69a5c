"""Funding: a year's budget by heading, grants, other spending, the ledger."""

from domain.funding.budgeting import *  # noqa: F403
from domain.funding.cuts import *  # noqa: F403
from domain.funding.cutting import *  # noqa: F403
from domain.funding.devolved import *  # noqa: F403
from domain.funding.events import *  # noqa: F403
from domain.funding.granting import *  # noqa: F403
from domain.funding.ledger import *  # noqa: F403
from domain.funding.offering import *  # noqa: F403
from domain.funding.paying import *  # noqa: F403
from domain.funding.purposes import *  # noqa: F403
from domain.funding.recovering import *  # noqa: F403
from domain.funding.spending import *  # noqa: F403
from domain.funding.state import *  # noqa: F403
