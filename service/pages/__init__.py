"""The web pages: the same readings as the API's, rendered on the server."""

from fastapi import APIRouter

from service.pages import (
    board,
    challenges,
    comparing,
    executive,
    exports,
    forms,
    insight,
    money,
    people,
    persons,
    practice,
    programme,
    regions,
    replay,
    returns,
    search,
    sign_in,
    start,
    team,
    trail,
    watching,
    work,
)

router = APIRouter(include_in_schema=False)
for part in (
    sign_in,
    start,
    watching,
    team,
    board,
    search,
    challenges,
    money,
    people,
    persons,
    regions,
    insight,
    practice,
    programme,
    replay,
    returns,
    executive,
    exports,
    trail,
    comparing,
    work,
    forms,
):
    router.include_router(part.router)
