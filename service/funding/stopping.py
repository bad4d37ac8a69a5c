"""What is committed in a year, by what can still be stopped: for when the award is cut."""

from collections.abc import Iterator

from domain.councils import Region
from domain.funding import Heading
from domain.kernel import CouncilCode, FinancialYear, Frozen
from projections.contracts import ContractRow
from projections.funding import BudgetRow, GrantRow, RegionPosition
from projections.hosting import HostingClaimRow
from projections.programmes import TrialResultRow
from service.desk import Reader, Reading, query, router_for

router = router_for("funding")


class CommitmentStands(Frozen):
    """Money that is committed and not yet spent, and what of it can still be stopped."""

    what: str
    """The grant, contract, trial result, claim or region."""
    heading: Heading
    council: CouncilCode | None = None
    region: Region | None = None
    stage: str
    committed_pence: int
    stoppable_pence: int
    how: str
    """What stops it, or why it can't be stopped."""


class Stopping(Frozen):
    """A year's commitments against what is still to be found of a cut."""

    year: FinancialYear
    to_find_pence: int
    committed_pence: int
    stoppable_pence: int
    short_pence: int
    """Still to be found even if all that can be stopped is stopped."""
    commitments: list[CommitmentStands]
    """What can be stopped first, the largest first."""


def stopping(reading: Reader, year: str) -> Stopping:
    """A year's commitments by what can still be stopped."""
    budget = reading.item(BudgetRow, f"BUDGET-{year}")
    lines = [
        *_grants(reading, year),
        *_contracts(reading, year),
        *_earned(reading, year),
        *_regions(reading, year),
    ]
    lines.sort(key=lambda line: (-line.stoppable_pence, -line.committed_pence, line.what))
    stoppable = sum(line.stoppable_pence for line in lines)
    return Stopping(
        year=year,
        to_find_pence=budget.to_find_pence,
        committed_pence=sum(line.committed_pence for line in lines),
        stoppable_pence=stoppable,
        short_pence=max(0, budget.to_find_pence - stoppable),
        commitments=lines,
    )


def _grants(reading: Reader, year: str) -> Iterator[CommitmentStands]:
    for row in reading.under("grant.read").all(GrantRow, {"year": year}, order="grant"):
        if not row.committed_pence:
            continue
        if row.status in ("approved", "offered"):
            stoppable, how = row.committed_pence, "Withdraw it: the council has not accepted it"
        else:
            waiting = [p for p in row.schedule(reading.moment.on) if p.state in ("held", "planned")]
            stoppable = min(row.committed_pence, sum(p.amount_pence for p in waiting))
            how = (
                "Vary it to what is paid and due: the rest is not due, or waits for a condition"
                if stoppable
                else "Due under an accepted offer, with its conditions met"
            )
        yield CommitmentStands(
            what=row.grant,
            heading=row.heading,
            council=row.council,
            region=row.region,
            stage=row.status,
            committed_pence=row.committed_pence,
            stoppable_pence=stoppable,
            how=how,
        )


def _contracts(reading: Reader, year: str) -> Iterator[CommitmentStands]:
    where = {"year": year, "status": "running"}
    for row in reading.under("contract.read").all(ContractRow, where, order="contract"):
        stoppable = row.value_pence - row.accepted_pence
        if row.committed_pence:
            yield CommitmentStands(
                what=row.contract,
                heading=Heading.CONTRACTS,
                stage=row.status,
                committed_pence=row.committed_pence,
                stoppable_pence=stoppable,
                how="Vary or end it as its terms allow: this part is not accepted"
                if stoppable
                else "Accepted, and to be paid for",
            )


def _earned(reading: Reader, year: str) -> Iterator[CommitmentStands]:
    """What others have earned already: none of it can be stopped."""
    due = {"year": year, "state": "due"}
    for result in reading.under("programme.read").all(TrialResultRow, due, order="key"):
        yield CommitmentStands(
            what=f"{result.programme} result {result.outcome}",
            heading=Heading.POLICY_PROGRAMMES,
            council=result.council,
            region=result.region,
            stage="due",
            committed_pence=result.due_pence,
            stoppable_pence=0,
            how="Earned by its result",
        )
    accepted = {"year": year, "state": "accepted"}
    for claim in reading.under("hosting.read").all(HostingClaimRow, accepted, order="key"):
        yield CommitmentStands(
            what=f"HOSTING-{year} claim {claim.claim}",
            heading=Heading.HOSTING_CHARGE,
            stage="accepted",
            committed_pence=claim.amount_pence,
            stoppable_pence=0,
            how="For services that the host has provided",
        )


def _regions(reading: Reader, year: str) -> Iterator[CommitmentStands]:
    for row in reading.under("grant.read").all(RegionPosition, {"year": year}, order="region"):
        if row.left_pence:
            yield CommitmentStands(
                what=row.region.label,
                heading=Heading.REGIONS,
                region=row.region,
                stage="devolved",
                committed_pence=row.left_pence,
                stoppable_pence=row.left_pence,
                how="Call it back: the region has not spent it",
            )


@query(router, "/budgets/{year}/commitments", needs="budget.read")
def list_commitments(year: FinancialYear, reading: Reading) -> Stopping:
    """A year's commitments by what can still be stopped, for when the award is cut."""
    return stopping(reading, year)
