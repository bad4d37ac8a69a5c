"""Figures of returns: each kind from a history, small counts, and what changed by which events."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
import python_calamine
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st

from domain.challenges import ChallengeAgreed, ChallengeKind
from domain.councils import CouncilRegistered, CouncilSucceeded, Region, Source, SupportTier
from domain.funding import (
    ClawbackOwed,
    CommitmentReleased,
    CommitmentReserved,
    FundsRecovered,
    GrantMoneyEvent,
    GrantProposed,
    GrantTransferred,
    Heading,
    InstalmentPaid,
    MonitoringReturnReceived,
    PaymentReversed,
    ProgrammeCommitmentReserved,
    ProgrammeSpendRecorded,
    RegionalSpendRecorded,
    RegionDevolved,
    SpendRecorded,
    SpendReversed,
)
from domain.interventions import CaseClosed, CaseOpened, ItemKind, Needs, TriageCompleted
from domain.interventions import SupportItemAdded as Added
from domain.interventions import SupportItemDelivered as Delivered
from domain.kernel import Event, Record
from domain.mentoring import MenteeOffice, MentoringRequested, Mode, SessionHeld
from domain.reporting import ReturnKind
from projections.returns import SHAPES, Cell, Figures, Period, Unit, changes, figures, hidden
from projections.returns.suppression import Sum, sums_of, worked_out
from service.returns.checking import compare_folder, screen_folder
from service.returns.making import made_from
from service.returns.parquet import long_parquet
from service.returns.statistics import data_file, long_file, long_lines, stem
from service.returns.workbook import book_of, ods, xlsx
from tests.spec import SOMEBODY, by, numbered

Q2 = Period.named("2025-26Q2")
JULY, APRIL, OCTOBER = date(2025, 7, 10), date(2025, 4, 20), date(2025, 10, 3)
SOURCE = Source(name="Register", kind="official")


def council(code: str, region: Region) -> CouncilRegistered:
    return CouncilRegistered(
        council=code,
        name=f"Council {code}",
        gss_code=f"E{code}",
        region=region,
        authority_type="County",
        source=SOURCE,
    )


REGISTER = by(
    SOMEBODY,
    council("330", Region.WEST_MIDLANDS),
    council("331", Region.WEST_MIDLANDS),
    council("380", Region.YORKSHIRE),
    on=date(2018, 1, 1),
)


def on(day: date, *events: Event) -> list[Record]:
    return by(SOMEBODY, *events, on=day)


def grant(kind: type[GrantMoneyEvent], pence: int, **more: Any) -> GrantMoneyEvent:
    about: dict[str, Any] = {
        "year": "2025-26",
        "heading": Heading.INTERVENTION_SUPPORT,
        "grant": "GRANT-0001",
        "case": "CASE-0001",
        "council": "330",
        "region": Region.WEST_MIDLANDS,
        "amount_pence": pence,
    }
    if kind in (SpendRecorded, SpendReversed):
        about["payment_reference"] = "BACS-1"
    return kind.model_validate(about | more)


def made(kind: ReturnKind, *history: Event | list[Record], period: Period = Q2) -> Figures:
    return figures(kind, period, numbered(REGISTER, *history))


def total(found: Figures, indicator: str, area: str = "") -> int:
    return found.of(Cell(area, "", "Total", indicator))


def test_money_is_counted_by_its_effective_date_heading_region_and_council() -> None:
    found = made(
        ReturnKind.PROGRAMME,
        on(APRIL, grant(CommitmentReserved, 100_00), grant(SpendRecorded, 30_00)),
        on(JULY, grant(SpendRecorded, 20_00), grant(CommitmentReleased, 10_00)),
        on(JULY, grant(ClawbackOwed, 5_00), grant(FundsRecovered, 5_00, to="heading")),
        on(OCTOBER, grant(SpendRecorded, 40_00)),
    )
    for area in ("", "west-midlands", "330"):
        figures_ = [total(found, i.name, area) for i in found.shape.indicators]
        assert figures_ == [-10_00, 40_00, 20_00, 5_00, 90_00]
    assert total(found, "paid_sum", "331") == total(found, "paid_sum", "london") == 0
    by_heading = Cell("330", "budget_heading", "Intervention support", "paid_sum")
    assert found.of(by_heading) == 20_00


def test_money_without_a_council_counts_where_it_belongs() -> None:
    contract: dict[str, Any] = {
        "year": "2025-26",
        "purpose": "CONTRACT-0001",
        "heading": Heading.CONTRACTS,
        "amount_pence": 50_00,
    }
    paid = {"payee": "330", "payment_reference": "B-2", "council": "330", "purpose": "PROG-0001"}
    found = made(
        ReturnKind.PROGRAMME,
        on(JULY, ProgrammeCommitmentReserved(**contract)),
        on(JULY, ProgrammeCommitmentReserved(**contract | {"purpose": "PROG-0001"})),
        on(JULY, ProgrammeSpendRecorded(**contract | paid)),
        on(JULY, RegionDevolved(year="2025-26", region=Region.LONDON, amount_pence=9_00)),
        on(
            JULY,
            RegionalSpendRecorded(
                year="2025-26", region=Region.LONDON, amount_pence=4_00, report=1
            ),
        ),
    )
    assert (total(found, "awarded_sum"), total(found, "awarded_sum", "london")) == (109_00, 9_00)
    assert total(found, "committed_sum") == 55_00
    assert (total(found, "committed_sum", "london"), total(found, "paid_sum", "london")) == (
        5_00,
        4_00,
    )
    assert [total(found, "paid_sum", a) for a in ("", "west-midlands", "330")] == [
        54_00,
        50_00,
        50_00,
    ]
    assert (total(found, "committed_sum", "330"), total(found, "forecast_sum", "330")) == (0, 50_00)
    assert total(found, "forecast_sum") == 109_00


def test_what_is_outstanding_goes_with_a_grant_to_the_successor() -> None:
    moved = GrantTransferred(grant="GRANT-0001", case="CASE-0001", council="330", successor="331")
    found = made(
        ReturnKind.PROGRAMME,
        on(APRIL, grant(CommitmentReserved, 100_00)),
        on(JULY, grant(SpendRecorded, 30_00), moved, grant(SpendRecorded, 20_00, council="331")),
    )
    assert [total(found, "paid_sum", c) for c in ("330", "331")] == [30_00, 20_00]
    assert [total(found, "committed_sum", c) for c in ("330", "331")] == [0, 50_00]


def test_a_council_that_was_succeeded_has_rows_only_where_it_has_figures() -> None:
    gone = on(date(2025, 4, 1), CouncilSucceeded(council="331", successors=("330",)))
    codes = [area.code for area in made(ReturnKind.PROGRAMME, gone).areas]
    assert "331" not in codes
    assert "330" in codes
    spent = on(JULY, grant(SpendRecorded, 1_00, council="331"))
    assert "331" in [area.code for area in made(ReturnKind.PROGRAMME, gone, spent).areas]
    with pytest.raises(LookupError):
        made(ReturnKind.PROGRAMME, on(JULY, grant(SpendRecorded, 1_00, council="999")))


def case(ref: str, code: str = "330", **more: Any) -> CaseOpened:
    return CaseOpened(case=ref, council=code, region=Region.WEST_MIDLANDS, trigger="Judged", **more)


def test_cases_are_counted_by_tier_stage_trigger_time_and_progress() -> None:
    triage = TriageCompleted(
        case="CASE-0001",
        council="330",
        tier=SupportTier.TARGETED,
        needs=Needs(professional="x", political="y"),
    )
    closed = CaseClosed(case="CASE-0002", council="331", outcome="Improved", lessons="Start early")
    over = CaseClosed(case="CASE-0003", council="331", outcome="Improved", lessons="Start early")
    found = made(
        ReturnKind.INTERVENTION,
        on(APRIL, case("CASE-0001", outcome="2025-02-10"), triage, case("CASE-0003", "331")),
        on(date(2025, 6, 1), over),
        on(JULY, case("CASE-0002", "331")),
        on(date(2025, 7, 20), closed),
        on(OCTOBER, case("CASE-0004", "380")),
    )
    names = [i.name for i in found.shape.indicators]
    assert names == [
        "cases_open_count",
        "cases_opened_count",
        "cases_closed_count",
        "days_open_sum",
    ]
    assert [total(found, name) for name in names] == [1, 1, 1, 163 + 10]
    for split, item, counted in (
        ("support_tier", "Targeted support", 1),
        ("support_tier", "Not yet triaged", 0),
        ("case_stage", "Triaged", 1),
        ("case_trigger", "Inspection judgement", 1),
        ("time_open", "3 to 6 months", 1),
        ("progress_rating", "Not yet reviewed", 1),
    ):
        assert found.of(Cell("330", split, item, "cases_open_count")) == counted, item
    assert found.of(Cell("331", "case_stage", "Closed", "cases_closed_count")) == 1


def request(match: str, code: str, mentee: str, region: Region) -> MentoringRequested:
    return MentoringRequested(
        match=match,
        case="CASE-0001",
        council=code,
        region=region,
        mentee_office=MenteeOffice.DIRECTOR,
        mentee=mentee,
        objectives=("Lead well",),
        themes=("Leadership",),
    )


def session(match: str, code: str, number: int, peer: str = "PEER-0001") -> SessionHeld:
    return SessionHeld(
        match=match,
        case="CASE-0001",
        council=code,
        peer=peer,
        session=number,
        on=JULY,
        minutes=90,
        half_days=1,
        mode=Mode.VIDEO,
        themes=(),
        agreed_actions=(),
    )


def test_support_counts_decisions_items_sessions_and_each_person_once() -> None:
    item = Added(
        case="CASE-0001",
        council="330",
        item=1,
        decision=1,
        kind=ItemKind.SPECIALIST,
        provider="Register",
        description="Front door",
        planned_half_days=9,
        cost_pence=70_00,
    )
    done = Delivered(case="CASE-0001", council="330", item=1, half_days=5, evidence="Log")
    agreed = ChallengeAgreed(
        challenge="CHAL-0001",
        council="380",
        region=Region.YORKSHIRE,
        kind=ChallengeKind.CORPORATE,
        focus="Neglect",
    )
    found = made(
        ReturnKind.SUPPORT,
        on(APRIL, case("CASE-0001")),
        on(JULY, item, done, agreed),
        on(JULY, request("MENT-0001", "330", "PERSON-1", Region.WEST_MIDLANDS)),
        on(JULY, request("MENT-0002", "380", "PERSON-2", Region.YORKSHIRE)),
        on(JULY, session("MENT-0001", "330", 1), session("MENT-0001", "330", 2)),
        on(JULY, session("MENT-0002", "380", 1)),
    )
    assert total(found, "items_cost_sum") == 70_00
    assert found.of(Cell("330", "support_kind", "Specialist", "items_delivered_days")) == 5
    assert found.shape.indicator("items_delivered_days").written(5) == "2.5"
    assert [total(found, "sessions_held_count", a) for a in ("", "330", "380")] == [3, 2, 1]
    assert [total(found, "mentors_count", a) for a in ("", "330", "380")] == [1, 1, 1]
    assert total(found, "mentees_count") == 2
    corporate = Cell("380", "challenge_kind", "Corporate peer challenge", "challenges_agreed_count")
    assert found.of(corporate) == 1


def test_figures_are_written_exactly() -> None:
    money = SHAPES[ReturnKind.PROGRAMME].indicators[0]
    assert [money.written(p) for p in (0, 5, 120_000_00, -7)] == [
        "0.00",
        "0.05",
        "120000.00",
        "-0.07",
    ]


def people(counts: dict[tuple[str, str], int]) -> Figures:
    """Mentees by council and office, with the totals that follow."""
    found = made(ReturnKind.SUPPORT)
    regions = {area.code: area.region.value for area in found.areas if area.region}
    for (code, item), number in counts.items():
        for area in ("", regions[code], code):
            for split, name in (("", "Total"), ("mentee_office", item)):
                cell = Cell(area, split, name, "mentees_count")
                found.cells[cell] = found.of(cell) + number
    return found


LEADER, DIRECTOR = "Leader of the council", "Director of children's services"


def test_small_counts_of_people_are_hidden_with_what_would_give_them_away() -> None:
    found = people({("330", LEADER): 2, ("331", LEADER): 9, ("380", LEADER): 30})
    gone = hidden(found)
    assert Cell("330", "", "Total", "mentees_count") in gone
    assert Cell("331", "", "Total", "mentees_count") in gone
    assert Cell("380", "", "Total", "mentees_count") not in gone
    assert Cell("", "", "Total", "mentees_count") not in gone
    assert not hidden(people({("330", LEADER): 7, ("331", LEADER): 9}))
    assert {cell.indicator for cell in gone} == {"mentees_count"}


@settings(max_examples=60, deadline=None)
@suppose(
    st.dictionaries(
        st.tuples(st.sampled_from(["330", "331", "380"]), st.sampled_from([LEADER, DIRECTOR])),
        st.integers(0, 12),
    )
)
def test_no_hidden_count_can_be_worked_out_from_a_total(counts: dict[tuple[str, str], int]) -> None:
    found = people(counts)
    gone = hidden(found)
    places = [c for c in found.places() if c.indicator == "mentees_count"]
    assert all(found.of(cell) not in range(1, 5) or cell in gone for cell in places)
    regions = [("", [r.value for r in Region]), ("west-midlands", ["330", "331"])]
    sums = [
        (Cell(up, f, i, "mentees_count"), [Cell(low, f, i, "mentees_count") for low in lows])
        for up, lows in regions
        for f, i in (("", "Total"), ("mentee_office", LEADER), ("mentee_office", DIRECTOR))
    ]
    for area in ("", "west-midlands", "330", "331", "380"):
        parts = [c for c in places if c.area == area and c.filter]
        sums.append((Cell(area, "", "Total", "mentees_count"), parts))
    for whole, parts in sums:
        missing = [part for part in parts if part in gone]
        if whole not in gone and missing:
            assert len(missing) > 1
            assert sum(found.of(part) for part in missing) >= max(5, len(missing) + 1)
        elif whole in gone:
            assert missing
    told = worked_out(list(sums_of(found, places)), gone)
    assert not [cell for cell in told if found.of(cell) in range(1, 5)]


def test_a_hidden_total_is_not_told_by_its_parts() -> None:
    """England less a region's councils would have given another region away."""
    found = people({("330", LEADER): 4, ("380", LEADER): 9, ("380", DIRECTOR): 9})
    gone = hidden(found)
    assert Cell("west-midlands", "", "Total", "mentees_count") in gone
    assert Cell("yorkshire-and-the-humber", "", "Total", "mentees_count") in gone
    assert Cell("380", "", "Total", "mentees_count") in gone
    assert Cell("380", "mentee_office", LEADER, "mentees_count") in gone


