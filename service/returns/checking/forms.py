"""Whether a return's folder says the same in every form: each file against the statistics pair."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zipfile import BadZipFile, ZipFile

import docx
import pyarrow as pa
from pyarrow.parquet import read_table

from domain.kernel import Frozen
from service.describing import CSVW_ENDING, PACKAGE, hash_of
from service.returns.checking.files import Pair, Unreadable, pairs_in, read_pair, read_sheet
from service.returns.checking.workbooks import Row, ods_sheets, xlsx_sheets
from service.returns.workbook import headings

_MOST_SHOWN = 10
_ENGLAND, _TOTAL = "E92000001", "Total"
_HIDDEN = ("c", "[c]", "not shown")
Value = Decimal | Literal["c"]


class Place(NamedTuple):
    """Where a figure belongs."""

    area: str
    """The ONS code."""
    filter: str
    """Nothing for a total."""
    item: str
    indicator: str


Told = Iterator[tuple[Place, Value]]


class Compared(Frozen):
    """What became of a file that was compared with the statistics."""

    file: str
    ok: bool
    figures: int
    """How many of its figures were compared; none of a file that says what others are."""
    found: tuple[str, ...] = ()
    """What differs: the first few."""


def compare_folder(folder: Path) -> list[Compared]:
    """Every file of a return's folder, but the PDF of its letter; none of a folder that has not
    one pair of statistics files that can be read.
    """
    pairs = pairs_in(folder) if folder.is_dir() else []
    if len(pairs) != 1:
        return []
    try:
        pair = read_pair(*pairs[0])
        expected = dict(_of_pair(pair))
    except _UNREADABLE:
        return []  # It is of other places, or the check of statistics files says what is wrong.
    stem = pair.data.name.partition(".")[0]
    files = [(folder / name.format(stem=stem), form) for name, form in _FORMS.items()]
    return [_compared(file, form, pair, expected) for file, form in files if file.is_file()]


class _Form(NamedTuple):
    """How a file is read."""

    figures: Callable[[bytes, Pair], Told] | None = None
    """Its figures, where it has some."""
    whole: bool = False
    """Whether it has every figure of the statistics."""
    wrong: Callable[[bytes, Path], Iterator[str]] | None = None
    """What is not as it says of other files, where it says something."""


def _compared(file: Path, form: _Form, pair: Pair, expected: dict[Place, Value]) -> Compared:
    content = file.read_bytes()
    wrong: list[str] = []
    told: dict[Place, Value] = {}
    try:
        if form.figures:
            told = dict(form.figures(content, pair))
            wrong += _differing(told, expected, whole=form.whole)
        if form.wrong:
            wrong += form.wrong(content, file.parent)
    except _UNREADABLE as error:
        wrong.append(f"can't be read: {error}")
    shown = wrong[:_MOST_SHOWN]
    if len(wrong) > _MOST_SHOWN:
        shown.append(f"and {len(wrong) - _MOST_SHOWN} more")
    return Compared(file=file.name, ok=not wrong, figures=len(told), found=tuple(shown))


_UNREADABLE = (
    BadZipFile,
    InvalidOperation,
    LookupError,
    SyntaxError,
    TypeError,
    Unreadable,
    ValueError,
    pa.ArrowException,
)
"""What comes of bytes that are not of their format: an error in XML is a syntax error."""


def _differing(
    told: dict[Place, Value], expected: dict[Place, Value], *, whole: bool
) -> Iterator[str]:
    if not told:
        yield "it has no figures"
    for place, value in told.items():
        if place not in expected:
            yield f"{_named(place)} is not in the statistics"
        elif value != expected[place]:
            yield f"{_named(place)} is {value}, and {expected[place]} in the statistics"
    if whole:
        yield from (f"{_named(place)} is missing" for place in expected if place not in told)


def _named(place: Place) -> str:
    return " ".join(part for part in place if part)


def _value(said: Any) -> Value:
    """A figure as a number; c for one that is not shown."""
    text = str(said)
    return "c" if text in _HIDDEN else Decimal(re.sub("[£,]", "", text))


# --- Files with figures ---------------------------------------------------------------------


def _of_pair(pair: Pair) -> Told:
    filters, indicators = pair.filters, pair.indicators
    codes = {
        "National": pair.data.of("country_code"),
        "Regional": pair.data.of("region_code"),
        "Local authority": pair.data.of("new_la_code"),
    }
    for number, level in enumerate(pair.data.of("geographic_level")):
        items = {name: pair.data.of(name)[number] for name in filters}
        split = next((name for name, item in items.items() if item != _TOTAL), "")
        for indicator in indicators:
            said = pair.data.of(indicator)[number]
            if said != "z":
                item = items.get(split, _TOTAL)
                yield Place(codes[level][number], split, item, indicator), _value(said)


def _of_archive(content: bytes, pair: Pair) -> Told:
    """Of the archive for the department's service, which must name the pair."""
    stem = pair.data.name.partition(".")[0]
    with ZipFile(io.BytesIO(content)) as archive:
        names = list(csv.DictReader(io.StringIO(archive.read("dataset_names.csv").decode())))
        if [row["file_name"] for row in names] != [stem]:
            raise Unreadable(f"its dataset_names.csv does not name {stem} alone.")
        parts = [f"{stem}.csv", f"{stem}.meta.csv"]
        data, meta = (read_sheet(part, archive.read(part)) for part in parts)
    yield from _of_pair(Pair(data, meta))


