"""Full-text search in a View's rows, by PostgreSQL's own: a generated column and its index."""

from typing import Any, Protocol

from psycopg import Cursor
from psycopg.sql import SQL, Composed, Identifier

_WEIGHTS = "ABCD"
STOP, START, BETWEEN = "\x03", "\x02", " … "
"""What marks a hit in a snippet: characters that no text on record has, and no markup."""


class Searched(Protocol):
    """A View that declares the fields whose words are searched."""

    search: Any
    columns: Any


def make_searchable(cursor: Cursor[Any], view: type[Searched], table: Identifier) -> None:
    """Give a View's table its words, the first field's weighing most, and their index."""
    if not view.search:
        return
    words = SQL(" || ").join(
        SQL("setweight({v}, {w})").format(
            v=_words_of(field, view.columns[field]),
            w=SQL(f"'{_WEIGHTS[min(n, len(_WEIGHTS) - 1)]}'"),
        )
        for n, field in enumerate(view.search)
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


def text_of(view: type[Searched]) -> Composed:
    """The text that snippets are cut from: all that is searched, in its order."""
    parts = [
        SQL("translate({f}::text, '[]\"', '')").format(f=Identifier(field))
        if view.columns[field] == "jsonb"
        else Identifier(field)
        for field in view.search
    ]
    return SQL("concat_ws(' · ', {p})").format(p=SQL(", ").join(parts))


SNIPPET = (
    f'StartSel="{START}", StopSel="{STOP}", FragmentDelimiter="{BETWEEN}",'
    " MaxFragments=2, MaxWords=24, MinWords=8"
)