def test_a_single_session_does_not_tell_that_one_person_met() -> None:
    found = people({("330", LEADER): 1, ("331", LEADER): 3, ("380", LEADER): 9})
    for code, region, sessions in (("330", "west-midlands", 1), ("331", "west-midlands", 7)):
        for area in ("", region, code):
            for split, item in (("", "Total"), ("mentee_office", LEADER)):
                cell = Cell(area, split, item, "sessions_held_count")
                found.cells[cell] = found.of(cell) + sessions
    gone = {cell for cell in hidden(found) if cell.indicator == "sessions_held_count"}
    assert {cell.area for cell in gone} == {"330", "331"}
    assert Cell("330", "", "Total", "sessions_held_count") in gone
    assert not [cell for cell in hidden(found) if cell.indicator == "challenges_agreed_count"]


def test_what_several_sums_tell_together_is_found() -> None:
    """Of each sum two are hidden, and still there is one answer: a and b come to 5, b and c to 9,
    and a and c to 6."""
    a, b, c, total = (Cell(name, "", "Total", "mentees_count") for name in "abct")
    sums = [Sum(total, (a, b)), Sum(total, (b, c)), Sum(total, (a, c))]
    assert worked_out(sums, {a, b, c}) == {a, b, c}
    assert worked_out(sums[:2], {a, b, c}) == set()
    assert worked_out(sums, {a, b, c, total}) == set()


