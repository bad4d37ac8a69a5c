"""Support: cases, decisions, councils and how they were judged and take part."""

from projections.assessments import AssessmentRow
from projections.councils import CouncilRow, InspectionOutcome
from projections.interventions import CasePage, DecisionRow
from projections.regions import EngagementHistory
from service.challenges.looking import assessments_seen
from service.exports.columns import data, day, flag, pence, several, text, whole
from service.exports.register import Register

CASES = Register(
    "cases",
    "Intervention cases",
    CasePage,
    "case.read",
    (
        text("case", "Case"),
        text("council", "Council"),
        text("region", "Region"),
        text("stage", "Stage"),
        flag("is_open", "Open"),
        text("tier", "Tier of support"),
        text("trigger", "Trigger"),
        whole("policy_version", "Policy version"),
        text("outcome_met", "Inspection that met the policy"),
        day("opened_on", "Opened on"),
        text("opened_by", "Opened by"),
        text("lead", "Lead"),
        text("needs.professional", "Professional needs"),
        text("needs.political", "Political needs"),
        text("memorandum", "Memorandum"),
        text("confidence", "Confidence"),
        whole("decisions_waiting", "Decisions waiting"),
        day("next_milestone_on", "Next milestone on"),
        several("grants", "Grants"),
        several("matches", "Matches"),
        day("closed_on", "Closed on"),
        text("closing", "Outcome on closing"),
        text("lessons", "Lessons"),
        flag("sustained", "Improvement was sustained"),
        several("predecessors", "Councils before reorganisation"),
    ),
    about="A line for each intervention case and where it stands.",
)

DECISIONS = Register(
    "decisions",
    "Decision register",
    DecisionRow,
    "case.read",
    (
        text("case", "Case"),
        whole("decision", "Decision"),
        text("council", "Council"),
        text("title", "Title"),
        several("options", "Options"),
        text("evidence", "Evidence"),
        text("recommendation", "Recommendation"),
        pence("cost_pence", "Cost"),
        whole("supersedes", "Supersedes decision"),
        whole("superseded_by", "Superseded by decision"),
        text("proposed_by", "Proposed by"),
        day("proposed_on", "Proposed on"),
        text("outcome", "Outcome"),
        text("taken_by", "Taken by"),
        day("taken_on", "Taken on"),
        pence("authority.limit_pence", "Decider's delegated limit"),
        text("authority.board_minute", "Board minute"),
        text("rationale", "Rationale"),
    ),
)

COUNCILS = Register(
    "councils",
    "Councils",
    CouncilRow,
    "council.read",
    (
        text("council", "Council"),
        text("name", "Name"),
        text("gss_code", "GSS code"),
        text("region", "Region"),
        text("authority_type", "Type of authority"),
        text("engagement", "Engagement"),
        text("tier", "Tier of support"),
        text("overall", "Overall effectiveness"),
        text("leaders", "Impact of leaders"),
        text("help_and_protection", "Help and protection"),
        text("in_care", "Children in care"),
        text("care_leavers", "Care leavers"),
        day("judged_on", "Judgement published on"),
        flag("due", "Intervention due"),
        text("open_case", "Open case"),
        several("cases", "Cases"),
        several("notices", "Improvement notices"),
        several("directions", "Statutory directions"),
        text("rung", "Heaviest instrument in force"),
        several("successors", "Successors"),
        day("succeeded_on", "Succeeded on"),
    ),
    order="council",
    about="A line for each council: how it was judged, what is due and how it is supported.",
)

OUTCOMES = Register(
    "outcomes",
    "Inspection outcomes",
    InspectionOutcome,
    "council.read",
    (
        text("council", "Council"),
        text("outcome", "Inspection"),
        text("framework", "Framework"),
        day("began_on", "Began on"),
        day("ended_on", "Ended on"),
        day("published_on", "Published on"),
        text("overall", "Overall effectiveness"),
        text("leaders", "Impact of leaders"),
        text("help_and_protection", "Help and protection"),
        text("in_care", "Children in care"),
        text("care_leavers", "Care leavers"),
        text("source.name", "Source"),
        text("source.kind", "Kind of source"),
    ),
)

ENGAGEMENT = Register(
    "engagement",
    "Engagement",
    EngagementHistory,
    "council.read",
    (
        text("council", "Council"),
        text("name", "Name"),
        text("region", "Region"),
        text("engagement", "Engagement"),
        day("since", "Since"),
        day("succeeded_on", "Succeeded on"),
        data("steps", "Steps"),
    ),
)

SELF_ASSESSMENTS = Register(
    "self-assessments",
    "Self-assessments",
    AssessmentRow,
    "assessment.read",
    (
        text("assessment", "Self-assessment"),
        text("council", "Council"),
        text("region", "Region"),
        text("year", "Financial year"),
        day("submitted_on", "Submitted on"),
        whole("edition", "Edition"),
        day("revised_on", "Revised on"),
        several("shared_with", "Shared with"),
        day("shared_on", "First shared on"),
        data("themes", "Themes"),
    ),
    seen=assessments_seen,
)
