"""Good practice over HTTP."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

from domain.councils import Council
from domain.kernel import Actor, CouncilCode, Refused
from domain.policy import PolicyTheme
from domain.practice import (
    Evidence,
    PracticeExample,
    PracticeRef,
    PublishPractice,
    ResubmitPractice,
    ReturnPractice,
    Status,
    SubmitPractice,
    ValidatePractice,
    WithdrawPractice,
    publish,
    resubmit,
    return_,
    submit,
    validate,
    withdraw,
)
from projections.practice import PracticeRow, PublishedPractice
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for
from service.desk.searching import Found, search

router = router_for("practice")


def example_and_actor(desk: Desk, practice: str) -> tuple[PracticeExample, Council, Actor]:
    """An example, the council whose it is, and who acts on it."""
    found = desk.find(PracticeExample(practice=practice))
    council = desk.load(Council(council=found.council))
    return found, council, desk.acting(council=found.council, region=council.region)


@command(router, "/practice", needs="practice.submit", cli="practice submit")
def submit_practice(command: SubmitPractice, desk: AtDesk) -> Receipt:
    """Submit a council's practice as an example to others."""
    council = desk.load(Council(council=command.council))
    by = desk.acting(council=command.council, region=council.region)
    found = desk.load(PracticeExample(practice=desk.next("PRACTICE")))
    return desk.record(command, submit(command, found, council, by), found, council)


@command(
    router, "/practice/{practice}/resubmission", needs="practice.submit", cli="practice resubmit"
)
def resubmit_practice(practice: PracticeRef, command: ResubmitPractice, desk: AtDesk) -> Receipt:
    """Submit a returned example again, with what it needed."""
    found, _, by = example_and_actor(desk, practice)
    return desk.record(command, resubmit(command, found, by), found)


@command(router, "/practice/{practice}/return", needs="practice.validate", cli="practice return")
def return_practice(practice: PracticeRef, command: ReturnPractice, desk: AtDesk) -> Receipt:
    """Return an example to its council with what it still needs."""
    found, _, by = example_and_actor(desk, practice)
    return desk.record(command, return_(command, found, by), found)


@command(
    router, "/practice/{practice}/validation", needs="practice.validate", cli="practice validate"
)
def validate_practice(practice: PracticeRef, command: ValidatePractice, desk: AtDesk) -> Receipt:
    """Validate an example that somebody else submitted, with its level of evidence."""
    found, _, by = example_and_actor(desk, practice)
    return desk.record(command, validate(command, found, by), found)


@command(
    router, "/practice/{practice}/publication", needs="practice.publish", cli="practice publish"
)
def publish_practice(practice: PracticeRef, command: PublishPractice, desk: AtDesk) -> Receipt:
    """Publish a validated example for everybody."""
    found, _, by = example_and_actor(desk, practice)
    return desk.record(command, publish(command, found, by), found)


@command(
    router, "/practice/{practice}/withdrawal", needs="practice.withdraw", cli="practice withdraw"
)
def withdraw_practice(practice: PracticeRef, command: WithdrawPractice, desk: AtDesk) -> Receipt:
    """Withdraw an example: it is no longer offered to others."""
    found, _, by = example_and_actor(desk, practice)
    return desk.record(command, withdraw(command, found, by), found)


# --- Reading --------------------------------------------------------------------------------


class SnippetPart(BaseModel):
    """A stretch of plain text, and whether it is one of the words that were looked for."""

    text: str
    hit: bool


class PracticeHit(BaseModel):
    """A published example, with where the words that were looked for stand in it."""

    practice: PublishedPractice
    rank: float | None = None
    snippet: list[SnippetPart] = []


def looked_for(
    reading: Reader,
    words: str,
    theme: str | None,
    level: Evidence | None,
    policy_theme: PolicyTheme | None = None,
) -> list[Found[PublishedPractice]]:
    """Published examples with these words, or every one, of a theme, a priority and a level."""
    theme = theme.strip().lower() if theme else None
    if words.strip():
        having = {"themes": theme} if theme else None
        found = search(reading, PublishedPractice, words, {"level": level}, having)
    else:
        rows = reading.all(PublishedPractice, {"level": level}, order="-published_on")
        found = [Found(row, 0.0, []) for row in rows if not theme or theme in row.themes]
    return [f for f in found if policy_theme is None or policy_theme in f.row.policy_themes]


@query(router, "/practice", needs="practice.read")
def search_practice(
    reading: Reading,
    q: Annotated[str, Query(max_length=200, description='Words, "words together", -without')] = "",
    theme: Annotated[str | None, Query(max_length=200)] = None,
    policy_theme: PolicyTheme | None = None,
    level: Evidence | None = None,
) -> Page[PracticeHit]:
    """Published examples, the best match first; without words, the latest first."""
    return reading.page_of(
        PracticeHit(
            practice=found.row,
            rank=found.rank if q.strip() else None,
            snippet=[SnippetPart(**part._asdict()) for part in found.snippet],
        )
        for found in looked_for(reading, q, theme, level, policy_theme)
    )


@query(router, "/practice/examples", needs="practice.review")
def list_examples(
    reading: Reading,
    q: Annotated[str, Query(max_length=200, description="Words to look for")] = "",
    status: Status | None = None,
    council: CouncilCode | None = None,
) -> Page[PracticeRow]:
    """Examples at every stage: all of them for the team, their own for a council."""
    where = {"status": status, "council": council}
    if q.strip():
        return reading.page_of(found.row for found in search(reading, PracticeRow, q, where))
    return reading.page(PracticeRow, where=where)


def example_of(reading: Reader, practice: str) -> PracticeRow | PublishedPractice:
    """An example as the reader may see it: at every stage for the team and for its council, as
    published for everybody else."""
    if reading.sees("practice.review"):
        try:
            return reading.under("practice.review").item(PracticeRow, practice)
        except Refused as refusal:
            if refusal.code != "not-found":
                raise
    return reading.item(PublishedPractice, practice)


def being_prepared(reading: Reader) -> list[PracticeRow]:
    """Examples that are not published yet, or no more, for those who may see them."""
    if not reading.sees("practice.review"):
        return []
    asked = reading.under("practice.review")
    rows = asked.all(PracticeRow, order="-submitted_on")
    return [row for row in rows if row.status is not Status.PUBLISHED]


@query(router, "/practice/{practice}", needs="practice.read")
def show_practice(practice: PracticeRef, reading: Reading) -> dict[str, Any]:
    """An example, as the reader may see it."""
    return example_of(reading, practice).model_dump(mode="json")
