"""What an evidence pack is of: which events, which streams whole, and which rows of which views."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from psycopg.sql import SQL, Identifier

from domain.kernel import Refused
from projections.audit import JournalRow
from projections.councils import CouncilRow, InspectionOutcome
from projections.engine import View
from projections.funding import BudgetPosition, GrantRow
from projections.instruments import InstrumentRow
from projections.interventions import CasePage, DecisionRow
from service.desk import Reader

_BATCH = 2_000
_FOLDED_FROM = {"state"}
"""What a row is folded from: the rest of the row is made of it."""

Where = dict[str, list[str]]


class Subject(NamedTuple):
    """What a pack is of: which events, which streams whole, and which rows."""

    scope: str
    ref: str | None
    told: str
    """In words."""
    streams: tuple[str, ...]
    """Those that the pack holds whole."""
    views: tuple[tuple[type[View], Where], ...]


def subject_of(reader: Reader, case: str | None, grant: str | None) -> Subject:
    """What a pack of a case, a grant or everything is of. Raises Refused for an unknown one."""
    if case and grant:
        raise Refused("bad-subject", "Choose a case or a grant, not both.")
    if case:
        page = reader.item(CasePage, case)
        councils = [page.council, *page.predecessors]
        told = f"case {case}, {_name(reader, page.council)}"
        return Subject(
            "case",
            case,
            told,
            (case, *page.grants, *page.matches),
            (*_holding("case", case), *_of_councils(councils)),
        )
    if grant:
        row = reader.item(GrantRow, grant)
        money = {"year": [row.year], "heading": [row.heading.value]}
        told = f"grant {grant}, {_name(reader, row.council)}"
        around: list[tuple[type[View], Where]] = [
            (CasePage, {"case": [row.case]}),
            (DecisionRow, {"case": [row.case]}),
            (BudgetPosition, money),
            *_of_councils([row.council, *row.predecessors]),
        ]
        return Subject("grant", grant, told, (grant,), (*_holding("grant", grant), *around))
    views = tuple((view, Where()) for view in _views())
    return Subject("everything", None, "everything on record", (), views)


def _views() -> Iterator[type[View]]:
    """The product's views but the journal: its rows are the events themselves."""
    for view in View.all:
        if view.__module__.startswith("projections.") and view is not JournalRow:
            yield view


def _holding(field: str, ref: str) -> list[tuple[type[View], Where]]:
    return [(view, {field: [ref]}) for view in _views() if field in view.columns]


def _of_councils(councils: list[str]) -> list[tuple[type[View], Where]]:
    return [
        (view, {"council": councils}) for view in (CouncilRow, InspectionOutcome, InstrumentRow)
    ]


def _name(reader: Reader, council: str) -> str:
    found = reader.all(CouncilRow, {"council": council})
    return found[0].name if found else f"council {council}"


def rows_of(reader: Reader, view: type[View], where: Where) -> Iterator[dict[str, Any]]:
    """The rows as at the reader's moment, read a part at a time."""
    reader.count(view)  # waits until the view has come to the moment
    conditions = [SQL("{} = ANY(%s)").format(Identifier(field)) for field in where]
    after = ""
    while rows := reader.model.select(
        view,
        reader.moment.position,
        [*conditions, SQL("key > %s")],
        [*where.values(), after],
        limit=_BATCH,
    ):
        for row in rows:
            found = view.model_validate({name: row[name] for name in view.columns})
            yield {"key": row["key"]} | found.model_dump(mode="json", exclude=_FOLDED_FROM)
        after = rows[-1]["key"]
