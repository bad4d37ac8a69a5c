"""Exports without a database: columns that exist, cells that are safe, workbooks that are whole."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
import python_calamine

from domain.access import ALL_PERMISSIONS
from domain.kernel import Refused
from projections.funding import LedgerLine
from service.exports import BY_NAME, FORMATS, REGISTERS, Format, put
from service.exports.about import About
from service.exports.columns import data, day, flag, moment, number, pence, several, text, whole
from service.exports.formats.workbook import MOST_ROWS, NOTHING
from service.exports.organisations import geo_type, organisation_id
from service.exports.register import Register
from service.settings import Settings

COLUMNS = (
    text("name", "Name"),
    whole("hours", "Time", "hours"),
    pence("amount_pence", "Amount"),
    number("rate", "Rate"),
    day("held_on", "Held on"),
    moment("recorded_at", "Recorded at"),
    flag("open", "Open"),
    several("themes", "Themes"),
    data("more", "More"),
)
WHEN = datetime(2026, 3, 31, 11, 22, 33, 444555, tzinfo=UTC)
FULL = ("Kent", 7, 12_345_67, Decimal("1.5"), date(2026, 3, 31), WHEN, True, ["a", "b"], {"k": 1})
EMPTY = (None,) * 9
UNSAFE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")']
BOOKS = (Format.XLSX, Format.ODS)


def about(rows: int, columns: Any = COLUMNS) -> About:
    register = Register("things", "Things", LedgerLine, "ledger.read", columns, about="A thing.")
    return About(
        register=register,
        position=1234,
        on=date(2026, 3, 31),
        recorded_at=WHEN,
        scope="Everything on record",
        publisher="The Board",
        address="https://example.org",
        total=rows,
    )


def written(form: Format, *rows: tuple[Any, ...], columns: Any = COLUMNS) -> bytes:
    file, write = io.BytesIO(), FORMATS[form].write
    assert write is not None
    write(file, about(len(rows), columns), iter([list(rows)] if rows else []))
    return file.getvalue()


def as_read(content: bytes) -> list[list[Any]]:
    """The table's sheet as an independent reader finds it."""
    book = python_calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_name("Things").to_python()


# --- What there is --------------------------------------------------------------------------


def test_every_register_names_what_it_needs_and_no_column_twice() -> None:
    for register in REGISTERS:
        assert register.needs in ALL_PERMISSIONS
        keys = [column.key for column in register.columns]
        titles = [column.title.lower() for column in register.columns]
        assert len(set(keys)) == len(keys), register.name
        assert len(set(titles)) == len(titles), register.name
        assert register.told.endswith("."), register.name


def test_the_registers_that_people_ask_for_are_there() -> None:
    asked = (
        "grants decisions sessions councils cases payments ledger budgets contracts challenges"
        " peers self-assessments participation trial-results engagement practice events"
    )
    assert set(asked.split()) <= BY_NAME.keys()


def test_a_column_that_its_view_does_not_have_is_found_out_at_once() -> None:
    for column in (text("nothing", "Nothing"), text("amount_pence", "Amount"), day("year", "Year")):
        register = Register("x", "X", LedgerLine, "ledger.read", (column,))
        with pytest.raises(TypeError, match="LedgerLine"):
            register.check()


def test_no_export_of_peers_names_anybody() -> None:
    for register in REGISTERS:
        for column in register.columns:
            about_people = {
                "email",
                "phone",
                "signatory",
                "mentee",
                "commissioner",
                "office_holders",
            }
            assert column.name not in about_people, register.name
    assert "name" not in {column.name for column in BY_NAME["peers"].columns}


# --- Cells ----------------------------------------------------------------------------------


def test_csv_has_names_and_pence_and_neutralises_formulas() -> None:
    rows = [(unsafe, *EMPTY[1:]) for unsafe in UNSAFE]
    found = list(
        csv.reader(io.StringIO(written(Format.CSV, FULL, EMPTY, *rows).decode(), newline=""))
    )
    assert found[0] == [column.key for column in COLUMNS]
    assert found[1] == [
        "Kent",
        "7",
        "1234567",
        "1.5",
        "2026-03-31",
        "2026-03-31T11:22:33.444555Z",
        "true",
        "a; b",
        '{"k": 1}',
    ]
    assert found[2] == [""] * 9
    assert [row[0] for row in found[3:]] == [f"'{unsafe}" for unsafe in UNSAFE]


def test_parquet_is_typed_and_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "things.parquet"
    path.write_bytes(written(Format.PARQUET, FULL, EMPTY))
    schema = pq.read_schema(path)
    assert {field.name: str(field.type) for field in schema} == {
        "name": "string",
        "hours": "int64",
        "amount_pence": "int64",
        "rate": "decimal128(38, 6)",
        "held_on": "date32[day]",
        "recorded_at": "timestamp[us, tz=UTC]",
        "open": "bool",
        "themes": "list<element: string>",
        "more": "string",
    }
    assert schema.metadata[b"position"] == b"1234"
    assert schema.field("amount_pence").metadata[b"unit"] == b"pence"
    found = duckdb.execute(
        f"SELECT sum(amount_pence), sum(rate), max(held_on) FROM '{path}'"
    ).fetchall()
    assert found == [(1234567, Decimal("1.500000"), date(2026, 3, 31))]


