"""Users as administrators and auditors see them."""

from collections.abc import Iterable
from typing import Self

from domain.access import Holding, User, UserEvent
from domain.kernel import Record, UserId
from projections.engine import View


class UserRow(View, indexes=("active",), scope="programme"):
    """A person with the roles that they hold."""

    user: UserId
    active: bool
    holdings: tuple[Holding, ...]
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, UserEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        if not isinstance(record.event, UserEvent):
            return row
        known = row or cls(user=record.event.user, active=False, holdings=())
        state = User(user=known.user, active=known.active, holdings=known.holdings).apply(record)
        return known.but(active=state.active, holdings=state.holdings)
