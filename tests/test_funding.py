"""Funding's rules, each with both its sides."""

from datetime import date
from typing import Any

import pytest

from domain.councils import Region
from domain.funding import (
    AcceptOffer,
    AllocateHeading,
    AllocationMoved,
    AllocationMoveProposed,
    ApproveGrant,
    ApproveMove,
    AssessGrant,
    Budget,
    BudgetOpened,
    BudgetThen,
    ClawbackDemanded,
    ClawbackOwed,
    ClawbackReceived,
    CloseGrant,
    CloseYear,
    CommitmentReleased,
    CommitmentReserved,
    Condition,
    ConditionMet,
    CriterionScore,
    DemandClawback,
    DueDiligenceRecorded,
    FundsRecovered,
    GiveReason,
    Grant,
    GrantApproved,
    GrantAssessed,
    GrantClass,
    GrantClosed,
    GrantOffered,
    GrantProposed,
    GrantSuspended,
    GrantVaried,
    Heading,
    HeadingAllocated,
    Instalment,
    InstalmentPaid,
    OfferAccepted,
    OfferGrant,
    OpenBudget,
    PayInstalment,
    PaymentReference,
    PaymentReferenceUsed,
    PaymentReversed,
    ProposeMove,
    ReceiptReference,
    ReceiptReferenceUsed,
    ReceiveClawback,
    RegionDevolved,
    ReversePayment,
    SettleCondition,
    SpendRecorded,
    SpendReversed,
    VaryGrant,
    WriteOff,
    YearClosed,
    accept,
    allocate,
    approve,
    approve_move,
    assess,
    close_grant,
    close_year,
    demand_clawback,
    lapse,
    next_year,
    offer,
    open_budget,
    pay,
    postings,
    propose_move,
    receive_clawback,
    reverse,
    settle_condition,
    suspend,
    vary,
    withdraw,
    write_off,
)
from domain.interventions import Authority
from domain.kernel import Actor, Event, Record
from projections.funding import BudgetPosition, GrantRow
from tests.spec import by, fold, given

YEAR, GRANT, CASE, COUNCIL = "2025-26", "GRANT-0001", "CASE-0001", "330"
OFFICER = Actor(id="case-officer", role="case-officer")
APPROVER = Actor(
    id="approver",
    role="approver",
    limit_pence=100_000_00,
    authority="USER-approver/2",
    granted_by="administrator",
)
FINANCE = Actor(id="finance-officer", role="finance-officer")
EMPTY = Grant(grant=GRANT), Budget(year=YEAR)
REFERENCE = PaymentReference(payment_reference="BACS-1")
ABOUT: dict[str, Any] = {"grant": GRANT, "case": CASE, "council": COUNCIL}
MONEY: dict[str, Any] = {
    "year": YEAR,
    "heading": Heading.INTERVENTION_SUPPORT,
    "region": Region.WEST_MIDLANDS,
    **ABOUT,
}

