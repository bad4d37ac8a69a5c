"""Councils, and what is done for them: the ladder, concerns, cases, decisions, challenges."""

from collections.abc import Sequence
from typing import Any

from psycopg.sql import SQL

from domain.challenges import ChallengeKind, ChallengeStatus
from domain.councils import Engagement, Grade, InstrumentKind, Region, SupportTier
from domain.interventions import Stage
from projections.challenges import ChallengeRow
from projections.councils import CouncilRow
from projections.insight import WarningRow
from projections.instruments import InstrumentRow
from projections.interventions import CasePage, DecisionRow
from service import register
from service.challenges.looking import challenges_seen
from service.desk import Fits, Reader
from service.figures import asking
from service.insight import published_now
from service.lists.listing import (
    Beside,
    Column,
    Filter,
    Kind,
    Listing,
    councils,
    one_of,
    since,
    until,
    users,
)

REGION = Filter("region", "Region", one_of(Region))
COUNCIL = Filter("council", "Council", councils)


def _name(row: Any, beside: Beside) -> str:
    return beside.councils.get(row.council, row.council)


def to_council(row: Any, _: Any) -> str:
    """The page of a row's council."""
    return f"/councils/{row.council}"


OF_COUNCIL = Column(
    "Council", _name, sort="council", by_name=True, href=to_council, needs="council.read"
)
OF_REGION = Column("Region", "region.label", sort="region")

COUNCILS = Listing(
    name="councils",
    path="/councils",
    title="Councils",
    noun="council",
    needs="council.read",
    view=CouncilRow,
    order="name",
    columns=(
        Column("Council", "name", sort="name", href=to_council),
        Column("DfE no", "council", sort="council"),
        OF_REGION,
        Column("Overall grade", "overall", Kind.GRADE, sort="overall"),
        Column("Judged", "judged_on", Kind.DAY, sort="judged_on"),
        Column("Tier", "tier", Kind.TIER, sort="tier"),
        Column("Intervention", lambda row, _: "Due" if row.due else ""),
        Column(
            "Case",
            "open_case",
            sort="open_case",
            href=lambda _, case: f"/cases/{case}",
            needs="case.read",
        ),
        Column("Engagement", "engagement", Kind.WORDS, sort="engagement"),
    ),
    filters=(
        REGION,
        Filter("tier", "Tier", one_of(SupportTier)),
        Filter("overall", "Overall grade", one_of(Grade)),
        Filter("engagement", "Engagement", one_of(Engagement)),
        Filter(
            "due",
            "Intervention",
            lambda _: [("yes", "Due"), ("no", "Not due")],
            fits=lambda said: Fits(SQL("due = %s"), [said == "yes"]),
        ),
    ),
    empty="No council is on the register yet. A case officer imports it from the published file.",
    begin=("import-councils", "register_council"),
)


def _in_force(said: str) -> Fits:
    return Fits(SQL("in_force = %s"), [said == "in force"])


def _covering(day: Any) -> Fits:
    """Where one of the spells covers the day, as Spell.covers says it."""
    return Fits(
        SQL(
            "jsonb_path_exists(spells, '$[*] ? (@.from_on <= $day &&"
            " (@.until_on == null || $day < @.until_on))', jsonb_build_object('day', %s::text))"
        ),
        [day.isoformat()],
    )


def people_named(reading: Reader, rows: Sequence[InstrumentRow]) -> dict[str, str]:
    """The names of the persons that instruments refer to."""
    persons = [row.reference for row in rows if row.kind in _PERSONS]
    known = register.read_all(reading.installation.store.datastore, persons)
    return {person: data["name"] for person, data in known.items()}


_PERSONS = (InstrumentKind.ADVISER, InstrumentKind.COMMISSIONER)

