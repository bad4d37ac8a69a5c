"""Policy programmes over HTTP."""

from collections import Counter
from typing import Any, Literal

from domain.councils import Council, Region
from domain.funding import Budget, PaymentReference
from domain.kernel import CouncilCode, FinancialYear, Frozen, ProgrammeRef, financial_year
from domain.policy import PolicyTheme
from domain.programmes import (
    CloseProgramme,
    JoinProgramme,
    LaunchProgramme,
    LeaveProgramme,
    PayOutcome,
    Period,
    PolicyProgramme,
    RecordOutcome,
    ReverseOutcomePayment,
    WithdrawOutcome,
    close_programme,
    join,
    launch,
    leave,
    pay_outcome,
    record_outcome,
    reverse_outcome_payment,
    withdraw_outcome,
)
from projections.mentoring import MatchRow
from projections.practice import PublishedPractice
from projections.programmes import ParticipationRow, ProgrammeRow, TrialResultRow
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("programmes")


def with_budget(desk: Desk, programme: str, outcome: int) -> tuple[PolicyProgramme, Budget]:
    """A programme, and the budget of the year that pays for one of its results."""
    found = desk.find(PolicyProgramme(programme=programme))
    return found, desk.load(Budget(year=found.outcome(outcome).year))


@command(router, "/programmes", needs="programme.launch", cli="programme launch")
def launch_programme(command: LaunchProgramme, desk: AtDesk) -> Receipt:
    """Launch a policy programme, with what it may pay for results."""
    programme = desk.load(PolicyProgramme(programme=desk.next("PROG")))
    return desk.record(command, launch(command, programme, desk.acting()), programme)


@command(router, "/programmes/{programme}/councils", needs="programme.run", cli="programme join")
def join_programme(programme: ProgrammeRef, command: JoinProgramme, desk: AtDesk) -> Receipt:
    """Take a council into a programme."""
    found = desk.find(PolicyProgramme(programme=programme))
    council = desk.find(Council(council=command.council))
    by = desk.acting(council=council.council, region=council.region)
    return desk.record(command, join(command, found, council, by), found, council)


@command(
    router,
    "/programmes/{programme}/councils/{council}/leaving",
    needs="programme.run",
    cli="programme leave",
)
def leave_programme(
    programme: ProgrammeRef, council: CouncilCode, command: LeaveProgramme, desk: AtDesk
) -> Receipt:
    """Let a council leave a programme."""
    found = desk.find(PolicyProgramme(programme=programme))
    return desk.record(command, leave(command, found, council, desk.acting()), found)


@command(router, "/programmes/{programme}/results", needs="programme.run", cli="programme result")
def record_trial_outcome(programme: ProgrammeRef, command: RecordOutcome, desk: AtDesk) -> Receipt:
    """Record the result of a trial of payment by results."""
    found = desk.find(PolicyProgramme(programme=programme))
    budget = desk.load(Budget(year=financial_year(command.on)))
    events = record_outcome(command, found, budget, desk.acting())
    return desk.record(command, events, found, budget)


@command(
    router,
    "/programmes/{programme}/results/{outcome}/withdrawal",
    needs="programme.run",
    cli="programme withdraw-result",
)
def withdraw_trial_outcome(
    programme: ProgrammeRef, outcome: int, command: WithdrawOutcome, desk: AtDesk
) -> Receipt:
    """Withdraw a trial's result that was recorded wrongly and not paid."""
    found, budget = with_budget(desk, programme, outcome)
    events = withdraw_outcome(command, found, budget, outcome, desk.acting())
    return desk.record(command, events, found, budget)


@command(
    router,
    "/programmes/{programme}/results/{outcome}/payments",
    needs="payment.make",
    cli="programme pay",
)
def pay_trial_outcome(
    programme: ProgrammeRef, outcome: int, command: PayOutcome, desk: AtDesk
) -> Receipt:
    """Pay a council what is due for its result."""
    found, budget = with_budget(desk, programme, outcome)
    reference = desk.load(PaymentReference(payment_reference=command.payment_reference))
    events = pay_outcome(command, found, budget, reference, outcome, desk.acting())
    return desk.record(command, events, found, budget, reference)


@command(
    router,
    "/programmes/{programme}/results/{outcome}/payments/reversal",
    needs="payment.make",
    cli="programme reverse",
)
def reverse_trial_payment(
    programme: ProgrammeRef, outcome: int, command: ReverseOutcomePayment, desk: AtDesk
) -> Receipt:
    """Reverse a payment for a trial's result that came back."""
    found, budget = with_budget(desk, programme, outcome)
    events = reverse_outcome_payment(command, found, budget, outcome, desk.acting())
    return desk.record(command, events, found, budget)


