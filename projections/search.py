"""Full-text search in a View's rows, by PostgreSQL's own: a generated column and its index."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Cursor
from psycopg.sql import SQL, Composed, Identifier

_WEIGHTS = "ABCD"
STOP, START, BETWEEN = "\x03", "\x02", " … "
"""What marks a hit in a snippet: characters that no text on record has, and no markup."""


def make_searchable(
    cursor: Cursor[Any], table: Identifier, fields: Sequence[str], columns: Mapping[str, str]
) -> None:
    """Give a View's table the words of these fields, the first weighing most, and their index."""
    if not fields:
        return
    words = SQL(" || ").join(
        SQL("setweight({v}, {w})").format(
            v=_words_of(field, columns[field]),
            w=SQL(f"'{_WEIGHTS[min(n, len(_WEIGHTS) - 1)]}'"),
        )
        for n, field in enumerate(fields)
    )
    cursor.execute(
        SQL("ALTER TABLE {t} ADD COLUMN words tsvector GENERATED ALWAYS AS ({w}) STORED").format(
            t=table, w=words
        )
    )
    cursor.execute(SQL("CREATE INDEX ON {t} USING gin (words)").format(t=table))


def _words_of(field: str, kind: str) -> Composed:
    if kind == "jsonb":
        return SQL("to_tsvector('english', coalesce({f}, '[]'::jsonb))").format(f=Identifier(field))
    return SQL("to_tsvector('english', coalesce({f}, ''))").format(f=Identifier(field))


def text_of(fields: Sequence[str], columns: Mapping[str, str]) -> Composed:
    """The text that snippets are cut from: all that is searched, in its order."""
    parts = [
        SQL("translate({f}::text, '[]\"', '')").format(f=Identifier(field))
        if columns[field] == "jsonb"
        else SQL("{f}::text").format(f=Identifier(field))
        for field in fields
    ]
    told = [SQL("nullif({p}, '')").format(p=part) for part in parts]
    return SQL("concat_ws(' · ', {p})").format(p=SQL(", ").join(told))


SNIPPET = (
    f'StartSel="{START}", StopSel="{STOP}", FragmentDelimiter="{BETWEEN}",'
    " MaxFragments=2, MaxWords=24, MinWords=8"
)
