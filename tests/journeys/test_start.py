"""What waits for whom, what people watch, their inbox and the team's casework."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner

from domain.assessments import SelfAssessmentRevised, SelfAssessmentSubmitted
from domain.challenges import ActionPlanAgreed, ChallengeScheduled
from domain.funding import (
    ClawbackWrittenOff,
    ConditionMet,
    GrantApproved,
    GrantDeclined,
    GrantProposed,
    GrantVaried,
    GrantWithdrawn,
    OfferAccepted,
)
from domain.interventions import CaseEvent
from domain.kernel import Event, Record
from domain.mentoring import PeerAcceptedByCouncil
from domain.regions import EarlySupportAccepted
from service.cli import main
from service.demo.users import DEMO_USERS
from service.pages.forms.fields import fields_of_route
from service.pages.forms.sheet import route_named, subjects_of
from service.tasks import KINDS
from tests.conftest import Service, running
from tests.journeys.steps import done, got, refused

USERS = (
    "case-officer",
    "case-officer-2",
    "approver",
    "finance-officer",
    "regional-lead",
    "peer",
    "council-contact",
    "auditor",
    "dfe-analyst",
    "administrator",
)
MOMENTS = ("2025-06-10", "2025-08-01", "2025-12-15", "2026-03-01", None)


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


def tasks(played: Service, user: str, **asked: Any) -> dict[str, Any]:
    """What waits for a user."""
    asked = {name: value for name, value in asked.items() if value is not None}
    found: dict[str, Any] = got(played.client(user).get("/api/v1/tasks", params=asked))
    return found


@pytest.fixture(scope="module")
def everything(played: Service) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Every task of everybody, at several moments of the year."""
    return [
        (user, moment, task)
        for user in USERS
        for moment in MOMENTS
        for task in tasks(played, user, as_at=moment, whose="all")["tasks"]
    ]


def test_every_task_leads_to_a_form_of_what_its_kind_needs(
    everything: list[tuple[str, str | None, dict[str, Any]]],
) -> None:
    needs = {kind.name: kind.needs for kind in KINDS}
    for _, _, task in everything:
        if task["form"] is None:
            assert task["notes"] or task["kind"] == "monitoring-returns-overdue", task
            continue
        address = urlsplit(task["form"])
        route = route_named(address.path.removeprefix("/do/"))
        assert route.needs == needs[task["kind"]], task
        known = {field.name for field in fields_of_route(route)} | set(subjects_of(route))
        assert dict(parse_qsl(address.query)).keys() <= known, task
        assert set(subjects_of(route)) <= dict(parse_qsl(address.query)).keys(), task


def test_the_demonstration_year_has_most_kinds(
    everything: list[tuple[str, str | None, dict[str, Any]]],
) -> None:
    found = {task["kind"] for _, _, task in everything}
    assert {
        "council-cases-to-open",
        "decisions-to-take",
        "grants-to-approve",
        "instalments-due",
        "conditions-to-check",
        "milestones-due",
        "progress-reviews-due",
        "monitoring-returns-overdue",
        "entitlements-overdue",
        "returns-to-review",
        "practice-to-judge",
        "practice-to-publish",
        "contract-deliverables-to-accept",
        "concerns-open",
        "virements-to-approve",
    } <= found, found
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 35


def test_nobody_is_asked_for_what_another_person_has_to_do(
    played: Service, everything: list[tuple[str, str | None, dict[str, Any]]]
) -> None:
    auditor, asked = played.client("auditor"), 0
    for user, moment, task in everything:
        at = {"as_at": moment} if moment else {}
        if task["kind"] in ("grants-to-approve", "instalments-due"):
            grant = got(auditor.get(f"/api/v1/grants/{task['subject']}", params=at))
            assert user != grant["proposed_by"]
            if task["kind"] == "instalments-due":
                assert user != grant["approved_by"]
            else:
                assert user not in [each["by"] for each in grant["assessments"]]
            asked += 1
        if task["kind"] == "decisions-to-take":
            where = {"case": task["subject"], "outcome": "waiting", **at}
            rows = got(auditor.get("/api/v1/decisions", params=where))["items"]
            assert user not in [row["proposed_by"] for row in rows]
            asked += 1
    assert asked > 10


