"""Grants, budgets and the ledger."""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response

from domain.councils import Region
from domain.kernel import year_bounds
from projections.funding import (
    AccountBalance,
    BudgetPosition,
    BudgetRow,
    GrantRow,
)
from service.desk import Reading, Router, page
from service.funding.stopping import stopping
from service.lists.listing import asked_of, whole
from service.lists.money import GRANTS, LEDGER
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.pictures import Picture, budget_bars, burn_down, grant_flows
from service.series import budget_months

router = Router()


@page(router, "/grants", needs="grant.read")
def grant_register(request: Request, reading: Reading) -> Response:
    """The grant register."""
    rows = whole(asked_of(GRANTS, reading, request.query_params), reading)
    year = max((row.year for row in rows), default="")
    pictured = grant_flows(
        [row for row in rows if row.year == year],
        names_of(reading),
        title=f"Where grants of {year} go",
    )
    return listed(
        request, "funding/grants.html", reading, GRANTS, pictured=pictured if rows else None
    )


@page(router, "/budgets", needs="budget.read")
def budgets(request: Request, reading: Reading) -> Response:
    """Every year's budget by heading."""
    years = reading.all(BudgetRow, order="-year")
    headings = reading.all(BudgetPosition, order="heading")
    return render(
        request,
        "funding/budgets.html",
        reading=reading,
        years=years,
        headings=headings,
        pictures={row.year: _bars(row.year, headings) for row in years},
    )


def _bars(year: str, headings: Sequence[BudgetPosition]) -> Picture:
    here = [row for row in headings if row.year == year]
    title = f"Where each heading's money of {year} stands"
    return budget_bars(here, prefix=f"budget-{year}", title=title)


@page(router, "/budgets/{year}", needs="budget.read")
def budget_page(request: Request, year: str, reading: Reading) -> Response:
    """A year's budget: its headings, what regions hold, its grants and its history."""
    row = reading.item(BudgetRow, f"BUDGET-{year}")
    headings = reading.all(BudgetPosition, {"year": year}, order="heading")
    return render(
        request,
        "funding/budget.html",
        reading=reading,
        row=row,
        headings=headings,
        pictures=[
            _bars(year, headings),
            burn_down(budget_months(reading, year), *year_bounds(year)),
        ],
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
        councils=names_of(reading),
        total=sum(row.balance_pence for row in balances),
    )
