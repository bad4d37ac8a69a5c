"""Forms about councils, their judgements and who oversees them."""

from service.pages.forms.wording.saying import PERSON, Ask, Asks, Form, dated, reference

_GRADES: Asks = {
    "grades.overall": Ask("Overall effectiveness", "Not given to inspections after April 2026"),
    "grades.leaders": Ask("Impact of leaders"),
    "grades.help_and_protection": Ask("Children who need help and protection"),
    "grades.in_care": Ask("Children in care"),
    "grades.care_leavers": Ask("Care leavers", "Judged by itself since 2023"),
}
_BY_HAND: Asks = {"source.name": None, "source.kind": None}

FORMS = {
    "register_council": Form(
        "Put it on the register",
        "A council that is new is added; of one that is there, only what differs is recorded.",
        {
            "council": Ask("DfE number of the council", "3 figures, like 330", width=3),
            "name": Ask("Name of the council"),
            "gss_code": Ask("GSS code", "9 characters, like E08000025", width=10),
            "region": Ask("Region"),
            "authority_type": Ask("Type of authority", "Like metropolitan district or county"),
            "population_0_25": Ask("People aged 0 to 25", "By the latest estimate", width=10),
            "statistical_neighbours": Ask("Statistical neighbours"),
            **_BY_HAND,
            **dated("Date that this holds from"),
        },
    ),
    "succeed_council": Form(
        "Record the succession",
        "The history stays with the council that was succeeded. An open case is carried over"
        " by a decision of its own.",
        {
            "successors": Ask("Councils that took its place", one="council"),
            **dated("Date of the reorganisation"),
        },
    ),
    "record_inspection": Form(
        "Record the outcome",
        "It holds from its publication. Where the policy in force calls for intervention, the"
        " council is shown as due for it until somebody decides.",
        {
            "framework": Ask("Inspection framework"),
            "began_on": Ask("First day of the inspection"),
            "ended_on": Ask("Last day of the inspection"),
            "published_on": Ask("Date that the report was published"),
            **_GRADES,
            **_BY_HAND,
            "published": None,
            "effective_on": None,
        },
        {
            "The inspection": ("framework", "began_on", "ended_on", "published_on"),
            "Grades": ("grades",),
        },
    ),
    "adopt": Form(
        "Adopt the policy",
        "Every council is judged again by the new policy at once: those that it calls for are"
        " shown as due for intervention.",
        {
            "from": Ask("First day of the policy"),
            "criteria.overall": Ask("Overall grades that call for intervention"),
            "criteria.any_sub_grade_without_overall": Ask(
                "Grades of one judgement that do, where no overall grade is given"
            ),
            "criteria.any_sub_grade": Ask("Grades of one judgement that do in any case"),
        },
    ),
    "decide_not_to_pursue": Form(
        "Record the decision",
        "The council is no longer shown as due for intervention on these judgements. New ones"
        " ask anew.",
        {
            "council": Ask("Council", source="due council"),
            "rationale": Ask("Why no case is opened"),
            **dated("Date of the decision"),
        },
    ),
    "record_engagement": Form(
        "Record it",
        "It is shown on the engagement map, and counts in what the Board tells the department.",
        {
            "engagement": Ask("How far the council takes part"),
            "evidence": Ask("Evidence", "What shows it: a meeting, a letter, work begun together"),
        },
    ),
    "issue_improvement_notice": Form(
        "Record the notice",
        "The notice is in force from its date until it is recorded as lifted.",
        {
            "notice": reference("Reference of the notice", "As the department gave it"),
            **dated("Date of the notice"),
        },
    ),
    "lift_improvement_notice": Form(
        "Record that it was lifted",
        "The notice is no longer in force from that day.",
        {
            "notice": Ask("Notice that was lifted", source="notice"),
            **dated("Date that it was lifted"),
        },
    ),
    "issue_statutory_direction": Form(
        "Record the direction",
        "The direction is in force from its date until it is revoked or replaced.",
        {
            "direction": reference("Reference of the direction", "As the department gave it"),
            "person": Ask("Commissioner, if Casework knows them", "Only if one was appointed"),
            "name": Ask(
                "Commissioner's name, if they are new",
                "Kept apart from the record, so that it can be erased",
            ),
            **dated("Date of the direction"),
        },
    ),
    "revoke_statutory_direction": Form(
        "Record the revocation",
        "The direction is no longer in force from that day.",
        {
            "person": None,
            "name": None,
            "direction": Ask("Direction that was revoked", source="direction"),
            **dated("Date that it was revoked"),
        },
    ),
    "replace_statutory_direction": Form(
        "Record the replacement",
        "The old direction ends and what replaces it begins on the same day.",
        {
            "direction": Ask("Direction that ends", source="direction"),
            "by_kind": Ask("What replaces it"),
            "by": reference("Reference of what replaces it", "As the department gave it"),
            **dated("Date of the replacement"),
        },
    ),
    "record_inspectors_visit": Form(
        "Record the visit",
        "It is shown on the council's page and in its history.",
        {
            "kind": Ask("Type of visit"),
            "visited_on": Ask("First day of the visit"),
            "theme": Ask("What it looked at", "Like the front door, or children in need"),
            "findings": Ask("What the inspectors found"),
            **dated("Date of the inspectors' letter"),
        },
    ),
    "appoint_person": Form(
        "Record the appointment",
        "It is shown on the council's page until it is recorded as ended.",
        {
            "post": Ask("Post"),
            **PERSON,
            **dated("First day in the post"),
        },
    ),
    "end_council_appointment": Form(
        "Record that it ended",
        "It is no longer shown as in place; that it was stays on record.",
        {
            "post": Ask("Who stood down"),
            "person": Ask(
                "Which adviser or commissioner", "Not needed for a board", source="appointed"
            ),
            **dated("Last day in the post"),
        },
    ),
    "appoint_partner_or_trust": Form(
        "Record the appointment",
        "It is shown as in place until it is recorded that the services came back.",
        {
            "kind": Ask("Who took on the services"),
            "body": Ask("Name of the partner or trust"),
            "direction": reference("Reference of the direction that appointed it"),
            **dated("First day of its work"),
        },
    ),
    "end_partner_or_trust": Form(
        "Record that it ended",
        "The services are shown as the council's own again.",
        {
            "kind": Ask("Who gave the services back"),
            "body": Ask("Which partner or trust", source="body"),
            **dated("Date that the services came back"),
        },
    ),
    "name_council_leader": Form(
        "Record who leads",
        "Whoever held the office is shown as having left it.",
        {"office": Ask("Office"), **PERSON, **dated("First day in office")},
    ),
    "raise_risk_concern": Form(
        "Record the concern",
        "It is shown on the council's page and on its region's until it is closed.",
        {
            "source_of_concern": Ask("Where the concern comes from", "Like a peer, or the data"),
            "indicators": Ask("Indicators that show it"),
            "indicators.key": Ask("Indicator"),
            "indicators.value": Ask("What it says"),
            "reason": Ask("What causes concern"),
        },
    ),
    "close_risk_concern": Form(
        "Close the concern",
        "It is no longer shown as open.",
        {"reason": Ask("How it was resolved")},
    ),
}
