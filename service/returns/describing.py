"""What a return's CSV files are, as Frictionless and CSVW say it."""

import csv
import io
from collections.abc import Mapping

from projections.returns import Figures
from service.describing import Field, Json, csvw, hash_of, package, resource, table
from service.returns.statistics import Line

_SYMBOLS = ["z", "x", "c", "low"]
"""What may stand for a figure in statistics files."""


def package_of(found: Figures, name: str, position: int, files: Mapping[str, bytes]) -> bytes:
    """What the files are, as a Frictionless data package says it.

    ``files`` are the data, the metadata and the long form, in this order.
    """

    def told(path: str, fields: list[Field], **more: list[str]) -> Json:
        return resource(path, len(files[path]), hash_of(files[path]), fields, **more)

    data, meta, long_ = files
    resources = [
        told(data, _data_fields(found, files[data]), missingValues=_SYMBOLS),
        told(meta, [Field(name) for name in _header(files[meta])]),
        told(long_, [field._replace(title="") for field in _LONG], missingValues=_SYMBOLS),
    ]
    return package(name, _title(found), _about(position), resources)


def csvw_of(found: Figures, position: int, files: Mapping[str, bytes]) -> bytes:
    """What the files are, and that the metadata describes each indicator of the long form."""
    data, meta, long_ = files
    described = [
        Field(name, "integer" if name == "indicator_dp" else "string", required=name == "col_name")
        for name in _header(files[meta])
    ]
    tables = [
        table(data, _data_fields(found, files[data]), null=_SYMBOLS),
        table(meta, described, key=["col_name"]),
        table(
            long_,
            _LONG,
            null=_SYMBOLS,
            key=["area_code", "filter", "item", "indicator"],
            refers={"indicator": (meta, "col_name")},
        ),
    ]
    return csvw(_title(found), _about(position), "Children's Improvement Board", tables)


_LONG = [
    Field(name, "number" if name == "value" else "string", title)
    for name, title in zip(
        Line._fields,
        (
            "Period",
            "Level of the area",
            "ONS code of the area",
            "Name of the area",
            "Filter that it is split by; none for a total",
            "Item of the filter",
            "Indicator",
            "Unit",
            "Value",
        ),
        strict=True,
    )
]


def _title(found: Figures) -> str:
    return f"{found.shape.title}, {found.period.name}"


def _about(position: int) -> str:
    return (
        f"As at position {position} of the record. c: confidential, a count of"
        " fewer than five people or one that would reveal it; z: not applicable."
    )


def _header(content: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(content.decode(), newline="")))


def _data_fields(found: Figures, content: bytes) -> list[Field]:
    """The columns of the data: figures are numbers, with their labels."""
    labels = {i.name: i.label for i in found.shape.indicators}
    filters = {f.name: f.label for f in found.shape.filters}
    return [
        Field(
            name,
            "number" if name in labels else "string",
            labels.get(name) or filters.get(name) or "",
        )
        for name in _header(content)
    ]
