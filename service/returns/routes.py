"""Returns over HTTP: prepared, reviewed, submitted; read, taken out and explained."""

from typing import Annotated, Any

from fastapi import Header, Path, Query
from fastapi.responses import Response

from domain.kernel import FinancialYear, Refused, ReturnRef
from domain.reporting import (
    DfeReturn,
    PrepareReturn,
    ReturnKind,
    ReturnPeriod,
    ReturnStatus,
    ReviewReturn,
    SendReturnBack,
    Standing,
    SubmitReturn,
    may_prepare,
    prepare_return,
    review_return,
    send_return_back,
    submit_return,
)
from projections.reporting import ReturnRow
from service.describing import hash_of
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for
from service.return_figures import FILE, kept_as_rows
from service.returns.explaining import NOW, Explanation, Sources, explain, sources_of
from service.returns.keeping import Verified, file_of, log_export, long_rows, verified
from service.returns.making import make

router = router_for("returns")
_SUBMITTED = (ReturnStatus.SUBMITTED, ReturnStatus.SUPERSEDED)
FileName = Annotated[str, Path(pattern=r"^[a-z0-9][a-zA-Z0-9.-]{0,99}$")]


# --- Preparing, reviewing, submitting -------------------------------------------------------


@command(router, "/returns", needs="return.prepare", cli="return prepare")
def prepare_a_return(command: PrepareReturn, desk: AtDesk) -> Receipt:
    """Prepare a return to the department from the record."""
    actor, head = desk.acting(), desk.store.head()
    may_prepare(command, head)
    position = command.position or head
    desk.fill_in(position=position)
    made = make(desk.installation, command.kind, command.period, position, desk.told)
    for file in made.contents.files:
        desk.put_document(made.files[file.name], file.media_type)
    [figures] = (file for file in made.contents.files if file.name == FILE)
    desk.alongside.append(kept_as_rows(figures.sha256, long_rows(made.files[FILE])))
    found = desk.load(DfeReturn(dfe_return=desk.next("RET")))
    told = {
        "id": found.dfe_return,
        "at_position": made.contents.at_position,
        "sha256": made.contents.sha256,
    }
    events = prepare_return(command, found, made.contents, actor)
    return desk.record(command, events, found, told=told)


@command(router, "/returns/{dfe_return}/review", needs="return.review", cli="return review")
def review_a_return(dfe_return: ReturnRef, command: ReviewReturn, desk: AtDesk) -> Receipt:
    """Review a return that another person prepared."""
    found = desk.find(DfeReturn(dfe_return=dfe_return))
    return desk.record(command, review_return(command, found, desk.acting()), found)


@command(
    router, "/returns/{dfe_return}/sending-back", needs="return.review", cli="return send-back"
)
def send_back_a_return(dfe_return: ReturnRef, command: SendReturnBack, desk: AtDesk) -> Receipt:
    """Send a return back to who prepared it, saying what is wrong."""
    found = desk.find(DfeReturn(dfe_return=dfe_return))
    return desk.record(command, send_return_back(command, found, desk.acting()), found)


@command(router, "/returns/{dfe_return}/submission", needs="return.submit", cli="return submit")
def submit_a_return(dfe_return: ReturnRef, command: SubmitReturn, desk: AtDesk) -> Receipt:
    """Certify a reviewed return and submit it; what stood for the period is superseded."""
    found = desk.find(DfeReturn(dfe_return=dfe_return))
    if found.kind is None:
        raise TypeError(f"{dfe_return} was never prepared")
    standing, before = _standing(desk, Standing(kind=found.kind, period=found.period))
    events = submit_return(command, found, standing, before, desk.acting())
    return desk.record(command, events, found, standing, *((before,) if before else ()))


def _standing(desk: Desk, empty: Standing) -> tuple[Standing, DfeReturn | None]:
    """What stands for a period, and the return that does: both as at one moment.

    Both change in one save; read one after the other, somebody's save may come between.
    """
    standing = desk.load(empty)
    while standing.dfe_return:
        before = desk.find(DfeReturn(dfe_return=standing.dfe_return))
        again = desk.load(empty)
        if again.version == standing.version:
            return standing, before
        standing = again
    return standing, None


