"""Returns to the department through the year: each quarter's, one corrected, one that waits."""

import random
from datetime import date
from functools import partial
from typing import Any

from service import regions
from service.demo.player import Steps
from service.executive.routes import issue_an_executive_report
from service.returns.routes import (
    prepare_a_return,
    review_a_return,
    send_back_a_return,
    submit_a_return,
)

_QUARTERS = (
    (date(2025, 7, 21), "2025-26Q1"),
    (date(2025, 10, 20), "2025-26Q2"),
    (date(2026, 1, 20), "2025-26Q3"),
    (date(2026, 4, 21), "2025-26Q4"),
)


_MEETINGS = (date(2025, 10, 6), date(2026, 1, 12), date(2026, 4, 13))
"""Of the Executive: a progress report goes to each."""


class ReturnSteps(Steps):
    """What goes to the department, and to the Executive."""

    def department_returns(self) -> None:
        """Plan the year's returns."""
        self.hours = random.Random(f"{self.seed}-returns")  # noqa: S311 - a story
        for day, period in _QUARTERS:
            asked = {"kind": "programme", "period": period}
            self.at(day, partial(self._returned, asked), self.hours)
        self.at(date(2025, 11, 10), self._spent_late, self.hours)
        corrected = {
            "kind": "programme",
            "period": "2025-26Q2",
            "reason": "A region reported spending of September after the return",
        }
        self.at(date(2025, 11, 17), partial(self._returned, corrected), self.hours)
        year = {"kind": "certification", "period": "2025-26"}
        self.at(date(2026, 5, 18), partial(self._returned, year), self.hours)
        self.at(date(2026, 6, 26), self._waiting, self.hours)
        for day in _MEETINGS:
            self.at(day, self._reported, self.hours)

    def _returned(self, asked: dict[str, Any]) -> None:
        """Prepared by one person; reviewed and certified by another."""
        ref = self.do("case-officer", prepare_a_return, asked).reference
        self.do("approver", review_a_return, {}, dfe_return=ref)
        self.do("director", submit_a_return, {}, dfe_return=ref)

    def _reported(self) -> None:
        self.installation.follower.catch_up_unless_led()
        self.do("director", issue_an_executive_report, {})

    def _spent_late(self) -> None:
        body = {
            "year": "2025-26",
            "amount": "4800.00",
            "spent_on": "Facilitators of peer challenge",
            "evidence": "Invoice of 24 September",
            "effective_on": "2025-09-24",
            "reason": "The invoice came in November",
        }
        self.do("regional-lead", regions.report_regional_spend, body, region="north-west")

    def _waiting(self) -> None:
        """One that was sent back, and one that waits for its review."""
        asked = {"kind": "support", "period": "2025-26Q4"}
        ref = self.do("case-officer", prepare_a_return, asked).reference
        why = {"reason": "The whole year is asked for, not its last quarter"}
        self.do("approver", send_back_a_return, why, dfe_return=ref)
        self.do("case-officer-2", prepare_a_return, asked | {"period": "2025-26"})
