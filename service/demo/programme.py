"""Contracts, policy programmes, the host and its staff: the programme around the cases."""

import random
from datetime import date, timedelta
from typing import Any

from domain.hosting import Hosting
from domain.kernel import financial_year
from domain.policy import PolicyTheme
from domain.programmes import PolicyProgramme
from service import contracts, hosting, people, programmes
from service.demo.player import Step, Steps
from service.demo.script import FIRST_NAMES, LAST_NAMES, THEMES

_CONTRACTS = (
    ("Fernhill Research", "good practice validation", 240_000, "open procedure"),
    ("Tarnside Associates", "supply of specialists", 420_000, "framework call-off"),
    ("Larchmont Analytics", "performance information", 310_000, "competitive flexible procedure"),
)
_DELIVERABLES = ("Method and plan", "First report", "Second report", "Final report and handover")
_PROGRAMMES = (
    (PolicyTheme.MUNRO, "Performance data that helps social workers", 18),
    (PolicyTheme.EARLY_INTERVENTION, "A local early help offer", 24),
    (PolicyTheme.YOUTH_SERVICES, "Youth services that young people shape", 12),
    (PolicyTheme.COMMISSIONING, "Commissioning for value and new services", 15),
    (PolicyTheme.ADOPTION, "Adoption without delay", 20),
    (PolicyTheme.CHILDRENS_CENTRES, "Children's centres", 40),
)
ON_TRIAL = 26
SPECIALISTS = 10
_QUARTERS = (
    (date(2025, 4, 1), date(2025, 6, 30), date(2025, 7, 7)),
    (date(2025, 7, 1), date(2025, 9, 30), date(2025, 10, 7)),
    (date(2025, 10, 1), date(2025, 12, 31), date(2026, 1, 8)),
    (date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 30)),
)
"""Each quarter's first and last day, and when the host claims for it."""
_GRADES = (("Head of programme", "72.40"), ("Adviser", "48.15"), ("Support officer", "29.80"))
_ACTIVITIES = ("programme team", "support of regions", "communications and events")


