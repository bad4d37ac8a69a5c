"""The Merkle tree against published vectors, and against a tree made the slow way."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.merkle import (
    EMPTY_ROOT,
    Frontier,
    Hash,
    Node,
    Span,
    consistency_spans,
    consistent,
    includes,
    inclusion_spans,
    joined,
    leaf_hash,
    node_hash,
    proof,
)

# The leaves and roots of the Certificate Transparency reference implementation's tests.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
STEPS = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

Lookup = Callable[[list[Node]], dict[Node, Hash]]


def grown(leaves: list[bytes]) -> tuple[Frontier, Lookup]:
    """A tree with these leaves, and where its subtrees are kept."""
    tree, kept = Frontier(), dict[Node, Hash]()
    for leaf in leaves:
        kept.update(tree.append(leaf_hash(leaf)))
    return tree, lambda nodes: {node: kept[node] for node in nodes}


def slow_root(leaves: list[bytes]) -> Hash:
    """The definition of RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def test_roots_are_those_of_the_published_vectors() -> None:
    assert Frontier().root == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for size, root in enumerate(ROOTS, 1):
        assert grown(LEAVES[:size])[0].root.hex() == root


@pytest.mark.parametrize(("leaf", "size"), PATHS)
def test_inclusion_proofs_are_those_of_the_published_vectors(leaf: int, size: int) -> None:
    tree, lookup = grown(LEAVES[:size])
    path = proof(inclusion_spans(leaf, size), lookup)
    assert [step.hex() for step in path] == PATHS[leaf, size]
    assert includes(leaf_hash(LEAVES[leaf]), leaf, size, path, tree.root)


@pytest.mark.parametrize(("old", "size"), STEPS)
def test_consistency_proofs_are_those_of_the_published_vectors(old: int, size: int) -> None:
    tree, lookup = grown(LEAVES[:size])
    path = proof(consistency_spans(old, size), lookup)
    assert [step.hex() for step in path] == STEPS[old, size]
    assert consistent(old, bytes.fromhex(ROOTS[old - 1]), size, tree.root, path)


@given(st.integers(1, 200), st.data())
@settings(deadline=None, max_examples=150)
def test_every_proof_holds_and_every_altered_one_fails(size: int, data: st.DataObject) -> None:
    leaves = [str(n).encode() for n in range(size)]
    tree, lookup = grown(leaves)
    assert tree.root == slow_root(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf, path = leaf_hash(leaves[index]), proof(inclusion_spans(index, size), lookup)
    assert includes(leaf, index, size, path, tree.root)
    assert not includes(leaf_hash(b"other"), index, size, path, tree.root)
    assert not includes(leaf, index, size, [*path, leaf], tree.root)
    assert not includes(leaf, size, size, path, tree.root)
    before = slow_root(leaves[:old])
    steps = proof(consistency_spans(old, size), lookup)
    assert consistent(old, before, size, tree.root, steps)
    assert not consistent(old, leaf_hash(b"other"), size, tree.root, steps)
    assert not consistent(old, before, size, tree.root, [*steps, before])
    if steps:
        flipped = [bytes([steps[0][0] ^ 1]) + steps[0][1:], *steps[1:]]
        assert not consistent(old, before, size, tree.root, flipped)
    if path:
        assert not includes(leaf, index, size, path[:-1], tree.root)


@given(st.integers(0, 5000), st.integers(0, 300))
def test_a_span_is_covered_by_complete_subtrees(start: int, length: int) -> None:
    aligned = start << length.bit_length()
    nodes = Span(aligned, aligned + length).nodes()
    assert sum(1 << node.level for node in nodes) == length
    assert [node.level for node in nodes] == sorted((n.level for n in nodes), reverse=True)


def test_a_frontier_goes_on_from_where_it_was_kept() -> None:
    first, _ = grown(LEAVES[:5])
    again = Frontier(5, first.hashes)
    for leaf in LEAVES[5:]:
        again.append(leaf_hash(leaf))
    assert again.root.hex() == ROOTS[7]
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(5, first.hashes[:1])


@pytest.mark.parametrize(("old", "size"), [(0, 4), (5, 4)])
def test_no_proof_leads_where_there_is_no_tree(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_spans(old, size)
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion_spans(size, size)
    assert joined([]) == EMPTY_ROOT
