"""Peer challenges, the days that directors give and the supply of member peers over HTTP."""

from service.challenges import challenges, giving, reading
from service.desk import Router

__all__ = ["router"]

router = Router()
for part in (giving, reading, challenges):
    router.include(part.router)
