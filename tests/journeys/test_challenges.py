"""Journey 8, its second half: a regional lead runs a peer challenge with reciprocity in their own
region and can't in another; self-assessments, entitlement, donated days and supply follow."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import Service
from tests.journeys.steps import done, got, refused, register_councils

API = "/api/v1"
CHALLENGES = f"{API}/challenges"
LIVERPOOL, MANCHESTER, BOLTON, KENT = "341", "352", "350", "886"
"""Three of the North West, and one of the South East."""
YEAR = "2026-27"


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    """The register, and directors of the three councils with ten half-days each."""
    register_councils(service)
    officer = service.client("case-officer")
    for n, home in enumerate((MANCHESTER, LIVERPOOL, BOLTON, KENT), 1):
        body = {
            "name": f"Director {n}",
            "kind": "director" if home != BOLTON else "member",
            "party": "Labour" if home == BOLTON else None,
            "home_council": home,
            "effective_on": "2026-04-01",
        }
        peer = done(officer.post(f"{API}/peers", json=body))["reference"]
        assert peer == f"PEER-000{n}"
        pledge = {"year": YEAR, "half_days": 10 if home != LIVERPOOL else 6}
        done(officer.post(f"{API}/peers/{peer}/pledges", json=pledge))
    return service


def agree(
    client: httpx.Client, council: str, kind: str = "regional peer challenge", **more: Any
) -> httpx.Response:
    body = {
        "council": council,
        "kind": kind,
        "focus": "How leaders know their services",
        "themes": ["line of sight"],
        "effective_on": "2026-05-04",
    }
    return client.post(CHALLENGES, json=body | more)


def assign(client: httpx.Client, challenge: str, peer: str, **more: Any) -> httpx.Response:
    body = {"peer": peer, "role": "lead", "half_days": 4, "effective_on": "2026-05-05"}
    return client.post(f"{CHALLENGES}/{challenge}/team", json=body | more)


def head(service: Service) -> dict[str, int]:
    return {"after": service.installation.store.head()}


def days_of(service: Service, peer: str) -> tuple[int, int, int]:
    [row] = got(
        service.client("case-officer").get(
            f"{API}/peers/days", params={"peer": peer, "year": YEAR, **head(service)}
        )
    )["items"]
    return row["pledged"], row["reserved"], row["delivered"]


def run(client: httpx.Client, challenge: str, first: str, last: str) -> None:
    days = {"first_day": first, "last_day": last, "effective_on": "2026-05-06"}
    done(client.post(f"{CHALLENGES}/{challenge}/schedule", json=days))
    done(client.post(f"{CHALLENGES}/{challenge}/conduct", json={}))


def test_a_lead_runs_a_challenge_in_their_own_region_and_not_in_another(ready: Service) -> None:
    lead, other = ready.client("regional-lead"), ready.client("regional-lead-2")
    refused(agree(lead, KENT), 404, "not-found")
    refused(agree(ready.client("auditor"), LIVERPOOL), 403, "forbidden")
    receipt = done(agree(lead, LIVERPOOL))
    assert receipt["events"] == ["ChallengeAgreed", "HostingBegan"]
    challenge = receipt["reference"]
    assert challenge == "CHAL-0001"
    refused(agree(lead, LIVERPOOL), 409, "challenge-open")

    # Another region's lead neither sees it nor works on it.
    assert got(other.get(CHALLENGES, params=head(ready)))["items"] == []
    assert other.get(f"{CHALLENGES}/{challenge}").status_code == 404
    refused(assign(other, challenge, "PEER-0001"), 404, "not-found")

    candidates = {
        found["peer"]: found
        for found in got(lead.get(f"{CHALLENGES}/{challenge}/candidates", params=head(ready)))
    }
    assert candidates["PEER-0002"]["excluded"] == ["comes from the host council"]
    assert candidates["PEER-0001"]["excluded"] == []
    refused(assign(lead, challenge, "PEER-0002"), 409, "own-council")
    refused(assign(lead, challenge, "PEER-0001", half_days=11), 409, "days-exhausted")
    receipt = done(assign(lead, challenge, "PEER-0001"))
    assert receipt["events"] == ["TeamMemberAssigned", "ChallengerJoined", "DaysReserved"]
    assert days_of(ready, "PEER-0001") == (10, 4, 0)

    refused(lead.post(f"{CHALLENGES}/{challenge}/conduct", json={}), 409, "challenge-status")
    before = ready.installation.store.head()
    run(lead, challenge, "2026-06-02", "2026-06-04")
    assert days_of(ready, "PEER-0001") == (10, 0, 4)
    found = {
        "strengths": ["Ambition"],
        "areas_to_consider": ["Audit findings"],
        "effective_on": "2026-06-12",
    }
    done(lead.post(f"{CHALLENGES}/{challenge}/findings", json=found))
    plan = {
        "actions": ["Audit more"],
        "follow_up_due_on": "2026-10-01",
        "effective_on": "2026-07-01",
    }
    done(lead.post(f"{CHALLENGES}/{challenge}/action-plan", json=plan))

    row = got(lead.get(f"{CHALLENGES}/{challenge}", params=head(ready)))
    assert (row["status"], row["half_days_given"]) == ("action plan agreed", 4)
    past = got(lead.get(f"{CHALLENGES}/{challenge}", params={"as_at": before}))
    assert (past["status"], past["half_days_given"]) == ("agreed", 0)
    follow_up = {"held_on": "2026-10-05", "progress": "Done", "actions_done": 1}
    done(lead.post(f"{CHALLENGES}/{challenge}/follow-ups", json=follow_up))
    refused(
        lead.post(f"{CHALLENGES}/{challenge}/cancellation", json={"reason": "Late"}),
        409,
        "challenge-status",
    )


def test_b_nobody_challenges_their_own_challenger_unless_it_is_mutual(ready: Service) -> None:
    lead = ready.client("regional-lead")
    challenge = done(agree(lead, MANCHESTER))["reference"]
    problem = refused(assign(lead, challenge, "PEER-0002", half_days=3), 409, "own-challenger")
    assert problem["values"] == {"challenges": ["CHAL-0001"]}
    cancelled = {"reason": "Agreed anew as mutual"}
    done(lead.post(f"{CHALLENGES}/{challenge}/cancellation", json=cancelled))
    challenge = done(agree(lead, MANCHESTER, mutual_with=LIVERPOOL))["reference"]
    done(assign(lead, challenge, "PEER-0002", half_days=3))
    run(lead, challenge, "2026-06-09", "2026-06-10")

    rows = {
        row["council"]: row
        for row in got(lead.get(f"{CHALLENGES}/reciprocity", params=head(ready)))
    }
    assert KENT not in rows
    given = {code: (r["half_days_given"], r["half_days_received"]) for code, r in rows.items()}
    assert (given[LIVERPOOL], given[MANCHESTER], given[BOLTON]) == ((3, 4), (4, 3), (0, 0))
    [gave] = rows[LIVERPOOL]["given"]
    assert (gave["council"], gave["mutual"]) == (MANCHESTER, True)
    [region] = got(lead.get(f"{CHALLENGES}/reciprocity/regions"))
    assert (region["region"], region["half_days_given"], region["half_days_received"]) == (
        "north-west",
        7,
        7,
    )


def test_c_triads_keep_to_what_is_remembered(ready: Service) -> None:
    lead = ready.client("regional-lead")
    asked: dict[str, Any] = {"council": [LIVERPOOL, MANCHESTER, BOLTON], "seed": 5, **head(ready)}
    draw = got(lead.get(f"{CHALLENGES}/triads", params=asked))
    [triad] = draw["triads"]
    turns = {(turn["challenger"], turn["host"]) for turn in triad}
    assert draw["barred"] == [{"challenger": LIVERPOOL, "host": MANCHESTER}]
    assert turns == {(MANCHESTER, LIVERPOOL), (LIVERPOOL, BOLTON), (BOLTON, MANCHESTER)}
    assert got(lead.get(f"{CHALLENGES}/triads", params=asked)) == draw
    region = got(lead.get(f"{CHALLENGES}/triads", params={"region": "north-west"}))
    assert sum(len(triad) for triad in region["triads"]) == 24
    outside = lead.get(f"{CHALLENGES}/triads", params={"council": [LIVERPOOL, BOLTON, KENT]})
    refused(outside, 404, "not-found")
    few = lead.get(f"{CHALLENGES}/triads", params={"council": [LIVERPOOL, BOLTON]})
    refused(few, 422, "bad-councils")


def test_d_every_council_is_entitled_every_three_years(ready: Service) -> None:
    officer, lead = ready.client("case-officer"), ready.client("regional-lead")
    rows = got(officer.get(f"{CHALLENGES}/entitlement", params=head(ready)))
    assert len(rows) == 153
    assert {row["standing"] for row in rows} == {"up to date"}
    earlier = {"conducted_on": "2022-03-01", "source": "Published report"}
    done(lead.post(f"{API}/councils/{BOLTON}/earlier-challenges", json=earlier))
    refused(lead.post(f"{API}/councils/{KENT}/earlier-challenges", json=earlier), 404, "not-found")
    before = ready.installation.store.head()
    overdue = got(
        lead.get(f"{CHALLENGES}/entitlement", params={"standing": "overdue", **head(ready)})
    )
    assert [(row["council"], row["due_on"]) for row in overdue] == [(BOLTON, "2025-03-01")]

    challenge = done(agree(lead, BOLTON, "corporate peer challenge"))["reference"]
    done(assign(lead, challenge, "PEER-0001", half_days=2))
    run(lead, challenge, "2026-06-16", "2026-06-17")
    rows = {r["council"]: r for r in got(lead.get(f"{CHALLENGES}/entitlement", params=head(ready)))}
    assert len(rows) == 24
    assert (rows[BOLTON]["due_on"], rows[BOLTON]["standing"]) == ("2029-06-17", "up to date")
    [coverage] = got(lead.get(f"{CHALLENGES}/coverage"))
    assert (coverage["councils"], coverage["covered"], coverage["overdue"]) == (24, 1, 0)
    past = got(lead.get(f"{CHALLENGES}/coverage", params={"as_at": before}))
    assert (past[0]["covered"], past[0]["overdue"]) == (0, 1)


def test_e_days_are_asked_of_every_director(ready: Service) -> None:
    officer, lead = ready.client("case-officer"), ready.client("regional-lead")
    found = got(officer.get(f"{API}/days", params={"year": YEAR, **head(ready)}))
    assert (len(found["directors"]), found["asked"]) == (153, 1530)
    assert (found["pledged"], found["delivered"]) == (26, 9)
    assert found["shortfall"] == 1530 - 26
    by_code = {row["council"]: row for row in found["directors"]}
    assert by_code[LIVERPOOL]["shortfall"] == 4
    assert (by_code[BOLTON]["directors"], by_code[BOLTON]["shortfall"]) == ([], 10)
    own = got(lead.get(f"{API}/days", params={"year": YEAR}))
    assert [region["region"] for region in own["regions"]] == ["north-west"]
    assert ready.client("peer").get(f"{API}/days").status_code == 403


def test_f_supply_of_members_is_set_against_challenges_without_one(ready: Service) -> None:
    officer = ready.client("case-officer")
    before = got(officer.get(f"{API}/peers/supply", params=head(ready)))
    assert (before["total"]["members"], before["total"]["challenges"]) == (1, 0)
    challenge = done(agree(officer, KENT, "safeguarding peer review"))["reference"]
    after = got(officer.get(f"{API}/peers/supply", params=head(ready)))
    assert (after["total"]["challenges"], after["total"]["short"]) == (1, 1)
    assert after["calls_in_months"] == before["calls_in_months"]  # agreed in May
    done(assign(officer, challenge, "PEER-0003", role="member", half_days=2))
    done_with = got(officer.get(f"{API}/peers/supply", params=head(ready)))
    assert done_with["total"]["challenges"] == 0
    assert ready.client("regional-lead").get(f"{API}/peers/supply").status_code == 403
    assert ready.client("peer").get(f"{API}/peers/supply").status_code == 403


def test_g_a_peer_sees_the_challenges_whose_team_they_are_in(ready: Service) -> None:
    mine = got(ready.client("peer").get(CHALLENGES, params=head(ready)))["items"]
    assert [row["challenge"] for row in mine] == ["CHAL-0001", "CHAL-0004"]
    assert ready.client("peer").get(f"{CHALLENGES}/CHAL-0001").status_code == 200
    assert ready.client("peer").get(f"{CHALLENGES}/CHAL-0003").status_code == 404


THEME = {
    "theme": "Leadership",
    "grade": "good",
    "strengths": "A stable team",
    "areas": "Scrutiny",
}


def test_h_a_self_assessment_is_seen_by_others_once_it_is_shared(ready: Service) -> None:
    contact, other = ready.client("council-contact"), ready.client("council-contact-2")
    place = f"{API}/self-assessments/330/2026-27"
    body = {"council": "330", "year": YEAR, "themes": [THEME]}
    refused(other.post(f"{API}/self-assessments", json=body), 404, "not-found")
    refused(
        ready.client("case-officer").post(f"{API}/self-assessments", json=body), 403, "forbidden"
    )
    done(contact.post(f"{API}/self-assessments", json=body))
    refused(contact.post(f"{API}/self-assessments", json=body), 409, "submitted-already")
    assert got(contact.get(place, params=head(ready)))["edition"] == 1
    assert other.get(place).status_code == 404
    put = {"from_council": "380", "points": ["What do children say?"]}
    refused(other.post(f"{place}/challenges", json=put), 404, "not-found")
    before = ready.installation.store.head()

    done(contact.post(f"{place}/sharing", json={"councils": ["380"]}))
    row = got(other.get(place, params=head(ready)))
    assert row["themes"][0]["areas"] == "Scrutiny"
    assert other.get(place, params={"as_at": before}).status_code == 404
    listed = got(other.get(f"{API}/self-assessments"))["items"]
    assert [row["assessment"] for row in listed] == ["ASSESS-330-2026-27"]
    assert ready.client("regional-lead").get(place).status_code == 404
    done(other.post(f"{place}/challenges", json=put))

    revised = {
        "themes": [THEME | {"grade": "requires improvement"}],
        "what_changed": "The grade",
        "reason": "Challenged by 380",
    }
    refused(other.post(f"{place}/revision", json=revised), 404, "not-found")
    done(contact.post(f"{place}/revision", json=revised))
    row = got(contact.get(place, params=head(ready)))
    assert (row["edition"], row["received"][0]["from_council"]) == (2, "380")
    assert [e["reason"] for e in row["editions"]] == [None, "Challenged by 380"]
    standing = got(
        ready.client("case-officer").get(f"{API}/self-assessments/standing", params={"year": YEAR})
    )
    assert len(standing) == 153
    assert [(r["council"], r["edition"], r["challenged"]) for r in standing if r["submitted"]] == [
        ("330", 2, 1)
    ]


def test_i_sharing_with_a_region_opens_it_to_its_councils_and_lead(ready: Service) -> None:
    contact = ready.client("council-contact")
    place = f"{API}/self-assessments/330/2026-27"
    lead = ready.client("regional-lead")
    done(contact.post(f"{place}/sharing", json={"region": "north-west"}))
    assert got(lead.get(place, params=head(ready)))["council"] == "330"
    assert ready.client("regional-lead-2").get(place).status_code == 404
    assert ready.client("dfe-analyst").get(place).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/challenges",
        "/challenges/CHAL-0001",
        "/challenges/entitlement",
        "/challenges/reciprocity",
        "/challenges/triads?region=north-west",
        "/self-assessments?year=2026-27",
        "/self-assessments/330/2026-27",
        "/days?year=2026-27",
    ],
)
def test_j_the_pages_open_for_the_lead(ready: Service, address: str) -> None:
    answer = ready.client("regional-lead").get(address)
    assert answer.status_code == 200, answer.text
    assert "<h1" in answer.text
    said = {"/challenges": "CHAL-0001", "/days?year=2026-27": "Liverpool"}
    assert said.get(address, "") in answer.text
    assert "Kent" not in answer.text


def test_j_pages_name_one_place_in_their_section(ready: Service) -> None:
    for address in ("/challenges/entitlement", "/challenges/CHAL-0001", "/challenges"):
        text = ready.client("regional-lead").get(address).text
        [section] = re.findall(r'<nav class="cw-pages".*?</nav>', text, re.DOTALL)
        assert section.count("aria-current") == 1, address
    supply = ready.client("case-officer").get("/peers/supply").text
    assert "The next two quarters" in supply
    [section] = re.findall(r'<nav class="cw-pages".*?</nav>', supply, re.DOTALL)
    assert section.count("aria-current") == 1


def test_k_two_who_put_each_others_peers_on_teams_at_once_cannot_both_succeed(
    ready: Service,
) -> None:
    """Bury's and Knowsley's directors are put on each other's teams at one moment."""
    officer, lead = ready.client("case-officer"), ready.client("regional-lead")
    pair = ("351", "340")
    peers, hosted = {}, {}
    for home in pair:
        body = {"name": f"Director of {home}", "kind": "director", "home_council": home}
        peers[home] = done(officer.post(f"{API}/peers", json=body))["reference"]
        pledge = {"year": YEAR, "half_days": 10}
        done(officer.post(f"{API}/peers/{peers[home]}/pledges", json=pledge))
        hosted[home] = done(agree(lead, home))["reference"]

    def put(turn: tuple[str, str]) -> int:
        host, challenger = turn
        client = officer if host == pair[0] else lead
        return assign(client, hosted[host], peers[challenger], half_days=2).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(put, [pair, pair[::-1]]))
    assert sorted(answers) == [201, 409]


def test_l_the_past_of_a_page_is_the_past(ready: Service) -> None:
    lead = ready.client("regional-lead")
    now = lead.get("/challenges/CHAL-0001")
    assert "What you can do" in now.text
    log = ready.installation.store.records(0, 10_000)
    agreed = next(record for record in log if record.stream == "CHAL-0001")
    past = lead.get("/challenges/CHAL-0001", params={"as_at": agreed.position})
    assert "It is read-only." in past.text
    assert "Nobody is on the team yet" in past.text
    assert "What you can do" not in past.text
