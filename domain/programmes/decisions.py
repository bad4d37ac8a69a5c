"""Launching, joining, leaving, results and what is paid for them, closing."""

from datetime import date

from pydantic import Field

from domain.councils import Council
from domain.funding import (
    Budget,
    PaymentReference,
    Reference,
    pay_out,
    set_aside,
    set_free,
    take_back,
)
from domain.interventions import authority_for
from domain.kernel import (
    Actor,
    Command,
    CouncilCode,
    Dated,
    Event,
    Grounds,
    Line,
    Money,
    Refused,
    Text,
    pounds_text,
    require,
    somebody_else,
)
from domain.policy import PolicyTheme
from domain.programmes.events import (
    CouncilJoined,
    CouncilLeft,
    Period,
    ProgrammeClosed,
    ProgrammeLaunched,
    TrialOutcomeRecorded,
    TrialOutcomeWithdrawn,
    TrialPaymentMade,
    TrialPaymentReversed,
)
from domain.programmes.results import PaymentRule, Value
from domain.programmes.state import Outcome, PolicyProgramme

# --- Commands -------------------------------------------------------------------------------


class LaunchProgramme(Command):
    theme: PolicyTheme
    title: Line
    aims: tuple[Text, ...] = Field(min_length=1, max_length=20)
    starts_on: date
    ends_on: date
    full_payment_pence: Money | None = Field(
        default=None, alias="full_payment", description="For a result that reaches its target"
    )
    threshold_percent: int = Field(
        default=0, ge=0, le=100, description="Less of the way to the target is paid nothing"
    )
    ceiling_pence: Money | None = Field(
        default=None, alias="ceiling", description="The most that may be paid for results in all"
    )
    board_minute: Line | None = None


class JoinProgramme(Command):
    council: CouncilCode
    on_trial: bool = Field(description="Whether it takes part in payment by results")


class LeaveProgramme(Command):
    reason: Text


class RecordOutcome(Command):
    council: CouncilCode
    measure: Line
    period: Period = Field(description="A quarter of a financial year, like 2025-26Q3")
    baseline: Value
    target: Value
    result: Value
    evidence: Grounds


class WithdrawOutcome(Command):
    reason: Text


class PayOutcome(Command):
    payment_reference: Reference


class ReverseOutcomePayment(Command):
    reason: Text


class CloseProgramme(Command):
    lessons: Text


# --- Decisions ------------------------------------------------------------------------------


def _running(programme: PolicyProgramme) -> None:
    require(
        not programme.closed,
        "programme-closed",
        f"{programme.programme} is closed: launch a new one.",
    )


def launch(command: LaunchProgramme, programme: PolicyProgramme, by: Actor) -> list[Event]:
    """Launch a programme; what it may pay for results is within the limit held, or the Board's."""
    require(
        command.ends_on >= command.starts_on,
        "bad-dates",
        "The programme ends before it starts: change one of the dates.",
    )
    require(
        (command.full_payment_pence is None) == (command.ceiling_pence is None),
        "rule-incomplete",
        "Payment by results needs both: what a full result is paid, and the most in all.",
    )
    ceiling = command.ceiling_pence or 0
    rule = None
    if command.full_payment_pence is not None:
        require(
            command.full_payment_pence <= ceiling,
            "over-ceiling",
            f"One full payment is above the {pounds_text(ceiling)} that may be paid in all.",
            ceiling_pence=ceiling,
            asked_pence=command.full_payment_pence,
        )
        rule = PaymentRule(
            full_pence=command.full_payment_pence, threshold_percent=command.threshold_percent
        )
    return [
        ProgrammeLaunched(
            programme=programme.programme,
            theme=command.theme,
            title=command.title,
            aims=command.aims,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            rule=rule,
            ceiling_pence=ceiling,
            authority=authority_for(ceiling, command.board_minute, by),
        )
    ]


def join(
    command: JoinProgramme, programme: PolicyProgramme, council: Council, by: Actor
) -> list[Event]:
    """Take a council into a programme, on its payment-by-results trial or not."""
    _running(programme)
    if council.region is None or council.successors:
        raise Refused("not-found", f"There is no council {council.council} on the register now.")
    require(
        council.council not in programme.councils,
        "council-takes-part",
        f"{council.name} takes part in {programme.programme} already.",
    )
    require(
        not (command.on_trial and programme.rule is None),
        "no-trial",
        f"{programme.programme} pays nothing by results.",
    )
    return [
        CouncilJoined(
            programme=programme.programme,
            council=council.council,
            region=council.region,
            theme=programme.theme,
            on_trial=command.on_trial,
        )
    ]


def leave(
    command: LeaveProgramme, programme: PolicyProgramme, council: str, by: Actor
) -> list[Event]:
    """Let a council leave; what its results have earned stays due."""
    _running(programme)
    taking = programme.councils.get(council)
    if taking is None:
        raise Refused("not-found", f"{council} does not take part in {programme.programme}.")
    return [CouncilLeft(programme=programme.programme, council=council, region=taking.region)]


