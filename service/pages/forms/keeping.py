"""What one can do, and one's drafts: what was begun and not sent yet."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from domain.kernel import Refused
from service import drafts
from service.desk import AtFormDesk, Router, Routes, form, page
from service.desk.asked import Reading
from service.pages.forms.sheet import has_form, route_named, sheet_of
from service.pages.render import render, words

router = Router()

_AREAS = {
    "me": "Notices to you",
    "persons": "People's data",
    "self-assessments": "Self-assessments",
    "watch-list": "What you watch",
}
"""What commands are about, where their address doesn't say it in the board's words."""


@page(router, "/do", needs="council.read")
def everything(request: Request, reading: Reading) -> Response:
    """Every form that the reader's roles allow, by what it is about."""
    found: dict[str, list[tuple[str, str]]] = {}
    for route in Routes.commands:
        if reading.sees(route.needs) and has_form(route):
            area = route.path.removeprefix("/api/v1/").partition("/")[0]
            area = _AREAS.get(area) or words(area)
            found.setdefault(area, []).append((f"/do/{route.name}", route.does))
    return render(request, "forms/everything.html", reading=reading, areas=sorted(found.items()))


@page(router, "/drafts", needs="council.read")
def draft_list(request: Request, reading: Reading) -> Response:
    """The reader's own drafts; nobody is shown anybody else's."""
    found = []
    for draft in drafts.drafts(reading.installation, reading.user.user):
        try:
            title = route_named(draft.form).does
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
