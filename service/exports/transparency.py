"""Grants and spending over £500, as the Local Government Transparency Code has them published."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from psycopg.sql import SQL, Identifier

from domain.funding import (
    Account,
    ProgrammeSpendRecorded,
    ProgrammeSpendReversed,
    SpendRecorded,
    SpendReversed,
)
from domain.kernel import Frozen
from projections.audit import JournalRow
from projections.councils import CouncilRow
from projections.funding import GrantRow, LedgerLine
from service.desk import Reader
from service.exports.organisations import organisation_id
from service.figures import asking

OVER_PENCE = 500_00
"""The code asks for each item of more than this."""


def _quoted(names: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


_PAYMENTS = [
    kind.__name__
    for kind in (SpendRecorded, SpendReversed, ProgrammeSpendRecorded, ProgrammeSpendReversed)
]
_ACCOUNTS = [Account.COUNCIL_PAID, Account.SUPPLIER_PAID]
COUNTED = (
    f"count(*) FILTER (WHERE account IN {_quoted(_ACCOUNTS)} AND event IN {_quoted(_PAYMENTS)}"
    f" AND abs(amount_pence) > {OVER_PENCE})"
)
"""How many payments there are, in SQL over the ledger's lines."""
COUNT_OF = asking.plus(
    [
        asking.count(
            "ledger-line",
            asking.fits("amount_pence", sign, limit),
            account=_ACCOUNTS,
            event=_PAYMENTS,
        )
        for sign, limit in ((">", OVER_PENCE), ("<", -OVER_PENCE))
    ]
)
"""The same as a figure: those that went out, and those that came back."""
_READ = ("position", "effective_on", "account", "heading", "council", "grant", "purpose")


class Payment(Frozen):
    """A payment to a council, a supplier or the host, or one that came back."""

    organisation: str
    organisation_code: str
    paid_on: date
    department: str
    beneficiary: str
    beneficiary_code: str
    purpose: str
    kind: str
    reference: str
    amount_pence: int
    position: int


def payments_over(reading: Reader) -> Iterator[Payment]:
    """Every payment over the limit in the reader's scope, in the order of the ledger."""
    settings = reading.installation.settings
    councils = {row.council: row.name for row in reading.all(CouncilRow)}
    chosen = [*map(Identifier, _READ), Identifier("amount_pence")]
    paid = {"account": _ACCOUNTS, "event": _PAYMENTS}
    for batch in reading.stream(LedgerLine, chosen, paid):
        rows = [dict(zip((*_READ, "amount_pence"), row, strict=True)) for row in batch]
        rows = [row for row in rows if abs(row["amount_pence"]) > OVER_PENCE]
        told = _told(reading, rows)
        for row in rows:
            council, about = row["council"], told[row["position"]]
            yield Payment(
                organisation=settings.publisher_name,
                organisation_code=settings.organisation_id,
                paid_on=row["effective_on"],
                department="Children's services improvement",
                beneficiary=councils.get(council, council) if council else about["payee"],
                beneficiary_code=organisation_id(council, settings) if council else "",
                purpose=about["purpose"] or row["heading"].replace("-", " ").capitalize(),
                kind="Grant" if row["grant"] else "Spend",
                reference=row["grant"] or row["purpose"],
                amount_pence=row["amount_pence"],
                position=row["position"],
            )


def _told(reading: Reader, rows: list[dict[str, Any]]) -> Mapping[int, dict[str, str]]:
    """Who was paid and what for, by the position of the payment."""
    positions = [row["position"] for row in rows]
    keys = [[str(position) for position in positions]]
    found = reading.model.select(JournalRow, reading.moment.position, [SQL("key = ANY(%s)")], keys)
    payees = {row["position"]: row["payload"].get("payee", "") for row in found}
    grants = {row["grant"] for row in rows if row["grant"]}
    purposes = {
        row["grant"]: row["purpose"]
        for row in reading.model.select(
            GrantRow, reading.moment.position, [SQL("key = ANY(%s)")], [list(grants)]
        )
    }
    return {
        row["position"]: {
            "payee": payees.get(row["position"], ""),
            "purpose": purposes.get(row["grant"], ""),
        }
        for row in rows
    }
