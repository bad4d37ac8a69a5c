"""What the offer of a grant and its determination say, by the rules that the grant is run by."""

from datetime import date
from typing import NamedTuple

from domain.funding import GrantClass
from domain.kernel import year_bounds
from domain.sentences import counted, day_text
from projections.funding import GrantRow
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
from service.writing import Block, Bullets, Heading, Paper, Paragraph, Runs, Strong, Table, runs


class Offered(NamedTuple):
    """A grant as it was offered: all that its letters are written from."""

    amounts: Amounts
    council: str
    """The council's name then."""
    accept_by: date
    paper: Paper
    """A paper that carries the moment and what it was made from, and says nothing yet."""


def offer_letter(offered: Offered) -> Paper:
    """The offer: what for, how much, when, on which conditions, and how it is accepted."""
    row, amounts = offered.amounts.row, offered.amounts
    blocks: list[Block] = [
        to_the_council(offered.council),
        Paragraph(
            runs(
                f"The {BOARD} offers the council a grant of ",
                Strong(amounts.pounds(row.amount_pence, "amount_pence")),
                f" ({in_words(row.amount_pence)}) for the financial year {row.year}.",
            ),
            "1",
        ),
        Heading("What the grant is for"),
        plain(row.purpose, "2"),
        plain(_power(row), "3"),
        plain(_ring(row), "4"),
        Heading("When it is paid"),
        plain(
            f"It is paid in {counted(len(row.instalments), 'instalment')}. Each is paid on or"
            " after its date, once its conditions are met, the payee has been checked and the"
            " offer is accepted.",
            "5",
        ),
        schedule("Instalments", amounts),
        Heading("Conditions"),
        *_conditions(row, "6"),
        Heading("Use, reporting and repayment"),
        plain(f"The money is spent on the purpose above by {_last_day(row)}.", "7"),
        plain(
            "The council reports what it has spent and what that achieved, certified by its chief"
            " finance officer, whenever the Board asks.",
            "8",
        ),
        plain("The Board may demand back what it has paid, and never more than that:", "9"),
        Bullets(
            (
                ("money that was not spent, or not on the purpose above,",),
                ("money that was paid in error or on information that was wrong, and",),
                ("money whose conditions turn out not to be met.",),
            )
        ),
        plain(
            "Payment may be suspended while a question about the grant is open; the council is told"
            " why.",
            "10",
        ),
        Heading("How to accept"),
        Paragraph(
            runs(
                "The offer is open until ",
                Strong(day_text(offered.accept_by)),
                " and lapses after that day. It is accepted for the council by an officer with"
                " authority to do so, who gives their office.",
            ),
            "11",
        ),
        signature(row),
    ]
    return offered.paper._replace(
        title=f"Offer of grant {row.grant}: {offered.council}",
        kind=f"Offer letter {row.determination_letter}, {day_text(offered.paper.on)}",
        blocks=tuple(blocks),
    )


def determination(offered: Offered) -> Paper:
    """The determination of a section 31 grant: power, purpose, amount, consent and conditions."""
    row, amounts = offered.amounts.row, offered.amounts
    blocks: list[Block] = [
        Heading("Citation"),
        plain(
            f"This determination may be cited as the {BOARD} grant determination {row.year},"
            f" number {row.determination_number}.",
            "1",
        ),
        Heading("Power"),
        plain(
            f"It is made under section 31 of the Local Government Act 2003 (on record as"
            f" {row.legal_power}), by which a grant may be paid to a local authority in England"
            " towards expenditure that it has incurred or will incur.",
            "2",
        ),
        Heading("Purpose"),
        plain(row.purpose, "3"),
        Heading("Authority and amount"),
        Paragraph(
            runs(
                f"The grant to be paid to {offered.council} for {row.year} is ",
                Strong(amounts.pounds(row.amount_pence, "amount_pence")),
                f" ({in_words(row.amount_pence)}). It was arrived at thus: {row.amount_basis}",
            ),
            "4",
        ),
        schedule("Instalments", amounts),
        plain(_ring(row), "5"),
        Heading("Consent of the Treasury"),
        plain(
            f"The consent of the Treasury was given as {row.treasury_consent}."
            if row.treasury_consent
            else "No consent of the Treasury is on record for this determination.",
            "6",
        ),
        Heading("Conditions"),
        *_conditions(row, "7"),
        Heading("Decision"),
        Paragraph(_decided(amounts), "8"),
        signature(row),
    ]
    if row.allocations_annexed:
        annex = Table(
            "Annex A: the allocation",
            ("Authority", "DfE number", "Amount"),
            (
                (
                    (offered.council,),
                    (row.council,),
                    (amounts.pounds(row.amount_pence, "amount_pence"),),
                ),
            ),
            (2,),
            (1,),
        )
        blocks.append(annex)
    return offered.paper._replace(
        title=f"Grant determination {row.determination_number}: {offered.council}",
        kind=f"Section 31 grant determination, {day_text(offered.paper.on)}",
        blocks=tuple(blocks),
    )


# --- Of these two alone ---------------------------------------------------------------------


def _last_day(row: GrantRow) -> str:
    return day_text(year_bounds(row.year)[1])


def _power(row: GrantRow) -> str:
    kind = {
        GrantClass.SECTION_31: "a grant under section 31 of the Local Government Act 2003",
        GrantClass.GENERAL: "a general grant",
        GrantClass.FORMULA: "a formula grant",
        GrantClass.GRANT_IN_AID: "grant in aid",
    }[row.grant_class]
    return (
        f"It is {kind}. The power on record is {row.legal_power}; the determination is number"
        f" {row.determination_number}; the money is from the Board's heading for"
        f" {row.heading.replace('-', ' ')}."
    )


def _ring(row: GrantRow) -> str:
    if row.ring_fenced:
        return "The grant is ring-fenced: it is spent on nothing but this purpose."
    return "The grant is not ring-fenced."


def _conditions(row: GrantRow, number: str) -> list[Block]:
    return conditions(number, [(each.number, each.text) for each in row.conditions])


def _decided(amounts: Amounts) -> Runs:
    row = amounts.row
    if row.authority is None or row.approved_on is None:
        raise ValueError(f"{row.grant} was offered and never approved")
    held = authority(row.authority, amounts, "authority")
    return runs(f"The grant was approved on {day_text(row.approved_on)} ", *held, ".")
