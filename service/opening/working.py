"""How figures are worked out of others."""

import math
from collections.abc import Sequence
from fractions import Fraction

from projections.engine.steps import Figure
from service.figures.asking import MadeOf


def worked_out(asked: MadeOf, numbers: Sequence[Figure]) -> Figure:
    """What a figure comes to, by what its parts come to, in their order."""
    first, rest = numbers[0], numbers[1:]
    match asked.how, asked.numbers:
        case "plus", _:
            return sum(numbers)
        case "less", _:
            return first - sum(rest)
        case "short", _:
            return max(0, first - sum(rest))
        case "times", [times]:
            return first * times
        case "part", [parts, among]:
            return math.ceil(Fraction(first) * parts / among)
        case _:
            return int(first * 100 // rest[0]) if rest[0] else 0
