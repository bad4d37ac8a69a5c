"""A return's statistics files: the pair that the department loads, and the figures in long form.

The same figures always make the same bytes: order, line ends and numbers are fixed here.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.reporting import ReturnKind
from projections.returns import Area, Cell, Figures, Period, Unit
from projections.returns.shape import TOTAL
from service.imports.files import guarded
from service.imports.places import PLACING
from service.returns.archive import archive
from service.returns.checking.words import REQUIRED_META

NOT_APPLICABLE, CONFIDENTIAL = "z", "c"
_UNITS = {Unit.PENCE: "pounds", Unit.HALF_DAYS: "days", Unit.COUNT: "count", Unit.PEOPLE: "people"}


class Line(NamedTuple):
    """A figure in long form, as published."""

    period: str
    area_level: str
    area_code: str
    area_name: str
    filter: str
    item: str
    indicator: str
    unit: str
    value: str


def stem(kind: ReturnKind, period: Period) -> str:
    """What the pair's files are called, without their endings."""
    return f"cib-{kind}-{period.name.lower()}"


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def data_file(found: Figures, gone: set[Cell]) -> bytes:
    """The data: a row for each area's total and for each item of each filter."""
    filters = [f.name for f in found.shape.filters]
    header = (*PLACING, *filters, *(i.name for i in found.shape.indicators))
    regions = {area.code: area for area in found.areas if area.level == "Regional"}

    def rows() -> Iterable[Sequence[str]]:
        yield header
        for area, split, item in found.rows():
            items = [item if name == split else TOTAL for name in filters]
            yield (
                *_when(found.period),
                *_where(area, regions),
                *items,
                *_values(found, gone, area, split, item),
            )

    return _written(rows())


def _when(period: Period) -> tuple[str, str]:
    year = f"{period.year[:4]}{period.year[5:]}"
    return year, f"Financial year Q{period.quarter}" if period.quarter else "Financial year"


def _where(area: Area, regions: dict[str, Area]) -> tuple[str, ...]:
    region = regions.get(area.region.value) if area.region else None
    authority = area.level == "Local authority"
    return (
        area.level,
        "E92000001",
        "England",
        region.gss if region else "",
        region.name if region else "",
        area.code if authority else "",
        area.gss if authority else "",
        area.name if authority else "",
    )


def _values(found: Figures, gone: set[Cell], area: Area, split: str, item: str) -> Iterable[str]:
    for indicator in found.shape.indicators:
        cell = Cell(area.code, split, item, indicator.name)
        if split and split not in indicator.filters:
            yield NOT_APPLICABLE
        else:
            yield CONFIDENTIAL if cell in gone else indicator.written(found.of(cell))


def meta_file(found: Figures) -> bytes:
    """The metadata: a row for each filter and each indicator."""
    rows = [(*REQUIRED_META, "filter_default")]
    rows += [
        (f.name, "Filter", f.label, "", "", "", f.hint, "", TOTAL) for f in found.shape.filters
    ]
    for i in found.shape.indicators:
        unit = "£" if i.unit == Unit.PENCE else ""
        rows.append((i.name, "Indicator", i.label, i.group, unit, str(i.unit.decimals), "", "", ""))
    return _written(rows)


def long_lines(found: Figures, gone: set[Cell]) -> Iterator[Line]:
    """The figures one by one, as analysts pivot them: those that apply, as published."""
    areas = {area.code: area for area in found.areas}
    indicators = {indicator.name: indicator for indicator in found.shape.indicators}
    for cell in found.places():
        area, indicator = areas[cell.area], indicators[cell.indicator]
        yield Line(
            found.period.name,
            area.level,
            area.gss,
            area.name,
            cell.filter,
            cell.item,
            cell.indicator,
            _UNITS[indicator.unit],
            CONFIDENTIAL if cell in gone else indicator.written(found.of(cell)),
        )


def long_file(lines: Iterable[Line]) -> bytes:
    """The figures in long form."""
    guarded_lines = (line._replace(area_name=str(guarded(line.area_name))) for line in lines)
    return _written([Line._fields, *guarded_lines])


def upload(name: str, title: str, data: bytes, meta: bytes) -> bytes:
    """The archive that the department's service loads in one go: a pair, and what it is called."""
    names = _written([("file_name", "dataset_name"), (name, title)])
    pair = {f"{name}.csv": data, f"{name}.meta.csv": meta}
    return archive({**pair, "dataset_names.csv": names})