@pytest.mark.parametrize("moment", [m for m in MOMENTS if m])
def test_a_past_moment_shows_what_waited_then(played: Service, moment: str) -> None:
    """Told from the log alone: proposed up to then, and not settled by then."""
    found = tasks(played, "director", as_at=moment)
    log = played.installation.store.records(0, 100_000)
    waiting: dict[str, Record] = {}
    for record in log:
        if record.position > found["position"]:
            break
        match record.event:
            case GrantProposed():
                waiting[record.event.grant] = record
            case GrantApproved() | GrantDeclined() | GrantWithdrawn():
                waiting.pop(record.event.grant, None)
    approving = [task for task in found["tasks"] if task["kind"] == "grants-to-approve"]
    assert {task["subject"] for task in approving} == waiting.keys()
    for task in approving:
        assert task["since"] == waiting[task["subject"]].effective_on.isoformat()


def test_the_most_urgent_comes_first_and_the_counts_add_up(played: Service) -> None:
    found = tasks(played, "case-officer")
    order = ["overdue", "due soon", "later"]
    told = [(order.index(t["urgency"]), t["due_on"] or "9999", t["since"]) for t in found["tasks"]]
    assert told == sorted(told)
    for urgency in order:
        count = sum(task["urgency"] == urgency for task in found["tasks"])
        assert found["counts"][urgency] == count
    for task in found["tasks"]:
        assert (task["urgency"] == "overdue") == bool(
            task["due_on"] and task["due_on"] < found["on"]
        )


def test_cases_that_colleagues_lead_are_left_out_unless_asked_for(played: Service) -> None:
    mine, every = tasks(played, "case-officer"), tasks(played, "case-officer", whose="all")
    assert {task["lead"] for task in mine["tasks"]} <= {None, "case-officer"}
    left = [task for task in every["tasks"] if task["lead"] not in (None, "case-officer")]
    assert len(left) == mine["with_colleagues"] > 0
    assert len(mine["tasks"]) + len(left) == len(every["tasks"])


def test_who_may_do_nothing_is_asked_nothing(played: Service) -> None:
    for user in ("auditor", "dfe-analyst"):
        assert tasks(played, user)["tasks"] == []


def test_a_region_s_tasks_are_its_lead_s(played: Service) -> None:
    councils = got(played.client("auditor").get("/api/v1/councils?limit=1000"))["items"]
    region = {row["council"]: row["region"] for row in councils}
    found = tasks(played, "regional-lead")["tasks"]
    assert {region[task["council"]] for task in found} == {"north-west"}


def contact_of(played: Service, council: str) -> str:
    """Whoever is a council's contact in the demonstration."""
    users = [person.user for person in DEMO_USERS if person.council == council]
    return users[0] if users else f"contact-{council}"


def council_s(played: Service, user: str, kind: str, **asked: Any) -> list[dict[str, Any]]:
    return [task for task in tasks(played, user, **asked)["tasks"] if task["kind"] == kind]


@pytest.mark.parametrize(
    ("kind", "settled"),
    [
        ("early-support-to-answer", EarlySupportAccepted),
        ("offers-to-answer", OfferAccepted),
        ("conditions-to-meet", ConditionMet),
        ("money-to-pay-back", ClawbackWrittenOff),
        ("mentors-to-answer", PeerAcceptedByCouncil),
        ("action-plans-to-agree", ActionPlanAgreed),
        ("yearly-assessments-due", SelfAssessmentSubmitted),
        ("points-on-your-assessment", SelfAssessmentRevised),
    ],
)
def test_what_waits_for_a_council_waits_until_it_is_settled(
    played: Service, kind: str, settled: type[Event]
) -> None:
    log = played.installation.store.records(0, 100_000)
    record = next(record for record in log if isinstance(record.event, settled))
    council = record.event.council  # type: ignore[attr-defined]
    user = record.actor if record.role == "council-contact" else contact_of(played, council)
    before = council_s(played, user, kind, as_at=str(record.position - 1))
    after = council_s(played, user, kind, as_at=str(record.position))
    assert {task["council"] for task in before} == {council}
    gone = [task for task in before if task not in after]
    assert len(gone) == 1
    assert gone[0]["form"] or gone[0]["notes"]


