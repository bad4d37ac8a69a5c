"""Pages for what went wrong."""

from urllib.parse import quote

from eventsourcing.persistence import DataError
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from service.desk import Reader
from service.identity import NotSignedIn, accounts_of, signed_in
from service.installation import Installation
from service.pages.render import render

TITLES = {
    403: "You can't do this",
    404: "Page not found",
    409: "This can't be done",
    412: "Somebody else changed this",
    422: "There is a problem",
    503: "Try again in a minute",
}


def error_page(request: Request, code: str, status: int, detail: str) -> Response:
    """A page that says what went wrong and what to do."""
    title = TITLES.get(status, "Something went wrong")
    return render(
        request,
        "error.html",
        reading=_reader(request) if status < 500 else None,
        status=status,
        as_at="",
        title=title,
        detail=detail,
        code=code,
    )


def _reader(request: Request) -> Reader | None:
    """Whoever asked, for the sections that they go on to; nobody where that can't be told."""
    installation: Installation = request.app.state.installation
    try:
        person = signed_in(request, installation, accounts_of(installation))
    except (NotSignedIn, DataError):
        return None
    return Reader(installation, person)


def to_sign_in(request: Request) -> Response:
    """The sign-in page, coming back here afterwards."""
    here = request.url.path
    if request.url.query:
        here += f"?{request.url.query}"
    return sign_in_and_go_to(here)


def sign_in_and_go_to(place: str) -> Response:
    """The sign-in page, going on to an address of our own afterwards."""
    return RedirectResponse(f"/sign-in?next={quote(place)}", status_code=303)