@pytest.mark.parametrize("form", BOOKS)
def test_a_workbook_has_real_numbers_and_dates_and_no_blank_cell(form: Format) -> None:
    table = as_read(written(form, FULL, EMPTY))
    assert table[0] == [
        "Name",
        "Time (hours)",
        "Amount (£)",
        "Rate",
        "Held on",
        "Recorded at (UTC)",
        "Open",
        "Themes",
        "More",
    ]
    assert table[1][:5] == ["Kent", 7.0, 12_345.67, 1.5, date(2026, 3, 31)]
    assert abs(table[1][5] - WHEN.replace(tzinfo=None)).total_seconds() < 0.001
    assert table[1][6:] == ["Yes", "a; b", '{"k": 1}']
    assert table[2] == [NOTHING] * 9


@pytest.mark.parametrize("form", BOOKS)
def test_a_workbook_has_cover_contents_and_notes_and_nothing_blank(form: Format) -> None:
    book = python_calamine.load_workbook(io.BytesIO(written(form, FULL)))
    assert book.sheet_names == ["Cover", "Contents", "Notes", "Things"]
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        assert rows
        assert all(cell not in (None, "") for row in rows for cell in row), name
    cover = book.get_sheet_by_name("Cover").to_python()
    assert cover[0] == ["Things"]
    assert "position 1234" in str(cover)


def test_text_is_never_a_formula_in_a_workbook() -> None:
    rows = [(unsafe, *EMPTY[1:]) for unsafe in UNSAFE]
    book = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, *rows)))
    cells = [row[0] for row in book["Things"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    with zipfile.ZipFile(io.BytesIO(written(Format.ODS, *rows))) as archive:
        assert b"table:formula" not in archive.read("content.xml")


def test_the_tables_of_an_xlsx_are_marked_up() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, FULL, FULL, EMPTY)))
    (table,) = book["Things"].tables.values()
    assert (table.name, table.ref, table.autoFilter.ref) == ("things_rows", "A1:I4", "A1:I4")
    headers = [cell.value for cell in book["Things"][1]]
    assert [column.name for column in table.tableColumns] == headers
    assert [len(book[name].tables) for name in ("Contents", "Notes")] == [1, 1]
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)


def test_an_ods_is_an_opendocument_whose_first_bytes_say_so() -> None:
    content = written(Format.ODS, FULL, ("a  b\nc & <d> \x0b", *EMPTY[1:]))
    assert content[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        parts = {
            name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()[1:]
        }
    spaces = {"table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0"}
    ranges = parts["content.xml"].findall(".//table:database-range", spaces)
    address = f"{{{spaces['table']}}}target-range-address"
    assert [each.get(address) for each in ranges][-1] == "Things.A1:Things.I3"
    assert as_read(content)[2][0] == "a  b\nc & <d> "


@pytest.mark.parametrize("form", [*BOOKS, Format.CSV, Format.PARQUET, Format.JSONL])
def test_an_empty_register_is_a_whole_file(form: Format) -> None:
    content = written(form)
    if form in BOOKS:
        assert len(as_read(content)) == 1
    elif form is Format.PARQUET:
        assert pq.read_table(io.BytesIO(content)).num_rows == 0


@pytest.mark.parametrize("form", BOOKS)
def test_more_rows_than_a_sheet_holds_are_refused_by_name(form: Format) -> None:
    file, write = io.BytesIO(), FORMATS[form].write
    assert write is not None
    with pytest.raises(Refused, match="use CSV or Parquet") as refused:
        write(file, about(MOST_ROWS + 1), iter([]))
    assert refused.value.code == "bad-format"


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    long = ("x" * 40_000, *EMPTY[1:])
    for form in BOOKS:
        assert as_read(written(form, long))[1][0].endswith("have it whole)")
    assert b"x" * 40_000 in written(Format.CSV, long)


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.GIVING])
def test_the_same_rows_are_the_same_bytes(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(form, FULL, EMPTY)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert written(form, FULL, EMPTY) == first


# --- Its place ------------------------------------------------------------------------------


def _breaking(error: BaseException) -> Callable[[BinaryIO], Any]:
    def write(file: BinaryIO) -> Any:
        file.write(b"half")
        raise error

    return write


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), OSError(28, "full")])
def test_what_is_not_whole_is_never_left(tmp_path: Path, error: BaseException) -> None:
    out = tmp_path / "grants.csv"
    out.write_text("yesterday's")
    with pytest.raises(type(error)):
        put(out, _breaking(error))
    assert [path.name for path in tmp_path.iterdir()] == ["grants.csv"]
    assert out.read_text() == "yesterday's"


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.GIVING])
def test_a_writer_that_is_stopped_leaves_nothing_beside(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def batches() -> Iterator[list[tuple[Any, ...]]]:
        yield [FULL] * 10
        raise SystemExit(143)

    write = FORMATS[form].write
    assert write is not None
    with pytest.raises(SystemExit):
        write(io.BytesIO(), about(20), batches())
    assert list(tmp_path.iterdir()) == []


# --- Organisations --------------------------------------------------------------------------


def test_councils_are_named_by_the_register_of_local_authorities(root: Path) -> None:
    settings = Settings(publisher_prefix="360G-board")
    with (root / "service/data/authorities.csv").open() as file:
        named = [organisation_id(row["dfe_number"], settings) for row in csv.DictReader(file)]
    assert len(set(named)) == 153
    assert all(name.startswith("GB-LAE-") for name in named)
    assert organisation_id("330", settings) == "GB-LAE-BIR"
    assert organisation_id("999", settings) == "360G-board-ORG:999"


def test_areas_are_of_the_kind_that_their_code_says() -> None:
    codes = ("E06000001", "E08000025", "E09000001", "E10000016")
    assert [geo_type(code) for code in codes] == ["UA", "MD", "LONB", "CTY"]
