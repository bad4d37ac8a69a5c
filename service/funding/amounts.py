"""Amounts of money in words, as letters give them beside the figures."""

_SMALL = (
    *("nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GREAT = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def in_words(pence: int) -> str:
    """An amount in words: ``12345678`` pence as one hundred and twenty-three thousand, four
    hundred and fifty-six pounds and seventy-eight pence.

    Raises ValueError for an amount below nothing or of a thousand billion pounds or more.
    """
    if not 0 <= pence < 1_000_000_000_000_00:
        raise ValueError(f"no letter gives {pence} pence in words")
    pounds, odd = divmod(pence, 100)
    said = f"{number_in_words(pounds)} {'pound' if pounds == 1 else 'pounds'}"
    return f"{said} and {number_in_words(odd)} {'penny' if odd == 1 else 'pence'}" if odd else said


def number_in_words(number: int) -> str:
    """A whole number from nought to just below a thousand billion, in words."""
    if number < 1000:
        return _below_thousand(number)
    parts = []
    for size, name in _GREAT:
        many, number = divmod(number, size)
        if many:
            parts.append(f"{_below_thousand(many)} {name}")
    if not number:
        return ", ".join(parts)
    joined = " and " if number < 100 else ", "
    return f"{', '.join(parts)}{joined}{_below_thousand(number)}"


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        said = f"{_SMALL[hundreds]} hundred"
        return f"{said} and {_below_thousand(rest)}" if rest else said
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_SMALL[ones]}" if ones else _TENS[tens - 2]
