"""What the columns of published statistics are: where, when, which filters, which indicators."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from domain.insight import (
    MOST_DEFINITIONS,
    NUMBER,
    SYMBOLS,
    Definition,
    IndicatorSet,
    Polarity,
    slug,
    told_filters,
)
from domain.kernel import Refused
from service.imports.files import Table
from service.imports.places import PLACING, cell_text

DEFINITIONS = Path(__file__).parent.parent / "data" / "indicator-definitions.csv"


LONGEST_HEADER, LONGEST_FILTER = 100, 120
"""Characters of a column's name, and of a filter's value."""


class Columns(NamedTuple):
    """Which of a file's columns are filters and which are indicators."""

    filters: tuple[str, ...]
    indicators: tuple[str, ...]


def columns_of(table: Table, known: IndicatorSet) -> Columns:
    """Tell filters from indicators: as the set defines them, as the product knows them, else by
    what stands in them: most cells of an indicator are numbers or symbols.

    Raises Refused ``bad-file`` for a file without an indicator.
    """
    for header in table.headers:
        if len(header) > LONGEST_HEADER or not header.isprintable():
            raise Refused(
                "bad-file",
                f"{table.name} has a column whose name can't be one: {header[:40]!r}.",
            )
    defined = {d.column for d in known.definitions} | _glossary().keys()
    filters = {name for d in known.definitions for name in d.filters}
    found: tuple[list[str], list[str]] = ([], [])
    for column in (header for header in table.headers if header and header not in PLACING):
        told = [cell_text(cells.get(column)) for _, cells in table.rows]
        measured = sum(bool(NUMBER.fullmatch(t)) or t.lower() in SYMBOLS for t in told)
        is_indicator = column in defined or (column not in filters and 2 * measured > len(told))
        found[is_indicator].append(column)
    if not found[1]:
        raise Refused("bad-file", f"{table.name} has no column of figures.")
    return Columns(tuple(found[0]), tuple(found[1]))


def _glossary() -> dict[str, dict[str, str]]:
    with DEFINITIONS.open(encoding="utf-8") as file:
        return {row["column"]: row for row in csv.DictReader(file)}


def definitions_of(
    table: Table, columns: Columns, known: IndicatorSet, source: str
) -> tuple[Definition, ...]:
    """A definition for each combination of filters and indicator, what was defined before first.

    What is new is offered in a sensible order: known rates, then other figures; totals first.
    """
    defined = {(d.column, *sorted(d.filters.items())) for d in known.definitions}
    combinations = dict.fromkeys(
        tuple((f, cell_text(cells.get(f))) for f in columns.filters) for _, cells in table.rows
    )
    for values in combinations:
        if too_long := [value for _, value in values if len(value) > LONGEST_FILTER]:
            raise Refused(
                "bad-file",
                f"{table.name} has text in the place of a filter: {too_long[0][:40]!r}…",
            )
    varies = {
        f for n, f in enumerate(columns.filters) if len({c[n][1] for c in combinations}) > 1
    } | {f for d in known.definitions for f in d.filters if f"{slug(f)}-" in d.id}
    taken = {d.id for d in known.definitions}
    made: list[tuple[tuple[bool, int, int], Definition]] = []
    glossary = _glossary()
    order = {column: n for n, column in enumerate(glossary)}
    for combination in combinations:
        for column in columns.indicators:
            filters = dict(combination)
            if (column, *sorted(filters.items())) in defined:
                continue
            if len(made) + len(defined) >= MOST_DEFINITIONS:
                raise Refused(
                    "bad-file",
                    f"{table.name} has more than {MOST_DEFINITIONS} combinations of filter and"
                    " indicator: load the part of it that you need.",
                )
            told = {f: v for f, v in filters.items() if f in varies}
            totals = sum(value.lower() in ("total", "all") for value in told.values())
            definition = _definition(column, filters, told, glossary.get(column), source, taken)
            taken.add(definition.id)
            rank = (not definition.featured, len(told) - totals, order.get(column, len(order)))
            made.append((rank, definition))
    made.sort(key=lambda each: each[0])
    return (*known.definitions, *(definition for _, definition in made))


def _definition(
    column: str,
    filters: Mapping[str, str],
    told: Mapping[str, str],
    known: Mapping[str, str] | None,
    source: str,
    taken: set[str],
) -> Definition:
    parts = [slug(column, "_") or "column", *(f"{slug(f)}-{slug(v)}" for f, v in told.items())]
    found = identity = ".".join(parts)[:140]
    number = 1
    while found in taken:
        number += 1
        found = f"{identity}.{number}"
    name = known["name"] if known else column.replace("_", " ").strip().capitalize() or column
    plain = all(value.lower() in ("total", "all") for value in told.values())
    return Definition(
        id=found,
        column=column,
        filters=dict(filters),
        name=f"{name}: {told_filters(told)}"[:150] if told else name[:150],
        unit=known["unit"] if known else "",
        polarity=Polarity(known["polarity"]) if known else Polarity.NEITHER,
        source=source,
        decimal_places=int(known["decimal_places"]) if known else 1,
        additive=bool(known and known["additive"] == "yes"),
        featured=bool(known and known["featured"] == "yes" and plain),
    )
