"""Time and people of the demonstration: a queue of steps, each a command by somebody."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.access import Role, User
from domain.kernel import LONDON, Refused
from service import access
from service.demo.script import (
    FIRST_NAMES,
    LAST_NAMES,
)
from service.demo.users import (
    DEMO_USERS,
)
from service.desk import Desk, Receipt, command_model
from service.installation import Installation

FIRST, LAST = date(2025, 6, 2), date(2026, 6, 30)
DATA = Path(__file__).parent.parent / "data"
GRANTS, SESSIONS, PEERS = 40, 150, 36

Step = Callable[[], None]


class Steps:
    """Plays steps in the order of time, each a command by somebody."""

    def __init__(self, installation: Installation, seed: int) -> None:
        self.installation, self.chance = installation, random.Random(seed)  # noqa: S311 - a story
        self.seed = seed
        self.now = datetime(2025, 6, 2, 8, 0, tzinfo=LONDON).astimezone(UTC)
        self.queue: list[tuple[datetime, int, Step]] = []
        self.count = 0
        self.refused: Counter[str] = Counter()
        self.grants = self.sessions = 0
        self.contacts: set[str] = set()

    def at(self, day: date, step: Step, chance: random.Random | None = None) -> None:
        """Have something done on a working day, at some hour of it, of a chance of one's own."""
        while day.weekday() >= 5:
            day += timedelta(days=1)
        if day > LAST:
            return
        minute = (chance or self.chance).randrange(9 * 60, 17 * 60)
        moment = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(minutes=minute)
        self.count += 1
        heapq.heappush(self.queue, (moment.astimezone(UTC), self.count, step))

    def later(self, least: int, most: int, step: Step) -> None:
        """Have something done some days from now."""
        self.at(self.today + timedelta(days=self.chance.randint(least, most)), step)

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()

    def clock(self) -> datetime:
        """The moment that the installation records at."""
        return self.now

    def desk(self, user: str) -> Desk:
        """Somebody's desk; keys are numbered, so that the same year has the same keys."""
        self.count += 1
        found = self.installation.store.load(User(user=user))
        key = f"demo-{self.count}"
        return Desk(self.installation, found, channel="demo", key=key, correlation=key)

    def do(
        self,
        user: str,
        function: Callable[..., Receipt],
        body: Mapping[str, Any],
        /,
        **subjects: Any,
    ) -> Receipt:
        """Carry out a command as somebody; its refusal is the caller's to expect."""
        model = command_model(function)
        if model is None:
            raise TypeError(f"{function.__name__} takes no command")
        self.now += timedelta(seconds=1)
        return function(**subjects, command=model.model_validate(body), desk=self.desk(user))

    def refused_as_it_should(
        self,
        user: str,
        function: Callable[..., Receipt],
        body: Mapping[str, Any],
        /,
        **subjects: Any,
    ) -> None:
        """Try what a rule forbids, as people do. Raises RuntimeError if it was let through."""
        try:
            self.do(user, function, body, **subjects)
        except Refused as refusal:
            self.refused[refusal.code] += 1
        else:
            raise RuntimeError(f"{function.__name__} should have been refused to {user}")

    def name(self) -> str:
        """An invented name."""
        return f"{self.chance.choice(FIRST_NAMES)} {self.chance.choice(LAST_NAMES)}"

    def contact(self, council: str) -> str:
        """The council's contact, invited when first needed."""
        for person in DEMO_USERS:
            if person.role == Role.COUNCIL_CONTACT and person.council == council:
                return person.user
        return self._user(f"contact-{council}", {"role": "council-contact", "council": council})

    def mentor(self, peer: str) -> str:
        """The peer's own user, invited when first needed."""
        for person in DEMO_USERS:
            if person.role == Role.PEER and person.peer == peer:
                return person.user
        return self._user(peer.lower(), {"role": "peer", "peer": peer})

    def _user(self, user: str, role: Mapping[str, str]) -> str:
        if user not in self.contacts:
            self.contacts.add(user)
            self.do("administrator", access.invite_user, {"user": user, "name": self.name()})
            self.do("administrator", access.grant_user_role, role, user=user)
        return user
