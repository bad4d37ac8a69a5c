"""Lists, search and long work over HTTP, on the demonstration's year."""

import csv
import html
import io
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from domain.access import User
from service.desk import Reader
from service.identity import Person
from service.imports.councils import OWN_REGISTER
from service.lists.every import LISTS
from service.lists.listing import Listing, asked_of
from service.lists.listing import rows_of as list_of
from service.long_work import State, Work, end, folder_of
from service.working import Worker
from service.working.kinds import ASKED, Doing
from service.working.worker import Stopped
from tests.conftest import Service, running


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    """The demonstration, served."""
    with running(demonstration, enrol=False) as service:
        yield service


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text[:300]
    return list(csv.reader(io.StringIO(answer.text)))


def cells_of(page: str) -> list[str]:
    """The first cells of a list page's rows: of the last table, after those behind a picture."""
    body = page.rpartition('<tbody class="govuk-table__body">')[2].partition("</tbody>")[0]
    return [row.partition("<td")[2] for row in body.split("<tr")[1:]]


def who_sees(listing: Listing) -> str:
    """Somebody who may see a list."""
    return "auditor" if listing.needs in ("user.read", "person.read") else "case-officer"


# --- Lists ----------------------------------------------------------------------------------


def test_every_list_is_the_same_on_the_page_and_as_csv(played: Service) -> None:
    for listing in LISTS:
        client = played.client(who_sees(listing))
        page = client.get(listing.path, params={"limit": 10})
        assert page.status_code == 200, listing.name
        heads, *rows = rows_of(client.get(f"{listing.path}.csv"))
        assert heads == [column.heading for column in listing.columns]
        assert rows, listing.name
        assert len(rows) < 2 or f"All {len(rows):,} rows as CSV" in page.text, listing.name


def test_every_list_is_sorted_by_each_of_its_headings(played: Service) -> None:
    for listing in LISTS:
        user = played.installation.store.load(User(user=who_sees(listing)))
        reading = Reader(played.installation, Person(user=user, channel="web"), limit=5)
        reading.needs = listing.needs
        asked = asked_of(listing, reading, {})
        total = list_of(asked, reading).total
        for column in listing.columns:
            if column.sort:
                reading.sort = f"-{column.sort}"
                found = list_of(asked, reading)
                assert found.total == total, (listing.name, column.sort)
                values = [column.value_of(row, found.beside) for row in found.page.items]
                some = [v for v in values if isinstance(v, (int, date))]
                assert some == sorted(some, reverse=True), (listing.name, column.sort)


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/cases", "Council"),
        ("/mentoring/sessions", "Council"),
        ("/challenges", "Host"),
        ("/challenges/entitlement", "Council"),
        ("/cases/reviews", "Council"),
    ],
)
def test_a_list_with_councils_is_sorted_by_their_names_page_by_page(
    played: Service, path: str, heading: str
) -> None:
    officer = played.client("case-officer")
    for sort in ("council", "-council"):
        heads, *rows = rows_of(officer.get(f"{path}.csv", params={"sort": sort}))
        names = [row[heads.index(heading)] for row in rows]
        assert names == sorted(names, key=str.casefold, reverse=sort.startswith("-"))
        assert len(set(names)) > 3
        shown, address = list[str](), f"{path}?sort={sort}&limit={len(rows) // 3 + 1}"
        while address:
            page = officer.get(address).text
            shown += cells_of(page)
            found = re.search(r'href="([^"]*)" rel="next"', page)
            address = html.unescape(found[1]) if found else ""
        assert len(shown) == len(rows)
        assert all(name in html.unescape(cell) for name, cell in zip(names, shown, strict=True))


