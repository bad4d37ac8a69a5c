"""What waits of grants, from proposal to the last report."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.kernel import pounds_text
from projections.funding import GrantRow
from projections.interventions import months_after
from service.tasks.kinds import Look, Waits, form, kind

REPORT_MONTHS = 3
"""A council reports on spend and outcomes so long after the first payment, and after each report:
the programme's own rule, in step with its quarterly returns to the department."""


def of_grant(look: Look, row: GrantRow) -> dict[str, Any]:
    """What a task says of the grant that it is about."""
    return {
        "subject": row.grant,
        "council": row.council,
        "lead": look.lead(row.case),
        "page": f"/grants/{row.grant}",
    }


def _what(row: GrantRow) -> str:
    return f"{row.purpose}, {pounds_text(row.amount_pence)}"


@kind("Assess the grant", needs="grant.assess")
def grants_to_assess(look: Look) -> Iterator[Waits]:
    """Proposed by somebody else, and assessed by nobody."""
    for row in look.all(GrantRow, status="proposed"):
        if row.proposed_by != look.me and not row.assessments:
            yield Waits(
                **of_grant(look, row),
                what=_what(row),
                since=row.proposed_on,
                form=form("assess_grant", grant=row.grant),
            )


@kind("Check the payee", needs="grant.check")
def payees_to_check(look: Look) -> Iterator[Waits]:
    """Grants whose council was not checked as payee, or not since it was reorganised."""
    for row in look.all(GrantRow, status=["proposed", "approved", "offered", "accepted"]):
        if row.due_diligence == "none":
            yield Waits(
                **of_grant(look, row),
                what=_what(row),
                since=row.proposed_on,
                due_on=next_payment(row) if row.status == "accepted" else None,
                form=form("record_due_diligence", grant=row.grant),
            )


def next_payment(row: GrantRow, condition: int | None = None) -> date | None:
    """When money is to be paid next, or next for want of a condition."""
    return min(
        (
            instalment.due_on
            for instalment in row.instalments
            if instalment.number not in row.state.payments
            and (condition is None or condition in instalment.conditions)
        ),
        default=None,
    )


@kind("Approve or decline", needs="grant.approve")
def grants_to_approve(look: Look) -> Iterator[Waits]:
    """Proposed and assessed by others."""
    for row in look.all(GrantRow, status="proposed"):
        if look.me in (row.proposed_by, *row.state.assessed_by):
            continue
        failed = row.due_diligence == "failed"
        yield Waits(
            **of_grant(look, row),
            what=_what(row),
            since=row.proposed_on,
            notes=("Due diligence failed: it can only be declined",)
            if failed
            else look.over_limit(row.amount_pence),
            form=form("decline_grant" if failed else "approve_grant", grant=row.grant),
        )


@kind("Offer it to the council", needs="grant.offer", for_lead=True)
def grants_to_offer(look: Look) -> Iterator[Waits]:
    """Approved, and not offered yet or to be offered again."""
    for row in look.all(GrantRow, status="approved"):
        yield Waits(
            **of_grant(look, row),
            what=_what(row),
            since=row.state.since or row.proposed_on,
            form=form("offer_grant", grant=row.grant),
        )


@kind("Accept or refuse", needs="grant.accept")
def offers_to_answer(look: Look) -> Iterator[Waits]:
    """Offers that are open, and what accepted grants were raised by."""
    for row in look.all(GrantRow, status=["offered", "accepted"]):
        about = of_grant(look, row) | {"form": form("accept_offer", grant=row.grant)}
        if row.status == "offered" and row.accept_by and row.accept_by >= look.on:
            since = row.state.since or row.proposed_on
            yield Waits(**about, what=_what(row), since=since, due_on=row.accept_by)
        if row.status == "accepted" and row.accepted_pence < row.amount_pence:
            raised = f"{row.purpose}, raised to {pounds_text(row.amount_pence)}"
            yield Waits(**about, what=raised, since=row.variations[-1].varied_on)


@kind("Let it lapse, or make it again", needs="grant.offer", for_lead=True)
def offers_out_of_time(look: Look) -> Iterator[Waits]:
    """Offers that the council did not answer in time."""
    for row in look.all(GrantRow, status="offered"):
        if row.accept_by and row.accept_by < look.on:
            yield Waits(
                **of_grant(look, row),
                what=_what(row),
                since=row.accept_by,
                due_on=row.accept_by,
                form=form("lapse_offer", grant=row.grant),
            )


@kind("Confirm the condition", needs="condition.confirm", for_lead=True)
def conditions_to_check(look: Look) -> Iterator[Waits]:
    """Open conditions of what is accepted, before money waits for them."""
    for row in look.all(GrantRow, status="accepted"):
        for condition in row.conditions:
            due = next_payment(row, condition.number)
            if condition.state == "open" and (due is None or due <= look.horizon):
                yield Waits(
                    **of_grant(look, row),
                    part=str(condition.number),
                    what=condition.text,
                    since=row.accepted_on or row.proposed_on,
                    due_on=due,
                    form=form(
                        "settle_grant_condition", grant=row.grant, condition=condition.number
                    ),
                )


@kind("Pay the instalment", needs="payment.make")
def instalments_due(look: Look) -> Iterator[Waits]:
    """Instalments whose day has come, and why one is held; of grants that others approved."""
    for row in look.all(GrantRow, status="accepted"):
        if look.me in (row.proposed_by, *row.state.approvers):
            continue
        for line in row.schedule(look.on):
            if line.state != "paid" and line.due_on <= look.on:
                yield Waits(
                    **of_grant(look, row),
                    part=str(line.instalment),
                    what=f"Instalment {line.instalment}, {pounds_text(line.amount_pence)}",
                    since=max(line.due_on, row.accepted_on or line.due_on),
                    due_on=line.due_on,
                    notes=tuple(f"Held: {why}" for why in line.why),
                    form=None
                    if line.why
                    else form("pay_instalment", grant=row.grant, instalment=line.instalment),
                )


def _reports_due(look: Look) -> Iterator[tuple[GrantRow, date, date]]:
    """Accepted grants that money was paid on: since when a report is asked for, and its due day."""
    for row in look.all(GrantRow, status="accepted"):
        paid = [payment.paid_on for payment in row.payments if payment.reversed_on is None]
        if paid:
            last = max([min(paid), *(report.received_on for report in row.returns)])
            yield row, last, months_after(last, REPORT_MONTHS)


@kind("Report spend and outcomes", needs="monitoring.submit")
def monitoring_returns_due(look: Look) -> Iterator[Waits]:
    """Of one's own council: quarterly from the first payment on."""
    for row, last, due in _reports_due(look):
        if due <= look.horizon:
            yield Waits(
                **of_grant(look, row),
                what=_what(row),
                since=last,
                due_on=due,
                form=form("receive_monitoring_return", grant=row.grant),
            )


@kind("Ask the council for it", needs="grant.manage", for_lead=True)
def monitoring_returns_overdue(look: Look) -> Iterator[Waits]:
    """What councils were to report and have not."""
    for row, _, due in _reports_due(look):
        if due < look.on:
            yield Waits(**of_grant(look, row), what=_what(row), since=due, due_on=due)
