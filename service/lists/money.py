"""Grants, contracts, policy programmes, the ledger and returns."""

from collections.abc import Mapping
from typing import Any

from psycopg.sql import SQL

from domain.contracts import Lot
from domain.councils import Region
from domain.funding import Heading
from domain.hosting import Activity
from domain.policy import PolicyTheme
from domain.reporting import ReturnKind, ReturnStatus
from domain.sentences import month_text
from projections.contracts import ContractRow, DeliverableStands
from projections.funding import AccountBalance, GrantRow, LedgerLine
from projections.hosting import HostingClaimRow, StaffTimeRow
from projections.programmes import ProgrammeRow
from projections.reporting import ReturnRow
from service.contracts import deliverables
from service.desk import Fits, Reader
from service.figures import asking
from service.lists.listing import (
    Beside,
    Column,
    Filter,
    Kind,
    Listing,
    Made,
    distinct,
    one_of,
    since,
    until,
)
from service.lists.support import COUNCIL, OF_COUNCIL
from service.returns.routes import in_sight
from service.telling import account_text, event_words

DELIVERED = ("overdue", "due", "planned", "rejected", "accepted", "paid", "dropped")
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
    empty="No grant has been proposed yet. A case officer proposes one for an open case.",
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
    empty="No contract has been let yet. An approver lets one from a heading that has money.",
)


def _delivered(reading: Reader, _: Mapping[str, str]) -> list[DeliverableStands]:
    return deliverables(reading)


def _agreed(row: DeliverableStands, _: Beside) -> str:
    return asking.field("contract-row", row.contract, f"schedule[{row.deliverable}].amount_pence")


DELIVERABLES = Listing(
    name="deliverables",
    path="/contracts/deliverables",
    title="Deliverables",
    noun="deliverable",
    needs="contract.read",
    view=Made(_delivered),
    order="due_on",
    columns=(
        Column("Contract", "contract", sort="contract", href=lambda _, ref: f"/contracts/{ref}"),
        Column("Supplier", "supplier", sort="supplier"),
        Column("Number", "deliverable", Kind.WHOLE, name=True),
        Column("Deliverable", "title", sort="title"),
        Column("Amount", "amount_pence", Kind.PENCE, "amount_pence", figure=_agreed),
        Column("Due", "due_on", Kind.DAY, sort="due_on"),
        Column("State", "state", Kind.STATE, sort="state"),
    ),
    filters=(
        Filter("state", "State", one_of(DELIVERED)),
        Filter("lot", "For", one_of(Lot)),
        Filter("supplier", "Supplier", distinct(ContractRow, "supplier")),
        Filter("contract", "Contract", distinct(ContractRow, "contract")),
    ),
    empty="No contract has a deliverable yet: they are agreed when one is let.",
    begin=("let_a_contract",),
)

HOSTING = Listing(
    name="hosting",
    path="/hosting",
    title="Claims of the host",
    noun="claim",
    needs="hosting.read",
    view=HostingClaimRow,
    order="-claimed_on",
    columns=(
        Column("Year", "year", sort="year"),
        Column("Claim", "claim", Kind.WHOLE, "claim", name=True),
        Column("From", "first_day", Kind.DAY, sort="first_day"),
        Column("To", "last_day", Kind.DAY, sort="last_day"),
        Column("Services", "services"),
        Column("Amount", "amount_pence", Kind.PENCE, sort="amount_pence"),
        Column("State", "state", Kind.STATE, sort="state"),
        Column("Decided by", "decided_by", Kind.USER, sort="decided_by"),
        Column("Why", "why"),
        Column("Paid under", "payment_reference"),
    ),
    filters=(
        Filter("year", "Year", distinct(HostingClaimRow, "year")),
        Filter("state", "State", one_of(("claimed", "accepted", "rejected", "paid"))),
    ),
    empty="The host has not claimed anything. A finance officer records a claim.",
    begin=("claim_hosting_charge",),
)

STAFF_TIME = Listing(
    name="staff-time",
    path="/hosting/staff-time",
    title="Staff time in kind",
    noun="entry",
    needs="hosting.read",
    view=StaffTimeRow,
    order="-month",
    columns=(
        Column("Month", "month", Kind.MONTH, sort="month"),
        Column("Entry", "entry", Kind.WHOLE, "entry", name=True),
        Column("Given by", "given_by", sort="given_by"),
        Column("Grade", "grade", sort="grade"),
        Column("Activity", "activity", Kind.WORDS, sort="activity"),
        Column("Hours", "hours", Kind.WHOLE, sort="hours"),
        Column("Rate an hour", "rate_pence", Kind.PENCE, sort="rate_pence"),
        Column("Value", "value_pence", Kind.PENCE, sort="value_pence"),
        Column("Corrections", "corrections", Kind.WHOLE, sort="corrections"),
    ),
    filters=(
        Filter("year", "Year", distinct(StaffTimeRow, "year")),
        Filter("month", "Month", distinct(StaffTimeRow, "month", month_text)),
        Filter("activity", "Activity", one_of(Activity)),
        Filter("grade", "Grade", distinct(StaffTimeRow, "grade")),
    ),
    empty="No staff time is on record yet.",
    begin=("record_staff_time",),
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
    empty="No programme has been launched yet. An approver launches one; councils then join it.",
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
        Column("What", lambda row, _: event_words(row.event), sort="event"),
        Column("Account", "account_name", Kind.ACCOUNT, sort="account_name"),
        Column("For", _for, href=_to_purpose, needs="ledger.read"),
        Column("Amount", "amount_pence", Kind.PENCE, sort="amount_pence"),
    ),
    filters=(
        Filter("account_name", "Account", distinct(AccountBalance, "account_name", account_text)),
        Filter("grant", "Grant", hint="GRANT-0001"),
        Filter("purpose", "Other purpose", hint="CONTRACT-0001"),
        Filter("year", "Year", distinct(AccountBalance, "year")),
        Filter("from_day", "Effective from", fits=since("effective_on"), day=True),
        Filter("to_day", "Effective to", fits=until("effective_on"), day=True),
    ),
    empty="Nothing has been posted yet. The first posting is a year's award, when a finance officer"
    " opens its budget.",
    begin=("open_year_budget",),
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
        Column("Prepared by", "prepared_by", Kind.USER, sort="prepared_by"),
        Column("Reviewed by", "reviewed_by", Kind.USER, sort="reviewed_by"),
        Column("Submitted by", "submitted_by", Kind.USER, sort="submitted_by"),
        Column("On", "submitted_on", Kind.DAY, sort="submitted_on"),
    ),
    filters=(
        Filter("kind", "Kind", one_of(ReturnKind)),
        Filter("status", "State", one_of(ReturnStatus)),
        Filter("year", "Year", distinct(ReturnRow, "year")),
    ),
    empty="No return has been prepared yet. A case officer prepares one of a quarter or a year.",
)
