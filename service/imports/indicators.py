"""Loading published indicators, in the form of DfE's Explore education statistics (EES).

A file has a column for the period, the geography and each filter, and one for each indicator;
a row for each place, period and combination of filters. Symbols stand where there is no value.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.councils import Council
from domain.insight import (
    Cell,
    Cells,
    IndicatorDataLoaded,
    IndicatorSet,
    Thresholds,
    WarningPolicy,
    cell,
    published,
    raise_warnings,
    slug,
)
from domain.kernel import Actor, Event, Frozen, Refused
from service import measures
from service.desk import Desk, Receipt
from service.imports.columns import columns_of, definitions_of
from service.imports.files import (
    Counts,
    Each,
    ImportFile,
    ImportResult,
    RowResult,
    Table,
    Unusable,
    counted,
    read_path,
    write_report,
)
from service.imports.places import Place, cell_text, former, period_of, places, why_apart
from service.measures import Measure

NEEDED = ("time_period", "time_identifier", "geographic_level", "country_code")


class KeptApart(Frozen):
    """An authority that is not on the register, whose figures are kept under its own code."""

    code: str
    name: str
    rows: int
    said: str


class IndicatorCounts(Counts):
    """What an import of indicators did, row by row."""

    indicator_set: str = ""
    values_loaded: int = 0
    kept_apart: list[KeptApart] = []
    concerns_raised: int = 0


def import_indicators(
    source: Path,
    desk: Desk,
    *,
    indicator_set: str | None = None,
    dry_run: bool = False,
    report: Path | None = None,
) -> IndicatorCounts:
    """Load a file as published. Raises Refused ``bad-file`` for one that can't be read whole."""
    result = load_indicators(
        read_path(source), desk, indicator_set=indicator_set, dry_run=dry_run, report=report
    )
    told = result.model_dump(include=set(IndicatorCounts.model_fields))
    return IndicatorCounts.model_validate(told)


def load_indicators(
    table: Table,
    desk: Desk,
    *,
    indicator_set: str | None = None,
    dry_run: bool = False,
    report: Path | None = None,
) -> ImportResult:
    """Load a file's rows and raise what they give cause to, in one transaction."""
    if missing := [column for column in NEEDED if column not in table.headers]:
        raise Refused(
            "bad-file",
            f"{table.name} is not in the form of published statistics: it has no column"
            f" {missing[0]!r}.",
            missing=missing,
        )
    name = indicator_set or set_named(table.name)
    rows: list[RowResult] = []

    def load_indicators_file(command: ImportFile, desk: Desk, file: str, into: str) -> Receipt:
        rows.clear()
        by = desk.acting()
        before = desk.load_many(
            [
                Council(council=stream.removeprefix("COUNCIL-"))
                for stream in desk.store.streams("COUNCIL-")
            ]
        )
        known, policy = desk.load(IndicatorSet(indicator_set=into)), desk.load(WarningPolicy())

        def stood(indicators: Sequence[str] | None) -> Sequence[Mapping[str, Any]]:
            store = desk.store.datastore
            return measures.standing(store, into, known.loads, indicators=indicators)

        found = Loading(table, known, before, stood)
        found.run(desk.each)
        rows.extend(found.rows)
        events = found.events()
        concerns = found.warnings(events, policy.on(desk.on), by)
        if found.fresh and not dry_run:
            desk.alongside.append(measures.keep(into, known.loads + 1, found.fresh))
        told = counted(rows) | {
            "indicator_set": into,
            "values_loaded": len(found.fresh),
            "kept_apart": [each.model_dump() for each in found.kept_apart()],
            "concerns_raised": len(concerns),
        }
        return desk.record(
            command, [] if dry_run else [*events, *concerns], known, policy, *before, told=told
        )

    receipt = desk.carry_out(
        "indicator.load",
        load_indicators_file,
        {"command": ImportFile(), "desk": desk, "file": table.sha256, "into": name},
    )
    if report:
        write_report(report, rows)
    return ImportResult(**receipt.model_dump())


def set_named(file_name: str) -> str:
    """The set that a file belongs to by its name: 'indicators-children-in-need.csv'."""
    found = slug(Path(file_name).stem).removeprefix("indicators-")
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,59}", found):
        raise Refused(
            "bad-set", f"Say which set {file_name} belongs to: a short name like children-in-need."
        )
    return found


# --- Rows -----------------------------------------------------------------------------------


