"""Policy programmes, their trials, and published practice."""

from projections.practice import PublishedPractice
from projections.programmes import ParticipationRow, ProgrammeRow, TrialResultRow
from service.exports.columns import day, flag, number, pence, several, text, whole
from service.exports.register import Register

PROGRAMMES = Register(
    "programmes",
    "Policy programmes",
    ProgrammeRow,
    "programme.read",
    (
        text("programme", "Programme"),
        text("theme", "Theme"),
        text("title", "Title"),
        day("starts_on", "Starts on"),
        day("ends_on", "Ends on"),
        text("status", "Status"),
        pence("ceiling_pence", "Ceiling"),
        whole("taking_part", "Councils taking part"),
        whole("trialling", "Councils on trial"),
        pence("due_pence", "Earned by results"),
        pence("paid_pence", "Paid"),
        day("closed_on", "Closed on"),
        text("lessons", "Lessons"),
    ),
)

PARTICIPATION = Register(
    "participation",
    "Participation in programmes",
    ParticipationRow,
    "programme.read",
    (
        text("programme", "Programme"),
        text("council", "Council"),
        text("region", "Region"),
        text("theme", "Theme"),
        flag("on_trial", "On trial"),
        text("state", "State"),
        day("joined_on", "Joined on"),
        day("left_on", "Left on"),
        text("left_because", "Left because"),
        whole("results", "Results"),
        pence("due_pence", "Earned by results"),
        pence("paid_pence", "Paid"),
    ),
)

TRIAL_RESULTS = Register(
    "trial-results",
    "Trial results",
    TrialResultRow,
    "programme.read",
    (
        text("programme", "Programme"),
        whole("outcome", "Result number"),
        text("council", "Council"),
        text("region", "Region"),
        text("measure", "Measure"),
        text("period", "Period"),
        number("baseline", "Baseline"),
        number("target", "Target"),
        number("result", "Result"),
        whole("way_made_percent", "Way made", "%"),
        pence("due_pence", "Earned"),
        text("year", "Financial year"),
        text("state", "State"),
        day("recorded_on", "Recorded on"),
        day("paid_on", "Paid on"),
        text("payment_reference", "Payment reference"),
    ),
)

PRACTICE = Register(
    "practice",
    "Published practice",
    PublishedPractice,
    "practice.read",
    (
        text("practice", "Practice"),
        text("council", "Council"),
        text("title", "Title"),
        text("summary", "Summary"),
        several("themes", "Themes"),
        text("what_was_done", "What was done"),
        text("evidence", "Evidence"),
        text("level", "Level of evidence"),
        day("published_on", "Published on"),
    ),
)
