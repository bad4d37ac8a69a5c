"""What the records of an indicator set, and of the thresholds, add up to."""

from datetime import date
from typing import Self

from domain.insight.events import (
    IndicatorDataLoaded,
    IndicatorSetPublished,
    WarningThresholdsAdopted,
)
from domain.insight.vocabulary import Definition, Threshold
from domain.kernel import Aggregate, Frozen, Record


class IndicatorSet(Aggregate, stream="INDICATORS-{indicator_set}"):
    """A set of indicators: what they mean, and how many files were loaded."""

    indicator_set: str
    title: str = ""
    source: str = ""
    definitions: tuple[Definition, ...] = ()
    definitions_version: int = 0
    loads: int = 0

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case IndicatorSetPublished():
                return self.but(
                    title=event.title,
                    source=event.source,
                    definitions=event.definitions,
                    definitions_version=event.definitions_version,
                )
            case IndicatorDataLoaded():
                return self.but(loads=event.load)
        return self

    def definition(self, indicator: str) -> Definition | None:
        """What an indicator means, if the set has it."""
        return next((each for each in self.definitions if each.id == indicator), None)


class Thresholds(Frozen):
    """A version of the thresholds, with the day it runs from."""

    version: int
    from_: date
    thresholds: tuple[Threshold, ...]


class WarningPolicy(Aggregate, stream="POLICY-early-warning"):
    """The thresholds adopted, the latest last."""

    adopted: tuple[Thresholds, ...] = ()

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case WarningThresholdsAdopted():
                adopted = Thresholds(
                    version=event.version, from_=event.from_, thresholds=event.thresholds
                )
                return self.but(adopted=(*self.adopted, adopted))
        return self

    def on(self, day: date) -> Thresholds | None:
        """The version in force on a day."""
        running = [each for each in self.adopted if each.from_ <= day]
        return max(running, key=lambda each: (each.from_, each.version), default=None)
