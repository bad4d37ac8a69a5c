"""Making a return: from the records up to a position to its files, the same bytes every time."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import domain
import projections
from domain.kernel import Record
from domain.reporting import Contents, ReturnFile, ReturnKind
from projections.returns import Figures, Period, figures, hidden, topics_of
from service.installation import Installation
from service.returns.statistics import LONG_COLUMNS, data_file, long_file, meta_file, stem
from service.returns.workbook import XLSX, workbook

CSV, JSON = "text/csv", "application/json"
_MEDIA = {"csv": CSV, "json": JSON, "xlsx": XLSX}
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


def make(installation: Installation, kind: ReturnKind, period: str, position: int) -> Made:
    """A return of a kind and period as at a position, by today's code."""
    return made_from(records_of(installation, kind, position), kind, Period.named(period), position)


def made_from(records: Sequence[Record], kind: ReturnKind, period: Period, position: int) -> Made:
    """A return from the records up to its position."""
    found = figures(kind, period, records)
    gone = hidden(found)
    name = stem(kind, period)
    files = {
        f"{name}.csv": data_file(found, gone),
        f"{name}.meta.csv": meta_file(found),
        "figures.csv": long_file(found, gone),
    }
    described = _package(found, kind, position, files)
    files |= {"datapackage.json": described, f"{name}.xlsx": workbook(found, gone, position)}
    listed = tuple(
        ReturnFile(
            name=name,
            size=len(content),
            sha256=hash_of(content),
            media_type=_MEDIA[name.rpartition(".")[2]],
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
    folders = [Path(domain.__path__[0]), Path(projections.__path__[0]) / "returns"]
    sources = sorted(file for folder in folders for file in folder.rglob("*.py"))
    here = Path(__file__).parent
    told = hashlib.sha256()
    for file in (*sources, *(here / f"{name}.py" for name in ("making", "statistics", "workbook"))):
        told.update(file.read_bytes())
    told.update(version("openpyxl").encode())
    return f"{version('casework')}+{told.hexdigest()[:8]}"


def hash_of(content: bytes) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def as_json(value: Any) -> bytes:
    """JSON whose bytes depend on what it says alone."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# --- The package's description --------------------------------------------------------------

_STATISTICS = {"missingValues": ["z", "x", "c", "low"]}


def _package(found: Figures, kind: ReturnKind, position: int, files: Mapping[str, bytes]) -> bytes:
    """What the files are, as a Frictionless data package says it."""
    data, meta, long_ = files
    schemas: dict[str, dict[str, Any]] = {
        data: {"fields": _columns(found, files[data]), **_STATISTICS},
        meta: {"fields": [_field(name) for name in _header(files[meta])]},
        long_: {
            "fields": [_field(n, "number" if n == "value" else "string") for n in LONG_COLUMNS],
            **_STATISTICS,
        },
    }
    return as_json(
        {
            "profile": "tabular-data-package",
            "name": stem(kind, found.period),
            "title": f"{found.shape.title}, {found.period.name}",
            "description": f"As at position {position} of the record. c: confidential, a count of"
            " fewer than five people or one that would reveal it; z: not applicable.",
            "resources": [
                {
                    "profile": "tabular-data-resource",
                    "name": name.removesuffix(".csv").replace(".", "-"),
                    "path": name,
                    "format": "csv",
                    "mediatype": CSV,
                    "encoding": "utf-8",
                    "bytes": len(content),
                    "hash": f"sha256:{hash_of(content)}",
                    "schema": schemas[name],
                }
                for name, content in files.items()
            ],
        }
    )


def _header(content: bytes) -> list[str]:
    return content.split(b"\n", 1)[0].decode().split(",")


def _field(name: str, kind: str = "string", title: str = "") -> dict[str, str]:
    return {"name": name, "type": kind, **({"title": title} if title else {})}


def _columns(found: Figures, content: bytes) -> list[dict[str, str]]:
    """The columns of the data: figures are numbers, with their labels."""
    labels = {i.name: i.label for i in found.shape.indicators}
    filters = {f.name: f.label for f in found.shape.filters}
    return [
        _field(
            name,
            "number" if name in labels else "string",
            labels.get(name) or filters.get(name) or "",
        )
        for name in _header(content)
    ]
