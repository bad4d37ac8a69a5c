"""The programme return: money by heading, region and council.

Awarded, paid and clawed back are what happened in the period; committed is what is outstanding
at its end; the forecast is what the financial year will have cost: paid in it so far, and what
is outstanding. All of it comes from the postings of the ledger, so the return and the ledger
can't disagree.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.councils import CouncilProfileRevised, CouncilRegistered
from domain.funding import (
    Account,
    ClawbackOwed,
    CommitmentReleased,
    CommitmentReserved,
    DevolutionRecalled,
    FundsRecovered,
    GrantMoneyEvent,
    GrantTransferred,
    Heading,
    Posting,
    ProgrammeCommitmentReleased,
    ProgrammeCommitmentReserved,
    ProgrammeMoneyEvent,
    ProgrammePayment,
    RegionalUnderspendReturned,
    RegionDevolved,
    RegionMoneyEvent,
    postings,
)
from domain.kernel import Record
from projections.returns.shape import Cells, Filter, Indicator, Period, Shape, Unit, add, titled

HEADING = "budget_heading"
_AWARDS = (
    CommitmentReserved,
    CommitmentReleased,
    ProgrammeCommitmentReserved,
    ProgrammeCommitmentReleased,
    RegionDevolved,
    RegionalUnderspendReturned,
    DevolutionRecalled,
)
_OUTSTANDING = (Account.COMMITMENT, Account.REGION)
_PAID = (Account.COUNCIL_PAID, Account.SUPPLIER_PAID, Account.REGION_SPENT)


class _Part(NamedTuple):
    """What a posting is to the return."""

    indicator: str
    amount: int
    stock: bool = False
    """Outstanding: it belongs to whoever has the grant now."""


def _things(record: Record) -> Iterable[str]:
    match event := record.event:
        case GrantMoneyEvent() | GrantTransferred():
            return (event.grant,)
        case ProgrammePayment() if event.council:
            return (f"payments to {event.council}",)
        case CouncilRegistered() | CouncilProfileRevised():
            return (f"payments to {event.council}",)
        case ProgrammeMoneyEvent():
            return (f"{event.purpose}",)
        case RegionDevolved() | RegionMoneyEvent():
            return (f"{event.year} {event.region}",)
    return ()


def _parts(record: Record, posting: Posting, period: Period) -> list[_Part]:
    event, amount, parts = record.event, posting.amount_pence, list[_Part]()
    inside = period.has(record)
    if posting.account in _OUTSTANDING:
        parts += [_Part("committed_sum", amount, True), _Part("forecast_sum", amount, True)]
        if inside and isinstance(event, _AWARDS):
            parts.append(_Part("awarded_sum", amount))
    elif posting.account in _PAID and not isinstance(event, ClawbackOwed):
        if inside:
            parts.append(_Part("paid_sum", amount))
        if record.effective_on >= period.year_first:
            parts.append(_Part("forecast_sum", amount))
    elif posting.account == Account.CLAWBACK_DUE and isinstance(event, FundsRecovered) and inside:
        parts.append(_Part("clawed_back_sum", -amount))
    return parts


def _adds(thing: str, records: Sequence[Record], period: Period) -> Cells:
    """What one grant, purpose, region's year or council's payments add."""
    cells: Cells = {}
    known = period.reached(records)
    region = next(
        (
            record.event.region.value
            for record in reversed(records)
            if isinstance(record.event, (CouncilRegistered, CouncilProfileRevised))
        ),
        None,
    )
    moved_to = next(
        (r.event.successor for r in reversed(known) if isinstance(r.event, GrantTransferred)), None
    )
    for record in known:
        for posting in postings(record.event):
            for part in _parts(record, posting, period):
                council = moved_to if part.stock and moved_to else posting.council
                if part.stock and isinstance(record.event, ProgrammePayment):
                    council = None  # set aside for a purpose before it is known which council
                where = (posting.region or (region if council else None), council)
                split = {HEADING: titled(posting.heading)} if posting.heading else {}
                add(cells, part.indicator, part.amount, where, split)
    return cells


def _money(name: str, label: str) -> Indicator:
    return Indicator(name, label, "Money", Unit.PENCE, (HEADING,))


SHAPE = Shape(
    title="Programme return: money by heading, region and council",
    filters=(
        Filter(
            HEADING,
            "Budget heading",
            "What the money is for",
            tuple(titled(heading) for heading in Heading),
        ),
    ),
    indicators=(
        _money("awarded_sum", "Awarded in the period, less what was released"),
        _money("committed_sum", "Committed and not yet paid at the end of the period"),
        _money("paid_sum", "Paid in the period, less what came back"),
        _money("clawed_back_sum", "Clawed back in the period"),
        _money("forecast_sum", "Forecast for the financial year: paid so far and committed"),
    ),
    events=(
        GrantMoneyEvent,
        ProgrammeMoneyEvent,
        RegionDevolved,
        RegionMoneyEvent,
        GrantTransferred,
    ),
    things=_things,
    adds=_adds,
)
