"""Proposing, assessing and approving a grant."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.funding.budgeting import enough, in_year, may_commit, year_open
from domain.funding.events import (
    BudgetThen,
    CommitmentReleased,
    CommitmentReserved,
    Condition,
    CriterionScore,
    DueDiligenceRecorded,
    GrantApproved,
    GrantAssessed,
    GrantClass,
    GrantDeclined,
    GrantProposed,
    GrantTransferred,
    GrantWithdrawn,
    Heading,
    Instalment,
)
from domain.funding.state import Budget, Grant
from domain.interventions import GrantRequestedForCase, InterventionCase, authority_for
from domain.kernel import (
    Actor,
    CaseRef,
    Command,
    Dated,
    Event,
    FinancialYear,
    Frozen,
    Grounds,
    Line,
    Money,
    Text,
    not_before,
    pounds_text,
    require,
    somebody_else,
    within,
    year_bounds,
)

# --- Commands -------------------------------------------------------------------------------


class PlannedInstalment(Frozen):
    """An instalment as proposed; conditions by their number, from 1."""

    amount_pence: Money = Field(alias="amount")
    due_on: date
    conditions: tuple[int, ...] = ()


class ProposeGrant(Command):
    case: CaseRef
    year: FinancialYear
    heading: Heading = Heading.INTERVENTION_SUPPORT
    purpose: Text
    amount_pence: Money = Field(alias="amount")
    amount_basis: Text = Field(description="How the amount was arrived at")
    legal_power: Line
    determination_number: Line
    treasury_consent: Line | None = None
    grant_class: GrantClass = GrantClass.SECTION_31
    senior_responsible_owner: Line
    instalments: tuple[PlannedInstalment, ...] = Field(min_length=1, max_length=24)
    conditions: tuple[Text, ...] = Field(default=(), max_length=50)
    options_rejected: tuple[Text, ...] = Field(min_length=1)
    evidence: Grounds
    value_for_money: Text
    competed: bool = False
    direct_award_reason: Text | None = Field(
        default=None, description="Why it was not competed, where it was not"
    )


class AssessGrant(Command):
    scores: tuple[CriterionScore, ...] = Field(min_length=1)
    criteria_version: Line
    conflict_of_interest: Text


class RecordDueDiligence(Command):
    result: Literal["passed", "failed"]
    fraud_risk: Literal["low", "medium", "high"]
    payee_verified: bool
    findings: Grounds


NOT_NOVEL = "Not novel, contentious or repercussive."
"""The judgement on the ordinary grant; any other is written by who makes it."""


class ApproveGrant(Command):
    rationale: Grounds
    board_minute: Line | None = None
    novel_or_contentious: bool = False
    novelty_judgement: Text = NOT_NOVEL


class DeclineGrant(Command):
    rationale: Grounds


class GiveReason(Command):
    """A step that needs nothing but a reason."""

    reason: Text


# --- Decisions ------------------------------------------------------------------------------


def is_status(grant: Grant, *wanted: str) -> None:
    """Refuse a step out of order."""
    require(
        grant.status in wanted,
        "grant-status",
        f"{grant.grant} is {grant.status}: this is done while it is {' or '.join(wanted)}.",
        status=grant.status,
        wanted=wanted,
    )


def step(command: Command, grant: Grant, *wanted: str) -> None:
    """Refuse a step out of order, in status or in time."""
    is_status(grant, *wanted)
    not_before(command, grant.since, f"{grant.grant} was {grant.status}")


def propose_grant(
    command: ProposeGrant, grant: Grant, case: InterventionCase, budget: Budget, by: Actor
) -> list[Event]:
    """Propose a grant for an open case, from one heading of one year."""
    require(
        case.is_open and case.region is not None,
        "case-closed",
        f"{case.case} is not open: a grant needs an open case.",
        stage=case.stage,
    )
    require(
        command.competed or command.direct_award_reason,
        "direct-award-reason-missing",
        "Say why it was not competed, or that it was.",
        competed=command.competed,
        direct_award_reason=command.direct_award_reason,
    )
    year_open(budget)
    in_year(command, command.year)
    planned = numbered(command.instalments, command.year, command.amount_pence)
    known = range(1, len(command.conditions) + 1)
    strange = {c for i in planned for c in i.conditions if c not in known}
    require(
        not strange,
        "bad-conditions",
        lambda: f"There is no condition {min(strange)}: number them from 1 to {len(known)}.",
        conditions=len(command.conditions),
        named=sorted({c for i in planned for c in i.conditions}),
    )
    facts = command.model_dump(
        exclude={"effective_on", "reason", "instalments", "conditions", "case"}
    )
    return [
        GrantProposed(
            grant=grant.grant,
            case=case.case,
            council=case.council,
            region=case.region,
            instalments=planned,
            conditions=tuple(
                Condition(number=n, text=text) for n, text in enumerate(command.conditions, 1)
            ),
            **facts,
        ),
        GrantRequestedForCase(
            case=case.case,
            council=case.council,
            grant=grant.grant,
            amount_pence=command.amount_pence,
        ),
    ]


def numbered(
    planned: tuple[PlannedInstalment, ...], year: str, amount: int, first: int = 1
) -> tuple[Instalment, ...]:
    """Instalments with their numbers, which fall in the year and add up to the amount."""
    start, end = year_bounds(year)
    late = [i for i in planned if not start <= i.due_on <= end]
    require(
        not late,
        "wrong-financial-year",
        lambda: (
            f"An instalment is due on {late[0].due_on.isoformat()}: {year} runs from"
            f" {start.isoformat()} to {end.isoformat()}."
        ),
        year=year,
        due_on=[i.due_on.isoformat() for i in late or planned],
    )
    total = sum(i.amount_pence for i in planned)
    require(
        total == amount,
        "instalments-sum",
        f"The instalments add up to {pounds_text(total)}, not {pounds_text(amount)}.",
        instalments_pence=total,
        amount_pence=amount,
    )
    return tuple(
        Instalment(number=n, amount_pence=i.amount_pence, due_on=i.due_on, conditions=i.conditions)
        for n, i in enumerate(planned, first)
    )


def not_proposer(grant: Grant, by: Actor, instead: str) -> None:
    """Refuse what somebody else than the proposer has to do."""
    somebody_else(
        by, "own-proposal", f"You proposed this: {instead}.", proposed_by=grant.proposed_by
    )


def not_assessor(grant: Grant, by: Actor, instead: str) -> None:
    """Refuse what somebody else than its assessors has to do."""
    somebody_else(
        by, "own-assessment", f"You assessed this: {instead}.", assessed_by=grant.assessed_by
    )


def assess(command: AssessGrant, grant: Grant, by: Actor) -> list[Event]:
    """Score a proposed grant against the criteria."""
    step(command, grant, "proposed")
    not_proposer(grant, by, "another person assesses it")
    somebody_else(
        by,
        "assessed-already",
        "You have assessed this grant already.",
        assessed_by=grant.assessed_by,
    )
    return [
        GrantAssessed(
            **grant.about,
            scores=command.scores,
            criteria_version=command.criteria_version,
            conflict_of_interest=command.conflict_of_interest,
        )
    ]


def check_payee(command: RecordDueDiligence, grant: Grant, by: Actor) -> list[Event]:
    """Record due diligence on the council as payee."""
    is_status(grant, "proposed", "approved", "offered", "accepted")
    return [
        DueDiligenceRecorded(
            **grant.about,
            **command.model_dump(exclude={"effective_on", "reason"}),
        )
    ]


def approve(command: ApproveGrant, grant: Grant, budget: Budget, by: Actor) -> list[Event]:
    """Approve a grant and set its money aside: both happen, or neither."""
    step(command, grant, "proposed")
    not_proposer(grant, by, "another person approves it")
    not_assessor(grant, by, "another person approves it")
    authority = authority_for(grant.amount_pence, command.board_minute, by)
    require(
        not command.novel_or_contentious or command.board_minute,
        "novel-or-contentious",
        "A novel or contentious grant is not delegated: record the Board's minute.",
        novel_or_contentious=command.novel_or_contentious,
        board_minute=command.board_minute,
    )
    require(
        not command.novel_or_contentious or command.novelty_judgement != NOT_NOVEL,
        "judgement-missing",
        "Say in the judgement what makes it novel or contentious.",
        novelty_judgement=command.novelty_judgement,
    )
    require(
        grant.due_diligence != "failed",
        "due-diligence-failed",
        "Due diligence failed: it can't be approved.",
        due_diligence=grant.due_diligence or "none",
    )
    may_commit(budget)
    in_year(command, budget.year)
    funds = budget.funds(grant.heading)
    enough(funds.available_pence, grant.amount_pence, f"{grant.heading} of {budget.year}")
    then = BudgetThen(
        allocated_pence=funds.allocated_pence,
        committed_pence=funds.committed_pence,
        available_pence=funds.available_pence,
        budget_record=f"{budget.stream}/{budget.version}",
    )
    return [
        GrantApproved(
            **grant.about,
            amount_pence=grant.amount_pence,
            authority=authority,
            budget=then,
            novel_or_contentious=command.novel_or_contentious,
            novelty_judgement=command.novelty_judgement,
            rationale=command.rationale,
        ),
        CommitmentReserved(**money(grant, grant.amount_pence)),
    ]


def money(grant: Grant, amount_pence: int) -> dict[str, object]:
    """What a movement on account of a grant says of it."""
    return {
        "year": grant.year,
        "heading": grant.heading,
        "grant": grant.grant,
        "case": grant.case,
        "council": grant.council,
        "region": grant.region,
        "amount_pence": amount_pence,
    }


def released(grant: Grant, on: date) -> list[Event | Dated]:
    """What is still set aside for a grant, freed: within the year that it belongs to."""
    if not grant.committed_pence:
        return []
    freed = CommitmentReleased(**money(grant, grant.committed_pence))
    return [(freed, within(on, grant.year))]


def decline(command: DeclineGrant, grant: Grant, by: Actor) -> list[Event]:
    """Decline a proposed grant."""
    step(command, grant, "proposed")
    not_proposer(grant, by, "withdraw it instead")
    return [
        GrantDeclined(
            **grant.about,
            rationale=command.rationale,
        )
    ]


def withdraw(command: GiveReason, grant: Grant, budget: Budget, by: Actor) -> list[Event | Dated]:
    """Withdraw a grant that was not accepted; what was set aside is freed."""
    step(command, grant, "proposed", "approved", "offered")
    return [
        GrantWithdrawn(**grant.about),
        *released(grant, command.on),
    ]


def transfer(grant: Grant, successor: str, by: Actor) -> list[Event]:
    """Let a running grant go with its case to the council's successor.

    Decided within carrying the case over; the payee is checked afresh before anything is paid.
    """
    require(
        not grant.settled,
        "grant-settled",
        f"{grant.grant} is {grant.status}: it stays where it was.",
    )
    return [GrantTransferred(**grant.about, successor=successor)]
