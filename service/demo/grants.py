"""The demonstration's grants, from proposal to closing."""

from datetime import date, timedelta
from typing import Any

from domain.funding import Grant
from domain.kernel import financial_year, year_bounds
from service.demo.player import Step, Steps
from service.demo.script import (
    CONDITIONS,
    EVIDENCE,
    PURPOSES,
)
from service.funding import grants

_STILL_WAITING = (39, 40)
"""Grants that are proposed and assessed, so that an approver finds some to decide."""
_APPROVE = {"rationale": "Meets the criteria; the heading carries it; the payee is checked"}


class GrantSteps(Steps):
    """What happens to grants."""

    def _propose_grant(self, case: str, officer: str) -> None:
        self.grants += 1
        n, year = self.grants, financial_year(self.today)
        last = year_bounds(year)[1]
        days = (last - self.today).days
        if days < 60:
            year = financial_year(last + timedelta(days=1))
            self.grants -= 1
            self.at(date(int(year[:4]), 4, 8), lambda: self._propose_grant(case, officer))
            return
        amount = self.chance.randrange(18, 90) * 1000 if n % 8 else 120_000
        parts = [amount // 2, amount // 4, amount - amount // 2 - amount // 4]
        dues = [self.today + timedelta(days=share * days // 100) for share in (25, 50, 80)]
        instalments = [
            {"amount": f"{part}.00", "due_on": due.isoformat(), "conditions": waits}
            for part, due, waits in zip(parts, dues, ([], [1], [1, 2]), strict=True)
        ]
        body = {
            "case": case,
            "year": year,
            "heading": "intervention-support" if n % 5 else "peer-mentoring",
            "purpose": PURPOSES[n % len(PURPOSES)],
            "amount": f"{amount}.00",
            "amount_basis": "Posts and days at the agreed rates, less the council's own share",
            "legal_power": "Local Government Act 2003, section 31",
            "determination_number": f"31/{4800 + n}",
            "treasury_consent": "HMT/CIB/2025/7",
            "senior_responsible_owner": "Director of improvement",
            "instalments": instalments,
            "conditions": [CONDITIONS[n % len(CONDITIONS)], CONDITIONS[(n + 1) % len(CONDITIONS)]],
            "options_rejected": ["Secondment alone: nobody was free for six months"],
            "evidence": EVIDENCE[n % len(EVIDENCE)],
            "value_for_money": "About a third below the agency price for the same days",
            "direct_award_reason": "Only this council can spend it on its own service",
        }
        grant = self.do(officer, grants.propose_a_grant, body).reference
        other = "case-officer-2" if officer == "case-officer" else "case-officer"
        score = {
            "scores": [
                {"criterion": "Need", "score": 4, "reason": "Judgement and diagnostic agree"},
                {"criterion": "Value", "score": 3, "reason": "Rates compared with two others"},
            ],
            "criteria_version": "2025-1",
            "conflict_of_interest": "none",
        }
        self.do(other, grants.assess_grant, score, grant=grant)
        if n % 4 == 0:
            self.refused_as_it_should(officer, grants.approve_grant, _APPROVE, grant=grant)
        self.later(2, 6, lambda: self._approve(grant, n, officer))

    def _approve(self, grant: str, n: int, officer: str) -> None:
        if n in _STILL_WAITING:
            return
        if n == 13:
            body = {"rationale": "The council can meet this from its own reserve"}
            self.do("approver", grants.decline_grant, body, grant=grant)
            return
        checked = {
            "result": "passed",
            "fraud_risk": "low",
            "payee_verified": True,
            "findings": "Bank details confirmed by call-back to the section 151 officer",
        }
        self.do("finance-officer-2", grants.record_due_diligence, checked, grant=grant)
        found = self.installation.store.load(Grant(grant=grant))
        if found.amount_pence > 100_000_00:
            self.refused_as_it_should("approver", grants.approve_grant, _APPROVE, grant=grant)
            self.do("director", grants.approve_grant, _APPROVE, grant=grant)
        else:
            who = ("approver", "approver-2")[n % 2]
            self.do(who, grants.approve_grant, _APPROVE, grant=grant)
        if n == 9:
            body = {"reason": "The council withdrew its plan"}
            self.do(officer, grants.withdraw_grant, body, grant=grant)
            return
        accept_by = (self.today + timedelta(days=21)).isoformat()
        offer = {"determination_letter": f"CIB/DL/{grant[-4:]}", "accept_by": accept_by}
        self.do(officer, grants.offer_grant, offer, grant=grant)
        self.later(*((23, 26) if n == 17 else (3, 12)), lambda: self._answer(grant, n, officer))

    def _answer(self, grant: str, n: int, officer: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        contact = self.contact(found.council)
        if n == 17:
            body = {"reason": "No answer within three weeks"}
            self.do(officer, grants.lapse_offer, body, grant=grant)
            return
        if n == 21:
            body = {"reason": "Cabinet does not accept the second condition"}
            self.do(contact, grants.refuse_grant_offer, body, grant=grant)
            return
        signed = {"signatory": f"PERSON-{found.council}", "signatory_office": "section 151 officer"}
        self.do(contact, grants.accept_offer, signed, grant=grant)
        for instalment in found.instalments:
            self.at(instalment.due_on, self._payment(grant, instalment.number, n))
        if n % 7 == 3:
            self.later(60, 80, lambda: self._suspend(grant, officer))

    def _payment(self, grant: str, number: int, n: int) -> Step:
        def step() -> None:
            found = self.installation.store.load(Grant(grant=grant))
            if found.status != "accepted" or found.instalment(number) is None:
                return
            body = {"instalment": number, "payment_reference": f"BACS-{grant[-4:]}-{number}"}
            waiting = [
                condition
                for condition in (found.instalment(number) or found.instalments[0]).conditions
                if found.conditions[condition] == "open"
            ]
            if found.suspended or (waiting and self.chance.random() < 0.4):
                self.refused_as_it_should(
                    "finance-officer", grants.pay_instalment, body, grant=grant
                )
                if not self._a_fortnight_left(found.year):
                    return
                self.later(10, 14, step)
                return
            for condition in waiting:
                settled: dict[str, Any] = {
                    "outcome": "met",
                    "evidence": "Cabinet minute and the workforce return",
                    "reason": "Checked against the papers",
                }
                self.do(
                    "case-officer",
                    grants.settle_grant_condition,
                    settled,
                    grant=grant,
                    condition=condition,
                )
            self.do("finance-officer", grants.pay_instalment, body, grant=grant)
            if n == 6 and number == 1:
                wrong = {"reason": "Paid to the account of the year before; returned by the bank"}
                self.do(
                    "finance-officer-2",
                    grants.reverse_payment,
                    wrong,
                    grant=grant,
                    instalment=1,
                )
                again = {"instalment": 1, "payment_reference": f"BACS-{grant[-4:]}-1B"}
                self.do("finance-officer", grants.pay_instalment, again, grant=grant)
            if number == 2 and self._a_fortnight_left(found.year):
                self.later(5, 9, lambda: self._report(grant))
            if number == 2 and n == 10:
                self.later(6, 12, lambda: self._claw_back(grant))
            if number == 3 and n % 3 == 0 and n != 10:
                self.later(20, 60, lambda: self._close(grant))

        return step

    def _a_fortnight_left(self, year: str) -> bool:
        return (year_bounds(year)[1] - self.today).days > 21

    def _report(self, grant: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        spent = found.paid_pence // 100 * 9 // 10
        body = {
            "spend_to_date": f"{spent}.00",
            "outcomes": "Decisions at the front door within a day: 71% to 86%",
            "certified_by": f"PERSON-{found.council}",
        }
        contact = self.contact(found.council)
        self.do(contact, grants.receive_monitoring_return, body, grant=grant)

    def _suspend(self, grant: str, officer: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        if found.status != "accepted" or found.suspended:
            return
        body = {"reason": "The monitoring return is overdue"}
        self.do(officer, grants.suspend_grant, body, grant=grant)

        def resume() -> None:
            body = {"reason": "The return came in and is complete"}
            self.do(officer, grants.resume_grant, body, grant=grant)

        self.later(12, 20, resume)

    def _claw_back(self, grant: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        amount = found.paid_pence // 100 // 4
        over = {"amount": f"{found.paid_pence // 100 + 1}.00", "reason": "All of it"}
        self.refused_as_it_should("finance-officer", grants.demand_money_back, over, grant=grant)
        body = {"amount": f"{amount}.00", "reason": "Posts left vacant for a quarter"}
        self.do("finance-officer", grants.demand_money_back, body, grant=grant)

        def received() -> None:
            body = {"amount": f"{amount - 500}.00", "receipt_reference": f"RCPT-{grant[-4:]}"}
            self.do("finance-officer", grants.receive_money_back, body, grant=grant)
            off = {"amount": "500.00", "reason": "Costs of recovery would exceed it"}
            self.do("approver", grants.write_off_debt, off, grant=grant)

        self.later(15, 30, received)

    def _close(self, grant: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        if found.status != "accepted" or found.owed_pence or len(found.payments) < 3:
            return
        kept = (found.paid_pence - found.clawed_back_pence) // 100
        body = {"final_spend": f"{kept - kept // 50}.00", "reason": "Final return agreed"}
        self.do("case-officer", grants.close_a_grant, body, grant=grant)