def test_lists_that_are_made_are_filtered_and_tell_the_same_as_their_figures(
    played: Service,
) -> None:
    officer = played.client("case-officer")
    asked = {"standing": "overdue", "region": "london"}
    heads, *rows = rows_of(officer.get("/challenges/entitlement.csv", params=asked))
    assert {row[heads.index("Standing")] for row in rows} == {"Overdue"}
    due = [row[heads.index("Due on")] for row in rows]
    assert due == sorted(due)
    told = officer.get("/challenges/entitlement", params=asked).text
    assert "Standing: Overdue" in told
    assert f"{len(rows)} councils" in told
    heads, *rows = rows_of(officer.get("/self-assessments.csv", params={"year": "2025-26"}))
    submitted = sum(row[heads.index("State")] == "Submitted" for row in rows)
    page = officer.get("/self-assessments?year=2025-26").text
    assert f">{submitted} of {len(rows)}<" in page
    assert officer.get("/self-assessments?year=1999-00").status_code == 422
    lead = rows_of(played.client("regional-lead").get("/challenges/entitlement.csv"))
    assert {row[lead[0].index("Region")] for row in lead[1:]} == {"North West"}


def test_good_practice_is_sorted_and_read_page_by_page_with_its_words(played: Service) -> None:
    officer = played.client("case-officer")
    asked = {"q": "family", "sort": "title"}
    heads, *rows = rows_of(officer.get("/practice.csv", params=asked))
    titles = [row[heads.index("Title")] for row in rows]
    assert titles == sorted(titles, key=str.casefold)
    first = officer.get("/practice", params={**asked, "limit": len(rows) - 1}).text
    assert f"{len(rows)} examples with “family”" in first
    assert '<option value="title" selected>Title</option>' in first
    found = re.search(r'href="([^"]*)" rel="next"', first)
    assert found
    second = officer.get(html.unescape(found[1])).text
    assert [titles[-1] in page for page in (first, second)] == [False, True]
    assert "<mark>" in second
    best = rows_of(officer.get("/practice.csv", params={"q": "family"}))[1:]
    assert [row[0] for row in best] == [
        each["practice"]["practice"]
        for each in officer.get("/api/v1/practice", params={"q": "family"}).json()["items"]
    ]


def test_a_list_is_filtered_and_sorted_by_its_address(played: Service) -> None:
    officer = played.client("case-officer")
    asked = {"region": "london", "sort": "-opened_on", "opened_from": "2025-07-01"}
    page = officer.get("/cases", params=asked).text
    heads, *rows = rows_of(officer.get("/cases.csv", params=asked))
    opened = [row[heads.index("Opened")] for row in rows]
    assert opened == sorted(opened, reverse=True)
    assert min(opened) >= "2025-07-01"
    assert {row[heads.index("Region")] for row in rows} == {"London"}
    assert [row[0] in cell for row, cell in zip(rows, cells_of(page), strict=True)]
    assert 'aria-sort="descending"><a class="cw-sort" href="/cases?' in page
    assert "Opened from: 1 July 2025" in page
    assert 'href="/cases?opened_from=2025-07-01&amp;sort=-opened_on"' in page


def test_pages_lead_on_and_back_through_values_that_are_missing(played: Service) -> None:
    auditor = played.client("auditor")

    def page(query: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = auditor.get("/api/v1/councils", params=query).json()
        return found

    for sort in ("open_case", "-open_case", "-key", "tier"):
        asked = {"limit": 40, "sort": sort}
        pages = [page(asked)]
        while pages[-1]["next"]:
            pages.append(page({**asked, "cursor": pages[-1]["next"]}))
        assert pages[0]["previous"] is None
        codes = [row["council"] for each in pages for row in each["items"]]
        assert len(codes) == len(set(codes)) == 153
        for before, after in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
            back = page({**asked, "cursor": after["previous"]})
            assert back["items"] == before["items"], sort
            assert page({**asked, "cursor": back["next"]})["items"] == after["items"]
        assert back["previous"] is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/cases?region=atlantis", "there is no &#39;atlantis&#39; to choose"),
        ("/cases?opened_from=yesterday", "write &#39;yesterday&#39; as a date"),
        ("/cases?sort=notes", "can&#39;t be sorted by notes"),
        ("/grants.csv?status=lost", "there is no &#39;lost&#39; to choose"),
        ("/practice?level=x", "there is no &#39;x&#39; to choose"),
    ],
)
def test_what_a_list_can_not_be_asked_for_is_told(played: Service, address: str, said: str) -> None:
    answer = played.client("case-officer").get(address)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_negative_balance_has_a_minus_sign_and_a_hyphen_in_a_file(played: Service) -> None:
    client = played.client("case-officer")
    asked = "?sort=balance&limit=1"
    assert ">−5</a>" in client.get(f"/challenges/reciprocity{asked}").text
    [heads, first, *_] = rows_of(client.get(f"/challenges/reciprocity.csv{asked}"))
    assert first[heads.index("Balance")] == "-5"


