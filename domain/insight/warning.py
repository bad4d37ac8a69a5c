"""Early warning: what the latest values say under the thresholds in force."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from domain.councils import Council, IndicatorWarning, RiskConcernRaised
from domain.insight.profile import median, numbers, standing, worsened
from domain.insight.state import IndicatorSet, Thresholds
from domain.insight.vocabulary import Cells, Definition, Threshold, written
from domain.kernel import Actor, Event


class Met(NamedTuple):
    """A threshold that a council's value meets, with the values that were compared."""

    said: str
    compared: dict[str, str]


def met(
    threshold: Threshold,
    definition: Definition,
    cells: Cells,
    council: str,
    neighbours: Sequence[str],
) -> Met | None:
    """Whether a council's latest value meets a threshold; a symbol never does."""
    latest = cells[max(cells)] if cells else {}
    own = latest.get(council)
    if own is None or own.value is None:
        return None
    compared = _compared(threshold, definition, own.value, numbers(latest), council, neighbours)
    if compared is None:
        return None
    if threshold.worsening_years:
        run = worsened(definition, cells, council, threshold.worsening_years)
        if not run:
            return None
        periods = sorted(cells)[-len(run) :]
        compared |= {p: written(v, definition.unit) for p, v in zip(periods, run, strict=True)}
    return Met(threshold.said, compared)


def _compared(
    threshold: Threshold,
    definition: Definition,
    own: Decimal,
    values: Mapping[str, Decimal],
    council: str,
    neighbours: Sequence[str],
) -> dict[str, str] | None:
    """The values that a threshold compares, if they meet it."""
    limit = threshold.value if threshold.value is not None else Decimal(0)
    match threshold.rule:
        case "above":
            return {"threshold": str(limit)} if own > limit else None
        case "below":
            return {"threshold": str(limit)} if own < limit else None
        case "worst decile":
            where = standing(definition, values, council)
            if where is None or not where.in_worst_decile:
                return None
            return {"as bad or worse": f"{where.as_bad_or_worse} of {where.of} councils"}
    near = {code: values[code] for code in neighbours if code in values}
    middle = median(near.values())
    if middle is None or not definition.worse(own, middle):
        return None
    # By more than so many per cent of the median, without a division.
    if abs(own - middle) * 100 <= limit * abs(middle):
        return None
    return {"neighbours' median": f"{written(middle, definition.unit)} ({len(near)} councils)"}


def raise_warnings(
    policy: Thresholds,
    sets: Mapping[str, IndicatorSet],
    values: Mapping[tuple[str, str], Cells],
    councils: Sequence[Council],
    by: Actor,
) -> list[Event]:
    """Raise a concern for each council, indicator and period that meets a threshold, once.

    ``values`` are the cells of each (set, indicator); councils that were succeeded are left out.
    """
    found: list[Event] = []
    for council in councils:
        if not council.exists or council.successors:
            continue
        concern = council.concerns_raised
        for (name, indicator), cells in values.items():
            definition = sets[name].definition(indicator)
            if definition is None or not cells:
                continue
            period = max(cells)
            if f"{name}/{indicator}/{period}" in council.warned:
                continue
            rules = [
                told
                for threshold in policy.thresholds
                if (threshold.indicator_set, threshold.indicator) == (name, indicator)
                and (
                    told := met(
                        threshold,
                        definition,
                        cells,
                        council.council,
                        council.statistical_neighbours,
                    )
                )
            ]
            if not rules:
                continue
            concern += 1
            own = cells[period][council.council]
            found.append(
                RiskConcernRaised(
                    council=council.council,
                    concern=concern,
                    source_of_concern=f"Early warning: {definition.name}",
                    indicators={definition.name: f"{own.published} in {period}"},
                    warning=IndicatorWarning(
                        indicator_set=name,
                        indicator=indicator,
                        name=definition.name,
                        unit=definition.unit,
                        period=period,
                        value=own.published,
                        rules=tuple(told.said for told in rules),
                        compared={k: v for told in rules for k, v in told.compared.items()},
                        thresholds_version=policy.version,
                        load=sets[name].loads,
                    ),
                )
            )
    return found
