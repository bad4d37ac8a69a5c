"""The demonstration's peer challenges, self-assessments and directors' days.

It has a generator of its own, so that what else happens in the year stays as it is.
"""

import heapq
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from domain.challenges import Exchange, PeerChallenge, draw_triads
from domain.councils import Council, Region
from domain.kernel import LONDON, Refused, financial_year
from domain.people import Peer
from service import access, assessments, people
from service.challenges import challenges
from service.demo.player import LAST, Step, Steps
from service.demo.script import FIRST_NAMES, LAST_NAMES, PARTIES
from service.installation import Installation

CHALLENGES, ASSESSMENTS, DIRECTORS, MEMBERS = 25, 66, 72, 14
KINDS = ("regional peer challenge", "corporate peer challenge", "safeguarding peer review")
FOCUS = (
    ("How well leaders know their services", "line of sight"),
    ("Help and protection at the front door", "safeguarding"),
    ("Placements and permanence for children in care", "sufficiency"),
    ("The partnership's response to neglect", "neglect"),
    ("Political leadership and scrutiny", "political leadership"),
)
STRENGTHS = (
    "Members and officers share a clear ambition for children",
    "Social workers speak well of their managers and stay",
    "Partners take part in decisions at the front door",
    "Children's views change what is planned for them",
)
AREAS = (
    "Turn audit findings into changes that staff can name",
    "Give scrutiny performance information that it can question",
    "Reduce changes of social worker for children in care",
    "Agree thresholds with schools and health in writing",
)
ACTIONS = (
    "Report audit themes to the leadership team every quarter",
    "Train scrutiny members on the performance report",
    "Review caseloads with the principal social worker",
)
ASSESSED = ("Help and protection", "Children in care", "Care leavers", "Leadership")
POINTS = (
    "The evidence for care leavers is a year old: what do they say now?",
    "Grade and data disagree on assessments in time: which is right?",
    "What would the front door look like if demand rose by a tenth?",
)