OPENED = BudgetOpened(year=YEAR, award_pence=9_300_000_00, award_letter="DFE/1")
ALLOCATED = HeadingAllocated(
    year=YEAR, heading=Heading.INTERVENTION_SUPPORT, amount_pence=100_000_00
)
PARTS = (
    Instalment(number=1, amount_pence=50_000_00, due_on=date(2025, 6, 2)),
    Instalment(number=2, amount_pence=30_000_00, due_on=date(2025, 9, 15), conditions=(1,)),
)
PROPOSED = GrantProposed(
    **ABOUT,
    region=Region.WEST_MIDLANDS,
    year=YEAR,
    heading=Heading.INTERVENTION_SUPPORT,
    purpose="Front door",
    amount_pence=80_000_00,
    amount_basis="Three posts",
    legal_power="LGA 2003 s31",
    determination_number="31/1",
    grant_class=GrantClass.SECTION_31,
    senior_responsible_owner="Director",
    instalments=PARTS,
    conditions=(Condition(number=1, text="Plan agreed"),),
    options_rejected=("Loan of staff",),
    evidence="Report",
    value_for_money="A third below",
    competed=True,
)
WITHIN = Authority(
    limit_pence=100_000_00, limit_record="USER-approver/2", granted_by="administrator"
)
APPROVED = GrantApproved(
    **ABOUT,
    amount_pence=80_000_00,
    authority=WITHIN,
    budget=BudgetThen(
        allocated_pence=100_000_00,
        committed_pence=0,
        available_pence=100_000_00,
        budget_record=f"BUDGET-{YEAR}/2",
    ),
    novel_or_contentious=False,
    novelty_judgement="Not novel, contentious or repercussive.",
    rationale="Ready",
)
RESERVED = CommitmentReserved(**MONEY, amount_pence=80_000_00)
ASSESSED = GrantAssessed(
    **ABOUT,
    scores=(CriterionScore(criterion="Need", score=4, reason="Judgement"),),
    criteria_version="1",
    conflict_of_interest="none",
)
CHECKED = DueDiligenceRecorded(
    **ABOUT, result="passed", fraud_risk="low", payee_verified=True, findings="Called back"
)
OFFERED = GrantOffered(
    **ABOUT,
    determination_letter="DL/1",
    ring_fenced=False,
    allocations_annexed=False,
    accept_by=date(2025, 6, 30),
    instalments=PARTS,
)
ACCEPTED = OfferAccepted(
    **ABOUT, amount_pence=80_000_00, signatory="person-1", signatory_office="s151"
)
PAID = InstalmentPaid(**ABOUT, instalment=1, amount_pence=50_000_00, payment_reference="BACS-1")
SPENT = SpendRecorded(**MONEY, amount_pence=50_000_00, payment_reference="BACS-1")
USED = PaymentReferenceUsed(payment_reference="BACS-1", grant=GRANT, instalment=1)

FUNDED: list[Event | list[Record]] = [OPENED, ALLOCATED]
READY: list[Event | list[Record]] = [*FUNDED, by(OFFICER, PROPOSED)]
AGREED: list[Event | list[Record]] = [*READY, by(APPROVER, APPROVED), RESERVED]
RUNNING: list[Event | list[Record]] = [*AGREED, OFFERED, CHECKED, ACCEPTED]
PAID_ONCE: list[Event | list[Record]] = [*RUNNING, PAID, SPENT, USED]

ASK = ApproveGrant(rationale="Ready")
WHY = GiveReason(reason="For a reason")


def test_approval_sets_the_money_aside_and_says_on_what_authority() -> None:
    given(*READY).when(approve, ASK, *EMPTY, by=APPROVER).then(APPROVED, RESERVED)


@pytest.mark.parametrize(
    ("history", "who", "ask", "code"),
    [
        (READY, OFFICER.but(limit_pence=100_000_00), ASK, "own-proposal"),
        ([*READY, by(APPROVER, ASSESSED)], APPROVER, ASK, "own-assessment"),
        (READY, APPROVER.but(limit_pence=80_000_00 - 1), ASK, "over-limit"),
        (
            READY,
            APPROVER,
            ApproveGrant(rationale="Ready", novel_or_contentious=True),
            "novel-or-contentious",
        ),
        ([OPENED, by(OFFICER, PROPOSED)], APPROVER, ASK, "heading-exhausted"),
        ([by(OFFICER, PROPOSED)], APPROVER, ASK, "budget-not-open"),
        (AGREED, APPROVER, ASK, "grant-status"),
        (
            [*READY, CHECKED.but(result="failed")],
            APPROVER,
            ASK,
            "due-diligence-failed",
        ),
        (
            READY,
            APPROVER,
            ApproveGrant(rationale="Ready", effective_on=date(2026, 4, 1)),
            "wrong-financial-year",
        ),
    ],
)
def test_approval_is_refused(
    history: list[Event | list[Record]], who: Actor, ask: ApproveGrant, code: str
) -> None:
    given(*history).when(approve, ask, *EMPTY, by=who).then_refused(code)