def test_every_change_is_explained_to_the_penny_by_its_events() -> None:
    before = numbered(
        REGISTER, on(JULY, grant(CommitmentReserved, 90_00), grant(SpendRecorded, 50_00))
    )
    after = numbered(
        REGISTER,
        on(JULY, grant(CommitmentReserved, 90_00), grant(SpendRecorded, 50_00)),
        on(JULY, grant(SpendReversed, 50_00)),
        on(date(2025, 9, 1), grant(SpendRecorded, 45_67)),
        on(OCTOBER, grant(SpendRecorded, 1_00)),
    )
    found = changes(ReturnKind.PROGRAMME, Q2, after, len(before), len(after), OCTOBER)
    paid = next(c for c in found if (c.area, c.filter, c.indicator) == ("330", "", "paid_sum"))
    assert (paid.before, paid.after, paid.difference) == (50_00, 45_67, -4_33)
    assert [(c.event, c.how, c.amount) for c in paid.contributions] == [
        ("SpendReversed", "reversal", -50_00),
        ("SpendRecorded", "late entry", 45_67),
    ]
    assert "forecast_sum" not in {c.indicator for c in found if c.difference}
    assert not changes(ReturnKind.PROGRAMME, Q2, after, len(after), len(after), OCTOBER)


MOVES = st.tuples(
    st.sampled_from([CommitmentReserved, SpendRecorded, SpendReversed, CommitmentReleased]),
    st.integers(1, 10**9),
    st.sampled_from([APRIL, JULY, OCTOBER]),
    st.sampled_from(["330", "331", "380"]),
)


