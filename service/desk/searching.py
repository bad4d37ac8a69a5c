"""Searching a View's words, as at the reading's moment and within its scope."""

import re
from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from projections.engine import View
from projections.search import SNIPPET, START, STOP, text_of
from service.desk.reading import Reader

V = TypeVar("V", bound=View)

_MOST_HITS = 500


class Part(NamedTuple):
    """A stretch of a snippet, and whether it is one of the words that were looked for."""

    text: str
    hit: bool


class Found(NamedTuple, Generic[V]):
    """A row that was found, how well it fits, and where the words stand in it.

    The snippet is plain text in parts: whoever shows it escapes it and marks the hits.
    """

    row: V
    rank: float
    snippet: list[Part]


def search(
    reading: Reader,
    view: type[V],
    words: str,
    where: Mapping[str, Any] | None = None,
    having: Mapping[str, str] | None = None,
) -> list[Found[V]]:
    """The rows with these words, the best first, as people write a search: "two words" -without.

    ``having`` names a value that a list of the row must hold. Words that are in every text, as
    'the', find nothing.
    """
    reading._reach(view, reading.moment.position)
    conditions, values = reading._conditions(view, where, None)
    asked = re.sub(r"[\x00-\x1f]", " ", words)
    for field, value in (having or {}).items():
        conditions.append(SQL("{} @> %s").format(Identifier(field)))
        values.append(Jsonb([value]))
    query = SQL("websearch_to_tsquery('english', %s)")
    sql = SQL(
        "SELECT key, {columns}, ts_rank(words, {q})::float8 AS rank,"
        " ts_headline('english', translate({text}, {marks}, ''), {q}, %s) AS snippet"
        " FROM {table} WHERE lifetime @> %s::bigint AND words @@ {q} AND {c}"
        " ORDER BY rank DESC, key LIMIT {most}"
    ).format(
        columns=SQL(", ").join(map(Identifier, view.columns)),
        q=query,
        text=text_of(view.search, view.columns),
        marks=f"{START}{STOP}",
        table=Identifier("views", reading.model.name_of(view)),
        c=_all(conditions),
        most=_MOST_HITS,
    )
    position = reading.moment.position
    with reading.model.datastore.get_connection() as connection:
        rows = connection.execute(sql, (asked, asked, SNIPPET, position, asked, *values)).fetchall()
    return [
        Found(
            view.model_validate({name: row[name] for name in view.columns}),
            row["rank"],
            parts_of(row["snippet"]),
        )
        for row in rows
    ]


def _all(conditions: list[Composed | SQL]) -> Composed:
    return SQL(" AND ").join(conditions) if conditions else SQL("true").format()


def parts_of(snippet: str) -> list[Part]:
    """A snippet cut at its marks."""
    found = []
    for n, stretch in enumerate(re.split(f"[{START}{STOP}]", snippet)):
        if stretch:
            found.append(Part(stretch, n % 2 == 1))
    return found
