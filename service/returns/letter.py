"""The letter that a return is handed over with."""

import textwrap
from collections.abc import Mapping
from decimal import Decimal

from domain.kernel import pounds_text
from projections.reporting import ReturnRow
from projections.returns import Indicator, Unit, shape_of

WIDTH = 78


def letter(row: ReturnRow, totals: Mapping[str, str]) -> bytes:
    """The covering letter of a return, with England's totals: a draft until it is certified."""
    shape = shape_of(row.kind)
    covers = (
        f"This return covers {row.first_day.isoformat()} to {row.last_day.isoformat()}. Its"
        f" figures are taken from the Board's record as at position {row.at_position} of its log,"
        " and can be made from it again at any time."
    )
    paragraphs = [
        f"{shape.title}, {row.period} ({row.dfe_return})",
        covers,
        "For England:",
        "\n".join(_total(i, totals[i.name]) for i in shape.indicators if i.name in totals),
    ]
    if row.suppressed:
        paragraphs.append(
            f"{row.suppressed} of its {row.figures} figures are not shown: they count fewer than"
            " five people, or would reveal one that does."
        )
    if row.prepared_because:
        paragraphs.append(f"Why it was prepared: {row.prepared_because}.".replace("..", "."))
    paragraphs.append(
        f"The SHA-256 of the list of its files is {row.sha256}. The manifest has each file's own;"
        " the checkpoint is the signed state of the log that covers this return."
    )
    if row.submitted_by and row.submitted_on:
        paragraphs.append(row.statement or "")
        paragraphs.append(
            f"Certified by {row.submitted_by} on {row.submitted_on.isoformat()}; prepared by"
            f" {row.prepared_by}, reviewed by {row.reviewed_by}."
        )
    else:
        paragraphs.append("This is a draft: the return has not been certified.")
    wrapped = (p if "\n" in p else textwrap.fill(p, WIDTH) for p in paragraphs)
    head = "Children's Improvement Board\nTo the Department for Education"
    return ("\n\n".join([head, *wrapped]) + "\n").encode()


def _total(indicator: Indicator, value: str) -> str:
    """A figure with dots up to it, as in a list that is read along the line."""
    label, shown = indicator.label, value
    if value == "c":
        shown = "not shown"
    elif indicator.unit == Unit.PENCE:
        shown = pounds_text(int(Decimal(value) * 100))
    return f"  {label} {'.' * max(WIDTH - 6 - len(label) - len(shown), 2)} {shown}"
