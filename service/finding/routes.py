"""Search over HTTP."""

from typing import Annotated

from fastapi import Query

from service.desk import Reading, query, router_for
from service.finding.finding import Findings, find

router = router_for("search")

Q = Annotated[
    str,
    Query(max_length=200, description='A reference, or words: "words together", -without'),
]


@query(router, "/search", needs="council.read")
def search_everything(reading: Reading, q: Q = "") -> Findings:
    """What you may see that has these words, by kind and the best first, as at a moment."""
    return find(reading, q)
