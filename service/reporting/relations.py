"""What analysts read in SQL: each relation with its columns, made of a View's row versions.

A register that the department may export is a relation with the same columns, so that a file and
a query can't say otherwise. Columns that name a person are withheld; the rest are declared here.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from psycopg.sql import SQL, Composed, Identifier, Literal

from domain.access import PERMISSIONS, Role
from domain.councils import Region
from projections.audit import JournalRow
from projections.councils import CouncilRow, PolicyRow
from projections.documents import DocumentRow
from projections.engine import View
from projections.funding import AccountBalance, BudgetRow, GrantRow, RegionPosition
from projections.insight import IndicatorLoadRow, IndicatorSetRow, ThresholdsRow
from projections.instruments import InstrumentRow
from projections.regions import RegionRow
from projections.reporting import ReturnRow
from service.exports.columns import (
    STORED,
    Column,
    Kind,
    data,
    day,
    flag,
    moment,
    number,
    pence,
    text,
    whole,
)
from service.exports.registers import REGISTERS
from service.reporting.words import WORDS

MAY_SEE = PERMISSIONS[Role.DFE_ANALYST]
"""An analyst's login sees no more than this role does on pages."""

_RENAMED = {"case": "case_ref", "grant": "grant_ref", "from_": "from_on"}
"""Names that SQL would want in quotation marks."""

_PERSONS = ("lead", "senior_responsible_owner", "steps")
_NOT_PERSONS = ("superseded_by",)

LEFT_OUT: dict[type[View], str] = {
    DocumentRow: "It says what is attached to a case, as the case's page does: no figures.",
    RegionRow: "Its rows are lists of who leads a region and what was offered to whom; the figures"
    " of regions are in `region_budgets` and `engagement`.",
    IndicatorSetRow: "It describes what the department publishes itself: join its own files.",
    IndicatorLoadRow: "It describes what the department publishes itself: join its own files.",
    ThresholdsRow: "What they warn of is not for the department.",
}
"""Views that the role may see, and why they are no relation all the same."""


class Shown(NamedTuple):
    """A column of a relation: its name and type in SQL, what it holds, and how it is read."""

    name: str
    type: str
    meaning: str
    sql: Composed


class Relation(NamedTuple):
    """A relation of the schema: the rows as they stand, as at any moment, and every version."""

    name: str
    about: str
    view: type[View] | None
    """None for what never changes."""
    columns: tuple[Shown, ...]
    source: str
    """What the columns are read from."""
    only: str = "true"
    """Which rows of it."""
    versions: bool = True
    """Whether rows change, so that there is an as-at function."""
    withheld: tuple[str, ...] = ()
    """Columns of the register that name a person."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The views that it consists of."""
        return (self.name, f"{self.name}_history") if self.versions else (self.name,)


def names_person(column: Column) -> bool:
    """Whether a column says who did something or who somebody is, itself or in its parts."""
    said = column.name.endswith("_by") and column.kind is Kind.TEXT
    return column.name in _PERSONS or (said and column.name not in _NOT_PERSONS)


def _shown(view: type[View], column: Column, source: Callable[[Column], Composed]) -> Shown:
    told = column.meaning(view)
    if told == f"{column.heading}.":
        told = WORDS.get(column.key, told)
    unit = f" In {column.machine_unit}." if column.unit else ""
    plain = told.rstrip(".") + "."
    return Shown(
        _RENAMED.get(column.key, column.key),
        STORED[column.kind][0],
        plain if column.machine_unit in plain else plain + unit,
        source(column),
    )


def _of_row(column: Column) -> Composed:
    """A field of a row, or a part of one that is kept as JSON."""
    return SQL("r.{}").format(column.sql) if "." not in column.name else Composed([column.sql])


def _of_item(column: Column) -> Composed:
    """A field of an item of a list."""
    return SQL("(i.item ->> {})::{}").format(Literal(column.name), SQL(STORED[column.kind][0]))


def _source(view: type[View], each: str | None = None) -> str:
    listed = f" CROSS JOIN LATERAL jsonb_array_elements(r.{each}) AS i(item)" if each else ""
    return f"views.{view.table} AS r{listed}"


