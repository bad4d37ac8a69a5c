"""Every figure opens up: to its rows and its events, within what its reader may see."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from service.figures import asking
from service.figures.told import address_of
from tests.conftest import Service, running
from tests.journeys.figures import figures_shown
from tests.journeys.steps import move_to_region

_RICH = [
    "/cases?region=london",
    "/cases/CASE-0001/package",
    "/cases/CASE-0001/decisions",
    "/cases/CASE-0001/grants",
    "/contracts/CONTRACT-0001",
    "/programmes",
    "/programmes/PROG-0005",
    "/hosting",
    "/specialists",
    "/regions",
    "/regions/london",
    "/engagement?region=london",
    "/grants",
    "/grants/GRANT-0001",
    "/grants/GRANT-0001/payments",
    "/budgets/2025-26",
    "/budgets/2025-26/commitments",
    "/ledger?grant=GRANT-0001",
    "/mentoring/MENT-0001",
    "/peers",
    "/peers/supply",
    "/days?region=london",
    "/challenges/entitlement",
    "/challenges/reciprocity?region=london",
]
"""Pages that have most kinds of figures. That none of any page stays closed is seen where each
page is opened in a browser."""
_PAID = asking.field("grant-row", "GRANT-0001", "paid_pence")
_CONTRACTS = asking.field("budget-position", "2025-26/contracts", "paid_pence")


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    """The demonstration, served."""
    with running(demonstration, enrol=False) as service:
        yield service


def shape_of(address: str) -> str:
    """What kind of figure an address leads to: its views and fields, whatever the rows."""
    return str(re.findall(r"(\w+)\(([\w-]+)(?:,[^,()]*?,([a-z_]+)[),])?", address))


def heading_of(client: httpx.Client, address: str) -> str:
    """The figure that a page of one says."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)
    assert found, address
    return unescape(re.sub("<[^>]+>", "", found[1])).strip()


