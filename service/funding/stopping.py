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
from service.figures import asking

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
    committed_of: str
    """What these figures are, to be opened up: empty where there is nothing to open."""
    stoppable_of: str = ""


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

    @property
    def committed_of(self) -> str:
        """What is committed, to be opened up."""
        return asking.plus([line.committed_of for line in self.commitments])

    @property
    def stoppable_of(self) -> str:
        """What can be stopped, to be opened up."""
        return asking.plus([line.stoppable_of for line in self.commitments if line.stoppable_of])


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
        stoppable = row.stoppable_pence(reading.moment.on)
        if row.status in ("approved", "offered"):
            how = "Withdraw it: the council has not accepted it"
        elif stoppable:
            how = "Vary it to what is paid and due: the rest is not due, or waits for a condition"
        else:
            how = "Due under an accepted offer, with its conditions met"
        yield CommitmentStands(
            what=row.grant,
            heading=row.heading,
            council=row.council,
            region=row.region,
            stage=row.status,
            committed_pence=row.committed_pence,
            stoppable_pence=stoppable,
            how=how,
            committed_of=asking.field("grant-row", row.grant, "committed_pence"),
            stoppable_of=asking.field("grant-row", row.grant, "stoppable_pence"),
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
                committed_of=asking.field("contract-row", row.contract, "committed_pence"),
                stoppable_of=asking.made(
                    "less",
                    asking.field("contract-row", row.contract, "value_pence"),
                    asking.field("contract-row", row.contract, "accepted_pence"),
                ),
            )


def _earned(reading: Reader, year: str) -> Iterator[CommitmentStands]:
    """What others have earned already: none of it can be stopped."""
    due = {"year": year, "state": "due"}
    for key, result in reading.under("programme.read").rows(TrialResultRow, where=due).items():
        yield CommitmentStands(
            what=f"{result.programme} result {result.outcome}",
            heading=Heading.POLICY_PROGRAMMES,
            council=result.council,
            region=result.region,
            stage="due",
            committed_pence=result.due_pence,
            stoppable_pence=0,
            how="Earned by its result",
            committed_of=asking.field("trial-result-row", key, "due_pence"),
        )
    accepted = {"year": year, "state": "accepted"}
    for key, claim in reading.under("hosting.read").rows(HostingClaimRow, where=accepted).items():
        yield CommitmentStands(
            what=f"HOSTING-{year} claim {claim.claim}",
            heading=Heading.HOSTING_CHARGE,
            stage="accepted",
            committed_pence=claim.amount_pence,
            stoppable_pence=0,
            how="For services that the host has provided",
            committed_of=asking.field("hosting-claim-row", key, "amount_pence"),
        )


def _regions(reading: Reader, year: str) -> Iterator[CommitmentStands]:
    for key, row in reading.under("grant.read").rows(RegionPosition, where={"year": year}).items():
        if row.left_pence:
            left = asking.field("region-position", key, "left_pence")
            yield CommitmentStands(
                what=row.region.label,
                heading=Heading.REGIONS,
                region=row.region,
                stage="devolved",
                committed_pence=row.left_pence,
                stoppable_pence=row.left_pence,
                how="Call it back: the region has not spent it",
                committed_of=left,
                stoppable_of=left,
            )


@query(router, "/budgets/{year}/commitments", needs="budget.read")
def list_commitments(year: FinancialYear, reading: Reading) -> Stopping:
    """A year's commitments by what can still be stopped, for when the award is cut."""
    return stopping(reading, year)
