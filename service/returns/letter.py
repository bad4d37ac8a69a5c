"""The letter that a return is handed over with."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from domain.kernel import pounds_text
from projections.reporting import ReturnRow
from projections.returns import Indicator, Unit, shape_of
from service.writing import Block, Heading, Paper, Paragraph, Strong, Table


def letter(row: ReturnRow, totals: Mapping[str, str]) -> Paper:
    """The covering letter of a return, with England's totals: a draft until it is certified."""
    shape = shape_of(row.kind)
    on = row.submitted_on or row.prepared_on
    blocks: list[Block] = [
        _said(
            f"This return covers {_day(row.first_day)} to {_day(row.last_day)}. Its figures are"
            f" taken from the Board's record as at position {row.at_position} of its log, and can"
            " be made from it again at any time."
        ),
        Table(
            "Totals for England",
            ("Figure", "Total"),
            tuple(
                ((i.label,), (shown(i, totals[i.name]),))
                for i in shape.indicators
                if i.name in totals
            ),
            numeric=(1,),
        ),
    ]
    if row.suppressed:
        blocks.append(
            _said(
                f"{row.suppressed} of its {row.figures} figures are not shown: they count fewer"
                " than five people, or would reveal one that does."
            )
        )
    if row.prepared_because:
        blocks.append(_said(f"Why it was prepared: {row.prepared_because.rstrip('.')}."))
    foot = (
        f"The SHA-256 of the list of its files is {row.sha256}. The manifest has each file's own;"
        " the checkpoint is the signed state of the log that covers this return."
    )
    return Paper(
        title=f"{shape.title}, {row.period} ({row.dfe_return})",
        blocks=(*blocks, Heading("Certification"), *_certified(row)),
        made_at=datetime.combine(on, time(), UTC),
        on=on,
        kind="Covering letter to the Department for Education",
        foot=(foot,),
    )


def _said(text: str) -> Paragraph:
    return Paragraph((text,))


def _certified(row: ReturnRow) -> list[Block]:
    if not (row.submitted_by and row.submitted_on):
        return [Paragraph((Strong("This is a draft: the return has not been certified."),))]
    certified = _said(
        f"Certified by {row.submitted_by} on {_day(row.submitted_on)}; prepared by"
        f" {row.prepared_by}, reviewed by {row.reviewed_by}."
    )
    return [_said(row.statement), certified] if row.statement else [certified]


def shown(indicator: Indicator, value: str) -> str:
    """A figure as the letter has it."""
    if value == "c":
        return "not shown"
    if indicator.unit == Unit.PENCE:
        return pounds_text(int(Decimal(value) * 100))
    return f"{Decimal(value):,}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
