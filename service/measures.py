"""Published values, beside the log: kept under the load that brought them, never changed.

A load keeps only what is new or says otherwise than what stood. So what stood at a moment is,
of each indicator, place and period, the value of the last load up to then.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from eventsourcing.postgres import PostgresDatastore

from domain.insight import Cell, Cells
from service.store import Alongside


class Measure(NamedTuple):
    """A published value and where it stands in its file."""

    indicator: str
    code: str
    """Of the place: of a council its number, of a region or England the statistics code."""
    period: str
    level: str
    """National, Regional or Local authority."""
    name: str
    """Of the place, as published."""
    source_row: int
    published: str
    value: Decimal | None


_KEEP = """INSERT INTO indicator_values (indicator_set, load, indicator, code, period, level, name,
           source_row, published, value)
    SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::bigint[], %s::text[], %s::numeric[])"""


def keep(indicator_set: str, load: int, measures: Sequence[Measure]) -> Alongside:
    """The statement that keeps a load's values, for the transaction that records it."""
    columns = [list(column) for column in zip(*measures, strict=True)]
    return _KEEP, (indicator_set, load, *columns)


def sha256_of(measures: Iterable[Measure]) -> str:
    """The hash of a load's values: one line of JSON each, sorted."""
    lines = sorted(
        json.dumps([m.indicator, m.code, m.period, m.published], ensure_ascii=False)
        for m in measures
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def standing(
    datastore: PostgresDatastore,
    indicator_set: str,
    load: int,
    *,
    indicators: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """What stood after a load, of these indicators, and of these periods or these places."""
    where, values = ["indicator_set = %s", "load <= %s"], [indicator_set, load]
    either, chosen = [], []
    for column, wanted in (("period", periods), ("code", codes)):
        if wanted is not None:
            either.append(f"{column} = ANY(%s)")
            chosen.append(list(wanted))
    if indicators is not None:
        where.append("indicator = ANY(%s)")
        values.append(list(indicators))
    if either:
        where.append(f"({' OR '.join(either)})")
    sql = (
        "SELECT DISTINCT ON (indicator, code, period) indicator, code, period, load, level, name,"  # noqa: S608 - columns are ours
        f" source_row, published, value FROM indicator_values WHERE {' AND '.join(where)}"
        " ORDER BY indicator, code, period, load DESC"
    )
    with datastore.get_connection() as connection:
        return [dict(row) for row in connection.execute(sql, (*values, *chosen)).fetchall()]


def periods_of(
    datastore: PostgresDatastore, indicator_set: str, load: int, indicators: Sequence[str]
) -> dict[str, list[str]]:
    """The periods that anything was published for, of each indicator, in order."""
    with datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT indicator, array_agg(DISTINCT period ORDER BY period) AS periods"
            " FROM indicator_values WHERE indicator_set = %s AND load <= %s"
            " AND indicator = ANY(%s) GROUP BY indicator",
            (indicator_set, load, list(indicators)),
        ).fetchall()
    return {row["indicator"]: row["periods"] for row in rows}


def cells_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Cells]:
    """Rows as cells: by indicator, period and code."""
    found: dict[str, dict[str, dict[str, Cell]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        at = found[row["indicator"]][row["period"]]
        at[row["code"]] = Cell(row["published"], row["value"])
    return {indicator: dict(periods) for indicator, periods in found.items()}


def kept_sha256(datastore: PostgresDatastore, indicator_set: str, load: int) -> str:
    """The hash of a load's values as they are kept now, to hold against that in the log."""
    with datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT * FROM indicator_values WHERE indicator_set = %s AND load = %s",
            (indicator_set, load),
        ).fetchall()
    return sha256_of(Measure(**{n: row[n] for n in Measure._fields}) for row in rows)
