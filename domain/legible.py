"""What people write in a command: everybody reads it alike, and no file is broken by it.

Asked of commands alone. A fact is read as it was recorded, whatever is asked of people today.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

_BARRED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, marks by which text reads in another order than it is kept in, and what
Unicode keeps free, which no word processor's file can hold."""


def legible(value: Any) -> Any:
    """A command's value as it is. Raises ValueError, in a sentence, for text in it that is not."""
    for text in _texts(value):
        if _BARRED.search(text):
            raise ValueError(
                "Leave out characters that can't be shown, and marks that turn how text is read."
            )
        if text and not any(map(str.isprintable, text)):
            raise ValueError("Write something that can be seen.")
    return value


def _texts(value: Any) -> Iterator[str]:
    """Every text within a value."""
    match value:
        case str():
            yield value
        case BaseModel():
            yield from _texts(dict(value))
        case Mapping():
            yield from _texts(list(value.values()))
        case list() | tuple():
            for each in value:
                yield from _texts(each)
