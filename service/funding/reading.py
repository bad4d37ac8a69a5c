"""Grants, the payment schedule, budgets and the ledger, as they are read."""

from datetime import date
from typing import Any

from domain.councils import Region
from domain.funding import (
    Account,
    Heading,
    Purpose,
)
from domain.kernel import CaseRef, CouncilCode, FinancialYear, GrantRef
from projections.funding import (
    AccountBalance,
    BudgetPosition,
    BudgetRow,
    GrantRow,
    LedgerLine,
    RegionPosition,
    ScheduledPayment,
)
from service.desk import Page, Reader, Reading, query, router_for

router = router_for("funding")


@query(router, "/grants", needs="grant.read")
def list_grants(
    reading: Reading,
    status: str | None = None,
    council: CouncilCode | None = None,
    case: CaseRef | None = None,
    year: FinancialYear | None = None,
    heading: Heading | None = None,
    region: Region | None = None,
) -> Page[GrantRow]:
    """The grant register."""
    return reading.page(
        GrantRow,
        where={
            "status": status,
            "council": council,
            "case": case,
            "year": year,
            "heading": heading,
            "region": region,
        },
    )


@query(router, "/grants/{grant}", needs="grant.read")
def show_grant(grant: GrantRef, reading: Reading) -> GrantRow:
    """A grant, whole."""
    return reading.item(GrantRow, grant)


def payment_schedule(reading: Reader, **where: Any) -> list[ScheduledPayment]:
    """Every instalment of the grants that fit, by due date, as it stands on the moment's day."""
    rows = reading.all(GrantRow, where)
    lines = [line for row in rows for line in row.schedule(reading.moment.on)]
    return sorted(lines, key=lambda line: (line.due_on, line.grant, line.instalment))


@query(router, "/payments", needs="grant.read")
def list_payments(
    reading: Reading,
    state: str | None = None,
    year: FinancialYear | None = None,
    council: CouncilCode | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
) -> Page[ScheduledPayment]:
    """The payment schedule: paid, due, overdue, planned, or held and why."""
    return reading.page_of(
        line
        for line in payment_schedule(reading, year=year, council=council)
        if (state is None or line.state == state)
        and (due_from is None or line.due_on >= due_from)
        and (due_to is None or line.due_on <= due_to)
    )


@query(router, "/budgets", needs="budget.read")
def list_budgets(reading: Reading) -> Page[BudgetRow]:
    """Every year's budget."""
    return reading.page(BudgetRow)


@query(router, "/budgets/by-region", needs="grant.read")
def list_region_positions(
    reading: Reading, year: FinancialYear | None = None, region: Region | None = None
) -> Page[RegionPosition]:
    """What was devolved to each region, and what its councils were granted, by year."""
    return reading.page(RegionPosition, where={"year": year, "region": region})


@query(router, "/budgets/{year}", needs="budget.read")
def show_budget(year: FinancialYear, reading: Reading) -> dict[str, Any]:
    """A year's budget with its position by heading."""
    row = reading.item(BudgetRow, f"BUDGET-{year}")
    headings = reading.all(BudgetPosition, {"year": year}, order="heading")
    return row.model_dump(mode="json") | {
        "headings": [heading.model_dump(mode="json") for heading in headings]
    }


@query(router, "/ledger", needs="ledger.read")
def list_ledger(
    reading: Reading,
    year: FinancialYear | None = None,
    account: Account | None = None,
    account_name: str | None = None,
    grant: GrantRef | None = None,
    council: CouncilCode | None = None,
    heading: Heading | None = None,
    purpose: Purpose | None = None,
) -> Page[LedgerLine]:
    """The ledger's postings in order."""
    return reading.page(
        LedgerLine,
        where={
            "year": year,
            "account": account,
            "account_name": account_name,
            "grant": grant,
            "council": council,
            "heading": heading,
            "purpose": purpose,
        },
    )


@query(router, "/ledger/trial-balance", needs="ledger.read")
def trial_balance(reading: Reading) -> dict[str, Any]:
    """Every account's balance; they add up to nothing."""
    rows = reading.all(AccountBalance, order="account_name")
    return {
        "position": reading.moment.position,
        "total_pence": sum(row.balance_pence for row in rows),
        "accounts": [row.model_dump(mode="json") for row in rows],
    }
