"""Pictures on their pages: the figures behind each are those that the API gives."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

from domain.councils import Region
from domain.kernel import pounds_text
from tests.conftest import Service, running
from tests.journeys.steps import got, move_to_region

Row = dict[str, Any]
MONTH_ENDS = {
    "2025-07-31": "31 July 2025",
    "2025-12-31": "31 December 2025",
    "2026-03-31": "31 March 2026",
}


_LINK = re.compile(r'<a class="govuk-link cw-figure" href="([^"]*)">(\d+)</a>')


class Shown(NamedTuple):
    """A picture as a page shows it."""

    title: str
    alt: str
    svg: str
    rows: list[list[str]]


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def page(service: Service, path: str, user: str = "auditor", **params: str) -> str:
    answer = service.client(user).get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.text


def pictures(service: Service, path: str, user: str = "auditor", **params: str) -> list[Shown]:
    """The pictures of a page in order."""
    figures = re.findall(
        r'<figure class="cw-picture">(.*?)</figure>', page(service, path, user, **params), re.DOTALL
    )
    found = []
    for figure in figures:
        lines = re.findall(r"<tr[^>]*>(.*?)</tr>", figure, re.DOTALL)[1:]
        rows = [
            [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
            for row in lines
        ]
        title, alt, svg = (
            re.findall(pattern, figure, re.DOTALL)[0]
            for pattern in (r"<h2[^>]*>(.*?)</h2>", r"</h2><p[^>]*>(.*?)</p>", r"<svg.*?</svg>")
        )
        found.append(Shown(words(title), words(alt), svg, rows))
    return found


def every(service: Service, path: str, user: str = "auditor", **params: Any) -> list[Row]:
    asked = {"limit": 1000, **params}
    found: list[Row] = got(service.client(user).get(f"/api/v1/{path}", params=asked))["items"]
    return found


def heading(name: str) -> str:
    return name.replace("-", " ").capitalize()


@pytest.mark.parametrize("as_at", ["", "2025-12-31"])
def test_bars_are_the_budget_by_heading(played: Service, as_at: str) -> None:
    bars = pictures(played, "/budgets/2025-26", as_at=as_at)[0]
    budget = got(
        played.client("auditor").get("/api/v1/budgets/2025-26", params={"as_at": as_at or None})
    )
    told = {row[0]: row for row in bars.rows}
    assert len(told) == len(budget["headings"]) + 1
    for row in budget["headings"]:
        line = told[heading(row["heading"])]
        held = row["devolved_pence"] - row["region_spent_pence"]
        assert line[1:9] == [
            pounds_text(pence)
            for pence in (
                row["allocated_pence"],
                row["paid_pence"],
                row["region_spent_pence"],
                row["committed_pence"],
                held,
                row["clawback_due_pence"],
                row["written_off_pence"],
                row["available_pence"],
            )
        ]
    whole = sum(row["allocated_pence"] for row in budget["headings"])
    assert told["All headings"][1] == pounds_text(whole)


def test_what_is_left_at_month_ends_is_the_budget_as_at_each(played: Service) -> None:
    burnt = pictures(played, "/budgets/2025-26")[1]
    for as_at, day in MONTH_ENDS.items():
        budget = got(
            played.client("auditor").get("/api/v1/budgets/2025-26", params={"as_at": as_at})
        )
        told = {row[1]: row[2:] for row in burnt.rows if row[0] == day}
        expected = {}
        for row in budget["headings"]:
            spent = row["paid_pence"] + row["region_spent_pence"]
            amounts = (row["allocated_pence"], spent, row["allocated_pence"] - spent)
            expected[heading(row["heading"])] = [pounds_text(pence) for pence in amounts]
        assert {name: row for name, row in told.items() if name != "All headings"} == expected
    then = pictures(played, "/budgets/2025-26", as_at="2025-12-10")[1]
    assert then.rows[-1][0] == "10 December 2025"
    assert [r for r in then.rows if r[0] == "30 November 2025"] == [
        r for r in burnt.rows if r[0] == "30 November 2025"
    ]


def test_open_cases_at_month_ends_are_the_board_as_at_each(played: Service) -> None:
    (shown,) = pictures(played, "/cases")
    for as_at, day in MONTH_ENDS.items():
        counts = Counter(row["tier"] for row in every(played, "cases", is_open=True, as_at=as_at))
        (line,) = [row for row in shown.rows if row[0] == day]
        tiers = ("intervention", "targeted support", "early support", "universal")
        assert line[1:] == [*(str(counts[tier]) for tier in tiers), str(counts.total())]


def test_the_map_shows_every_council_as_it_is_and_leads_to_it(played: Service) -> None:
    for as_at in ("", "2025-12-31"):
        shown = pictures(played, "/engagement", as_at=as_at)[-1]
        rows = [
            row for row in every(played, "councils", as_at=as_at or None) if not row["successors"]
        ]
        assert len(rows) == 153
        assert Counter((row[0], row[2].lower(), row[3].lower()) for row in shown.rows) == Counter(
            (row["name"], row["tier"], row["engagement"]) for row in rows
        )
        when = f"?as_at={as_at}" if as_at else ""
        assert set(re.findall(r'href="([^"]+)"', shown.svg)) == {
            f"/councils/{row['council']}{when}" for row in rows
        }


def test_momentum_is_the_months_of_engagement(played: Service) -> None:
    momentum, by_region, *_ = pictures(played, "/engagement")
    months = every(played, "regions/engagement/months")
    assert [[int(cell) for cell in row[1:]] for row in momentum.rows] == [
        [
            m["early_adopters"],
            m["engaged"],
            m["taking_part"],
            m["contacted"],
            m["not_engaged"],
            m["net"],
        ]
        for m in months
    ]
    last = [row for row in by_region.rows if row[0] == momentum.rows[-1][0]]
    coverage = every(played, "regions/engagement/coverage")
    assert {row[1]: int(row[2]) for row in last} == {
        Region(row["region"]).label: row["taking_part"] for row in coverage
    }


@pytest.mark.parametrize("region", ["", "london"])
def test_engagement_by_tier_is_the_councils_as_at_each_quarter_s_end(
    played: Service, region: str
) -> None:
    (shown,) = (
        picture
        for picture in pictures(played, "/engagement", region=region)
        if picture.title.startswith("Engagement by support tier")
    )
    days = {"2025-09-30": "30 September 2025", "2026-03-31": "31 March 2026"}
    params = {"region": region} if region else {}
    for as_at, day in days.items():
        rows = every(played, "councils", as_at=as_at, **params)
        counts = Counter((row["tier"], row["engagement"]) for row in rows if not row["successors"])
        told = {
            row[1].lower(): [int(cell) for cell in row[2:]] for row in shown.rows if row[0] == day
        }
        for tier, line in told.items():
            steps = ("early adopter", "engaged", "contacted", "not engaged")
            expected = [counts[tier, step] for step in steps]
            assert line == [*expected, expected[0] + expected[1], sum(expected)]
        assert sum(line[-1] for line in told.values()) == counts.total() > 0
    assert len(shown.rows) == len(every(played, "regions/engagement/quarters", **params))


def test_flows_are_what_grants_of_the_year_were_paid_and_promised(played: Service) -> None:
    for year in ("2025-26", "2026-27"):
        (shown,) = pictures(played, "/grants", year=year)
        rows = every(played, "grants", year=year)
        total = sum(row["paid_pence"] + row["committed_pence"] for row in rows)
        told = [int(re.sub(r"\D", "", row[-1])) for row in shown.rows]
        assert sum(told) == total > 0
        assert shown.title == f"Where grants of {year} go"


def test_supply_calendar_and_profile_are_those_of_the_api(played: Service) -> None:
    client = played.client("auditor")
    (shown,) = pictures(played, "/peers/supply")
    found = got(client.get("/api/v1/peers/supply"))
    fields = ("members", "ready", "requests", "challenges", "demand", "short")
    assert [row[1:] for row in shown.rows] == [
        [str(row[field]) for field in fields] for row in (*found["regions"], found["total"])
    ]
    (shown,) = pictures(played, "/challenges", region="north-west")
    dated = [row for row in every(played, "challenges", region="north-west") if row["first_day"]]
    assert {row[0] for row in shown.rows} == {row["challenge"] for row in dated}
    (shown,) = pictures(played, "/councils/830/profile")
    compared = got(client.get("/api/v1/indicators/profiles/830"))["comparisons"]
    assert [row[0] for row in shown.rows] == [row["name"] for row in compared]
    for row, line in zip(compared, shown.rows, strict=True):
        spread = row["spread"]
        for value, cell in (
            (row["value"], line[1]),
            (spread["lowest"], line[5]),
            (spread["highest"], line[8]),
        ):
            assert cell.replace(".0", "").startswith(f"{float(value):g}")


def test_a_lead_sees_their_own_region_in_pictures(played: Service) -> None:
    (shown,) = pictures(played, "/regions", "regional-lead")
    assert {row[1] for row in shown.rows} == {"North West"}
    (cases,) = pictures(played, "/cases", "regional-lead")
    now = every(played, "cases", "regional-lead", is_open=True)
    assert cases.rows[-1][-1] == str(len(now))
    assert len(now) < len(every(played, "cases", is_open=True))


@pytest.mark.parametrize(
    "path", ["/engagement", "/regions", "/regions/london", "/budgets", "/budgets/2025-26"]
)
def test_ids_are_one_of_a_kind_on_a_page_with_several_pictures(played: Service, path: str) -> None:
    text = page(played, path, "case-officer")
    ids = re.findall(r' id="([^"]+)"', text)
    assert [name for name, n in Counter(ids).items() if n > 1] == []
    assert "style=" not in text


def test_before_there_was_anything_pictures_say_so(played: Service) -> None:
    assert [p.alt for p in pictures(played, "/engagement", as_at="1")] == [
        "No council has taken a step yet.",
        "No council has taken a step yet.",
        "No council is on record.",
        "No council is on record.",
    ]
    (shown,) = pictures(played, "/cases", as_at="1")
    assert shown.alt == "No case was open."


# --- Within the scope of each month ---------------------------------------------------------


def months_that_open(service: Service, user: str, **params: Any) -> list[str]:
    """The open cases at each month's end, each of them being the figure that opens up."""
    shown = page(service, "/cases", user, **params)
    table = shown[shown.index("At the end of") : shown.index("</table>")]
    totals = [figures[-1] for row in table.split("<tr")[1:] if (figures := _LINK.findall(row))]
    for leads, text in totals:
        query = dict(parse_qsl(urlsplit(html.unescape(leads)).query))
        found = got(service.client(user).get("/api/v1/figures", params=query))
        assert str(found["figure"]) == text, query
    return [text for _, text in totals]


def test_a_mentor_sees_the_months_of_what_was_theirs_then(played: Service) -> None:
    assert set(months_that_open(played, "peer")) == {"1", "2"}


def test_a_lead_sees_the_months_of_a_council_that_left_the_region(played: Service) -> None:
    before = months_that_open(played, "regional-lead")
    moved = move_to_region(played, "351", "West Midlands")
    after = months_that_open(played, "regional-lead", after=moved)
    assert after[:-1] == before[:-1]
    assert int(after[-1]) == int(before[-1]) - 1
