"""Forms about grants, from the proposal to what comes back."""

from service.pages.forms.wording.saying import Ask, Asks, Form, dated, reference


def _grant(*states: str) -> dict[str, Ask]:
    return {"grant": Ask("Grant", states=states)}


_OWED = {"grant": Ask("Grant", source="grant with a debt")}
_INSTALMENT: dict[str, Ask] = {
    "amount": Ask("Amount"),
    "due_on": Ask("Date that it is due"),
    "conditions": Ask(
        "Conditions that it waits for", "Their numbers in the list of conditions, like 1, 2"
    ),
}


def _each(name: str) -> Asks:
    return {f"{name}.{part}": ask for part, ask in _INSTALMENT.items()}


FORMS = {
    "propose_a_grant": Form(
        "Propose the grant",
        "The grant gets its number. It is assessed and the payee is checked; then somebody else"
        " approves it. Nothing is committed before that.",
        {
            "case": Ask("Case", states=("open",)),
            "year": Ask(
                "Financial year that pays for it", source="year with a budget", states=("open",)
            ),
            "heading": Ask("Heading that pays for it"),
            "purpose": Ask("What the grant is for"),
            "amount": Ask("Amount in all"),
            "amount_basis": Ask("How the amount was arrived at"),
            "instalments": Ask("Instalments", "Together they are the amount of the grant"),
            **_each("instalments"),
            "conditions": Ask("Conditions", "Numbered from 1 in this order"),
            "legal_power": Ask("Legal power", "Like Local Government Act 2003, section 31"),
            "determination_number": reference("Determination number", "Like 31/7001"),
            "treasury_consent": reference("Reference of the Treasury's consent"),
            "grant_class": Ask("Class of grant"),
            "senior_responsible_owner": Ask("Senior responsible owner", "Their office, not a name"),
            "options_rejected": Ask("Options rejected", "Each with why"),
            "evidence": Ask("Evidence that it is needed"),
            "value_for_money": Ask("Why it is value for money"),
            "competed": Ask("Was it competed?"),
            "direct_award_reason": Ask("Why it was not competed", "Needed if it was not"),
            **dated("Date of the proposal"),
        },
        {
            "What it is for": ("case", "purpose", "year", "heading"),
            "Money": ("amount", "amount_basis", "instalments", "conditions"),
            "Authority": (
                "legal_power",
                "determination_number",
                "treasury_consent",
                "grant_class",
                "senior_responsible_owner",
            ),
            "Why this grant": (
                "options_rejected",
                "evidence",
                "value_for_money",
                "competed",
                "direct_award_reason",
            ),
        },
    ),
    "assess_grant": Form(
        "Record the assessment",
        "The approver sees the scores. Nobody assesses what they proposed.",
        {
            **_grant("proposed"),
            "scores": Ask("Scores", "One for each criterion"),
            "scores.criterion": Ask("Criterion", "Like need, or value"),
            "scores.score": Ask("Score", "A whole number, like 4", width=3),
            "scores.reason": Ask("Why this score"),
            "criteria_version": Ask(
                "Version of the criteria", "As the criteria are headed, like 2025-1", width=10
            ),
            "conflict_of_interest": Ask(
                "Conflict of interest", "Write none, or what it is and how it is dealt with"
            ),
            **dated("Date of the assessment"),
        },
    ),
    "record_due_diligence": Form(
        "Record the checks",
        "Nothing is paid to a council that has not passed, or whose bank account was not verified.",
        {
            **_grant("proposed", "approved", "offered", "accepted"),
            "result": Ask("Result of due diligence"),
            "fraud_risk": Ask("Risk of fraud"),
            "payee_verified": Ask("Is the payee's bank account verified?"),
            "findings": Ask("What was checked and found"),
            **dated("Date of the checks"),
        },
    ),
    "approve_grant": Form(
        "Approve the grant",
        "The amount is committed against its heading at once, and the grant can be offered."
        " Nobody approves what they proposed, or above their limit without a minute of the Board.",
        {
            **_grant("proposed"),
            "rationale": Ask("Why it is approved"),
            "novel_or_contentious": Ask("Is it novel, contentious or repercussive?"),
            "novelty_judgement": Ask(
                "What that judgement rests on", "Rewrite it if you answered yes"
            ),
            **dated("Date of the approval"),
        },
    ),
    "decline_grant": Form(
        "Decline the grant",
        "The proposal ends here. A better one is a new proposal.",
        {
            **_grant("proposed"),
            "rationale": Ask("Why it is declined"),
            **dated("Date of the decision"),
        },
    ),
    "withdraw_grant": Form(
        "Withdraw the grant",
        "It ends here, and what was committed for it is free again under its heading.",
        {**_grant("proposed", "approved", "offered"), "reason": Ask("Why it is withdrawn")},
    ),
    "offer_grant": Form(
        "Offer the grant",
        "The letter can be printed at once, and the council's answer is what waits next. The"
        " offer can lapse after its last day.",
        {
            **_grant("approved"),
            "determination_letter": reference("Reference of the determination letter"),
            "ring_fenced": Ask("Is it ring-fenced?"),
            "allocations_annexed": Ask("Are allocations annexed?"),
            "accept_by": Ask("Last day to accept"),
            **dated("Date of the offer"),
        },
    ),
    "accept_offer": Form(
        "Accept the offer",
        "The council takes the money with its conditions; instalments are paid as they fall due.",
        {
            **_grant("offered", "accepted"),
            "signatory": Ask("Who signs for the council"),
            "signatory_office": Ask("Their office", "Like section 151 officer"),
            **dated("Date of the acceptance"),
        },
    ),
    "refuse_grant_offer": Form(
        "Refuse the offer",
        "The grant ends here, and what was committed for it is free again.",
        {**_grant("offered"), "reason": Ask("Why the council refuses it")},
    ),
    "lapse_offer": Form(
        "Let the offer lapse",
        "The grant ends here, and what was committed for it is free again.",
        {**_grant("offered"), "reason": Ask("Why it lapses")},
    ),
    "settle_grant_condition": Form(
        "Record it",
        "An instalment is no longer held for this condition.",
        {
            **_grant("approved", "offered", "accepted"),
            "condition": Ask("Condition", states=("open",)),
            "outcome": Ask("What became of the condition"),
            "evidence": Ask("What shows that it is met", "Needed if it is met"),
            "reason": Ask("Why it counts as met, or is waived"),
        },
    ),
    "pay_instalment": Form(
        "Record the payment",
        "The instalment counts as paid at once and the ledger says so. This form moves no money:"
        " it is paid from the bank. Nobody pays what they proposed or approved.",
        {
            **_grant("accepted"),
            "instalment": Ask("Instalment", states=("due", "overdue", "planned", "held")),
            **dated("Date of the payment"),
        },
    ),
    "reverse_payment": Form(
        "Reverse the payment",
        "The instalment is to be paid again, and both stay on record.",
        {
            **_grant("accepted"),
            "instalment": Ask("Instalment", states=("paid",)),
            "reason": Ask("What went wrong"),
            **dated("Date that the money came back"),
        },
    ),
    "vary_grant": Form(
        "Vary the grant",
        "What is left to be paid is paid by the new plan. The difference is committed, or free"
        " again, at once; a grant that is on offer is offered anew.",
        {
            **_grant("approved", "offered", "accepted"),
            "amount": Ask("New amount in all", "With what is paid already"),
            "unpaid_instalments": Ask("Instalments still to be paid", one="instalment"),
            **_each("unpaid_instalments"),
            "reason": Ask("Why it is varied"),
        },
    ),
    "suspend_grant": Form(
        "Suspend payment",
        "Nothing is paid until payment is resumed.",
        {
            **_grant("approved", "offered", "accepted"),
            "reason": Ask("Why payment is suspended"),
        },
    ),
    "resume_grant": Form(
        "Resume payment",
        "Instalments that are due can be paid again.",
        {
            "grant": Ask("Grant", source="suspended grant"),
            "reason": Ask("Why payment is resumed"),
        },
    ),
    "receive_monitoring_return": Form(
        "Send the return",
        "It is shown on the grant's page, and what was asked for counts as received.",
        {
            **_grant("accepted"),
            "spend_to_date": Ask("Amount spent so far", "Of this grant, since it began"),
            "outcomes": Ask("What the money has achieved"),
            "certified_by": Ask("Who certifies it"),
            **dated("Date of the return"),
        },
    ),
    "demand_money_back": Form(
        "Demand it back",
        "It is shown as owed by the council until it is received or written off.",
        {
            **_grant("accepted"),
            "amount": Ask("Amount to be paid back", "At most what was paid"),
            "reason": Ask("Why it is demanded back"),
            **dated("Date of the demand"),
        },
    ),
    "receive_money_back": Form(
        "Record the receipt",
        "It is no longer owed, and is free again under its heading while its year is open.",
        {**_OWED, "amount": Ask("Amount received"), **dated("Date that it was received")},
    ),
    "write_off_debt": Form(
        "Write it off",
        "It is no longer owed and does not come back.",
        {
            **_OWED,
            "amount": Ask("Amount written off"),
            "reason": Ask("Why it is not recovered"),
            **dated("Date of the decision"),
        },
    ),
    "close_a_grant": Form(
        "Close the grant",
        "What was not paid is free again under its heading, and nothing more can be paid.",
        {
            **_grant("accepted"),
            "final_spend": Ask("Amount spent in all", "By the council's final return"),
            "reason": Ask("Why it closes now"),
        },
    ),
}
