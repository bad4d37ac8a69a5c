"""Forms about peers, mentoring, peer challenges and personal data."""

from service.pages.forms.wording.saying import Ask, Asks, Form, dated, reference

_RESERVED = Ask("Time to reserve", "A day is 2 half-days")
_SESSION: Asks = {
    "on": Ask("Date of the session"),
    "minutes": Ask("How long it took", "An hour is 60 minutes"),
    "half_days": Ask("Time to count for it", "A day is 2 half-days. 1 if left empty"),
    "mode": Ask("How they met"),
    "themes": Ask("Themes talked about"),
    "agreed_actions": Ask("Agreed actions"),
    "note": Ask("Confidential note", "Read only by those who may; it can be erased later"),
    "effective_on": None,
}
_RUNNING = {"match": Ask("Mentoring match", states=("running",))}


def _challenge(*states: str) -> dict[str, Ask]:
    return {"challenge": Ask("Peer challenge", states=states)}


FORMS = {
    "register_a_peer": Form(
        "Put them on the register",
        "They get a reference. They can be matched once they have pledged time.",
        {
            "name": Ask("Full name", "Kept apart from the record, so that it can be erased"),
            "email": Ask("Email address"),
            "telephone": Ask("Telephone number", width=20),
            "kind": Ask("Type of peer"),
            "home_council": Ask("Home council", "Where they work or are elected"),
            "party": Ask("Political party", "For members only: a party, or Independent", width=20),
            "skills": Ask("Skills"),
            "themes": Ask("Themes that they can help with"),
            **dated("Date that they join"),
        },
        {
            "Who they are": ("name", "email", "telephone"),
            "What they bring": ("kind", "home_council", "party", "skills", "themes"),
        },
    ),
    "confirm_employer_release": Form(
        "Record the release",
        "They can be matched until that day.",
        {"until": Ask("Last day that the employer releases them")},
    ),
    "accredit_peer": Form(
        "Record the accreditation",
        "It is shown on the register of peers.",
        {"accreditation": Ask("Accreditation"), **dated("Date of the accreditation")},
    ),
    "pledge_days": Form(
        "Pledge the time",
        "Time can be reserved for them up to what they pledge for the year.",
        {
            "year": Ask("Financial year"),
            "half_days": Ask("Time pledged for the year", "A day is 2 half-days"),
        },
    ),
    "declare_peer_availability": Form(
        "Declare it",
        "It is shown to whoever looks for a peer in that time.",
        {"from": Ask("First day"), "to": Ask("Last day"), "effective_on": None},
    ),
    "declare_peer_interest": Form(
        "Declare the interest",
        "They are not matched to that council. What the interest is, is read only by those who"
        " may.",
        {
            "council": Ask("Council"),
            "kind": Ask("Type of interest"),
            "nature": Ask("What the interest is", "Confidential: it can be erased later"),
        },
    ),
    "stand_peer_down": Form(
        "Stand them down",
        "They are no longer matched; what they gave stays on record.",
        {"reason": Ask("Why they stand down")},
    ),
    "erase_peer": Form(
        "Erase their data",
        "Name and ways to reach them are gone for good. What they did stays on record under"
        " their reference.",
        {"reason": Ask("Why it is erased", "Without their name")},
    ),
    "request_mentoring": Form(
        "Request mentoring",
        "Mentors are ranked for it, and the choice of one is what waits next.",
        {
            "case": Ask("Case", states=("open",)),
            "mentee_office": Ask("Office of the mentee"),
            "mentee": Ask("Mentee, if Casework knows them", "Choose them, or give their name"),
            "mentee_name": Ask("Mentee's name, if they are new", "Kept apart from the record"),
            "mentee_email": Ask("Mentee's email address", "Kept apart from the record"),
            "mentee_party": Ask("Mentee's political party", "For members only", width=20),
            "objectives": Ask("Objectives"),
            "themes": Ask("Themes", "Mentors who know them are ranked higher"),
            "policy_themes": Ask("Policy priorities that it serves"),
        },
        {
            "Who is mentored": (
                "case",
                "mentee_office",
                "mentee",
                "mentee_name",
                "mentee_email",
                "mentee_party",
            ),
            "What for": ("objectives", "themes", "policy_themes"),
        },
    ),
    "match_a_mentor": Form(
        "Choose the mentor",
        "Their time is reserved, and mentor and council are asked to accept. The ranking that"
        " was shown is recorded with the choice.",
        {
            "match": Ask("Mentoring match", states=("requested",)),
            "peer": Ask("Mentor"),
            "half_days": _RESERVED,
            "why": Ask("Why this mentor"),
        },
    ),
    "reserve_more_time": Form(
        "Reserve it",
        "It is taken from what the mentor pledged for the year.",
        {
            "match": Ask("Mentoring match", states=("matched", "running")),
            "half_days": _RESERVED,
            "year": Ask("Financial year", "That of the date below if left out"),
            "reason": Ask("Why more is needed"),
        },
    ),
    "answer_for_mentor": Form(
        "Record the answer",
        "Mentoring runs once mentor and council have accepted. If it is declined, the time is"
        " free again and another mentor is looked for.",
        {
            "match": Ask("Mentoring match", states=("matched",)),
            "accepted": Ask("Does the mentor accept?"),
            "reason": Ask("Why it is accepted or declined"),
        },
    ),
    "answer_for_council": Form(
        "Record the answer",
        "Mentoring runs once mentor and council have accepted. If it is declined, the time is"
        " free again and another mentor is looked for.",
        {
            "match": Ask("Mentoring match", states=("matched",)),
            "accepted": Ask("Does the council accept the mentor?"),
            "reason": Ask("Why it is accepted or declined"),
        },
    ),
    "schedule_session": Form(
        "Schedule the session",
        "It waits to be recorded as held once its day has come.",
        {
            **_RUNNING,
            "on": Ask("Date of the session"),
            "mode": Ask("How they meet"),
            "effective_on": None,
        },
    ),
    "hold_session": Form(
        "Record the session",
        "The time counts as given, out of what is reserved.",
        {
            **_RUNNING,
            "session": Ask("Which scheduled session it was", states=("scheduled",)),
            **_SESSION,
        },
    ),
    "hold_scheduled_session": Form(
        "Record the session",
        "The time counts as given, out of what is reserved.",
        {**_RUNNING, **_SESSION},
    ),
    "cancel_session": Form(
        "Cancel the session",
        "It is shown as cancelled, and by whom. Its time stays reserved.",
        {
            "match": Ask("Mentoring match", states=("matched", "running")),
            "cancelled_by": Ask("Who cancelled"),
            "reason": Ask("Why it was cancelled"),
        },
    ),
    "review_an_objective": Form(
        "Record the review",
        "The latest review is what the mentoring's page shows.",
        {
            **_RUNNING,
            "progress": Ask("How the objective stands"),
            "evidence": Ask("Evidence", "What shows it"),
            **dated("Date of the review"),
        },
    ),
    "end_mentoring": Form(
        "End mentoring",
        "Time that was reserved and not given is free again.",
        {
            "match": Ask("Mentoring match", states=("requested", "matched", "running")),
            "outcome": Ask("What came of it"),
            "feedback": Ask("Feedback of mentor and mentee"),
            "reason": Ask("Why it ends"),
            **dated("Last day of the mentoring"),
        },
    ),
    "agree_peer_challenge": Form(
        "Agree on it",
        "The challenge gets its number. A team is put together and days are set next.",
        {
            "council": Ask("Host", "The council that is challenged"),
            "kind": Ask("Type of challenge"),
            "focus": Ask("What it looks at"),
            "themes": Ask("Themes", "Peers who know them are ranked higher"),
            "mutual_with": Ask("Council that it is mutual with", "Only if it is meant to be"),
            **dated("Date of the agreement"),
        },
    ),
    "assign_team_member": Form(
        "Put them on the team",
        "Their time is reserved out of what they pledged.",
        {
            **_challenge("agreed", "scheduled"),
            "peer": Ask("Peer"),
            "role": Ask("Role on the team"),
            "half_days": _RESERVED,
            "year": Ask("Financial year", "That of the challenge's first day if left out"),
        },
    ),
    "release_team_member": Form(
        "Let them leave",
        "Their time is free again.",
        {
            **_challenge("agreed", "scheduled"),
            "peer": Ask("Member of the team", source="team member"),
            "reason": Ask("Why they leave"),
        },
    ),
    "schedule_peer_challenge": Form(
        "Set the days",
        "They are shown in the calendar. Setting them again moves the challenge.",
        {
            **_challenge("agreed", "scheduled"),
            "first_day": Ask("First day of the challenge"),
            "last_day": Ask("Last day of the challenge"),
        },
    ),
    "conduct_peer_challenge": Form(
        "Record it",
        "The team's time counts as given, and the report of findings is what waits next.",
        {
            **_challenge("scheduled"),
            "first_day": Ask("First day, if it was another"),
            "last_day": Ask("Last day, if it was another"),
            "given": Ask("Who gave less time than was reserved", one="member"),
            "given.key": Ask("Member of the team", source="team member"),
            "given.value": Ask("Half-days given"),
        },
    ),
    "report_challenge_findings": Form(
        "Report the findings",
        "The council is asked for its action plan.",
        {
            **_challenge("conducted"),
            "strengths": Ask("Strengths"),
            "areas_to_consider": Ask("Areas to consider", one="area"),
            **dated("Date of the report"),
        },
    ),
    "agree_challenge_action_plan": Form(
        "Agree the plan",
        "A follow-up waits on its day.",
        {
            "actions": Ask("Actions that the council will take", one="action"),
            "follow_up_due_on": Ask("Date of the follow-up"),
            **dated("Date of the agreement"),
        },
    ),
    "hold_challenge_follow_up": Form(
        "Record the follow-up",
        "It is shown on the challenge's page.",
        {
            "held_on": Ask("Date of the follow-up"),
            "progress": Ask("How far the council has come"),
            "actions_done": Ask("How many actions are done", "A whole number", width=3),
            "effective_on": None,
        },
    ),
    "cancel_peer_challenge": Form(
        "Call it off",
        "The team's time is free again.",
        {**_challenge("agreed", "scheduled"), "reason": Ask("Why it is called off")},
    ),
    "record_earlier_challenge": Form(
        "Put it on record",
        "It counts for when the council is next entitled to a corporate peer challenge.",
        {
            "kind": Ask("Type of challenge"),
            "conducted_on": Ask("Last day of the challenge"),
            "source": Ask("Where it is known from", "Like the published report"),
            "effective_on": None,
        },
    ),
    "place_legal_hold": Form(
        "Place the hold",
        "The person's data is not erased while the hold lasts, whoever asks.",
        {
            "hold": reference("Reference of the proceedings", "Without anybody's name"),
            "until": Ask("Last day of the hold", "Leave it empty if it isn't known"),
            "reason": Ask("Why it is held", "Without anybody's name"),
        },
    ),
    "lift_legal_hold": Form(
        "Lift the hold",
        "The person's data can be erased again, unless another hold lasts.",
        {
            "hold": Ask("Hold that is lifted", source="hold"),
            "reason": Ask("Why it is lifted", "Without anybody's name"),
        },
    ),
    "erase_persons_data": Form(
        "Erase their data",
        "Name and ways to reach them are gone for good; what they did stays on record under"
        " their reference. A user is deactivated first.",
        {"reason": Ask("Why it is erased", "Without their name")},
    ),
}
