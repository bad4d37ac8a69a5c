"""Making a return: from the records up to a position to its files, the same bytes every time."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import domain
import projections
import service
from domain.kernel import Record
from domain.reporting import Contents, ReturnFile, ReturnKind
from projections.returns import Figures, Period, figures, hidden, topics_of
from service.describing import CSV, CSVW, CSVW_ENDING, JSON, PACKAGE, PARQUET, hash_of
from service.desk import Told, untold
from service.installation import Installation
from service.opendocument import MEDIA_TYPE as ODS
from service.returns.describing import csvw_of, package_of
from service.returns.parquet import long_parquet
from service.returns.statistics import data_file, long_file, long_lines, meta_file, stem, upload
from service.returns.workbook import XLSX, book_of, ods, xlsx

_MEDIA = {
    CSVW_ENDING: CSVW,
    ".csv": CSV,
    ".json": JSON,
    ".ods": ODS,
    ".parquet": PARQUET,
    ".xlsx": XLSX,
    ".zip": "application/zip",
}
"""By how a name ends, the longest first."""
_WRITERS = ("archive", "describing", "making", "parquet", "statistics")
_BATCH = 5_000


class Made(NamedTuple):
    """A return's figures and its files."""

    figures: Figures
    files: dict[str, bytes]
    contents: Contents


def records_of(installation: Installation, kind: ReturnKind, until: int) -> list[Record]:
    """Every record up to a position that the figures of a kind are made from, in order."""
    store, topics = installation.store, topics_of(kind)
    found: list[Record] = []
    after = 0
    while batch := store.recorder.select_notifications(
        after, _BATCH, until, topics, inclusive_of_start=False
    ):
        found += [store.mapper.to_domain_event(notification) for notification in batch]
        after = batch[-1].id
    return found


def make(
    installation: Installation,
    kind: ReturnKind,
    period: str,
    position: int,
    told: Told = untold,
) -> Made:
    """A return of a kind and period as at a position, by today's code."""
    records = records_of(installation, kind, position)
    return made_from(records, kind, Period.named(period), position, told)


def made_from(
    records: Sequence[Record],
    kind: ReturnKind,
    period: Period,
    position: int,
    told: Told = untold,
) -> Made:
    """A return from the records up to its position; each of its files is a part of the work."""
    told(0, 1)
    found = figures(kind, period, records)
    gone = hidden(found)
    name, lines = stem(kind, period), list(long_lines(found, gone))
    data, meta = data_file(found, gone), meta_file(found)
    tables = {f"{name}.csv": data, f"{name}.meta.csv": meta, "figures.csv": long_file(lines)}
    book = book_of(found, gone, position)
    parts: dict[str, Callable[[], bytes]] = {
        PACKAGE: lambda: package_of(found, name, position, tables),
        f"{name}.csv{CSVW_ENDING}": lambda: csvw_of(found, position, tables),
        "figures.parquet": lambda: long_parquet(lines, book.title, position),
        f"{name}.ods": lambda: ods(book),
        f"{name}.xlsx": lambda: xlsx(book),
        f"{name}.zip": lambda: upload(name, book.title, data, meta),
    }
    files = dict(tables)
    for done, (file, part) in enumerate(parts.items(), 1):
        told(done, len(parts) + 1)
        files[file] = part()
    told(len(parts) + 1, len(parts) + 1)
    listed = tuple(
        ReturnFile(
            name=name,
            size=len(content),
            sha256=hash_of(content),
            media_type=next(m for ending, m in _MEDIA.items() if name.endswith(ending)),
        )
        for name, content in sorted(files.items())
    )
    return Made(
        found,
        files,
        Contents(
            at_position=position,
            files=listed,
            sha256=content_hash(listed),
            figures=len(found.places()),
            suppressed=len(gone),
            code_version=code_version(),
        ),
    )


def content_hash(files: Sequence[ReturnFile]) -> str:
    """The hash of a whole return: of the list of its files as ``sha256sum`` writes it.

    Whoever has the folder makes it with ``sha256sum`` of the files in the order of their names,
    piped into ``sha256sum``.
    """
    lines = "".join(f"{f.sha256}  {f.name}\n" for f in sorted(files, key=lambda f: f.name))
    return hashlib.sha256(lines.encode()).hexdigest()


@cache
def code_version() -> str:
    """The code that makes returns: the product's version, and a hash of what they depend on."""
    here, ours = Path(__file__).parent, Path(service.__path__[0])
    folders = [Path(domain.__path__[0]), Path(projections.__path__[0]) / "returns"]
    sources = sorted(file for folder in folders for file in folder.rglob("*.py"))
    sources += (ours / f"{name}.py" for name in ("describing", "opendocument"))
    sources += (here / f"{name}.py" for name in _WRITERS)
    sources += sorted((here / "workbook").glob("*.py"))
    told = hashlib.sha256()
    for file in sources:
        told.update(file.read_bytes())
    for library in ("openpyxl", "pyarrow"):
        told.update(version(library).encode())
    return f"{version('casework')}+{told.hexdigest()[:8]}"
