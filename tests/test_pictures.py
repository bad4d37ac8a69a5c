"""Pictures: whole SVG with nothing outside it, whose figures are those of the rows."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import service
from domain.challenges import ChallengeKind, ChallengeStatus
from domain.councils import Council, Engagement, Region, SupportTier
from domain.funding import Heading
from domain.insight import Comparison, Polarity
from domain.insight.profile import Level, Trend, spread
from domain.interventions import InterventionCase, Rag, Stage
from domain.kernel import pounds_text, year_bounds
from projections.challenges import ChallengeRow, FollowUp
from projections.councils import CouncilRow
from projections.funding import BudgetPosition, GrantRow
from projections.interventions import CasePage, Milestone, Review, StageSince
from projections.regions import EngagementHistory, EngagementStep, TierEngagement, months
from projections.supply import Supply, SupplyLine
from service.pictures import (
    MonthEnd,
    OpenCases,
    Picture,
    budget_bars,
    burn_down,
    challenges_over_time,
    engagement_by_region,
    engagement_by_tier,
    engagement_momentum,
    grant_flows,
    indicator_profile,
    open_cases,
    progress_of_case,
    round_pounds,
    supply_and_demand,
    tile_map,
)
from service.pictures import svg as drawing
from service.pictures.looks import STEPS, TIERS
from service.pictures.svg import width_of
from service.series import engagement_months, month_ends

SVG = "{http://www.w3.org/2000/svg}"
FONTS = [Path(service.__path__[0]) / "static" / "fonts"]
NUMBER = r"-?\d+(?:\.\d+)?"
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ON = date(2026, 3, 31)

names = st.sampled_from(["Leeds", "Bournemouth, Christchurch and Poole", "W" * 80, "<b>&\"'\x00"])
days = st.dates(date(2023, 1, 1), date(2027, 12, 31))
pence = st.integers(0, 900_000_000_00)


# --- Rows -------------------------------------------------------------------------------------


def council(
    n: int,
    name: str = "Leeds",
    region: Region = Region.LONDON,
    tier: SupportTier = SupportTier.UNIVERSAL,
    engagement: Engagement = Engagement.ENGAGED,
) -> CouncilRow:
    return CouncilRow(
        council=f"{n:03d}",
        name=name,
        gss_code=f"E0600{n:04d}",
        region=region,
        authority_type="unitary",
        engagement=engagement,
        tier=tier,
        state=Council(council=f"{n:03d}"),
    )


councils = st.lists(
    st.builds(
        council,
        st.integers(1, 999),
        names,
        st.sampled_from(Region),
        st.sampled_from(SupportTier),
        st.sampled_from(Engagement),
    ),
    max_size=40,
)


@st.composite
def positions(draw: st.DrawFn) -> list[BudgetPosition]:
    """Headings of a year, each pound of what was allocated in one place."""
    found = []
    for heading in draw(st.lists(st.sampled_from(Heading), unique=True)):
        paid, spent, held, committed, due, lost, left = draw(st.tuples(*[pence] * 7))
        found.append(
            BudgetPosition(
                year="2025-26",
                heading=heading,
                allocated_pence=paid + spent + held + committed + due + lost + left,
                paid_pence=paid,
                region_spent_pence=spent,
                devolved_pence=spent + held,
                committed_pence=committed,
                clawback_due_pence=due,
                written_off_pence=lost,
                available_pence=left,
            )
        )
    return found


def month_end(on: date, heading: Heading, allocated: int, spent: int) -> MonthEnd:
    return MonthEnd(on, heading.value, allocated, spent)


year_days = st.dates(*year_bounds("2025-26"))
points = st.lists(
    st.builds(month_end, year_days, st.sampled_from(Heading), pence, pence),
    unique_by=lambda p: (p.on, p.heading),
    max_size=40,
)


def grant(
    n: int, heading: Heading, region: Region, code: int, paid: int, promised: int
) -> GrantRow:
    made: Any = GrantRow.model_construct  # what a picture reads of a grant is all that it has
    row: GrantRow = made(
        grant=f"GRANT-{n:04d}",
        council=f"{code:03d}",
        region=region,
        heading=heading,
        paid_pence=paid,
        committed_pence=promised,
    )
    return row


grants = st.lists(
    st.builds(
        grant,
        st.integers(1, 9999),
        st.sampled_from(Heading),
        st.sampled_from(Region),
        st.integers(1, 200),
        pence,
        pence,
    ),
    max_size=40,
)


def case(
    opened_on: date,
    stages: list[tuple[Stage, int]],
    reviews: list[tuple[int, dict[str, Rag], Rag]],
    milestones: list[tuple[int, str]],
) -> CasePage:
    return CasePage(
        case="CASE-0001",
        council="330",
        region=Region.WEST_MIDLANDS,
        stage=stages[-1][0] if stages else Stage.OPEN,
        trigger="Latest judgements",
        opened_on=opened_on,
        opened_by="case-officer",
        stages=tuple(
            StageSince(
                stage=stage, since=opened_on + timedelta(days), position=n + 1, by="case-officer"
            )
            for n, (stage, days) in enumerate(sorted(stages, key=lambda s: s[1]))
        ),
        reviews=tuple(
            Review(
                review=n + 1,
                reviewed_on=opened_on + timedelta(days),
                themes=themes,
                confidence=confidence,
                next_steps="Go on",
                by="case-officer",
            )
            for n, (days, themes, confidence) in enumerate(reviews)
        ),
        milestones=tuple(
            Milestone(
                milestone=n + 1,
                title="Plan",
                due_on=opened_on + timedelta(due),
                state=state,
                set_on=opened_on,
            )
            for n, (due, state) in enumerate(milestones)
        ),
        state=InterventionCase(case="CASE-0001"),
    )


after = st.integers(0, 1500)
rags = st.sampled_from(Rag)
cases = st.builds(
    case,
    days,
    st.lists(st.tuples(st.sampled_from(Stage), after), max_size=8),
    st.lists(st.tuples(after, st.dictionaries(names, rags, max_size=4), rags), max_size=6),
    st.lists(st.tuples(after, st.sampled_from(["set", "met", "missed"])), max_size=5),
)


def challenge(
    n: int, kind: ChallengeKind, status: ChallengeStatus, first: date | None, due: int | None
) -> ChallengeRow:
    follow_up = first + timedelta(due) if first and due else None
    held = FollowUp(held_on=follow_up, progress="Well", actions_done=1) if follow_up else None
    return ChallengeRow(
        challenge=f"CHAL-{n:04d}",
        council=f"{n % 300:03d}",
        region=Region.LONDON,
        kind=kind,
        status=status,
        focus="Front door",
        agreed_on=date(2025, 4, 1),
        first_day=first,
        last_day=first + timedelta(days=n % 40) if first else None,
        follow_up_due_on=follow_up,
        follow_ups=(held,) if held and n % 2 else (),
    )


challenges = st.lists(
    st.builds(
        challenge,
        st.integers(1, 9999),
        st.sampled_from(ChallengeKind),
        st.sampled_from(ChallengeStatus),
        st.none() | days,
        st.none() | st.integers(1, 400),
    ),
    max_size=45,
)


def line(name: str, members: int, requests: int, lacking: int) -> SupplyLine:
    return SupplyLine(
        name=name,
        members=members,
        ready=members,
        free_half_days=0,
        requests=requests,
        challenges=lacking,
    )


counts = st.integers(0, 400)
lines = st.lists(st.builds(line, names, counts, counts, counts), max_size=9)


def supply(found: list[SupplyLine]) -> Supply:
    total = line(
        "All",
        sum(x.members for x in found),
        sum(x.requests for x in found),
        sum(x.challenges for x in found),
    )
    return Supply(
        on=ON,
        year="2025-26",
        months=6,
        calls_in_months=0,
        total=total,
        regions=tuple(found),
        parties=(),
        themes=(),
        forecast=(),
    )


numbers = st.decimals(0, 5000, places=1)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    every = draw(st.lists(numbers, max_size=30))
    own = draw(st.none() | numbers)
    return Comparison(
        indicator="x",
        name=draw(names),
        unit=draw(st.sampled_from(["%", "cases", "per 10,000"])),
        polarity=draw(st.sampled_from(Polarity)),
        decimal_places=1,
        featured=True,
        source="Published",
        value=own,
        neighbours_values=tuple(sorted(every[:5])),
        region=Level(value=draw(st.none() | numbers), how="published"),
        england=Level(value=draw(st.none() | numbers), how="published"),
        spread=spread(every),
        trend=Trend(direction="no clear direction"),
    )


def history(n: int, region: Region, steps: list[tuple[date, Engagement]]) -> EngagementHistory:
    return EngagementHistory(
        council=f"{n:03d}",
        name="Leeds",
        region=region,
        steps=tuple(
            EngagementStep(
                on=on, was=Engagement.NOT_ENGAGED, became=step, evidence="A letter", position=k + 1
            )
            for k, (on, step) in enumerate(steps)
        ),
    )


engagements = st.sampled_from(Engagement)
quarters = st.lists(
    st.builds(
        TierEngagement,
        on=st.sampled_from([date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31), ON]),
        tier=st.sampled_from(SupportTier),
        not_engaged=counts,
        contacted=counts,
        engaged=counts,
        early_adopters=counts,
    ),
    unique_by=lambda q: (q.on, q.tier),
    max_size=16,
).map(lambda found: sorted(found, key=lambda q: (q.on, q.tier)))
histories = st.lists(
    st.builds(
        history,
        st.integers(1, 999),
        st.sampled_from(Region),
        st.lists(
            st.tuples(st.dates(date(2024, 1, 1), ON), st.sampled_from(Engagement)), max_size=3
        ),
    ),
    max_size=30,
)
open_points = st.lists(
    st.dictionaries(st.sampled_from(SupportTier), st.integers(0, 90)), max_size=24
).map(
    lambda found: [
        OpenCases(on, by)
        for on, by in zip(month_ends(date(2024, 4, 1), ON)[-len(found) :], found, strict=False)
    ]
)

PICTURES: dict[str, st.SearchStrategy[Picture]] = {
    "tile map": councils.map(tile_map),
    "tile map with links": councils.map(lambda rows: tile_map(rows, href=lambda path: path)),
    "budget bars": positions().map(budget_bars),
    "burn-down": points.map(lambda found: burn_down(found, *year_bounds("2025-26"))),
    "grant flows": grants.map(lambda rows: grant_flows(rows, {"001": "W" * 90, "002": "<i>"})),
    "case progress": st.builds(progress_of_case, cases, days),
    "open cases": open_points.map(open_cases),
    "challenges": st.builds(lambda rows, on: challenges_over_time(rows, {}, on), challenges, days),
    "supply": lines.map(lambda found: supply_and_demand(supply(found))),
    "profile": st.builds(indicator_profile, names, st.lists(comparisons(), max_size=6)),
    "momentum": histories.map(lambda rows: engagement_momentum(months(rows, ON)[-24:])),
    "by region": histories.map(lambda rows: engagement_by_region(engagement_months(rows, ON))),
    "by tier": quarters.map(engagement_by_tier),
}
"""Each picture from any rows, none included."""


# --- Looking at a picture ---------------------------------------------------------------------


def edges(at: Xml.Element, x: float = 0, y: float = 0) -> Iterable[tuple[float, float, str]]:
    """The outermost places of all that is drawn, with what it is."""
    if moved := re.fullmatch(rf"translate\(({NUMBER}) ({NUMBER})\)", at.get("transform", "")):
        x, y = x + float(moved[1]), y + float(moved[2])

    def number(name: str) -> float:
        return float(at.get(name, "0"))

    kind = at.tag.removeprefix(SVG)
    match kind:
        case "defs":
            return
        case "rect":
            yield x + number("x"), y + number("y"), kind
            yield x + number("x") + number("width"), y + number("y") + number("height"), kind
        case "line":
            yield x + number("x1"), y + number("y1"), kind
            yield x + number("x2"), y + number("y2"), kind
        case "circle":
            yield x + number("cx") - number("r"), y + number("cy") - number("r"), kind
            yield x + number("cx") + number("r"), y + number("cy") + number("r"), kind
        case "polygon" | "polyline" | "path":
            for left, top in re.findall(
                rf"({NUMBER}),({NUMBER})", at.get("points", at.get("d", ""))
            ):
                yield x + float(left), y + float(top), kind
        case "text":
            said = at.text or ""
            wide = width_of(said, float(at.get("font-size", "12")), bold="font-weight" in at.attrib)
            start = (
                x + number("x") - wide * {"middle": 0.5, "end": 1}.get(at.get("text-anchor", ""), 0)
            )
            yield start, y + number("y") - 9, said
            yield start + wide, y + number("y"), said
    for inside in at:
        yield from edges(inside, x, y)


def looked_at(picture: Picture) -> Xml.Element:
    """The picture's root; fails if it is not whole, named, safe and within its frame."""
    root = Xml.fromstring(picture.svg)
    left, top, wide, high = map(float, root.attrib["viewBox"].split())
    assert (left, top, root.attrib["width"]) == (0, 0, f"{wide:g}")
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    named = [root.find(f".//*[@id='{name}']") for name in root.attrib["aria-labelledby"].split()]
    assert [each is not None and each.text for each in named] == [
        plain(picture.title),
        plain(picture.alt),
    ]
    for each in root.iter():
        assert each.tag.removeprefix(SVG) in {
            *("svg", "title", "desc", "g", "a", "text", "rect", "line", "circle"),
            *("polygon", "polyline", "path", "defs", "pattern"),
        }
        assert not {"style", "class", "onclick"} & each.attrib.keys()
        assert float(each.get("font-size", "12")) >= 12
    assert "nan" not in picture.svg.lower().replace("finan", "")
    for x, y, what in edges(root):
        assert -0.5 <= x <= wide + 0.5, what
        assert -0.5 <= y <= high + 0.5, what
    return root


