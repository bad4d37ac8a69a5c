"""Searching a View's words, as at the reading's moment and within its scope."""

import re
from collections.abc import Collection, Mapping, Sequence
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


class Words(NamedTuple):
    """What is looked for, as PostgreSQL's text search takes it."""

    query: SQL | Composed
    values: tuple[str, ...]


def as_written(words: str) -> Words:
    """As people write a search: "two words" -without."""
    asked = re.sub(r"[\x00-\x1f]", " ", words)
    return Words(SQL("websearch_to_tsquery('english', %s)"), (asked,))


def any_of(alternatives: Sequence[Collection[str]]) -> Words:
    """Of each of several sets of lexemes, at least one, as a vocabulary has them."""
    told = " & ".join(
        "(" + " | ".join(_quoted(lexeme) for lexeme in sorted(each)) + ")" for each in alternatives
    )
    return Words(SQL("%s::tsquery"), (told,))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def search(
    reading: Reader,
    view: type[V],
    words: str | Words,
    where: Mapping[str, Any] | None = None,
    having: Mapping[str, str] | None = None,
    *,
    councils: Sequence[str] = (),
    most: int = _MOST_HITS,
) -> list[Found[V]]:
    """The rows with these words, the best first.

    ``having`` names a value that a list of the row must hold. Rows of one of ``councils`` are
    found whatever their words. Words that are in every text, as 'the', find nothing.
    """
    reading._reach(view, reading.moment.position)
    conditions, values = reading._conditions(view, where, None)
    asked = as_written(words) if isinstance(words, str) else words
    for field, value in (having or {}).items():
        conditions.append(SQL("{} @> %s").format(Identifier(field)))
        values.append(Jsonb([value]))
    fits, told = SQL("words @@ {}").format(asked.query), list[Any](asked.values)
    if councils:
        fits = SQL("({} OR council = ANY(%s))").format(fits)
        told.append(list(councils))
    sql = SQL(
        "SELECT key, {columns}, ts_rank(words, {q})::float8 AS rank,"
        " ts_headline('english', translate({text}, {marks}, ''), {q}, %s) AS snippet"
        " FROM {table} WHERE lifetime @> %s::bigint AND {fits} AND {c}"
        " ORDER BY rank DESC, key LIMIT {most}"
    ).format(
        columns=SQL(", ").join(map(Identifier, view.columns)),
        q=asked.query,
        text=text_of(view.search, view.columns),
        marks=f"{START}{STOP}",
        table=Identifier("views", reading.model.name_of(view)),
        fits=fits,
        c=_all(conditions),
        most=most,
    )
    given = (*asked.values, *asked.values, SNIPPET, reading.moment.position, *told, *values)
    with reading.model.datastore.get_connection() as connection:
        rows = connection.execute(sql, given).fetchall()
    return [
        Found(
            view.model_validate({name: row[name] for name in view.columns}),
            row["rank"],
            parts_of(row["snippet"]),
        )
        for row in rows
    ]


def vocabulary(
    reading: Reader, view: type[View], where: Mapping[str, Any] | None = None
) -> set[str]:
    """The lexemes of the rows in the reader's scope: what can be found, and nothing else."""
    reading._reach(view, reading.moment.position)
    conditions, values = reading._conditions(view, where, None)
    sql = SQL(
        "SELECT DISTINCT w.lexeme FROM {table} t, unnest(t.words) w"
        " WHERE t.lifetime @> %s::bigint AND {c}"
    ).format(
        table=Identifier("views", reading.model.name_of(view)),
        c=_all(conditions),
    )
    with reading.model.datastore.get_connection() as connection:
        rows = connection.execute(sql, (reading.moment.position, *values)).fetchall()
    return {row["lexeme"] for row in rows}


def stems(reading: Reader, words: Sequence[str]) -> dict[str, list[str]]:
    """What each word is kept as; nothing for one that is in every text."""
    with reading.model.datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT w AS word, tsvector_to_array(to_tsvector('english', w)) AS lexemes"
            " FROM unnest(%s::text[]) w",
            (list(words),),
        ).fetchall()
    return {row["word"]: row["lexemes"] for row in rows}


def _all(conditions: list[Composed | SQL]) -> Composed:
    return SQL(" AND ").join(conditions) if conditions else SQL("true").format()


def parts_of(snippet: str) -> list[Part]:
    """A snippet cut at its marks."""
    found = []
    for n, stretch in enumerate(re.split(f"[{START}{STOP}]", snippet)):
        if stretch:
            found.append(Part(stretch, n % 2 == 1))
    return found
