"""Payment by results: what a result is worth, by a rule that is stated beforehand."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from domain.kernel import Frozen, Pence

RULE_VERSION = 1
"""Version 1: in proportion to the way made from baseline to target, rounded down to the penny;
nothing below the threshold; never more than the full payment."""

Value = Annotated[
    Decimal,
    Field(ge=-1_000_000, le=100_000_000, max_digits=12, decimal_places=2, examples=["62.5"]),
]
"""A measure's value, in the unit of the measure."""


class PaymentRule(Frozen):
    """How a result is paid for. A result keeps the rule that it was paid under."""

    version: int = RULE_VERSION
    full_pence: Pence
    """For a result that reaches its target."""
    threshold_percent: int = Field(ge=0, le=100)
    """Less of the way than this is paid nothing."""

    def due_pence(self, baseline: Decimal, target: Decimal, result: Decimal) -> int:
        """What a result is paid, in pence."""
        made = min(way_made(baseline, target, result), Fraction(1))
        if made <= 0 or made * 100 < self.threshold_percent:
            return 0
        return int(self.full_pence * made)


def way_made(baseline: Decimal, target: Decimal, result: Decimal) -> Fraction:
    """How much of the way from baseline to target was made, whichever way it leads: 1 is all."""
    return Fraction(result - baseline) / Fraction(target - baseline)
