"""What a letter of variation says: what changes of an accepted grant, from when, and what stays."""

from typing import NamedTuple

from domain.funding import Instalment
from domain.kernel import pounds_text
from domain.sentences import counted, day_text
from projections.funding import ConditionStands, GrantRow, Variation
from service.funding.amounts import in_words
from service.funding.letters.terms import (
    BOARD,
    authority,
    conditions,
    plain,
    schedule,
    signature,
    to_the_council,
)
from service.writing import Block, Heading, Paper, Paragraph, Strong, Table, runs


class Varied(NamedTuple):
    """A grant before and after it was varied: all that the letter is written from."""

    variation: Variation
    before: GrantRow
    after: GrantRow
    council: str
    """The council's name then."""
    why: str
    paper: Paper
    """A paper that carries the moment and what it was made from, and says nothing yet."""


def variation_letter(varied: Varied) -> Paper:
    """The variation: what changes and why, before and after, the conditions, and what stays."""
    variation, before, after = varied.variation, varied.before, varied.after
    day = day_text(variation.varied_on)
    blocks: list[Block] = [
        to_the_council(varied.council),
        Paragraph(
            runs(
                f"The {BOARD} varies grant {after.grant} for the financial year {after.year} from ",
                Strong(day),
                f". {_amount(variation)}",
            ),
            "1",
        ),
        plain(f"The reason on record is: {varied.why}", "2"),
        plain(f"The variation was approved on {day} {authority(variation.authority)}.", "3"),
        Heading("What changes"),
        _figures(before, after, day),
        Heading("When it is paid"),
        plain(
            (
                f"What was paid by then, {pounds_text(before.paid_pence)} in"
                f" {counted(len(before.state.payments), 'instalment')}, stands."
                if before.paid_pence
                else "Nothing was paid by then."
            )
            + " What was still to be paid is replaced:",
            "4",
        ),
        schedule(
            "Instalments before",
            before.instalments,
            [_stands(before, each, "replaced") for each in before.instalments],
        ),
        schedule(
            f"Instalments from {day}",
            after.instalments,
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
        plain(_asked(after), "8"),
        signature(after),
    ]
    return varied.paper._replace(
        title=f"Variation {variation.number} of grant {after.grant}: {varied.council}",
        kind=f"Letter of variation to offer letter {after.determination_letter}, {day}",
        blocks=tuple(blocks),
    )


def _amount(variation: Variation) -> str:
    now, change = variation.amount_pence, variation.amount_pence - variation.was_pence
    told = f"{pounds_text(now)} ({in_words(now)})"
    if not change:
        return f"The grant stays {told}; when it is paid changes."
    way = "more" if change > 0 else "less"
    return (
        f"The grant is now {told}. It was {pounds_text(variation.was_pence)}: that is"
        f" {pounds_text(abs(change))} {way}."
    )


def _figures(before: GrantRow, after: GrantRow, day: str) -> Table:
    def row(what: str, *values: str) -> tuple[tuple[str], ...]:
        return ((what,), *((value,) for value in values))

    def left(grant: GrantRow) -> list[Instalment]:
        return [each for each in grant.instalments if each.number not in grant.state.payments]

    def to_pay(grant: GrantRow) -> str:
        return pounds_text(sum(each.amount_pence for each in left(grant)))

    def last(grant: GrantRow) -> str:
        return day_text(max(each.due_on for each in grant.instalments))

    return Table(
        "The grant before and after",
        ("What", "Before", f"From {day}"),
        (
            row("Amount", pounds_text(before.amount_pence), pounds_text(after.amount_pence)),
            row("Paid by then", pounds_text(before.paid_pence), pounds_text(after.paid_pence)),
            row("Still to be paid", to_pay(before), to_pay(after)),
            row("Instalments still to be paid", str(len(left(before))), str(len(left(after)))),
            row("Last instalment", last(before), last(after)),
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


def _asked(after: GrantRow) -> str:
    if after.accepted_pence == after.amount_pence:
        return "The council need do nothing: the grant stays accepted as it now stands."
    return (
        f"The council accepted {pounds_text(after.accepted_pence)}. Before more than that is paid,"
        " an officer with authority to do so accepts the grant as it now stands, and gives their"
        " office."
    )
