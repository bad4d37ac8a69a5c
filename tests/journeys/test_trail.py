"""The trail: every filter alone and together, streams, following, and queries that are kept."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from domain.access import AttemptRefused
from domain.funding import ClawbackWrittenOff, InstalmentPaid
from domain.kernel import LONDON, Record
from domain.sentences import sentence_of
from service.cli import main
from service.filters import Filters, area_of
from tests.conftest import Service, running
from tests.journeys.steps import done, got, refused

TRAIL, STREAM, QUERIES = "/api/v1/audit", "/api/v1/audit/events", "/api/v1/audit/queries"
Fits = Callable[[Record], bool]


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture(scope="module")
def log(played: Service) -> list[Record]:
    """The log itself, which the trail is compared with."""
    return played.installation.store.records(0, 100_000)


def concerns(name: str, value: str) -> Fits:
    """What the event is about; of an attempt that was refused, what was attempted."""

    def fits(record: Record) -> bool:
        event = record.event
        if isinstance(event, AttemptRefused):
            return event.about.get(name) == value
        return getattr(event, name, None) == value

    return fits


def names(whom: str) -> Fits:
    """The id stands somewhere in the event, as a value of its own."""
    return lambda record: (
        json.dumps(whom)
        in re.sub(r'"[^"]*":', "", json.dumps(record.event.model_dump(mode="json")))
    )


def area(record: Record) -> str:
    return area_of(type(record.event))


def recorded(record: Record) -> date:
    return record.recorded_at.astimezone(LONDON).date()


ONE_BY_ONE: list[tuple[dict[str, Any], Fits]] = [
    ({"case": "CASE-0001"}, concerns("case", "CASE-0001")),
    ({"grant": "GRANT-0001"}, concerns("grant", "GRANT-0001")),
    ({"council": "330"}, concerns("council", "330")),
    ({"region": "north-west"}, concerns("region", "north-west")),
    ({"person": "PEER-0003"}, names("PEER-0003")),
    (
        {"person": "USER-approver"},
        lambda r: (
            r.actor == "approver"
            or getattr(r.event, "user", None) == "approver"
            or names("USER-approver")(r)
        ),
    ),
    ({"peer": "PEER-0003"}, concerns("peer", "PEER-0003")),
    ({"match": "MENT-0001"}, concerns("match", "MENT-0001")),
    ({"challenge": "CHAL-0001"}, concerns("challenge", "CHAL-0001")),
    ({"contract": "CONTRACT-0001"}, concerns("contract", "CONTRACT-0001")),
    ({"programme": "PROG-0001"}, concerns("programme", "PROG-0001")),
    ({"practice": "PRACTICE-0001"}, concerns("practice", "PRACTICE-0001")),
    ({"year": "2025-26"}, concerns("year", "2025-26")),
    ({"actor": "approver-2"}, lambda r: r.actor == "approver-2"),
    ({"role": "finance-officer"}, lambda r: r.role == "finance-officer"),
    ({"channel": "demo"}, lambda r: r.channel == "demo"),
    ({"area": "mentoring"}, lambda r: area(r) == "mentoring"),
    ({"area": "funding"}, lambda r: area(r) == "funding"),
    ({"stream": "BUDGET-2025-26"}, lambda r: r.stream == "BUDGET-2025-26"),
    *(
        ({"stream": kind}, lambda r, kind=kind: r.stream.startswith(kind))
        for kind in ("CHAL-", "CONTRACT-", "PROG-", "MENT-", "REGION-", "STAFF-TIME-")
    ),
    ({"event": "GrantApproved"}, lambda r: type(r.event).__name__ == "GrantApproved"),
    (
        {"event": ["GrantApproved", "OfferAccepted"]},
        lambda r: type(r.event).__name__ in ("GrantApproved", "OfferAccepted"),
    ),
    ({"since": "2025-12-01"}, lambda r: recorded(r) >= date(2025, 12, 1)),
    ({"until": "2025-06-30"}, lambda r: recorded(r) <= date(2025, 6, 30)),
    (
        {"since": "2025-06-30T09:09", "until": "2025-07-02T12:00+01:00"},
        lambda r: (
            datetime(2025, 6, 30, 9, 9, tzinfo=LONDON)
            <= r.recorded_at
            <= datetime(2025, 7, 2, 12, tzinfo=LONDON)
        ),
    ),
    ({"effective_from": "2025-10-01"}, lambda r: r.effective_on >= date(2025, 10, 1)),
    ({"effective_to": "2025-04-30"}, lambda r: r.effective_on <= date(2025, 4, 30)),
]
TOGETHER: list[tuple[dict[str, Any], Fits]] = [
    (
        {
            "area": "funding",
            "role": "approver",
            "since": "2025-06-01",
            "event": ["GrantApproved", "CouncilRegistered"],
        },
        lambda r: (
            type(r.event).__name__ == "GrantApproved"
            and r.role == "approver"
            and recorded(r) >= date(2025, 6, 1)
        ),
    ),
    (
        {"case": "CASE-0001", "stream": "MENT-", "effective_to": "2025-12-31"},
        lambda r: (
            concerns("case", "CASE-0001")(r)
            and r.stream.startswith("MENT-")
            and r.effective_on <= date(2025, 12, 31)
        ),
    ),
    (
        {"person": "PEER-0003", "actor": "case-officer", "channel": "demo"},
        lambda r: names("PEER-0003")(r) and r.actor == "case-officer" and r.channel == "demo",
    ),
]


def positions(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [int(json.loads(line)["id"]) for line in answer.text.splitlines()]


@pytest.mark.parametrize(
    ("asked", "fits"), [*ONE_BY_ONE, *TOGETHER], ids=lambda v: "" if callable(v) else str(v)[:60]
)
def test_a_filter_finds_just_the_events_that_fit(
    played: Service, log: list[Record], asked: dict[str, Any], fits: Fits
) -> None:
    expected = [record.position for record in log if fits(record)]
    assert expected
    auditor = played.client("auditor")
    assert positions(auditor.get(STREAM, params=asked)) == expected
    page = got(auditor.get(TRAIL, params=asked | {"limit": 1000}))
    assert [row["position"] for row in page["items"]] == expected[:1000]


def test_what_one_request_recorded_is_found_by_its_correlation(
    played: Service, log: list[Record]
) -> None:
    one = next(record for record in log if type(record.event).__name__ == "GrantApproved")
    expected = [record.position for record in log if record.correlation == one.correlation]
    assert len(expected) > 1
    asked = {"correlation": one.correlation}
    assert positions(played.client("auditor").get(STREAM, params=asked)) == expected


def test_page_api_and_terminal_know_the_same_filters(played: Service) -> None:
    api = got(played.anonymous().get("/api/openapi.json"))["paths"]
    for path in (TRAIL, STREAM):
        told = {p["name"] for p in api[path]["get"]["parameters"]}
        assert told >= set(Filters.model_fields)
    trail = main.commands["audit"].commands["trail"]  # type: ignore[attr-defined]
    assert {option.name for option in trail.params} >= set(Filters.model_fields)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"event": "GrantUpdated"}, "There is no event 'GrantUpdated'"),
        ({"area": "gardening"}, "There is no area 'gardening'"),
        ({"since": "yesterday"}, "Write 'yesterday' as a date"),
        ({"effective_to": "31/13/2026"}, "Write '31/13/2026' as a date"),
        ({"until": "0001-01-01T00:00+14:00"}, "as a date"),
    ],
)
def test_what_can_not_be_asked_is_told(played: Service, asked: dict[str, str], says: str) -> None:
    for path in (TRAIL, STREAM):
        problem = refused(played.client("auditor").get(path, params=asked), 422, "bad-input")
        assert says in problem["detail"]


def test_filters_left_empty_ask_for_nothing_and_older_names_are_still_read(
    played: Service, log: list[Record]
) -> None:
    auditor = played.client("auditor")
    empty = "&".join(f"{name}=" for name in Filters.model_fields)
    assert positions(auditor.get(f"{STREAM}?{empty}")) == [record.position for record in log]
    asked = {"from": "2025-12-01", "to": "2025-12-31"}
    found = positions(auditor.get(STREAM, params=asked))
    month = [r.position for r in log if date(2025, 12, 1) <= recorded(r) <= date(2025, 12, 31)]
    assert found == month


def test_a_filter_opens_nothing_beyond_the_readers_scope(
    played: Service, log: list[Record]
) -> None:
    lead, auditor = played.client("regional-lead"), played.client("auditor")
    for asked in ({"stream": "CASE-"}, {"person": "PEER-0003"}, {"area": "funding"}):
        theirs = positions(lead.get(STREAM, params=asked))
        assert set(theirs) < set(positions(auditor.get(STREAM, params=asked)))
    refused(played.client("peer").get(STREAM, params={"case": "CASE-0001"}), 403, "forbidden")


# --- Streams --------------------------------------------------------------------------------


def test_a_stream_goes_on_after_the_position_that_came_last(
    played: Service, log: list[Record]
) -> None:
    auditor = played.client("auditor")
    whole = auditor.get(STREAM).text.splitlines()
    assert len(whole) == len(log)
    last = json.loads(whole[1199])["position"]
    rest = auditor.get(STREAM, params={"from_position": last}).text.splitlines()
    assert rest == whole[1200:]
    then = positions(auditor.get(STREAM, params={"as_at": str(last)}))
    assert then == [record.position for record in log[:1200]]


def test_a_table_has_every_event_and_no_formula(played: Service) -> None:
    officer, auditor = played.client("case-officer"), played.client("auditor")
    receipt = done(
        officer.post(
            "/api/v1/cases/CASE-0001/milestones",
            json={"title": "Audit of thresholds", "due_on": "2027-02-01", "reason": "=cmd|'/C'!A0"},
        )
    )
    asked = {"format": "csv", "after": str(receipt["position"])}
    answer = auditor.get(STREAM, params=asked)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(row["position"]) for row in rows] == positions(auditor.get(STREAM))
    assert rows[-1]["reason"] == "'=cmd|'/C'!A0"
    assert json.loads(rows[-1]["payload"])["title"] == "Audit of thresholds"


# --- Following ------------------------------------------------------------------------------


def add_milestone(service: Service, title: str, case: str = "CASE-0001") -> int:
    body = {"title": title, "due_on": "2027-03-01"}
    receipt = done(
        service.client("case-officer").post(f"/api/v1/cases/{case}/milestones", json=body)
    )
    return int(receipt["position"])


def follower_of(
    service: Service, seconds: int, user: str = "auditor", **asked: Any
) -> tuple[list[Any], threading.Thread]:
    """Follows over HTTP beside the test: what comes, with the moment at which it came."""
    came: list[Any] = []
    client = service.client(user)
    params = {"follow": True, "seconds": seconds, **asked}

    def read() -> None:
        with client.stream("GET", STREAM, params=params) as answer:
            came.append((answer.status_code, time.monotonic()))
            for line in answer.iter_lines():
                came.append((json.loads(line), time.monotonic()))

    thread = threading.Thread(target=read)
    thread.start()
    while not came:
        time.sleep(0.02)
    return came, thread


def test_an_open_stream_brings_what_is_recorded_and_ends_by_itself(played: Service) -> None:
    head, began = played.installation.store.head(), time.monotonic()
    came, thread = follower_of(played, 8, from_position=head, case="CASE-0001")
    position = add_milestone(played, "Followed live")
    add_milestone(played, "Another case", case="CASE-0002")
    thread.join(20)
    assert 7.5 < time.monotonic() - began < 16
    ((event, at),) = came[1:]
    assert event["position"] == position
    assert at - began < 7
    went_on, thread = follower_of(played, 1, from_position=position)
    thread.join(10)
    assert [told["data"]["case"] for told, _ in went_on[1:]] == ["CASE-0002"]


def test_an_open_stream_ends_with_the_right_to_read_it(played: Service) -> None:
    administrator = played.client("administrator")
    done(administrator.post("/api/v1/users", json={"user": "visitor", "name": "Una Threlkeld"}))
    done(administrator.post("/api/v1/users/visitor/roles", json={"role": "auditor"}))
    head, began = played.installation.store.head(), time.monotonic()
    came, thread = follower_of(played, 60, "visitor", from_position=head)
    left = {"reason": "The visit is over"}
    done(administrator.post("/api/v1/users/visitor/deactivation", json=left))
    thread.join(30)
    assert time.monotonic() - began < 30
    assert len(came) == 1


def test_more_than_can_be_served_are_told_to_wait(
    played: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.audit._MOST_FOLLOWERS", 0)
    asked = {"follow": "true"}
    refused(played.client("auditor").get(STREAM, params=asked), 503, "busy")


def test_the_past_is_not_followed(played: Service) -> None:
    asked = {"follow": "true", "as_at": "2025-09-01"}
    refused(played.client("auditor").get(STREAM, params=asked), 422, "bad-follow")


@contextmanager
def casework(service: Service, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """The command line in a process of its own."""
    with subprocess.Popen(
        [str(Path(sys.executable).parent / "casework"), *words],
        env=os.environ | {"CASEWORK_DATABASE_URL": service.installation.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_a_terminal_follows_what_another_process_records_until_it_is_interrupted(
    played: Service, form: str
) -> None:
    begin = add_milestone(played, f"Before following as {form}")
    words = ("audit", "trail", "--follow", "--case", "CASE-0001", "--format", form)
    with casework(played, *words, "--from-position", str(begin - 1)) as follower:
        out, err = follower.stdout, follower.stderr
        assert out
        assert err
        if form == "csv":
            assert out.readline().startswith("position,recorded_at,")
        assert str(begin) in out.readline()
        position, sent = add_milestone(played, f"Seen as {form}"), time.monotonic()
        assert str(position) in out.readline()
        assert time.monotonic() - sent < 5.0
        follower.send_signal(signal.SIGINT)
        assert follower.wait(10) == 0
        assert err.read() == ""


def test_following_ends_quietly_when_nobody_reads_any_more(played: Service) -> None:
    head = played.installation.store.head()
    words = ("audit", "trail", "--follow", "--format", "jsonl", "--from-position", str(head - 1))
    with casework(played, *words) as follower:
        out, err = follower.stdout, follower.stderr
        assert out
        assert err
        assert json.loads(out.readline())["position"] == head
        out.close()
        assert follower.wait(10) == 0
        assert err.read() == ""


# --- Saved queries --------------------------------------------------------------------------


def run(service: Service, *words: str) -> Result:
    """The command line on the service's database."""
    return CliRunner().invoke(main, words, env={"CASEWORK_DATABASE_URL": service.installation.url})


