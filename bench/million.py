"""A log of a million events: its proof is grown, verified clean, and one altered byte is named.

``make drill`` prints what each took; docs/performance.md keeps the figures with the machine.
"""

import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from projections.follower import Follower, Proving
from service.embedded import embedded_database, leave_embedded
from service.installation import Installation
from service.proof.verify import verify
from service.settings import Settings
from service.store import CHANNEL

EVENTS = int(os.environ.get("CASEWORK_DRILL_EVENTS", "1000000"))


def write(url: str) -> None:
    """So many events, as bytes of the size that events have."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        sql = (
            "COPY casework_events (originator_id, originator_version, topic, state) FROM STDIN"
            " WITH (FORMAT binary)"
        )
        with cursor.copy(sql) as copy:
            copy.set_types(["text", "int8", "text", "bytea"])
            for n in range(EVENTS):
                state = {
                    "recorded_at": "2026-11-25T09:00:00.000000Z",
                    "effective_on": "2026-11-25",
                    "actor": "drill",
                    "role": "administrator",
                    "channel": "cli",
                    "correlation": f"drill-{n}",
                    "causation": None,
                    "reason": "One of very many",
                    "schema": 1,
                    "event": {"user": f"u{n}"},
                }
                copy.write_row((f"USER-u{n}", 1, "UserInvited", json.dumps(state).encode()))


def timed(what: str, started: float, count: int) -> None:
    """One line of the table."""
    took = time.perf_counter() - started
    print(f"| {what} | {took:.1f} s | {count / took:,.0f} events/s |", flush=True)


def main() -> int:
    """Run the drill; 0 if the honest log verified clean and the altered byte was named."""
    with tempfile.TemporaryDirectory() as folder:
        url = embedded_database(Path(folder))
        installation = Installation(Settings(env="test", data_dir=Path(folder)), url)
        try:
            return drill(installation, url)
        finally:
            installation.close()
            leave_embedded(Path(folder))


def drill(installation: Installation, url: str) -> int:
    """Write, grow, verify, alter, verify."""
    keeping = installation.keeping
    proving = Proving(installation.proof, installation.store.stored, keeping.checkpoint)
    follower = Follower(
        installation.model,
        installation.store.records,
        url,
        CHANNEL,
        views=(),
        batch=20_000,
        proving=proving,
    )
    print(f"| {EVENTS:,} events | took | rate |\n|---|---:|---:|")
    started = time.perf_counter()
    write(url)
    timed("written by COPY", started, EVENTS)
    started = time.perf_counter()
    follower.catch_up()
    timed("proof grown, a checkpoint signed", started, EVENTS)
    started, after = time.perf_counter(), 0
    while events := installation.store.stored(after, 50_000):
        for event in events:
            hashlib.sha256(event.state).digest()
        after = events[-1].position
    timed("read and hashed by a bare SHA-256 loop", started, EVENTS)
    started = time.perf_counter()
    clean = verify(installation, keeping.notes(), keeping.verifiers(), views=False)
    timed("verified", started, EVENTS)
    middle = EVENTS // 2
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE casework_events SET state = set_byte(state, 140, 88)"
            " WHERE notification_id = %s",
            (middle,),
        )
    altered = verify(installation, keeping.notes(), keeping.verifiers(), views=False)
    named = altered.findings[0].position if altered.findings else None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nHonest log: {'clean' if clean.ok else clean.findings}, size {clean.size:,}.")
    print(f"One byte of the event at {middle:,} altered: named at {named}.")
    print(f"Peak memory of this process: {peak} MiB.")
    return 0 if clean.ok and named == middle else 1


if __name__ == "__main__":
    sys.exit(main())
