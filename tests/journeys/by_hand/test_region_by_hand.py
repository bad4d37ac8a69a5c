"""Journey 8 by hand: a lead works in one region, with what was devolved to it, and mutually."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.by_hand.people import Answers, People, Person
from tests.journeys.steps import done, open_case

pytestmark = pytest.mark.browser

SCRIPTED = ("finance-officer", "regional-lead-2")
MANCHESTER, LIVERPOOL = "352", "341"


@pytest.fixture(scope="module")
def directors(people: People) -> list[str]:
    """Peers of two councils of the North West, beside a case in another region."""
    service, year = people.service, people.year
    officer = service.client("case-officer")
    open_case(service, "330")
    found = []
    for home in (MANCHESTER, LIVERPOOL):
        body: dict[str, Any] = {
            "name": f"Director of {home}",
            "kind": "director",
            "home_council": home,
            "effective_on": f"{year[:4]}-04-01",
        }
        peer = str(done(officer.post("/api/v1/peers", json=body))["reference"])
        pledge = {"year": year, "half_days": 10}
        done(officer.post(f"/api/v1/peers/{peer}/pledges", json=pledge))
        found.append(peer)
    return found


def test_a_lead_spends_what_was_devolved_and_no_more(people: People, directors: list[str]) -> None:
    finance, lead = people["finance-officer"], people["regional-lead"]
    award = {
        "Financial year": people.year,
        "The department's award": "9,300,000",
        "Reference of the award letter": "DFE/1",
    }
    finance.do("open_year_budget", award)
    finance.do("allocate_heading", {"Heading": "regions", "Amount to add to it": "2000000"})
    finance.do("devolve_to_region", {"Region": "north-west", "Amount to devolve": "150000"})
    lead.look("Regions", "North West")
    spent = {
        "Financial year": people.year,
        "What it was spent on": "A front-door team",
        "Evidence": "Invoice 7",
    }
    lead.begin("report_regional_spend")
    lead.answer({**spent, "Amount spent": "£150,001"})
    lead.send()
    lead.refused("£150,000.00")
    lead.answer({"Amount spent": "£12,000"})
    lead.check()
    lead.page.get_by_role("button", name="Report the spending").dblclick()
    lead.recorded()
    row = lead.table("Money").locator("tbody tr td")
    expect(row).to_have_text(
        [people.year, "£150,000.00", "£12,000.00", "£138,000.00"] + ["£0.00"] * 2
    )
    expect(lead.table("Reports of spending").locator("tbody tr")).to_have_count(1)


def test_a_lead_sees_one_region_alone(people: People, directors: list[str]) -> None:
    lead, other = people["regional-lead"], people["regional-lead-2"]
    lead.look("Support", "Cases")
    expect(lead.page.locator("main tbody tr")).to_have_count(0)
    lead.turned_away("/cases/CASE-0001", 404, "Page not found")
    lead.turned_away("/regions/london", 404, "Page not found")
    lead.turned_away(f"/budgets/{people.year}", 403, "You can't do this")
    other.turned_away("/regions/north-west", 404, "Page not found")
    other.turned_away(f"/budgets/{people.year}", 403, "You can't do this")
    other.look("Challenge")
    other.begin("agree_peer_challenge")
    offered = other.page.get_by_label("Host", exact=True).locator("option").all_inner_texts()
    assert not any("Manchester" in name for name in offered)


def test_a_challenge_is_given_and_taken(people: People, directors: list[str]) -> None:
    lead, (of_manchester, of_liverpool) = people["regional-lead"], directors
    challenge(lead, people, MANCHESTER, "CHAL-0001", of_liverpool)
    lead.look("Challenge")
    agree(lead, people, LIVERPOOL)
    lead.begin("assign_team_member")
    lead.answer({"Peer": of_manchester, "Role on the team > Lead": "", "Time to reserve": 4})
    lead.send()
    lead.refused("challenge")
    lead.look("Challenge", "CHAL-0002")
    lead.do("cancel_peer_challenge", {"Why it is called off": "Agreed anew as mutual"})
    challenge(lead, people, LIVERPOOL, "CHAL-0003", of_manchester, mutual_with=MANCHESTER)
    lead.look("Challenge", "Reciprocity")
    rows = lead.page.locator("main tbody tr")
    for name, other in (("Manchester", "Liverpool"), ("Liverpool", "Manchester")):
        cells = rows.filter(has=lead.page.get_by_role("link", name=name, exact=True)).locator("td")
        expect(cells.nth(2)).to_have_text("2")
        expect(cells.nth(3)).to_have_text("2")
        expect(cells.nth(5)).to_contain_text(other)
        expect(cells.nth(6)).to_contain_text(other)


def agree(lead: Person, people: People, council: str, mutual_with: str = "") -> None:
    """Agree a challenge with its host, yesterday."""
    lead.begin("agree_peer_challenge")
    kind: Answers = {
        "Type of challenge > Regional peer challenge": "",
        "What it looks at": "Front door",
    }
    meant: Answers = {
        "Council that it is mutual with": mutual_with,
        "Date of the agreement": people.today - timedelta(days=1),
    }
    lead.answer({"Host": council, **kind, **meant})
    lead.send()
    lead.recorded()


def challenge(
    lead: Person, people: People, council: str, reference: str, peer: str, mutual_with: str = ""
) -> None:
    """From its agreement to its last day."""
    lead.look("Challenge")
    agree(lead, people, council, mutual_with)
    lead.sees(reference)
    lead.do(
        "assign_team_member", {"Peer": peer, "Role on the team > Lead": "", "Time to reserve": 4}
    )
    day = people.today - timedelta(days=1)
    lead.do(
        "schedule_peer_challenge",
        {"First day of the challenge": day, "Last day of the challenge": day},
    )
    lead.do("conduct_peer_challenge", {})
    lead.sees("Conducted")
