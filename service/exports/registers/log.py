"""The log itself, as CloudEvents 1.0."""

from typing import Any

from projections.audit import JournalRow
from service.audit import cloud_event
from service.exports.columns import data, day, moment, text, whole
from service.exports.register import Register


def _cloud_event(row: dict[str, Any]) -> dict[str, Any]:
    return cloud_event(JournalRow.model_construct(**row))


EVENTS = Register(
    "events",
    "Events",
    JournalRow,
    "audit.read",
    (
        whole("position", "Position"),
        moment("recorded_at", "Recorded at"),
        day("effective_on", "Effective on"),
        text("stream", "Stream"),
        whole("stream_version", "Version in its stream"),
        text("event", "Event"),
        text("actor", "Actor"),
        text("role", "Role"),
        text("channel", "Came in by"),
        text("correlation", "Correlation"),
        text("causation", "Causation"),
        text("reason", "Reason"),
        text("region", "Region"),
        text("council", "Council"),
        text("case", "Case"),
        text("grant", "Grant"),
        text("match", "Match"),
        text("peer", "Peer"),
        text("challenge", "Challenge"),
        text("programme", "Programme"),
        text("contract", "Contract"),
        text("practice", "Practice"),
        text("assessment", "Self-assessment"),
        text("person", "Person"),
        text("user", "User"),
        text("year", "Financial year"),
        data("payload", "Particulars"),
    ),
    order="position",
    listed="/audit",
    as_json=_cloud_event,
    about="Every event of the log with its envelope, in order; JSON Lines are CloudEvents 1.0.",
)
