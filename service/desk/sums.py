"""Sums and counts over rows, as SQL."""

from collections.abc import Mapping, Sequence

from psycopg.sql import SQL, Composed, Identifier


def sums(figures: Mapping[str, str], by: Sequence[str]) -> tuple[Composed, Composed | None]:
    """What is chosen and what it is grouped by, as SQL."""
    group = SQL(", ").join(map(Identifier, by)) if by else None
    asked: list[Composed] = [
        SQL(sql).format() + SQL(" AS ") + Identifier(name) for name, sql in figures.items()
    ]
    return SQL(", ").join([*([group] if group else []), *asked]), group
