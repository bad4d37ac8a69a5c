"""A year of plausible casework, played through the same commands that people use.

Councils and judgements are real; people, cases and money are invented. Time is played: each
command is recorded at its moment of the year, so that every past moment can be looked at. The
same seed plays the same year, event for event.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

import service.interventions as cases
from domain.access import Role, User
from domain.councils import Council, Region
from domain.funding import Grant
from domain.interventions import InterventionCase
from domain.kernel import LONDON, Refused, financial_year, year_bounds
from domain.mentoring import MentoringMatch
from domain.people import Peer
from service import access, funding, mentoring, people
from service.demo.script import (
    CONDITIONS,
    EVIDENCE,
    FIRST_NAMES,
    LAST_NAMES,
    NEEDS_POLITICAL,
    NEEDS_PROFESSIONAL,
    OBJECTIVES,
    PARTIES,
    PURPOSES,
    THEMES,
)
from service.demo.users import (
    DEMO_PASSWORD,
    DEMO_USERS,
    enrol_demo_users,
    let_demo_users_in,
)
from service.desk import Desk, Receipt, command_model
from service.identity import accounts_of
from service.imports import import_councils, import_inspections
from service.installation import Installation

FIRST, LAST = date(2025, 6, 2), date(2026, 6, 30)
DATA = Path(__file__).parent.parent / "data"
GRANTS, SESSIONS, PEERS = 40, 150, 36

Step = Callable[[], None]


class Player:
    """Plays the year: a queue of steps in the order of time, each a command by somebody."""

    def __init__(self, installation: Installation, seed: int) -> None:
        self.installation, self.chance = installation, random.Random(seed)  # noqa: S311 - a story
        self.now = datetime(2025, 6, 2, 8, 0, tzinfo=LONDON).astimezone(UTC)
        self.queue: list[tuple[datetime, int, Step]] = []
        self.count = 0
        self.refused: Counter[str] = Counter()
        self.grants = self.sessions = 0
        self.contacts: set[str] = set()

    # --- Time and people -------------------------------------------------------------------

    def at(self, day: date, step: Step) -> None:
        """Have something done on a working day, at some hour of it."""
        while day.weekday() >= 5:
            day += timedelta(days=1)
        if day > LAST:
            return
        minute = self.chance.randrange(9 * 60, 17 * 60)
        moment = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(minutes=minute)
        self.count += 1
        heapq.heappush(self.queue, (moment.astimezone(UTC), self.count, step))

    def later(self, least: int, most: int, step: Step) -> None:
        """Have something done some days from now."""
        self.at(self.today + timedelta(days=self.chance.randint(least, most)), step)

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()

    def clock(self) -> datetime:
        """The moment that the installation records at."""
        return self.now

    def desk(self, user: str) -> Desk:
        """Somebody's desk; keys are numbered, so that the same year has the same keys."""
        self.count += 1
        found = self.installation.store.load(User(user=user))
        key = f"demo-{self.count}"
        return Desk(self.installation, found, channel="demo", key=key, correlation=key)

    def do(
        self,
        user: str,
        function: Callable[..., Receipt],
        body: Mapping[str, Any],
        /,
        **subjects: Any,
    ) -> Receipt:
        """Carry out a command as somebody; its refusal is the caller's to expect."""
        model = command_model(function)
        if model is None:
            raise TypeError(f"{function.__name__} takes no command")
        self.now += timedelta(seconds=1)
        return function(**subjects, command=model.model_validate(body), desk=self.desk(user))

    def refused_as_it_should(
        self,
        user: str,
        function: Callable[..., Receipt],
        body: Mapping[str, Any],
        /,
        **subjects: Any,
    ) -> None:
        """Try what a rule forbids, as people do. Raises RuntimeError if it was let through."""
        try:
            self.do(user, function, body, **subjects)
        except Refused as refusal:
            self.refused[refusal.code] += 1
        else:
            raise RuntimeError(f"{function.__name__} should have been refused to {user}")

    def name(self) -> str:
        """An invented name."""
        return f"{self.chance.choice(FIRST_NAMES)} {self.chance.choice(LAST_NAMES)}"

    def contact(self, council: str) -> str:
        """The council's contact, invited when first needed."""
        for person in DEMO_USERS:
            if person.role == Role.COUNCIL_CONTACT and person.council == council:
                return person.user
        return self._user(f"contact-{council}", {"role": "council-contact", "council": council})

    def mentor(self, peer: str) -> str:
        """The peer's own user, invited when first needed."""
        for person in DEMO_USERS:
            if person.role == Role.PEER and person.peer == peer:
                return person.user
        return self._user(peer.lower(), {"role": "peer", "peer": peer})

    def _user(self, user: str, role: Mapping[str, str]) -> str:
        if user not in self.contacts:
            self.contacts.add(user)
            self.do("administrator", access.invite_user, {"user": user, "name": self.name()})
            self.do("administrator", access.grant_user_role, role, user=user)
        return user

    # --- The year --------------------------------------------------------------------------

    def play(self) -> None:
        """Play it from the first day to the last."""
        self.installation.clock = self.clock
        try:
            enrol_demo_users(self.installation, password=None)
            import_councils(None, self.desk("case-officer"))
            import_inspections(DATA / "judgements-official.csv", self.desk("case-officer"))
            self._budgets()
            self._peers()
            self._cases()
            self.at(date(2026, 6, 29), self._snapshot)
            with Progress(console=Console(stderr=True), transient=True) as progress:
                bar = progress.add_task("Playing the year", total=(LAST - FIRST).days)
                while self.queue:
                    self.now, _, step = heapq.heappop(self.queue)
                    step()
                    progress.update(bar, completed=(self.today - FIRST).days)
        finally:
            self.installation.clock = None
        self.installation.follower.catch_up_unless_led()
        let_demo_users_in(self.installation)

    def _snapshot(self) -> None:
        snapshot = DATA / "judgements-snapshot-2026-06-29.csv"
        import_inspections(snapshot, self.desk("case-officer"))

    def _budgets(self) -> None:
        shares = {
            "intervention-support": 2_900_000,
            "regions": 2_000_000,
            "peer-mentoring": 1_200_000,
            "contracts": 1_400_000,
            "policy-programmes": 1_100_000,
            "hosting-charge": 500_000,
        }
        self._open_year("2025-26", shares)
        self.at(date(2026, 4, 1), lambda: self._open_year("2026-27", shares))
        self.at(date(2025, 10, 6), self._virement)

    def _open_year(self, year: str, shares: Mapping[str, int]) -> None:
        award = {"year": year, "award": "9300000.00", "award_letter": f"DFE/CIB/{year}"}
        self.do("finance-officer", funding.open_year_budget, award)
        for heading, pounds in shares.items():
            body = {"heading": heading, "amount": f"{pounds}.00"}
            self.do("finance-officer", funding.allocate_heading, body, year=year)
        for region in Region:
            body = {"region": region.value, "amount": "150000.00"}
            self.do("finance-officer", funding.devolve_to_region, body, year=year)

    def _virement(self) -> None:
        body = {
            "from_heading": "policy-programmes",
            "to_heading": "intervention-support",
            "amount": "90000.00",
            "reason": "Two more councils need urgent support than were planned for",
        }
        self.do("finance-officer", funding.propose_virement, body, year="2025-26")
        approval = {"reason": "Agreed with the department on 3 October"}
        self.do("approver", funding.approve_virement, approval, year="2025-26", move=1)

    def _peers(self) -> None:
        streams = self.installation.store.streams("COUNCIL-")
        homes = [stream.removeprefix("COUNCIL-") for stream in streams]
        for n in range(PEERS):
            kind = ("member", "member", "director", "senior manager")[n % 4]
            body = {
                "name": self.name(),
                "kind": kind,
                "home_council": self.chance.choice(homes),
                "themes": self.chance.sample(THEMES, 3),
            }
            if kind == "member":
                body["party"] = PARTIES[n % len(PARTIES)]
            peer = self.do("case-officer-2", people.register_a_peer, body).reference
            released = {"until": "2027-03-31"}
            self.do("case-officer-2", people.confirm_employer_release, released, peer=peer)
            trained = {"accreditation": "Peer mentoring, two days"}
            self.do("case-officer-2", people.accredit_peer, trained, peer=peer)
            for year, half_days in (("2025-26", 20), ("2026-27", 10)):
                pledge = {"year": year, "half_days": half_days}
                self.do("case-officer-2", people.pledge_days, pledge, peer=peer)
            if n % 9 == 4:
                interest = {
                    "council": self.chance.choice(homes),
                    "nature": "A close relative works in its children's services",
                }
                self.do("case-officer-2", people.declare_peer_interest, interest, peer=peer)

    # --- Cases -----------------------------------------------------------------------------

    def _cases(self) -> None:
        found = [
            self.installation.store.load(Council(council=stream.removeprefix("COUNCIL-")))
            for stream in self.installation.store.streams("COUNCIL-")
        ]
        due = sorted(
            (council for council in found if council.intervention_due),
            key=lambda council: council.due.since if council.due else date.max,
        )
        self.shares = dict.fromkeys((c.council for c in due), 0)
        for n, council in enumerate(due):
            self.at(FIRST + timedelta(days=1 + 2 * n), self._open(council.council, n))
        for n in range(GRANTS):
            self.shares[due[n % len(due)].council] += 1

    def _open(self, council: str, n: int) -> Step:
        officer = ("case-officer", "case-officer-2")[n % 2]

        def step() -> None:
            body = {"council": council, "trigger": "Latest judgements call for intervention"}
            case = self.do(officer, cases.open_intervention_case, body).reference
            if n == 0:
                self.refused_as_it_should(officer, cases.open_intervention_case, body)
            self.do(officer, cases.assign_case_lead, {"lead": officer}, case=case)
            self.later(5, 12, lambda: self._triage(case, officer, n))

        return step

    def _triage(self, case: str, officer: str, n: int) -> None:
        body = {
            "tier": "intervention",
            "needs": {
                "professional": NEEDS_PROFESSIONAL[n % len(NEEDS_PROFESSIONAL)],
                "political": NEEDS_POLITICAL[n % len(NEEDS_POLITICAL)],
            },
        }
        self.do(officer, cases.complete_triage, body, case=case)
        for title, days in (("Improvement plan agreed", 90), ("Front door re-audited", 200)):
            due = (self.today + timedelta(days=days)).isoformat()
            self.do(officer, cases.set_case_milestone, {"title": title, "due_on": due}, case=case)
        self.later(3, 10, lambda: self._propose(case, officer, n))

    def _propose(self, case: str, officer: str, n: int) -> None:
        cost = self.chance.randrange(60, 180) * 1000
        body = {
            "title": "Package of support",
            "options": ["Written advice only", "An adviser and peer mentors", "A full partner"],
            "evidence": EVIDENCE[n % len(EVIDENCE)],
            "recommendation": "An adviser and peer mentors, with a grant for the front door",
            "cost": f"{cost}.00",
        }
        self.do(officer, cases.propose_decision, body, case=case)
        self.later(3, 9, lambda: self._decide(case, officer, n, cost))

    def _decide(self, case: str, officer: str, n: int, cost: int) -> None:
        body: dict[str, Any] = {
            "outcome": "approved",
            "rationale": "Proportionate to the judgement, and the best value of the options",
        }
        if cost > 100_000:
            self.refused_as_it_should("approver", cases.take_decision, body, case=case, decision=1)
            body["board_minute"] = f"CIB/2025/{n + 11}"
        self.do("approver", cases.take_decision, body, case=case, decision=1)
        agreed = {"memorandum": f"MOU/{case[-4:]}/1"}
        self.do(officer, cases.agree_support_package, agreed, case=case)
        for kind, half_days, part in (("specialist", 24, 0.5), ("peer mentoring", 12, 0.1)):
            item = {
                "decision": 1,
                "kind": kind,
                "provider": "Sector register",
                "description": "Alongside the director and the service managers",
                "planned_half_days": half_days,
                "cost": f"{int(cost * part)}.00",
            }
            self.do(officer, cases.add_support_item, item, case=case)
        self.later(30, 60, lambda: self._deliver(case, officer))
        self.later(80, 100, lambda: self._review(case, officer, 1))
        found = self.installation.store.load(InterventionCase(case=case))
        for k in range(self.shares[found.council]):
            if k == 0 or self.chance.random() < 0.55:
                self.later(3 + 20 * k, 15 + 20 * k, lambda: self._propose_grant(case, officer))
            else:
                self.at(
                    date(2026, 4, 7) + timedelta(days=k), lambda: self._propose_grant(case, officer)
                )
        for k in range(3):
            self.later(5 + 60 * k, 20 + 60 * k, lambda: self._mentoring(case, officer))

    def _deliver(self, case: str, officer: str) -> None:
        body = {"half_days": 22, "evidence": "Adviser's log and the director's confirmation"}
        self.do(officer, cases.deliver_support_item, body, case=case, item=1)
        note = {
            "title": "Conversation with the chief executive",
            "text": "Frank discussion of capacity in the leadership team.",
            "confidentiality": "confidential",
        }
        self.do(officer, cases.add_case_note, note, case=case)

    def _review(self, case: str, officer: str, nth: int) -> None:
        colours = ("red", "amber", "green")
        drift = min(2, nth - 1 + self.chance.choice((0, 0, 1)))
        body = {
            "themes": {
                theme: colours[min(2, max(0, drift + self.chance.choice((-1, 0, 0, 1))))]
                for theme in ("Leadership", "Front door", "Workforce", "Quality assurance")
            },
            "confidence": colours[drift],
            "next_steps": "Re-audit in six weeks; peer observation of the front door",
        }
        self.do(officer, cases.review_progress, body, case=case)
        milestone = {"outcome": "met", "evidence": "Board paper and audit report"}
        if nth <= 2:
            if drift == 0:
                milestone = {"outcome": "missed", "evidence": "Cabinet deferred it"}
            self.do(officer, cases.settle_case_milestone, milestone, case=case, milestone=nth)
        if nth < 4:
            self.later(85, 110, lambda: self._review(case, officer, nth + 1))
        elif drift == 2:
            body = {"to": "targeted support", "reason": "Two reviews without a red theme"}
            self.do(officer, cases.step_case_down, body, case=case)

    # --- Grants ----------------------------------------------------------------------------

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
        grant = self.do(officer, funding.propose_a_grant, body).reference
        other = "case-officer-2" if officer == "case-officer" else "case-officer"
        score = {
            "scores": [
                {"criterion": "Need", "score": 4, "reason": "Judgement and diagnostic agree"},
                {"criterion": "Value", "score": 3, "reason": "Rates compared with two others"},
            ],
            "criteria_version": "2025-1",
            "conflict_of_interest": "none",
        }
        self.do(other, funding.assess_grant, score, grant=grant)
        if n % 4 == 0:
            self.refused_as_it_should(officer, funding.approve_grant, _APPROVE, grant=grant)
        self.later(2, 6, lambda: self._approve(grant, n, officer))

    def _approve(self, grant: str, n: int, officer: str) -> None:
        if n == 13:
            body = {"rationale": "The council can meet this from its own reserve"}
            self.do("approver", funding.decline_grant, body, grant=grant)
            return
        checked = {
            "result": "passed",
            "fraud_risk": "low",
            "payee_verified": True,
            "findings": "Bank details confirmed by call-back to the section 151 officer",
        }
        self.do("finance-officer-2", funding.record_due_diligence, checked, grant=grant)
        found = self.installation.store.load(Grant(grant=grant))
        if found.amount_pence > 100_000_00:
            self.refused_as_it_should("approver", funding.approve_grant, _APPROVE, grant=grant)
            self.do("director", funding.approve_grant, _APPROVE, grant=grant)
        else:
            who = ("approver", "approver-2")[n % 2]
            self.do(who, funding.approve_grant, _APPROVE, grant=grant)
        if n == 9:
            body = {"reason": "The council withdrew its plan"}
            self.do(officer, funding.withdraw_grant, body, grant=grant)
            return
        accept_by = (self.today + timedelta(days=21)).isoformat()
        offer = {"determination_letter": f"CIB/DL/{grant[-4:]}", "accept_by": accept_by}
        self.do(officer, funding.offer_grant, offer, grant=grant)
        self.later(*((23, 26) if n == 17 else (3, 12)), lambda: self._answer(grant, n, officer))

    def _answer(self, grant: str, n: int, officer: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        contact = self.contact(found.council)
        if n == 17:
            body = {"reason": "No answer within three weeks"}
            self.do(officer, funding.lapse_offer, body, grant=grant)
            return
        if n == 21:
            body = {"reason": "Cabinet does not accept the second condition"}
            self.do(contact, funding.refuse_grant_offer, body, grant=grant)
            return
        signed = {"signatory": f"person-{found.council}", "signatory_office": "section 151 officer"}
        self.do(contact, funding.accept_offer, signed, grant=grant)
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
                    "finance-officer", funding.pay_instalment, body, grant=grant
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
                    funding.settle_grant_condition,
                    settled,
                    grant=grant,
                    condition=condition,
                )
            self.do("finance-officer", funding.pay_instalment, body, grant=grant)
            if n == 6 and number == 1:
                wrong = {"reason": "Paid to the account of the year before; returned by the bank"}
                self.do(
                    "finance-officer-2",
                    funding.reverse_payment,
                    wrong,
                    grant=grant,
                    instalment=1,
                )
                again = {"instalment": 1, "payment_reference": f"BACS-{grant[-4:]}-1B"}
                self.do("finance-officer", funding.pay_instalment, again, grant=grant)
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
            "certified_by": f"person-{found.council}",
        }
        contact = self.contact(found.council)
        self.do(contact, funding.receive_monitoring_return, body, grant=grant)

    def _suspend(self, grant: str, officer: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        if found.status != "accepted" or found.suspended:
            return
        body = {"reason": "The monitoring return is overdue"}
        self.do(officer, funding.suspend_grant, body, grant=grant)

        def resume() -> None:
            body = {"reason": "The return came in and is complete"}
            self.do(officer, funding.resume_grant, body, grant=grant)

        self.later(12, 20, resume)

    def _claw_back(self, grant: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        amount = found.paid_pence // 100 // 4
        over = {"amount": f"{found.paid_pence // 100 + 1}.00", "reason": "All of it"}
        self.refused_as_it_should("finance-officer", funding.demand_money_back, over, grant=grant)
        body = {"amount": f"{amount}.00", "reason": "Posts left vacant for a quarter"}
        self.do("finance-officer", funding.demand_money_back, body, grant=grant)

        def received() -> None:
            body = {"amount": f"{amount - 500}.00", "receipt_reference": f"RCPT-{grant[-4:]}"}
            self.do("finance-officer", funding.receive_money_back, body, grant=grant)
            off = {"amount": "500.00", "reason": "Costs of recovery would exceed it"}
            self.do("approver", funding.write_off_debt, off, grant=grant)

        self.later(15, 30, received)

    def _close(self, grant: str) -> None:
        found = self.installation.store.load(Grant(grant=grant))
        if found.status != "accepted" or found.owed_pence or len(found.payments) < 3:
            return
        kept = (found.paid_pence - found.clawed_back_pence) // 100
        body = {"final_spend": f"{kept - kept // 50}.00", "reason": "Final return agreed"}
        self.do("case-officer", funding.close_a_grant, body, grant=grant)

    # --- Mentoring -------------------------------------------------------------------------

    def _mentoring(self, case: str, officer: str) -> None:
        if self.sessions >= SESSIONS:
            return
        found = self.installation.store.load(InterventionCase(case=case))
        office = ("lead member", "director of children's services")[len(found.matches) % 2]
        body: dict[str, Any] = {
            "case": case,
            "mentee_office": office,
            "mentee_name": self.name(),
            "objectives": self.chance.sample(OBJECTIVES, 2),
            "themes": self.chance.sample(THEMES, 2),
        }
        if office == "lead member":
            body["mentee_party"] = self.chance.choice(PARTIES)
        match = self.do(officer, mentoring.request_mentoring, body).reference
        self.later(3, 8, lambda: self._match(match, officer))

    def _match(self, match: str, officer: str) -> None:
        self.installation.follower.catch_up_unless_led()
        found = self.installation.store.load(MentoringMatch(match=match))
        ranking = self._ranking(found, 8)
        usable = [ranked for ranked in ranking if not ranked.excluded]
        if not usable:
            return
        chosen = usable[0].peer
        body = {
            "peer": chosen,
            "half_days": 8,
            "why": "Highest score; has led the same change in their own council",
            "shown_at": self.installation.store.head(),
        }
        self.do(officer, mentoring.match_a_mentor, body, match=match)
        self.later(2, 6, lambda: self._accept(match, chosen, officer))

    def _ranking(self, found: MentoringMatch, half_days: int) -> list[Any]:
        from projections.people import PeerRow

        model = self.installation.model
        at = self.installation.store.head()
        rows = [
            PeerRow.model_validate({n: row[n] for n in PeerRow.columns})
            for row in model.select(PeerRow, at)
        ]
        return mentoring.ranked(self.installation.store, found, rows, half_days, self.today)

    def _accept(self, match: str, peer: str, officer: str) -> None:
        found = self.installation.store.load(MentoringMatch(match=match))
        yes = {"accepted": True, "reason": "Glad to help"}
        self.do(self.mentor(peer), mentoring.answer_for_mentor, yes, match=match)
        agreed = {"accepted": True, "reason": "The right experience"}
        contact = self.contact(found.council)
        self.do(contact, mentoring.answer_for_council, agreed, match=match)
        for k in range(7):
            self.later(10 + 24 * k, 20 + 24 * k, lambda: self._session(match, peer))

    def _session(self, match: str, peer: str) -> None:
        if self.sessions >= SESSIONS:
            return
        found = self.installation.store.load(MentoringMatch(match=match))
        mentor = self.installation.store.load(Peer(peer=peer))
        body = {
            "on": self.today.isoformat(),
            "minutes": self.chance.choice((60, 90, 120, 180)),
            "half_days": 1,
            "mode": self.chance.choice(("in person", "in person", "video")),
            "themes": list(found.themes)[:1],
            "agreed_actions": ["Visit the front door together", "Read the audit sample"],
            "note": "Candid reflections on the leadership team.",
        }
        try:
            self.do(self.mentor(peer), mentoring.hold_session, body, match=match)
        except Refused as refusal:
            # Time reserved in one year is not there in the next: the mentor is told so.
            self.refused[refusal.code] += 1
            return
        self.sessions += 1
        if mentor.erased:
            raise RuntimeError("an erased peer holds no session")


_APPROVE = {"rationale": "Meets the criteria; the heading carries it; the payee is checked"}


def play_demo(installation: Installation, seed: int) -> None:
    """Play the year on an empty installation; a demonstration that is loaded is kept as it is.

    Raises Refused ``not-empty`` for an installation with data of another kind, or with a
    demonstration that broke off.
    """
    console = Console(stderr=True)
    accounts = accounts_of(installation)
    if installation.store.head():
        if not accounts.has_password(DEMO_USERS[0].user):
            raise Refused(
                "not-empty",
                "This installation holds other data, or a demonstration that broke off: choose"
                " another CASEWORK_DATA_DIR, or 'make clean' if nothing in it is needed.",
            )
        console.print("The demonstration is loaded already: its data is kept.")
        return
    player = Player(installation, seed)
    player.play()
    refusals = ", ".join(f"{code} {n}" for code, n in sorted(player.refused.items()))
    console.print(
        f"{installation.store.head():,} positions: {player.grants} grants proposed,"
        f" {player.sessions} mentoring sessions held, {player.refused.total()} attempts refused"
        f" ({refusals})."
    )


def sign_ins() -> str:
    """The demonstration's sign-ins, for people to read."""
    lines = [f"  {person.user:<20} {person.described}" for person in DEMO_USERS]
    return "\n".join([f"Sign in as one of these; every password is '{DEMO_PASSWORD}':", *lines])
