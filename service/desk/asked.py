"""The look at the record that a request asks for."""

from typing import Annotated

from fastapi import Depends, Query, Response

from service.desk.reading import PAGE, Reader
from service.identity import SignedIn
from service.installation import TheInstallation


def a_reader(
    response: Response,
    installation: TheInstallation,
    person: SignedIn,
    as_at: Annotated[
        str | None,
        Query(
            max_length=40,
            description="Date, date-time, log position, or position@date it is seen from",
        ),
    ] = None,
    after: Annotated[
        int | None, Query(ge=0, le=2**62, description="Wait until the views are here")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    sort: Annotated[str | None, Query(max_length=60, pattern=r"^-?[a-z_]+$")] = None,
) -> Reader:
    """The reading that a request asks for."""
    return Reader(
        installation,
        person,
        response,
        as_at=as_at,
        after=after,
        limit=limit,
        cursor=cursor,
        sort=sort,
    )


Reading = Annotated[Reader, Depends(a_reader)]
