"""Forms about intervention cases, their decisions and their packages of support."""

from service.pages.forms.wording.saying import Ask, Asks, Form, dated, reference

_OPEN = {"case": Ask("Case", states=("open",))}
_CLOSED = {"case": Ask("Case", states=("closed",))}
_NEEDS: Asks = {
    "needs.professional": Ask(
        "What the professional leadership needs", "The director and their managers"
    ),
    "needs.political": Ask(
        "What the political leadership needs", "The lead member, the leader and scrutiny"
    ),
}

FORMS = {
    "open_intervention_case": Form(
        "Open the case",
        "The case gets its number, and triage is what waits next.",
        {
            "council": Ask("Council", "Those due for intervention first", source="council to open"),
            "trigger": Ask("What led to the case", "The judgement, notice or request behind it"),
            **dated("Date that the case opens"),
        },
    ),
    "complete_triage": Form(
        "Complete triage",
        "The council is supported at this tier from now, and a decision on support is what"
        " waits next.",
        {**_OPEN, "tier": Ask("How much support is needed"), **_NEEDS},
    ),
    "assign_case_lead": Form(
        "Assign the lead",
        "Whoever led the case hands over, and the case waits in the new lead's list.",
        {**_OPEN, "lead": Ask("Who leads the case", source="user who runs cases")},
    ),
    "propose_decision": Form(
        "Propose it",
        "Somebody else has to approve or decline it: nobody decides on their own proposal.",
        {
            **_OPEN,
            "title": Ask("What is proposed, in a line"),
            "options": Ask("Options considered"),
            "evidence": Ask("Evidence"),
            "recommendation": Ask("Recommendation"),
            "cost": Ask("Cost in all", "0 if it costs nothing"),
            "supersedes": Ask("Earlier decision that it takes the place of"),
        },
    ),
    "take_decision": Form(
        "Record the decision",
        "If it is approved, support can be added to the package up to its cost. Nobody decides"
        " on their own proposal, or above their limit without a minute of the Board.",
        {
            **_OPEN,
            "decision": Ask("Decision", states=("waiting",)),
            "outcome": Ask("Decision on the proposal"),
            "rationale": Ask("Why it is approved or declined"),
            **dated("Date of the decision"),
        },
    ),
    "agree_support_package": Form(
        "Record the memorandum",
        "The package counts as agreed, and delivery can begin.",
        {
            **_OPEN,
            "memorandum": reference("Reference of the memorandum of understanding"),
            **dated("Date of the memorandum"),
        },
    ),
    "add_support_item": Form(
        "Add it to the package",
        "It counts against the cost that was decided, and waits to be delivered.",
        {
            **_OPEN,
            "decision": Ask("Decision that it rests on", states=("approved",)),
            "kind": Ask("Type of support"),
            "provider": Ask("Who gives the support"),
            "description": Ask("What they will do"),
            "planned_half_days": Ask("Time planned", "A day is 2 half-days"),
            "cost": Ask("Cost", "0 if it costs nothing"),
        },
    ),
    "deliver_support_item": Form(
        "Record the delivery",
        "The item is done and needs nothing more before the case can close.",
        {
            **_OPEN,
            "item": Ask("Item", states=("planned",)),
            "half_days": Ask("Time given", "A day is 2 half-days. 0 if it took none"),
            "evidence": Ask("Evidence", "What shows that it was delivered"),
            **dated("Date of the delivery"),
        },
    ),
    "withdraw_support_item": Form(
        "Take it out",
        "Its cost is free again under the decision. That it was planned stays on record.",
        {**_OPEN, "item": Ask("Item", states=("planned",))},
    ),
    "set_case_milestone": Form(
        "Set the milestone",
        "It waits in the lead's list when its day comes.",
        {
            **_OPEN,
            "title": Ask("What is to be reached"),
            "due_on": Ask("Date that it is due"),
        },
    ),
    "settle_case_milestone": Form(
        "Record it",
        "The milestone no longer waits for anybody.",
        {
            **_OPEN,
            "milestone": Ask("Milestone", states=("set",)),
            "outcome": Ask("What became of it"),
            "evidence": Ask("Evidence", "What shows it, or why it was missed"),
        },
    ),
    "revise_case_milestone": Form(
        "Change the date",
        "The earlier date stays on record beside the new one.",
        {
            **_OPEN,
            "milestone": Ask("Milestone", states=("set",)),
            "due_on": Ask("New date"),
            "reason": Ask("Why it has another date"),
        },
    ),
    "review_progress": Form(
        "Record the review",
        "The latest review is what the case board shows.",
        {
            **_OPEN,
            "themes": Ask("Themes", "Like social work practice, or leadership"),
            "themes.key": Ask("Theme"),
            "themes.value": Ask("How it stands"),
            "confidence": Ask("Confidence that the council will improve"),
            "next_steps": Ask("What happens next"),
            **dated("Date of the review"),
        },
    ),
    "escalate_case": Form(
        "Escalate the case",
        "The case is shown as escalated on the board.",
        {**_OPEN, "to": Ask("Whom it is escalated to", "Like the Board, or the department")},
    ),
    "step_case_down": Form(
        "Begin to step down",
        "The council is supported at the lower tier from now; the case stays open until it is"
        " closed.",
        {**_OPEN, "to": Ask("Tier that it steps down to")},
    ),
    "add_case_note": Form(
        "Add the note",
        "Its text can be erased later; that there was a note stays on record.",
        {
            "title": Ask("Title", "Read by all who see the case"),
            "text": Ask("Note"),
            "confidentiality": Ask("Who may read it"),
        },
    ),
    "attach_document": Form(
        "Attach it",
        "It is kept as it is and stays with the case.",
        {"title": Ask("Title of the document"), "file": Ask("Document", "A file of up to 25 MB")},
    ),
    "close_case": Form(
        "Close the case",
        "Whatever is still open (items, milestones, grants, mentoring) has to be named with a"
        " reason for each. Whether the improvement lasts is checked later.",
        {
            **_OPEN,
            "outcome": Ask("What came of the case"),
            "lessons": Ask("What was learned"),
            "left_open": Ask("What is left open", one="thing"),
            "left_open.what": Ask("What it is", "Like item 3, milestone 2 or GRANT-0001"),
            "left_open.why": Ask("Why it is left open"),
            "reason": Ask("Why the case is closed now"),
            **dated("Date that the case closes"),
        },
    ),
    "reopen_case": Form(
        "Open it again",
        "The same case goes on under its number.",
        {**_CLOSED, "reason": Ask("Why it is opened again")},
    ),
    "check_case_sustained": Form(
        "Record the check",
        "It is shown with the case's outcome.",
        {
            **_CLOSED,
            "sustained": Ask("Does the improvement last?"),
            "findings": Ask("What the check found"),
            **dated("Date of the check"),
        },
    ),
    "carry_case_over": Form(
        "Carry the case over",
        "The case goes on for the successor under its number, and the grants that are named go"
        " with it. Due diligence on the new payee begins afresh.",
        {
            "successor": Ask("Council that carries it on", source="successor"),
            "grants": Ask("Grants that go with it", "Name each that is still running"),
        },
    ),
    "erase_case_note": Form(
        "Erase the text",
        "The text is gone for good; that there was a note stays on record.",
        {"reason": Ask("Why it is erased")},
    ),
}