def test_the_last_penny_of_a_heading_is_enough_and_one_less_is_not() -> None:
    exact = HeadingAllocated(
        year=YEAR, heading=Heading.INTERVENTION_SUPPORT, amount_pence=80_000_00
    )
    enough = given(OPENED, exact, by(OFFICER, PROPOSED)).when(approve, ASK, *EMPTY, by=APPROVER)
    assert [type(event) for event in enough.outcome()] == [GrantApproved, CommitmentReserved]
    short = exact.but(amount_pence=80_000_00 - 1)
    given(OPENED, short, by(OFFICER, PROPOSED)).when(
        approve, ASK, *EMPTY, by=APPROVER
    ).then_refused("heading-exhausted", available_pence=80_000_00 - 1, asked_pence=80_000_00)


def test_a_board_minute_stands_above_the_limit() -> None:
    asked = ApproveGrant(rationale="Ready", board_minute="CIB/1")
    decided = given(*READY).when(approve, asked, *EMPTY, by=APPROVER.but(limit_pence=1)).outcome()
    assert isinstance(decided[0], GrantApproved)
    assert decided[0].authority.board_minute == "CIB/1"
    assert decided[0].authority.limit_pence == 1


def test_a_novel_grant_is_approved_on_a_judgement_that_says_so() -> None:
    bare = ApproveGrant(rationale="Ready", novel_or_contentious=True, board_minute="CIB/1")
    given(*READY).when(approve, bare, *EMPTY, by=APPROVER).then_refused("judgement-missing")
    judged = bare.but(novelty_judgement="The first grant of its kind")
    approved = given(*READY).when(approve, judged, *EMPTY, by=APPROVER).outcome()[0]
    assert isinstance(approved, GrantApproved)
    assert approved.novelty_judgement == "The first grant of its kind"


def test_the_year_after_a_year_is_the_next_one() -> None:
    assert [next_year(y) for y in (YEAR, "2023-24", "2098-99")] == ["2026-27", "2024-25", "2099-00"]


def test_nobody_assesses_their_own_proposal_or_twice() -> None:
    asked = AssessGrant(scores=ASSESSED.scores, criteria_version="1", conflict_of_interest="none")
    one = EMPTY[:1]
    given(*READY).when(assess, asked, *one, by=APPROVER).then(ASSESSED)
    given(*READY).when(assess, asked, *one, by=OFFICER).then_refused("own-proposal")
    given(*READY, by(APPROVER, ASSESSED)).when(assess, asked, *one, by=APPROVER).then_refused(
        "assessed-already"
    )


PAY = PayInstalment(instalment=1, payment_reference="BACS-1")
SECOND = PayInstalment(instalment=2, payment_reference="BACS-2", effective_on=date(2025, 9, 15))


def test_a_payment_is_recorded_on_grant_budget_and_reference() -> None:
    given(*RUNNING).when(pay, PAY, *EMPTY, REFERENCE, by=FINANCE).then(PAID, SPENT, USED)