def test_a_list_as_csv_keeps_to_scope_permission_and_moment(played: Service) -> None:
    lead, contact = played.client("regional-lead"), played.client("council-contact")
    heads, *rows = rows_of(lead.get("/cases.csv"))
    assert {row[heads.index("Region")] for row in rows} == {"North West"}
    assert contact.get("/contracts.csv").status_code == 403
    assert contact.get("/peers.csv").status_code == 403
    now = played.client("auditor").get("/grants.csv")
    then = played.client("auditor").get("/grants.csv", params={"as_at": "2025-09-30"})
    assert len(rows_of(then)) < len(rows_of(now))
    assert "casework-grants-2025-09-30-" in then.headers["content-disposition"]


def test_filters_are_kept_for_one_person_and_list(played: Service) -> None:
    officer, other = played.client("case-officer"), played.client("approver-2")
    mine = {"list": "cases", "name": "London", "filters": {"region": "london"}}
    assert officer.post("/api/v1/saved-filters", json=mine).status_code == 201
    trail = {"name": "London", "filters": {"case": "CASE-0001"}}
    assert officer.post("/api/v1/audit/queries", json=trail).status_code == 201
    kept = officer.get("/api/v1/saved-filters", params={"list": "cases"}).json()
    assert [(each["name"], each["filters"]) for each in kept] == [("London", {"region": "london"})]
    assert len(officer.get("/api/v1/saved-filters").json()) == 2
    assert other.get("/api/v1/saved-filters").json() == []
    assert 'href="/cases?region=london">London</a>' in officer.get("/cases").text
    ordered = {"region": "london", "sort": "-opened_on"}
    latest = {"list": "cases", "name": "Latest", "filters": ordered}
    assert officer.post("/api/v1/saved-filters", json=latest).status_code == 201
    page = officer.get("/cases", params=ordered).text
    assert 'aria-current="true">Latest</a>' in page
    assert (
        "sort=-opened_on" in page.partition('aria-current="true">Latest</a>')[0].rpartition("<a")[2]
    )
    assert "Running in 2026-27" in played.client("finance-officer").get("/grants").text
    for wrong in ({"region": "atlantis"}, {"colour": "red"}, {"sort": "notes"}):
        answer = officer.post("/api/v1/saved-filters", json={**mine, "filters": wrong})
        assert answer.status_code == 422
    contact = played.client("council-contact")
    ledger = {"list": "ledger", "name": "All", "filters": {}}
    assert contact.post("/api/v1/saved-filters", json=ledger).status_code == 403
    gone = {"list": "cases", "name": "London"}
    assert officer.post("/api/v1/saved-filters/removal", json=gone).status_code == 201
    assert officer.post("/api/v1/saved-filters/removal", json=gone).status_code == 404


# --- Search ---------------------------------------------------------------------------------


