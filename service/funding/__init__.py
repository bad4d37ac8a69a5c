"""Budgets, grants, payments and the ledger over HTTP."""

from service.desk import Router
from service.funding import budgets, grants, letters, reading, stopping
from service.funding.reading import payment_schedule

__all__ = ["payment_schedule", "router"]

router = Router()
for part in (budgets, grants, letters, reading, stopping):
    router.include(part.router)
