"""A million rows as CSV and Parquet, beside PostgreSQL's own COPY in the same run.

``python -m bench.exports [ROWS]`` prints a table; docs/performance.md keeps one with the machine
it was made on. Each export runs in a process of its own, whose peak memory is the figure.
"""

import multiprocessing
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from bench.run import database
from domain.access import Holding, Role, User
from projections.audit import JournalRow
from projections.funding import LedgerLine
from service.desk import Reader
from service.embedded import embedded_database, leave_embedded
from service.exports import BY_NAME, Format, make, put
from service.identity import Person
from service.installation import Installation
from service.settings import Settings

FORMATS = (Format.CSV, Format.PARQUET, Format.JSONL, Format.ODS, Format.XLSX)
Measured = tuple[float, int, float]
"""Seconds, bytes, and the process's peak memory in MiB."""

_LEDGER = """
    INSERT INTO {t} (key, from_position, position, line, effective_on, event, account,
        account_name, year, heading, region, council, "case", "grant", amount_pence)
    SELECT to_char(n, 'FM000000000000') || '-' || 1 + n %% 2, 1, n, 1 + n %% 2,
        date '2025-04-01' + (n %% 365)::int, 'SpendRecorded', 'council-paid',
        'council-paid/2025-26/' || 200 + n %% 700, '2025-26', 'intervention-support', 'london',
        (200 + n %% 700)::text, 'CASE-' || to_char(n %% 9999, 'FM0000'),
        'GRANT-' || to_char(n %% 9999, 'FM0000'), n * 101
    FROM generate_series(1, %s) n"""
_JOURNAL = """
    INSERT INTO {t} (key, from_position, position, recorded_at, effective_on, stream,
        stream_version, event, actor, role, channel, correlation, payload)
    VALUES ('1', 1, 1, '2026-03-31T12:00:00Z', '2026-03-31', 'BENCH', 1, 'Bench', 'bench',
        'bench', 'bench', 'bench', '{{}}')"""


def fill(installation: Installation, rows: int) -> None:
    """Synthetic lines of the ledger, straight into the view's table."""
    model = installation.model
    with psycopg.connect(installation.url, autocommit=True) as connection:
        for sql, view, values in ((_LEDGER, LedgerLine, (rows,)), (_JOURNAL, JournalRow, None)):
            table = Identifier("views", model.name_of(view))
            connection.execute(SQL(sql).format(t=table), values)
            connection.execute(SQL("ANALYZE {}").format(table))
            connection.execute(
                "INSERT INTO casework_tracking VALUES (%s, 1) ON CONFLICT (application_name)"
                " DO UPDATE SET notification_id = 1",
                (model.name_of(view),),
            )


def bare(url: str, path: Path, table: str) -> None:
    """The same columns by COPY … TO STDOUT into a file."""
    columns = SQL(", ").join(column.sql for column in BY_NAME["ledger"].columns)
    copy = SQL("COPY (SELECT {c} FROM {t} WHERE lifetime @> 1::bigint ORDER BY key) TO STDOUT")
    with_format = copy.format(c=columns, t=Identifier("views", table)) + SQL(" (FORMAT csv)")
    with (
        psycopg.connect(url) as connection,
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(with_format) as parts,
    ):
        for part in parts:
            file.write(part)


def ours(url: str, path: Path, form: Format) -> None:
    """The export, as the command line makes it."""
    installation = Installation(Settings(env="test", data_dir=path.parent / "data"), url)
    keeper = User(user="bench", active=True, holdings=(Holding(number=0, role=Role.AUDITOR),))
    reader = Reader(installation, Person(user=keeper, channel="cli"))
    reader.needs = "ledger.read"
    put(path, lambda file: make(reader, BY_NAME["ledger"], form, file))
    installation.close()


def measured(work: Callable[[], None], path: Path) -> Measured:
    """Done once in a process of its own."""
    ends, begins = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_measure, args=(work, begins))
    child.start()
    begins.close()
    seconds, peak = ends.recv()
    child.join()
    return seconds, path.stat().st_size, peak


def _measure(work: Callable[[], None], told: Connection) -> None:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.send((seconds, peak))


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="casework-bench-"))
    found: dict[str, Measured] = {}
    try:
        server = embedded_database(folder / "server")
        with database(server, "bench_exports") as url:
            installation = Installation(Settings(env="test", data_dir=folder / "data"), url)
            fill(installation, rows)
            table = installation.model.name_of(LedgerLine)
            installation.close()
            copied = folder / "bare.csv"
            found["COPY … TO STDOUT, CSV"] = measured(partial(bare, url, copied, table), copied)
            for form in FORMATS:
                path = folder / f"ours.{form}"
                found[f"export ledger --format {form}"] = measured(
                    partial(ours, url, path, form), path
                )
    finally:
        leave_embedded(folder / "server")
        shutil.rmtree(folder, ignore_errors=True)
    columns = len(BY_NAME["ledger"].columns)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{rows:,} rows of {columns} columns\n")
    print("| what | seconds | rows/s | file, MiB | peak memory, MiB |\n|---|---:|---:|---:|---:|")
    for name, (seconds, size, peak) in found.items():
        mib = size / 2**20
        print(f"| {name} | {seconds:,.1f} | {rows / seconds:,.0f} | {mib:,.0f} | {peak:,.0f} |")


if __name__ == "__main__":
    main()