def test_a_query_is_kept_for_one_person_and_used_at_a_terminal(played: Service) -> None:
    auditor, other = played.client("auditor"), played.client("auditor-2")
    asked = {"event": ["GrantApproved"], "since": "2025-06-01", "area": "funding"}
    head = played.installation.store.head()
    kept = done(auditor.post(QUERIES, json={"name": "Approvals", "filters": asked}))
    assert (kept["events"], kept["position"]) == ([], head)
    (query,) = got(auditor.get(QUERIES))
    assert (query["name"], query["filters"]) == ("Approvals", asked)
    assert got(other.get(QUERIES)) == []
    refused(other.post(f"{QUERIES}/Approvals/removal"), 404, "not-found")
    refused(played.client("peer").get(QUERIES), 403, "forbidden")
    refused(
        played.client("peer").post(QUERIES, json={"name": "A", "filters": {}}), 403, "forbidden"
    )

    words = ("audit", "trail", "--saved", "Approvals", "--format", "jsonl", "--as")
    used = run(played, *words, "auditor")
    assert used.exit_code == 0, used.output
    assert used.stdout == auditor.get(STREAM, params=asked).text
    not_theirs = run(played, *words, "auditor-2")
    assert (not_theirs.exit_code, not_theirs.stdout) == (1, "")
    assert "You keep no query called Approvals" in not_theirs.stderr
    narrower = run(played, *words, "auditor", "--grant", "GRANT-0001")
    assert len(narrower.stdout.splitlines()) == 1
    nobody = run(played, "audit", "trail", "--saved", "Approvals")
    assert "say who acts" in nobody.stderr

    done(auditor.post(QUERIES, json={"name": "Approvals", "filters": {"role": "approver"}}))
    (query,) = got(auditor.get(QUERIES))
    assert query["filters"] == {"role": "approver"}
    done(auditor.post(f"{QUERIES}/Approvals/removal"))
    assert got(auditor.get(QUERIES)) == []