@pytest.mark.parametrize(
    ("history", "ask", "who", "code"),
    [
        (AGREED, PAY, FINANCE, "grant-status"),
        (RUNNING, PAY.but(effective_on=date(2025, 6, 1)), FINANCE, "before-its-cause"),
        ([*RUNNING, GrantSuspended(**ABOUT)], PAY, FINANCE, "grant-suspended"),
        ([*AGREED, OFFERED, ACCEPTED], PAY, FINANCE, "payee-not-verified"),
        (RUNNING, PAY, APPROVER, "own-approval"),
        (RUNNING, PAY, OFFICER, "own-approval"),
        (RUNNING, PayInstalment(instalment=9, payment_reference="BACS-9"), FINANCE, "not-found"),
        (PAID_ONCE, PAY, FINANCE, "instalment-paid"),
        (RUNNING, SECOND, FINANCE, "condition-not-met"),
        (
            [*RUNNING, ConditionMet(**ABOUT, condition=1, evidence="Minute")],
            PayInstalment(instalment=2, payment_reference="BACS-2"),
            FINANCE,
            "not-due",
        ),
        (
            [
                *RUNNING,
                YearClosed(
                    year=YEAR,
                    unspent_pence=0,
                    carried_pence=0,
                    surrendered_pence=0,
                    by_heading={},
                    unallocated_pence=0,
                ),
            ],
            PAY,
            FINANCE,
            "year-closed",
        ),
        (
            RUNNING,
            PayInstalment(instalment=1, payment_reference="BACS-1", effective_on=date(2026, 4, 1)),
            FINANCE,
            "wrong-financial-year",
        ),
    ],
)
def test_a_payment_is_refused(
    history: list[Event | list[Record]], ask: PayInstalment, who: Actor, code: str
) -> None:
    reference = PaymentReference(payment_reference=ask.payment_reference)
    given(*history).when(pay, ask, *EMPTY, reference, by=who).then_refused(code)


def test_a_reference_is_used_once_whatever_it_paid() -> None:
    other = USED.but(payment_reference="BACS-2", grant="GRANT-0002")
    met = ConditionMet(**ABOUT, condition=1, evidence="Minute")
    reference = PaymentReference(payment_reference="BACS-2")
    given(*RUNNING, met, other).when(pay, SECOND, *EMPTY, reference, by=FINANCE).then_refused(
        "payment-reference-used", grant="GRANT-0002", instalment=1
    )


def test_a_reversed_payment_is_set_aside_again_unless_clawed_back() -> None:
    asked = ReversePayment(reason="Returned by the bank")

    def reverse_first(
        command: ReversePayment, grant: Grant, budget: Budget, who: Actor
    ) -> list[Event]:
        return reverse(command, grant, budget, 1, who)

    given(*PAID_ONCE).when(reverse_first, asked, *EMPTY, by=FINANCE).then(
        PaymentReversed(**ABOUT, instalment=1, amount_pence=50_000_00, payment_reference="BACS-1"),
        SpendReversed(**MONEY, amount_pence=50_000_00, payment_reference="BACS-1"),
    )
    given(*RUNNING).when(reverse_first, asked, *EMPTY, by=FINANCE).then_refused("not-paid")
    demanded = ClawbackDemanded(**ABOUT, amount_pence=1)
    given(*PAID_ONCE, demanded).when(reverse_first, asked, *EMPTY, by=FINANCE).then_refused(
        "clawed-back"
    )


def test_clawback_is_never_more_than_was_paid() -> None:
    def ask(amount: str) -> DemandClawback:
        return DemandClawback.model_validate({"amount": amount, "reason": "Vacant posts"})

    given(*PAID_ONCE).when(demand_clawback, ask("50000.00"), *EMPTY, by=FINANCE).then(
        ClawbackDemanded(**ABOUT, amount_pence=50_000_00),
        ClawbackOwed(**MONEY, amount_pence=50_000_00),
    )
    given(*PAID_ONCE).when(demand_clawback, ask("50000.01"), *EMPTY, by=FINANCE).then_refused(
        "over-paid", paid_pence=50_000_00
    )
    demanded = ClawbackDemanded(**ABOUT, amount_pence=20_000_00)
    given(*PAID_ONCE, demanded).when(
        demand_clawback, ask("30000.01"), *EMPTY, by=FINANCE
    ).then_refused("over-paid", clawed_back_pence=20_000_00)


LATE = date(2025, 9, 1)
PAID_LATE: list[Event | list[Record]] = [*RUNNING, by(FINANCE, PAID, SPENT, USED, on=LATE)]


