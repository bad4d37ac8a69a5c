"""A year of plausible casework, played through the same commands that people use.

Councils and judgements are real; people, cases and money are invented. Time is played: each
command is recorded at its moment of the year, so that every past moment can be looked at. The
same seed plays the same year, event for event.
"""

import heapq
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rich.console import Console

import service.interventions as cases
from domain.councils import Council, Region
from domain.interventions import InterventionCase
from domain.kernel import Refused
from service import people
from service.demo.challenges import ChallengeSteps
from service.demo.evening import EveningSteps
from service.demo.grants import GrantSteps
from service.demo.insight import InsightSteps
from service.demo.mentors import MentoringSteps
from service.demo.oversight import OversightSteps
from service.demo.player import DATA, FIRST, GRANTS, LAST, PEERS, Step
from service.demo.practice import PracticeSteps
from service.demo.programme import ProgrammeSteps
from service.demo.regions import RegionSteps
from service.demo.returns import ReturnSteps
from service.demo.script import (
    EVIDENCE,
    NEEDS_POLITICAL,
    NEEDS_PROFESSIONAL,
    PARTIES,
    THEMES,
)
from service.demo.users import (
    DEMO_PASSWORD,
    DEMO_USERS,
    enrol_demo_users,
    let_demo_users_in,
)
from service.funding import budgets
from service.identity import accounts_of
from service.imports import import_councils, import_inspections
from service.installation import Installation
from service.progress import progress_bar


class Player(
    ChallengeSteps,
    GrantSteps,
    MentoringSteps,
    InsightSteps,
    PracticeSteps,
    OversightSteps,
    RegionSteps,
    ProgrammeSteps,
    ReturnSteps,
    EveningSteps,
):
    """Plays the year."""

    def play(self, steps: int | None = None) -> None:
        """Play it from the first day to the last, or so many steps of it."""
        self.installation.clock = self.clock
        try:
            enrol_demo_users(self.installation, password=None)
            import_councils(None, self.desk("case-officer"))
            import_inspections(DATA / "judgements-official.csv", self.desk("case-officer"))
            self._budgets()
            self._peers()
            self._cases()
            self.indicators(seed=self.seed)
            self.good_practice(seed=self.seed)
            self.oversee()
            self.regional_year()
            self.wider_programme()
            self.department_returns()
            self._challenges()
            self.at(date(2026, 6, 29), self._snapshot)
            with progress_bar() as progress:
                bar = progress.add_task("Playing the year", total=(LAST - FIRST).days)
                while self.queue and (steps is None or steps > 0):
                    steps = None if steps is None else steps - 1
                    moment, _, step = heapq.heappop(self.queue)
                    self.now = max(self.now, moment)
                    step()
                    progress.update(bar, completed=(self.today - FIRST).days)
            if whole := not self.queue:
                self.last_evening()
        finally:
            self.installation.clock = None
        self.installation.follower.catch_up_unless_led()
        if whole:
            self.keep_filters()
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
        self.at(date(2026, 6, 30), self._still_to_decide)

    def _open_year(self, year: str, shares: Mapping[str, int]) -> None:
        award = {"year": year, "award": "9300000.00", "award_letter": f"DFE/CIB/{year}"}
        self.do("finance-officer", budgets.open_year_budget, award)
        for heading, pounds in shares.items():
            body = {"heading": heading, "amount": f"{pounds}.00"}
            self.do("finance-officer", budgets.allocate_heading, body, year=year)
        for region in Region:
            body = {"region": region.value, "amount": "150000.00"}
            self.do("finance-officer", budgets.devolve_to_region, body, year=year)

    def _virement(self) -> None:
        body = {
            "from_heading": "policy-programmes",
            "to_heading": "intervention-support",
            "amount": "90000.00",
            "reason": "Two more councils need urgent support than were planned for",
        }
        self.do("finance-officer", budgets.propose_virement, body, year="2025-26")
        approval = {"reason": "Agreed with the department on 3 October"}
        self.do("approver", budgets.approve_virement, approval, year="2025-26", move=1)

    def _still_to_decide(self) -> None:
        """What an approver finds waiting: more support for two cases, a virement."""
        for case in ("CASE-0002", "CASE-0005"):
            body = {
                "title": "Support for a second year",
                "options": ["End with the first year", "Half the adviser's days for a year"],
                "evidence": "Two reviews in which the front door stayed amber",
                "recommendation": "Half the adviser's days, reviewed after six months",
                "cost": "45000.00",
            }
            self.do("case-officer", cases.propose_decision, body, case=case)
        body = {
            "from_heading": "contracts",
            "to_heading": "peer-mentoring",
            "amount": "40000.00",
            "reason": "More councils ask for member mentors than were planned for",
        }
        self.do("finance-officer", budgets.propose_virement, body, year="2026-27")

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
                "description": f"{THEMES[n % len(THEMES)].capitalize()}, alongside the director",
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
        if nth == 3 and int(case[-4:]) % 6 == 0:
            self._ask_for_a_specialist(case, officer)
        if nth < 4:
            self.later(85, 110, lambda: self._review(case, officer, nth + 1))
        elif drift == 2:
            body = {"to": "targeted support", "reason": "Two reviews without a red theme"}
            self.do(officer, cases.step_case_down, body, case=case)

    def _ask_for_a_specialist(self, case: str, officer: str) -> None:
        """Support that is planned late in the year, and waits for whom to give it."""
        theme = THEMES[int(case[-4:]) // 6 % len(THEMES)]
        item = {
            "decision": 1,
            "kind": "specialist",
            "provider": "Sector register",
            "description": f"{theme.capitalize()}: what the third review found still to do",
            "planned_half_days": 10,
            "cost": "4500.00",
        }
        self.do(officer, cases.add_support_item, item, case=case)


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
