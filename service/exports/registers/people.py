"""Peers, and what they give: mentoring, sessions, donated time, challenges."""

from projections.challenges import ChallengeRow
from projections.mentoring import MatchRow, SessionRow
from projections.people import DonatedDays, PeerRow
from service.challenges.looking import challenges_seen
from service.exports.columns import day, flag, several, text, whole
from service.exports.register import Register

MENTORING = Register(
    "mentoring",
    "Mentoring matches",
    MatchRow,
    "mentoring.read",
    (
        text("match", "Match"),
        text("case", "Case"),
        text("council", "Council"),
        text("region", "Region"),
        text("status", "Status"),
        text("mentee_office", "Mentee's office"),
        several("themes", "Themes"),
        day("requested_on", "Requested on"),
        text("peer", "Peer"),
        day("matched_on", "Matched on"),
        whole("half_days_reserved", "Time reserved", "half-days"),
        whole("half_days_delivered", "Time given", "half-days"),
        whole("sessions_held", "Sessions held"),
        whole("minutes", "Time in sessions", "minutes"),
        day("last_session_on", "Last session on"),
        day("ended_on", "Ended on"),
        text("outcome", "Outcome"),
    ),
)

SESSIONS = Register(
    "sessions",
    "Mentoring sessions",
    SessionRow,
    "mentoring.read",
    (
        text("match", "Match"),
        whole("session", "Session"),
        text("case", "Case"),
        text("council", "Council"),
        text("peer", "Peer"),
        text("state", "State"),
        day("held_on", "Held, or to be held, on"),
        whole("minutes", "Length", "minutes"),
        whole("half_days", "Time given", "half-days"),
        text("mode", "How"),
        several("themes", "Themes"),
        several("agreed_actions", "Agreed actions"),
        text("cancelled_because", "Cancelled because"),
    ),
)

PEERS = Register(
    "peers",
    "Peers",
    PeerRow,
    "peer.read",
    (
        text("peer", "Peer"),
        text("kind", "Kind"),
        text("home_council", "Home council"),
        text("home_region", "Home region"),
        text("party", "Party"),
        several("themes", "Themes"),
        several("skills", "Skills"),
        flag("active", "Active"),
        day("released_until", "Released until"),
        several("accreditations", "Accreditations"),
        several("matches", "Matches"),
        several("challenges", "Challenges to come"),
        whole("sessions_held", "Sessions held"),
        day("registered_on", "Registered on"),
    ),
    about="A line for each peer, by reference and never by name.",
)

DAYS = Register(
    "days",
    "Peers' donated time",
    DonatedDays,
    "peer.read",
    (
        text("peer", "Peer"),
        text("year", "Financial year"),
        text("kind", "Kind"),
        text("home_council", "Home council"),
        text("home_region", "Home region"),
        whole("asked", "Asked for", "half-days"),
        whole("pledged", "Pledged", "half-days"),
        whole("reserved", "Reserved", "half-days"),
        whole("delivered", "Given", "half-days"),
    ),
)

CHALLENGES = Register(
    "challenges",
    "Peer challenges",
    ChallengeRow,
    "challenge.read",
    (
        text("challenge", "Challenge"),
        text("council", "Council"),
        text("region", "Region"),
        text("kind", "Kind"),
        text("status", "Status"),
        text("focus", "Focus"),
        several("themes", "Themes"),
        text("mutual_with", "Mutual with"),
        day("agreed_on", "Agreed on"),
        day("first_day", "First day"),
        day("last_day", "Last day"),
        whole("half_days_given", "Time given", "half-days"),
        several("strengths", "Strengths"),
        several("areas_to_consider", "Areas to consider"),
        day("reported_on", "Reported on"),
        several("actions", "Actions"),
        day("follow_up_due_on", "Follow-up due on"),
        day("cancelled_on", "Cancelled on"),
        text("cancelled_because", "Cancelled because"),
    ),
    seen=challenges_seen,
)
