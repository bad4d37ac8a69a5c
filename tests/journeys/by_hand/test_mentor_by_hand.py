"""Journey 4 by hand: a mentor is matched, holds three sessions, and is forgotten."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from domain.kernel import financial_year
from tests.journeys.by_hand.people import WHEN, Answers, People, Person, lately
from tests.journeys.steps import done, open_case

pytestmark = pytest.mark.browser

SCRIPTED = ("case-officer", "auditor")
MATCH, PEER, OWN, INTERESTED, FAR = "MENT-0001", "PEER-0001", "PEER-0002", "PEER-0003", "PEER-0004"


@pytest.fixture(scope="module")
def last(people: People) -> date:
    """The day of the last session, in an installation with a case at Birmingham.

    Other peers than the first are known: one of Birmingham itself, two of elsewhere.
    """
    open_case(people.service, "330")
    return lately(people.today)


def know_others(people: People, since: date) -> None:
    """Three peers more, each with five days to give."""
    officer, year = people.service.client("case-officer"), financial_year(since)
    for home, party in (("330", "Labour"), ("334", "Labour"), ("801", "Green")):
        body: dict[str, Any] = {
            "name": f"Cllr of {home}",
            "kind": "member",
            "party": party,
            "themes": ["Front door"],
            "home_council": home,
            "effective_on": since.isoformat(),
        }
        peer = done(officer.post("/api/v1/peers", json=body))["reference"]
        pledge = {"year": year, "half_days": 10}
        done(officer.post(f"/api/v1/peers/{peer}/pledges", json=pledge))


def days(officer: Person) -> list[str]:
    """Days pledged, reserved and given by the mentor, by the list of peers."""
    officer.look("Peers", "Peers")
    return officer.row(PEER).locator("td").all_inner_texts()[7:10]


def test_a_mentor_from_registration_to_erasure(people: People, last: date) -> None:
    officer, first = people["case-officer"], {WHEN: last - timedelta(days=3)}
    register(officer, last, first)
    know_others(people, last - timedelta(days=3))
    interest: Answers = {
        "Council": "330",
        "Type of interest > Family": "",
        "What the interest is": "A sister works there",
    }
    officer.look("Peers", "Peers")
    officer.do("declare_peer_interest", {**interest, **first}, peer=INTERESTED)
    request(officer, first)
    choose(officer, first)
    assert days(officer) == ["5", "3", "0"]
    yes: Answers = {"Why it is accepted or declined": "Glad to", **first}
    for user, form, asked in (
        ("peer", "answer_for_mentor", "Does the mentor accept?"),
        ("council-contact", "answer_for_council", "Does the council accept the mentor?"),
    ):
        people[user].look("Peers", "Mentoring", MATCH)
        people[user].do(form, {f"{asked} > Yes": "", **yes})
    hold_sessions(people["peer"], last)
    assert days(officer) == ["5", "1.5", "1.5"]
    officer.look("Peers", "Mentoring", MATCH)
    outcome = "Questions are asked that were not before"
    why = {"What came of it": outcome, "Why it ends": "It has done its work"}
    officer.do("end_mentoring", why)
    assert days(officer) == ["5", "0", "1.5"]
    forget(people)


def register(officer: Person, last: date, first: Answers) -> None:
    """The mentor, with what they know, until when they are released, and five days."""
    officer.look("Peers", "Peers")
    officer.begin("register_a_peer")
    officer.each("theme", [{"": "Front door"}])
    member: Answers = {"Full name": "Cllr Test", "Type of peer > Member": "", "Home council": "333"}
    officer.answer({**member, "Political party": "Independent", **first})
    officer.send()
    officer.recorded()
    steps: dict[str, Answers] = {
        "confirm_employer_release": {
            "Last day that the employer releases them": date(last.year + 2, 3, 31)
        },
        "accredit_peer": {"Accreditation": "Member peer"},
        "pledge_days": {
            "Financial year": financial_year(last),
            "Time pledged for the year": 10,
        },
    }
    for form, answers in steps.items():
        officer.do(form, {**answers, **first}, peer=PEER)


def request(officer: Person, first: Answers) -> None:
    """Mentoring is asked for the council's lead member."""
    officer.begin("request_mentoring")
    officer.each("objective", [{"": "Challenge that members can use"}])
    officer.each("theme", [{"": "Front door"}])
    officer.answer({"Case": "CASE-0001", "Office of the mentee": "lead member", **first})
    officer.answer({"Mentee's name, if they are new": "Cllr Mentee"})
    officer.answer({"Mentee's political party": "Independent"})
    officer.send()
    officer.recorded()
    officer.sees_heading(re.compile("^Mentoring for"))


