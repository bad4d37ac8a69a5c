"""Forms about budgets, regions' money, contracts, programmes and the host."""

from service.pages.forms.wording.saying import Ask, Asks, Form, dated, reference

_DELIVERABLE: dict[str, Ask] = {
    "title": Ask("What is delivered"),
    "amount": Ask("Price"),
    "due_on": Ask("Date that it is due"),
}


def _each(name: str) -> Asks:
    return {f"{name}.{part}": ask for part, ask in _DELIVERABLE.items()}


_PAYS = Ask("Financial year that pays for it", source="year with a budget", states=("open",))
_YEAR = {"year": Ask("Financial year", source="year with a budget", states=("open",))}
_OPEN = Ask("Deliverable", states=("planned", "due", "overdue", "rejected"))
_HOURS: Asks = {
    "hours": Ask("Time given", "Like 7.5"),
    "rate": Ask("Rate", "What an hour of this grade costs, like 41.50"),
}

FORMS = {
    "open_year_budget": Form(
        "Open the budget",
        "The award can be shared out among the headings from now.",
        {
            "year": Ask("Financial year", source="year without a budget"),
            "award": Ask("The department's award"),
            "award_letter": reference("Reference of the award letter"),
            **dated("Date of the award"),
        },
    ),
    "vary_year_budget": Form(
        "Vary the award",
        "More can be shared out at once. A cut below what is shared out freezes what is not"
        " committed, until the cut is met.",
        {
            **_YEAR,
            "award": Ask("New award in all"),
            "reason": Ask("Why the award was varied"),
            **dated("Date of the variation"),
        },
    ),
    "allocate_heading": Form(
        "Allocate it",
        "It can be committed under that heading at once.",
        {
            **_YEAR,
            "heading": Ask("Heading"),
            "amount": Ask("Amount to add to it", "At most what is not shared out yet"),
        },
    ),
    "propose_virement": Form(
        "Propose the virement",
        "Nothing moves until somebody else approves it.",
        {
            **_YEAR,
            "from_heading": Ask("Heading that it is taken from"),
            "to_heading": Ask("Heading that it goes to"),
            "amount": Ask("Amount to move", "At most what is not committed there"),
            "reason": Ask("Why it is moved"),
        },
    ),
    "approve_virement": Form(
        "Approve the virement",
        "The money moves between the headings at once.",
        {**_YEAR, "move": Ask("Virement"), "reason": Ask("Why it is approved")},
    ),
    "devolve_to_region": Form(
        "Devolve it",
        "The region's lead can spend it and reports what was spent.",
        {**_YEAR, "region": Ask("Region"), "amount": Ask("Amount to devolve")},
    ),
    "meet_budget_cut": Form(
        "Put it towards the cut",
        "What has been freed since is taken for the cut, as far as it goes.",
        {**_YEAR, "reason": Ask("Why now")},
    ),
    "recall_from_region": Form(
        "Call it back",
        "It is free again under the heading of regions.",
        {
            **_YEAR,
            "region": Ask("Region"),
            "amount": Ask("Amount to call back", "At most what the region has not spent"),
            "reason": Ask("Why it is called back"),
        },
    ),
    "close_year_budget": Form(
        "Close the year",
        "Nothing more can be committed in it. What is left goes to the next year, or back to"
        " the department.",
        {
            **_YEAR,
            "carry_forward": Ask(
                "Is what is left carried forward?", "If not, it goes back to the department"
            ),
            "reason": Ask("Why, and by whose leave"),
        },
    ),
    "report_regional_spend": Form(
        "Report the spending",
        "It counts against the region's devolved budget at once.",
        {
            "year": Ask("Financial year", source="year with a budget"),
            "amount": Ask("Amount spent"),
            "spent_on": Ask("What it was spent on"),
            "evidence": Ask("Evidence", "The invoice, or where it is filed"),
            **dated("Date of the spending"),
        },
    ),
    "reverse_regional_spend": Form(
        "Reverse the report",
        "The amount can be spent again, and both stay on record.",
        {"report": Ask("Report of spending"), "reason": Ask("What was wrong")},
    ),
    "let_a_contract": Form(
        "Let the contract",
        "Its value is committed under the heading of contracts at once. Above your limit the"
        " Board decides.",
        {
            "supplier": Ask("Supplier"),
            "lot": Ask("Lot"),
            "scope": Ask("What is bought"),
            "value": Ask("Value in all"),
            "year": _PAYS,
            "starts_on": Ask("First day"),
            "ends_on": Ask("Last day"),
            "deliverables": Ask("Deliverables", "Their prices together are the value"),
            **_each("deliverables"),
            "route": Ask("How the supplier was chosen"),
            "direct_award_reason": Ask("Why it was awarded directly", "Needed for a direct award"),
            **dated("Date of the contract"),
        },
        {
            "The contract": ("supplier", "lot", "scope", "starts_on", "ends_on"),
            "Money": ("value", "year", "deliverables"),
            "How it was awarded": ("route", "direct_award_reason", "board_minute"),
        },
    ),
    "accept_contract_deliverable": Form(
        "Accept it",
        "It can be paid for, by somebody else.",
        {
            "deliverable": _OPEN,
            "evidence": Ask("What shows that it is as agreed"),
            **dated("Date of the acceptance"),
        },
    ),
    "withdraw_contract_acceptance": Form(
        "Withdraw the acceptance",
        "It cannot be paid for until it is accepted again.",
        {
            "deliverable": Ask("Deliverable", states=("accepted",)),
            "reason": Ask("Why it is withdrawn"),
        },
    ),
    "reject_contract_deliverable": Form(
        "Reject it",
        "The supplier has to deliver it again before it is accepted.",
        {"deliverable": _OPEN, "reason": Ask("What falls short")},
    ),
    "pay_contract_deliverable": Form(
        "Record the payment",
        "It counts as paid at once and the ledger says so. Nobody pays for what they accepted.",
        {
            "deliverable": Ask("Deliverable", states=("accepted",)),
            **dated("Date of the payment"),
        },
    ),
    "reverse_contract_payment": Form(
        "Reverse the payment",
        "It is to be paid again, and both stay on record.",
        {
            "deliverable": Ask("Deliverable", states=("paid",)),
            "reason": Ask("What went wrong"),
            **dated("Date that the money came back"),
        },
    ),
    "vary_a_contract": Form(
        "Vary the contract",
        "The new plan takes the place of what is still to be delivered. The difference is"
        " committed, or free again, at once.",
        {
            "value": Ask("New value in all", "With what is paid already"),
            "ends_on": Ask("New last day"),
            "open_deliverables": Ask("Still to be delivered", one="deliverable"),
            **_each("open_deliverables"),
            "reason": Ask("Why it is varied"),
        },
    ),
    "end_a_contract": Form(
        "End the contract",
        "What was not paid for is free again under the heading of contracts.",
        {"contract": Ask("Contract", states=("running",)), "reason": Ask("Why it ends")},
    ),
    "launch_programme": Form(
        "Launch the programme",
        "Councils can join from now. Where it pays for results, each result sets aside what is"
        " due for it.",
        {
            "theme": Ask("Policy priority that it serves"),
            "title": Ask("Name of the programme"),
            "aims": Ask("Aims"),
            "starts_on": Ask("First day"),
            "ends_on": Ask("Last day"),
            "full_payment": Ask("Payment for one result", "For a result that reaches its target"),
            "threshold_percent": Ask(
                "Least part of the way to the target", "Less of the way is paid nothing", width=3
            ),
            "ceiling": Ask("Most that may be paid in all", "For all results together"),
            **dated("Date of the launch"),
        },
        {
            "The programme": ("title", "theme", "aims", "starts_on", "ends_on"),
            "Payment by results, if it pays": (
                "full_payment",
                "threshold_percent",
                "ceiling",
                "board_minute",
            ),
        },
    ),
    "join_programme": Form(
        "Take it in",
        "It is counted as taking part until it leaves.",
        {
            "council": Ask("Council"),
            "on_trial": Ask("Does it take part in payment by results?"),
            **dated("First day that it takes part"),
        },
    ),
    "leave_programme": Form(
        "Let it leave",
        "It is no longer counted as taking part.",
        {
            "council": Ask("Council", source="council taking part"),
            "reason": Ask("Why it leaves"),
            **dated("Last day that it takes part"),
        },
    ),
    "record_trial_outcome": Form(
        "Record the result",
        "What is due for it is worked out and set aside from the programme's ceiling.",
        {
            "council": Ask("Council", source="council taking part"),
            "measure": Ask("What is measured"),
            "period": Ask("Quarter", "Financial year and quarter, like 2025-26Q3", width=10),
            "baseline": Ask("Where it began", "A number, like 42.5"),
            "target": Ask("Target", "A number, like 30"),
            "result": Ask("Result", "A number, like 33.1"),
            "evidence": Ask("Evidence", "Where the figures are from"),
        },
    ),
    "withdraw_trial_outcome": Form(
        "Withdraw the result",
        "What was set aside for it is free again.",
        {
            "outcome": Ask("Result", states=("due", "nothing due")),
            "reason": Ask("What was wrong"),
        },
    ),
    "pay_trial_outcome": Form(
        "Record the payment",
        "It counts as paid at once and the ledger says so.",
        {"outcome": Ask("Result", states=("due",)), **dated("Date of the payment")},
    ),
    "reverse_trial_payment": Form(
        "Reverse the payment",
        "It is due again, and both stay on record.",
        {
            "outcome": Ask("Result", states=("paid",)),
            "reason": Ask("What went wrong"),
            **dated("Date that the money came back"),
        },
    ),
    "close_a_programme": Form(
        "Close the programme",
        "Nobody joins it any more; what it achieved stays on record.",
        {"lessons": Ask("What was learned"), **dated("Date that it closes")},
    ),
    "claim_hosting_charge": Form(
        "Send the claim",
        "Somebody of the Board accepts or rejects it before it is paid.",
        {
            "host": Ask("Host"),
            "from": Ask("First day of the period"),
            "to": Ask("Last day of the period"),
            "services": Ask("Services that were given"),
            "amount": Ask("Amount claimed"),
            "invoice": reference("Number of the invoice"),
            "evidence": Ask("Evidence", "What the amount is made up of"),
            **dated("Date of the claim"),
        },
    ),
    "accept_hosting_claim": Form(
        "Accept the claim",
        "It can be paid. Above your limit the Board decides.",
        {"claim": Ask("Claim", states=("claimed",)), "reason": Ask("Why it is accepted")},
    ),
    "withdraw_hosting_acceptance": Form(
        "Withdraw the acceptance",
        "The claim waits to be accepted or rejected again.",
        {"claim": Ask("Claim", states=("accepted",)), "reason": Ask("Why it is withdrawn")},
    ),
    "reject_hosting_claim": Form(
        "Reject the claim",
        "It is not paid. The host may claim anew.",
        {"claim": Ask("Claim", states=("claimed",)), "reason": Ask("Why it is rejected")},
    ),
    "pay_hosting_claim": Form(
        "Record the payment",
        "It counts as paid at once and the ledger says so.",
        {"claim": Ask("Claim", states=("accepted",)), **dated("Date of the payment")},
    ),
    "reverse_hosting_payment": Form(
        "Reverse the payment",
        "It is to be paid again, and both stay on record.",
        {
            "claim": Ask("Claim", states=("paid",)),
            "reason": Ask("What went wrong"),
            **dated("Date that the money came back"),
        },
    ),
    "record_staff_time": Form(
        "Record the time",
        "It counts as given in kind: it is shown beside the budget and pays nobody.",
        {
            "month": Ask("Month", "Year and month, like 2025-06", width=10),
            "given_by": Ask("Who gave the time"),
            "grade": Ask("Grade", "As the host calls it, like senior adviser"),
            "activity": Ask("What it was given for"),
            **_HOURS,
        },
    ),
    "correct_staff_time": Form(
        "Correct it",
        "The entry counts as corrected; what it said before stays on record.",
        {
            "month": Ask("Month", source="month"),
            "entry": Ask("Entry"),
            **_HOURS,
            "reason": Ask("What was wrong"),
        },
    ),
}
