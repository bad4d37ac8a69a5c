"""A return's figures in long form as Parquet, in typed columns, for programs."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyarrow.parquet import write_table

from service.returns.statistics import CONFIDENTIAL, Line

_TEXTS = Line._fields[:-1]
_MEANING = {
    "filter": "The filter that the figure is split by; null for a total.",
    "value": "In the unit of its row; null where it is not shown.",
    "symbol": "c where the figure is confidential; else null.",
}


def long_parquet(lines: Sequence[Line], title: str, position: int) -> bytes:
    """The figures that apply: numbers are decimals, and what is hidden is null beside its symbol.

    The same library makes the same bytes of the same figures.
    """
    hidden = [line.value == CONFIDENTIAL for line in lines]
    columns = {name: [getattr(line, name) or None for line in lines] for name in _TEXTS}
    values = [
        None if gone else Decimal(line.value) for line, gone in zip(lines, hidden, strict=True)
    ]
    schema = pa.schema(
        [
            *(_field(name, pa.string()) for name in _TEXTS),
            _field("value", pa.decimal128(18, 2)),
            _field("symbol", pa.string()),
        ],
        metadata={"title": title, "position": str(position)},
    )
    symbols = [CONFIDENTIAL if gone else None for gone in hidden]
    table = pa.Table.from_pydict(columns | {"value": values, "symbol": symbols}, schema=schema)
    made = io.BytesIO()
    write_table(table, made, compression="zstd")
    return made.getvalue()


def _field(name: str, kind: Any) -> Any:
    meaning = _MEANING.get(name)
    return pa.field(name, kind, metadata={"description": meaning} if meaning else None)