def choose(officer: Person, first: Answers) -> None:
    """Ranked by theme, region, party and its balance; conflicts of interest say so, and refuse."""
    officer.accessible("with candidates")
    who = officer.table("Who could mentor").locator("tbody tr")
    expect(who.first).to_contain_text("Cllr Test, Independent")
    expect(who.first).to_contain_text(
        re.compile("themes 30, office 20, region 15, party 10, party balance 10", re.I)
    )
    ranked = [row.split("\t")[1] for row in who.all_inner_texts()]
    assert ranked[:2] == [PEER, FAR]
    expect(who.filter(has_text=OWN)).to_contain_text("comes from the mentee's own council")
    expect(who.filter(has_text=INTERESTED)).to_contain_text("has declared an interest")
    here = officer.page.url
    officer.page.get_by_role("link", name="Choose a mentor").click()
    why: Answers = {"Time to reserve": 6, "Why this mentor": "Knows front doors", **first}
    officer.answer({"Mentor": OWN, **why})
    officer.send()
    officer.refused("comes from the mentee's council")
    officer.answer({"Mentor": INTERESTED})
    officer.send()
    officer.refused("has declared an interest")
    officer.page.goto(here)
    who.first.get_by_role("link").click()
    expect(officer.page.get_by_label("Mentor", exact=True)).to_have_value(PEER)
    officer.answer(why)
    officer.send()
    officer.recorded()


def hold_session(peer: Person, ago: int, on: date) -> None:
    """Record one session, by the form."""
    peer.begin("hold_session")
    peer.each("theme", [{"": f"Front door, {ago} days ago"}])
    held: Answers = {
        "How long it took": 90,
        "Time to count for it": 1,
        "Confidential note": "In confidence",
    }
    peer.answer({"Date of the session": on, **held})
    peer.send()


def hold_sessions(peer: Person, last: date) -> None:
    """Three, the last on a day; one that was held is not recorded again."""
    peer.look("Peers", "Mentoring", MATCH)
    for ago in (2, 1, 0):
        hold_session(peer, ago, last - timedelta(days=ago))
        peer.recorded()
    hold_session(peer, 0, last)
    peer.refused("a session is recorded once")
    peer.look("Peers", "Mentoring", MATCH)
    for ago in (2, 1, 0):
        peer.sees(f"Front door, {ago} days ago")


def forget(people: People) -> None:
    """The name is gone from every page; what was recorded is whole, and verifies."""
    officer, auditor = people["case-officer"], people["auditor"]
    officer.row("Cllr Test").wait_for()
    officer.do("erase_peer", {"Why it is erased": "Asked for it"}, peer=PEER)
    expect(officer.page.get_by_text("Cllr Test")).to_have_count(0)
    auditor.look("Audit", "Verify")
    auditor.press("Verify the log now")
    auditor.sees(re.compile("The log is whole and unaltered: .* views are what the log makes"))
    auditor.look("Peers", "Mentoring", MATCH)
    auditor.sees("Front door, 0 days ago")
    expect(auditor.page.get_by_text("Cllr Test")).to_have_count(0)