def opened(client: httpx.Client, of: str, **query: str) -> Any:
    answer = client.get("/api/v1/figures", params={"of": of, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: httpx.Client, of: str) -> int:
    return client.get("/api/v1/figures", params={"of": of}).status_code


def test_a_figure_opens_up_to_the_same_figure(played: Service) -> None:
    client = played.client("case-officer")
    opening: dict[str, tuple[str, str]] = {}
    for address in _RICH:
        for text, leads in figures_shown(client.get(address).text).opening:
            opening.setdefault(shape_of(leads), (text, leads))
    assert len(opening) > 100
    for text, leads in list(opening.values())[::3]:
        same = heading_of(client, leads).replace(",", "")
        assert same == text.replace(",", "").removeprefix("+"), leads


@pytest.mark.parametrize("query", ["months=3", "months=9&as_at=2026-01-15", "months=24&as_at=1200"])
def test_the_forecast_opens_up_to_the_same_figures(played: Service, query: str) -> None:
    client = played.client("case-officer")
    shown = client.get(f"/peers/supply?{query}").text
    ahead = shown[shown.index("The next two quarters") : shown.index("By region</caption>")]
    found = figures_shown(f"<main>{ahead}</main>")
    assert found.closed == []
    assert len(found.opening) == 10
    for text, leads in dict.fromkeys(found.opening):
        assert heading_of(client, leads) == text, leads
    worked = [leads for _, leads in found.opening if "of=part(" in leads]
    assert "equal parts of this figure, rounded up." in client.get(worked[0]).text


@pytest.mark.parametrize("user", ["auditor", "regional-lead"])
def test_the_rows_of_each_register_open_up_to_as_many(played: Service, user: str) -> None:
    client = played.client(user)
    found = figures_shown(client.get("/exports").text)
    assert found.closed == []
    assert len(found.opening) >= 15
    for text, leads in found.opening:
        assert heading_of(client, leads) == text, leads


def test_a_letters_amounts_open_up_as_they_were_then(played: Service) -> None:
    client = played.client("case-officer")
    address = "/grants/GRANT-0034/letters/variation-1"
    found = figures_shown(client.get(address).text)
    assert found.closed == []
    assert len(found.opening) == 17
    for text, leads in found.opening:
        assert heading_of(client, leads) == text, leads
    [varied] = client.get("/api/v1/grants/GRANT-0034").json()["variations"][:1]
    moments = {leads.rpartition("as_at=")[2] for _, leads in found.opening}
    assert moments == {str(varied["position"] - 1), str(varied["position"])}
    taken = client.get(f"/api/v1{address}", params={"format": "html"}).text
    assert "/figures" not in taken


def test_a_sum_leads_to_its_rows_and_each_row_to_its_events(played: Service) -> None:
    client = played.client("auditor")
    whole = opened(client, asking.total("grant-row", "paid_pence", year="2025-26"))
    assert sum(line["adds"] for line in whole["lines"]) == whole["figure"]
    one = opened(client, whole["lines"][0]["opens"])
    assert one["figure"] == whole["lines"][0]["adds"]
    assert one["steps"][-1]["total"] == one["figure"]
    assert all(step["cause"]["actor"] for step in one["steps"])
    share = opened(
        client,
        asking.made("share", *(asking.count("grant-row", year=y) for y in ("2025-26", None))),
    )
    part, all_of_them = (part["figure"] for part in share["parts"])
    assert share["figure"] == 100 * part // all_of_them


def test_rows_come_in_pages_and_the_figure_is_of_them_all(played: Service) -> None:
    client = played.client("auditor")
    of = asking.count("council-row", successors="")
    first = opened(client, of, limit="60")
    second = opened(client, of, limit="60", cursor=first["next"])
    assert first["figure"] == second["figure"] == first["rows"] > 120
    keys = [line["key"] for page in (first, second) for line in page["lines"]]
    assert len(set(keys)) == 120


def test_every_link_of_a_past_page_stays_in_the_past(played: Service) -> None:
    client = played.client("finance-officer")
    for address in ("/budgets/2025-26", "/grants", "/programmes", "/regions/london"):
        shown = figures_shown(client.get(address, params={"as_at": "2025-12-31"}).text)
        assert shown.opening
        assert all("as_at=2025-" in leads for _, leads in shown.opening), address
    then = client.get(address_of(_CONTRACTS, "2025-12-31")).text
    assert "It is read-only." in then
    inner = asking.total("budget-position", "paid_pence", year="2025-26")
    for _, leads in figures_shown(client.get(address_of(inner, "2025-12-31")).text).opening:
        assert leads.endswith("as_at=2025-12-31")


# --- Who sees what --------------------------------------------------------------------------


def test_without_the_trail_events_are_told_in_plain_words_alone(played: Service) -> None:
    analyst = played.client("dfe-analyst")
    assert analyst.get("/api/v1/audit").status_code == 403
    steps = opened(analyst, _PAID)["steps"]
    assert {step["cause"]["said"] for step in steps} == {"An instalment was paid to the council."}
    assert all(step["cause"]["effective_on"] for step in steps)
    for hidden in ("actor", "role", "reason", "event", "stream"):
        assert {step["cause"][hidden] for step in steps} == {None}
    page = analyst.get(address_of(_PAID)).text
    assert "BACS-" not in page
    assert "/audit/events/" not in page
    assert heading_of(analyst, address_of(_PAID)) == "£66,000.00"


def test_a_councils_contact_opens_their_own_figures_and_nobody_elses(played: Service) -> None:
    auditor = played.client("auditor")
    grants = auditor.get("/api/v1/grants", params={"council": "351"}).json()["items"]
    contact, stranger = played.client("contact-351"), played.client("council-contact")
    assert opened(contact, _PAID)["figure"] == 66_000_00
    said = {step["cause"]["said"] for step in opened(contact, _PAID)["steps"]}
    assert said == {"An instalment was paid to the council."}
    assert opened(contact, asking.count("grant-row"))["figure"] == len(grants)
    assert refused(stranger, _PAID) == 404
    assert opened(stranger, asking.count("grant-row", council="351"))["figure"] == 0
    assert opened(stranger, asking.total("grant-row", "paid_pence"))["figure"] == 0
    for closed in (_CONTRACTS, asking.count("ledger-line"), asking.count("peer-row")):
        assert refused(contact, closed) == 403


def test_of_a_public_row_only_the_events_in_scope_are_told(played: Service) -> None:
    paid = asking.field("programme-row", "PROG-0005", "due_pence")
    stranger, analyst = played.client("council-contact"), played.client("dfe-analyst")
    assert opened(stranger, paid)["figure"] == opened(analyst, paid)["figure"]
    told = [step["cause"]["said"] for step in opened(stranger, paid)["steps"]]
    mine = opened(stranger, asking.count("trial-result-row", programme="PROG-0005"))["figure"]
    assert len([said for said in told if said]) <= mine
    assert None in told
    register = asking.row("council-row", "COUNCIL-351")
    assert {s["cause"]["said"] for s in opened(stranger, register)["steps"]} == {None}


def test_a_concern_is_told_to_those_who_see_concerns(played: Service) -> None:
    tier = asking.field("council-row", "COUNCIL-201", "tier")
    for user, told in (("auditor", True), ("dfe-analyst", False)):
        last = opened(played.client(user), tier)["steps"][-1]
        assert last["became"] == "early support"
        assert ("oncern" in (last["cause"]["said"] or "")) is told


def test_a_regional_lead_sees_no_other_regions_figures(played: Service) -> None:
    lead = played.client("regional-lead")
    assert opened(lead, _PAID)["figure"] == 66_000_00
    assert refused(lead, asking.field("grant-row", "GRANT-0002", "paid_pence")) == 404
    assert refused(lead, asking.field("region-position", "2025-26/london", "paid_pence")) == 404
    assert opened(lead, asking.count("grant-row", region="london"))["figure"] == 0
    whole = opened(lead, asking.count("donated-days", kind="director"))
    assert (
        0
        < whole["figure"]
        < opened(played.client("auditor"), asking.count("donated-days", kind="director"))["figure"]
    )


@pytest.mark.parametrize(
    ("of", "status"),
    [
        ("count(user-row)", 403),
        ("count(journal-row)", 422),
        ("count(nothing-row)", 422),
        ("count(case-page,state=open)", 422),
        ("count(case-page,model_dump=x)", 422),
        ("count(case-page,_kept=x)", 422),
        ("sum(grant-row,state.paid_pence)", 422),
        ("field(grant-row,GRANT-0001,colour)", 422),
        ("field(grant-row,GRANT-9999,paid_pence)", 404),
        ("count(engagement-history,on:yesterday=engaged)", 422),
        ("count(grant-row,paid_pence>lots)", 422),
        ("count(grant-row,paid_pence>NaN)", 422),
        ("count(grant-row,paid_pence>1e99999)", 422),
        ("published(NONE,x,2025)", 404),
    ],
)
def test_what_is_no_figure_to_see_is_refused(played: Service, of: str, status: int) -> None:
    user = "dfe-analyst" if status == 403 else "auditor"
    assert refused(played.client(user), of) == status


def test_who_did_not_see_a_grant_then_is_told_the_amounts_of_its_letter_alone(
    played: Service,
) -> None:
    lead, letter = played.client("regional-lead-2"), "/grants/GRANT-0001/letters/offer"
    assert lead.get(letter).status_code == 404
    moved = move_to_region(played, "351", "South East")
    shown = lead.get(letter, params={"after": moved})
    assert shown.status_code == 200
    assert "£66,000.00" in shown.text
    assert figures_shown(shown.text).opening == []
    assert figures_shown(played.client("auditor").get(letter).text).opening
