"""Peer challenges, the days that directors give and the supply of member peers over HTTP."""

from fastapi import APIRouter

from service.challenges import challenges, giving, reading

__all__ = ["router"]

router = APIRouter()
for part in (giving, reading, challenges):
    router.include_router(part.router)