def test_nothing_comes_back_before_it_was_paid_or_demanded() -> None:
    """What holds on a day holds in the world, and not only in the order of recording."""
    ask = DemandClawback.model_validate({"amount": "1.00", "reason": "Vacant posts"})
    demand = given(*PAID_LATE)
    demand.when(demand_clawback, ask, *EMPTY, by=FINANCE).then_refused("over-paid", paid_pence=0)
    demand.when(demand_clawback, ask.but(effective_on=LATE), *EMPTY, by=FINANCE).then(
        ClawbackDemanded(**ABOUT, amount_pence=1_00), ClawbackOwed(**MONEY, amount_pence=1_00)
    )
    off = WriteOff.model_validate({"amount": "1.00", "reason": "Too dear to recover"})
    owed = given(*PAID_LATE, by(FINANCE, ClawbackDemanded(**ABOUT, amount_pence=1_00), on=LATE))
    owed.when(write_off, off, *EMPTY, by=APPROVER).then_refused("before-its-cause")
    assert owed.when(write_off, off.but(effective_on=LATE), *EMPTY, by=APPROVER).outcome()


def test_nothing_is_paid_before_the_payee_was_verified_or_the_conditions_settled() -> None:
    met = by(OFFICER, ConditionMet(**ABOUT, condition=1, evidence="Minute"), on=date(2025, 9, 16))
    second = PaymentReference(payment_reference="BACS-2")
    settled = given(*RUNNING, met)
    settled.when(pay, SECOND, *EMPTY, second, by=FINANCE).then_refused("before-its-cause")
    later = SECOND.but(effective_on=date(2025, 9, 16))
    assert settled.when(pay, later, *EMPTY, second, by=FINANCE).outcome()
    checked = given(*AGREED, OFFERED, by(FINANCE, CHECKED, on=LATE), ACCEPTED)
    checked.when(pay, PAY, *EMPTY, REFERENCE, by=FINANCE).then_refused("before-its-cause")
    assert checked.when(pay, PAY.but(effective_on=LATE), *EMPTY, REFERENCE, by=FINANCE).outcome()


def test_a_payment_is_reversed_and_a_grant_closed_from_its_day_on() -> None:
    def reverse_first(
        command: ReversePayment, grant: Grant, budget: Budget, who: Actor
    ) -> list[Event]:
        return reverse(command, grant, budget, 1, who)

    undo = ReversePayment(reason="Returned by the bank")
    end = CloseGrant.model_validate({"final_spend": "50000.00", "reason": "Spent"})
    for decide, command in ((reverse_first, undo), (close_grant, end)):
        paid = given(*PAID_LATE)
        paid.when(decide, command, *EMPTY, by=FINANCE).then_refused("before-its-cause")
        assert paid.when(decide, command.but(effective_on=LATE), *EMPTY, by=FINANCE).outcome()


def test_who_assessed_a_grant_does_not_vary_it() -> None:
    ask = VaryGrant.model_validate(
        {
            "amount": "90000.00",
            "unpaid_instalments": [{"amount": "90000.00", "due_on": "2026-01-15"}],
            "reason": "One post more",
        }
    )
    assessed = given(*READY, by(APPROVER, ASSESSED), APPROVED, RESERVED)
    assessed.when(vary, ask, *EMPTY, by=APPROVER).then_refused("own-assessment")
    assert assessed.when(vary, ask, *EMPTY, by=APPROVER.but(id="approver-2")).outcome()