class Loading:
    """One file being decided upon, row by row."""

    def __init__(
        self,
        table: Table,
        known: IndicatorSet,
        councils: Sequence[Council],
        stood: Callable[[Sequence[str] | None], Sequence[Mapping[str, Any]]],
    ) -> None:
        """``stood`` says what stands before this file, of these indicators or of all."""
        self.table, self.known, self.councils, self.stood = table, known, councils, stood
        self.columns = columns_of(table, known)
        self.title = known.title or known.indicator_set.replace("-", " ").capitalize()
        self.source = known.source or f"As published, {table.name}"[:200]
        self.definitions = definitions_of(table, self.columns, known, self.source)
        self.rows: list[RowResult] = []
        self.fresh: list[Measure] = []
        self.periods: set[str] = set()
        self.apart: Counter[tuple[str, str]] = Counter()

    def run(self, each: Each = iter) -> None:
        """Decide every row."""
        where = places(self.councils)
        by_place = {(d.column, *sorted(d.filters.items())): d.id for d in self.definitions}
        stood = {
            (r["indicator"], r["code"], r["period"]): Cell(r["published"], r["value"])
            for r in self.stood(None)
        }
        seen: dict[tuple[Any, ...], int] = {}
        for number, cells in each(self.table.rows):
            try:
                place, period = where(cells), period_of(cells)
                filters = tuple(sorted((f, cell_text(cells.get(f))) for f in self.columns.filters))
                first = seen.setdefault((place.code, period, filters), number)
                if first != number:
                    raise Unusable(
                        "time_period",
                        f"row {first} is of the same place, period and filters: which is right?",
                    )
                found = self._measures(number, cells, place, period, by_place, filters)
            except Unusable as unusable:
                self._say(number, cell_text(cells.get("la_name")), "rejected", unusable)
                continue
            self.periods.add(period)
            self._take(number, place, found, stood)

    def _measures(
        self,
        number: int,
        cells: Mapping[str, Any],
        place: Place,
        period: str,
        by_place: Mapping[tuple[Any, ...], str],
        filters: tuple[tuple[str, str], ...],
    ) -> list[Measure]:
        found = []
        for column in self.columns.indicators:
            try:
                told = cell(cell_text(cells.get(column)))
            except ValueError as error:
                raise Unusable(column, str(error)) from error
            indicator = by_place[(column, *filters)]
            found.append(
                Measure(indicator, place.code, period, place.level, place.name, number, *told)
            )
        return found

    def _take(
        self,
        number: int,
        place: Place,
        found: Sequence[Measure],
        stood: Mapping[tuple[str, str, str], Cell],
    ) -> None:
        before = [stood.get((m.indicator, m.code, m.period)) for m in found]
        fresh = [m for m, old in zip(found, before, strict=True) if not _same(old, m)]
        changed = [
            f"{m.indicator} was {old.published or 'blank'} and is told as {m.published or 'blank'}"
            for m, old in zip(found, before, strict=True)
            if old is not None and not _same(old, m)
        ]
        self.fresh += fresh
        if place.apart:
            self.apart[place.code, place.name] += 1
        result = "corrected" if changed else "loaded" if fresh else "unchanged"
        self._say(number, place.code, result, reason="; ".join([*changed, *place.said]))

    def _say(
        self,
        number: int,
        place: str,
        result: str,
        unusable: Unusable | None = None,
        reason: str = "",
    ) -> None:
        column, why = (unusable.column, unusable.reason) if unusable else ("", reason)
        told = RowResult(row=number, council=place, result=result, column=column, reason=why)
        self.rows.append(told)

    def kept_apart(self) -> list[KeptApart]:
        """The authorities whose figures are kept under their own code, with the reason."""
        gone = former()
        return [
            KeptApart(code=code, name=name, rows=n, said=why_apart(code, gone))
            for (code, name), n in sorted(self.apart.items())
        ]

    # --- What follows ----------------------------------------------------------------------

    def events(self) -> list[Event]:
        """That the set's meaning was published, if it is new, and that the file was loaded."""
        if not self.fresh:
            return []
        meant: list[Event] = []
        if self.definitions != self.known.definitions:
            meant = published(self.known, self.title, self.source, self.definitions)
        results = Counter(row.result for row in self.rows)
        loaded = IndicatorDataLoaded(
            indicator_set=self.known.indicator_set,
            load=self.known.loads + 1,
            file_name=self.table.name[:200],
            file_sha256=self.table.sha256,
            definitions_version=self.known.definitions_version + len(meant),
            periods=tuple(sorted(self.periods)),
            rows_loaded=results["loaded"] + results["corrected"],
            rows_corrected=results["corrected"],
            rows_unchanged=results["unchanged"],
            rows_rejected=results["rejected"],
            values_loaded=len(self.fresh),
            values_sha256=measures.sha256_of(self.fresh),
            kept_apart={each.code: each.name for each in self.kept_apart()},
        )
        return [*meant, loaded]

    def warnings(
        self, events: Sequence[Event], policy: Thresholds | None, by: Actor
    ) -> list[Event]:
        """The concerns that the values give cause for, now that this file is loaded."""
        name = self.known.indicator_set
        if not events or policy is None:
            return []
        wanted = sorted({t.indicator for t in policy.thresholds if t.indicator_set == name})
        if not wanted:
            return []
        fresh = [m._asdict() for m in self.fresh if m.indicator in wanted]
        rows = [*self.stood(wanted), *fresh]
        after = self.known.but(definitions=self.definitions, loads=self.known.loads + 1)
        cells: dict[tuple[str, str], Cells] = {
            (name, indicator): found for indicator, found in measures.cells_of(rows).items()
        }
        return raise_warnings(policy, {name: after}, cells, self.councils, by)


def _same(old: Cell | None, new: Measure) -> bool:
    """Whether a file says what stands: the same symbol, or the same number, 12 as 12.0."""
    if old is None or old.value is None or new.value is None:
        return old is not None and old.published == new.published
    return old.value == new.value
