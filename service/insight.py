"""Indicators, council profiles and early warning over HTTP."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

from domain.councils import Council
from domain.insight import (
    AdoptThresholds,
    Cells,
    Comparison,
    EvaluateWarnings,
    IndicatorSet,
    PublishIndicatorSet,
    SetId,
    Subject,
    WarningPolicy,
    adopt_thresholds,
    compare,
    publish,
    raise_warnings,
)
from domain.kernel import CouncilCode, Refused
from projections.councils import CouncilRow
from projections.insight import IndicatorLoadRow, IndicatorSetRow, ThresholdsRow, WarningRow
from service import measures
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("indicators")


@command(router, "/indicators/sets", needs="indicator.load", cli="insight publish")
def publish_indicator_set(command: PublishIndicatorSet, desk: AtDesk) -> Receipt:
    """Publish what a set's indicators mean, and which way of each is good."""
    known = desk.load(IndicatorSet(indicator_set=command.indicator_set))
    return desk.record(command, publish(command, known, desk.acting()), known)


def sets_of(desk: Desk) -> list[IndicatorSet]:
    """Every set of indicators."""
    streams = desk.store.streams("INDICATORS-")
    return desk.load_many(
        [IndicatorSet(indicator_set=s.removeprefix("INDICATORS-")) for s in streams]
    )


@command(router, "/indicators/thresholds", needs="policy.adopt", cli="insight thresholds")
def adopt_warning_thresholds(command: AdoptThresholds, desk: AtDesk) -> Receipt:
    """Adopt the thresholds at which an indicator gives cause for concern."""
    policy, sets = desk.load(WarningPolicy()), sets_of(desk)
    events = adopt_thresholds(command, policy, sets, desk.acting())
    dated = [(event, command.from_) for event in events]
    return desk.record(command, dated, policy, *sets)


@command(router, "/indicators/warnings", needs="indicator.load", cli="insight warnings")
def evaluate_warnings(command: EvaluateWarnings, desk: AtDesk) -> Receipt:
    """Raise a concern wherever the latest values meet the thresholds in force."""
    by, policy, sets = desk.acting(), desk.load(WarningPolicy()), sets_of(desk)
    running = policy.on(command.on)
    if running is None:
        raise Refused(
            "no-thresholds", "No thresholds are in force: adopt them before you look for warnings."
        )
    wanted: dict[str, set[str]] = {}
    for threshold in running.thresholds:
        wanted.setdefault(threshold.indicator_set, set()).add(threshold.indicator)
    values: dict[tuple[str, str], Cells] = {}
    for each in sets:
        if indicators := sorted(wanted.get(each.indicator_set, ())):
            rows = measures.standing(
                desk.store.datastore, each.indicator_set, each.loads, indicators=indicators
            )
            for indicator, cells in measures.cells_of(rows).items():
                values[each.indicator_set, indicator] = cells
    councils = desk.load_many(
        [Council(council=s.removeprefix("COUNCIL-")) for s in desk.store.streams("COUNCIL-")]
    )
    known = {each.indicator_set: each for each in sets}
    events = raise_warnings(running, known, values, councils, by)
    told = {"concerns_raised": len(events), "thresholds_version": running.version}
    return desk.record(command, events, policy, *sets, *councils, told=told)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/indicators", needs="indicator.read")
def list_indicator_sets(reading: Reading) -> Page[IndicatorSetRow]:
    """The sets of indicators with what they mean."""
    return reading.page(IndicatorSetRow)


@query(router, "/indicators/loads", needs="indicator.read")
def list_indicator_loads(
    reading: Reading, indicator_set: SetId | None = None
) -> Page[IndicatorLoadRow]:
    """The files that were loaded, and what became of their rows."""
    return reading.page(IndicatorLoadRow, where={"indicator_set": indicator_set})


@query(router, "/indicators/thresholds", needs="indicator.read")
def list_thresholds(reading: Reading) -> Page[ThresholdsRow]:
    """The versions of the thresholds of early warning."""
    return reading.page(ThresholdsRow)


@query(router, "/indicators/warnings", needs="warning.read")
def list_warnings(
    reading: Reading,
    status: Annotated[str | None, Query(pattern="^(open|closed)$")] = None,
    council: CouncilCode | None = None,
    indicator_set: SetId | None = None,
    indicator: Annotated[str | None, Query(max_length=150)] = None,
) -> Page[WarningRow]:
    """Concerns about councils with the values that gave cause for them."""
    return reading.page(
        WarningRow,
        where={
            "status": status,
            "council": council,
            "indicator_set": indicator_set,
            "indicator": indicator,
        },
    )


class Profile(BaseModel):
    """A council's indicators beside its neighbours, its region and England, as at one moment."""

    council: CouncilCode
    name: str
    region: str
    neighbours: dict[str, str]
    indicator_set: str
    title: str
    loads: int
    """How many files of the set had been loaded."""
    position: int
    comparisons: list[Comparison]


def set_of(reading: Reader, indicator_set: str | None) -> IndicatorSetRow | None:
    """A set by its name, or the first that has data; None if there is none to show."""
    if indicator_set:
        return reading.item(IndicatorSetRow, f"INDICATORS-{indicator_set}")
    rows = reading.all(IndicatorSetRow, order="indicator_set")
    return next((row for row in rows if row.loads), rows[0] if rows else None)