def test_a_query_is_kept_and_removed_at_a_terminal(played: Service) -> None:
    words = (
        "audit",
        "queries",
        "save",
        "Peers in June",
        "--stream",
        "MENT-",
        "--since",
        "2025-06-01",
    )
    made = run(played, *words, "--as", "auditor-2")
    assert made.exit_code == 0, made.output
    listed = run(played, "audit", "queries", "list", "--as", "auditor-2")
    assert "--stream MENT-" in listed.stdout
    assert "--since 2025-06-01" in listed.stdout
    told = run(played, "audit", "queries", "list", "--as", "auditor-2", "--json")
    (query,) = json.loads(told.stdout)
    assert query["filters"]["stream"] == "MENT-"
    assert (
        run(played, "audit", "queries", "remove", "Peers in June", "--as", "auditor-2").exit_code
        == 0
    )
    assert got(played.client("auditor-2").get(QUERIES)) == []


@pytest.mark.parametrize(
    "body",
    [
        {"name": "a/b", "filters": {}},
        {"name": "..", "filters": {}},
        {"name": "Colour", "filters": {"colour": "red"}},
        {"name": "Days", "filters": {"since": "soon"}},
        {"name": "n" * 81, "filters": {}},
    ],
)
def test_a_query_that_could_not_be_used_is_not_kept(played: Service, body: dict[str, Any]) -> None:
    refused(played.client("auditor").post(QUERIES, json=body), 422, "bad-input")


