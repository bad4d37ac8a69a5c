"""One's drafts: what was begun and not sent yet."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from domain.kernel import Refused
from service import drafts
from service.desk import AtFormDesk, form, page
from service.desk.reading import Reading
from service.pages.forms.sheet import doc_of, route_named, sheet_of
from service.pages.render import render

router = APIRouter()


@page(router, "/drafts", needs="council.read")
def draft_list(request: Request, reading: Reading) -> Response:
    """The reader's own drafts; nobody is shown anybody else's."""
    found = []
    for draft in drafts.drafts(reading.installation, reading.user.user):
        try:
            title = doc_of(route_named(draft.form))[0]
        except Refused:  # Of a form that an earlier version of the service had.
            continue
        sheet = sheet_of(draft.form, draft.subjects, draft.key)
        found.append((draft, title, [value for _, value in sheet.about(reading)]))
    return render(
        request,
        "forms/drafts.html",
        reading=reading,
        drafts=found,
        days=drafts.KEPT_FOR.days,
    )


@form(router, "/drafts/{key}/removal", needs="council.read")
def remove_draft(key: str, desk: AtFormDesk) -> Response:
    """Remove a draft of one's own."""
    drafts.remove(desk.installation, desk.user.user, key)
    return RedirectResponse("/drafts", status_code=303)
