"""How the report puts figures into sentences: numerals, money in round sums, singulars, changes.

As the GOV.UK style guide has it: "one" in words, every other number in numerals, no full stop
after a round million.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from domain import sentences
from domain.kernel import pounds_text
from domain.sentences import plural
from service.writing import Run, Runs

_MILLION, _THOUSAND = 100_000_000, 100_000


def many(number: int, noun: str) -> str:
    """So many of something: no councils, one council, 1,204 councils."""
    if number == 1:
        return f"one {noun}"
    return f"{number:,} {plural(noun)}" if number else f"no {plural(noun)}"


def numeral(number: int) -> str:
    """A number on its own: none, one, 26."""
    return {0: "none", 1: "one"}.get(number, f"{number:,}")


def money(pence: int) -> str:
    """A sum for a sentence: £9.3 million, £120,000, £640; the pence where nothing is lost.

    From a million pounds on to a hundred thousand, from a thousand on to a thousand.
    """
    sign, size = "−" if pence < 0 else "", Decimal(abs(pence))
    if size >= _MILLION - _THOUSAND // 2:
        tenths = (size / _MILLION).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{sign}£{str(tenths).removesuffix('.0')} million"
    if size >= _THOUSAND:
        return f"{sign}£{(size / _THOUSAND).quantize(Decimal(1), ROUND_HALF_UP) * 1000:,.0f}"
    return pounds_text(pence).removesuffix(".00")


def spread(least: int, most: int, noun: str) -> tuple[str, str]:
    """From the least to the most: 3, and 14 months; nothing, and one month, where it is as much."""
    return "" if least == most else f"{least:,}", many(most, noun)


def listed_runs(parts: Sequence[Runs]) -> Runs:
    """As a sentence lists what has figures in it: this, that and the other."""
    found: list[Run] = []
    for place, part in enumerate(parts):
        if place:
            found.append(" and " if place == len(parts) - 1 else ", ")
        found += part
    return tuple(found)


def among(parts: Sequence[str], most: int = 4) -> str:
    """The first few, and how many there are besides."""
    if len(parts) <= most + 1:
        return sentences.joined(parts)
    return sentences.joined([*parts[:most], f"{len(parts) - most} others"])


def change(now: int, was: int, told: str) -> Runs:
    """How a figure moved since the last report: up from 31, down from 40; nothing if it did not.

    ``told`` is what the figure was, as the sentence would have said it.
    """
    if now == was:
        return ()
    return (f", {'up' if now > was else 'down'} from ", told, " in the last report")


def is_are(number: int) -> str:
    return "is" if number == 1 else "are"


def has_have(number: int) -> str:
    return "has" if number == 1 else "have"


def was_were(number: int) -> str:
    return "was" if number == 1 else "were"


def paragraph(said: Iterable[Runs | str | None]) -> Runs:
    """Sentences as one paragraph, without those that have nothing to say."""
    found: list[Run] = []
    for sentence in said:
        if not sentence:
            continue
        if found:
            found.append(" ")
        found += (sentence,) if isinstance(sentence, str) else sentence
    return tuple(found)
