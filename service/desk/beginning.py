"""What somebody may begin where there is nothing yet: the forms and pages that they may use."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from service.desk.reading import Reader
from service.desk.routes import Routes


class Place(NamedTuple):
    """A page on which something is begun."""

    href: str
    text: str
    needs: str


PLACES: Mapping[str, Place] = {
    "import-councils": Place("/work", "Import the register of councils", "council.manage"),
    "import-indicators": Place("/work", "Import a file of indicators", "indicator.load"),
    "find-case": Place("/cases", "Find a case", "case.read"),
    "find-council": Place("/councils", "Find a council", "council.read"),
    "find-grant": Place("/grants", "Find a grant", "grant.read"),
}
"""By the names that they are asked for; any other name is a command's, whose form it is."""


class Begin(NamedTuple):
    """Something that the reader may begin, and where."""

    href: str
    text: str


def begins(reading: Reader, *names: str, **filled: str) -> list[Begin]:
    """Those of the places and forms that the reader may use; none in the past.

    Raises KeyError for a name that is neither a place nor a command.
    """
    if reading.moment.is_past:
        return []
    query = f"?{urlencode(filled)}" if filled else ""
    commands = {route.name: route for route in Routes.commands}
    found = [
        PLACES.get(name) or Place(f"/do/{name}{query}", commands[name].does, commands[name].needs)
        for name in names
    ]
    return [Begin(place.href, place.text) for place in found if reading.sees(place.needs)]