def test_money_that_comes_back_is_the_headings_or_once_closed_the_departments() -> None:
    demanded = ClawbackDemanded(**ABOUT, amount_pence=10_000_00)
    ask = ReceiveClawback.model_validate({"amount": "10000.00", "receipt_reference": "R-1"})
    received = ClawbackReceived(**ABOUT, amount_pence=10_000_00, receipt_reference="R-1")
    booked = ReceiptReferenceUsed(receipt_reference="R-1", grant=GRANT)
    about = (*EMPTY, ReceiptReference(receipt_reference="R-1"))
    given(*PAID_ONCE, demanded).when(receive_clawback, ask, *about, by=FINANCE).then(
        received, FundsRecovered(**MONEY, amount_pence=10_000_00, to="heading"), booked
    )
    given(*PAID_ONCE, demanded, booked.but(grant="GRANT-0002")).when(
        receive_clawback, ask, *about, by=FINANCE
    ).then_refused("receipt-reference-used", grant="GRANT-0002")
    closed = YearClosed(
        year=YEAR,
        unspent_pence=0,
        carried_pence=0,
        surrendered_pence=0,
        by_heading={},
        unallocated_pence=0,
    )
    given(*PAID_ONCE, demanded, closed).when(receive_clawback, ask, *about, by=FINANCE).then(
        received, FundsRecovered(**MONEY, amount_pence=10_000_00, to="department"), booked
    )
    given(*PAID_ONCE).when(receive_clawback, ask, *about, by=FINANCE).then_refused("over-owed")
    off = WriteOff.model_validate({"amount": "10000.01", "reason": "Too dear to recover"})
    given(*PAID_ONCE, demanded).when(write_off, off, *EMPTY, by=APPROVER).then_refused(
        "over-owed", owed_pence=10_000_00
    )


def test_variation_takes_the_difference_from_the_heading_or_gives_it_back() -> None:
    def ask(amount: str, to_pay: str) -> VaryGrant:
        return VaryGrant.model_validate(
            {
                "amount": amount,
                "unpaid_instalments": [{"amount": to_pay, "due_on": "2026-01-15"}],
                "reason": "One post more or fewer",
            }
        )

    more = given(*PAID_ONCE).when(vary, ask("100000.00", "50000.00"), *EMPTY, by=APPROVER)
    varied, reserved = more.outcome()
    assert isinstance(varied, GrantVaried)
    assert [i.number for i in varied.instalments] == [1, 3]
    assert reserved == CommitmentReserved(**MONEY, amount_pence=20_000_00)
    less = given(*PAID_ONCE).when(vary, ask("60000.00", "10000.00"), *EMPTY, by=APPROVER)
    assert less.outcome()[1] == CommitmentReleased(**MONEY, amount_pence=20_000_00)
    rich = APPROVER.but(limit_pence=200_000_00)
    for asked, code in (
        (ask("100000.01", "50000.01"), "heading-exhausted"),
        (ask("49999.99", "0.01"), "below-paid"),
        (ask("60000.00", "10000.01"), "instalments-sum"),
    ):
        given(*PAID_ONCE).when(vary, asked, *EMPTY, by=rich).then_refused(code)
    given(*PAID_ONCE).when(vary, ask("60000.00", "10000.00"), *EMPTY, by=OFFICER).then_refused(
        "own-proposal"
    )


def test_an_offer_is_accepted_in_time_or_lapses() -> None:
    one = EMPTY[:1]
    offering = OfferGrant(determination_letter="DL/1", accept_by=date(2025, 6, 30))
    given(*AGREED).when(offer, offering, *one, by=OFFICER).then(OFFERED)
    given(*READY).when(offer, offering, *one, by=OFFICER).then_refused("grant-status")
    signing = AcceptOffer(signatory="person-1", signatory_office="s151")
    given(*AGREED, OFFERED).when(accept, signing, *one, by=OFFICER).then(ACCEPTED)
    late = signing.but(effective_on=date(2025, 7, 1))
    given(*AGREED, OFFERED).when(accept, late, *one, by=OFFICER).then_refused("offer-out-of-time")
    given(*AGREED, OFFERED).when(lapse, WHY, *EMPTY, by=OFFICER).then_refused("offer-in-time")
    lapsed = given(*AGREED, OFFERED).when(
        lapse, WHY.but(effective_on=date(2025, 7, 1)), *EMPTY, by=OFFICER
    )
    assert lapsed.outcome()[1] == CommitmentReleased(**MONEY, amount_pence=80_000_00)