def plain(said: str) -> str:
    """Text as XML gives it back."""
    return said.replace("\x00", "")


# --- Tests ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PICTURES)
def test_any_rows_make_a_whole_picture_with_nothing_outside_it(name: str) -> None:
    @FEW
    @given(PICTURES[name])
    def holds(picture: Picture) -> None:
        looked_at(picture)
        assert picture.title
        assert picture.alt.endswith(".")
        assert all(len(row) == len(picture.heads) for row in picture.rows)
        assert all(0 <= column < len(picture.heads) for column in picture.numeric)

    holds()


@FEW
@given(positions())
def test_the_parts_of_a_bar_add_up_to_what_was_allocated(rows: list[BudgetPosition]) -> None:
    picture = budget_bars(rows)
    root = looked_at(picture)
    parts = [rect for rect in root.findall(f"{SVG}g/{SVG}rect") if rect.get("height") == "20"]
    frames = [rect for rect in root.findall(f"{SVG}rect") if rect.get("fill") == "none"]
    longest = max((row.allocated_pence for row in rows), default=0)
    drawn = sum(float(rect.attrib["width"]) for rect in parts)
    whole = sum(row.allocated_pence for row in rows) / longest * 638 if longest else 0
    assert drawn == pytest.approx(whole, abs=0.2)
    assert len(frames) == len(rows)
    cells = {row[0]: row[1:] for row in picture.rows}
    for row in rows:
        name = row.heading.value.replace("-", " ").capitalize()
        assert cells[name][0] == pounds_text(row.allocated_pence)
        assert cells[name][-2] == pounds_text(row.available_pence)


