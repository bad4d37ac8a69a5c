"""Who has access, whose personal data is held or erased, and what was issued to the Executive."""

from collections.abc import Sequence
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from domain.access import Holding, Role
from domain.kernel import pounds_text
from projections.access import UserRow
from projections.executive import ExecutiveReportRow
from projections.persons import PersonRow
from service.desk import Fits, Reader
from service.identity import accounts_of
from service.lists.listing import Beside, Column, Filter, Kind, Listing, one_of, told


def _names(reading: Reader, _: Sequence[Any]) -> dict[str, str]:
    return accounts_of(reading.installation).names()


def _held(holding: Holding, councils: Any) -> str:
    """A role with its scope, its limit and its days: 'Approver up to £100,000.00'."""
    said = [told(holding.role.value)]
    if holding.region:
        said.append(f"in {holding.region.label}")
    if holding.council:
        said.append(f"of {councils.get(holding.council, holding.council)}")
    if holding.peer:
        said.append(f"as {holding.peer}")
    if holding.limit_pence:
        said.append(f"up to {pounds_text(holding.limit_pence)}")
    if holding.standing_in_for:
        said.append(f"standing in for {holding.standing_in_for}")
    if holding.to:
        said.append(f"until {holding.to.isoformat()}")
    return " ".join(said)


def _roles(row: UserRow, beside: Beside) -> list[str]:
    return [_held(holding, beside.councils) for holding in row.holdings]


def _holding(said: str) -> Fits:
    return Fits(SQL("holdings @> %s"), [Jsonb([{"role": said}])])


USERS = Listing(
    name="users",
    path="/users",
    title="Users and roles",
    noun="user",
    needs="user.read",
    view=UserRow,
    order="user",
    beside=_names,
    columns=(
        Column(
            "User",
            "user",
            sort="user",
            href=lambda _, user: f"/audit?actor={user}",
            needs="audit.read",
        ),
        Column("Name", lambda row, beside: beside.more.get(row.user, "")),
        Column("Roles", _roles, Kind.LIST),
        Column("State", lambda row, _: "Active" if row.active else "Deactivated", sort="active"),
    ),
    filters=(
        Filter("role", "Role", one_of(Role), fits=_holding),
        Filter(
            "state",
            "State",
            one_of(("active", "deactivated")),
            fits=lambda said: Fits(SQL("active = %s"), [said == "active"]),
        ),
        Filter("user", "User", hint="A user name"),
    ),
    empty="Nobody has an account yet. An administrator invites people.",
    begin=("invite_user",),
)

PERSONS = Listing(
    name="persons",
    path="/persons",
    title="Personal data",
    noun="person",
    needs="person.read",
    view=PersonRow,
    order="person",
    columns=(
        Column("Person", "person", sort="person", href=lambda _, person: f"/persons/{person}"),
        Column("Legal holds", lambda row, _: [hold.hold for hold in row.holds], Kind.LIST),
        Column("Data", lambda row, _: "Erased" if row.erased else "Kept", sort="erased"),
        Column("Erased on", "erased_on", Kind.DAY, sort="erased_on"),
    ),
    filters=(
        Filter(
            "data",
            "Data",
            one_of(("kept", "erased")),
            fits=lambda said: Fits(SQL("erased = %s"), [said == "erased"]),
        ),
        Filter(
            "hold",
            "Legal hold",
            one_of(("yes", "no")),
            fits=lambda said: Fits(SQL("(jsonb_array_length(holds) > 0) = %s"), [said == "yes"]),
        ),
    ),
    empty="Nobody's data is under a legal hold, and nobody's was erased.",
)

REPORTS = Listing(
    name="reports",
    path="/reports",
    title="Reports to the Executive",
    noun="report",
    needs="report.read",
    view=ExecutiveReportRow,
    order="-report",
    columns=(
        Column("Report", "report", sort="report", href=lambda _, report: f"/reports/{report}"),
        Column("Up to", "tells_of", Kind.DAY, sort="tells_of"),
        Column("Position", "at_position", Kind.WHOLE, "at_position", name=True),
        Column(
            "Figures",
            "figures",
            Kind.WHOLE,
            "figures",
            href=lambda row, _: f"/reports/{row.report}",
        ),
        Column("Issued", "issued_on", Kind.DAY, sort="issued_on"),
        Column("By", "issued_by", Kind.USER, sort="issued_by"),
        Column(
            "Compared with",
            "compared_with",
            sort="compared_with",
            href=lambda _, report: f"/reports/{report}",
        ),
    ),
    empty="No report was issued yet. Issue one when it goes to the Executive: the next one then"
    " says what has changed since.",
)