@settings(max_examples=40, deadline=None)
@suppose(st.lists(MOVES, max_size=12), st.integers(0, 15))
def test_contributions_add_up_whatever_happens_between(
    moves: list[tuple[type[GrantMoneyEvent], int, date, str]], early: int
) -> None:
    regions = {"380": Region.YORKSHIRE}
    log = numbered(
        REGISTER,
        *(
            on(
                day,
                grant(kind, p, council=code, region=regions.get(code, Region.WEST_MIDLANDS)),
            )
            for kind, p, day, code in moves
        ),
    )
    for each in changes(ReturnKind.PROGRAMME, Q2, log, early, len(log), OCTOBER):
        assert sum(c.amount for c in each.contributions) == each.difference


def test_units_and_names_are_whole() -> None:
    for shape in SHAPES.values():
        names = [i.name for i in shape.indicators]
        assert len(names) == len(set(names))
        assert all(set(i.filters) <= {f.name for f in shape.filters} for i in shape.indicators)
        assert all(len(f.items) == len(set(f.items)) > 1 for f in shape.filters)
    assert Unit.PEOPLE in {i.unit for i in SHAPES[ReturnKind.SUPPORT].indicators}


def test_a_year_of_grants_is_certified_as_its_councils_report() -> None:
    about = {"grant": "GRANT-0001", "case": "CASE-0001", "council": "330"}
    proposed = GrantProposed.model_validate(
        about
        | {
            "region": Region.WEST_MIDLANDS,
            "year": "2025-26",
            "heading": Heading.PEER_MENTORING,
            "purpose": "Mentors",
            "amount_pence": 90_00,
            "amount_basis": "Days",
            "legal_power": "Section 31",
            "determination_number": "1",
            "grant_class": "general",
            "senior_responsible_owner": "Director",
            "instalments": (),
            "conditions": (),
            "options_rejected": (),
            "evidence": "Report",
            "value_for_money": "Good",
            "competed": False,
        }
    )
    paid = InstalmentPaid(**about, instalment=1, amount_pence=60_00, payment_reference="B")
    back = PaymentReversed(**about, instalment=1, amount_pence=20_00, payment_reference="B")

    def reported(pence: int) -> MonitoringReturnReceived:
        return MonitoringReturnReceived(
            **about, spend_to_date_pence=pence, outcomes="Met", certified_by="PERSON-1"
        )

    found = made(
        ReturnKind.CERTIFICATION,
        on(date(2025, 3, 1), proposed, reported(5_00)),
        on(JULY, paid, back, reported(25_00)),
        on(OCTOBER, reported(31_00)),
        on(date(2026, 4, 2), paid, reported(40_00)),
        period=Period.named("2025-26"),
    )
    told = {i.name: total(found, i.name, "330") for i in found.shape.indicators}
    assert {name: value for name, value in told.items() if value} == {
        "grants_count": 1,
        "grants_certified_count": 1,
        "paid_sum": 40_00,
        "reported_spend_sum": 26_00,
    }
    assert found.of(Cell("", "grant_class", "General", "paid_sum")) == 40_00