class ProgrammeSteps(Steps):
    """What surrounds the cases."""

    def wider_programme(self) -> None:
        """Plan a year of contracts, programmes and hosting."""
        self.turn = random.Random(f"{self.seed}-programme")  # noqa: S311 - a story
        for n, terms in enumerate(_CONTRACTS):
            self._due(date(2025, 6, 16 + n), self._contract(n, *terms))
        for n, (theme, title, councils) in enumerate(_PROGRAMMES):
            self._due(date(2025, 6, 24 + n), self._programme(n, theme, title, councils))
        self._due(date(2025, 8, 21), self._specialists)
        for quarter, (_, _, claimed) in enumerate(_QUARTERS):
            self._due(claimed, self._claim(quarter))
        for month in range(12):
            year, number = divmod(2025 * 12 + 5 + month, 12)
            day = date(year, number + 1, 28)
            self._due(day, self._staff_time(f"{year}-{number + 1:02d}"))

    def _due(self, day: date, step: Step) -> None:
        self.at(day, step, self.turn)

    # --- Contracts -------------------------------------------------------------------------

    def _contract(self, n: int, supplier: str, lot: str, pounds: int, route: str) -> Step:
        def step() -> None:
            parts = [
                {
                    "title": title,
                    "amount": f"{pounds // len(_DELIVERABLES)}.00",
                    "due_on": (date(2025, 8, 15) + timedelta(days=66 * k)).isoformat(),
                }
                for k, title in enumerate(_DELIVERABLES)
            ]
            body: dict[str, Any] = {
                "supplier": supplier,
                "lot": lot,
                "scope": f"As tendered for {lot}, with every method open to councils",
                "value": f"{pounds}.00",
                "year": "2025-26",
                "starts_on": "2025-06-16",
                "ends_on": "2026-03-31",
                "deliverables": parts,
                "route": route,
            }
            if n == 0:
                self.refused_as_it_should("approver", contracts.let_a_contract, body)
            body["board_minute"] = f"CIB/2025/{n + 3}"
            contract = self.do("approver", contracts.let_a_contract, body).reference
            for k, part in enumerate(parts):
                due = date.fromisoformat(part["due_on"])
                self._due(due, self._deliverable(contract, k + 1, n))

        return step

    def _specialists(self) -> None:
        """Those whom the second contract finds, with time in both years."""
        streams = self.installation.store.streams("COUNCIL-")
        for n in range(SPECIALISTS):
            home = self.turn.choice(streams).removeprefix("COUNCIL-")
            body = {
                "name": f"{self.turn.choice(FIRST_NAMES)} {self.turn.choice(LAST_NAMES)}",
                "kind": "specialist",
                "home_council": home,
                "themes": [THEMES[n % len(THEMES)], self.turn.choice(THEMES)],
            }
            peer = self.do("case-officer-2", people.register_a_peer, body).reference
            released = {"until": "2027-03-31"}
            self.do("case-officer-2", people.confirm_employer_release, released, peer=peer)
            trained = {"accreditation": "Specialist register, references checked"}
            self.do("case-officer-2", people.accredit_peer, trained, peer=peer)
            for year, half_days in (("2025-26", 40), ("2026-27", 60)):
                pledge = {"year": year, "half_days": half_days}
                self.do("case-officer-2", people.pledge_days, pledge, peer=peer)

    def _deliverable(self, contract: str, number: int, n: int) -> Step:
        """The second contract's first report falls short once; the third's last is late."""

        def step() -> None:
            about = {"contract": contract, "deliverable": number}
            if (n, number) == (2, 4):
                return
            if (n, number) == (1, 2):
                body = {"reason": "Half of the specialists have no references"}
                self.do("case-officer", contracts.reject_contract_deliverable, body, **about)
                self._due(self.today + timedelta(days=20), accept)
                return
            accept()

        def accept() -> None:
            about = {"contract": contract, "deliverable": number}
            body = {"evidence": "Read by two of the team against the specification"}
            self.do("case-officer", contracts.accept_contract_deliverable, body, **about)
            paying = {"payment_reference": f"BACS-{contract[-4:]}-C{number}"}
            self.do("finance-officer", contracts.pay_contract_deliverable, paying, **about)

        return step

    # --- Programmes ------------------------------------------------------------------------

    def _programme(self, n: int, theme: PolicyTheme, title: str, councils: int) -> Step:
        def step() -> None:
            body: dict[str, Any] = {
                "theme": theme,
                "title": title,
                "aims": ["Try it out locally", "Share what works by name and number"],
                "starts_on": "2025-06-24",
                "ends_on": "2026-09-30",
            }
            if theme == PolicyTheme.CHILDRENS_CENTRES:
                body |= {"full_payment": "9000.00", "threshold_percent": 40, "ceiling": "300000.00"}
                body["board_minute"] = "CIB/2025/9"
            made = self.do("approver", programmes.launch_programme, body).reference
            streams = self.installation.store.streams("COUNCIL-")
            every = [stream.removeprefix("COUNCIL-") for stream in streams]
            joining = self.turn.sample(every, councils)
            for k, council in enumerate(joining):
                trial = theme == PolicyTheme.CHILDRENS_CENTRES and k < ON_TRIAL
                day = self.today + timedelta(days=2 + 3 * k)
                self._due(day, self._joins(made, council, trial))

        return step

    def _joins(self, programme: str, council: str, trial: bool) -> Step:
        def step() -> None:
            body = {"council": council, "on_trial": trial}
            self.do("case-officer", programmes.join_programme, body, programme=programme)
            if trial:
                self._due(self.today + timedelta(days=150), self._result(programme, council))

        return step

    def _result(self, programme: str, council: str) -> Step:
        def step() -> None:
            reached = self.turn.randrange(50, 68)
            body = {
                "council": council,
                "measure": "Families in greatest need who use a centre each month",
                "period": "2025-26Q3" if self.today < date(2026, 4, 1) else "2025-26Q4",
                "baseline": "48",
                "target": "62",
                "result": str(reached),
                "evidence": "Centre returns, sampled by the council's auditor",
            }
            receipt = self.do(
                "case-officer", programmes.record_trial_outcome, body, programme=programme
            )
            if "ProgrammeCommitmentReserved" not in receipt.events:
                return
            outcome = self._outcomes(programme)
            self._due(self.today + timedelta(days=12), self._pays(programme, outcome))

        return step

    def _outcomes(self, programme: str) -> int:
        return len(self.installation.store.load(PolicyProgramme(programme=programme)).outcomes)

    def _pays(self, programme: str, outcome: int) -> Step:
        def step() -> None:
            body = {"payment_reference": f"BACS-{programme[-4:]}-R{outcome}"}
            subjects = {"programme": programme, "outcome": outcome}
            if self._same_year(programme, outcome):
                self.do("finance-officer", programmes.pay_trial_outcome, body, **subjects)

        return step

    def _same_year(self, programme: str, outcome: int) -> bool:
        """A result is paid from the year that it was recorded in, while that runs."""
        found = self.installation.store.load(PolicyProgramme(programme=programme))
        return found.outcome(outcome).year == financial_year(self.today)

    # --- The host --------------------------------------------------------------------------

    def _claim(self, quarter: int) -> Step:
        def step() -> None:
            first, last, _ = _QUARTERS[quarter]
            body = {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "services": "Offices, payroll, finance and legal advice",
                "amount": "98500.00" if quarter else "101200.00",
                "invoice": f"LGA/INV/{quarter + 1}",
                "evidence": "Schedule of services with unit costs",
            }
            self.do("finance-officer-2", hosting.claim_hosting_charge, body, year="2025-26")
            subjects = {"year": "2025-26", "claim": self._claims()}
            if quarter == 1:
                why = {"reason": "Legal advice was charged twice"}
                self.do("director", hosting.reject_hosting_claim, why, **subjects)
                body |= {"amount": "91300.00", "invoice": "LGA/INV/2A"}
                self.do("finance-officer-2", hosting.claim_hosting_charge, body, year="2025-26")
                subjects["claim"] = self._claims()
            agreed = {"reason": "Agrees with the schedule"}
            self.do("director", hosting.accept_hosting_claim, agreed, **subjects)
            paying = {"payment_reference": f"BACS-HOST-{quarter + 1}"}
            self.do("finance-officer", hosting.pay_hosting_claim, paying, **subjects)

        return step

    def _claims(self) -> int:
        return len(self.installation.store.load(Hosting(year="2025-26")).claims)

    def _staff_time(self, month: str) -> Step:
        def step() -> None:
            for (grade, rate), activity in zip(_GRADES, _ACTIVITIES, strict=True):
                body = {
                    "month": month,
                    "grade": grade,
                    "activity": activity,
                    "hours": self.turn.randrange(40, 160),
                    "rate": rate,
                }
                self.do("finance-officer-2", hosting.record_staff_time, body)

        return step
