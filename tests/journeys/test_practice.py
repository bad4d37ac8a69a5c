"""Good practice from a council's submission to everybody's search, over HTTP and in pages."""

import re
from typing import Any

import pytest

from tests.conftest import Service
from tests.journeys.steps import done, got, refused, register_councils

PRACTICE = "/api/v1/practice"
SCRIPT = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def ready(service: Service) -> Service:
    register_councils(service)
    return service


def example(**changes: Any) -> dict[str, Any]:
    return {
        "council": "330",
        "title": "A front door that answers",
        "summary": "Social workers decide on a contact on the day that it comes",
        "themes": ["Front door", "partnership"],
        "what_was_done": "Two teams were merged and the rota was redrawn",
        "evidence": "Decisions within a day rose from 71% to 93%",
    } | changes


def submit(service: Service, user: str = "council-contact", **changes: Any) -> str:
    receipt = done(service.client(user).post(PRACTICE, json=example(**changes)))
    assert receipt["events"] == ["PracticeSubmitted"]
    return str(receipt["reference"])


def publish(service: Service, practice: str, level: str = "validated practice") -> int:
    body = {"level": level, "notes": "Files seen"}
    officer = service.client("case-officer")
    done(officer.post(f"{PRACTICE}/{practice}/validation", json=body))
    return int(done(officer.post(f"{PRACTICE}/{practice}/publication", json={}))["position"])


def found(service: Service, user: str, q: str, **params: Any) -> list[str]:
    asked: dict[str, Any] = {"q": q, "after": service.installation.store.head()} | params
    if "as_at" in asked:
        del asked["after"]
    items = got(service.client(user).get(PRACTICE, params=asked))["items"]
    return [item["practice"]["practice"] for item in items]


def seen(service: Service, user: str, practice: str) -> int:
    params = {"after": service.installation.store.head()}
    return service.client(user).get(f"{PRACTICE}/{practice}", params=params).status_code


def test_from_submission_to_everybodys_search(ready: Service) -> None:
    contact, officer = ready.client("council-contact"), ready.client("case-officer")
    refused(contact.post(PRACTICE, json=example(council="380")), 404, "not-found")
    for user in ("peer", "auditor", "dfe-analyst", "regional-lead"):
        refused(ready.client(user).post(PRACTICE, json=example()), 403, "forbidden")
    practice = submit(ready)
    assert practice == "PRACTICE-0001"

    # A draft is for the team and for its council alone.
    for user, status in (
        ("council-contact", 200),
        ("case-officer-2", 200),
        ("auditor", 200),
        ("council-contact-2", 404),
        ("peer", 404),
        ("dfe-analyst", 404),
        ("administrator", 404),
        ("regional-lead", 404),
    ):
        assert seen(ready, user, practice) == status, user
    assert found(ready, "case-officer", "door") == []
    drafts = {"after": ready.installation.store.head()}
    assert (
        got(ready.client("council-contact-2").get(f"{PRACTICE}/examples", params=drafts))["items"]
        == []
    )
    refused(ready.client("peer").get(f"{PRACTICE}/examples"), 403, "forbidden")

    judged = {"level": "promising practice", "notes": "Files seen"}
    refused(contact.post(f"{PRACTICE}/{practice}/validation", json=judged), 403, "forbidden")
    refused(officer.post(f"{PRACTICE}/{practice}/publication", json={}), 409, "practice-status")
    done(officer.post(f"{PRACTICE}/{practice}/return", json={"needed": "A baseline"}))
    again = example(evidence="71% in 2023, 93% in 2024")
    del again["council"]
    refused(
        ready.client("council-contact-2").post(f"{PRACTICE}/{practice}/resubmission", json=again),
        404,
        "not-found",
    )
    done(contact.post(f"{PRACTICE}/{practice}/resubmission", json=again))
    before = ready.installation.store.head()
    publish(ready, practice)

    for user in ("peer", "dfe-analyst", "regional-lead", "council-contact-2", "administrator"):
        assert seen(ready, user, practice) == 200
        assert found(ready, user, "doors answering") == [practice]
    row = got(ready.client("peer").get(f"{PRACTICE}/{practice}"))
    assert (row["evidence"], row["level"]) == ("71% in 2023, 93% in 2024", "validated practice")
    assert "submitted_by" not in row
    # As at the moment before, nobody else could see it.
    assert found(ready, "peer", "door", as_at=str(before)) == []
    past = ready.client("peer").get(f"{PRACTICE}/{practice}", params={"as_at": str(before)})
    refused(past, 404, "not-found")


