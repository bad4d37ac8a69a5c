"""The trail as it is recorded: whoever follows sleeps until the log tells that it has grown."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

import psycopg

from projections.audit import JournalRow
from service.installation import Installation
from service.store import CHANNEL

_IDLE_SECONDS = 2.0
"""How often a follower that nothing wakes looks whether it is still wanted."""
_SHORTEST, _LONGEST = 0.01, 1.0
"""How soon the journal is looked at again while it is behind the log, at first and at last."""


class Look(NamedTuple):
    """What came after a position."""

    parts: Iterator[list[JournalRow]]
    position: int
    """How far this look has seen, whether or not an event there fits."""


Looking = Callable[[int], Look | None]
"""Looks at what came after a position; None once the reader may or would read no more."""


async def follow(
    installation: Installation, look: Looking, after: int, seconds: float | None = None
) -> AsyncIterator[list[JournalRow]]:
    """What comes after a position, a part at a time, as it is recorded by whichever process.

    Ends after so many seconds, if any are given. It listens on a connection of its own from
    before the first look, so that nothing is missed, and holds no thread while it waits.
    """
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    pause = _SHORTEST
    async with await psycopg.AsyncConnection.connect(installation.url, autocommit=True) as ear:
        await ear.execute(f'LISTEN "{CHANNEL}"')
        while found := await asyncio.to_thread(look, after):
            while part := await asyncio.to_thread(next, found.parts, None):
                yield part
            after = found.position
            left = until - time.monotonic()
            if left <= 0:
                return
            if after < await asyncio.to_thread(installation.store.head):
                await asyncio.sleep(min(pause, left))
                pause = min(pause * 2, _LONGEST)
                continue
            pause = _SHORTEST
            async for _ in ear.notifies(timeout=min(_IDLE_SECONDS, left), stop_after=1):
                pass
