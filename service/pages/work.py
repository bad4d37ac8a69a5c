"""Long work: what somebody asked for, how far it has come, and where it is begun."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from domain.kernel import Refused
from domain.reporting import ReturnKind
from projections.engine import View
from service.audit import national
from service.desk import AtFormDesk, Desk, Reading, Router, form, page
from service.exports import FORMATS, registers_seen
from service.imports.files import LARGEST_FILE
from service.invalid import what_to_do
from service.long_work import KEPT, State, work_of, works
from service.pages.render import render
from service.proof import Checkpoint
from service.working.kinds import ASKED
from service.working.routes import begun, cancel_work, restart_work, whose

router = Router()

REFRESHED_EVERY = 4
"""Seconds."""
_IMPORTS = {
    "councils": ("Register of councils", "council.manage"),
    "inspections": ("Inspection outcomes", "inspection.record"),
    "indicators": ("Indicators", "indicator.load"),
}


@page(router, "/work", needs="council.read")
def work_list(request: Request, reading: Reading) -> Response:
    """Your long work, and what you can begin."""
    rows = works(reading.installation.store.datastore, whose(reading))
    sees = reading.sees
    return render(
        request,
        "work/work.html",
        reading=reading,
        rows=rows,
        everybodys=whose(reading) is None,
        going=any(row.state.going for row in rows),
        still=request.query_params.get("refresh") == "no",
        every=REFRESHED_EVERY,
        kept_days=KEPT.days,
        registers=registers_seen(reading),
        formats=FORMATS,
        imports={what: text for what, (text, needs) in _IMPORTS.items() if sees(needs)},
        return_kinds=list(ReturnKind) if sees("return.prepare") else [],
        views=sorted(view.__name__ for view in View.all) if sees("view.rebuild") else [],
    )


@page(router, "/audit/verify", needs="audit.read")
def verify_page(request: Request, reading: Reading) -> Response:
    """What proves that the log is whole: its newest checkpoint, verifications, evidence packs."""
    national(reading)
    rows = works(reading.installation.store.datastore, reading.user.user)
    note = reading.installation.keeping.last()
    checkpoint = Checkpoint.read(note.text) if note else None
    return render(
        request,
        "audit/verify.html",
        reading=reading,
        checkpoint=checkpoint,
        signed_at=datetime.fromisoformat(checkpoint.signed_at) if checkpoint else None,
        keys=reading.installation.keeping.verifiers(),
        rows=[row for row in rows if row.kind in ("verification", "pack")],
        kept_days=KEPT.days,
    )


@page(router, "/work/{work}", needs="council.read")
def work_page(request: Request, work: int, reading: Reading) -> Response:
    """A piece of long work: its progress, its end and its file."""
    row = work_of(reading.installation.store.datastore, work, whose(reading))
    return render(
        request,
        "work/one.html",
        reading=reading,
        row=row,
        own=row.user == reading.user.user,
        still=request.query_params.get("refresh") == "no",
        every=REFRESHED_EVERY,
        kept_days=KEPT.days,
        cut_off=row.state is State.CUT_OFF,
    )


def _begun(desk: Desk, asked: dict[str, Any], file: bytes | None = None) -> Response:
    sent = {name: value for name, value in asked.items() if value not in ("", None)}
    try:
        found = ASKED.validate_python(sent)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = str(first["loc"][-1]).replace("_", " ").capitalize()
        raise Refused("bad-work", f"{where}: {what_to_do(first)}") from None
    return RedirectResponse(f"/work/{begun(desk, found, file).work}", status_code=303)


@form(router, "/work/exports", needs="council.read")
def begin_export(
    desk: AtFormDesk,
    of: Annotated[str, Form(max_length=80)] = "",
    export_format: Annotated[str, Form(alias="format", max_length=20)] = "",
    as_at: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Have a register made into a file."""
    asked = {"kind": "export", "of": of, "format": export_format, "as_at": as_at}
    return _begun(desk, asked)


@form(router, "/work/imports", needs="council.read")
def begin_import(
    desk: AtFormDesk,
    file: UploadFile,
    what: Annotated[str, Form(max_length=40)] = "",
    dry_run: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Have a file's rows loaded, or only tried."""
    if (file.size or 0) > LARGEST_FILE:
        raise Refused("bad-file", "Send a file of at most 25 MB.")
    if not file.filename:
        raise Refused("bad-file", "Choose a file first.")
    asked = {"kind": "import", "what": what, "file_name": file.filename, "dry_run": bool(dry_run)}
    return _begun(desk, asked, file.file.read())


@form(router, "/work/returns", needs="return.prepare")
def begin_return(
    desk: AtFormDesk,
    return_kind: Annotated[str, Form(max_length=80)] = "",
    period: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Have a return prepared."""
    return _begun(desk, {"kind": "return", "return_kind": return_kind, "period": period.strip()})


@form(router, "/work/verifications", needs="audit.read")
def begin_verification(desk: AtFormDesk) -> Response:
    """Have the log verified."""
    return _begun(desk, {"kind": "verification"})


@form(router, "/work/packs", needs="evidence.export")
def begin_pack(
    desk: AtFormDesk,
    of: Annotated[str, Form(max_length=40)] = "",
    as_at: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Have an evidence pack made."""
    return _begun(desk, {"kind": "pack", "of": of.strip().upper(), "as_at": as_at.strip()})


@form(router, "/work/rebuilds", needs="view.rebuild")
def begin_rebuild(desk: AtFormDesk, view: Annotated[str, Form(max_length=80)] = "") -> Response:
    """Have a view made again from the log."""
    return _begun(desk, {"kind": "rebuild", "view": view})


@form(router, "/work/{work}/cancellation", needs="council.read")
def cancel_form(work: int, desk: AtFormDesk) -> Response:
    """Cancel work that waits or runs."""
    cancel_work(work=work, desk=desk)
    return RedirectResponse(f"/work/{work}", status_code=303)


@form(router, "/work/{work}/restart", needs="council.read")
def restart_form(work: int, desk: AtFormDesk) -> Response:
    """Begin work again that was not done."""
    restart_work(work=work, desk=desk)
    return RedirectResponse(f"/work/{work}", status_code=303)
