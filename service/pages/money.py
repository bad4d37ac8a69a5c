"""Grants, budgets and the ledger."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.councils import Region
from domain.funding import Heading
from domain.kernel import year_bounds
from projections.funding import (
    AccountBalance,
    BudgetPosition,
    BudgetRow,
    GrantRow,
    LedgerLine,
)
from service.desk import Reading, page
from service.funding.stopping import stopping
from service.pages.board import history, names_of
from service.pages.render import render
from service.pictures import Picture, budget_bars, burn_down, grant_flows
from service.series import budget_months

router = APIRouter()


@page(router, "/grants", needs="grant.read")
def grant_register(
    request: Request, reading: Reading, status: str = "", year: str = "", heading: str = ""
) -> Response:
    """The grant register."""
    where = {"status": status or None, "year": year or None, "heading": heading or None}
    rows = reading.all(GrantRow, where, order="grant")
    years = [found["year"] for found in reading.figures(GrantRow, {"n": "count(*)"}, by=["year"])]
    councils, shown = names_of(reading), year or max((row.year for row in rows), default="")
    return render(
        request,
        "funding/grants.html",
        reading=reading,
        rows=rows,
        years=years,
        pictured=grant_flows(
            [row for row in rows if row.year == shown],
            councils,
            title=f"Where grants of {shown} go",
        ),
        councils=councils,
        headings=list(Heading),
        statuses=[
            "proposed",
            "approved",
            "offered",
            "accepted",
            "closed",
            "declined",
            "withdrawn",
            "refused",
            "lapsed",
        ],
        chosen={"status": status, "year": year, "heading": heading},
    )


@page(router, "/grants/{grant}", needs="grant.read")
def grant_page(request: Request, grant: str, reading: Reading) -> Response:
    """A grant: its money at a glance, schedule, conditions, authority and history."""
    row = reading.item(GrantRow, grant)
    lines = (
        reading.all(LedgerLine, {"grant": grant}, order="position")
        if reading.sees("ledger.read") and reading.reach.everything
        else []
    )
    return render(
        request,
        "funding/grant.html",
        reading=reading,
        row=row,
        council=names_of(reading)[row.council],
        schedule=row.schedule(reading.moment.on),
        lines=lines,
        history=history(reading, grant=grant),
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
        history=history(reading, stream=f"BUDGET-{year}"),
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
def ledger(
    request: Request,
    reading: Reading,
    account_name: str = "",
    grant: str = "",
    purpose: str = "",
    year: str = "",
) -> Response:
    """The trial balance, and the postings of whatever is asked for."""
    where = {
        "account_name": account_name or None,
        "grant": grant or None,
        "purpose": purpose or None,
        "year": year or None,
    }
    balances = reading.all(AccountBalance, order="account_name")
    return render(
        request,
        "funding/ledger.html",
        reading=reading,
        balances=balances,
        total=sum(row.balance_pence for row in balances),
        lines=reading.all(LedgerLine, where, order="-position", limit=500),
        chosen=where,
    )
