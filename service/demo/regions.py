"""Regions through the year: leads, priorities, early support, spending, and who takes part."""

import random
from datetime import date, timedelta

from domain.councils import Council, Engagement, Region
from domain.kernel import financial_year
from domain.regions import RegionalProgramme
from service import councils, regions
from service.demo.player import LAST, Step, Steps
from service.demo.script import FIRST_NAMES, LAST_NAMES

_OFFICER = "case-officer-2"
_OFFICES = ("lead member", "director of children's services", "chief executive")
_PRIORITIES = (
    ("Peer challenge in every council", "Mutual challenge is where the region learns most"),
    ("Early help", "Demand at the front door rises in every council"),
    ("Care leavers", "Judged apart since 2023, and weakest across the region"),
)
_EVIDENCE = {
    Engagement.CONTACTED: "The regional lead met the director",
    Engagement.ENGAGED: "Self-assessment shared with two neighbours",
    Engagement.EARLY_ADOPTER: "Hosted a peer challenge, and gave days to two others",
    Engagement.NOT_ENGAGED: "Withdrew while its leadership changes",
}
_SPENT_ON = ("Facilitators of peer challenge", "Learning network of managers", "Data analyst")
EARLY_ADOPTERS = 40


class RegionSteps(Steps):
    """What the regions do."""

    def regional_year(self) -> None:
        """Plan the regions' year."""
        self.lot = random.Random(f"{self.seed}-regions")  # noqa: S311 - a story
        store = self.installation.store
        found = [
            store.load(Council(council=stream.removeprefix("COUNCIL-")))
            for stream in store.streams("COUNCIL-")
        ]
        by_region = {
            region: [c for c in found if c.region == region and not c.successors]
            for region in Region
        }
        for n, region in enumerate(Region):
            self._when(date(2025, 6, 9 + n), self._regional_set_up(region, n, by_region[region]))
            self._early_support(region, n, by_region[region])
            for quarter, day in enumerate(
                (date(2025, 9, 30), date(2025, 12, 30), date(2026, 3, 30), date(2026, 6, 30))
            ):
                self._when(day, self._regional_spend(region, quarter))
        self._engage(by_region)

    def _when(self, day: date, step: Step) -> None:
        self.at(day, step, self.lot)

    def _name(self) -> str:
        return f"{self.lot.choice(FIRST_NAMES)} {self.lot.choice(LAST_NAMES)}"

    def _regional_set_up(self, region: Region, n: int, here: list[Council]) -> Step:
        def step() -> None:
            for k, office in enumerate(_OFFICES):
                body = {"office": office, "name": self._name(), "council": here[k].council}
                self.do(_OFFICER, regions.nominate_regional_lead, body, region=region)
            for title, why in _PRIORITIES[: 1 + n % 3]:
                body = {"title": title, "why": why}
                self.do(_OFFICER, regions.set_regional_priority, body, region=region)
            plan = {
                "year": "2025-26",
                "plan": f"Plan {region.label} 2025",
                "summary": "Peer challenge in a third of councils, early support where it is asked",
            }
            self.do(_OFFICER, regions.agree_regional_plan, plan, region=region)

        return step

    def _early_support(self, region: Region, n: int, here: list[Council]) -> None:
        """Two offers a region: most are accepted and delivered, some declined, some run on."""
        for k, council in enumerate(
            [c for c in here if not c.open_case and not c.intervention_due][:2]
        ):
            offered = date(2025, 9, 8) + timedelta(days=7 * n + 40 * k)
            self._when(offered, self._support_offer(region, council.council, (n + k) % 4))

    def _support_offer(self, region: Region, council: str, fate: int) -> Step:
        def step() -> None:
            body = {
                "council": council,
                "concern": "Agency social workers above a third; re-referrals rising",
                "support": "Four days of a principal social worker and a practice audit",
            }
            self.do(_OFFICER, regions.offer_regional_support, body, region=region)
            made = len(self.installation.store.load(RegionalProgramme(region=region)).offers)
            self._when(
                self.today + timedelta(days=10), self._support_answer(region, council, made, fate)
            )

        return step

    def _support_answer(self, region: Region, council: str, offer: int, fate: int) -> Step:
        def step() -> None:
            answer = {"accepted": fate != 3, "reason": "An improvement partner is in place already"}
            contact = self.contact(council)
            subjects = {"region": region, "offer": offer}
            self.do(contact, regions.answer_early_support, answer, **subjects)
            if fate in (0, 1):
                self._when(self.today + timedelta(days=90), self._support_delivery(region, offer))

        return step

    def _support_delivery(self, region: Region, offer: int) -> Step:
        def step() -> None:
            body = {"outcome": "Audit shared with all managers; supervision policy rewritten"}
            subjects = {"region": region, "offer": offer}
            self.do(_OFFICER, regions.deliver_regional_support, body, **subjects)

        return step

    def _regional_spend(self, region: Region, quarter: int) -> Step:
        def step() -> None:
            amount = self.lot.randrange(15, 34) * 1000
            body = {
                "year": financial_year(self.today),
                "amount": f"{amount}.00",
                "spent_on": _SPENT_ON[quarter % len(_SPENT_ON)],
                "evidence": "Invoices and the host council's ledger",
            }
            who = {Region.NORTH_WEST: "regional-lead", Region.SOUTH_EAST: "regional-lead-2"}
            by = who.get(region, "finance-officer")
            if region == Region.NORTH_WEST and quarter == 2:
                over = body | {"amount": "150000.00"}
                self.refused_as_it_should(by, regions.report_regional_spend, over, region=region)
            self.do(by, regions.report_regional_spend, body, region=region)

        return step

    def _engage(self, by_region: dict[Region, list[Council]]) -> None:
        """About forty councils at first, London and East Midlands foremost; then the rest."""
        foremost = (Region.LONDON, Region.EAST_MIDLANDS)
        first = [c for region in foremost for c in by_region[region]]
        others = [c for region, here in by_region.items() if region not in foremost for c in here]
        self.lot.shuffle(others)
        adopters, rest = (first + others)[:EARLY_ADOPTERS], (first + others)[EARLY_ADOPTERS:]
        for council in adopters:
            self._when(date(2025, 6, 3), self._engaged(council.council, Engagement.EARLY_ADOPTER))
        span = (LAST - date(2025, 7, 1)).days
        for n, council in enumerate(rest):
            day = date(2025, 7, 1) + timedelta(days=span * n // len(rest))
            self._when(day, self._engaged(council.council, Engagement.CONTACTED))
            if self.lot.random() < 0.7:
                later = day + timedelta(days=self.lot.randrange(25, 80))
                self._when(later, self._engaged(council.council, Engagement.ENGAGED))
                if self.lot.random() < 0.08:
                    again = later + timedelta(days=60)
                    self._when(again, self._engaged(council.council, Engagement.NOT_ENGAGED))

    def _engaged(self, council: str, engagement: Engagement) -> Step:
        def step() -> None:
            body = {"engagement": engagement, "evidence": _EVIDENCE[engagement]}
            self.do(_OFFICER, councils.record_engagement, body, council=council)

        return step