INSTRUMENTS = Listing(
    name="instruments",
    path="/instruments",
    title="The intervention ladder",
    noun="instrument",
    needs="council.read",
    view=InstrumentRow,
    order="-rung",
    beside=people_named,
    columns=(
        OF_COUNCIL,
        Column("What", "kind", Kind.WORDS, sort="rung"),
        Column("Reference or name", lambda row, b: b.more.get(row.reference, row.reference)),
        Column("From", "from_on", Kind.DAY, sort="from_on"),
        Column("Until", "until_on", Kind.DAY, sort="until_on"),
        Column("How it ended", "ended", Kind.WORDS),
        Column(
            "Began with",
            lambda row, _: f"event {row.spells[-1].from_position}",
            href=lambda row, _: f"/audit/events/{row.spells[-1].from_position}",
            needs="audit.read",
        ),
    ),
    filters=(
        COUNCIL,
        Filter("kind", "Kind", one_of(InstrumentKind)),
        Filter("state", "State", one_of(("in force", "ended")), fits=_in_force),
        Filter("on", "In force on", fits=_covering, day=True),
    ),
    empty="No notice, direction or appointment is on record. A case officer records each when it is"
    " made.",
    begin=("issue_improvement_notice", "issue_statutory_direction", "appoint_person"),
)


def _values(row: WarningRow, beside: Beside) -> list[str]:
    told = [f"{name}: {value}" for name, value in row.indicators.items()]
    if not row.warning:
        return [row.source_of_concern, *told]
    now = beside.more.get(f"{row.council}/{row.concern}", "")
    changed = [f"since corrected to {now or 'nothing'}"] if now != row.warning.value else []
    return told + changed


def _why(row: WarningRow, _: Beside) -> str:
    if row.warning:
        rules = "; ".join(row.warning.rules).capitalize()
        return f"{rules} (thresholds, version {row.warning.thresholds_version})"
    return row.reason or "Raised by hand"


def _compared(row: WarningRow, _: Beside) -> list[str]:
    return (
        [f"{name}: {value}" for name, value in row.warning.compared.items()] if row.warning else []
    )


def _ended(row: WarningRow, _: Beside) -> str:
    because = f": {row.closed_because}" if row.closed_because else ""
    return f"Closed{because}" if row.status == "closed" else f"Close concern {row.concern}"


def _closing(row: WarningRow, _: Any) -> str | None:
    if row.status == "closed":
        return None
    return f"/do/close_risk_concern?council={row.council}&concern={row.concern}"


WARNINGS = Listing(
    name="warnings",
    path="/warnings",
    title="Concerns and early warnings",
    noun="concern",
    needs="warning.read",
    view=WarningRow,
    order="-raised_on",
    beside=published_now,
    columns=(
        Column(
            "Council",
            _name,
            sort="council",
            by_name=True,
            href=lambda row, _: f"/councils/{row.council}/profile",
            needs="indicator.read",
        ),
        Column("Raised", "raised_on", Kind.DAY, sort="raised_on"),
        Column("State", "status", Kind.WORDS, sort="status"),
        Column("Values", _values, Kind.LIST),
        Column("Why", _why),
        Column("Compared with", _compared, Kind.LIST),
        Column(
            "Event",
            lambda row, _: f"Event {row.position}",
            href=lambda row, _: f"/audit/events/{row.position}",
            needs="audit.read",
        ),
        Column("Closed", "closed_on", Kind.DAY, sort="closed_on"),
        Column("Next", _ended, href=_closing, needs="engagement.record"),
    ),
    filters=(
        Filter(
            "status",
            "State",
            one_of(("open", "closed", "all")),
            fits=lambda said: None if said == "all" else said,
            default="open",
        ),
        COUNCIL,
    ),
    empty="No concern is on record in your scope. One is raised by hand, or where loaded indicators"
    " meet the thresholds.",
    begin=("raise_risk_concern",),
)