def found(service: Service, user: str, q: str, **query: Any) -> dict[str, list[dict[str, Any]]]:
    """The hits of a search by kind."""
    answer = service.client(user).get("/api/v1/search", params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    return {group["kind"]: group["hits"] for group in answer.json()["groups"]}


@pytest.mark.parametrize(
    ("q", "place"),
    [
        ("CASE-0001", "/cases/CASE-0001"),
        ("case 1", "/cases/CASE-0001"),
        ("grant-3", "/grants/GRANT-0003"),
        ("330", "/councils/330"),
        ("ment 1", "/mentoring/MENT-0001"),
        ("RET-0002", "/returns/RET-0002"),
    ],
)
def test_a_reference_goes_straight_to_its_page(played: Service, q: str, place: str) -> None:
    then = {"q": q, "as_at": "2026-06-01"}
    answer = played.client("case-officer").get("/search", params=then)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{place}?as_at=2026-06-01"


def test_words_are_found_by_their_stem_by_a_slip_and_by_their_council(played: Service) -> None:
    assert found(played, "case-officer", "Birmingham")["councils"][0]["reference"] == "330"
    asked = found(played, "case-officer", "doors")["decisions"][0]
    assert [part["text"] for part in asked["snippet"] if part["hit"]] == ["door"]
    answer = played.client("case-officer").get("/api/v1/search", params={"q": "Salfrd"}).json()
    assert answer["near"] == ["salford"]
    groups = {group["kind"]: group["hits"] for group in answer["groups"]}
    assert [hit["reference"] for hit in groups["councils"]] == ["355"]
    assert "Salford" in groups["challenges"][0]["title"]
    assert found(played, "case-officer", "xyzzy") == {}
    assert found(played, "case-officer", "'; DROP TABLE") == {}


def test_a_search_finds_nothing_out_of_scope_or_before_its_time(played: Service) -> None:
    officer = played.client("case-officer")
    theirs = {row["council"] for row in officer.get("/api/v1/cases").json()["items"]}
    own = {
        row["council"]
        for row in played.client("regional-lead").get("/api/v1/cases").json()["items"]
    }
    foreign = officer.get("/api/v1/cases", params={"council": min(theirs - own)}).json()["items"][0]
    assert found(played, "regional-lead", "package support").get("decisions")
    for hit in found(played, "regional-lead", "package support")["decisions"]:
        assert hit["reference"].partition("/")[0] != foreign["case"]
    lead = played.client("regional-lead")
    assert lead.get("/search", params={"q": foreign["case"]}).status_code == 200
    assert lead.get("/api/v1/search", params={"q": foreign["case"]}).json()["goes_to"] is None
    assert found(played, "case-officer", "Birmingham", as_at="1") == {}
    assert "contracts" in found(played, "case-officer", "supply of specialists")
    assert "contracts" not in found(played, "council-contact", "supply of specialists")


def test_people_are_found_by_name_only_by_who_may_see_names(played: Service) -> None:
    rows = rows_of(played.client("case-officer").get("/peers.csv"))
    peer, name = rows[1][0], rows[1][1]
    hits = found(played, "case-officer", name)["peers"]
    assert hits[0]["title"] == f"{name} ({peer})"
    slipped = f"{name.split()[0]} {name.split()[1][:-1]}"
    assert peer in [hit["reference"] for hit in found(played, "case-officer", slipped)["peers"]]
    for user in ("dfe-analyst", "regional-lead", "council-contact"):
        assert "peers" not in found(played, user, name)


def test_a_search_finds_every_kind_of_thing(played: Service) -> None:
    officer, head = played.client("case-officer"), played.installation.store.head()
    attached = {"title": "Memorandum of understanding, signed", "sha256": ""}
    answer = officer.post(
        "/api/v1/cases/CASE-0002/documents",
        data={"title": attached["title"]},
        files={"file": ("mou.pdf", b"%PDF-1.4 signed", "application/pdf")},
    )
    assert answer.status_code == 201, answer.text
    after = answer.json()["position"]
    assert after > head
    (document,) = found(played, "case-officer", "memorandum", after=after)["documents"]
    assert document["address"] == "/cases/CASE-0002/documents"
    assert "documents" not in found(played, "council-contact", "memorandum")
    heads, *rows = rows_of(officer.get("/regions/leads.csv"))
    name = rows[0][heads.index("Name")]
    assert name in [hit["title"] for hit in found(played, "case-officer", name)["people"]]
    users = found(played, "auditor", "approver-2")["people"]
    assert [hit["address"] for hit in users] == ["/users?user=approver-2"]
    assert "people" not in found(played, "council-contact", "approver-2")
    words = {
        "councils": "Salford",
        "challenges": "Salford",
        "cases": "CASE-0001",
        "decisions": "package support",
        "grants": "GRANT-0001",
        "practice": "family",
        "mentoring": "MENT-0001",
        "programmes": "adoption",
        "contracts": "supply of specialists",
        "returns": "RET-0001",
        "reports": "REP-0001",
        "peers": "PEER-0001",
    }
    for kind, q in words.items():
        reference = officer.get("/api/v1/search", params={"q": q}).json()["goes_to"]
        assert found(played, "case-officer", q).get(kind) or reference, kind


# --- Long work ------------------------------------------------------------------------------


def ended(client: httpx.Client, work: str, seconds: float = 30) -> dict[str, Any]:
    """A piece of work once it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told: dict[str, Any] = client.get(f"/api/v1/work/{work}").json()
        if told["state"] not in ("waiting", "running"):
            return told
        time.sleep(0.1)
    raise AssertionError(f"work {work} did not end")


def test_an_export_is_made_meanwhile_and_only_for_who_asked(played: Service) -> None:
    officer = played.client("case-officer")
    asked = {"kind": "export", "of": "grants", "format": "csv"}
    answer = officer.post("/api/v1/work", json=asked)
    assert answer.status_code == 201, answer.text
    work = answer.json()["reference"]
    told = ended(officer, work)
    assert told["state"] == "done", told
    file = officer.get(f"/api/v1/work/{work}/file")
    at = {"as_at": told["asked"]["as_at"]}
    assert file.content == officer.get("/api/v1/exports/grants.csv", params=at).content
    assert told["result"]["name"] in file.headers["content-disposition"]
    for user in ("auditor", "case-officer-2"):
        assert played.client(user).get(f"/api/v1/work/{work}").status_code == 404
        assert played.client(user).get(f"/work/{work}").status_code == 404
    keeper = played.client("administrator")
    assert keeper.get(f"/api/v1/work/{work}").json()["user"] == "case-officer"
    assert keeper.get(f"/api/v1/work/{work}/file").status_code == 404
    assert officer.post(f"/api/v1/work/{work}/cancellation", json={}).status_code == 409
    assert officer.post(f"/api/v1/work/{work}/restart", json={}).status_code == 409


def test_a_return_is_prepared_and_a_view_rebuilt_by_who_may(played: Service) -> None:
    officer, analyst = played.client("case-officer"), played.client("dfe-analyst")
    asked = {"kind": "return", "return_kind": "programme", "period": "2025-26Q2"}
    assert analyst.post("/api/v1/work", json=asked).status_code == 403
    told = ended(officer, officer.post("/api/v1/work", json=asked).json()["reference"])
    assert told["state"] == "done", told
    assert officer.get(told["result"]["address"]).status_code == 200
    rebuild = {"kind": "rebuild", "view": "ContractRow"}
    assert officer.post("/api/v1/work", json=rebuild).status_code == 403
    keeper = played.client("administrator")
    told = ended(keeper, keeper.post("/api/v1/work", json=rebuild).json()["reference"])
    assert told["state"] == "done", told
    assert told["done"] > 0
    wrong = {"kind": "rebuild", "view": "NoSuchView"}
    assert keeper.post("/api/v1/work", json=wrong).status_code == 404
    assert officer.post("/api/v1/work", json={**asked, "period": "soon"}).status_code == 422


@pytest.mark.parametrize(
    ("state", "stop", "became"), [("running", False, "cut off"), ("waiting", True, "cancelled")]
)
def test_what_was_cut_off_or_cancelled_says_so_and_begins_again(
    played: Service, state: str, stop: bool, became: str
) -> None:
    """Running by the table and held by nobody, as after a kill; or asked to stop."""
    asked = ASKED.validate_python({"kind": "export", "of": "events", "format": "jsonl"})
    with psycopg.connect(played.installation.url, autocommit=True) as connection:
        row = connection.execute(
            'INSERT INTO work ("user", kind, title, asked, state, cancel)'
            " VALUES ('auditor', 'export', 'Events', %s, %s, %s) RETURNING work",
            (asked.model_dump_json(), state, stop),
        ).fetchone()
    assert row
    auditor, work = played.client("auditor"), str(row[0])
    told = ended(auditor, work)
    assert told["state"] == became
    assert auditor.get(f"/api/v1/work/{work}/file").status_code == 404
    folder = folder_of(played.installation.settings.data_dir, row[0])
    assert not folder.exists() or not list(folder.iterdir())
    assert auditor.post(f"/api/v1/work/{work}/restart", json={}).status_code == 201
    assert ended(auditor, work)["state"] == "done"
    assert auditor.get(f"/api/v1/work/{work}/file").status_code == 200


RENAMED = OWN_REGISTER.read_bytes().replace(b"City of London", b"The Square Mile")
JUDGED = (
    b"source,kind,dfe_number,gss_code,name,began_on,ended_on,published_on,framework,overall,"
    b"leaders,help_and_protection,in_care,care_leavers\n"
    b"A letter,official,330,,Birmingham,2026-06-01,,2026-07-01,ILACS Standard Inspection,,"
    b"Good,Good,Good,Good\n"
)
FIGURES = (
    b"time_period,time_identifier,geographic_level,country_code,country_name,new_la_code,"
    b"old_la_code,la_name,visits\n"
    b"202425,Financial year,Local authority,E92000001,England,E08000025,330,Birmingham,12\n"
)
IMPORT = {"kind": "import", "file_name": "rows.csv", "indicator_set": "visits"}


@pytest.mark.parametrize(
    ("user", "asked", "file"),
    [
        ("auditor", {"kind": "export", "of": "events", "format": "jsonl"}, None),
        ("case-officer", {**IMPORT, "what": "councils"}, RENAMED),
        ("case-officer", {**IMPORT, "what": "inspections"}, JUDGED),
        ("case-officer", {**IMPORT, "what": "indicators"}, FIGURES),
        (
            "case-officer",
            {"kind": "return", "return_kind": "programme", "period": "2025-26Q1"},
            None,
        ),
        ("administrator", {"kind": "rebuild", "view": "ContractRow"}, None),
        ("auditor", {"kind": "verification"}, None),
        ("auditor", {"kind": "pack", "of": "GRANT-0001"}, None),
    ],
    ids=[
        "export",
        "councils",
        "inspections",
        "indicators",
        "return",
        "rebuild",
        "verification",
        "pack",
    ],
)
def test_work_of_every_kind_stops_when_it_is_cancelled_and_records_nothing(
    played: Service, tmp_path: Path, user: str, asked: dict[str, Any], file: bytes | None
) -> None:
    """Cancelled at the last moment before it would record; what records nothing, midway."""
    store = played.installation.store
    now = datetime.now(UTC)
    work = Work(
        work=10**9,
        user=user,
        kind=asked["kind"],
        title="",
        asked=asked,
        state=State.RUNNING,
        cancel=True,
        done=0,
        total=0,
        said="",
        result=None,
        asked_at=now,
        started_at=now,
        ended_at=None,
    )
    told: list[int] = []

    def cancelled(done: int, total: int) -> None:
        told.append(done)
        if done and (done >= total or asked["kind"] not in ("import", "return")):
            raise Stopped

    by = store.load(User(user=user))
    wanted: Any = ASKED.validate_python(asked).settled(played.installation, by)
    head, contracts = store.head(), played.client("auditor").get("/api/v1/contracts").json()
    with pytest.raises(Stopped):
        wanted.do(Doing(played.installation, work, by, tmp_path, file, cancelled))
    assert told
    assert store.head() == head
    assert played.client("auditor").get("/api/v1/contracts").json()["items"] == contracts["items"]


def test_what_was_done_before_it_could_be_cancelled_says_so(played: Service) -> None:
    auditor = played.client("auditor")
    asked = {"kind": "export", "of": "councils", "format": "csv"}
    work = auditor.post("/api/v1/work", json=asked).json()["reference"]
    ended(auditor, work)
    with psycopg.connect(played.installation.url, autocommit=True) as connection:
        connection.execute("UPDATE work SET cancel = true WHERE work = %s", (work,))
    end(played.installation.store.datastore, int(work), State.DONE, "153 rows.")
    said = auditor.get(f"/api/v1/work/{work}").json()["said"]
    assert said == "153 rows. It was done before it could be cancelled."


def test_expired_results_go_with_their_files(played: Service) -> None:
    auditor = played.client("auditor")
    asked = {"kind": "export", "of": "councils", "format": "csv"}
    work = auditor.post("/api/v1/work", json=asked).json()["reference"]
    ended(auditor, work)
    folder = folder_of(played.installation.settings.data_dir, int(work))
    assert list(folder.iterdir())
    with psycopg.connect(
        played.installation.url, autocommit=True, row_factory=dict_row
    ) as connection:
        connection.execute(
            "UPDATE work SET ended_at = ended_at - interval '8 days' WHERE work = %s", (work,)
        )
        Worker(played.installation).forget(connection)
    assert not folder.exists()
    assert auditor.get(f"/api/v1/work/{work}").status_code == 404
