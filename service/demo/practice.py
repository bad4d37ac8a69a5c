"""The demonstration's good practice: invented examples at every stage."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from service import access
from service import practice as commands
from service.demo.player import FIRST, Steps
from service.demo.script import FIRST_NAMES, LAST_NAMES, policy_themes


class Example(NamedTuple):
    """An invented example and how far it comes."""

    title: str
    summary: str
    themes: tuple[str, ...]
    done: str
    evidence: str
    level: str
    end: str
    """submitted, returned, validated, published, withdrawn, or returned first"""


_P, _V, _W = "promising practice", "validated practice", "proven practice"
EXAMPLES: tuple[Example, ...] = (
    Example(
        "A front door that answers within a day",
        "Social workers sit with the call handlers and decide on a contact while it is fresh.",
        ("front door", "partnership"),
        "Two teams were merged, the rota was redrawn with the workforce, and every contact that"
        " was not decided by five o'clock was read aloud the next morning.",
        "Decisions within a day rose from 71% to 93% in ten months; re-referrals did not rise.",
        _V,
        "published",
    ),
    Example(
        "Group supervision around one family",
        "Social workers bring one family a week to a group that asks, and does not advise.",
        ("practice supervision", "workforce"),
        "Nine groups of six with a trained facilitator, and one question each from health and"
        " housing.",
        "Staff turnover fell by a third over two years in four councils that began together.",
        _W,
        "published",
    ),
    Example(
        "Young people chair the corporate parenting board",
        "Two care-experienced chairs set the agenda and see the answers before members do.",
        ("corporate parenting", "scrutiny"),
        "Chairs are paid and trained; papers are of one page; each meeting ends with a promise.",
        "Twelve of fifteen promises of the first year were kept, as the young people counted.",
        _P,
        "published",
    ),
    Example(
        "Members visit the front door each quarter",
        "Lead member and scrutiny chair sit beside a social worker for half a day.",
        ("scrutiny", "front door"),
        "A short guide on what to look for, and a note to cabinet on what was seen.",
        "Questions at scrutiny became about children rather than about targets.",
        _P,
        "published",
    ),
    Example(
        "An early help hub in each school cluster",
        "Schools, nurses and family workers share one list of families and one worker leads.",
        ("early help", "partnership"),
        "Seven hubs were opened over two years, each with a budget of its own to spend the same"
        " day.",
        "Referrals to social care from the seven clusters fell by 18% against 3% elsewhere.",
        _V,
        "published",
    ),
    Example(
        "Audit that ends in a conversation",
        "The auditor and the social worker read the file together and agree on one change.",
        ("quality assurance", "practice supervision"),
        "Sixty files a quarter; managers audit outside their own team.",
        "Agreement between auditors rose from half to nine in ten within a year.",
        _V,
        "published",
    ),
    Example(
        "Growing social workers at home",
        "Family support workers qualify through an apprenticeship and stay in their team.",
        ("workforce",),
        "Twelve places a year, with a mentor and one study day a week that nobody may cancel.",
        "Of thirty-four who qualified, thirty-one still work for the council after three years;"
        " an evaluation compared them with agency recruits in six councils.",
        _W,
        "published",
    ),
    Example(
        "Foster carers recruit foster carers",
        "Carers run the open evenings and ring back every caller within a day.",
        ("corporate parenting", "workforce"),
        "A small payment for each evening, and a carer on the approval panel.",
        "Enquiries that became approvals rose from one in twenty to one in nine.",
        _V,
        "published",
    ),
    Example(
        "One threshold document, written with families",
        "Partners rewrote their thresholds with parents who had lived them.",
        ("partnership", "front door"),
        "Four workshops, a plain-English test, and a page for each age.",
        "Contacts without further action fell from 62% to 48%.",
        _P,
        "returned first",
    ),
    Example(
        "Learning from near misses",
        "A case that could have gone wrong is told to all teams within a month.",
        ("quality assurance",),
        "No names, one page, three questions, and the partners in the room.",
        "Staff say in the yearly survey that they speak up sooner.",
        _P,
        "published",
    ),
    Example(
        "Care leavers' drop-in beside the job centre",
        "Personal advisers moved to where young people already go.",
        ("corporate parenting", "partnership"),
        "Two rooms on the high street, open until seven.",
        "Young people in touch with their adviser rose from 84% to 95%.",
        _V,
        "published",
    ),
    Example(
        "Permanence planning from the first week",
        "A tracker of each child's plan is read by the director every fortnight.",
        ("quality assurance", "corporate parenting"),
        "Parallel planning begins when a child comes into care.",
        "The time from entering care to a plan for permanence fell by eleven weeks.",
        _P,
        "withdrawn",
    ),
    Example(
        "Peer reviewers from the next county",
        "Two councils read each other's files and tell each other what they would worry about.",
        ("quality assurance", "partnership"),
        "A day each quarter, with the same four questions.",
        "Both found drift in pre-proceedings that neither had seen in its own audits.",
        _P,
        "validated",
    ),
    Example(
        "Caseload cap agreed with the unions",
        "No newly qualified social worker holds more than twelve children.",
        ("workforce",),
        "A weekly count is published on the intranet; the director signs each exception.",
        "Sickness among the newly qualified halved in a year.",
        _V,
        "validated",
    ),
    Example(
        "Fathers at the table",
        "Letters, visits and conferences name the father and ask for him.",
        ("practice supervision",),
        "A checklist, training by fathers, and visits in the evening.",
        "Fathers took part in 58% of conferences, from 31%.",
        _P,
        "validated",
    ),
    Example(
        "Scrutiny with children's own data",
        "Members read what children said in reviews before they read the indicators.",
        ("scrutiny",),
        "The participation team writes a page a quarter, children approve it.",
        "Too early to say.",
        _P,
        "returned",
    ),
    Example(
        "A single record for early help",
        "Partners write in one record that the family can read.",
        ("early help", "partnership"),
        "Consent was rewritten; each visit is closed with the family looking on.",
        "Half of the partners use it each week.",
        _P,
        "returned",
    ),
    Example(
        "Weekend visits by a small team",
        "Three social workers work from Thursday to Sunday for families in crisis.",
        ("front door", "workforce"),
        "Volunteers only, with four days a week at full pay.",
        "Emergency placements at weekends fell from nine to three a quarter.",
        _P,
        "submitted",
    ),
    Example(
        "Simple words in every plan",
        "Plans are written to the child, and read to the child.",
        ("quality assurance", "practice supervision"),
        "A plain-English check and a child's version that comes first.",
        "Children who know their plan, in reviews: 44% to 71%.",
        _P,
        "submitted",
    ),
    Example(
        "Housing officers in the care leavers' team",
        "Two housing officers hold the tenancies of care leavers for their first year.",
        ("partnership", "corporate parenting"),
        "Secondments paid by both departments, with one target.",
        "Nobody lost a first tenancy in eighteen months.",
        _V,
        "submitted",
    ),
)
_OWN = {0: ("330", "council-contact"), 3: ("380", "council-contact-2")}
"""Examples that the demonstration's own contacts submit."""


