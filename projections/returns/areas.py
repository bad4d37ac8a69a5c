"""The places that a return has rows for: England, its regions, and the councils then registered."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from domain.councils import (
    CouncilEvent,
    CouncilProfileRevised,
    CouncilRecoded,
    CouncilRegistered,
    CouncilRenamed,
    CouncilSucceeded,
    Region,
)
from domain.kernel import Record
from projections.returns.shape import Period

REGISTER = (
    CouncilRegistered,
    CouncilRenamed,
    CouncilRecoded,
    CouncilProfileRevised,
    CouncilSucceeded,
)


class Area(NamedTuple):
    """A place with figures of its own."""

    code: str
    """As cells name it: a council's number, a region, or nothing for England."""
    level: str
    name: str
    gss: str
    region: Region | None = None

    @property
    def parent(self) -> str | None:
        """The area that it is part of."""
        if self.level == "National":
            return None
        return self.region.value if self.level == "Local authority" and self.region else ""


ENGLAND = Area("", "National", "England", "E92000001")


def areas_of(
    records: Iterable[Record], period: Period, counted: Collection[str] = ()
) -> list[Area]:
    """England, the nine regions, and every council on the register in the period, in order.

    One that was succeeded before it has rows only where it has figures: ``counted``.
    """
    councils: dict[str, Area] = {}
    for record in records:
        event = record.event
        if not isinstance(event, CouncilEvent):
            continue
        known = councils.get(event.council)
        match event:
            case CouncilRegistered():
                councils[event.council] = Area(
                    event.council, "Local authority", event.name, event.gss_code, event.region
                )
            case CouncilRenamed() if known:
                councils[event.council] = known._replace(name=event.name)
            case CouncilRecoded() if known:
                councils[event.council] = known._replace(gss=event.gss_code)
            case CouncilProfileRevised() if known:
                councils[event.council] = known._replace(region=event.region)
            case CouncilSucceeded() if known and record.effective_on <= period.first:
                if event.council not in counted:
                    del councils[event.council]
    regions = [Area(r.value, "Regional", r.label, r.gss, r) for r in Region]
    return [ENGLAND, *regions, *(councils[code] for code in sorted(councils))]
