"""A case's documents and notes: attached, looked at and read."""

from typing import Annotated, NamedTuple
from uuid import uuid4

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from domain.kernel import Refused, Sha256
from projections.interventions import CasePage, Document
from service.desk import AtFormDesk, Reader, Reading, form, page, query, status_of
from service.desk.beside import document, kept_document
from service.identity import Person
from service.interventions import attach_document, read_note
from service.pages.case import case_part

router = APIRouter()


class Shown(NamedTuple):
    """A kind of file that a browser shows without running anything in it."""

    name: str
    media_type: str
    begins: bytes


SHOWN = (
    Shown("PDF", "application/pdf", b"%PDF-"),
    Shown("PNG picture", "image/png", b"\x89PNG\r\n\x1a\n"),
    Shown("JPEG picture", "image/jpeg", b"\xff\xd8\xff"),
)


def shown_as(content: bytes) -> Shown | None:
    """What a file is by its first bytes, whatever it was said to be; None for what isn't shown."""
    return next((kind for kind in SHOWN if content.startswith(kind.begins)), None)


@page(router, "/cases/{case}/documents", needs="case.read")
def case_documents(request: Request, case: str, reading: Reading) -> Response:
    """A case's documents and notes."""
    return _documents(request, reading, case)


def _documents(
    request: Request,
    reading: Reader,
    case: str,
    status: int = 200,
    typed: str = "",
    **errors: str,
) -> Response:
    return case_part(
        request,
        reading,
        reading.item(CasePage, case),
        "documents",
        status=status,
        errors=errors,
        sent_title=typed,
        form_key=str(uuid4()),
    )


@form(router, "/cases/{case}/documents", needs="case.run")
def attach_form(
    request: Request,
    case: str,
    desk: AtFormDesk,
    title: Annotated[str, Form(max_length=1000)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Attach a document, or say what to correct."""
    reading = Reader(desk.installation, Person(user=desk.user, channel="web", session=desk.session))
    reading.needs = "case.read"
    wrong = {}
    if not 0 < len(title.strip()) <= 200:
        wrong["title"] = "Write a title of at most 200 characters"
    if file is None or not file.filename:
        wrong["file"] = "Choose a file"
    if wrong or file is None:
        return _documents(request, reading, case, 422, title, **wrong)
    try:
        receipt = attach_document(case=case, title=title.strip(), file=file, desk=desk)
    except Refused as refusal:
        status = status_of(refusal.code)
        return _documents(request, reading, case, status, title, file=refusal.sentence)
    return RedirectResponse(f"/cases/{case}/documents?after={receipt.position}", status_code=303)


def _named(row: CasePage, sha256: str) -> Document:
    for each in row.documents:
        if each.sha256 == sha256:
            return each
    raise Refused("not-found", f"{row.case} has no such document.")


@page(router, "/cases/{case}/documents/{sha256}", needs="document.read")
def document_page(request: Request, case: str, sha256: Sha256, reading: Reading) -> Response:
    """A document: who attached it, its hash, and what a browser can show of it."""
    row = reading.item(CasePage, case)
    named = _named(row, sha256)
    # Its first bytes tell what it is and are shown to nobody: whoever looks is logged below.
    with reading.installation.store.datastore.get_connection() as connection:
        kept = kept_document(connection, sha256)
    shown = shown_as(kept[0]) if kept else None
    return case_part(
        request, reading, row, "documents", template="document", document=named, shown=shown
    )


@query(
    router,
    "/cases/{case}/documents/{sha256}/content",
    needs="document.read",
    include_in_schema=False,
)
def document_content(case: str, sha256: Sha256, reading: Reading) -> Response:
    """A document's bytes as its page shows them: PDF, PNG or JPEG, and nothing else."""
    _named(reading.item(CasePage, case), sha256)
    content, _ = document(reading, sha256)
    kind = shown_as(content)
    if kind is None:
        raise Refused("not-found", "This is no PDF, PNG or JPEG: download it instead.")
    # Browsers show no PDF in a sandbox: theirs is the viewer's own, and nosniff keeps it a PDF.
    sandbox = "" if kind.name == "PDF" else "; sandbox"
    return Response(
        content,
        media_type=kind.media_type,
        headers={
            "Content-Disposition": "inline",
            "Content-Security-Policy": f"default-src 'none'; frame-ancestors 'self'{sandbox}",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        },
    )


@page(router, "/cases/{case}/notes/{note}", needs="note.read")
def note_page(request: Request, case: str, note: str, reading: Reading) -> Response:
    """A note with its text, which the access log says was read."""
    row = reading.item(CasePage, case)
    found = read_note(case=case, note=note, reading=reading)
    return case_part(request, reading, row, "documents", template="note", note=found)
