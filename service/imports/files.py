"""Files as tables, cells as facts, and what an import says of each row."""

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError

from domain.councils import Framework, Grade
from domain.kernel import Command, Frozen, Refused
from domain.legible import legible
from service.desk import Receipt
from service.invalid import own_words

BLANKS = {"", "nan", "none", "null", "n/a", "na", "-", "inspection_pre_dates_judgement"}
LARGEST_FILE = 25_000_000
LARGEST_SHEET = 200_000_000
FIRST_DAY = date(2000, 1, 1)
"""No inspection that matters here is older: an earlier date is a slip of the hand."""


class ImportFile(Command):
    """A file to load."""


class Rejection(Frozen):
    """A row that was not loaded, and why."""

    row: int
    """The file's own row; the header is row 1."""
    column: str
    reason: str


class RowResult(Frozen):
    """What became of a row."""

    row: int
    council: str
    result: str
    """loaded, corrected, unchanged or rejected"""
    column: str = ""
    reason: str = ""


class Correction(Frozen):
    """A row that contradicts what stood, field by field, and what holds now."""

    row: int
    council: str
    reason: str


class Counts(Frozen):
    """What an import did, or with a dry run would do, row by row."""

    loaded: int = 0
    unchanged: int = 0
    rejected: int = 0
    corrected: int = 0
    """Of those loaded: rows that contradict what stood, each now a correction."""
    corrections: list[Correction] = []
    rejections: list[Rejection] = []


class ImportResult(Receipt):
    """The receipt of an import, with what became of the rows."""

    loaded: int
    unchanged: int
    rejected: int
    corrected: int
    corrections: list[Correction]
    rejections: list[Rejection]

    def counts(self) -> Counts:
        """What became of the rows alone."""
        return Counts(**{name: getattr(self, name) for name in Counts.model_fields})


def counted(rows: Sequence[RowResult]) -> dict[str, Any]:
    """What an import has to say of its rows."""
    results = [row.result for row in rows]
    return {
        "loaded": results.count("loaded") + results.count("corrected"),
        "unchanged": results.count("unchanged"),
        "rejected": results.count("rejected"),
        "corrected": results.count("corrected"),
        "corrections": [
            {"row": r.row, "council": r.council, "reason": r.reason}
            for r in sorted(rows, key=lambda row: row.row)
            if r.result == "corrected"
        ],
        "rejections": [
            {"row": r.row, "column": r.column, "reason": r.reason}
            for r in sorted(rows, key=lambda row: row.row)
            if r.result == "rejected"
        ],
    }


class Unusable(Exception):
    """A cell that can't be used."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason

    @classmethod
    def of(cls, invalid: ValidationError, columns: Mapping[str, str]) -> "Unusable":
        """The first thing that a command does not take, by the columns that its fields are from."""
        first = invalid.errors()[0]
        field = str(first["loc"][0])
        return cls(columns.get(field, field), own_words(first))


Each = Callable[[Sequence[Any]], Iterable[Any]]
"""What goes through rows, and may tell between them how far it has come."""


class Table(NamedTuple):
    """A file as a table: each row with its number in the file and its cells by header."""

    headers: list[str]
    rows: list[tuple[int, dict[str, Any]]]
    sha256: str
    name: str
    saved_on: date | None = None
    """When it was last saved, where the file says so."""


def read_path(path: Path) -> Table:
    """A CSV or XLSX file. Raises Refused ``bad-file`` for one that can't be read whole."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused("bad-file", f"{path.name} is larger than 25 MB: is it the right file?")
        content = path.read_bytes()
    except OSError as error:
        raise Refused("bad-file", f"{path} can't be read: {error.strerror}.") from error
    return read_bytes(content, path.name)


def read_bytes(content: bytes, name: str) -> Table:
    """A CSV or XLSX file's bytes; which it is shows in the bytes, not in the name."""
    if not content:
        raise Refused("bad-file", f"{name} is empty: get the whole file.")
    is_xlsx = content.startswith(b"PK")
    table = _xlsx(content, name) if is_xlsx else _csv(content, name)
    if not table:
        raise Refused("bad-file", f"{name} has no rows: get the whole file.")
    headers = [str(cell or "").strip() for cell in table[0][1]]
    if len(named := [h for h in headers if h]) != len(set(named)):
        raise Refused("bad-file", f"{name} has two columns of the same name.")
    rows = []
    for number, cells in table[1:]:
        if all(blank(cell) for cell in cells):
            continue
        if len(cells) > len(headers) and any(not blank(c) for c in cells[len(headers) :]):
            raise Refused(
                "bad-file", f"Row {number} of {name} has more cells than the header has columns."
            )
        # A spreadsheet leaves out blank cells at the end of a row; CSV has every comma.
        if len(cells) < len(headers) and not is_xlsx:
            raise Refused("bad-file", f"{name} breaks off in row {number}: get the whole file.")
        padded = [*cells, *[None] * (len(headers) - len(cells))]
        rows.append((number, {h: c for h, c in zip(headers, padded, strict=False) if h}))
    saved_on = _saved_on(content, name) if is_xlsx else None
    return Table(headers, rows, hashlib.sha256(content).hexdigest(), name, saved_on)