# --- Reading --------------------------------------------------------------------------------


def in_sight(reading: Reader, status: str | None = None) -> list[str] | None:
    """The states of returns that a reader may see: the department sees what was submitted."""
    every = [state.value for state in ReturnStatus]
    seen = every if reading.sees("return.draft") else [state.value for state in _SUBMITTED]
    return [state for state in seen if status in (None, "", state)]


def find_return(reading: Reader, dfe_return: str) -> ReturnRow:
    """A return. Raises Refused ``not-found`` for one that the reader may not see."""
    row = reading.item(ReturnRow, dfe_return)
    if not row.submitted and not reading.sees("return.draft"):
        raise Refused("not-found", f"There is nothing under {dfe_return} in your scope.")
    return row


@query(router, "/returns", needs="return.read")
def list_returns(
    reading: Reading,
    kind: ReturnKind | None = None,
    period: ReturnPeriod | None = None,
    year: FinancialYear | None = None,
    status: ReturnStatus | None = None,
) -> Page[ReturnRow]:
    """The register of returns; the department sees those that were submitted."""
    where = {"kind": kind, "period": period, "year": year, "status": in_sight(reading, status)}
    return reading.page(ReturnRow, where=where)


@query(router, "/returns/{dfe_return}", needs="return.read")
def show_return(dfe_return: ReturnRef, reading: Reading) -> dict[str, Any]:
    """A return: what it covers, how far it has come, its files and what it waits for."""
    row = find_return(reading, dfe_return)
    return row.model_dump(mode="json") | {"waits_for": row.waits_for}


@query(router, "/returns/{dfe_return}/figures", needs="return.read")
def list_return_figures(
    dfe_return: ReturnRef,
    reading: Reading,
    area: str | None = None,
    indicator: str | None = None,
) -> Page[dict[str, Any]]:
    """A return's figures one by one, as published; by an area's code, and by indicator."""
    row = find_return(reading, dfe_return)
    content, _ = file_of(reading.installation, row, "figures.csv")
    return reading.page_of(
        line
        for line in long_rows(content)
        if area in (None, line["area_code"]) and indicator in (None, line["indicator"])
    )


@query(router, "/returns/{dfe_return}/files/{name}", needs="return.read")
def read_return_file(
    dfe_return: ReturnRef,
    name: FileName,
    reading: Reading,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """One of a return's files, with its SHA-256 as its ETag; also manifest.json, checkpoint.txt."""
    row = find_return(reading, dfe_return)
    content, media_type = file_of(reading.installation, row, name)
    tag = f'"{hash_of(content)}"'
    headers = {
        "ETag": tag,
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    if if_none_match and tag in [
        each.strip().removeprefix("W/") for each in if_none_match.split(",")
    ]:
        return Response(status_code=304, headers=headers)
    log_export(reading, f"{dfe_return}/{name}")
    return Response(content, media_type=media_type, headers=headers)


@query(router, "/returns/{dfe_return}/verification", needs="return.read")
def verify_return(dfe_return: ReturnRef, reading: Reading) -> Verified:
    """Look at a return again: its files against the log, and made anew from it."""
    return verified(reading.installation, find_return(reading, dfe_return))[0]


@query(router, "/returns/{dfe_return}/changes", needs="return.explain")
def explain_return(dfe_return: ReturnRef, reading: Reading, against: str = NOW) -> Explanation:
    """What changed between a return and another, or now: each figure by the events behind it."""
    row = find_return(reading, dfe_return)
    other = None if against == NOW else find_return(reading, against)
    return explain(reading.installation, row, other, reading.moment.position)


@query(router, "/returns/{dfe_return}/sources", needs="return.explain")
def list_return_sources(
    dfe_return: ReturnRef,
    reading: Reading,
    indicator: Annotated[str, Query(max_length=60)],
    area: Annotated[str, Query(max_length=30)] = "E92000001",
    split: Annotated[str, Query(max_length=60, alias="filter")] = "",
    item: Annotated[str, Query(max_length=120)] = "",
) -> Sources:
    """The events behind one figure of a return, which add up to it."""
    row = find_return(reading, dfe_return)
    return sources_of(reading.installation, row, indicator, area, split, item)