CASES = Listing(
    name="cases",
    path="/cases",
    title="Intervention cases",
    noun="case",
    needs="case.read",
    view=CasePage,
    order="case",
    columns=(
        Column("Case", "case", sort="case", href=lambda _, case: f"/cases/{case}"),
        OF_COUNCIL,
        OF_REGION,
        Column("Stage", "stage", Kind.WORDS, sort="stage"),
        Column("Tier", "tier", Kind.TIER, sort="tier"),
        Column("Lead", "lead", Kind.USER, sort="lead"),
        Column("Confidence", "confidence", Kind.RAG, sort="confidence"),
        Column("Next milestone", "next_milestone_on", Kind.DAY, sort="next_milestone_on"),
        Column("Opened", "opened_on", Kind.DAY, sort="opened_on"),
    ),
    filters=(
        Filter("stage", "Stage", one_of(Stage)),
        REGION,
        Filter("tier", "Tier", one_of(SupportTier)),
        COUNCIL,
        Filter("lead", "Lead", users(CasePage, "lead")),
        Filter("opened_from", "Opened from", fits=since("opened_on"), day=True),
        Filter("opened_to", "Opened to", fits=until("opened_on"), day=True),
    ),
    empty="No case has been opened yet. A case officer opens one for a council where intervention"
    " is due.",
)


def _proposed(row: DecisionRow, _: Beside) -> str:
    return f"{row.proposed_by}"


def _authority(row: DecisionRow, _: Beside) -> str:
    if row.authority is None:
        return ""
    return row.authority.board_minute or "Delegated limit"


DECISIONS = Listing(
    name="decisions",
    path="/decisions",
    title="Decision register",
    noun="decision",
    needs="case.read",
    view=DecisionRow,
    order="-proposed_on",
    columns=(
        Column(
            "Decision",
            lambda row, _: f"{row.case} no {row.decision}",
            sort="case",
            href=lambda row, _: f"/cases/{row.case}",
        ),
        OF_COUNCIL,
        Column("Title", "title", sort="title"),
        Column("Cost", "cost_pence", Kind.PENCE, sort="cost_pence"),
        Column("Outcome", "outcome", Kind.WORDS, sort="outcome"),
        Column("Proposed by", "proposed_by", Kind.USER, sort="proposed_by"),
        Column("Proposed", "proposed_on", Kind.DAY, sort="proposed_on"),
        Column("Taken by", "taken_by", Kind.USER, sort="taken_by"),
        Column("Taken", "taken_on", Kind.DAY, sort="taken_on"),
        Column("Rationale", "rationale"),
        Column("Authority", _authority),
    ),
    filters=(
        Filter("outcome", "Outcome", one_of(("waiting", "approved", "declined", "superseded"))),
        COUNCIL,
        Filter("proposed_from", "Proposed from", fits=since("proposed_on"), day=True),
        Filter("proposed_to", "Proposed to", fits=until("proposed_on"), day=True),
    ),
    empty="No decision has been proposed yet. A case officer proposes support for an open case, and"
    " another person decides.",
    begin=("propose_decision",),
)


def _team(row: ChallengeRow, _: Any) -> str:
    return asking.field("challenge-row", row.challenge, "team")


CHALLENGES = Listing(
    name="challenges",
    path="/challenges",
    title="Peer challenges",
    noun="challenge",
    needs="challenge.read",
    view=ChallengeRow,
    order="first_day",
    seen=challenges_seen,
    columns=(
        Column(
            "Challenge", "challenge", sort="challenge", href=lambda _, ref: f"/challenges/{ref}"
        ),
        Column("First day", "first_day", Kind.DAY, sort="first_day"),
        Column("Last day", "last_day", Kind.DAY, sort="last_day"),
        Column("Host", _name, sort="council", by_name=True, href=to_council),
        OF_REGION,
        Column("Kind", "kind", Kind.WORDS, sort="kind"),
        Column("State", "status", Kind.WORDS, sort="status"),
        Column("Team", lambda row, _: len(row.team), Kind.WHOLE, figure=_team),
    ),
    filters=(
        REGION,
        Filter("kind", "Kind", one_of(ChallengeKind)),
        Filter("status", "State", one_of(ChallengeStatus)),
        COUNCIL,
        Filter("from_day", "From", fits=since("first_day"), day=True),
        Filter("to_day", "To", fits=until("first_day"), day=True),
    ),
    empty="No peer challenge has been agreed yet. A case officer or a region's lead agrees one with"
    " its host council.",
)
