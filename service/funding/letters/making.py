"""The letters of a grant over HTTP, each written from the record as at the event that it tells of.

So a letter is the same for ever, byte for byte, whatever happens to the grant afterwards; an offer
that is made again has a letter of its own, and the former is found as at its day. A variation of
what the council had accepted has a letter each; one before that is told by the next offer.
"""

import functools
from collections.abc import Callable
from datetime import UTC, date
from typing import Annotated, NamedTuple, TypeAlias

from fastapi import Path, Query, Response

from domain.funding import GrantClass
from domain.kernel import GrantRef, Refused
from projections.audit import JournalRow
from projections.councils import CouncilRow
from projections.funding import GrantRow, Variation
from service.challenges.looking import Whole
from service.desk import Reader, Reading, query, router_for
from service.funding.letters.terms import Amounts
from service.funding.letters.varying import Varied, variation_letter
from service.funding.letters.wording import Offered, determination, offer_letter
from service.proof.covering import covering
from service.writing import Paper, form_named

router = router_for("funding")

LetterName: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^(offer|determination|variation-[1-9]\d{0,3})$",
        description="offer, determination, or variation-1 and on",
    ),
]
"""Which letter of a grant."""


class Then(NamedTuple):
    """The moment of a letter's event, seen past its reader's scope, and the paper to write."""

    look: Whole
    before: Whole
    event: JournalRow
    paper: Paper
    seen: bool
    """Whether the letter's reader sees the grant as it was then."""

    def of(self, grant: str) -> Amounts:
        """The grant with the event."""
        return self._as_at(self.look, grant)

    def of_before(self, grant: str) -> Amounts:
        """The grant before the event."""
        return self._as_at(self.before, grant)

    def _as_at(self, look: Whole, grant: str) -> Amounts:
        return Amounts(look.item(GrantRow, grant), look.moment.position if self.seen else None)


class Letter(NamedTuple):
    """A letter that a grant has: its part of the address, and what is told of it."""

    name: str
    title: str
    number: str
    """Its number, as letters are cited."""
    on: date
    position: int
    """Of the event that it tells of."""
    moment: str
    """What that event was, in words."""
    write: Callable[[GrantRow, Then], Paper]


def letters_of(row: GrantRow) -> list[Letter]:
    """The letters that a grant has, the first first: none before it is offered."""
    if row.offer_position is None or row.offered_on is None or row.determination_letter is None:
        return []
    number, on, position = row.determination_letter, row.offered_on, row.offer_position
    offered = (on, position, "the offer was made")
    found = [Letter("offer", "Offer letter", number, *offered, _offer)]
    if row.grant_class == GrantClass.SECTION_31:
        title = "Section 31 grant determination"
        found.append(Letter("determination", title, row.determination_number, *offered, _determine))
    return found + [
        Letter(
            f"variation-{each.number}",
            f"Letter of variation {each.number}",
            f"{each.number} to {number}",
            each.varied_on,
            each.position,
            "the grant was varied",
            functools.partial(_vary, each),
        )
        for each in row.variations
        if each.accepted
    ]


def letter_of(reading: Reader, grant: str, name: str) -> Paper:
    """A letter of a grant. Raises Refused ``no-letter`` for one that was not written by then."""
    now = reading.item(GrantRow, grant)
    for letter in letters_of(now):
        if letter.name == name:
            return letter.write(now, _then(reading, grant, letter))
    raise Refused(
        "no-letter",
        f"{grant} has no such letter: the offer letter is written once it is offered, the"
        " determination for section 31 grants alone, and a letter of variation once what the"
        " council accepted is varied.",
        status=now.status,
        grant_class=now.grant_class.value,
        variations=len(now.variations),
    )


def _then(reading: Reader, grant: str, letter: Letter) -> Then:
    """The moment of a letter's event, whoever the grant's council is now."""
    look, before = (
        Whole(reading.installation, reading.person, as_at=str(position))
        for position in (letter.position, letter.position - 1)
    )
    event = look.item(JournalRow, str(letter.position))
    made = (
        f"Written from the record as at position {letter.position:,} of the Board's log, when"
        f" {letter.moment}, and the same whenever it is written again. The signed checkpoint of the"
        " log that covers it:"
    )
    signed = str(covering(reading.installation, letter.position)).splitlines()
    foot = (made, *filter(None, signed))
    recorded = event.recorded_at.astimezone(UTC)
    paper = Paper(title="", blocks=(), made_at=recorded, on=event.effective_on, foot=foot)
    seen = bool(reading.at(str(letter.position)).rows(GrantRow, [grant]))
    return Then(look, before, event, paper, seen)


def _council(row: GrantRow, then: Then) -> str:
    return then.look.item(CouncilRow, f"COUNCIL-{row.council}").name


def _offered(now: GrantRow, then: Then) -> Offered:
    amounts = then.of(now.grant)
    row = amounts.row
    if row.accept_by is None:
        raise TypeError(f"the offer of {now.grant} at position {now.offer_position} has no dates")
    return Offered(amounts, _council(row, then), row.accept_by, then.paper)


def _offer(now: GrantRow, then: Then) -> Paper:
    return offer_letter(_offered(now, then))


def _determine(now: GrantRow, then: Then) -> Paper:
    return determination(_offered(now, then))


def _vary(variation: Variation, now: GrantRow, then: Then) -> Paper:
    before, after = then.of_before(now.grant), then.of(now.grant)
    why = then.event.reason or ""
    return variation_letter(
        Varied(variation, before, after, _council(after.row, then), why, then.paper)
    )


@query(router, "/grants/{grant}/letters/{letter}", needs="grant.read", response_class=Response)
def write_letter(
    grant: GrantRef,
    letter: LetterName,
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
