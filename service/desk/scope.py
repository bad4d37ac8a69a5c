"""How far a reader sees: the rows of a view that lie within the scope of their roles."""

from typing import Any, NamedTuple

from psycopg.sql import SQL, Composed, Identifier

from projections.engine import ReadModel, View


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
    model: ReadModel, reach: Reach, at: int, view: type[View]
) -> tuple[list[Composed | SQL], list[Any]]:
    """The conditions, with their values, that keep a view's rows within a reader's scope."""
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

    either: list[Composed | SQL] = [SQL("council = ANY(%s)")]
    values: list[Any] = [reach.councils]
    if reach.regions:
        either.append(
            SQL(
                "council IN (SELECT c.council FROM {t} c"
                " WHERE c.lifetime @> %s::bigint AND c.region = ANY(%s))"
            ).format(t=Identifier("views", model.name_of(CouncilRow)))
        )
        values += [at, reach.regions]
        if "region" in view.columns:
            either.append(SQL("(council IS NULL AND region = ANY(%s))"))
            values.append(reach.regions)
    if reach.peers and "match" in view.columns:
        either.append(
            SQL(
                "{m} IN (SELECT m.key FROM {t} m"
                " WHERE m.lifetime @> %s::bigint AND m.peer = ANY(%s))"
            ).format(
                m=Identifier("match"),
                t=Identifier("views", model.name_of(MatchRow)),
            )
        )
        values += [at, reach.peers]
    elif reach.peers and "case" in view.columns:
        either.append(
            SQL(
                "{c} IN (SELECT m.{c} FROM {t} m"
                " WHERE m.lifetime @> %s::bigint AND m.peer = ANY(%s))"
            ).format(
                c=Identifier("case"),
                t=Identifier("views", model.name_of(MatchRow)),
            )
        )
        values += [at, reach.peers]
    return [SQL("(") + SQL(" OR ").join(either) + SQL(")")], values
