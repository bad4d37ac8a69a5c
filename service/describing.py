"""What a CSV file is, said beside it: as a Frictionless data package, and as CSV on the Web.

A Frictionless package lists files with their hashes and the types of their columns. CSVW, the
W3C's standard that government's guidance on publishing names, says the same and how tables
refer to one another; whoever finds ``NAME.csv`` looks for it in ``NAME.csv-metadata.json``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

CSV, JSON = "text/csv", "application/json"
CSVW, CSVW_ENDING = "application/csvm+json", "-metadata.json"
PARQUET = "application/vnd.apache.parquet"
PACKAGE = "datapackage.json"
_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
Json = dict[str, Any]

_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "dateTime",
}
"""Types of columns as Frictionless calls them, and as CSVW does."""


class Field(NamedTuple):
    """A column of a CSV file."""

    name: str
    kind: str = "string"
    """A type of Frictionless's."""
    title: str = ""
    description: str = ""
    head: str = ""
    """What stands in the file's first row, where that is not the name."""
    required: bool = False
    """Whether every row has something there."""


def hash_of(content: bytes) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def as_json(value: Any) -> bytes:
    """JSON whose bytes depend on what it says alone."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# --- Frictionless ---------------------------------------------------------------------------


def package(name: str, title: str, description: str, resources: Iterable[Json]) -> bytes:
    """A Frictionless data package."""
    return as_json(
        {
            "profile": "tabular-data-package",
            "name": name,
            "title": title,
            "description": description,
            "resources": list(resources),
        }
    )


def resource(path: str, size: int, sha256: str, fields: Iterable[Field], **more: Any) -> Json:
    """A CSV file in a package; ``more`` is what else its schema says."""
    return {
        "profile": "tabular-data-resource",
        "name": path.removesuffix(".csv").replace(".", "-"),
        "path": path,
        "format": "csv",
        "mediatype": CSV,
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "schema": {"fields": [_field(field) for field in fields], **more},
    }


def _field(field: Field) -> Json:
    told = {"name": field.head or field.name, "type": field.kind}
    told |= {key: said for key in ("title", "description") if (said := getattr(field, key))}
    return told


# --- CSV on the Web -------------------------------------------------------------------------


def csvw(title: str, description: str, publisher: str, tables: Sequence[Json]) -> bytes:
    """What CSVW says of files: each table with its columns."""
    return as_json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": title,
            "dc:description": description,
            "dc:publisher": publisher,
            "dc:license": {"@id": _LICENCE},
            "tables": list(tables),
        }
    )


def table(
    path: str,
    fields: Iterable[Field],
    *,
    null: Sequence[str] = (),
    key: Sequence[str] = (),
    refers: Mapping[str, tuple[str, str]] | None = None,
) -> Json:
    """A CSV file as CSVW describes it.

    ``null`` are the symbols that stand for a number; ``key`` are the columns that tell its rows
    apart; ``refers`` are columns whose values are in a column of another file.
    """
    schema: Json = {"columns": [_column(field, null) for field in fields]}
    if key:
        schema["primaryKey"] = list(key)
    if refers:
        schema["foreignKeys"] = [
            {"columnReference": column, "reference": {"resource": file, "columnReference": other}}
            for column, (file, other) in refers.items()
        ]
    return {"url": path, "dialect": {"header": True, "encoding": "utf-8"}, "tableSchema": schema}


def _column(field: Field, null: Sequence[str]) -> Json:
    head = field.head or field.name
    titles = [head, field.title] if field.title not in ("", head) else head
    told: Json = {"name": field.name, "titles": titles, "datatype": _TYPES[field.kind]}
    if field.description:
        told["dc:description"] = field.description
    if null and field.kind in ("integer", "number"):
        told["null"] = list(null)
    if field.required:
        told["required"] = True
    return told
