"""What waits in intervention cases."""

from collections.abc import Iterator

from domain.interventions import Stage
from domain.kernel import pounds_text
from projections.councils import CouncilRow
from projections.interventions import CasePage, DecisionRow
from service.interventions import checks_due, reviews_due
from service.tasks.kinds import Look, Waits, form, kind


def _of(row: CasePage) -> dict[str, str | None]:
    """What a task says of the case that it belongs to."""
    return {
        "subject": row.case,
        "council": row.council,
        "lead": row.lead,
        "page": f"/cases/{row.case}",
    }


@kind("Open a case", needs="case.open")
def council_cases_to_open(look: Look) -> Iterator[Waits]:
    """Councils whose judgements call for intervention."""
    for row in look.all(CouncilRow, due=True):
        if row.due_why:
            yield Waits(
                subject=row.council,
                council=row.council,
                what=f"Intervention due under policy version {row.due_why.policy_version}",
                since=row.due_why.since,
                page=f"/councils/{row.council}",
                form=form("open_intervention_case", council=row.council),
            )


@kind("Assign a lead", needs="case.run")
def case_leads_to_assign(look: Look) -> Iterator[Waits]:
    """Cases that nobody leads."""
    for row in look.all(CasePage, is_open=True):
        if row.lead is None:
            yield Waits(
                **_of(row),
                what="Nobody leads this case",
                since=row.opened_on,
                form=form("assign_case_lead", case=row.case),
            )


@kind("Complete the triage", needs="case.run", for_lead=True)
def triage_to_complete(look: Look) -> Iterator[Waits]:
    """Cases that were opened, or opened again."""
    for row in look.all(CasePage, is_open=True):
        if row.stage is Stage.OPEN:
            yield Waits(
                **_of(row),
                what="How much support is needed, and where",
                since=row.stages[-1].since,
                form=form("complete_triage", case=row.case),
            )


@kind("Take the decision", needs="decision.take")
def decisions_to_take(look: Look) -> Iterator[Waits]:
    """Proposals of others in open cases."""
    for row in look.all(DecisionRow, outcome="waiting"):
        case = look.cases.get(row.case)
        if case and row.proposed_by != look.me:
            yield Waits(
                **_of(case),
                part=str(row.decision),
                what=f"{row.title}, {pounds_text(row.cost_pence)}",
                since=row.proposed_on,
                notes=look.over_limit(row.cost_pence),
                form=form("take_decision", case=row.case, decision=row.decision),
            )


@kind("Agree the package", needs="case.run", for_lead=True)
def packages_to_agree(look: Look) -> Iterator[Waits]:
    """Cases with an approved decision and no memorandum yet."""
    approved = look.all(DecisionRow, outcome="approved")
    taken = {row.case: row.taken_on for row in reversed(approved)}
    for row in look.all(CasePage, is_open=True):
        since = taken.get(row.case)
        if since and row.memorandum is None:
            yield Waits(
                **_of(row),
                what="A decision was approved: agree the memorandum with the council",
                since=since,
                form=form("agree_support_package", case=row.case),
            )


@kind("Record how it went", needs="case.run", for_lead=True)
def milestones_due(look: Look) -> Iterator[Waits]:
    """Milestones that are due before long, or were."""
    for row in look.all(CasePage, is_open=True):
        for milestone in row.milestones:
            if milestone.state == "set" and milestone.due_on <= look.horizon:
                yield Waits(
                    **_of(row),
                    part=str(milestone.milestone),
                    what=milestone.title,
                    since=milestone.set_on,
                    due_on=milestone.due_on,
                    form=form(
                        "settle_case_milestone", case=row.case, milestone=milestone.milestone
                    ),
                )


@kind("Review progress", needs="case.run", for_lead=True)
def progress_reviews_due(look: Look) -> Iterator[Waits]:
    """Six-monthly reviews of councils under a notice or direction."""
    for due in reviews_due(look.reading):
        case = look.cases.get(due.case)
        if case and due.due_on <= look.horizon:
            yield Waits(
                **_of(case),
                what="Six months after the last review, notice or direction",
                since=due.last_on,
                due_on=due.due_on,
                form=form("review_progress", case=due.case),
            )


@kind("Check whether improvement lasts", needs="case.run")
def sustained_improvement_checks_due(look: Look) -> Iterator[Waits]:
    """Closed cases, six months on."""
    for due in checks_due(look.reading):
        if due.due_on <= look.horizon:
            yield Waits(
                subject=due.case,
                council=due.council,
                what="Six months after the case was closed",
                since=due.closed_on,
                due_on=due.due_on,
                page=f"/cases/{due.case}",
                form=form("check_case_sustained", case=due.case),
            )
