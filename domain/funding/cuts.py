"""What happens when the department cuts its award in mid-year."""

from domain.funding.devolved import RegionMoneyEvent
from domain.funding.events import BudgetEvent, Heading
from domain.kernel import Pence, PenceOrNone


class AwardCut(BudgetEvent):
    """The department cut its award below what had been shared out; what was uncommitted froze."""

    says = (
        "The department cut its award for {year} from {was_pence} to {award_pence}[, with"
        " {to_find_pence} still to be found]."
    )
    award_pence: PenceOrNone
    was_pence: PenceOrNone
    frozen_by_heading: dict[Heading, Pence]
    """Taken back from each heading, to the award that is not allocated."""
    taken_pence: PenceOrNone
    """What of the cut was covered by money that was not committed."""
    to_find_pence: PenceOrNone
    """What is still to be found, by stopping commitments."""


class CutMet(BudgetEvent):
    """Money freed since the award was cut went towards what was still to be found."""

    says = (
        "{amount_pence} freed since the award for {year} was cut went towards what was still to"
        " be found."
    )
    by_heading: dict[Heading, Pence]
    unallocated_pence: PenceOrNone
    amount_pence: Pence


class DevolutionRecalled(RegionMoneyEvent):
    """What a region had not spent was called back to the heading in mid-year."""

    says = (
        "{amount_pence} that {region} had not spent in {year} was called back to the regions"
        " heading."
    )
