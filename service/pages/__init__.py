"""The web pages: the same readings as the API's, rendered on the server."""

from fastapi import APIRouter

from service.pages import (
    board,
    challenges,
    exports,
    forms,
    insight,
    money,
    people,
    persons,
    practice,
    programme,
    regions,
    sign_in,
    trail,
)

router = APIRouter(include_in_schema=False)
for part in (
    sign_in,
    board,
    challenges,
    money,
    people,
    persons,
    regions,
    insight,
    practice,
    programme,
    exports,
    trail,
    forms,
):
    router.include_router(part.router)
