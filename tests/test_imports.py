"""Imports: files as published, in the very strings that they are published in."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from domain.councils import (
    Council,
    CouncilRecoded,
    CouncilRegistered,
    Criteria,
    Framework,
    Grade,
    InspectionOutcomeCorrected,
    InspectionOutcomeRecorded,
    InterventionFellDue,
    InterventionPolicy,
    InterventionPolicyAdopted,
    Region,
    Source,
)
from domain.kernel import Actor, Refused
from service.imports.files import (
    RowResult,
    Table,
    Unusable,
    blank,
    date_of,
    framework_of,
    grade_of,
    guarded,
    read_bytes,
    read_path,
    write_report,
)
from service.imports.inspections import LAYOUTS, Loading, layout_of
from tests.spec import given

DATA = Path(__file__).parent.parent / "service" / "data"
OFFICER = Actor(id="case-officer", role="case-officer")
TODAY = date(2026, 7, 1)

# The headers as published.
LIST_HEADERS = (
    "Web link",
    "Local authority area code",
    "Local authority name",
    "Local authority status",
    "Ofsted region",
    "Inspection date",
    "Publication date",
    "Inspection type",
    "Overall effectiveness",
    "The impact of leaders on social work practice with children and families",
    "The experiences and progress of children who need help and protection",
    "The experiences and progress of children in care",
    "The experiences and progress of care leavers",
)
SNAPSHOT_HEADERS = (
    "urn",
    "la_code",
    "region_code",
    "ltla23cd",
    "stat_neighbours",
    "stat_neighbour_judgement",
    "local_authority",
    "inspection_link",
    "overall_effectiveness_grade",
    "inspection_framework",
    "inspector_name",
    "inspection_start_date",
    "inspection_end_date",
    "publication_date",
    "local_link_to_all_inspections",
    "impact_of_leaders_grade",
    "help_and_protection_grade",
    "in_care_grade",
    "care_leavers_grade",
    "inspectors_inspections_count",
)
RI = "Requires improvement to be good"


def listed(
    gss: str,
    name: str,
    began: str = "2023-07-10T00:00:00",
    published: str = "2023-09-04T00:00:00",
    grades: Sequence[str] = ("Good", "Good", RI, "Good", "Outstanding"),
    *,
    status: str = "Current",
    region: str = "North West",
    kind: str = "ILACS Standard Inspection",
) -> list[str]:
    """A row of the inspectorate's own list."""
    link = "Ofsted Local Authority Webpage"
    return [link, gss, name, status, region, began, published, kind, *grades]


def collected(
    number: str,
    gss: str,
    name: str,
    dates: Sequence[str | None] = ("10/07/2023", "21/07/2023", "04/09/23"),
    grades: Sequence[str] = ("good", "good", "good", "requires improvement", "good"),
    *,
    region: str = "NW",
    kind: str = "standard",
) -> list[str | None]:
    """A row of a project's snapshot."""
    began, ended, published = dates
    overall, leaders, protection, care, leavers = grades
    return [
        *("80000", number, region, gss, "359, 343", "[(359, 'outstanding')]", name),
        *("https://example.org/report", overall, kind, "an invented inspector"),
        *(began, ended, published, '=HYPERLINK("./x")'),
        *(leaders, protection, care, leavers, "5"),
    ]