@FEW
@given(grants)
def test_bands_are_as_high_as_the_bars_that_they_join(rows: list[GrantRow]) -> None:
    picture = grant_flows(rows, {})
    root = looked_at(picture)
    total = sum(row.paid_pence + row.committed_pence for row in rows)
    bars: dict[str, float] = {}
    for rect in root.findall(f"{SVG}g/{SVG}rect"):
        bars[rect.attrib["x"]] = bars.get(rect.attrib["x"], 0) + float(rect.attrib["height"])
    if total:
        assert len(bars) == 4
        columns = list(bars.values())
        assert columns == pytest.approx([columns[0]] * 4, abs=len(rows) + 1)
    told = [Decimal(re.sub("[£,]", "", row[-1])) for row in picture.rows]
    assert sum(told) * 100 == total


def test_councils_beyond_the_largest_are_counted_together() -> None:
    rows = [grant(n, Heading.REGIONS, Region.LONDON, n, 1_000_00 * n, 0) for n in range(1, 60)]
    picture = grant_flows(rows, {})
    assert "28 others £406,000" in picture.svg
    assert len(picture.rows) == 59
    assert "others" not in picture.alt


def test_a_single_other_is_named() -> None:
    rows = [grant(n, Heading.REGIONS, Region.LONDON, n, 1_000_00, 0) for n in range(1, 34)]
    assert "2 others" in grant_flows(rows, {}).svg
    rows = [*rows[:31], grant(40, Heading.REGIONS, Region.SOUTH_EAST, 40, 1_00, 0)]
    picture = grant_flows([*rows, grant(41, Heading.REGIONS, Region.SOUTH_EAST, 41, 2_00, 0)], {})
    assert "1 others" not in picture.svg


