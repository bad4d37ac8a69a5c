"""What an export says of itself: of what it is, as at which moment, and in whose scope."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from psycopg.sql import SQL

from domain.councils import Region
from projections.audit import JournalRow
from service.desk import Reader
from service.exports.register import Register, in_scope

NO_EVENTS = datetime(2000, 1, 1, tzinfo=UTC)
"""The moment of a record in which nothing has happened."""


class About(NamedTuple):
    """What every format tells beside the rows.

    Nothing of it comes from the clock: the same register as at the same position, in the same
    scope, is the same file whenever it is made.
    """

    register: Register
    position: int
    on: date
    """The day that the moment falls on."""
    recorded_at: datetime
    """When the last event up to the moment was recorded."""
    scope: str
    publisher: str
    address: str
    total: int
    """How many lines there are."""

    @property
    def as_at(self) -> str:
        """The moment, for people."""
        day = f"{self.on.day} {self.on:%B %Y}"
        return f"As at {day}, position {self.position} of the log"

    def file_name(self, ending: str) -> str:
        """A name for a download that says what it is, and as at when."""
        return f"casework-{self.register.name}-{self.on.isoformat()}-{self.position}.{ending}"


def about(register: Register, reading: Reader) -> About:
    """What an export of a register says of itself."""
    settings, moment = reading.installation.settings, reading.moment
    total = register.total(reading)
    return About(
        register=register,
        position=moment.position,
        on=moment.on,
        recorded_at=recorded_at(reading),
        scope=scope_of(reading, register),
        publisher=settings.publisher_name,
        address=settings.base_url.rstrip("/"),
        total=total,
    )


def recorded_at(reading: Reader) -> datetime:
    """When the last event up to a reader's moment was recorded: ``NO_EVENTS`` before the first."""
    position = reading.moment.position
    found = reading.model.aggregate(
        JournalRow, position, SQL("max(recorded_at) AS last"), [SQL("position <= %s")], [position]
    )
    last: datetime | None = found[0]["last"]
    return last.astimezone(UTC) if last else NO_EVENTS


def scope_of(reading: Reader, register: Register) -> str:
    """Whose rows an export holds, in words."""
    reach = reading.reach
    if reach.everything or register.view.scope == "public":
        return "Everything on record"
    parts = [f"the region {Region(region).label}" for region in reach.regions]
    parts += [f"council {council}" for council in reach.councils]
    parts += [f"what concerns {peer}" for peer in reach.peers]
    if register.seen is not in_scope:
        parts.append("what is open to them besides")
    return "Only " + ", ".join(parts) if parts else "Nothing"