@command(router, "/programmes/{programme}/closure", needs="programme.run", cli="programme close")
def close_a_programme(programme: ProgrammeRef, command: CloseProgramme, desk: AtDesk) -> Receipt:
    """Close a programme, saying what was learned."""
    found = desk.find(PolicyProgramme(programme=programme))
    return desk.record(command, close_programme(command, found, desk.acting()), found)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/programmes", needs="programme.read")
def list_programmes(
    reading: Reading, theme: PolicyTheme | None = None, status: str | None = None
) -> Page[ProgrammeRow]:
    """Policy programmes, with how many councils take part."""
    return reading.page(ProgrammeRow, where={"theme": theme, "status": status})


@query(router, "/programmes/participation", needs="programme.read")
def list_participation(
    reading: Reading,
    programme: ProgrammeRef | None = None,
    council: CouncilCode | None = None,
    region: Region | None = None,
    theme: PolicyTheme | None = None,
    state: str | None = None,
) -> Page[ParticipationRow]:
    """Which councils take part in which programmes."""
    return reading.page(
        ParticipationRow,
        where={
            "programme": programme,
            "council": council,
            "region": region,
            "theme": theme,
            "state": state,
        },
    )


By = Literal["region", "theme", "programme"]


def participation(reading: Reader, by: By) -> list[dict[str, Any]]:
    """How many councils take part now, and what any have earned, by region, theme or programme."""
    now = "state = 'taking part'"
    figures = {
        "councils": f"count(DISTINCT council) FILTER (WHERE {now})",
        "on_trial": f"count(DISTINCT council) FILTER (WHERE on_trial AND {now})",
        "due_pence": "coalesce(sum(due_pence), 0)::bigint",
        "paid_pence": "coalesce(sum(paid_pence), 0)::bigint",
    }
    return reading.figures(ParticipationRow, figures, by=[by])


@query(router, "/programmes/participation/figures", needs="programme.read")
def participation_figures(reading: Reading, by: By = "region") -> list[dict[str, Any]]:
    """How many councils take part now, by region, theme or programme."""
    return participation(reading, by)


class ThemeStands(Frozen):
    """What the programme does under one of the Board's policy priorities."""

    theme: PolicyTheme
    programmes: int
    councils: int
    """Taking part in one of them now."""
    due_pence: int
    paid_pence: int
    practice: int
    """Published examples that serve it."""
    mentoring: int
    """Mentoring matches that serve it, ended or not."""
    sessions: int


def themes_stand(reading: Reader) -> list[ThemeStands]:
    """Programmes, participation, practice and mentoring under each policy priority."""
    taking = {row["theme"]: row for row in participation(reading, "theme")}
    running = Counter(row.theme for row in reading.all(ProgrammeRow))
    practice = Counter(
        theme
        for row in reading.under("practice.read").all(PublishedPractice)
        for theme in row.policy_themes
    )
    matches, sessions = Counter[str](), Counter[str]()
    for match in reading.under("mentoring.read").all(MatchRow):
        for theme in match.policy_themes:
            matches[theme] += 1
            sessions[theme] += match.sessions_held
    none = {"councils": 0, "due_pence": 0, "paid_pence": 0}
    return [
        ThemeStands(
            theme=theme,
            programmes=running[theme],
            practice=practice[theme],
            mentoring=matches[theme],
            sessions=sessions[theme],
            **{name: taking.get(theme.value, none)[name] for name in none},
        )
        for theme in PolicyTheme
    ]


@query(router, "/programmes/themes", needs="programme.read")
def list_policy_themes(reading: Reading) -> Page[ThemeStands]:
    """What is done under each of the Board's policy priorities, as far as the reader sees."""
    return reading.page_of(themes_stand(reading))


@query(router, "/programmes/results", needs="programme.read")
def list_trial_results(
    reading: Reading,
    programme: ProgrammeRef | None = None,
    council: CouncilCode | None = None,
    region: Region | None = None,
    period: Period | None = None,
    state: str | None = None,
    year: FinancialYear | None = None,
) -> Page[TrialResultRow]:
    """Results of payment-by-results trials, with what is due and what was paid."""
    return reading.page(
        TrialResultRow,
        where={
            "programme": programme,
            "council": council,
            "region": region,
            "period": period,
            "state": state,
            "year": year,
        },
    )


@query(router, "/programmes/{programme}", needs="programme.read")
def show_programme(programme: ProgrammeRef, reading: Reading) -> ProgrammeRow:
    """A policy programme, whole."""
    return reading.item(ProgrammeRow, programme)