def test_withdrawing_frees_what_was_set_aside_until_accepted() -> None:
    freed = given(*AGREED).when(withdraw, WHY, *EMPTY, by=OFFICER).outcome()
    assert freed[1] == CommitmentReleased(**MONEY, amount_pence=80_000_00)
    assert len(given(*READY).when(withdraw, WHY, *EMPTY, by=OFFICER).outcome()) == 1
    given(*RUNNING).when(withdraw, WHY, *EMPTY, by=OFFICER).then_refused("grant-status")


def test_conditions_are_settled_once_and_met_on_evidence() -> None:
    def first(command: SettleCondition, grant: Grant, who: Actor) -> list[Event]:
        return settle_condition(command, grant, 1, who)

    one = EMPTY[:1]
    bare = SettleCondition(outcome="met", reason="Read it")
    given(*RUNNING).when(first, bare, *one, by=OFFICER).then_refused("evidence-missing")
    met = bare.but(evidence="Minute")
    given(*RUNNING).when(first, met, *one, by=OFFICER).then(
        ConditionMet(**ABOUT, condition=1, evidence="Minute")
    )
    settled = ConditionMet(**ABOUT, condition=1, evidence="Minute")
    given(*RUNNING, settled).when(first, met, *one, by=OFFICER).then_refused("condition-settled")


def test_suspension_is_told_once() -> None:
    one = EMPTY[:1]
    given(*RUNNING).when(suspend, WHY, *one, by=OFFICER).then(GrantSuspended(**ABOUT))
    given(*RUNNING, GrantSuspended(**ABOUT)).when(suspend, WHY, *one, by=OFFICER).then_refused(
        "grant-suspended"
    )


def test_closing_frees_what_was_never_paid_and_leaves_nothing_owed() -> None:
    def ask(spend: str) -> CloseGrant:
        return CloseGrant.model_validate({"final_spend": spend, "reason": "Final return"})

    given(*PAID_ONCE).when(close_grant, ask("48000.00"), *EMPTY, by=OFFICER).then(
        GrantClosed(**ABOUT, final_spend_pence=48_000_00, underspend_pence=2_000_00),
        CommitmentReleased(**MONEY, amount_pence=30_000_00),
    )
    given(*PAID_ONCE).when(close_grant, ask("50000.01"), *EMPTY, by=OFFICER).then_refused(
        "over-kept"
    )
    owed = ClawbackDemanded(**ABOUT, amount_pence=1)
    given(*PAID_ONCE, owed).when(close_grant, ask("0"), *EMPTY, by=OFFICER).then_refused(
        "still-owed"
    )


def test_a_budget_is_opened_once_and_allocates_no_more_than_its_award() -> None:
    budget = Budget(year=YEAR)
    ask = OpenBudget.model_validate({"year": YEAR, "award": "9300000.00", "award_letter": "DFE/1"})
    given().when(open_budget, ask, budget, by=FINANCE).then(OPENED)
    given(OPENED).when(open_budget, ask, budget, by=FINANCE).then_refused("budget-open")
    early = ask.but(effective_on=date(2025, 3, 31))
    given().when(open_budget, early, budget, by=FINANCE).then_refused("wrong-financial-year")
    most = AllocateHeading.model_validate({"heading": "contracts", "amount": "9300000.01"})
    given(OPENED).when(allocate, most, budget, by=FINANCE).then_refused("award-exhausted")