def test_each_council_is_a_tile_that_says_what_it_is_and_leads_to_its_page() -> None:
    rows = [council(n, f"Council {n}", region) for n, region in enumerate(Region)]
    picture = tile_map(rows, prefix="here", href=lambda path: f"{path}?as_at=2025-10-01")
    root = looked_at(picture)
    links = root.findall(f"{SVG}a")
    assert root.attrib["role"] == "group"
    assert sorted(a.attrib["href"] for a in links) == [
        f"/councils/{n:03d}?as_at=2025-10-01" for n in range(9)
    ]
    assert {a.attrib["aria-label"] for a in links} == {
        f"Council {n}: universal, engaged" for n in range(9)
    }
    assert looked_at(tile_map(rows)).attrib["role"] == "img"
    assert tile_map(rows).svg.count("<a ") == 0


def test_tiles_do_not_overlap_and_names_are_escaped() -> None:
    rows = [
        council(n, "<script>&", region, tier)
        for n, (region, tier) in enumerate(
            (region, tier) for region in Region for tier in (*SupportTier,) * 9
        )
    ]
    picture = tile_map(rows)
    tiles = [
        (float(rect.attrib["x"]), float(rect.attrib["y"]))
        for rect in looked_at(picture).iter(f"{SVG}rect")
        if rect.attrib["width"] == "27"
    ]
    assert len(tiles) == len(rows)
    assert all(
        abs(x1 - x2) >= 28 or abs(y1 - y2) >= 28
        for n, (x1, y1) in enumerate(tiles)
        for x2, y2 in tiles[n + 1 :]
    )
    assert "<script>" not in picture.svg
    assert picture.alt.startswith("Of 324 councils by tier: 81 intervention, 81 targeted support")