@pytest.mark.parametrize("kind", list(ReturnKind))
def test_the_same_figures_make_the_same_bytes_and_pass_the_screener(
    kind: ReturnKind, tmp_path: Path, root: Path
) -> None:
    period = Period.named("2025-26") if kind == ReturnKind.CERTIFICATION else Q2
    with (root / "service/data/authorities.csv").open() as file:
        known = [r for r in csv.DictReader(file) if r["dfe_number"] in ("330", "331", "380")]
    register = by(
        SOMEBODY,
        *(
            council(r["dfe_number"], Region.named(r["region"])).but(
                name=r["name"], gss_code=r["gss_code"]
            )
            for r in known
        ),
    )
    log = numbered(register, on(JULY, grant(CommitmentReserved, 123_45)))
    first, again = (made_from(log, kind, period, len(log)) for _ in range(2))
    assert first.files == again.files
    assert first.contents.sha256 == again.contents.sha256
    for name, content in first.files.items():
        (tmp_path / name).write_bytes(content)
    (found,) = screen_folder(tmp_path)
    told = [(r.code, r.found) for r in found.results if r.result != "pass"]
    assert [code for code, _ in told] == ["data_dict_col_name"], told
    assert [(form.file, form.found) for form in compare_folder(tmp_path) if not form.ok] == []
    sheets = openpyxl.load_workbook(io.BytesIO(first.files[f"{stem(kind, period)}.xlsx"]))
    same = python_calamine.load_workbook(io.BytesIO(first.files[f"{stem(kind, period)}.ods"]))
    assert same.sheet_names == sheets.sheetnames
    for sheet in sheets.worksheets[1:]:
        assert not sheet.merged_cells.ranges
        rows = [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
        for row in rows:
            assert None not in row, f"{sheet.title} has a blank cell"
        assert same.get_sheet_by_name(sheet.title).to_python()[2:] == rows


def test_a_form_that_says_something_else_is_named_with_what_it_says(tmp_path: Path) -> None:
    logs = [
        numbered(REGISTER, on(JULY, grant(CommitmentReserved, pence))) for pence in (123_45, 123_46)
    ]
    told, other = (made_from(log, ReturnKind.PROGRAMME, Q2, len(log)).files for log in logs)
    name = stem(ReturnKind.PROGRAMME, Q2)
    described = f"{name}.csv-metadata.json"
    other[described] = other[described].replace(b"paid_sum", b"repaid_sum")
    for written, content in told.items():
        (tmp_path / written).write_bytes(content)
    forms = [form.file for form in compare_folder(tmp_path)]
    assert sorted([*forms, f"{name}.csv", f"{name}.meta.csv"]) == sorted(told)
    for form in forms:
        for spoilt in (other[form], told[form][:-200]):
            (tmp_path / form).write_bytes(spoilt)
            found = {each.file: each.found for each in compare_folder(tmp_path) if not each.ok}
            assert found.keys() - {"datapackage.json"} == {form} - {"datapackage.json"}
            assert found[form]
        (tmp_path / form).write_bytes(told[form])
    (tmp_path / "figures.csv").write_bytes(other["figures.csv"])
    found = {each.file: each.found for each in compare_folder(tmp_path)}
    differs = "E92000001 Total committed_sum is 123.46, and 123.45 in the statistics"
    assert differs in found["figures.csv"]


def test_statistics_of_others_are_compared_with_nothing(tmp_path: Path) -> None:
    head = "time_period,time_identifier,geographic_level,country_code,country_name,trusts_count"
    (tmp_path / "a.csv").write_text(f"{head}\n202526,Financial year,MAT,E92000001,England,:\n")
    (tmp_path / "a.meta.csv").write_text(
        "col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,"
        "filter_grouping_column\ntrusts_count,Indicator,Trusts,,,0,,\n"
    )
    assert screen_folder(tmp_path)
    assert compare_folder(tmp_path) == []
    assert compare_folder(tmp_path / "none") == []


def test_hidden_counts_are_marked_in_every_file() -> None:
    found = people({("330", LEADER): 2, ("331", LEADER): 9, ("380", LEADER): 30})
    gone = hidden(found)
    rows = list(csv.DictReader(io.StringIO(long_file(long_lines(found, gone)).decode())))
    assert sum(row["value"] == "c" for row in rows) == len(gone) > 0
    assert all(row["unit"] == "people" for row in rows if row["value"] == "c")
    data = data_file(found, gone).decode()
    assert data.count(",c,") + data.count(",c\n") == len(gone)
    for written in (xlsx, ods):
        content = written(book_of(found, gone, 1))
        book = python_calamine.load_workbook(io.BytesIO(content))
        shown = [cell for row in book.get_sheet_by_name("Table 1").to_python() for cell in row]
        assert "[c]" in shown
    typed = pq.read_table(io.BytesIO(long_parquet(list(long_lines(found, gone)), "x", 1)))
    symbols = typed.column("symbol").to_pylist()
    assert symbols.count("c") == typed.column("value").null_count == len(gone)
