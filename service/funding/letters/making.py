"""The letters of a grant over HTTP, each written from the record as at the offer that it makes.

So a letter is the same for ever, byte for byte, whatever happens to the grant afterwards; an offer
that is made again has a letter of its own, and the former is found as at its day.
"""

from collections.abc import Callable, Mapping
from datetime import UTC
from enum import StrEnum
from typing import Annotated, NamedTuple

from fastapi import Query, Response

from domain.funding import GrantClass
from domain.kernel import GrantRef, Refused
from projections.audit import JournalRow
from projections.councils import CouncilRow
from projections.funding import GrantRow
from service.challenges.looking import Whole
from service.desk import Reader, Reading, query, router_for
from service.funding.letters.wording import Offered, determination, offer_letter
from service.proof.covering import covering
from service.writing import Paper, form_named

router = router_for("funding")


class LetterKind(StrEnum):
    """Which letter."""

    OFFER = "offer"
    DETERMINATION = "determination"


class Letter(NamedTuple):
    """A letter: what it is called, and what writes it."""

    name: str
    write: Callable[[Offered], Paper]


LETTERS: Mapping[LetterKind, Letter] = {
    LetterKind.OFFER: Letter("Offer letter", offer_letter),
    LetterKind.DETERMINATION: Letter("Section 31 grant determination", determination),
}


def letters_of(row: GrantRow) -> list[LetterKind]:
    """The letters that a grant has: none before it is offered."""
    if row.offer_position is None:
        return []
    if row.grant_class == GrantClass.SECTION_31:
        return list(LetterKind)
    return [LetterKind.OFFER]


def letter_of(reading: Reader, grant: str, kind: LetterKind) -> Paper:
    """A letter of a grant. Raises Refused ``no-letter`` for one that was not written by then."""
    now = reading.item(GrantRow, grant)
    if kind not in letters_of(now):
        raise Refused(
            "no-letter",
            f"{grant} has no such letter: the offer letter is written once it is offered, the"
            " determination for section 31 grants alone.",
            status=now.status,
            grant_class=now.grant_class.value,
        )
    return LETTERS[kind].write(_offered(reading, now))


def _offered(reading: Reader, now: GrantRow) -> Offered:
    """A grant as at its latest offer, whoever its council is now."""
    position = now.offer_position or 0
    then = Whole(reading.installation, reading.person, as_at=str(position))
    row = then.item(GrantRow, now.grant)
    council = then.item(CouncilRow, f"COUNCIL-{row.council}")
    recorded = then.item(JournalRow, str(position)).recorded_at.astimezone(UTC)
    if row.offered_on is None or row.accept_by is None:
        raise TypeError(f"the offer of {now.grant} at position {position} has no dates")
    made = (
        f"Written from the record as at position {position:,} of the Board's log, when the offer"
        " was made, and the same whenever it is written again. The signed checkpoint of the log"
        " that covers it:"
    )
    signed = str(covering(reading.installation, position)).splitlines()
    foot = (made, *filter(None, signed))
    paper = Paper(title="", blocks=(), made_at=recorded, on=row.offered_on, foot=foot)
    return Offered(row, council.name, row.accept_by, paper)


@query(router, "/grants/{grant}/letters/{letter}", needs="grant.read", response_class=Response)
def write_letter(
    grant: GrantRef,
    letter: LetterKind,
    reading: Reading,
    form: Annotated[
        str, Query(alias="format", max_length=10, description="pdf, docx, html or md")
    ] = "pdf",
) -> Response:
    """A letter of a grant as PDF, Word, web page or Markdown: the same bytes every time."""
    given = form_named(form)
    content = given.write(letter_of(reading, grant, letter))
    name = f"{grant}-{letter}.{given.ending}".lower()
    return Response(
        content,
        media_type=given.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
