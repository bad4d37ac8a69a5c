"""One running installation: its settings, the log, the views and the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request

import domain  # noqa: F401 - completes the event catalogue
import projections  # noqa: F401 - completes the views
from domain.kernel import LONDON
from projections.engine import ReadModel
from projections.follower import Follower, Proving
from projections.proof import ProofLog
from service.embedded import embedded_database
from service.proof.keeping import Keeping
from service.settings import Settings
from service.store import CHANNEL, Store


class Installation:
    """What every request, command and worker of this process shares."""

    def __init__(
        self, settings: Settings, url: str, clock: Callable[[], datetime] | None = None
    ) -> None:
        from service.reporting.schema import Reporting  # which is made of what reads installations

        self.settings, self.url = settings, url
        self.store = Store(url)
        self.model = ReadModel(self.store.datastore, Reporting())
        self.proof, self.keeping = ProofLog(self.store.datastore), Keeping(settings)
        with self.store.alone(5_710_005):
            self.model.create_table()
            self.proof.create()
        self.clock = clock
        """Set only where time is played: the demonstration's year."""
        self.accounts: Any = None
        self.unread: dict[str, Any] = {}
        """How much is unread in each person's inbox, as it was last counted by this process."""
        proving = Proving(self.proof, self.store.stored, self.keeping.checkpoint)
        self.follower = Follower(self.model, self.store.records, url, CHANNEL, proving=proving)

    @property
    def stamp(self) -> datetime | None:
        """The moment to record at; None for the database's own clock."""
        return self.clock() if self.clock else None

    def today(self) -> date:
        """Today in London."""
        return (self.stamp or datetime.now(UTC)).astimezone(LONDON).date()

    def server_version(self) -> str:
        """PostgreSQL's own version."""
        with self.store.datastore.get_connection() as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row["server_version"]) if row else ""

    def close(self) -> None:
        """Give the connections back."""
        self.store.close()


def the_installation(request: Request) -> Installation:
    """The installation that the application serves."""
    found: Installation = request.app.state.installation
    return found


TheInstallation = Annotated[Installation, Depends(the_installation)]


def database_url(settings: Settings) -> str:
    """Where the database is: by CASEWORK_DATABASE_URL, or embedded and started if need be."""
    return settings.database_url or embedded_database(settings.data_dir)


@contextmanager
def open_installation(settings: Settings) -> Iterator[Installation]:
    """The installation that the settings name; the embedded database runs while it is open."""
    installation = Installation(settings, database_url(settings))
    try:
        yield installation
    finally:
        installation.close()