def test_a_person_keeps_a_hundred_at_most(played: Service) -> None:
    lead = played.client("regional-lead")
    for n in range(100):
        done(lead.post(QUERIES, json={"name": f"Query {n}", "filters": {"year": "2025-26"}}))
    one_more = {"name": "One more", "filters": {}}
    refused(lead.post(QUERIES, json=one_more), 409, "too-many-queries")
    done(lead.post(QUERIES, json={"name": "Query 7", "filters": {"year": "2026-27"}}))


def test_a_terminal_reads_as_far_as_the_person_that_it_acts_as(played: Service) -> None:
    words = ("audit", "trail", "--format", "jsonl", "--stream", "CASE-")
    lead = run(played, *words, "--as", "regional-lead").stdout
    assert lead == played.client("regional-lead").get(STREAM, params={"stream": "CASE-"}).text
    assert len(lead) < len(run(played, *words).stdout)
    peer = run(played, *words, "--as", "peer")
    assert (peer.exit_code, "forbidden" in peer.stderr) == (1, True)


def told_on(page: str) -> list[int]:
    """The positions of the events that a page's timeline tells, in its order."""
    return [int(found) for found in re.findall(r">event (\d+)</a>", page)]


def test_a_page_tells_what_happened_day_by_day(played: Service, log: list[Record]) -> None:
    client = played.client("auditor")
    mine = list(filter(concerns("case", "CASE-0002"), log))
    mine.sort(key=lambda record: (record.effective_on, record.position), reverse=True)
    page = client.get("/cases/CASE-0002/history", params={"as_at": log[-1].position}).text
    assert f"{len(mine)} events, the latest first." in page
    assert "was proposed for Bury in CASE-0002, under the " in page
    read = told_on(page)
    while following := re.search(r'href="([^"]*cursor=[^"]*)"', page):
        page = client.get(following[1].replace("&amp;", "&")).text
        read += told_on(page)
    assert read == [record.position for record in mine]


