"""What ministers and inspectors do to councils in difficulty, and persons whose data is kept."""

import random
from datetime import date
from typing import Any

import service.interventions as cases
from domain.councils import Council
from domain.interventions import InterventionCase
from domain.kernel import Refused
from service import councils, persons
from service.demo.player import Step, Steps
from service.demo.script import FIRST_NAMES, LAST_NAMES

_OFFICER = "case-officer-2"
_THEMES = ("Front door", "Care leavers", "Permanence", "Children at risk outside the home")
_FINDINGS = (
    "Decisions at the front door are timely; supervision is not yet reliable.",
    "Plans are clearer than at the last visit, and too many still drift.",
    "Leaders know their services well; turnover of staff slows the pace.",
)


class OversightSteps(Steps):
    """Notices, directions, commissioners, boards and visits; holds and erasure."""

    def oversee(self) -> None:
        """Plan the year's oversight of the councils that intervention is due for."""
        self.fate = random.Random(f"{self.seed}-oversight")  # noqa: S311 - a story
        store = self.installation.store
        found = [
            store.load(Council(council=stream.removeprefix("COUNCIL-")))
            for stream in store.streams("COUNCIL-")
        ]
        due = [council.council for council in found if council.intervention_due]
        for n, council in enumerate(due):
            self._put_under(council, n)
        self._on(date(2025, 9, 1), lambda: self._leaders(due[0]))
        self._on(date(2026, 5, 11), self._close_one)

    def _on(self, day: date, step: Step) -> None:
        self.at(day, step, self.fate)

    def _person(self) -> str:
        return f"{self.fate.choice(FIRST_NAMES)} {self.fate.choice(LAST_NAMES)}"

    def _record(self, council: str, function: Any, **body: Any) -> None:
        self.do(_OFFICER, function, body, council=council)

    def _put_under(self, council: str, n: int) -> None:
        begun = date(2025, 7, 1 + n)
        match n % 4:
            case 0:
                self._on(begun, lambda: self._notice(council, n))
            case 1 | 2:
                self._on(begun, lambda: self._direct(council, n))
            case _:
                self._on(begun, lambda: self._advise(council))
        for k in range(2):
            day = date(2025, 9 + 2 * k, 2 + self.fate.randrange(24))
            self._on(day, self._visit(council, day, n + k))

    def _notice(self, council: str, n: int) -> None:
        issued = f"IN/2025/{n + 1:02d}"
        reason = "Judged inadequate; ministers expect progress within a year"
        self._record(council, councils.issue_improvement_notice, notice=issued, reason=reason)
        chair = self._person()
        self._record(council, councils.appoint_person, post="board chair", name=chair)

    def _direct(self, council: str, n: int) -> None:
        direction = f"SD/2025/{n + 1:02d}"
        body: dict[str, Any] = {"direction": direction, "reason": "A second inadequate judgement"}
        if n % 4 == 2:
            body["name"] = self._person()
        self._record(council, councils.issue_statutory_direction, **body)
        if n == 1:
            self._on(date(2026, 3, 2), lambda: self._step_down(council, direction))

    def _step_down(self, council: str, direction: str) -> None:
        self._record(
            council,
            councils.replace_statutory_direction,
            direction=direction,
            by_kind="notice",
            by="IN/2026/01",
            reason="Progress at three monitoring visits",
        )

    def _advise(self, council: str) -> None:
        self._record(council, councils.appoint_person, post="adviser", name=self._person())

    def _visit(self, council: str, visited: date, n: int) -> Step:
        body = {"visited_on": visited.isoformat(), "findings": _FINDINGS[n % len(_FINDINGS)]}
        if n % 3 == 0:
            body |= {"kind": "focused", "theme": _THEMES[n % len(_THEMES)]}
        else:
            body["kind"] = "monitoring"
        return lambda: self._record(council, councils.record_inspectors_visit, **body)

    def _leaders(self, council: str) -> None:
        """A lead member and a director are named; one's data is held, the other's erased."""
        for office, ends in (("lead member", "held"), ("director of children's services", "gone")):
            body = {"office": office, "name": self._person()}
            self.do(_OFFICER, councils.name_council_leader, body, council=council)
            (record,) = self.installation.store.records(self.installation.store.head() - 1, 1)
            person = record.event.model_dump()["person"]
            if ends == "held":
                hold = {"hold": "INQ/2025/3", "reason": "An inquiry asked that it be kept"}
                self.do(_OFFICER, persons.place_legal_hold, hold, person=person)
                asked = {"reason": "They asked on leaving office"}
                self.refused_as_it_should(
                    _OFFICER, persons.erase_persons_data, asked, person=person
                )
            else:
                self._on(date(2026, 4, 20), self._erase(person))

    def _erase(self, person: str) -> Step:
        def step() -> None:
            asked = {"reason": "They asked on leaving office"}
            self.do(_OFFICER, persons.erase_persons_data, asked, person=person)

        return step

    def _close_one(self) -> None:
        """A case is closed with what is still open named, so that its check falls due."""
        found = self.installation.store.load(InterventionCase(case="CASE-0003"))
        if not found.is_open:
            return
        body: dict[str, Any] = {
            "outcome": "Judged to require improvement; the council carries its plan on itself",
            "lessons": "Peer mentors of the lead member should begin with the first review",
            "reason": "Three reviews without a red theme",
        }
        case = found.case
        try:
            self.do(_OFFICER, cases.close_case, body, case=case)
        except Refused as refusal:
            body["left_open"] = [
                {"what": what, "why": "Runs on under the council's own plan"}
                for what in refusal.values["still_open"]
            ]
            self.do(_OFFICER, cases.close_case, body, case=case)
