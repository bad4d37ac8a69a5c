"""How pictures say what they show: money and names, each by one rule."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal


def round_pounds(pence: int) -> str:
    """Pence as pictures tell them: from a million, in tenths of it; below, in whole pounds.

    Halves are rounded away from nothing: £1,250,000 is £1.3m, £1,234.50 is £1,235.
    """
    sign, pounds = "−" if pence < 0 else "", Decimal(abs(pence)) / 100
    whole = pounds.quantize(Decimal(1), ROUND_HALF_UP)
    if whole < 1_000_000:
        return f"{sign if whole else ''}£{whole:,}"
    return f"{sign}£{(pounds / 1_000_000).quantize(Decimal('0.1'), ROUND_HALF_UP):,}m"


def name_told(code: str) -> str:
    """A code as people read it: 'peer-mentoring' as 'Peer mentoring'."""
    return str(code).replace("-", " ").capitalize()


def counts_told(figures: Mapping[str, int]) -> str:
    """What is counted: '3 universal, 2 intervention'; 'none' where nothing is."""
    return ", ".join(f"{n} {name}" for name, n in figures.items() if n) or "none"