def test_a_timeline_is_filtered_by_kind_person_and_period(
    played: Service, log: list[Record]
) -> None:
    client = played.client("auditor")
    asked = {"what": "InstalmentPaid", "who": "finance-officer", "since": "2025-09-01"}
    page = client.get("/cases/CASE-0002/history", params=asked | {"until": "2025-12-31"}).text
    fit = {
        record.position
        for record in log
        if isinstance(record.event, InstalmentPaid)
        and record.event.case == "CASE-0002"
        and record.actor == "finance-officer"
        and date(2025, 9, 1) <= record.effective_on <= date(2025, 12, 31)
    }
    assert fit
    assert set(told_on(page)) == fit
    assert "No event fits." in client.get("/cases/CASE-0002/history", params={"who": "nobody"}).text
    assert client.get("/cases/CASE-0002/history", params={"since": "May"}).status_code == 422


def test_an_event_is_told_alike_wherever_it_is_read(played: Service, log: list[Record]) -> None:
    client = played.client("auditor")
    (loud,) = [record for record in log if isinstance(record.event, ClawbackWrittenOff)]
    said = sentence_of(loud.event)
    assert said.startswith("£500.00 still owed of GRANT-0010 was written off within a limit of £")
    for page in (
        f"/audit/events/{loud.position}",
        "/grants/GRANT-0010/history",
        "/audit?grant=GRANT-0010",
    ):
        assert said in re.sub(r"<[^>]*>", "", client.get(page).text)
    only = {"grant": "GRANT-0010", "event": "ClawbackWrittenOff"}
    assert json.loads(client.get(STREAM, params=only).text)["said"] == said


@pytest.mark.parametrize(
    ("user", "asked", "status"),
    [
        ("finance-officer", {"kind": "pack"}, 403),
        ("case-officer", {"kind": "pack", "of": "GRANT-0001"}, 403),
        ("regional-lead", {"kind": "verification"}, 403),
        ("council-contact", {"kind": "verification"}, 403),
        ("auditor", {"kind": "pack", "of": "GRANT-9999"}, 404),
        ("auditor", {"kind": "pack", "of": "everything"}, 422),
    ],
)
def test_evidence_is_for_auditors_and_the_whole_log_for_who_reads_it_all(
    played: Service, user: str, asked: dict[str, str], status: int
) -> None:
    assert played.client(user).post("/api/v1/work", json=asked).status_code == status


def test_the_page_of_proof_is_for_who_reads_the_whole_trail(played: Service) -> None:
    assert played.client("approver").get("/audit/verify").status_code == 200
    assert played.client("regional-lead").get("/audit/verify").status_code == 403