def _of_view(
    name: str,
    view: type[View],
    about: str,
    columns: Sequence[Column],
    more: Sequence[Shown] = (),
    only: str = "true",
) -> Relation:
    for column in columns:
        column.check(view)
    shown = tuple(_shown(view, c, _of_row) for c in columns if not names_person(c))
    withheld = tuple(c.key for c in columns if names_person(c))
    return Relation(name, about, view, (*shown, *more), _source(view), only, withheld=withheld)


def _of_list(
    name: str,
    view: type[View],
    field: str,
    about: str,
    columns: Sequence[Column],
    items: Sequence[Column],
) -> Relation:
    shown = (
        *(_shown(view, column, _of_row) for column in columns),
        *(_shown(view, column, _of_item) for column in items),
    )
    return Relation(name, about, view, shown, _source(view, field))


def _of_registers() -> Iterator[Relation]:
    """The registers that the department may export and that are rows of their view as it is."""
    for register in REGISTERS:
        if register.needs in MAY_SEE and register.lines is None:
            more = _PLACES if register.view is CouncilRow else ()
            name = register.name.replace("-", "_")
            yield _of_view(name, register.view, register.told, register.columns, more)


def _by_region(value: Callable[[Region], str]) -> Composed:
    cases = SQL(" ").join(
        SQL("WHEN {} THEN {}").format(Literal(region.value), Literal(value(region)))
        for region in Region
    )
    return SQL("CASE r.region {} END").format(cases)


_PLACES = (
    Shown("region_code", "text", "The region's ONS code.", _by_region(lambda r: r.gss)),
    Shown("region_name", "text", "The region's ONS name.", _by_region(lambda r: r.label)),
)

_SUBMITTED = "r.status IN ('submitted', 'superseded')"
_GRANT = (
    text("grant", "Grant"),
    text("council", "Council"),
    text("region", "Region"),
    text("year", "Financial year"),
    text("heading", "Budget heading"),
)
_RETURN = (
    text("dfe_return", "Return"),
    text("kind", "Kind"),
    text("period", "Period"),
    text("status", "Status"),
)

_DECLARED = (
    _of_list(
        "instalments",
        GrantRow,
        "instalments",
        "A line for each instalment of a grant as planned; what was paid is in `payments`.",
        (*_GRANT, flag("suspended", "Payment suspended")),
        (
            whole("number", "Instalment"),
            pence("amount_pence", "Amount"),
            day("due_on", "Due on"),
        ),
    ),
    _of_list(
        "payments",
        GrantRow,
        "payments",
        "A line for each payment of an instalment of a grant, and whether it came back.",
        _GRANT,
        (
            whole("instalment", "Instalment"),
            pence("amount_pence", "Amount"),
            text("payment_reference", "Payment reference"),
            day("paid_on", "Paid on"),
            day("reversed_on", "Came back on"),
        ),
    ),
    _of_view(
        "budget_years",
        BudgetRow,
        "A line for each financial year's budget: the award and what is not shared out of it.",
        (
            text("year", "Financial year"),
            pence("award_pence", "Award"),
            pence("to_find_pence", "Still to be found"),
            pence("carried_in_pence", "Carried in"),
            pence("unallocated_pence", "Unallocated"),
            flag("closed", "Closed"),
        ),
    ),
    _of_view(
        "region_budgets",
        RegionPosition,
        "A line for each region's money in a year: devolved to it, and granted to its councils.",
        (
            text("year", "Financial year"),
            text("region", "Region"),
            pence("devolved_pence", "Devolved"),
            pence("region_spent_pence", "Spent by the region"),
            pence("left_pence", "Left"),
            pence("committed_pence", "Committed"),
            pence("paid_pence", "Paid, less clawed back"),
            pence("clawback_due_pence", "Clawback due"),
            pence("written_off_pence", "Written off"),
        ),
    ),
    _of_view(
        "trial_balance",
        AccountBalance,
        "A line for each account and what it holds: the sum over all of them is nothing.",
        (
            text("account", "Account"),
            text("account_name", "Account with what it is kept by"),
            text("year", "Financial year"),
            pence("balance_pence", "Balance"),
            whole("postings", "Postings"),
        ),
    ),
    _of_view(
        "instruments",
        InstrumentRow,
        "A line for each notice, direction, adviser, commissioner, board, partner or trust that a"
        " council has or had; who they are is not told.",
        (
            text("council", "Council"),
            text("kind", "Kind"),
            whole("rung", "Rung of the ladder"),
            flag("in_force", "In force"),
            day("from_on", "From"),
            day("until_on", "Until"),
        ),
    ),
    _of_view(
        "intervention_policies",
        PolicyRow,
        "A line for each version of the policy that says which judgements call for intervention.",
        (
            whole("policy_version", "Policy version"),
            day("from_", "In force from"),
            data("criteria", "Which grades call for intervention"),
            text("reason", "Why it was adopted"),
        ),
    ),
    _of_view(
        "returns",
        ReturnRow,
        "A line for each return that was submitted to the department, superseded ones among them.",
        (
            *_RETURN,
            text("year", "Financial year"),
            whole("quarter", "Quarter"),
            day("first_day", "First day of the period"),
            day("last_day", "Last day of the period"),
            whole("at_position", "As at position"),
            text("sha256", "Hash"),
            whole("figures", "Figures"),
            whole("suppressed", "Figures not shown"),
            day("submitted_on", "Submitted on"),
            text("superseded_by", "Superseded by"),
            text("superseded_because", "Why it was superseded"),
        ),
        only=_SUBMITTED,
    ),
)


