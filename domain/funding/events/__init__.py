"""What happens to budgets and grants. Money is integer pence."""

from domain.funding.events.budgets import *  # noqa: F403
from domain.funding.events.grants import *  # noqa: F403
