"""How far a reader sees: the rows of a view that lie within the scope of their roles."""

from typing import Any, NamedTuple, TypeAlias

from psycopg.sql import SQL, Composed, Identifier

from projections.engine import ReadModel, View

Way: TypeAlias = tuple[Composed | SQL, list[Any]]
"""A condition that lets a row be seen, with its values."""

_OF_ONE = SQL("{f} IN (SELECT o.{c} FROM {t} o WHERE o.lifetime @> %s::bigint AND o.{b} = ANY(%s))")
_OF_EACH = SQL(
    "(moment, {f}) IN (SELECT moment, o.{c} FROM moments JOIN {t} o ON o.lifetime @> moment"
    " WHERE o.{b} = ANY(%s))"
)
"""As at a position, and as at each of a series' ``moments``."""


class Reach(NamedTuple):
    """How far a reader sees: everything, or the regions, councils and cases of their roles."""

    everything: bool
    regions: list[str]
    councils: list[str]
    peers: list[str]


class Fits(NamedTuple):
    """A condition of its own, as the value of a ``where``: for what no single field says."""

    sql: SQL | Composed
    values: list[Any]


def within(
    model: ReadModel, reach: Reach, at: int | None, view: type[View]
) -> tuple[list[Composed | SQL], list[Any]]:
    """The conditions, with their values, that keep a view's rows within a reader's scope.

    What the scope is made of, a region's councils or a peer's matches, is that of a position; of
    each moment, where none is given: in a series the rows of each are within the scope of then.
    """
    if reach.everything or view.scope == "public":
        return [], []
    if view.scope == "region":
        return [SQL("region = ANY(%s)")], [reach.regions]
    if view.scope == "programme":
        if "peer" in view.columns and reach.peers:
            return [SQL("peer = ANY(%s)")], [reach.peers]
        return [SQL("false")], []
    from projections.councils import CouncilRow
    from projections.mentoring import MatchRow

    def among(field: str, other: type[View], column: str, by: str, of: list[str]) -> Way:
        """That a field is among those of another view's rows that are of some region or peer."""
        table = Identifier("views", model.name_of(other))
        told = (_OF_EACH if at is None else _OF_ONE).format(
            f=Identifier(field), t=table, c=Identifier(column), b=Identifier(by)
        )
        return told, [of] if at is None else [at, of]

    ways: list[Way] = [(SQL("council = ANY(%s)"), [reach.councils])]
    if reach.regions:
        ways.append(among("council", CouncilRow, "council", "region", reach.regions))
        if "region" in view.columns:
            ways.append((SQL("(council IS NULL AND region = ANY(%s))"), [reach.regions]))
    if reach.peers and "match" in view.columns:
        ways.append(among("match", MatchRow, "key", "peer", reach.peers))
    elif reach.peers and "case" in view.columns:
        ways.append(among("case", MatchRow, "case", "peer", reach.peers))
    either = SQL(" OR ").join(sql for sql, _ in ways)
    return [SQL("({})").format(either)], [value for _, values in ways for value in values]
