"""Parquet by pyarrow: typed columns, a row group for every fifty thousand rows."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from service.exports.about import About
from service.exports.columns import Column, Kind
from service.exports.formats.text import as_data
from service.exports.register import Batch, Register

_GROUP = 50_000
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.PENCE: pa.int64(),
    Kind.DECIMAL: pa.decimal128(38, 6),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    Kind.FLAG: pa.bool_(),
    Kind.LIST: pa.list_(pa.string()),
    Kind.DATA: pa.string(),
}


def _field(register: Register, column: Column) -> Any:
    told = {"heading": column.heading, "description": register.meaning(column)}
    if column.machine_unit:
        told["unit"] = column.machine_unit
    return pa.field(column.key, _TYPES[column.kind], metadata=told)


def schema_of(about: About) -> Any:
    """The columns with their types, headings and units, and what the file is."""
    return pa.schema(
        [_field(about.register, column) for column in about.register.columns],
        metadata={
            "title": about.register.title,
            "description": about.register.told,
            "as_at": about.as_at,
            "position": str(about.position),
            "scope": about.scope,
            "publisher": about.publisher,
        },
    )


def _array(column: Column, values: tuple[Any, ...], kind: Any) -> Any:
    if column.kind is Kind.DATA:
        return pa.array([None if v is None else as_data(v) for v in values], kind)
    if column.kind is Kind.LIST:
        return pa.array([None if v is None else [str(e) for e in v] for v in values], kind)
    return pa.array(values, kind)


def write_parquet(file: BinaryIO, about: About, batches: Iterator[Batch]) -> None:
    """The rows as one Parquet file."""
    columns, schema = about.register.columns, schema_of(about)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        held: list[Any] = []
        rows = 0
        for batch in batches:
            cells = list(zip(*batch, strict=True))
            arrays = [
                _array(column, values, schema.field(n).type)
                for n, (column, values) in enumerate(zip(columns, cells, strict=True))
            ]
            held.append(pa.record_batch(arrays, schema=schema))
            rows += len(batch)
            if rows >= _GROUP:
                writer.write_table(pa.Table.from_batches(held, schema))
                held, rows = [], 0
        if held:
            writer.write_table(pa.Table.from_batches(held, schema))
