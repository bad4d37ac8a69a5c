"""A case's documents and notes, looked at and read."""

from typing import NamedTuple

from fastapi import Request
from fastapi.responses import Response

from domain.kernel import Refused, Sha256
from projections.interventions import CasePage
from service.desk import Reading, Router, page, query
from service.desk.beside import document, kept_document
from service.interventions import document_of, read_note
from service.noting import notes_read
from service.pages.case import case_part

router = Router()


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
    row = reading.item(CasePage, case)
    return case_part(request, reading, row, "documents", reads=notes_read(reading, row))


@page(router, "/cases/{case}/documents/{sha256}", needs="document.read")
def document_page(request: Request, case: str, sha256: Sha256, reading: Reading) -> Response:
    """A document: who attached it, its hash, and what a browser can show of it."""
    row = reading.item(CasePage, case)
    named = document_of(row, sha256)
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
    document_of(reading.item(CasePage, case), sha256)
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