def test_a_case_is_read_off_its_picture() -> None:
    row = case(
        date(2025, 6, 3),
        [(Stage.OPEN, 0), (Stage.TRIAGED, 6), (Stage.REVIEWING, 120)],
        [(120, {"Front door": Rag.RED}, Rag.RED), (210, {"Front door": Rag.AMBER}, Rag.GREEN)],
        [(90, "missed"), (400, "set")],
    )
    picture = progress_of_case(row, ON)
    assert picture.alt == (
        "CASE-0001 is reviewing since 1 October 2025. Confidence at its reviews was red on"
        " 1 October 2025, green on 30 December 2025; 0 of 2 milestones are met."
    )
    assert ("Front door", "30 December 2025", "Amber") in picture.rows
    assert picture.svg.count("<title>Confidence, ") == 2
    nothing = progress_of_case(case(ON, [], [], []), ON)
    assert nothing.alt == "CASE-0001 is open. Progress has not been reviewed."


def test_what_is_left_is_set_against_even_spending() -> None:
    found = [
        MonthEnd(date(2025, 4, 30), "contracts", 1_200_000_00, 0),
        MonthEnd(date(2025, 9, 30), "contracts", 1_200_000_00, 700_000_00),
        MonthEnd(date(2025, 9, 30), "regions", 800_000_00, 100_000_00),
    ]
    picture = burn_down(found, *year_bounds("2025-26"))
    assert picture.alt == (
        "At the end of 30 September 2025, £1.2m of £2.0m was left: £800,000 was spent,"
        " £202,740 less than in even parts over the year."
    )
    assert picture.rows[1] == (
        "30 September 2025",
        "All headings",
        "£2,000,000.00",
        "£800,000.00",
        "£1,200,000.00",
    )


