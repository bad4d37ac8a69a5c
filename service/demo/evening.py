"""The last evening of the demonstration's year: what people watch, and what is new to them."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

import service.interventions as cases
from domain.kernel import LONDON
from service.demo.player import LAST, Steps
from service.funding import grants
from service.inbox import ReadUpTo, mark_inbox_read
from service.lists.routes import FiltersToSave, save_filters
from service.watching import watch_subject

_WATCHED: Mapping[str, tuple[str, ...]] = {
    "case-officer": ("CASE-0010", "CASE-0005", "GRANT-0034", "330"),
    "approver": ("CASE-0002", "CASE-0010", "GRANT-0034", "GRANT-0036"),
    "director": ("CASE-0005", "GRANT-0036"),
    "finance-officer": ("GRANT-0010", "GRANT-0034", "GRANT-0036"),
    "regional-lead": ("CASE-0013", "340"),
    "council-contact-2": ("CASE-0007", "380"),
}
_FILTERS = (
    ("approver", "grants", "To approve", {"status": "proposed"}),
    ("finance-officer", "grants", "Running in 2026-27", {"year": "2026-27", "status": "accepted"}),
    ("case-officer-2", "cases", "Reviewing in the South West", {"region": "south-west"}),
)


class EveningSteps(Steps):
    """What happens once everybody has gone home but those who watch, and those who write up."""

    def last_evening(self) -> None:
        """People begin to watch and have read everything; then colleagues do some more."""
        self.now = datetime.combine(LAST, time(18), LONDON).astimezone(UTC)
        for user, subjects in _WATCHED.items():
            for subject in subjects:
                self.do(user, watch_subject, {"subject": subject})
        read = ReadUpTo(position=self.installation.store.head())
        for user in _WATCHED:
            mark_inbox_read(body=read, desk=self.desk(user))
        self._vary_grants()
        self._write_up()

    def _vary_grants(self) -> None:
        """Two variations of one grant; one that raises another, for its council to accept."""
        less = {
            "amount": "28000.00",
            "unpaid_instalments": [
                {"amount": "16000.00", "due_on": "2026-07-20"},
                {"amount": "12000.00", "due_on": "2026-11-16", "conditions": [1]},
            ],
            "reason": "One post was filled from within the council",
        }
        self.do("approver-2", grants.vary_grant, less, grant="GRANT-0034")
        later = less | {
            "unpaid_instalments": [
                {"amount": "16000.00", "due_on": "2026-09-01"},
                {"amount": "12000.00", "due_on": "2027-01-18", "conditions": [1]},
            ],
            "reason": "The team starts in September, with the school year",
        }
        self.do("director", grants.vary_grant, later, grant="GRANT-0034")
        more = {
            "amount": "49000.00",
            "unpaid_instalments": [
                {"amount": "24500.00", "due_on": "2026-07-06"},
                {"amount": "12000.00", "due_on": "2026-10-05", "conditions": [1]},
                {"amount": "12500.00", "due_on": "2027-01-18", "conditions": [1, 2]},
            ],
            "reason": "A second supervisor for the newly qualified staff",
        }
        self.do("approver-2", grants.vary_grant, more, grant="GRANT-0036")

    def _write_up(self) -> None:
        """Notes of each confidentiality, and a milestone."""
        for case, confidentiality, title, text in (
            ("CASE-0005", "open", "Visit to the front door", "Calm; decisions within the day."),
            (
                "CASE-0010",
                "restricted",
                "Call with the principal social worker",
                "Two team managers may leave before the winter.",
            ),
            (
                "CASE-0013",
                "confidential",
                "Call with the leader of the council",
                "The leader weighs a change of portfolio after the summer.",
            ),
        ):
            note = {"title": title, "text": text, "confidentiality": confidentiality}
            self.do("case-officer-2", cases.add_case_note, note, case=case)
        milestone = {"title": "Supervision policy audited", "due_on": "2027-02-26"}
        self.do("case-officer", cases.set_case_milestone, milestone, case="CASE-0007")

    def keep_filters(self) -> None:
        """Filters that people keep, once the views have come to the end of the year."""
        for user, name, called, filters in _FILTERS:
            kept = FiltersToSave(list=name, name=called, filters=filters)
            save_filters(body=kept, desk=self.desk(user))