class PracticeSteps(Steps):
    """What happens to examples of good practice."""

    def good_practice(self, seed: int) -> None:
        """Every example, a fortnight or so apart, each as far as it comes."""
        chance = random.Random(f"{seed}-practice")  # noqa: S311 - a story
        streams = self.installation.store.streams("COUNCIL-")
        homes = [stream.removeprefix("COUNCIL-") for stream in streams]
        for n, example in enumerate(EXAMPLES):
            council, contact = _OWN.get(n, (chance.choice(homes), ""))
            day = FIRST + timedelta(days=10 + 18 * n)
            self.at(day, self._submission(example, council, contact, chance), chance)

    def _submission(
        self, example: Example, council: str, contact: str, chance: random.Random
    ) -> Any:
        def step() -> None:
            who = contact or self._practice_lead(council, chance)
            body = _body(example) | {"council": council}
            practice = self.do(who, commands.submit_practice, body).reference
            if example.end == "submitted":
                return
            day = self.today + timedelta(days=chance.randint(8, 20))
            self.at(day, lambda: self._judge(practice, who, example, chance), chance)

        return step

    def _judge(self, practice: str, who: str, example: Example, chance: random.Random) -> None:
        if example.end not in ("returned", "returned first"):
            self._validate(practice, example, chance)
            return
        needed = {"needed": "Say what was measured, before and after, and over how long."}
        self.do("case-officer", commands.return_practice, needed, practice=practice)
        if example.end == "returned first":
            day = self.today + timedelta(days=chance.randint(8, 15))
            self.at(day, lambda: self._again(practice, who, example, chance), chance)

    def _again(self, practice: str, who: str, example: Example, chance: random.Random) -> None:
        again = _body(example)
        again["evidence"] += " Counted over twelve months, against the twelve before."
        self.do(who, commands.resubmit_practice, again, practice=practice)
        day = self.today + timedelta(days=chance.randint(4, 10))
        self.at(day, lambda: self._validate(practice, example, chance), chance)

    def _validate(self, practice: str, example: Example, chance: random.Random) -> None:
        judged = {"level": example.level, "notes": "Figures and files seen; two staff spoken with."}
        self.do("case-officer-2", commands.validate_practice, judged, practice=practice)
        if example.end == "validated":
            return
        day = self.today + timedelta(days=chance.randint(4, 10))
        self.at(day, lambda: self._publish(practice, example, chance), chance)

    def _publish(self, practice: str, example: Example, chance: random.Random) -> None:
        self.do("case-officer", commands.publish_practice, {}, practice=practice)
        if example.end == "withdrawn":
            body = {"reason": "The tracker was given up when the recording system changed"}
            day = self.today + timedelta(days=chance.randint(20, 40))
            self.at(
                day,
                lambda: self._withdraw(practice, body),
                chance,
            )

    def _withdraw(self, practice: str, body: Mapping[str, str]) -> None:
        self.do("case-officer-2", commands.withdraw_practice, body, practice=practice)

    def _practice_lead(self, council: str, chance: random.Random) -> str:
        """The council's lead on practice, invited when first needed."""
        user = f"practice-lead-{council}"
        if user not in self.contacts:
            self.contacts.add(user)
            name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
            self.do("administrator", access.invite_user, {"user": user, "name": name})
            role = {"role": "council-contact", "council": council}
            self.do("administrator", access.grant_user_role, role, user=user)
        return user


def _body(example: Example) -> dict[str, Any]:
    return {
        "title": example.title,
        "summary": example.summary,
        "themes": list(example.themes),
        "policy_themes": policy_themes(example.themes),
        "what_was_done": example.done,
        "evidence": example.evidence,
    }