def test_a_submitter_never_judges_their_own(ready: Service) -> None:
    practice = submit(ready, user="case-officer", council="380", title="Own work")
    judged = {"level": "proven practice", "notes": "Mine"}
    officer = ready.client("case-officer")
    refused(officer.post(f"{PRACTICE}/{practice}/validation", json=judged), 409, "own-submission")
    other = ready.client("approver")
    done(other.post(f"{PRACTICE}/{practice}/validation", json=judged))


def test_words_are_searched_as_people_write_them(ready: Service) -> None:
    door = submit(ready, title="Doors", themes=["front door"], summary="Callers are rung back")
    bells = submit(
        ready,
        title="Bells",
        themes=["scrutiny"],
        summary="A door, mentioned once",
        what_was_done="Nothing of the kind",
    )
    publish(ready, door, "proven practice")
    publish(ready, bells)
    # The title weighs most; endings don't matter.
    order = found(ready, "peer", "doors")
    assert order.index(door) < order.index(bells)
    assert found(ready, "peer", "door -caller -answer") == [bells]
    assert found(ready, "peer", '"rung back"') == [door]
    assert found(ready, "peer", '"back rung"') == []
    assert set(found(ready, "peer", "bells or callers")) == {door, bells}
    assert found(ready, "peer", "the") == []
    assert found(ready, "peer", "door", theme="Scrutiny") == [bells]
    assert door in found(ready, "peer", "door", level="proven practice")
    assert bells not in found(ready, "peer", "door", level="proven practice")
    # Without words, every published one, the latest first.
    assert set(found(ready, "peer", "")) == {"PRACTICE-0001", door, bells}
    assert found(ready, "peer", "", theme="scrutiny") == [bells]
    for odd in ("'", '"', "a & b | !c", "(:*)", "\\", "%", "x" * 200, "\x00"):
        assert ready.client("peer").get(PRACTICE, params={"q": odd}).status_code == 200, odd
    refused(ready.client("peer").get(PRACTICE, params={"q": "x" * 201}), 422, "bad-input")


def test_a_search_is_read_page_by_page(ready: Service) -> None:
    first = got(ready.client("peer").get(PRACTICE, params={"q": "door", "limit": 2}))
    assert len(first["items"]) == 2
    rest = got(
        ready.client("peer").get(
            PRACTICE, params={"q": "door", "limit": 2, "cursor": first["next"]}
        )
    )
    ranks = [item["rank"] for item in first["items"] + rest["items"]]
    assert ranks == sorted(ranks, reverse=True)
    assert len({item["practice"]["practice"] for item in first["items"] + rest["items"]}) == 3


def test_nothing_written_by_people_runs_in_a_page(ready: Service) -> None:
    practice = submit(
        ready,
        title=f"Lanterns {SCRIPT}",
        themes=[f"lanterns {SCRIPT}"],
        summary=f"{SCRIPT} <b>lanterns</b> & <img src=x onerror=alert(1)> lanterns",
        what_was_done=f"Lanterns {SCRIPT}",
    )
    draft = ready.client("case-officer").get(
        f"/practice/{practice}", params={"after": ready.installation.store.head()}
    )
    assert draft.status_code == 200
    assert SCRIPT not in draft.text
    after = publish(ready, practice)
    [hit] = got(ready.client("peer").get(PRACTICE, params={"q": "lantern", "after": after}))[
        "items"
    ]
    marked = [part["text"].lower() for part in hit["snippet"] if part["hit"]]
    assert set(marked) == {"lanterns"}
    for address in ("/practice?q=lantern", f"/practice/{practice}", f"/practice?q={SCRIPT}"):
        page = ready.client("peer").get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>lanterns" not in page.text
    shown = ready.client("peer").get("/practice?q=lantern").text
    assert "<mark>lanterns</mark>" in shown.lower()
    assert "&lt;script&gt;" in shown


