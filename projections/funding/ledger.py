"""The ledger and its balances, folded from each event's postings."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.funding import (
    Account,
    Heading,
    postings,
)
from domain.kernel import FinancialYear, Record
from projections.engine import View


class LedgerLine(
    View,
    indexes=("year", "account", "grant", "purpose", "council", "position"),
    scope="programme",
):
    """One posting: an amount added to, or taken from, one account."""

    position: int
    line: int
    effective_on: date
    event: str
    account: Account
    account_name: str
    year: FinancialYear
    heading: Heading | None = None
    region: str | None = None
    council: str | None = None
    case: str | None = None
    grant: str | None = None
    purpose: str | None = None
    amount_pence: int

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return tuple(f"{record.position:012d}-{n}" for n, _ in enumerate(postings(record.event), 1))

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        line = int(key.rpartition("-")[2])
        posting = postings(record.event)[line - 1]
        return cls(
            position=record.position,
            line=line,
            effective_on=record.effective_on,
            event=type(record.event).__name__,
            account_name=posting.account_name,
            **dict(posting),
        )


class AccountBalance(View, indexes=("account", "year"), scope="programme"):
    """What an account holds: a line of the trial balance."""

    account: Account
    account_name: str
    year: FinancialYear
    balance_pence: int = 0
    postings: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return dict.fromkeys(posting.account_name for posting in postings(record.event))

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        for posting in postings(record.event):
            if posting.account_name == key:
                row = row or cls(account=posting.account, account_name=key, year=posting.year)
                row = row.but(
                    balance_pence=row.balance_pence + posting.amount_pence,
                    postings=row.postings + 1,
                )
        return row
