"""What waits for a council: offers, dates, conditions and reports that its contact is asked for.

Whoever sees more than one council is not asked for any of them. What can't be done here, like
meeting a condition, is told with what to do.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from domain.challenges import ChallengeStatus
from domain.kernel import financial_year, pounds_text, year_bounds
from domain.sentences import counted
from projections.assessments import AssessmentRow
from projections.challenges import ChallengeRow, CouncilExchange
from projections.funding import GrantRow
from projections.regions import RegionRow
from service.challenges.looking import whole
from service.tasks.grants import next_payment, of_grant
from service.tasks.kinds import Look, Waits, form, kind
from service.telling import govuk_date

_EVIDENCE = (
    "An instalment waits for it: send the evidence to the case's officer, who confirms it here"
)


def _own(look: Look) -> Collection[str]:
    """The councils that the reader answers for."""
    return look.reading.reach.councils


def _of_own(look: Look, row: Any) -> bool:
    return row.council in _own(look)


@kind("Accept or decline", needs="region.answer")
def early_support_to_answer(look: Look) -> Iterator[Waits]:
    """Early support that a region offered to one's council."""
    for row in whole(look.reading).all(RegionRow):
        for support in row.early_support:
            if support.state == "offered" and _of_own(look, support):
                yield Waits(
                    subject=support.council,
                    part=f"{row.region.value}/{support.offer}",
                    council=support.council,
                    what=support.support,
                    since=support.offered_on,
                    notes=(f"Because: {support.concern}",),
                    page=f"/councils/{support.council}",
                    form=form("answer_early_support", region=row.region.value, offer=support.offer),
                )


@kind("Submit it", needs="assessment.submit")
def yearly_assessments_due(look: Look) -> Iterator[Waits]:
    """One a year: asked for from the year's first day on, and late once the year has ended."""
    submitted = {(row.council, row.year) for row in look.all(AssessmentRow)}
    this = financial_year(look.on)
    for row in look.all(CouncilExchange):
        for year in (_year_before(this), this):
            first, due = year_bounds(year)
            began = max(first, row.registered_on)
            asked = began <= due and not (row.succeeded_on and row.succeeded_on <= look.on)
            if asked and (row.council, year) not in submitted:
                yield Waits(
                    subject=row.council,
                    part=year,
                    council=row.council,
                    what=f"Self-assessment of {year}",
                    since=began,
                    due_on=due,
                    page=f"/self-assessments?year={year}",
                    form=form("submit_self_assessment", council=row.council, year=year),
                )


@kind("Answer in a new edition", needs="assessment.submit")
def points_on_your_assessment(look: Look) -> Iterator[Waits]:
    """What peers put to the edition that stands, of this year's assessment and the last one's."""
    this = financial_year(look.on)
    for row in look.all(AssessmentRow):
        if put := row.unanswered if row.year in (this, _year_before(this)) else ():
            yield Waits(
                subject=row.council,
                part=row.year,
                council=row.council,
                what=f"{counted(sum(len(each.points) for each in put), 'point')} on the"
                f" self-assessment of {row.year}",
                since=put[0].on,
                notes=tuple(point for each in put for point in each.points),
                page=f"/self-assessments/{row.council}/{row.year}",
                form=form("revise_self_assessment", council=row.council, year=row.year),
            )


def _year_before(year: str) -> str:
    return financial_year(year_bounds(year)[0] - timedelta(days=1))


@kind("Be ready for the team", needs="challenge.respond")
def peer_challenges_to_host(look: Look) -> Iterator[Waits]:
    """Peer challenges whose days are set and near."""
    for row in look.all(ChallengeRow, status=ChallengeStatus.SCHEDULED):
        first, last = row.first_day, row.last_day
        if first and last and _of_own(look, row) and look.on <= last and first <= look.horizon:
            days = (
                govuk_date(first)
                if first == last
                else (f"{govuk_date(first)} to {govuk_date(last)}")
            )
            yield Waits(
                subject=row.challenge,
                council=row.council,
                what=f"{row.kind.capitalize()}: {row.focus}",
                since=row.agreed_on,
                due_on=first,
                notes=(f"The team is with you on {days}: have people, rooms and papers ready",),
                page=f"/challenges/{row.challenge}",
            )


@kind("Meet the condition", needs="grant.accept")
def conditions_to_meet(look: Look) -> Iterator[Waits]:
    """Open conditions of what was accepted, before money waits for them."""
    for row in look.all(GrantRow, status="accepted"):
        for condition in row.conditions:
            due = next_payment(row, condition.number)
            if condition.state == "open" and _of_own(look, row) and due and due <= look.horizon:
                yield Waits(
                    **of_grant(look, row),
                    part=str(condition.number),
                    what=condition.text,
                    since=row.accepted_on or row.proposed_on,
                    due_on=due,
                    notes=(_EVIDENCE,),
                )


@kind("Pay it back", needs="grant.accept")
def money_to_pay_back(look: Look) -> Iterator[Waits]:
    """What was demanded back of a grant and is still owed."""
    for row in look.all(GrantRow):
        if row.owed_pence and _of_own(look, row):
            demanded = look.recorded("ClawbackDemanded", grant=row.grant)
            yield Waits(
                **of_grant(look, row),
                what=f"{pounds_text(row.owed_pence)} of {row.purpose}",
                since=max(each.effective_on for each in demanded),
                notes=(f"Pay it to the Board, quoting {row.grant}: it is owed until it is booked",),
            )
