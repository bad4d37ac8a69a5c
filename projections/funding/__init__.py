"""Money as people see it: grants, the payment schedule, budgets, the ledger and its balances."""

from projections.funding.budgets import *  # noqa: F403
from projections.funding.grants import *  # noqa: F403
from projections.funding.ledger import *  # noqa: F403
