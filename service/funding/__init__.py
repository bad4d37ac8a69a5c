"""Budgets, grants, payments and the ledger over HTTP."""

from fastapi import APIRouter

from service.funding import budgets, grants, letters, reading, stopping
from service.funding.reading import payment_schedule

__all__ = ["payment_schedule", "router"]

router = APIRouter()
for part in (budgets, grants, letters, reading, stopping):
    router.include_router(part.router)