def _csv(content: bytes, name: str) -> list[tuple[int, list[Any]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Refused("bad-file", f"{name} is neither CSV nor XLSX.")
    try:
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1))
    except csv.Error as error:
        raise Refused("bad-file", f"{name} breaks off or is not CSV: {error}.") from error


_NOT_XLSX = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RuntimeError,
    OSError,
    EOFError,
)
"""What is raised, in one place or another of its reading, by a file that is no whole workbook.

Broken XML is a SyntaxError to the standard library's parser and to lxml's alike: openpyxl takes
the latter where it is installed.
"""


def _xlsx(content: bytes, name: str) -> list[tuple[int, list[Any]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > LARGEST_SHEET:
            raise Refused("bad-file", f"{name} unpacks to more than a register can need.")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return [(n, list(cells)) for n, cells in enumerate(sheet.iter_rows(values_only=True), 1)]
    except _NOT_XLSX as error:
        raise Refused("bad-file", f"{name} is not a whole XLSX file: {error}.") from error


_SAVED = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)T")


def _saved_on(content: bytes, name: str) -> date | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.namelist()
            told = packed.read("docProps/core.xml") if "docProps/core.xml" in parts else b""
    except _NOT_XLSX as error:
        raise Refused("bad-file", f"{name} is not a whole XLSX file: {error}.") from error
    saved = _SAVED.search(told)
    return _date(saved[1].decode()) if saved else None


# --- Cells ----------------------------------------------------------------------------------


def blank(cell: Any) -> bool:
    """Whether a cell says nothing, however it says so."""
    return cell is None or str(cell).strip().lower() in BLANKS


def text_of(row: dict[str, Any], column: str) -> str:
    """A cell that must say something. Raises Unusable if it doesn't."""
    cell = row.get(column)
    if blank(cell):
        raise Unusable(column, "this cell is blank")
    return re.sub(r"\s+", " ", _legible(column, str(cell))).strip()


def _legible(column: str, cell: str) -> str:
    """A cell's text. Raises Unusable if not everybody reads it alike."""
    try:
        return str(legible(cell))
    except ValueError as illegible:
        raise Unusable(column, str(illegible)) from illegible


_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d-%m-%Y", "%d.%m.%Y")


def date_of(row: dict[str, Any], column: str) -> date | None:
    """A date in any of the forms published, days before months; None for a blank cell.

    Raises Unusable for anything else.
    """
    cell = row.get(column)
    if blank(cell):
        return None
    found = _date(cell)
    if found is None:
        raise Unusable(column, f"{cell!s} is not a date: write it as 27/10/2023 or 2023-10-27")
    if found < FIRST_DAY:
        raise Unusable(column, f"{cell!s} is too long ago to be right")
    return found


def _date(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    day = re.sub(r"[T ]00:00(:00(\.0+)?)?Z?$", "", str(cell).strip())
    for form in _FORMS:
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def grade_of(row: dict[str, Any], column: str) -> Grade | None:
    """A grade in any of the words published; None for a blank cell. Raises Unusable."""
    cell = row.get(column)
    if blank(cell):
        return None
    word = re.sub(r"[\s_-]+", " ", str(cell)).strip().lower().removesuffix(" to be good")
    try:
        return Grade(word)
    except ValueError:
        raise Unusable(
            column, f"{cell!r} is not a grade: {', '.join(grade.value for grade in Grade)}"
        ) from None


def framework_of(row: dict[str, Any], column: str) -> Framework:
    """Under which an inspection was made. Raises Unusable for words that name none."""
    cell = row.get(column)
    if blank(cell):
        return Framework.NOT_STATED
    word = str(cell).strip().lower().replace("_", "-")
    known = {framework.value: framework for framework in Framework}
    if word in known:
        return known[word]
    for part, framework in (
        ("short", Framework.ILACS_SHORT),
        ("standard", Framework.ILACS_STANDARD),
        ("sif", Framework.SIF),
        ("single inspection", Framework.SIF),
        ("tlac", Framework.TLAC),
        ("slac", Framework.SLAC),
    ):
        if part in word:
            return framework
    raise Unusable(column, f"{cell!r} names no framework that we know")


def published(row: dict[str, Any], columns: Sequence[str]) -> dict[str, str]:
    """What was published, word for word, in these columns. Raises Unusable for the illegible."""
    told = {column: str(row[column]) for column in columns if row.get(column) is not None}
    return {column: _legible(column, cell) for column, cell in told.items()}


def write_report(path: Path, rows: Sequence[RowResult]) -> None:
    """Row by row as CSV, put in place whole."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(RowResult.model_fields)
        for row in sorted(rows, key=lambda row: row.row):
            writer.writerow([guarded(value) for value in dict(row).values()])
    part.replace(path)


def guarded(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, neutralised."""
    starts = ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if isinstance(value, str) and value.startswith(starts) else value
