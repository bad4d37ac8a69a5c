"""Publishing what indicators mean, and adopting thresholds."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from domain.insight.events import IndicatorSetPublished, WarningThresholdsAdopted
from domain.insight.state import IndicatorSet, WarningPolicy
from domain.insight.vocabulary import Definition, Polarity, SetId, Threshold
from domain.kernel import Actor, Command, Event, Line, Refused, Text

MOST_DEFINITIONS = 1_000


class PublishIndicatorSet(Command):
    """What the indicators of a set mean."""

    indicator_set: SetId
    title: Line
    source: Line
    definitions: tuple[Definition, ...] = Field(min_length=1, max_length=MOST_DEFINITIONS)


class AdoptThresholds(Command):
    """Which values give cause for concern, from which day."""

    from_: date = Field(alias="from")
    thresholds: tuple[Threshold, ...] = Field(min_length=1, max_length=200)
    reason: Text


class EvaluateWarnings(Command):
    """Look at the latest values under the thresholds in force."""


def publish(command: PublishIndicatorSet, known: IndicatorSet, by: Actor) -> list[Event]:
    """Publish what a set's indicators mean: the next version of it."""
    return published(known, command.title, command.source, command.definitions)


def published(
    known: IndicatorSet, title: str, source: str, definitions: Sequence[Definition]
) -> list[Event]:
    """The next version of a set's definitions; nothing where they are the same."""
    if again := [each for each, n in Counter(d.id for d in definitions).items() if n > 1]:
        raise Refused("bad-definitions", f"Define {', '.join(again)} once.", twice=again)
    places = Counter((d.column, *sorted(d.filters.items())) for d in definitions)
    if shared := [str(place[0]) for place, n in places.items() if n > 1]:
        raise Refused(
            "bad-definitions",
            f"Two indicators read the column {', '.join(shared)} under the same filters.",
            columns=shared,
        )
    meant = {d.id: (d.column, d.filters) for d in definitions}
    gone = [d.id for d in known.definitions if meant.get(d.id) != (d.column, d.filters)]
    if gone:
        raise Refused(
            "definition-in-use",
            f"{', '.join(gone)} was published before: keep its column and filters, so that what"
            " was loaded keeps its meaning, and define what is new under a new id.",
            indicators=gone,
        )
    if (known.title, known.source, known.definitions) == (title, source, tuple(definitions)):
        raise Refused("no-change", f"{known.stream} says so already.")
    return [
        IndicatorSetPublished(
            indicator_set=known.indicator_set,
            definitions_version=known.definitions_version + 1,
            title=title,
            source=source,
            definitions=tuple(definitions),
        )
    ]


def adopt_thresholds(
    command: AdoptThresholds, policy: WarningPolicy, sets: Sequence[IndicatorSet], by: Actor
) -> list[Event]:
    """Adopt the next version of the thresholds."""
    latest = policy.adopted[-1] if policy.adopted else None
    if latest and command.from_ < latest.from_:
        raise Refused(
            "bad-dates",
            f"Version {latest.version} runs from {latest.from_}: adopt the next from then on.",
            latest_from=latest.from_,
        )
    if latest and (latest.from_, latest.thresholds) == (command.from_, command.thresholds):
        raise Refused("no-change", f"Version {latest.version} says so already.")
    known = {each.indicator_set: each for each in sets}
    told: set[tuple[str, str, str]] = set()
    for threshold in command.thresholds:
        place = (threshold.indicator_set, threshold.indicator, threshold.rule)
        if place in told:
            raise Refused("bad-threshold", f"{threshold.indicator} has this rule twice.")
        told.add(place)
        _usable(threshold, known.get(threshold.indicator_set))
    return [
        WarningThresholdsAdopted(
            version=len(policy.adopted) + 1,
            from_=command.from_,
            thresholds=command.thresholds,
        )
    ]


def _usable(threshold: Threshold, known: IndicatorSet | None) -> None:
    definition = known.definition(threshold.indicator) if known else None
    if definition is None:
        raise Refused(
            "bad-threshold",
            f"There is no indicator {threshold.indicator} in the set {threshold.indicator_set}.",
            indicator=threshold.indicator,
        )
    if (threshold.value is None) != (threshold.rule == "worst decile"):
        raise Refused(
            "bad-threshold",
            f"{threshold.indicator}: leave out the value for the worst decile, and give it for"
            " every other rule.",
            indicator=threshold.indicator,
        )
    if threshold.rule == "worse than neighbours" and threshold.value and threshold.value < 0:
        raise Refused("bad-threshold", "Give per cents worse as a number above nothing.")
    needs_way = threshold.rule in ("worst decile", "worse than neighbours")
    if (needs_way or threshold.worsening_years) and definition.polarity is Polarity.NEITHER:
        raise Refused(
            "bad-threshold",
            f"Neither way is good of {definition.name}: use above or below for it.",
            indicator=threshold.indicator,
        )