@pytest.mark.parametrize(
    ("pence", "said"),
    [
        (0, "£0"),
        (49, "£0"),
        (50, "£1"),
        (-49, "£0"),
        (-1_234_50, "−£1,235"),
        (999_999_49, "£999,999"),
        (999_999_50, "£1.0m"),
        (1_250_000_00, "£1.3m"),
        (-9_300_000_00, "−£9.3m"),
        (1_234_567_890_00, "£1,234.6m"),
    ],
)
def test_money_is_rounded_by_one_rule(pence: int, said: str) -> None:
    assert round_pounds(pence) == said


def test_months_end_where_they_are_asked_to() -> None:
    assert month_ends(date(2025, 12, 5), date(2026, 2, 28)) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
    ]
    assert month_ends(date(2026, 2, 1), date(2026, 2, 10)) == [date(2026, 2, 10)]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        straight = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), straight, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_and_marks_stand_out() -> None:
    for look in (*TIERS.values(), *STEPS.values()):
        assert contrast(look.ink, look.fill) >= 4.5
    for ink in (drawing.INK, drawing.QUIET):
        assert contrast(ink, drawing.PAPER) >= 4.5
    for fill in (drawing.DARK, drawing.MID, drawing.TEAL, drawing.PLUM, drawing.RED, drawing.GREEN):
        assert contrast(fill, drawing.PAPER) >= 3


def every_picture() -> list[Picture]:
    """One of each, as papers embed them."""
    rows = [council(n, f"Council {n}", region) for n, region in enumerate(Region)]
    budget = BudgetPosition(
        year="2025-26",
        heading=Heading.CONTRACTS,
        allocated_pence=300,
        paid_pence=100,
        committed_pence=100,
        available_pence=100,
    )
    ever = [history(1, Region.LONDON, [(date(2025, 6, 1), Engagement.ENGAGED)])]
    flows = [grant(1, Heading.REGIONS, Region.LONDON, 1, 100, 0)]
    one = case(date(2025, 6, 3), [(Stage.OPEN, 0)], [(90, {"Front door": Rag.RED}, Rag.RED)], [])
    held = [challenge(1, ChallengeKind.CORPORATE, ChallengeStatus.FOLLOWED_UP, ON, 90)]
    return [
        tile_map(rows),
        budget_bars([budget]),
        burn_down([MonthEnd(date(2025, 4, 30), "contracts", 300, 0)], *year_bounds("2025-26")),
        grant_flows(flows, {}),
        progress_of_case(one, ON),
        open_cases([OpenCases(ON, {SupportTier.INTERVENTION: 3})]),
        challenges_over_time(held, {}, ON),
        supply_and_demand(supply([line("London", 3, 1, 0)])),
        indicator_profile("Leeds", []),
        engagement_momentum(months(ever, ON)),
        engagement_by_region(engagement_months(ever, ON)),
    ]


def test_papers_can_hold_every_picture() -> None:
    """Typst, which draws SVG by resvg, takes each without a warning, with no font but ours."""
    drawn = every_picture()
    files = {f"{n}.svg": picture.svg.encode() for n, picture in enumerate(drawn)}
    source = "\n".join(f'#image("{name}")' for name in files).encode()
    compiled: Any = typst.compile_with_warnings
    made, warnings = compiled(
        {"main.typ": source, **files}, font_paths=FONTS, ignore_system_fonts=True, format="pdf"
    )
    assert warnings == []
    assert made.startswith(b"%PDF")
    assert len(drawn) == len({picture.svg for picture in drawn})
