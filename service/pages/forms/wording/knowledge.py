"""Forms about regions, self-assessments, good practice and indicators."""

from service.pages.forms.wording.saying import PERSON, Ask, Asks, Form, dated, reference

_THEMES: Asks = {
    "themes": Ask("Themes", "Like the front door, or leadership"),
    "themes.theme": Ask("Theme"),
    "themes.grade": Ask("How the council judges itself"),
    "themes.strengths": Ask("Strengths"),
    "themes.areas": Ask("Areas to improve"),
}
_EXAMPLE: Asks = {
    "title": Ask("Title"),
    "summary": Ask("Summary", "What others read first"),
    "themes": Ask("Themes", "Up to 10, like early help, or recruitment"),
    "what_was_done": Ask("What was done"),
    "evidence": Ask("What shows that it works"),
    "policy_themes": Ask("Policy priorities that it serves"),
}

FORMS = {
    "nominate_regional_lead": Form(
        "Nominate them",
        "Whoever held the office for the region stands down. The list is printed in the report"
        " to the Executive.",
        {
            "office": Ask("Office that they hold"),
            "council": Ask("Council where they hold it"),
            **PERSON,
            **dated("Date of the nomination"),
        },
    ),
    "stand_regional_lead_down": Form(
        "Record it",
        "The office is shown as vacant until somebody is nominated.",
        {
            "office": Ask("Office that they held"),
            "reason": Ask("Why they stood down"),
            **dated("Last day as a lead"),
        },
    ),
    "set_regional_priority": Form(
        "Make it a priority",
        "It is shown on the region's page until it is closed.",
        {"title": Ask("The priority, in a line"), "why": Ask("Why it matters here")},
    ),
    "close_regional_priority": Form(
        "Close the priority",
        "It is no longer shown among the region's priorities.",
        {"outcome": Ask("What came of it")},
    ),
    "agree_regional_plan": Form(
        "Agree the plan",
        "It is shown on the region's page for that year.",
        {
            "year": Ask("Financial year"),
            "plan": reference("Reference of the plan"),
            "summary": Ask("Summary"),
            **dated("Date of the agreement"),
        },
    ),
    "offer_regional_support": Form(
        "Offer support",
        "The council is asked to accept it.",
        {
            "council": Ask("Council"),
            "concern": Ask("What causes concern"),
            "support": Ask("What is offered"),
            **dated("Date of the offer"),
        },
    ),
    "answer_early_support": Form(
        "Record the answer",
        "If it is accepted, the council is supported early from now.",
        {
            "offer": Ask("Offer", states=("offered",)),
            "accepted": Ask("Does the council accept it?"),
            **dated("Date of the answer"),
        },
    ),
    "deliver_regional_support": Form(
        "Record the delivery",
        "The offer is done.",
        {
            "offer": Ask("Offer", states=("accepted",)),
            "outcome": Ask("What came of it"),
            **dated("Date of the delivery"),
        },
    ),
    "submit_self_assessment": Form(
        "Submit it",
        "The region's lead sees it. Other councils see it once it is shared.",
        {
            "council": Ask("Council"),
            "year": Ask("Financial year"),
            **_THEMES,
            **dated("Date of the self-assessment"),
        },
    ),
    "share_self_assessment": Form(
        "Share it",
        "They can read it from now.",
        {
            "council": Ask("Council", source="council assessed"),
            "year": Ask("Financial year", source="year assessed"),
            "councils": Ask("Councils that may read it"),
            "region": Ask("Or every council of a region"),
        },
    ),
    "challenge_self_assessment": Form(
        "Record the challenge",
        "It is shown beside the self-assessment, which the council may revise.",
        {
            "council": Ask("Council", source="council assessed"),
            "year": Ask("Financial year", source="year assessed"),
            "challenge": Ask("Peer challenge that it came from"),
            "from_council": Ask("Or council that it came from"),
            "points": Ask("What was put to the council", one="point"),
            **dated("Date of the challenge"),
        },
    ),
    "revise_self_assessment": Form(
        "Revise it",
        "What it said before stays on record beside what it says now.",
        {
            "council": Ask("Council", source="council assessed"),
            "year": Ask("Financial year", source="year assessed"),
            **_THEMES,
            "what_changed": Ask("What changed"),
            "reason": Ask("Why it changed"),
        },
    ),
    "submit_practice": Form(
        "Submit the example",
        "Somebody else validates it, or returns it with what it still needs.",
        {"council": Ask("Council whose practice it is"), **_EXAMPLE},
        {
            "The example": ("council", "title", "summary", "what_was_done", "evidence"),
            "Where it is found": ("themes", "policy_themes"),
        },
    ),
    "resubmit_practice": Form(
        "Submit it again",
        "Somebody else validates it, or returns it once more.",
        {"practice": Ask("Example", states=("returned",)), **_EXAMPLE},
        {
            "The example": ("title", "summary", "what_was_done", "evidence"),
            "Where it is found": ("themes", "policy_themes"),
        },
    ),
    "return_practice": Form(
        "Return it",
        "The council can submit it again with what it needs.",
        {
            "practice": Ask("Example", states=("submitted",)),
            "needed": Ask("What it still needs"),
        },
    ),
    "validate_practice": Form(
        "Validate it",
        "It can be published. Nobody validates what they submitted.",
        {
            "practice": Ask("Example", states=("submitted",)),
            "level": Ask("Level of evidence"),
            "notes": Ask("What the level rests on"),
        },
    ),
    "publish_practice": Form(
        "Publish it",
        "Everybody finds it in the search from now.",
        {"practice": Ask("Example", states=("validated",))},
    ),
    "withdraw_practice": Form(
        "Withdraw it",
        "It is no longer found by others; that it was published stays on record.",
        {"reason": Ask("Why it is withdrawn")},
    ),
    "publish_indicator_set": Form(
        "Publish the set",
        "Data can be loaded against it from now. A set that is published again takes the place"
        " of what it said before.",
        {
            "indicator_set": Ask("Short name of the set", "Small letters and dashes", width=20),
            "title": Ask("Title"),
            "source": Ask("Where its data comes from"),
            "definitions": Ask("Indicators"),
            "definitions.id": Ask("Short name", "Small letters and dashes", width=20),
            "definitions.column": Ask("Column of the file", "As its heading is written"),
            "definitions.filters": Ask("Rows of the file", "Column: value, one a line"),
            "definitions.name": Ask("Name"),
            "definitions.unit": Ask("Unit", "Like %, or per 10,000", width=10),
            "definitions.polarity": Ask("Which way is good"),
            "definitions.source": Ask("Where it comes from"),
            "definitions.decimal_places": Ask("Decimal places", width=2),
            "definitions.additive": Ask("Do councils' values add up?", "Yes for counts"),
            "definitions.featured": Ask("Is it shown first?"),
        },
    ),
    "adopt_warning_thresholds": Form(
        "Adopt the thresholds",
        "They take the place of those in force. Concerns are raised by them when warnings are"
        " next evaluated.",
        {
            "from": Ask("First day of the thresholds"),
            "thresholds": Ask("Thresholds"),
            "thresholds.indicator_set": Ask("Set of indicators", source="indicator set"),
            "thresholds.indicator": Ask("Indicator", source="indicator"),
            "thresholds.rule": Ask("Rule"),
            "thresholds.value": Ask("Value", "For above and below", width=10),
            "thresholds.worsening_years": Ask(
                "Years that it has worsened", "Only if it must have got worse as well", width=2
            ),
        },
    ),
    "evaluate_warnings": Form(
        "Raise the concerns",
        "Each is shown on its council's page until it is closed. One that was raised already"
        " isn't raised again.",
    ),
}