def as_csv(*rows: Sequence[Any], bom: bool = False) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    """Rows as a workbook."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(file)
    return file.getvalue()


def council(code: str, gss: str, name: str, region: Region) -> CouncilRegistered:
    return CouncilRegistered(
        council=code,
        name=name,
        gss_code=gss,
        region=region,
        authority_type="Unitary Authority",
        source=Source(name="Register", kind="register"),
    )


REGISTER = (
    council("201", "E09000001", "City of London", Region.LONDON),
    council("304", "E09000005", "Brent", Region.LONDON),
    council("342", "E08000013", "St. Helens", Region.NORTH_WEST),
    council("370", "E08000038", "Barnsley", Region.YORKSHIRE),
    council("801", "E06000023", "Bristol, City of", Region.SOUTH_WEST),
    council("839", "E06000058", "Bournemouth, Christchurch and Poole", Region.SOUTH_WEST),
    council("846", "E06000043", "Brighton and Hove", Region.SOUTH_EAST),
    council("892", "E06000018", "Nottingham", Region.EAST_MIDLANDS),
    council("933", "E06000066", "Somerset", Region.SOUTH_WEST),
    council("942", "E06000063", "Cumberland", Region.NORTH_WEST),
    council("943", "E06000064", "Westmorland and Furness", Region.NORTH_WEST),
)
POLICY = InterventionPolicyAdopted(version=1, from_=date(2018, 1, 1), criteria=Criteria())


def loading(content: bytes, *before: Loading) -> Loading:
    """A file decided upon, after those before it."""
    table = read_bytes(content, "a file")
    history = given(*REGISTER, POLICY)
    councils = [history.state(Council(council=event.council)) for event in REGISTER]
    for earlier in before:
        councils = list(earlier.state.values())
    policy = history.state(InterventionPolicy())
    found = Loading(layout_of(table), table, councils, policy, OFFICER, TODAY)
    found.run()
    return found


def results(found: Loading) -> list[tuple[int, str, str]]:
    return [(r.row, r.council, r.result) for r in sorted(found.rows, key=lambda r: r.row)]


def recorded(found: Loading) -> list[InspectionOutcomeRecorded]:
    return [event for event, _ in found.events if isinstance(event, InspectionOutcomeRecorded)]


# --- Cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12/01/24", date(2024, 1, 12)),
        ("13/11/2023", date(2023, 11, 13)),
        ("01/02/23", date(2023, 2, 1)),
        ("2019-02-18T00:00:00", date(2019, 2, 18)),
        ("2025-05-13", date(2025, 5, 13)),
        (" 27/10/23 ", date(2023, 10, 27)),
        (datetime(2024, 3, 11), date(2024, 3, 11)),  # noqa: DTZ001 - as a workbook has it
        (date(2024, 3, 11), date(2024, 3, 11)),
        (None, None),
        ("", None),
        ("nan", None),
        ("None", None),
    ],
)
def test_dates_as_published(cell: object, day: date | None) -> None:
    assert date_of({"day": cell}, "day") == day


@pytest.mark.parametrize("cell", ["31/02/2024", "01/13/2024", "soon", "45000", "12/01/0024"])
def test_what_is_no_date_is_not_guessed(cell: str) -> None:
    with pytest.raises(Unusable) as unusable:
        date_of({"day": cell}, "day")
    assert unusable.value.column == "day"
    assert cell in unusable.value.reason


@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        ("Requires improvement to be good", Grade.REQUIRES_IMPROVEMENT),
        ("requires improvement", Grade.REQUIRES_IMPROVEMENT),
        ("Inadequate", Grade.INADEQUATE),
        ("outstanding", Grade.OUTSTANDING),
        (" good", Grade.GOOD),
        ("nan", None),
        ("inspection_pre_dates_judgement", None),
        ("", None),
    ],
)
def test_grades_as_published(cell: str, grade: Grade | None) -> None:
    assert grade_of({"overall": cell}, "overall") is grade


def test_a_grade_that_we_do_not_know_is_not_guessed() -> None:
    with pytest.raises(Unusable, match="goodish"):
        grade_of({"overall": "goodish"}, "overall")


@pytest.mark.parametrize(
    ("cell", "framework"),
    [
        ("ILACS Standard Inspection", Framework.ILACS_STANDARD),
        ("ILACS Short Inspection", Framework.ILACS_SHORT),
        ("standard", Framework.ILACS_STANDARD),
        ("short", Framework.ILACS_SHORT),
        ("None", Framework.NOT_STATED),
        ("SIF", Framework.SIF),
    ],
)
def test_frameworks_as_published(cell: str, framework: Framework) -> None:
    assert framework_of({"framework": cell}, "framework") is framework


@pytest.mark.parametrize("cell", [None, "", "  ", "nan", "NaN", "None", "null"])
def test_blanks_as_published(cell: object) -> None:
    assert blank(cell)


# --- Files ----------------------------------------------------------------------------------

ST_HELENS = listed("E08000013", "St Helens")


def test_layouts_are_told_by_their_headers_in_either_container() -> None:
    for container in (as_csv, as_xlsx):
        own = read_bytes(container(LIST_HEADERS, ST_HELENS), "x.dat")
        theirs = read_bytes(
            container(SNAPSHOT_HEADERS, collected("342", "E08000013", "st helens")), "x.dat"
        )
        assert (layout_of(own).kind, layout_of(theirs).kind) == ("official", "snapshot")


def test_a_byte_order_mark_and_blank_lines_are_no_matter() -> None:
    table = read_bytes(as_csv(LIST_HEADERS, [""] * 13, ST_HELENS, bom=True), "list.csv")
    assert table.headers[0] == "Web link"
    assert [number for number, _ in table.rows] == [3]


def broken_files() -> list[Any]:
    whole = as_xlsx(SNAPSHOT_HEADERS, collected("342", "E08000013", "st helens"))
    rows = as_csv(LIST_HEADERS, ST_HELENS)
    return [
        pytest.param(b"", id="empty"),
        pytest.param(whole[: len(whole) // 2], id="half a workbook"),
        pytest.param(b"PK\x03\x04 and no more", id="no workbook"),
        pytest.param(rows[:-20], id="breaks off in its last row"),
        pytest.param(b"\x00\x01\x02\x03", id="neither"),
        pytest.param(as_csv((*LIST_HEADERS, "Web link"), [*ST_HELENS, "x"]), id="a header twice"),
        pytest.param(as_csv(LIST_HEADERS, [*ST_HELENS, "more"]), id="more cells than columns"),
        pytest.param(b'"unclosed,', id="an open quotation"),
    ]


@pytest.mark.parametrize("content", broken_files())
def test_a_broken_file_is_refused_whole(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_bytes(content, "a file")
    assert refusal.value.code == "bad-file"


def test_a_workbook_with_damaged_insides_is_refused() -> None:
    import zipfile

    whole = as_xlsx(SNAPSHOT_HEADERS)
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(damaged, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part)[:80])
    with pytest.raises(Refused) as refusal:
        read_bytes(damaged.getvalue(), "a file")
    assert refusal.value.code == "bad-file"


def test_a_file_in_no_known_layout_says_what_is_missing() -> None:
    table = read_bytes(as_csv(LIST_HEADERS[:-1], ST_HELENS[:-1]), "list.csv")
    with pytest.raises(Refused, match="care leavers"):
        layout_of(table)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_path(tmp_path / "none.csv")
    assert refusal.value.code == "bad-file"


# --- The inspectorate's own list ------------------------------------------------------------


def test_a_row_is_recorded_as_published_and_as_normalised() -> None:
    found = loading(as_csv(LIST_HEADERS, ST_HELENS))
    (event,) = recorded(found)
    assert (event.council, event.outcome) == ("342", "2023-07-10")
    assert event.framework is Framework.ILACS_STANDARD
    assert event.grades.help_and_protection is Grade.REQUIRES_IMPROVEMENT
    assert event.published["help_and_protection"] == RI
    assert event.published["began_on"] == "2023-07-10T00:00:00"
    assert (event.source.kind, event.source.row) == ("official", 2)
    assert event.source.sha256 == read_bytes(as_csv(LIST_HEADERS, ST_HELENS), "").sha256


def test_an_outcome_holds_from_its_publication() -> None:
    found = loading(as_csv(LIST_HEADERS, ST_HELENS))
    assert [on for _, on in found.events] == [date(2023, 9, 4)]


def test_care_leavers_were_not_judged_apart_before_2023() -> None:
    row = listed("E08000013", "St Helens", grades=("Good", "Good", RI, "Good", ""))
    (event,) = recorded(loading(as_csv(LIST_HEADERS, row)))
    assert event.grades.care_leavers is None


def test_the_register_knows_the_region_where_the_list_joins_two() -> None:
    joined = "North East, Yorkshire and the Humber"
    found = loading(as_csv(LIST_HEADERS, listed("E08000016", "Barnsley", region=joined)))
    assert results(found) == [(2, "370", "loaded")]
    assert found.state["370"].region is Region.YORKSHIRE


@pytest.mark.parametrize(
    ("gss", "name", "code"),
    [
        ("E08000038", "Barnsley", "370"),
        ("E08000016", "Barnsley", "370"),
        ("E06000058", "Bournemouth, Christchurch & Poole", "839"),
        ("E06000023", "Bristol", "801"),
        ("", "bristol", "801"),
    ],
    ids=["present code", "former code", "ampersand", "without 'City of'", "by name alone"],
)
def test_councils_are_found_by_code_former_code_or_name(gss: str, name: str, code: str) -> None:
    assert results(loading(as_csv(LIST_HEADERS, listed(gss, name)))) == [(2, code, "loaded")]


def test_a_code_given_up_in_the_register_is_still_found() -> None:
    recoded = CouncilRecoded(
        council="342", gss_code="E08000099", was="E08000013", source=REGISTER[0].source
    )
    state = given(REGISTER[2], recoded).state(Council(council="342"))
    table = read_bytes(as_csv(LIST_HEADERS, ST_HELENS), "list.csv")
    found = Loading(layout_of(table), table, [state], InterventionPolicy(), OFFICER, TODAY)
    found.run()
    assert results(found) == [(2, "342", "loaded")]


@pytest.mark.parametrize(
    ("gss", "name", "successor"),
    [
        ("E10000021", "Northamptonshire", "West Northamptonshire"),
        ("E06000028", "Bournemouth", "Bournemouth, Christchurch and Poole"),
        ("E10000006", "Cumbria", "Westmorland and Furness"),
    ],
)
def test_a_council_that_no_longer_exists_is_rejected_with_its_successors(
    gss: str, name: str, successor: str
) -> None:
    (row,) = loading(as_csv(LIST_HEADERS, listed(gss, name, status="No longer exists"))).rows
    assert (row.result, row.column) == ("rejected", "Local authority name")
    assert f"{name} no longer exists" in row.reason
    assert successor in row.reason


def test_rejections_name_row_column_and_reason() -> None:
    found = loading(
        as_csv(
            LIST_HEADERS,
            ST_HELENS,
            listed("E08000099", "Nowhere"),
            listed("E08000013", "Nottingham"),
            listed("E06000018", "Nottingham", published=""),
            listed("E06000018", "Nottingham", published="2031-01-01T00:00:00"),
            listed("E06000018", "Nottingham", began="2023-10-01T00:00:00"),
            listed("E06000018", "Nottingham", grades=("Fine", "Good", "Good", "Good", "")),
            listed("E06000018", "Nottingham", grades=("", "", "", "", "")),
            listed("E06000018", "Nottingham", kind="Regatta"),
            listed("E06000018", "Notting\u202eham"),
        )
    )
    rejected = {row.row: row.column for row in found.rows if row.result == "rejected"}
    assert rejected == {
        3: "Local authority name",
        4: "Local authority name",
        5: "Publication date",
        6: "Publication date",
        7: "Inspection date",
        8: "Overall effectiveness",
        9: "Overall effectiveness",
        10: "Inspection type",
        11: "Local authority name",
    }
    assert all(row.reason for row in found.rows if row.result == "rejected")
    assert results(found)[0] == (2, "342", "loaded")


def test_a_source_that_nobody_knows_is_rejected_with_its_row() -> None:
    row = ["Register", "hearsay", "342", "", "St Helens", "", "", "2024-02-01", "standard"]
    headers = list(LAYOUTS[2].columns.values())
    found = loading(as_csv(headers, [*row, "Good", "Good", "Good", "Good", "Good"]))
    assert [(row.result, row.column) for row in found.rows] == [("rejected", "kind")]
    assert found.rows[0].reason.startswith("Write the kind of source")


def test_a_file_that_contradicts_itself_is_not_followed() -> None:
    otherwise = listed("E08000013", "St Helens", grades=("Good", "Good", "Good", "Good", "Good"))
    found = loading(as_csv(LIST_HEADERS, ST_HELENS, otherwise, ST_HELENS))
    assert results(found) == [
        (2, "342", "loaded"),
        (3, "St Helens", "rejected"),
        (4, "342", "unchanged"),
    ]


def test_outcomes_are_told_in_the_order_of_their_publication() -> None:
    found = loading(
        as_csv(
            LIST_HEADERS,
            listed("E08000013", "St Helens", "2025-01-06", "2025-03-10", ("Good",) * 5),
            listed("E08000013", "St Helens", "2019-01-07", "2019-03-11", ("Inadequate",) * 5),
        )
    )
    assert [type(event).__name__ for event, _ in found.events] == [
        "InspectionOutcomeRecorded",
        "InterventionFellDue",
        "InspectionOutcomeRecorded",
        "InterventionNoLongerDue",
    ]
    assert not found.state["342"].intervention_due


# --- The snapshot ---------------------------------------------------------------------------

# What the snapshot of 2026-06-29 says of councils in which its traps lie.
TRAPS = (
    SNAPSHOT_HEADERS,
    collected("342", "E08000013", "st helens"),
    collected(
        "304",
        "E09000005",
        "brent",
        ("27/04/2026", "01/05/2026", "17/06/26"),
        ("nan", "good", "good", "good", "good"),
        kind="short",
    ),
    collected(
        "933",
        "E10000027",
        "somerset",
        ("27/04/2026", "01/05/2026", "17/06/26"),
        (
            "nan",
            "requires improvement",
            "requires improvement",
            "requires improvement",
            "good",
        ),
        kind="short",
    ),
    collected(
        "846",
        "E06000043",
        "brighton and hove",
        (None, None, "16/05/24"),
        ("outstanding", "outstanding", "good", "outstanding", "outstanding"),
        kind="None",
    ),
    collected(
        "892",
        "E06000018",
        "nottingham",
        (None, None, "05/09/22"),
        (
            "inadequate",
            "requires improvement",
            "inadequate",
            "requires improvement",
            "inadequate",
        ),
        kind="None",
    ),
    collected(
        "942",
        "E10000006",
        "cumberland",
        ("13/11/2023", "24/11/2023", "12/01/24"),
        region="nan",
    ),
    collected("943", "E10000006", "westmorland and furness"),
    collected("201", "E09000001", "london corporation"),
    collected("839", "E06000058", "bournemouth, christchurch & poole"),
    collected(
        "370",
        "E08000016",
        "barnsley",
        grades=("good", "good", "good", "good", "inspection_pre_dates_judgement"),
    ),
)


def test_every_row_of_the_snapshot_is_a_good_row() -> None:
    found = loading(as_xlsx(*TRAPS))
    assert {result for _, _, result in results(found)} == {"loaded"}
    events = {event.council: event for event in recorded(found)}
    assert len(events) == 10
    assert events["304"].grades.overall is None
    assert events["304"].grades.leaders is Grade.GOOD
    assert events["304"].published["overall"] == "nan"
    assert events["846"].outcome == "2024-05-16"
    assert events["846"].framework is Framework.NOT_STATED
    assert (events["942"].began_on, events["942"].published_on) == (
        date(2023, 11, 13),
        date(2024, 1, 12),
    )
    assert events["370"].grades.care_leavers is None


def test_no_inspectors_name_is_kept_anywhere() -> None:
    found = loading(as_xlsx(*TRAPS))
    kept = " ".join(event.model_dump_json() for event, _ in found.events)
    assert "invented inspector" not in kept
    assert "inspector" not in DATA.joinpath("judgements-official.csv").read_text().split("\n")[0]


def test_sub_grades_call_for_intervention_where_no_overall_grade_is_given() -> None:
    poor = collected(
        "304",
        "E09000005",
        "brent",
        ("27/04/2026", "01/05/2026", "17/06/26"),
        ("nan", "good", "inadequate", "good", "good"),
    )
    found = loading(as_xlsx(SNAPSHOT_HEADERS, poor))
    (due,) = [event for event, _ in found.events if isinstance(event, InterventionFellDue)]
    assert (due.policy_version, due.met_by) == (1, {"help_and_protection": Grade.INADEQUATE})


OFFICIAL = (
    LIST_HEADERS,
    ST_HELENS,
    listed(
        "E06000043",
        "Brighton and Hove",
        "2024-03-11T00:00:00",
        "2024-05-16T00:00:00",
        ("Outstanding", "Outstanding", "Good", "Outstanding", "Outstanding"),
        kind="ILACS Short Inspection",
    ),
    listed(
        "E06000018",
        "Nottingham",
        "2022-07-11T00:00:00",
        "2022-09-05T00:00:00",
        ("Inadequate", RI, "Inadequate", RI, ""),
    ),
)


def test_contradictions_of_the_official_list_become_corrections_that_do_not_hold() -> None:
    official = loading(as_csv(*OFFICIAL))
    found = loading(as_xlsx(*TRAPS), official)
    corrections = {
        event.council: event
        for event, _ in found.events
        if isinstance(event, InspectionOutcomeCorrected)
    }
    assert corrections.keys() == {"342", "892"}
    assert corrections["342"].differs == {
        "help_and_protection": ("requires improvement", "good"),
        "in_care": ("good", "requires improvement"),
        "care_leavers": ("outstanding", "good"),
    }
    assert corrections["342"].corrects == "COUNCIL-342/2"
    assert corrections["342"].source.kind == "snapshot"
    assert corrections["892"].differs == {"care_leavers": ("not given", "inadequate")}
    assert {event.standing for event in corrections.values()} == {"kept"}
    assert (5, "846", "unchanged") in results(found)
    latest = found.state["342"].latest
    assert latest is not None
    assert latest.grades.in_care is Grade.GOOD


def test_loading_again_loads_nothing_and_a_newer_file_only_what_is_new() -> None:
    official = loading(as_csv(*OFFICIAL))
    snapshot = loading(as_xlsx(*TRAPS), official)
    for again in (as_csv(*OFFICIAL), as_xlsx(*TRAPS)):
        found = loading(again, snapshot)
        assert found.events == []
        assert {result for _, _, result in results(found)} == {"unchanged"}
    news = collected("201", "E09000001", "london corporation", ("02/03/2026", None, "20/04/26"))
    newer = loading(as_xlsx(*TRAPS[:8], news, *TRAPS[9:]), snapshot)
    assert [event.council for event in recorded(newer)] == ["201"]
    assert len(newer.events) == 1


def test_a_file_with_fewer_councils_closes_nobody() -> None:
    before = loading(as_xlsx(*TRAPS))
    found = loading(as_xlsx(*TRAPS[:3]), before)
    assert found.events == []
    assert len(found.state) == len(REGISTER)


def test_a_number_that_is_not_registered_is_not_guessed_from_the_name() -> None:
    rows = [collected("928", "E10000021", "northamptonshire"), collected("999", "", "brent")]
    found = loading(as_xlsx(SNAPSHOT_HEADERS, *rows))
    assert {(row.result, row.column) for row in found.rows} == {("rejected", "la_code")}
    assert "West Northamptonshire" in found.rows[0].reason


def test_a_number_and_a_code_of_different_councils_are_not_guessed() -> None:
    (row,) = loading(as_xlsx(SNAPSHOT_HEADERS, collected("342", "E09000005", ""))).rows
    assert (row.result, row.column) == ("rejected", "ltla23cd")
    assert "Brent" in row.reason


# --- Reports and our own data ---------------------------------------------------------------


def test_a_report_says_what_became_of_each_row(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report(
        path,
        [
            RowResult(row=3, council="x", result="rejected", column="name", reason="=1+1 is not"),
            RowResult(row=2, council="342", result="loaded"),
        ],
    )
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [(row["row"], row["result"], row["reason"]) for row in rows] == [
        ("2", "loaded", ""),
        ("3", "rejected", "'=1+1 is not"),
    ]
    assert [guarded(value) for value in ("@x", "x", 1)] == ["'@x", "x", 1]


def own(name: str) -> Table:
    return read_path(DATA / name)


def test_our_own_register_has_every_authority_once() -> None:
    rows = [cells for _, cells in own("authorities.csv").rows]
    assert len(rows) == 153
    for column in ("dfe_number", "gss_code", "name"):
        assert len({row[column] for row in rows}) == 153
    assert {Region.named(row["region"]) for row in rows} == set(Region)
    numbers = {row["dfe_number"] for row in rows}
    assert all(set(row["statistical_neighbours"].split()) <= numbers for row in rows)


def test_our_own_judgements_load_into_our_own_register() -> None:
    councils = [
        given(
            council(row["dfe_number"], row["gss_code"], row["name"], Region.named(row["region"]))
        ).state(Council(council=row["dfe_number"]))
        for _, row in own("authorities.csv").rows
    ]
    policy = given(POLICY).state(InterventionPolicy())
    counts = []
    for name in ("judgements-official.csv", "judgements-snapshot-2026-06-29.csv"):
        table = own(name)
        found = Loading(layout_of(table), table, councils, policy, OFFICER, TODAY)
        found.run()
        councils = list(found.state.values())
        said = [row.result for row in found.rows]
        counts.append({result: said.count(result) for result in sorted(set(said))})
    assert counts == [
        {"loaded": 268, "rejected": 3},
        {"corrected": 2, "loaded": 44, "unchanged": 107},
    ]
    assert sum(state.intervention_due for state in councils) == 13
