"""What happens to indicators and to the thresholds of early warning."""

from datetime import date

from domain.insight.vocabulary import Definition, SetId, Threshold
from domain.kernel import Event, Line, Sha256


class IndicatorEvent(Event, abstract=True, stream="INDICATORS-{indicator_set}"):
    indicator_set: SetId


class IndicatorSetPublished(IndicatorEvent):
    """It was published what the indicators of a set mean, and which way of each is good."""

    says = (
        "Version {definitions_version} of the indicators “{title}” was published, with"
        " {definitions:counted definition}."
    )
    definitions_version: int
    title: Line
    source: Line
    definitions: tuple[Definition, ...]


class IndicatorDataLoaded(IndicatorEvent):
    """A published file of indicators was loaded; its values are kept beside the log."""

    says = (
        "The file {file_name} of indicators was loaded: {rows_loaded:counted new row},"
        " {rows_corrected} corrected, {rows_unchanged} unchanged and {rows_rejected} rejected."
    )
    load: int
    """Its number within the set, which its values are kept under."""
    file_name: Line
    file_sha256: Sha256
    definitions_version: int
    periods: tuple[str, ...]
    rows_loaded: int
    rows_corrected: int
    """Of those loaded: rows that say otherwise than an earlier file."""
    rows_unchanged: int
    rows_rejected: int
    values_loaded: int
    """How many values are new or different, and kept under this load."""
    values_sha256: Sha256
    """Of those values in a stated order, so that a change to them shows."""
    kept_apart: dict[str, str] = {}
    """Authorities that are not on the register, by the code that they are kept under."""


class WarningThresholdsAdopted(Event, stream="POLICY-early-warning"):
    """The Board adopted the thresholds at which an indicator gives cause for concern."""

    says = (
        "The Board adopted version {version} of the thresholds of early warning,"
        " {thresholds:counted threshold} in force from {from_}."
    )
    version: int
    from_: date
    thresholds: tuple[Threshold, ...]