def test_a_council_is_told_of_its_challenge_and_of_what_a_grant_was_raised_by(
    played: Service,
) -> None:
    log = played.installation.store.records(0, 100_000)
    users = played.installation.store.streams("USER-contact-")
    challenge = next(
        record.event
        for record in log
        if isinstance(record.event, ChallengeScheduled)
        and f"USER-contact-{record.event.council}" in users
    )
    day = challenge.first_day.isoformat()
    (told,) = council_s(
        played, f"contact-{challenge.council}", "peer-challenges-to-host", as_at=day
    )
    assert (told["subject"], told["due_on"]) == (challenge.challenge, day)
    raised = [
        record.event
        for record in log
        if isinstance(record.event, GrantVaried) and record.event.amount_pence == 49_000_00
    ]
    (asked,) = council_s(played, f"contact-{raised[0].council}", "offers-to-answer")
    assert asked["what"].endswith(", raised to £49,000.00")


def test_the_command_line_answers_as_the_api_does(played: Service) -> None:
    environment = {"CASEWORK_DATABASE_URL": played.installation.url, "CASEWORK_ENV": "test"}
    words = ["view", "tasks", "--as", "approver", "--as-at", "2026-02-27", "--json"]
    result = CliRunner().invoke(main, words, env=environment)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == tasks(played, "approver", as_at="2026-02-27")


def test_what_is_done_waits_no_longer(played: Service) -> None:
    before = [t for t in tasks(played, "approver")["tasks"] if t["kind"] == "decisions-to-take"]
    task = before[0]
    address = f"/api/v1/cases/{task['subject']}/decisions/{task['part']}/outcome"
    body = {"outcome": "declined", "rationale": "Two reviews first"}
    position = done(played.client("approver").post(address, json=body))["position"]
    after = tasks(played, "approver", after=position)["tasks"]
    key = (task["kind"], task["subject"], task["part"])
    assert key not in [(t["kind"], t["subject"], t["part"]) for t in after]
    assert len(after) == len(tasks(played, "approver", as_at=str(position - 1))["tasks"]) - 1


# --- Watching and the inbox -------------------------------------------------------------------


def watch(played: Service, user: str, subject: str) -> int:
    """Begin to watch; returns the position."""
    answer = played.client(user).post("/api/v1/watch-list", json={"subject": subject})
    return int(done(answer)["position"])


def milestone(played: Service, case: str, user: str = "case-officer") -> int:
    """Something happens in a case."""
    body = {"title": "Cabinet agrees the plan", "due_on": "2035-03-30"}
    answer = played.client(user).post(f"/api/v1/cases/{case}/milestones", json=body)
    return int(done(answer)["position"])


@pytest.mark.parametrize("user", ["case-officer", "approver", "finance-officer", "regional-lead"])
def test_the_demonstration_s_people_have_news_of_what_they_watch(
    played: Service, user: str
) -> None:
    found = got(played.client(user).get("/api/v1/inbox"))
    assert all(each["changes"] for each in found["watched"])
    listed = got(played.client(user).get("/api/v1/watch-list"))["watched"]
    new = {
        each["subject"]
        for each in listed
        if any(c["new"] and not c["mine"] for c in each["changes"])
    }
    assert {each["subject"] for each in found["watched"]} == new
    assert 0 < len(new) < len(listed)


def test_what_others_change_in_what_is_watched_comes_to_the_inbox(played: Service) -> None:
    auditor = played.client("auditor")
    began = watch(played, "auditor", "CASE-0004")
    position = milestone(played, "CASE-0004")
    found = got(auditor.get("/api/v1/inbox", params={"after": position}))
    (watched,) = found["watched"]
    (change,) = watched["changes"]
    assert (watched["subject"], watched["page"]) == ("CASE-0004", "/cases/CASE-0004")
    assert "Cabinet agrees the plan" in change["says"]
    assert change["by"] == "case-officer"
    assert change["new"]
    listed = got(auditor.get("/api/v1/watch-list"))["watched"]
    assert [c["position"] for each in listed for c in each["changes"]] == [position]
    done(auditor.post("/api/v1/inbox/readings", json={"position": position}))
    assert got(auditor.get("/api/v1/inbox"))["watched"] == []
    (again,) = got(auditor.get("/api/v1/watch-list"))["watched"]
    assert [c["new"] for c in again["changes"]] == [False]
    then = got(auditor.get("/api/v1/watch-list", params={"as_at": str(began - 1)}))
    assert then["watched"] == []


def test_one_s_own_doing_is_no_news(played: Service) -> None:
    officer = played.client("case-officer-2")
    watch(played, "case-officer-2", "CASE-0006")
    position = milestone(played, "CASE-0006", "case-officer-2")
    assert got(officer.get("/api/v1/inbox", params={"after": position}))["watched"] == []
    (listed,) = got(officer.get("/api/v1/watch-list"))["watched"]
    assert [change["mine"] for change in listed["changes"]] == [True]


