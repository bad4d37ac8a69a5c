"""What waits of budgets, contracts, the host's claims and trial results."""

from collections.abc import Iterator

from domain.kernel import pounds_text
from projections.contracts import ContractRow
from projections.funding import BudgetRow
from projections.hosting import HostingClaimRow
from projections.programmes import ProgrammeRow, TrialResultRow
from service.tasks.kinds import Look, Waits, form, kind


@kind("Meet the cut", needs="budget.manage")
def budget_cuts_to_meet(look: Look) -> Iterator[Waits]:
    """Cuts of the award of which something is still to be found."""
    for row in look.all(BudgetRow):
        cuts = look.recorded("AwardCut", year=row.year) if row.to_find_pence else []
        if cuts:
            yield Waits(
                subject=row.year,
                what=f"{pounds_text(row.to_find_pence)} is still to be found",
                since=cuts[-1].effective_on,
                page=f"/budgets/{row.year}/commitments",
                form=form("meet_budget_cut", year=row.year),
            )


@kind("Approve the virement", needs="budget.approve")
def virements_to_approve(look: Look) -> Iterator[Waits]:
    """Moves between headings that others proposed."""
    for row in look.all(BudgetRow, closed=False):
        waiting = {n: m for n, m in row.state.moves.items() if not m.done}
        if not waiting:
            continue
        for told in look.recorded("AllocationMoveProposed", year=row.year):
            move = waiting.get(told.payload["move"])
            if move and move.proposed_by != look.me:
                heads = f"{move.from_heading} to {move.to_heading}".replace("-", " ")
                yield Waits(
                    subject=row.year,
                    part=str(told.payload["move"]),
                    what=f"{pounds_text(move.amount_pence)} from {heads}",
                    since=told.effective_on,
                    notes=look.over_limit(move.amount_pence),
                    page=f"/budgets/{row.year}",
                    form=form("approve_virement", year=row.year, move=told.payload["move"]),
                )


@kind("Accept or reject the claim", needs="hosting.approve")
def hosting_claims_to_certify(look: Look) -> Iterator[Waits]:
    """The host's claims that others made."""
    for row in look.all(HostingClaimRow, state="claimed"):
        if row.claimed_by != look.me:
            yield Waits(
                subject=row.year,
                part=str(row.claim),
                what=f"Claim {row.claim}, {pounds_text(row.amount_pence)}",
                since=row.claimed_on,
                notes=look.over_limit(row.amount_pence),
                page="/hosting",
                form=form("accept_hosting_claim", year=row.year, claim=row.claim),
            )


@kind("Pay the claim", needs="payment.make")
def hosting_claims_to_pay(look: Look) -> Iterator[Waits]:
    """Claims that others made and accepted."""
    for row in look.all(HostingClaimRow, state="accepted"):
        if look.me not in (row.claimed_by, row.decided_by):
            yield Waits(
                subject=row.year,
                part=str(row.claim),
                what=f"Claim {row.claim}, {pounds_text(row.amount_pence)}",
                since=row.decided_on or row.claimed_on,
                page="/hosting",
                form=form("pay_hosting_claim", year=row.year, claim=row.claim),
            )


@kind("Accept or reject what was delivered", needs="contract.manage")
def contract_deliverables_to_accept(look: Look) -> Iterator[Waits]:
    """Deliverables that are due before long, or were; of contracts that others let."""
    for row in look.all(ContractRow, status="running"):
        if row.let_by == look.me:
            continue
        for line in row.schedule(look.on):
            rejected = line.delivery.rejections[-1:]
            if line.state in ("paid", "accepted") or line.due_on > look.horizon:
                continue
            yield Waits(
                subject=row.contract,
                part=str(line.deliverable),
                what=f"{line.title}, by {row.supplier}",
                since=rejected[0].on if rejected else row.let_on,
                due_on=line.due_on,
                notes=tuple(f"Rejected before: {r.why}" for r in rejected),
                page=f"/contracts/{row.contract}",
                form=form(
                    "accept_contract_deliverable",
                    contract=row.contract,
                    deliverable=line.deliverable,
                ),
            )


@kind("Pay for what was delivered", needs="payment.make")
def contract_deliverables_to_pay(look: Look) -> Iterator[Waits]:
    """Deliverables that others accepted."""
    for row in look.all(ContractRow, status="running"):
        for line in row.schedule(look.on):
            others = look.me not in (row.let_by, line.delivery.accepted_by)
            if line.state == "accepted" and others:
                yield Waits(
                    subject=row.contract,
                    part=str(line.deliverable),
                    what=f"{line.title}, {pounds_text(line.amount_pence)}",
                    since=line.delivery.accepted_on or row.let_on,
                    page=f"/contracts/{row.contract}",
                    form=form(
                        "pay_contract_deliverable",
                        contract=row.contract,
                        deliverable=line.deliverable,
                    ),
                )


@kind("Pay for the result", needs="payment.make")
def trial_results_to_pay(look: Look) -> Iterator[Waits]:
    """What results of payment-by-results trials have earned, as others recorded."""
    launched = {row.programme: row.launched_by for row in look.all(ProgrammeRow)}
    for row in look.all(TrialResultRow, state="due"):
        if look.me not in (row.recorded_by, launched.get(row.programme)):
            yield Waits(
                subject=row.programme,
                part=str(row.outcome),
                council=row.council,
                what=f"{row.measure} in {row.period}, {pounds_text(row.due_pence)}",
                since=row.recorded_on,
                page=f"/programmes/{row.programme}",
                form=form("pay_trial_outcome", programme=row.programme, outcome=row.outcome),
            )
