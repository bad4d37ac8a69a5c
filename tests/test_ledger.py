"""The ledger under random sequences of real decisions: it balances, and nothing is broken."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.contracts import (
    Contract,
    accept_deliverable,
    end_contract,
    let_contract,
    pay_deliverable,
    reverse_deliverable,
)
from domain.councils import CouncilRegistered, Region, Source
from domain.funding import (
    Account,
    Budget,
    BudgetEvent,
    CommitmentReleased,
    Grant,
    Heading,
    PaymentReference,
    ReceiptReference,
    accept,
    allocate,
    approve,
    approve_move,
    assess,
    check_payee,
    close_grant,
    close_year,
    decline,
    demand_clawback,
    devolve,
    lapse,
    meet_cut,
    offer,
    open_budget,
    pay,
    postings,
    propose_grant,
    propose_move,
    recall_devolution,
    receive_clawback,
    refuse_offer,
    resume,
    reverse,
    settle_condition,
    suspend,
    vary,
    vary_budget,
    withdraw,
    write_off,
)
from domain.interventions import Authority, CaseOpened, InterventionCase
from domain.kernel import Actor, Aggregate, Command, Dated, Event, Refused, year_bounds
from domain.regions import RegionalProgramme, report_spend, reverse_spend
from projections.contracts import ContractRow
from projections.engine import View
from projections.funding import (
    AccountBalance,
    BudgetPosition,
    GrantRow,
    LedgerLine,
    RegionPosition,
)
from tests.spec import by, dated, numbered

YEAR, NEXT = "2025-26", "2026-27"
OFFICER = Actor(id="officer", role="case-officer")
APPROVER = Actor(id="approver", role="approver", limit_pence=500_000_00)
FINANCE = Actor(id="finance", role="finance-officer")
OTHER = Actor(id="finance-2", role="finance-officer")
GRANTS = ["GRANT-0001", "GRANT-0002", "GRANT-0003"]
CASE = InterventionCase(case="CASE-0001")
grants = st.sampled_from(GRANTS)
pounds = st.integers(1, 60_000)
small = st.integers(1, 4)


class Money(RuleBasedStateMachine):
    """Random commands, each decided from what was recorded before it."""

    def __init__(self) -> None:
        super().__init__()
        self.log = numbered(
            CouncilRegistered(
                council="330",
                name="Birmingham",
                gss_code="E08000025",
                region=Region.WEST_MIDLANDS,
                authority_type="Metropolitan",
                source=Source(name="Register", kind="official"),
            ),
            CaseOpened(
                case="CASE-0001", council="330", region=Region.WEST_MIDLANDS, trigger="Judged"
            ),
        )
        self.rows: dict[type[View], dict[str, Any]] = {
            view: {}
            for view in (
                GrantRow,
                BudgetPosition,
                RegionPosition,
                ContractRow,
                LedgerLine,
                AccountBalance,
            )
        }
        self.refusals: Counter[str] = Counter()
        self.day = date(2025, 6, 2)
        self.money_at_once(open_budget, {"year": YEAR, "award": "300000", "award_letter": "A"})
        for heading, amount in (("intervention-support", 120_000), ("regions", 50_000)):
            self.money_at_once(allocate, {"heading": heading, "amount": str(amount)})

    # --- Deciding and recording ------------------------------------------------------------

    def state(self, empty: Any) -> Any:
        return empty.after(record for record in self.log if record.stream == empty.stream)

    def command(
        self, decide: Callable[..., Sequence[Event | Dated]], body: dict[str, Any]
    ) -> Command:
        hint = next(iter(decide.__annotations__.values()))
        found: Command = hint.model_validate({"effective_on": self.day, **body})
        return found

    def do(
        self,
        who: Actor,
        decide: Callable[..., Sequence[Event | Dated]],
        body: dict[str, Any],
        *about: Aggregate | int | str | None,
    ) -> None:
        states = [self.state(x) if isinstance(x, Aggregate) else x for x in about]
        try:
            events = decide(self.command(decide, body), *states, who)
        except Refused as refusal:
            self.refusals[refusal.code] += 1
            return
        versions = Counter(record.stream for record in self.log)
        for event, on in dated(events, self.day):
            (record,) = by(who, event, on=on)
            versions[record.stream] += 1
            if isinstance(event, CommitmentReleased):
                assert year_bounds(event.year)[0] <= on <= year_bounds(event.year)[1]
            stored = record.but(position=len(self.log) + 1, version=versions[record.stream])
            self.log.append(stored)
            for view, rows in self.rows.items():
                for key in view.keys(stored):
                    rows[key] = view.fold(rows.get(key), stored, key)
            assert sum(p.amount_pence for p in postings(record.event)) == 0

    def money_at_once(
        self, decide: Callable[..., Sequence[Event | Dated]], body: dict[str, Any]
    ) -> None:
        self.do(FINANCE, decide, body, Budget(year=YEAR))

    def of(self, grant: str) -> tuple[Grant, Budget]:
        return Grant(grant=grant), Budget(year=YEAR)

    # --- Rules -----------------------------------------------------------------------------

    @rule(grants=st.lists(grants, min_size=1, max_size=6), parts=st.tuples(pounds, pounds))
    def bring_on(self, grants: list[str], parts: tuple[int, int]) -> None:
        """The next natural step of some grants, so that histories grow deep."""
        for grant in grants:
            found = self.state(Grant(grant=grant))
            match found.status:
                case "not proposed":
                    self.propose_one(grant, *parts, waits=parts[0] % 2 == 0)
                case "proposed":
                    self.assess_it(grant)
                    self.approve_it(grant)
                case "approved" | "offered":
                    self.offer_and_accept(grant)
                case "accepted":
                    self.meet_condition(grant)
                    unpaid = [i for i in found.instalments if i.number not in found.payments]
                    if unpaid:
                        self.pay_it(grant, unpaid[0].number, len(self.log))

    @rule(grant=grants, parts=st.tuples(pounds, pounds))
    def bring_one_on(self, grant: str, parts: tuple[int, int]) -> None:
        self.bring_on([grant] * 4, parts)

    @rule(grant=grants, first=pounds, second=pounds, waits=st.booleans())
    def propose(self, grant: str, first: int, second: int, waits: bool) -> None:
        self.propose_one(grant, first, second, waits)

    def propose_one(self, grant: str, first: int, second: int, waits: bool) -> None:
        if self.state(Grant(grant=grant)).exists:
            return
        body = {
            "case": "CASE-0001",
            "year": YEAR,
            "purpose": "Support",
            "amount": str(first + second),
            "amount_basis": "Posts",
            "legal_power": "LGA 2003 s31",
            "determination_number": "31/1",
            "senior_responsible_owner": "Director",
            "instalments": [
                {"amount": str(first), "due_on": "2025-06-02"},
                {
                    "amount": str(second),
                    "due_on": "2025-06-02",
                    "conditions": [1] if waits else [],
                },
            ],
            "conditions": ["Plan agreed"],
            "options_rejected": ["None free"],
            "evidence": "Report",
            "value_for_money": "Cheaper",
            "competed": True,
        }
        self.do(OFFICER, propose_grant, body, Grant(grant=grant), CASE, Budget(year=YEAR))

    @rule(grant=grants)
    def assess_it(self, grant: str) -> None:
        scores = [{"criterion": "Need", "score": 3, "reason": "Judged"}]
        body = {"scores": scores, "criteria_version": "1", "conflict_of_interest": "none"}
        self.do(FINANCE, assess, body, Grant(grant=grant))

    @rule(grant=grants)
    def approve_it(self, grant: str) -> None:
        self.do(APPROVER, approve, {"rationale": "Ready"}, *self.of(grant))

    @rule(grant=grants)
    def decline_it(self, grant: str) -> None:
        self.do(APPROVER, decline, {"rationale": "No"}, Grant(grant=grant))

    @rule(grant=grants)
    def offer_and_accept(self, grant: str) -> None:
        one = Grant(grant=grant)
        self.do(OFFICER, offer, {"determination_letter": "D", "accept_by": "2025-07-01"}, one)
        checked = {
            "result": "passed",
            "fraud_risk": "low",
            "payee_verified": True,
            "findings": "Yes",
        }
        self.do(OTHER, check_payee, checked, one)
        self.do(OFFICER, accept, {"signatory": "p", "signatory_office": "s151"}, one)

    @rule(grant=grants)
    def let_it_lapse(self, grant: str) -> None:
        late = {"reason": "No answer", "effective_on": date(2025, 7, 2)}
        self.do(OFFICER, lapse, late, *self.of(grant))

    @rule(grant=grants)
    def accept_what_it_was_raised_by(self, grant: str) -> None:
        signed = {"signatory": "p", "signatory_office": "s151"}
        self.do(OFFICER, accept, signed, Grant(grant=grant))

    @rule(grant=grants)
    def refuse_it(self, grant: str) -> None:
        self.do(OFFICER, refuse_offer, {"reason": "No"}, *self.of(grant))

    @rule(grant=grants)
    def withdraw_it(self, grant: str) -> None:
        self.do(OFFICER, withdraw, {"reason": "No"}, *self.of(grant))

    @rule(grant=grants)
    def meet_condition(self, grant: str) -> None:
        body = {"outcome": "met", "evidence": "Minute", "reason": "Read"}
        self.do(OFFICER, settle_condition, body, Grant(grant=grant), 1)

    @rule(grant=grants, who=st.sampled_from([OFFICER, APPROVER]))
    def waive_condition(self, grant: str, who: Actor) -> None:
        body = {"outcome": "waived", "reason": "Not needed now"}
        self.do(who, settle_condition, body, Grant(grant=grant), 1)

    @rule(grant=grants, instalment=small, reference=st.integers(1, 12))
    def pay_it(self, grant: str, instalment: int, reference: int) -> None:
        named = f"BACS-{reference}"
        body = {"instalment": instalment, "payment_reference": named}
        self.do(FINANCE, pay, body, *self.of(grant), PaymentReference(payment_reference=named))

    @rule(grant=grants, instalment=small)
    def reverse_it(self, grant: str, instalment: int) -> None:
        self.do(OTHER, reverse, {"reason": "Returned"}, *self.of(grant), instalment)

    @rule(grant=grants, amount=pounds)
    def vary_it(self, grant: str, amount: int) -> None:
        paid = self.state(Grant(grant=grant)).paid_pence // 100
        to_pay = amount - paid
        parts = [{"amount": str(to_pay), "due_on": "2025-06-02"}] if to_pay > 0 else []
        body = {"amount": str(amount), "unpaid_instalments": parts, "reason": "Changed"}
        self.do(APPROVER, vary, body, *self.of(grant))

    @rule(grant=grants, on=st.booleans())
    def suspend_or_resume(self, grant: str, on: bool) -> None:
        self.do(OFFICER, suspend if on else resume, {"reason": "So"}, Grant(grant=grant))

    @rule(grant=grants, amount=pounds)
    def claw_back(self, grant: str, amount: int) -> None:
        left = self.state(Grant(grant=grant)).paid_pence // 100
        body = {"amount": str(max(1, amount % (left + 2))), "reason": "Vacant"}
        self.do(FINANCE, demand_clawback, body, *self.of(grant))

    def part_owed(self, grant: str, amount: int) -> int:
        """Some pounds of what is owed, or one more."""
        owed: int = self.state(Grant(grant=grant)).owed_pence
        return max(1, amount % (owed // 100 + 2))

    @rule(grant=grants, amount=pounds, receipt=st.integers(1, 9))
    def get_back(self, grant: str, amount: int, receipt: int) -> None:
        named = f"R-{receipt}"
        body = {"amount": str(self.part_owed(grant, amount)), "receipt_reference": named}
        reference = ReceiptReference(receipt_reference=named)
        self.do(FINANCE, receive_clawback, body, *self.of(grant), reference)

    @rule(grant=grants, amount=pounds)
    def write_it_off(self, grant: str, amount: int) -> None:
        body = {"amount": str(self.part_owed(grant, amount)), "reason": "Too dear"}
        self.do(APPROVER, write_off, body, *self.of(grant))

    @rule(grant=grants)
    def close_it(self, grant: str) -> None:
        body = {"final_spend": "0", "reason": "Done"}
        self.do(OFFICER, close_grant, body, *self.of(grant))

    @rule(amount=pounds)
    def move_and_devolve(self, amount: int) -> None:
        budget = Budget(year=YEAR)
        body = {
            "from_heading": "intervention-support",
            "to_heading": "regions",
            "amount": str(amount),
            "reason": "More",
        }
        self.do(FINANCE, propose_move, body, budget)
        moves = len(self.state(budget).moves)
        self.do(APPROVER, approve_move, {"reason": "Yes"}, budget, moves)
        self.do(FINANCE, devolve, {"region": "london", "amount": str(amount)}, budget)

    @rule(amount=pounds, part=st.integers(1, 8))
    def spend_in_a_region(self, amount: int, part: int) -> None:
        budget, programme = Budget(year=YEAR), RegionalProgramme(region=Region.LONDON)
        self.do(FINANCE, devolve, {"region": "london", "amount": str(amount)}, budget)
        told = {
            "year": YEAR,
            "amount": str(max(1, amount * 2 // part)),
            "spent_on": "Peer challenge",
            "evidence": "Invoices",
        }
        self.do(OFFICER, report_spend, told, programme, budget)

    @rule(number=st.integers(1, 3), amount=pounds, reference=st.integers(1, 12))
    def bring_a_contract_on(self, number: int, amount: int, reference: int) -> None:
        """Let it, accept what it delivers, pay for it, end it: the next step."""
        budget, one = Budget(year=YEAR), Contract(contract=f"CONTRACT-{number:04d}")
        found: Contract = self.state(one)
        if not found.exists:
            self.do(FINANCE, allocate, {"heading": "contracts", "amount": str(amount)}, budget)
            body = {
                "supplier": "Fernhill",
                "lot": "good practice validation",
                "scope": "Validate",
                "value": str(amount),
                "year": YEAR,
                "starts_on": self.day,
                "ends_on": self.day,
                "deliverables": [
                    {"title": "Report", "amount": str(amount), "due_on": "2025-12-15"}
                ],
                "route": "open procedure",
                "board_minute": "CIB/1",
            }
            self.do(APPROVER, let_contract, body, one, budget)
        elif not found.accepted:
            self.do(OFFICER, accept_deliverable, {"evidence": "Read"}, one, 1)
        elif not found.payments:
            used = f"BACS-{reference}"
            paying = PaymentReference(payment_reference=used)
            self.do(FINANCE, pay_deliverable, {"payment_reference": used}, one, budget, paying, 1)
        elif amount % 2:
            self.do(FINANCE, reverse_deliverable, {"reason": "Returned"}, one, budget, 1)
        else:
            self.do(OFFICER, end_contract, {"reason": "Delivered"}, one, budget)

    @rule(report=st.integers(1, 4))
    def put_a_report_right(self, report: int) -> None:
        budget, programme = Budget(year=YEAR), RegionalProgramme(region=Region.LONDON)
        self.do(OFFICER, reverse_spend, {"reason": "Counted twice"}, programme, report, budget)

    @rule(award=st.integers(0, 400_000))
    def vary_award(self, award: int) -> None:
        body = {"award": str(award), "reason": "Department's letter"}
        self.do(FINANCE, vary_budget, body, Budget(year=YEAR))

    @rule()
    def meet_the_cut(self) -> None:
        self.money_at_once(meet_cut, {"reason": "Freed since"})

    @rule(amount=pounds)
    def recall_from_the_region(self, amount: int) -> None:
        body = {"region": "london", "amount": str(amount), "reason": "The award was cut"}
        self.money_at_once(recall_devolution, body)

    @rule(carry=st.booleans())
    def close_the_year(self, carry: bool) -> None:
        if len(self.log) < 25:
            return
        body = {"carry_forward": carry, "reason": "Year end", "effective_on": "2026-04-08"}
        self.do(FINANCE, close_year, body, Budget(year=YEAR), Budget(year=NEXT))

    # --- What always holds -----------------------------------------------------------------

    @invariant()
    def the_trial_balance_is_nothing(self) -> None:
        assert sum(row.balance_pence for row in self.rows[AccountBalance].values()) == 0
        assert sum(row.amount_pence for row in self.rows[LedgerLine].values()) == 0

    @invariant()
    def no_account_is_overdrawn(self) -> None:
        for row in self.rows[AccountBalance].values():
            if row.account != Account.DFE_FUNDING and row.year == YEAR:
                assert row.balance_pence >= 0, row

    @invariant()
    def a_cut_leaves_nothing_negative(self) -> None:
        budget = self.state(Budget(year=YEAR))
        assert budget.unallocated_pence >= 0
        assert 0 <= budget.to_find_pence <= budget.award_pence
        assert all(funds.available_pence >= 0 for funds in budget.headings.values())
        if budget.to_find_pence:
            assert not budget.closed

    @invariant()
    def budget_positions_are_the_sums_of_grants(self) -> None:
        found = self.rows[BudgetPosition].get(f"{YEAR}/intervention-support")
        held = list(self.rows[GrantRow].values())
        if found is None:
            return
        assert found.available_pence >= 0
        assert found.committed_pence == sum(row.committed_pence for row in held)
        assert found.paid_pence == sum(row.paid_pence - row.clawed_back_pence for row in held)
        assert found.clawback_due_pence == sum(row.owed_pence for row in held)
        region = self.rows[RegionPosition].get(f"{YEAR}/west-midlands")
        if region is not None:
            assert (region.committed_pence, region.paid_pence, region.clawback_due_pence) == (
                found.committed_pence,
                found.paid_pence,
                found.clawback_due_pence,
            )
        budget = self.state(Budget(year=YEAR))
        contracts = list(self.rows[ContractRow].values())
        set_aside = {row.grant: row.committed_pence for row in held}
        set_aside |= {row.contract: row.committed_pence for row in contracts}
        assert budget.commitments == {what: p for what, p in set_aside.items() if p}
        if lot := self.rows[BudgetPosition].get(f"{YEAR}/contracts"):
            assert lot.committed_pence == sum(row.committed_pence for row in contracts)
            assert lot.paid_pence == sum(row.paid_pence for row in contracts)
            assert lot.available_pence >= 0
        if not budget.closed:
            funds = budget.funds(Heading.INTERVENTION_SUPPORT)
            assert found.available_pence == funds.available_pence
            assert found.committed_pence == funds.committed_pence

    @invariant()
    def a_region_spends_what_was_devolved_to_it(self) -> None:
        row = self.rows[RegionPosition].get(f"{YEAR}/london")
        budget = self.state(Budget(year=YEAR))
        if row is None:
            return
        reports = self.state(RegionalProgramme(region=Region.LONDON)).reports.values()
        assert row.region_spent_pence == sum(r.amount_pence for r in reports if not r.reversed)
        assert row.left_pence == budget.left_to(Region.LONDON) >= 0
        assert row.devolved_pence == row.region_spent_pence + row.left_pence
        if budget.closed:
            assert row.left_pence == 0
        whole = self.rows[BudgetPosition][f"{YEAR}/regions"]
        assert (whole.devolved_pence, whole.region_spent_pence) == (
            row.devolved_pence,
            row.region_spent_pence,
        )

    @invariant()
    def grants_keep_their_bounds(self) -> None:
        for row in self.rows[GrantRow].values():
            assert 0 <= row.paid_pence <= row.amount_pence
            assert row.paid_pence <= row.accepted_pence <= row.amount_pence
            assert 0 <= row.clawed_back_pence <= row.paid_pence
            assert 0 <= row.owed_pence <= row.clawed_back_pence
            assert row.committed_pence >= 0
            used = [p.payment_reference for p in row.payments]
            assert len(used) == len(set(used))


Money.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestMoney = Money.TestCase


def test_every_money_event_is_posted() -> None:
    """Of the budget's events only a virement that is merely proposed moves no money."""
    about = {
        "grant": "GRANT-0001",
        "case": "CASE-0001",
        "council": "330",
        "region": Region.WEST_MIDLANDS,
        "year": YEAR,
        "heading": Heading.REGIONS,
        "from_heading": Heading.REGIONS,
        "to_heading": Heading.CONTRACTS,
        "report": 1,
        "amount_pence": 5,
        "award_pence": 5,
        "was_pence": 3,
        "payment_reference": "B",
        "purpose": "CONTRACT-0001",
        "payee": "Supplier",
        "to": "heading",
        "from_year": "2024-25",
        "award_letter": "A",
        "move": 1,
        "authority": Authority(limit_pence=0, limit_record="USER-a/1", granted_by="b"),
        "unspent_pence": 7,
        "carried_pence": 4,
        "surrendered_pence": 3,
        "by_heading": {Heading.REGIONS: 5},
        "frozen_by_heading": {Heading.REGIONS: 5},
        "taken_pence": 2,
        "to_find_pence": 0,
        "unallocated_pence": 2,
    }
    silent = set()
    for kind in Event.catalogue.values():
        if issubclass(kind, BudgetEvent):
            event = kind.model_validate({n: about[n] for n in kind.model_fields})
            moved = postings(event)
            assert sum(p.amount_pence for p in moved) == 0, kind
            if not moved:
                silent.add(kind.__name__)
    assert silent == {"AllocationMoveProposed"}
