"""One box for everything."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from service.desk import Reading, Router, page
from service.figures.told import link_at
from service.finding.finding import find
from service.finding.routes import Q
from service.pages.render import render

router = Router()


@page(router, "/search", needs="council.read")
def search_page(request: Request, reading: Reading, q: Q = "") -> Response:
    """What was found, by kind; a reference goes straight to its page."""
    found = find(reading, q)
    if found.goes_to:
        address = link_at(found.goes_to, reading.moment.as_at)
        return RedirectResponse(address, status_code=303)
    return render(request, "search.html", reading=reading, found=found)
