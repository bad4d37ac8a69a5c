"""Triads: who challenges whom among councils, so that nobody challenges their own challenger.

In a triad each council challenges the next and the last one the first. Three different councils
in a ring never challenge each other back, and the draw also keeps to what is remembered: nobody
is drawn to challenge a council that has challenged them, unless the two are meant to be mutual.
"""

import random
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations, permutations

from domain.kernel import CouncilCode, Frozen, Refused

METHOD_OF_TRIADS = 1
"""The version of this draw: the same councils, memory and seed give the same rings."""

_MOST_TRIES = 50_000

Pair = tuple[str, str]
"""Who challenges, and whom."""


class Turn(Frozen):
    """Who challenges whom in a triad."""

    challenger: CouncilCode
    host: CouncilCode


class Draw(Frozen):
    """Triads as drawn, with what they were drawn from."""

    seed: int
    method: int
    triads: tuple[tuple[Turn, ...], ...]
    """Rings of three; with one or two councils left over, of four or of five."""
    barred: tuple[Turn, ...]
    """Turns that were not to be drawn: the host challenged the challenger before."""


class _Tries:
    def __init__(self) -> None:
        self.left = _MOST_TRIES

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


def draw_triads(
    councils: Collection[str],
    seed: int,
    challenged: Collection[Pair] = (),
    mutual: Collection[Pair] = (),
) -> Draw:
    """Draw triads among councils; ``challenged`` names who challenged whom before, ``mutual``
    the pairs that are meant to challenge each other, in either order.

    Raises Refused ``no-draw`` where no ring keeps to the rule, ``bad-councils`` for too few.
    """
    chosen = sorted(set(councils))
    if len(chosen) < 3:
        raise Refused("bad-councils", "Choose at least three councils: a triad has three.")
    meant = {frozenset(pair) for pair in mutual}
    barred = {
        (host, challenger)
        for challenger, host in challenged
        if frozenset((challenger, host)) not in meant and challenger in chosen and host in chosen
    }
    order = list(chosen)
    random.Random(f"triads-{seed}").shuffle(order)  # noqa: S311 - fair and repeatable
    tries = _Tries()
    found = _rings(order, _sizes(len(order)), barred, tries)
    if found is None:
        raise Refused(
            "no-draw",
            "These councils have challenged each other too often to form triads without anybody"
            " challenging their own challenger: add councils, or say which pairs are mutual."
            if tries.left >= 0
            else "No draw was found in time: choose another seed or fewer councils.",
            barred=sorted(barred),
        )
    return Draw(
        seed=seed,
        method=METHOD_OF_TRIADS,
        triads=tuple(tuple(Turn(challenger=a, host=b) for a, b in _turns(r)) for r in found),
        barred=tuple(Turn(challenger=a, host=b) for a, b in sorted(barred)),
    )


def _sizes(councils: int) -> tuple[int, ...]:
    """Threes, with one left over a four, with two left over two fours, or a five of five."""
    threes, left = divmod(councils, 3)
    if left == 0:
        return (3,) * threes
    if left == 1:
        return (4, *(3,) * (threes - 1))
    return (5,) if threes == 1 else (4, 4, *(3,) * (threes - 2))


def _turns(ring: Sequence[str]) -> list[Pair]:
    return list(zip(ring, [*ring[1:], ring[0]], strict=True))


def _rings(
    left: Sequence[str], sizes: tuple[int, ...], barred: Collection[Pair], tries: _Tries
) -> list[tuple[str, ...]] | None:
    """The first way, in the order of the shuffle, to put everybody into rings."""
    if not sizes:
        return []
    first, *others = left
    for size in dict.fromkeys(sizes):
        rest = list(sizes)
        rest.remove(size)
        for ring in _beginning_with(first, others, size, barred, tries):
            remaining = [council for council in others if council not in ring]
            found = _rings(remaining, tuple(rest), barred, tries)
            if found is not None:
                return [ring, *found]
            if tries.left < 0:
                return None
    return None


def _beginning_with(
    first: str, others: Sequence[str], size: int, barred: Collection[Pair], tries: _Tries
) -> Iterable[tuple[str, ...]]:
    for company in combinations(others, size - 1):
        for order in permutations(company):
            if not tries.take():
                return
            ring = (first, *order)
            if not any(turn in barred for turn in _turns(ring)):
                yield ring
