"""Figures over HTTP: what any of them is made of, for whoever may see it."""

from typing import Annotated

from fastapi import Query

from service.desk import Reading, query, router_for
from service.figures.asking import LONGEST
from service.opening.made import Opened, opened

router = router_for("figures")

Of = Annotated[
    str, Query(max_length=LONGEST, description="As in sum(grant-row,paid_pence,year=2025-26)")
]


@query(router, "/figures", needs="council.read")
def show_figure(reading: Reading, of: Of) -> Opened:
    """A figure with the rows, the parts or the events that it is made of."""
    return opened(reading, of)