class ChallengeSteps(Steps):
    """What happens among peers."""

    def __init__(self, installation: Installation, seed: int) -> None:
        super().__init__(installation, seed)
        self.lots = random.Random(f"{seed}-challenges")  # noqa: S311 - a story
        self.director_peers: dict[str, str] = {}
        """Peer reference by home council."""
        self.member_peers: list[str] = []
        self.assessors: list[str] = []

    def _challenges(self) -> None:
        """Set the year's challenge and self-assessment going."""
        streams = self.installation.store.streams("COUNCIL-")
        self.hosts = self.installation.store.load_many(
            [Council(council=stream.removeprefix("COUNCIL-")) for stream in streams]
        )
        codes = [place.council for place in self.hosts]
        self._earlier_challenges(codes)
        homes = self.lots.sample(codes, DIRECTORS)
        for home in homes[:40]:
            self._director_peer(home)
        for n in range(MEMBERS):
            self._member_peer(self.lots.choice(codes), PARTIES[n % len(PARTIES)])
        for n, start in enumerate(range(40, DIRECTORS, 8)):
            batch = homes[start : start + 8]
            self._on_day(
                date(2025, 9, 8) + timedelta(days=40 * n), partial(self._directors_join, batch)
            )
        self._plan_challenges()
        chosen = ["330", *self.lots.sample([c for c in codes if c != "330"], ASSESSMENTS - 1)]
        for n, code in enumerate(chosen):
            day = date(2025, 6, 9) if n == 0 else date(2025, 9, 15) + timedelta(days=2 * n)
            self._on_day(day, partial(self._self_assess, code, n))

    def _on_day(self, day: date, step: Step) -> None:
        """As ``at``, from this story's own generator."""
        while day.weekday() >= 5:
            day += timedelta(days=1)
        if day > LAST:
            return
        minute = self.lots.randrange(9 * 60, 17 * 60)
        moment = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(minutes=minute)
        self.count += 1
        heapq.heappush(self.queue, (moment.astimezone(UTC), self.count, step))

    def _invented_name(self) -> str:
        return f"{self.lots.choice(FIRST_NAMES)} {self.lots.choice(LAST_NAMES)}"

    # --- Who gives time --------------------------------------------------------------------

    def _earlier_challenges(self, codes: Sequence[str]) -> None:
        for code in self.lots.sample(codes, 118):
            day = date(2021, 10, 4) + timedelta(days=self.lots.randrange(1250))
            body = {"conducted_on": day.isoformat(), "source": f"Published report of {day.year}"}
            self.do("case-officer-2", challenges.record_earlier_challenge, body, council=code)

    def _directors_join(self, homes: Sequence[str]) -> None:
        for home in homes:
            self._director_peer(home)

    def _director_peer(self, home: str) -> None:
        body = {
            "name": self._invented_name(),
            "kind": "director",
            "home_council": home,
            "themes": ["peer challenge", self.lots.choice(FOCUS)[1]],
        }
        peer = self._registered_peer(body)
        self.director_peers[home] = peer
        this = self.lots.choice((4, 6, 8, 10, 10, 10, 12))
        self._pledge_half_days(peer, "2025-26", this)
        if self.lots.random() < 0.6:
            self._pledge_half_days(peer, "2026-27", self.lots.choice((4, 6, 10, 10)))

    def _member_peer(self, home: str, party: str) -> None:
        body = {
            "name": self._invented_name(),
            "kind": "member",
            "party": party,
            "home_council": home,
            "themes": ["peer challenge", self.lots.choice(FOCUS)[1]],
        }
        peer = self._registered_peer(body)
        self.member_peers.append(peer)
        self._pledge_half_days(peer, "2025-26", 12)
        self._pledge_half_days(peer, "2026-27", 8)

    def _registered_peer(self, body: dict[str, Any]) -> str:
        peer = self.do("case-officer-2", people.register_a_peer, body).reference
        until = {"until": "2027-03-31"}
        self.do("case-officer-2", people.confirm_employer_release, until, peer=peer)
        if self.lots.random() < 0.8:
            trained = {"accreditation": "Peer challenge, one day"}
            self.do("case-officer-2", people.accredit_peer, trained, peer=peer)
        return peer

    def _pledge_half_days(self, peer: str, year: str, half_days: int) -> None:
        body = {"year": year, "half_days": half_days}
        self.do("case-officer-2", people.pledge_days, body, peer=peer)

    # --- Challenges ------------------------------------------------------------------------

    def _plan_challenges(self) -> None:
        """A mutual pair, a round of a triad, and others with every kind and at every stage."""
        near = self._directors_near()
        first, second = (
            near[Region.NORTH_WEST][:2]
            if len(near[Region.NORTH_WEST]) > 1
            else (list(self.director_peers)[:2])
        )
        pair = [(first, second), (second, first)]
        for n, (host, challenger) in enumerate(pair):
            day = date(2025, 6, 2) + timedelta(days=20 * n)
            self._agree_challenge(day, host, n, leads=challenger, mutual=challenger)
        ring = max(near.values(), key=len)
        chosen = [c for c in ring if c not in (first, second)][:3]
        drawn = draw_triads(chosen, 7).triads if len(chosen) == 3 else ()
        turns = [turn for triad in drawn for turn in triad]
        for n, turn in enumerate(turns):
            day = date(2025, 7, 7) + timedelta(days=6 * n)
            self._agree_challenge(day, turn.host, 2 + n, leads=turn.challenger)
        taken = {first, second, *chosen}
        others = [place for place in self.hosts if place.council not in taken]
        shuffled = self.lots.sample(others, len(others))
        of_each = {place.region: place.council for place in reversed(shuffled)}
        first_ones = list(of_each.values())
        rest = [place.council for place in shuffled if place.council not in first_ones]
        count = CHALLENGES - 2 - len(turns)
        for n, host in enumerate([*first_ones, *rest][:count]):
            day = date(2025, 7, 1) + timedelta(days=17 * n)
            self._agree_challenge(day, host, 2 + len(turns) + n)

    def _directors_near(self) -> dict[Region, list[str]]:
        """Councils whose director is a peer, by region."""
        found: dict[Region, list[str]] = {region: [] for region in Region}
        for place in self.hosts:
            if place.council in self.director_peers and place.region:
                found[place.region].append(place.council)
        return found

    def _agree_challenge(
        self, day: date, host: str, n: int, *, leads: str | None = None, mutual: str | None = None
    ) -> None:
        focus, theme = FOCUS[n % len(FOCUS)]
        body: dict[str, Any] = {
            "council": host,
            "kind": "regional peer challenge" if leads else KINDS[n % 3],
            "focus": focus,
            "themes": [theme],
        }
        if mutual:
            body["mutual_with"] = mutual

        def step() -> None:
            done = self.do("case-officer", challenges.agree_peer_challenge, body)
            if n == 0:
                self.refused_as_it_should("case-officer", challenges.agree_peer_challenge, body)
            team = self.today + timedelta(days=self.lots.randint(4, 10))
            self._on_day(team, lambda: self._team_up(done.reference, n, leads))

        self._on_day(day, step)

    def _team_up(self, challenge: str, n: int, leads: str | None) -> None:
        first = self.today + timedelta(days=self.lots.randint(30, 60))
        while first.weekday() != 1:
            first += timedelta(days=1)
        directors = list(self.director_peers.values())
        order = self.lots.sample(directors, len(directors))
        if leads:
            order = [self.director_peers[leads], *order]
        year = financial_year(first)
        if n % 9 != 8:
            self._assign_first(challenge, order, "lead", 4, year)
        if n % 5 != 4:
            members = self.lots.sample(self.member_peers, len(self.member_peers))
            self._assign_first(challenge, members, "member", 3, year)
        if not leads:
            self._assign_first(challenge, order[::-1], "member", 3, year)
        if n % 10 == 7:
            self._on_day(self.today + timedelta(days=12), lambda: self._cancel_challenge(challenge))
            return
        days = {
            "first_day": first.isoformat(),
            "last_day": (first + timedelta(days=2)).isoformat(),
        }
        self.do("case-officer", challenges.schedule_peer_challenge, days, challenge=challenge)
        self._on_day(first + timedelta(days=6), lambda: self._conduct_challenge(challenge, n))

    def _assign_first(
        self, challenge: str, order: Sequence[str], role: str, half_days: int, year: str
    ) -> None:
        """The first in this order who has the time and nothing that speaks against them."""
        store = self.installation.store
        found = store.load(PeerChallenge(challenge=challenge))
        taken = {member.home_council for member in found.team.values()}
        for peer in order:
            state = store.load(Peer(peer=peer))
            home = state.home_council
            own = store.load(Exchange(council=home)).challenged_by(found.council, self.today)
            meant = found.mutual_with == home
            free = state.in_year(year).free >= half_days
            if not free or home == found.council or home in taken or (own and not meant):
                continue
            body = {"peer": peer, "role": role, "half_days": half_days, "year": year}
            self.do("case-officer", challenges.assign_team_member, body, challenge=challenge)
            return

    def _cancel_challenge(self, challenge: str) -> None:
        why = {"reason": "An inspection was announced for the same weeks"}
        self.do("case-officer", challenges.cancel_peer_challenge, why, challenge=challenge)

    def _conduct_challenge(self, challenge: str, n: int) -> None:
        try:
            self.do("case-officer", challenges.conduct_peer_challenge, {}, challenge=challenge)
        except Refused as refusal:
            # Without a lead it can't be conducted: the officer is told so, and looks for one.
            self.refused[refusal.code] += 1
            return
        if n % 6 == 5:
            return
        self._on_day(self.today + timedelta(days=21), lambda: self._report_challenge(challenge, n))

    def _report_challenge(self, challenge: str, n: int) -> None:
        body = {
            "strengths": self.lots.sample(STRENGTHS, 2),
            "areas_to_consider": self.lots.sample(AREAS, 2),
        }
        self.do("case-officer", challenges.report_challenge_findings, body, challenge=challenge)
        if n % 6 != 3:
            self._on_day(self.today + timedelta(days=35), lambda: self._plan_actions(challenge, n))

    def _plan_actions(self, challenge: str, n: int) -> None:
        due = self.today + timedelta(days=90)
        body = {"actions": list(ACTIONS), "follow_up_due_on": due.isoformat()}
        self.do("case-officer", challenges.agree_challenge_action_plan, body, challenge=challenge)
        if n % 4 != 1:
            self._on_day(due, lambda: self._follow_challenge(challenge))

    def _follow_challenge(self, challenge: str) -> None:
        body = {
            "held_on": self.today.isoformat(),
            "progress": "Scrutiny now questions the report; audits are acted upon",
            "actions_done": self.lots.randint(1, 3),
        }
        self.do("case-officer", challenges.hold_challenge_follow_up, body, challenge=challenge)

    # --- Self-assessments ------------------------------------------------------------------

    def _assessor(self, council: str) -> str:
        """Who writes a council's self-assessment, invited when first needed."""
        user = f"improvement-{council}"
        if user not in self.assessors:
            self.assessors.append(user)
            invited = {"user": user, "name": self._invented_name()}
            self.do("administrator", access.invite_user, invited)
            role = {"role": "council-contact", "council": council}
            self.do("administrator", access.grant_user_role, role, user=user)
        return user

    def _own_view(self, better: bool = False) -> list[dict[str, str]]:
        grades = ("good", "good", "requires improvement", "outstanding" if better else "good")
        return [
            {
                "theme": theme,
                "grade": self.lots.choice(grades),
                "strengths": self.lots.choice(STRENGTHS),
                "areas": self.lots.choice(AREAS),
            }
            for theme in ASSESSED
        ]

    def _self_assess(self, council: str, n: int) -> None:
        user = self._assessor(council)
        body = {"council": council, "year": "2025-26", "themes": self._own_view()}
        self.do(user, assessments.submit_self_assessment, body)
        about = {"council": council, "year": "2025-26"}
        place = next(place for place in self.hosts if place.council == council)
        near = [p.council for p in self.hosts if p.region == place.region and p != place]
        if n % 3 == 2:
            return
        readers = self.lots.sample(near, min(3, len(near)))
        opened: dict[str, Any] = {"councils": readers}
        if n % 6 == 3 and place.region:
            opened = {"region": place.region.value}
        self.do(user, assessments.share_self_assessment, opened, **about)
        if n % 3 == 0:
            later = self.today + timedelta(days=self.lots.randint(20, 45))
            self._on_day(later, lambda: self._put_points(council, readers[0], n))

    def _put_points(self, council: str, reader: str, n: int) -> None:
        about = {"council": council, "year": "2025-26"}
        body = {"from_council": reader, "points": self.lots.sample(POINTS, 2)}
        self.do(self._assessor(reader), assessments.challenge_self_assessment, body, **about)
        if n % 2 == 0:
            later = self.today + timedelta(days=self.lots.randint(15, 30))
            self._on_day(later, lambda: self._revise_assessment(council))

    def _revise_assessment(self, council: str) -> None:
        body = {
            "themes": self._own_view(better=True),
            "what_changed": "New evidence from care leavers; grades checked against the data",
            "reason": "Challenged by a neighbouring council",
        }
        about = {"council": council, "year": "2025-26"}
        self.do(self._assessor(council), assessments.revise_self_assessment, body, **about)
