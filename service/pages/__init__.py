"""The web pages: the same readings as the API's, rendered on the server."""

from fastapi import APIRouter

from service.pages import (
    board,
    case,
    challenges,
    comparing,
    documents,
    executive,
    exports,
    forms,
    grant,
    insight,
    money,
    people,
    persons,
    practice,
    programme,
    regions,
    replay,
    returns,
    sign_in,
    trail,
)

router = APIRouter(include_in_schema=False)
for part in (
    sign_in,
    board,
    case,
    documents,
    challenges,
    money,
    grant,
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
    forms,
):
    router.include_router(part.router)
