"""Grants, budgets and the ledger."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.councils import Region
from projections.funding import (
    AccountBalance,
    BudgetPosition,
    BudgetRow,
    GrantRow,
)
from service.desk import Reading, page
from service.funding.stopping import stopping
from service.lists.money import GRANTS, LEDGER
from service.pages.render import listed, render
from service.pages.timeline import history, names_of

router = APIRouter()


@page(router, "/grants", needs="grant.read")
def grant_register(request: Request, reading: Reading) -> Response:
    """The grant register."""
    return listed(request, "funding/grants.html", reading, GRANTS)


@page(router, "/budgets", needs="budget.read")
def budgets(request: Request, reading: Reading) -> Response:
    """Every year's budget by heading."""
    return render(
        request,
        "funding/budgets.html",
        reading=reading,
        years=reading.all(BudgetRow, order="-year"),
        headings=reading.all(BudgetPosition, order="heading"),
    )


@page(router, "/budgets/{year}", needs="budget.read")
def budget_page(request: Request, year: str, reading: Reading) -> Response:
    """A year's budget: its headings, what regions hold, its grants and its history."""
    row = reading.item(BudgetRow, f"BUDGET-{year}")
    return render(
        request,
        "funding/budget.html",
        reading=reading,
        row=row,
        headings=reading.all(BudgetPosition, {"year": year}, order="heading"),
        grants=reading.all(GrantRow, {"year": year}, order="grant"),
        regions=list(Region),
        councils=names_of(reading),
        history=history(request, reading, stream=f"BUDGET-{year}"),
    )


@page(router, "/budgets/{year}/commitments", needs="budget.read")
def commitments_page(request: Request, year: str, reading: Reading) -> Response:
    """What is committed in a year, by what can still be stopped."""
    return render(
        request,
        "funding/commitments.html",
        reading=reading,
        found=stopping(reading, year),
        councils=names_of(reading),
    )


@page(router, "/ledger", needs="ledger.read")
def ledger(request: Request, reading: Reading) -> Response:
    """The trial balance, and the postings of whatever is asked for."""
    balances = reading.all(AccountBalance, order="account_name")
    return listed(
        request,
        "funding/ledger.html",
        reading,
        LEDGER,
        balances=balances,
        total=sum(row.balance_pence for row in balances),
    )
