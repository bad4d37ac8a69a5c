"""Journey 4: a mentor is matched, three sessions are held, and the peer's data is erased."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import done, got, open_case, refused, register_councils

MENTORING = "/api/v1/mentoring"
SESSIONS = ("2025-07-01", "2025-08-05", "2025-09-02")
SECRET = "The lead member thinks of resigning"


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    """An open case at 330, and four peers: the first two sign in as peer and peer-2."""
    register_councils(service)
    open_case(service, "330")
    for name, changes in (
        ("Cllr Joan Wetherdale", {"home_council": "333"}),
        ("Cllr Amir Stanedge", {"home_council": "330", "party": "Conservative"}),
        ("Cllr Bo Fairhurst", {"home_council": "334"}),
        ("Dana Okeley", {"kind": "director", "party": None, "home_council": "301"}),
    ):
        register_peer(service, name, **changes)
    return service


def register_peer(service: Service, name: str, **changes: Any) -> str:
    officer = service.client("case-officer")
    body = {
        "name": name,
        "email": "somebody@example.org",
        "kind": "member",
        "party": "Labour",
        "themes": ["care leavers"],
        "effective_on": "2025-04-01",
    } | changes
    peer = done(officer.post("/api/v1/peers", json=body))["reference"]
    done(officer.post(f"/api/v1/peers/{peer}/pledges", json={"year": "2025-26", "half_days": 10}))
    return str(peer)


def request_mentoring(service: Service) -> str:
    receipt = done(
        service.client("case-officer").post(
            MENTORING,
            json={
                "case": "CASE-0001",
                "mentee_office": "lead member",
                "mentee_name": "Cllr Ann Other",
                "mentee_party": "Labour",
                "objectives": ["Chair the improvement board well"],
                "themes": ["care leavers"],
                "effective_on": "2025-06-02",
            },
        )
    )
    assert receipt["events"] == ["MentoringRequested", "MentoringRequestedForCase"]
    return str(receipt["reference"])


def choose(service: Service, match: str, peer: str = "PEER-0001", **changes: Any) -> Any:
    body = {
        "peer": peer,
        "half_days": 4,
        "why": "Chaired a board through a turnaround",
        "effective_on": "2025-06-16",
    } | changes
    return service.client("case-officer").post(f"{MENTORING}/{match}/mentor", json=body)


def run(service: Service) -> str:
    """A match that both sides have accepted."""
    match = request_mentoring(service)
    done(choose(service, match))
    yes = {"accepted": True, "reason": "Glad to"}
    done(service.client("peer").post(f"{MENTORING}/{match}/acceptance", json=yes))
    contact = service.client("council-contact")
    done(contact.post(f"{MENTORING}/{match}/council-acceptance", json=yes))
    return match


def session(on: str, **changes: Any) -> dict[str, Any]:
    return {
        "on": on,
        "minutes": 120,
        "themes": ["care leavers"],
        "agreed_actions": ["Visit a home"],
    } | changes


def head(service: Service) -> int:
    """The last position: whoever sends it as ``after`` reads all that was written."""
    return service.installation.store.head()


def days(service: Service, after: int, year: str = "2025-26") -> tuple[int, int, int]:
    """Half-days pledged, reserved and delivered by PEER-0001."""
    [row] = got(
        service.client("case-officer").get(
            "/api/v1/peers/days", params={"peer": "PEER-0001", "year": year, "after": after}
        )
    )["items"]
    return row["pledged"], row["reserved"], row["delivered"]


def end(service: Service, match: str) -> dict[str, Any]:
    return done(
        service.client("case-officer").post(
            f"{MENTORING}/{match}/ending",
            json={"outcome": "Confident", "feedback": "Candid", "reason": "Objectives met"},
        )
    )


def test_time_moves_from_pledged_to_reserved_to_delivered(ready: Service) -> None:
    officer, peer = ready.client("case-officer"), ready.client("peer")
    interest = {"council": "330", "kind": "family", "nature": "Her sister is a manager there"}
    done(officer.post("/api/v1/peers/PEER-0003/interests", json=interest))
    match = request_mentoring(ready)

    ranking = got(
        officer.get(
            f"{MENTORING}/{match}/candidates",
            params={"half_days": 4, "on": "2025-06-16", "after": head(ready)},
        )
    )
    candidates = {c["peer"]: c for c in ranking["candidates"]}
    assert [c["peer"] for c in ranking["candidates"]][:2] == ["PEER-0001", "PEER-0004"]
    assert candidates["PEER-0001"]["excluded"] == []
    assert candidates["PEER-0001"]["parts"]["region"] == 15
    assert candidates["PEER-0002"]["excluded"] == ["comes from the mentee's own council"]
    assert candidates["PEER-0003"]["excluded"] == ["has declared an interest in the council"]
    refused(choose(ready, match, "PEER-0002"), 409, "own-council")
    refused(choose(ready, match, "PEER-0003"), 409, "declared-interest")
    refused(choose(ready, match, half_days=11), 409, "days-exhausted")
    refused(choose(ready, match, shown_at=10**9), 422, "bad-shown-at")

    chosen = done(choose(ready, match, shown_at=ranking["position"]))
    assert chosen["events"] == ["MentorMatched", "DaysReserved"]
    assert days(ready, chosen["position"]) == (10, 4, 0)
    [why] = got(officer.get(f"{MENTORING}/{match}/matching", params={"after": chosen["position"]}))
    assert why["candidates"] == ranking["candidates"]
    assert why["shown_at"] == ranking["position"]

    yes = {"accepted": True, "reason": "Glad to"}
    refused(
        ready.client("peer-2").post(f"{MENTORING}/{match}/acceptance", json=yes), 404, "not-found"
    )
    done(peer.post(f"{MENTORING}/{match}/acceptance", json=yes))
    early = peer.post(f"{MENTORING}/{match}/sessions", json=session(SESSIONS[0]))
    refused(early, 409, "mentoring-status")
    stranger = ready.client("council-contact-2")
    refused(stranger.post(f"{MENTORING}/{match}/council-acceptance", json=yes), 404, "not-found")
    contact = ready.client("council-contact")
    done(contact.post(f"{MENTORING}/{match}/council-acceptance", json=yes))

    arranged = {"on": SESSIONS[0], "mode": "video", "effective_on": SESSIONS[0]}
    done(peer.post(f"{MENTORING}/{match}/schedule", json=arranged))
    first = session(SESSIONS[0], note=SECRET)
    receipt = done(peer.post(f"{MENTORING}/{match}/sessions/1/outcome", json=first))
    assert receipt["events"] == ["SessionHeld", "DaysDelivered"]
    assert days(ready, receipt["position"]) == (10, 3, 1)
    refused(
        peer.post(f"{MENTORING}/{match}/sessions/1/outcome", json=first), 409, "session-settled"
    )
    for on in SESSIONS[1:]:
        receipt = done(peer.post(f"{MENTORING}/{match}/sessions", json=session(on)))
        again = peer.post(f"{MENTORING}/{match}/sessions", json=session(on))
        refused(again, 409, "session-held")
    assert days(ready, receipt["position"]) == (10, 1, 3)
    more = session("2025-10-07", half_days=2)
    over = refused(peer.post(f"{MENTORING}/{match}/sessions", json=more), 409, "over-reserved")
    assert over["values"] == {"reserved": 1, "asked": 2}

    ended = end(ready, match)
    assert ended["events"] == ["MentoringEnded", "DaysReleased"]
    assert days(ready, ended["position"]) == (10, 0, 3)
    row = got(officer.get(f"{MENTORING}/{match}", params={"after": ended["position"]}))
    assert (row["status"], row["sessions_held"], row["minutes"]) == ("ended", 3, 360)
    assert days_as_at(ready, chosen["position"]) == (10, 4, 0)


def days_as_at(service: Service, position: int) -> tuple[int, int, int]:
    [row] = got(
        service.client("auditor").get(
            "/api/v1/peers/days", params={"peer": "PEER-0001", "as_at": str(position)}
        )
    )["items"]
    return row["pledged"], row["reserved"], row["delivered"]


def test_a_session_counts_on_the_day_it_was_held(ready: Service) -> None:
    match = run(ready)
    receipt = done(
        ready.client("peer").post(f"{MENTORING}/{match}/sessions", json=session("2025-11-04"))
    )
    trail = got(
        ready.client("auditor").get(
            "/api/v1/audit", params={"event": "SessionHeld", "after": receipt["position"]}
        )
    )["items"]
    assert [r["effective_on"] for r in trail if r["match"] == match] == ["2025-11-04"]
    future = session("2999-01-01")
    refused(
        ready.client("peer").post(f"{MENTORING}/{match}/sessions", json=future), 422, "bad-dates"
    )
    end(ready, match)


def test_a_confidential_note_is_read_by_those_who_may(ready: Service) -> None:
    match = run(ready)
    peer, noted = ready.client("peer"), session("2025-12-02", note=SECRET)
    receipt = done(peer.post(f"{MENTORING}/{match}/sessions", json=noted))
    address, after = f"{MENTORING}/{match}/sessions/1/note", {"after": receipt["position"]}
    assert got(ready.client("auditor").get(address, params=after))["text"] == SECRET
    officer = ready.client("case-officer")
    refused(officer.get(address), 403, "forbidden")
    led = done(officer.post("/api/v1/cases/CASE-0001/lead", json={"lead": "case-officer"}))
    assert got(officer.get(address, params={"after": led["position"]}))["text"] == SECRET
    for user in ("council-contact", "dfe-analyst", "peer", "case-officer-2", "approver"):
        refused(ready.client(user).get(address), 403, "forbidden")
    refused(ready.client("regional-lead").get(address), 404, "not-found")
    with ready.installation.store.datastore.get_connection() as connection:
        row = connection.execute(
            "SELECT count(*) AS n FROM event_log WHERE payload::text LIKE %s", (f"%{SECRET}%",)
        ).fetchone()
    assert row is not None
    assert row["n"] == 0
    end(ready, match)


def test_a_peer_sees_their_own_matches_and_nobody_elses_scores(ready: Service) -> None:
    match = run(ready)
    peer, other = ready.client("peer"), ready.client("peer-2")
    now = {"after": head(ready)}
    assert got(peer.get(f"{MENTORING}/{match}", params=now))["peer"] == "PEER-0001"
    people = got(peer.get(f"{MENTORING}/{match}/people"))
    assert people["mentee"]["name"] == "Cllr Ann Other"
    assert people["mentor"]["email"] == "somebody@example.org"
    auditor = ready.client("auditor")
    assert got(auditor.get(f"{MENTORING}/{match}/people"))["mentor"] == {
        "name": "Cllr Joan Wetherdale"
    }
    refused(other.get(f"{MENTORING}/{match}"), 404, "not-found")
    assert got(other.get(MENTORING))["items"] == []
    assert got(peer.get(f"{MENTORING}/{match}/matching")) == []
    assert [p["peer"] for p in got(peer.get("/api/v1/peers"))["items"]] == ["PEER-0001"]
    assert [c["case"] for c in got(peer.get("/api/v1/cases", params=now))["items"]] == ["CASE-0001"]
    assert got(other.get("/api/v1/cases", params=now))["items"] == []
    mine = {"from": "2025-09-01", "to": "2030-12-19"}
    done(peer.post("/api/v1/peers/PEER-0001/availability", json=mine))
    refused(peer.post("/api/v1/peers/PEER-0002/availability", json=mine), 404, "not-found")
    refused(peer.post("/api/v1/peers/PEER-0001/stand-down", json={"reason": "x"}), 403, "forbidden")
    contact = ready.client("council-contact")
    assert got(contact.get(f"{MENTORING}/{match}"))["status"] == "running"
    refused(contact.get(f"{MENTORING}/{match}/matching"), 403, "forbidden")
    refused(ready.client("council-contact-2").get(f"{MENTORING}/{match}"), 404, "not-found")
    refused(ready.client("regional-lead").get(f"{MENTORING}/{match}"), 404, "not-found")
    end(ready, match)


def test_the_pages_show_the_ranking_to_the_team_alone(ready: Service) -> None:
    match = run(ready)
    now = {"after": head(ready)}
    for user, shown in (("case-officer", True), ("auditor", True), ("peer", False)):
        reader = ready.client(user)
        page = reader.get(f"/mentoring/{match}", params=now)
        assert page.status_code == 200, page.text
        assert "Chair the improvement board well" in page.text
        assert ("Candidates considered" in page.text) is shown
        log = reader.get("/mentoring", params=now)
        assert log.status_code == 200
        assert match in log.text
    peers = ready.client("case-officer").get("/peers", params=now)
    assert peers.status_code == 200
    assert "Cllr Joan Wetherdale" in peers.text
    assert ready.client("peer-2").get(f"/mentoring/{match}").status_code == 404
    end(ready, match)


def test_two_matches_at_once_never_reserve_the_same_time(ready: Service) -> None:
    peer = register_peer(ready, "Cllr Una Marsh", home_council="335")
    matches = [request_mentoring(ready) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda m: choose(ready, m, peer, half_days=4), matches))
    assert sorted(a.status_code for a in answers) == [201, 201, 409, 409]
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, 409, "days-exhausted")


def test_a_retried_session_is_recorded_once(ready: Service) -> None:
    match = run(ready)
    peer, key = ready.client("peer"), {"Idempotency-Key": "session-a"}
    body = session("2026-01-13")
    first = done(peer.post(f"{MENTORING}/{match}/sessions", json=body, headers=key))
    again = done(peer.post(f"{MENTORING}/{match}/sessions", json=body, headers=key))
    assert first == again
    end(ready, match)


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 0},
        {"half_days": 0},
        {"half_days": 5},
        {"on": "yesterday"},
        {"mode": "carrier pigeon"},
        {"themes": []},
        {"unknown": 1},
    ],
)
def test_bad_input_is_refused_and_nothing_recorded(ready: Service, changes: dict[str, Any]) -> None:
    before = ready.installation.store.head()
    body = session("2025-07-01") | changes
    refused(
        ready.client("peer").post(f"{MENTORING}/MENT-0001/sessions", json=body), 422, "bad-input"
    )
    assert ready.installation.store.head() == before


def test_erasure_leaves_no_name_and_a_whole_trail(ready: Service) -> None:
    officer, auditor = ready.client("case-officer"), ready.client("auditor")
    peer = register_peer(ready, "Cllr Zebedee Quill", home_council="336")
    interest = {"council": "380", "nature": "Zebedee owns a firm that supplies it"}
    receipt = done(officer.post(f"/api/v1/peers/{peer}/interests", json=interest))
    before = got(auditor.get(f"/api/v1/peers/{peer}", params={"after": receipt["position"]}))
    assert before["person"] == {"name": "Cllr Zebedee Quill"}

    refused(officer.post(f"/api/v1/peers/{peer}/erasure", json={}), 422, "bad-input")
    erased = done(officer.post(f"/api/v1/peers/{peer}/erasure", json={"reason": "They asked"}))
    assert erased["events"] == ["PersonalDataErased"]
    after = got(auditor.get(f"/api/v1/peers/{peer}", params={"after": erased["position"]}))
    assert after["person"] == {"name": "erased person"}
    assert after["erased"] is True
    then = got(auditor.get(f"/api/v1/peers/{peer}", params={"as_at": str(receipt["position"])}))
    assert then["person"] == {"name": "erased person"}
    trail = got(auditor.get("/api/v1/audit", params={"limit": 1000}))["items"]
    events = [r["event"] for r in trail if r["peer"] == peer]
    assert sorted(events) == [
        "DaysPledged",
        "InterestDeclared",
        "PeerRegistered",
        "PersonalDataErased",
    ]
    with ready.installation.store.datastore.get_connection() as connection:
        for sql in (
            "SELECT count(*) AS n FROM event_log WHERE payload::text LIKE '%Zebedee%'",
            f"SELECT count(*) AS n FROM person_keys WHERE person = '{peer}'",
            "SELECT count(*) AS n FROM casework_receipts WHERE answer::text LIKE '%Zebedee%'",
        ):
            row = connection.execute(sql).fetchone()
            assert row is not None
            assert row["n"] == 0, sql


def test_erasing_a_peer_clears_the_name_of_their_account_and_their_notes(ready: Service) -> None:
    officer = ready.client("case-officer")
    asked = {"limit": 1000, "after": head(ready)}
    trail = got(ready.client("auditor").get("/api/v1/audit", params=asked))["items"]
    [declared] = [r for r in trail if r["event"] == "InterestDeclared" and r["peer"] == "PEER-0003"]
    done(officer.post("/api/v1/peers/PEER-0003/erasure", json={"reason": "They asked"}))
    done(officer.post("/api/v1/peers/PEER-0002/erasure", json={"reason": "They asked"}))
    with ready.installation.store.datastore.get_connection() as connection:
        key = connection.execute(
            "SELECT count(*) AS n FROM note_keys WHERE note = %s", (declared["payload"]["note"],)
        ).fetchone()
        account = connection.execute(
            "SELECT name, email FROM accounts WHERE \"user\" = 'peer-2'"
        ).fetchone()
    assert key is not None
    assert key["n"] == 0
    assert account == {"name": "erased person", "email": None}
