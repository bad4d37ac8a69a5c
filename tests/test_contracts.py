"""Contracts, payment by results, the host's claims and staff time: each rule with both sides."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from domain.contracts import (
    AcceptDeliverable,
    Contract,
    ContractLet,
    DeliverableAcceptanceWithdrawn,
    DeliverableAccepted,
    DeliverablePaid,
    DeliverablePaymentReversed,
    EndContract,
    LetContract,
    PayDeliverable,
    RejectDeliverable,
    ReverseDeliverablePayment,
    VaryContract,
    WithdrawAcceptance,
    accept_deliverable,
    end_contract,
    let_contract,
    pay_deliverable,
    reject_deliverable,
    reverse_deliverable,
    vary_contract,
    withdraw_acceptance,
)
from domain.councils import Council, CouncilRegistered, Region, Source
from domain.funding import (
    Budget,
    BudgetOpened,
    Heading,
    HeadingAllocated,
    PaymentReference,
    PaymentReferenceUsed,
    ProgrammeCommitmentReleased,
    ProgrammeCommitmentReserved,
    ProgrammePaymentReferenceUsed,
    ProgrammeSpendRecorded,
    Spending,
    set_free,
)
from domain.hosting import (
    AcceptClaim,
    ClaimHostingCharge,
    Hosting,
    HostingAcceptanceWithdrawn,
    HostingChargeClaimed,
    HostingClaimAccepted,
    HostingClaimRejected,
    PayClaim,
    RecordStaffTime,
    RejectClaim,
    StaffMonth,
    StaffTimeRecorded,
    WithdrawClaimAcceptance,
    accept_claim,
    claim_charge,
    pay_claim,
    record_time,
    reject_claim,
    withdraw_claim_acceptance,
)
from domain.kernel import Actor, Event
from domain.policy import PolicyTheme
from domain.programmes import (
    CouncilJoined,
    JoinProgramme,
    LaunchProgramme,
    PaymentRule,
    PayOutcome,
    PolicyProgramme,
    ProgrammeLaunched,
    RecordOutcome,
    TrialOutcomeRecorded,
    TrialPaymentMade,
    join,
    launch,
    pay_outcome,
    record_outcome,
    way_made,
)
from projections.contracts import ContractRow
from projections.funding import AccountBalance, BudgetPosition
from projections.hosting import HostingClaimRow, StaffTimeRow
from projections.programmes import ParticipationRow, ProgrammeRow, TrialResultRow
from tests.spec import by, fold, given

History = tuple[Any, ...]
YEAR = "2025-26"
OFFICER = Actor(id="officer", role="case-officer")
FINANCE = Actor(id="finance", role="finance-officer")
OTHER = Actor(id="finance-2", role="finance-officer")
APPROVER = Actor(
    id="approver",
    role="approver",
    limit_pence=5_000_00,
    authority="USER-approver/2",
    granted_by="administrator",
)
REF, PROG = "CONTRACT-0001", "PROG-0001"
CONTRACT, BUDGET = Contract(contract=REF), Budget(year=YEAR)
PROGRAMME = PolicyProgramme(programme=PROG)
BACS = PaymentReference(payment_reference="BACS-1")
MONEY: tuple[Event, ...] = (
    BudgetOpened(year=YEAR, award_pence=100_000_00, award_letter="DFE/1"),
    HeadingAllocated(year=YEAR, heading=Heading.CONTRACTS, amount_pence=5_000_00),
    HeadingAllocated(year=YEAR, heading=Heading.POLICY_PROGRAMMES, amount_pence=1_000_00),
    HeadingAllocated(year=YEAR, heading=Heading.HOSTING_CHARGE, amount_pence=900_00),
)


def about(decide: Any, number: int) -> Any:
    """A decision on a numbered part, as one on the rest alone."""

    def run(command: Any, *rest: Any) -> Any:
        *states, actor = rest
        return decide(command, *states, number, actor)

    return run


# --- Contracts ------------------------------------------------------------------------------

ASK: dict[str, Any] = {
    "supplier": "Fernhill",
    "lot": "good practice validation",
    "scope": "Validate twenty examples",
    "value": "4000.00",
    "year": YEAR,
    "starts_on": "2025-06-16",
    "ends_on": "2026-03-31",
    "deliverables": [
        {"title": "Plan", "amount": "1000.00", "due_on": "2025-08-15"},
        {"title": "Report", "amount": "3000.00", "due_on": "2025-12-15"},
    ],
    "route": "open procedure",
}


def letting(**changes: Any) -> LetContract:
    return LetContract.model_validate(ASK | changes)


def let_events(**changes: Any) -> list[Event]:
    return let_contract(
        letting(effective_on="2025-06-02", **changes),
        CONTRACT,
        given(*MONEY).state(BUDGET),
        APPROVER,
    )


LET, RESERVED = let_events()
HELD: History = (*MONEY, by(APPROVER, LET, RESERVED))


def test_letting_sets_the_value_aside() -> None:
    assert isinstance(LET, ContractLet)
    assert (
        ProgrammeCommitmentReserved(
            year=YEAR, heading=Heading.CONTRACTS, purpose=REF, amount_pence=4_000_00
        )
        == RESERVED
    )
    assert [d.number for d in LET.deliverables] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": "4000.01"}, "deliverables-sum"),
        ({"ends_on": "2025-06-15"}, "bad-dates"),
        ({"route": "direct award"}, "direct-award-reason"),
        ({"year": "2026-27"}, "wrong-financial-year"),
        (
            {
                "value": "5000.01",
                "deliverables": [{"title": "All", "amount": "5000.01", "due_on": "2025-08-15"}],
            },
            "over-limit",
        ),
        (
            {
                "value": "5000.01",
                "board_minute": "CIB/1",
                "deliverables": [{"title": "All", "amount": "5000.01", "due_on": "2025-08-15"}],
            },
            "heading-exhausted",
        ),
    ],
)
def test_a_contract_is_let_within_authority_and_budget(changes: dict[str, Any], code: str) -> None:
    given(*MONEY).when(
        let_contract, letting(**changes), CONTRACT, BUDGET, by=APPROVER
    ).then_refused(code)


ACCEPTED = DeliverableAccepted(contract=REF, deliverable=1, evidence="Read")
PAID = DeliverablePaid(
    contract=REF, deliverable=1, amount_pence=1_000_00, payment_reference="BACS-1"
)
SPENT = ProgrammeSpendRecorded(
    year=YEAR,
    heading=Heading.CONTRACTS,
    purpose=REF,
    payee="Fernhill",
    amount_pence=1_000_00,
    payment_reference="BACS-1",
)
USED = ProgrammePaymentReferenceUsed(payment_reference="BACS-1", purpose=REF)


def test_a_deliverable_is_accepted_by_another_person_once() -> None:
    ask = AcceptDeliverable(evidence="Read")
    given(*HELD).when(about(accept_deliverable, 1), ask, CONTRACT, by=OFFICER).then(ACCEPTED)
    given(*HELD).when(about(accept_deliverable, 1), ask, CONTRACT, by=APPROVER).then_refused(
        "own-contract"
    )
    given(*HELD).when(about(accept_deliverable, 9), ask, CONTRACT, by=OFFICER).then_refused(
        "not-found"
    )
    done = given(*HELD, by(OFFICER, ACCEPTED))
    for decide, command in (
        (accept_deliverable, ask),
        (reject_deliverable, RejectDeliverable(reason="Late")),
    ):
        done.when(about(decide, 1), command, CONTRACT, by=OFFICER).then_refused(
            "deliverable-accepted"
        )


def test_only_what_was_accepted_is_paid_by_a_third_person_once() -> None:
    ask = PayDeliverable(payment_reference="BACS-1")
    states = (CONTRACT, BUDGET, BACS)
    accepted: History = (*HELD, by(OFFICER, ACCEPTED))
    given(*accepted).when(about(pay_deliverable, 1), ask, *states, by=FINANCE).then(
        PAID, SPENT, USED
    )
    for history, actor, code in (
        (HELD, FINANCE, "not-accepted"),
        (accepted, OFFICER, "own-approval"),
        (accepted, APPROVER, "own-approval"),
        ((*accepted, PAID, SPENT, USED), FINANCE, "deliverable-paid"),
        (
            (
                *accepted,
                PaymentReferenceUsed(payment_reference="BACS-1", grant="GRANT-0001", instalment=1),
            ),
            FINANCE,
            "payment-reference-used",
        ),
    ):
        given(*history).when(about(pay_deliverable, 1), ask, *states, by=actor).then_refused(code)


def test_what_is_not_paid_for_is_free_when_a_contract_ends() -> None:
    ask = EndContract(reason="Not renewed")
    paid: History = (*HELD, by(OFFICER, ACCEPTED), PAID, SPENT, USED)
    ended, freed = given(*paid).when(end_contract, ask, CONTRACT, BUDGET, by=OFFICER).outcome()
    assert freed == ProgrammeCommitmentReleased(
        year=YEAR, heading=Heading.CONTRACTS, purpose=REF, amount_pence=3_000_00
    )
    given(*HELD, by(OFFICER, ACCEPTED)).when(
        end_contract, ask, CONTRACT, BUDGET, by=OFFICER
    ).then_refused("accepted-unpaid", unpaid_pence=1_000_00)
    given(*paid, ended, freed).when(end_contract, ask, CONTRACT, BUDGET, by=OFFICER).then_refused(
        "contract-ended"
    )
    position = fold(BudgetPosition, *paid, ended, freed)[f"{YEAR}/contracts"]
    assert (position.committed_pence, position.paid_pence) == (0, 1_000_00)
    assert position.available_pence == 4_000_00
    balances = fold(AccountBalance, *paid, ended, freed).values()
    assert sum(row.balance_pence for row in balances) == 0


WRONG = WithdrawAcceptance(reason="The report is of another year")


def test_an_acceptance_is_withdrawn_before_it_is_paid_for() -> None:
    accepted: History = (*HELD, by(OFFICER, ACCEPTED))
    withdrawn = DeliverableAcceptanceWithdrawn(contract=REF, deliverable=1)
    given(*accepted).when(about(withdraw_acceptance, 1), WRONG, CONTRACT, by=OFFICER).then(
        withdrawn
    )
    for history, actor, code in (
        (HELD, OFFICER, "not-accepted"),
        (accepted, APPROVER, "own-contract"),
        ((*accepted, PAID, SPENT, USED), OFFICER, "deliverable-paid"),
    ):
        given(*history).when(about(withdraw_acceptance, 1), WRONG, CONTRACT, by=actor).then_refused(
            code
        )
    after = given(*accepted, by(OFFICER, withdrawn))
    ended, freed = after.when(
        end_contract, EndContract(reason="No use"), CONTRACT, BUDGET, by=OFFICER
    ).outcome()
    assert isinstance(freed, ProgrammeCommitmentReleased)
    assert freed.amount_pence == 4_000_00
    (row,) = fold(ContractRow, *accepted, by(OFFICER, withdrawn), ended, freed).values()
    assert (row.accepted_pence, row.committed_pence) == (0, 0)
    assert [line.state for line in row.schedule(date(2025, 12, 16))] == ["dropped", "dropped"]


def test_a_payment_that_comes_back_after_the_end_is_free_again() -> None:
    paid: History = (*HELD, by(OFFICER, ACCEPTED), PAID, SPENT, USED)
    ask = EndContract(reason="Not renewed")
    over = given(*paid).when(end_contract, ask, CONTRACT, BUDGET, by=OFFICER).outcome()
    back, money, freed = (
        given(*paid, *over)
        .when(
            about(reverse_deliverable, 1),
            ReverseDeliverablePayment(reason="Account closed"),
            CONTRACT,
            BUDGET,
            by=FINANCE,
        )
        .outcome()
    )
    assert isinstance(back, DeliverablePaymentReversed)
    position = fold(BudgetPosition, *paid, *over, money, freed)[f"{YEAR}/contracts"]
    assert (position.committed_pence, position.paid_pence) == (0, 0)
    assert position.available_pence == 5_000_00


@pytest.mark.parametrize(
    ("decide", "command", "states", "actor"),
    [
        (about(accept_deliverable, 2), AcceptDeliverable(evidence="Read"), (), OFFICER),
        (about(reject_deliverable, 2), RejectDeliverable(reason="Thin"), (), OFFICER),
        (about(withdraw_acceptance, 1), WRONG, (), OFFICER),
        (
            about(pay_deliverable, 1),
            PayDeliverable(payment_reference="BACS-1"),
            (BUDGET, BACS),
            FINANCE,
        ),
        (end_contract, EndContract(reason="Over"), (BUDGET,), OFFICER),
    ],
)
def test_nothing_in_a_contract_is_dated_before_its_cause(
    decide: Any, command: Any, states: tuple[Any, ...], actor: Actor
) -> None:
    early = command.but(effective_on=date(2025, 6, 1))
    given(*HELD, by(OFFICER, ACCEPTED)).when(
        decide, early, CONTRACT, *states, by=actor
    ).then_refused("before-its-cause", first="2025-06-02")


def test_what_is_freed_before_its_year_is_freed_in_it() -> None:
    what = Spending(purpose=REF, year=YEAR, heading=Heading.CONTRACTS)
    days = {date(2024, 5, 1): date(2025, 4, 1), date(2026, 5, 1): date(2026, 3, 31)}
    for asked, kept in days.items():
        ((_, on),) = set_free(what, 1, asked)
        assert on == kept


def test_a_variation_keeps_what_was_accepted() -> None:
    ask = VaryContract.model_validate(
        {
            "value": "3500.00",
            "ends_on": "2026-03-31",
            "open_deliverables": [
                {"title": "Shorter report", "amount": "2500.00", "due_on": "2026-02-01"}
            ],
            "reason": "Fewer examples",
        }
    )
    history: History = (*HELD, by(OFFICER, ACCEPTED))
    varied, freed = (
        given(*history).when(vary_contract, ask, CONTRACT, BUDGET, by=APPROVER).outcome()
    )
    assert isinstance(freed, ProgrammeCommitmentReleased)
    assert freed.amount_pence == 500_00
    after = given(*history, by(APPROVER, varied, freed)).state(CONTRACT)
    assert [d.number for d in after.deliverables] == [1, 3]
    below = ask.but(value_pence=900_00)
    given(*history).when(vary_contract, below, CONTRACT, BUDGET, by=APPROVER).then_refused(
        "below-accepted", accepted_pence=1_000_00
    )


def test_deliverables_stand_as_they_do_on_the_day() -> None:
    (row,) = fold(ContractRow, *HELD, by(OFFICER, ACCEPTED)).values()
    states = {line.deliverable: line.state for line in row.schedule(date(2025, 12, 16))}
    assert states == {1: "accepted", 2: "overdue"}
    (early,) = fold(ContractRow, *HELD).values()
    assert [line.state for line in early.schedule(date(2025, 8, 15))] == ["due", "planned"]
    assert row.committed_pence == 4_000_00


# --- Payment by results ---------------------------------------------------------------------

RULE = PaymentRule(full_pence=100_00, threshold_percent=40)
LAUNCH: dict[str, Any] = {
    "theme": PolicyTheme.CHILDRENS_CENTRES,
    "title": "Centres",
    "aims": ["Reach"],
    "starts_on": "2025-06-01",
    "ends_on": "2026-03-31",
    "full_payment": "100.00",
    "threshold_percent": 40,
    "ceiling": "150.00",
}


def test_a_programme_that_pays_states_its_rule_and_its_ceiling() -> None:
    ask = LaunchProgramme.model_validate(LAUNCH)
    (launched,) = given().when(launch, ask, PROGRAMME, by=APPROVER).outcome()
    assert isinstance(launched, ProgrammeLaunched)
    assert launched.rule == RULE
    for changes, code in (
        ({"ceiling": None}, "rule-incomplete"),
        ({"ceiling": "99.99"}, "over-ceiling"),
        ({"ceiling": "5000.01"}, "over-limit"),
        ({"ends_on": "2025-05-31"}, "bad-dates"),
    ):
        wrong = LaunchProgramme.model_validate(LAUNCH | changes)
        given().when(launch, wrong, PROGRAMME, by=APPROVER).then_refused(code)


LAUNCHED = launch(
    LaunchProgramme.model_validate(LAUNCH | {"effective_on": "2025-06-02"}), PROGRAMME, APPROVER
)
COUNCIL = CouncilRegistered(
    council="330",
    name="Birmingham",
    gss_code="E08000025",
    region=Region.WEST_MIDLANDS,
    authority_type="Metropolitan",
    source=Source(name="Register", kind="official"),
)
JOINED = CouncilJoined(
    programme=PROG,
    council="330",
    region=Region.WEST_MIDLANDS,
    theme=PolicyTheme.CHILDRENS_CENTRES,
    on_trial=True,
)
RUNNING: History = (*MONEY, COUNCIL, by(APPROVER, *LAUNCHED), JOINED)


def result(reached: str, **changes: Any) -> RecordOutcome:
    body = {
        "council": "330",
        "measure": "Families reached",
        "period": "2025-26Q2",
        "baseline": "50",
        "target": "60",
        "result": reached,
        "evidence": "Returns",
    }
    return RecordOutcome.model_validate(body | changes)


def test_a_council_joins_once() -> None:
    ask = JoinProgramme(council="330", on_trial=True)
    known: History = (COUNCIL, by(APPROVER, *LAUNCHED))
    states = (PROGRAMME, Council(council="330"))
    given(*known).when(join, ask, *states, by=OFFICER).then(JOINED)
    given(*known, JOINED).when(join, ask, *states, by=OFFICER).then_refused("council-takes-part")
    given(by(APPROVER, *LAUNCHED)).when(join, ask, *states, by=OFFICER).then_refused("not-found")


@pytest.mark.parametrize(
    ("reached", "due_pence"),
    [("49", 0), ("53.9", 0), ("54", 40_00), ("57.77", 77_70), ("60", 100_00), ("75", 100_00)],
)
def test_a_result_is_worth_its_share_of_the_way(reached: str, due_pence: int) -> None:
    told, *reserved = (
        given(*RUNNING)
        .when(record_outcome, result(reached), PROGRAMME, BUDGET, by=OFFICER)
        .outcome()
    )
    assert isinstance(told, TrialOutcomeRecorded)
    assert told.payment_due_pence == due_pence
    assert bool(reserved) == bool(due_pence)


@suppose(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 2000), st.integers(0, 100))
def test_no_result_is_paid_more_than_the_full_payment_or_for_going_back(
    baseline: int, target: int, reached: int, threshold: int
) -> None:
    if baseline == target:
        return
    rule = PaymentRule(full_pence=99_99, threshold_percent=threshold)
    numbers = (Decimal(baseline), Decimal(target), Decimal(reached))
    due, made = rule.due_pence(*numbers), way_made(*numbers)
    assert 0 <= due <= 99_99
    assert (due == 0) == (made <= 0 or made * 100 < threshold or made * 99_99 < 1)
    if made >= 1:
        assert due == 99_99
    assert due <= max(Fraction(0), made) * 99_99


def test_results_stay_under_the_ceiling_and_are_paid_once_by_another_person() -> None:
    first = (
        given(*RUNNING).when(record_outcome, result("60"), PROGRAMME, BUDGET, by=OFFICER).outcome()
    )
    recorded: History = (*RUNNING, by(OFFICER, *first))
    again = given(*recorded)
    again.when(record_outcome, result("60"), PROGRAMME, BUDGET, by=OFFICER).then_refused(
        "outcome-recorded", outcome=1
    )
    later = result("60", period="2025-26Q3")
    again.when(record_outcome, later, PROGRAMME, BUDGET, by=OFFICER).then_refused(
        "over-ceiling", left_pence=50_00, due_pence=100_00
    )
    elsewhere = result("60", council="331")
    again.when(record_outcome, elsewhere, PROGRAMME, BUDGET, by=OFFICER).then_refused(
        "not-on-trial"
    )
    ask, states = PayOutcome(payment_reference="BACS-1"), (PROGRAMME, BUDGET, BACS)
    again.when(about(pay_outcome, 1), ask, *states, by=OFFICER).then_refused("own-approval")
    paid = again.when(about(pay_outcome, 1), ask, *states, by=FINANCE).outcome()
    assert isinstance(paid[0], TrialPaymentMade)
    done: History = (*recorded, by(FINANCE, *paid))
    given(*done).when(about(pay_outcome, 1), ask, *states, by=FINANCE).then_refused("outcome-paid")
    (row,) = fold(ProgrammeRow, *done).values()
    assert (row.taking_part, row.trialling, row.due_pence, row.paid_pence) == (1, 1, 100_00, 100_00)
    (part,) = fold(ParticipationRow, *done).values()
    assert (part.results, part.paid_pence) == (1, 100_00)
    (told,) = fold(TrialResultRow, *done).values()
    assert (told.way_made_percent, told.state) == (100, "paid")
    assert sum(b.balance_pence for b in fold(AccountBalance, *done).values()) == 0


# --- Hosting --------------------------------------------------------------------------------

HOSTING = Hosting(year=YEAR)


def claiming(**changes: Any) -> ClaimHostingCharge:
    body = {
        "from": "2025-04-01",
        "to": "2025-06-30",
        "services": "Offices",
        "amount": "800.00",
        "invoice": "1",
        "evidence": "Schedule",
    }
    return ClaimHostingCharge.model_validate(body | changes)


(CLAIMED,) = claim_charge(claiming(effective_on="2025-07-01"), HOSTING, OTHER)
WAITING: History = (*MONEY, by(OTHER, CLAIMED))


def test_the_host_claims_for_each_day_once() -> None:
    assert isinstance(CLAIMED, HostingChargeClaimed)
    rejected = HostingClaimRejected(year=YEAR, claim=1)
    for history, changes, code in (
        (WAITING, {"from": "2025-06-30", "to": "2025-09-30"}, "period-claimed"),
        (WAITING, {"from": "2025-07-01", "to": "2025-09-30"}, None),
        ((*WAITING, rejected), {}, None),
        (WAITING, {"from": "2025-03-31", "to": "2025-03-31"}, "wrong-financial-year"),
        (WAITING, {"from": "2025-09-01", "to": "2025-08-01"}, "bad-dates"),
    ):
        asked = given(*history).when(claim_charge, claiming(**changes), HOSTING, by=OTHER)
        if code:
            asked.then_refused(code)
        else:
            assert len(asked.outcome()) == 1


def test_three_people_claim_accept_and_pay_within_the_heading() -> None:
    ask, states = AcceptClaim(reason="Agrees"), (HOSTING, BUDGET)
    accepted = given(*WAITING).when(about(accept_claim, 1), ask, *states, by=APPROVER).outcome()
    assert isinstance(accepted[0], HostingClaimAccepted)
    given(*WAITING).when(about(accept_claim, 1), ask, *states, by=OTHER).then_refused(
        "own-proposal"
    )
    no = RejectClaim(reason="Twice")
    given(*WAITING).when(about(reject_claim, 1), no, HOSTING, by=OTHER).then_refused("own-proposal")
    held: History = (*WAITING, by(APPROVER, *accepted))
    paying, paid_states = PayClaim(payment_reference="BACS-1"), (HOSTING, BUDGET, BACS)
    given(*WAITING).when(about(pay_claim, 1), paying, *paid_states, by=FINANCE).then_refused(
        "not-accepted"
    )
    given(*held).when(about(pay_claim, 1), paying, *paid_states, by=OTHER).then_refused(
        "own-approval"
    )
    paid = given(*held).when(about(pay_claim, 1), paying, *paid_states, by=FINANCE).outcome()
    (row,) = fold(HostingClaimRow, *held, by(FINANCE, *paid)).values()
    assert (row.state, row.paid_by, row.decided_by) == ("paid", "finance", "approver")
    more = claim_charge(
        claiming(**{"from": "2025-07-01", "to": "2025-09-30", "effective_on": "2025-10-01"}),
        given(*held).state(HOSTING),
        OTHER,
    )
    given(*held, by(OTHER, *more)).when(
        about(accept_claim, 2), ask, *states, by=APPROVER
    ).then_refused("heading-exhausted")


def test_an_accepted_claim_waits_again_once_the_acceptance_is_withdrawn() -> None:
    states = (HOSTING, BUDGET)
    accepted = (
        given(*WAITING)
        .when(about(accept_claim, 1), AcceptClaim(reason="Agrees"), *states, by=APPROVER)
        .outcome()
    )
    held: History = (*WAITING, by(APPROVER, *accepted))
    ask = WithdrawClaimAcceptance(reason="The invoice counts a month twice")
    withdrawn, freed = (
        given(*held).when(about(withdraw_claim_acceptance, 1), ask, *states, by=APPROVER).outcome()
    )
    assert isinstance(withdrawn, HostingAcceptanceWithdrawn)
    after: History = (*held, by(APPROVER, withdrawn, freed))
    position = fold(BudgetPosition, *after)[f"{YEAR}/hosting-charge"]
    assert (position.committed_pence, position.available_pence) == (0, 900_00)
    given(*after).when(
        about(reject_claim, 1), RejectClaim(reason="Twice"), HOSTING, by=APPROVER
    ).then(HostingClaimRejected(year=YEAR, claim=1))
    for history, actor, code in (
        (WAITING, APPROVER, "not-accepted"),
        (held, OTHER, "own-proposal"),
    ):
        given(*history).when(
            about(withdraw_claim_acceptance, 1), ask, *states, by=actor
        ).then_refused(code)


def test_staff_time_is_valued_at_the_rate_that_it_carries() -> None:
    ask = RecordStaffTime.model_validate(
        {
            "month": "2025-05",
            "grade": "Adviser",
            "activity": "programme team",
            "hours": 40,
            "rate": "48.15",
        }
    )
    month = StaffMonth(month="2025-05")
    (told,) = given().when(record_time, ask, month, by=OTHER).outcome()
    assert isinstance(told, StaffTimeRecorded)
    assert told.value_pence == 40 * 48_15
    given(told).when(record_time, ask, month, by=OTHER).then_refused("time-recorded", entry=1)
    ahead = ask.but(month="2025-07")
    given().when(record_time, ahead, StaffMonth(month="2025-07"), by=OTHER).then_refused(
        "bad-month"
    )
    dear = ask.but(rate_pence=1_000_01)
    given().when(record_time, dear, month, by=OTHER).then_refused("bad-rate")
    (row,) = fold(StaffTimeRow, told).values()
    assert (row.year, row.hours, row.value_pence) == (YEAR, 40, 1_926_00)
