"""The proof of the log: a Merkle tree over the exact stored bytes, grown by the follower.

A leaf is an event as it is stored, with its place, in a form that leaves nothing to guess. The
tree's complete subtrees and its frontier are kept in the schema ``proof``, and move in one
transaction with the position that they have come to.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import psycopg
from eventsourcing.postgres import PostgresDatastore
from psycopg.rows import DictRow

from domain.kernel import Frozen
from projections.merkle import (
    Frontier,
    Hash,
    Node,
    Span,
    consistency_spans,
    inclusion_spans,
    joined,
    leaf_hash,
    proof,
)

LEAF_FORM = b"casework/leaf/1\n"

_TABLES = (
    "CREATE SCHEMA IF NOT EXISTS proof",
    # Which event is which leaf: positions have gaps, places have none.
    """CREATE TABLE IF NOT EXISTS proof.leaves (
        place bigint PRIMARY KEY, position bigint NOT NULL UNIQUE)""",
    # Every complete subtree, the leaves being level 0.
    """CREATE TABLE IF NOT EXISTS proof.nodes (
        level smallint, place bigint, hash bytea NOT NULL, PRIMARY KEY (level, place))""",
    # One row: how far the tree has come.
    """CREATE TABLE IF NOT EXISTS proof.tree (
        size bigint NOT NULL, position bigint NOT NULL, frontier bytea[] NOT NULL)""",
    "INSERT INTO proof.tree SELECT 0, 0, '{}' WHERE NOT EXISTS (SELECT FROM proof.tree)",
)


class StoredBytes(NamedTuple):
    """An event as the database holds it."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes

    def leaf(self) -> bytes:
        """The bytes that a leaf is the hash of.

        The form's name; position and version as 8 bytes, the greatest first; stream, topic and
        state each as its length in 4 bytes, the greatest first, and its bytes (text as UTF-8).
        """
        parts = [LEAF_FORM, self.position.to_bytes(8), self.version.to_bytes(8)]
        for told in (self.stream.encode(), self.topic.encode(), self.state):
            parts += [len(told).to_bytes(4), told]
        return b"".join(parts)


RawReader = Callable[[int, int], Sequence[StoredBytes]]
"""The stored bytes after a position: at most so many events, in order."""


class TreeHead(Frozen):
    """The tree at one size."""

    size: int
    """How many events it covers."""
    position: int
    """Of the last of them."""
    root: bytes


class ProofLog:
    """The tree in the database."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        self.datastore = datastore

    def create(self) -> None:
        """Its tables, if they are not there yet."""
        with self.datastore.transaction(commit=True) as cursor:
            for sql in _TABLES:
                cursor.execute(sql)

    # --- Growing ---------------------------------------------------------------------------

    def grow(self, connection: psycopg.Connection[DictRow], read: RawReader, batch: int) -> int:
        """Take in the next events, at most so many; returns how many those were."""
        with connection.transaction(), connection.cursor() as cursor:
            tree = cursor.execute(
                "SELECT size, position, frontier FROM proof.tree FOR UPDATE"
            ).fetchone()
            if tree is None:
                raise LookupError("the row of proof.tree is gone: the proof can't go on from it")
            events = read(tree["position"], batch)
            if not events:
                return 0
            frontier = Frontier(tree["size"], map(bytes, tree["frontier"]))
            with cursor.copy("COPY proof.leaves (place, position) FROM STDIN") as rows:
                for place, event in enumerate(events, tree["size"]):
                    rows.write_row((place, event.position))
            with cursor.copy("COPY proof.nodes (level, place, hash) FROM STDIN") as rows:
                for event in events:
                    for node, hashed in frontier.append(leaf_hash(event.leaf())):
                        rows.write_row((node.level, node.place, hashed))
            cursor.execute(
                "UPDATE proof.tree SET size = %s, position = %s, frontier = %s",
                (frontier.size, events[-1].position, frontier.hashes),
            )
            return len(events)

    # --- Asking ----------------------------------------------------------------------------

    def head(self) -> TreeHead:
        """The tree as it is now."""
        row = self._one("SELECT size, position, frontier FROM proof.tree", ())
        tree = Frontier(row["size"], map(bytes, row["frontier"]))
        return TreeHead(size=tree.size, position=row["position"], root=tree.root)

    def root(self, size: int) -> Hash:
        """The root that the tree had at a size. Raises LookupError for one it has not reached."""
        span = Span(0, size).nodes()
        found = self.nodes(span)
        return joined([found[node] for node in span])

    def place_of(self, position: int) -> int | None:
        """Which leaf an event is; None for a position that the tree does not have."""
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT place FROM proof.leaves WHERE position = %s", (position,)
            ).fetchone()
        return row["place"] if row else None

    def places(self, positions: Sequence[int]) -> dict[int, int]:
        """Which leaves these events are, by position; those that the tree does not have are not."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT position, place FROM proof.leaves WHERE position = ANY(%s)",
                (list(positions),),
            ).fetchall()
        return {row["position"]: row["place"] for row in rows}

    def inclusion(self, place: int, size: int) -> list[Hash]:
        """The proof that a leaf is in the tree of a size. Raises ValueError if it is not."""
        return proof(inclusion_spans(place, size), self.nodes)

    def consistency(self, old: int, size: int) -> list[Hash]:
        """The proof that the tree of a size began as an older one. Raises ValueError if none."""
        return proof(consistency_spans(old, size), self.nodes)

    def nodes(self, wanted: Iterable[Node]) -> dict[Node, Hash]:
        """Complete subtrees by name. Raises LookupError where one is missing."""
        asked = list(wanted)
        with self.datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT n.level, n.place, n.hash FROM unnest(%s::smallint[], %s::bigint[])"
                " AS asked(level, place) JOIN proof.nodes n USING (level, place)",
                ([node.level for node in asked], [node.place for node in asked]),
            ).fetchall()
        found = {Node(row["level"], row["place"]): bytes(row["hash"]) for row in rows}
        if missing := set(asked) - found.keys():
            raise LookupError(f"the proof has lost {len(missing)} of its subtrees")
        return found

    def _one(self, sql: str, values: tuple[Any, ...]) -> dict[str, Any]:
        with self.datastore.get_connection() as connection:
            row = connection.execute(sql, values).fetchone()
        if row is None:
            raise LookupError("the row of proof.tree is gone: the proof can't go on from it")
        return dict(row)
