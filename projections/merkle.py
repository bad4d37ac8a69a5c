"""A Merkle tree over the log, as RFC 6962 and RFC 9162 define it, with SHA-256.

Pure functions over hashes: the tree's complete subtrees are named by level and place (level 0
are the leaves), wherever they are kept. Proven against the vectors of the RFC's own reference
implementation in tests/test_merkle.py.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

Hash = bytes
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree of no leaves."""


class Node(NamedTuple):
    """A complete subtree: ``2 ** level`` leaves from ``place * 2 ** level`` on."""

    level: int
    place: int


class Span(NamedTuple):
    """The leaves from one (included) to another (not included)."""

    start: int
    end: int

    def nodes(self) -> list[Node]:
        """The complete subtrees that cover it, from left to right, the largest first."""
        found, start = [], self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            found.append(Node(level, start >> level))
            start += 1 << level
        return found


def leaf_hash(data: bytes) -> Hash:
    """The hash of a leaf: RFC 9162, section 2.1.1."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of an inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def joined(hashes: Sequence[Hash]) -> Hash:
    """The hash over complete subtrees from left to right, the largest first."""
    if not hashes:
        return EMPTY_ROOT
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


class Frontier:
    """A growing tree by its complete subtrees alone: a few hashes, however many leaves."""

    def __init__(self, size: int = 0, hashes: Iterable[Hash] = ()) -> None:
        """``hashes`` are the complete subtrees of a tree of this size, the largest first."""
        self.size, self.hashes = size, list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees")

    def append(self, leaf: Hash) -> list[tuple[Node, Hash]]:
        """Add a leaf; returns the subtrees that it completes, itself first."""
        made = [(Node(0, self.size), leaf)]
        whole, index = leaf, self.size
        while index & 1:
            whole, index = node_hash(self.hashes.pop(), whole), index >> 1
            made.append((Node(len(made), index), whole))
        self.hashes.append(whole)
        self.size += 1
        return made

    @property
    def root(self) -> Hash:
        """The root over all leaves so far."""
        return joined(self.hashes)


# --- Proofs ---------------------------------------------------------------------------------


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """What a proof that a leaf is in a tree is made of: RFC 9162, section 2.1.3.1.

    Raises ValueError for a leaf that the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, size: int) -> list[Span]:
    """What a proof that a tree began as an older one is made of: RFC 9162, section 2.1.4.1.

    Raises ValueError if the older tree is empty or larger.
    """
    if not 0 < old <= size:
        raise ValueError(f"no consistency proof leads from {old} leaves to {size}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1 and old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    if start:
        spans.append(Span(start, end))
    return spans[::-1]


def proof(spans: Sequence[Span], lookup: Callable[[list[Node]], dict[Node, Hash]]) -> list[Hash]:
    """The hashes of a proof, with one look-up for every subtree that it needs."""
    parts = [span.nodes() for span in spans]
    found = lookup([node for nodes in parts for node in nodes])
    return [joined([found[node] for node in nodes]) for nodes in parts]


def includes(leaf: Hash, index: int, size: int, path: Sequence[Hash], root: Hash) -> bool:
    """Whether a proof shows that a leaf is in the tree of a root: RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, whole = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            whole = node_hash(sibling, whole)
            while fn & 1 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            whole = node_hash(whole, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and whole == root


def consistent(old: int, old_root: Hash, size: int, root: Hash, path: Sequence[Hash]) -> bool:
    """Whether a proof shows that a tree began as an older one: RFC 9162, section 2.1.4.2."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root
    hashes = list(path)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while fn & 1 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == root
