"""Personal data: whose is held or erased, and what is held on somebody; users and roles."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from service.desk import Reading, Router, page
from service.lists.access import PERSONS, USERS
from service.pages.render import listed, render
from service.persons import what_is_held

router = Router()


@page(router, "/persons", needs="person.read")
def person_list(request: Request, reading: Reading, person: str = "") -> Response:
    """Legal holds and erasures; with a person, what is held on them."""
    if person.strip():
        return RedirectResponse(f"/persons/{person.strip()}", status_code=303)
    return listed(request, "persons/persons.html", reading, PERSONS)


@page(router, "/users", needs="user.read")
def user_list(request: Request, reading: Reading) -> Response:
    """Users with the roles that they hold."""
    return listed(request, "access/users.html", reading, USERS)


@page(router, "/persons/{person}", needs="person.read")
def person_page(request: Request, person: str, reading: Reading) -> Response:
    """What is held on a person, and every event that names them."""
    held = what_is_held(reading, person)
    return render(request, "persons/person.html", reading=reading, held=held)
