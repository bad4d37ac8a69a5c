"""Replays over HTTP: a decision step by step, and the log under another rule."""

from typing import Annotated

from fastapi import Query

from domain.kernel import Refused, refuse
from projections.audit import JournalRow
from service.desk import Page, Reader, Reading, forbidden, query, router_for
from service.replay.decisions import decision_at
from service.replay.steps import Step, replay, step
from service.replay.whatif import WhatIf, changed_by, what_if

router = router_for("audit")

_KINDS = {
    "GRANT": "grant",
    "CASE": "case",
    "CONTRACT": "contract",
    "CHAL": "challenge",
    "PROG": "programme",
    "MENT": "match",
    "PEER": "peer",
    "PRACTICE": "practice",
}


def replay_of(reading: Reader, ref: str) -> list[Step]:
    """Every decision about a grant, a case or another reference.

    Raises Refused ``bad-reference`` for a kind that has no decisions of its own, ``not-found``
    where nothing is on record.
    """
    kind = _KINDS.get(ref.partition("-")[0])
    if kind is None:
        refuse(
            "bad-reference",
            f"Name a grant, a case or the like, as GRANT-0001: {ref} is of no kind that has"
            " decisions of its own.",
        )
    found = replay(reading, **{kind: ref})
    if not found:
        raise Refused("not-found", f"Nothing is on record about {ref} in your scope.")
    return found


def decision_of(reading: Reader, position: int) -> Step:
    """The decision that the event at a position came of."""
    reading.item(JournalRow, str(position))
    found = decision_at(reading.installation.store, position)
    if found is None:
        raise Refused("not-found", f"There is no event at position {position}.")
    return step(reading, found)


@query(router, "/audit/replay/{ref}", needs="audit.read")
def replay_decisions(ref: str, reading: Reading) -> Page[Step]:
    """Every decision about something, step by step, with the attempts that a rule refused."""
    return reading.page_of(replay_of(reading, ref))


@query(router, "/audit/decisions/{position}", needs="audit.read")
def show_replayed_decision(position: int, reading: Reading) -> Step:
    """The decision that an event came of, step by step."""
    return decision_of(reading, position)


@query(router, "/audit/what-if", needs="audit.read")
def show_what_if(
    reading: Reading,
    limit: Annotated[list[str], Query(description="approver=50000")] = [],  # noqa: B006
    heading: Annotated[list[str], Query(description="2025-26/contracts=900000")] = [],  # noqa: B006
    award: Annotated[list[str], Query(description="2025-26=8000000")] = [],  # noqa: B006
    waivers: bool = True,
) -> WhatIf:
    """How the whole log would have gone under another rule: nothing is written."""
    if not reading.reach.everything:
        raise forbidden("audit.read without a scope")
    return what_if(reading.installation, changed_by(limit, heading, award, waivers))
