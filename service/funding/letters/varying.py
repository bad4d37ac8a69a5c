"""What a letter of variation says: what changes of an accepted grant, from when, and what stays."""

from collections.abc import Callable
from typing import NamedTuple

from domain.funding import Instalment
from domain.kernel import pounds_text
from domain.sentences import counted, day_text
from projections.funding import ConditionStands, GrantRow, Variation
from service.figures import asking
from service.funding.amounts import in_words
from service.funding.letters.terms import (
    BOARD,
    Amounts,
    authority,
    conditions,
    plain,
    schedule,
    signature,
    to_the_council,
)
from service.writing import Block, Heading, Paper, Paragraph, Runs, Strong, Table, runs


class Varied(NamedTuple):
    """A grant before and after it was varied: all that the letter is written from."""

    variation: Variation
    before: Amounts
    after: Amounts
    council: str
    """The council's name then."""
    why: str
    paper: Paper
    """A paper that carries the moment and what it was made from, and says nothing yet."""


def variation_letter(varied: Varied) -> Paper:
    """The variation: what changes and why, before and after, the conditions, and what stays."""
    variation, before, after = varied.variation, varied.before.row, varied.after.row
    held = authority(variation.authority, varied.after, f"variations[{variation.number}].authority")
    day = day_text(variation.varied_on)
    blocks: list[Block] = [
        to_the_council(varied.council),
        Paragraph(
            runs(
                f"The {BOARD} varies grant {after.grant} for the financial year {after.year} from ",
                Strong(day),
                ". ",
                *_amount(variation, varied.after),
            ),
            "1",
        ),
        plain(f"The reason on record is: {varied.why}", "2"),
        Paragraph(runs(f"The variation was approved on {day} ", *held, "."), "3"),
        Heading("What changes"),
        _figures(varied.before, varied.after, day),
        Heading("When it is paid"),
        Paragraph(
            runs(*_paid(varied.before), " What was still to be paid is replaced:"),
            "4",
        ),
        schedule(
            "Instalments before",
            varied.before,
            [_stands(before, each, "replaced") for each in before.instalments],
        ),
        schedule(
            f"Instalments from {day}",
            varied.after,
            [_stands(after, each, "to be paid") for each in after.instalments],
        ),
        plain(
            "Each is paid on or after its date, once its conditions are met"
            + (
                ". Payment of the grant is suspended at present, and the dates wait for that too."
                if after.suspended
                else "."
            ),
            "5",
        ),
        Heading("Conditions"),
        *conditions("6", [(each.number, _condition(each)) for each in after.conditions]),
        Heading("What stays, and what the council does"),
        plain(
            f"Everything else stays as offer letter {after.determination_letter} of"
            f" {day_text(after.offered_on) if after.offered_on else 'the offer'} has it: what the"
            " grant is for, its use, reporting and repayment.",
            "7",
        ),
        Paragraph(_asked(varied.after), "8"),
        signature(after),
    ]
    return varied.paper._replace(
        title=f"Variation {variation.number} of grant {after.grant}: {varied.council}",
        kind=f"Letter of variation to offer letter {after.determination_letter}, {day}",
        blocks=tuple(blocks),
    )


def _amount(variation: Variation, after: Amounts) -> Runs:
    now, was = variation.amount_pence, variation.was_pence
    fields = [f"variations[{variation.number}].{name}" for name in ("amount_pence", "was_pence")]
    told = (after.pounds(now, fields[0]), f" ({in_words(now)})")
    if now == was:
        return ("The grant stays ", *told, "; when it is paid changes.")
    more, less = map(after.of, fields if now > was else reversed(fields))
    change = after.told(pounds_text(abs(now - was)), asking.made("less", more, less))
    return (
        *("The grant is now ", *told, ". It was "),
        *(after.pounds(was, fields[1]), ": that is "),
        *(change, " more." if now > was else " less."),
    )


def _paid(before: Amounts) -> Runs:
    paid, instalments = before.row.paid_pence, len(before.row.state.payments)
    if not paid:
        return ("Nothing was paid by then.",)
    told = before.pounds(paid, "paid_pence")
    return ("What was paid by then, ", told, f" in {counted(instalments, 'instalment')}, stands.")


def _figures(before: Amounts, after: Amounts, day: str) -> Table:
    def row(what: str, told: Callable[[Amounts], str]) -> tuple[tuple[str], ...]:
        return ((what,), (told(before),), (told(after),))

    def last(grant: Amounts) -> str:
        return day_text(max(each.due_on for each in grant.row.instalments))

    def pounds(field: str) -> Callable[[Amounts], str]:
        return lambda grant: grant.pounds(getattr(grant.row, field), field)

    return Table(
        "The grant before and after",
        ("What", "Before", f"From {day}"),
        (
            row("Amount", pounds("amount_pence")),
            row("Paid by then", pounds("paid_pence")),
            row("Still to be paid", pounds("unpaid_pence")),
            row(
                "Instalments still to be paid",
                lambda grant: grant.told(str(len(grant.row.unpaid)), grant.of("unpaid")),
            ),
            row("Last instalment", last),
        ),
        (1, 2),
    )


def _stands(grant: GrantRow, instalment: Instalment, unpaid: str) -> str:
    if instalment.number not in grant.state.payments:
        return unpaid
    paid = next(
        payment
        for payment in grant.payments
        if payment.instalment == instalment.number and payment.reversed_on is None
    )
    return f"paid {day_text(paid.paid_on)}"


def _condition(condition: ConditionStands) -> str:
    if condition.settled_on is None:
        return f"{condition.text} (still to be met)"
    return f"{condition.text} ({condition.state} {day_text(condition.settled_on)})"


def _asked(after: Amounts) -> Runs:
    accepted = after.row.accepted_pence
    if accepted == after.row.amount_pence:
        return ("The council need do nothing: the grant stays accepted as it now stands.",)
    return runs(
        "The council accepted ",
        after.pounds(accepted, "accepted_pence"),
        ". Before more than that is paid, an officer with authority to do so accepts the grant as"
        " it now stands, and gives their office.",
    )