def test_a_virement_needs_another_person_and_free_money() -> None:
    budget = Budget(year=YEAR)
    ask = ProposeMove.model_validate(
        {
            "from_heading": "intervention-support",
            "to_heading": "contracts",
            "amount": "90000.00",
            "reason": "More contracts",
        }
    )
    proposed = AllocationMoveProposed(
        year=YEAR,
        move=1,
        from_heading=Heading.INTERVENTION_SUPPORT,
        to_heading=Heading.CONTRACTS,
        amount_pence=90_000_00,
    )
    given(*FUNDED).when(propose_move, ask, budget, by=FINANCE).then(proposed)

    def first(command: ApproveMove, found: Budget, who: Actor) -> list[Event]:
        return approve_move(command, found, 1, who)

    yes = ApproveMove(reason="Agreed")
    moved = given(*FUNDED, by(FINANCE, proposed)).when(first, yes, budget, by=APPROVER).outcome()
    assert isinstance(moved[0], AllocationMoved)
    given(*FUNDED, by(FINANCE, proposed)).when(first, yes, budget, by=FINANCE).then_refused(
        "own-proposal"
    )
    taken = [*FUNDED, by(FINANCE, proposed), by(OFFICER, PROPOSED), APPROVED, RESERVED]
    given(*taken).when(first, yes, budget, by=APPROVER).then_refused("heading-exhausted")


def test_a_year_closes_with_nothing_committed_and_what_is_left_goes_one_way() -> None:
    following = Budget(year="2026-27")
    ask = CloseYear(carry_forward=True, reason="Year end", effective_on=date(2026, 3, 31))
    given(*AGREED).when(close_year, ask, EMPTY[1], following, by=FINANCE).then_refused(
        "commitments-open"
    )
    closed, carried = (
        given(*FUNDED).when(close_year, ask, EMPTY[1], following, by=FINANCE).outcome()
    )
    assert isinstance(closed, YearClosed)
    assert (closed.unspent_pence, closed.carried_pence) == (9_300_000_00, 9_300_000_00)
    assert sum(p.amount_pence for p in (*postings(closed), *postings(carried))) == 0
    surrendered = (
        given(*FUNDED)
        .when(close_year, ask.but(carry_forward=False), EMPTY[1], following, by=FINANCE)
        .outcome()
    )
    assert len(surrendered) == 1


def test_a_year_is_closed_from_its_last_day_on_and_each_years_money_moves_in_that_year() -> None:
    following, funded = Budget(year="2026-27"), given(*FUNDED)
    devolved = RegionDevolved(year=YEAR, region=Region.LONDON, amount_pence=1_00)
    shared = given(
        *FUNDED,
        HeadingAllocated(year=YEAR, heading=Heading.REGIONS, amount_pence=1_00),
        devolved,
    )
    ask = CloseYear(carry_forward=True, reason="Year end", effective_on=date(2026, 3, 30))
    funded.when(close_year, ask, EMPTY[1], following, by=FINANCE).then_refused(
        "year-not-over", last="2026-03-31"
    )
    for day, forward in ((date(2026, 3, 31), date(2026, 4, 1)), (date(2026, 5, 4),) * 2):
        ask = ask.but(effective_on=day)
        decided = shared.when(close_year, ask, EMPTY[1], following, by=FINANCE).decided()
        assert [(type(event).__name__, on) for event, on in decided] == [
            ("RegionalUnderspendReturned", date(2026, 3, 31)),
            ("YearClosed", date(2026, 3, 31)),
            ("CarriedForward", forward),
        ]


def test_the_rows_show_the_money_and_why_it_is_held() -> None:
    row = fold(GrantRow, *PAID_ONCE)[GRANT]
    assert (row.paid_pence, row.committed_pence, row.status) == (50_000_00, 30_000_00, "accepted")
    first, second = row.schedule(date(2025, 10, 1))
    assert (first.state, first.payment_reference) == ("paid", "BACS-1")
    assert (second.state, second.why) == ("held", ("condition 1 is not met",))
    heading = fold(BudgetPosition, *PAID_ONCE)[f"{YEAR}/intervention-support"]
    assert (heading.committed_pence, heading.paid_pence, heading.available_pence) == (
        30_000_00,
        50_000_00,
        20_000_00,
    )
