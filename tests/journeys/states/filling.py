"""Every form, filled in by nobody in particular with whatever its fields let in.

A form is opened bare, asked what it is about where it asks, sent empty, filled in until its
answers can be checked, and recorded: what comes of that, a receipt or a rule's refusal, is looked
at like every page before it.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from service.desk import CommandRoute, Routes
from service.pages.forms.fields import Field, fields_of_route, leaves
from service.pages.forms.options import offered
from service.pages.forms.sheet import has_form
from service.pages.forms.wording import source_of
from tests.journeys.states.looking import Answer, Looker
from tests.journeys.states.places import ROUTES, may_do, parameters, reader_of

COMMANDS: Mapping[str, CommandRoute] = {
    route.name: route for route in Routes.commands if ROUTES and has_form(route)
}
"""The command of every form by its name, once every route has been declared."""

SAMPLES = (
    *("Agreed with the council", "2025-26", "2026-03", "name@example.org", "E06000001"),
    *("official", "sample-1", "3", "a" * 64, "BACS-0001-1", "Good", "330"),
)
"""What is tried in a field, one after the other, until it is let in."""
DOCUMENT = ("minutes.txt", b"Agreed.")
_PEOPLES = ("/api/v1/users", "/api/v1/persons", "/api/v1/peers/{peer}/erasure")
"""Where commands take from people what they have: their names, roles, and sessions."""
_LIKE = re.compile(r"\blike ([\w./-]*\w)")


def takes_from_people(form: str) -> bool:
    """Whether a form may take from the demonstration's people what others are looked at by."""
    return COMMANDS[form].path.startswith(_PEOPLES)


def user_of(form: str) -> str:
    """The first demonstration user whose role may send a form."""
    return may_do(COMMANDS[form].needs)[0]


class Filling:
    """A form on its way from its question to its receipt."""

    def __init__(self, looker: Looker, form: str) -> None:
        self.looker, self.form, self.route = looker, form, COMMANDS[form]
        self.steps: list[str] = []
        """How far it has come: asked, empty, checked, recorded or refused."""

    def go(self) -> None:
        """All of it."""
        asked = self._asked()
        if asked is None:
            return
        self.steps.append("asked")
        hidden = asked.hidden(asked.form(f"/do/{self.form}"))
        self._send(hidden, "check")
        self.steps.append("empty")
        if not self._checked(asked, hidden):
            return
        self.steps.append("checked")
        done = self._send(hidden, "record")
        self.steps.append("recorded" if done and "/receipt" in done.path else "refused")

    def _send(
        self,
        data: Mapping[str, str],
        does: str,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Answer | None:
        sent, expect = {**data, "_do": does}, (200, 409, 412, 404, 403, 422)
        return self.looker.send(f"/do/{self.form}", sent, expect=expect, files=files)

    def _asked(self) -> Answer | None:
        """The form, once it knows what it is about; nothing where there is nothing at all."""
        about: dict[str, str] = {}
        while True:
            page = self.looker.get(f"/do/{self.form}" + (f"?{urlencode(about)}" if about else ""))
            if page is None or page.tree.xpath('//form[@id="form"]'):
                return page
            name = next((n for n in parameters(self.route.path) if n not in about), None)
            if name is None:
                return None
            asked = page.tree.xpath('//main//form[@method="get"]//*[starts-with(@id, "f-")]')
            there = [
                str(value) for field in asked for value in field.xpath("./option/@value") if value
            ]
            about[name] = (there or self._in_another_state(name, about) or ["1"])[-1]

    def _in_another_state(self, name: str, about: Mapping[str, str]) -> list[str]:
        """What nobody is offered now: a link that somebody kept may still lead to its form."""
        reader = reader_of(self.looker.service.installation, self.looker.user)
        reader.needs = self.route.needs
        sources = (source_of(self.form, name).partition("|")[0], name)
        found = (offered(source, reader, about) for source in sources)
        return [value for value, _ in next(filter(None, found), [])]

    def _checked(self, page: Answer, hidden: dict[str, str]) -> bool:
        """Fill it in until what is answered can be checked."""
        typed = self._typed(page, 0)
        kinds = {field.name: field.kind for field in fields_of_route(self.route)}
        files = {name: DOCUMENT for name, kind in kinds.items() if kind == "file"}
        wrong: dict[str, int] = {}
        for _ in SAMPLES:
            found = self._send({**hidden, **typed}, "check", files)
            if found is None or found.path.endswith("/check"):
                return found is not None
            for name in _in_error(found):
                wrong[name] = wrong.get(name, 0) + 1
                typed |= {
                    each: value
                    for each, value in self._typed(page, wrong[name]).items()
                    if each == name or each.startswith(f"{name}-")
                }
        return False

    def _typed(self, page: Answer, attempt: int) -> dict[str, str]:
        """Something in every field that people fill in."""
        fields = fields_of_route(self.route)
        first = {field.at(0)[0].name: "1" for field in fields if field.repeated}
        found: dict[str, str] = {}
        for field in leaves(fields, first):
            if not field.hidden:
                found |= self._in(field, page, attempt)
        return found

    def _in(self, field: Field, page: Answer, attempt: int) -> dict[str, str]:
        name = field.name
        offered = page.tree.xpath("//select[@name=$name]/option/@value", name=name)
        if some := [value for value in offered if value]:
            return {name: some[attempt % len(some)]}
        if field.choices:
            return {name: field.choices[attempt % len(field.choices)][0]}
        match field.kind:
            case "file":
                return {}
            case "date" if name.rpartition(".")[2] == "effective_on":
                return {}
            case "date":
                parts = (("day", "30"), ("month", "3"), ("year", str(2026 + attempt)))
                return {f"{name}-{part}": value for part, value in parts}
            case "money":
                return {name: "1000"}
            case "number":
                return {name: str(30 * attempt + 1)}
            case "numbers":
                return {name: "1"}
            case "named":
                return {name: f"{SAMPLES[attempt % len(SAMPLES)]}: 1"}
        like = _LIKE.findall(field.hint)
        tries = (*like, *SAMPLES)
        return {name: tries[attempt % len(tries)]}


def fill_each(looker: Looker, forms: Iterable[str]) -> None:
    """Fill these forms in, each to its end."""
    stuck = []
    for form in forms:
        filling = Filling(looker, form)
        filling.go()
        looker.counts.update(f"forms {step}" for step in filling.steps)
        if not {"recorded", "refused"} & set(filling.steps):
            stuck.append(form)
    assert stuck == []


def _in_error(page: Answer) -> list[str]:
    """The fields that a page's error summary leads to."""
    leads = page.tree.xpath('//*[contains(@class, "govuk-error-summary")]//a/@href')
    names = (str(href).removeprefix("#f-") for href in leads)
    return [re.sub(r"-(day|month|year)$", "", name) for name in names]
