"""Returns to the department: the register, a return, and what changed since."""

from typing import Annotated, NamedTuple

from fastapi import Query, Request
from fastapi.responses import Response

from projections.reporting import ReturnRow
from projections.returns import shape_of
from service.desk import Reading, Router, page
from service.lists.money import RETURNS
from service.pages.render import listed, render
from service.pages.timeline import history
from service.returns.explaining import NOW, explain, sources_of
from service.returns.keeping import BESIDE, CHECKPOINT, MANIFEST, file_of, long_rows
from service.returns.routes import find_return

router = Router()
MOST_SHOWN = 500
"""Lines of an explanation on a page; the API and the command line give them all."""

_WHAT = {
    ".meta.csv": "Metadata of the statistics",
    "figures.csv": "The figures, one a row",
    ".csv": "Statistics, as the department loads them",
    ".zip": "Statistics and metadata, to be loaded together",
    ".ods": "Workbook for readers",
    ".xlsx": "Workbook for readers, for Excel",
    ".parquet": "The figures, in typed columns",
    "datapackage.json": "What the CSV files hold: Frictionless",
    "-metadata.json": "What the CSV files hold: CSV on the Web",
    ".docx": "Covering letter, for Word",
    ".pdf": "Covering letter, to print",
    ".md": "Covering letter, as text",
    MANIFEST: "Every file, with its size and SHA-256",
    CHECKPOINT: "Signed state of the log",
}
"""What a file is, by how its name ends: the first that fits."""


class _File(NamedTuple):
    """A file of a return as its page has it."""

    name: str
    what: str
    size: int = 0
    """In bytes; nothing for what is made anew each time."""


def _files(row: ReturnRow) -> list[_File]:
    """What can be taken away: the files on record, then what is made to go with them."""

    def what(name: str) -> str:
        return next(said for ending, said in _WHAT.items() if name.endswith(ending))

    recorded = [_File(file.name, what(file.name), file.size) for file in row.files]
    return recorded + [_File(name, what(name)) for name in BESIDE]


@page(router, "/returns", needs="return.read")
def return_register(request: Request, reading: Reading) -> Response:
    """The register of returns, and what waits for whom."""
    drafts = reading.all(ReturnRow, order="-dfe_return") if reading.sees("return.draft") else []
    return listed(
        request,
        "returns/returns.html",
        reading,
        RETURNS,
        waiting=[row for row in drafts if row.waits_for],
    )


@page(router, "/returns/{dfe_return}", needs="return.read")
def return_page(
    request: Request, dfe_return: str, reading: Reading, area: str = "E92000001"
) -> Response:
    """A return: its figures by place, its files, its history and what it waits for."""
    row = find_return(reading, dfe_return)
    content, _ = file_of(reading.installation, row, "figures.csv")
    lines = list(long_rows(content))
    labels = {i.name: i.label for i in shape_of(row.kind).indicators}
    splits = {f.name: f.label for f in shape_of(row.kind).filters}
    return render(
        request,
        "returns/return.html",
        reading=reading,
        row=row,
        title=shape_of(row.kind).title,
        lines=[line for line in lines if line["area_code"] == area],
        areas={line["area_code"]: line["area_name"] for line in lines},
        area=area,
        labels=labels,
        splits=splits,
        files=_files(row),
        history=history(request, reading, stream=dfe_return),
    )


@page(router, "/returns/{dfe_return}/changes", needs="return.explain")
def return_changes(
    request: Request, dfe_return: str, reading: Reading, against: str = NOW
) -> Response:
    """What changed since a return, or between two: each figure by the events behind it."""
    row = find_return(reading, dfe_return)
    other = None if against == NOW else find_return(reading, against)
    found = explain(reading.installation, row, other, reading.moment.position)
    others = reading.all(ReturnRow, {"kind": row.kind, "period": row.period}, order="dfe_return")
    return render(
        request,
        "returns/changes.html",
        reading=reading,
        row=row,
        found=found,
        shown=found.differences[:MOST_SHOWN],
        others=[each.dfe_return for each in others if each.dfe_return != row.dfe_return],
        chosen=against,
    )


@page(router, "/returns/{dfe_return}/sources", needs="return.explain")
def return_sources(
    request: Request,
    dfe_return: str,
    reading: Reading,
    indicator: str,
    area: str = "E92000001",
    split: Annotated[str, Query(alias="filter")] = "",
    item: str = "",
) -> Response:
    """The events behind one figure of a return."""
    row = find_return(reading, dfe_return)
    found = sources_of(reading.installation, row, indicator, area, split, item)
    return render(request, "returns/sources.html", reading=reading, row=row, found=found)
