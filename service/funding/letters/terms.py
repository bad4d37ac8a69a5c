"""What the letters of a grant have in common."""

from collections.abc import Iterable, Sequence

from domain.funding import Instalment
from domain.interventions import Authority
from domain.kernel import pounds_text
from domain.sentences import day_text
from projections.funding import GrantRow
from service.writing import Block, Bullets, Paragraph, Table, runs

BOARD = "Children's Improvement Board"


def plain(text: str, number: str = "") -> Paragraph:
    """A paragraph of words alone."""
    return Paragraph(runs(text), number)


def to_the_council(council: str) -> Paragraph:
    """Whom a letter is to."""
    return plain(f"To {council}, for the attention of its chief finance officer")


def signature(row: GrantRow) -> Paragraph:
    """Who answers for a letter: an office."""
    return plain(f"{row.senior_responsible_owner}, senior responsible owner, for the {BOARD}")


def schedule(
    caption: str, instalments: Sequence[Instalment], states: Sequence[str] | None = None
) -> Table:
    """Instalments, each with its date and conditions and, if asked for, how it stands."""
    rows = [
        (
            (str(each.number),),
            (pounds_text(each.amount_pence),),
            (day_text(each.due_on),),
            (", ".join(map(str, each.conditions)) or "none",),
        )
        for each in instalments
    ]
    heads = ("Number", "Amount", "Date", "Conditions")
    if states is None:
        return Table(caption, heads, tuple(rows), (0, 1))
    told = tuple((*row, (state,)) for row, state in zip(rows, states, strict=True))
    return Table(caption, (*heads, "How it stands"), told, (0, 1))


def conditions(number: str, found: Iterable[tuple[int, str]]) -> list[Block]:
    """The conditions of a grant by number, or that there are none."""
    points = tuple((f"Condition {condition}: {text}",) for condition, text in found)
    if not points:
        return [plain("There are no conditions beyond the terms of this letter.", number)]
    return [
        plain("An instalment that waits for a condition is paid once that is met:", number),
        Bullets(points),
    ]


def authority(held: Authority) -> str:
    """What a decision on the grant was taken on."""
    if held.board_minute:
        return f"by the Board, minute {held.board_minute}"
    return f"under a delegated limit of {pounds_text(held.limit_pence)}"
