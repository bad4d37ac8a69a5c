"""The demonstration's mentoring, from request to sessions."""

from typing import Any

from domain.interventions import InterventionCase
from domain.kernel import Refused
from domain.mentoring import MentoringMatch
from domain.people import Peer
from service import mentoring
from service.demo.player import SESSIONS, Steps
from service.demo.script import (
    OBJECTIVES,
    PARTIES,
    THEMES,
    policy_themes,
)


class MentoringSteps(Steps):
    """What happens in mentoring."""

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
        body["policy_themes"] = policy_themes(body["themes"])
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
            # More than was reserved, or more than the new year's pledge: the mentor is told so.
            self.refused[refusal.code] += 1
            return
        self.sessions += 1
        if mentor.erased:
            raise RuntimeError("an erased peer holds no session")
