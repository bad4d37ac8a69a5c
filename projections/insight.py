"""Indicators and early warning as people see them."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.councils import IndicatorWarning, RiskConcernClosed, RiskConcernRaised
from domain.insight import (
    Definition,
    IndicatorDataLoaded,
    IndicatorEvent,
    IndicatorSetPublished,
    Threshold,
    WarningThresholdsAdopted,
)
from domain.kernel import CouncilCode, Record
from projections.engine import View


class IndicatorSetRow(View, indexes=("indicator_set",), scope="public"):
    """A set of indicators: what they mean, and what has been loaded."""

    indicator_set: str
    title: str
    source: str
    definitions_version: int
    definitions: tuple[Definition, ...]
    loads: int = 0
    periods: tuple[str, ...] = ()
    last_loaded_on: date | None = None
    last_loaded_at: int | None = None
    """The position of the last load."""
    version: int = 0

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        return (record.stream,) if isinstance(record.event, IndicatorEvent) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case IndicatorSetPublished():
                told = dict(event)
                return row.but(**told) if row else cls(**told)
            case IndicatorDataLoaded() if row:
                return row.but(
                    loads=event.load,
                    periods=tuple(sorted({*row.periods, *event.periods})),
                    last_loaded_on=record.effective_on,
                    last_loaded_at=record.position,
                )
        return row


class IndicatorLoadRow(View, indexes=("indicator_set", "load"), scope="public"):
    """One file that was loaded: what it was and what became of its rows."""

    indicator_set: str
    load: int
    file_name: str
    file_sha256: str
    definitions_version: int
    periods: tuple[str, ...]
    rows_loaded: int
    rows_corrected: int
    rows_unchanged: int
    rows_rejected: int
    values_loaded: int
    values_sha256: str
    kept_apart: dict[str, str]
    loaded_on: date
    loaded_by: str
    position: int

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        if isinstance(event, IndicatorDataLoaded):
            return (f"{event.indicator_set}/{event.load}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, IndicatorDataLoaded):
            return row
        return cls(
            **dict(event),
            loaded_on=record.effective_on,
            loaded_by=record.actor,
            position=record.position,
        )


class ThresholdsRow(View, indexes=("from_",), scope="public"):
    """A version of the thresholds of early warning."""

    thresholds_version: int
    from_: date
    thresholds: tuple[Threshold, ...]
    reason: str | None
    adopted_by: str
    position: int

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (str(event.version),) if isinstance(event, WarningThresholdsAdopted) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, WarningThresholdsAdopted):
            return row
        return cls(
            thresholds_version=event.version,
            from_=event.from_,
            thresholds=event.thresholds,
            reason=record.reason,
            adopted_by=record.actor,
            position=record.position,
        )


class WarningRow(
    View, indexes=("council", "status", "raised_on", "indicator_set", "indicator"), scope="council"
):
    """A concern about a council: what gave cause for it, and whether it was resolved."""

    council: CouncilCode
    concern: int
    status: str
    """open or closed"""
    raised_on: date
    raised_by: str
    source_of_concern: str
    indicators: dict[str, str]
    reason: str | None
    indicator_set: str | None = None
    indicator: str | None = None
    period: str | None = None
    warning: IndicatorWarning | None = None
    position: int
    """Of the event that raised it."""
    closed_on: date | None = None
    closed_because: str | None = None

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        if isinstance(event, (RiskConcernRaised, RiskConcernClosed)):
            return (f"{event.council}/{event.concern}",)
        return ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        match event := record.event:
            case RiskConcernRaised():
                told = event.warning
                return cls(
                    council=event.council,
                    concern=event.concern,
                    status="open",
                    raised_on=record.effective_on,
                    raised_by=record.actor,
                    source_of_concern=event.source_of_concern,
                    indicators=event.indicators,
                    reason=record.reason,
                    indicator_set=told.indicator_set if told else None,
                    indicator=told.indicator if told else None,
                    period=told.period if told else None,
                    warning=told,
                    position=record.position,
                )
            case RiskConcernClosed() if row:
                return row.but(
                    status="closed", closed_on=record.effective_on, closed_because=record.reason
                )
        return row
