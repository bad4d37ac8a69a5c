"""Grants, contracts, policy programmes, the ledger and returns."""

from collections.abc import Mapping
from typing import Any

from psycopg.sql import SQL

from domain.contracts import Lot
from domain.councils import Region
from domain.funding import Heading
from domain.policy import PolicyTheme
from domain.reporting import ReturnKind, ReturnStatus
from projections.contracts import ContractRow
from projections.funding import AccountBalance, GrantRow, LedgerLine
from projections.programmes import ProgrammeRow
from projections.reporting import ReturnRow
from service.desk import Fits, Reader
from service.lists.listing import Column, Filter, Kind, Listing, distinct, one_of, since, until
from service.lists.support import COUNCIL, OF_COUNCIL
from service.returns.routes import in_sight

_HEADING = Filter("heading", "Heading", one_of(Heading))
GRANT_STATES = (
    "proposed",
    "approved",
    "offered",
    "accepted",
    "closed",
    "declined",
    "withdrawn",
    "refused",
    "lapsed",
)


def _to_grant(_: Any, grant: str) -> str:
    return f"/grants/{grant}"


GRANTS = Listing(
    name="grants",
    path="/grants",
    title="Grant register",
    noun="grant",
    needs="grant.read",
    view=GrantRow,
    order="grant",
    columns=(
        Column("Grant", "grant", sort="grant", href=_to_grant),
        OF_COUNCIL,
        Column(
            "Case", "case", sort="case", href=lambda _, case: f"/cases/{case}", needs="case.read"
        ),
        Column("Year", "year", sort="year"),
        Column("Heading", "heading", Kind.WORDS, sort="heading"),
        Column("Amount", "amount_pence", Kind.PENCE, sort="amount_pence"),
        Column("Paid", "paid_pence", Kind.PENCE, sort="paid_pence"),
        Column("Clawed back", "clawed_back_pence", Kind.PENCE, sort="clawed_back_pence"),
        Column(
            "Status",
            lambda row, _: f"{row.status}{', suspended' if row.suspended else ''}",
            Kind.WORDS,
            sort="status",
        ),
    ),
    filters=(
        Filter("status", "Status", one_of(GRANT_STATES)),
        _HEADING,
        Filter("year", "Year", distinct(GrantRow, "year")),
        Filter("region", "Region", one_of(Region)),
        COUNCIL,
    ),
    empty="No grant matches.",
)

CONTRACTS = Listing(
    name="contracts",
    path="/contracts",
    title="Contracts",
    noun="contract",
    needs="contract.read",
    view=ContractRow,
    order="contract",
    columns=(
        Column("Contract", "contract", sort="contract", href=lambda _, ref: f"/contracts/{ref}"),
        Column("Supplier", "supplier", sort="supplier"),
        Column("For", "lot", Kind.WORDS, sort="lot"),
        Column("Year", "year", sort="year"),
        Column("Value", "value_pence", Kind.PENCE, sort="value_pence"),
        Column("Accepted", "accepted_pence", Kind.PENCE, sort="accepted_pence"),
        Column("Paid", "paid_pence", Kind.PENCE, sort="paid_pence"),
        Column("Ends", "ends_on", Kind.DAY, sort="ends_on"),
        Column("State", "status", Kind.WORDS, sort="status"),
    ),
    filters=(
        Filter("lot", "For", one_of(Lot)),
        Filter("status", "State", one_of(("running", "ended"))),
        Filter("year", "Year", distinct(ContractRow, "year")),
        Filter("supplier", "Supplier", distinct(ContractRow, "supplier")),
    ),
    empty="No contract matches.",
)

PROGRAMMES = Listing(
    name="programmes",
    path="/programmes",
    title="Policy programmes",
    noun="programme",
    needs="programme.read",
    view=ProgrammeRow,
    order="programme",
    columns=(
        Column("Programme", "title", sort="title", href=lambda r, _: f"/programmes/{r.programme}"),
        Column("Theme", "theme", Kind.WORDS, sort="theme"),
        Column("Councils", "taking_part", Kind.WHOLE, sort="taking_part"),
        Column("On trial", "trialling", Kind.WHOLE, sort="trialling"),
        Column("Earned", "due_pence", Kind.PENCE, sort="due_pence"),
        Column("Paid", "paid_pence", Kind.PENCE, sort="paid_pence"),
        Column("Ends", "ends_on", Kind.DAY, sort="ends_on"),
        Column("State", "status", Kind.WORDS, sort="status"),
    ),
    filters=(
        Filter("theme", "Theme", one_of(PolicyTheme)),
        Filter("status", "State", one_of(("running", "closed"))),
    ),
    empty="No programme matches.",
)


def _for(row: LedgerLine, _: Any) -> str:
    return row.grant or row.purpose or ""


def _to_purpose(row: LedgerLine, purpose: str) -> str:
    return _to_grant(row, purpose) if row.grant else f"/ledger?purpose={purpose}"


LEDGER = Listing(
    name="ledger",
    path="/ledger",
    title="Ledger",
    noun="posting",
    needs="ledger.read",
    view=LedgerLine,
    order="-position",
    columns=(
        Column(
            "Event",
            "position",
            Kind.WHOLE,
            sort="position",
            name=True,
            href=lambda _, at: f"/audit/events/{at}",
            needs="audit.read",
        ),
        Column("Effective", "effective_on", Kind.DAY, sort="effective_on"),
        Column("What", "event", sort="event"),
        Column("Account", "account_name", sort="account_name"),
        Column("For", _for, href=_to_purpose, needs="ledger.read"),
        Column("Amount", "amount_pence", Kind.PENCE, sort="amount_pence"),
    ),
    filters=(
        Filter("account_name", "Account", distinct(AccountBalance, "account_name")),
        Filter("grant", "Grant", hint="GRANT-0001"),
        Filter("purpose", "Other purpose", hint="CONTRACT-0001"),
        Filter("year", "Year", distinct(AccountBalance, "year")),
        Filter("from_day", "Effective from", fits=since("effective_on"), day=True),
        Filter("to_day", "Effective to", fits=until("effective_on"), day=True),
    ),
    empty="Nothing like this has been posted.",
)


def seen_returns(reading: Reader) -> tuple[Reader, Mapping[str, Any]]:
    """Where to look for returns: the department sees those that were submitted."""
    return reading, {"sight": Fits(SQL("status = ANY(%s)"), [in_sight(reading)])}


RETURNS = Listing(
    name="returns",
    path="/returns",
    title="Returns to the department",
    noun="return",
    needs="return.read",
    view=ReturnRow,
    order="-dfe_return",
    seen=seen_returns,
    columns=(
        Column("Return", "dfe_return", sort="dfe_return", href=lambda _, ref: f"/returns/{ref}"),
        Column("Kind", "kind", Kind.WORDS, sort="kind"),
        Column("Period", "period", sort="period"),
        Column("State", "status", Kind.STATE, sort="status"),
        Column("As at position", "at_position", Kind.WHOLE, sort="at_position", name=True),
        Column("Prepared by", "prepared_by", sort="prepared_by"),
        Column("Reviewed by", "reviewed_by", sort="reviewed_by"),
        Column("Submitted by", "submitted_by", sort="submitted_by"),
        Column("On", "submitted_on", Kind.DAY, sort="submitted_on"),
    ),
    filters=(
        Filter("kind", "Kind", one_of(ReturnKind)),
        Filter("status", "State", one_of(ReturnStatus)),
        Filter("year", "Year", distinct(ReturnRow, "year")),
    ),
    empty="No return matches.",
)