def _of_lines(content: bytes, _: Pair) -> Told:
    """Of the long form as CSV."""
    for line in csv.DictReader(io.StringIO(content.decode(), newline="")):
        place = Place(line["area_code"], line["filter"], line["item"], line["indicator"])
        yield place, _value(line["value"])


def _of_parquet(content: bytes, _: Pair) -> Told:
    """Of the long form as Parquet."""
    for line in read_table(io.BytesIO(content)).to_pylist():
        place = Place(line["area_code"], line["filter"] or "", line["item"], line["indicator"])
        yield place, line["symbol"] or line["value"]


def _of_workbook(read: Callable[[bytes], Iterable[list[Row]]]) -> Callable[[bytes, Pair], Told]:
    """Of a workbook: its sheets of figures have the place in their first columns."""

    def figures(content: bytes, pair: Pair) -> Told:
        indicators = _by_label(pair, "Indicator", headings)
        filters = _by_label(pair, "Filter", lambda label: [label])
        for sheet in read(content):
            top = next((number for number, row in enumerate(sheet) if row[:1] == ("Level",)), None)
            if top is None:
                continue
            head, *rows = sheet[top:]
            split = filters.get(str(head[3]), "")
            for row in rows:
                for label, said in zip(head, row, strict=True):
                    if label in indicators:
                        item = str(row[3]) if split else _TOTAL
                        yield Place(str(row[1]), split, item, indicators[label]), _value(said)

    return figures


def _by_label(pair: Pair, kind: str, headed: Callable[[str], Iterable[str]]) -> dict[str, str]:
    """Columns of a kind by what they may stand under for people."""
    return {
        head: row["col_name"]
        for row in pair.described
        if row["col_type"] == kind
        for head in headed(row["label"])
    }


def _of_letter(read: Callable[[bytes], Iterable[tuple[str, str]]]) -> Callable[[bytes, Pair], Told]:
    """Of a letter: England's totals by their labels."""

    def figures(content: bytes, pair: Pair) -> Told:
        indicators = _by_label(pair, "Indicator", lambda label: [label])
        for label, said in read(content):
            if label in indicators:
                yield Place(_ENGLAND, "", _TOTAL, indicators[label]), _value(said)

    return figures


def _rows_of_word(content: bytes) -> Iterator[tuple[str, str]]:
    for row in docx.Document(io.BytesIO(content)).tables[0].rows:
        yield row.cells[0].text, row.cells[1].text


def _rows_of_markdown(content: bytes) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"^\| (.+) \| (.+) \|$", content.decode(), re.MULTILINE):
        label, said = (re.sub(r"\\(.)", r"\1", cell) for cell in found.groups())
        yield label, said


# --- Files that say what others are ---------------------------------------------------------


def _wrong_manifest(content: bytes, folder: Path) -> Iterator[str]:
    told = json.loads(content)
    for each in (*told["files"], *told["beside"]):
        yield from _wrong_file(folder / each["name"], each["size"], each["sha256"])


def _wrong_package(content: bytes, folder: Path) -> Iterator[str]:
    for each in json.loads(content)["resources"]:
        sha256 = each["hash"].removeprefix("sha256:")
        yield from _wrong_file(folder / each["path"], each["bytes"], sha256)
        columns = [field["name"] for field in each["schema"]["fields"]]
        yield from _wrong_columns(folder / each["path"], columns)


def _wrong_csvw(content: bytes, folder: Path) -> Iterator[str]:
    for each in json.loads(content)["tables"]:
        titles = [column["titles"] for column in each["tableSchema"]["columns"]]
        columns = [title if isinstance(title, str) else title[0] for title in titles]
        yield from _wrong_columns(folder / each["url"], columns)


def _wrong_file(file: Path, size: int, sha256: str) -> Iterator[str]:
    if not file.is_file():
        yield f"{file.name} is not there"
    elif (file.stat().st_size, hash_of(file.read_bytes())) != (size, sha256):
        yield f"{file.name} is not the file that it names: its size or hash differs"


def _wrong_columns(file: Path, columns: list[str]) -> Iterator[str]:
    if file.is_file() and list(read_sheet(file.name, file.read_bytes()).columns) != columns:
        yield f"{file.name} has other columns"


_FORMS = {
    "figures.csv": _Form(_of_lines, whole=True),
    "figures.parquet": _Form(_of_parquet, whole=True),
    "{stem}.zip": _Form(_of_archive, whole=True),
    "{stem}.xlsx": _Form(_of_workbook(xlsx_sheets)),
    "{stem}.ods": _Form(_of_workbook(ods_sheets)),
    "covering-letter.docx": _Form(_of_letter(_rows_of_word)),
    "covering-letter.md": _Form(_of_letter(_rows_of_markdown)),
    PACKAGE: _Form(wrong=_wrong_package),
    f"{{stem}}.csv{CSVW_ENDING}": _Form(wrong=_wrong_csvw),
    "manifest.json": _Form(wrong=_wrong_manifest),
}
"""By name, with the pair's in the place of {stem}."""