def test_a_new_task_comes_to_the_inbox_once(played: Service) -> None:
    approver, officer = played.client("approver-2"), played.client("case-officer")
    head = played.installation.store.head()
    done(approver.post("/api/v1/inbox/readings", json={"position": head}))
    assert got(approver.get("/api/v1/inbox"))["tasks"] == []
    body = {
        "title": "A second adviser",
        "options": ["None"],
        "evidence": "Review",
        "recommendation": "Ten days",
        "cost": "9000.00",
    }
    position = done(officer.post("/api/v1/cases/CASE-0008/decisions", json=body))["position"]
    found = got(approver.get("/api/v1/inbox", params={"after": position}))
    (task,) = found["tasks"]
    assert (task["kind"], task["subject"]) == ("decisions-to-take", "CASE-0008")
    done(approver.post("/api/v1/inbox/readings", json={"position": found["position"]}))
    assert got(approver.get("/api/v1/inbox"))["tasks"] == []


def test_watching_shows_in_nobody_s_history(played: Service) -> None:
    watch(played, "approver", "CASE-0009")
    rows = got(played.client("auditor").get("/api/v1/audit?case=CASE-0009&limit=1000"))["items"]
    assert "SubjectWatched" not in {row["event"] for row in rows}
    kinds = {kind.__name__ for kind in CaseEvent.__subclasses__()}
    assert {row["event"] for row in rows if row["stream"] == "CASE-0009"} <= kinds | {
        "AttemptRefused"
    }


def test_only_what_one_may_see_is_watched(played: Service) -> None:
    contact = played.client("council-contact")
    for subject in ("CASE-0001", "GRANT-0001", "CASE-9999"):
        answer = contact.post("/api/v1/watch-list", json={"subject": subject})
        refused(answer, 404, "not-found")
    watch(played, "council-contact", "330")
    again = contact.post("/api/v1/watch-list", json={"subject": "330"})
    refused(again, 409, "watched-already")
    done(contact.post("/api/v1/watch-list/removals", json={"subject": "330"}))
    assert got(contact.get("/api/v1/watch-list"))["watched"] == []


def test_a_concern_is_told_only_to_those_who_see_concerns(played: Service) -> None:
    for user in ("dfe-analyst", "regional-lead"):
        watch(played, user, "350")
    body = {"source_of_concern": "Complaints", "indicators": {}, "reason": "Several in a month"}
    lead = played.client("case-officer")
    position = done(lead.post("/api/v1/councils/350/concerns", json=body))["position"]
    told = {
        user: [
            change["says"]
            for each in got(
                played.client(user).get("/api/v1/watch-list", params={"after": position})
            )["watched"]
            for change in each["changes"]
            if each["subject"] == "350"
        ]
        for user in ("dfe-analyst", "regional-lead")
    }
    assert told["dfe-analyst"] == []
    (said,) = told["regional-lead"]
    assert said.startswith("Concern ")
    assert "Bolton" in said


# --- The team ---------------------------------------------------------------------------------


def test_the_team_s_cases_by_lead_and_region(played: Service) -> None:
    auditor = played.client("auditor")
    every = got(auditor.get("/api/v1/team"))
    assert len(every) == len(got(auditor.get("/api/v1/cases?is_open=true"))["items"])
    assert {case["lead"] for case in every} == {"case-officer", "case-officer-2"}
    dues = [case["next_due_on"] or "9999" for case in every]
    assert dues == sorted(dues)
    north = got(auditor.get("/api/v1/team?region=north-west"))
    assert north == [case for case in every if case["region"] == "north-west"]
    assert [c["case"] for c in got(played.client("regional-lead").get("/api/v1/team"))] == [
        case["case"] for case in north
    ]
    refused(played.client("council-contact").get("/api/v1/team"), 403, "forbidden")


def test_a_case_s_last_activity_is_its_last_record(played: Service) -> None:
    (found,) = (
        case
        for case in got(played.client("auditor").get("/api/v1/team"))
        if case["case"] == "CASE-0004"
    )
    last = max(
        record.recorded_at
        for record in played.installation.store.records(0, 100_000)
        if getattr(record.event, "case", None) == "CASE-0004"
    )
    assert found["last_activity_at"] == last.isoformat().replace("+00:00", "Z")
