"""Words that are nearly what was written: a slip of the keyboard, or a beginning.

PostgreSQL has pg_trgm for this, but the embedded server comes without it, and who runs a server
of their own may not be allowed to add it. So the words on record are compared here: only those
of rows that the reader may see, so that a suggestion tells nothing that a search would not.
"""

from collections.abc import Iterable

_BEGINS = 3
"""How many letters make a beginning."""


def near(word: str, words: Iterable[str]) -> set[str]:
    """Of the words on record: the word itself, what begins with it, what it may be a slip of."""
    known = set(words)
    found = {each for each in known if len(word) >= _BEGINS and each.startswith(word)}
    slips = {each for each in known if _slip(word, each)}
    return found | slips


def slips_allowed(word: str) -> int:
    """How many letters may be wrong: none in a short word, two in a long one."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _slip(word: str, other: str) -> bool:
    most = slips_allowed(word)
    if word == other:
        return True
    if not most or abs(len(word) - len(other)) > most or other.isdigit():
        return False
    return distance(word, other, most) <= most


def distance(one: str, other: str, most: int) -> int:
    """How many letters were left out, added, changed or swapped with their neighbour.

    More than ``most`` is told as one more than that.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)
