"""Contracts: let to suppliers, delivered in parts, each part accepted before it is paid.

Three people at least: whoever lets a contract neither accepts what is delivered nor pays for it,
and whoever accepts a part does not pay for it.
"""

from domain.contracts.decisions import *  # noqa: F403
from domain.contracts.events import *  # noqa: F403
from domain.contracts.state import *  # noqa: F403