def record_outcome(
    command: RecordOutcome, programme: PolicyProgramme, budget: Budget, by: Actor
) -> list[Event]:
    """Record a trial's result; what the rule makes due for it is set aside."""
    _running(programme)
    taking = programme.councils.get(command.council)
    if taking is None or not taking.on_trial or programme.rule is None:
        raise Refused(
            "not-on-trial",
            f"{command.council} is not on the payment-by-results trial of {programme.programme}.",
        )
    require(
        command.baseline != command.target,
        "bad-target",
        "The target is the baseline: there is no way to be made.",
    )
    same = (command.council, command.measure, command.period)
    for number, known in programme.outcomes.items():
        require(
            not ((known.council, known.measure, known.period) == same and not known.withdrawn),
            "outcome-recorded",
            f"Result {number} is of this measure and quarter: withdraw it first, if it is"
            " wrong and not paid.",
            outcome=number,
        )
    due = programme.rule.due_pence(command.baseline, command.target, command.result)
    left = programme.ceiling_pence - programme.due_pence
    require(
        due <= left,
        "over-ceiling",
        f"Only {pounds_text(left)} is left of what {programme.programme} may pay for results,"
        f" and {pounds_text(due)} would be due.",
        left_pence=left,
        due_pence=due,
    )
    recorded = TrialOutcomeRecorded(
        programme=programme.programme,
        region=taking.region,
        outcome=len(programme.outcomes) + 1,
        rule=programme.rule,
        payment_due_pence=due,
        year=budget.year,
        **command.model_dump(exclude={"effective_on", "reason"}),
    )
    if not due:
        return [recorded]
    return [recorded, *set_aside(command, programme.spending(budget.year), due, budget)]


def _about(programme: PolicyProgramme, outcome: int, found: Outcome) -> dict[str, object]:
    return {
        "programme": programme.programme,
        "council": found.council,
        "region": found.region,
        "outcome": outcome,
    }


def withdraw_outcome(
    command: WithdrawOutcome, programme: PolicyProgramme, budget: Budget, outcome: int, by: Actor
) -> list[Event | Dated]:
    """Withdraw a result that was recorded wrongly and not paid: what was set aside is free."""
    _running(programme)
    found = programme.outcome(outcome)
    require(not found.withdrawn, "outcome-withdrawn", f"Result {outcome} was withdrawn.")
    require(
        not found.payment_reference,
        "outcome-paid",
        f"Result {outcome} was paid under {found.payment_reference}: reverse that first.",
    )
    withdrawn = TrialOutcomeWithdrawn(
        **_about(programme, outcome, found), payment_due_pence=found.due_pence
    )
    return [withdrawn, *set_free(programme.spending(found.year), found.due_pence, command.on)]


def pay_outcome(
    command: PayOutcome,
    programme: PolicyProgramme,
    budget: Budget,
    reference: PaymentReference,
    outcome: int,
    by: Actor,
) -> list[Event]:
    """Pay a council what is due for a result that another person recorded."""
    found = programme.outcome(outcome)
    require(
        not found.payment_reference,
        "outcome-paid",
        f"Result {outcome} was paid under {found.payment_reference}.",
    )
    require(found.unpaid_pence, "nothing-due", f"Nothing is due for result {outcome}.")
    somebody_else(
        by,
        "own-approval",
        "You launched this or recorded the result: another person pays it.",
        launched_by=programme.launched_by,
        recorded_by=found.recorded_by,
    )
    paid = TrialPaymentMade(
        **_about(programme, outcome, found),
        amount_pence=found.due_pence,
        payment_reference=reference.payment_reference,
    )
    what, to = programme.spending(found.year), programme.payee(found)
    return [paid, *pay_out(command, what, found.due_pence, to, budget, reference)]


def reverse_outcome_payment(
    command: ReverseOutcomePayment,
    programme: PolicyProgramme,
    budget: Budget,
    outcome: int,
    by: Actor,
) -> list[Event | Dated]:
    """Reverse a payment that came back: it can be made again, or is free if all is closed."""
    found = programme.outcome(outcome)
    used = found.payment_reference
    if used is None:
        raise Refused("not-paid", f"Result {outcome} is not paid.")
    back = TrialPaymentReversed(
        **_about(programme, outcome, found), amount_pence=found.due_pence, payment_reference=used
    )
    what, to = programme.spending(found.year), programme.payee(found)
    freed = programme.closed and set_free(what, found.due_pence, command.on)
    return [back, *take_back(command, what, found.due_pence, to, used, budget), *(freed or [])]


def close_programme(command: CloseProgramme, programme: PolicyProgramme, by: Actor) -> list[Event]:
    """Close a programme with nothing left to pay, saying what was learned."""
    _running(programme)
    unpaid = {n: o.unpaid_pence for n, o in programme.outcomes.items() if o.unpaid_pence}
    require(
        not unpaid,
        "outcomes-unpaid",
        f"Pay or withdraw first: result {', '.join(map(str, sorted(unpaid)))}.",
        outcomes=sorted(unpaid),
        unpaid_pence=sum(unpaid.values()),
    )
    return [ProgrammeClosed(programme=programme.programme, lessons=command.lessons)]
