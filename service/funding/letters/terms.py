"""What the letters of a grant have in common."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.funding import Instalment
from domain.interventions import Authority
from domain.kernel import pounds_text
from domain.sentences import day_text
from projections.funding import GrantRow
from service.figures import asking
from service.figures.told import Told
from service.writing import Block, Bullets, Paragraph, Runs, Table, runs

BOARD = "Children's Improvement Board"


class Amounts(NamedTuple):
    """A grant as at a position of the log, whose amounts open up as they were then."""

    row: GrantRow
    position: int | None
    """None where the letter's reader saw nothing of the grant then, and no amount opens."""

    def of(self, path: str) -> str:
        """What a field of the grant is."""
        return asking.field("grant-row", self.row.grant, path)

    def told(self, text: str, of: str) -> str:
        """A figure by what it is."""
        return text if self.position is None else Told(text, of, self.position)

    def pounds(self, pence: int, path: str) -> str:
        """An amount that a field of the grant holds."""
        return self.told(pounds_text(pence), self.of(path))

    def instalment(self, each: Instalment) -> str:
        """The amount of an instalment."""
        return self.pounds(each.amount_pence, f"instalments[{each.number}].amount_pence")


def plain(text: str, number: str = "") -> Paragraph:
    """A paragraph of words alone."""
    return Paragraph(runs(text), number)


def to_the_council(council: str) -> Paragraph:
    """Whom a letter is to."""
    return plain(f"To {council}, for the attention of its chief finance officer")


def signature(row: GrantRow) -> Paragraph:
    """Who answers for a letter: an office."""
    return plain(f"{row.senior_responsible_owner}, senior responsible owner, for the {BOARD}")


def schedule(caption: str, amounts: Amounts, states: Sequence[str] | None = None) -> Table:
    """Instalments, each with its date and conditions and, if asked for, how it stands."""
    rows = [
        (
            (str(each.number),),
            (amounts.instalment(each),),
            (day_text(each.due_on),),
            (", ".join(map(str, each.conditions)) or "none",),
        )
        for each in amounts.row.instalments
    ]
    heads = ("Number", "Amount", "Date", "Conditions")
    if states is None:
        return Table(caption, heads, tuple(rows), (0, 1), (0, 3))
    told = tuple((*row, (state,)) for row, state in zip(rows, states, strict=True))
    return Table(caption, (*heads, "How it stands"), told, (0, 1), (0, 3))


def conditions(number: str, found: Iterable[tuple[int, str]]) -> list[Block]:
    """The conditions of a grant by number, or that there are none."""
    points = tuple((f"Condition {condition}: {text}",) for condition, text in found)
    if not points:
        return [plain("There are no conditions beyond the terms of this letter.", number)]
    return [
        plain("An instalment that waits for a condition is paid once that is met:", number),
        Bullets(points),
    ]


def authority(held: Authority, amounts: Amounts, path: str) -> Runs:
    """What a decision on the grant was taken on, which is a field of it."""
    if held.board_minute:
        return (f"by the Board, minute {held.board_minute}",)
    limit = amounts.pounds(held.limit_pence, f"{path}.limit_pence")
    return ("under a delegated limit of ", limit)
