"""What can be chosen from, told by what a field or a subject names."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from projections.councils import CouncilRow
from service.desk import Reader

Options = list[tuple[str, str]]
Known = Mapping[str, str]
"""What the command's path names so far, by subject."""


class Option(NamedTuple):
    """Something that can be chosen."""

    value: str
    text: str
    state: str = ""


Finder = Callable[[Reader, Known], list[Option]]

_OFFERED: dict[str, Finder] = {}


def offered(source: str, reader: Reader, known: Known) -> Options:
    """What can be chosen where a field or subject names this; nothing if it is not known.

    After a bar the source names the states of which one is needed: ``grant|approved,offered``.
    """
    name, _, needed = source.partition("|")
    find = _OFFERED.get(name)
    states = needed.split(",") if needed else ()
    found = find(reader, known) if find else []
    return [(each.value, each.text) for each in found if not states or each.state in states]


def is_offered(source: str) -> bool:
    """Whether what a source names can be chosen from."""
    return source.partition("|")[0] in _OFFERED


def offers(*sources: str) -> Callable[[Finder], Finder]:
    """Declare what finds the options of these sources."""

    def declare(find: Finder) -> Finder:
        _OFFERED.update(dict.fromkeys(sources, find))
        return find

    return declare


def short(text: str, most: int = 80) -> str:
    """A text that fits into a line of a list."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def council_names(reader: Reader) -> dict[str, str]:
    """The councils' names."""
    return {row.council: row.name for row in reader.all(CouncilRow, order="name")}
