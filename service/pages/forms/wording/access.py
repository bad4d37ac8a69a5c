"""Forms about users, returns, reports and what a person is told."""

from service.pages.forms.wording.saying import Ask, Asks, Form, dated

_AS_AT = Ask(
    "The record as it stood at", "Leave it empty for the record as it is now", source="moment"
)
_PLAIN: Asks = {"effective_on": None, "reason": None}
"""What is one's own choice holds at once, and nobody asks why."""

FORMS = {
    "invite_user": Form(
        "Invite them",
        "They can sign in once they have a password or the single sign-on, and do nothing until"
        " they are given a role.",
        {
            "user": Ask("User name", "Small letters, figures, dots and dashes", width=20),
            "name": Ask("Full name", "Kept apart from the record, so that it can be erased"),
            "email": Ask("Email address", "Kept apart from the record as well"),
        },
    ),
    "grant_user_role": Form(
        "Give the role",
        "It holds at once. Nobody gives a role to themselves.",
        {
            "user": Ask("User"),
            "role": Ask("Role"),
            "region": Ask("Region", "For a regional lead"),
            "council": Ask("Council", "For a council contact"),
            "peer": Ask("Peer", "For a peer"),
            "limit": Ask("Most that they may approve", "For an approver"),
        },
    ),
    "revoke_user_role": Form(
        "Take the role back",
        "They may no longer do what it allowed, at once.",
        {"holding": Ask("Role"), "reason": Ask("Why it is taken back")},
    ),
    "appoint_user_deputy": Form(
        "Appoint the deputy",
        "The deputy may do what the role allows on these days, and what they do says so.",
        {
            "user": Ask("User"),
            "deputy": Ask("Who stands in"),
            "role": Ask("Role that they stand in for"),
            "from": Ask("First day"),
            "to": Ask("Last day"),
            "limit": Ask("Most that they may approve", "For an approver's role"),
            "reason": Ask("Why a deputy is needed"),
            "effective_on": None,
        },
    ),
    "deactivate_user": Form(
        "Stop them signing in",
        "Their sessions end at once; their roles come back if they are let in again.",
        {"reason": Ask("Why they are stopped")},
    ),
    "reactivate_user": Form(
        "Let them sign in",
        "They hold the roles that they held.",
        {
            "user": Ask("User", source="user who is stopped"),
            "reason": Ask("Why they are let in again"),
        },
    ),
    "prepare_a_return": Form(
        "Prepare the return",
        "Its figures are worked out from the record. Somebody else reviews it.",
        {
            "kind": Ask("Type of return"),
            "period": Ask(
                "Period", "A financial year or a quarter of it: 2025-26 or 2025-26Q2", width=10
            ),
            "position": _AS_AT,
            **dated("Date of the return"),
        },
    ),
    "review_a_return": Form(
        "Record the review",
        "It can be certified and submitted.",
        {"dfe_return": Ask("Return", states=("prepared",))},
    ),
    "send_back_a_return": Form(
        "Send it back",
        "Whoever prepared it sees why, and prepares it anew.",
        {
            "dfe_return": Ask("Return", states=("prepared", "reviewed")),
            "reason": Ask("What is wrong"),
        },
    ),
    "submit_a_return": Form(
        "Certify and submit",
        "The department sees it at once, and it takes the place of what stood for the period."
        " Nobody certifies what they prepared.",
        {
            "dfe_return": Ask("Return", states=("reviewed",)),
            "statement": Ask("Statement that you certify"),
        },
    ),
    "issue_an_executive_report": Form(
        "Issue the report",
        "It is kept as it is printed now, each figure with the events behind it.",
        {"position": _AS_AT},
    ),
    "watch_subject": Form(
        "Watch it",
        "You are told of each change that is recorded, until you stop watching it.",
        {"subject": Ask("Case, council or grant", source="subject"), **_PLAIN},
    ),
    "unwatch_subject": Form(
        "Stop watching it",
        "What changes in it no longer comes to your inbox.",
        {"subject": Ask("Case, council or grant", source="watched"), **_PLAIN},
    ),
    "choose_my_notices": Form(
        "Save the choice",
        "What is new is in your inbox in any case.",
        {"how": Ask("How often you are told by email"), **_PLAIN},
    ),
}
