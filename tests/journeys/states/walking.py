"""A walk: all the pages that one user may see, now or as at a moment."""

from collections import Counter, deque
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.journeys.states.looking import Looker
from tests.journeys.states.places import (
    FEW,
    FORMS,
    LED_TO,
    ONCE,
    Kind,
    addresses,
    kind_of,
    may_see,
    parameters,
    reader_of,
)

REFUSED_THEN = ("/do/{name}", "/drafts")
"""Pages to do things from, which the past has none of."""
WRONG = "no-such-thing"


class Walk:
    """What has been walked, and what is still to be."""

    def __init__(self, looker: Looker, as_at: str = "") -> None:
        self.looker, self.as_at = looker, as_at
        self.walked: Counter[Kind] = Counter()
        self._led: Counter[str] = Counter()
        self._most: int | None = None
        self._known: set[str] = set()
        self._ahead: deque[str] = deque()

    @property
    def missed(self) -> set[str]:
        """The routes of the user's pages that nothing led to."""
        reached = {kind.route for kind in self.walked}
        return may_see(self.looker.user) - reached - FORMS - ONCE

    def go(self, most: int | None = None, *, lead_on: bool = True) -> None:
        """Look at every address of the user's, and at one of each other kind that is led to.

        Or at no more than ``most`` of what a route names, and a few of what else is led to there.
        """
        self._most = most
        reader = reader_of(self.looker.service.installation, self.looker.user, self.as_at)
        for address in addresses(reader, may_see(self.looker.user), most):
            if kind := self._kind(address):
                self._add(address, kind)
        while self._ahead:
            address = self._ahead.popleft()
            answer = self.looker.get(address, expect=(422,) if WRONG in address else (200,))
            for link in answer.links if answer and lead_on else []:
                self._led_to(link)

    def _kind(self, address: str) -> Kind | None:
        """The kind of an address; nothing for what has no page, or none in the past."""
        kind = kind_of(address)
        return None if kind and self.as_at and kind.route in REFUSED_THEN else kind

    def _led_to(self, link: str) -> None:
        kind = self._kind(link)
        if kind is None or not (kind.asked or parameters(kind.route)):
            return
        if kind.route in FORMS and not kind.asked:
            return
        if kind.route in LED_TO and (self._most is not None or not kind.asked):
            enough = self._led[kind.route] >= FEW
        else:
            enough = self.walked[kind] > 0 or (self._most is not None and kind.route not in FORMS)
        if not enough:
            self._led[kind.route] += 1
            self._add(link, kind)

    def _add(self, address: str, kind: Kind) -> None:
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        if self.as_at:
            query["as_at"] = self.as_at
        if kind.route in ("/work", "/work/{work}"):
            query["refresh"] = "no"
        there = parts.path + (f"?{urlencode(query)}" if query else "")
        if there not in self._known:
            self._known.add(there)
            self.walked[kind] += 1
            self._ahead.append(there)