def test_a_withdrawn_example_is_no_longer_offered(ready: Service) -> None:
    practice = submit(ready, title="Semaphore")
    published = publish(ready, practice)
    assert found(ready, "peer", "semaphore") == [practice]
    contact = ready.client("council-contact")
    refused(contact.post(f"{PRACTICE}/{practice}/withdrawal", json={}), 422, "bad-input")
    done(contact.post(f"{PRACTICE}/{practice}/withdrawal", json={"reason": "Given up"}))
    assert found(ready, "peer", "semaphore") == []
    assert found(ready, "peer", "semaphore", as_at=str(published)) == [practice]
    assert seen(ready, "peer", practice) == 404
    assert seen(ready, "council-contact", practice) == 200


def test_pages_show_drafts_only_to_whom_they_concern(ready: Service) -> None:
    submit(ready, title="Not for everybody yet")
    after = {"after": ready.installation.store.head()}
    for user, shown in (
        ("council-contact", True),
        ("case-officer", True),
        ("council-contact-2", False),
        ("regional-lead", False),
        ("peer", False),
    ):
        page = ready.client(user).get("/practice", params=after)
        assert page.status_code == 200
        assert ("Not for everybody yet" in page.text) == shown, user
    past = ready.client("peer").get("/practice?as_at=2020-01-01")
    assert "No example has been published by then" in past.text


def test_an_example_is_submitted_and_judged_by_forms(ready: Service) -> None:
    contact, officer = ready.client("council-contact"), ready.client("case-officer-2")
    form = example(title="By form", themes="front door\nscrutiny")
    sent = contact.post("/do/submit_practice", data=form)
    assert sent.status_code == 303
    receipt = contact.get(sent.headers["location"]).text
    found = re.search(r"/practice/(PRACTICE-\d+)\?after=\d+", receipt)
    assert found
    place, practice = found[0], found[1]
    assert "By form" in contact.get(place).text
    own = {"practice": practice, "level": "proven practice", "notes": "Seen"}
    assert contact.post("/do/validate_practice", data=own).status_code == 403
    empty = officer.post("/do/validate_practice", data={"practice": practice})
    assert empty.status_code == 422
    assert "Level" in empty.text
    judged = officer.post("/do/validate_practice", data=own)
    assert judged.status_code == 303
    assert "Recorded" in officer.get(judged.headers["location"]).text
    assert "Proven practice" in officer.get(f"/practice/{practice}").text


def test_drafts_are_searched_within_ones_scope(ready: Service) -> None:
    own = submit(ready, title="Heliograph")
    other = submit(ready, user="council-contact-2", council="380", title="Heliographs")
    asked: dict[str, Any] = {"q": "heliograph", "after": ready.installation.store.head()}

    def drafts(user: str, **params: Any) -> list[str]:
        answer = ready.client(user).get(f"{PRACTICE}/examples", params=asked | params)
        return [row["practice"] for row in got(answer)["items"]]

    assert set(drafts("auditor")) == {own, other}
    assert drafts("auditor", council="380") == [other]
    assert drafts("auditor", status="published") == []
    assert drafts("council-contact") == [own]
    assert drafts("council-contact-2") == [other]
    assert drafts("regional-lead") == []


def test_what_waits_is_on_the_first_page_of_whoever_does_it(ready: Service) -> None:
    practice = submit(ready, user="case-officer", title="Waits to be judged")
    after = {"after": ready.installation.store.head()}

    def waits(user: str) -> bool:
        return practice in ready.client(user).get("/", params=after).text

    assert [waits(u) for u in ("case-officer-2", "approver", "auditor", "peer")] == [
        True,
        True,
        False,
        False,
    ]
    # Whoever submitted it does not judge it; once returned, its council submits it again.
    assert not waits("case-officer")
    assert not waits("council-contact")
    body = {"needed": "A baseline"}
    receipt = done(ready.client("approver").post(f"{PRACTICE}/{practice}/return", json=body))
    after["after"] = receipt["position"]
    assert [waits(u) for u in ("council-contact", "council-contact-2", "approver")] == [
        True,
        False,
        False,
    ]
