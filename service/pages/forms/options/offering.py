"""What can be chosen from, told by what a field or a subject names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    of: str = ""
    """What it is a part of: an instalment's grant."""


Finder = Callable[[Reader, Known], list[Option]]

_OFFERED: dict[str, Finder] = {}
_PART_OF: dict[str, str] = {}


def offered(source: str, reader: Reader, known: Known) -> Options:
    """What can be chosen where a field or subject names this; nothing if it is not known.

    After a bar the source names the states of which one is needed: ``grant|approved,offered``.
    """
    return [(each.value, each.text) for each in _found(source, reader, known)]


def _found(source: str, reader: Reader, known: Known) -> list[Option]:
    name, _, needed = source.partition("|")
    find = _OFFERED.get(name)
    states = needed.split(",") if needed else ()
    found = find(reader, known) if find else []
    return [each for each in found if not states or each.state in states]


def having(
    subject: str, sources: Iterable[str], reader: Reader, known: Known
) -> Iterator[set[str]]:
    """Of what a subject may be: those with a part to choose from, for each source of its parts."""
    for source in sources:
        if _PART_OF.get(source.partition("|")[0]) == subject:
            yield {each.of for each in _found(source, reader, known)}


def is_offered(source: str) -> bool:
    """Whether what a source names can be chosen from."""
    return source.partition("|")[0] in _OFFERED


def offers(*sources: str, of: str = "") -> Callable[[Finder], Finder]:
    """Declare what finds the options of these sources.

    What finds the parts ``of`` a subject finds those of all that the person sees, where it is not
    known which one it is.
    """

    def declare(find: Finder) -> Finder:
        _OFFERED.update(dict.fromkeys(sources, find))
        _PART_OF.update(dict.fromkeys(sources, of))
        return find

    return declare


def short(text: str, most: int = 80) -> str:
    """A text that fits into a line of a list."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def council_names(reader: Reader) -> dict[str, str]:
    """The councils' names."""
    return {row.council: row.name for row in reader.all(CouncilRow, order="name")}