def profile_of(reading: Reader, council: str, chosen: IndicatorSetRow, every: bool) -> Profile:
    """A council's profile: the indicators offered first, or every one, as at the moment."""
    rows = {row.council: row for row in reading.all(CouncilRow)}
    row = rows.get(council) or reading.item(CouncilRow, f"COUNCIL-{council}")
    featured = [d for d in chosen.definitions if d.featured] or list(chosen.definitions)
    definitions = list(chosen.definitions) if every else featured
    neighbours = row.state.statistical_neighbours
    subject = Subject(
        council=council,
        region=row.region.gss,
        neighbours=neighbours,
        region_councils=tuple(each.council for each in rows.values() if each.region == row.region),
    )
    cells = _cells(reading, chosen, [d.id for d in definitions], council)
    return Profile(
        council=council,
        name=row.name,
        region=row.region.label,
        neighbours={code: rows[code].name if code in rows else code for code in neighbours},
        indicator_set=chosen.indicator_set,
        title=chosen.title,
        loads=chosen.loads,
        position=reading.moment.position,
        comparisons=[compare(d, cells.get(d.id, {}), subject) for d in definitions],
    )


def _cells(
    reading: Reader, chosen: IndicatorSetRow, indicators: Sequence[str], council: str
) -> dict[str, Cells]:
    """The council's own cells of every period, and everybody's of each indicator's latest."""
    store = reading.installation.store.datastore
    name, load = chosen.indicator_set, chosen.loads
    periods = measures.periods_of(store, name, load, indicators)
    latest = sorted({published[-1] for published in periods.values()})
    rows = measures.standing(
        store, name, load, indicators=indicators, periods=latest, codes=[council]
    )
    found = measures.cells_of(rows)
    return {
        indicator: {period: found[indicator].get(period, {}) for period in published}
        for indicator, published in periods.items()
    }


@query(router, "/indicators/profiles/{council}", needs="indicator.read")
def show_profile(
    council: CouncilCode,
    reading: Reading,
    indicator_set: SetId | None = None,
    every: Annotated[
        bool, Query(description="Every indicator, not only those offered first")
    ] = False,
) -> Profile:
    """A council beside its statistical neighbours, its region and England."""
    chosen = set_of(reading, indicator_set)
    if chosen is None:
        raise Refused("not-found", "No indicators have been published yet: load a file of them.")
    return profile_of(reading, council, chosen, every)


def published_now(reading: Reader, rows: Sequence[WarningRow]) -> dict[str, str]:
    """What stands of the values that concerns were raised on, by the concern's key."""
    chosen: dict[str, tuple[set[str], set[str]]] = {}
    for row in rows:
        if row.warning:
            told = chosen.setdefault(row.warning.indicator_set, (set(), set()))
            told[0].add(row.warning.indicator)
            told[1].add(row.warning.period)
    stands: dict[tuple[str, str], str] = {}
    for name, (indicators, periods) in chosen.items():
        loads = reading.item(IndicatorSetRow, f"INDICATORS-{name}").loads
        for value in measures.standing(
            reading.installation.store.datastore,
            name,
            loads,
            indicators=sorted(indicators),
            periods=sorted(periods),
        ):
            key = f"{name}/{value['indicator']}/{value['period']}"
            stands[key, value["code"]] = value["published"]
    return {
        f"{row.council}/{row.concern}": stands.get((row.warning.key, row.council), "")
        for row in rows
        if row.warning
    }


class ValueRow(BaseModel):
    """A published value as it stood, and the load and row of the file that it came from."""

    indicator: str
    code: str
    name: str
    level: str
    period: str
    published: str
    value: Decimal | None
    load: int
    source_row: int


@query(router, "/indicators/{indicator_set}", needs="indicator.read")
def show_indicator_set(indicator_set: SetId, reading: Reading) -> IndicatorSetRow:
    """A set of indicators, with what each means."""
    return reading.item(IndicatorSetRow, f"INDICATORS-{indicator_set}")


@query(router, "/indicators/{indicator_set}/values", needs="indicator.read")
def list_values(
    indicator_set: SetId,
    reading: Reading,
    indicator: Annotated[str, Query(max_length=150)],
    period: Annotated[str | None, Query(max_length=20)] = None,
    code: Annotated[
        str | None, Query(max_length=40, description="Of a council, region or England")
    ] = None,
) -> Page[ValueRow]:
    """One indicator's values as they stood at the moment, with where each came from."""
    chosen = reading.item(IndicatorSetRow, f"INDICATORS-{indicator_set}")
    rows = measures.standing(
        reading.installation.store.datastore,
        indicator_set,
        chosen.loads,
        indicators=[indicator],
    )
    return reading.page_of(
        ValueRow.model_validate(row)
        for row in rows
        if period in (None, row["period"]) and code in (None, row["code"])
    )


@query(router, "/indicators/{indicator_set}/loads/{load}", needs="indicator.read")
def show_indicator_load(indicator_set: SetId, load: int, reading: Reading) -> dict[str, Any]:
    """A load, and whether its values are whole and unchanged since."""
    row = reading.item(IndicatorLoadRow, f"{indicator_set}/{load}")
    kept = measures.kept_sha256(reading.installation.store.datastore, indicator_set, load)
    return row.model_dump(mode="json") | {"intact": kept == row.values_sha256}