def _figures() -> Relation:
    """The figures of submitted returns: kept as rows under the hash of their file."""
    of_return = tuple(_shown(ReturnRow, column, _of_row) for column in _RETURN)
    fields = (
        text("area_level", "National, Regional or Local authority"),
        text("area_code", "The area's ONS code: join it with gss_code of councils"),
        text("area_name", "The area's name as published"),
        text("filter", "What the figure is split by; empty for a total"),
        text("item", "Which part of the split; Total for a total"),
        text("indicator", "Which figure: paid_sum, committed_sum"),
        text("unit", "pounds, days, count or people"),
        text("published", "The figure as published; c where it is confidential"),
        number("value", "The figure in its unit; null where it is not shown"),
    )
    shown = tuple(
        Shown(c.name, STORED[c.kind][0], f"{c.heading}.", SQL("f.{}").format(Identifier(c.name)))
        for c in fields
    )
    return Relation(
        "return_figures",
        "A line for each figure of each submitted return, in long form, as published.",
        ReturnRow,
        (*of_return, *shown),
        f"{_source(ReturnRow, 'files')} JOIN public.return_figures AS f"
        " ON f.sha256 = i.item ->> 'sha256' AND i.item ->> 'name' = 'figures.csv'",
        _SUBMITTED,
    )


def _moments() -> Relation:
    columns = (whole("position", "Position"), moment("recorded_at", "Recorded at"))
    return Relation(
        "moments",
        "When each position of the log was recorded: what a moment means as a position.",
        JournalRow,
        tuple(_shown(JournalRow, column, _of_row) for column in columns),
        _source(JournalRow),
        versions=False,
    )


def _regions() -> Relation:
    values = ", ".join(f"('{r.value}', '{r.gss}', '{r.label}')" for r in Region)
    columns = (
        ("region", "The region as other relations name it."),
        ("region_code", "Its ONS code."),
        ("region_name", "Its ONS name."),
    )
    return Relation(
        "regions",
        "The nine regions of England with their ONS codes and names.",
        None,
        tuple(Shown(n, "text", told, SQL("r.{}").format(Identifier(n))) for n, told in columns),
        f"(VALUES {values}) AS r(region, region_code, region_name)",
        versions=False,
    )


RELATIONS: tuple[Relation, ...] = tuple(
    sorted(
        (*_of_registers(), *_DECLARED, _figures(), _moments(), _regions()),
        key=lambda relation: relation.name,
    )
)
"""Every relation of the schema, by name."""
